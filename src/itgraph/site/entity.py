"""The page of one entity: its facts and who says each, its lineage both ways, its papers, its names elsewhere.

Part of the site, above ``facts`` and the lineage. What thousands of others say of a hub is counted, and shown in part.

Example: ``/model/alpaca.html``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from itgraph.description import describe, is_iri_term
from itgraph.export.bibtex import entries
from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.lineage_drawing import drawing
from itgraph.namespaces import ITG, RDF, SCHEMA, compact
from itgraph.site.elsewhere import denied, elsewhere
from itgraph.site.facts import facts, in_words, name_of, source_name
from itgraph.site.kinds import kind_words
from itgraph.site.lineage_list import nested
from itgraph.site.link_rows import MOST_ABOUT, rows_about
from itgraph.site.papers import papers
from itgraph.site.response import Page, Request
from itgraph.site.schema_org import schema_org
from itgraph.site.signposts import signposts
from itgraph.site.words import LINEAGE
from itgraph.sparql import iri_ref, kind_of

if TYPE_CHECKING:
    from itgraph.description import Description, Statement
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["entity_page"]

#: So many others that point at an entity are shown on its page, and so many statements of a source.
MOST_INCOMING, MOST_SAID = 300, 3000
#: So many nodes each way are listed and drawn.
MOST_NODES = 60
#: What has a lineage.
WITH_LINEAGE = frozenset({"model", "dataset"})


def entity_page(site: Site, _: Request, identifier: str) -> Page:
    """Return the page of a thing of the graph, whatever its kind."""
    iri = site.base + identifier
    found = describe(site.store, iri, MOST_INCOMING, MOST_SAID)
    told = facts(site, found)
    kind = kind_of(identifier)
    up, down = (
        (walk(site, iri, Direction.UP), walk(site, iri, Direction.DOWN)) if kind in WITH_LINEAGE else (None, None)
    )
    if down is not None and down.complete:
        told = replace(told, back=tuple(fact for fact in told.back if fact.predicate not in LINEAGE))
    about = papers(site, [iri] if kind == "paper" else works_about(site, iri))
    links = rows_about(site, iri)
    label = named(found, iri, identifier)
    return site.render(
        "entity.html",
        title=label,
        identifier=identifier,
        iri=iri,
        label=label,
        kind=kind,
        words=kind_words(identifier),
        found=found,
        facts=told,
        up=up,
        down=down,
        ancestors=nested(site, up) if up else [],
        descendants=nested(site, down) if down else [],
        drawing=drawn(site, [found for found in (up, down) if found is not None]),
        papers=about,
        elsewhere=elsewhere(site, found, links[:MOST_ABOUT]),
        denied=denied(links[:MOST_ABOUT]),
        more_links=len(links) > MOST_ABOUT,
        said=said(site, found),
        bibtex=entries(site.store, [paper.iri for paper in about]),
        signposts=signposts(site, identifier),
        schema_org=schema_org(site, found),
    )


def walk(site: Site, iri: str, direction: Direction) -> Lineage:
    """Return what an entity is made from, or what is made from it, by weights and by data."""
    return lineage(site.store, iri, direction, Via.ALL, most=MOST_NODES)


def drawn(site: Site, lineages: Sequence[Lineage]) -> Markup:
    """Return the picture of the lineages of an entity, empty where there is nothing but the entity."""
    if not any(found.nodes for found in lineages):
        return Markup()
    picture = drawing(lineages, most=MOST_NODES).svg(site.addresses.page)
    return Markup(picture)  # noqa: S704 - well-formed, with all text of others escaped


def works_about(site: Site, iri: str) -> list[str]:
    """Return the works that present an entity, or that it wrote, the newest first."""
    presents = f"{{ {iri_ref(iri)} {iri_ref(SCHEMA + 'subjectOf')} ?work }}"
    wrote = f"{{ ?work {iri_ref(SCHEMA + 'author')} {iri_ref(iri)} }}"
    query = (
        f"SELECT DISTINCT ?work ?year WHERE {{ {presents} UNION {wrote} "
        f"OPTIONAL {{ ?work {iri_ref(ITG + 'year')} ?year }} }} ORDER BY DESC(?year) ?work LIMIT {MOST_INCOMING}"
    )
    return [work.value for work, _ in site.store.select(query) if work is not None]


def named(found: Description, iri: str, identifier: str) -> str:
    """Return the label of a thing, or how a source is called that has none."""
    label = found.labels.get(iri, identifier)
    if label != identifier:
        return label
    first, _, rest = identifier.partition("/")
    name = f"{first}: {rest}" if first in ("registry", "curation") else source_name(identifier)
    return name[:1].upper() + name[1:] if name != identifier else name


@dataclass(frozen=True)
class Line:
    """A statement of a source: its property in words, its value and where that leads, and why it is not held.

    ``place`` is the fragment of what stands in the line as a whole.
    """

    name: str
    text: str
    href: str | None
    held: bool = True
    reason: str = ""
    place: str = ""


@dataclass(frozen=True)
class Said:
    """What a source says of one thing. ``place`` is the thing's fragment where its address is that of the source."""

    name: str
    href: str | None
    lines: tuple[Line, ...]
    place: str = ""


def said(site: Site, found: Description) -> list[Said]:
    """Return what the entity says where it is a source, by what it says it of; its list of authors comes last."""
    things: dict[str, list[Line]] = {}
    authorships: dict[str, dict[str, Term]] = {}
    for statement in found.says:
        if "#author-" in statement.subject:
            authorships.setdefault(statement.subject, {})[statement.predicate] = statement.object
        elif statement.subject != found.iri and statement.predicate != RDF + "type":
            things.setdefault(statement.subject, []).append(line_of(site, found, statement))
    of_things = [
        Said(
            named(found, subject, compact(subject, site.base)),
            site.addresses.of(subject),
            tuple(lines),
            place_on(found, subject),
        )
        for subject, lines in things.items()
    ]
    printed = []
    for subject, node in authorships.items():
        place, name = node.get(SCHEMA + "position"), node.get(ITG + "nameAsPrinted")
        if place is not None and name is not None and place.value.isdecimal():
            who = node.get(ITG + "author")
            href = site.addresses.of(who.value) if who is not None else None
            printed.append((int(place.value), Line(place.value, name.value, href, place=place_on(found, subject))))
    printed.sort(key=lambda one: one[0])
    return [*of_things, *([Said("Authors as printed", None, tuple(line for _, line in printed))] if printed else [])]


def place_on(found: Description, subject: str) -> str:
    """Return the fragment of a thing whose address is that of the entity, "" where it has another."""
    return subject.removeprefix(f"{found.iri}#") if subject.startswith(f"{found.iri}#") else ""


def line_of(site: Site, found: Description, statement: Statement) -> Line:
    """Return a statement of a source as a line."""
    value = statement.object.value
    if is_iri_term(statement.object):
        text, href = named(found, value, compact(value, site.base)), site.addresses.of(value)
    else:
        (text, _), href = in_words(statement.predicate, statement.object), None
    reason = statement.correction.reason if statement.correction is not None else ""
    return Line(name_of(site, statement.predicate), text, href, statement.held, reason)
