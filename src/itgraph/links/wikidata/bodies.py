"""The bodies of Wikidata's answers, read: whole, or refused.

Serve side, between the transport and the client. What breaks off, is empty or is something else raises, so that it is
never taken for an answer without rows.

>>> rows_of(b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}')
[]
>>> hits_of(b'{"search": [{"id": "Q42", "label": "Douglas Adams"}], "success": 1}')[0].label
'Douglas Adams'
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import pyoxigraph as ox

from itgraph.links.wikidata.item import Hit, Item, hit_of, item_of

__all__ = ["Broken", "Row", "document_of", "hits_of", "item_from", "rows_of"]

#: What one solution binds, by the name of the variable.
Row: TypeAlias = dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]
#: How deep an answer without triples within triples is nested, and a little more.
DEEPEST = 8


class Broken(ValueError):
    """An answer that cannot be read: it is cut off, or something else."""


def rows_of(body: bytes) -> list[Row]:
    """Return the solutions of SPARQL 1.1 Query Results JSON.

    Raises:
        Broken: it is none, breaks off, or is nested so deep that the engine would run out of its stack.
    """
    if is_deeper(document_of(body), DEEPEST):
        raise Broken("nested too deep")
    try:
        answer = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(answer, ox.QuerySolutions):
            raise Broken("no solutions")
        names = [variable.value for variable in answer.variables]
        return [
            {name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in answer
        ]
    except (SyntaxError, ValueError) as error:
        raise Broken(str(error)) from error


def is_deeper(value: object, levels: int) -> bool:
    """Tell whether JSON is nested deeper than so many levels."""
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(is_deeper(one, levels - 1) for one in within)


def document_of(body: bytes) -> dict[str, Any]:
    """Return an object of JSON.

    Raises:
        Broken: it is none.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Broken(str(error) if body else "it is empty") from error
    if not isinstance(document, dict):
        raise Broken("not an object")
    return document


def item_from(asked: str, body: bytes) -> Item | None:
    """Return the item of one entity's JSON.

    Raises:
        Broken: it is none.
    """
    try:
        return item_of(asked, document_of(body))
    except ValueError as error:
        raise Broken(str(error)) from error


def hits_of(body: bytes) -> list[Hit]:
    """Return the hits of a search.

    Raises:
        Broken: there is no list of them.
    """
    found = document_of(body).get("search")
    if not isinstance(found, list):
        raise Broken("no hits, and no list without any")
    try:
        return [hit_of(one) for one in found]
    except ValueError as error:
        raise Broken(str(error)) from error
