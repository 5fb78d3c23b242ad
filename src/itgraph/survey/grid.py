"""Tables as people read them: columns found by their headings, rowspans undone, rows that lost a cell realigned.

A *logical row* is what the survey counts as one: lines that share the name cell by rowspan belong together.

>>> SPECS["models"].kind
'model'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

from itgraph.survey.document import Cell, RawTable
from itgraph.survey.quantities import looks_like_quantity

__all__ = ["SPECS", "LogicalRow", "Table", "TableSpec", "read_grid", "recognise"]


@dataclass(frozen=True)
class TableSpec:
    """What a known table is about: its name in ids, the kind that its rows describe, the role of each column.

    A column is named by its heading, or "top / sub" where two header rows make it. ``fixed`` claims hold for every row.
    """

    name: str
    kind: str
    columns: dict[str, str]
    fixed: dict[str, str] = field(default_factory=dict)

    @property
    def naming(self) -> str:
        """The heading of the column that names what the row describes."""
        return next(heading for heading, role in self.columns.items() if role == "name")


COMMON = {"paper": "paper", "project": "project"}

SPECS: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec(
            "datasets",
            "dataset",
            {
                "type": "section",
                "dataset name": "name",
                **COMMON,
                "# of instructions": "instructions",
                "# of lang": "language",
                "construction": "construction",
                "open source": "open-source",
            },
        ),
        TableSpec(
            "models",
            "model",
            {
                "model name": "name",
                "# params": "parameters",
                **COMMON,
                "base model": "base",
                "instruction train set / self-build": "self-built",
                "instruction train set / name": "training-data",
                "instruction train set / size": "training-size",
            },
        ),
        TableSpec(
            "multimodal-datasets",
            "dataset",
            {
                "dataset name": "name",
                **COMMON,
                "modalities / modality pair": "modality",
                "modalities / # instance": "instances",
                "# tasks": "tasks",
            },
        ),
        TableSpec(
            "multimodal-models",
            "model",
            {
                "model name": "name",
                "# params": "parameters",
                **COMMON,
                "modality": "modality",
                "base model / model name": "base",
                "base model / # params": "base-parameters",
                "train set / self-build": "self-built",
                "train set / size": "training-size",
            },
        ),
        TableSpec(
            "domain-models",
            "model",
            {
                "domain": "domain",
                "model name": "name",
                "# params": "parameters",
                **COMMON,
                "base model": "base",
                "train size": "training-size",
            },
        ),
        TableSpec("techniques", "technique", {"name": "name", **COMMON}),
        TableSpec(
            "closed-evaluations",
            "benchmark",
            {"close-ended evaluations": "name", **COMMON},
            {"evaluationStyle": "evaluation-style/close-ended"},
        ),
        TableSpec(
            "gpt-evaluations",
            "benchmark",
            {"gpt-based evaluations": "name", **COMMON},
            {"evaluationStyle": "evaluation-style/gpt-based"},
        ),
    )
}

QUANTITY_ROLES = frozenset({"instructions", "parameters", "base-parameters", "training-size", "instances", "tasks"})
YES_NO_ROLES = frozenset({"open-source", "self-built"})


@dataclass
class LogicalRow:
    """One row of the survey: per line, role → cell. ``short`` says how many cells the row lost, and ``long`` gained."""

    line: int
    lines: list[dict[str, Cell]] = field(default_factory=list)
    short: int = 0
    long: int = 0

    def cell(self, role: str) -> Cell | None:
        """The cell of a role on the row's first line."""
        return self.lines[0].get(role)

    def cells(self, role: str) -> list[Cell]:
        """The distinct cells of a role, line by line (a cell that spans lines once)."""
        seen: list[Cell] = []
        for line in self.lines:
            cell = line.get(role)
            if cell is not None and not any(cell is known for known in seen):
                seen.append(cell)
        return seen


@dataclass
class Table:
    """A recognised table: its spec, its rows, and the headings that nobody knows."""

    spec: TableSpec
    line: int
    rows: list[LogicalRow]
    unknown_headings: list[str]


def headings(table: RawTable) -> list[str]:
    """Return the folded heading of each column; two header rows give "top / sub"."""
    levels = [[cell.text for cell in row for _ in range(cell.colspan)] for row in table.header]
    if not levels:
        return []
    width = max(len(level) for level in levels)
    padded = [level + [""] * (width - len(level)) for level in levels]
    return [" / ".join(part for part in column if part).casefold() for column in zip(*padded, strict=True)]


def recognise(table: RawTable) -> TableSpec | None:
    """Return the spec whose columns the table shows best, or None for a table of another kind.

    The naming column must be there, and more than half of the spec's columns.
    """
    shown = set(headings(table))
    fitting = [
        (len(shown & set(spec.columns)), -len(spec.columns), spec)
        for spec in SPECS.values()
        if spec.naming in shown and 2 * len(shown & set(spec.columns)) > len(spec.columns)
    ]
    return max(fitting, key=lambda item: item[:2])[2] if fitting else None


def read_grid(table: RawTable, spec: TableSpec) -> Table:
    """Undo rowspans and give each cell its role."""
    columns = headings(table)
    roles = [spec.columns.get(heading, "") for heading in columns]
    pending: dict[int, tuple[Cell, int]] = {}
    rows: list[LogicalRow] = []
    for cells in table.body:
        placed: list[Cell | None] = [None] * len(roles)
        for column, (cell, left) in list(pending.items()):
            placed[column] = cell
            if left == 1:
                del pending[column]
            else:
                pending[column] = (cell, left - 1)
        free = [column for column, cell in enumerate(placed) if cell is None]
        targets = align(cells, free, roles)
        for cell, column in zip(cells, targets, strict=False):
            placed[column] = cell
            if cell.rowspan > 1:
                pending[column] = (cell, cell.rowspan - 1)
        by_role = {role: cell for role, cell in zip(roles, placed, strict=True) if role and cell is not None}
        own = {id(cell) for cell in cells}
        named = by_role.get("name")
        continues = rows and named is not None and id(named) not in own
        if not continues:
            rows.append(LogicalRow(cells[0].line))
        rows[-1].lines.append(by_role)
        rows[-1].short += max(0, len(free) - len(cells))
        rows[-1].long += max(0, len(cells) - len(free))
    unknown = [heading for heading, role in zip(columns, roles, strict=True) if heading and not role]
    return Table(spec, table.line, rows, unknown)


def align(cells: list[Cell], free: list[int], roles: list[str]) -> list[int]:
    """Return the column of each cell: in order, and where cells are missing, so that most cells fit their column.

    Of equally good ways the one that leaves the last columns empty wins, as HTML itself would read it.
    """
    if len(cells) >= len(free):
        return free
    ways = combinations(free, len(cells))
    return list(
        max(ways, key=lambda way: sum(fits(cell, roles[column]) for cell, column in zip(cells, way, strict=True)))
    )


def fits(cell: Cell, role: str) -> bool:
    if role in QUANTITY_ROLES:
        return cell.is_blank or looks_like_quantity(cell.text)
    if role in YES_NO_ROLES:
        return cell.text.casefold() in {"yes", "no", "-"}
    if role in {"paper", "project"}:
        return cell.text in {"-", ""} or bool(cell.links)
    if role in {"name", "base", "training-data"}:
        return not looks_like_quantity(cell.text) and not cell.links
    return not cell.links
