"""A server of its own: the real command in a process, asked over the wire."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest


class Reply:
    """A response that has been read."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def problem(self) -> str:
        """The type of the problem, "" where it is none."""
        if self.headers["content-type"] != "application/problem+json":
            return ""
        return str(json.loads(self.body)["type"]).rpartition("#")[2]


Ask = Callable[..., Reply]


def send(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    address: str = "127.0.0.1",
) -> Reply:
    """Send one request to a port of this machine and read the reply."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(address, 0))
    try:
        connection.request(method, path, body, dict(headers or {}))
        return Reply(connection.getresponse())
    finally:
        connection.close()


class Running:
    """``itgraph serve`` in a process. Each address of 127.0.0.0/8 is another client."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.stderr: list[str] = []
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/(?=\s)", line)
        assert found, line + (process.communicate(timeout=20)[1] if not line else "")
        self.url, self.port = found[0], int(found[1])

    def connect(self, address: str = "127.0.0.1", timeout: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(address, 0))

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> Reply:
        """Send one request and read the reply."""
        return send(self.port, method, path, body, headers, address)

    def query(self, text: str, address: str = "127.0.0.1", **fields: str) -> Reply:
        """Ask by a form, which may be longer than an address."""
        body = urlencode({"query": text, **fields}).encode()
        return self.ask("POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"}, address)

    def metric(self, name: str) -> float:
        """Return the value of a metric, its labels as in the text."""
        for line in self.ask("GET", "/metrics").text.splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        return 0.0

    def wait_for(self, name: str, value: float, seconds: float = 20) -> None:
        """Wait until a metric has a value, or more."""
        until = time.monotonic() + seconds
        while self.metric(name) < value:
            assert time.monotonic() < until, f"{name} stays below {value}"

    def workers(self) -> list[int]:
        """Return the process ids of the workers: the children of the fork server, which is the only child."""
        return [worker for server in children(self.process.pid) for worker in children(server)]


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except FileNotFoundError:
        return []


@pytest.fixture
def start(small_release: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts ``itgraph serve``; what still runs is ended afterwards."""
    started: list[subprocess.Popen[str]] = []

    def serve(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "itgraph", "serve", *arguments],
            env=os.environ | {"ITGRAPH_RELEASE": str(small_release), "PYTHONUNBUFFERED": "1", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield serve
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def serve(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., Running]:
    """Return a function that starts a server on a free port, with flags."""
    return lambda *flags, **variables: Running(start("--port", "0", *map(str, flags), **variables))


@pytest.fixture(scope="module")
def port(endpoint: str) -> int:
    """Return the port of the server."""
    port = urlsplit(endpoint).port
    assert port is not None
    return port


@pytest.fixture
def ask(port: int) -> Ask:
    """Return a function that sends one request and reads the reply; each ``address`` is another client."""
    return partial(send, port)
