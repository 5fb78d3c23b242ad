"""Which address is answered by what: the table of the site.

Part of the site, above its pages. The first pattern that fits the whole path decides; the things of the graph, which
may have any address, come last.

>>> next(respond.__name__ for pattern, respond in ROUTES if pattern.fullmatch("/model/alpaca.ttl"))
'document'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from itgraph.site.browse import browse, browse_csv
from itgraph.site.home import home
from itgraph.site.kinds import KINDS
from itgraph.site.rest import rest
from itgraph.site.things import FORMS, context, document, thing, without_slash

if TYPE_CHECKING:
    from itgraph.site.response import Page

__all__ = ["ROUTES"]

Respond: TypeAlias = Callable[..., "Page"]


def route(pattern: str, respond: Callable[..., Any]) -> tuple[re.Pattern[str], Respond]:
    return re.compile(pattern), respond


ROUTES: tuple[tuple[re.Pattern[str], Respond], ...] = (
    route(r"/", home),
    route(rf"/(?P<kind>{'|'.join(KINDS)})", browse),
    route(rf"/(?P<kind>{'|'.join(KINDS)})\.csv", browse_csv),
    route(r"/api/.*", rest),
    route(r"/context/v1\.jsonld", context),
    # Of one slash at the beginning: an address that begins with two is one of another server.
    route(r"/(?P<identifier>[^/].*?)/+", without_slash),
    route(rf"/(?P<identifier>.+)\.(?P<form>{'|'.join(FORMS)})", document),
    route(r"/(?P<identifier>.+)", thing),
)
