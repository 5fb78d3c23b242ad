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

from itgraph.site.api import described
from itgraph.site.home import home
from itgraph.site.openapi import openapi
from itgraph.site.rest import rest
from itgraph.site.search import found
from itgraph.site.things import FORMS, document, thing

if TYPE_CHECKING:
    from itgraph.site.response import Page

__all__ = ["ROUTES"]

Respond: TypeAlias = Callable[..., "Page"]


def route(pattern: str, respond: Callable[..., Any]) -> tuple[re.Pattern[str], Respond]:
    return re.compile(pattern), respond


ROUTES: tuple[tuple[re.Pattern[str], Respond], ...] = (
    route(r"/", home),
    route(r"/api", described),
    route(r"/api/openapi\.json", openapi),
    route(r"/api/.*", rest),
    route(r"/search", found),
    route(rf"/(?P<identifier>.+)\.(?P<form>{'|'.join(FORMS)})", document),
    route(r"/(?P<identifier>.+)", thing),
)
