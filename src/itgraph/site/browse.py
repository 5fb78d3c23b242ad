"""The browse pages: the things of a kind as a table that one can narrow, sort, page through and take away as CSV.

Part of the site, above ``listing``. What is shown is in the address alone, its fields in the order of the table.

Example: ``/model?ancestor=model/llama&year=2023&sort=-size``, and the same as ``/model.csv?…``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from itgraph.endpoint.problems import Problem
from itgraph.errors import echo
from itgraph.site.facets import NAME, TABLES, Column
from itgraph.site.kinds import KINDS
from itgraph.site.listing import Listing, Row, every_row, listing, sorting
from itgraph.site.offers import Offer
from itgraph.site.response import MOST_FIELDS, Page, Request
from itgraph.site.table_cells import as_texts, headings, shown

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["View", "browse", "browse_csv", "view_of", "written"]

#: So many rows a page has.
ROWS = 50
#: How the navigation calls a kind that it leads to.
SECTIONS = {"model": "Models", "dataset": "Data sets", "paper": "Papers", "person": "People"}
CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True)
class View:
    """What the address of a table says: the kind, what was chosen by facet, the order."""

    kind: str
    chosen: Mapping[str, Sequence[str]]
    sort: str
    descending: bool

    def address(self, page: int = 1, *, chosen: Mapping[str, Iterable[str]] | None = None, sort: str = "") -> str:
        """Return the fields of the address of a page of this table, or of another choice or order."""
        table = TABLES[self.kind]
        fields = [
            (facet.name, value)
            for facet in table.facets
            for value in (self.chosen if chosen is None else chosen).get(facet.name, ())
        ]
        order = sort or ("-" if self.descending else "") + self.sort
        if order != table.sort:
            fields.append(("sort", order))
        if page > 1:
            fields.append(("page", str(page)))
        return "?" + urlencode(fields, safe="/:", quote_via=quote) if fields else ""


@dataclass(frozen=True)
class Heading:
    """The head of a column: where sorting by it leads, and how it is sorted now."""

    column: Column
    href: str
    sorted: str


def browse(site: Site, request: Request, kind: str) -> Page:
    """Return the page of a kind.

    Raises:
        Problem: 400, a field or a value of one that there is not; 404, a page beyond the last.
        UsageError: the same.
    """
    this = view_of(kind, request, "page")
    page = page_number(request)
    found = listing(
        site, kind, this.chosen, sort=this.sort, descending=this.descending, offset=(page - 1) * ROWS, limit=ROWS
    )
    last = max(1, -(-found.total // ROWS))
    if page > last:
        raise Problem(404, "not-found", f"there is no page {page} of these", hint=f"the last is {last}")
    # What the addresses of the page say of a value is one text, however it was given.
    this = View(kind, {name: tuple(texts) for name, texts in found.chosen.items()}, this.sort, this.descending)
    here = site.addresses.root + kind
    words = KINDS[kind]
    chips = [
        (facet.title, label, here + this.address(chosen=without(this.chosen, facet.name, value)))
        for facet in TABLES[kind].facets
        for value, label in found.chosen.get(facet.name, {}).items()
    ]
    name = words.plural.capitalize()
    return site.render(
        "browse.html",
        title=f"{name}: {', '.join(label for _, label, _ in chips)}" if chips else name,
        section=SECTIONS.get(kind, ""),
        kind=kind,
        words=words,
        found=found,
        chips=chips,
        offers=worth_offering(found),
        name_heading=heading(this, here, Column(NAME, "Title" if kind == "paper" else "Name", "", "text")),
        headings=[heading(this, here, column) for column in found.columns],
        rows=[(row, [shown(site, column, row) for column in found.columns]) for row in found.rows],
        order=("-" if this.descending else "") + this.sort,
        own_order=TABLES[kind].sort,
        page=page,
        last=last,
        pages=[(number, here + this.address(number)) for number in numbers(page, last)],
        before=here + this.address(page - 1) if page > 1 else "",
        after=here + this.address(page + 1) if page < last else "",
        here=here + this.address(page),
        everything=here,
        csv=f"{here}.csv{this.address()}",
        json=f"{site.addresses.root}api/{kind}{this.address()}",
    )


def browse_csv(site: Site, request: Request, kind: str) -> Page:
    """Return all rows of the table as CSV.

    Raises:
        Problem: 400, a field that there is not; 422, there are more rows than an answer may have.
        UsageError: a value that there is not.
    """
    this = view_of(kind, request)
    every = every_row(site, kind, this.chosen, sort=this.sort, descending=this.descending)
    name = f"itgraph-{kind}-selection" if this.chosen else f"itgraph-{kind}"
    headers = (("content-disposition", f'attachment; filename="{name}.csv"'),)
    return Page(written(site, kind, every), CSV, headers=headers)


def written(site: Site, kind: str, rows: Iterable[Row]) -> bytes:
    """Return rows as CSV (RFC 4180): the id, the IRI, the name, and the columns; several values with "; " between.

    Raises:
        Problem: 422, they are more than an answer may have.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("id", "iri", NAME, *headings(kind)))
    for row in rows:
        writer.writerow((row.identifier, row.iri, row.label, *as_texts(kind, row)))
        if out.tell() > site.limits.max_bytes:
            what = f"the table has more than {site.limits.max_bytes:,} bytes"
            raise Problem(422, "answer-too-large", what, hint="choose fewer by the facets", limit="max_bytes")
    return out.getvalue().encode()


