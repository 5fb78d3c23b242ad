"""The gate: what it refuses and with which help, what it lets through untouched, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from tests.serving.killers import KILLERS, Killer

from itgraph import resources
from itgraph.endpoint import gate
from itgraph.endpoint.gate import read
from itgraph.endpoint.problems import Problem
from itgraph.grammar.structure import Structure

QUERIES = sorted(resources.queries_dir().glob("*.rq"))
WIKIDATA = "https://query.wikidata.org/sparql"
STAND_IN = "http://127.0.0.1:41234/0"
SERVICES: Mapping[str, str] = {WIKIDATA: STAND_IN, "https://example.org/sparql": "http://127.0.0.1:41234/1"}
MANY = 3000


def refused(text: str, services: Mapping[str, str] | None = None) -> Problem:
    with pytest.raises(Problem) as raised:
        read(text, services)
    return raised.value


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_saved_queries_pass_well_below_the_limits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    reading = read(text)
    assert (reading.text, reading.volatile, reading.services) == (text, False, ())
    found = Structure(text)
    for most, limit in (
        (found.depth, gate.MAX_DEPTH),
        (found.operators, gate.MAX_OPERATORS),
        (found.steps, gate.MAX_STEPS),
        (found.patterns, gate.MAX_PATTERNS),
        (found.clauses, gate.MAX_CLAUSES),
    ):
        assert most.count * 10 <= limit


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <http://example.org/> SELECT * { ?s service:p ?SERVICE, service:o { ?s a $service } }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:p ?SERVICE ; a service:C { ?s a $service } }",
        "PREFIX service: <http://example.org/> SELECT * FROM service:g { GRAPH service:g { ?s a service:C } }",
        "PREFIX service: <http://example.org/> DESCRIBE service:x { ?s ?p service:y }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:p* service:o {} }",
        "PREFIX service: <http://example.org/> SELECT * { ?s (service:p|service:q) service:o {} }",
        "PREFIX service: <http://example.org/> SELECT * { ?s ?p ?o ~ service:r { ?s ?p ?o {| ?a service:o |} } }",
        "PREFIX ex: <http://example.org/> SELECT * { ex:SERVICE ex:service <http://example.org/SERVICE> }",
        "SELECT * { ?s ?p 'SERVICE <http://example.org/> {}' } # SERVICE <http://example.org/> {}",
        "SELECT * { ?s ?p '''it's SERVICE''', \"\\\"SERVICE\", 'a'@en-SERVICE, _:SERVICE . [] ?p _:a.SERVICE }",
        "SELECT * { ?s ?p ?o FILTER(?s<?o && 'SERVICE'>?o) }",
        "SELECT * { VALUES ?s { 'SERVICE' \"}\" } ?services ?SERVICED ?o }",
        "SELECT (GROUP_CONCAT(?s; SEPARATOR=' SERVICE ') AS ?service) { ?s ?p ?o }",
        "",
        "SELECT",
        "SERVICE",
    ],
)
def test_the_word_service_is_not_the_keyword_in_names_strings_and_comments(text: str) -> None:
    assert read(text).text == text
    assert read(text, SERVICES) == read(text)


@pytest.mark.parametrize("killer", [k for k in KILLERS if k.kills == "network"], ids=lambda killer: killer.name)
def test_service_is_refused_however_it_is_spelled(killer: Killer) -> None:
    problem = refused(killer.text)
    assert (problem.status, problem.kind) == (403, "service-refused")
    assert "this endpoint asks no other endpoints — ask the other endpoint yourself" in problem.detail
    assert "VALUES" in problem.detail
    problem = refused(killer.text, SERVICES)
    assert f"<{WIKIDATA}>, <https://example.org/sparql>" in problem.detail


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("{ SERVICE <https://query.wikidata.org/sparql> {} }", "{ SERVICE <@> {} }"),
        ("{service silent<https://query.wikidata.org/sparql>{}}", "{service silent<@>{}}"),
        (r"{ SERVICE <\u0068ttps://query.wikidata.org/sparql> {} }", "{ SERVICE <@> {} }"),
        ("{ SERVICE # <b>\n<https://query.wikidata.org/sparql>\n{} }", "{ SERVICE # <b>\n<@>\n{} }"),
        ("{ ?s ?p 1 .SERVICE wd:sparql {} }", "{ ?s ?p 1 .SERVICE <@> {} }"),
        ("{ SERVICEwd:sparql{} }", "{ SERVICE<@>{} }"),
        ("{ SERVICE SILENTwd:sparql {} }", "{ SERVICE SILENT<@> {} }"),
        ("{ SERVICESILENTwd:sparql {} }", "{ SERVICESILENT<@> {} }"),
        ("{ SERVICE : {} }", "{ SERVICE <@> {} }"),
        (
            "{ SERVICE wd:sparql { SERVICE <https://query.wikidata.org/sparql> { ?s ?p 'SERVICE' } } }",
            "{ SERVICE <@> { SERVICE <@> { ?s ?p 'SERVICE' } } }",
        ),
    ],
)
def test_an_endpoint_that_may_be_asked_is_replaced_by_what_stands_in_for_it(text: str, rewritten: str) -> None:
    prologue = "PREFIX wd: <https://query.wikidata.org/>\nPREFIX : <https://query.wikidata.org/sparql>\nSELECT * "
    reading = read(prologue + text, SERVICES)
    assert reading.text == prologue + rewritten.replace("@", STAND_IN)
    assert reading.text.count("\n") == (prologue + text).count("\n")
    assert reading.volatile
    assert reading.services == (WIKIDATA,)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("SELECT * { SERVICE ?x {} }", "not named by a variable"),
        ("SELECT * { VALUES ?x { <https://query.wikidata.org/sparql> } SERVICE $x {} }", "not named by a variable"),
        ("SELECT * { SERVICE <http://query.wikidata.org/sparql> {} }", "http://query.wikidata.org/sparql"),
        ("SELECT * { SERVICE <https://query.wikidata.org/sparql/> {} }", "sparql/"),
        ("SELECT * { SERVICE <sparql> {} }", "<sparql>"),
        ("SELECT * { SERVICE wd:sparql {} }", "wd:sparql"),
        ("SELECT * { SERVICE {} }", "{"),
        (f"SELECT * {{ SERVICE <{WIKIDATA}> {{ SERVICE <http://127.0.0.1/> {{}} }} }}", "http://127.0.0.1/"),
    ],
)
def test_no_other_endpoint_is_asked(text: str, what: str) -> None:
    problem = refused(text, SERVICES)
    assert (problem.status, problem.kind, problem.members["line"]) == (403, "service-refused", 1)
    assert what in problem.detail


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (NOW() AS ?x) {}", True),
        ("SELECT (now ( ) AS ?x) {}", True),
        ("SELECT (Now#c\n() AS ?x) {}", True),
        ("SELECT * {} ORDER BY RAND()", True),
        ("SELECT * { BIND(UUID() AS ?x) }", True),
        ("SELECT * { BIND(StrUUID() AS ?x) }", True),
        ("SELECT * { BIND(BNODE('a') AS ?x) }", True),
        ("SELECT * { FILTER(1 = 1)FILTERRAND() }", True),
        ("SELECT * { ?known ?brand 'NOW()' } # RAND()", False),
        ("PREFIX ex: <http://example.org/> SELECT (ex:now() AS ?now) {}", False),
        ("SELECT * { ?s ?p <http://example.org/now()> }", False),
        ("SELECT (YEAR(?now) AS ?x) { ?s ?p ?now }", False),
    ],
)
def test_a_query_is_volatile_where_it_calls_what_answers_differently_each_time(text: str, volatile: bool) -> None:
    assert read(text).volatile is volatile


DEPTH, OPERATORS, STEPS = gate.MAX_DEPTH, gate.MAX_OPERATORS, gate.MAX_STEPS
PATTERNS, CLAUSES = gate.MAX_PATTERNS, gate.MAX_CLAUSES
TERM = "<https://example.org/a/b#c.d,e;f>"


@pytest.mark.parametrize(
    ("head", "unit", "tail", "limit"),
    [
        ("ASK {", "{", "", DEPTH - 1),
        ("ASK { FILTER", "(", "1", DEPTH - 1),
        ("ASK { FILTER(1<2+", "(", "1)>0)", DEPTH - 2),
        ("ASK { ?s ?p ", "[ ?p ", "", DEPTH - 1),
        ("ASK { ?s ?p ", "<<( ?s ?p ", "", DEPTH - 1),
        ("ASK { ?s ?p ?o ", "{| ?p ?o ", "", DEPTH - 1),
        ("ASK { FILTER(", "! ", "1) }", OPERATORS),
        ("ASK { FILTER(?a ", "|| ?a ", ") }", OPERATORS),
        ("ASK { FILTER(1", "+1", ") }", OPERATORS),
        ("ASK { FILTER(1", "-1", ") }", OPERATORS),
        ("ASK { {} ", "UNION {} ", "}", OPERATORS),
        ("ASK { ?s a", "/a", " ?o }", STEPS - 1),
        ("ASK { ?s (a", "/(a*)", ") ?o }", STEPS - 1),
        ("ASK { ?s ?p 1", ",1", "}", PATTERNS - 1),
        ("ASK {", f"?s a {TERM}.", "}", PATTERNS),
        ("ASK {", f"?s a {TERM} FILTER(1)", "}", PATTERNS),
        ("ASK { ?s a 1", ";a 2", "}", PATTERNS - 1),
        ("ASK {", "OPTIONAL { ?s a 1 }", "}", PATTERNS),
        ("ASK {", "GRAPH ?g {}", "}", PATTERNS),
        ("ASK {", "VALUES ?s { 1 2 3 }", "}", PATTERNS),
        ("ASK {", "{ SELECT * { ?s a ?o . ?o a ?s } }", "}", PATTERNS),
        ("ASK { ?s ?p (", "1 ", ") }", (PATTERNS - 1) // 2),
        ("ASK {", "BIND(1 AS ?x)", "}", CLAUSES),
        ("ASK {", "MINUS {}", "}", CLAUSES),
        ("SELECT ", "(1 AS ?x)", "{}", CLAUSES),
        ("SELECT * {} ORDER BY ", "DESC(?x)", "", CLAUSES),
        ("SELECT * {} HAVING ", "(?x)", "", CLAUSES),
        ("DESCRIBE ", "<a>", "", CLAUSES),
    ],
)
def test_a_limit_is_passed_by_one_more(head: str, unit: str, tail: str, limit: int) -> None:
    assert read(head + unit * limit + tail).text
    problem = refused(head + "\n" + unit * (limit + 1) + tail)
    assert (problem.status, problem.kind) == (422, "query-too-complex")
    assert problem.members["found"] == problem.members["limit"] + 1 or unit.startswith("1 ")
    assert problem.members["line"] in (1, 2)
    assert problem.detail.startswith(f"line {problem.members['line']}: {problem.members['found']:,} ")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { VALUES ?s { " + f"{TERM} " * MANY + "} ?s ?p ?o }",
        "SELECT * { VALUES (?s ?n) { " + "(ex:a.b -1) ('{[(' 1.5) " * MANY + "} ?s ?p ?n }",
        "SELECT * { VALUES ?s { " + "<<( <a> <b> -1 )>> 'a' " * MANY + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join([TERM] * MANY) + ")) }",
        "SELECT * { ?s ?p ?o FILTER(?o NOT IN (" + ", ".join(["-1"] * MANY) + ")) }",
        "SELECT (COALESCE(" + ", ".join(["?a"] * MANY) + ") AS ?x) {}",
        "SELECT " + "?a " * MANY + "{}",
        "SELECT * { ?s ?p '''" + "({[<<" * MANY + "''' } # " + "({[!" * MANY,
        'SELECT * { ?s ?p "' + "||&&+*/" * MANY + '" }',
        "SELECT * { <http://example.org/" + "(.;,/-+" * MANY + "> ?p ?o }",
        "CONSTRUCT { " + "?s a ?o ; ?p ?o . " * 1000 + "} WHERE { ?s ?p ?o }",
        "ASK { " + " UNION ".join(["{ ?s a ?o . ?o a ?s }"] * 500) + " }",
        "ASK { " + "{ ?s a ?o } UNION { ?s ?p ?o . ?o ?p ?s } " * 200 + "}",
        "ASK { ?s ?p ?o " + "FILTER NOT EXISTS { ?s a ?o . ?o a ?s } " * 500 + "}",
        "ASK { ?s " + "|".join(["a"] * 500) + " ?o ; !(" + "|".join(["^a"] * 400) + ") ?o }",
        "".join(f"PREFIX p{i}: <a> " for i in range(MANY)) + "ASK {}",
        "ASK { " + "?s a/a ?o . " * 140 + "}",
    ],
)
def test_long_queries_of_a_sane_shape_pass(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize("killer", KILLERS, ids=lambda killer: killer.name)
def test_what_is_fatal_by_its_shape_is_refused_and_what_is_so_by_its_data_is_not(killer: Killer) -> None:
    name = killer.name
    shaped = name.startswith(("brackets-", "nested-", "chain-")) or name.endswith("-too-wide")
    if shaped:
        assert refused(killer.text).status == 422
    elif not name.startswith("service-"):
        read(killer.text)


@pytest.mark.parametrize(
    "head", ["", "SELECT * { SERVICE ", "ASK { FILTER(now( service:", "ASK { VALUES ?x { 'service' "], ids=repr
)
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "{",
            "}",
            "(",
            "[",
            "<<(",
            ")>>",
            "{|",
            "a,",
            "?a ",
            "(1 ",
            "~",
            "^^",
            "FILTER(",
            "VALUES?x{",
            "VALUES?x{'\\'",
        ),
        *(
            "SERVICE ",
            "SERVICE<",
            "SERVICE?x",
            "SERVICESERVICE",
            "service:a{",
            "service:#\n",
            "service: \n",
            "trueSERVICEx:{",
        ),
        *("service.service.", "a:b.c.service", "now ", "now\n", "now#\n", "rand (", "from<a>", "FROM ", "PREFIX a:<b>"),
    ],
)
def test_any_query_is_read_in_time_that_grows_with_its_length(head: str, piece: str) -> None:
    text = (head + piece * 65536)[:65536]
    begin = time.perf_counter()
    for services in ({}, SERVICES):
        with suppress(Problem):
            read(text, services)
    assert time.perf_counter() - begin < 5


def test_a_short_query_costs_microseconds() -> None:
    text = "SELECT ?m ?b { ?m itg:basedOn ?b ; rdfs:label ?l FILTER(CONTAINS(?l, 'llama')) } ORDER BY ?b LIMIT 100"
    begin = time.perf_counter()
    for _ in range(1000):
        read(text)
    # Three microseconds each; reading the tokens would take twenty times as long.
    assert time.perf_counter() - begin < 0.1
