"""The servers that are measured beside each other: ours, oxigraph's, and rdflib-endpoint, over the same dump.

Used by ``endpoint``. Each is the command that its users type, in a process of its own on a port of this machine.

Example::

    ours, *others = kinds(release, scratch, workers=None)
    with running(ours, scratch) as server:
        server.ask("ASK {}")
"""

from __future__ import annotations

import http.client
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

__all__ = ["ACCEPT", "OTHER", "OURS", "OXIGRAPH", "PATIENCE", "RDFLIB", "Kind", "Server", "kinds", "running"]

BIN = Path(sys.executable).parent
#: The bin folder of an environment with rdflib-endpoint, made by ``make bench``. It is one of its own, since what makes
#: that server's HTTP faster must not stand beside ours, whose users do not have it.
OTHER = BIN.parent / "rdflib-endpoint" / "bin"
#: What every request asks for, whichever the server: solutions as JSON, and graphs for the one saved CONSTRUCT.
ACCEPT = "application/sparql-results+json, application/n-triples"
OURS, OXIGRAPH, RDFLIB = "itgraph", "oxigraph", "rdflib-endpoint"
#: How long one answer may take before it counts as an error, in seconds.
PATIENCE = 120.0
FAREWELL = 20.0


@dataclass(frozen=True)
class Kind:
    """A server that can be started: ``{}`` in its words is the port."""

    name: str
    words: tuple[str, ...]
    path: str


@dataclass(frozen=True)
class Server:
    """A server that runs, at ``http://127.0.0.1:<port><path>``."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    path: str

    @property
    def url(self) -> str:
        """Where it takes queries."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def ask(self, query: str) -> tuple[bytes, bool]:
        """Return the answer to a query, and whether the server would take another over the same connection.

        Raises:
            RuntimeError: the status is not 200, or the answer is compressed, which nobody has asked for.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", f"{self.path}?query={quote(query, safe='')}", headers={"Accept": ACCEPT})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200 or response.getheader("Content-Encoding"):
                raise RuntimeError(f"{self.name} answers {response.status} to {query!r}: {body[:200]!r}")
            return body, not response.will_close
        finally:
            connection.close()

    def memory(self) -> int:
        """Return the bytes of memory that its first process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[0]) * 1024

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            RuntimeError: it has ended, or is not there after two minutes.
        """
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                self.ask("ASK {}")
                return
            time.sleep(0.002)
        raise RuntimeError(f"{self.name} did not come up")


def kinds(release: Path, scratch: Path, workers: int | None) -> list[Kind]:
    """Return ours, oxigraph and rdflib-endpoint over one release; the second is loaded into ``scratch`` on the way.

    Args:
        release: the folder of the release.
        scratch: a folder for what a server needs on the disk.
        workers: how many processes of ours evaluate queries, or None for its own choice.
    """
    dump = str(release / "itgraph.nq")
    database = str(scratch / f"{release.name}.oxigraph")
    load = [str(BIN / "oxigraph"), "load", "--location", database, "--file", dump]
    subprocess.run(load, check=True, capture_output=True)
    return [
        Kind(OURS, (*ours(workers), "--port", "{}", "--release", str(release)), "/sparql"),
        Kind(
            OXIGRAPH,
            (str(BIN / "oxigraph"), "serve-read-only", "--location", database, "--bind", "127.0.0.1:{}"),
            "/query",
        ),
        Kind(
            RDFLIB,
            (str(OTHER / "rdflib-endpoint"), "serve", dump, "--host", "127.0.0.1", "--port", "{}"),
            "/",
        ),
    ]


def ours(workers: int | None) -> list[str]:
    """Return our command. All load comes from one address here, so the limits of one client make room for it."""
    words = [str(BIN / "itgraph"), "serve"]
    known = subprocess.run([*words, "--help"], check=True, capture_output=True, text=True).stdout
    wanted = {"--max-concurrent": 1000, "--max-queue": 1000, "--workers": workers}
    for flag, value in wanted.items():
        if value is not None and re.search(rf"{flag}\b", known):
            words += [flag, str(value)]
    return words


@contextmanager
def running(kind: Kind, scratch: Path) -> Iterator[Server]:
    """Start a server, wait until it answers, and end its process afterwards, whatever has happened.

    Raises:
        RuntimeError: it does not come up; says the last lines that it wrote.
    """
    port = free_port()
    words = [word.replace("{}", str(port)) for word in kind.words]
    log = scratch / f"{kind.name}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(words, stdout=stream, stderr=stream)
    server = Server(kind.name, process, port, kind.path)
    try:
        try:
            server.wait()
        except RuntimeError as error:
            said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
            raise RuntimeError(f"{error}: {shlex.join(words)}: {' / '.join(said)}") from error
        yield server
    finally:
        process.terminate()
        try:
            process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port below those that the system gives to connections: a server that loads for long finds it free still.

    Raises:
        RuntimeError: none is free.
    """
    for port in range(20_000 + os.getpid() % 10_000, 32_768):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free from 20000 to 32767")
