"""The build: entries → named graphs → what we hold → rules → shapes → one canonical dump. A pure function of its files.

The default graph is written here and is never an engine's union: every distinct triple of the named graphs once, minus
the statements that a correction refutes, plus what is derived. Nothing reads the network or the clock, so two builds of
the same files are the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import itgraph
from itgraph.about import DERIVED, describe_graphs
from itgraph.claims import Entries, Vocabulary, is_url
from itgraph.entries import read_entries
from itgraph.errors import Finding, InputError, ProblemsFound, Severity, UsageError
from itgraph.integrity import cycles, dangling, mislabelled, unsettled
from itgraph.namespaces import BASE, ITG, ONTOLOGY, RDF
from itgraph.ontology import Ontology, load
from itgraph.publication import publish
from itgraph.queries import load as load_queries
from itgraph.release_layout import DUMP, INDEX, MANIFEST
from itgraph.rules import derive
from itgraph.saved_queries import quads_of_queries
from itgraph.search_index import index_of
from itgraph.triples import Lines, quads_of
from itgraph.void import quads_of_void

__all__ = ["BuildSummary", "Graphs", "build", "check", "make_graphs"]

CORRECTION = ox.NamedNode(ITG + "Correction")
REFUTED = tuple(ox.NamedNode(RDF + part) for part in ("subject", "predicate", "object"))
TYPE = ox.NamedNode(RDF + "type")


@dataclass
class Graphs:
    """What a build holds in memory: the quads of the named graphs, the default graph, and where each entry stands."""

    named: list[ox.Quad]
    held: set[ox.Triple]
    lines: Lines


@dataclass
class BuildSummary:
    """What was built. ``seconds`` is wall time; ``findings`` are the warnings (violations raise).

    ``out`` is the folder that was named, ``release`` the one whose files are this release and stay so.
    """

    manifest: dict[str, Any]
    out: Path
    release: Path
    seconds: float
    findings: list[Finding] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the summary as lines to print."""
        counts = self.manifest
        entities = ", ".join(f"{count} {kind}" for kind, count in counts["entities"].items())
        count = len(self.findings)
        warnings = f", {count} warning{'s' * (count != 1)}" if count else ""
        return [
            f"{self.out / DUMP}: {counts['triples']} triples held, from {counts['graphs']} graphs{warnings}",
            f"entities: {entities}",
            f"sha256 {self.manifest['sha256']}, {self.seconds:.1f} s",
        ]


def check_base(base: str) -> None:
    """See that entities can stand below the base.

    Raises:
        UsageError: it is no http(s) IRI that ends in a slash, or it is the vocabulary's own.
    """
    if not is_url(base) or not base.endswith("/") or "#" in base or "?" in base or base.startswith(f"{ONTOLOGY}/"):
        raise UsageError(
            f"{base!r} is no base for entities", hint=f"give an address that ends in a slash, such as {BASE}"
        )


def make_graphs(entries: Entries, ontology: Ontology, base: str) -> Graphs:
    """Turn entries into the graphs of a release, rules applied, shapes not yet asked.

    Raises:
        ProblemsFound: an id that nobody gives, an anomaly not settled, a link of an entity by another's name, or a
            cycle in ``itg:basedOn``.
        InputError: a rule, a graph or a saved query that cannot be read.
    """
    lines = Lines(entries.graphs, ontology.terms, base)
    named = quads_of(entries.graphs, ontology.context, base)
    named += ontology.quads(base)
    named += describe_graphs(entries.graphs, base)
    named = list(dict.fromkeys(named))
    refuted = set(refuted_statements(named))
    held = without(refuted, {quad.triple for quad in named}, base)
    problems = list(dangling(entries, Vocabulary(ontology.context), named, base))
    problems += unsettled(entries)
    problems += mislabelled(entries)
    problems += cycles(held, named, lines, base)
    if problems:
        raise ProblemsFound(problems)
    store = ox.Store()
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in held)
    derived = derive(store, ontology)
    graph = ox.NamedNode(base + DERIVED)
    named += [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in derived]
    held |= derived
    queries = quads_of_queries(load_queries().values(), base)
    held |= {quad.triple for quad in queries}
    # Last: it counts what is held without itself.
    statistics = quads_of_void(held, base)
    held |= {quad.triple for quad in statistics}
    return Graphs([*named, *queries, *statistics], held, lines)


