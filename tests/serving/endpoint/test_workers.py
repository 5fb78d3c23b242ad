"""Workers are confined, and disposable: what they may not do, and what their death costs."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

Serve = Callable[..., Any]

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

#: What a confined process tries, each in an expression.
FORBIDDEN = {
    "make a socket": "socket.socket()",
    "make a socket of IPv6": "socket.socket(socket.AF_INET6)",
    "make a datagram socket": "socket.socket(type=socket.SOCK_DGRAM)",
    "make a local socket": "socket.socket(socket.AF_UNIX)",
    "resolve a name": "socket.create_connection(('localhost', 1))",
    "read a file": "open('/etc/passwd')",
    "write a file": "open('left-behind', 'w')",
    "remove a file": "os.unlink('victim')",
    "rename a file": "os.rename('victim', 'other')",
    "make a folder": "os.mkdir('folder')",
    "run a program": "os.execv('/bin/true', ['true'])",
    "end another process": "os.kill(os.getppid(), 0)",
    "look at another process": "os.pidfd_open(os.getppid())",
}


@pytest.mark.parametrize("attempt", FORBIDDEN.values(), ids=list(FORBIDDEN))
@pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is that of Linux")
def test_a_confined_process_cannot(tmp_path: Path, attempt: str) -> None:
    (tmp_path / "victim").touch()
    program = (
        "import os, socket\n"
        "from itgraph.endpoint.sandbox import confine\n"
        "confine(1 << 30, 10, network=False)\n"
        f"try: {attempt}\n"
        "except PermissionError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n", done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["victim"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_each_worker_is_confined(serve: Serve) -> None:
    server = serve("--max-memory", 768 << 20, "--workers", 3)
    server.wait_for("itgraph_workers", 3)
    workers = server.workers()
    assert len(workers) == 3
    for pid in workers:
        proc = Path(f"/proc/{pid}")
        status = dict(re.findall(r"^(\w+):\s+(.*)$", (proc / "status").read_text(encoding="ascii"), re.MULTILINE))
        assert (status["Seccomp"], status["NoNewPrivs"], status["Threads"]) == ("2", "1", "1")
        limits = (proc / "limits").read_text(encoding="ascii")
        assert re.search(rf"Max address space +{768 << 20} ", limits)
        assert re.search(r"Max core file size +0 +0 ", limits)
        assert re.search(r"Max file size +0 +0 ", limits)
        assert re.search(r"Max cpu time +1\d ", limits)
        assert (proc / "oom_score_adj").read_text(encoding="ascii") == "1000\n"
        opened = {str(link.readlink()) for link in (proc / "fd").iterdir()}
        assert all(name.startswith(("socket:", "/dev/null", "pipe:")) for name in opened), opened


def test_a_client_that_hangs_up_ends_its_query(serve: Serve) -> None:
    server = serve()
    connection = server.connect()
    connection.request("GET", "/sparql?" + urlencode({"query": CROSS}))
    server.wait_for("itgraph_queries_running", 1)
    before = set(server.workers())
    connection.close()
    server.wait_for('itgraph_queries_total{outcome="gone"}', 1, seconds=2)
    until = time.monotonic() + 2
    while before <= set(server.workers()) or server.metric("itgraph_queries_running"):
        assert time.monotonic() < until


def test_a_worker_whose_memory_has_grown_makes_room_for_a_fresh_one(serve: Serve) -> None:
    server = serve("--workers", 1)
    before = server.workers()
    binds = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(22))
    assert server.query(f'SELECT (STRLEN(?v22) AS ?n) {{ BIND("{"x" * 64}" AS ?v0) {binds} }}').status == 200
    assert server.query("ASK {}").status == 200
    assert server.workers() != before
    assert server.metric("itgraph_worker_deaths_total") == 0


def test_the_fork_server_is_replaced_when_it_is_lost(serve: Serve) -> None:
    server = serve()
    (lost,) = [
        int(pid)
        for pid in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text("ascii").split()
    ]
    before = server.workers()
    os.kill(lost, signal.SIGKILL)
    until = time.monotonic() + 10
    while set(before) & set(server.workers()) or not server.workers():
        assert time.monotonic() < until
    assert server.query("ASK { ?s ?p ?o }").status == 200
    assert server.ask("GET", "/readyz").status == 200


def test_when_the_front_is_killed_nothing_is_left_behind(serve: Serve) -> None:
    server = serve()
    connection = server.connect()
    connection.request("GET", "/sparql?" + urlencode({"query": CROSS}))
    server.wait_for("itgraph_queries_running", 1)
    family = [*server.workers()]
    server.process.kill()
    until = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < until
    connection.close()


#: A million rows, which takes a part of a second.
BUSY = (
    "SELECT (SUM(?a * ?b + ?c) AS ?n) { "
    + " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(100)))} }}" for name in "abc")
    + " }"
)


@pytest.fixture
def without_workers(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a server whose workers cannot be confined, and so do not start."""
    (tmp_path / "sitecustomize.py").write_text(
        "import resource, sys\n"
        "def refuse(*_): raise OSError(1, 'Operation not permitted')\n"
        "if 'itgraph.endpoint.forkserver' in sys.orig_argv: resource.setrlimit = refuse\n",
        encoding="utf-8",
    )
    return {"PYTHONPATH": str(tmp_path)}


