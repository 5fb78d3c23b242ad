"""What changed between two releases: entities and statements added, removed, changed, refuted, told by other sources.

Serve side, beside the store: reads the two dumps themselves, which are sorted, side by side like a merge. One entity
of each is in memory at a time, so that the dumps may be of any size; what is kept grows with the difference alone.
``difference_format`` writes the result. Three parts stay apart: what sources state, what is derived from it, and what
the graph ``about`` says of the sources. How a release describes itself, its saved queries and its statistics, is no
part of it: the queries are of the program, and each number follows from the other statements.

A base that moved is no difference: the older release is read as if it had the base of the newer one.

Example::

    result = difference("release-1", "release-2")
    [subject.id for subject in result.subjects if subject.change is Change.ADDED]
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from itgraph.dataset import SELF_DESCRIPTION
from itgraph.dumps import Dump, Line, merged
from itgraph.errors import StoreError
from itgraph.namespaces import RDFS, compact

if TYPE_CHECKING:
    from itgraph.sparql import Term

__all__ = ["Change", "Difference", "Part", "StatementChange", "SubjectChange", "difference"]


class Change(StrEnum):
    """What happened; an entity knows the first three, a statement all of them.

    ``refuted``: still stated, no longer held. ``restored``: stated before, now held. ``sources``: held as before, by
    other sources.
    """

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REFUTED = "refuted"
    RESTORED = "restored"
    SOURCES = "sources"


class Part(StrEnum):
    """Where a statement stands: in what sources state, in the derived graph alone, or in the graph about sources."""

    STATED = "stated"
    DERIVED = "derived"
    ABOUT = "about"


@dataclass(frozen=True)
class State:
    """How a release has a statement: in its default graph or not, and in which named graphs."""

    held: bool
    sources: frozenset[str]

    @property
    def part(self) -> Part:
        """The part that a statement of these sources belongs to."""
        alone = next(iter(self.sources)) if len(self.sources) == 1 else None
        return Part(alone) if alone in (Part.DERIVED, Part.ABOUT) else Part.STATED


@dataclass(frozen=True)
class StatementChange:
    """One statement that the two releases do not have alike.

    ``before`` is the old object where the change is ``changed``, else None. ``sources`` are the ids of the graphs that
    state it in the newer release (in the older one where it was removed), ``sources_before`` those of the older one.
    """

    change: Change
    predicate: str
    object: Term
    before: Term | None
    held: bool
    sources: tuple[str, ...]
    sources_before: tuple[str, ...]


@dataclass(frozen=True)
class SubjectChange:
    """An entity in one of the three parts, with the statements about it that differ."""

    part: Part
    change: Change
    id: str
    iri: str
    statements: tuple[StatementChange, ...]


@dataclass(frozen=True)
class Difference:
    """The answer: the two manifests, the subjects that differ by part and then by IRI, and labels for the IRIs."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    subjects: tuple[SubjectChange, ...]
    labels: Mapping[str, str]

    @property
    def base(self) -> str:
        """The base of the newer release, below which all ids of the answer are."""
        return str(self.after["base"])

    def of(self, part: Part, *changes: Change) -> tuple[SubjectChange, ...]:
        """Return the subjects of a part, all of them or those with one of the changes."""
        return tuple(s for s in self.subjects if s.part is part and (not changes or s.change in changes))

    def count(self, part: Part, change: Change) -> int:
        """Return how many statements of a part have the change."""
        return sum(s.change is change for subject in self.of(part) for s in subject.statements)


def difference(before: str | os.PathLike[str], after: str | os.PathLike[str]) -> Difference:
    """Compare two releases.

    Args:
        before: the folder of the older release.
        after: the folder of the newer one.

    Raises:
        itgraph.errors.StoreError: one of them is missing, was cut off or changed after it was built, or is not sorted.
    """
    older, newer = Dump.open(before), Dump.open(after)
    found: list[SubjectChange] = []
    if older.manifest["sha256"] != newer.manifest["sha256"]:
        for was, now in merged(older, newer):
            found += compare(states(was, older.path), states(now, newer.path), newer.base)
    order = list(Part)
    found.sort(key=lambda subject: (order.index(subject.part), subject.iri))
    return Difference(older.manifest, newer.manifest, tuple(found), names(found, older, newer))


