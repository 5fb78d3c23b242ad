"""What each rule derives and what it leaves alone, on small graphs; the fixpoint, the closures, the cycle."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph.errors import InputError
from itgraph.namespaces import BASE, PREFIXES
from itgraph.ontology import Ontology, Source, load
from itgraph.rules import derive

HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
AUTHORS = """
<r/1> a itg:Reference ; itg:number 1 ; itg:identifies <paper/a> ; itg:authorship <r/1#1>, <r/1#2> .
<r/1#1> itg:author <person/ada> ; schema:position 1 . <r/1#2> itg:author <person/bob> ; schema:position 2 .
"""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(HEADER + turtle, ox.RdfFormat.TURTLE, base_iri=BASE)}


def store_of(turtle: str) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples(turtle))
    return store


CASES = {
    "a kind of derivation gives the edge and what follows from it": (
        "<m/a> fair4ml:fineTunedFrom <m/b> .",
        (
            "<m/a> itg:basedOn <m/b> ; itg:dependsOn <m/b> ; itg:ancestorModel <m/b> ; itg:generation 1 ."
            "<m/b> itg:generation 0 ."
        ),
    ),
    "every kind of derivation": (
        "<m/a> itg:hasComponent <m/1> ; itg:adapterOf <m/2> ; itg:mergedFrom <m/3> ; itg:quantizedFrom <m/4> .",
        (
            "<m/a> itg:basedOn <m/1>, <m/2>, <m/3>, <m/4> ; itg:dependsOn <m/1>, <m/2>, <m/3>, <m/4> ;"
            " itg:generation 1 ;"
            " itg:ancestorModel <m/1>, <m/2>, <m/3>, <m/4> . <m/1> itg:generation 0 . <m/2> itg:generation 0 ."
            "<m/3> itg:generation 0 . <m/4> itg:generation 0 ."
        ),
    ),
    "nothing that is asserted is derived": (
        "<m/a> fair4ml:fineTunedFrom <m/b> ; itg:basedOn <m/b> ; itg:dependsOn <m/b> .",
        "<m/a> itg:ancestorModel <m/b> ; itg:generation 1 . <m/b> itg:generation 0 .",
    ),
    "the closure and the longest chain, not the shortest": (
        "<m/a> itg:basedOn <m/b>, <m/c> . <m/b> itg:basedOn <m/c> .",
        (
            "<m/a> itg:dependsOn <m/b>, <m/c> . <m/b> itg:dependsOn <m/c> . <m/a> itg:ancestorModel <m/b>, <m/c> ."
            "<m/b> itg:ancestorModel <m/c> . <m/a> itg:generation 2 . <m/b> itg:generation 1 . <m/c> itg:generation 0 ."
        ),
    ),
    "a model without a base is of generation 0": ("<m/a> a fair4ml:MLModel .", "<m/a> itg:generation 0 ."),
    "the dependencies of data": (
        (
            "<m/a> fair4ml:trainedOn <d/a> . <d/a> itg:generatedWith <m/b> ; itg:derivedFromDataset <d/b> ;"
            " schema:hasPart <d/c>, <row#part> . <d/c> a schema:Dataset . <row#part> a itg:DatasetPart ."
        ),
        "<m/a> itg:dependsOn <d/a> . <d/a> itg:dependsOn <m/b>, <d/b>, <d/c> .",
    ),
    "a circle through data is no cycle": (
        "<m/a> fair4ml:trainedOn <d/a> . <d/a> itg:generatedWith <m/a> .",
        "<m/a> itg:dependsOn <d/a> . <d/a> itg:dependsOn <m/a> .",
    ),
    "the year as a number, one for each that is printed": (
        (
            '<p/a> schema:datePublished "2022"^^xsd:gYear, "2023"^^xsd:gYear . <p/b> schema:datePublished "soon" .'
            '<p/c> schema:datePublished "2021-03-02"^^xsd:date .'
        ),
        "<p/a> itg:year 2022, 2023 . <p/c> itg:year 2021 .",
    ),
    "one reference gives the authors": (
        AUTHORS,
        "<paper/a> itg:authorship <r/1#1>, <r/1#2> ; schema:author <person/ada>, <person/bob> .",
    ),
    "a complete list before a longer one that is cut off": (
        AUTHORS + "<r/0> a itg:Reference ; itg:number 0 ; itg:identifies <paper/a> ; itg:authorListComplete false ;"
        " itg:authorship <r/0#1>, <r/0#2>, <r/0#3> . <r/0#1> itg:author <person/eve> .",
        "<paper/a> itg:authorship <r/1#1>, <r/1#2> ; schema:author <person/ada>, <person/bob> .",
    ),
    "the longer of two complete lists": (
        AUTHORS + "<r/0> a itg:Reference ; itg:number 0 ; itg:identifies <paper/a> ; itg:authorListComplete true ;"
        " itg:authorship <r/0#1> . <r/0#1> itg:author <person/eve> .",
        "<paper/a> itg:authorship <r/1#1>, <r/1#2> ; schema:author <person/ada>, <person/bob> .",
    ),
    "among equals the lower number, as a number": (
        AUTHORS.replace("/1", "/10").replace("number 1", "number 10")
        + AUTHORS.replace("/1", "/9").replace("number 1", "number 9").replace("ada", "eve"),
        "<paper/a> itg:authorship <r/9#1>, <r/9#2> ; schema:author <person/eve>, <person/bob> .",
    ),
    "among equals with one number the first IRI": (
        AUTHORS.replace("/1", "/3b") + AUTHORS.replace("/1", "/3a").replace("ada", "eve"),
        "<paper/a> itg:authorship <r/3a#1>, <r/3a#2> ; schema:author <person/eve>, <person/bob> .",
    ),
    "the names of an e-print, with the record that DBLP may have": (
        '<p/a> itg:arxivId "2304.12244" .',
        (
            "<p/a> skos:exactMatch <https://arxiv.org/abs/2304.12244>, <https://doi.org/10.48550/arXiv.2304.12244>,"
            " <https://api.semanticscholar.org/arXiv:2304.12244> ;"
            " rdfs:seeAlso <https://dblp.org/rec/journals/corr/abs-2304-12244> ."
        ),
    ),
    "DBLP keys by the id from 1801 on": (
        '<p/a> itg:arxivId "1712.00001" . <p/b> itg:arxivId "1801.00001" . <p/c> itg:arxivId "0801.0001" .',
        "".join(
            f"<p/{work}> skos:exactMatch <https://arxiv.org/abs/{i}>, <https://doi.org/10.48550/arXiv.{i}>,"
            f" <https://api.semanticscholar.org/arXiv:{i}> ."
            for work, i in (("a", "1712.00001"), ("b", "1801.00001"), ("c", "0801.0001"))
        )
        + "<p/b> rdfs:seeAlso <https://dblp.org/rec/journals/corr/abs-1801-00001> .",
    ),
    "an old id without its class, and what is no id": (
        '<p/a> itg:arxivId "cs.CL/9901001" . <p/b> itg:arxivId "2304.12244v2" .',
        "<p/a> skos:exactMatch <https://arxiv.org/abs/cs/9901001>, <https://doi.org/10.48550/arXiv.cs/9901001> .",
    ),
    "the address of an identifier": (
        (
            '<p/a> schema:identifier "acl:2023.wassa-1.3", "doi:10.1038/s42256-023-00626-4", "openreview:a_B-1",'
            ' "semanticscholar:CorpusID:1", "dblp:conf/acl/Case23", "doi:10.48550/arxiv.2304.12244" .'
            '<person/a> schema:identifier "orcid:0000-0000-0000-000X" . <o/a> schema:identifier "ror:05wx9n238" .'
        ),
        (
            "<p/a> skos:exactMatch <https://aclanthology.org/2023.wassa-1.3>,"
            " <https://doi.org/10.1038/s42256-023-00626-4>, <https://openreview.net/forum?id=a_B-1>,"
            " <https://api.semanticscholar.org/CorpusID:1>, <https://dblp.org/rec/conf/acl/Case23>,"
            " <https://doi.org/10.48550/arXiv.2304.12244> ."
            "<person/a> skos:exactMatch <https://orcid.org/0000-0000-0000-000X> ."
            "<o/a> skos:exactMatch <https://ror.org/05wx9n238> ."
        ),
    ),
    "no match of a repository, of an unknown place, of what an address cannot hold": (
        (
            '<m/a> schema:identifier "github:a/b", "huggingface:a/b", "isbn:1", "10.1000/182", "doi:10.1000/a<b>",'
            ' "doi:" .'
        ),
        "",
    ),
    "a repository is an identifier": (
        (
            "<m/a> a fair4ml:MLModel ; schema:codeRepository <https://github.com/a/b.c> ;"
            " schema:url <https://huggingface.co/a/b-7b> ."
            "<d/a> a schema:Dataset ; schema:url <https://huggingface.co/datasets/a/b> ."
        ),
        (
            '<m/a> schema:identifier "github:a/b.c", "huggingface:a/b-7b" ; itg:generation 0 .'
            '<d/a> schema:identifier "huggingface:datasets/a/b" .'
        ),
    ),
    "a repository of two is an identifier of none": (
        (
            "<d/a> schema:codeRepository <https://github.com/a/b> . <p/a> schema:url <https://github.com/a/b> ."
            "<d/b> schema:codeRepository <https://github.com/a/c> ; schema:url <https://github.com/a/c> ."
        ),
        '<d/b> schema:identifier "github:a/c" .',
    ),
    "what is no repository of the entity as a whole": (
        (
            "<d/a> a schema:Dataset ; schema:url <https://github.com/a>, <https://github.com/a/b/tree/main/c>,"
            " <https://github.com/orgs/a>, <https://github.com/a/b/>, <https://github.com/a/b.git>,"
            " <https://huggingface.co/spaces/a/b>, <https://huggingface.co/datasets/a>, <https://huggingface.co/a/b>,"
            " <https://huggingface.co/papers/2304.12244>, <https://example.org/a/b> ."
            "<m/a> a fair4ml:MLModel ; schema:url <https://huggingface.co/datasets/a/c> ."
        ),
        "<m/a> itg:generation 0 .",
    ),
    "a work that states its authors keeps them": (
        AUTHORS + "<paper/a> itg:authorship <g#1> . <g#1> itg:author <person/eve> .",
        "<paper/a> schema:author <person/eve> .",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_derived(case: tuple[str, str], ontology: Ontology) -> None:
    said, expected = case
    store = store_of(said)
    assert derive(store, ontology) == triples(expected)
    assert {quad.triple for quad in store} == triples(said) | triples(expected)
    assert derive(store, ontology) == set()


def test_named_graphs_are_neither_read_nor_changed(ontology: Ontology) -> None:
    graph = ox.NamedNode(BASE + "survey/models/1")
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples("<m/a> itg:basedOn <m/b> ."))
    assert derive(store, ontology) == set()
    assert len(store) == 1


def test_a_cycle_ends_and_can_be_seen(ontology: Ontology) -> None:
    derived = derive(store_of("<m/a> itg:basedOn <m/b> . <m/b> itg:basedOn <m/a>, <m/c> ."), ontology)
    assert triples("<m/a> itg:ancestorModel <m/a>, <m/b>, <m/c> . <m/b> itg:ancestorModel <m/a>, <m/b>, <m/c> .") == {
        triple for triple in derived if triple.predicate.value.endswith("ancestorModel")
    }
    assert not [triple for triple in derived if triple.predicate.value.endswith("generation")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p", r"broken\.rq:2: not SPARQL from column 14 on — mend it"),
        ("SELECT * { ?s ?p ?o }", r"broken\.rq:1: not a CONSTRUCT query — a rule constructs triples"),
    ],
)
def test_a_broken_rule_is_one_line(text: str, message: str, ontology: Ontology) -> None:
    broken = dataclasses.replace(ontology, rules=(Source(Path("broken.rq"), text),))
    with pytest.raises(InputError, match=f"^{message}$") as caught:
        derive(store_of("<m/a> itg:basedOn <m/b> ."), broken)
    assert "\n" not in str(caught.value)
