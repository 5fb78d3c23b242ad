"""What the build and the commands cost, in one table: ``make bench``, kept by ``make bench ARGS=--write``.

A ratio says more than a time, since it holds on another machine: the build against a bare rdflib parse of its own dump,
``itgraph --help`` against a Python that imports click. Runs that are compared alternate, and the median counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

RESULTS = Path(__file__).with_name("RESULTS.md")
ITGRAPH = Path(sys.executable).with_name("itgraph")
HEAVY = ("rdflib", "pyshacl", "pyoxigraph", "starlette", "uvicorn", "rich")


def medians(runs: int, *actions: Callable[[], object]) -> list[float]:
    """Return the median seconds of each action, after one run of each that does not count."""
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


def parse_with_rdflib(dump: Path) -> None:
    """Read the dump as rdflib does when it does nothing else."""
    import rdflib

    rdflib.Dataset().parse(dump, format="nquads")


def heavy_imports() -> list[str]:
    """Return which of the heavy packages ``itgraph --help`` imports. None is right."""
    code = (
        "import sys; sys.argv = ['itgraph', '--help']\n"
        "from itgraph.cli import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stderr.split())
    return [package for package in HEAVY if package in loaded]


def machine() -> str:
    """Return what the numbers were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("itgraph", "click", "pyoxigraph", "pyshacl", "rdflib"))
    return f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {packages}"


def measure(runs: int, scratch: Path) -> str:
    """Return the table."""
    from itgraph import resources
    from itgraph.build import build

    data = resources.data_dir()
    dump = scratch / "plain" / "itgraph.nq"
    plain, shapes, parse = medians(
        runs,
        lambda: build(data, scratch / "plain", shacl=False),
        lambda: build(data, scratch / "shapes"),
        lambda: parse_with_rdflib(dump),
    )
    build_plain, build_shapes = medians(
        runs,
        command(ITGRAPH, "build", "--no-shacl", "--out", scratch / "cold"),
        command(ITGRAPH, "build", "--out", scratch / "cold"),
    )
    usage, click = medians(4 * runs, command(ITGRAPH, "--help"), command(sys.executable, "-c", "import click"))
    (lineage,) = medians(2 * runs, command(ITGRAPH, "lineage", "model/llama", "--down", "--release", scratch / "plain"))
    rows: list[Sequence[str]] = [
        (
            "build without SHACL, in a warm process",
            f"{plain:.2f} s",
            f"{plain / parse:.1f} × the rdflib parse",
            "1.5 s",
        ),
        ("build with SHACL, in a warm process", f"{shapes:.2f} s", f"{shapes / parse:.1f} × the rdflib parse", "5 s"),
        ("bare rdflib parse of the same dump", f"{parse:.2f} s", "1", ""),
        ("`itgraph build --no-shacl`", f"{build_plain:.2f} s", "", "1.5 s"),
        ("`itgraph build`", f"{build_shapes:.2f} s", "", "5 s"),
        ("`itgraph --help`", f"{usage:.3f} s", f"{usage / click:.2f} × `import click`", "1.5 ×"),
        ("`python -c 'import click'`", f"{click:.3f} s", "1", ""),
        ("`itgraph lineage model/llama --down`", f"{lineage:.3f} s", "", "0.4 s"),
        ("heavy packages that `itgraph --help` imports", ", ".join(heavy_imports()) or "none", "", "none"),
    ]
    content = dump.read_bytes()
    size = f"{len(content) / 1e6:.1f} MB, {len(content.splitlines())} statements"
    lines = [f"Machine: {machine()}", f"Dump: {size}. Medians; {runs} builds, {4 * runs} starts.", ""]
    lines += ["| what | time | ratio | aim |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="builds of each kind (default 5)")
    parser.add_argument("--write", action="store_true", help=f"keep the table in benchmarks/{RESULTS.name}")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # what third parties warn of is the tests' matter
    with TemporaryDirectory(prefix="itgraph-bench-") as scratch:
        table = measure(options.runs, Path(scratch))
    print(table, end="")
    if options.write:
        RESULTS.write_text(f"# Benchmarks\n\nWritten by `make bench ARGS=--write`.\n\n{table}", encoding="utf-8")


if __name__ == "__main__":
    main()
