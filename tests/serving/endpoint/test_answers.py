"""Answers on their way: entity tags, compression, the cache, the dataset of the request, HTTP/1.0 and pipelining."""

from __future__ import annotations

import gzip
import json
import re
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Ask = Callable[..., Any]
Serve = Callable[..., Any]

SELECT = "SELECT ?b { <model/alpaca> itg:basedOn ?b }"
EVERYTHING = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
ROW = "https://w3id.org/itgraph/survey/models/"
#: More than is kept back, so that it goes out in parts.
LONG = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 3000"


UNPACK: Mapping[str | None, Callable[[bytes], bytes]] = {
    None: lambda body: body,
    "gzip": gzip.decompress,
    "zstd": zstd.decompress,
}


def url(query: str, *more: tuple[str, str]) -> str:
    return "/sparql?" + urlencode([("query", query), *more])


def test_an_answer_has_a_tag_and_whoever_has_it_gets_no_second_copy(ask: Ask) -> None:
    first = ask("GET", url(SELECT))
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        for method in ("GET", "HEAD"):
            second = ask(method, url(SELECT), None, {"If-None-Match": known})
            assert (second.status, second.body, second.headers["etag"]) == (304, b"", tag)
            assert "content-type" not in second.headers
    assert ask("GET", url(SELECT), None, {"If-None-Match": '"other"'}).status == 200


def test_the_tag_is_that_of_release_query_dataset_format_and_encoding(ask: Ask) -> None:
    requests: list[tuple[str, Mapping[str, str]]] = [
        (url(SELECT), {}),
        (url(SELECT + " "), {}),
        (url(SELECT, ("default-graph-uri", ROW + "4")), {}),
        (url(SELECT, ("named-graph-uri", ROW + "4")), {}),
        (url(SELECT), {"Accept": "text/csv"}),
        (url(SELECT), {"Accept-Encoding": "gzip"}),
        (url(SELECT), {"Accept-Encoding": "zstd"}),
    ]
    tags = [ask("GET", path, None, headers).headers["etag"] for path, headers in requests]
    assert len(set(tags)) == len(tags)
    assert tags == [ask("GET", path, None, headers).headers["etag"] for path, headers in requests]
    # The time that a client gives is not a part of what it asks.
    assert ask("GET", url(SELECT, ("timeout", "3"))).headers["etag"] == tags[0]


