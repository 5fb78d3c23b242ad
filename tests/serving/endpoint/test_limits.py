"""Every limit that is promised: just below it, at it, just above it."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from itgraph.endpoint.limits import Limits

Serve = Callable[..., Any]

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
RAW = {"Content-Type": "application/sparql-query"}


def rows(count: int) -> str:
    # Texts that look like the ends of rows, in every format, and a row without a value.
    tricky = ['"},{\\"x\\":{}"', '"a\\r\\nb,\\"c\\""', '"<result>"', '"x\\ty\\n"', "UNDEF"]
    return "SELECT ?x { VALUES ?x { " + " ".join(tricky[number % len(tricky)] for number in range(count)) + " } }"


def padded(size: int) -> str:
    """Return a query of so many bytes, some of which share a character."""
    query = "ASK {} # é"
    return query + "x" * (size - len(query.encode()))


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(("count", "status"), [(9, 200), (10, 200), (11, 422), (5000, 422)])
def test_rows(serve: Serve, form: str, count: int, status: int) -> None:
    server = serve("--max-rows", 10, "--max-query-post", 200_000)
    reply = server.query(rows(count), format=form)
    assert reply.status == status, reply.text
    if status == 422:
        assert (reply.problem, json.loads(reply.body)["limit"]) == ("answer-too-large", "max_rows")


@pytest.mark.parametrize(("count", "status"), [(9, 200), (10, 200), (11, 422)])
def test_triples(serve: Serve, count: int, status: int) -> None:
    server = serve("--max-rows", 10)
    numbers = " ".join(map(str, range(count)))
    reply = server.query(
        f"CONSTRUCT {{ <model/x> <model/y> ?n }} {{ VALUES ?n {{ {numbers} }} VALUES ?m {{ 1 2 3 }} }}"
    )
    assert reply.status == status


@pytest.mark.parametrize(("size", "status"), [(1999, 200), (2000, 200), (2001, 422)])
def test_bytes_of_an_answer(serve: Serve, size: int, status: int) -> None:
    server = serve("--max-bytes", 2000)
    # The header of the table, and the end of its row.
    text = "x" * (size - len("x\r\n\r\n"))
    reply = server.query(f'SELECT ("{text}" AS ?x) {{}}', format="csv")
    assert reply.status == status
    if status == 200:
        assert len(reply.body) == size


def test_an_answer_that_grows_too_large_on_its_way_breaks_off(serve: Serve) -> None:
    server = serve("--max-bytes", 1_000_000)
    connection = server.connect()
    connection.request(
        "GET", "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "format": "csv"})
    )
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    connection.close()


@pytest.mark.parametrize(("size", "status"), [(16383, 200), (16384, 200), (16385, 414), (40_000, 414)])
def test_bytes_of_a_query_by_get(serve: Serve, size: int, status: int) -> None:
    reply = serve().ask("GET", "/sparql?" + urlencode({"query": padded(size)}))
    assert reply.status == status
    if status == 414:
        assert reply.problem == "query-too-long"


@pytest.mark.parametrize(("size", "status"), [(65535, 200), (65536, 200), (65537, 413), (1_000_000, 413)])
@pytest.mark.parametrize("raw", [True, False])
def test_bytes_of_a_query_by_post(serve: Serve, raw: bool, size: int, status: int) -> None:
    server = serve()
    reply = server.ask("POST", "/sparql", padded(size).encode(), RAW) if raw else server.query(padded(size))
    assert reply.status == status
    if status == 413:
        assert reply.problem == "query-too-long"


def test_a_body_without_end_is_refused_before_it_ends(serve: Serve) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        sent = 0
        try:
            while sent < 200 << 20:
                client.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                sent += 0x10000
        except OSError:
            pass
        assert sent < 32 << 20
    assert server.query("ASK {}").status == 200


@pytest.mark.parametrize("flood", [b"GET /" + b"x" * (1 << 22), b"GET / HTTP/1.1\r\n" + b"X-Y: z\r\n" * (1 << 19)])
def test_a_head_without_end_is_refused(serve: Serve, flood: bytes) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        try:
            client.sendall(flood)
            answer = client.recv(1 << 16)
        except ConnectionError:
            answer = b""
        assert answer == b"" or answer.split()[1] in (b"414", b"431")
    assert server.query("ASK {}").status == 200


@pytest.mark.parametrize(
    ("flags", "fields", "least", "most"),
    [
        (["--max-seconds", "0.5"], {}, 0.5, 1.5),
        ([], {"timeout": "0.5"}, 0.5, 1.5),
        ([], {"timeout": ".25"}, 0.25, 1.25),
    ],
)
def test_seconds(serve: Serve, flags: list[str], fields: dict[str, str], least: float, most: float) -> None:
    server = serve(*flags)
    begun = time.monotonic()
    reply = server.query(CROSS, **fields)
    took = time.monotonic() - begun
    assert (reply.status, reply.problem) == (504, "time-limit")
    assert least <= took < most
    assert server.query("ASK {}", **fields).status == 200


@pytest.mark.parametrize(("doublings", "status"), [(14, 200), (25, 503)])
def test_memory(serve: Serve, doublings: int, status: int) -> None:
    server = serve("--max-memory", 512 << 20)
    binds = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(doublings))
    reply = server.query(f'SELECT (STRLEN(?v{doublings}) AS ?n) {{ BIND("{"x" * 64}" AS ?v0) {binds} }}')
    assert reply.status == status, reply.text
    if status == 503:
        assert (reply.problem, json.loads(reply.body)["limit"]) == ("engine-failed", "max_memory")
    assert server.query("ASK {}").status == 200


def ask_without_reading(server: Any, address: str) -> http.client.HTTPConnection:
    connection: http.client.HTTPConnection = server.connect(address)
    # Each its own, so that none is answered from the cache.
    connection.request("GET", "/sparql?" + urlencode({"query": f"{CROSS} # {address} {id(connection)}"}))
    return connection


def test_queries_at_once_of_one_client(serve: Serve) -> None:
    server = serve("--max-concurrent", 3)
    waiting = []
    for count in range(3):
        # The first two of three leave room for one more.
        assert server.query(f"ASK {{}} # {count}", "127.0.0.2").status == 200
        waiting.append(ask_without_reading(server, "127.0.0.2"))
        server.wait_for("itgraph_queries_running", count + 1)
    reply = server.query("ASK {} # 3", "127.0.0.2")
    assert (reply.status, reply.problem, reply.headers["retry-after"]) == (429, "too-many-queries", "1")
    assert server.query("ASK {} # 3", "127.0.0.3").status == 200
    # What was answered before costs nothing, and is answered.
    assert server.ask("GET", "/sparql?query=ASK%7B%7D", address="127.0.0.4").status == 200
    assert server.ask("GET", "/sparql?query=ASK%7B%7D", address="127.0.0.2").status == 200
    for connection in waiting:
        connection.close()


def test_queries_that_wait(serve: Serve) -> None:
    # One worker and two more at most, so that the fourth waits.
    server = serve("--workers", 1, "--max-concurrent", 1, "--max-queue", 1, "--max-seconds", 5)
    clients = [ask_without_reading(server, f"127.0.0.{number}") for number in (2,)]
    for number in (3, 4):
        server.wait_for("itgraph_queries_running", number - 2)
        clients.append(ask_without_reading(server, f"127.0.0.{number}"))
    server.wait_for("itgraph_queries_running", 3)
    clients.append(ask_without_reading(server, "127.0.0.5"))
    server.wait_for("itgraph_queries_waiting", 1)
    reply = server.query("ASK {} # 6", "127.0.0.6")
    assert (reply.status, reply.problem, reply.headers["retry-after"]) == (503, "busy", "1")
    for client in clients:
        client.close()
    # Clients that are gone leave the queue, and their workers are ended.
    until = time.monotonic() + 10
    while server.query("ASK {} # 7", "127.0.0.6").status != 200:
        assert time.monotonic() < until


def test_connections(serve: Serve) -> None:
    server = serve("--max-connections", 8)
    idle = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(8)]
    # The ninth is served; the one that has kept us waiting the longest goes.
    assert server.query("ASK {}").status == 200
    assert idle[0].recv(1) == b""
    for client in idle:
        client.close()


def test_all_limits_are_told_where_one_looks(serve: Serve) -> None:
    server = serve(ITGRAPH_MAX_ROWS="1234", ITGRAPH_MAX_SECONDS="7.5")
    promises = list(Limits(max_rows=1234, max_seconds=7.5).promises())
    page = server.ask("GET", "/").text
    html = server.ask("GET", "/about.html", None, {"Accept": "text/html"}).text
    described = server.ask("GET", "/sparql", None, {"Accept": "text/turtle"}).text
    server.process.terminate()
    started = server.process.communicate(timeout=20)[1]
    for promise in promises:
        assert f"{promise.shown} {promise.what}" in page
        assert promise.shown in html
        assert f"{promise.value:g}" in described or f"{int(promise.value)}" in described
        assert f"{promise.shown} {promise.what}" in started
