"""What a release states of itself: asked once, when it is opened, and carried to the process that tells it.

Part of the endpoint, below ``description``: the fork server, which holds the store, asks; the front, which has none,
describes.

Example::

    stated = read_stated(store)
    Stated.unpacked(stated.packed()) == stated
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from itgraph.dataset import QUERIES, VOID_GRAPH
from itgraph.namespaces import SH
from itgraph.sparql import Queryable

__all__ = ["OWN_GRAPHS", "Stated", "read_stated"]

#: The graphs that are named one by one, with what is in them. There may be millions of others, one for each row,
#: reference and entry: a description is read whole, and so says by which query they are listed.
OWN_GRAPHS = {
    "about": "For every named graph, how its statements came to be and what they were read from.",
    "concepts": "The concepts: ways of making data, modalities, fields, subjects.",
    "derived": "What no source asserts and the rules derive.",
    "ontology": "The vocabulary.",
    QUERIES: "The saved queries, with their parameters.",
    VOID_GRAPH: "How much there is of each class and property.",
}


@dataclass(frozen=True)
class Stated:
    """What a release states of itself: IRIs of its saved queries, its own graphs by id, the triples of ``void``."""

    examples: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    statistics: tuple[ox.Triple, ...] = ()

    def packed(self) -> dict[str, Any]:
        """Return it as plain data, for the way to another process; :meth:`unpacked` reads it."""
        statistics = ox.serialize(self.statistics, format=ox.RdfFormat.N_TRIPLES) or b""
        return {"examples": self.examples, "graphs": self.graphs, "statistics": statistics.decode()}

    @classmethod
    def unpacked(cls, told: Mapping[str, Any]) -> Stated:
        """Return what :meth:`packed` packed."""
        statistics = ox.parse(told["statistics"], format=ox.RdfFormat.N_TRIPLES)
        return cls(tuple(told["examples"]), tuple(told["graphs"]), tuple(quad.triple for quad in statistics))


def read_stated(store: Queryable) -> Stated:
    """Ask a release, once, for what it states of itself; a release that was built before it did has less."""
    base = store.base
    own = " ".join(f"<{base}{name}>" for name in OWN_GRAPHS)
    graphs = f"SELECT ?g WHERE {{ VALUES ?g {{ {own} }} FILTER EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }} ORDER BY ?g"
    examples = f"SELECT ?q WHERE {{ GRAPH <{base}{QUERIES}> {{ ?q a <{SH}SPARQLExecutable> }} }} ORDER BY ?q"
    statistics = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{base}{VOID_GRAPH}> {{ ?s ?p ?o }} }}"
    triples = (
        ox.Triple(s, p, o)
        for s, p, o in store.select(statistics)
        if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and o is not None
    )
    return Stated(
        tuple(query.value for (query,) in store.select(examples) if query is not None),
        tuple(graph.value.removeprefix(base) for (graph,) in store.select(graphs) if graph is not None),
        tuple(sorted(triples, key=str)),
    )
