"""The graph ``void``: its numbers are those that the engine counts, and its partitions are found by who reads them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from itgraph.namespaces import BASE, FAIR4ML, ITG, PREFIXES, RDFS, SCHEMA, VOID, XSD
from itgraph.void import count, node_name, quads_of_void

VOID_EXT = {"void-ext": "http://ldf.fi/void-ext#"}

SMALL = f"""
<{BASE}model/a> a <{FAIR4ML}MLModel>, <{SCHEMA}Dataset> ; <{ITG}basedOn> <{BASE}model/b> ; <{RDFS}label> "A", "a"@en .
<{BASE}model/b> a <{FAIR4ML}MLModel> ; <{ITG}parameterCount> 7 .
<{BASE}x> <{ITG}basedOn> <{BASE}model/a> .
<{ITG}basedOn> <{RDFS}label> "based on"@en .
"""


@pytest.fixture(scope="module")
def store(release: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def counted(store: ox.Store) -> ox.Store:
    """Return what was counted: the default graph without what the graph ``void`` says."""
    stated = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(BASE + "void"))}
    assert stated
    counted = ox.Store()
    held = (quad for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    counted.extend(quad for quad in held if quad.triple not in stated)
    return counted


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(query, prefixes=dict(PREFIXES) | VOID_EXT)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple("" if term is None else term.value for term in row) for row in solutions]


@pytest.mark.parametrize(
    ("term", "query"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("classes", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        (
            "entities",
            (
                f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{BASE}')) "
                f"FILTER(!STRSTARTS(STR(?s), '{ITG}')) }}"
            ),
        ),
    ],
)
def test_the_number_of_the_data_set_is_what_the_engine_counts(
    term: str, query: str, store: ox.Store, counted: ox.Store
) -> None:
    assert rows(store, f"SELECT ?n {{ <{BASE}void#dataset> a void:Dataset ; void:{term} ?n }}") == rows(counted, query)


@pytest.mark.parametrize(
    ("told", "query"),
    [
        (
            f"SELECT ?c ?n {{ <{BASE}void#dataset> void:classPartition [ void:class ?c ; void:entities ?n ] }}",
            "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c",
        ),
        (
            f"SELECT ?p ?n {{ <{BASE}void#dataset> void:propertyPartition [ void:property ?p ; void:triples ?n ] }}",
            "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
        ),
        (
            "SELECT ?c ?p ?n { ?cp void:class ?c ; void:propertyPartition [ void:property ?p ; void:triples ?n ] }",
            "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p",
        ),
        (
            (
                "SELECT ?c ?p ?d ?n { ?cp void:class ?c ; void:propertyPartition ?pp . ?pp void:property ?p ; "
                "void:classPartition [ void:class ?d ; void:triples ?n ] }"
            ),
            "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . ?o a ?d } GROUP BY ?c ?p ?d",
        ),
        (
            (
                "SELECT ?c ?p ?d ?n { ?cp void:class ?c ; void:propertyPartition ?pp . ?pp void:property ?p ; "
                "void-ext:datatypePartition [ void-ext:datatype ?d ; void:triples ?n ] }"
            ),
            (
                "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o BIND(DATATYPE(?o) AS ?d) FILTER(BOUND(?d)) } "
                "GROUP BY ?c ?p ?d"
            ),
        ),
    ],
)
def test_the_partitions_are_what_the_engine_counts(told: str, query: str, store: ox.Store, counted: ox.Store) -> None:
    found = sorted(rows(store, told))
    assert len(found) > 20
    assert found == sorted(rows(counted, query))


def test_an_editor_finds_which_properties_a_class_has_and_where_they_lead(store: ox.Store) -> None:
    found = rows(
        store,
        "SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype { "
        "?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop . OPTIONAL { "
        "{ ?pp void:classPartition [ void:class ?objectClass ] } UNION "
        "{ ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] } } }",
    )
    model = FAIR4ML + "MLModel"
    assert {
        (model, ITG + "basedOn", model, ""),
        (model, FAIR4ML + "trainedOn", SCHEMA + "Dataset", ""),
        (model, ITG + "parameterCount", "", XSD + "integer"),
        (model, RDFS + "label", "", XSD + "string"),
    } <= set(found)
    # Of the entities, and not of the statistics themselves.
    assert not [row for row in found if row[0].startswith(VOID)]


def test_it_names_the_vocabularies_and_the_licence(store: ox.Store) -> None:
    ((licence, space),) = rows(
        store, f"SELECT ?l ?u {{ <{BASE}void#dataset> dcterms:license ?l ; void:uriSpace ?u ; dcterms:title ?t }}"
    )
    assert (licence, space) == ("https://creativecommons.org/licenses/by/4.0/", BASE)
    found = {iri for (iri,) in rows(store, f"SELECT ?v {{ <{BASE}void#dataset> void:vocabulary ?v }}")}
    assert {ITG, FAIR4ML, SCHEMA, PREFIXES["sh"], "http://purl.org/vocab/vann/"} <= found
    assert VOID not in found


def test_a_statement_counts_once_for_each_class_of_its_subject() -> None:
    triples = [quad.triple for quad in ox.parse(SMALL, ox.RdfFormat.TURTLE)]
    counts = count(triples, BASE)
    model, data = FAIR4ML + "MLModel", SCHEMA + "Dataset"
    assert (counts.triples, counts.subjects, counts.objects, counts.entities) == (9, 4, 8, 3)
    assert counts.classes == {model: 2, data: 1}
    assert counts.properties[ITG + "basedOn"] == 2
    assert counts.of_class[data, ITG + "basedOn"] == counts.of_class[model, ITG + "basedOn"] == 1
    assert counts.to_class == {(model, ITG + "basedOn", model): 1, (data, ITG + "basedOn", model): 1}
    assert counts.to_datatype[model, RDFS + "label", XSD + "string"] == 1
    assert counts.to_datatype[model, RDFS + "label", PREFIXES["rdf"] + "langString"] == 1
    assert counts.to_datatype[model, ITG + "parameterCount", XSD + "integer"] == 1


def test_the_same_statements_give_the_same_quads_in_any_order() -> None:
    triples = [quad.triple for quad in ox.parse(SMALL, ox.RdfFormat.TURTLE)]
    assert quads_of_void(triples, BASE) == quads_of_void(triples[::-1], BASE)
    quads = quads_of_void(triples, "https://example.org/")
    assert {quad.graph_name for quad in quads} == {ox.NamedNode("https://example.org/void")}
    assert not [quad for quad in quads if isinstance(quad.subject, ox.BlankNode)]


@pytest.mark.parametrize(
    ("iris", "name"),
    [
        (["any", ITG + "basedOn"], "any-itg:basedOn"),
        ([SCHEMA + "Dataset", RDFS + "label", XSD + "string"], "schema:Dataset-rdfs:label-xsd:string"),
        (
            ["http://e.org/a-b#c", ITG + "x-y"],
            "http%3A%2F%2Fe.org%2Fa%2Db%23c-https%3A%2F%2Fw3id.org%2Fitgraph%2Fns%23x%2Dy",
        ),
    ],
)
def test_the_name_of_a_partition_is_readable_and_of_one_meaning(iris: list[str], name: str) -> None:
    assert node_name(*iris) == name
    # Nothing is lost: the IRIs can be had back from the name.
    parts = [unquote(part) if "%" in part else part for part in name.split("-")]
    assert [PREFIXES.get(part.partition(":")[0], part.partition(":")[0] + ":") for part in parts if ":" in part] == [
        iri[: len(iri) - len(part.partition(":")[2])] for iri, part in zip(iris, parts, strict=True) if ":" in part
    ]


def test_links_to_other_places_are_linksets_with_their_counts() -> None:
    skos, wikidata = PREFIXES["skos"], "http://www.wikidata.org/entity/"
    links = f"""
    <{BASE}model/a> <{skos}exactMatch> <{wikidata}Q9000000001>, <https://arxiv.org/abs/2301.00001>, <{BASE}model/b> .
    <{BASE}model/b> <{skos}closeMatch> <{wikidata}Q9000000001> .
    <{BASE}model/c> <{skos}closeMatch> <{wikidata}Q9000000001> .
    <{ITG}basedOn> <{skos}closeMatch> <http://www.w3.org/ns/prov#wasDerivedFrom> .
    """
    held = [quad.triple for quad in ox.parse(SMALL + links, format=ox.RdfFormat.TURTLE)]
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in quads_of_void(held, BASE))
    found = rows(
        store,
        f"SELECT ?l ?p ?space ?n ?s ?o {{ <{BASE}void#dataset> void:subset ?l . ?l a void:Linkset ; "
        f"void:subjectsTarget <{BASE}void#dataset> ; void:objectsTarget [ void:uriSpace ?space ] ; "
        "void:linkPredicate ?p ; void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o } ORDER BY ?l",
    )
    assert found == [
        (f"{BASE}void#linkset-skos:closeMatch-wd", f"{skos}closeMatch", wikidata, "2", "2", "1"),
        (f"{BASE}void#linkset-skos:exactMatch-arxiv", f"{skos}exactMatch", "https://arxiv.org/abs/", "1", "1", "1"),
        (f"{BASE}void#linkset-skos:exactMatch-wd", f"{skos}exactMatch", wikidata, "1", "1", "1"),
    ]
