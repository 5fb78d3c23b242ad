"""The difference of two releases, written: in words for people, JSON for programs.

Serve side, after ``difference``. The text names entities by label and id, properties by their prefixed names, and
each statement's sources; what is derived, and what is said about the sources themselves, stands apart.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from itgraph.description import is_iri_term
from itgraph.description_format import columns, term_dict
from itgraph.difference import Change, Difference, Part, StatementChange, SubjectChange
from itgraph.lineage_format import printable
from itgraph.namespaces import ITG, compact
from itgraph.sparql import kind_of

if TYPE_CHECKING:
    from itgraph.sparql import Term

__all__ = ["FORMATS", "as_dict", "as_json", "as_text"]

OF_SUBJECTS = (Change.ADDED, Change.REMOVED, Change.CHANGED)
HEADINGS = {Change.ADDED: "Added", Change.REMOVED: "Removed", Change.CHANGED: "Changed"}
TITLES = {Part.DERIVED: "Derived from it", Part.ABOUT: "About the sources"}
RELEASE = ("version", "ontologyVersion", "base", "statements", "sha256")


def as_text(result: Difference) -> str:
    """Return the difference in words."""
    lines = [f"{release(result.before)} → {release(result.after)}"]
    if result.before["base"] != result.base:
        lines.append(f"the base moved from {result.before['base']} to {result.base}, which counts as no difference")
    if not result.subjects:
        return "\n".join([*lines, "no difference", ""])
    for change in OF_SUBJECTS:
        lines += section(result, HEADINGS[change], result.of(Part.STATED, change))
    for part, title in TITLES.items():
        lines += section(result, title, result.of(part))
    return "\n".join([*lines, "", *summary(result), ""])


def release(manifest: Any) -> str:
    return printable(f"{manifest.get('version', '')} ({manifest['sha256'][:8]})")


def section(result: Difference, heading: str, subjects: tuple[SubjectChange, ...]) -> Iterator[str]:
    """Yield the lines of one heading: each entity, and below it the statements that differ."""
    if not subjects:
        return
    yield ""
    yield heading
    for subject in subjects:
        yield f"  {printable(name(result, subject.iri))}"
        yield from columns(line(result, statement) for statement in subject.statements)


def line(result: Difference, statement: StatementChange) -> tuple[str, str]:
    """Return what happened to a statement, and who states it."""
    target = term(result, statement.object)
    if statement.before is not None:
        target = f"{term(result, statement.before)} → {target}"
    words = f"    {statement.change.value:<8}  {compact(statement.predicate, result.base)}  {target}"
    return printable(words), printable(said(statement))


def said(statement: StatementChange) -> str:
    """Return the sources of a statement, or how they changed, and whether a correction refutes it."""
    now, before = set(statement.sources), set(statement.sources_before)
    if statement.change is Change.SOURCES:
        told = [f"now also by {', '.join(sorted(now - before))}"] if now - before else []
        told += [f"no longer by {', '.join(sorted(before - now))}"] if before - now else []
        return "; ".join(told)
    told = [", ".join(statement.sources)] if statement.sources else []
    if not statement.held and statement.change is not Change.REFUTED:
        told.append("not held")
    return "  ".join(told)


def term(result: Difference, value: Term) -> str:
    return name(result, value.value) if is_iri_term(value) else value.value


def name(result: Difference, iri: str) -> str:
    """Return label and id, or the id alone where there is no label, or where it is a term of the vocabulary."""
    identifier = compact(iri, result.base) or iri
    label = result.labels.get(iri) if iri.startswith(result.base) and not iri.startswith(ITG) else None
    return identifier if label is None or label == identifier else f"{label} ({identifier})"


def summary(result: Difference) -> Iterator[str]:
    """Yield the counts as sentences."""
    counts = [f"{len(result.of(Part.STATED, change))} {change.value}" for change in OF_SUBJECTS]
    yield f"entities: {', '.join(counts)}"
    for part, what in ((Part.STATED, "statements"), (Part.DERIVED, "derived"), (Part.ABOUT, "about the sources")):
        told = {change: result.count(part, change) for change in Change}
        told = {change: count for change, count in told.items() if count or change in OF_SUBJECTS}
        words = {Change.SOURCES: "by other sources"}
        yield f"{what}: {', '.join(f'{count} {words.get(change, change.value)}' for change, count in told.items())}"


def as_dict(result: Difference) -> dict[str, Any]:
    """Return the difference as plain data."""
    return {
        "before": {key: result.before[key] for key in RELEASE if key in result.before},
        "after": {key: result.after[key] for key in RELEASE if key in result.after},
        "differ": bool(result.subjects),
        "summary": {
            "entities": {
                change.value: dict(sorted(Counter(kind_of(s.id) for s in result.of(Part.STATED, change)).items()))
                for change in OF_SUBJECTS
            },
            "statements": {
                part.value: {change.value: result.count(part, change) for change in Change} for part in Part
            },
        },
        "entities": [subject_dict(result, subject) for subject in result.of(Part.STATED)],
        "derived": [subject_dict(result, subject) for subject in result.of(Part.DERIVED)],
        "about": [subject_dict(result, subject) for subject in result.of(Part.ABOUT)],
    }


def subject_dict(result: Difference, subject: SubjectChange) -> dict[str, Any]:
    data = {"id": subject.id, "iri": subject.iri, "change": subject.change.value}
    if subject.iri in result.labels:
        data["label"] = result.labels[subject.iri]
    return data | {"statements": [statement_dict(result, statement) for statement in subject.statements]}


def statement_dict(result: Difference, statement: StatementChange) -> dict[str, Any]:
    data: dict[str, Any] = {
        "change": statement.change.value,
        "predicate": compact(statement.predicate, result.base),
        "object": term_dict(statement.object, result.labels, result.base),
        "held": statement.held,
        "sources": list(statement.sources),
    }
    if statement.before is not None:
        data["before"] = term_dict(statement.before, result.labels, result.base)
    if statement.sources_before != statement.sources:
        data["sourcesBefore"] = list(statement.sources_before)
    return data


def as_json(result: Difference) -> str:
    """Return the difference as JSON (RFC 8259)."""
    return json.dumps(as_dict(result), ensure_ascii=False, indent=2) + "\n"


FORMATS = {"text": as_text, "json": as_json}
