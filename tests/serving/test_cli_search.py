"""``itgraph search``: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from itgraph.cli import cli
from itgraph.cli.search import MOST_HITS
from itgraph.search import MOST_HITS as MOST_HITS_OF_SEARCH
from itgraph.search import Hit
from itgraph.search_format import FORMATS, as_rows


def run(release: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["search", "--release", str(release), *arguments], prog_name="itgraph")


def test_a_table_of_ids_kinds_and_labels(release: Path) -> None:
    result = run(release, "alapca", "--limit", "2")
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["id", "kind", "label", "found", "by"],
        ["model/alpaca", "model", "Alpaca"],
        ["dataset/alpaca", "dataset", "Alpaca"],
    ]
    assert result.stderr == ""


def test_words_need_no_quotes_and_another_name_is_shown(release: Path) -> None:
    result = run(release, "massive", "multitask", "language", "understanding", "--limit", "1")
    assert result.stdout.splitlines()[1].split(maxsplit=3) == [
        *("benchmark/mmlu", "benchmark", "MMLU"),
        "Massive Multitask Language Understanding",
    ]


def test_the_formats_for_programs_say_the_same(release: Path) -> None:
    (array,) = (json.loads(run(release, "bjorn ommer", "--format", "json").stdout),)
    lines = [json.loads(line) for line in run(release, "bjorn ommer", "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(run(release, "bjorn ommer", "--format", "csv").stdout)))
    assert array == lines
    assert [{key: str(value) for key, value in hit.items()} for hit in array] == rows
    assert array == [
        {
            "id": "person/bjorn-ommer",
            "iri": "https://w3id.org/itgraph/person/bjorn-ommer",
            "label": "Björn Ommer",
            "kind": "person",
            "matched": "Björn Ommer",
            "score": 1.0,
        }
    ]


@pytest.mark.parametrize(("form", "empty"), [("table", ""), ("json", "[]\n"), ("jsonl", ""), ("csv", "id,iri,")])
def test_nothing_found_is_said_on_stderr_and_no_error(release: Path, form: str, empty: str) -> None:
    result = run(release, "xqzvwkj", "--format", form)
    assert result.exit_code == 0
    assert result.stdout.startswith(empty)
    assert result.stdout.count("\n") <= 1
    assert result.stderr == "itgraph: nothing is called 'xqzvwkj', or nearly so\n"


@pytest.mark.parametrize("text", ["survey/models/4", "https://w3id.org/itgraph/survey/reference/17"])
def test_a_row_or_reference_is_not_searched_and_that_is_said(release: Path, text: str) -> None:
    result = run(release, text)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"itgraph: nothing is called {text!r}, or nearly so"
        " — rows and references are shown by 'itgraph show', and not searched\n"
    )


def test_several_kinds_are_all_searched(release: Path) -> None:
    result = run(release, "ChatGPT", "--kind", "dataset", "--kind", "model", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["model/chatgpt", "dataset/chatgpt"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["llama", "--kind", "modle"], 2, "there is no kind 'modle' — say one of benchmark, "),
        (["llama", "--limit", "0"], 2, "--limit"),
        ([], 2, "TEXT"),
        (["llama", "--release", "nowhere"], 4, "nowhere: there is no such folder with a release"),
    ],
)
def test_bad_input_is_one_line_and_its_exit_code(release: Path, arguments: list[str], code: int, message: str) -> None:
    result = run(release, *arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_release_without_index_says_what_to_do(small_release: Path) -> None:
    result = run(small_release, "llama")
    assert result.exit_code == 4
    assert result.stderr.endswith("the release has no search index — build it again with 'itgraph build'\n")


def test_control_characters_of_a_label_do_not_reach_the_terminal() -> None:
    hit = Hit("model/x", "https://example.org/x", "a\x1b[31m", "model", "b\n\x07", 1.0)
    assert as_rows([hit]) == [["model/x", "model", "a\\x1b[31m", "b\\n\\x07"]]
    assert json.loads(FORMATS["json"]([hit]))[0]["label"] == "a\x1b[31m"


def test_the_command_and_the_search_have_one_limit() -> None:
    assert MOST_HITS == MOST_HITS_OF_SEARCH


def test_searching_neither_loads_the_dump_nor_what_reads_it_slowly(release: Path) -> None:
    code = (
        "import sys; from itgraph.cli import cli\n"
        f"cli.main(['search', 'alpaca', '--release', {str(release)!r}], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "model/alpaca" in done.stdout
    assert not {"rdflib", "pyshacl", "rapidfuzz", "yaml", "rich"} & set(done.stderr.split())
