"""Lists in parts: ``limit`` and ``offset``, the links from one part to the next, and how the JSON says them.

Part of the site, above ``operations``, below what lists something. https://www.rfc-editor.org/rfc/rfc8288

>>> Part(limit=10, offset=20, more=True, total=47).offsets()
{'first': 0, 'prev': 10, 'next': 30, 'last': 40}
>>> Part(limit=10, offset=20, more=False, total=None).offsets()
{'first': 0, 'prev': 10}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itgraph.site.operations import Answer, Asked, Parameter, Schema

__all__ = ["LIMIT", "LINKS", "OFFSET", "Part", "listed", "listing"]

LIMIT = Parameter(
    "limit", "integer", "Greatest number of items in one answer.", default=100, minimum=1, maximum=1000, example=10
)
#: Who wants what is further on wants a query of their own, or the dump.
OFFSET = Parameter(
    "offset", "integer", "How many items to pass over.", default=0, minimum=0, maximum=100_000, example=0
)
LINKS: Schema = {
    "title": "Links",
    "type": "object",
    "description": "The other parts of the list, as in the Link header.",
    "properties": {rel: {"type": "string", "format": "uri"} for rel in ("first", "prev", "next", "last")},
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Part:
    """A part of a list. ``more`` tells whether anything follows, ``total`` how many items there are, where known."""

    limit: int
    offset: int
    more: bool
    total: int | None = None

    def offsets(self) -> dict[str, int]:
        """Return where the other parts begin, by the relation of a link to them."""
        first = self.offset % self.limit
        last = None if self.total is None else first + max(0, self.total - first - 1) // self.limit * self.limit
        found = {"first": 0}
        if self.offset > 0:
            before = max(0, self.offset - self.limit)
            found["prev"] = before if last is None else min(before, last)
        if self.more:
            found["next"] = self.offset + self.limit
        if last is not None:
            found["last"] = last
        return found

    def links(self, asked: Asked) -> dict[str, str]:
        """Return the addresses of the other parts, by their relation."""
        return {rel: asked.address(offset=offset) for rel, offset in self.offsets().items()}


def listing(
    asked: Asked,
    part: Part,
    items: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    more: Mapping[str, Any] | None = None,
    *,
    volatile: bool = False,
) -> Answer:
    """Return the answer of an operation that has ``LIMIT`` and ``OFFSET``; ``more`` are members before the items."""
    links = part.links(asked)
    told = {"items": items, "total": part.total, "limit": part.limit, "offset": part.offset, "links": links}
    return Answer({**(more or {}), **told}, columns, rows, links, volatile)


def listed(item: Schema, more: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of a list of such items, with further members."""
    members: dict[str, Schema] = {
        **(more or {}),
        "items": {"type": "array", "items": item},
        "total": {"type": ["integer", "null"], "description": "How many items there are; null where not counted."},
        "limit": {"type": "integer"},
        "offset": {"type": "integer"},
        "links": LINKS,
    }
    return {"type": "object", "properties": members, "required": list(members)}
