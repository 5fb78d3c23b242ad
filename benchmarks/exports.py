"""What the exports cost, in one table: part of ``make bench``, kept by ``make bench ARGS=--write``.

Each form of RDF is written from the dump to a file, as ``itgraph export`` does, and by rdflib's serialiser from a graph
that rdflib has already read. Both write the same statements; runs alternate, and the median counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

RESULTS = Path(__file__).with_name("RESULTS-exports.md")
# Each form and rdflib's name for it, and whether it carries graphs.
RDF = {
    "turtle": ("turtle", False),
    "ntriples": ("nt11", False),
    "rdfxml": ("xml", False),
    "jsonld": ("json-ld", False),
    "trig": ("trig", True),
    "nquads": ("nquads", True),
}
OTHERS = ("csv", "graphml", "dot", "bibtex")


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


def measure(runs: int, scratch: Path) -> str:
    """Return the table."""
    import rdflib

    from itgraph import resources
    from itgraph.build import build
    from itgraph.dumps import Dump
    from itgraph.export import Selection, prepare

    build(resources.data_dir(), scratch / "release", shacl=False)
    manifest = Dump.open(scratch / "release").manifest
    dataset = rdflib.Dataset()
    dataset.parse(scratch / "release" / manifest["file"], format="nquads")
    held = rdflib.Graph()
    for triple in dataset.default_graph:
        held.add(triple)

    def ours(form: str, name: str = "") -> Callable[[], object]:
        target = scratch / (name or f"{form}.{'zip' if form == 'csv' else 'out'}")
        return lambda: prepare(scratch / "release", form, Selection()).write(str(target))

    def theirs(form: str, graph: rdflib.Graph) -> Callable[[], object]:
        return lambda: graph.serialize(scratch / "rdflib.out", format=form)

    packages = ", ".join(f"{name} {version(name)}" for name in ("itgraph", "pyoxigraph", "rdflib"))
    lines = [
        f"Machine: {os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {packages}",
        f"Medians of {runs} runs. Opening and checking the release is part of ours, reading it no part of rdflib's.",
        "",
        "| form | statements | ours, per second | rdflib, per second | ratio |",
        "|---|---|---|---|---|",
    ]
    for form, (name, with_graphs) in RDF.items():
        count = manifest["statements"] if with_graphs else manifest["triples"]
        mine, other = medians(runs, ours(form), theirs(name, dataset if with_graphs else held))
        lines.append(f"| {form} | {count} | {count / mine:,.0f} | {count / other:,.0f} | {other / mine:.1f} × |")
    count = manifest["triples"]
    for form in OTHERS:
        (mine,) = medians(runs, ours(form))
        lines.append(f"| {form} | {count} | {count / mine:,.0f} | | |")
    (zipped,) = medians(runs, ours("turtle", "turtle.gz"))
    lines.append(f"| turtle, compressed | {count} | {count / zipped:,.0f} | | |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="exports of each form (default 5)")
    parser.add_argument("--write", action="store_true", help=f"keep the table in benchmarks/{RESULTS.name}")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # what third parties warn of is the tests' matter
    with TemporaryDirectory(prefix="itgraph-bench-") as scratch:
        table = measure(options.runs, Path(scratch))
    print(table, end="")
    if options.write:
        RESULTS.write_text(f"# Exports\n\nWritten by `make bench ARGS=--write`.\n\n{table}", encoding="utf-8")


if __name__ == "__main__":
    main()
