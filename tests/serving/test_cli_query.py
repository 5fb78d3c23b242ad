"""``itgraph query``: where the query comes from, and every form of an answer."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

Run = Callable[..., Result]

SELECT = "SELECT ?m ?n { VALUES ?m { <model/alpaca> } ?m itg:parameterCount ?n }"
CONSTRUCT = "CONSTRUCT WHERE { <model/alpaca> itg:basedOn ?b }"
ALPACA = "https://w3id.org/itgraph/model/alpaca"


def test_a_table_has_ids_and_plain_values(run: Run) -> None:
    result = run("query", "-", stdin=SELECT)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "?m            ?n\nmodel/alpaca  7000000000\n"


def test_a_file_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "question.rq").write_text(SELECT, encoding="utf-8-sig")
    assert "7000000000" in run("query", str(tmp_path / "question.rq")).stdout


@pytest.mark.parametrize(
    ("query", "form", "start"),
    [
        (SELECT, "csv", f"m,n\r\n{ALPACA},7000000000\r\n"),
        (SELECT, "tsv", f"?m\t?n\n<{ALPACA}>\t7000000000\n"),
        (SELECT, "xml", '<?xml version="1.0"'),
        (SELECT, "json", '{"head":'),
        ("ASK {}", "table", "true\n"),
        ("ASK { <model/vicuna> itg:basedOn <model/clip> }", "table", "false\n"),
        ("ASK {}", "json", '{"head":{},"boolean":true}'),
        (
            CONSTRUCT,
            "nt",
            f"<{ALPACA}> <https://w3id.org/itgraph/ns#basedOn> <https://w3id.org/itgraph/model/llama> .\n",
        ),
        (CONSTRUCT, "ttl", "@prefix"),
        ("DESCRIBE <model/alpaca>", "nt", f"<{ALPACA}>"),
    ],
)
def test_each_form_of_each_kind_of_answer(run: Run, query: str, form: str, start: str) -> None:
    result = run("query", "-", "--format", form, stdin=query)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes.decode().startswith(start)


def test_the_forms_have_defaults(run: Run) -> None:
    assert run("query", "-", stdin="ASK {}").stdout == "true\n"
    assert list(ox.parse(run("query", "-", stdin=CONSTRUCT).stdout, format=ox.RdfFormat.TURTLE))
    answer = json.loads(run("query", "-", "--format", "json", stdin=SELECT).stdout)
    assert answer["results"]["bindings"][0]["n"]["value"] == "7000000000"


@pytest.mark.parametrize(
    ("query", "form", "code", "message"),
    [
        ("SELECT * {\n ?s", None, 3, "itgraph: <stdin>:2: the query does not parse"),
        (b"SELECT * {\n\xff }", None, 3, "itgraph: <stdin>:2: not UTF-8"),
        ("DELETE WHERE { ?s ?p ?o }", None, 3, "itgraph: <stdin>:1: this is an update"),
        (SELECT, "ttl", 2, "SELECT and ASK have table, csv, tsv, json, xml"),
        (CONSTRUCT, "csv", 2, "CONSTRUCT and DESCRIBE have ttl, nt"),
        ("SELECT (<http://example.org/f>(1) AS ?y) {}", None, 3, "custom function"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", None, 6, "another endpoint"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    run: Run, query: str | bytes, form: str | None, code: int, message: str
) -> None:
    result = run("query", "-", *(["--format", form] if form else []), stdin=query)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_hostile_label_cannot_steer_the_terminal(run: Run) -> None:
    result = run("query", "-", stdin="SELECT ?l { <model/odd> rdfs:label ?l }")
    assert "\\x1b[31m\\n" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "wanted"),
    [
        (["lineage", "model/vicuna", "--down"], "", '1. "R&D" <b>#1</b> | `x` \\ \\x1b[31m\\n'),
        (["query", "-"], "SELECT ?l { <model/odd> rdfs:label ?l }", '1. "R&D" <b>#1</b> | `x` \\ \\x1b[31m\\n'),
    ],
)
def test_a_terminal_without_colour_shows_labels_as_they_are(
    small_release: Path, arguments: list[str], stdin: str, wanted: str
) -> None:
    ours, theirs = pty.openpty()
    environment = os.environ | {
        "ITGRAPH_RELEASE": str(small_release),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "200",
    }
    try:
        subprocess.run(
            [sys.executable, "-m", "itgraph", *arguments],
            input=stdin.encode(),
            stdout=theirs,
            stderr=subprocess.DEVNULL,
            env=environment,
            check=True,
            timeout=60,
        )
        seen = os.read(ours, 65536).decode("utf-8")
    finally:
        os.close(ours)
        os.close(theirs)
    assert wanted in seen
    assert "\x1b" not in seen
