"""What an entity is called in other places: one line for each name, with what it is to the entity and who says so.

Part of the site, below the page of an entity. A name that is stated in several ways (an arXiv id, and the match that a
rule derives from it) is one line, and the row of a link table that states it is its evidence. The places and their
forms are those of ``itgraph.prefix_map``; pages only link there.

Example::

    elsewhere(site, describe(site.store, iri), rows_about(site, iri))[0].place    # 'arXiv'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.description import is_iri_term
from itgraph.namespaces import ITG, RDFS, SCHEMA, SKOS, compact
from itgraph.prefix_map import Identifier, identifier, identifier_of
from itgraph.site.facts import DERIVED, Mark, marks_of
from itgraph.site.link_rows import DENIED, LinkRow
from itgraph.sssom.model import ABSENT, PRESENT, UNCHECKED

if TYPE_CHECKING:
    from itgraph.description import Description, Statement
    from itgraph.site.site import Site

__all__ = ["Elsewhere", "denied", "elsewhere", "identifier_stated"]

WEB = "Web"
SAME, CLOSE, LINKED, PERHAPS = range(4)
#: What a name is to the entity, by the property that states it, the nearest first.
NEARNESS = {
    ITG + "arxivId": SAME,
    SKOS + "exactMatch": SAME,
    SCHEMA + "identifier": SAME,
    SKOS + "closeMatch": CLOSE,
    SCHEMA + "codeRepository": LINKED,
    SCHEMA + "url": LINKED,
    RDFS + "seeAlso": PERHAPS,
}
#: Places where an identifier names a repository, which is not the entity itself.
REPOSITORIES = frozenset({"github", "huggingface"})
#: What is said of a name that is not simply that of the entity.
REMARKS = {CLOSE: "close to it, not the same", PERHAPS: "if there is a record"}


@dataclass(frozen=True)
class Elsewhere:
    """A name of the entity in another place: what the place is called, the name, where it leads, who says so.

    ``remark`` is what a reader must know of a name that is not that of the very same thing, ``label`` what the thing is
    called there where that is something else. A name that was looked for and is not there is "", and leads nowhere.
    """

    place: str
    name: str
    href: str | None
    marks: tuple[Mark, ...]
    remark: str = ""
    label: str = ""
    rows: tuple[LinkRow, ...] = ()


def elsewhere(site: Site, found: Description, rows: Sequence[LinkRow]) -> list[Elsewhere]:
    """Return the names that the graph holds for the entity in other places, by place, mere pages last.

    ``rows`` are those of the link tables. One that is proposed and not checked is no name yet, and says so; what is
    denied is none.
    """
    lines: dict[str, tuple[int, str, str, set[str]]] = {}
    for statement in found.outgoing:
        nearness = NEARNESS.get(statement.predicate)
        if nearness is None or not statement.held:
            continue
        text = statement.object.value
        known = identifier_stated(statement)
        if known is None and not is_iri_term(statement.object):
            continue
        href = known.iri if known is not None else site.addresses.of(text)
        if href is None:
            continue
        if known is not None and known.prefix in REPOSITORIES:
            nearness = max(nearness, LINKED)
        place, name = (WEB, compact(text).partition("://")[2]) if known is None else (known.place, known.local)
        before, *_, graphs = lines.get(href, (nearness, place, name, set()))
        lines[href] = (min(before, nearness), place, name, graphs | set(statement.sources))
    names = []
    for href, (nearness, place, name, graphs) in lines.items():
        evidence = [row for row in rows if row.state == PRESENT and row.item is not None and row.item.href == href]
        others = stated(graphs - {row.table for row in evidence}) if evidence else stated(graphs)
        marks = tuple(row.mark for row in evidence)
        if others or not marks:
            marks += marks_of(site, found.sources, sorted(others))
        label = next((other for row in evidence if (other := other_label(row, found.label))), "")
        names.append(Elsewhere(place, name, href, marks, REMARKS.get(nearness, ""), label, tuple(evidence)))
    names += [open_question(row, found.label) for row in rows if row.state in (ABSENT, UNCHECKED)]
    return sorted(names, key=lambda one: (one.place == WEB, one.place.casefold(), one.name))


def open_question(row: LinkRow, label: str) -> Elsewhere:
    """Return what a row says that is no match: it is proposed, or nothing was found."""
    if row.state == ABSENT or row.item is None:
        when = f"looked for on {row.date}, not there" if row.date else "looked for, not there"
        return Elsewhere(row.place, "", None, (row.mark,), when, rows=(row,))
    remark = "proposed, not checked"
    return Elsewhere(row.place, row.item.text, row.item.href, (row.mark,), remark, other_label(row, label), (row,))


def other_label(row: LinkRow, label: str) -> str:
    """Return what the item of a row is called, where that differs from the label of the entity."""
    return "" if row.label.casefold() == label.casefold() else row.label


def denied(rows: Sequence[LinkRow]) -> list[LinkRow]:
    """Return the rows that say what the entity is not."""
    return [row for row in rows if row.state == DENIED]


def identifier_stated(statement: Statement) -> Identifier | None:
    """Return the identifier of a known place that a statement gives, None where its value is none."""
    if is_iri_term(statement.object):
        return identifier_of(statement.object.value)
    prefix = "arxiv:" if statement.predicate == ITG + "arxivId" else ""
    return identifier(prefix + statement.object.value)


def stated(graphs: set[str]) -> set[str]:
    """Return the sources without the rules, where a source says it."""
    return graphs - {DERIVED} or graphs
