"""What is said about an entity, written: text for people, JSON and Turtle for programs.

Serve side, after ``description``. The text shows each statement with the graphs that make it, and at its end what
each of those graphs was read from; refuted statements stand apart, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from itgraph.description import Description, Statement, is_iri_term
from itgraph.lineage_format import printable
from itgraph.namespaces import DCTERMS, ITG, OWL, PREFIXES, RDF, RDFS, SSSOM, XSD, compact

if TYPE_CHECKING:
    from itgraph.sparql import Term

__all__ = ["FORMATS", "as_dict", "as_json", "as_text", "as_turtle"]

#: What of a row of a link table stands in its line, in this order.
OF_ROW = (
    OWL + "annotatedProperty",
    OWL + "annotatedTarget",
    SSSOM + "object_label",
    ITG + "linkState",
    SSSOM + "confidence",
    DCTERMS + "created",
)
#: How wide the column of statements grows before the sources move on.
WIDTH = 64


def as_text(result: Description, base: str) -> str:
    """Return the description for a person at a terminal."""
    types = [compact(s.object.value, base) for s in result.outgoing if s.predicate == RDF + "type" and s.held]
    lines = [f"{printable(result.label)} ({compact(result.iri, base)})  {', '.join(types)}", result.iri]
    parts = {
        "Statements": [s for s in result.outgoing if s.held],
        "Said elsewhere about it": [s for s in result.incoming if s.held],
        "Refuted": [s for s in (*result.outgoing, *result.incoming) if not s.held],
    }
    for heading, statements in parts.items():
        if statements:
            lines += ["", heading, *columns(written(result, statements, base))]
    if result.says:
        lines += ["", "Says", *columns(said(result, base))]
    if result.sources:
        lines += ["", "Sources"]
        table = []
        for source in result.sources.values():
            primary = ", ".join(compact(iri, base) for iri in source.primary.split(", ") if iri)
            about = "  ".join(part for part in (source.method, primary, source.reason) if part)
            table.append((f"  {source.id}", printable(about)))
        lines += columns(table)
    return "\n".join([*lines, ""])


def columns(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the rows as lines, the second column aligned where the first is not too wide."""
    kept = list(rows)
    width = min(max((len(left) for left, _ in kept), default=0), WIDTH)
    for left, right in kept:
        yield f"{left:<{width}}  {right}".rstrip()


def written(result: Description, statements: Iterable[Statement], base: str) -> Iterator[tuple[str, str]]:
    """Yield (statement, who says so) for each statement and, deeper by two, for its details; a link is one line."""
    for statement in statements:
        if statement.predicate == OWL + "annotatedSource" and statement.details:
            yield link(result, statement, base)
            continue
        yield line(result, statement, base, result.iri, "  ")
        far = statement.object.value if statement.subject == result.iri else statement.subject
        for detail in statement.details:
            yield line(result, detail, base, far, "    ")


def link(result: Description, row: Statement, base: str) -> tuple[str, str]:
    """Return what a row of a link table says of the entity, and the row with its comment."""
    said = {detail.predicate: term(result, detail.object, base) for detail in row.details if detail.held}
    words = [said[predicate] for predicate in OF_ROW if predicate in said]
    if SSSOM + "predicate_modifier" in said:
        words.insert(0, "not")
    right = [compact(row.subject, base), said.get(RDFS + "comment", "")]
    return "  " + printable("  ".join(words)), printable("  ".join(right))


def said(result: Description, base: str) -> Iterator[tuple[str, str]]:
    """Yield the subjects of what a source says, each followed by (statement, why it is not held)."""
    for subject, statements in groupby(result.says, key=lambda statement: statement.subject):
        yield f"  {printable(name(result, subject, base))}", ""
        for statement in statements:
            written, _ = line(result, statement, base, subject, "    ")
            yield written, printable(verdict(statement))


def line(result: Description, statement: Statement, base: str, about: str, indent: str) -> tuple[str, str]:
    words = [compact(statement.predicate, base), term(result, statement.object, base)]
    if statement.subject != about:
        words.insert(0, name(result, statement.subject, base))
        words.pop()
    sources = ", ".join(statement.sources) or "derived"
    return indent + printable("  ".join(words)), printable(f"{sources}  {verdict(statement)}".rstrip())


