"""Joining with Wikidata in both directions: an Oxigraph server plays Wikidata, with items in the shape of its RDF.

Every query is the one that people get, from ``queries/federated`` and ``docs/joining.md``; only the addresses of the
two endpoints are those of this machine.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import Result

from itgraph import queries
from itgraph.grammar.structure import Structure
from itgraph.namespaces import BASE, PREFIXES
from itgraph.query_header import without_header
from itgraph.resources import queries_dir

WIKIDATA = "https://query.wikidata.org/sparql"
OURS = "https://graph.example.org/sparql"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "joining.md"
NAME = "wikidata-of-ancestors"
SAVED = {name: queries.find(name) for name in queries.federated()}

#: Items as Wikidata has them; what is not of the class is asked for by nobody.
ITEMS = """
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
wd:Q115305900 rdfs:label "large language model"@en .
wd:Q9000000020 wdt:P279 wd:Q115305900 .
wd:Q9000000001 wdt:P31 wd:Q9000000020 ; rdfs:label "LLaMA"@en, "LLaMA"@fr ; wdt:P178 wd:Q9000000010, wd:Q9000000011 ;
    wdt:P571 "2023-02-24T00:00:00Z"^^xsd:dateTime .
wd:Q9000000002 wdt:P31 wd:Q115305900 ; rdfs:label "Alpaca"@en ; wdt:P577 "2023-03-13T00:00:00Z"^^xsd:dateTime .
wd:Q9000000003 wdt:P31 wd:Q9000000021 ; rdfs:label "CLIP"@en ; wdt:P178 wd:Q9000000010 .
wd:Q9000000004 wdt:P31 wd:Q115305900 ; rdfs:label "a model that we do not have"@en ; wdt:P178 wd:Q9000000010 .
wd:Q9000000010 rdfs:label "Meta AI"@en, "Méta IA"@fr . wd:Q9000000011 rdfs:label "somebody"@en .
"""
LINKS = """
<links/wikidata> {
    <model/llama> skos:closeMatch wd:Q9000000001 . <model/alpaca> skos:exactMatch wd:Q9000000002 .
    <model/clip> skos:exactMatch wd:Q9000000003 . <model/llama> skos:exactMatch <https://example.org/llama> .
}
<derived> { <model/llava> itg:ancestorModel <model/llama>, <model/clip> . }
"""
DATES = {"llama": "2023-02-24T00:00:00Z", "alpaca": "2023-03-13T00:00:00Z"}
ITEM = "http://www.wikidata.org/entity/"
EXACT, CLOSE = PREFIXES["skos"] + "exactMatch", PREFIXES["skos"] + "closeMatch"
#: What the saved question answers for Radiology-GPT, and for LLaVA, one of whose bases is of another class.
ALPACA = (f"{BASE}model/alpaca", EXACT, f"{ITEM}Q9000000002", "", "", DATES["alpaca"])
LLAMA = [
    (f"{BASE}model/llama", CLOSE, f"{ITEM}Q9000000001", f"{ITEM}Q9000000010", "Meta AI", DATES["llama"]),
    (f"{BASE}model/llama", CLOSE, f"{ITEM}Q9000000001", f"{ITEM}Q9000000011", "somebody", DATES["llama"]),
]
CLIP = (f"{BASE}model/clip", EXACT, f"{ITEM}Q9000000003", "", "", "")
ANSWERS = {"model/radiology-gpt": [ALPACA, *LLAMA], "model/llava": [CLIP, *LLAMA]}


@contextmanager
def oxigraph(folder: Path, turtle: str) -> Iterator[str]:
    """Run an Oxigraph server over some statements; give the address at which it answers."""
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
    assert program is not None, f"the package oxigraph is not installed for {sys.executable}"
    (folder / "items.ttl").write_text(turtle, encoding="utf-8")
    load = [program, "load", "--location", str(folder / "store"), "--file", str(folder / "items.ttl")]
    subprocess.run(load, check=True, capture_output=True, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [program, "serve-read-only", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    with (folder / "server.log").open("wb") as log, subprocess.Popen(serve, stdout=log, stderr=log) as server:
        try:
            deadline = time.monotonic() + 30
            while server.poll() is None and time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                except OSError:
                    continue
                break
            else:
                raise AssertionError("the oxigraph server did not come up")
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()


@contextmanager
def itgraph(release: Path, *arguments: str) -> Iterator[str]:
    """Run our server; give the address of its endpoint."""
    command = [sys.executable, "-m", "itgraph", "serve", "--port", "0", "--release", str(release), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+/sparql", process.stdout.readline())
            assert found is not None, process.stderr.read() if process.stderr else ""
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


@pytest.fixture(scope="module")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("wikidata"), ITEMS) as address:
        yield address


@pytest.fixture(scope="module")
def linked_text() -> str:
    """Return the small release with links."""
    small = (Path(__file__).parent / "small.trig").read_text(encoding="utf-8")
    return f"{small}\n@prefix wd: <{ITEM}> .\n{LINKS}"


@pytest.fixture
def linked(linked_text: str, release_of: Callable[[str], Path]) -> Path:
    return release_of(linked_text)


def ask(endpoint: str, query: str) -> tuple[int, str]:
    """Ask an endpoint by the protocol; return the status and CSV, or what it says."""
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    request = urllib.request.Request(endpoint, query.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(text))][1:]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def bound(name: str, model: str) -> str:
    return queries.bind(SAVED[name], {"model": [f"<{BASE}{model}>"]})


# The files


@pytest.mark.parametrize("query", SAVED.values(), ids=SAVED)
def test_a_question_that_asks_others_describes_itself_and_names_whom_it_asks(query: queries.Query) -> None:
    assert query.summary.endswith("?")
    assert query.description.endswith(".")
    assert list(query.keywords) == sorted(query.keywords)
    declared = dict(re.findall(r"^PREFIX (\w+): <(.+)>$", query.text, re.MULTILINE))
    assert list(declared) == sorted(declared)
    known = PREFIXES | {"wd": ITEM, "wdt": "http://www.wikidata.org/prop/direct/"}
    assert declared.items() <= known.items()
    assert [call.text for call in Structure(query.text).calls] == [f"<{WIKIDATA}>"]


def test_it_is_found_by_name_and_is_not_among_those_that_are_offered_to_everybody() -> None:
    assert NAME in SAVED
    assert not SAVED.keys() & queries.load().keys()
    assert SAVED[NAME].path == str(queries_dir() / "federated" / f"{NAME}.rq")


# We ask Wikidata


@pytest.mark.parametrize("model", ANSWERS)
def test_the_command_line_joins_both(run: Callable[..., Result], linked: Path, wikidata: str, model: str) -> None:
    file = linked / "question.rq"
    file.write_text(SAVED[NAME].text.replace(WIKIDATA, wikidata), encoding="utf-8")
    done = run("query", str(file), "--param", f"model={model}", "--format", "csv", "--release", str(linked))
    assert (done.exit_code, done.stderr) == (0, "")
    assert rows(done.stdout) == ANSWERS[model]
    shown = run("query", NAME, "--param", f"model={model}", "--show", "--release", str(linked))
    assert shown.stdout == without_header(bound(NAME, model))


@pytest.mark.parametrize("model", ANSWERS)
# rdflib 7.6 uses this name itself where a query runs over a Dataset.
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_another_engine_has_the_same_answer(linked: Path, wikidata: str, model: str) -> None:
    quads = ox.parse(path=linked / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    held = "".join(f"{quad.triple} .\n" for quad in quads if quad.graph_name == ox.DefaultGraph())
    graph = rdflib.Graph().parse(data=held, format="nt11")
    result = graph.query(bound(NAME, model).replace(WIKIDATA, wikidata))
    found = [tuple("" if term is None else str(term) for term in row) for row in result]  # type: ignore[union-attr]
    assert [tuple(value.replace("+00:00", "Z") for value in row) for row in found] == ANSWERS[model]


def test_an_endpoint_that_does_not_answer_is_said_in_one_line(run: Callable[..., Result], linked: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/sparql"
    file = linked / "question.rq"
    file.write_text(SAVED[NAME].text.replace(WIKIDATA, address), encoding="utf-8")
    done = run("query", str(file), "--param", "model=Radiology-GPT", "--release", str(linked))
    assert (done.exit_code, done.stdout) == (6, "")
    assert re.fullmatch(r"itgraph: the query asks another endpoint: .+\n", done.stderr)


def test_a_server_asks_those_whom_its_operator_names_and_says_so_otherwise(
    run: Callable[..., Result], linked: Path, wikidata: str
) -> None:
    question = bound(NAME, "model/radiology-gpt")
    with itgraph(linked, "--allow-service", wikidata) as endpoint:
        status, text = ask(endpoint, question.replace(WIKIDATA, wikidata))
        assert (status, rows(text)) == (200, ANSWERS["model/radiology-gpt"])
        # As it is, it asks for Wikidata itself, whom this operator has not named.
        status, text = ask(endpoint, question)
        assert (status, json.loads(text)["type"].rpartition("#")[2]) == (403, "service-refused")
        assert wikidata in text
        refused = run("query", NAME, "--param", "model=model/radiology-gpt", "--endpoint", endpoint)
        assert refused.exit_code != 0
        assert refused.stdout == ""
        assert len(refused.stderr.splitlines()) == 1
        assert "SERVICE" in refused.stderr
        offered = urllib.parse.urljoin(endpoint, "/api/queries?limit=1000")
        with urllib.request.urlopen(offered, timeout=30) as response:
            assert {item["name"] for item in json.load(response)["items"]} == queries.load().keys()


# Wikidata asks us


def test_wikidata_asks_us(linked: Path, wikidata: str) -> None:
    (question,) = (text for text in blocks("sparql") if OURS in text)
    with itgraph(linked) as endpoint:
        status, text = ask(wikidata, question.replace(OURS, endpoint))
    # Radiology-GPT and LLaVA, and Alpaca, descend from LLaMA; Radiology-GPT from Alpaca.
    assert (status, rows(text)) == (
        200,
        [(f"{ITEM}Q9000000001", "LLaMA", "3"), (f"{ITEM}Q9000000002", "Alpaca", "1")],
    )


# The page


def test_the_other_queries_of_the_page_run_as_they_are(run: Callable[..., Result], linked: Path) -> None:
    links, linksets = (text for text in blocks("sparql") if OURS not in text)
    found = rows(run("query", "-", "--format", "csv", "--release", str(linked), stdin=links).stdout)
    assert [row[2] for row in found] == [f"{ITEM}Q900000000{n}" for n in (2, 3, 1)]
    # The graph ``void`` is written by the build; the linksets that it has are those of the export.
    done = run("export", "--format", "linkset", "--release", str(linked))
    store = ox.Store()
    store.load(done.stdout.encode(), format=ox.RdfFormat.TURTLE)
    answer = store.query(linksets)
    assert isinstance(answer, ox.QuerySolutions)
    told = [(row["space"].value, row["predicate"].value, row["links"].value) for row in answer]
    assert told == [(ITEM, CLOSE, "1"), (ITEM, EXACT, "2")]


def test_the_commands_of_the_page_are_there(run: Callable[..., Result]) -> None:
    commands = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    assert len(commands) == 3
    for command in commands:
        words = command.split()[1:]
        helped = run(words[0], "--help")
        assert helped.exit_code == 0
        assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", helped.stdout))
        if words[0] == "query":
            assert words[1] in SAVED
