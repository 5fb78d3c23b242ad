"""``itgraph import survey``: a survey README → ``data/survey/*.yaml``, or one clear error and nothing written.

Reads the registry and the settlements beside it, so that ids, corrected citations and row numbers come out the same on
every run. All files are made in memory first; each is then put in place whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from itgraph.claims import Entries, Vocabulary
from itgraph.entries import read_entries
from itgraph.errors import InputError, ProblemsFound
from itgraph.files import put_in_place
from itgraph.namespaces import BASE, RDFS, SKOS
from itgraph.ontology import Ontology, load
from itgraph.survey.anomalies import Anomalies, Anomaly, Settlements
from itgraph.survey.citations import CitationReader
from itgraph.survey.document import Document, read_document
from itgraph.survey.grid import SPECS, Table, headings, read_grid, recognise
from itgraph.survey.namesakes import report_namesakes
from itgraph.survey.numbering import Earlier, stated_in
from itgraph.survey.registry import Registry
from itgraph.survey.rows import RowReader
from itgraph.survey.works import References, read_references, reference_claims, survey_claims
from itgraph.survey.writer import HEADER, dump, graph

__all__ = ["ImportSummary", "import_survey"]

#: The one file of the folder that people write.
SETTLED = "settled.yaml"


@dataclass
class ImportSummary:
    """What an import read, noticed and changed. ``changed`` names files that differ from what was there before."""

    rows: dict[str, int] = field(default_factory=dict)
    data_lines: int = 0
    references: int = 0
    authors: int = 0
    confirmed_persons: int = 0
    anomalies: list[Anomaly] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def open_anomalies(self) -> list[Anomaly]:
        """Those that nobody has settled yet."""
        return [anomaly for anomaly in self.anomalies if not anomaly.settled]

    def lines(self) -> list[str]:
        """Return the summary as lines to print."""
        tables = ", ".join(f"{name} {count}" for name, count in self.rows.items())
        return [
            f"{len(self.rows)} tables, {sum(self.rows.values())} rows on {self.data_lines} lines ({tables})",
            f"{self.references} references, {self.authors} authors, {self.confirmed_persons} confirmed in several",
            f"{len(self.anomalies)} anomalies, {len(self.open_anomalies)} of them not settled",
            f"files that differ: {', '.join(self.changed) or 'none'}",
        ]


def import_survey(readme: Path, out: Path, *, data: Path, check: bool = False) -> ImportSummary:
    """Turn a survey README into entries below ``out``, against the registry and settlements below ``data``.

    With ``check`` nothing is written; ``changed`` then says what would be.

    Raises:
        InputError: the file is no survey README, or cannot be read.
        ProblemsFound: the registry or the settlements have errors of form.
    """
    document = read_document(readme)
    ontology = load()
    entries = read_entries(data, ontology.context)
    if entries.findings:
        raise ProblemsFound(entries.findings)
    summary = ImportSummary()
    earlier = Earlier(stated_in(out, Vocabulary(ontology.context)))
    files = make_files(document, entries, list(concept_names(ontology)), earlier, summary)
    before = {path.name: path.read_bytes() for path in sorted(out.glob("*.yaml")) if path.is_file()}
    made = {name: text.encode() for name, text in files.items()}
    gone = sorted(before.keys() - made.keys() - {SETTLED})
    summary.changed = sorted({name for name in made if made[name] != before.get(name)} | set(gone))
    if not check:
        put_in_place(out, made, gone=gone)
    return summary


def concept_names(ontology: Ontology) -> Iterator[tuple[str, str]]:
    """Yield (id, name) for every name of every concept."""
    naming = {f"{RDFS}label", f"{SKOS}altLabel"}
    for subject, predicate, name, _ in ontology.quads(BASE):
        named = predicate.value in naming and isinstance(subject, ox.NamedNode) and isinstance(name, ox.Literal)
        if named and subject.value.startswith(BASE):
            yield subject.value.removeprefix(BASE), name.value


def make_files(
    document: Document,
    entries: Entries,
    concepts: list[tuple[str, str]],
    earlier: Earlier,
    summary: ImportSummary,
) -> dict[str, str]:
    """Return file name → YAML for the whole document; fill in the summary."""
    registry = Registry(entries, concepts)
    anomalies = Anomalies(Settlements(entries))
    tables = recognised(document, anomalies)
    references = read_references(document, registry, anomalies)
    citations = CitationReader(references, registry, tables)
    reader = RowReader(registry, citations, anomalies)
    graphs: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        name = table.spec.name
        graphs[name] = [
            graph(f"survey/{name}/{number}", reader.read(table.spec, row, number, position))
            for position, (row, number) in enumerate(zip(table.rows, earlier.numbers(table), strict=True), 1)
        ]
        report_repeated(graphs[name], table, anomalies)
        summary.rows[name] = len(table.rows)
        summary.data_lines += sum(len(row.lines) for row in table.rows)
    report_unused(references, citations, anomalies)
    earlier.report_withdrawn(
        {g["graph"] for made in graphs.values() for g in made} | {r.id for r in references.all}, anomalies
    )
    survey, of_itself = survey_claims(document, registry, anomalies)
    claims = [graph("survey", of_itself)]
    claims += [graph(r.id, reference_claims(r, survey, registry, anomalies)) for r in references.all]
    graphs["references"] = claims
    summary.authors, summary.confirmed_persons = report_namesakes(
        claims, {r.id: r.line for r in references.all}, registry, anomalies
    )
    summary.references = len(references.all)
    summary.anomalies = list(anomalies.found.values())
    if summary.anomalies:
        graphs["anomalies"] = [graph("survey/anomalies", [anomaly_claims(anomaly) for anomaly in summary.anomalies])]
    return {f"{name}.yaml": HEADER + dump(content) for name, content in graphs.items()}


def anomaly_claims(anomaly: Anomaly) -> dict[str, Any]:
    claims = {"id": anomaly.id, "type": "Anomaly", "anomalyKind": anomaly.kind, "concerns": anomaly.concerns}
    return claims | {"description": anomaly.message}


def recognised(document: Document, anomalies: Anomalies) -> list[Table]:
    tables: list[Table] = []
    for raw in document.tables:
        spec = recognise(raw)
        if spec is None or any(table.spec is spec for table in tables):
            why = "is of no known kind" if spec is None else f"is a second one of the kind {spec.name}"
            message = f"the table with the columns {', '.join(headings(raw))} {why}; none of its rows is read"
            anomalies.report(
                Anomaly("unknown-table", ["survey"], headings(raw)[0] if headings(raw) else "", raw.line, message)
            )
            continue
        table = read_grid(raw, spec)
        for heading in table.unknown_headings:
            message = f"the table {spec.name} has a column “{heading}” that nobody reads"
            anomalies.report(Anomaly("unknown-column", [f"survey/{spec.name}"], heading, raw.line, message))
        tables.append(table)
    if not tables:
        known = ", ".join(SPECS)
        raise InputError(
            f"not a survey README: none of its tables is one of {known}", hint="nothing was written", path=document.path
        )
    return tables


def report_repeated(rows: list[dict[str, Any]], table: Table, anomalies: Anomalies) -> None:
    """Report each row that describes what an earlier row of its table describes already."""
    first: dict[str, str] = {}
    for entry, row in zip(rows, table.rows, strict=True):
        described = entry["says"][0]["describes"]
        if described in first:
            message = f"{described} is described already, by {first[described]}"
            anomalies.report(Anomaly("repeated-row", [entry["graph"]], "", row.line, message))
        first.setdefault(described, entry["graph"])


def report_unused(references: References, citations: CitationReader, anomalies: Anomalies) -> None:
    for reference in references.all:
        if reference.id not in citations.used:
            message = f"no row cites [{reference.number}], “{reference.title_or_url}”"
            anomalies.report(Anomaly("unused-reference", [reference.id], "", reference.line, message))
