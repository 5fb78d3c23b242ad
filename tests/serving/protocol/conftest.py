"""A server of its own: the real command in a process, asked over the wire."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

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


Ask = Callable[..., Reply]


@pytest.fixture
def start(small_release: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts ``itgraph serve``; what still runs is ended afterwards."""
    started: list[subprocess.Popen[str]] = []

    def serve(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "itgraph", "serve", *arguments],
            env=os.environ | {"ITGRAPH_RELEASE": str(small_release), "PYTHONUNBUFFERED": "1"},
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


@pytest.fixture(scope="module")
def port(endpoint: str) -> int:
    """Return the port of the server."""
    port = urlsplit(endpoint).port
    assert port is not None
    return port


@pytest.fixture
def ask(port: int) -> Ask:
    """Return a function that sends one request and reads the reply."""

    def send(method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            return Reply(connection.getresponse())
        finally:
            connection.close()

    return send
