"""Wikidata asked through the client: one polite request at a time, nothing twice, and a fault is never an answer."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.serving.links.service import API, MAIN, QUICK, SCHOLARLY, StandIn

import itgraph
from itgraph.errors import InputError, ItgraphError, NetworkError, UsageError
from itgraph.links.wikidata import answers
from itgraph.links.wikidata.client import BATCH, Endpoint, Item, Wikidata
from itgraph.links.wikidata.headers import retry_after
from itgraph.links.wikidata.services import Patience, Services

WD = "http://www.wikidata.org/entity/"
LLAMA_PAPER = 'SELECT ?paper { ?paper wdt:P818 "2302.13971" }'
ALPACA = "Q9000000001"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "answers"


@pytest.fixture
def wikidata(wikidata_stand_in: StandIn, cache: Path) -> Iterator[Wikidata]:
    with Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK) as client:
        yield client


def ask(client: Wikidata, path: str) -> Any:
    """Ask the service at a path of the stand-in, and return what it is to be asked for."""
    if path == API:
        return client.items([ALPACA])
    return client.select(Endpoint.MAIN if path == MAIN else Endpoint.SCHOLARLY, LLAMA_PAPER)


# Answers


def test_rows_are_terms_and_what_is_not_bound_is_left_out(wikidata: Wikidata) -> None:
    query = f"""SELECT ?item ?label ?site {{ VALUES ?item {{ wd:Q21708200 wd:Q112114913 }}
        ?item rdfs:label ?label OPTIONAL {{ ?item wdt:P856 ?site }} }} ORDER BY ?label # {"x" * 9000}"""
    meta, openai = wikidata.select(Endpoint.MAIN, query)
    assert meta == {"item": ox.NamedNode(WD + "Q112114913"), "label": ox.Literal("Meta AI", language="en")}
    assert openai["site"] == ox.NamedNode("https://openai.com/")


def test_papers_are_on_the_scholarly_endpoint_only(wikidata: Wikidata) -> None:
    assert wikidata.select(Endpoint.SCHOLARLY, LLAMA_PAPER) == [{"paper": ox.NamedNode(WD + "Q9000000201")}]
    assert wikidata.select(Endpoint.MAIN, LLAMA_PAPER) == []
    assert wikidata.asked == 2


def test_an_item_has_the_id_of_today_and_no_deprecated_statement(wikidata: Wikidata) -> None:
    ids = [ALPACA, "Q9000000090", "Q9000000099", "Q115564437", "Q95726734", "Q9000000201", ALPACA]
    items = wikidata.items(ids)
    assert {*items} == {*ids}
    assert wikidata.asked == 1
    merged = items["Q9000000090"]
    assert merged == replace(items[ALPACA] or Item("", ""), asked="Q9000000090")
    assert (merged.id, merged.redirected, merged.aliases) == (ALPACA, True, ("Stanford Alpaca",))
    assert items["Q9000000099"] is None
    chatgpt, gpt3, paper = items["Q115564437"], items["Q95726734"], items["Q9000000201"]
    assert chatgpt is not None
    assert chatgpt.claims["P31"] == ("Q870780", "Q116777014")
    assert chatgpt.claims["P577"] == ("+2022-11-30T00:00:00Z",)
    assert (chatgpt.label, chatgpt.description, chatgpt.redirected) == ("ChatGPT", "chatbot by OpenAI", False)
    assert gpt3 is not None
    assert gpt3.claims["P31"] == ("Q115305900",)
    assert paper is not None
    assert paper.label == paper.claims["P1476"][0] == "LLaMA: Open and Efficient Foundation Language Models"
    ordinals = {s.value: s.qualifiers["P1545"] for name in ("P50", "P2093") for s in paper.statements[name]}
    assert (ordinals["Q9000000052"], ordinals["Thibaut Lavril"]) == (("1",), ("2",))


def test_a_search_finds_namesakes_too(wikidata: Wikidata) -> None:
    assert [(hit.id, hit.description) for hit in wikidata.search("Claude")] == [
        ("Q9000000045", "mammal in a zoo"),
        ("Q9000000040", "male given name"),
        ("Q118876059", "large language model family developed by Anthropic"),
    ]
    (hit,) = wikidata.search("oasst1", limit=1)
    assert (hit.label, hit.matched, hit.match_type) == ("OpenAssistant Conversations", "OASST1", "alias")
    assert wikidata.search("no such name") == []


