"""The endpoint describes itself: what is said is true, is read by other parsers, and answers what clients ask."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import Namespace

from itgraph.endpoint.description import (
    FORMAT_IRIS,
    catalogue,
    service_description,
    void_description,
    write,
)
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.negotiation import GRAPHS, SOLUTIONS
from itgraph.endpoint.stated import Stated, read_stated
from itgraph.namespaces import BASE, FAIR4ML, ITG
from itgraph.queries import names
from itgraph.results import GRAPH_FORMATS
from itgraph.store import Store

PUBLIC = "https://graph.example.org/llm"
URL = f"{PUBLIC}/sparql"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX schema: <https://schema.org/>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
"""
RDFLIB_FORMATS = {"ttl": "turtle", "nt": "nt11", "rdf": "xml", "nq": "nquads", "trig": "trig", "jsonld": "json-ld"}
# Service Description 1.1, section 3.2 and 3.4; DCAT 3, sections 6.4 to 6.9; SPDX, as DCAT uses it.
SHAPES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

[] a sh:NodeShape ; sh:targetClass sd:Service ;
    sh:property [ sh:path sd:endpoint ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path sd:supportedLanguage ; sh:in ( sd:SPARQL11Query ) ; sh:minCount 1 ] ,
        [ sh:path sd:resultFormat ; sh:minCount 1 ; sh:pattern "^http://www.w3.org/ns/formats/" ] ,
        [ sh:path sd:feature ; sh:in ( sd:BasicFederatedQuery ) ] ,
        [ sh:path sd:defaultDataset ; sh:minCount 1 ; sh:maxCount 1 ; sh:class sd:Dataset ] .
[] a sh:NodeShape ; sh:targetClass sd:Dataset ;
    sh:property [ sh:path sd:defaultGraph ; sh:maxCount 1 ; sh:class sd:Graph ] ,
        [ sh:path sd:namedGraph ; sh:class sd:NamedGraph ] .
