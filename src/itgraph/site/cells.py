"""The answer of a query as rows of plain data: a part of it, with what follows counted up to a bound.

Part of the site, below what shows answers as JSON and CSV. An entity becomes its id, IRI, label and page, a literal a
value of JSON where JSON has one.

>>> as_json(Decimal("0.5")), as_json(float("inf")), as_json(Decimal("0.1000000000000000000000000001"))
(0.5, 'inf', '0.1000000000000000000000000001')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from itgraph.endpoint.output import too_large
from itgraph.namespaces import compact
from itgraph.site.operations import Schema
from itgraph.sparql import labels
from itgraph.store import QueryResults, evaluating
from itgraph.terms import Value, value

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["CELL", "Rows", "as_items", "as_text", "rows_of"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

#: So many rows are counted; a longer answer has a beginning and a next part, and no known end.
MOST_COUNTED = 10_000
OF_TRIPLES = ("subject", "predicate", "object")
CELL: Schema = {
    "title": "Cell",
    "oneOf": [
        {"type": ["string", "number", "boolean", "null"], "description": "A literal, or nothing."},
        {
            "type": "object",
            "properties": {
                "id": {"type": "string", "description": "The id of an entity, or a prefixed name, else the IRI."},
                "iri": {"type": "string"},
                "label": {"type": "string"},
                "page": {"type": ["string", "null"], "description": "The path of its page on this server."},
            },
            "required": ["id", "iri", "label", "page"],
        },
    ],
}


@dataclass(frozen=True)
class Rows:
    """Some rows of an answer. ``more`` tells whether others follow, ``total`` how many there are, where counted."""

    columns: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]
    more: bool
    total: int | None


def rows_of(site: Site, found: QueryResults, limit: int, offset: int) -> Rows:
    """Return the rows of a SELECT from an offset on; of a CONSTRUCT its triples, sorted, as rows of three.

    Raises:
        Problem: 422, there are more triples than an answer may have.
        TypeError: the answer is that of an ASK.
        InputError: the query cannot be evaluated.
    """
    with evaluating():
        if isinstance(found, ox.QueryTriples):
            columns: tuple[str, ...] = OF_TRIPLES
            each = iter(sorted_triples(found, site.limits.max_rows))
        elif isinstance(found, ox.QuerySolutions):
            columns = tuple(variable.value for variable in found.variables)
            each = (tuple(solution) for solution in found)
        else:
            raise TypeError("an ASK has no rows")
        passed = sum(1 for _ in islice(each, offset))
        rows = list(islice(each, limit))
        seen = passed + len(rows)
        rest = sum(1 for _ in islice(each, max(1, MOST_COUNTED - seen)))
        total = seen + rest if seen + rest < MOST_COUNTED or next(each, None) is None else None
    return Rows(columns, rows, rest > 0, total)


def sorted_triples(found: Iterable[ox.Triple], most: int) -> list[tuple[Term | None, ...]]:
    """Return triples in the order of their text: the engine's own is no order.

    Raises:
        Problem: 422, there are more of them than an answer may have.
    """
    triples = set(islice(found, most + 1))
    if len(triples) > most:
        raise too_large("max_rows", f"more than {most:,} triples")
    return [(triple.subject, triple.predicate, triple.object) for triple in sorted(triples, key=str)]


def as_items(site: Site, found: Rows) -> list[dict[str, Any]]:
    """Return each row by column, for JSON; the labels of all entities are asked for at once."""
    names = labels(site.store, (term.value for row in found.rows for term in row if isinstance(term, ox.NamedNode)))
    return [
        {column: cell(site, term, names) for column, term in zip(found.columns, row, strict=True)} for row in found.rows
    ]


def cell(site: Site, term: Term | None, names: dict[str, str]) -> Any:
    if not isinstance(term, ox.NamedNode):
        return as_json(value(term))
    iri = term.value
    page = site.addresses.of(iri)
    here = page if page is not None and page.startswith("/") else None
    return {"id": compact(iri, site.base), "iri": iri, "label": names[iri], "page": here}


def as_json(cell: Value) -> Any:
    """Return a value as JSON can hold it: a number that it has none for is a text."""
    if isinstance(cell, Decimal):
        return float(cell) if Decimal(repr(float(cell))) == cell else f"{cell:f}"
    if isinstance(cell, float) and not isfinite(cell):
        return str(cell)
    return cell


def as_text(rows: Iterable[Sequence[Term | None]]) -> Iterator[list[str]]:
    """Yield the rows as CSV has them: IRIs in full, literals without their marks (SPARQL 1.1 Results CSV)."""
    for row in rows:
        yield ["" if term is None else str(term) if isinstance(term, ox.Triple) else text_of(term) for term in row]


def text_of(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else term.value
