"""What stands in a cell of a browse page: for a reader with links, for a file as text.

Part of the site, between ``listing`` and ``browse``.

>>> quantity_text(Column("size", "Size", "", "quantity"), {"size": (183000,), "sizeApproximate": (True,)})
'~183,000'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from itgraph.site.facets import TABLES, Column
from itgraph.site.listing import Item, Row, Thing
from itgraph.site.numerals import counted
from itgraph.site.selection import parts

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["Shown", "as_texts", "headings", "plain", "shown"]


@dataclass(frozen=True)
class Shown:
    """A cell of a page: texts, each with where it leads; what is said of those that are not shown."""

    values: tuple[tuple[str, str | None], ...]
    others: str = ""
    number: bool = False
    lines: bool = False


def shown(site: Site, column: Column, row: Row) -> Shown:
    """Return a cell as the page shows it."""
    items = row.cells.get(column.name, ())
    if column.cells == "quantity":
        text = quantity_text(column, row.cells)
        return Shown(((text, None),) if text else (), number=True)
    if column.cells == "count":
        number = items[0] if items else 0
        leads = f"{site.addresses.root}{column.link.format(row.identifier)}" if column.link and number else None
        return Shown(((counted(number) if isinstance(number, int) else str(number), leads),), number=True)
    first = items[: column.most]
    values = tuple(
        (item.label, site.addresses.of(item.iri)) if isinstance(item, Thing) else (said(item), None) for item in first
    )
    more = len(items) - len(first)
    others = "and others" if row.cells.get(f"{column.name}Incomplete") else f"and {counted(more)} more" if more else ""
    return Shown(values, others, number=column.cells == "number", lines=column.lines)


def said(item: Item) -> str:
    return ("yes" if item else "no") if isinstance(item, bool) else str(item)


def quantity_text(column: Column, cells: Mapping[str, tuple[Item, ...]]) -> str:
    """Return a quantity in the units of its column; where there is no exact number, as a source prints it."""
    if exact := cells.get(column.name):
        about = "~" if cells.get(f"{column.name}Approximate") else ""
        return "; ".join(about + scaled(item, column.scale) for item in exact)
    if printed := cells.get(f"{column.name}AsPrinted"):
        return "; ".join(map(str, printed))
    least, most = (
        "; ".join(scaled(item, column.scale) for item in cells.get(f"{column.name}{bound}", ()))
        for bound in ("Min", "Max")
    )
    return (
        f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}" if most else ""
    )


def scaled(item: Item, scale: int) -> str:
    """Return a number in units of ``scale``.

    >>> scaled(6700000000, 10**9), scaled(1300000000000, 10**9), scaled(52000, 1)
    ('6.7', '1,300', '52,000')
    """
    if not isinstance(item, int):
        return str(item)
    return counted(item) if scale == 1 else f"{item / scale:,.6f}".rstrip("0").rstrip(".")


def headings(kind: str) -> tuple[str, ...]:
    """Return the columns of the table of a kind as a file has them."""
    return tuple(name for column in TABLES[kind].columns for name in parts(column))


def as_texts(kind: str, row: Row) -> Iterator[str]:
    """Yield the cells of a row as a file has them, several values with "; " between."""
    for column in TABLES[kind].columns:
        for name in parts(column):
            items = row.cells.get(name) or ((0,) if column.cells == "count" else ())
            yield "; ".join(text_of(item) for item in items)


def text_of(item: Item) -> str:
    if isinstance(item, Thing):
        return item.label
    return str(item).lower() if isinstance(item, bool) else str(item)


def plain(site: Site, kind: str, row: Row) -> dict[str, Any]:
    """Return a row as JSON has it: lists of things or of values; a count is one number."""
    made = thing(site, Thing(row.iri, row.identifier, row.label))
    for column in TABLES[kind].columns:
        if column.cells == "count":
            made[column.name] = next(iter(row.cells.get(column.name, ())), 0)
            continue
        for name in parts(column):
            items = row.cells.get(name, ())
            made[name] = [thing(site, item) if isinstance(item, Thing) else item for item in items]
    return made


def thing(site: Site, item: Thing) -> dict[str, Any]:
    page = site.addresses.of(item.iri)
    here = page if page is not None and page.startswith("/") else None
    return {"id": item.identifier, "iri": item.iri, "label": item.label, "page": here}