def refuted_statements(named: list[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield each statement that a correction takes out of what we hold: its subject and predicate with each object."""
    corrections = {quad.subject for quad in named if quad.predicate == TYPE and quad.object == CORRECTION}
    parts: dict[Any, dict[Any, list[Any]]] = {}
    for quad in named:
        if quad.subject in corrections and quad.predicate in REFUTED:
            parts.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    for statement in parts.values():
        if len(statement) == len(REFUTED):
            yield from (ox.Triple(*spo) for spo in product(*(statement[part] for part in REFUTED)))


def without(refuted: set[ox.Triple], stated: set[ox.Triple], base: str) -> set[ox.Triple]:
    """Return the statements minus the refuted ones, and the n-ary nodes (ids with ``#``) that only these led to."""
    held = stated - refuted
    nodes = {
        t.object for t in refuted if isinstance(t.object, ox.NamedNode) and "#" in t.object.value.removeprefix(base)
    }
    orphans = nodes - {triple.object for triple in held if triple.predicate not in REFUTED}
    return {t for t in held if t.subject not in orphans} if orphans else held


def check(
    data: Path, *, base: str = BASE, shacl: bool = True, report: bool = False
) -> tuple[list[Finding], str | None]:
    """Check the entries below ``data``: return every finding, and with ``report`` the SHACL report as Turtle.

    Raises:
        InputError: there are no entries, or the ontology itself cannot be read.
    """
    ontology = load()
    entries = read_entries(data, ontology.context)
    if entries.findings:
        return sorted(entries.findings), None
    try:
        graphs = make_graphs(entries, ontology, base)
    except ProblemsFound as problems:
        return problems.findings, None
    if not shacl:
        return [], None
    from itgraph.validation import turtle_report, validate  # rdflib and pySHACL cost half a second to import

    findings = validate(graphs.held, graphs.named, graphs.lines.locate, ontology, base)
    return findings, turtle_report(graphs.held, ontology, base) if report else None


def build(data: Path, out: Path, *, base: str = BASE, shacl: bool = True, strict: bool = False) -> BuildSummary:
    """Build a release of the entries below ``data`` and publish it in ``out`` (see ``itgraph.release_layout``).

    Raises:
        ProblemsFound: the entries do not hold together (with ``strict``, warnings count too); nothing is written.
        InputError: entries or ontology cannot be read, ``out`` cannot be written, or another build is writing there.
        UsageError: ``base`` is no base for entities.
    """
    started = time.perf_counter()
    check_base(base)
    ontology = load()
    entries = read_entries(data, ontology.context)
    if entries.findings:
        raise ProblemsFound(entries.findings)
    graphs = make_graphs(entries, ontology, base)
    findings: list[Finding] = []
    if shacl:
        from itgraph.validation import validate  # rdflib and pySHACL cost half a second to import

        findings = validate(graphs.held, graphs.named, graphs.lines.locate, ontology, base)
        if any(strict or finding.severity is not Severity.WARNING for finding in findings):
            raise ProblemsFound(findings)
    dump = canonical(graphs)
    manifest = describe(graphs, dump, ontology, base)
    index = index_of(graphs.held, base, manifest["sha256"])
    manifest["search"] = {"file": INDEX, "sha256": hashlib.sha256(index).hexdigest(), "bytes": len(index)}
    told = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    release = publish(out, {DUMP: dump, INDEX: index, MANIFEST: told})
    return BuildSummary(manifest, out, release, time.perf_counter() - started, findings)


def canonical(graphs: Graphs) -> bytes:
    """Return the dump: N-Quads in canonical form, sorted by bytes.

    Without blank nodes this is what RDFC-1.0 gives (https://www.w3.org/TR/rdf-canon/).
    """
    held = [ox.Quad(triple.subject, triple.predicate, triple.object) for triple in graphs.held]
    quads = [*held, *graphs.named]
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise InputError(f"a blank node in {quad.graph_name}: {quad}", hint="give the node an id")
    stream = io.BytesIO()
    ox.serialize(quads, stream, format=ox.RdfFormat.N_QUADS)
    return b"".join(sorted(set(stream.getvalue().splitlines(keepends=True))))


def describe(graphs: Graphs, dump: bytes, ontology: Ontology, base: str) -> dict[str, Any]:
    """Return the manifest of a release: what it is, what it counts, how to know it whole."""
    names = {quad.graph_name for quad in graphs.named}
    entities = {triple.subject for triple in graphs.held if triple.predicate == TYPE} - names
    paths = [entity.value.removeprefix(base).split("/") for entity in entities if isinstance(entity, ox.NamedNode)]
    kinds = Counter(path[0] for path in paths if len(path) == 2 and "#" not in path[1])
    return {
        "name": "itgraph",
        "version": itgraph.__version__,
        "ontologyVersion": ontology.version,
        "base": base,
        "file": DUMP,
        "sha256": hashlib.sha256(dump).hexdigest(),
        "bytes": len(dump),
        "statements": dump.count(b"\n"),
        "triples": len(graphs.held),
        "graphs": len(names),
        "entities": dict(sorted(kinds.items())),
    }
