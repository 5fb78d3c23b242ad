"""The endpoint over the wire: SPARQL 1.1 Protocol, section 2.1, against the real command."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

SELECT = "SELECT ?b { <model/alpaca> itg:basedOn ?b }"
CONSTRUCT = "CONSTRUCT WHERE { <model/alpaca> itg:basedOn ?b }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RAW = {"Content-Type": "application/sparql-query"}
FORM_IN_LATIN = {"Content-Type": FORM["Content-Type"] + "; charset=ISO-8859-1"}
RAW_IN_LATIN = {"Content-Type": RAW["Content-Type"] + '; charset="ISO-8859-1"'}
LLAMA = "https://w3id.org/itgraph/model/llama"


class Reply(Protocol):
    status: int
    headers: Mapping[str, str]
    body: bytes
    text: str


Ask = Callable[..., Reply]
Start = Callable[..., subprocess.Popen[str]]


def url(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query, **more})


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", url(SELECT), None, {}),
        ("POST", "/sparql", urlencode({"query": SELECT}).encode(), FORM),
        (
            "POST",
            "/sparql",
            urlencode({"query": SELECT}).encode(),
            {"Content-Type": FORM["Content-Type"] + ";charset=UTF-8"},
        ),
        ("POST", "/sparql", SELECT.encode(), RAW),
        ("POST", "/sparql", SELECT.encode(), {"Content-Type": "Application/SPARQL-Query; charset=utf-8"}),
        ("POST", "/sparql", SELECT.encode(), {"Content-Type": 'application/sparql-query; x=y; Charset="utf8"'}),
        ("GET", url(SELECT).replace("?", "/?"), None, {}),
    ],
    ids=["get", "form", "form with charset", "body", "body with charset", "charset in quotes", "slash at the end"],
)
def test_a_query_is_answered_however_it_is_sent(
    ask: Ask, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> None:
    reply = ask(method, path, body, headers)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/sparql-results+json"
    assert [row["b"]["value"] for row in json.loads(reply.body)["results"]["bindings"]] == [LLAMA]


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (SELECT, "application/json", "application/json"),
        ("ASK {}", "text/csv;q=0.1, application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        # The kind of answer is known only when the query has been read: the header may weigh both.
        (CONSTRUCT, "application/sparql-results+json, application/n-triples;q=0.1", "application/n-triples"),
        ("DESCRIBE <model/alpaca>", "text/*", "text/turtle; charset=utf-8"),
    ],
)
def test_the_format_is_negotiated_and_can_be_read_back(ask: Ask, query: str, accept: str, content_type: str) -> None:
    reply = ask("GET", url(query), None, {"Accept": accept})
    assert (reply.status, reply.headers["content-type"]) == (200, content_type)
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    if query.startswith(("SELECT", "ASK")):
        form = ox.QueryResultsFormat.from_media_type(content_type)
        assert form is not None
        if form == ox.QueryResultsFormat.CSV:
            assert reply.text == f"b\r\n{LLAMA}\r\n"
        else:
            assert ox.parse_query_results(reply.body, form)
    else:
        graph = ox.RdfFormat.from_media_type(content_type)
        assert LLAMA in {getattr(quad.object, "value", "") for quad in ox.parse(reply.body, format=graph)}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "message"),
    [
        ("GET", "/sparql", None, {"Accept": "text/csv"}, 400, "no query"),
        ("GET", "/sparql?nothing=1", None, {}, 400, "no query"),
        ("GET", "/sparql?query=" + quote(SELECT) + "&query=" + quote(SELECT), None, {}, 400, "2 queries"),
        ("GET", "/sparql?query=", None, {}, 400, "the query is empty"),
        ("GET", "/sparql?query=%FF", None, {}, 400, "not percent-encoded UTF-8"),
        ("GET", url("SELECT * {\n ?s"), None, {}, 400, "query:2: the query does not parse"),
        ("GET", url("SELECT (<http://example.org/f>(1) AS ?y) {}"), None, {}, 400, "custom function"),
        ("GET", url("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), None, {}, 403, "asks no other"),
        ("GET", url(SELECT, format="parquet"), None, {}, 400, "'format' names no format"),
        ("GET", url(SELECT, format="ttl"), None, {}, 406, "application/sparql-results+json"),
        ("GET", url(CONSTRUCT, format="csv"), None, {}, 406, "text/turtle"),
        ("GET", url(SELECT, timeout="0"), None, {}, 400, "not a time"),
        ("GET", url(SELECT, timeout="-1"), None, {}, 400, "not a time"),
        ("GET", url(SELECT, timeout="nan"), None, {}, 400, "not a time"),
        ("GET", url(SELECT, timeout="1e9"), None, {}, 400, "not a time"),
        ("GET", url(SELECT, timeout="11"), None, {}, 400, "at most 10"),
        ("GET", url(SELECT, **{"default-graph-uri": "no iri"}), None, {}, 400, "not the IRI of a graph"),
        ("POST", "/sparql", b"\xff", RAW, 400, "not UTF-8"),
        ("POST", url(SELECT), SELECT.encode(), RAW, 400, "two queries"),
        ("POST", url(SELECT), urlencode({"query": SELECT}).encode(), FORM, 400, "two queries"),
        ("POST", url(SELECT), b"", FORM, 400, "in the URL"),
        ("POST", "/sparql?update=x", urlencode({"query": SELECT}).encode(), FORM, 403, "read-only"),
        ("POST", "/sparql", SELECT.encode(), RAW_IN_LATIN, 415, "utf-8, not iso-8859-1"),
        ("POST", "/sparql", urlencode({"query": SELECT}).encode(), FORM_IN_LATIN, 415, "utf-8, not iso-8859-1"),
        ("POST", "/sparql", b"", FORM, 400, "no query"),
        ("POST", "/sparql", b"x", {**RAW, "Content-Encoding": "gzip"}, 415, "not compressed"),
        ("POST", "/sparql", SELECT.encode(), {}, 415, "application/sparql-query"),
        ("POST", "/sparql", SELECT.encode(), {"Content-Type": "text/plain"}, 415, "application/sparql-query"),
        ("POST", "/sparql", b"x", {"Content-Type": "multipart/form-data; boundary=x"}, 415, "application/sparql-query"),
        (
            "POST",
            "/sparql",
            b"DELETE WHERE { ?s ?p ?o }",
            {"Content-Type": "application/sparql-update"},
            403,
            "read-only",
        ),
        ("POST", "/sparql", urlencode({"update": "CLEAR ALL"}).encode(), FORM, 403, "read-only"),
        ("GET", "/sparql?update=CLEAR%20ALL", None, {}, 403, "read-only"),
        ("GET", url("CLEAR ALL"), None, {}, 400, "read-only"),
        ("POST", "/sparql", b"INSERT DATA { <a> <b> <c> }", RAW, 400, "read-only"),
        ("GET", url(SELECT), None, {"Accept": "image/png"}, 406, "application/sparql-results+json"),
        ("GET", url(SELECT), None, {"Accept": "text/turtle"}, 406, "text/csv"),
        ("GET", url(CONSTRUCT), None, {"Accept": "text/csv"}, 406, "text/turtle"),
        ("GET", url(SELECT), None, {"Accept": "text/csv," * 300}, 431, "Accept is longer"),
        ("GET", url(SELECT), None, {"Accept-Encoding": "gzip," * 500}, 431, "Accept is longer"),
        ("PUT", "/sparql", b"", {}, 405, "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "/sparql", None, {}, 405, "GET, HEAD, POST, OPTIONS"),
        ("PATCH", "/sparql", b"", {}, 405, "GET, HEAD, POST, OPTIONS"),
        ("PROPFIND", "/sparql", None, {}, 405, "GET, HEAD, POST, OPTIONS"),
        ("PROPFIND", "/", None, {}, 405, "GET, HEAD"),
        ("OPTIONS", "/", None, {}, 405, "GET, HEAD"),
        ("POST", "/healthz", b"", {}, 405, "GET, HEAD"),
        ("GET", "/dump/manifest.json", None, {}, 404, "manifest.json"),
        ("GET", "/dump/..%2Fmanifest.json", None, {}, 404, ""),
        ("POST", "/", b"", {}, 405, "GET, HEAD"),
        ("GET", "/nothing", None, {}, 404, "nothing is said about nothing"),
    ],
)
def test_what_cannot_be_answered_has_its_status_and_says_why(
    ask: Ask, method: str, path: str, body: bytes | None, headers: Mapping[str, str], status: int, message: str
) -> None:
    # RFC 9457: the status of the problem is that of the response, and its detail is for people.
    reply = ask(method, path, body, headers)
    assert reply.status == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = json.loads(reply.body)
    assert problem["status"] == status
    assert problem["type"].startswith("https://w3id.org/itgraph/ns/problem#")
    assert problem["title"]
    assert message in problem["detail"]
    assert "\n" not in problem["detail"]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers.get("allow") == (message if status == 405 else None)
    assert ("offered" in problem) == (status == 406)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/problem+json"),
        ("application/sparql-results+json", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("text/csv, text/plain;q=0.1", "text/plain; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/plain; charset=utf-8"),
    ],
)
def test_a_problem_is_told_as_the_client_reads(ask: Ask, accept: str, content_type: str) -> None:
    reply = ask("GET", url("SELECT * {\n ?s"), None, {"Accept": accept})
    assert (reply.status, reply.headers["content-type"]) == (400, content_type)
    assert reply.headers["vary"] == "Accept"
    assert "query:2: the query does not parse" in reply.text
    assert reply.text.count("\n") == 1


def test_a_syntax_error_says_where(ask: Ask) -> None:
    problem = json.loads(ask("GET", url("SELECT * {\n ?s")).body)
    assert (problem["type"].rpartition("#")[2], problem["line"], problem["column"]) == ("syntax", 2, 4)


def test_head_has_the_headers_of_get_and_no_body(ask: Ask) -> None:
    got, head = ask("GET", url(SELECT)), ask("HEAD", url(SELECT))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == str(len(got.body))


def test_any_page_may_ask(ask: Ask) -> None:
    assert ask("GET", url(SELECT)).headers["access-control-allow-origin"] == "*"
    preflight = ask(
        "OPTIONS", "/sparql", None, {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]


def test_any_page_may_ask_with_a_slash_at_the_end(ask: Ask) -> None:
    for method, status in (("GET", 200), ("OPTIONS", 204)):
        reply = ask(method, url(SELECT).replace("?", "/?"), None, {"Origin": "https://example.org"})
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (status, "*")


def test_the_dataset_of_the_request_is_the_one_asked(ask: Ask) -> None:
    row = "https://w3id.org/itgraph/survey/models/"
    ask_based_on = "ASK { <model/alpaca> itg:basedOn ?b }"
    truth = [
        json.loads(ask("GET", url(ask_based_on, **{"default-graph-uri": row + number})).body)["boolean"]
        for number in "45"
    ]
    assert truth == [True, False]


def test_the_text_at_the_root_says_what_this_is_and_its_example_runs(ask: Ask) -> None:
    plain = ask("GET", "/")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert "/sparql" in plain.text
    example = plain.text.partition("\n    PREFIX")[2].partition("\n\n")[0]
    rows = ask("GET", url(f"PREFIX{example}", format="csv")).text.split("\r\n")
    assert "https://w3id.org/itgraph/model/alpaca,Alpaca,https://w3id.org/itgraph/survey/models/4" in rows
    page = ask("GET", "/", None, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert ask("HEAD", "/").body == b""


def test_others_are_served_while_a_query_runs(ask: Ask, port: int) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", url(slow))
        begun = time.monotonic()
        assert ask("GET", url(SELECT)).status == 200
        assert time.monotonic() - begun < 10
    finally:
        connection.close()


def test_many_at_once_get_their_own_answers(ask: Ask) -> None:
    wrong: list[object] = []

    def one(number: int) -> None:
        query = url(f"SELECT ({number} AS ?n) {{}}")
        reply = ask("GET", query, None, {"Accept": "text/csv"}, address=f"127.0.0.{2 + number}")
        if reply.text != f"n\r\n{number}\r\n":
            wrong.append((number, reply.text))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


# The process


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+?/(?=\s)", line)
    assert found, line
    return found[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly(start: Start, how: signal.Signals) -> None:
    process = start("--port", "0")
    url_of(process)
    begun = time.monotonic()
    process.send_signal(how)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 1.5
    assert err.startswith("itgraph: limits: ")
    assert err.count("\n") == 1
    assert process.returncode == 0


def test_ctrl_c_ends_the_server_while_a_query_runs(start: Start) -> None:
    process = start("--port", "0")
    port = int(url_of(process).rstrip("/").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", url("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"))
    other = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    other.request("GET", url("ASK {}"))
    assert other.getresponse().status == 200
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    connection.close()
    other.close()
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_busy_port_is_one_line_with_the_remedy(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        out, err = (process := start("--port", str(port))).communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err.startswith(f"itgraph: port {port} is busy — ")
    assert "--port 0" in err
    assert "make serve PORT=" in err
    assert err.count("\n") == 1
