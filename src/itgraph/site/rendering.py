"""The templates, and what every page has around it.

Part of the site, below its pages; the front renders its problems by the same. All that comes from data is escaped by
the engine; a link is made by :class:`~itgraph.site.address.Addresses` alone, which knows the safe schemes.

Example::

    templates = Templates(addresses, manifest, digest)
    templates.render("problem.html", title="Not found", problem=problem)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from itgraph.lineage_format import printable
from itgraph.namespaces import compact
from itgraph.site.address import Addresses
from itgraph.site.kinds import CONCEPTS, KINDS, kind_words
from itgraph.site.numerals import counted, short

__all__ = ["Templates", "json_for_script"]

TEMPLATES = Path(__file__).resolve().parent / "templates"


class Templates:
    """The templates of the site, all of them read and compiled: who renders need not be able to open a file.

    ``digest`` is that of the static files; ``widgets`` tells whether the graph and the editor could be built.
    """

    def __init__(self, addresses: Addresses, manifest: Mapping[str, Any], digest: str, *, widgets: bool) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.environment.globals |= {
            "CONCEPTS": CONCEPTS,
            "KINDS": KINDS,
            "base": addresses.base,
            "href": addresses.of,
            "kind_words": kind_words,
            "manifest": manifest,
            "page_of": addresses.page,
            "public": addresses.public,
            "root": addresses.root,
            "static": f"{addresses.root}static/{digest}/",
            "url": addresses.url,
            "widgets": widgets,
        }
        self.environment.filters |= {
            "compact": lambda iri: compact(iri, addresses.base),
            "counted": counted,
            "json_for_script": json_for_script,
            "printable": printable,
            "short": short,
        }
        for name in self.environment.list_templates():
            self.environment.get_template(name)

    def render(self, template: str, /, **context: Any) -> bytes:
        """Return a page, as UTF-8."""
        return self.environment.get_template(template).render(context).encode("utf-8", "replace")


def json_for_script(data: Any) -> Markup:
    r"""Return JSON that no browser takes for markup, whatever is in it.

    >>> json_for_script({"name": "</script>"})
    Markup('{"name": "\\u003c/script\\u003e"}')
    """
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - escaped just now
