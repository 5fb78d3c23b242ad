"""What was corrected: what a source prints, what is held instead, the reason, and where it can be seen.

Part of the site, below the pages about the survey. A correction refutes a statement (``rdf:subject`` and so on), which
then leaves the default graph; or it settles an anomaly, and its graph states what the source means.

Example: ``/corrections``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.description import is_iri_term
from itgraph.namespaces import DCTERMS, ITG, PROV, RDF, compact
from itgraph.site.facts import in_words, name_of, source_name
from itgraph.site.response import Page, Request
from itgraph.site.sources_said import Said, held_of, said_in
from itgraph.sparql import chunks, iri_ref, labels, values

if TYPE_CHECKING:
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["Amendment", "Linked", "amendments", "corrections", "page_number"]

#: So many corrections stand on a page.
PER_PAGE = 100
#: So many values of one property are shown.
MOST_VALUES = 30
#: What a page of an entity does not show as a fact.
NAMES = {ITG + "authorship": "authors"}


@dataclass(frozen=True)
class Linked:
    """A text that may lead somewhere; ``about`` says of what it is the value."""

    text: str
    href: str | None = None
    about: str = ""


@dataclass(frozen=True)
class Amendment:
    """One correction. ``statement`` is what it refutes, each time as subject, predicate and object."""

    iri: str
    href: str | None
    corrects: str
    where: Linked
    printed: tuple[Linked, ...]
    instead: tuple[Linked, ...]
    reason: str
    sources: tuple[Linked, ...]
    statements: frozenset[tuple[str, str, Term]]


def corrections(site: Site, request: Request) -> Page:
    """Return the page of all corrections."""
    number = page_number(request)
    found = amendments(site, offset=(number - 1) * PER_PAGE, limit=PER_PAGE + 1)
    return site.render(
        "corrections.html",
        title="Corrections",
        section="Survey",
        amendments=found[:PER_PAGE],
        number=number,
        more=len(found) > PER_PAGE,
    )


def page_number(request: Request) -> int:
    """Return which page of a list is asked for; what is no number from 1 to a million is the first."""
    given = request.field("page", "1")
    return int(given) if given.isascii() and given.isdecimal() and 0 < len(given) < 7 and int(given) else 1


def amendments(
    site: Site, of: Iterable[str] | None = None, *, offset: int = 0, limit: int = PER_PAGE
) -> list[Amendment]:
    """Return the corrections in the order of what they correct, or those of the rows and references that are given."""
    typed = f"?c {iri_ref(RDF + 'type')} {iri_ref(ITG + 'Correction')} ; {iri_ref(ITG + 'corrects')} ?of"
    found: list[str] = []
    for chunk in chunks(of) if of is not None else [[]]:
        block = values("of", chunk) if chunk else ""
        query = f"SELECT DISTINCT ?c WHERE {{ {block} {typed} }} ORDER BY ?c LIMIT {limit} OFFSET {offset}"
        found += [c.value for (c,) in site.store.select(query) if c is not None]
    about = held_of(site, found)
    graphs = said_in(site, [iri.partition("#")[0] for iri in found])
    touched = [t for iri in found for name in ("corrects", "settles") for t in about.texts(iri, ITG + name)]
    touched += [t for iri in found for t in about.texts(iri, RDF + "subject")]
    held = held_of(site, touched)
    ends = [term.value for said in (about, held, *graphs.values()) for _, _, term in said.all() if is_iri_term(term)]
    nodes = held_of(site, (end for end in ends if end.startswith(site.base) and "#author-" in end))
    gone = said_in(site, {end.partition("#")[0] for end in ends if "#author-" in end})
    reading = Reading(site, held, (nodes, *gone.values()), labels(site.store, {*ends, *touched}))
    found.sort(key=natural)
    return [reading.amendment(iri, about, graphs[iri.partition("#")[0]]) for iri in found]


def natural(text: str) -> list[tuple[bool, int, str]]:
    """Return what sorts ids by the numbers in them: ``models/2`` before ``models/13``."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", text)]


class Reading:
    """Puts corrections into words. ``nodes`` tell the names behind authorships, held ones and refuted ones."""

    def __init__(self, site: Site, held: Said, nodes: tuple[Said, ...], names: dict[str, str]) -> None:
        self.site = site
        self.held = held
        self.nodes = nodes
        self.names = names

    def amendment(self, iri: str, about: Said, graph: Said) -> Amendment:
        corrects = about.text(iri, ITG + "corrects")
        subject, predicate = about.text(iri, RDF + "subject"), about.text(iri, RDF + "predicate")
        objects = about.terms(iri, RDF + "object")
        if subject and predicate:
            printed = self.values(predicate, objects)
            instead = self.values(predicate, self.held.terms(subject, predicate))
        else:
            told = [self.held.text(settled, DCTERMS + "description") for settled in about.texts(iri, ITG + "settles")]
            printed = [Linked(text) for text in told if text]
            instead = [
                one
                for about_it, by, term in graph.all()
                if about_it == corrects and by != RDF + "type"
                for one in self.values(by, [term])
            ] or self.values(ITG + "identifies", self.held.terms(corrects, ITG + "identifies"))
        return Amendment(
            iri,
            self.site.addresses.of(iri),
            corrects,
            self.linked(corrects),
            tuple(printed),
            tuple(instead),
            " ".join(about.texts(iri, ITG + "reason")),
            tuple(self.linked(source) for source in about.texts(iri, PROV + "hadPrimarySource")),
            frozenset((subject, predicate, term) for term in objects),
        )

    def values(self, predicate: str, terms: list[Term]) -> list[Linked]:
        """Return the values of a property as a reader takes them in."""
        name = NAMES.get(predicate) or name_of(self.site, predicate)
        shown = []
        for term in sorted(terms, key=lambda term: natural(term.value))[:MOST_VALUES]:
            if is_iri_term(term):
                one = self.linked(term.value)
                shown.append(Linked(one.text, one.href, name))
            else:
                shown.append(Linked(in_words(predicate, term)[0], None, name))
        return shown

    def linked(self, iri: str) -> Linked:
        """Return a thing by its name; a node of a list of authors by the name that is printed there."""
        identifier = compact(iri, self.site.base)
        printed = next((text for said in self.nodes if (text := said.text(iri, ITG + "nameAsPrinted"))), "")
        label = self.names.get(iri, identifier)
        text = printed or (source_name(identifier) if label == identifier else label)
        return Linked(text, self.site.addresses.of(iri))
