"""A part of the things of a kind as a table, and what one can choose by: what the browse pages and REST show.

Part of the site, above ``selection``. It asks for the total, for the entities of one page, for what stands in their
rows, and for the values of each facet; it never reads the other rows.

Example::

    listing(site, "model", {"base": ["model/llama"]}, sort="year").rows[0].label
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from itgraph.endpoint.problems import Problem
from itgraph.errors import UsageError, echo
from itgraph.namespaces import compact
from itgraph.site.facets import TABLES, Column
from itgraph.site.offers import SPDX, Offer, counted, names_of, offers
from itgraph.site.selection import Selection
from itgraph.sparql import chunks, labels
from itgraph.terms import IRI, value

if TYPE_CHECKING:
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["Item", "Listing", "Row", "Thing", "every_row", "listing", "sorting"]


@dataclass(frozen=True)
class Thing:
    """A thing in a cell: its IRI, its id, its label."""

    iri: str
    identifier: str
    label: str


Item: TypeAlias = Thing | int | bool | str


@dataclass(frozen=True)
class Row:
    """An entity, with what stands in each column.

    A quantity has parts: ``size``, ``sizeMin``, ``sizeMax``, ``sizeApproximate``, ``sizeAsPrinted``.
    """

    iri: str
    identifier: str
    label: str
    cells: Mapping[str, tuple[Item, ...]]


@dataclass(frozen=True)
class Listing:
    """A page of a table: ``total`` entities were chosen among ``among``, these are the ``rows`` from ``offset`` on.

    ``columns`` are those in which the release has anything; ``query`` is the one that the rows come from.
    """

    kind: str
    total: int
    among: int
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    facets: tuple[Offer, ...]
    chosen: Mapping[str, Mapping[str, str]]
    query: str


def listing(
    site: Site,
    kind: str,
    chosen: Mapping[str, Sequence[str]],
    *,
    sort: str = "",
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
    facets: bool = True,
) -> Listing:
    """Return a part of a table.

    Args:
        site: the site over the release.
        kind: a key of ``TABLES``.
        chosen: by facet, the ids, IRIs or other values of which an entity must have one.
        sort: the name of a column; else the order that the kind has of its own.
        descending: whether the greatest come first.
        offset: so many rows are left out.
        limit: so many rows are given.
        facets: whether to count the values of the facets too.

    Raises:
        UsageError: no such facet or column, or a value that cannot be one.
        Problem: 422, the rows hold more than an answer may.
    """
    if not sort:
        sort, descending = sorting(kind, "")
    selection = Selection(site.base, kind, chosen)
    query = selection.page(sort, descending=descending, limit=limit, offset=offset)
    total = counted(site, selection.total())
    found = dict.fromkeys(entity.value for entity, *_ in site.store.select(query) if entity is not None)
    columns = columns_of(site, selection)
    return Listing(
        kind,
        total,
        counted(site, selection.total(all_of_them=True)) if selection.chosen else total,
        tuple(rows(site, selection, columns, list(found))),
        columns,
        tuple(offers(site, selection)) if facets else (),
        {
            facet.name: names_of(site, facet, selection.chosen[facet.name])
            for facet in selection.table.facets
            if facet.name in selection.chosen
        },
        query,
    )


def every_row(
    site: Site, kind: str, chosen: Mapping[str, Sequence[str]], *, sort: str = "", descending: bool = False
) -> Iterator[Row]:
    """Yield all rows of a selection, in order.

    Raises:
        UsageError: as ``listing``.
        Problem: 422, there are more than an answer may have.
    """
    if not sort:
        sort, descending = sorting(kind, "")
    selection = Selection(site.base, kind, chosen)
    most = site.limits.max_rows
    query = selection.page(sort, descending=descending, limit=most + 1, offset=0)
    found = list(dict.fromkeys(entity.value for entity, *_ in site.store.select(query) if entity is not None))
    if len(found) > most:
        raise too_many(f"more than {most:,} rows")
    for chunk in chunks(found):
        yield from rows(site, selection, selection.table.columns, chunk)


def sorting(kind: str, asked: str) -> tuple[str, bool]:
    """Return the column that is asked for, and whether the greatest come first, which a minus before it says.

    Raises:
        UsageError: there is no such column to sort by.
    """
    table = TABLES[kind]
    asked = asked or table.sort
    name = asked.removeprefix("-")
    if name not in table.sorts:
        raise UsageError(f"nothing is sorted by {echo(name)}", hint=f"there are {', '.join(table.sorts)}")
    return name, asked.startswith("-")


#: By site and kind, the columns in which the release has anything: it does not change.
FILLED: WeakKeyDictionary[Site, dict[str, tuple[Column, ...]]] = WeakKeyDictionary()


def columns_of(site: Site, selection: Selection) -> tuple[Column, ...]:
    known = FILLED.setdefault(site, {})
    if selection.kind not in known:
        known[selection.kind] = tuple(
            column
            for column in selection.table.columns
            if next(site.store.select(selection.any_of(column)), None) is not None
        )
    return known[selection.kind]


def rows(site: Site, selection: Selection, columns: Iterable[Column], iris: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of some entities.

    Raises:
        Problem: 422, they hold more than an answer may.
    """
    if not iris:
        return
    most = site.limits.max_rows
    held: dict[str, dict[str, list[tuple[int, Term]]]] = {iri: {} for iri in iris}
    read = 0
    for entity, column, term, order in site.store.select(selection.cells(columns, iris, most + 1)):
        read += 1
        if entity is not None and column is not None and term is not None:
            place = int(order.value) if order is not None else 0
            held[entity.value].setdefault(column.value, []).append((place, term))
    if read > most:
        raise too_many(f"{len(iris)} rows with more than {most:,} values")
    things = {
        term.value for cells in held.values() for cell in cells.values() for _, term in cell if is_thing(value(term))
    }
    names = labels(site.store, {*iris, *things})
    for iri in iris:
        cells = {
            name: tuple(item for _, item in sorted(((at, item_of(site, term, names)) for at, term in cell), key=rank))
            for name, cell in held[iri].items()
        }
        yield Row(iri, compact(iri, site.base), names[iri], cells)


def is_thing(found: object) -> bool:
    return isinstance(found, IRI)


def item_of(site: Site, term: Term, names: Mapping[str, str]) -> Item:
    found = value(term)
    if isinstance(found, IRI):
        return Thing(str(found), compact(found, site.base), names[found].removeprefix(SPDX))
    return found if isinstance(found, bool | int) else term.value


def rank(placed: tuple[int, Item]) -> tuple[int, float, str, str]:
    """Return where a value stands among the others of its cell: by its place, then by size or name."""
    place, item = placed
    if isinstance(item, Thing):
        return place, 0, item.label.casefold(), item.iri
    return (place, item, "", "") if isinstance(item, int) else (place, 0, item.casefold(), item)


def too_many(what: str) -> Problem:
    hint = "choose fewer by the facets, or take the dump"
    return Problem(422, "answer-too-large", f"the table has {what}", hint=hint, limit="max_rows")
