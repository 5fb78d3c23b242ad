"""Works with their authors in order, for every page that shows one.

Part of the site, below its pages.

Example::

    papers(site, [site.base + "paper/arxiv-2302.13971"])[0].authors[0].label    # 'Hugo Touvron'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.namespaces import ITG, SCHEMA
from itgraph.sparql import chunks, iri_ref, labels, values

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["Author", "Paper", "papers"]


@dataclass(frozen=True)
class Author:
    """An author: the name, and the page."""

    label: str
    href: str | None


@dataclass(frozen=True)
class Paper:
    """A work. ``complete`` is false where the source that lists its authors says "et al."."""

    iri: str
    label: str
    href: str | None
    year: str
    venue: str
    arxiv: str
    authors: tuple[Author, ...]
    complete: bool


def papers(site: Site, iris: Iterable[str]) -> list[Paper]:
    """Return the works, in the order in which they are given."""
    wanted = list(dict.fromkeys(iris))
    about: dict[str, dict[str, str]] = {iri: {} for iri in wanted}
    listed: dict[str, dict[int, str]] = {iri: {} for iri in wanted}
    broken: set[str] = set()
    told = {"year": ITG + "year", "venue": ITG + "venueAsPrinted", "arxiv": ITG + "arxivId"}
    authorship, complete = iri_ref(ITG + "authorship"), iri_ref(ITG + "authorListComplete")
    for chunk in chunks(wanted):
        block = values("w", chunk)
        optional = " ".join(f"OPTIONAL {{ ?w {iri_ref(p)} ?{name} }}" for name, p in told.items())
        for work, *found in site.store.select(f"SELECT ?w ?year ?venue ?arxiv WHERE {{ {block} {optional} }}"):
            if work is not None:
                named = zip(told, found, strict=True)
                about[work.value] |= {name: term.value for name, term in named if term is not None}
        order = f"?w {authorship} ?a . ?a {iri_ref(SCHEMA + 'position')} ?n ; {iri_ref(ITG + 'author')} ?who"
        for work, number, who in site.store.select(f"SELECT ?w ?n ?who WHERE {{ {block} {order} }}"):
            # A position that is no number says nothing of the order; the shapes let none pass.
            if work is not None and number is not None and who is not None and number.value.isdecimal():
                listed[work.value][int(number.value)] = who.value
        cut = f"?w {authorship} ?a . ?source {authorship} ?a ; {complete} false"
        broken |= {work.value for (work,) in site.store.select(f"SELECT DISTINCT ?w WHERE {{ {block} {cut} }}") if work}
    names = labels(site.store, {*wanted, *(who for places in listed.values() for who in places.values())})
    return [
        Paper(
            iri,
            names[iri],
            site.addresses.of(iri),
            about[iri].get("year", ""),
            about[iri].get("venue", ""),
            about[iri].get("arxiv", ""),
            tuple(Author(names[who], site.addresses.of(who)) for _, who in sorted(listed[iri].items())),
            iri not in broken,
        )
        for iri in wanted
    ]
