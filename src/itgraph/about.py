"""The graph ``about``: for every named graph of a release, how its statements came to be and who stands behind them.

Build side. PROV-O (https://www.w3.org/TR/prov-o/): each graph is a ``prov:Entity`` with ``prov:hadPrimarySource`` and
``itg:method`` ("stated", "curated", "inferred" or "derived").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from itgraph.claims import ClaimGraph, is_url
from itgraph.dataset import PROJECT, QUERIES, VOID_GRAPH
from itgraph.namespaces import ITG, ONTOLOGY, PROV, RDF

__all__ = ["ABOUT", "DERIVED", "describe_graphs"]

ABOUT = "about"
DERIVED = "derived"

TYPE = ox.NamedNode(RDF + "type")
ENTITY = ox.NamedNode(PROV + "Entity")
METHOD = ox.NamedNode(ITG + "method")
REASON = ox.NamedNode(ITG + "reason")
PRIMARY_SOURCE = ox.NamedNode(PROV + "hadPrimarySource")

#: The graphs that no entry file makes, with their method and what they come from.
MADE = {
    "ontology": ("curated", ONTOLOGY),
    "concepts": ("curated", ONTOLOGY),
    QUERIES: ("curated", PROJECT),
    VOID_GRAPH: ("derived", PROJECT),
    DERIVED: ("derived", ONTOLOGY),
    ABOUT: ("derived", ONTOLOGY),
}


def describe_graphs(graphs: Iterable[ClaimGraph], base: str) -> Iterator[ox.Quad]:
    """Yield the quads of ``about`` for the given claim graphs and for those that the build itself makes."""
    for graph in graphs:
        sources = ["survey"] if graph.of_survey else [graph.source] if graph.source else []
        iris = [source if is_url(source) else base + source for source in sources]
        yield from description(base, graph.id, graph.method, iris)
        if graph.inferred:
            yield quad(base, graph.id, REASON, ox.Literal(graph.inferred))
    for name, (method, source) in MADE.items():
        yield from description(base, name, method, [source])


def description(base: str, graph: str, method: str, sources: list[str]) -> Iterator[ox.Quad]:
    yield quad(base, graph, TYPE, ENTITY)
    yield quad(base, graph, METHOD, ox.Literal(method))
    for source in sources:
        yield quad(base, graph, PRIMARY_SOURCE, ox.NamedNode(source))


def quad(base: str, graph: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(base + graph), predicate, value, ox.NamedNode(base + ABOUT))
