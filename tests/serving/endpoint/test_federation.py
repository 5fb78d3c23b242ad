"""Queries that ask other endpoints: those that the operator names, and no others, by whatever spelling."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Serve = Callable[..., Any]


class Other(BaseHTTPRequestHandler):
    """Redirects, sends too much, or dawdles, as its path says."""

    heard: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(f"{self.path} {self.headers['User-Agent']}")
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/large":
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.close_connection = True
            try:
                self.wfile.write(b'{"head":{"vars":["x"]},"results":{"bindings":[')
                for _ in range(2000):
                    self.wfile.write(b'{"x":{"type":"literal","value":"%b"}},' % (b"x" * 5000))
            except OSError:
                pass
        else:
            self.send_error(500)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


@pytest.fixture
def other() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of another server, and what it has heard."""
    heard: list[str] = []
    handler = type("Heard", (Other,), {"heard": heard})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()
        thread.join()


def test_an_endpoint_that_is_allowed_answers_and_others_are_not_asked(
    serve: Serve, endpoint: str, other: tuple[str, list[str]]
) -> None:
    address, heard = other
    server = serve("--allow-service", endpoint)
    pattern = "{ <model/alpaca> itg:basedOn ?b }"
    absolute = "{ <https://w3id.org/itgraph/model/alpaca> <https://w3id.org/itgraph/ns#basedOn> ?b }"
    query = f"SELECT ?b {{ {pattern} SERVICE <{endpoint}> {absolute} }}"
    reply = server.query(query)
    assert reply.status == 200, reply.text
    assert [row["b"]["value"] for row in json.loads(reply.body)["results"]["bindings"]] == [
        "https://w3id.org/itgraph/model/llama"
    ]
    # What another endpoint said may be something else the next time.
    assert reply.headers["cache-control"] == "no-store"
    refused = server.query(f"SELECT * {{ SERVICE <{address}/sparql> {absolute} }}")
    assert (refused.status, refused.problem) == (403, "service-refused")
    assert endpoint in refused.text
    assert heard == []
    assert "BasicFederatedQuery" in server.ask("GET", "/sparql", None, {"Accept": "text/turtle"}).text


def test_without_the_gate_there_is_still_no_way_to_others(
    serve: Serve, endpoint: str, other: tuple[str, list[str]]
) -> None:
    address, heard = other
    server = serve("--allow-service", endpoint, "--no-gate")
    # In the network of the workers nobody has this address, nor any name.
    for target in (address, address.replace("127.0.0.1", "localhost"), "http://192.0.2.1"):
        reply = server.query(f"SELECT * {{ SERVICE <{target}/sparql> {{ ?s ?p ?o }} }}")
        assert (reply.status, reply.problem) == (502, "service-failed"), reply.text
    assert heard == []
    assert server.query("ASK {}").status == 200


@pytest.mark.parametrize(("path", "status"), [("/redirect", 502), ("/large", 502), ("/fault", 502)])
def test_an_allowed_endpoint_that_misbehaves_costs_its_query_alone(
    serve: Serve, other: tuple[str, list[str]], path: str, status: int
) -> None:
    address, heard = other
    server = serve("--allow-service", address + path, "--max-bytes", 1_000_000)
    reply = server.query(f"SELECT * {{ SERVICE <{address}{path}> {{ ?s ?p ?o }} }}")
    assert (reply.status, reply.problem) == (status, "service-failed"), reply.text
    assert len(heard) == 1
    assert heard[0].startswith(f"{path} itgraph/")
    assert server.query("ASK {}").status == 200


def test_an_allowed_endpoint_that_is_silent_ends_with_the_time_of_the_query(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        server = serve("--allow-service", url, "--max-seconds", 1)
        reply = server.query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
        assert reply.status in (502, 504), reply.text
        assert server.query("ASK {}").status == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_the_network_of_the_workers_needs_no_root_where_namespaces_are_allowed() -> None:
    program = (
        "import os\n"
        "from itgraph.endpoint.sandbox import private_network\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: print(private_network().getsockname()[0])\n"
        "except OSError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout in ("127.0.0.1\n", "[Errno 1] unshare: Operation not permitted\n"), done.stderr
