"""What an entity descends from, or what descends from it, with who says so: breadth first, one query per hop.

Serve side: asks the store through its seam, in plain SPARQL 1.1 without property paths (a path cannot count hops, and
over millions of models it takes minutes), and keeps sets of nodes, never paths. ``lineage_format`` writes the result.

Two lineages: *weights* (``itg:basedOn``) and *data* (trained on, generated with, derived from, part of). An edge is
followed when it stands in the default graph, so a statement that a correction refutes is never followed; its sources
are the named graphs that state it.

Example::

    lineage(store, "https://w3id.org/itgraph/model/llama", Direction.DOWN)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from itgraph.namespaces import FAIR4ML, ITG, RDF, SCHEMA, compact
from itgraph.sparql import Queryable, chunks, entity_iri, iri_ref, kind_of, labels, values
from itgraph.tables import Table
from itgraph.terms import Value

__all__ = ["BASED_ON", "HAS_PART", "KINDS", "Direction", "Edge", "Lineage", "LineageNode", "Via", "lineage", "steps"]

#: A model built on a model, of whatever kind: the relation that always stands.
BASED_ON = "itg:basedOn"
#: The kinds that may stand beside it.
KINDS = (
    ITG + "adapterOf",
    FAIR4ML + "fineTunedFrom",
    ITG + "hasComponent",
    ITG + "mergedFrom",
    ITG + "quantizedFrom",
)
WEIGHTS = (ITG + "basedOn", *KINDS)
HAS_PART = SCHEMA + "hasPart"
DATA = (FAIR4ML + "trainedOn", ITG + "generatedWith", ITG + "derivedFromDataset", HAS_PART)
#: Graphs that state nothing of their own.
NO_SOURCES = frozenset({"derived", "about"})


class Direction(StrEnum):
    """Which way to go: up to what the entity is made from, or down to what is made from it."""

    UP = "up"
    DOWN = "down"


class Via(StrEnum):
    """Which relations to follow: from model to model, through data sets, or both."""

    WEIGHTS = "weights"
    DATA = "data"
    ALL = "all"

    @property
    def relations(self) -> tuple[str, ...]:
        """The IRIs of the relations; each points from what was made to what it was made from."""
        return {Via.WEIGHTS: WEIGHTS, Via.DATA: DATA, Via.ALL: WEIGHTS + DATA}[self]


@dataclass(frozen=True)
class Edge:
    """One relation between a node and another node of the lineage, as the default graph holds it.

    ``neighbour`` is the id of the node on the way to the start; ``relation`` is a prefixed name; ``sources`` are the
    ids of the graphs that state it (none where a rule derived it and nothing else says so).
    """

    neighbour: str
    relation: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class LineageNode:
    """An entity in the lineage: its least number of hops from the start, and every edge by which it is reached."""

    id: str
    iri: str
    label: str
    kind: str
    hops: int
    via: tuple[Edge, ...]


@dataclass(frozen=True)
class Lineage(Table):
    """The answer: the entity asked about, and the nodes, nearest first and then by id; as a table, one row per edge.

    ``complete`` is false where there would have been more nodes than were asked for.
    """

    entity: str
    iri: str
    label: str
    kind: str
    direction: Direction
    via: Via
    nodes: tuple[LineageNode, ...]
    complete: bool = True

    def columns(self) -> dict[str, list[Value]]:
        """Return the columns that the CSV of the lineage has."""
        from itgraph.lineage_format import as_columns

        return as_columns(self)

    def _repr_html_(self) -> str:
        """Return the tree for a notebook."""
        from itgraph.notebook import tree_html

        return tree_html(self)


def lineage(
    store: Queryable,
    entity: str,
    direction: Direction = Direction.UP,
    via: Via = Via.WEIGHTS,
    depth: int | None = None,
    most: int | None = None,
) -> Lineage:
    """Return the lineage of an entity.

    A node lists every edge to a node that was expanded on the way, whatever that node's distance: with no ``depth``,
    each edge among the nodes of the lineage appears once. Edges that lead back into the start are left out, as are,
    with a ``depth``, those that begin at the outermost nodes. Where a kind of derivation is stated beside
    ``itg:basedOn``, both stand, each with its sources; a ``basedOn`` that only a rule derived gives way to the kind.

    Args:
        store: where to ask.
        entity: the IRI of the start.
        direction: up or down.
        via: the relations to follow.
        depth: the greatest number of hops, or None for all.
        most: with so many nodes it is enough: nothing is read beyond, and the hop that reaches further is left out but
            for the first of its nodes. None for all.
    """
    hops = {entity: 0}
    edges: dict[str, dict[tuple[str, str], set[str]]] = {}
    frontier, level = [entity], 0
    complete = True
    while frontier and level != depth and complete:
        level += 1
        reached: set[str] = set()
        for neighbour, relation, node, source in steps(store, frontier, direction, via, most):
            if node == entity:
                continue
            if most is not None and node not in hops and len(hops) > most:
                complete = False
                continue
            stated = edges.setdefault(node, {}).setdefault((neighbour, relation), set())
            if source is not None:
                stated.add(source)
            if node not in hops:
                hops[node] = level
                reached.add(node)
        frontier = sorted(reached)
    names = labels(store, hops)
    identifier = {iri: compact(iri, store.base) for iri in hops}

    def edges_of(node: str) -> Iterator[Edge]:
        found = edges[node]

        def place(edge: tuple[str, str]) -> tuple[int, str, bool, str]:
            return hops[edge[0]], identifier[edge[0]], edge[1] != ITG + "basedOn", edge[1]

        for neighbour, relation in sorted(found, key=place):
            sources = found[neighbour, relation]
            if not sources and relation == ITG + "basedOn" and any((neighbour, kind) in found for kind in KINDS):
                continue
            yield Edge(identifier[neighbour], compact(relation), tuple(sorted(sources)))

    nodes = [
        LineageNode(identifier[iri], iri, names[iri], kind_of(identifier[iri]), distance, tuple(edges_of(iri)))
        for iri, distance in hops.items()
        if iri != entity
    ]
    nodes.sort(key=lambda node: (node.hops, node.id))
    start = identifier[entity]
    return Lineage(start, entity, names[entity], kind_of(start), direction, via, tuple(nodes), complete)


def steps(
    store: Queryable, frontier: Iterable[str], direction: Direction, via: Via, most: int | None = None
) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield (node of the frontier, relation, node one hop on, id of a graph that states it or None).

    Only edges of the default graph; each comes at least once with None, and once more for each graph. ``most`` bounds
    what is read for nodes, of which there are to be no more.
    """
    for chunk in chunks(frontier):
        held: set[tuple[str, str, str]] = set()
        stated: list[tuple[tuple[str, str, str], str]] = []
        for near, relation, far, graph in store.select(step_query(chunk, direction, via, most)):
            if near is None or relation is None or far is None:
                continue
            edge = (entity_iri(near), entity_iri(relation), entity_iri(far))
            if graph is None:
                held.add(edge)
                yield *edge, None
            else:
                stated.append((edge, compact(entity_iri(graph), store.base)))
        for edge, source in stated:
            if edge in held and source not in NO_SOURCES:
                yield *edge, source


