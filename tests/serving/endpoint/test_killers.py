"""Every query of the killers' corpus against the server: it lives, in time, and its neighbours notice nothing.

Once with the gate, which refuses most of them unevaluated, and once without, since nothing may rest on it.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.serving.killers import KILLERS, Killer

Serve = Callable[..., Any]

SECONDS = 2.0
#: Where the corpus has the place of a listener.
PLACE = "127.0.0.1:PORT"
#: What refuses a query, or tells that it was ended.
ENDED = {400, 403, 413, 422, 503, 504}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Outcome:
    """How the server took a query: the status, 0 where the answer broke off; and the seconds until then."""

    killer: Killer
    status: int
    problem: str
    seconds: float


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Yield host and port of a server, and what it has been sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(5)
                    heard.append(client.recv(1 << 16))
                    client.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        over.set()
        thread.join()


def send(server: Any, killer: Killer, address: str, client: str) -> Outcome:
    connection = server.connect(client)
    body = urlencode({"query": killer.text.replace(PLACE, address)}).encode()
    begun = time.monotonic()
    try:
        connection.request("POST", "/sparql", body, FORM)
        response = connection.getresponse()
        status, problem = response.status, ""
        try:
            answer = response.read()
            problem = json.loads(answer).get("type", "").rpartition("#")[2] if status != 200 else ""
        except http.client.IncompleteRead:
            status = 0
    finally:
        connection.close()
    return Outcome(killer, status, problem, time.monotonic() - begun)


@pytest.mark.parametrize("gate", ["--gate", "--no-gate"])
def test_the_server_outlives_every_killer(
    serve: Serve, release: Path, gate: str, listener: tuple[str, list[bytes]]
) -> None:
    address, heard = listener
    server = serve("--release", release, "--max-seconds", SECONDS, "--max-queue", 200, gate)
    over = threading.Event()

    def be_a_neighbour() -> float:
        slowest, count = 0.0, 0
        while not over.is_set():
            count += 1
            begun = time.monotonic()
            reply = server.query(f"ASK {{ <model/alpaca> itg:basedOn <model/llama> }} # {count}", "127.0.0.7")
            assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)
            slowest = max(slowest, time.monotonic() - begun)
            over.wait(0.05)
        return slowest

    with ThreadPoolExecutor() as neighbours, ThreadPoolExecutor(3) as pool:
        neighbour = neighbours.submit(be_a_neighbour)
        outcomes = list(
            pool.map(
                lambda numbered: send(server, numbered[1], address, f"127.0.5.{numbered[0] % 200 + 1}"),
                enumerate(KILLERS),
            )
        )
        over.set()
        slowest = neighbour.result()
    assert server.process.poll() is None
    assert heard == []
    assert slowest < 2
    late = [(outcome.killer.name, outcome.seconds) for outcome in outcomes if outcome.seconds > SECONDS + 1]
    assert late == []
    # Without the gate, SERVICE SILENT finds nobody and goes on; that nobody has heard of it is what counts.
    expected = {"network": {403}, "nothing": {200, 422}} if gate == "--gate" else {"network": {200, 403, 502}}
    wrong = [
        (outcome.killer.name, outcome.status, outcome.problem)
        for outcome in outcomes
        if outcome.status not in expected.get(outcome.killer.kills, ENDED | {0, 200})
    ]
    assert wrong == []
    # A corpus that kills nobody would prove nothing.
    died = server.metric("itgraph_worker_deaths_total") + sum(outcome.status == 504 for outcome in outcomes)
    assert died > (5 if gate == "--gate" else 40)
    # Nothing is left behind.
    reply = server.query("SELECT (COUNT(*) AS ?n) { ?m itg:ancestorModel <model/llama> }", format="csv")
    assert reply.text == "n\r\n16\r\n"
    until = time.monotonic() + 20
    while server.metric("itgraph_queries_running") or len(server.workers()) > 2:
        assert time.monotonic() < until
