"""What must hold between entries before any shape is asked: ids that somebody gives, anomalies settled, no cycles.

Build side, before the rules run (a rule over a cycle has no longest chain) and cheap enough for every build.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from itgraph.claims import Entries, Vocabulary, link_targets
from itgraph.errors import Finding
from itgraph.folding import squeezed, words
from itgraph.namespaces import ITG, RDF
from itgraph.traversal import adjacency_of, find_cycle
from itgraph.triples import Lines

__all__ = ["cycles", "dangling", "mislabelled", "unsettled"]

BASED_ON = ox.NamedNode(ITG + "basedOn")
TYPE = ox.NamedNode(RDF + "type")


def dangling(entries: Entries, vocabulary: Vocabulary, named: list[ox.Quad], base: str) -> Iterator[Finding]:
    """Yield a finding for each id that a claim points at and nobody gives (an id is given where it gets a type).

    An id that was given up has no type, one that was replaced no entry: what still points at either is found.
    """
    known = {quad.subject.value for quad in named if quad.predicate == TYPE and isinstance(quad.subject, ox.NamedNode)}
    gone = {node.id for graph in entries.registry() for node in graph.says if "deprecated" in node}
    replaced = {
        str(old): (node, graph)
        for graph in entries.graphs
        for node in graph.nodes()
        for old in values(node.get("replaces"))
    }
    for old, (node, graph) in replaced.items():
        if base + old in known:
            hint = f"take out the entry of {old}, or the key"
            yield Finding(graph.path, node.lines["replaces"], f"{old} is replaced by {node.id}, and given", hint)
    ids: dict[str, list[str]] = {}
    for iri in known:
        if iri.startswith(base):
            ids.setdefault(iri.removeprefix(base).split("/")[0], []).append(iri.removeprefix(base))
    for graph in entries.graphs:
        subjects = ((node.id, node.line) for node in graph.says if "deprecated" not in node)
        for target, line in [*link_targets(graph, vocabulary), *subjects]:
            if base + target not in known:
                if graph.id == f"registry/{target}":
                    yield Finding(graph.path, line, f"{target} has no type", "add 'type: MLModel' or the like")
                    continue
                close = difflib.get_close_matches(target, ids.get(target.split("/")[0], []), 1)
                hint = f"did you mean {close[0]}?" if close else "add its entry, or mend the id"
                if target in replaced:
                    hint = f"it is now {replaced[target][0].id}"
                elif target in gone:
                    hint = "it was given up"
                yield Finding(graph.path, line, f"unknown id {target}", hint, entity=base + target)


def unsettled(entries: Entries) -> Iterator[Finding]:
    """Yield a finding for each anomaly of the importer that no correction settles and nobody leaves with a reason."""
    nodes = [(graph, node) for graph in entries.graphs for node in graph.nodes()]
    settled = {target for _, node in nodes for target in values(node.get("settles"))}
    settled |= {node.id for graph, node in nodes if graph.id.startswith("curation/") and "reason" in node}
    for graph, node in nodes:
        if node.get("type") == "Anomaly" and node.id not in settled:
            hint = f"settle {node.id} in settled.yaml: a Correction, or a reason to leave it"
            yield Finding(graph.path, node.line, f"not settled: {node.get('description', node.id)}", hint)


def mislabelled(entries: Entries) -> Iterator[Finding]:
    """Yield a finding for each row of a link table that calls an entity by a name that it has not: a slip in the id."""
    names: dict[str, set[str]] = {}
    for graph in entries.registry():
        for node in graph.says:
            given = [*values(node.get("label")), *values(node.get("altLabel"))]
            names.setdefault(node.id, set()).update(map(str, given))
    for graph in entries.graphs:
        for node in graph.says if graph.id.startswith("links/") else ():
            entity, label = str(node.get("subject_id", "")), node.get("subject_label")
            known = names.get(entity)
            if label is None or not known:
                continue
            if squeezed(words(str(label))) not in {squeezed(words(name)) for name in known}:
                hint = f"its names are {', '.join(sorted(map(repr, known)))}: is it the right subject_id?"
                yield Finding(graph.path, node.line, f"{entity} is not called {label!r}", hint)


def values(claim: object) -> list[object]:
    return [] if claim is None else claim if isinstance(claim, list) else [claim]


def cycles(held: set[ox.Triple], named: list[ox.Quad], lines: Lines, base: str) -> list[Finding]:
    """Return one finding for a cycle in ``itg:basedOn``, located at the statement that closes it; none without one."""
    edges: Iterator[tuple[Any, Any]] = ((t.subject, t.object) for t in held if t.predicate == BASED_ON)
    cycle = find_cycle(adjacency_of(sorted(edges, key=str)))
    if cycle is None:
        return []
    chain = " → ".join(node.value.removeprefix(base) for node in cycle)
    where: list[tuple[str, int]] = []
    for source, target in pairwise(cycle):
        statement = ox.Triple(source, BASED_ON, target)
        where += [
            place
            for quad in named
            if quad.triple == statement
            and isinstance(quad.graph_name, ox.NamedNode)
            and (place := lines.locate(quad.graph_name.value, source.value, BASED_ON.value))
        ]
    path, line = min(where, default=("", 0))
    others = ", ".join(f"{p}:{n}" for p, n in sorted(set(where))[1:])
    hint = "a model cannot be its own ancestor: take out the wrong one" + (f" (see also {others})" if others else "")
    return [Finding(path, line, f"a cycle in basedOn: {chain}", hint)]