def test_a_server_whose_workers_do_not_start_can_be_ended(
    start: Callable[..., subprocess.Popen[str]], without_workers: dict[str, str]
) -> None:
    process = start("--port", "0", **without_workers)
    until = time.monotonic() + 20
    while not catches(process.pid, signal.SIGTERM):
        assert time.monotonic() < until
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=9)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err


def catches(pid: int, number: int) -> bool:
    """Tell whether a process has a handler for a signal."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"^SigCgt:\s+(\w+)$", status, re.MULTILINE)[0], 16) >> (number - 1) & 1 == 1


@pytest.mark.soak
def test_a_server_whose_workers_do_not_start_says_so(
    start: Callable[..., subprocess.Popen[str]], without_workers: dict[str, str]
) -> None:
    process = start("--port", "0", **without_workers)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4
    assert "no process that answers queries could be started within 10 s" in err


def test_a_query_under_way_has_a_time_of_grace_at_the_end(serve: Serve) -> None:
    server = serve("--grace", 8)
    connection = server.connect()
    connection.request("GET", "/sparql?" + urlencode({"query": BUSY, "format": "csv"}))
    server.wait_for("itgraph_queries_running", 1)
    server.process.send_signal(signal.SIGTERM)
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"n\r\n2499750000\r\n")
    server.process.communicate(timeout=10)
    assert server.process.returncode == 0


def test_after_the_time_of_grace_a_query_is_told_that_the_server_closes(serve: Serve) -> None:
    server = serve("--grace", 0.2)
    connection = server.connect()
    connection.request("GET", "/sparql?" + urlencode({"query": CROSS}))
    server.wait_for("itgraph_queries_running", 1)
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    response = connection.getresponse()
    assert response.status == 503
    assert json.loads(response.read())["type"].endswith("#closing")
    _, err = server.process.communicate(timeout=10)
    assert time.monotonic() - begun < 1.5
    assert server.process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.parametrize("seconds", [10, pytest.param(30, marks=pytest.mark.soak)])
def test_workers_that_are_killed_cost_their_own_query_alone(serve: Serve, seconds: int) -> None:
    """A random worker is killed every 0.2 s under 32 clients."""
    server = serve("--workers", 4)
    until = time.monotonic() + seconds
    statuses: Counter[tuple[int, str]] = Counter()
    wrong: list[object] = []

    def client(number: int) -> None:
        connection = server.connect(f"127.0.1.{number + 1}")
        count = 0
        while time.monotonic() < until:
            count += 1
            query = f"SELECT ({number} * 1000000 + {count} AS ?n) (COUNT(*) AS ?m) {{ ?a ?b ?c . ?d ?e ?f }}"
            try:
                connection.request("GET", "/sparql?" + urlencode({"query": query, "format": "csv"}))
                response = connection.getresponse()
                body = response.read()
            except OSError as error:
                wrong.append(error)
                return
            kind = "" if response.status == 200 else json.loads(body)["type"].rpartition("#")[2]
            statuses[response.status, kind] += 1
            if response.status == 200 and not body.startswith(f"n,m\r\n{number * 1000000 + count},".encode()):
                wrong.append(body)
        connection.close()

    clients = [threading.Thread(target=client, args=(number,)) for number in range(32)]
    for thread in clients:
        thread.start()
    killed = 0
    choose = random.Random(4)  # noqa: S311 - which one dies is no secret
    while time.monotonic() < until:
        if workers := server.workers():
            try:
                os.kill(choose.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed += 1
        clients[0].join(timeout=0.2)
    for thread in clients:
        thread.join(timeout=60)
    assert wrong == []
    assert killed > seconds
    assert set(statuses) <= {(200, ""), (503, "engine-failed")}
    assert statuses[503, "engine-failed"] <= killed
    assert statuses[200, ""] > 30 * seconds
    assert server.query("ASK {}").status == 200