[] a sh:NodeShape ; sh:targetClass sd:NamedGraph ;
    sh:property [ sh:path sd:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path sd:graph ; sh:maxCount 1 ; sh:class sd:Graph ] .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog , dcat:Dataset , dcat:DataService , dcat:Distribution ;
    sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:maxCount 1 ] ,
        [ sh:path dcterms:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ;
    sh:property [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] ,
        [ sh:path dcat:service ; sh:minCount 1 ; sh:class dcat:DataService ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ] .
[] a sh:NodeShape ; sh:targetClass dcat:DataService ;
    sh:property [ sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ;
    sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:byteSize ; sh:maxCount 1 ; sh:datatype xsd:nonNegativeInteger ] ,
        [ sh:path spdx:checksum ; sh:maxCount 1 ; sh:class spdx:Checksum ] .
[] a sh:NodeShape ; sh:targetClass spdx:Checksum ;
    sh:property [ sh:path spdx:algorithm ; sh:hasValue spdx:checksumAlgorithm_sha256 ] ,
        [ sh:path spdx:checksumValue ; sh:minCount 1 ; sh:datatype xsd:hexBinary ; sh:pattern "^[0-9a-f]{64}$" ] .
[] a sh:NodeShape ; sh:targetSubjectsOf void:classPartition ; sh:property [ sh:path void:triples ; sh:minCount 1 ] .
"""


@pytest.fixture(scope="module")
def real(release: Path) -> Store:
    return Store.open(release)


@pytest.fixture(scope="module")
def stated(real: Store) -> Stated:
    return read_stated(real)


@pytest.fixture(scope="module")
def described(real: Store, stated: Stated) -> dict[str, list[ox.Triple]]:
    return {
        "service": service_description(URL, real.manifest, Limits(), stated),
        "void": void_description(URL, PUBLIC, real.manifest, stated.statistics),
        "catalogue": catalogue(URL, PUBLIC, real.manifest),
    }


def graph(triples: list[ox.Triple]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=write(triples, "ttl"), format="turtle")


def rows(of: rdflib.Graph, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple("" if term is None else str(term) for term in row) for row in of.query(PREFIXES + query))  # type: ignore[union-attr]


# rdflib 7.6 uses this name itself, in its own parser of JSON-LD.
quiet = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
each = pytest.mark.parametrize("name", ["service", "void", "catalogue"])


@each
@quiet
@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_another_parser_reads_the_same_triples_in_every_format(
    name: str, form: str, described: dict[str, list[ox.Triple]]
) -> None:
    triples = described[name]
    content = write(triples, form)
    assert {quad.triple for quad in ox.parse(content, GRAPH_FORMATS[form])} == set(triples)
    if form not in {"nq", "trig"}:
        read = rdflib.Graph().parse(data=content, format=RDFLIB_FORMATS[form])
        assert len(read) == len(set(triples))


@each
def test_every_node_is_an_iri_below_the_endpoint_or_the_base(name: str, described: dict[str, list[ox.Triple]]) -> None:
    for triple in described[name]:
        assert isinstance(triple.subject, ox.NamedNode)
        assert triple.subject.value.startswith((f"{URL}#", f"{BASE}void#", f"{BASE}queries#"))
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)


@each
def test_the_shapes_of_the_vocabularies_hold(name: str, described: dict[str, list[ox.Triple]]) -> None:
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    conforms, _, text = pyshacl.validate(graph(described[name]), shacl_graph=shapes, inference="none")
    assert conforms, text


def test_the_bytes_are_the_same_in_another_process() -> None:
    code = f"""
import sys
from itgraph.endpoint.description import Stated, catalogue, service_description, write
from itgraph.endpoint.limits import Limits
manifest = {{"base": {BASE!r}, "bytes": 1, "sha256": "ab"}}
triples = service_description({URL!r}, manifest, Limits(), Stated()) + catalogue({URL!r}, {PUBLIC!r}, manifest)
for form in ("ttl", "rdf", "jsonld"):
    sys.stdout.buffer.write(write(triples, form))
"""
    first, second = (subprocess.run([sys.executable, "-c", code], check=True, capture_output=True) for _ in range(2))
    assert first.stdout == second.stdout
    assert b"@prefix sd: " in first.stdout
    assert b"@prefix prov: " not in first.stdout


def test_the_service_says_what_it_can_do(described: dict[str, list[ox.Triple]], real: Store) -> None:
    read = graph(described["service"])
    assert rows(read, "SELECT ?e ?l { ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage ?l }") == [
        (URL, str(SD.SPARQL11Query))
    ]
    forms = {iri for (iri,) in rows(read, "SELECT ?f { ?s sd:resultFormat ?f }")}
    assert forms == {FORMAT_IRIS[offer.form] for offer in (*SOLUTIONS, *GRAPHS)}
    assert len(forms) == 10
    ((triples,),) = rows(read, "SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }")
    assert int(triples) == real.manifest["triples"]
    graphs = {iri for (iri,) in rows(read, "SELECT ?g { ?s sd:defaultDataset/sd:namedGraph/sd:name ?g }")}
    assert graphs == {BASE + name for name in ("about", "concepts", "derived", "ontology", "queries", "void")}
    assert rows(read, "SELECT ?d { ?s a sd:Service ; dcat:servesDataset ?d }") == [(f"{BASE}void#dataset",)]


@pytest.mark.parametrize(("services", "features"), [(False, []), (True, [(str(SD.BasicFederatedQuery),)])])
def test_only_features_that_it_has_are_told(services: bool, features: list[Any], real: Store, stated: Stated) -> None:
    triples = service_description(URL, real.manifest, Limits(), stated, services=services)
    assert rows(graph(triples), "SELECT ?f { ?s sd:feature ?f }") == features


def test_the_query_that_lists_the_graphs_lists_all_of_them(described: dict[str, list[ox.Triple]], real: Store) -> None:
    ((text,),) = rows(graph(described["service"]), "SELECT ?t { ?s sd:defaultDataset/dcterms:description ?t }")
    found = list(real.select(text.partition("List them: ")[2]))
    assert len(found) == real.manifest["graphs"]
    assert text.startswith(f"{real.manifest['graphs']:,} named graphs")


def test_every_limit_is_told_with_its_unit(real: Store) -> None:
    limits = Limits(max_seconds=2.5, max_rows=7)
    read = graph(service_description(URL, real.manifest, limits, Stated()))
    found = rows(
        read,
        "SELECT ?n ?v ?u { ?s schema:additionalProperty ?l . ?l a schema:PropertyValue ; schema:name ?n ; "
        "schema:maxValue ?v ; schema:unitText ?u }",
    )
    assert {name for name, *_ in found} == {field.name for field in fields(Limits)}
    assert {name: float(value) for name, value, _ in found} == {p.name: p.value for p in limits.promises()}
    assert ("max_rows", "7", "rows") in found
    assert ("max_seconds", "2.500000", "s") in found


def test_each_example_is_aimed_at_this_endpoint(described: dict[str, list[ox.Triple]]) -> None:
    found = rows(graph(described["service"]), "SELECT ?q ?t { ?q schema:target ?t }")
    assert found == [(f"{BASE}queries#{name}", URL) for name in names()]


def test_the_editors_question_about_classes_is_answered(described: dict[str, list[ox.Triple]]) -> None:
    found = rows(
        graph(described["void"]),
        "SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype { "
        "?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop OPTIONAL { "
        "{ ?pp void:classPartition [ void:class ?objectClass ] } UNION "
        "{ ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] } } }",
    )
    model = FAIR4ML + "MLModel"
    assert (model, ITG + "basedOn", model, "") in found
    assert len(found) > 200


def test_the_data_set_says_where_it_can_be_had(described: dict[str, list[ox.Triple]]) -> None:
    found = rows(
        graph(described["void"]),
        "SELECT ?d ?e ?f ?p ?l { ?d a void:Dataset ; void:sparqlEndpoint ?e ; void:dataDump ?f ; foaf:page ?p ; "
        "dcterms:license ?l }",
    )
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert found == [(f"{BASE}void#dataset", URL, f"{PUBLIC}/dump/itgraph.nq", f"{PUBLIC}/", licence)]


def test_the_catalogue_leads_to_the_dump_and_knows_it_whole(described: dict[str, list[ox.Triple]], real: Store) -> None:
    found = rows(
        graph(described["catalogue"]),
        "SELECT ?url ?size ?sum ?type ?version { ?c a dcat:Catalog ; dcat:dataset ?d . ?d dcat:version ?version ; "
        "dcat:distribution ?f . ?f dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?type ; "
        "spdx:checksum/spdx:checksumValue ?sum }",
    )
    media_type = "https://www.iana.org/assignments/media-types/application/n-quads"
    manifest = real.manifest
    told = (f"{PUBLIC}/dump/itgraph.nq", str(manifest["bytes"]), manifest["sha256"], media_type, manifest["version"])
    assert found == [told]
    assert rows(graph(described["catalogue"]), "SELECT ?e { ?c dcat:service/dcat:endpointURL ?e }") == [(URL,)]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, []),
        ({"issued": None, "version": ""}, []),
        ({"issued": "2024-05-01"}, ['"2024-05-01"^^<http://www.w3.org/2001/XMLSchema#date>']),
        ({"issued": "2024-05-01T00:00:00Z"}, ['"2024-05-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>']),
    ],
)
def test_what_the_manifest_does_not_know_is_not_said(known: dict[str, Any], told: list[str]) -> None:
    triples = catalogue(URL, f"{PUBLIC}/", {"base": BASE, "bytes": 1, "sha256": "ab"} | known)
    assert [str(t.object) for t in triples if t.predicate.value.endswith(("issued", "#version"))] == told
    assert not [t for t in triples if "llm//" in str(t)]


def test_a_release_without_these_graphs_is_described_as_far_as_it_goes(
    release_of: Callable[[str], Path],
) -> None:
    store = Store.open(release_of(f"<{BASE}derived> {{ <{BASE}model/a> <{ITG}basedOn> <{BASE}model/b> }}"))
    stated = read_stated(store)
    assert stated == Stated(graphs=("derived",))
    read = graph(service_description(URL, store.manifest, Limits(), stated))
    assert rows(read, "SELECT ?g { ?s sd:name ?g }") == [(f"{BASE}derived",)]
    assert graph(void_description(URL, PUBLIC, store.manifest, stated.statistics))


def test_a_format_that_is_none_of_rdf_is_refused() -> None:
    with pytest.raises(KeyError):
        write([], "csv")
