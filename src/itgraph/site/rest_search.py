"""``/api/search``: names to entities, for programs and for the suggestions below a search box.

Part of the site, an operation of ``rest``. The index of the release answers (``itgraph.search``).

Example: ``/api/search?q=alapca&kind=model``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from itgraph.identified import identified
from itgraph.namespaces import compact
from itgraph.search import LONGEST_TEXT, MOST_HITS, Hit
from itgraph.site.kinds import CONCEPTS, KINDS
from itgraph.site.operations import Answer, Asked, Operation, Parameter, Schema
from itgraph.sparql import kind_of, labels

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["SEARCH", "hits_of"]

COLUMNS = ("id", "iri", "page", "label", "kind", "matched", "score")
ITEM: Schema = {
    "title": "Hit",
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "The id of the entity.", "examples": ["model/llama"]},
        "iri": {"type": "string", "format": "iri"},
        "page": {"type": "string", "description": "The path of its page on this server."},
        "label": {"type": "string"},
        "kind": {"type": "string"},
        "matched": {"type": "string", "description": "The name of it that fits best."},
        "score": {"type": "number", "minimum": 0, "maximum": 1, "description": "1 for an exact label."},
    },
    "required": list(COLUMNS),
}


def hits_of(site: Site, text: str, kinds: Sequence[str], limit: int) -> list[Hit]:
    """Return the entities that a text may mean, the best first; of some kinds, or of all where none is given.

    Where the text is an identifier of another place, they are those that have it.

    Raises:
        Problem: 503, the release has no index that can be read.
    """
    if having := [hit for hit in having_identifier(site, text) if not kinds or hit.kind in kinds]:
        return having[:limit]
    # A release need not hold all kinds that there are.
    present = [kind for kind in kinds if site.index is None or kind in site.index.kinds]
    if kinds and not present:
        return []
    return site.search(text, kind=present, limit=limit)


def having_identifier(site: Site, text: str) -> list[Hit]:
    """Return the entities that have an identifier of another place, none for a text that is none."""
    found = identified(site.store, text.strip()) or []
    called = labels(site.store, found)
    ids = {iri: compact(iri, site.base) for iri in found}
    return [Hit(ids[iri], iri, called[iri], kind_of(ids[iri]), text.strip(), 1.0) for iri in found]


def answer(site: Site, asked: Asked) -> Answer:
    items = [
        {
            "id": hit.id,
            "iri": hit.iri,
            "page": site.addresses.page(hit.id),
            "label": hit.label,
            "kind": hit.kind,
            "matched": hit.matched,
            "score": hit.score,
        }
        for hit in hits_of(site, asked["q"], asked["kind"], asked["limit"])
    ]
    return Answer({"items": items}, COLUMNS, (list(item.values()) for item in items))


SEARCH = Operation(
    "/api/search",
    "search",
    "Search",
    "Entities by their names",
    "The best come first: an id, an exact label, another name, the beginning of a name, its words in any order, and "
    "then names that differ by a slip or two. Case, accents and marks count for nothing. An identifier of another "
    "place, such as `arxiv:2304.12244` or an address, finds the entities that have it.",
    (
        Parameter(
            "q",
            "string",
            "What is looked for: a name, the beginning of one, an id, or an identifier of another place.",
            required=True,
            example="alpaca",
            pattern=r"\S",
            written="not blank",
            min_length=1,
            max_length=LONGEST_TEXT,
        ),
        Parameter(
            "kind",
            "string",
            "Only entities of this kind, or of one of several.",
            example="model",
            enum=(*KINDS, *CONCEPTS),
            several=len(KINDS) + len(CONCEPTS),
        ),
        Parameter("limit", "integer", "Greatest number of hits.", default=10, example=5, minimum=1, maximum=MOST_HITS),
    ),
    {
        "title": "Hits",
        "type": "object",
        "properties": {"items": {"type": "array", "items": ITEM}},
        "required": ["items"],
    },
    answer,
    page="search",
)
