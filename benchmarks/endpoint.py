"""What the endpoint carries beside two others, on the same data and in one run: part of ``make bench``.

The servers take turns within each workload; every request has the same headers, and its text is all that a server can
know it again by. A run lasts some seconds, or until every query was answered once where that takes longer. A run with
an error is no figure: its row says so, and the benchmark fails.

Example: ``python benchmarks/endpoint.py --quick``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from endpoint_page import Findings, Row, page
from loads import Figures, run
from measuring import HERE
from servers import OTHER, OURS, OXIGRAPH, RDFLIB, Kind, Server, kinds, running
from workloads import Workload, of_made, of_real, repeated, write_releases

RESULTS = HERE / "RESULTS-endpoint.md"
CONNECTIONS = (1, 8, 64)
FEW = 8
MANY = 20
#: What share of its memory the server may have gained after all requests.
GROWTH = 0.05


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    seconds: int
    connections: Sequence[int]
    requests: int
    starts: int
    workers: int | None
    scratch: Path


def size_of(answer: bytes) -> str:
    """Return how large an answer is, in a form that is the same for each way of writing it down."""
    if not answer.startswith(b"{"):
        return f"{sum(bool(line.strip()) for line in answer.splitlines())} triples"
    results = json.loads(answer)
    return str(results["boolean"]) if "boolean" in results else f"{len(results['results']['bindings'])} rows"


def compared(servers: Sequence[Server], workload: Workload, findings: Findings) -> dict[str, float]:
    """Ask each server each text once, see that they answer alike, and return the mean seconds of an answer of each."""
    taken: dict[str, float] = {}
    what = workload.name.partition(",")[0]
    sizes: dict[str, list[str]] = {}
    for server in servers:
        server.ask(workload.text())  # a first answer also pays for what is imported late
        start = time.perf_counter()
        answers = [server.ask(workload.text(place)) for place in range(len(workload.texts))]
        taken[server.name] = (time.perf_counter() - start) / len(answers)
        sizes[server.name] = [size_of(body) for body, _ in answers]
        if not all(kept for _, kept in answers):
            findings.notes.append(f"{server.name} closes the connection after an answer ({what}).")
    if sizes[OURS] != sizes[OXIGRAPH]:
        findings.failures.append(f"itgraph and oxigraph answer differently: {what}")
    differ = sum(mine != other for mine, other in zip(sizes[OURS], sizes[RDFLIB], strict=True))
    if differ:
        findings.notes.append(
            f"{what}: {differ} of {len(workload.texts)} answers of rdflib-endpoint have another size: "
            "its command serves the union of all graphs as the default graph."
        )
    return taken


def measured(
    servers: Sequence[Server], workload: Workload, seconds: dict[str, float], plan: Plan, findings: Findings
) -> None:
    """Put one workload on the servers in turn, twice, and keep the better run of each.

    ``seconds`` tells what an answer of each server takes.
    """
    for connections in plan.connections:
        if workload.large and connections > FEW:
            continue
        # Whole rounds, and an answer for every connection: a part of a round would be another mix of queries.
        answers = ceil(connections / len(workload.texts)) * len(workload.texts)
        rounds = {name: plan.seconds / (one * answers) for name, one in seconds.items()}
        # What is under way when a run ends by the clock is lost to it: few long answers are counted out instead.
        least = {name: max(1, round(fit)) * answers if fit < MANY else 0 for name, fit in rounds.items()}
        once = {name for name, fit in rounds.items() if fit < 1}
        runs: dict[str, list[Figures]] = {server.name: [] for server in servers}
        for turn in range(2):
            for server in servers:
                if turn and server.name in once:
                    continue
                figures = run(server, workload, connections, plan.seconds, least[server.name], plan.scratch)
                runs[server.name].append(figures)
        # Trouble in either run is kept, however fast the other was.
        best = {name: max(done, key=lambda one: (one.trouble != "", one.rate)) for name, done in runs.items()}
        row = Row(workload, connections, best, frozenset(once))
        findings.rows.append(row)
        findings.failures += [
            f"{name}: {one.trouble}: {workload.name}, {connections} connections"
            for name, one in best.items()
            if one.trouble
        ]
        print(" | ".join(row.cells()), file=sys.stderr)


def memory(server: Server, plan: Plan, findings: Findings) -> None:
    """See that a server holds as much after very many requests as before."""
    run(server, repeated(), 8, plan.seconds, 0, plan.scratch)
    before = server.memory()
    done = 0
    seconds = plan.seconds
    while done < plan.requests:
        figures = run(server, repeated(), 8, seconds, 0, plan.scratch)
        if figures.trouble:
            findings.failures.append(f"{server.name}: {figures.trouble}: one look-up, after {done:,} requests")
            return
        done += figures.requests
        seconds = min(60, ceil((plan.requests - done) / figures.rate) or 1)
    after = server.memory()
    growth = after / before - 1
    verdict = "flat" if growth < GROWTH else "not flat"
    findings.notes.append(
        f"Memory of itgraph's first process: {before / 1e6:.1f} MB before and {after / 1e6:.1f} MB after {done:,} more "
        f"requests of one look-up at 8 connections, {growth:+.1%}: {verdict} (aim: under {GROWTH:.0%})."
    )


def started(pair: Sequence[Kind], plan: Plan) -> str:
    """Return the line about how long servers take until they have answered their first request."""
    times: dict[str, list[float]] = {kind.name: [] for kind in pair}
    for _ in range(plan.starts):
        for kind in pair:
            start = time.perf_counter()
            with running(kind, plan.scratch):
                times[kind.name].append(time.perf_counter() - start)
    told = ", ".join(f"{name} {median(taken):.2f} s" for name, taken in times.items())
    return f"From the start of the process to its first answer, over the real data: {told} (medians of {plan.starts})."


def measure(plan: Plan) -> Findings:
    """Measure everything: over the made entities, over the real data, and our server alone."""
    findings = Findings()
    real, made = plan.scratch / "real", plan.scratch / "made"
    write_releases(real, made)
    of_release = {folder: kinds(folder, plan.scratch, plan.workers) for folder in (made, real)}
    for folder, loads in ((made, of_made()), (real, of_real())):
        with ExitStack() as stack:
            servers = [stack.enter_context(running(kind, plan.scratch)) for kind in of_release[folder]]
            seconds: dict[tuple[str, ...], dict[str, float]] = {}
            for workload in loads:
                if workload.texts not in seconds:
                    seconds[workload.texts] = compared(servers, workload, findings)
                measured(servers, workload, seconds[workload.texts], plan, findings)
    with running(of_release[made][0], plan.scratch) as server:
        memory(server, plan, findings)
    findings.notes.append(started(of_release[real][:2], plan))
    return findings


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="seconds of a run (default 4)")
    parser.add_argument("--requests", type=int, default=1_000_000, help="requests between two looks at the memory")
    parser.add_argument("--workers", type=int, help="processes of ours that evaluate queries (default: its own choice)")
    parser.add_argument("--quick", action="store_true", help="runs of 1 s at 8 connections, and few requests")
    parser.add_argument("--write", action="store_true", help=f"keep the table in benchmarks/{RESULTS.name}")
    return parser.parse_args()


def main() -> int:
    """Measure, print, keep; return 1 where a figure was spoilt by errors."""
    given = options()
    if shutil.which("wrk") is None or not OTHER.exists():
        print("wrk or rdflib-endpoint is missing — type: make bench", file=sys.stderr)
        return 1
    # Python would end at once, and leave the servers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with TemporaryDirectory(prefix="itgraph-bench-") as scratch:
        plan = Plan(
            seconds=1 if given.quick else given.seconds,
            connections=(FEW,) if given.quick else CONNECTIONS,
            requests=min(given.requests, 20_000) if given.quick else given.requests,
            starts=2 if given.quick else 5,
            workers=given.workers,
            scratch=Path(scratch),
        )
        findings = measure(plan)
        text = page(findings, plan.seconds)
    print(text, end="")
    if given.write:
        RESULTS.write_text(f"# Endpoint\n\nWritten by `make bench ARGS=--write`.\n\n{text}", encoding="utf-8")
    return 1 if findings.failures else 0


if __name__ == "__main__":
    sys.exit(main())
