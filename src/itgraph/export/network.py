"""The lineage as a network of nodes and edges: GraphML for Gephi, igraph and networkx, DOT for Graphviz.

Serve side. A lineage that was asked for is written as it was answered. The whole lineage graph is read from the dump in
two passes, first its nodes, then its edges; what is in memory are the ids of the models and data sets. Edges point from
what was made to what it was made from, and name the graphs that state them, as in ``lineage``.

Example: ``<edge source="model/alpaca" target="model/llama">`` with the data ``relation`` and ``sources``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import pyoxigraph as ox

from itgraph.export.lines import Lines, subjects
from itgraph.export.rdfxml import attribute, text
from itgraph.lineage import KINDS, NO_SOURCES, Direction, Lineage, Via
from itgraph.lineage_format import dot, printable
from itgraph.namespaces import FAIR4ML, ITG, RDF, RDFS, SCHEMA, compact
from itgraph.sparql import kind_of

__all__ = ["Arrow", "Network", "Node", "network_of", "whole_network", "write_dot", "write_graphml"]

CLASSES = frozenset({FAIR4ML + "MLModel", SCHEMA + "Dataset"})
BASED_ON = ITG + "basedOn"
NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
#: The data of nodes and edges: for which element, of which type.
KEYS = {
    "label": ("node", "string"),
    "kind": ("node", "string"),
    "iri": ("node", "string"),
    "hops": ("node", "int"),
    "relation": ("edge", "string"),
    "sources": ("edge", "string"),
}


@dataclass(frozen=True)
class Node:
    """A model or a data set; ``hops`` is its distance from the start of a lineage."""

    id: str
    iri: str
    label: str
    kind: str
    hops: int | None = None


@dataclass(frozen=True)
class Arrow:
    """A relation from what was made to what it was made from, and the ids of the graphs that state it."""

    made: str
    source: str
    relation: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """Nodes, and edges between them; each is read once."""

    nodes: Iterable[Node]
    arrows: Iterable[Arrow]


def network_of(lineage: Lineage) -> Network:
    """Return a lineage as a network."""
    start = Node(lineage.entity, lineage.iri, lineage.label, lineage.kind, 0)
    nodes = [start, *(Node(node.id, node.iri, node.label, node.kind, node.hops) for node in lineage.nodes)]
    arrows = []
    for node in lineage.nodes:
        for edge in node.via:
            made, source = (edge.neighbour, node.id) if lineage.direction is Direction.UP else (node.id, edge.neighbour)
            arrows.append(Arrow(made, source, edge.relation, edge.sources))
    return Network(nodes, arrows)


def whole_network(lines: Lines, base: str, via: Via) -> Network:
    """Return every edge of the lineage graph, and the models and data sets that have one."""
    known = {subject for subject, quads in subjects(lines()) if any(map(is_class, quads))}
    linked = {end for made, source, _, _ in links(lines, base, via, known) for end in (made, source)}
    arrows = (
        Arrow(compact(made, base), compact(source, base), compact(relation), sources)
        for made, source, relation, sources in links(lines, base, via, known)
    )
    return Network(named(lines, base, linked), arrows)


def is_class(quad: ox.Quad) -> bool:
    """Tell whether a statement that is held makes its subject a model or a data set."""
    return (
        quad.predicate.value == RDF + "type"
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value in CLASSES
        and isinstance(quad.graph_name, ox.DefaultGraph)
    )


def named(lines: Lines, base: str, linked: set[str]) -> Iterator[Node]:
    for subject, quads in subjects(lines()):
        if subject in linked:
            labels = sorted(filter(None, map(label_of, quads)))
            identifier = compact(subject, base)
            yield Node(identifier, subject, labels[0] if labels else identifier, kind_of(identifier))


def label_of(quad: ox.Quad) -> str | None:
    """Return the label that a statement gives, if it is held."""
    is_label = quad.predicate.value == RDFS + "label" and isinstance(quad.graph_name, ox.DefaultGraph)
    return quad.object.value if is_label and isinstance(quad.object, ox.Literal) else None


def links(lines: Lines, base: str, via: Via, known: set[str]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield (made, source, relation, ids of the graphs that state it) for every edge that is held."""
    relations = frozenset(via.relations)
    for subject, quads in subjects(lines()):
        if subject not in known:
            continue
        found: dict[tuple[str, str], set[str]] = {}
        for quad in quads:
            if quad.predicate.value not in relations or not isinstance(quad.object, ox.NamedNode):
                continue
            edge = (quad.object.value, quad.predicate.value)
            # The default graph sorts before the named ones, and what it does not hold is no edge.
            if not isinstance(quad.graph_name, ox.NamedNode):
                found[edge] = set()
            elif edge in found and (graph := compact(quad.graph_name.value, base)) not in NO_SOURCES:
                found[edge].add(graph)
        for (source, relation), graphs in without_derived(found).items():
            if source in known and source != subject:
                yield subject, source, relation, tuple(sorted(graphs))


def without_derived(found: Mapping[tuple[str, str], set[str]]) -> dict[tuple[str, str], set[str]]:
    """Return the edges; a ``basedOn`` that only a rule derived gives way to the kind that stands beside it."""
    return {
        (source, relation): graphs
        for (source, relation), graphs in found.items()
        if graphs or relation != BASED_ON or not any((source, kind) in found for kind in KINDS)
    }


def write_graphml(network: Network, out: BinaryIO) -> None:
    """Write a network as GraphML (http://graphml.graphdrawing.org/specification.html), the nodes before the edges."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<graphml xmlns="{NAMESPACE}">']
    lines += [
        f'  <key id="{key}" for="{element}" attr.name="{key}" attr.type="{type_}"/>'
        for key, (element, type_) in KEYS.items()
    ]
    out.write("\n".join([*lines, '  <graph id="lineage" edgedefault="directed">', ""]).encode())
    for node in network.nodes:
        values = {"label": node.label, "kind": node.kind, "iri": node.iri, "hops": node.hops}
        out.write(f"    <node id={attribute(node.id)}>{data(values)}</node>\n".encode())
    for arrow in network.arrows:
        ends = f"source={attribute(arrow.made)} target={attribute(arrow.source)}"
        values = {"relation": arrow.relation, "sources": " ".join(arrow.sources)}
        out.write(f"    <edge {ends}>{data(values)}</edge>\n".encode())
    out.write(b"  </graph>\n</graphml>\n")


def data(values: Mapping[str, str | int | None]) -> str:
    """Return data elements; control characters, which XML does not have, are shown as their escapes."""
    return "".join(
        f'<data key="{key}">{text(printable(str(value)))}</data>' for key, value in values.items() if value is not None
    )


def write_dot(network: Network, out: BinaryIO) -> None:
    """Write a network in the DOT language of Graphviz, with the arrows of the statements."""
    out.write(b"digraph lineage {\n  rankdir=BT;\n  node [shape=box];\n")
    out.writelines(
        f"  {dot(node.id)} [label={dot(node.label)}, URL={dot(node.iri)}];\n".encode() for node in network.nodes
    )
    for arrow in network.arrows:
        ends = f"{dot(arrow.made)} -> {dot(arrow.source)}"
        tooltip = dot(", ".join(arrow.sources))
        out.write(f"  {ends} [label={dot(arrow.relation)}, tooltip={tooltip}];\n".encode())
    out.write(b"}\n")
