"""What the build and the commands cost, in one table: ``make bench``, kept by ``make bench ARGS=--write``.

A ratio says more than a time, since it holds on another machine: the build against a bare rdflib parse of its own dump,
``itgraph --help`` against a Python that imports click. Runs that are compared alternate, and the median counts.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from measuring import command, machine, medians, table_of

ITGRAPH = Path(sys.executable).with_name("itgraph")
HEAVY = ("rdflib", "pyshacl", "pyoxigraph", "starlette", "uvicorn", "rich")


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


def measure(runs: int, scratch: Path) -> list[str]:
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
    lines = [
        machine("itgraph", "click", "pyoxigraph", "pyshacl", "rdflib"),
        f"Dump: {size}. Medians; {runs} builds, {4 * runs} starts.",
        "",
        "| what | time | ratio | aim |",
        "|---|---|---|---|",
    ]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    table_of(measure, "Benchmarks", "RESULTS.md", 5, __doc__)