def test_items_are_asked_for_by_fifty_and_each_once(wikidata: Wikidata, wikidata_stand_in: StandIn) -> None:
    ids = [f"Q{9_000_000_001 + number}" for number in range(120)]
    first = wikidata.items(ids)
    assert (len(first), first["Q9000000099"]) == (120, None)
    assert [id_ for id_, item in first.items() if item is not None and item.redirected] == [
        "Q9000000090",
        "Q9000000091",
    ]
    again = wikidata.items([*ids[::-1], "Q116709136"])
    assert {id_: again[id_] for id_ in ids} == first
    calls = [request["params"]["ids"].split("|") for request in wikidata_stand_in.log()]
    assert [len(call) for call in calls] == [BATCH, BATCH, 20, 1]
    assert (wikidata.asked, wikidata.replayed) == (4, 120)


def test_each_request_says_who_asks_and_what_it_can_read(wikidata_stand_in: StandIn) -> None:
    with Wikidata.open(wikidata_stand_in.services, cache=None, patience=QUICK, contact="ada@example.org") as wikidata:
        for path in (MAIN, SCHOLARLY, API):
            ask(wikidata, path)
        wikidata.search("Alpaca")
    log = wikidata_stand_in.log()
    agent = f"itgraph/{itgraph.__version__} (https://w3id.org/itgraph/; ada@example.org)"
    assert {request["agent"] for request in log} == {agent}
    assert [(request["method"], request["path"]) for request in log] == [
        ("POST", MAIN),
        ("POST", SCHOLARLY),
        ("GET", API),
        ("GET", API),
    ]
    accepts = {request["headers"]["Accept"] for request in log}
    assert accepts == {"application/sparql-results+json", "application/json"}
    assert {request["headers"]["Accept-Encoding"] for request in log} == {"gzip"}
    assert [request["params"].get("maxlag") for request in log] == [None, None, "5", "5"]


# Faults

ALL = (MAIN, API)
IRI = '{"type": "uri", "value": "https://e.org/"}'
#: A triple in a triple and so on. The engine reads such a one by recursion, without a bound.
DEEP = (
    '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": '
    + f'{{"type": "triple", "value": {{"subject": {IRI}, "predicate": {IRI}, "object": ' * 20
    + IRI
    + "}}" * 20
    + "}]}}"
)


def named(value: object) -> str:
    """Return the name of a row of the table."""
    return "-".join(map(str, value.values())) if isinstance(value, dict) else ""


FAULTS: list[tuple[tuple[str, ...], dict[str, Any], int, str]] = [
    # Where, which, how many requests come of it when it lasts, and what is said then.
    (ALL, {"fault": "429", "retry_after": 0}, 3, "answers with HTTP 429 Too Many Requests: busy, 3 times in a row"),
    (ALL, {"fault": "429"}, 3, "answers with HTTP 429"),
    (ALL, {"fault": "429", "retry_after": "soon"}, 3, "answers with HTTP 429"),
    (ALL, {"fault": "503", "retry_after": "@0"}, 3, "answers with HTTP 503 Service Unavailable"),
    (ALL, {"fault": "502"}, 3, "answers with HTTP 502"),
    (ALL, {"fault": "504"}, 3, "answers with HTTP 504"),
    (ALL, {"fault": "500", "body": "\nTimeoutException\n at x"}, 2, "HTTP 500 Internal Server Error: TimeoutException"),
    (ALL, {"fault": "400"}, 1, "answers with HTTP 400 Bad Request: busy"),
    (ALL, {"fault": "403"}, 1, "answers with HTTP 403 Forbidden: busy — say who you are"),
    (ALL, {"fault": "404"}, 1, "answers with HTTP 404 Not Found"),
    (ALL, {"fault": "206"}, 1, "answers with HTTP 206 Partial Content"),
    (ALL, {"fault": "truncated"}, 2, "answers with what cannot be read"),
    (ALL, {"fault": "broken-off"}, 2, "answers with what cannot be read"),
    (ALL, {"fault": "cut-off"}, 3, "breaks off"),
    (ALL, {"fault": "hang-up"}, 3, "breaks off"),
    (ALL, {"fault": "html"}, 2, "answers with a web page"),
    (ALL, {"fault": "empty-body"}, 2, "answers with what cannot be read"),
    (ALL, {"fault": "too-large", "bytes": 1 << 20}, 1, f"answers with more than {1 << 20} bytes"),
    (ALL, {"fault": "redirect", "to": "file:///etc/hostname"}, 1, "redirects to file:/etc/hostname, where nothing"),
    (ALL, {"fault": "redirect", "to": "http://169.254.1.1/"}, 1, "redirects to http://169.254.1.1/, where nothing"),
    (ALL, {"fault": "redirect", "to": "http://localhost:1/"}, 1, "redirects to http://localhost:1/, where nothing"),
    (ALL, {"fault": "redirect", "to": "ftp://127.0.0.1/"}, 1, "redirects to ftp://127.0.0.1/"),
    (ALL, {"fault": "redirect", "to": "http://[::bad/"}, 1, "redirects to what is no address"),
    (ALL, {"fault": "redirect"}, 4, "redirects more than 3 times"),
    ((API,), {"fault": "maxlag", "retry_after": 0}, 3, "answers with maxlag: Waiting for a database server: 7 seconds"),
    ((API,), {"fault": "api-error", "code": "ratelimited"}, 3, "answers with ratelimited: An error, on request."),
    ((API,), {"fault": "api-error", "code": "internal_api_error_DBQueryError"}, 3, "answers with internal_api_error_"),
    ((API,), {"fault": "api-error", "code": "badtoken"}, 1, "refuses: badtoken: An error, on request."),
    ((API,), {"fault": "leave-out"}, 2, "answers with what cannot be read: Q9000000001 left out"),
    (ALL, {"fault": "429", "retry_after": "Thu, 26 Nov 99999999999999999999 10:00:30 GMT"}, 3, "answers with HTTP 429"),
    ((MAIN,), {"fault": "200", "body": DEEP}, 2, "answers with what cannot be read: nested too deep"),
    (
        (API,),
        {"fault": "replace", "old": ALPACA, "new": "Q1>"},
        2,
        "answers with what cannot be read: Q9000000001 left",
    ),
    ((API,), {"fault": "replace", "old": f'"id": "{ALPACA}"', "new": '"id": "Q1>"'}, 2, "not the id of an item: 'Q1>'"),
    ((API,), {"fault": "no-rows"}, 2, "answers with what cannot be read: no entities"),
]


