"""What an export takes out of a release: all of it, one graph, one entity, or a lineage.

Serve side, between the dump or the store and the writers. Everything, and one graph, are read from the dump as it lies
on the disk; an entity and a lineage are asked of the store, and are held in memory.

An entity takes along the nodes that carry its details (a training set, an authorship), at any depth, and of every other
thing below the base that these name its types and its label, so that a reader needs nothing else to read the file. A
lineage is all its entities, each taken like that. With graphs, what ``about`` says of those graphs comes too.

Example::

    [line.decode() for line in select(None, Selection(entity="LLaMA")).lines()]
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from itgraph.dumps import Dump
from itgraph.entity import Entity, resolve
from itgraph.errors import UsageError
from itgraph.export.lines import Lines, held, of_graph, split, unnamed
from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.namespaces import ITG, RDF, RDFS, compact
from itgraph.sparql import Queryable, chunks, iri_ref, is_iri, values
from itgraph.store import Store

__all__ = ["Selected", "Selection", "describing", "select"]

#: What of a neighbour comes along.
NAMING = f"VALUES ?p {{ {iri_ref(RDF + 'type')} {iri_ref(RDFS + 'label')} }}"
#: How many graphs an error offers.
OFFERS = 3


@dataclass(frozen=True)
class Selection:
    """What is wanted: at most one of ``graph``, ``entity`` and ``lineage``, each a name as a person gives it.

    ``direction``, ``via`` and ``depth`` are those of the lineage; ``all_graphs`` asks for the sources too.
    """

    all_graphs: bool = False
    graph: str | None = None
    entity: str | None = None
    lineage: str | None = None
    direction: Direction = Direction.UP
    via: Via | None = None
    depth: int | None = None


@dataclass(frozen=True)
class Selected:
    """What was found: the sorted statements, in the default graph and in the named ones, or in the one asked for.

    ``root`` is the entity or the start of the lineage, ``iris`` are the entities that were taken (None: all of them),
    ``store`` is there where one was opened.
    """

    wanted: Selection
    base: str
    manifest: Mapping[str, Any]
    lines: Lines
    root: Entity | None = None
    iris: tuple[str, ...] | None = None
    lineage: Lineage | None = None
    store: Queryable | None = None

    def triples(self) -> Iterator[bytes]:
        """Yield the statements as N-Triples: those of the one graph that was asked for, else those that we hold."""
        return held(self.lines()) if self.wanted.graph is None else unnamed(self.lines())


def select(release: str | os.PathLike[str] | None, selection: Selection, *, ask: bool = False) -> Selected:
    """Find what is wanted.

    Args:
        release: the folder of the release; None finds it as the store does.
        selection: what is wanted.
        ask: open a store even where the dump alone would do, for a writer that asks questions.

    Raises:
        StoreError: there is no release, or it was cut off or changed after it was built.
        UsageError: a name that nothing has, or several things have.
    """
    name = selection.lineage if selection.entity is None else selection.entity
    if name is None and not ask:
        dump = Dump.open(release)
        if selection.graph is None:
            return Selected(selection, dump.base, dump.manifest, dump.lines)
        graph = named_graph(dump, selection.graph)
        return Selected(selection, dump.base, dump.manifest, lambda: of_graph(dump.lines(), graph))
    store = Store.open(release)
    if name is None:
        return Selected(selection, store.base, store.manifest, Dump.open(store.folder).lines, store=store)
    root = resolve(store, name)
    found = None
    iris: tuple[str, ...] = (root.iri,)
    if selection.lineage is not None:
        found = lineage(store, root.iri, selection.direction, selection.via or Via.WEIGHTS, selection.depth)
        iris += tuple(node.iri for node in found.nodes)
    lines = describing(store, iris)
    return Selected(selection, store.base, store.manifest, lambda: iter(lines), root, iris, found, store)


def named_graph(dump: Dump, name: str) -> str:
    """Return the IRI of a graph that is given by its id or its IRI.

    Raises:
        UsageError: the release has no such graph; names the nearest.
    """
    for iri in (dump.base + name, name):
        if is_iri(iri) and any(True for _ in of_graph(dump.lines(), iri)):
            return iri
    from rapidfuzz import process

    graphs = {split(line)[3] for line in dump.lines()} - {b""}
    ids = sorted(compact(graph[1:-1].decode(), dump.base) for graph in graphs)
    nearest = [found[0] for found in process.extract(name, ids, limit=OFFERS, score_cutoff=60)]
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else "a graph is named like survey/models/4"
    raise UsageError(f"no graph is called {name!r}", hint=hint)


def describing(store: Queryable, iris: Iterable[str]) -> list[bytes]:
    """Return the sorted statements about the entities, in the default graph and in the named ones."""
    found: set[ox.Quad] = set()
    done: set[str] = set()
    waiting = set(iris)
    while waiting:
        done |= waiting
        new = set(statements(store, sorted(waiting)))
        found |= new
        waiting = {iri for iri in named(new, store.base) if "#" in iri} - done
    neighbours = named(found, store.base) - done
    found |= set(statements(store, sorted(neighbours), NAMING))
    graphs = {quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode)}
    about = ox.NamedNode(store.base + "about")
    # In the default graph a row and its graph share an IRI; what is said of the graph stands in `about`.
    said = {quad for quad in statements(store, sorted(graphs)) if quad.graph_name == about}
    lines = ox.serialize(found | said, format=ox.RdfFormat.N_QUADS) or b""
    return sorted(lines.splitlines(keepends=True))


def named(quads: Iterable[ox.Quad], base: str) -> set[str]:
    """Return the things below the base that are objects, terms of the vocabulary apart."""
    iris = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    return {iri for iri in iris if iri.startswith(base) and not iri.startswith(ITG)}


def statements(store: Queryable, subjects: Iterable[str], which: str = "") -> Iterator[ox.Quad]:
    """Yield the statements about the subjects, those of the default graph and those of the named graphs."""
    for chunk in chunks(subjects):
        pattern = "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }"
        for s, p, o, g in store.select(f"SELECT ?s ?p ?o ?g WHERE {{ {values('s', chunk)} {which} {pattern} }}"):
            if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and o is not None:
                graph = g if isinstance(g, ox.NamedNode) else ox.DefaultGraph()
                yield ox.Quad(s, p, o, graph)
