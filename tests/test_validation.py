"""The shapes against planted errors, by two engines that must agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyrudof
import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from itgraph.namespaces import BASE, RDFS, SKOS, compact
from itgraph.namespaces import SH as SHACL
from itgraph.ontology import Ontology, load
from itgraph.validation import in_memory

CASES = Path(__file__).parent / "shapes"
VALID = sorted(CASES.glob("*/valid-*.ttl"))
INVALID = sorted(CASES.glob("*/invalid-*.ttl"))
#: One result, as far as two engines can agree on it: focus node, constraint component, severity, shape, value.
Result = tuple[str, str, str, str, str]

#: Constraint parameters (https://www.w3.org/TR/shacl/#core-components) → the component that reports them.
COMPONENTS = {
    "class": "ClassConstraintComponent",
    "datatype": "DatatypeConstraintComponent",
    "disjoint": "DisjointConstraintComponent",
    "equals": "EqualsConstraintComponent",
    "hasValue": "HasValueConstraintComponent",
    "in": "InConstraintComponent",
    "languageIn": "LanguageInConstraintComponent",
    "lessThan": "LessThanConstraintComponent",
    "maxCount": "MaxCountConstraintComponent",
    "maxInclusive": "MaxInclusiveConstraintComponent",
    "minCount": "MinCountConstraintComponent",
    "minInclusive": "MinInclusiveConstraintComponent",
    "minLength": "MinLengthConstraintComponent",
    "node": "NodeConstraintComponent",
    "nodeKind": "NodeKindConstraintComponent",
    "or": "OrConstraintComponent",
    "pattern": "PatternConstraintComponent",
    "qualifiedMaxCount": "QualifiedMaxCountConstraintComponent",
    "uniqueLang": "UniqueLangConstraintComponent",
    "xone": "XoneConstraintComponent",
    "sparql": "SPARQLConstraintComponent",
}
#: What a shape says that is no constraint.
NO_CONSTRAINTS = {"message", "path", "property", "qualifiedValueShape", "severity", "targetClass", "targetNode"} | {
    "targetObjectsOf",
    "targetSubjectsOf",
}
SCHEME = ox.NamedNode(SKOS + "ConceptScheme")
#: A shape that only others refer to: its failure is reported as theirs (sh:node).
REFERRED = re.compile(r"#Concept-in-")


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


@pytest.fixture(scope="module")
def shapes(ontology: Ontology) -> rdflib.Graph:
    return in_memory(triple for source in ontology.shapes for triple in source.triples(BASE))


@pytest.fixture(scope="module")
def rudof(ontology: Ontology) -> pyrudof.Rudof:
    shapes = [triple for source in ontology.shapes for triple in source.triples(BASE)]
    text = ox.serialize(shapes, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    session = pyrudof.Rudof(pyrudof.RudofConfig())
    session.read_shacl(text.decode(), pyrudof.ShaclFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    return session


@pytest.fixture(scope="module")
def vocabulary(ontology: Ontology) -> list[ox.Triple]:
    """Return what the shapes look up: super-classes and schemes. The concepts are judged once, with the real graph."""
    looked_up = {RDFS + "subClassOf", SKOS + "inScheme"}
    return [quad.triple for quad in ontology.quads() if quad.predicate.value in looked_up or quad.object == SCHEME]


def read_case(path: Path) -> tuple[list[ox.Triple], rdflib.Graph]:
    """Return the data of a case and its expected report (https://www.w3.org/TR/shacl/#results-validation-report)."""
    triples = [quad.triple for quad in ox.parse(path.read_text("utf-8"), ox.RdfFormat.TURTLE, base_iri=BASE)]
    report = [triple for triple in triples if isinstance(triple.subject, ox.BlankNode)]
    return [triple for triple in triples if not isinstance(triple.subject, ox.BlankNode)], in_memory(report)


def results_of(report: rdflib.Graph) -> list[Result]:
    def name(result: Node, predicate: Node) -> str:
        value = report.value(result, predicate)
        return "" if value is None else str(value)

    return sorted(
        (
            name(result, SH.focusNode),
            name(result, SH.sourceConstraintComponent),
            name(result, SH.resultSeverity),
            name(result, SH.sourceShape),
            name(result, SH.value),
        )
        for result in report.objects(None, SH.result)
    )


def by_pyshacl(data: Iterable[ox.Triple], shapes: rdflib.Graph) -> list[Result]:
    _, report, _ = pyshacl.validate(in_memory(data), shacl_graph=shapes, inplace=True, do_owl_imports=False)
    assert isinstance(report, rdflib.Graph)
    return results_of(report)


def by_pyrudof(data: Iterable[ox.Triple], session: pyrudof.Rudof) -> list[Result]:
    text = ox.serialize(data, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    session.reset_data()
    session.read_data(text.decode(), pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    report = session.validate_shacl(pyrudof.ShaclValidationMode.Native)
    return sorted(
        (e.focus_node, e.constraint_component, SHACL + e.severity, e.source_shape or "", lexical(e.value))
        for e in report
    )


def lexical(value: str | None) -> str:
    """Return the lexical form of a literal as pyrudof writes it, and an IRI as it is."""
    return "" if value is None else value[1 : value.rindex('"')] if value.startswith('"') else value


def parts(iri_or_result: Result) -> str:
    return " ".join(compact(part, BASE) for part in iri_or_result)


def constraints(shapes: rdflib.Graph) -> Iterator[tuple[str, str]]:
    """Yield (shape, component) for each constraint that a named shape declares."""
    for shape, predicate in shapes.subject_predicates():
        local = str(predicate).removeprefix(SHACL)
        if not isinstance(shape, rdflib.URIRef) or not str(predicate).startswith(SHACL) or REFERRED.search(shape):
            continue
        if (shape, RDF.type, SH.SPARQLConstraint) in shapes or local in NO_CONSTRAINTS:
            continue
        yield str(shape), SHACL + COMPONENTS[local]


def test_the_cases_are_all_there() -> None:
    assert (len(VALID), len(INVALID)) == (25, 166)
    shapes_files = {path.stem for path in load().directory.glob("shapes/*.ttl")}
    assert {path.parent.name for path in VALID} == shapes_files == {path.parent.name for path in INVALID}


def test_every_constraint_of_every_shape_has_a_planted_error(shapes: rdflib.Graph) -> None:
    found = {(result[3], result[1]) for path in INVALID for result in results_of(read_case(path)[1])}
    declared = set(constraints(shapes))
    assert len(declared) > 200
    assert sorted(declared - found) == []
    assert sorted(found - declared) == []


def test_shapes_are_named_by_their_file_and_say_what_to_do(ontology: Ontology) -> None:
    for source in ontology.shapes:
        graph = in_memory(source.triples(BASE))
        judging = set(graph.subjects(RDF.type, SH.PropertyShape)) | set(graph.subjects(RDF.type, SH.SPARQLConstraint))
        assert judging or (None, SH.message, None) in graph, source.path
        for shape in {*judging, *graph.subjects(RDF.type, SH.NodeShape)}:
            name = str(shape).removeprefix("https://w3id.org/itgraph/shapes#")
            assert name.partition("-")[0] == source.name, shape
        for shape in {*judging, *graph.subjects(SH.message)}:
            message, dash, hint = str(graph.value(shape, SH.message)).partition(" — ")
            assert message, shape
            assert dash, shape
            assert hint, shape


@pytest.mark.parametrize("path", VALID, ids=case_id)
def test_valid_case_conforms(
    path: Path, rudof: pyrudof.Rudof, shapes: rdflib.Graph, vocabulary: list[ox.Triple]
) -> None:
    data, expected = read_case(path)
    assert (None, SH.conforms, rdflib.Literal(True)) in expected
    assert len(data) > 1
    assert by_pyshacl([*data, *vocabulary], shapes) == []
    assert by_pyrudof([*data, *vocabulary], rudof) == []


@pytest.mark.parametrize("path", INVALID, ids=case_id)
def test_invalid_case_is_found(
    path: Path, rudof: pyrudof.Rudof, shapes: rdflib.Graph, vocabulary: list[ox.Triple]
) -> None:
    data, report = read_case(path)
    assert (None, SH.conforms, rdflib.Literal(False)) in report
    expected = [parts(result) for result in results_of(report)]
    assert expected
    assert [parts(result) for result in by_pyshacl([*data, *vocabulary], shapes)] == expected
    assert [parts(result) for result in by_pyrudof([*data, *vocabulary], rudof)] == expected


def test_engines_agree_on_the_real_graph(release: Path, rudof: pyrudof.Rudof, shapes: rdflib.Graph) -> None:
    quads = ox.parse(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    held = [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    assert len(held) > 5000
    ours = by_pyshacl(held, shapes)
    assert ours == by_pyrudof(held, rudof)
    assert {result[2] for result in ours} <= {SHACL + "Warning"}
