"""The shapes, applied to what is held, and each result turned into a finding with file and line.

Build side, last before the dump is written. pySHACL judges the default graph as an rdflib graph in memory: what is held
and what is derived, with the ontology and the concepts (https://www.w3.org/TR/shacl/#validation-definition); nothing is
inferred, imported or fetched. The named graphs are asked afterwards who states what was found: a source that
contradicts itself is a violation in its own file, two sources that differ are one warning that names both.

>>> from itgraph.ontology import load
>>> from pyoxigraph import NamedNode, Quad
>>> technique, graph = NamedNode(BASE + "technique/lora"), NamedNode(BASE + "registry/technique/lora")
>>> quads = [Quad(technique, NamedNode(RDF_TYPE), NamedNode(ITG + "TuningTechnique"), graph)]
>>> for finding in validate([quad.triple for quad in quads], quads, lambda *_: ("lora.yaml", 3), load()):
...     print(finding.path, finding.line, finding.message)
lora.yaml 3 technique/lora label: an entity has exactly one label, a text without language
"""

from __future__ import annotations

import io
import logging
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import SH
from rdflib.term import Node

from itgraph.errors import Finding, Severity
from itgraph.namespaces import BASE, ITG, PREFIXES, RDF, SCHEMA, XSD, compact
from itgraph.ontology import Ontology

__all__ = ["Locate", "turtle_report", "validate"]

#: (graph IRI, subject IRI, predicate IRI) → (path, line) of the statement, or None where no entry file states it.
Locate = Callable[[str, str, str], tuple[str, int] | None]

RDF_TYPE = RDF + "type"
#: A result about a derived property is located where the property that it is derived from is stated.
STATED_AS = {
    ITG + "ancestorModel": ITG + "basedOn",
    ITG + "generation": ITG + "basedOn",
    ITG + "year": SCHEMA + "datePublished",
    SCHEMA + "author": ITG + "authorship",
}


def validate(
    held: Iterable[ox.Triple], named: Iterable[ox.Quad], locate: Locate, ontology: Ontology, base: str = BASE
) -> list[Finding]:
    """Judge the default graph ``held`` and return the findings, sorted by file and line.

    ``named`` are the quads of the sources; they are read once and only those about a focus node are kept. A finding
    always has a line: of the statement itself, else of another statement about the same entity, else (where no entry
    file speaks of it) the first line of the shapes that found it.
    """
    data, report = judge(held, ontology, base)
    results = list(results_of(report, data))
    if not results:
        return []
    return sorted(set(Witnesses(results, named, locate, ontology, base).findings()))


def judge(held: Iterable[ox.Triple], ontology: Ontology, base: str) -> tuple[rdflib.Graph, rdflib.Graph]:
    """Return the data graph, and the validation report about it (https://www.w3.org/TR/shacl/#validation-report)."""
    with ill_typed_literals_are_no_news():
        data = in_memory(held)
        shapes = in_memory(triple for source in ontology.shapes for triple in source.triples(base))
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", inplace=True, advanced=False, js=False, do_owl_imports=False
        )
    if not isinstance(report, rdflib.Graph):
        raise report if isinstance(report, Exception) else TypeError("pySHACL returned no report graph")
    return data, report


