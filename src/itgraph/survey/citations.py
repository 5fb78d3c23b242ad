"""Which reference entry a "[36]" in a row means, and whether that entry can be meant at all.

A row's own citation must agree with the row's paper link, or, where there is none, with its name or project. A base
model's citation must fit that name: an entry that is another entity's own paper does not.
"""

from __future__ import annotations

from collections.abc import Callable

from itgraph.survey.document import Cell, Citation
from itgraph.survey.grid import LogicalRow, Table, TableSpec
from itgraph.survey.links import Link, read_link
from itgraph.survey.names import name_key
from itgraph.survey.registry import Registry, fold
from itgraph.survey.works import ReadReference, References

__all__ = ["CitationReader"]


class CitationReader:
    """Resolves printed numbers. ``owners`` says whose own paper an entry is, learnt from all rows first."""

    def __init__(self, references: References, registry: Registry, tables: list[Table]) -> None:
        self.references = references
        self.registry = registry
        self.owners: dict[str, set[str]] = {}
        self.used: set[str] = set()
        self.as_base: dict[str, set[str]] = {}
        self.own: dict[str, set[str]] = {}
        for table in tables:
            for row in table.rows:
                self.learn(row, of_model=table.spec.kind == "model")

    def learn(self, row: LogicalRow, *, of_model: bool) -> None:
        """Note what one row cites, for itself and for its base models."""
        name = row.cell("name")
        paper = row.cell("paper")
        link = next((read_link(href) for _, href in paper.links), None) if paper else None
        for citation in name.citations if name else []:
            meant = self.candidates(citation, link)
            for reference in meant:
                self.used.add(reference.id)
                if name and of_model:
                    self.own.setdefault(fold(name.text), set()).add(reference.id)
                if name and (link is None or self.denotes(link, reference)):
                    self.owners.setdefault(reference.id, set()).add(name.text)
        for cell in row.cells("base"):
            for citation in cell.citations:
                for reference in self.candidates(citation, None):
                    self.used.add(reference.id)
                    self.as_base.setdefault(reference.id, set()).add(cell.text)

    def candidates(self, citation: Citation, link: Link | None) -> list[ReadReference]:
        """Return the entries that bear the number; of several, the one that the row's paper link picks."""
        found = self.references.by_anchor.get(citation.anchor, [])
        if len(found) > 1 and link is not None:
            return [reference for reference in found if self.denotes(link, reference)] or found
        return found

    def denotes(self, link: Link, reference: ReadReference) -> bool:
        """Whether the link leads to the work of the entry: by the registry, or, where it knows neither, as printed."""
        work = self.registry.work(link)
        if work is not None:
            return work == reference.paper
        urls = {other.url for other in reference.entry.links}
        return link.url in urls or (link.arxiv_id is not None and link.arxiv_id in reference.entry.arxiv_ids)

    def work_of(self, link: Link) -> str | None:
        """Return the work of the entry that prints the link, registered or proposed; None where none prints it."""
        return next((reference.paper for reference in self.references.all if self.denotes(link, reference)), None)

    def of_row(
        self,
        report: Callable[[str, str, Cell, str], bool],
        spec: TableSpec,
        row: LogicalRow,
        paper: Link | None,
        project: Link | None,
    ) -> tuple[list[str], list[str]]:
        """Return the ids of the entries that the row cites, and the printed numbers that a correction calls wrong."""
        cites: list[str] = []
        wrong: list[str] = []
        cells = [cell for role in spec.columns.values() for cell in row.cells(role) if cell.citations]
        for cell in cells:
            own = cell is row.cell("name")
            for citation in cell.citations:
                if citation.printed != citation.anchor:
                    message = f"the number [{citation.printed}] links to entry {citation.anchor}"
                    report("anchor-mismatch", citation.printed, cell, message)
                found = self.candidates(citation, paper if own else None)
                if len(found) != 1:
                    what = "no entry bears" if not found else "several entries bear"
                    report("unclear-citation", citation.printed, cell, f"{what} the number [{citation.printed}]")
                    continue
                reference = found[0]
                objection = self.objection(reference, cell, own, paper, project)
                if objection and report("wrong-citation", citation.printed, cell, objection):
                    wrong.append(citation.printed)
                elif reference.id not in cites:
                    cites.append(reference.id)
        return cites, list(dict.fromkeys(wrong))

    def objection(
        self, reference: ReadReference, cell: Cell, own: bool, paper: Link | None, project: Link | None
    ) -> str | None:
        """Say why the entry cannot be what the cell means, or None where it fits."""
        called = f"“{cell.text}” cites [{reference.number}], “{reference.title_or_url}”"
        if own and paper is not None:
            return None if self.denotes(paper, reference) else f"{called}, and links to another paper, {paper.url}"
        if own:
            urls = {link.url.rstrip("/").casefold() for link in reference.entry.links}
            if project is not None and project.url.rstrip("/").casefold() in urls:
                return None
        own_entries = self.own.get(fold(cell.text), set())
        if not own and own_entries and reference.id not in own_entries:
            return f"{called}, and the row “{cell.text}” itself cites {', '.join(sorted(own_entries))}"
        if names_agree(cell.text, reference.entry.title):
            if (
                not own
                and len(others := self.as_base.get(reference.id, set())) > 1
                and not full_name(cell.text, reference)
            ):
                return f"{called}, which is cited for {', '.join(sorted(others - {cell.text}))} too"
            return None
        owners = self.owners.get(reference.id, set()) - {cell.text}
        if own or owners:
            return called + (
                f", which is cited for {', '.join(sorted(owners))}" if owners else ", whose title does not name it"
            )
        return None


def names_agree(name: str, title: str) -> bool:
    """Whether the longest word of the name stands in the title (or the name run together, as in "SelfInstruct")."""
    words, in_title = name_key(name), set(name_key(title))
    return bool(words) and (max(words, key=len) in in_title or "".join(words) in "".join(name_key(title)))


def full_name(name: str, reference: ReadReference) -> bool:
    return set(name_key(name)) <= set(name_key(reference.entry.title))
