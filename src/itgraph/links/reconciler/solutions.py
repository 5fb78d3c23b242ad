"""The solutions of a query to Wikidata, so that none means that there is none.

Serve side, between the finders and the client. An index that is empty or out of order answers with no rows, as one
does that has nothing on a matter; so each query asks for an item as well, any, and an answer without one is a fault.

Example::

    for row in solutions(wikidata, Endpoint.MAIN, ("item",), ['?item wdt:P818 "2302.13971"']):
        print(id_in(row, "item"))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from itgraph.errors import NetworkError
from itgraph.links.wikidata import Endpoint, Row, Wikidata
from itgraph.namespaces import WIKIDATA, WIKIDATA_PROPERTIES

__all__ = ["id_in", "solutions", "text_in"]

PREFIXES = "".join(
    f"PREFIX {name}: <{namespace}>\n" for name, namespace in {"wd": WIKIDATA, **WIKIDATA_PROPERTIES}.items()
)
ALIVE = "SELECT ?alive WHERE { ?alive wdt:P31 ?any } LIMIT 1"


def solutions(wikidata: Wikidata, endpoint: Endpoint, variables: Sequence[str], patterns: Iterable[str]) -> list[Row]:
    """Return the distinct solutions of any of these patterns.

    Args:
        wikidata: who asks.
        endpoint: which of its endpoints is asked.
        variables: what a solution tells, without question marks; not ``alive``.
        patterns: group graph patterns without their braces, with the prefixes wd, wdt and p.

    Raises:
        NetworkError: there is no whole answer, or the endpoint has no item at all.
    """
    told = " ".join(f"?{name}" for name in (*variables, "alive"))
    pattern = " UNION ".join(f"{{ {one} }}" for one in (*patterns, ALIVE))
    query = f"{PREFIXES}SELECT DISTINCT {told} WHERE {{\n  {pattern}\n}}"
    return [row for row in wikidata.select(endpoint, query, alive="alive") if "alive" not in row]


def text_in(row: Row, name: str) -> str:
    """Return the text of a term in a solution.

    Raises:
        NetworkError: the variable is not bound, or bound to what has no text; no answer to our query is like that.
    """
    term = row.get(name)
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise NetworkError(f"an answer without ?{name}", hint="is this the endpoint of Wikidata?")
    return term.value


def id_in(row: Row, name: str) -> str:
    """Return the id of an entity in a solution: what its IRI ends in.

    Raises:
        NetworkError: there is none.
    """
    return text_in(row, name).rpartition("/")[2]
