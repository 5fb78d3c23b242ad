"""What ends a query: the person, the clock, its own depth. The process that evaluates never outlives the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from itgraph.errors import InputError, LimitError
from itgraph.worker import run

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DEEP = f"SELECT * {{ FILTER({'(' * 20000}1{')' * 20000}) }}"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def itgraph(*arguments: str, release: Path, stdin: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "itgraph", *arguments],
        env=os.environ | {"ITGRAPH_RELEASE": str(release)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    process.stdin = None
    return process


def evaluating(process: subprocess.Popen[str], seconds: float = 0.4) -> int:
    """Wait until the other process has used more CPU time than starting takes, and return its id."""
    children, ticks = Path(f"/proc/{process.pid}/task/{process.pid}/children"), os.sysconf("SC_CLK_TCK")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for child in children.read_text().split():
            if int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11]) / ticks > seconds:
                return int(child)
    pytest.fail("the query did not run")


def is_gone(process: int, within: float = 5) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{process}/stat")
        try:
            # A zombie has ended; who reaps it is not ours to say.
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
    return False


def test_interrupt_ends_a_query_within_a_second(small_release: Path) -> None:
    process = itgraph("query", "-", release=small_release, stdin=SLOW)
    other = evaluating(process)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - began < 1
    assert process.returncode == 130
    assert (out, err.strip()) == ("", "")
    assert is_gone(other)


def test_who_evaluates_ends_with_who_waits(small_release: Path) -> None:
    process = itgraph("query", "-", release=small_release, stdin=SLOW)
    other = evaluating(process)
    process.kill()
    process.communicate(timeout=10)
    assert is_gone(other)


@pytest.mark.parametrize(
    ("query", "arguments", "message"),
    [
        (SLOW, ["--timeout", "0.6"], "itgraph: no answer within 0.6 seconds — ask for less, or allow more time\n"),
        (DEEP, [], "itgraph: the query ended the engine (SIG"),
    ],
    ids=["slow", "deep"],
)
def test_a_limit_is_one_line_and_exit_code_5(
    small_release: Path, query: str, arguments: list[str], message: str
) -> None:
    process = itgraph("query", "-", *arguments, release=small_release, stdin=query)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (5, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_a_time_limit_that_is_not_hit_changes_nothing(small_release: Path) -> None:
    process = itgraph("query", "-", "--timeout", "60", release=small_release, stdin="ASK {}")
    assert process.communicate(timeout=30) == ("true\n", "")


@pytest.mark.parametrize(
    ("function", "given", "error", "message"),
    [
        ("itgraph.queries:read", "none.rq", InputError, "none.rq: cannot be read: No such file or directory"),
        ("os:abort", None, TypeError, ""),
        ("signal:raise_signal", signal.SIGKILL, LimitError, "the system ended the query (SIGKILL)"),
        ("signal:raise_signal", signal.SIGSEGV, LimitError, "the query ended the engine (SIGSEGV)"),
        ("time:sleep", 30, LimitError, "no answer within 0.5 seconds"),
    ],
)
def test_each_end_of_the_other_process_is_told_apart(
    function: str, given: object, error: type[Exception], message: str
) -> None:
    if error is TypeError:
        # A fault of ours: the other process prints it, and nothing is made up in its place.
        with pytest.raises(ChildProcessError, match="ended with 1"):
            run(function, given)
        return
    with pytest.raises(error) as raised:
        run(function, given, timeout=0.5 if "0.5" in message else 30)
    assert message in str(raised.value)


def test_a_large_result_comes_back_whole() -> None:
    assert run("builtins:bytes", 5_000_000) == bytes(5_000_000)