def step_query(chunk: Iterable[str], direction: Direction, via: Via, most: int | None = None) -> str:
    """Return the query for one hop: each relation by its own pattern, which every engine answers from an index."""
    branches = []
    block = values("near", chunk)
    for relation in via.relations:
        made, source = ("?near", "?far") if direction is Direction.UP else ("?far", "?near")
        edge = f"{made} {iri_ref(relation)} {source}"
        # A part that is no data set of its own is a line of a table, not a step in the lineage.
        whole = f"{source} {iri_ref(RDF + 'type')} {iri_ref(SCHEMA + 'Dataset')} ." if relation == HAS_PART else ""
        name = f"BIND ({iri_ref(relation)} AS ?relation)"
        if most is not None:
            # One more than there is room for tells that there are more; the order makes it the same ones each time.
            edge = f"{{ SELECT ?near ?far WHERE {{ {block} {edge} }} ORDER BY ?far LIMIT {most + 1} }}"
            branches.append(f"{{ {edge} {whole} {name} }}")
            stated = f"{made} {iri_ref(relation)} {source}"
            branches.append(f"{{ {edge} GRAPH ?graph {{ {stated} }} {whole} {name} }}")
            continue
        branches.append(f"{{ {edge} . {whole} {name} }}")
        branches.append(f"{{ GRAPH ?graph {{ {edge} }} {whole} {name} }}")
    return f"SELECT ?near ?relation ?far ?graph WHERE {{ {block} {' UNION '.join(branches)} }}"
