"""What is said about an entity, made ready for a page: grouped by property, in words, each value with who says it.

Part of the site, between ``description``, which asks the store, and the templates.

Example::

    facts(site, describe(site.store, iri)).there[0].values[0].marks[0].href    # the row that says so
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from itgraph.description import Correction, Description, Source, Statement, is_iri_term
from itgraph.lineage_format import printable
from itgraph.namespaces import ITG, RDF, compact
from itgraph.prefix_map import places
from itgraph.site.kinds import kind_words
from itgraph.site.numerals import counted, short
from itgraph.site.words import FUNCTIONAL, HIDDEN, PRINTED, UNITS, WORDS, Words, place
from itgraph.terms import value

if TYPE_CHECKING:
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["Fact", "Facts", "Mark", "Shown", "facts", "marks_of", "place_of_table", "source_name"]

#: What a rule derives names no source of its own.
DERIVED = "derived"


@dataclass(frozen=True)
class Mark:
    """Who says it, as a page marks it: a short name, how it came to be, where it is shown, and why it was inferred."""

    name: str
    method: str
    href: str
    title: str


@dataclass(frozen=True)
class Shown:
    """A value: its text, where it leads, the id behind it, who says so, and what else is said of it.

    ``place`` is the fragment of a thing whose address is on the page itself.
    """

    text: str
    href: str | None
    identifier: str
    marks: tuple[Mark, ...]
    details: tuple[Fact, ...] = ()
    correction: Correction | None = None
    correction_href: str | None = None
    exact: str = ""
    place: str = ""


@dataclass(frozen=True)
class Fact:
    """A property with its values. ``printed`` is what the sources print, ``differ`` tells that they contradict."""

    name: str
    predicate: str
    values: tuple[Shown, ...]
    printed: tuple[str, ...] = ()
    differ: bool = False


@dataclass(frozen=True)
class Facts:
    """What is held, said from the entity and back from others, and what was refuted."""

    there: tuple[Fact, ...]
    back: tuple[Fact, ...]
    refuted: tuple[Fact, ...]
    by_predicate: Mapping[str, Fact] = field(default_factory=dict)


def facts(site: Site, found: Description) -> Facts:
    """Return the statements of a description as a page shows them."""
    held = [s for s in found.outgoing if s.held and s.predicate not in HIDDEN]
    there = with_prints(grouped(site, found, held, back=False))
    # A correction names what it refutes, and is shown with it.
    incoming = [s for s in found.incoming if s.held and s.predicate not in HIDDEN and not s.predicate.startswith(RDF)]
    back = placed(found, grouped(site, found, incoming, back=True))
    gone = grouped(site, found, [s for s in found.outgoing if not s.held], back=False)
    gone += grouped(site, found, [s for s in found.incoming if not s.held], back=True)
    return Facts(tuple(there), tuple(back), tuple(gone), {fact.predicate: fact for fact in there})


def placed(found: Description, given: Iterable[Fact]) -> list[Fact]:
    """Return the facts with the places of the things that have their address on this page, each once."""
    here = compact(found.iri, found.base) + "#"
    taken: set[str] = set()

    def at_its_place(one: Shown) -> Shown:
        place = one.identifier.removeprefix(here)
        if not one.identifier.startswith(here) or place in taken:
            return one
        taken.add(place)
        return replace(one, place=place)

    return [replace(fact, values=tuple(map(at_its_place, fact.values))) for fact in given]


def grouped(site: Site, found: Description, statements: Iterable[Statement], *, back: bool) -> list[Fact]:
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(statement.predicate, []).append(statement)
    made = []
    for predicate in sorted(groups, key=place):
        group = groups[predicate]
        shown = [shown_as(site, found, statement, back=back) for statement in group]
        if back or not predicate.startswith(RDF):
            shown.sort(key=lambda one: (one.text.casefold(), one.identifier))
        made.append(Fact(name_of(site, predicate, back=back), predicate, tuple(shown), differ=differ(predicate, group)))
    return made


def name_of(site: Site, predicate: str, *, back: bool = False) -> str:
    """Return how a property is called; one without words of ours by its term."""
    words = WORDS.get(predicate, Words(compact(predicate, site.base)))
    if not back:
        return words.there
    return words.back or f"{words.there}: of"


def differ(predicate: str, statements: Sequence[Statement]) -> bool:
    """Tell whether sources contradict each other: more than one value where there is one."""
    return predicate in FUNCTIONAL and len({str(s.object) for s in statements if s.held}) > 1


def shown_as(site: Site, found: Description, statement: Statement, *, back: bool) -> Shown:
    marks = marks_of(site, found.sources, statement.sources)
    correction = statement.correction
    source = site.addresses.of(correction.primary) if correction is not None else None
    inside = [detail for detail in statement.details if detail.held and detail.predicate not in HIDDEN]
    details = tuple(with_prints(grouped(site, found, [d for d in inside if is_about(d, statement)], back=False)))
    if back or is_iri_term(statement.object):
        iri = statement.subject if back else statement.object.value
        identifier = compact(iri, site.base)
        label = found.labels.get(iri, identifier)
        text = source_name(identifier) if label == identifier and iri.startswith(site.base) else label
        if text == iri:
            text = iri.removeprefix("https://").removeprefix("http://")
        if text == found.label and iri != found.iri:
            # The model Alpaca and the data set Alpaca.
            text = f"{text} ({kind_words(identifier).singular})"
        return Shown(printable(text), site.addresses.of(iri), identifier, marks, details, correction, source)
    text, exact = in_words(statement.predicate, statement.object)
    table = site.addresses.page(f"survey/{text}") if statement.predicate == ITG + "table" else None
    return Shown(text, table, "", marks, details, correction, source, exact)


def is_about(detail: Statement, statement: Statement) -> bool:
    """Tell whether the detail is said of the node at the far end, and not something else's of that node."""
    return detail.subject in (statement.object.value, statement.subject)


