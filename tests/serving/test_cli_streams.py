"""The command line where stdin or stdout is closed, full or of the wrong kind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("stats > /dev/full", 3, "itgraph: stdout: cannot be written: No space left on device"),
        ("--help > /dev/full", 3, "itgraph: stdout: cannot be written: No space left on device"),
        ("show model/alpaca --format json > /dev/full", 3, "stdout: cannot be written"),
        ("query - --format nt > /dev/full", 3, "stdout: cannot be written"),
        ("stats 1< /dev/null", 3, "stdout: cannot be written: Bad file descriptor"),
        ("stats >&-", 3, "itgraph: stdout is closed"),
        ("query - <&-", 3, "itgraph: <stdin>: is closed"),
        ("query - 0> /dev/null", 3, "itgraph: <stdin>: cannot be read: Bad file descriptor"),
    ],
)
def test_a_stream_that_cannot_be_used_is_one_line(small_release: Path, line: str, code: int, message: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m itgraph {line}'],
        env=os.environ | {"ITGRAPH_RELEASE": str(small_release)},
        input="CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c . ?d ?e ?f }",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
