"""A lineage as a list in a list, for those who read it and do not look at it.

Part of the site, between ``lineage`` and the templates. A node stands in full once, below the first neighbour that is
nearer to the start; elsewhere it is referred to.

Example::

    nested(site, lineage(site.store, iri, Direction.DOWN))[0].children
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from itgraph.lineage_format import printable
from itgraph.site.facts import Mark, source_name

if TYPE_CHECKING:
    from itgraph.lineage import Edge, Lineage
    from itgraph.site.site import Site

__all__ = ["RELATIONS", "Branch", "Relation", "nested", "relation_in_words"]

#: A relation as it is said between a node and the one above it in the list, going up and going down.
RELATIONS = {
    "itg:basedOn": ("built on", "built on it"),
    "fair4ml:fineTunedFrom": ("fine-tuned from", "fine-tuned from it"),
    "itg:hasComponent": ("has the component", "has it as a component"),
    "itg:adapterOf": ("adapter of", "adapter of it"),
    "itg:mergedFrom": ("merged from", "merged from it"),
    "itg:quantizedFrom": ("quantized from", "quantized from it"),
    "fair4ml:trainedOn": ("trained on", "trained on it"),
    "itg:generatedWith": ("written by", "written by it"),
    "itg:derivedFromDataset": ("derived from", "derived from it"),
    "schema:hasPart": ("has the part", "is part of it, or holds it"),
}


@dataclass(frozen=True)
class Relation:
    """How a node hangs on the one above it, and who says so."""

    name: str
    marks: tuple[Mark, ...]


@dataclass
class Branch:
    """A node of the list. ``elsewhere`` tells that it stands in full at another place."""

    label: str
    identifier: str
    kind: str
    href: str
    relations: tuple[Relation, ...]
    elsewhere: bool
    hops: int
    children: list[Branch] = field(default_factory=list)


def nested(site: Site, found: Lineage) -> list[Branch]:
    """Return the nodes next to the start, each with those beyond it."""
    hops = {found.entity: 0} | {node.id: node.hops for node in found.nodes}
    below: dict[str, list[Branch]] = {found.entity: []}
    at_home: dict[str, Branch] = {}
    for node in found.nodes:
        home = next(edge.neighbour for edge in node.via if hops[edge.neighbour] == node.hops - 1)
        for neighbour in dict.fromkeys(edge.neighbour for edge in node.via):
            shared = [edge for edge in node.via if edge.neighbour == neighbour]
            branch = Branch(
                printable(node.label),
                node.id,
                node.kind,
                site.addresses.page(node.id),
                tuple(relation(site, edge, found.direction == "down") for edge in shared),
                elsewhere=neighbour != home,
                hops=node.hops,
            )
            below.setdefault(neighbour, []).append(branch)
            if neighbour == home:
                at_home[node.id] = branch
    for identifier, branch in at_home.items():
        branch.children = below.get(identifier, [])
    return below[found.entity]


def relation(site: Site, edge: Edge, down: bool) -> Relation:
    _, back = RELATIONS.get(edge.relation, (edge.relation, edge.relation))
    there, marks = relation_in_words(site, edge.relation, edge.sources)
    return Relation(back if down else there, marks)


def relation_in_words(site: Site, relation: str, sources: Sequence[str]) -> tuple[str, tuple[Mark, ...]]:
    """Return how a relation is called from what was made to what it was made from, and the marks of who says so."""
    there, _ = RELATIONS.get(relation, (relation, relation))
    marks = tuple(Mark(source_name(graph), "", site.addresses.page(graph), graph) for graph in sources) or (
        Mark("derived", "derived", site.addresses.page("derived"), "derived by a rule"),
    )
    return there, marks