@pytest.mark.parametrize(("paths", "fault", "requests", "message"), FAULTS, ids=named)
def test_a_fault_is_one_line_and_never_an_answer(
    wikidata: Wikidata,
    wikidata_stand_in: StandIn,
    paths: tuple[str, ...],
    fault: dict[str, Any],
    requests: int,
    message: str,
) -> None:
    for path in paths:
        wikidata_stand_in.fault(path=path, times=99, **fault)
        before = wikidata.asked
        with pytest.raises(NetworkError) as raised:
            ask(wikidata, path)
        assert message in str(raised.value)
        assert str(raised.value).startswith(f"{wikidata_stand_in.address}{path} ")
        assert "\n" not in str(raised.value)
        assert (len(wikidata_stand_in.log()), wikidata.asked - before) == (requests, requests)
        # It was not kept: once the fault is gone, the answer is there.
        wikidata_stand_in.reset()
        assert ask(wikidata, path) is not None
        assert len(wikidata_stand_in.log()) == 1
        wikidata_stand_in.reset()


@pytest.mark.parametrize(
    ("paths", "fault"),
    [row[:2] for row in FAULTS if row[2] > 1 and row[1]["fault"] != "redirect"],
    ids=named,
)
def test_what_passes_is_asked_again(
    wikidata: Wikidata, wikidata_stand_in: StandIn, paths: tuple[str, ...], fault: dict[str, Any]
) -> None:
    for path in paths:
        wikidata_stand_in.fault(path=path, **fault)
        assert ask(wikidata, path) is not None
        first, second = wikidata_stand_in.log()
        assert first["params"] == second["params"]
        assert first["out"] <= second["in"]
        wikidata_stand_in.reset()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_keeps_the_question(wikidata: Wikidata, wikidata_stand_in: StandIn, status: int) -> None:
    wikidata_stand_in.fault("redirect", MAIN, status=status, to=SCHOLARLY)
    assert wikidata.select(Endpoint.MAIN, LLAMA_PAPER) == [{"paper": ox.NamedNode(WD + "Q9000000201")}]
    assert [(request["method"], request["params"]) for request in wikidata_stand_in.log()] == [
        ("POST", {"query": LLAMA_PAPER})
    ] * 2


def test_rows_that_are_none_are_an_answer(wikidata: Wikidata, wikidata_stand_in: StandIn) -> None:
    wikidata_stand_in.fault("no-rows", SCHOLARLY)
    assert wikidata.select(Endpoint.SCHOLARLY, LLAMA_PAPER) == []
    assert wikidata.select(Endpoint.MAIN, LLAMA_PAPER) == []


