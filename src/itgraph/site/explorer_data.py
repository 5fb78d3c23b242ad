"""What the explorer shows: nodes and edges of one family, or of the whole lineage graph as far as it is shown.

Part of the site, between ``lineage``, which asks the store, and ``explorer``. Whatever is shown is bounded: a family by
the nearest, the whole by the most connected.

Example::

    web = family([lineage(store, iri, Direction.DOWN, most=300)])
    elements(site, web)["edges"][0]
    # {'from': 'model/alpaca', 'to': 'model/llama', 'family': 'weights', 'relations': [...]}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from itgraph.export.network import Node, without_derived
from itgraph.lineage import HAS_PART, Direction, Lineage, Via, steps
from itgraph.lineage_format import arrow, edges, printable
from itgraph.namespaces import RDF, SCHEMA, compact
from itgraph.site.lineage_list import RELATIONS
from itgraph.sparql import Queryable, entity_iri, iri_ref, kind_of, labels

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["Edge", "Relation", "Web", "biggest_of_data", "elements", "family", "whole"]

WEIGHTS = frozenset(compact(relation) for relation in Via.WEIGHTS.relations)
#: Of each relation, so many edges of the nodes that are shown are read at most.
MOST_EDGES = 5000
#: So many families are offered.
TOP = 10


@dataclass(frozen=True)
class Relation:
    """What is stated between two nodes, as a prefixed name, and the ids of the graphs that state it."""

    relation: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Edge:
    """All relations of one family, weights or data, from what was made to what it was made from."""

    made: str
    source: str
    family: str
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class Web:
    """Nodes and the edges between them; ``start`` is the id of the centre, None for the whole.

    ``left_out`` counts the nodes that there are beside these, None where they were not counted.
    """

    start: str | None
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int | None = 0


def family(lineages: Sequence[Lineage]) -> Web:
    """Return the lineages of one entity, up and down or one of them, as one web; the start comes first."""
    first = lineages[0]
    nodes = {first.entity: Node(first.entity, first.iri, first.label, first.kind, 0)}
    stated: dict[tuple[str, str, str], dict[str, None]] = {}
    for result in lineages:
        for node in result.nodes:
            known = nodes.get(node.id)
            if known is None or (known.hops or 0) > node.hops:
                nodes[node.id] = Node(node.id, node.iri, node.label, node.kind, node.hops)
        for node, edge in edges(result):
            made, source = arrow(result, node, edge)
            stated.setdefault((made, source, edge.relation), {}).update(dict.fromkeys(edge.sources))
    complete = all(result.complete for result in lineages)
    edges_ = joined((*key, tuple(sources)) for key, sources in stated.items())
    return Web(first.entity, tuple(nodes.values()), edges_, 0 if complete else None)


def whole(store: Queryable, via: Via, most: int) -> Web:
    """Return the whole lineage graph, or of it the nodes that are connected most, and every edge between them."""
    pattern = connected(via)
    query = (
        f"SELECT ?node (COUNT(*) AS ?count) WHERE {{ {pattern} }} "
        f"GROUP BY ?node ORDER BY DESC(?count) STR(?node) LIMIT {most + 1}"
    )
    found = [entity_iri(node) for node, _ in store.select(query) if node is not None]
    chosen, left_out = found[:most], 0
    if len(found) > most:
        (count,) = next(store.select(f"SELECT (COUNT(DISTINCT ?node) AS ?count) WHERE {{ {pattern} }}"))
        left_out = (int(count.value) if count is not None else 0) - most
    names, identifiers = labels(store, chosen), {iri: compact(iri, store.base) for iri in chosen}
    stated: dict[str, dict[tuple[str, str], set[str]]] = {}
    for made, relation, source, graph in steps(store, chosen, Direction.UP, via, MOST_EDGES):
        if source in identifiers and source != made:
            graphs = stated.setdefault(made, {}).setdefault((source, relation), set())
            graphs.update(() if graph is None else (graph,))
    arrows = (
        (identifiers[made], identifiers[source], compact(relation), tuple(sorted(graphs)))
        for made, found_here in stated.items()
        for (source, relation), graphs in without_derived(found_here).items()
    )
    nodes = (Node(identifiers[iri], iri, names[iri], kind_of(identifiers[iri]), None) for iri in chosen)
    return Web(None, tuple(nodes), joined(sorted(arrows)), left_out)


def connected(via: Via) -> str:
    """Return the pattern of ``?node`` at either end of a relation."""
    ends = []
    for relation in via.relations:
        for edge, source in (
            (f"?node {iri_ref(relation)} ?other", "?other"),
            (f"?other {iri_ref(relation)} ?node", "?node"),
        ):
            # As in the lineage: a part that is no data set of its own is a line of a table.
            whole_ = (
                f" . {source} {iri_ref(RDF + 'type')} {iri_ref(SCHEMA + 'Dataset')}" if relation == HAS_PART else ""
            )
            ends.append(f"{{ {edge}{whole_} }}")
    return " UNION ".join(ends)


def joined(arrows: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> tuple[Edge, ...]:
    """Return one edge for all relations of a family between two nodes."""
    together: dict[tuple[str, str, str], list[Relation]] = {}
    for made, source, relation, sources in arrows:
        kin = "weights" if relation in WEIGHTS else "data"
        together.setdefault((made, source, kin), []).append(Relation(relation, sources))
    return tuple(Edge(*key, tuple(relations)) for key, relations in together.items())


def elements(site: Site, web: Web) -> dict[str, Any]:
    """Return the web as the script of the explorer reads it; ``words`` is how each relation reads there and back."""
    return {
        "start": web.start,
        "root": site.addresses.root,
        "words": RELATIONS,
        "weights": sorted(WEIGHTS),
        "nodes": [
            {
                "id": node.id,
                "label": printable(node.label),
                "kind": node.kind,
                "hops": node.hops,
                "page": site.addresses.page(node.id),
            }
            for node in web.nodes
        ],
        "edges": [
            {
                "from": edge.made,
                "to": edge.source,
                "family": edge.family,
                "relations": [{"relation": one.relation, "sources": list(one.sources)} for one in edge.relations],
            }
            for edge in web.edges
        ],
    }


def biggest_of_data(store: Queryable) -> Iterator[dict[str, Any]]:
    """Yield the models and data sets from which the most was made as data, each with how much, and what."""
    branches = " UNION ".join(
        f"{{ ?made {iri_ref(relation)} ?source }}" for relation in Via.DATA.relations if relation != HAS_PART
    )
    query = (
        f"SELECT ?source (COUNT(DISTINCT ?made) AS ?count) WHERE {{ {branches} }} "
        f"GROUP BY ?source ORDER BY DESC(?count) STR(?source) LIMIT {TOP}"
    )
    found = [(entity_iri(source), int(count.value)) for source, count in store.select(query) if source and count]
    names = labels(store, (iri for iri, _ in found))
    for iri, count in found:
        identifier = compact(iri, store.base)
        yield {"id": identifier, "label": names[iri], "kind": kind_of(identifier), "direct": count}
