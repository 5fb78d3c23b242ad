"""An endpoint behind the seam: it answers as the store does, and whatever it does wrong is one line."""

from __future__ import annotations

import base64
import time
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs

import pytest

import itgraph
from itgraph.entity import resolve
from itgraph.errors import InputError, ItgraphError, LimitError, NetworkError, UsageError
from itgraph.lineage import Direction, Via, lineage
from itgraph.namespaces import BASE
from itgraph.prologue import form_of, with_prologue
from itgraph.remote import LONGEST_URL, RemoteStore
from itgraph.results import write
from itgraph.sparql import labels
from itgraph.store import Store

SELECT = "SELECT ?m ?l { ?m itg:basedOn <model/llama> ; rdfs:label ?l } ORDER BY ?m"


# Our own endpoint


@pytest.mark.parametrize(
    ("query", "form"),
    [
        (SELECT, "json"),
        (SELECT, "csv"),
        (f"# {'x' * LONGEST_URL}\n{SELECT}", "tsv"),
        ("SELECT ?x ?y { VALUES (?x ?y) { (UNDEF 'a'@en) (1.50 <http://example.org/>) } }", "tsv"),
        ("ASK { <model/alpaca> itg:basedOn <model/llama> }", "json"),
        ("CONSTRUCT WHERE { <model/alpaca> itg:basedOn ?b }", "nt"),
        ("CONSTRUCT WHERE { <model/alpaca> itg:basedOn ?b }", "jsonld"),
        ("DESCRIBE <model/odd>", "nt"),
    ],
    ids=lambda value: value[-40:],
)
def test_an_endpoint_answers_as_the_store_does(endpoint: str, store: Store, query: str, form: str) -> None:
    with RemoteStore.open(endpoint) as remote:
        assert sorted(write(remote.query(query), form).splitlines()) == sorted(
            write(store.query(query), form).splitlines()
        )


def test_what_stands_on_the_seam_works_over_an_endpoint(endpoint: str, store: Store) -> None:
    llama = f"{BASE}model/llama"
    with RemoteStore.open(endpoint) as remote:
        assert list(remote.select(SELECT)) == list(store.select(SELECT))
        assert resolve(remote, "LLaMa") == resolve(store, "LLaMa")
        assert labels(remote, [llama]) == {llama: "LLaMA"}
        over = lineage(remote, llama, Direction.DOWN, Via.ALL, None)
        assert over == lineage(store, llama, Direction.DOWN, Via.ALL, None)
        assert len(over.nodes) > 5


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * {\n ?s", "the query does not parse"),
        ("DELETE WHERE { ?s ?p ?o }", "refuses the query"),
        (f"# {'x' * LONGEST_URL}\nSELECT * {{\n ?s", "the query does not parse"),
    ],
)
def test_a_query_that_an_endpoint_refuses_is_an_input_error(endpoint: str, query: str, message: str) -> None:
    with RemoteStore.open(endpoint) as remote, pytest.raises(InputError) as raised:
        remote.query(query, path="question.rq")
    assert str(raised.value).startswith("question.rq: http://127.0.0.1:")
    assert message in str(raised.value)


def test_an_answer_without_rows_is_not_a_select(endpoint: str) -> None:
    with RemoteStore.open(endpoint) as remote, pytest.raises(InputError, match="not a SELECT query"):
        next(remote.select("ASK {}"))


# Faults


