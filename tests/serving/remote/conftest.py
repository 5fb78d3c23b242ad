"""Two endpoints on this machine: our own, as a process, and one that fails in every way a server can."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ANSWER = b'{"head":{"vars":["m"]},"results":{"bindings":[{"m":{"type":"uri","value":"http://example.org/1"}}]}}'
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


class FaultServer(ThreadingHTTPServer):
    """Answers each path with a fault of its own; ``seen`` are the requests that came."""

    # Closing waits for the requests in hand, so that none outlives its test.
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Faults)
        self.seen: list[tuple[str, str, str, Message]] = []
        self.over = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Faults(BaseHTTPRequestHandler):
    server: FaultServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.fail(self.path.partition("?")[2])

    def do_POST(self) -> None:
        self.fail(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def fail(self, sent: str) -> None:
        path = self.path.partition("?")[0].strip("/")
        self.server.seen.append((self.command, path, sent, self.headers))
        name, _, fault = path.partition("-")
        first = len(self.server.seen) == 1
        if name == "hang":
            self.server.over.wait(20)
            self.close_connection = True
        elif name == "trickle":
            self.trickle()
        elif name == "closed" and (first or fault != "once"):
            self.close_connection = True
        elif name == "busy" and (first or fault != "once"):
            self.reply(503, b"<html>busy</html>", "text/html", **({"Retry-After": "100"} if fault == "long" else {}))
        elif name == "redirect":
            self.reply(307, b"", "text/plain", Location="/good")
        elif name == "labelless" and "rdf-schema" in sent:
            self.reply(500, b"", "text/plain")
        elif path in REPLIES:
            self.reply(*REPLIES[path])
        else:
            self.reply(200, ANSWER, JSON)

    def reply(self, status: int, body: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        if media_type:
            self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def trickle(self) -> None:
        """Send a little again and again, so that no single read ever takes long."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        self.close_connection = True
        try:
            while not self.server.over.wait(0.05):
                self.wfile.write(b" ")
        except OSError:
            pass

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


#: Status, body and media type by path.
REPLIES = {
    "html": (200, b"<!doctype html><title>Welcome</title>", "text/html; charset=utf-8"),
    "none": (200, ANSWER, ""),
    "csv": (200, b"m\r\nx\r\n", "text/csv"),
    "turtle": (200, b"<http://example.org/1> a <http://example.org/2> .", "text/turtle"),
    "truncated": (200, ANSWER[:70], JSON),
    "empty": (200, b"", JSON),
    "list": (200, b"[]", "application/json"),
    "xml": (200, b"<sparql xmlns='http://www.w3.org/2005/sparql-results#'><head>", XML),
    "literal": (200, ANSWER.replace(b'"uri"', b'"literal"').replace(b"http://example.org/1", b"a text"), JSON),
    "truth": (200, b'{"head":{},"boolean":true}', JSON),
    "iri": (200, ANSWER.replace(b"http://example.org/1", b"no iri"), JSON),
    "400": (400, b"\nline 1: what is\x1b[31m this?\nmore\n", "text/plain"),
    "400-html": (400, b"<html>no</html>", "text/html"),
    "401": (401, b"", "text/plain"),
    "404": (404, b"<html>no such page</html>", "text/html"),
    "400-problem": (400, b'{"detail": "query:1: what is this?", "type": "x#syntax"}', "application/problem+json"),
    "504-problem": (504, b'{"detail": "no answer within 10 s", "type": "x#time-limit"}', "application/problem+json"),
    "503-memory": (503, b'{"detail": "more than 1 GiB", "type": "x#engine-failed"}', "application/problem+json"),
    "503-problem": (503, b'{"title": "out of memory"}', "application/problem+json"),
    "503-no-problem": (503, b"[1, 2", "application/problem+json"),
    "500": (500, b"stack overflow\nat line 1\n", "text/plain"),
    "500-html": (500, b"<html>oh</html>", "text/html"),
}


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    """Return a server that fails as its path says."""
    with FaultServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
