"""Queries that end, fill, stall or lead astray the process that evaluates them, which the server must survive.

What a person can read stands in ``killers/*.rq``; what is longer is made here, out of the same pieces. Measured on
pyoxigraph 0.5.13 with a stack of 8 MB and 1 GiB of memory, over the graph of 35,000 quads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ADDRESS", "KILLERS", "Killer"]

FOLDER = Path(__file__).parent / "killers"
#: What stands in the text where a test puts the address of a listener of its own.
ADDRESS = "http://127.0.0.1:PORT/"
#: How a query kills: its process runs out of stack or of memory, runs for longer than it may, or asks the network; or
#: not at all, which shows that the process is not ended by what it survives.
WAYS = ("stack", "memory", "time", "network", "nothing")

# What dies of its depth: head, opening, core, closing, tail, and how often the opening and the closing stand there.
NESTED = {
    "brackets-properties": ("ASK { ?s ?p ", "[?p ", "1", "]", " }", 5000),
    "brackets-annotations": ("ASK { ?s ?p ?o", "{|?p ?o", "", "|}", " }", 5000),
    "brackets-paths": ("ASK { ?s ", "(", "a", ")*", " ?o }", 15_000),
    "nested-exists": ("ASK { ", "FILTER EXISTS{", "", "}", " }", 2000),
    "nested-optional": ("ASK { ", "OPTIONAL{", "", "}", " }", 6000),
    "nested-subselect": ("ASK { ", "{SELECT*{", "", "}}", " }", 3000),
    "nested-minus": ("ASK { ", "MINUS{", "", "}", " }", 7000),
    "nested-graph": ("ASK { ", "GRAPH?g{", "", "}", " }", 6000),
    "nested-union": ("ASK { ", "{}UNION{", "", "}", " }", 6000),
    "nested-groups-of-patterns": ("ASK ", "{?s ?p ?o", "", "}", "", 6000),
    "nested-not": ("ASK { FILTER(", "!(", "1", ")", ") }", 10_000),
    "nested-in": ("ASK { FILTER(", "1 IN(", "1", ")", ") }", 10_000),
    "nested-functions": ("ASK { FILTER(", "STR(", "1", ")", ") }", 12_000),
    "nested-if": ("ASK { FILTER(", "IF(1,1,", "1", ")", ") }", 8000),
}
# What dies of its length: head, one link, what stands between two, tail, and how many links there are.
CHAINED = {
    "chain-or": ("ASK { FILTER(", "?a", "||", ") }", 15_000),
    "chain-and": ("ASK { FILTER(", "?a", "&&", ") }", 15_000),
    "chain-plus": ("ASK { FILTER(", "1", "+", ") }", 30_000),
    "chain-minus": ("ASK { FILTER(", "?a", "-", ") }", 20_000),
    "chain-times": ("ASK { FILTER(", "?a", "*", ") }", 20_000),
    "chain-divided": ("ASK { FILTER(", "?a", "/", ") }", 20_000),
    "chain-union": ("ASK { ", "{}", "UNION", " }", 9000),
    "chain-alternatives": ("ASK { ?s ", "a", "|", " ?o }", 30_000),
    "chain-steps": ("ASK { ?s ", "a", "/", " ?o }", 30_000),
    "chain-bind": ("ASK { ", "BIND(1AS?{:x})", "", " }", 4000),
    "chain-minus-groups": ("ASK { ", "MINUS{}", "", " }", 8000),
    "chain-lateral": ("ASK { ", "LATERAL{}", "", " }", 7000),
    "chain-subselects": ("ASK { ", "{SELECT*{}}", "", " }", 5500),
    "chain-order-by": ("SELECT * {} ORDER BY ", "(1)", "", "", 20_000),
    "chain-group-by": ("SELECT (1 AS ?x) {} GROUP BY ", "(1)", "", "", 20_000),
    "chain-having": ("SELECT (1 AS ?x) {} HAVING ", "(1)", "", "", 20_000),
    "chain-select": ("SELECT ", "(1AS?{:x})", "", " {}", 5000),
    "chain-aggregates": ("SELECT ", "(MAX(1)AS?{:x})", "", " {}", 4000),
    "chain-describe": ("DESCRIBE ", "<a>", "", "", 20_000),
    "chain-ground-patterns": ("ASK { ", "<a>a<b>.", "", " }", 7000),
    "chain-objects": ("ASK { ?s a ", "1", ",", " }", 30_000),
}


@dataclass(frozen=True)
class Killer:
    """A query, named by what it does, and how it kills: one of ``WAYS``."""

    name: str
    text: str
    kills: str


def killers() -> Iterator[Killer]:
    """Yield those of the files, then those that are made."""
    for path in sorted(FOLDER.glob("*.rq")):
        text = path.read_bytes().decode()
        found = re.match(r"# kills: (\w+)\n", text)
        assert found is not None, f"{path.name}: the first line says what the query kills"
        yield Killer(path.stem, text, found[1])
    for name, (head, opening, core, closing, tail, count) in NESTED.items():
        yield Killer(f"{name}-at-64-kb", head + opening * count + core + closing * count + tail, "stack")
    for name, (head, link, between, tail, count) in CHAINED.items():
        links = (link.format(i) if "{:x}" in link else link for i in range(count))
        yield Killer(f"{name}-at-64-kb", head + between.join(links) + tail, "stack")


KILLERS = list(killers())
