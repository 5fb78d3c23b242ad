"""How a result of the shapes becomes a finding: file, line, severity, and what to do."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import SH

from itgraph.errors import Finding
from itgraph.namespaces import BASE, ITG, PREFIXES, compact
from itgraph.ontology import Ontology, load
from itgraph.validation import turtle_report, validate


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


MODEL = '<registry/model/a> { <model/a> a fair4ml:MLModel ; rdfs:label "A" } '
PAPER = '<registry/paper/a> { <paper/a> a schema:ScholarlyArticle ; rdfs:label "A" } '
#: What several graphs say (TriG) → the findings, as path, line, severity, message. The line is that of the predicate.
FINDINGS = {
    "a value that one graph states, in that graph": (
        MODEL + PAPER + "<curation/model/a> { <model/a> itg:basedOn <paper/a> }",
        [
            (
                "curation/model/a",
                "basedOn",
                "violation",
                "model/a basedOn paper/a: basedOn leads to something that is no model",
            )
        ],
    ),
    "a value that is missing, where the entity gets its type": (
        "<survey/models/1> { <model/a> itg:openSource true } <registry/model/a> { <model/a> a fair4ml:MLModel }",
        [
            (
                "registry/model/a",
                "type",
                "violation",
                "model/a label: an entity has exactly one label, a text without language",
            )
        ],
    ),
    "one source that contradicts itself": (
        MODEL + "<s/1> { <model/a> itg:parameterCountAsPrinted '7B' ; itg:parameterCount 7, 8 }",
        [("s/1", "parameterCount", "violation", "model/a parameterCount: one source gives '7' and '8'")],
    ),
    "two sources that differ, once and with both": (
        (
            PAPER + "<s/1> { <paper/a> schema:datePublished '2022'^^xsd:gYear }"
            "<s/2> { <paper/a> schema:datePublished '2023'^^xsd:gYear }"
        ),
        [
            (
                "s/1",
                "datePublished",
                "warning",
                "paper/a datePublished: sources differ about the year: '2022' in s/1; '2023' in s/2",
            )
        ],
    ),
    "one that contradicts itself, and another that differs": (
        MODEL + "<s/1> { <model/a> itg:openSource true, false } <s/2> { <model/a> itg:openSource true }",
        [
            (
                "s/1",
                "openSource",
                "warning",
                "model/a openSource: sources differ about openSource: 'false' and 'true' in s/1; 'true' in s/2",
            ),
            ("s/1", "openSource", "violation", "model/a openSource: one source gives 'false' and 'true'"),
        ],
    ),
    "a range that only two sources together turn round": (
        (
            MODEL + "<s/1> { <model/a> itg:parameterCountMin 9 ; itg:parameterCountAsPrinted '9' }"
            "<s/2> { <model/a> itg:parameterCountMax 7 }"
        ),
        [
            (
                "s/1",
                "parameterCountMin",
                "warning",
                "model/a parameterCountMin '9': parameterCountMin is not less than parameterCountMax",
            )
        ],
    ),
    "a model that is its own ancestor, where it is said to be based on itself": (
        (MODEL + "<s/1> { <model/a> itg:basedOn <model/a> } <derived> { <model/a> itg:ancestorModel <model/a> }"),
        [("s/1", "basedOn", "violation", "model/a: the model is its own ancestor")],
    ),
    "two works of one arXiv id, at the one that is named": (
        (
            PAPER + "<registry/paper/b> { <paper/b> a schema:BlogPosting ; rdfs:label 'B' }"
            "<s/1> { <paper/a> itg:arxivId '2304.12244' } <s/2> { <paper/b> itg:arxivId '2304.12244' }"
        ),
        [("registry/paper/b", "type", "violation", "paper/b: another work has the same arXiv id")],
    ),
    "an entity of which no file speaks, at the shapes": (
        "<derived> { <model/a> itg:basedOn <model/b> . <model/b> a fair4ml:MLModel ; rdfs:label 'B' }",
        [("MLModel.ttl", "1", "violation", "model/a: only a model is based on a model or trained on data")],
    ),
}


def quads_of(trig: str) -> list[ox.Quad]:
    header = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return list(ox.parse(header + trig, ox.RdfFormat.TRIG, base_iri=BASE))


def locate(graph: str, subject: str, predicate: str) -> tuple[str, int] | None:
    """Place each statement in a file named as its graph, at the line that its predicate has in the context."""
    assert subject.startswith(BASE)
    name = graph.removeprefix(BASE)
    return None if name in {"derived", "concepts", "ontology"} else (name, LINES.index(compact(predicate)))


LINES = sorted({"rdf:type", *(compact(iri) for iri in load().terms.values())})
NAMES = {iri: term for term, iri in load().terms.items()} | {PREFIXES["rdf"] + "type": "type"}


def told(finding: Finding) -> tuple[str, str, str, str]:
    if finding.path.endswith(".ttl"):
        return Path(finding.path).name, str(finding.line), finding.severity.value, finding.message
    name, _, local = LINES[finding.line].partition(":")
    return finding.path, NAMES[PREFIXES[name] + local], finding.severity.value, finding.message


@pytest.mark.parametrize("case", FINDINGS.values(), ids=FINDINGS.keys())
def test_finding(case: tuple[str, list[tuple[str, str, str, str]]], ontology: Ontology) -> None:
    named = [*quads_of(case[0]), *ontology.quads()]
    found = validate({quad.triple for quad in named}, named, locate, ontology)
    assert sorted(told(finding) for finding in found) == sorted(case[1])
    assert all(finding.hint and finding.entity.startswith(BASE) for finding in found)


def test_a_refuted_value_is_no_conflict(ontology: Ontology) -> None:
    trig = PAPER + " ".join(f"<s/{n}> {{ <paper/a> schema:datePublished '202{n}'^^xsd:gYear }}" for n in (1, 2, 3))
    named = [*quads_of(trig), *ontology.quads()]
    held = {quad.triple for quad in named if quad.graph_name != ox.NamedNode(BASE + "s/1")}
    (finding,) = validate(held, named, locate, ontology)
    assert "2021" not in finding.message
    assert finding.message.endswith("'2022' in s/2; '2023' in s/3")


def test_findings_and_ids_move_with_the_base(ontology: Ontology) -> None:
    base = "https://example.org/graph/"
    quad = ox.Quad(
        *(ox.NamedNode(iri) for iri in (base + "model/a", ITG + "modality", base + "subject/math", base + "g"))
    )
    typed = [quad.triple, *(quad.triple for quad in ontology.quads(base))]
    findings = validate(typed, [quad], lambda *_: ("a.yaml", 7), ontology, base)
    assert [str(finding).partition(" — ")[0] for finding in findings] == [
        "a.yaml:7: model/a modality subject/math: modality takes a concept of its scheme"
    ]


def test_what_is_ill_typed_is_a_finding_and_no_log(ontology: Ontology, caplog: pytest.LogCaptureFixture) -> None:
    named = [*quads_of(MODEL + "<g> { <model/a> itg:openSource 'Yes'^^xsd:boolean }"), *ontology.quads()]
    (finding,) = validate([quad.triple for quad in named], named, locate, ontology)
    assert finding.message == "model/a openSource 'Yes': openSource is true or false"
    assert caplog.records == []


def test_the_report_as_turtle_is_the_same_each_time(ontology: Ontology) -> None:
    held = [quad.triple for quad in [*quads_of("<g> { <model/a> a fair4ml:MLModel }"), *ontology.quads()]]
    turtle = turtle_report(held, ontology)
    assert turtle == turtle_report(reversed(held), ontology)
    report = rdflib.Graph().parse(data=turtle, format="turtle")
    (result,) = report.objects(None, SH.result)
    assert report.value(result, SH.focusNode) == rdflib.URIRef(BASE + "model/a")
    assert report.value(result, SH.sourceShape) == rdflib.URIRef(BASE + "shapes#Entity-label")
