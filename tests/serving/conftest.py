"""A release in small, written by hand, the store over it, and a server of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from itgraph.cli import cli
from itgraph.namespaces import BASE, RDF
from itgraph.search_index import index_of
from itgraph.store import Store


def write_release(folder: Path, text: str, *, search: bool = False) -> Path:
    """Write a dump and its manifest; the default graph is every triple once, without those a correction refutes.

    ``search`` tells whether there is a search index beside them.
    """
    named = list(ox.parse(text, format=ox.RdfFormat.TRIG))
    refuted = {
        tuple(
            next(q.object for q in named if q.subject == quad.subject and q.predicate.value == RDF + part)
            for part in ("subject", "predicate", "object")
        )
        for quad in named
        if quad.predicate.value == RDF + "subject"
    }
    held = {quad.triple for quad in named} - {ox.Triple(*parts) for parts in refuted}
    lines = [f"{quad} .\n" for quad in named] + [f"{triple} .\n" for triple in held]
    dump = "".join(sorted(set(lines))).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "itgraph.nq").write_bytes(dump)
    manifest: dict[str, Any] = {
        "name": "itgraph",
        "version": "0.1.0",
        "ontologyVersion": "0.1.0",
        "base": BASE,
        "file": "itgraph.nq",
        "sha256": hashlib.sha256(dump).hexdigest(),
        "bytes": len(dump),
        "statements": len(lines),
        "triples": len(held),
        "graphs": len({quad.graph_name for quad in named}),
        "entities": {"model": 11, "dataset": 2, "person": 1},
    }
    if search:
        index = index_of(held, BASE, hashlib.sha256(dump).hexdigest())
        (folder / "search.sqlite").write_bytes(index)
        manifest["search"] = {
            "file": "search.sqlite",
            "sha256": hashlib.sha256(index).hexdigest(),
            "bytes": len(index),
        }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = (Path(__file__).parent / "small.trig").read_text(encoding="utf-8")
    return write_release(tmp_path_factory.mktemp("small"), text)


@pytest.fixture(scope="module")
def endpoint(small_release: Path) -> Iterator[str]:
    """Return the address of ``itgraph serve`` over the small release, a process that must end cleanly."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "itgraph", "serve", "--port", "0"],
        env=os.environ | {"ITGRAPH_RELEASE": str(small_release)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/sparql", process.stdout.readline())
        assert found, process.stderr.read() if process.stderr else ""
        yield found[0]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in err


@pytest.fixture
def release_of(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a release out of TriG."""
    return lambda text: write_release(tmp_path / "written", text)


@pytest.fixture(scope="session")
def store(small_release: Path) -> Store:
    return Store.open(small_release)


@pytest.fixture
def run(small_release: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs the command line over the small release."""
    monkeypatch.setenv("ITGRAPH_RELEASE", str(small_release))

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin, prog_name="itgraph")

    return invoke
