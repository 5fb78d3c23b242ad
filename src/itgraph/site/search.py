"""The page of a search: the entities that a few words may mean, the best first, and what can be looked for at all.

Part of the site. The index of the release answers, and forgives slips (``itgraph.search``).

Example: ``/search?q=alapca&kind=model``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from itgraph.entity import exists
from itgraph.search import LONGEST_TEXT
from itgraph.site.kinds import CONCEPTS, KINDS
from itgraph.site.response import Page, Request
from itgraph.site.rest_search import having_identifier, hits_of
from itgraph.sparql import is_iri

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["found"]

#: So many hits are shown at first, and so many to who wants more.
FEW, MANY = 20, 200
#: Below this no name is the text, nor begins with it or holds its words: a slip was forgiven.
AS_TYPED = 0.5
ALL_KINDS = KINDS | CONCEPTS


def found(site: Site, request: Request) -> Page:
    """Return the page of what a search finds; the form alone where nothing is looked for.

    What is the id or the IRI of a thing, or its identifier in another place, leads straight to it.
    """
    text = request.field("q")[:LONGEST_TEXT]
    kinds = [kind for kind in dict.fromkeys(request.values("kind")) if kind in ALL_KINDS]
    identifier = text.removeprefix(site.base)
    if "/" in identifier and is_iri(site.base + identifier) and exists(site.store, site.base + identifier):
        return Page(b"", status=303, headers=(("location", site.addresses.page(identifier)),))
    having = having_identifier(site, text)
    if len(having) == 1:
        return Page(b"", status=303, headers=(("location", site.addresses.page(having[0].id)),))
    most = MANY if request.field("all") else FEW
    hits = hits_of(site, text, kinds, most + 1) if text else []
    present = {} if site.index is None else site.index.kinds
    return site.render(
        "search.html",
        title=f"Search: {text}" if text else "Search",
        text=text,
        hits=hits[:most],
        slip=bool(hits) and hits[0].score < AS_TYPED,
        rest=len(hits) > most,
        every=address(site, text, kinds, every=True) if most < MANY else None,
        everywhere=address(site, text, []),
        chosen=kinds,
        filters=[(kind, words, address(site, text, [kind])) for kind, words in ALL_KINDS.items() if kind in present],
        examples=[(name, address(site, name, [])) for name in ("LLaMA", "ShareGPT", "Yizhong Wang", "translation")],
    )


def address(site: Site, text: str, kinds: list[str], *, every: bool = False) -> str:
    """Return the address of a search."""
    fields = [("q", text), *(("kind", kind) for kind in kinds), *([("all", "1")] if every else [])]
    return f"{site.addresses.root}search?{urlencode(fields)}"
