"""What an earlier import made: row numbers are given once, and what is no longer printed does not vanish unsaid.

A row keeps the number under which it was imported before; a new one takes the next that was never given.
``itg:rowNumber`` is today's position in the table; the number is part of the row's id and of the graph's name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from itgraph.claims import ClaimGraph, Vocabulary
from itgraph.entry_files import read_file
from itgraph.errors import Finding, ProblemsFound
from itgraph.survey.anomalies import Anomalies, Anomaly
from itgraph.survey.grid import SPECS, LogicalRow, Table
from itgraph.survey.links import read_link
from itgraph.survey.registry import as_list

__all__ = ["Earlier", "stated_in"]

#: What the importer writes of a number that it gave once; it is read again, so that the number is never given again.
NO_LONGER = re.compile(r"(survey/\S+) (?:\(.*\) )?is printed no longer; its number is not given again")
ROW = re.compile(r"survey/([a-z-]+)/(\d+)")

Known = tuple[int, str, set[str]]


def stated_in(folder: Path, vocabulary: Vocabulary) -> list[ClaimGraph]:
    """Return the graphs that an earlier import wrote into this folder; none where there was no import.

    Raises:
        ProblemsFound: the files cannot be read, so that the numbers in them would be lost.
    """
    findings: list[Finding] = []
    paths = [path for path in sorted(folder.glob("*.yaml")) if path.is_file()]
    graphs = [graph for path in paths for graph in read_file(path, vocabulary, findings)]
    if findings:
        raise ProblemsFound(findings)
    return [graph for graph in graphs if graph.id.startswith("survey/")]


class Earlier:
    """The rows and entries of an earlier import: their numbers, and which of them are gone."""

    def __init__(self, graphs: list[ClaimGraph]) -> None:
        self.stated: set[str] = set()
        self.rows: dict[str, list[Known]] = defaultdict(list)
        self.given: dict[str, int] = defaultdict(int)
        self.withdrawn: dict[str, str] = {}
        for graph in graphs:
            if graph.id == "survey/anomalies":
                for node in graph.says:
                    if match := NO_LONGER.match(str(node.get("description"))):
                        self.withdrawn[match.group(1)] = match.group()
            else:
                self.stated.add(graph.id)
                self.take(graph)
        for identity in [*self.stated, *self.withdrawn]:
            if match := ROW.fullmatch(identity):
                self.given[match.group(1)] = max(self.given[match.group(1)], int(match.group(2)))

    def take(self, graph: ClaimGraph) -> None:
        """Note the number, the printed name and the links of a row."""
        match = ROW.fullmatch(graph.id)
        row = next((node for node in graph.says if node.id == graph.id), None)
        if match is not None and match.group(1) in SPECS and row is not None:
            keys = ("url", "codeRepository", "subjectOf")
            links = {link for node in graph.says for key in keys for link in as_list(node.get(key))}
            self.rows[match.group(1)].append((int(match.group(2)), str(row.get("nameAsPrinted")), links))

    def numbers(self, table: Table) -> list[int]:
        """Return the number of each row, matched by printed name and, where that fails or is shared, by links."""
        known = list(self.rows[table.spec.name])
        numbers: list[int | None] = [None] * len(table.rows)
        for alike in (lambda k, row: same_name(k, row) and same_link(k, row), same_name, same_link):
            for index, row in enumerate(table.rows):
                if numbers[index] is None and (match := next((k for k in known if alike(k, row)), None)):
                    numbers[index] = match[0]
                    known.remove(match)
        following = self.given[table.spec.name]
        result: list[int] = []
        for number in numbers:
            if number is None:
                following += 1
            result.append(following if number is None else number)
        return result

    def report_withdrawn(self, printed: set[str], anomalies: Anomalies) -> None:
        """Report each row and entry that an import made once and the document prints no longer."""
        names = {f"survey/{table}/{number}": name for table, rows in self.rows.items() for number, name, _ in rows}
        for identity in sorted((self.stated | self.withdrawn.keys()) - printed, key=natural):
            called = f" (“{names[identity]}”)" if identity in names else ""
            message = f"{identity}{called} is printed no longer; its number is not given again"
            detail = identity.removeprefix("survey/")
            anomalies.report(Anomaly("withdrawn", ["survey"], detail, 1, self.withdrawn.get(identity, message)))


def natural(identity: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", identity)]


def same_name(known: Known, row: LogicalRow) -> bool:
    name = row.cell("name")
    return name is not None and name.text == known[1]


def same_link(known: Known, row: LogicalRow) -> bool:
    cells = [cell for role in ("paper", "project") if (cell := row.cell(role))]
    links = [link for cell in cells for _, href in cell.links if (link := read_link(href))]
    return any(link.url in known[2] or f"paper/arxiv-{link.arxiv_id}" in known[2] for link in links)