def view_of(kind: str, request: Request, *also: str) -> View:
    """Return what an address asks for; ``also`` are further fields that it may have.

    Raises:
        Problem: 400, there is another field, or too many of them.
        UsageError: there is no such column to sort by.
    """
    if request.query_string.count("&") >= MOST_FIELDS:
        raise Problem(400, "bad-request", f"more than {MOST_FIELDS} fields", hint="choose fewer values")
    names = tuple(facet.name for facet in TABLES[kind].facets)
    chosen: dict[str, list[str]] = {}
    for name, value in request.fields:
        if name in names:
            chosen.setdefault(name, []).append(value.strip())
        elif name not in ("sort", *also):
            there = ", ".join((*names, "sort", *also))
            what = f"{KINDS[kind].plural} have no field {echo(name)}"
            raise Problem(400, "bad-request", what, hint=f"there are {there}")
    return View(kind, chosen, *sorting(kind, request.field("sort")))


def page_number(request: Request) -> int:
    text = request.field("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) > 0):
        raise Problem(400, "bad-request", f"{echo(text)} is no number of a page", hint="pages count from 1")
    return int(text)


def heading(this: View, here: str, column: Column) -> Heading:
    """Return the head of a column: sorting by it again turns the order round."""
    if column.name == this.sort:
        turned = column.name if this.descending else f"-{column.name}"
        return Heading(column, here + this.address(sort=turned), "descending" if this.descending else "ascending")
    first = "-" if column.cells in ("number", "quantity", "count") else ""
    return Heading(column, here + this.address(sort=first + column.name) if column.sortable else "", "")


def without(chosen: Mapping[str, Sequence[str]], name: str, value: str) -> dict[str, list[str]]:
    return {key: [text for text in texts if (key, text) != (name, value)] for key, texts in chosen.items()}


def worth_offering(found: Listing) -> list[Offer]:
    """Return the facets that part what is shown; one value that all have does not."""
    return [
        offer
        for offer in found.facets
        if offer.facet.name in found.chosen or len(offer.choices) > 1 or offer.choices[0].count < found.total
    ]


def numbers(page: int, last: int) -> Iterator[int]:
    """Yield the pages that a page leads to: the first, those around it, the last.

    >>> list(numbers(7, 15)), list(numbers(1, 2))
    ([1, 5, 6, 7, 8, 9, 15], [1, 2])
    """
    yield from (number for number in range(1, last + 1) if number in (1, last) or abs(number - page) <= 2)
