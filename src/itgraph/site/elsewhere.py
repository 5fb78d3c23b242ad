"""What an entity is called in other places: one line for each name, with what it is to the entity and who says so.

Part of the site, below the page of an entity. A name that is stated in several ways (an arXiv id, and the match that a
rule derives from it) is one line. The places and their forms are those of ``itgraph.prefix_map``; pages only link
there.

Example::

    elsewhere(site, describe(site.store, iri))[0].place    # 'arXiv'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.description import is_iri_term
from itgraph.namespaces import ITG, RDFS, SCHEMA, SKOS, compact
from itgraph.prefix_map import Identifier, identifier, identifier_of
from itgraph.site.facts import DERIVED, Mark, marks_of

if TYPE_CHECKING:
    from itgraph.description import Description, Statement
    from itgraph.site.site import Site

__all__ = ["Elsewhere", "elsewhere", "identifier_stated"]

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

    ``remark`` is what a reader must know of a name that is not that of the very same thing.
    """

    place: str
    name: str
    href: str
    marks: tuple[Mark, ...]
    remark: str = ""


def elsewhere(site: Site, found: Description) -> list[Elsewhere]:
    """Return the names that the graph holds for the entity in other places, by place, mere pages last."""
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
    names = [
        Elsewhere(place, name, href, marks_of(site, found.sources, sorted(stated(graphs))), REMARKS.get(nearness, ""))
        for href, (nearness, place, name, graphs) in lines.items()
    ]
    return sorted(names, key=lambda one: (one.place == WEB, one.place.casefold(), one.name))


def identifier_stated(statement: Statement) -> Identifier | None:
    """Return the identifier of a known place that a statement gives, None where its value is none."""
    if is_iri_term(statement.object):
        return identifier_of(statement.object.value)
    prefix = "arxiv:" if statement.predicate == ITG + "arxivId" else ""
    return identifier(prefix + statement.object.value)


def stated(graphs: set[str]) -> set[str]:
    """Return the sources without the rules, where a source says it."""
    return graphs - {DERIVED} or graphs