@pytest.mark.parametrize(
    ("change", "fault", "message", "requests"),
    [
        ({"timeout": 0.1}, {"fault": "slow", "seconds": 2.0}, "has not answered within 0.1 seconds, 2 times", 2),
        ({"timeout": 0.2}, {"fault": "trickle"}, "has not answered within 0.2 seconds, 2 times", 2),
        ({"tries": 1}, {"fault": "503"}, "answers with HTTP 503 Service Unavailable: busy — try later", 1),
        ({"first_wait": 2.0, "total_wait": 1.0}, {"fault": "503"}, "HTTP 503 Service Unavailable: busy — try later", 1),
    ],
    ids=["slow", "trickle", "tries", "waiting"],
)
def test_patience_ends(
    wikidata_stand_in: StandIn, change: dict[str, Any], fault: dict[str, Any], message: str, requests: int
) -> None:
    wikidata_stand_in.fault(path=MAIN, times=9, **fault)
    begun = time.monotonic()
    with (
        Wikidata.open(wikidata_stand_in.services, cache=None, patience=replace(QUICK, **change)) as wikidata,
        pytest.raises(NetworkError) as raised,
    ):
        ask(wikidata, MAIN)
    assert message in str(raised.value)
    assert len(wikidata_stand_in.log()) == requests
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize(("path", "fault"), [(MAIN, "429"), (MAIN, "503"), (API, "maxlag")])
def test_a_service_that_asks_for_a_long_rest_gets_it(
    wikidata: Wikidata, wikidata_stand_in: StandIn, path: str, fault: str
) -> None:
    wikidata_stand_in.fault(fault, path, retry_after=3600)
    for _ in range(2):
        with pytest.raises(NetworkError, match=r"asks to be left alone for 3600 seconds.* — run it again then"):
            ask(wikidata, path)
    assert len(wikidata_stand_in.log()) == 1
    # The others have not asked for it.
    assert len(ask(wikidata, SCHOLARLY)) == 1


@pytest.mark.parametrize(
    ("fault", "patience", "rest"),
    [({"retry_after": 1}, QUICK, 1.0), ({}, replace(QUICK, quota_wait=0.3), 0.3)],
    ids=["named", "not named"],
)
def test_a_service_gets_the_rest_that_it_asks_for(
    wikidata_stand_in: StandIn, fault: dict[str, Any], patience: Patience, rest: float
) -> None:
    wikidata_stand_in.fault("429", MAIN, **fault)
    told: list[str] = []
    with Wikidata.open(wikidata_stand_in.services, cache=None, patience=patience, waiting=told.append) as wikidata:
        assert ask(wikidata, MAIN) == []
    first, second = wikidata_stand_in.log()
    assert rest <= second["in"] - first["in"] < rest + 0.9
    said = f"answers with HTTP 429 Too Many Requests: busy: asked again in {rest:g} s"
    assert told == [f"{wikidata_stand_in.address}{MAIN} {said}"]


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Thu, 26 Nov 2026 10:00:30 GMT", 30.0),
        ("Thursday, 26-Nov-26 10:00:30 GMT", 30.0),
        ("Thu, 26 Nov 2026 09:00:00 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("tomorrow", None),
        ("²", None),
        ("", None),
    ],
)
def test_both_forms_of_retry_after_are_read(after: str, seconds: float | None) -> None:
    headers = {"retry-after": after, "date": "Thu, 26 Nov 2026 10:00:00 GMT"}
    assert retry_after(headers) == seconds


def test_there_is_a_pause_between_two_requests(wikidata_stand_in: StandIn) -> None:
    patience = replace(QUICK, pause=0.2)
    with Wikidata.open(wikidata_stand_in.services, cache=None, patience=patience) as wikidata:
        for text in ("a", "b", "b", "c"):
            wikidata.search(text)
    one, two, three = wikidata_stand_in.log()
    assert two["in"] - one["out"] >= 0.19
    assert three["in"] - two["out"] >= 0.19


def test_a_service_that_is_not_there_is_one_line() -> None:
    services = Services(*["http://127.0.0.1:9/"] * 3)
    with Wikidata.open(services, cache=None, patience=QUICK) as wikidata:
        with pytest.raises(NetworkError, match=r"^http://127.0.0.1:9/ cannot be reached: .*, 3 times in a row"):
            wikidata.search("Alpaca")
        assert wikidata.asked == 3