def turtle_report(held: Iterable[ox.Triple], ontology: Ontology, base: str = BASE) -> str:
    """Return the SHACL validation report as Turtle: the same text for the same findings."""
    _, report = judge(held, ontology, base)
    dataset = ox.Dataset(ox.parse(report.serialize(format="nt11"), ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    turtle = io.BytesIO()
    ox.serialize(sorted((quad.triple for quad in dataset), key=str), turtle, ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return turtle.getvalue().decode("utf-8")


@contextmanager
def ill_typed_literals_are_no_news() -> Iterator[None]:
    # rdflib logs a traceback for each literal that its datatype does not allow; the shapes report them, with the line.
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Parsing weird boolean", category=UserWarning)
            yield
    finally:
        logger.setLevel(level)


def in_memory(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """Return the triples as an rdflib graph, term by term: many times faster than writing and parsing them."""
    graph = rdflib.Graph(bind_namespaces="none")
    known: dict[str, rdflib.URIRef] = {}

    def term(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        if isinstance(value, ox.NamedNode):
            return known.setdefault(value.value, rdflib.URIRef(value.value))
        if isinstance(value, ox.Literal):
            if value.language is not None:
                return rdflib.Literal(value.value, lang=value.language)
            datatype = None if value.datatype.value == XSD + "string" else rdflib.URIRef(value.datatype.value)
            return rdflib.Literal(value.value, datatype=datatype, normalize=False)
        if isinstance(value, ox.BlankNode):
            return rdflib.BNode(value.value)
        raise TypeError("a triple term has no place in data that rdflib reads")

    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


def ox_term(node: Node) -> ox.NamedNode | ox.Literal | None:
    """Return the term as pyoxigraph writes it; None for a blank node (a path that is no single property)."""
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return None


@dataclass(frozen=True)
class Result:
    """One sh:ValidationResult: who, by which property and value, and what the shape says.

    ``values`` are all the values held for that property, and so without those that a correction refutes.
    """

    focus: ox.NamedNode
    path: str | None
    value: ox.NamedNode | ox.Literal | None
    component: str
    shape: str
    severity: str
    message: str
    values: frozenset[ox.NamedNode | ox.Literal | None]


def results_of(report: rdflib.Graph, data: rdflib.Graph) -> Iterator[Result]:
    for node in report.objects(None, SH.result):
        said = dict(report.predicate_objects(node))
        focus, value = ox_term(said[SH.focusNode]), ox_term(said.get(SH.value, said[SH.focusNode]))
        if isinstance(focus, ox.NamedNode) and focus.value.startswith((ITG, SCHEMA)):
            # A query over a whole class: the class is its focus node, and the value is the entity in question.
            focus = value
        if not isinstance(focus, ox.NamedNode):
            continue  # A literal where a node belongs: the shape of the link that leads to it reports that.
        path = said.get(SH.resultPath)
        path = path if isinstance(path, rdflib.URIRef) else None
        source = said.get(SH.sourceConstraint, said[SH.sourceShape])
        yield Result(
            focus=focus,
            path=None if path is None else str(path),
            value=value,
            component=str(said[SH.sourceConstraintComponent]).removeprefix(str(SH)),
            shape=str(source).rpartition("#")[2],
            severity=str(said[SH.resultSeverity]).removeprefix(str(SH)),
            message=str(said.get(SH.resultMessage, "")),
            values=frozenset(map(ox_term, data.objects(said[SH.focusNode], path))) if path else frozenset(),
        )


class Witnesses:
    """What the named graphs say of the focus nodes, and so where each result belongs."""

    def __init__(
        self, results: list[Result], named: Iterable[ox.Quad], locate: Locate, ontology: Ontology, base: str
    ) -> None:
        self.results = results
        self.locate = locate
        self.ontology = ontology
        self.base = base
        self.names = {iri: term for term, iri in reversed(list(ontology.terms.items()))}
        self.about: dict[object, list[ox.Quad]] = defaultdict(list)
        self.linking: dict[object, list[ox.Quad]] = defaultdict(list)
        foci: set[object] = {result.focus for result in results}
        for quad in named:
            if quad.subject in foci:
                self.about[quad.subject].append(quad)
            if quad.object in foci:
                self.linking[quad.object].append(quad)

    def findings(self) -> Iterator[Finding]:
        for result in self.results:
            if result.component == "MaxCountConstraintComponent" and result.path and result.severity == "Warning":
                yield from self.conflict(result, result.path)
            else:
                yield self.finding(result)

    def finding(self, result: Result) -> Finding:
        predicate = STATED_AS.get(result.path or "", result.path) or self.compared_with(result)
        severity = Severity.VIOLATION
        if result.severity == "Warning" or self.differ_only_between_sources(result):
            severity = Severity.WARNING
        return self.at(self.place(result, predicate), result, self.sentence(result), severity)

    def conflict(self, result: Result, path: str) -> Iterator[Finding]:
        """Yield a violation for each source with two values of its own, and a warning where sources differ."""
        values: dict[str, set[ox.NamedNode | ox.Literal]] = defaultdict(set)
        for quad in self.about[result.focus]:
            value, graph_name = quad.object, quad.graph_name
            if quad.predicate.value != path or value not in result.values or not isinstance(graph_name, ox.NamedNode):
                continue
            if isinstance(value, ox.NamedNode | ox.Literal):
                values[graph_name.value].add(value)
        for graph, own in sorted(values.items()):
            if len(own) > 1:
                text = f"{self.subject(result)}: one source gives {self.listed(own)}"
                place = self.locate(graph, result.focus.value, path) or self.place(result, path)
                yield self.at(place, result, (text, "keep the value that it really gives"), Severity.VIOLATION)
        if len({frozenset(own) for own in values.values()}) > 1:
            told = "; ".join(f"{self.listed(own)} in {self.id(graph)}" for graph, own in sorted(values.items()))
            message, _, hint = result.message.partition(" — ")
            text = f"{self.subject(result)}: {message}: {told}"
            yield self.at(self.place(result, path), result, (text, hint), Severity.WARNING)

    def differ_only_between_sources(self, result: Result) -> bool:
        """Tell whether no single graph states both sides of a sh:lessThan that does not hold."""
        if result.component != "LessThanConstraintComponent":
            return False
        other = (result.path or "").removesuffix("Min") + "Max"
        low = {q.graph_name for q in self.about[result.focus] if q.predicate.value == result.path}
        high = {q.graph_name for q in self.about[result.focus] if q.predicate.value == other}
        return not low & high

    def compared_with(self, result: Result) -> str | None:
        if result.component != "DisjointConstraintComponent":
            return None
        return ITG + ("derivedFromDataset" if result.shape.startswith("Dataset") else "basedOn")

    def place(self, result: Result, predicate: str | None) -> tuple[str, int]:
        def rank(quad: ox.Quad) -> tuple[int, str, str]:
            stated, same = quad.predicate.value == predicate, result.value is not None and quad.object == result.value
            nearness = 0 if stated and same else 1 if stated else 2 if same else 3
            if nearness == 3 and quad.predicate.value != RDF_TYPE:
                nearness = 4
            return nearness, str(quad.graph_name), str(quad.predicate)

        for quads in (self.about[result.focus], self.linking[result.focus]):
            for quad in sorted(quads, key=rank):
                if isinstance(quad.graph_name, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
                    place = self.locate(quad.graph_name.value, quad.subject.value, quad.predicate.value)
                    if place is not None:
                        return place
        return str(self.ontology.directory / "shapes" / (result.shape.partition("-")[0] + ".ttl")), 1

    def at(self, place: tuple[str, int], result: Result, said: tuple[str, str], severity: Severity) -> Finding:
        return Finding(place[0], place[1], said[0], said[1], severity, result.focus.value)

    def sentence(self, result: Result) -> tuple[str, str]:
        message, _, hint = result.message.partition(" — ")
        value = "" if result.value is None or result.value == result.focus else f" {self.text(result.value)}"
        return f"{self.subject(result)}{value}: {message}", hint

    def subject(self, result: Result) -> str:
        path = "" if result.path is None else " " + self.names.get(result.path, compact(result.path, self.base))
        return self.id(result.focus.value) + path

    def listed(self, values: Iterable[ox.NamedNode | ox.Literal]) -> str:
        return " and ".join(sorted(self.text(value) for value in values))

    def text(self, value: ox.NamedNode | ox.Literal) -> str:
        return self.id(value.value) if isinstance(value, ox.NamedNode) else repr(value.value)

    def id(self, iri: str) -> str:
        return compact(iri, self.base)