def in_words(predicate: str, term: Term) -> tuple[str, str]:
    """Return a literal as a reader takes it in, and its exact form where that is another."""
    read = value(term)
    if isinstance(read, bool):
        return ("yes" if read else "no"), ""
    if isinstance(read, int) and predicate in UNITS:
        return f"{short(read)} {UNITS[predicate]}", counted(read)
    return printable(term.value), ""


def with_prints(given: Sequence[Fact]) -> list[Fact]:
    """Return the facts with what is printed beside what was read from it, where something was."""
    known = {fact.predicate for fact in given}
    beside: dict[str, list[str]] = {}
    moved = set()
    for fact in given:
        read = next((read for read in PRINTED.get(fact.predicate, ()) if read in known), None)
        if read is not None and not fact.differ:
            beside.setdefault(read, []).extend(one.text for one in fact.values)
            moved.add(fact.predicate)
    return [
        replace(fact, printed=tuple(beside.get(fact.predicate, ()))) for fact in given if fact.predicate not in moved
    ]


def marks_of(site: Site, sources: Mapping[str, Source], graphs: Iterable[str]) -> tuple[Mark, ...]:
    """Return the marks of the graphs that make a statement; one that a rule derived has that mark alone."""
    marks = []
    for graph in graphs:
        if graph == DERIVED:
            continue
        source = sources.get(graph)
        method = source.method if source is not None else ""
        title = source.reason or source.primary if source is not None else ""
        name = method if graph.startswith("curation/") and method else source_name(graph)
        marks.append(Mark(name, method, site.addresses.page(graph), f"{graph}: {title}".rstrip(": ")))
    if not marks:
        return (Mark(DERIVED, DERIVED, site.addresses.page(DERIVED), "derived by a rule from other statements"),)
    return tuple(marks)


def source_name(identifier: str) -> str:
    """Return how a row, a reference or another source is called where there is little room.

    >>> source_name("survey/domain-models/2"), source_name("survey/reference/17"), source_name("registry/model/alpaca")
    ('row 2 of domain models', 'reference 17', 'registry')
    >>> source_name("links/wikidata"), source_name("links/ror#organization.openai.05wx9n238")
    ('Wikidata links', 'ROR links: organization.openai.05wx9n238')
    """
    first, _, rest = identifier.partition("/")
    if first == "links" and rest:
        _, hash_, row = rest.partition("#")
        more = " ".join(rest.removesuffix(hash_ + row).split("-")[1:])
        name = f"{place_of_table(identifier)} links"
        return ": ".join(part for part in (name, more, row) if part)
    table, _, number = rest.partition("/")
    if first == "survey" and number:
        thing, hash_, part = number.partition("#")
        name = f"reference {thing}" if table == "reference" else f"row {thing} of {table.replace('-', ' ')}"
        return f"{name}: {part.replace('-', ' ')}" if hash_ else name
    return first if first in ("registry", "curation") and rest else identifier


def place_of_table(identifier: str) -> str:
    """Return what the place is called that a link table is for: the first word of its name, as the place writes it.

    >>> place_of_table("links/wikidata-denied"), place_of_table("links/ror")
    ('Wikidata', 'ROR')
    """
    word = identifier.partition("/")[2].partition("#")[0].partition("-")[0]
    return next((place["name"] for place in places().values() if place["name"].casefold() == word.casefold()), word)
