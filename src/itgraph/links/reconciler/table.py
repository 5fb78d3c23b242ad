"""The table of links while it is worked on: what is settled, what is denied, and the rows that are to be written.

Serve side, between the reconciler and ``data/links/wikidata.sssom.tsv``. A row that a person has settled is never
changed; what a machine has proposed gives way to what it finds later.

Example::

    table = LinkTable.read(data_dir() / "links")
    table.settled("model/gpt-4"), table.item_of("model/gpt-4")
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from itgraph.errors import InputError
from itgraph.files import put_in_place
from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome
from itgraph.links.reconciler.kinds import Fit
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata.item import Item
from itgraph.namespaces import BASE, ITG, SCHEMA, WIKIDATA, WIKIDATA_PROPERTIES
from itgraph.sssom import ABSENT, NOT, PRESENT, UNCHECKED, Mapping, MappingSet, read_set, written
from itgraph.sssom.model import NO_TERM_FOUND
from itgraph.unseen import visible

__all__ = ["DENIED", "TABLE", "TOOL", "LinkTable", "local"]

TABLE, DENIED = "wikidata.sssom.tsv", "wikidata-denied.sssom.tsv"
TOOL = "itgraph link wikidata"
PREFIXES = {"itg": ITG, "itgraph": BASE, "schema": SCHEMA, "wd": WIKIDATA, **WIKIDATA_PROPERTIES}
EXACT, CLOSE = "skos:exactMatch", "skos:closeMatch"
BY_HAND = "semapv:ManualMappingCuration"
#: How a match is known, by what leads to it.
JUSTIFICATIONS = {
    Basis.IDENTIFIER: "semapv:LexicalMatching",
    Basis.AUTHORSHIP: "semapv:StructuralMatching",
    Basis.NAME: "semapv:LexicalMatching",
}
#: So many candidates of one entity are kept for a person to choose from.
MOST_CANDIDATES = 5
ORCID = "ORCID "
NOT_WRITABLE = "name a folder of entries that is yours with --data"


class LinkTable:
    """The rows of both tables, and what they say of an entity."""

    def __init__(self, folder: Path, links: MappingSet, denials: MappingSet) -> None:
        self.folder = folder
        self.links = links
        self.denials = denials
        self.rows: dict[str, list[Mapping]] = {}
        for row in links.mappings:
            self.rows.setdefault(local(row.subject_id), []).append(row)
        self.no: dict[str, set[str]] = {}
        for row in denials.mappings:
            if row.predicate_modifier == NOT:
                self.no.setdefault(local(row.subject_id), set()).add(local(row.object_id))
        self._owners = {local(row.object_id): local(row.subject_id) for row in links.mappings if row.holds}
        self.changed = False
        self.on_disk = [content(folder / name) for name in (TABLE, DENIED)]

    @classmethod
    def read(cls, folder: Path) -> LinkTable:
        """Read both tables.

        Raises:
            InputError: a table is not there or cannot be read.
            ProblemsFound: something in one is not as it must be.
        """
        if not folder.is_dir():
            raise InputError("no such folder", hint="name the folder of the entries with --data", path=folder)
        return cls(folder, read_set(folder / TABLE), read_set(folder / DENIED))

    def settled(self, subject: str) -> bool:
        """Tell whether a row holds for an entity."""
        return any(row.state == PRESENT for row in self.rows.get(subject, ()))

    def absent(self, subject: str) -> bool:
        """Tell whether an entity was looked for in vain."""
        return any(row.state == ABSENT for row in self.rows.get(subject, ()))

    def item_of(self, subject: str) -> str | None:
        """Return the item that is an entity exactly, None where there is none."""
        return next(
            (
                local(row.object_id)
                for row in self.rows.get(subject, ())
                if row.state == PRESENT and row.predicate_id == EXACT
            ),
            None,
        )

    def denied(self, subject: str) -> frozenset[str]:
        """Return the items that an entity is not."""
        return frozenset(self.no.get(subject, ()))

    def owner(self, item: str) -> str | None:
        """Return the id of the entity that an item is, None where it is nobody's."""
        return self._owners.get(item)

    def record(self, outcome: Outcome, today: str) -> None:
        """Take in what became of an entity; what a person has settled stays."""
        subject = outcome.subject.id
        if self.settled(subject):
            return
        rows = [row for row in self.rows.get(subject, []) if row.mapping_tool != TOOL]
        if outcome.state == PRESENT:
            (candidate,) = outcome.candidates
            rows = [row for row in rows if local(row.object_id) != candidate.item.id and row.state != ABSENT]
            rows.append(row_of(outcome.subject, candidate, PRESENT, today))
        elif outcome.candidates:
            known = {local(row.object_id) for row in rows}
            rows = [row for row in rows if row.state != ABSENT]
            rows += [
                row_of(outcome.subject, one, UNCHECKED, today)
                for one in outcome.candidates[:MOST_CANDIDATES]
                if one.item.id not in known
            ]
        elif outcome.state == ABSENT and not any(row.state == UNCHECKED for row in rows):
            rows = [row for row in rows if row.state != ABSENT]
            rows.append(absent_row(outcome, today))
        elif outcome.state == UNCHECKED:
            # Nobody answered: what was known before still is.
            return
        self.put(subject, rows)

    def put(self, subject: str, rows: list[Mapping]) -> None:
        """Have these rows, and no others, speak of an entity."""
        self.changed |= self.rows.get(subject, []) != rows
        self.rows[subject] = rows
        self._owners |= {local(row.object_id): subject for row in rows if row.holds}

    def confirm(self, subject: Subject, candidate: Candidate, today: str, *, close: bool = False) -> None:
        """Take in that a person says what an entity is; with ``close`` the item is wider or narrower."""
        # Who says that it is the same says what kind of thing it is.
        row = replace(row_of(subject, candidate, PRESENT, today), object_category=subject.kind)
        predicate = CLOSE if close else EXACT
        rows = [row for row in self.rows.get(subject.id, []) if row.state == PRESENT]
        self.put(subject.id, [*rows, replace(row, predicate_id=predicate, mapping_justification=BY_HAND)])

    def deny(self, subject: Subject, candidate: Candidate, reason: str, today: str) -> None:
        """Take in that a person says what an entity is not."""
        denied = Mapping(
            f"itgraph:{subject.id}",
            EXACT,
            f"wd:{candidate.item.id}",
            BY_HAND,
            subject_label=visible(subject.label),
            predicate_modifier=NOT,
            object_label=visible(candidate.item.label),
            mapping_provider=page_of(candidate.item),
            mapping_date=today,
            comment=visible(reason),
        )
        self.denials = replace(self.denials, mappings=(*self.denials.mappings, denied))
        self.no.setdefault(subject.id, set()).add(candidate.item.id)
        rows = [row for row in self.rows.get(subject.id, []) if local(row.object_id) != candidate.item.id]
        self.put(subject.id, rows)
        self.changed = True

    def save(self) -> None:
        """Write both tables where something has changed, each whole or not at all.

        Raises:
            InputError: the folder cannot be written, or a table was changed by somebody else meanwhile.
        """
        if not self.changed:
            return
        for name, known in zip((TABLE, DENIED), self.on_disk, strict=True):
            if content(self.folder / name) != known:
                hint = "run it again: what was answered is kept"
                raise InputError("changed by somebody else meanwhile", hint=hint, path=self.folder / name)
        rows = (row for rows in self.rows.values() for row in rows)
        tables = {TABLE: with_rows(self.links, rows), DENIED: with_rows(self.denials, self.denials.mappings)}
        texts = {name: written(table).encode() for name, table in tables.items()}
        put_in_place(self.folder, texts, hint=NOT_WRITABLE)
        self.on_disk = [*texts.values()]
        self.changed = False

    def must_be_writable(self) -> None:
        """See at once that the tables can be written, and not after the first hour of asking.

        Raises:
            InputError: they cannot.
        """
        if not os.access(self.folder, os.W_OK):
            raise InputError("cannot be written", hint=NOT_WRITABLE, path=self.folder)


