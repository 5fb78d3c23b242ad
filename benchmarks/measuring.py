"""What the benchmarks share: alternating runs and their medians, the line about the machine, a table kept."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["command", "machine", "medians", "table_of"]

HERE = Path(__file__).parent


def medians(runs: int, *actions: Callable[[], object]) -> list[float]:
    """Return the median seconds of each action, after one run of each that does not count; the actions take turns."""
    times: list[list[float]] = [[] for _ in actions]
    for turn in range(runs + 1):
        for action, taken in zip(actions, times, strict=True):
            start = time.perf_counter()
            action()
            if turn:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def command(*words: str | Path) -> Callable[[], object]:
    """Return an action that runs a command to its end and fails with it."""
    line = [str(word) for word in words]
    return lambda: subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def machine(*packages: str) -> str:
    """Return the line that says what the numbers were measured on."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"Machine: {os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {versions}"


def table_of(
    measure: Callable[[int, Path], Sequence[str]], title: str, kept: str, runs: int, about: str | None
) -> None:
    """Run a benchmark: read its options, measure in a scratch folder, print the lines, and keep them where asked to."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=runs, help=f"runs of each kind (default {runs})")
    parser.add_argument("--write", action="store_true", help=f"keep the table in benchmarks/{kept}")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # what third parties warn of is the tests' matter
    with TemporaryDirectory(prefix="itgraph-bench-") as scratch:
        text = "\n".join(measure(options.runs, Path(scratch))) + "\n"
    print(text, end="")
    if options.write:
        (HERE / kept).write_text(f"# {title}\n\nWritten by `make bench ARGS=--write`.\n\n{text}", encoding="utf-8")