def states(lines: Iterable[Line], path: Path) -> dict[tuple[str, str, Term], State]:
    """Return the statements of one subject, each with how the release has it.

    Raises:
        StoreError: a line is no N-Quad.
    """
    graphs: dict[tuple[str, str, Term], set[str | None]] = {}
    try:
        for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS):
            subject, target = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or isinstance(target, ox.Triple):
                raise StoreError("a subject or object that no release has", hint="build it again", path=path)
            graph = None if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
            graphs.setdefault((subject.value, quad.predicate.value, target), set()).add(graph)
    except SyntaxError as error:
        raise StoreError("the dump is not N-Quads", hint="build it again with 'itgraph build'", path=path) from error
    return {
        triple: State(None in found, frozenset(graph for graph in found if graph is not None))
        for triple, found in graphs.items()
    }


def compare(
    was: Mapping[tuple[str, str, Term], State], now: Mapping[tuple[str, str, Term], State], base: str
) -> Iterator[SubjectChange]:
    """Yield how a subject changed, once for each part in which it did."""
    was, now = located(was, base), located(now, base)
    changes: dict[Part, list[StatementChange]] = {}
    subject = ""
    for triple in sorted(was.keys() | now.keys(), key=lambda triple: (triple[1], str(triple[2]))):
        old, new = was.get(triple), now.get(triple)
        if old == new:
            continue
        subject, predicate, target = triple
        parts = {state.part for state in (old, new) if state is not None}
        part = parts.pop() if len(parts) == 1 else Part.STATED
        changes.setdefault(part, []).append(statement_change(predicate, target, old, new))
    for part, statements in changes.items():
        had, has = (any(state.part is part for state in side.values()) for side in (was, now))
        change = Change.CHANGED if had == has else Change.ADDED if has else Change.REMOVED
        kept = tuple(paired(statements, was, now)) if change is Change.CHANGED else tuple(statements)
        yield SubjectChange(part, change, compact(subject, base), subject, kept)


def located(statements: Mapping[tuple[str, str, Term], State], base: str) -> dict[tuple[str, str, Term], State]:
    """Return the statements with the ids of the graphs instead of their IRIs, without those of the release itself."""
    found = {
        triple: State(state.held, frozenset(compact(graph, base) for graph in state.sources))
        for triple, state in statements.items()
    }
    return {
        triple: state
        for triple, state in found.items()
        if not state.sources or not SELF_DESCRIPTION.issuperset(state.sources)
    }


def statement_change(predicate: str, target: Term, old: State | None, new: State | None) -> StatementChange:
    if old is None or new is None:
        change = Change.REMOVED if new is None else Change.ADDED
    elif old.held == new.held:
        change = Change.SOURCES
    else:
        change = Change.RESTORED if new.held else Change.REFUTED
    before = tuple(sorted(old.sources)) if old is not None else ()
    after = tuple(sorted(new.sources)) if new is not None else before
    held = new.held if new is not None else old is not None and old.held
    return StatementChange(change, predicate, target, None, held, after, before)


def paired(
    statements: Iterable[StatementChange],
    was: Iterable[tuple[str, str, Term]],
    now: Iterable[tuple[str, str, Term]],
) -> Iterator[StatementChange]:
    """Yield the changes; where a property had one value and has another one, both are one change."""
    single = alone(was) & alone(now)
    gone = {s.predicate: s for s in statements if s.change is Change.REMOVED and s.predicate in single}
    come = {s.predicate: s for s in statements if s.change is Change.ADDED and s.predicate in single}
    for statement in statements:
        old, new = gone.get(statement.predicate), come.get(statement.predicate)
        if old is None or new is None:
            yield statement
        elif statement is new:
            yield StatementChange(
                Change.CHANGED, new.predicate, new.object, old.object, new.held, new.sources, old.sources
            )


def alone(statements: Iterable[tuple[str, str, Term]]) -> set[str]:
    """Return the properties with exactly one value."""
    counts: dict[str, int] = {}
    for _, predicate, _ in statements:
        counts[predicate] = counts.get(predicate, 0) + 1
    return {predicate for predicate, count in counts.items() if count == 1}


def names(subjects: Iterable[SubjectChange], older: Dump, newer: Dump) -> dict[str, str]:
    """Return the labels of all entities that the difference mentions, the newer release's where both have one."""
    wanted = {subject.iri for subject in subjects}
    for subject in subjects:
        for statement in subject.statements:
            wanted |= {t.value for t in (statement.object, statement.before) if isinstance(t, ox.NamedNode)}
    found: dict[str, tuple[str, str]] = {}
    for dump in (newer, older) if wanted else ():
        own: dict[str, tuple[str, str]] = {}
        for iri, label in dump.literals(RDFS + "label", wanted, newer.base):
            rank = (label.language or "", label.value)
            own[iri] = min(own.get(iri, rank), rank)
        found = own | found
    return {iri: label for iri, (_, label) in found.items()}
