"""Load for an endpoint from wrk, which is written in C and leaves the processors to the servers.

Used by ``endpoint``. wrk asks for a Lua script; it is written here, out of a workload, with the same headers for each
server. https://github.com/wg/wrk

Example::

    run(server, workload, connections=8, seconds=4, least=0, scratch=scratch).rate
"""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from servers import ACCEPT, PATIENCE, Server
from workloads import Workload

__all__ = ["Figures", "run"]

#: Runs are numbered, so that a fresh text is fresh in all of them.
RUNS = itertools.count(1)
#: How long a run may take that ends by a count, in seconds.
LONGEST = 600

# Lua's string.format would read the percent signs of a URL, so texts are joined.
SCRIPT = """
local before = {before}
local after = {after}
local entities, fresh, enough = {entities}, {fresh}, {enough}
local asked = 0

function request()
    local place = asked % #before + 1
    local path = before[place]
    if entities > 0 then path = path .. (asked % entities) end
    path = path .. after[place]
    if fresh then path = path .. "%0A%23%20{run}-" .. asked end
    asked = asked + 1
    -- A connection asks again once it has its answer; and wrk asks once before it begins.
    if asked == enough then
        io.write("enough\\n")
        io.flush()
    end
    return wrk.format("GET", path)
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format(
        '{{"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p99": %d, "statuses": %d, "sockets": %d}}\\n',
        summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
        e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Figures:
    """What one run gave: answers, seconds, bytes received, latencies in milliseconds, and what went wrong."""

    requests: int
    seconds: float
    received: int
    p50: float
    p99: float
    statuses: int
    sockets: int

    @property
    def rate(self) -> float:
        """Answers per second, whatever their status."""
        return self.requests / self.seconds

    @property
    def trouble(self) -> str:
        """What makes it no figure: statuses from 400; connections that failed, broke or waited too long; or nothing."""
        if self.statuses or self.sockets:
            return f"{self.statuses} bad statuses, {self.sockets} broken connections"
        return "" if self.requests else "no answer"


def run(server: Server, workload: Workload, connections: int, seconds: int, least: int, scratch: Path) -> Figures:
    """Put a server under load for so many seconds; or, where ``least`` is not 0, until so many answers are there.

    Raises:
        RuntimeError: wrk itself fails.
    """
    script = scratch / "load.lua"
    script.write_text(lua(server, workload, least + connections + 1 if least else 0), encoding="utf-8")
    words = ["wrk", "--threads", "1", "--connections", str(connections), "--timeout", f"{PATIENCE:.0f}s"]
    words += ["--duration", f"{LONGEST if least else seconds}s", "--header", f"Accept: {ACCEPT}"]
    words += ["--script", str(script), server.url]
    # What an earlier run has left in the server's queue must not be paid by this one.
    server.ask("ASK {}")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said = [] if process.stdout is None else list(heard(process.stdout, process))
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
    if process.returncode or not said or not said[-1].startswith("{"):
        raise RuntimeError(f"wrk fails: {' / '.join(map(str.strip, said))}")
    told = json.loads(said[-1])
    return Figures(
        requests=told["requests"],
        seconds=told["microseconds"] / 1e6,
        received=told["bytes"],
        p50=told["p50"] / 1e3,
        p99=told["p99"] / 1e3,
        statuses=told["statuses"],
        sockets=told["sockets"],
    )


def heard(stream: Iterable[str], process: subprocess.Popen[str]) -> Iterator[str]:
    """Yield what wrk says, and end its run once the script says that it is enough: it would sleep out its time."""
    for line in stream:
        if line == "enough\n":
            process.send_signal(signal.SIGINT)
        yield line


def lua(server: Server, workload: Workload, enough: int) -> str:
    """Return the script for one run: each request's path in two parts, between which the number of an entity stands.

    It says so when it sends request number ``enough``; there is no number 0.
    """
    pairs = [text.split("{}") if workload.entities else (text, "") for text in workload.texts]
    return SCRIPT.format(
        before=table(f"{server.path}?query={quote(before, safe='')}" for before, _ in pairs),
        after=table(quote(after, safe="") for _, after in pairs),
        entities=workload.entities,
        fresh=str(workload.fresh).lower(),
        enough=enough,
        run=next(RUNS),
    )


def table(parts: Iterable[str]) -> str:
    """Return percent-encoded texts as a table of Lua; nothing in them needs an escape."""
    return "{" + ", ".join(f'"{part}"' for part in parts) + "}"
