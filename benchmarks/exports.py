"""What the exports cost, in one table: part of ``make bench``, kept by ``make bench ARGS=--write``.

Each form of RDF is written from the dump to a file, as ``itgraph export`` does, and by rdflib's serialiser from a graph
that rdflib has already read. Both write the same statements; runs alternate, and the median counts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from measuring import machine, medians, table_of

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


def measure(runs: int, scratch: Path) -> list[str]:
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

    lines = [
        machine("itgraph", "pyoxigraph", "rdflib"),
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
    return lines


if __name__ == "__main__":
    table_of(measure, "Exports", "RESULTS-exports.md", 5, __doc__)
