"""New data under a running server: taken up whole, or refused whole, with no request lost on the way."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from itgraph.namespaces import BASE
from itgraph.publication import publish

Serve = Callable[..., Any]

#: Three statements that change together; whoever sees two values has seen two releases.
QUERY = (
    "SELECT ?one ?two ?three "
    "{ <model/one> itg:n ?one . <model/two> itg:n ?two . GRAPH <g> { <model/three> itg:n ?three } }"
)


def contents(number: int) -> dict[str, bytes]:
    lines = [f'<{BASE}model/{name}> <https://w3id.org/itgraph/ns#n> "{number}" .\n' for name in ("one", "two")]
    lines.append(f'<{BASE}model/three> <https://w3id.org/itgraph/ns#n> "{number}" <{BASE}g> .\n')
    dump = "".join(sorted(lines)).encode()
    manifest = {
        "name": "itgraph",
        "version": "0.1.0",
        "base": BASE,
        "file": "itgraph.nq",
        "sha256": hashlib.sha256(dump).hexdigest(),
        "bytes": len(dump),
    }
    return {"itgraph.nq": dump, "manifest.json": json.dumps(manifest).encode()}


def served(server: Any) -> str:
    """Return the number of the release that answers."""
    (row,) = json.loads(server.query(QUERY).body)["results"]["bindings"]
    values = {term["value"] for term in row.values()}
    assert len(values) == 1
    return str(values.pop())


def wait_until_served(server: Any, number: int) -> None:
    until = time.monotonic() + 20
    while served(server) != str(number):
        assert time.monotonic() < until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path / "release", contents(0))
    return tmp_path / "release"


def test_twenty_new_releases_under_load(serve: Serve, folder: Path) -> None:
    server = serve("--release", folder)
    stop = threading.Event()
    failed: list[object] = []
    answers = [0] * 8

    def client(number: int) -> None:
        connection = server.connect(f"127.0.4.{number + 1}")
        while not stop.is_set():
            # Some are the same again, and come from the cache.
            query = f"{QUERY} # {number} {answers[number] % 5}"
            connection.request("GET", "/sparql?" + urlencode({"query": query, "format": "csv"}))
            response = connection.getresponse()
            body = response.read()
            row = body.split(b"\r\n")[1].split(b",") if response.status == 200 else []
            if response.status != 200 or len(set(row)) != 1:
                failed.append((response.status, body))
            answers[number] += 1
        connection.close()

    clients = [threading.Thread(target=client, args=(number,)) for number in range(len(answers))]
    for thread in clients:
        thread.start()
    for number in range(1, 21):
        publish(folder, contents(number))
        server.process.send_signal(signal.SIGHUP)
        wait_until_served(server, number)
    stop.set()
    for thread in clients:
        thread.join(timeout=30)
    assert failed == []
    assert min(answers) > 50
    assert server.metric("itgraph_releases_total") == 20
    # Of the old ones nothing is left.
    until = time.monotonic() + 10
    while len(server.workers()) > 2:
        assert time.monotonic() < until


def test_a_new_release_is_seen_without_a_signal_and_has_other_tags(serve: Serve, folder: Path) -> None:
    server = serve("--release", folder)
    path = "/sparql?" + urlencode({"query": QUERY})
    tag = server.ask("GET", path).headers["etag"]
    publish(folder, contents(1))
    wait_until_served(server, 1)
    again = server.ask("GET", path, None, {"If-None-Match": tag})
    assert again.status == 200
    assert again.headers["etag"] != tag


@pytest.mark.parametrize("how", ["cut off", "changed", "no N-Quads", "no manifest", "gone"])
def test_a_broken_release_is_refused_and_the_old_one_goes_on(serve: Serve, folder: Path, how: str) -> None:
    server = serve("--release", folder)
    broken = contents(1)
    if how == "cut off":
        broken["itgraph.nq"] = broken["itgraph.nq"][:-20]
    elif how == "changed":
        broken["itgraph.nq"] = broken["itgraph.nq"].replace(b'"1"', b'"9"')
    elif how == "no N-Quads":
        dump = b"<a <b> .\n"
        manifest = json.loads(broken["manifest.json"])
        manifest |= {"sha256": hashlib.sha256(dump).hexdigest(), "bytes": len(dump)}
        broken = {"itgraph.nq": dump, "manifest.json": json.dumps(manifest).encode()}
    elif how == "no manifest":
        broken["manifest.json"] = b"{"
    if how == "gone":
        (folder / "current").unlink()
        (folder / "manifest.json").unlink()
    else:
        publish(folder, broken)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for("itgraph_releases_refused_total", 1)
    assert served(server) == "0"
    assert server.metric("itgraph_releases_total") == 0
    publish(folder, contents(2))
    wait_until_served(server, 2)
    server.process.terminate()
    _, err = server.process.communicate(timeout=20)
    assert "the new release is refused, and the old one goes on" in err
    assert "Traceback" not in err


def test_a_lost_fork_server_comes_back_when_its_release_can_be_opened_again(serve: Serve, folder: Path) -> None:
    server = serve("--release", folder)
    dump = (folder / "itgraph.nq").resolve()
    content = dump.read_bytes()
    dump.write_bytes(b"")
    (lost,) = children(server.process.pid)
    os.kill(lost, signal.SIGKILL)
    until = time.monotonic() + 20
    # It is tried more than once, in vain.
    tried = {lost}
    while len(tried) < 3:
        tried.update(children(server.process.pid))
        assert time.monotonic() < until
    dump.write_bytes(content)
    while not server.workers():
        assert time.monotonic() < until
    assert served(server) == "0"


def children(pid: int) -> list[int]:
    """Return the process ids of the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_a_server_does_not_start_on_a_broken_release(folder: Path, start: Callable[..., Any]) -> None:
    with (folder / "itgraph.nq").open("ab") as stream:
        stream.write(b"\n")
    process = start("--port", "0", "--release", str(folder))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (4, "")
    assert "changed after it was built" in err
    assert err.count("\n") == 1
