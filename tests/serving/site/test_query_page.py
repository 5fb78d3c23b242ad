"""The page to ask in SPARQL, as a browser without scripts has it; and what its script is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from lxml import html
from tests.serving.site.conftest import Site

from itgraph.namespaces import FAIR4ML, ITG, PREFIXES
from itgraph.queries import load
from itgraph.store import Store

ODD = 'SELECT ?x { BIND("<b>&amp; \\"+%26 #é\\u202e𝔘 \\\\n" AS ?x) } # </textarea>\n'


def address(text: str) -> str:
    return f"/query?{urlencode({'query': text})}"


def asked(site: Site, text: str, status: int = 200) -> html.HtmlElement:
    reply = site.get(address(text))
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8"), reply.text[:2000]
    return html.document_fromstring(reply.text)


def written(box: html.HtmlElement) -> str:
    """Return what stands in a text box; a browser takes no line break at its beginning for text, lxml does."""
    return str(box.text).removeprefix("\n")


def rows(page: html.HtmlElement) -> list[list[str]]:
    cells = [row.cssselect("td") for row in page.cssselect("#rows tbody tr")]
    return [[" ".join(cell.text_content().split()) for cell in row] for row in cells]


def problem(page: html.HtmlElement) -> str:
    (told,) = page.cssselect("#problem:not([hidden])")
    return str(told.text_content())


def test_with_nothing_asked_there_is_an_example_and_no_answer(site: Site) -> None:
    page = site.page("/query")
    (box,) = page.cssselect("textarea[name=query]")
    assert page.cssselect("#result")[0].get("hidden") is not None
    assert page.cssselect("label[for=query]")
    assert len(rows(asked(site, box.text))) == 16
    assert page.cssselect("form#ask")[0].get("action") == "/query"


@pytest.mark.parametrize(
    ("text", "columns", "first", "downloads"),
    [
        (
            "SELECT ?m ?y ?t { VALUES ?m { <model/alpaca> } BIND(2023 AS ?y) BIND('x'@en AS ?t) }",
            ["?m", "?y", "?t"],
            ["model/alpaca", "2023", "x @en"],
            "csv tsv json xml",
        ),
        (
            "CONSTRUCT { ?m itg:basedOn ?b } { VALUES ?m { <model/alpaca> } ?m itg:basedOn ?b }",
            ["subject", "predicate", "object"],
            ["model/alpaca", "itg:basedOn", "model/llama"],
            "ttl nt rdf jsonld",
        ),
        ("DESCRIBE <organization/openai>", ["subject", "predicate", "object"], None, "ttl nt rdf jsonld"),
    ],
)
def test_an_answer_is_a_table_and_can_be_taken_away(
    site: Site, text: str, columns: list[str], first: list[str] | None, downloads: str
) -> None:
    page = asked(site, text)
    assert written(page.cssselect("textarea")[0]) == text
    assert [heading.text for heading in page.cssselect("#rows th")] == columns
    assert rows(page)
    assert first is None or rows(page)[0] == first
    links = [link.get("href") for link in page.cssselect("#downloads a")]
    assert [parse_qs(urlsplit(link).query)["format"][0] for link in links] == downloads.split()
    for link in links:
        reply = site.get(link)
        assert reply.status == 200
        assert reply.body


def test_numbers_stand_to_the_right_and_entities_lead_to_their_pages(site: Site) -> None:
    page = asked(site, "SELECT ?m ?n { VALUES (?m ?n) { (<model/alpaca> 70000) (<http://example.org/a> 2.5) } }")
    assert [cell.get("class") for cell in page.cssselect("#rows td")] == [None, "number", None, "number"]
    assert [link.get("href") for link in page.cssselect("#rows td a")] == [
        "/model/alpaca.html",
        "http://example.org/a",
    ]
    assert [row[1] for row in rows(page)] == ["70000", "2.5 xsd:decimal"]


@pytest.mark.parametrize(("text", "truth"), [("ASK { <model/alpaca> ?p ?o }", "Yes"), ("ASK { <x> ?p ?o }", "No")])
def test_a_yes_or_no_question_is_answered_so(site: Site, text: str, truth: str) -> None:
    assert [word.text for word in asked(site, text).cssselect("#rows .truth")] == [truth]


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("SELECT * {\n ?s ?p\n", 400, "(line 3, column 1)"),
        ("SELECT * {\n\n ?s nix:y ?o }", 400, "a prefix that is not declared"),
        ("INSERT DATA { <a> <b> <c> }", 400, "this is an update, and the graph is read-only"),
        ("ASK {\n SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "this endpoint asks no other endpoints"),
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", 400, "the query cannot be answered"),
        (f"ASK {{ {'(' * 200}", 422, "brackets within one another"),
    ],
)
def test_what_is_wrong_is_told_at_the_form(site: Site, text: str, status: int, told: str) -> None:
    page = asked(site, text, status)
    assert told in problem(page)
    assert not problem(page).startswith("query:")
    (box,) = page.cssselect("textarea[aria-invalid=true]")
    assert (written(box), box.get("aria-describedby")) == (text, "problem")
    assert not page.cssselect("#rows table, #downloads a")


def test_the_line_of_an_error_is_told_once(site: Site) -> None:
    told = problem(asked(site, "ASK {\n SERVICE <http://example.org/> { ?s ?p ?o } }", 403))
    assert told.count("line") == 1
    assert told.endswith("(line 2)")


def test_an_answer_that_may_be_another_one_is_not_kept(site: Site) -> None:
    volatile, lasting = (site.get(address(f"SELECT ({call} AS ?x) {{}}")) for call in ("RAND()", "ABS(1)"))
    assert volatile.headers["cache-control"] == "no-store"
    assert "etag" not in volatile.headers
    assert lasting.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "etag" in lasting.headers


def test_a_huge_answer_is_shown_in_part(site: Site) -> None:
    page = asked(site, "SELECT * { ?s ?p ?o }")
    assert len(rows(page)) == 1000
    assert "there are more" in page.cssselect("#status")[0].text_content()
    every = asked(site, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    assert len(rows(every)) == 1000
    # Of no length, though the answer has no end that could be waited for: three times all statements.
    assert len(rows(asked(site, "SELECT ?a ?b { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))) == 1000
    wide = asked(site, f"SELECT {' '.join(f'(1 AS ?v{n})' for n in range(100))} {{ ?s ?p ?o }}")
    assert len(rows(wide)) == 200
    (cell,) = rows(asked(site, "SELECT (GROUP_CONCAT(?o) AS ?all) { ?s rdfs:label ?o }"))[0]
    assert len(cell) <= 2000
    assert cell.endswith("…")


@pytest.mark.parametrize("text", [ODD, "  ASK {}  ", "ASK { # %C3%28 + & ;\n}"])
def test_an_address_that_is_passed_on_holds_the_very_query(site: Site, text: str) -> None:
    page = asked(site, text)
    assert written(page.cssselect("textarea")[0]) == text
    for link in page.cssselect("#downloads a"):
        assert parse_qs(urlsplit(link.get("href")).query)["query"] == [text]


def test_what_is_in_the_data_stays_text(release_of: Callable[[str], Path], serve_site: Callable[..., Site]) -> None:
    label = "<script>alert(1)</script>"
    site = serve_site(
        release_of(f'<urn:g> {{ <urn:x> <http://www.w3.org/2000/01/rdf-schema#label> "{label}" , <javascript:alert> }}')
    )
    reply = site.get(address("SELECT ?o ?g { ?s ?p ?o GRAPH ?g { ?s ?p ?o } } ORDER BY ?o"))
    page = html.document_fromstring(reply.text)
    assert label not in reply.text
    assert rows(page) == [["javascript:alert", "urn:g"], [label, "urn:g"]]
    assert not page.cssselect("#rows a")


def test_the_script_is_told_what_it_has_to_know(site: Site) -> None:
    (settings,) = site.page("/query").cssselect("script#settings")
    told = json.loads(settings.text)
    assert told["prefixes"] == PREFIXES
    assert told["root"] == "/"
    assert [one["summary"] for one in told["examples"]] == [query.summary for query in load().values()]
    assert all("#+" not in one["text"] for one in told["examples"])


def test_the_terms_are_those_of_the_release_with_their_labels(site: Site, release_store: Store) -> None:
    reply = site.get("/query/terms.json", accept="application/json")
    assert reply.headers["content-type"] == "application/json"
    assert "etag" in reply.headers
    told = json.loads(reply.body)
    classes = {one["iri"]: one for one in told["classes"]}
    held = next(release_store.select("SELECT (COUNT(?m) AS ?n) { ?m a fair4ml:MLModel }"))[0]
    assert held is not None
    assert classes[FAIR4ML + "MLModel"]["count"] == int(held.value)
    based_on = next(one for one in told["properties"] if one["iri"] == ITG + "basedOn")
    assert based_on["label"] == "based on"
    counts = [one["count"] for one in told["properties"]]
    assert counts == sorted(counts, reverse=True)
    asked_for = {term.value for (term,) in release_store.select("SELECT DISTINCT ?p { ?s ?p ?o }") if term is not None}
    # What the statistics themselves are made of is not counted in them.
    assert {one["iri"] for one in told["properties"]} <= asked_for


@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_a_browser_at_the_endpoint_is_sent_to_the_page(site: Site, accept: str) -> None:
    reply = site.get("/sparql", accept)
    assert (reply.status, reply.headers["location"], reply.headers["vary"]) == (303, "/query", "Accept")