def test_threads_take_turns(wikidata: Wikidata, wikidata_stand_in: StandIn) -> None:
    wikidata_stand_in.fault("slow", times=8, seconds=0.03)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(wikidata.search, [f"alpaca{'x' * (number % 4)}" for number in range(8)]))
    assert len(found) == 8
    assert (wikidata_stand_in.most(), len(wikidata_stand_in.log())) == (1, 4)


# What is kept

ASKING = """
import sys
from pathlib import Path
from itgraph.links.wikidata.client import Endpoint, Services, Wikidata
from tests.serving.links.service import QUICK
from dataclasses import replace
address, cache = sys.argv[1:]
services = Services(*(address + path for path in ("/sparql", "/scholarly/sparql", "/w/api.php")))
with Wikidata.open(services, cache=Path(cache), patience=replace(QUICK, timeout=20.0)) as wikidata:
    for number in range(3):
        wikidata.select(Endpoint.MAIN, f"SELECT ?s {{ ?s ?p ?o }} LIMIT {number}")
    wikidata.items([f"Q{9_000_000_001 + number}" for number in range(60)])
    print(wikidata.asked, wikidata.replayed, flush=True)
"""


def asking(stand_in: StandIn, cache: Path) -> subprocess.Popen[str]:
    """Start a process that asks five requests."""
    return subprocess.Popen(
        [sys.executable, "-c", ASKING, stand_in.address, str(cache)],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=["kill", "interrupt"])
def test_a_run_that_was_ended_goes_on_and_two_do_not_ask_at_once(
    wikidata_stand_in: StandIn, cache: Path, ending: signal.Signals
) -> None:
    wikidata_stand_in.fault("hold", skip=4)
    with asking(wikidata_stand_in, cache) as first:
        wikidata_stand_in.wait(5)
        with pytest.raises(InputError, match=r"another process is asking — let it end"):
            Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK)
        with Wikidata.open(wikidata_stand_in.services, cache=cache, offline=True) as reader:
            assert len(reader.select(Endpoint.MAIN, "SELECT ?s { ?s ?p ?o } LIMIT 1")) == 1
        first.send_signal(ending)
        _, err = first.communicate(timeout=20)
    assert first.returncode == -ending
    assert err.rstrip().endswith("KeyboardInterrupt" if ending is signal.SIGINT else "")
    wikidata_stand_in.reset()
    with asking(wikidata_stand_in, cache) as second:
        out, err = second.communicate(timeout=20)
    assert (out, err) == ("1 53\n", "")
    (request,) = wikidata_stand_in.log()
    assert request["params"]["ids"] == "|".join(f"Q{9_000_000_001 + number}" for number in range(50, 60))


def test_a_replay_asks_nobody(wikidata_stand_in: StandIn, cache: Path) -> None:
    def all_of(client: Wikidata) -> list[Any]:
        return [*(ask(client, path) for path in (MAIN, SCHOLARLY, API)), client.search("Alpaca")]

    with Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK) as wikidata:
        answered, as_of = all_of(wikidata), wikidata.as_of
    assert as_of is not None
    with sqlite3.connect(cache / answers.FILE) as database:
        database.execute("UPDATE answer SET fetched = '2026-01-31T10:00:00+00:00'")
    database.close()
    # The address is no part of the question.
    nowhere = Services(*["http://127.0.0.1:9/"] * 3)
    with Wikidata.open(nowhere, cache=cache, offline=True) as replay:
        assert all_of(replay) == answered
        assert replay.as_of == datetime(2026, 1, 31, 10, tzinfo=UTC)
        assert (replay.asked, replay.replayed) == (0, 4)
        for question in (
            lambda: replay.select(Endpoint.MAIN, "SELECT * { }"),
            lambda: replay.items([ALPACA, "Q9000000002"]),
            lambda: replay.search("Alpaca", limit=3),
        ):
            with pytest.raises(NetworkError, match=r"not among the kept answers .* — run it once with the network"):
                question()
    assert len(wikidata_stand_in.log()) == 4


def test_what_was_kept_is_asked_anew_once(wikidata_stand_in: StandIn, cache: Path) -> None:
    with Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK) as wikidata:
        wikidata_stand_in.fault("no-rows", SCHOLARLY)
        assert ask(wikidata, SCHOLARLY) == []
        assert ask(wikidata, SCHOLARLY) == []
    with Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK, refresh=True) as fresh:
        for _ in range(2):
            assert len(ask(fresh, SCHOLARLY)) == 1
            assert len(ask(fresh, API)) == 1
        assert (fresh.asked, fresh.replayed) == (2, 2)


