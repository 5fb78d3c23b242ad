"""The vocabulary, the concepts and the context: complete, at one with each other, and read the same by two parsers."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from itgraph.errors import InputError
from itgraph.namespaces import BASE, DCTERMS, ITG, OWL, PREFIXES, RDF, RDFS, SKOS
from itgraph.ontology import Ontology, load
from itgraph.resources import ontology_dir
from itgraph.validation import in_memory

NS = ox.NamedNode(ITG.rstrip("#"))
KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty")}


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


@pytest.fixture(scope="module")
def statements(ontology: Ontology) -> dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]:
    """Return subject → predicate → values of the vocabulary and the concepts."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for quad in ontology.quads():
        assert isinstance(quad.subject, ox.NamedNode), quad
        assert isinstance(quad.object, ox.NamedNode | ox.Literal), quad
        found.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return found


Statements = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


def declared(statements: Statements) -> set[str]:
    return {
        subject
        for subject, said in statements.items()
        if subject.startswith(ITG) and KINDS & {value.value for value in said.get(RDF + "type", [])}
    }


def mentioned(text: str) -> set[str]:
    """Return the terms of itgraph that a text writes as prefixed names; comments do not count."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {ITG + name for name in re.findall(r"\bitg:(\w+)", code)}


def test_there_are_no_blank_nodes_and_no_quad_twice(ontology: Ontology) -> None:
    quads = list(ontology.quads())
    assert len(quads) == len(set(quads)) > 600
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(BASE + "ontology"), ox.NamedNode(BASE + "concepts")}
    assert not [q for q in quads if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]


def test_the_base_moves_concepts_and_not_the_vocabulary(ontology: Ontology) -> None:
    moved = {str(quad).replace("https://example.org/", BASE) for quad in ontology.quads("https://example.org/")}
    assert moved == {str(quad) for quad in ontology.quads()}
    subjects = {
        quad.subject.value for quad in ontology.quads("https://example.org/") if isinstance(quad.subject, ox.NamedNode)
    }
    assert ITG + "basedOn" in subjects
    assert "https://example.org/modality/text" in subjects


@pytest.mark.parametrize("where", ["context", "shapes", "rules"])
def test_every_term_that_is_used_is_declared(where: str, ontology: Ontology, statements: Statements) -> None:
    used = {
        "context": {iri for iri in ontology.terms.values() if iri.startswith(ITG)},
        "shapes": set().union(*(mentioned(source.text) for source in ontology.shapes)),
        "rules": set().union(*(mentioned(source.text) for source in ontology.rules)),
    }[where]
    assert used
    assert used - declared(statements) == set()


def test_every_declared_term_is_used(ontology: Ontology, statements: Statements) -> None:
    used = set(ontology.terms.values()).union(*(mentioned(s.text) for s in (*ontology.rules, *ontology.shapes)))
    assert declared(statements) - used == set()


def test_every_term_says_what_it_means(statements: Statements) -> None:
    terms = declared(statements)
    assert len(terms) > 70
    definitions = []
    for term in terms:
        said = statements[term]
        for annotation in (RDFS + "label", RDFS + "comment", SKOS + "definition"):
            (value,) = said[annotation]
            assert isinstance(value, ox.Literal)
            assert value.language == "en", term
        definition, comment = said[SKOS + "definition"][0].value, said[RDFS + "comment"][0].value
        assert definition.endswith("."), term
        assert comment.endswith("."), term
        assert len(definition.split()) >= 5, term
        assert comment != definition, term
        definitions.append(definition)
        assert said[RDFS + "isDefinedBy"] == [NS], term
        local = term.removeprefix(ITG)
        kinds = {value.value for value in said[RDF + "type"]}
        assert local[0].isupper() == (OWL + "Class" in kinds), term
        if OWL + "Class" not in kinds:
            scope = ("domain", "range", "domainIncludes", "rangeIncludes")
            assert any(re.split("[#/]", predicate)[-1] in scope for predicate in said), term
        for predicate in (RDFS + "domain", RDFS + "range"):
            assert len(said.get(predicate, [])) <= 1, f"several values of {predicate} are an intersection: {term}"
    assert len(definitions) == len(set(definitions))


def test_everything_in_the_namespace_is_declared(ontology: Ontology, statements: Statements) -> None:
    named = {
        term.value
        for quad in ontology.quads()
        for term in (quad.subject, quad.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(ITG)
    }
    assert named == declared(statements)


def test_the_header_is_fair(ontology: Ontology, statements: Statements) -> None:
    said = {predicate: [value.value for value in values] for predicate, values in statements[NS.value].items()}
    assert said[OWL + "versionInfo"] == [ontology.version]
    assert said[OWL + "versionIRI"] == [f"{NS.value}/{ontology.version}"]
    assert said[DCTERMS + "license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert said["http://purl.org/vocab/vann/preferredNamespacePrefix"] == ["itg"]
    assert said["http://purl.org/vocab/vann/preferredNamespaceUri"] == [ITG]
    assert {DCTERMS + term for term in ("title", "description", "creator", "bibliographicCitation")} <= set(said)


def test_lineage_axioms(statements: Statements) -> None:
    def above(term: str) -> set[str]:
        direct = {value.value for value in statements.get(term, {}).get(RDFS + "subPropertyOf", [])}
        return direct.union(*(above(parent) for parent in direct))

    for kind in ("hasComponent", "adapterOf", "mergedFrom", "quantizedFrom"):
        assert {ITG + "basedOn", ITG + "ancestorModel", PREFIXES["prov"] + "wasDerivedFrom"} <= above(ITG + kind)
    assert ITG + "basedOn" in above(PREFIXES["fair4ml"] + "fineTunedFrom")
    transitive = {
        s
        for s, said in statements.items()
        if OWL + "TransitiveProperty" in {v.value for v in said.get(RDF + "type", [])}
    }
    assert transitive == {ITG + "ancestorModel"}


def test_every_concept_is_complete(ontology: Ontology, statements: Statements) -> None:
    schemes = {source.name for source in ontology.concepts}
    assert schemes == {"construction", "domain", "evaluation-style", "modality", "section", "subject"}
    concepts = [iri for iri, said in statements.items() if ox.NamedNode(SKOS + "Concept") in said.get(RDF + "type", [])]
    assert len(concepts) == 10 + 6 + 3 + 5 + 3 + 2
    printed: set[tuple[str, str]] = set()
    for concept in concepts:
        said = statements[concept]
        scheme = concept.removeprefix(BASE).partition("/")[0]
        assert said[SKOS + "inScheme"] == [ox.NamedNode(BASE + scheme)]
        assert said[RDFS + "label"] == said[SKOS + "prefLabel"]
        assert (SKOS + "topConceptOf" in said) != (SKOS + "broader" in said)
        assert said[SKOS + "definition"][0].value.endswith(".")
        for name in (*said[SKOS + "prefLabel"], *said.get(SKOS + "altLabel", [])):
            form = (scheme, name.value.casefold())
            assert form not in printed, f"the importer could not tell two concepts apart: {form}"
            printed.add(form)


def test_prefixes_are_those_of_the_context(ontology: Ontology) -> None:
    prefixes = {
        term: iri for term, iri in ontology.context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))
    }
    assert prefixes.items() <= PREFIXES.items()
    assert not prefixes.keys() & ontology.terms.keys()
    assert all(":" in iri and "@" not in iri for iri in ontology.terms.values())
    assert ontology.terms["qualifiedDerivation"] == PREFIXES["prov"] + "qualifiedDerivation"
    assert {"MLModel", "SurveyRow", "Dataset"} <= ontology.classes
    assert not {"label", "basedOn", "id"} & ontology.classes


# rdflib 7.6's own JSON-LD parser uses what rdflib 7.6 deprecates.
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_two_parsers_read_the_same_from_the_context(ontology: Ontology) -> None:
    sample = {
        "@context": [dict(ontology.context), {"@base": BASE}],
        "id": "survey/models/4",
        "@graph": [
            {"id": "survey/models/4", "type": "SurveyRow", "rowNumber": "4", "describes": "model/a", "table": "models"},
            {
                "id": "model/a",
                "type": "MLModel",
                "label": "A",
                "basedOn": ["model/b", "model/c"],
                "approximate": "parameterCount",
                "trainingSet": {"id": "a#1", "type": "TrainingSet", "selfBuilt": "true", "instanceCount": "52000"},
            },
            {"id": "paper/a", "datePublished": "2023", "authorListComplete": "false", "url": "https://example.org/"},
            {"id": "c", "refutedSubject": "model/a", "refutedPredicate": "parameterCount", "refutedInteger": "7"},
        ],
    }
    text = json.dumps(sample)
    ours = list(ox.parse(text, ox.RdfFormat.JSON_LD))
    theirs = rdflib.Dataset()
    theirs.parse(data=text, format="json-ld")
    quads = list(theirs.quads())
    assert len(ours) == len(quads) == 19
    assert set(in_memory(quad.triple for quad in ours)) == {quad[:3] for quad in quads}
    assert {quad.graph_name for quad in ours} == {ox.NamedNode(BASE + "survey/models/4")}
    assert {str(quad[3]) for quad in quads} == {BASE + "survey/models/4"}


BROKEN = {
    "broken Turtle": (
        "itgraph.ttl",
        "@prefix itg: <x#> .\nitg:a itg:b\n\n.",
        r"itgraph\.ttl:4: not Turtle: (?!Parser).* — mend .*",
    ),
    "broken shapes": ("shapes/X.ttl", "<a> <b> <c> ;;\n<c>", r"X\.ttl:2: not Turtle: (?!Parser).* — mend .*"),
    "broken JSON": ("context.jsonld", '{"@context": {\n"a": "b",\n}}', r"context\.jsonld:[23]: not JSON: .* — mend .*"),
    "a term twice": (
        "context.jsonld",
        '{"@context": {\n"a": "b",\n"a": "c"}}',
        r"context\.jsonld:3: the term 'a' is given twice — keep one",
    ),
    "no context": ("context.jsonld", "[]", r"context\.jsonld:1: no @context object at the top"),
    "a base": ("context.jsonld", '{"@context": {"@base": "x:"}}', r"context\.jsonld:1: the context has an @base — .*"),
    "no version": ("itgraph.ttl", "<a> <b> <c> .", r"itgraph\.ttl:1: no owl:versionInfo for .* — say the version"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_one_line_with_its_place(case: tuple[str, str, str], tmp_path: Path) -> None:
    name, text, message = case
    top = tmp_path / "ontology"
    shutil.copytree(ontology_dir(), top)
    (top / name).write_text(text, "utf-8")
    with pytest.raises(InputError, match=message) as caught:
        load(top)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8_or_not_there(tmp_path: Path) -> None:
    top = tmp_path / "ontology"
    shutil.copytree(ontology_dir(), top)
    (top / "rules" / "year.rq").write_bytes(b"# one\n# two \xff\n")
    with pytest.raises(InputError, match=r"year\.rq:2: not UTF-8 — save the file as UTF-8$"):
        load(top)
    (top / "rules" / "year.rq").unlink()
    (top / "context.jsonld").unlink()
    with pytest.raises(InputError, match=r"context\.jsonld: no such file — "):
        load(top)
