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


@pytest.mark.parametrize(
    ("query", "labelled", "plain"),
    [
        (SELECT, "?m      ?n\nAlpaca  7000000000\n", "?m            ?n\nmodel/alpaca  7000000000\n"),
        # Two things with one label in one table each get their id; what has no label is shown by its id.
        (
            "SELECT ?d ?m ?r { VALUES (?m ?r) { (<model/alpaca> <survey/models/4>) } ?m fair4ml:trainedOn ?d }",
            f"{'?d':<23}  {'?m':<21}  ?r\nAlpaca (dataset/alpaca)  Alpaca (model/alpaca)  survey/models/4\n",
            "?d              ?m            ?r\ndataset/alpaca  model/alpaca  survey/models/4\n",
        ),
        ("SELECT ?p { VALUES ?p { itg:basedOn UNDEF } }", "?p\nbased on\n\n", "?p\nitg:basedOn\n\n"),
    ],
)
def test_a_table_has_labels_or_ids_and_plain_values(run: Run, query: str, labelled: str, plain: str) -> None:
    result = run("query", "-", stdin=query)
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", labelled)
    assert run("query", "-", "--iris", stdin=query).stdout == plain


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
        (SELECT, "jsonl", f'{{"m": "{ALPACA}", "n": 7000000000}}\n'),
        ("ASK {}", "jsonl", '{"boolean": true}\n'),
        ("ASK {}", "table", "true\n"),
        ("ASK { <model/vicuna> itg:basedOn <model/clip> }", "table", "false\n"),
        ("ASK {}", "json", '{"head":{},"boolean":true}'),
        (
            CONSTRUCT,
            "nt",
            f"<{ALPACA}> <https://w3id.org/itgraph/ns#basedOn> <https://w3id.org/itgraph/model/llama> .\n",
        ),
        (CONSTRUCT, "ttl", "@prefix"),
        (CONSTRUCT, "jsonld", '[{"@id":"https://w3id.org/itgraph/model/alpaca","https://w3id.org/itgraph/ns#basedOn":'),
        ("DESCRIBE <model/alpaca>", "nt", f"<{ALPACA}>"),
    ],
)
def test_each_form_of_each_kind_of_answer(run: Run, query: str, form: str, start: str) -> None:
    result = run("query", "-", "--format", form, stdin=query)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes.decode().startswith(start)
    assert result.stdout_bytes.endswith(b"\n")


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
        (SELECT, "ttl", 2, "SELECT and ASK have table, csv, tsv, json, xml, jsonl"),
        (CONSTRUCT, "csv", 2, "CONSTRUCT and DESCRIBE have ttl, nt, jsonld"),
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


def test_lines_of_json_keep_every_digit_and_are_json(run: Run) -> None:
    query = """SELECT ?i ?d ?f ?n ?b ?y ?l ?u { VALUES (?i ?d ?f ?n ?b ?y ?l ?u) {
        (123456789012345678901234567890 0.10000000000000000001 1.5e3 'NaN'^^xsd:double
         true '2023'^^xsd:gYear 'é"'@fr UNDEF)
    } }"""
    line = run("query", "-", "--format", "jsonl", stdin=query).stdout
    assert line == (
        '{"i": 123456789012345678901234567890, "d": 0.10000000000000000001, "f": 1500.0, "n": "nan", "b": true, '
        '"y": 2023, "l": "é\\"", "u": null}\n'
    )
    assert json.loads(line)["l"] == 'é"'


@pytest.mark.parametrize(
    ("query", "arguments", "code"),
    [
        ("ASK {}", ["--exit-status"], 0),
        ("ASK { <model/vicuna> itg:basedOn <model/clip> }", ["--exit-status"], 1),
        ("ASK { <model/vicuna> itg:basedOn <model/clip> }", ["--exit-status", "--format", "json"], 1),
        ("ASK { <model/vicuna> itg:basedOn <model/clip> }", [], 0),
        ("SELECT ?m { ?m itg:basedOn <model/none> }", ["--exit-status"], 0),
    ],
)
def test_the_exit_status_tells_the_truth_when_asked_to(run: Run, query: str, arguments: list[str], code: int) -> None:
    result = run("query", "-", *arguments, stdin=query)
    assert (result.exit_code, result.stderr) == (code, "")
    assert result.stdout


def test_a_hostile_label_cannot_steer_the_terminal(run: Run) -> None:
    result = run("query", "-", stdin="SELECT ?l { <model/odd> rdfs:label ?l }")
    assert "\\x1b[31m\\n" in result.stdout
    assert "\x1b" not in result.stdout


def seen_on_a_terminal(release: Path, arguments: list[str], stdin: str, columns: int) -> str:
    """Return what a terminal without colour shows."""
    ours, theirs = pty.openpty()
    environment = os.environ | {
        "ITGRAPH_RELEASE": str(release),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": str(columns),
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
        return os.read(ours, 65536).decode("utf-8")
    finally:
        os.close(ours)
        os.close(theirs)


ODD = '1. "R&D" <b>#1</b> | `x` \\ \\x1b[31m\\n'


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["lineage", "model/vicuna", "--down"], ""),
        (["query", "-"], "SELECT ?l { <model/odd> rdfs:label ?l }"),
        (["query", "-"], "SELECT ?m { VALUES ?m { <model/odd> } }"),
    ],
)
def test_a_terminal_without_colour_shows_labels_as_they_are(
    small_release: Path, arguments: list[str], stdin: str
) -> None:
    seen = seen_on_a_terminal(small_release, arguments, stdin, columns=200)
    assert ODD in seen
    assert "\x1b" not in seen


def test_a_table_fits_the_terminal_and_loses_nothing(small_release: Path) -> None:
    query = (
        "SELECT ?m ?a ?b ?c { VALUES ?m { <model/radiology-gpt> } BIND(STR(?m) AS ?a) BIND(?a AS ?b) BIND(?a AS ?c) }"
    )
    lines = seen_on_a_terminal(small_release, ["query", "-"], query, columns=60).splitlines()
    assert max(map(len, lines)) <= 60
    cells = zip(*(line.split("│")[1:-1] for line in lines if line.startswith("│")), strict=True)
    columns = ["".join(part.strip() for part in column) for column in cells]
    assert columns[0] == "Radiology-GPT"
    assert set(columns[1:]) == {"https://w3id.org/itgraph/model/radiology-gpt"}
