"""Everything that the release says about one entity, and who says it.

Serve side: asks the store through its seam; ``description_format`` writes the result. A statement is *held* when it
stands in the default graph. One that a source makes but the default graph lacks was refuted by a correction; it is
shown as refuted, with the reason. Nodes that carry a statement's details (a training set, an authorship) are named by
the graph that states them, after ``#``; they are opened one level.

Example::

    describe(store, "https://w3id.org/itgraph/model/alpaca").outgoing[0].sources
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from itgraph.dataset import SELF_DESCRIPTION, is_self_description
from itgraph.namespaces import ITG, PROV, RDF, compact
from itgraph.sparql import Queryable, chunks, entity_iri, iri_ref, is_iri, labels, values
from itgraph.tables import Table
from itgraph.terms import IRI, Value, value

if TYPE_CHECKING:
    from itgraph.sparql import Term

__all__ = ["Correction", "Description", "Source", "Statement", "describe"]


@dataclass(frozen=True)
class Source:
    """A named graph: how it came to be, and what it was read from. ``reason`` is given where it was inferred."""

    id: str
    method: str
    primary: str
    reason: str


@dataclass(frozen=True)
class Correction:
    """Why a statement of a source is not held."""

    id: str
    reason: str
    primary: str


@dataclass(frozen=True)
class Statement:
    """A triple, the ids of the graphs that make it, and, where it is not held, the correction that refutes it.

    ``details`` are the statements about the detail node at the other end, without the one that led there.
    """

    subject: str
    predicate: str
    object: Term
    sources: tuple[str, ...]
    held: bool
    correction: Correction | None = None
    details: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Description(Table):
    """What is said about an entity: statements that begin at it, statements that end at it, and their sources.

    ``says`` is what the entity itself says where it is a source, by subject, its own statements first. ``complete`` is
    false where more ends at the entity, or is said by it, than was asked for.

    As a table: one row per statement, details and refuted ones included; ``base`` shortens the IRIs in HTML.
    """

    iri: str
    label: str
    outgoing: tuple[Statement, ...]
    incoming: tuple[Statement, ...]
    sources: Mapping[str, Source]
    labels: Mapping[str, str]
    base: str
    says: tuple[Statement, ...] = ()
    complete: bool = True

    def columns(self) -> dict[str, list[Value]]:
        """Return the statements as columns; the sources are separated by a space."""
        parts = [part for whole in (*self.outgoing, *self.incoming) for part in (whole, *whole.details)]
        return {
            "subject": [IRI(part.subject) for part in parts],
            "predicate": [IRI(part.predicate) for part in parts],
            "object": [value(part.object) for part in parts],
            "sources": [" ".join(part.sources) for part in parts],
            "held": [part.held for part in parts],
        }


def describe(store: Queryable, iri: str, most: int | None = None, most_said: int | None = None) -> Description:
    """Return every statement about the entity, refuted ones included, each with its sources.

    That a saved query or the statistics mention it says nothing of an entity, and is left out. With ``most``, of so
    many others at most is read what they say of it; with ``most_said``, so much of what it says as a source.
    """
    outgoing = statements(store, [iri], "s")
    aside = frozenset() if is_self_description(compact(iri, store.base)) else SELF_DESCRIPTION
    subjects = None if most is None else pointing_at(store, iri, most + 1)
    complete = most is None or subjects is None or len(subjects) <= most
    incoming = [
        statement
        for statement in statements(store, [iri], "o", None if complete or subjects is None else subjects[:most])
        if statement.subject != iri and (not statement.sources or not aside.issuperset(statement.sources))
    ]
    ends = {s.object.value for s in outgoing if is_iri_term(s.object)} | {s.subject for s in incoming}
    nodes = sorted(node for node in ends if "#" in node.removeprefix(store.base) and node.startswith(store.base))
    # The vocabulary has a # in its IRIs too, but its terms are no detail nodes.
    nodes = [node for node in nodes if not node.startswith(ITG)]
    inside: dict[str, list[Statement]] = {}
    for statement in statements(store, nodes, "s"):
        inside.setdefault(statement.subject, []).append(statement)
    for statement in statements(store, nodes, "o"):
        inside.setdefault(statement.object.value, []).append(statement)
    outgoing = [opened(statement, inside.get(statement.object.value, ()), iri) for statement in outgoing]
    incoming = [opened(statement, inside.get(statement.subject, ()), iri) for statement in incoming]
    says = said_by(store, iri, most_said)
    complete = complete and (most_said is None or len(says) <= most_said)
    says = says[:most_said]
    everything = [*(part for whole in (*outgoing, *incoming) for part in (whole, *whole.details)), *says]
    names = labels(
        store,
        {iri}
        | {part.subject for part in everything}
        | {part.object.value for part in everything if is_iri_term(part.object)},
    )
    graphs = {graph for part in everything for graph in part.sources}
    told = sources(store, graphs)
    return Description(
        iri, names[iri], tuple(outgoing), tuple(incoming), told, names, store.base, tuple(says), complete
    )


def is_iri_term(term: Term) -> bool:
    """Tell whether the term is an IRI; by its written form, so that no engine's classes are needed here."""
    return str(term).startswith("<")