@pytest.mark.parametrize("query", [SELECT, "ASK {}", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", LONG])
def test_head_has_the_headers_of_get(serve: Serve, query: str) -> None:
    server = serve()
    for first, then in (("HEAD", "GET"), ("GET", "HEAD")):
        # The comment makes it another query, which is in no cache yet.
        replies = {method: server.ask(method, url(f"{query} # {first}")) for method in (first, then)}
        head, got = replies["HEAD"], replies["GET"]
        assert (head.status, head.body, got.status) == (200, b"", 200)
        assert {**head.headers, "date": ""}.items() >= {
            name: value
            for name, value in {**got.headers, "date": ""}.items()
            if name not in ("content-length", "transfer-encoding")
        }.items()


@pytest.mark.parametrize(
    ("accept_encoding", "encoding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, zstd;q=0.5", "gzip"),
        ("x-gzip", "gzip"),
        ("*", "zstd"),
        ("deflate, br", None),
        ("gzip;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("identity", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("query", [EVERYTHING, LONG])
def test_an_answer_is_compressed_as_the_client_takes_it(
    ask: Ask, query: str, accept_encoding: str, encoding: str | None
) -> None:
    plain = ask("GET", url(query), None, {"Accept": "text/csv"})
    assert "content-encoding" not in plain.headers
    # Once evaluated, once from the cache.
    for _ in range(2):
        reply = ask("GET", url(query), None, {"Accept": "text/csv", "Accept-Encoding": accept_encoding})
        assert reply.headers.get("content-encoding") == encoding
        assert reply.headers["vary"] == "Accept, Accept-Encoding"
        assert sorted(UNPACK[encoding](reply.body).splitlines()) == sorted(plain.body.splitlines())
        assert encoding is None or len(reply.body) < len(plain.body)


def test_what_fits_into_a_packet_is_not_compressed(ask: Ask) -> None:
    assert "content-encoding" not in ask("GET", url("ASK {}"), None, {"Accept-Encoding": "gzip"}).headers


def test_a_repeated_query_is_not_evaluated_again(serve: Serve) -> None:
    server = serve()
    replies = [server.ask("GET", url(query)) for query in (SELECT, SELECT, LONG, LONG)]
    assert replies[0].body == replies[1].body
    assert replies[2].body == replies[3].body
    # The first went out in parts, the second as a whole.
    assert "transfer-encoding" in replies[2].headers
    assert replies[3].headers["content-length"] == str(len(replies[2].body))
    assert server.query(SELECT).body == replies[0].body
    assert server.metric('itgraph_queries_total{outcome="cached"}') == 3
    assert server.metric('itgraph_queries_total{outcome="answered"}') == 2


def test_without_room_nothing_is_kept(serve: Serve) -> None:
    server = serve("--cache-bytes", 0)
    assert server.ask("GET", url(SELECT)).body == server.ask("GET", url(SELECT)).body
    assert server.metric('itgraph_queries_total{outcome="cached"}') == 0


@pytest.mark.parametrize("call", ["RAND()", "UUID()", "STRUUID()", "NOW()", "rand( )", "# RAND\n struuid()"])
def test_what_differs_each_time_is_not_kept(ask: Ask, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    replies = [ask("GET", url(query)) for _ in range(2)]
    assert all(reply.status == 200 for reply in replies)
    assert replies[0].body != replies[1].body
    assert all(reply.headers["cache-control"] == "no-store" and "etag" not in reply.headers for reply in replies)


@pytest.mark.parametrize(
    ("graphs", "count"),
    [
        ([], 1),
        ([("default-graph-uri", "4")], 1),
        ([("default-graph-uri", "4"), ("default-graph-uri", "4")], 1),
        ([("default-graph-uri", "4"), ("default-graph-uri", "5")], 1),
        ([("default-graph-uri", "5")], 0),
        ([("named-graph-uri", "4")], 0),
        ([("default-graph-uri", "4"), ("default-graph-uri", "5"), ("named-graph-uri", "4")], 1),
    ],
)
def test_graphs_of_the_request_are_merged(ask: Ask, graphs: list[tuple[str, str]], count: int) -> None:
    # SPARQL 1.1 Protocol, section 2.1.4: the RDF merge, in which a triple stands once.
    query = "SELECT (COUNT(*) AS ?n) { <model/alpaca> itg:basedOn ?b }"
    named = [(name, ROW + number) for name, number in graphs]
    reply = ask("GET", url(query, *named), None, {"Accept": "text/csv"})
    assert reply.text == f"n\r\n{count}\r\n"


def test_the_dataset_of_the_request_stands_above_that_of_the_query(ask: Ask) -> None:
    # SPARQL 1.1 Protocol, section 2.1.4.
    query = f"ASK FROM <{ROW}4> FROM <{ROW}5> {{ <model/alpaca> itg:basedOn ?b }}"
    for number, expected in (("4", True), ("5", False)):
        assert json.loads(ask("GET", url(query, ("default-graph-uri", ROW + number))).body)["boolean"] is expected


def test_a_graph_named_twice_by_from_counts_its_triples_once(ask: Ask) -> None:
    pattern = "{ <model/alpaca> itg:basedOn ?b }"
    for clauses in (f"FROM <{ROW}4> FROM <{ROW}4>", "FROM <survey/models/4> FROM <survey/models/5>"):
        reply = ask("GET", url(f"SELECT (COUNT(*) AS ?n) {clauses} {pattern}"), None, {"Accept": "text/csv"})
        assert reply.text == "n\r\n1\r\n"


@pytest.mark.parametrize(
    ("name", "select", "construct"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("csv", "text/csv; charset=utf-8", None),
        ("TTL", None, "text/turtle; charset=utf-8"),
        ("ntriples", None, "application/n-triples"),
        ("application/sparql-results+json", "application/sparql-results+json", None),
        ("text/turtle", None, "text/turtle; charset=utf-8"),
    ],
)
def test_the_field_format_stands_above_the_header(
    ask: Ask, name: str, select: str | None, construct: str | None
) -> None:
    asked = (SELECT, select), ("CONSTRUCT WHERE { <model/alpaca> itg:basedOn ?b }", construct)
    for query, content_type in asked:
        reply = ask("GET", url(query, ("format", name)), None, {"Accept": "image/png"})
        if content_type is None:
            assert reply.status == 406
        else:
            assert (reply.status, reply.headers["content-type"]) == (200, content_type)


def test_a_client_of_http_1_0_gets_the_whole_answer_or_none(serve: Serve) -> None:
    # It knows no chunks, so that an answer broken off would pass for whole.
    server = serve("--max-bytes", 500_000)
    for query, status in ((LONG, b"200"), ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", b"422")):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
            client.sendall(f"GET {url(query, ('format', 'csv'))} HTTP/1.0\r\n\r\n".encode())
            with client.makefile("rb") as stream:
                answer = stream.read()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.split()[1] == status
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        assert int(length[1]) == len(body)


def test_requests_that_come_before_the_answers_are_answered_in_their_order(serve: Serve) -> None:
    # RFC 9112, section 9.3.2.
    server = serve()
    texts = [f"SELECT ({number} AS ?n) {{}}" for number in range(5)]
    requests = [f"GET {url(text, ('format', 'csv'))} HTTP/1.1\r\nHost: x\r\n\r\n" for text in texts]
    requests.insert(3, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    requests.append("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall("".join(requests).encode())
        with client.makefile("rb") as stream:
            answers = stream.read()
    assert re.findall(rb"n\r\n(\d)|(alive)", answers) == [
        (b"0", b""), (b"1", b""), (b"2", b""), (b"", b"alive"), (b"3", b""), (b"4", b""), (b"", b"alive"),
    ]  # fmt: skip


def test_a_body_is_awaited_with_100_continue(serve: Serve) -> None:
    # RFC 9110, section 10.1.1.
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"
        )
        assert client.recv(1 << 12) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"ASK {}")
        assert client.recv(1 << 12).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:99999999 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_with_a_problem(serve: Serve, sent: bytes) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(sent)
        with client.makefile("rb") as stream:
            answer = stream.read()
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"this is no HTTP request" in answer
    server.process.terminate()
    assert server.process.communicate(timeout=20)[1].count("\n") == 1


def test_an_upgrade_that_is_not_offered_is_passed_over(ask: Ask) -> None:
    # RFC 9110, section 7.8.
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert ask("GET", url("ASK {}"), None, headers).status == 200


def test_the_dump_can_be_had_as_it_is(ask: Ask) -> None:
    dump = ask("GET", "/dump/itgraph.nq")
    assert (dump.status, dump.headers["content-type"]) == (200, "application/n-quads")
    assert dump.headers["access-control-allow-origin"] == "*"
    assert len(list(ox.parse(dump.body, format=ox.RdfFormat.N_QUADS))) > 10


@pytest.mark.parametrize("path", ["/sparql", "/dump", "/.well-known/void"])
@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml", "*/*"])
def test_the_descriptions_are_rdf_and_have_tags(ask: Ask, path: str, accept: str) -> None:
    reply = ask("GET", path, None, {"Accept": accept})
    form = ox.RdfFormat.from_media_type(reply.headers["content-type"])
    assert form is not None
    triples = {quad.triple for quad in ox.parse(reply.body, format=form)}
    assert triples
    again = ask("GET", path, None, {"Accept": accept, "If-None-Match": reply.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_a_browser_without_a_query_is_sent_to_where_one_can_be_written(ask: Ask) -> None:
    sent = ask("GET", "/sparql", None, {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert (sent.status, sent.headers["location"], sent.body) == (303, "/query", b"")
    assert ask("GET", "/dump", None, {"Accept": "image/png"}).status == 406
