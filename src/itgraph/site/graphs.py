"""The named graphs, as things: each is a source, and its document holds what it states.

Part of the site, below ``things``.

Example: ``/survey/models/4.ttl`` is what the fourth row of the table of models says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from itgraph.endpoint.problems import Problem
from itgraph.export.lines import Line
from itgraph.sparql import iri_ref

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["graph_of", "is_named_graph", "lines_of_graph"]

#: What stands in a graph of another name: the ontology has the IRI of its namespace.
NAMED_OTHERWISE = {"ns": "ontology"}


def graph_of(identifier: str) -> str:
    """Return the id of the graph that a thing is described by as a whole."""
    return NAMED_OTHERWISE.get(identifier, identifier)


def is_named_graph(site: Site, identifier: str) -> bool:
    """Tell whether the release has a graph of that name."""
    graph = iri_ref(site.base + graph_of(identifier))
    return next(site.store.select(f"SELECT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT 1"), None) is not None


def lines_of_graph(site: Site, identifier: str) -> list[Line]:
    """Return the statements of a graph.

    Raises:
        Problem: 422, they are more than an answer may have.
    """
    name = ox.NamedNode(site.base + graph_of(identifier))
    most = site.limits.max_rows
    query = f"SELECT ?s ?p ?o WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }} LIMIT {most + 1}"
    found = [
        ox.Quad(s, p, o, name)
        for s, p, o in site.store.select(query)
        if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and o is not None
    ]
    if len(found) > most:
        hint = "take the dump, or ask for a part of it by a query"
        raise Problem(422, "answer-too-large", f"the graph has more than {most:,} statements", hint=hint)
    lines = ox.serialize(found, format=ox.RdfFormat.N_QUADS) or b""
    return lines.splitlines(keepends=True)