def spoil(path: Path, what: str) -> None:
    """Damage the file of kept answers."""
    if what in ("none of ours", "no database"):
        path.unlink()
    if what == "no database":
        path.write_bytes(b"no database, but longer than a header of one would be" * 99)
    elif what == "cut off":
        os.truncate(path, 5000)
    else:
        with sqlite3.connect(path) as database:
            database.execute(
                {
                    "none of ours": "CREATE TABLE answer (x)",
                    "later make": "PRAGMA user_version = 99",
                    "no date": "UPDATE answer SET fetched = 'today'",
                    "no zlib": "UPDATE answer SET body = x'00ff'",
                    "no answer": "UPDATE answer SET body = x'789c030000000001'",
                }[what]
            )
        database.close()


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize(
    "what", ["no database", "cut off", "none of ours", "later make", "no zlib", "no answer", "no date"]
)
def test_a_damaged_cache_is_one_line(wikidata_stand_in: StandIn, cache: Path, what: str, offline: bool) -> None:
    ids = [f"Q{9_000_000_001 + number}" for number in range(50)]
    with Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK) as wikidata:
        wikidata.items(ids)
    spoil(cache / answers.FILE, what)
    with (
        pytest.raises(InputError, match=r"answers\.sqlite: .* — take the file away, or name another folder$"),
        Wikidata.open(wikidata_stand_in.services, cache=cache, offline=offline, patience=QUICK) as again,
    ):
        again.items(ids)
    assert len(wikidata_stand_in.log()) == 1


def test_a_cache_that_is_locked_or_no_folder_is_one_line(
    wikidata_stand_in: StandIn, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "BUSY", 0.0)
    with Wikidata.open(wikidata_stand_in.services, cache=cache, patience=QUICK) as wikidata:
        other = sqlite3.connect(cache / answers.FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match=r"database is locked — let the process end that has it open"):
            ask(wikidata, API)
        other.close()
        assert len(ask(wikidata, API)) == 1
    with pytest.raises(InputError, match=r"answers\.sqlite: cannot be made: .* — name another folder"):
        Wikidata.open(wikidata_stand_in.services, cache=cache / answers.FILE, patience=QUICK)


# Calls that mean nothing


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda w, _: w.items(["Q1", "P31"]), UsageError, "not the id of an item: 'P31'"),
        (lambda w, _: w.items(["Q1|Q2"]), UsageError, "not the id of an item"),
        (lambda w, _: w.items(["Q01"]), UsageError, "not the id of an item"),
        (lambda w, _: w.search("  "), UsageError, "nothing to search"),
        (lambda w, _: w.search("x", limit=51), UsageError, "no limit: 51"),
        (lambda w, _: w.select(Endpoint.MAIN, "SELECT {"), NetworkError, "answers with HTTP 400 Bad Request: SPARQL-"),
        (lambda w, _: w.select(Endpoint.MAIN, "ASK {}"), NetworkError, "answers with HTTP 400 Bad Request"),
        (lambda *_: Wikidata.open(cache=None, contact="a\nb"), UsageError, "not a contact that can be sent"),
        (lambda *_: Wikidata.open(cache=None, contact="a) (b"), UsageError, "not a contact that can be sent"),
        (lambda *_: Wikidata.open(cache=None, offline=True), UsageError, "answered without a cache"),
        (lambda _, p: Wikidata.open(cache=p, offline=True, refresh=True), UsageError, "can be refreshed"),
        (lambda _, p: Wikidata.open(cache=p, offline=True), NetworkError, "there are no kept answers"),
        (lambda *_: Services(main="query.wikidata.org/sparql"), UsageError, "not an address of http or https"),
        (lambda *_: Services(api="file:///tmp/x"), UsageError, "not an address of http or https"),
        (lambda *_: Services(api="http://127.0.0.1:port/"), UsageError, "not an address"),
    ],
)
def test_a_call_that_means_nothing_is_one_line(
    wikidata: Wikidata,
    tmp_path: Path,
    call: Callable[[Wikidata, Path], object],
    kind: type[ItgraphError],
    message: str,
) -> None:
    with pytest.raises(kind) as raised:
        call(wikidata, tmp_path / "none")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_usual_patience_is_what_the_services_ask_for() -> None:
    usual = Patience()
    assert usual.timeout >= 60
    assert usual.pause > 0
    assert usual.longest_wait <= usual.total_wait
