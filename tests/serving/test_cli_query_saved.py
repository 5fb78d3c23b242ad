"""``itgraph query NAME``: the saved queries, their parameters, and what stands for neither name nor file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from itgraph import queries
from itgraph.cli.query import query as command

Run = Callable[..., Result]

ALPACA = "<https://w3id.org/itgraph/model/alpaca>"

MEASURED = """\
#+ summary: Which models have at least so many parameters?
#+ parameters:
#+   least: {kind: integer, label: Least number, example: 7, default: 1}
#+   model: {kind: model, label: Model, example: model/alpaca}
SELECT ?model ?n {
  VALUES ?least { 7 }
  VALUES ?model { <https://w3id.org/itgraph/model/alpaca> }
  ?model <https://w3id.org/itgraph/ns#parameterCount> ?n FILTER(?n >= ?least)
}
"""


@pytest.fixture
def measured(tmp_path: Path) -> str:
    """A query with two parameters, one of which has a default."""
    (tmp_path / "measured.rq").write_text(MEASURED, encoding="utf-8")
    return str(tmp_path / "measured.rq")


@pytest.mark.parametrize("base", ["LLaMA", "model/llama", "llama", "https://w3id.org/itgraph/model/llama", "LLaMa"])
def test_a_saved_query_is_asked_by_name(run: Run, base: str) -> None:
    result = run("query", "built-on", "--param", f"base={base}", "--format", "jsonl")
    assert (result.exit_code, result.stderr) == (0, "")
    models = {json.loads(line)["model"].rpartition("/")[2] for line in result.stdout.splitlines()}
    assert models == {"alpaca", "radiology-gpt"}


def test_several_values_of_one_name_are_any_of_them(run: Run, measured: str) -> None:
    one = ["--param", "model=Vicuna"]
    assert run("query", measured, *one).stdout == "?model  ?n\n"
    both = run("query", measured, *one, "--param", "model=Alpaca", "--iris")
    assert both.stdout == "?model        ?n\nmodel/alpaca  7000000000\n"


def test_a_default_stands_in(run: Run, measured: str) -> None:
    assert "Alpaca" in run("query", measured, "--param", "model=Alpaca").stdout
    assert "Alpaca" not in run("query", measured, "--param", "model=Alpaca", "--param", "least=8000000000").stdout


def test_a_retired_id_is_answered_with_a_notice(run: Run) -> None:
    result = run("query", "built-on", "--param", "base=model/llama-1")
    assert (result.exit_code, result.stderr) == (0, "itgraph: model/llama-1 is now model/llama\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["built"], 2, "no saved query is called 'built' — did you mean built-on"),
        (["qqqq"], 2, "no saved query is called 'qqqq' — 'itgraph query --list' names them"),
        (["none.rq"], 3, "none.rq: cannot be read: No such file or directory"),
        (["./none"], 3, "./none: cannot be read: No such file or directory"),
        (["."], 3, ".: cannot be read: Is a directory"),
        (["SELECT * { ?s ?p ?o }"], 2, "SPARQL is read from a file or from stdin — echo '…' | itgraph query -"),
        ([], 2, "Missing argument 'NAME|FILE|-'; --list names the saved queries"),
        (["built-on"], 2, "built-on needs a value for 'base' (Base model) — give one, for example base=model/llama"),
        (["built-on", "--param", "bass=LLaMA"], 2, "built-on has no parameter 'bass' — did you mean base?"),
        (["built-on", "--param", "base"], 2, "'base' is not NAME=VALUE"),
        (["built-on", "--show"], 2, "built-on needs a value for 'base'"),
        (["any-loop", "--show", "--format", "json"], 2, "--show takes no --format"),
        (["built-on", "--param", "base=CLIP", "--show", "--iris"], 2, "--show takes no --iris"),
        (["--list", "foo"], 2, "--list takes no"),
        (["--list", "--param", "base=CLIP"], 2, "--list takes no --param"),
        (["--list", "--show"], 2, "--list takes no --show"),
        (
            ["built-on", "--param", "base=LLaMA", "--param", "base=Alpaca"],
            2,
            "built-on takes one value for 'base' — no row would say",
        ),
        (["built-on", "--param", f"base={'x' * 150}"], 2, f"nothing is called '{'x' * 98}…' — "),
        (["x" * 300], 2, f"no saved query is called '{'x' * 98}…' — "),
        (["built-on", "--param", "=x"], 2, "'=x' is not NAME=VALUE"),
        (["built-on", "--param", "base="], 2, "parameter base: the name is empty"),
        (
            ["built-on", "--param", "base=Lama"],
            2,
            "parameter base: nothing is called 'Lama' — did you mean model/llama",
        ),
        (["built-on", "--param", "base=dataset/lamm"], 2, "parameter base: dataset/lamm is no model"),
        (["built-on", "--param", "base=LLaMA", "--timeout", "0"], 2, "Invalid value for '--timeout'"),
        (["built-on", "--param", "base=LLaMA", "--timeout", "nan"], 2, "nan is not a number of seconds"),
        (["built-on", "--param", "base=LLaMA", "--timeout", "1e12"], 2, "Invalid value for '--timeout'"),
        (["built-on", "--param", "base=LLaMA", "--format", "ttl"], 2, "the format ttl is not for this query"),
        (["built-on", "--endpoint", "http://127.0.0.1:1/", "--release", "."], 2, "--endpoint and --release"),
        (["built-on", "--param", "base=LLaMA", "--endpoint", "x"], 2, "not an address of http or https: x"),
        (["built-on", "--param", "base=LLaMA", "--release", "none"], 4, "none: there is no such folder with a release"),
        (["--list", "--format", "csv"], 2, "the format csv is not for the list — it has table and json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_is_one_line_and_its_exit_code(run: Run, arguments: list[str], code: int, message: str) -> None:
    result = run("query", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.startswith("itgraph: ")
    assert result.stderr.count("\n") == 1


def test_a_header_that_does_not_hold_together_is_an_error_with_its_line(run: Run) -> None:
    result = run("query", "-", stdin="#+ summary: x\n#+ sumary: y\nASK {}")
    assert (result.exit_code, result.stderr.startswith("itgraph: <stdin>:2: unknown key 'sumary'")) == (3, True)


def test_an_error_of_the_other_process_shows_where_it_was_raised_only_when_asked_for(run: Run) -> None:
    arguments = ["query", "built-on", "--param", "base=Lama"]
    assert "Traceback" not in run(*arguments).stderr
    told = run("-vv", *arguments).stderr
    assert "In the process that evaluates:" in told
    assert 'entity.py", line' in told


def test_the_list_names_every_query_and_its_parameters(run: Run) -> None:
    saved = queries.load()
    lines = run("query", "--list").stdout.splitlines()
    listed = [*saved, *queries.federated()]
    assert [line.split()[0] for line in lines[1:]] == listed
    (line,) = (line for line in lines if line.startswith("built-on "))
    assert line.split("  ")[-1] == "base"
    assert saved["built-on"].summary in line
    entries = {entry["name"]: entry for entry in json.loads(run("query", "--list", "--format", "json").stdout)}
    assert list(entries) == listed
    assert entries["built-on"]["parameters"] == [
        {"name": "base", "kind": "model", "label": "Base model", "example": "model/llama", "default": None}
    ]


def test_show_prints_the_file_or_what_would_be_sent(run: Run) -> None:
    text = queries.find("built-on").text
    assert run("query", "any-loop", "--show").stdout == queries.find("any-loop").text
    assert 'VALUES ?least { "0"^^<' in run("query", "models-by-size", "--show").stdout
    shown = run("query", "built-on", "--show", "--param", "base=Alpaca").stdout
    assert shown.startswith("PREFIX")
    assert text.replace("{ <https://w3id.org/itgraph/model/llama> }", f"{{ {ALPACA} }}").endswith(f"\n\n{shown}")
    assert run("query", "-", stdin=shown).stdout.splitlines()[1:] == ["Radiology-GPT  true     Alpaca"]


def test_names_are_completed() -> None:
    (argument,) = (parameter for parameter in command.params if parameter.name == "name")
    context = command.make_context("query", ["--list"])
    assert "built-on" in [item.value for item in argument.shell_complete(context, "built")]
    assert argument.shell_complete(context, "zzz") == []
