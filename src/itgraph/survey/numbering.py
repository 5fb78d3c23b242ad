"""Row numbers: given once. A row keeps the number under which it was imported before; a new one takes the next free.

``itg:rowNumber`` is today's position in the table; the number is part of the row's id and of the graph's name.
"""

from __future__ import annotations

from collections import defaultdict

from itgraph.claims import Entries
from itgraph.survey.grid import SPECS, LogicalRow, Table
from itgraph.survey.links import read_link
from itgraph.survey.registry import as_list

__all__ = ["Numbers"]


class Numbers:
    """Row numbers, given once: a row keeps the number under which it was imported before, a new one takes the next."""

    def __init__(self, entries: Entries) -> None:
        self.known: dict[str, list[tuple[int, str, set[str]]]] = defaultdict(list)
        for claims in entries.graphs:
            parts = claims.id.split("/")
            if len(parts) == 3 and parts[0] == "survey" and parts[1] in SPECS:
                nodes = {node.id: node for node in claims.says}
                row = nodes.get(claims.id)
                if row is not None:
                    urls = {
                        u
                        for node in claims.says
                        for key in ("url", "codeRepository", "subjectOf")
                        for u in as_list(node.get(key))
                    }
                    self.known[parts[1]].append((int(parts[2]), str(row.get("nameAsPrinted")), urls))

    def of(self, table: Table) -> list[int]:
        """Return the number of each row, matched by printed name and, where that fails or is shared, by links."""
        known = list(self.known[table.spec.name])
        numbers: list[int | None] = [None] * len(table.rows)
        for by in (self.name_and_links, self.name_only, self.links_only):
            for index, row in enumerate(table.rows):
                if numbers[index] is None and (match := next((k for k in known if by(k, row)), None)):
                    numbers[index] = match[0]
                    known.remove(match)
        following = max((number for number, _, _ in self.known[table.spec.name]), default=0)
        given: list[int] = []
        for number in numbers:
            if number is None:
                following += 1
            given.append(following if number is None else number)
        return given

    def name_and_links(self, known: tuple[int, str, set[str]], row: LogicalRow) -> bool:
        """Whether both the printed name and one link are the same."""
        return self.name_only(known, row) and self.links_only(known, row)

    @staticmethod
    def name_only(known: tuple[int, str, set[str]], row: LogicalRow) -> bool:
        """Whether the printed name is the same."""
        name = row.cell("name")
        return name is not None and name.text == known[1]

    @staticmethod
    def links_only(known: tuple[int, str, set[str]], row: LogicalRow) -> bool:
        """Whether one of the links is the same."""
        cells = [cell for role in ("paper", "project") if (cell := row.cell(role))]
        links = [link for cell in cells for _, href in cell.links if (link := read_link(href))]
        return any(link.url in known[2] or f"paper/arxiv-{link.arxiv_id}" in known[2] for link in links)
