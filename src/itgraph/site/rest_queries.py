"""``/api/queries``: the saved queries, each an operation with its own parameters.

Part of the site, operations of ``rest``. The header of a query says what it takes (``itgraph.query_header``); a value
becomes a term by ``itgraph.asking``, and is never pasted into a query.

Example: ``/api/queries/built-on?base=LLaMA&limit=10``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from itgraph.asking import ask
from itgraph.errors import UsageError
from itgraph.prologue import form_of, projected
from itgraph.query_header import CONCEPT_KINDS, ENTITY_KINDS, without_header
from itgraph.site.cells import CELL, as_items, as_text, rows_of
from itgraph.site.kinds import CONCEPTS, KINDS
from itgraph.site.meant import meant
from itgraph.site.operations import Answer, Asked, Operation, Parameter, Schema
from itgraph.site.paging import LIMIT, OFFSET, Part, listed, listing

if TYPE_CHECKING:
    from itgraph.queries import Parameter as Declared
    from itgraph.queries import Query
    from itgraph.site.site import Site

__all__ = ["QUERIES", "operation_of"]

TAG = "Questions"
#: So many values one parameter takes at once.
SEVERAL = 50
#: What a value may be at most: more than any name or IRI has.
LONGEST = 400
#: The kinds whose values are entities.
NAMED = frozenset((*ENTITY_KINDS, *CONCEPT_KINDS))
NAME: Schema = {"type": "string", "description": "The name of the saved query."}
LISTED: Schema = {
    "title": "Query",
    "type": "object",
    "properties": {
        "name": NAME,
        "summary": {"type": "string", "description": "The question, in one sentence."},
        "description": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string"}},
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **{key: {"type": "string"} for key in ("name", "kind", "label", "example")},
                    "default": {"type": ["string", "null"], "description": "Null where a value is needed."},
                    "several": {"type": "boolean", "description": "Whether it takes several values, by repeating it."},
                },
                "required": ["name", "kind", "label", "example", "default", "several"],
            },
        },
        "href": {"type": "string", "format": "uri", "description": "Where it is answered."},
        "example": {"type": "string", "format": "uri", "description": "The same, with the values of its example."},
        "page": {"type": "string", "description": "The path of its page on this server."},
    },
    "required": ["name", "summary", "description", "keywords", "parameters", "href", "example", "page"],
}
ANSWERED: dict[str, Schema] = {
    "query": {"type": "string", "description": "The name of the saved query."},
    "notices": {
        "type": "array",
        "items": {"type": "string"},
        "description": "What is to be known of the values that were given, such as an id that was replaced.",
    },
    "columns": {"type": "array", "items": {"type": "string"}},
}
TRUTH: Schema = {
    "title": "Truth",
    "type": "object",
    "properties": {
        "query": ANSWERED["query"],
        "notices": ANSWERED["notices"],
        "boolean": {"type": "boolean"},
    },
    "required": ["query", "notices", "boolean"],
}
#: How values that are no entities are told.
TYPED: dict[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "year": {"type": "string", "pattern": "^[0-9]{4}$", "written": "four digits", "min_length": 4, "max_length": 4},
    "text": {"type": "string", "pattern": r"\S", "written": "not blank", "min_length": 1, "max_length": LONGEST},
    "language": {"type": "string", "min_length": 1, "max_length": 100},
}


def listed_queries(site: Site, asked: Asked) -> Answer:
    """Return the saved queries, in the order of their names."""
    limit, offset = asked["limit"], asked["offset"]
    names = list(site.queries)
    items = [told(site, site.queries[name]) for name in names[offset : offset + limit]]
    part = Part(limit, offset, offset + limit < len(names), len(names))
    columns = ("name", "summary", "href", "example", "page")
    rows = ([*(item[column] for column in columns), " ".join(p["name"] for p in item["parameters"])] for item in items)
    return listing(asked, part, items, (*columns, "parameters"), rows)


def told(site: Site, query: Query) -> dict[str, Any]:
    """Return what the list says of a saved query."""
    operation = operation_of(query)
    several = {parameter.name: bool(parameter.several) for parameter in operation.parameters}
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "keywords": list(query.keywords),
        "parameters": [
            {
                "name": declared.name,
                "kind": declared.kind,
                "label": declared.label,
                "example": declared.example,
                "default": declared.default,
                "several": several[declared.name],
            }
            for declared in query.parameters
        ],
        "href": operation.address(site.addresses.url, {}),
        "example": operation.example_address(site.addresses.url),
        "page": f"{site.addresses.root}questions/{query.name}",
    }


def answer(query: Query, site: Site, asked: Asked) -> Answer:
    """Return the answer of a saved query for the values that are given.

    Raises:
        ItgraphError: a value names nothing, or several things, or is not of its kind.
        Problem: the answer is too large.
    """
    given: dict[str, list[str]] = {}
    for declared in query.parameters:
        values = as_given(asked[declared.name])
        if declared.kind in NAMED:
            values = [named(site, declared, value) for value in values]
        if values:
            given[declared.name] = values
    notices: list[str] = []
    text = ask(site.store, query, given, notices=notices)
    found, volatile = site.evaluate(text)
    if isinstance(found, ox.QueryBoolean):
        truth = bool(found)
        told = {"query": query.name, "notices": notices, "boolean": truth}
        return Answer(told, ("boolean",), [[truth]], volatile=volatile)
    limit, offset = asked["limit"], asked["offset"]
    rows = rows_of(site, found, limit, offset)
    more = {"query": query.name, "notices": notices, "columns": rows.columns}
    part = Part(limit, offset, rows.more, rows.total)
    return listing(asked, part, as_items(site, rows), rows.columns, as_text(rows.rows), more, volatile=volatile)


def named(site: Site, declared: Declared, value: str) -> str:
    """Return the id of the entity that is meant by the value of a parameter.

    Raises:
        UsageError: nothing is, or several are; says which parameter.
    """
    try:
        return meant(site, declared.kind, value)
    except UsageError as error:
        raise UsageError(f"parameter {declared.name}: {error.message}", hint=error.hint) from error


def as_given(value: Any) -> list[str]:
    """Return the values of a parameter as a person would type them."""
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def operation_of(query: Query) -> Operation:
    """Return the operation that a saved query is."""
    body = without_header(query.text)
    form = form_of(body)
    of_ask = form == "ASK"
    row: Schema = {"type": "object", "additionalProperties": CELL}
    answered = projected(body)
    return Operation(
        f"/api/queries/{query.name}",
        "query_" + query.name.replace("-", "_"),
        TAG,
        query.summary,
        query.description,
        (
            *(parameter_of(declared, answered) for declared in query.parameters),
            *(() if of_ask else (LIMIT, OFFSET)),
        ),
        TRUTH if of_ask else listed(row, ANSWERED) | {"title": "Rows"},
        partial(answer, query),
        page=f"questions/{query.name}",
    )


def parameter_of(declared: Declared, answered: frozenset[str] | None) -> Parameter:
    """Return a parameter of a saved query; several values where each row of the answer tells which it is about."""
    kind = declared.kind
    what = f"{declared.label}."
    example: str | int | bool = declared.example
    default: str | int | bool | None = declared.default
    if kind in NAMED:
        words = (KINDS.get(kind) or CONCEPTS[kind]).singular
        what += f" A {words}, by its id, IRI, label or another name."
        typed: dict[str, Any] = {
            "type": "string",
            "pattern": r"\S",
            "written": "not blank",
            "min_length": 1,
            "max_length": LONGEST,
        }
    else:
        typed = TYPED[kind]
        if kind == "integer":
            example, default = int(example), None if default is None else int(default)
        elif kind == "boolean":
            example, default = example == "true", None if default is None else default == "true"
    several = SEVERAL if answered is None or declared.name in answered else 0
    return Parameter(
        declared.name,
        description=what,
        required=default is None,
        default=default,
        example=example,
        several=several,
        **typed,
    )


QUERIES = Operation(
    "/api/queries",
    "queries",
    TAG,
    "The saved queries",
    "Each is a question with a name; what it leaves open are its parameters. Its answer stands at its `href`.",
    (LIMIT, OFFSET),
    listed(LISTED) | {"title": "Queries"},
    listed_queries,
    page="questions",
)
