"""``/api/model``, ``/api/dataset``, …: the tables of the browse pages, each an operation with its facets as parameters.

Part of the site, operations of ``rest``. What can be chosen, sorted by and read is declared in ``facets``.

Example: ``/api/model?base=model/llama&sort=-size&facets=true``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from itgraph.site import paging
from itgraph.site.cells import CELL
from itgraph.site.facets import NAME, TABLES, Column, Facet
from itgraph.site.kinds import KINDS
from itgraph.site.listing import listing, sorting
from itgraph.site.operations import Answer, Asked, Operation, Parameter, Schema
from itgraph.site.paging import LIMIT, OFFSET, Part, listed
from itgraph.site.selection import parts
from itgraph.site.table_cells import as_texts, headings, plain

if TYPE_CHECKING:
    from itgraph.site.listing import Listing
    from itgraph.site.site import Site

__all__ = ["TABLE_OPERATIONS"]

TAG = "Entities"
#: So many values of one facet can be chosen, and so long may one be.
SEVERAL, LONGEST = 50, 400
THING: Schema = CELL["oneOf"][1]
#: What one value in a cell is.
VALUES: dict[str, Schema] = {
    "entity": THING,
    "number": {"type": "integer"},
    "quantity": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "text": {"type": "string"},
}
FACET: Schema = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "The parameter that chooses by it."},
        "title": {"type": "string"},
        "values": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "value": {"type": "string", "description": "What the parameter takes."},
                    "label": {"type": "string"},
                    "count": {"type": "integer", "description": "How many have it, of those that the others chose."},
                    "chosen": {"type": "boolean"},
                },
                "required": ["value", "label", "count", "chosen"],
            },
        },
        "more": {"type": "integer", "description": "How many further values there are."},
    },
    "required": ["name", "title", "values", "more"],
}


def answer(kind: str, site: Site, asked: Asked) -> Answer:
    """Return a part of the table of a kind.

    Raises:
        UsageError: what is chosen cannot be a value of its facet.
        Problem: the rows hold more than an answer may.
    """
    chosen = {facet.name: [as_given(value) for value in asked[facet.name]] for facet in TABLES[kind].facets}
    sort, descending = sorting(kind, asked["sort"])
    limit, offset = asked["limit"], asked["offset"]
    found = listing(
        site,
        kind,
        {name: values for name, values in chosen.items() if values},
        sort=sort,
        descending=descending,
        offset=offset,
        limit=limit,
        facets=asked["facets"],
    )
    part = Part(limit, offset, offset + limit < found.total, found.total)
    columns = (*("id", "iri", NAME), *headings(kind))
    rows = ((row.identifier, row.iri, row.label, *as_texts(kind, row)) for row in found.rows)
    more = {"kind": kind, "among": found.among, "facets": facets_of(found) if asked["facets"] else None}
    return paging.listing(asked, part, [plain(site, kind, row) for row in found.rows], columns, rows, more)


def as_given(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def facets_of(found: Listing) -> list[dict[str, Any]]:
    return [
        {
            "name": offer.facet.name,
            "title": offer.facet.title,
            "values": [
                {"value": choice.value, "label": choice.label, "count": choice.count, "chosen": choice.chosen}
                for choice in offer.choices
            ],
            "more": offer.more,
        }
        for offer in found.facets
    ]


def parameter_of(facet: Facet) -> Parameter:
    """Return the parameter that chooses by a facet."""
    if facet.type == "integer":
        return Parameter(
            facet.name, "integer", f"{facet.title}: one of several.", minimum=0, maximum=9999, several=SEVERAL
        )
    if facet.type == "boolean":
        return Parameter(facet.name, "boolean", f"{facet.title}.", several=2)
    what = "an id, as model/llama, or an IRI" if facet.type == "entity" else "as the facets have it"
    return Parameter(
        facet.name,
        "string",
        f"{facet.title}: one of several, {what}.",
        min_length=1,
        max_length=LONGEST,
        pattern=r"\S",
        several=SEVERAL,
    )


def members(column: Column) -> dict[str, Schema]:
    """Return the members of a row that a column is."""
    if column.cells == "count":
        return {column.name: {"type": "integer", "description": f"{column.title}."}}
    schemas = dict.fromkeys(parts(column), VALUES[column.cells])
    schemas |= {f"{column.name}Approximate": {"type": "boolean"}, f"{column.name}AsPrinted": {"type": "string"}}
    schemas |= {f"{column.name}Incomplete": {"type": "boolean"}}
    return {
        name: {"type": "array", "items": schemas[name], "description": f"{column.title}."} for name in parts(column)
    }


def operation_of(kind: str) -> Operation:
    """Return the operation that lists the things of a kind."""
    table, words = TABLES[kind], KINDS[kind]
    row: Schema = {
        "type": "object",
        "properties": {**THING["properties"]} | {k: v for column in table.columns for k, v in members(column).items()},
    }
    row["required"] = list(row["properties"])
    return Operation(
        f"/api/{kind}",
        f"list_{kind}",
        TAG,
        f"The {words.plural}",
        f"{words.what} Several values of a facet are alternatives, several facets all hold.",
        (
            *map(parameter_of, table.facets),
            Parameter(
                "sort",
                "string",
                "The column to sort by, after a minus the greatest first. What has nothing there comes last.",
                default=table.sort,
                example=table.sort,
                enum=tuple(sign + name for name in table.sorts for sign in ("", "-")),
            ),
            Parameter("facets", "boolean", "Whether to count the values of the facets.", default=False, example=True),
            LIMIT,
            OFFSET,
        ),
        listed(
            row,
            {
                "kind": {"type": "string"},
                "among": {"type": "integer", "description": "How many there are without a choice."},
                "facets": {
                    "type": ["array", "null"],
                    "items": FACET,
                    "description": "Null where they were not asked for.",
                },
            },
        ),
        partial(answer, kind),
    )


TABLE_OPERATIONS = tuple(operation_of(kind) for kind in TABLES)
