"""The list of references of the survey, as it is printed, with the work that each entry identifies.

Part of the site.

Example: ``/survey/references.html``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.namespaces import ITG, RDF, SCHEMA, compact
from itgraph.site.corrections import Amendment, Linked, amendments, page_number
from itgraph.site.facts import source_name
from itgraph.site.response import Page, Request
from itgraph.site.sources_said import Said, numbered, said_in
from itgraph.sparql import chunks, iri_ref, labels, values

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["survey_references"]

#: So many entries stand on a page, and so many rows that cite one are named.
PER_PAGE = 200
MOST_ROWS = 12
#: So many are read for one chunk of entries.
MOST_CITING = 10_000


@dataclass(frozen=True)
class Entry:
    """An entry of the list. ``title`` is printed where the graph keeps what is printed, else the title of the work."""

    number: str
    slug: str
    href: str | None
    title: str
    work: Linked | None
    differs: bool
    authors: tuple[Linked, ...]
    complete: bool
    printed: tuple[str, ...]
    rows: tuple[Linked, ...]
    more_rows: int
    amendments: tuple[Amendment, ...]


def survey_references(site: Site, request: Request) -> Page:
    """Return the page of the references."""
    page = page_number(request)
    typed = f"?r {iri_ref(RDF + 'type')} {iri_ref(ITG + 'Reference')} ; {iri_ref(ITG + 'number')} ?n"
    order = f"ORDER BY ?n ?r LIMIT {PER_PAGE + 1} OFFSET {(page - 1) * PER_PAGE}"
    found = [
        (r.value, n.value)
        for r, n in site.store.select(f"SELECT ?r ?n WHERE {{ {typed} }} {order}")
        if r is not None and n is not None
    ]
    return site.render(
        "survey_references.html",
        title="References of the survey",
        section="Survey",
        entries=entries(site, found[:PER_PAGE]),
        number=page,
        more=len(found) > PER_PAGE,
    )


def entries(site: Site, found: list[tuple[str, str]]) -> list[Entry]:
    iris = [iri for iri, _ in found]
    said = said_in(site, iris)
    names = labels(site.store, (said[iri].text(iri, ITG + "identifies") for iri in iris))
    cited = citing_rows(site, iris)
    corrected: dict[str, list[Amendment]] = {}
    for one in amendments(site, iris, limit=len(iris) * 10 + 1):
        corrected.setdefault(one.corrects, []).append(one)
    return [
        entry(site, iri, place, said[iri], names, cited.get(iri, []), corrected.get(iri, [])) for iri, place in found
    ]


def entry(
    site: Site,
    iri: str,
    place: str,
    said: Said,
    names: dict[str, str],
    rows: list[str],
    mine: list[Amendment],
) -> Entry:
    work = said.text(iri, ITG + "identifies")
    title = said.text(iri, ITG + "titleAsPrinted")
    arxiv = said.text(iri, ITG + "arxivIdAsPrinted") or said.text(work, ITG + "arxivId")
    authors = [
        (said.text(node, ITG + "nameAsPrinted"), said.text(node, ITG + "author"))
        for node in sorted(said.texts(iri, ITG + "authorship"), key=numbered)
    ]
    printed = (
        said.text(work, SCHEMA + "datePublished"),
        said.text(work, ITG + "venueAsPrinted"),
        f"arXiv:{arxiv}" if arxiv else "",
    )
    complete = {*said.texts(work, ITG + "authorListComplete"), *said.texts(iri, ITG + "authorListComplete")}
    return Entry(
        place,
        iri.rpartition("/")[2],
        site.addresses.of(iri),
        title or names.get(work, ""),
        Linked(names.get(work, work), site.addresses.of(work)) if work else None,
        bool(title),
        tuple(Linked(name, site.addresses.of(who) if who else None) for name, who in authors),
        "false" not in complete,
        tuple(filter(None, printed)),
        tuple(Linked(source_name(compact(row, site.base)), site.addresses.of(row)) for row in rows[:MOST_ROWS]),
        max(0, len(rows) - MOST_ROWS),
        tuple(mine),
    )


def citing_rows(site: Site, references: list[str]) -> dict[str, list[str]]:
    """Return the rows that cite each reference, in the order of their ids."""
    found: dict[str, list[str]] = {}
    for chunk in chunks(references):
        pattern = f"{values('r', chunk)} ?row {iri_ref(ITG + 'cites')} ?r"
        query = f"SELECT ?r ?row WHERE {{ {pattern} }} ORDER BY ?r ?row LIMIT {MOST_CITING}"
        for reference, row in site.store.select(query):
            if reference is not None and row is not None:
                found.setdefault(reference.value, []).append(row.value)
    return found
