"""Many clients, slow ones and greedy ones: nobody keeps the others waiting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

Serve = Callable[..., Any]

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
#: About 20 MB.
LONG = "SELECT ?a ?b ?c ?d ?e ?f { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 60000"


def asked(server: Any, query: str, address: str) -> float:
    """Return how long an answer took, in seconds."""
    begun = time.monotonic()
    reply = server.query(query, address)
    assert reply.status == 200, reply.text
    return time.monotonic() - begun


def test_two_hundred_slow_clients_do_not_stop_the_next(serve: Serve) -> None:
    server = serve()
    slow = []
    for number in range(200):
        client = socket.socket()
        # Small, so that the server cannot push an answer into it.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.bind((f"127.0.2.{number + 1}", 0))
        client.connect(("127.0.0.1", server.port))
        slow.append(client)
        if number % 16 == 0:
            # Asks for much and reads nothing.
            path = "/sparql?" + urlencode({"query": f"{LONG} # {number}", "format": "csv"})
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        elif number % 3 == 1:
            client.sendall(b"GET /sparql?query=ASK%7B")
        elif number % 3 == 2:
            client.sendall(
                b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nA"
            )
    for count in range(5):
        assert asked(server, f"ASK {{}} # {count}", "127.0.0.9") < 2
    # All that the slow readers asked for is evaluated without them, and waits.
    until = time.monotonic() + 60
    while server.metric("itgraph_queries_running") or server.metric("itgraph_queries_waiting"):
        assert time.monotonic() < until
    assert server.metric("itgraph_spooled_bytes") > 1_000_000
    assert asked(server, "ASK {} # last", "127.0.0.9") < 2
    for client in slow:
        client.close()
    until = time.monotonic() + 20
    while server.metric("itgraph_spooled_bytes"):
        assert time.monotonic() < until


def test_a_slow_reader_gets_all_of_its_answer_in_the_end(serve: Serve) -> None:
    server = serve()
    path = "/sparql?" + urlencode({"query": LONG, "format": "csv"})
    whole = server.ask("GET", path + "%20").body
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        # It begins to read when the worker is done with it.
        server.wait_for("itgraph_spooled_bytes", 1_000_000)
        until = time.monotonic() + 20
        while server.metric("itgraph_queries_running"):
            assert time.monotonic() < until
        with client.makefile("rb") as stream:
            head, _, chunked = stream.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    body = bytearray()
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        body += rest[: int(size, 16)]
        chunked = rest[int(size, 16) + 2 :]
    assert sorted(body.splitlines()) == sorted(whole.splitlines())


def test_a_large_answer_from_the_cache_is_not_copied_for_each_who_does_not_read_it(serve: Serve) -> None:
    server = serve()
    path = "/sparql?" + urlencode({"query": LONG.replace("60000", "15000"), "format": "csv"})
    whole = server.ask("GET", path).body
    assert server.ask("GET", path).body == whole
    assert len(whole) > 3_000_000
    before = resident(server.process.pid)
    idle = []
    for _ in range(100):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        idle.append(client)
    assert server.query("ASK {}").status == 200
    assert resident(server.process.pid) - before < 10 * len(whole)
    # Whoever reads in the end has all of it.
    with idle[0].makefile("rb") as stream:
        while stream.readline() != b"\r\n":
            pass
        assert stream.read(len(whole)) == whole
    for client in idle:
        client.close()


def resident(pid: int) -> int:
    """Return the memory of a process, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * 4096


def test_one_client_with_all_it_may_ask_does_not_keep_another_waiting(serve: Serve) -> None:
    server = serve("--workers", 2)
    greedy = []
    for number in range(4):
        connection = server.connect("127.0.0.8")
        connection.request("GET", "/sparql?" + urlencode({"query": f"{CROSS} # {number}"}))
        greedy.append(connection)
    for count in range(20):
        assert asked(server, f"ASK {{}} # {count}", "127.0.0.9") < 2
    # More workers were made for those who wait, and go when nobody does.
    assert server.metric("itgraph_workers") > 2
    for connection in greedy:
        connection.close()
    until = time.monotonic() + 20
    while server.metric("itgraph_workers") > 2:
        assert time.monotonic() < until


def test_a_proxy_that_is_trusted_says_who_the_client_is(serve: Serve) -> None:
    server = serve("--max-concurrent", 1, "--trusted-proxy", "127.0.0.0/8")
    busy = server.connect()
    headers = {"X-Forwarded-For": "203.0.113.1"}
    busy.request("GET", "/sparql?" + urlencode({"query": CROSS}), headers=headers)
    server.wait_for("itgraph_queries_running", 1)
    statuses = {
        client: server.ask("GET", f"/sparql?query=ASK%7B%7D%23{len(client)}", None, {"X-Forwarded-For": client}).status
        for client in ("203.0.113.1", "203.0.113.2", "198.51.100.7, 203.0.113.1", "203.0.113.1, 127.0.0.5")
    }
    assert list(statuses.values()) == [429, 200, 429, 429]
    busy.close()


def test_without_a_trusted_proxy_nobody_chooses_who_he_is(serve: Serve) -> None:
    server = serve("--max-concurrent", 1)
    busy = server.connect()
    busy.request("GET", "/sparql?" + urlencode({"query": CROSS}))
    server.wait_for("itgraph_queries_running", 1)
    reply = server.ask("GET", "/sparql?query=ASK%7B%7D", None, {"X-Forwarded-For": "203.0.113.1"})
    assert reply.status == 429
    busy.close()


def test_quick_questions_behind_slow_ones_that_are_ended_are_not_lost(serve: Serve) -> None:
    server = serve("--workers", 2)
    late: list[float] = []
    over = threading.Event()

    def ask_slowly(number: int) -> None:
        count = 0
        while not over.is_set():
            count += 1
            # Ended before a tick of the watch, or after some, or left by the client.
            path = "/sparql?" + urlencode({"query": f"{CROSS} # {count}", "timeout": ("0.01", "0.2", "5")[count % 3]})
            connection = server.connect(f"127.0.5.{number + 1}")
            connection.request("GET", path)
            if count % 3 != 2:
                connection.getresponse().read()
            connection.close()

    def ask_quickly(number: int) -> None:
        questions = (f"SELECT ({number} AS ?n) ({count} AS ?m) {{}}" for count in range(60))
        late.extend(asked(server, question, f"127.0.6.{number + 1}") for question in questions)

    slow = [threading.Thread(target=ask_slowly, args=(number,)) for number in range(2)]
    quick = [threading.Thread(target=ask_quickly, args=(number,)) for number in range(8)]
    for thread in (*slow, *quick):
        thread.start()
    for thread in quick:
        thread.join(timeout=120)
    over.set()
    for thread in slow:
        thread.join(timeout=30)
    assert len(late) == 8 * 60
    assert max(late) < 2


def test_questions_of_many_clients_all_get_their_answers(serve: Serve) -> None:
    server = serve()
    wrong: list[object] = []

    def client(number: int) -> None:
        for count in range(50):
            query = f"SELECT ({number} AS ?n) ({count} AS ?m) {{}}"
            reply = server.query(query, f"127.0.3.{number + 1}", format="csv")
            if reply.text != f"n,m\r\n{number},{count}\r\n":
                wrong.append(reply.text)

    clients = [threading.Thread(target=client, args=(number,)) for number in range(48)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join(timeout=120)
    assert wrong == []