@pytest.mark.parametrize(
    ("path", "requests", "kind", "message"),
    [
        ("html", 1, NetworkError, "answers with a web page, not with the results of a query — give the address"),
        ("none", 1, NetworkError, "answers with no media type, not with"),
        ("csv", 1, NetworkError, "answers with text/csv, not with"),
        ("turtle", 1, NetworkError, "answers with text/turtle, not with"),
        ("truncated", 1, NetworkError, "cannot be read: Parser error"),
        ("empty", 1, NetworkError, "cannot be read"),
        ("list", 1, NetworkError, "cannot be read: SPARQL JSON results must be an object"),
        ("xml", 1, NetworkError, "cannot be read"),
        ("iri", 1, NetworkError, "cannot be read: Invalid uri value"),
        ("400", 1, InputError, "refuses the query: line 1: what is\\x1b[31m this?"),
        ("400-html", 1, InputError, "refuses the query — check it"),
        ("400-problem", 1, InputError, "refuses the query: query:1: what is this?"),
        ("504-problem", 1, LimitError, "no answer within 10 s"),
        ("503-memory", 1, LimitError, "more than 1 GiB"),
        ("503-problem", 1, NetworkError, "HTTP 503 Service Unavailable: out of memory"),
        ("503-no-problem", 1, NetworkError, "HTTP 503 Service Unavailable — it is busy"),
        ("401", 1, NetworkError, "HTTP 401 Unauthorized — it lets in only who has a login"),
        ("404", 1, NetworkError, "HTTP 404 Not Found — is this the address of the endpoint?"),
        ("500", 1, NetworkError, "HTTP 500 Internal Server Error: stack overflow — try later"),
        ("500-html", 1, NetworkError, "HTTP 500 Internal Server Error — try later"),
        ("busy", 2, NetworkError, "HTTP 503 Service Unavailable — it is busy or out of order: try later"),
        ("busy-long", 1, NetworkError, "HTTP 503 Service Unavailable"),
        ("closed", 2, NetworkError, "breaks off: Server disconnected"),
        ("hang", 1, NetworkError, "has not answered within 0.3 seconds"),
        ("trickle", 1, NetworkError, "has not answered within 0.3 seconds"),
    ],
)
def test_each_fault_is_one_line(faults: Any, path: str, requests: int, kind: type[ItgraphError], message: str) -> None:
    began = time.monotonic()
    patience = 0.3 if "0.3" in message else 20
    with RemoteStore.open(faults.url(path), timeout=patience) as remote, pytest.raises(kind) as raised:
        remote.query(SELECT)
    assert message in str(raised.value)
    assert faults.url(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(faults.seen) == requests
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(("path", "requests"), [("good", 1), ("busy-once", 2), ("closed-once", 2), ("redirect", 2)])
def test_what_passes_is_passed_over(faults: Any, path: str, requests: int) -> None:
    with RemoteStore.open(faults.url(path)) as remote:
        assert [str(m) for (m,) in remote.select("SELECT ?m {}")] == ["<http://example.org/1>"]
    assert len(faults.seen) == requests


def test_nobody_there_is_one_line() -> None:
    with RemoteStore.open("http://127.0.0.1:1/sparql") as remote, pytest.raises(NetworkError) as raised:
        remote.query("ASK {}")
    assert "http://127.0.0.1:1/sparql cannot be reached: " in str(raised.value)


def test_a_name_that_no_server_has_is_one_line() -> None:
    # RFC 6761, section 6.4: names below "invalid" never resolve.
    with RemoteStore.open("http://itgraph.invalid/sparql") as remote, pytest.raises(NetworkError) as raised:
        remote.query("ASK {}")
    assert "cannot be reached" in str(raised.value)


def test_an_answer_without_end_is_cut(faults: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itgraph.remote.MOST_BYTES", 50)
    with RemoteStore.open(faults.url("good")) as remote, pytest.raises(ItgraphError) as raised:
        remote.query(SELECT)
    assert raised.value.exit_code == 5


@pytest.mark.parametrize("url", ["", "sparql", "file:///etc/passwd", "ftp://example.org/", "http://", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="address"):
        RemoteStore.open(url)


# What is sent


def test_the_request_is_that_of_the_protocol(faults: Any) -> None:
    long = f"# {'x' * LONGEST_URL}\nSELECT * {{}}"
    with RemoteStore.open(faults.url("good?default-graph-uri=http://example.org/g")) as remote:
        for query in ("SELECT ?m { ?m itg:basedOn ?b }", long, "DESCRIBE <http://example.org/>"):
            # The server answers solutions to everything.
            with pytest.raises(NetworkError) if query.startswith("DESCRIBE") else nullcontext():
                remote.query(query)
    (get, _, by_get, solutions), (post, _, by_post, _), (_, _, _, graphs) = faults.seen
    assert (get, post) == ("GET", "POST")
    assert parse_qs(by_get) == {
        "default-graph-uri": ["http://example.org/g"],
        "query": ["PREFIX itg: <https://w3id.org/itgraph/ns#> SELECT ?m { ?m itg:basedOn ?b }"],
    }
    assert parse_qs(by_post) == {"query": [long]}
    assert solutions["Accept"].startswith("application/sparql-results+json;q=1.0, ")
    assert "text/turtle" not in solutions["Accept"]
    assert graphs["Accept"].startswith("application/n-triples;q=1.0, text/turtle")
    assert solutions["User-Agent"] == f"itgraph/{itgraph.__version__}"


def test_a_password_is_sent_and_never_shown(faults: Any) -> None:
    address = faults.url("500").replace("//", "//me:secret@")
    with RemoteStore.open(address) as remote, pytest.raises(NetworkError) as raised:
        remote.query("ASK {}")
    assert faults.url("500") in str(raised.value)
    assert "secret" not in str(raised.value)
    ((*_, headers),) = faults.seen
    assert headers["Authorization"] == f"Basic {base64.b64encode(b'me:secret').decode()}"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", "SELECT"),
        ("# ASK {}\n\tASK{}", "ASK"),
        ("BASE <http://e/>PREFIX : <#>\nPREFIX a.b-c:<x> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("PREFIX ask: <ASK> DESCRIBE ask:x", "DESCRIBE"),
        ("PREFIX " * 5000, None),
        ("INSERT DATA {}", None),
        ("SELECTED", None),
        ("", None),
    ],
    ids=lambda value: (value or "")[:30],
)
def test_the_form_of_a_query(text: str, form: str | None) -> None:
    assert form_of(text) == form


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("PREFIX itg: <https://w3id.org/itgraph/ns#>\nSELECT * { ?m itg:basedOn <http://e/x> }", ""),
        ("prefix itg: <http://mine/>\nSELECT * { ?m itg:basedOn ?b }", ""),
        ("SELECT * { ?m itg:basedOn ?b }", "PREFIX itg: <https://w3id.org/itgraph/ns#> "),
        ("SELECT * { ?m ?p <model/llama> }", f"BASE <{BASE}> "),
        ("BASE <http://e/>\nSELECT * { ?m ?p <model/llama> }", ""),
        ("SELECT * { ?m ?p ?o FILTER(?o < 3 && ?o > 1) }", ""),
        ("SELECT * { ?m ?p <http://e/itg:x> }", ""),
    ],
)
def test_only_what_is_used_and_not_declared_is_declared(text: str, added: str, store: Store) -> None:
    assert with_prologue(text, BASE) == added + text
    assert write(store.query(added + text), "csv") == write(store.query(text), "csv")
