"""A server of the site over the real release, for all tests of its pages."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html
from tests.serving.endpoint.conftest import Reply

from itgraph.store import Store


class Site:
    """The site of a server. Requests go over one connection, which is kept."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def get(self, path: str, accept: str | None = "text/html", method: str = "GET", **headers: str) -> Reply:
        """Send one request and read the reply; no redirect is followed."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            sent["Accept"] = accept
        self._connection.request(method, path, headers=sent)
        try:
            return Reply(self._connection.getresponse())
        except http.client.RemoteDisconnected:
            # It was kept for longer than the server keeps one that idles.
            self._connection.request(method, path, headers=sent)
            return Reply(self._connection.getresponse())

    def page(self, path: str) -> html.HtmlElement:
        """Return a page, which must be one of HTML."""
        reply = self.get(path)
        assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8"), reply.text[:2000]
        return html.document_fromstring(reply.text)

    def close(self) -> None:
        self._connection.close()


def serving(release: Path, *flags: str) -> Iterator[Site]:
    """Yield the site of ``itgraph serve`` over a release, a process that must end cleanly."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "itgraph", "serve", "--port", "0", *flags],
        env=os.environ | {"ITGRAPH_RELEASE": str(release), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/(?=\s)", process.stdout.readline())
        assert found, process.stderr.read() if process.stderr else ""
        site = Site(found[0])
        yield site
        site.close()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in err


@pytest.fixture(scope="session")
def site(release: Path) -> Iterator[Site]:
    """Return the site over the real release."""
    yield from serving(release)


@pytest.fixture(scope="module")
def small_site(small_release: Path) -> Iterator[Site]:
    """Return the site over the release in small, which has no search index."""
    yield from serving(small_release)


@pytest.fixture
def serve_site() -> Iterator[Callable[..., Site]]:
    """Return a function that serves a release with flags."""
    running: list[Iterator[Site]] = []

    def serve(release: Path, *flags: str) -> Site:
        running.append(serving(release, *flags))
        return next(running[-1])

    yield serve
    for one in running:
        next(one, None)


@pytest.fixture(scope="session")
def release_store(release: Path) -> Store:
    """Return the store over the real release."""
    return Store.open(release)
