"""Table rows → claims: each cell by the role of its column, printed names as ids, printed text beside them.

The row's graph says what the survey prints. What a cell means where it names several things at once (a construction, a
language list, a modality list) is read in ``cells``; which entry a citation means, in ``citations``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itgraph.slugs import slug
from itgraph.survey.anomalies import Anomalies, Anomaly
from itgraph.survey.cells import CellReader
from itgraph.survey.citations import CitationReader
from itgraph.survey.document import Cell
from itgraph.survey.grid import LogicalRow, TableSpec
from itgraph.survey.links import Link, read_link
from itgraph.survey.quantities import Quantity, read_quantity
from itgraph.survey.registry import Registry
from itgraph.survey.writer import stub

__all__ = ["RowReader"]

TYPES = {"model": "MLModel", "dataset": "Dataset", "technique": "TuningTechnique", "benchmark": "Benchmark"}
#: A word of the training-data column that names no data set.
NO_DATA_SET = frozenset({"mixed"})


class RowReader:
    """Reads the rows of one document. One instance serves all tables, so that names resolve alike."""

    def __init__(self, registry: Registry, citations: CitationReader, anomalies: Anomalies) -> None:
        self.registry = registry
        self.citations = citations
        self.anomalies = anomalies
        self.cells = CellReader(registry, self.report, self.resolve)
        self.row_id = ""

    def report(self, kind: str, detail: str, cell: Cell, message: str, stub_text: str | None = None) -> bool:
        """Note an anomaly of the row at hand; return whether a correction settles it."""
        return self.anomalies.report(Anomaly(kind, [self.row_id], detail, cell.line, message, stub_text))

    def resolve(self, kind: str, name: str, cell: Cell) -> str:
        """Return the id of a printed name; where the registry has none or several, the id that a stub proposes."""
        found = self.registry.resolve(kind, name)
        if len(found) == 1:
            return found[0]
        identity = f"{kind}/{slug(name)}"
        if found:
            message = f"“{name}” may be {' or '.join(found)}"
            self.report("ambiguous-name", name, cell, message)
        else:
            text = stub(identity, {"type": TYPES[kind], "label": name})
            self.report("unknown-name", name, cell, f"no {kind} of the registry is called “{name}”", text)
        return identity

    def read(self, spec: TableSpec, row: LogicalRow, number: int, position: int) -> list[dict[str, Any]]:
        """Return the claims of one row's graph: the row, what it describes."""
        self.row_id = f"survey/{spec.name}/{number}"
        name = row.cell("name") or Cell("", row.line)
        if row.short or row.long:
            count = row.short or row.long
            message = (
                f"{count} cell{'s' if count > 1 else ''} too {'few' if row.short else 'many'} in the row “{name.text}”"
            )
            self.report("short-row" if row.short else "long-row", "", name, message)
        entity: dict[str, Any] = {"id": self.resolve(spec.kind, name.text, name), **spec.fixed}
        node: dict[str, Any] = {"id": self.row_id, "type": "SurveyRow", "table": spec.name, "rowNumber": position}
        node |= {"nameAsPrinted": name.text, "describes": entity["id"]}
        self._cite(spec, row, node)
        readers: dict[str, Callable[[LogicalRow, dict[str, Any], dict[str, Any]], None]] = {
            "section": self._section,
            "domain": self._domain,
            "paper": self._paper,
            "project": self._project,
            "parameters": self._parameters,
            "instructions": self._instructions,
            "language": self._language,
            "construction": self._construction,
            "open-source": self._open_source,
            "modality": self._modality,
            "base": self._base,
            "training-size": self._training_set,
        }
        for role in spec.columns.values():
            if role in readers:
                readers[role](row, node, entity)
        return [claim for claim in (node, entity) if len(claim) > 1]

    def _cite(self, spec: TableSpec, row: LogicalRow, node: dict[str, Any]) -> None:
        paper, project = row.cell("paper"), row.cell("project")
        links = [self._first_link(cell) if cell else None for cell in (paper, project)]
        cites, wrong = self.citations.of_row(self.report, spec, row, *links)
        if cites:
            node["cites"] = cites
        if wrong:
            node["citesAsPrinted"] = wrong

    @staticmethod
    def _first_link(cell: Cell) -> Link | None:
        return next((link for _, href in cell.links if (link := read_link(href))), None)

    def _link(self, row: LogicalRow, role: str) -> Link | None:
        cell = row.cell(role)
        if cell is None or not cell.links:
            return None
        href = cell.links[0][1]
        link = read_link(href)
        if link is None or len(href.split()) > 1:
            self.report("broken-link", role, cell, f"the {role} cell links to “{href}”")
        return link

    def _section(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        cell = row.cell("section")
        if cell is not None and not cell.is_blank:
            node["section"] = self.cells.concept("section", cell)

    def _domain(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        cell = row.cell("domain")
        if cell is not None and not cell.is_blank:
            node["section"] = self.cells.concept("section", cell)
            entity["domain"] = self.cells.concept("domain", cell)

    def _paper(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        link = self._link(row, "paper")
        if link is None:
            return
        work = self.registry.work(link) or self.citations.work_of(link)
        if work is None:
            work = f"paper/arxiv-{link.arxiv_id}" if link.arxiv_id else f"paper/{slug(link.identifier or link.url)}"
            claims = {"type": "ScholarlyArticle", "label": link.url, "url": link.url}
            cell = row.cell("paper") or Cell("", row.line)
            message = f"no paper of the registry is the one behind {link.url}"
            self.report("unknown-work", "", cell, message, stub(work, claims))
        entity["subjectOf"] = work

    def _project(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        link = self._link(row, "project")
        if link is not None:
            entity["codeRepository" if link.is_source_repository else "url"] = link.url

    def _parameters(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        self._quantity(entity, row.cell("parameters"), "parameterCount", "parameterCountAsPrinted")

    def _instructions(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        self._quantity(entity, row.cell("instructions"), "instanceCount", "sizeAsPrinted", counts_instances=True)

    def _language(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        cell = row.cell("language")
        if cell is not None and not cell.is_blank:
            entity |= self.cells.language(cell)

    def _construction(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        cell = row.cell("construction")
        if cell is not None and not cell.is_blank:
            entity |= self.cells.construction(cell)

    def _open_source(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        cell = row.cell("open-source")
        if cell is not None and not cell.is_blank:
            self._yes_no(entity, "openSource", cell)

    def _modality(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        several = len(row.cells("modality")) > 1
        parts = []
        for index, line in enumerate(row.lines, 1):
            target = {"id": f"{self.row_id}#part-{index}", "type": "DatasetPart"} if several else entity
            if (cell := line.get("modality")) is not None and not cell.is_blank:
                target |= self.cells.modality(cell)
            self._quantity(target, line.get("instances"), "instanceCount", "sizeAsPrinted", counts_instances=True)
            self._quantity(target, line.get("tasks"), "taskCount", "taskCountAsPrinted")
            if several:
                parts.append(target)
            else:
                break
        if parts:
            entity["hasPart"] = parts

    def _base(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        bases: list[str] = []
        derivations: list[dict[str, Any]] = []
        printed: list[tuple[str, str]] = []
        for line in row.lines:
            cell, size = line.get("base"), line.get("base-parameters")
            if cell is None or cell.is_blank:
                continue
            base = self.resolve("model", cell.text, cell)
            key = (base, size.text if size else "")
            if key in printed:
                self.report(
                    "repeated-cell", base.split("/")[-1], cell, f"the base model “{cell.text}” is printed twice"
                )
                continue
            printed.append(key)
            if base not in bases:
                bases.append(base)
            if size is not None and not size.is_blank:
                derivation = {"id": f"{self.row_id}#derivation-{len(derivations) + 1}", "type": "ModelDerivation"}
                derivation["entity"] = base
                self._quantity(derivation, size, "parameterCount", "parameterCountAsPrinted")
                derivations.append(derivation)
        if bases:
            entity["basedOn"] = bases if len(bases) > 1 else bases[0]
        if derivations:
            entity["qualifiedDerivation"] = derivations

    def _training_set(self, row: LogicalRow, node: dict[str, Any], entity: dict[str, Any]) -> None:
        claims: dict[str, Any] = {}
        built, name = row.cell("self-built"), row.cell("training-data")
        if built is not None and not built.is_blank:
            self._yes_no(claims, "selfBuilt", built)
        if name is not None and not name.is_blank:
            claims["nameAsPrinted"] = name.text
            if name.text.casefold() not in NO_DATA_SET:
                claims["dataset"] = entity["trainedOn"] = self.resolve("dataset", name.text, name)
        self._quantity(claims, row.cell("training-size"), "instanceCount", "sizeAsPrinted", counts_instances=True)
        if claims:
            entity["trainingSet"] = {"id": f"{self.row_id}#training-set", "type": "TrainingSet", **claims}

    def _yes_no(self, target: dict[str, Any], key: str, cell: Cell) -> None:
        words = {"yes": "true", "no": "false"}
        if (word := words.get(cell.text.casefold())) is not None:
            target[key] = word
        else:
            self.report("unread-cell", key, cell, f"“{cell.text}” is neither Yes nor No")

    def _quantity(
        self, target: dict[str, Any], cell: Cell | None, key: str, text_key: str, *, counts_instances: bool = False
    ) -> None:
        if cell is None or cell.is_blank:
            return
        read: Quantity = read_quantity(cell.text, counts_instances=counts_instances)
        if read.unit == "token":
            key = "tokenCount"
        values = {key: read.value, f"{key}Min": read.minimum, f"{key}Max": read.maximum}
        stated = {name: number for name, number in values.items() if number is not None}
        target |= stated
        if read.approximate:
            target["approximate"] = next(iter(stated))
        target[text_key] = cell.text
        if read.doubt and stated:
            self.report("doubtful-quantity", key, cell, f"“{cell.text}” is taken as printed: {read.doubt}")
        elif read.doubt:
            self.report("unread-quantity", key, cell, f"no number is taken from “{cell.text}”: {read.doubt}")
