"""The graph ``queries``: every saved query is in the release, runs as it is, and is found by those who look for it."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph.build import build
from itgraph.errors import InputError
from itgraph.namespaces import BASE, PREFIXES, SH
from itgraph.queries import Query, load, parse
from itgraph.query_header import without_header
from itgraph.resources import data_dir
from itgraph.saved_queries import form_of, quads_of_queries, text_of

OTHER_BASE = "https://models.example.org/kg/"
QUERIES = load()
RESULTS = {
    "sh:SPARQLSelectExecutable": ox.QuerySolutions,
    "sh:SPARQLAskExecutable": ox.QueryBoolean,
    "sh:SPARQLConstructExecutable": ox.QueryTriples,
}


@pytest.fixture(scope="module")
def store(release: Path) -> ox.Store:
    return store_of(release)


def store_of(release: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    return store


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(query, prefixes=dict(PREFIXES))
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(term.value for term in row) for row in solutions]


def examples(store: ox.Store) -> dict[str, tuple[str, str]]:
    """Ask as editors and assistants do: the question and the text of each example."""
    found = rows(
        store,
        "SELECT DISTINCT ?sq ?comment ?text { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; "
        "sh:select|sh:ask|sh:construct|sh:describe ?text } ORDER BY ?sq",
    )
    return {iri.partition("#")[2]: (comment, text) for iri, comment, text in found}


def query(text: str, name: str = "one") -> Query:
    return parse(text.encode(), f"{name}.rq")


def test_each_saved_query_is_an_example_with_its_question_and_its_text(store: ox.Store) -> None:
    wanted = {name: (query.summary, without_header(query.text)) for name, query in QUERIES.items()}
    assert examples(store) == wanted


def test_the_text_answers_like_the_file_and_is_of_the_form_that_its_class_says(store: ox.Store) -> None:
    classes = rows(store, "SELECT ?q ?class { ?q a sh:SPARQLExecutable, ?class FILTER(?class != sh:SPARQLExecutable) }")
    assert len(classes) == len(QUERIES)
    texts = examples(store)
    for iri, class_ in classes:
        name = iri.partition("#")[2]
        result, of_file = store.query(texts[name][1]), store.query(QUERIES[name].text)
        assert isinstance(result, RESULTS[class_.replace(SH, "sh:")]), name
        if isinstance(result, ox.QueryBoolean):
            assert bool(result) == bool(of_file), name
        else:
            assert isinstance(of_file, ox.QuerySolutions | ox.QueryTriples)
            assert sorted(map(str, result)) == sorted(map(str, of_file)), name


def test_the_prefixes_of_the_project_are_declared(store: ox.Store) -> None:
    found = rows(store, "SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }")
    assert sorted(found) == sorted(PREFIXES.items())
    reached = rows(store, "SELECT DISTINCT ?q ?p { ?q sh:prefixes/sh:declare ?p . ?p a sh:PrefixDeclaration }")
    assert len(reached) == len(QUERIES) * len(PREFIXES)


def test_parameters_are_described_as_their_headers_say(store: ox.Store) -> None:
    found = rows(
        store,
        "SELECT ?q ?name ?label ?example ?path { ?q sh:parameter ?p . ?p a sh:Parameter ; sh:name ?name ; "
        "sh:path ?path ; sh:description ?label ; skos:example ?example ; sh:order ?order } ORDER BY ?q ?order",
    )
    assert [(iri.partition("#")[2], *rest) for iri, *rest in found] == [
        (name, p.name, p.label, p.example, f"{BASE}queries#{name}/{p.name}")
        for name, query in QUERIES.items()
        for p in query.parameters
    ]
    optional = rows(store, "SELECT ?name ?value { ?p sh:optional true ; sh:name ?name ; sh:defaultValue ?value }")
    assert sorted(optional) == sorted(
        (p.name, p.default) for query in QUERIES.values() for p in query.parameters if p.default is not None
    )
    assert rows(store, "SELECT ?p { ?p a sh:Parameter FILTER NOT EXISTS { ?p sh:class|sh:datatype ?what } }") == []


def test_what_readers_of_examples_check_holds(store: ox.Store) -> None:
    """The shapes of the SIB examples, in the words of SPARQL: one text, a question in a language."""
    assert not rows(
        store,
        "SELECT ?q { ?q a sh:SPARQLExecutable ; sh:select|sh:ask|sh:construct ?t } GROUP BY ?q HAVING(COUNT(?t) != 1)",
    )
    assert not rows(store, "SELECT ?q { ?q a sh:SPARQLExecutable ; rdfs:comment ?c FILTER(LANG(?c) != 'en') }")
    assert not rows(store, "SELECT ?q { ?q a sh:SPARQLExecutable FILTER NOT EXISTS { ?q schema:keywords ?k } }")


def test_nothing_seems_to_be_said_of_an_entity(store: ox.Store) -> None:
    touched = rows(
        store,
        f"SELECT DISTINCT ?x {{ GRAPH ?g {{ ?s ?p ?x }} FILTER(ISIRI(?x)) VALUES ?g {{ <{BASE}queries> <{BASE}void> }} "
        "FILTER EXISTS { ?x rdfs:label ?l ; a ?class . FILTER(CONTAINS(STR(?x), '/model/')) } }",
    )
    assert touched == []


def test_another_base_stands_in_the_texts_and_they_answer_there(tmp_path: Path) -> None:
    build(data_dir(), tmp_path, base=OTHER_BASE, shacl=False)
    store = store_of(tmp_path)
    texts = examples(store)
    assert texts.keys() == QUERIES.keys()
    for _, text in texts.values():
        assert set(re.findall(rf"<{BASE}[^>]*>", text)) <= {"<https://w3id.org/itgraph/ns#>"}
    assert f"<{OTHER_BASE}model/llama>" in texts["built-on"][1]
    result = store.query(texts["built-on"][1])
    assert isinstance(result, ox.QuerySolutions)
    assert len(list(result)) > 10


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT"),
        ("ask{}", "ASK"),
        (
            "#+ summary: Is SELECT a word?\n# ASK first\nPREFIX ask: <http://e.org/SELECT#>\nCONSTRUCT WHERE {}",
            "CONSTRUCT",
        ),
        ("PREFIX select: <http://e.org/>\nPREFIX x: <http://e.org/>\nASK { x:SELECT ?p ?o }", "ASK"),
    ],
)
def test_the_form_is_the_first_word_behind_the_prologue(text: str, form: str) -> None:
    assert form_of(query(text)) == form


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("DESCRIBE <http://e.org/x>", "one.rq:1: a saved query cannot be DESCRIBE — write SELECT, ASK or CONSTRUCT"),
        ("# nothing", "one.rq:1: no query — write SELECT, ASK or CONSTRUCT"),
    ],
)
def test_a_form_that_no_class_is_for_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        quads_of_queries([query(text)], BASE)
    assert str(caught.value) == message


def test_two_things_of_one_name_are_refused() -> None:
    header = "#+ summary: Q?\n#+ parameters:\n#+   of: {kind: model, label: M, example: model/a}\n"
    papers = query(f"{header}SELECT * {{\nVALUES ?of {{ <{BASE}model/a> }}\n}}", "papers")
    with pytest.raises(InputError, match=r"^papers-of\.rq:1: something else is named <.*queries#papers-of> — rename"):
        quads_of_queries([papers, query("ASK {}", "papers-of")], BASE)
    with pytest.raises(InputError, match="queries#prefix-itg"):
        quads_of_queries([query("ASK {}", "prefix-itg")], BASE)


def test_the_vocabulary_stays_where_it_is_when_the_base_moves() -> None:
    text = f"ASK {{ <{BASE}model/a> <{BASE}ns#basedOn> <{BASE}ns> , <{BASE}nsx> }}"
    assert text_of(query(text), OTHER_BASE) == (
        f"ASK {{ <{OTHER_BASE}model/a> <{BASE}ns#basedOn> <{BASE}ns> , <{OTHER_BASE}nsx> }}"
    )
