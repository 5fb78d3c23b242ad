"""What the pages cost: until something is painted, how many bytes travel, how many pages a second; of ``make bench``.

A browser without anything kept opens each page anew; its own clock tells the first contentful paint
(https://www.w3.org/TR/paint-timing/), its own books the bytes as they travelled, compressed. wrk asks for the pages of
all models in turn.

Example: ``python benchmarks/site.py --runs 3``.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from measuring import machine, table_of

#: The pages, and the most bytes that each may have to bring, where an aim is set.
PAGES = {
    "home": ("/", None),
    "entity": ("/model/llama.html", 60_000),
    "explorer": ("/lineage/model/llama?direction=down&via=weights", 220_000),
    "question": ("/questions/built-on", None),
    "editor": ("/query", None),
    "survey table": ("/survey/models.html", None),
    "browse": ("/model", None),
}
CONNECTIONS = (1, 8, 64)
SECONDS = 5
SCRIPT = """
local paths = {paths}
local asked = 0
function request()
    asked = asked + 1
    return wrk.format("GET", paths[asked % #paths + 1], {{["Accept"] = "text/html", ["Accept-Encoding"] = "gzip"}})
end
"""
#: What the browser knows of how a page came: milliseconds to the first paint, and bytes by what they were.
BOOKS = """() => {
    const navigation = performance.getEntriesByType("navigation")[0];
    const rest = performance.getEntriesByType("resource");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const bytes = {html: navigation.encodedBodySize};
    for (const one of rest) {
        const kind = (one.name.match(/[.](css|js|svg)$/) || [, "data"])[1];
        bytes[kind] = (bytes[kind] || 0) + one.encodedBodySize;
    }
    return {paint: paint.startTime, bytes};
}"""


@contextmanager
def served(release: Path) -> Iterator[str]:
    """Yield the address of a server of its own."""
    words = [sys.executable, "-m", "itgraph", "serve", "--port", "0", "--release", str(release)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        first = process.stdout.readline() if process.stdout is not None else ""
        found = re.search(r"http://127\.0\.0\.1:\d+/(?=\s)", first)
        if found is None:
            raise RuntimeError("the server does not start")
        yield found[0]
        process.send_signal(signal.SIGINT)
        process.wait(20)


def opened(url: str, runs: int) -> Iterator[str]:
    """Yield a line of the table for each page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (path, aim) in PAGES.items():
            paints: list[float] = []
            bytes_: dict[str, int] = {}
            for turn in range(runs + 1):
                context = browser.new_context()
                page = context.new_page()
                page.goto(url.rstrip("/") + path, wait_until="networkidle")
                books = page.evaluate(BOOKS)
                context.close()
                if turn:
                    paints.append(books["paint"])
                bytes_ = books["bytes"]
            total = sum(bytes_.values())
            verdict = "" if aim is None else f" (aim: under {aim / 1000:g}: {'met' if total < aim else 'NOT met'})"
            parts = " | ".join(f"{bytes_.get(kind, 0) / 1000:.1f}" for kind in ("html", "css", "js", "svg", "data"))
            yield f"| {name} | {median(paints):.0f} | {parts} | {total / 1000:.1f}{verdict} |"
        browser.close()


def carried(url: str, paths: Sequence[str], scratch: Path) -> Iterator[str]:
    """Yield a line for each number of connections: pages a second, all of them kept from before."""
    script = scratch / "pages.lua"
    script.write_text(SCRIPT.format(paths="{" + ", ".join(f'"{path}"' for path in paths) + "}"), encoding="utf-8")
    for connections in CONNECTIONS:
        words = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(script), url]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in told or "Socket errors" in told:
            raise RuntimeError(told)
        rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])
        (slow,) = re.findall(r"99%\s+(\S+)", told)
        yield f"| {connections} | {rate:,.0f} | {slow} |"


def measure(runs: int, scratch: Path) -> list[str]:
    """Return the lines of the report."""
    from itgraph import resources
    from itgraph.build import build

    release = scratch / "release"
    build(resources.data_dir(), release, shacl=False)
    with served(release) as url:
        connection = HTTPConnection(urlsplit(url).netloc)
        connection.request("GET", "/api/model?limit=1000")
        paths = [f"/{item['id']}.html" for item in json.load(connection.getresponse())["items"]]
        began = time.perf_counter()
        for path in paths:
            connection.request("GET", path, headers={"Accept": "text/html"})
            connection.getresponse().read()
        each = (time.perf_counter() - began) / len(paths) * 1000
        pages = list(opened(url, runs))
        rates = list(carried(url, paths, scratch))
    return [
        machine("itgraph", "playwright"),
        f"A page in a fresh browser on the same machine, median of {runs}; kilobytes as they travel, compressed.",
        "",
        "| page | first paint, ms | HTML | CSS | JS | SVG | data | all, kB |",
        "|---|---|---|---|---|---|---|---|",
        *pages,
        "",
        f"The pages of all {len(paths)} models: {each:.1f} ms each the first time, one after another. Asked for again:",
        "",
        "| connections | pages a second | 99 % within |",
        "|---|---|---|",
        *rates,
    ]


if __name__ == "__main__":
    table_of(measure, "The site", "RESULTS-site.md", 5, __doc__)
