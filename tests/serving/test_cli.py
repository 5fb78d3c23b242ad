"""The command line: help, start, errors, exit codes, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

import itgraph
from itgraph.cli import COMMANDS, cli
from itgraph.cli.lineage import lineage as lineage_command
from itgraph.cli.reference import commands
from itgraph.lineage import Via
from itgraph.lineage_format import FORMATS

Run = Callable[..., Result]
HEAVY = {"httpx2", "lxml", "pyoxigraph", "pyshacl", "rapidfuzz", "rdflib", "rich", "starlette", "uvicorn", "yaml"}
EVERY_COMMAND = list(commands(cli))


def itgraph_process(*arguments: str, release: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "itgraph", *arguments],
        env=os.environ | {"ITGRAPH_RELEASE": str(release)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def last_line(result: Result) -> str:
    return result.stderr.splitlines()[-1]


# Help and start


def test_all_commands_are_listed() -> None:
    names = {" ".join(path[1:]) for path, _ in EVERY_COMMAND}
    assert names == {"", *COMMANDS, "import survey", "link check", "link export", "link wikidata"}


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    context = click.Context(cli)
    for name, (_, summary) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(limit=1000).startswith(summary.rstrip("."))


@pytest.mark.parametrize(("path", "command"), EVERY_COMMAND, ids=[" ".join(path) for path, _ in EVERY_COMMAND])
def test_every_command_and_option_has_help_in_house_style(path: tuple[str, ...], command: click.Command) -> None:
    help_text = (command.help or "").strip()
    assert help_text, path
    last = help_text.splitlines()[-1].strip()
    assert last.startswith(("itgraph", "echo")), f"{path}: the help ends with an example, not with {last!r}"
    assert help_text.splitlines()[0].endswith("."), path
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, (path, option.name)
            assert option.help[0].isupper(), (path, option.help)
            assert not option.help.endswith("."), (path, option.help)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["lineage", "-h"], ["serve", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        f"import sys\nsys.argv = ['itgraph', *{arguments!r}]\nfrom itgraph.cli import main\n"
        f"try:\n    main()\nfinally:\n    print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert done.stdout


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"itgraph {itgraph.__version__}\n"


def test_the_choices_are_those_of_the_library() -> None:
    choices = {option.name: option.type for option in lineage_command.params}
    via, form = choices["via"], choices["form"]
    assert isinstance(via, click.Choice)
    assert isinstance(form, click.Choice)
    assert list(via.choices) == [value.value for value in Via]
    assert list(form.choices) == list(FORMATS)


# Answers


def test_lineage_prints_data_on_stdout_and_messages_on_stderr(run: Run) -> None:
    result = run("lineage", "model/llama", "--down")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "LLaMA (model/llama)")
    assert result.stderr == "6 descend from LLaMA, 4 of them directly\n"
    assert run("lineage", "model/llama", "--down", "--format", "json").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["model/alpaca"], {"model/llama"}),
        (["model/alpaca", "--up"], {"model/llama"}),
        (["model/alpaca", "--down"], {"model/radiology-gpt", "model/mixed"}),
        (["Radiology-GPT", "--depth", "1"], {"model/alpaca"}),
        (["model/alpaca", "--via", "data"], {"dataset/alpaca", "model/instructgpt"}),
    ],
)
def test_lineage_takes_direction_depth_and_relations(run: Run, arguments: list[str], ids: set[str]) -> None:
    result = run("lineage", *arguments, "--format", "json")
    assert {node["id"] for node in json.loads(result.stdout)["nodes"]} == ids


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["model/alpaca"], "1 stands above Alpaca, directly"),
        (["model/vicuna", "--down"], "2 descend from Vicuna, 2 of them directly"),
        (["model/llama"], "nothing is stated above LLaMA — try --down"),
        (["model/llava", "--down"], "nothing is stated below LLaVA — try --up"),
        (["dataset/alpaca"], "nothing is stated above Alpaca — try --via data, or --down --via data"),
        (["model/gpt-3", "--via", "data", "--up"], "nothing is stated above GPT-3 — try --down --via weights"),
        (["model/clip", "--via", "all"], "nothing is stated above CLIP — try --down"),
        (
            ["model/refuted"],
            "nothing is stated above Not A Llama — nor in any other direction: see 'itgraph show model/refuted'",
        ),
        (
            ["person/rohan-taori"],
            "nothing is stated above Rohan Taori — a person has no lineage: see 'itgraph show person/rohan-taori'",
        ),
    ],
)
def test_lineage_counts_and_says_where_to_look_instead(run: Run, arguments: list[str], message: str) -> None:
    result = run("lineage", *arguments)
    assert (result.exit_code, result.stderr) == (0, message + "\n")


@pytest.mark.parametrize("form", list(FORMATS))
def test_lineage_writes_every_form_twice_alike(run: Run, form: str) -> None:
    once, again = (run("lineage", "model/llama", "--down", "--format", form) for _ in range(2))
    assert once.exit_code == 0
    assert once.stdout == again.stdout
    assert "Alpaca" in once.stdout


def test_a_retired_id_is_answered_with_a_notice(run: Run) -> None:
    result = run("show", "model/llama-1", "--format", "json")
    assert json.loads(result.stdout)["entity"] == "model/llama"
    assert result.stderr == "itgraph: model/llama-1 is now model/llama\n"


@pytest.mark.parametrize(("form", "start"), [("text", "Alpaca (model/alpaca)"), ("json", "{"), ("turtle", "@prefix")])
def test_show_writes_every_form(run: Run, form: str, start: str) -> None:
    result = run("show", "model/alpaca", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(start)


def test_stats_counts(run: Run) -> None:
    counts = json.loads(run("stats", "--format", "json").stdout)
    assert counts["classes"]["fair4ml:MLModel"] == 11
    assert counts["graphsByMethod"] == {"curated": 1, "derived": 1, "inferred": 1, "stated": 1}
    assert (counts["corrections"], counts["statementsRefuted"], counts["anomalies"]) == (1, 1, {"wrong-base": 1})
    assert counts["basesMostBuiltUpon"][0]["id"] == "model/llama"
    assert counts["links"] == {}
    assert "fair4ml:MLModel  11" in run("stats").stdout


# Errors

MODEL = "lineage model/llama"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["lineage", "model/lama"], 2, "did you mean model/llama"),
        (["lineage", "Alpaca"], 2, "say which: dataset/alpaca, model/alpaca"),
        (["show", ""], 2, "the name is empty"),
        (["lineage"], 2, "Missing argument 'ENTITY' — see 'itgraph lineage --help'"),
        (["lineage", "x", "--depth", "0"], 2, "see 'itgraph lineage --help'"),
        (["lineage", "x", "--via", "air"], 2, "see 'itgraph lineage --help'"),
        (["lineage", "x", "--sideways"], 2, "No such option"),
        (["linage"], 2, "No such command"),
        (["query", "no-such-file.rq"], 3, "no-such-file.rq: cannot be read: No such file or directory"),
        (
            ["stats", "--release", "no-such-folder"],
            4,
            "no-such-folder: there is no such folder with a release (--release)",
        ),
        (["serve", "--release", "no-such-folder", "--port", "0"], 4, "build it with 'itgraph build'"),
        (["serve", "--host", "192.0.2.1"], 2, "cannot listen on 192.0.2.1"),
        (["stats", "--release", "x" * 300], 4, "cannot be read: File name too long"),
        (["stats", "--release", ""], 2, "the name of the folder is empty — see 'itgraph stats --help'"),
        (["build", "--out", ""], 2, "the name of the folder is empty — see 'itgraph build --help'"),
        (["validate", "--data", ""], 2, "the name of the folder is empty"),
        (["import", "survey", "x.md", "--out", ""], 2, "the name of the folder is empty"),
        (["show", "\udcff"], 2, "the name is not text"),
        (["lineage", "%"], 2, "nothing is called '%'"),
        (["lineage", "x", "--up", "--down"], 2, "--up and --down: take one of them"),
        (["lineage", "x", "--down", "--up"], 2, "--up and --down: take one of them"),
        (["build", "--data", "no-such-folder"], 3, "no-such-folder"),
        (["validate", "--data", "no-such-folder"], 3, "no-such-folder"),
        (["import", "survey", "no-such-file.md"], 3, "no-such-file.md"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_is_one_line_and_its_exit_code(run: Run, arguments: list[str], code: int, message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("itgraph: ")
    assert message in result.stderr


@pytest.mark.parametrize(
    "where", [["-vv", "show", "nothing"], ["show", "nothing", "-vv"], ["-v", "show", "-v", "nothing"]]
)
def test_a_traceback_only_when_asked_for(run: Run, where: list[str]) -> None:
    assert "Traceback" not in run("-v", "show", "nothing").stderr
    result = run(*where)
    assert "Traceback" in result.stderr
    assert last_line(result).startswith("itgraph: nothing is called 'nothing'")


@pytest.fixture
def broken_entries(tmp_path: Path) -> Path:
    """Entries with an unknown key in line 3."""
    folder = tmp_path / "data"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "x.yaml").write_text(
        "- graph: registry/model/x\n  says:\n  - {id: model/x, type: MLModel, label: X, lisence: y}\n", encoding="utf-8"
    )
    return folder


def test_validate_names_file_and_line_in_every_form(run: Run, broken_entries: Path) -> None:
    entry = broken_entries / "models" / "x.yaml"
    text = run("validate", "--data", str(broken_entries))
    assert text.exit_code == 1
    assert f"{entry}:3: unknown key 'lisence'" in text.stdout
    findings = json.loads(run("validate", "--data", str(broken_entries), "--format", "json").stdout)
    assert [str(entry), 3] in [[finding["path"], finding["line"]] for finding in findings]
    github = run("validate", "--data", str(broken_entries), "--format", "github").stdout
    assert f"::error file={entry},line=3::unknown key 'lisence'" in github


def test_build_prints_the_findings_and_writes_nothing(run: Run, broken_entries: Path, tmp_path: Path) -> None:
    result = run("build", "--data", str(broken_entries), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert f"{broken_entries / 'models' / 'x.yaml'}:3: unknown key 'lisence'" in result.stderr
    assert last_line(result).startswith("itgraph: ")
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_what_is_no_survey_is_refused_and_nothing_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# Nothing\n", encoding="utf-8")
    result = run("import", "survey", str(tmp_path / "x.md"), "--out", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert not (tmp_path / "out").exists()


# Signals and pipes


def test_a_reader_that_goes_away_is_no_error(small_release: Path) -> None:
    process = itgraph_process("query", "-", "--format", "nt", release=small_release)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    process.stdin.write("CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }")
    process.stdin.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=20) == 141
    process.stderr.close()