def opened(statement: Statement, inside: Iterable[Statement], iri: str) -> Statement:
    """Return the statement with what is said about the detail node at its other end."""
    details = tuple(
        detail
        for detail in inside
        if detail.subject != iri and not (is_iri_term(detail.object) and detail.object.value == iri)
    )
    return replace(statement, details=details)


def pointing_at(store: Queryable, iri: str, most: int) -> list[str]:
    """Return the first of the subjects of which something is stated that ends at the IRI."""
    query = f"SELECT DISTINCT ?s WHERE {{ ?s ?p {iri_ref(iri)} }} ORDER BY ?s LIMIT {most}"
    return [entity_iri(s) for (s,) in store.select(query) if s is not None]


def statements(
    store: Queryable, iris: Iterable[str], place: Literal["s", "o"], subjects: Iterable[str] | None = None
) -> list[Statement]:
    """Return the statements with one of the IRIs as subject or object, by subject, predicate and object.

    Where ``subjects`` are given, only of those.
    """
    only = "" if subjects is None else values("s", subjects)
    found: dict[tuple[str, str, Term], set[str | None]] = {}
    refuted: dict[tuple[str, str, Term], Correction] = {}
    for chunk in chunks(iris):
        block = f"{values(place, chunk)} {only}"
        query = f"SELECT ?s ?p ?o ?g WHERE {{ {block} {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
        for s, p, o, g in store.select(query):
            if s is not None and p is not None and o is not None:
                graph = compact(entity_iri(g), store.base) if g is not None else None
                found.setdefault((s.value, p.value, o), set()).add(graph)
        refuted |= corrections(store, block)
    return [
        Statement(
            *triple,
            sources=tuple(sorted(graph for graph in graphs if graph is not None)),
            held=None in graphs,
            correction=refuted.get(triple) if None not in graphs else None,
        )
        for triple, graphs in sorted(found.items(), key=lambda item: (item[0][0], item[0][1], str(item[0][2])))
    ]


def said_by(store: Queryable, graph: str, most: int | None = None) -> list[Statement]:
    """Return the statements that a named graph makes, none where there is no such graph; with ``most``, one more."""
    bound = "" if most is None else f" LIMIT {most + 1}"
    query = (
        f"SELECT ?s ?p ?o ?held WHERE {{ GRAPH {iri_ref(graph)} {{ ?s ?p ?o }} BIND (EXISTS {{ ?s ?p ?o }} AS ?held) }}"
        f"{bound}"
    )
    found = [
        (s.value, p.value, o, held is not None and held.value == "true")
        for s, p, o, held in store.select(query)
        if s is not None and p is not None and o is not None
    ]
    found.sort(key=lambda row: (row[0] != graph, row[0], row[1], str(row[2])))
    refuted: dict[tuple[str, str, Term], Correction] = {}
    for chunk in chunks(sorted({s for s, _, _, held in found if not held and is_iri(s)})):
        refuted |= corrections(store, values("s", chunk))
    source = (compact(graph, store.base),)
    return [Statement(s, p, o, source, held, None if held else refuted.get((s, p, o))) for s, p, o, held in found]


def corrections(store: Queryable, block: str) -> dict[tuple[str, str, Term], Correction]:
    """Return the corrections that refute a statement about the entities of the VALUES block."""
    subject, predicate, value = (iri_ref(RDF + name) for name in ("subject", "predicate", "object"))
    query = (
        f"SELECT ?c ?s ?p ?o ?reason ?primary WHERE {{ {block} ?c {subject} ?s ; {predicate} ?p ; {value} ?o . "
        f"OPTIONAL {{ ?c {iri_ref(ITG + 'reason')} ?reason }} "
        f"OPTIONAL {{ ?c {iri_ref(PROV + 'hadPrimarySource')} ?primary }} }} ORDER BY DESC(?c)"
    )
    return {
        (s.value, p.value, o): Correction(
            compact(c.value, store.base), reason.value if reason else "", primary.value if primary else ""
        )
        for c, s, p, o, reason, primary in store.select(query)
        if c is not None and s is not None and p is not None and o is not None
    }


def sources(store: Queryable, graphs: Iterable[str]) -> dict[str, Source]:
    """Return what the graph ``about`` says of each graph: its method, its primary sources and its reason."""
    found: dict[str, tuple[set[str], set[str], set[str]]] = {graph: (set(), set(), set()) for graph in sorted(graphs)}
    for chunk in chunks(graph if "://" in graph else store.base + graph for graph in found):
        query = (
            f"SELECT ?g ?method ?primary ?reason WHERE {{ {values('g', chunk)} "
            f"GRAPH {iri_ref(store.base + 'about')} {{ "
            f"?g {iri_ref(ITG + 'method')} ?method . "
            f"OPTIONAL {{ ?g {iri_ref(PROV + 'hadPrimarySource')} ?primary }} "
            f"OPTIONAL {{ ?g {iri_ref(ITG + 'reason')} ?reason }} }} }}"
        )
        for g, *rest in store.select(query):
            if g is not None:
                for kept, term in zip(found[compact(g.value, store.base)], rest, strict=True):
                    if term is not None:
                        kept.add(term.value)
    return {graph: Source(graph, *(", ".join(sorted(kept)) for kept in parts)) for graph, parts in found.items()}
