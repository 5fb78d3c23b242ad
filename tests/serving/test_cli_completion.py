"""Completion in the shells: the script that is printed, and what it gets when Tab is pressed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from itgraph.cli import COMMANDS
from itgraph.cli.completion import SHELLS

BIN = Path(sys.executable).parent


def completed(shell: str, words: str, place: int) -> str:
    """Return what the command answers to the script of a shell."""
    asked = {"_ITGRAPH_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    if shell == "fish":
        asked["COMP_CWORD"] = words.rpartition(" ")[2]
    done = subprocess.run([BIN / "itgraph"], env=os.environ | asked, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_the_command_by_its_name(run: Callable[..., Result], shell: str) -> None:
    result = run("completion", shell)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"_ITGRAPH_COMPLETE={shell}_complete" in result.stdout
    assert result.stdout.endswith("\n")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("itgraph lin", {"lineage", "link"}),
        ("itgraph lineage --via w", {"weights"}),
        ("itgraph query built-", {"built-on"}),
        ("itgraph diff --exit", {"--exit-code"}),
        ("itgraph ", {*COMMANDS}),
    ],
)
def test_commands_options_choices_and_saved_queries_are_offered(shell: str, words: str, expected: set[str]) -> None:
    lines = completed(shell, words, words.count(" ")).splitlines()
    offered = set(lines[1::3]) if shell == "zsh" else {line.partition(",")[2].partition("\t")[0] for line in lines}
    assert offered == expected


def test_bash_itself_completes_with_it() -> None:
    script = (
        'source <("$1" completion bash); COMP_WORDS=("$1" lineage --form); COMP_CWORD=2; '
        '_itgraph_completion "$1"; printf "%s\\n" "${COMPREPLY[@]}"; complete -p itgraph'
    )
    done = subprocess.run(["bash", "-c", script, "bash", BIN / "itgraph"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "--format"
    assert "-F _itgraph_completion itgraph" in done.stdout


def test_a_shell_that_is_not_known_is_one_line(run: Callable[..., Result]) -> None:
    result = run("completion", "tcsh")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_no_shell_is_one_line_that_names_them(run: Callable[..., Result]) -> None:
    result = run("completion")
    assert result.exit_code == 2
    assert result.stderr.endswith("Choose from: bash, zsh, fish — see 'itgraph completion --help'\n")
