"""The page that says what the endpoints carry: rows, aims and notes, as Markdown.

Used by ``endpoint``, which measures.

Example::

    page(Findings([row]), seconds=4)
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field

from loads import Figures
from measuring import machine
from servers import OTHER, OURS, OXIGRAPH, RDFLIB
from workloads import ENTITIES, Workload, of_made, repeated

__all__ = ["Findings", "Row", "page"]

ABOUT = """\
wrk runs with one thread on the machine of the servers, which take turns. A run lasts {seconds} s, and the better of two
counts. Latencies in milliseconds. Every request is a GET over a kept connection, with the same headers for each server;
no answer is compressed. The look-ups and the large answer are over {entities:,} made entities, the saved queries over
the real data.

† One run, which ended when every query and every connection had an answer, since that takes longer; p99 is then the
slowest of few.
"""


@dataclass(frozen=True)
class Row:
    """One workload at so many connections: the figures of each server, and which of them ran once."""

    workload: Workload
    connections: int
    figures: dict[str, Figures]
    once: frozenset[str]

    def ratio(self, other: str) -> float | None:
        """Return our rate against another's, or None where one of them is no figure."""
        mine, theirs = self.figures[OURS], self.figures[other]
        return None if mine.trouble or theirs.trouble else mine.rate / theirs.rate

    def cells(self) -> list[str]:
        """Return the cells of the table."""
        cells = [self.workload.name, str(self.connections)]
        for name, figures in self.figures.items():
            if figures.trouble:
                cells += [figures.trouble, "", ""]
                continue
            volume = f" ({figures.received / figures.seconds / 1e6:.0f} MB/s)" if self.workload.large else ""
            mark = "†" if name in self.once else ""
            cells += [f"{rate(figures.rate)}{mark}{volume}", f"{figures.p50:.1f}", f"{figures.p99:.1f}"]
        return cells + [shown(self.ratio(other)) for other in (OXIGRAPH, RDFLIB)]


@dataclass
class Findings:
    """What came out: rows of the table, lines below it, and what makes the benchmark fail."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def rate(value: float) -> str:
    """Return requests per second with three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def shown(ratio: float | None) -> str:
    """Return a ratio as people write it."""
    return "no figure" if ratio is None else f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:,.0f} ×"


def aims(rows: Sequence[Row]) -> list[str]:
    """Return the table of what we aim at, each with the lowest ratio that was measured."""
    every = [row.workload.name for row in rows]
    wanted = [
        (f"{repeated().name}: itgraph / oxigraph", [repeated().name], OXIGRAPH, 1.2),
        (f"{of_made()[0].name}: itgraph / oxigraph", [of_made()[0].name], OXIGRAPH, 0.5),
        ("every workload: itgraph / rdflib-endpoint", every, RDFLIB, 10.0),
    ]
    lines = ["| aim | at least | lowest ratio | met |", "|---|---|---|---|"]
    for what, names, other, least in wanted:
        ratios = [row.ratio(other) for row in rows if row.workload.name in names]
        found = [ratio for ratio in ratios if ratio is not None]
        met = len(found) == len(ratios) and min(found) >= least
        lowest = shown(min(found) if found else None)
        lines.append(f"| {what} | {least:g} × | {lowest} | {'yes' if met else 'no'} |")
    return lines


def about_others() -> str:
    """Return the versions of what does not stand beside us."""
    code = "from importlib.metadata import version as v; print(*(f'{p} {v(p)}' for p in PACKAGES), sep=', ')"
    packages = ("rdflib-endpoint", "rdflib", "uvicorn", "uvloop", "httptools")
    words = [str(OTHER / "python"), "-c", code.replace("PACKAGES", repr(packages))]
    others = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    wrk = subprocess.run(["wrk", "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S607
    return f"Beside it: {others}; {' '.join(wrk.split()[:2])}."


def page(findings: Findings, seconds: int) -> str:
    """Return the page."""
    head = ["load", "connections"]
    for name in (OURS, OXIGRAPH, RDFLIB):
        head += [f"{name}, requests/s", "p50", "p99"]
    head += [f"{OURS} / {other}" for other in (OXIGRAPH, RDFLIB)]
    return "\n".join(
        [
            machine("itgraph", "pyoxigraph", "oxigraph", "starlette", "uvicorn"),
            about_others(),
            "",
            ABOUT.format(seconds=seconds, entities=ENTITIES),
            f"| {' | '.join(head)} |",
            f"|{'---|' * len(head)}",
            *(f"| {' | '.join(row.cells())} |" for row in findings.rows),
            "",
            *aims(findings.rows),
            "",
            *(f"- {line}" for line in [*findings.notes, *(f"**failed**: {one}" for one in findings.failures)]),
            "",
        ]
    )