def content(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", hint="is it a file?", path=path) from error


def with_rows(table: MappingSet, rows: Iterable[Mapping]) -> MappingSet:
    return replace(table, mappings=tuple(rows), curie_map={**PREFIXES, **table.curie_map})


def row_of(subject: Subject, candidate: Candidate, state: str, today: str) -> Mapping:
    """Return the row that says what leads to an item."""
    item = candidate.item
    told = [text for text in candidate.agrees if not text.startswith(ORCID)]
    description = f"{visible(item.description)}; " if item.description else ""
    return Mapping(
        f"itgraph:{subject.id}",
        EXACT,
        f"wd:{item.id}",
        JUSTIFICATIONS[candidate.basis],
        subject_label=visible(subject.label),
        object_label=visible(item.label) or item.id,
        # That an item is of the right kind is said only where it was found to be.
        object_category=subject.kind if candidate.fit is Fit.YES else "",
        mapping_provider=page_of(item),
        mapping_tool=TOOL,
        mapping_date=today,
        confidence=f"{candidate.confidence:g}",
        subject_match_field=(candidate.subject_field,),
        object_match_field=(candidate.object_field,),
        match_string=(visible(candidate.match),),
        see_also=tuple(
            sorted(
                f"https://orcid.org/{text.removeprefix(ORCID)}" for text in candidate.agrees if text.startswith(ORCID)
            )
        ),
        comment=f"{description}agrees: {', '.join(told)}",
        state=state,
    )


def absent_row(outcome: Outcome, today: str) -> Mapping:
    """Return the row that says what was looked for in vain."""
    return Mapping(
        f"itgraph:{outcome.subject.id}",
        EXACT,
        NO_TERM_FOUND,
        "semapv:LexicalMatching",
        subject_label=visible(outcome.subject.label),
        mapping_provider="https://www.wikidata.org/",
        mapping_tool=TOOL,
        mapping_date=today,
        comment=f"looked for by {', '.join(outcome.looked_for)}",
        state=ABSENT,
    )


def page_of(item: Item) -> str:
    return f"https://www.wikidata.org/wiki/{item.id}"


def local(curie: str) -> str:
    """Return what stands behind the prefix."""
    return curie.partition(":")[2]
