"""One release in three engines that share nothing but SPARQL 1.1: pyoxigraph, rdflib, and the oxigraph server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pytest
import rdflib

from itgraph.store import Store

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Answer:
    """What an engine answers: names and rows of a SELECT, the triples of a CONSTRUCT as rows, the verdict of an ASK."""

    form: str
    names: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


Engine: TypeAlias = Callable[[str], Answer]


def answer(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    match results:
        case ox.QueryBoolean():
            return Answer("ASK", ("answer",), [(ox.Literal(bool(results)),)])
        case ox.QueryTriples():
            return Answer("CONSTRUCT", ("s", "p", "o"), [tuple(triple) for triple in results])
        case ox.QuerySolutions():
            return Answer("SELECT", tuple(v.value for v in results.variables), [tuple(row) for row in results])


@pytest.fixture(scope="session")
def store(release: Path) -> Store:
    return Store.open(release)


@pytest.fixture(scope="session")
def in_pyoxigraph(release: Path) -> Engine:
    """Without the prefixes and the base that itgraph's own store knows: a query file brings what it needs."""
    engine = ox.Store()
    engine.bulk_load(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    return lambda text: answer(engine.query(text))


@pytest.fixture(scope="session")
def in_rdflib(release: Path) -> Engine:
    dataset = rdflib.Dataset()
    graphs: dict[object, rdflib.Graph] = {ox.DefaultGraph(): dataset.default_graph}
    # Read by the parser of pyoxigraph, which is five times faster than that of rdflib; the terms are rdflib's own.
    for quad in ox.parse(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS):
        name = quad.graph_name
        if name not in graphs:
            assert isinstance(name, ox.NamedNode)
            graphs[name] = dataset.graph(rdflib.URIRef(name.value))
        graphs[name].add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))

    def ask(text: str) -> Answer:
        result = dataset.query(text)
        if result.type == "ASK":
            return Answer("ASK", ("answer",), [(ox.Literal(bool(result.askAnswer)),)])
        rows = [tuple(map(from_rdflib, row)) for row in result if isinstance(row, tuple)]
        if result.type == "CONSTRUCT":
            return Answer("CONSTRUCT", ("s", "p", "o"), rows)
        return Answer("SELECT", tuple(map(str, result.vars or ())), rows)

    return ask


def to_rdflib(term: object) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    assert isinstance(term, ox.Literal), "published data has no blank nodes and no quoted triples"
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype == ox.Literal("").datatype
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value))


def from_rdflib(term: object) -> Term | None:
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)


@pytest.fixture(scope="session")
def in_server(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("oxigraph")
    # Beside this interpreter, whether or not its folder is on PATH.
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
    assert program is not None, f"the package oxigraph is not installed for {sys.executable}"
    load = [program, "load", "--location", str(folder), "--file", str(release / "itgraph.nq")]
    subprocess.run(load, check=True, capture_output=True, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [program, "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with (folder / "server.log").open("wb") as log, subprocess.Popen(serve, stdout=log, stderr=log) as server:
        try:
            wait_for(port, server)
            yield lambda text: post(port, text)
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise AssertionError("the oxigraph server did not come up")


def post(port: int, text: str) -> Answer:
    graph = "CONSTRUCT" in text
    accept = "application/n-triples" if graph else "application/sparql-results+json"
    headers = {"Content-Type": "application/sparql-query", "Accept": accept}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/query", text.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            content = response.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{error.code}: {error.read().decode(errors='replace')}") from error
    if graph:
        triples = [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)]
        return Answer("CONSTRUCT", ("s", "p", "o"), [tuple(triple) for triple in triples])
    results = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    return answer(results)