def verdict(statement: Statement) -> str:
    """Return why a statement is not held, nothing where it is."""
    if statement.held:
        return ""
    if statement.correction is None:
        return "not held"
    return f"refuted by {statement.correction.id}: {statement.correction.reason}"


def term(result: Description, value: Term, base: str) -> str:
    return name(result, value.value, base) if is_iri_term(value) else value.value


def name(result: Description, iri: str, base: str) -> str:
    """Return label and id, or the id alone where the entity has no label."""
    identifier = compact(iri, base)
    label = result.labels.get(iri, identifier)
    return identifier if label == identifier else f"{label} ({identifier})"


def as_dict(result: Description, base: str) -> dict[str, Any]:
    """Return the description as plain data."""
    return {
        "entity": compact(result.iri, base),
        "iri": result.iri,
        "label": result.label,
        "statements": [statement_dict(result, s, base) for s in result.outgoing if s.held],
        "incoming": [statement_dict(result, s, base) for s in result.incoming if s.held],
        "refuted": [statement_dict(result, s, base) for s in (*result.outgoing, *result.incoming) if not s.held],
        "says": [
            subject_dict(result, subject, base) | {"statements": [statement_dict(result, s, base) for s in group]}
            for subject, group in groupby(result.says, key=lambda statement: statement.subject)
        ],
        "sources": {
            source.id: {"method": source.method, "hadPrimarySource": source.primary, "reason": source.reason}
            for source in result.sources.values()
        },
    }


def subject_dict(result: Description, iri: str, base: str) -> dict[str, Any]:
    identifier = compact(iri, base)
    label = result.labels.get(iri, identifier)
    return {"subject": identifier} | ({"label": label} if label != identifier else {})


def statement_dict(result: Description, statement: Statement, base: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "subject": compact(statement.subject, base),
        "predicate": compact(statement.predicate, base),
        "object": term_dict(statement.object, result.labels, base),
        "sources": list(statement.sources),
        "held": statement.held,
    }
    if statement.correction is not None:
        data["refutedBy"] = {
            "correction": statement.correction.id,
            "reason": statement.correction.reason,
            "hadPrimarySource": statement.correction.primary,
        }
    if statement.details:
        data["details"] = [statement_dict(result, detail, base) for detail in statement.details]
    return data


def term_dict(value: Term, labels: Mapping[str, str], base: str) -> dict[str, str]:
    """Return a term as plain data, an IRI with its id and, where there is one, its label."""
    if is_iri_term(value):
        identifier = compact(value.value, base)
        data = {"id": identifier, "iri": value.value}
        return data | ({"label": label} if (label := labels.get(value.value, identifier)) != identifier else {})
    data = {"value": value.value}
    if language := getattr(value, "language", None):
        data["language"] = language
    elif (datatype := getattr(value, "datatype", None)) is not None and datatype.value != XSD + "string":
        data["datatype"] = compact(datatype.value)
    return data


def as_json(result: Description, base: str) -> str:
    """Return the description as JSON (RFC 8259)."""
    return json.dumps(as_dict(result, base), ensure_ascii=False, indent=2) + "\n"


def as_turtle(result: Description, base: str) -> str:
    """Return the statements that are held, those about detail nodes included, as Turtle; ``base`` is not used."""
    from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

    del base
    everything = [part for whole in (*result.outgoing, *result.incoming) for part in (whole, *whole.details)]
    triples = {(s.subject, s.predicate, s.object) for s in everything if s.held}
    ordered = sorted(triples, key=lambda triple: (triple[0] != result.iri, triple[0], triple[1], str(triple[2])))
    prefixes = {p: iri for p, iri in PREFIXES.items() if any(iri in str(part) for triple in ordered for part in triple)}
    text = serialize(
        (Triple(NamedNode(s), NamedNode(p), o) for s, p, o in ordered), format=RdfFormat.TURTLE, prefixes=prefixes
    )
    return (text or b"").decode("utf-8")


FORMATS = {"text": as_text, "json": as_json, "turtle": as_turtle}
