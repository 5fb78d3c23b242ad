"""The survey as a source: what it is, its tables as they are printed, its list of references, and what is amiss in it.

Part of the site. Everything here is asked of the graphs of the rows and references, so that it is what they state, with
what a correction refutes still in its place and marked.

Example: ``/survey/models.html``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from itgraph.description import is_iri_term
from itgraph.namespaces import ITG, RDF, RDFS, SCHEMA, compact
from itgraph.site.corrections import Amendment, Linked, amendments, page_number
from itgraph.site.facts import source_name
from itgraph.site.papers import papers
from itgraph.site.response import Page, Request
from itgraph.site.sources_said import held_of, said_in
from itgraph.site.survey_columns import TABLES, Part, Row, table_of
from itgraph.site.things import document, thing
from itgraph.sparql import iri_ref, labels, string_literal, values
from itgraph.stats import counted, number

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["survey", "survey_table", "survey_table_thing"]

#: So many rows stand on a page of a table.
ROWS = 200
SURVEY = "survey"


@dataclass(frozen=True)
class TableLine:
    """A table as the overview lists it."""

    name: str
    title: str
    rows: int
    corrected: int


@dataclass(frozen=True)
class AnomalyLine:
    """A kind of anomaly: how many there are, and how many of them a correction settles."""

    kind: str
    count: int
    corrected: int


def survey(site: Site, _: Request, identifier: str) -> Page:
    """Return the page of the survey."""
    iri = site.base + identifier
    about = held_of(site, [iri])
    row, table, corrects = (iri_ref(ITG + name) for name in ("SurveyRow", "table", "corrects"))
    rows = counted(site.store, f"?n {iri_ref(RDF + 'type')} {row} ; {table} ?key")
    corrected = counted(site.store, f"?c {corrects} ?n . ?n {table} ?key")
    kinds = counted(site.store, f"?n {iri_ref(ITG + 'anomalyKind')} ?key")
    settled = counted(site.store, f"?c {iri_ref(ITG + 'settles')} ?n . ?n {iri_ref(ITG + 'anomalyKind')} ?key")
    names = [name for name in TABLES if name in rows] + sorted(rows.keys() - TABLES.keys())
    return site.render(
        "survey.html",
        title="The survey",
        section="Survey",
        identifier=identifier,
        label=about.text(iri, RDFS + "label"),
        papers=papers(site, about.texts(iri, ITG + "describes")),
        repositories=about.texts(iri, SCHEMA + "codeRepository"),
        tables=[TableLine(name, table_of(name).title, rows[name], corrected.get(name, 0)) for name in names],
        references=number(site.store, f"?n {iri_ref(RDF + 'type')} {iri_ref(ITG + 'Reference')}"),
        references_corrected=number(site.store, f"?c {corrects} ?n . ?n a {iri_ref(ITG + 'Reference')}"),
        corrections=number(site.store, f"?n {iri_ref(RDF + 'type')} {iri_ref(ITG + 'Correction')}"),
        anomalies=[AnomalyLine(kind, count, settled.get(kind, 0)) for kind, count in kinds.items()],
    )


@dataclass(frozen=True)
class ShownRow:
    """A row of a table as a page shows it."""

    number: str
    href: str | None
    cells: tuple[tuple[Part, ...], ...]
    references: tuple[Part, ...]
    section: Linked | None
    amendments: tuple[Amendment, ...]


def survey_table(site: Site, request: Request, table: str) -> Page:
    """Return the page of a table; what is no table is a thing like others.

    Raises:
        Problem: 404, there is no such table, and nothing else of that name.
    """
    typed = f"?row {iri_ref(ITG + 'table')} {string_literal(table)} ; {iri_ref(ITG + 'rowNumber')} ?number"
    page = page_number(request)
    order = f"ORDER BY ?number ?row LIMIT {ROWS + 1} OFFSET {(page - 1) * ROWS}"
    found = [
        (row.value, place.value)
        for row, place in site.store.select(f"SELECT ?row ?number WHERE {{ {typed} }} {order}")
        if row is not None and place is not None
    ]
    if not found and not is_table(site, table):
        return document(site, request, f"survey/{table}", "html")
    spec = table_of(table)
    shown = shown_rows(site, table, found[:ROWS])
    return site.render(
        "survey_table.html",
        title=spec.title,
        section="Survey",
        table=table,
        columns=spec.columns,
        groups=[(section, list(rows)) for section, rows in groupby(shown, key=lambda row: row.section)],
        amended=[row for row in shown if row.amendments],
        rows=number(site.store, f"?n {iri_ref(ITG + 'table')} {string_literal(table)}"),
        number=page,
        more=len(found) > ROWS,
    )


def survey_table_thing(site: Site, request: Request, table: str) -> Page:
    """Return the way to the page of a table.

    Raises:
        Problem: 404, there is no such table, and nothing else of that name.
    """
    if not is_table(site, table):
        return thing(site, request, f"survey/{table}")
    location = site.addresses.page(f"survey/{table}")
    return Page(b"", "text/plain; charset=utf-8", 303, (("location", location),))


def is_table(site: Site, table: str) -> bool:
    query = f"SELECT ?row WHERE {{ ?row {iri_ref(ITG + 'table')} {string_literal(table)} }} LIMIT 1"
    return next(site.store.select(query), None) is not None


def shown_rows(site: Site, table: str, found: list[tuple[str, str]]) -> list[ShownRow]:
    iris = [iri for iri, _ in found]
    said = said_in(site, iris)
    ends = {term.value for one in said.values() for _, _, term in one.all() if is_iri_term(term)}
    names = {iri: name for iri, name in labels(site.store, ends).items() if iri.startswith(site.base)}
    numbers = numbers_of(site, [end for end in ends if end.startswith(f"{site.base}survey/reference/")])
    by_row: dict[str, list[Amendment]] = {}
    for one in amendments(site, iris, limit=len(iris) * 10 + 1):
        by_row.setdefault(one.corrects, []).append(one)
    shown = []
    for iri, place in found:
        mine = by_row.get(iri, [])
        refuted = frozenset().union(*(one.statements for one in mine))
        row = Row(site, iri, said[iri], names, refuted)
        section = said[iri].text(iri, ITG + "section")
        shown.append(
            ShownRow(
                place,
                site.addresses.of(iri),
                tuple(tuple(column.read(row)) for column in table_of(table).columns),
                references(row, numbers),
                Linked(names.get(section, section), site.addresses.of(section)) if section else None,
                tuple(mine),
            )
        )
    return shown


def references(row: Row, numbers: dict[str, str]) -> tuple[Part, ...]:
    """Return the citations of a row: those that it means, and those that it prints and that are wrong."""
    cited = [
        (numbers.get(iri, source_name(compact(iri, row.site.base))), iri)
        for iri in row.said.texts(row.iri, ITG + "cites")
    ]
    cited.sort(key=lambda one: (len(one[0]), one))
    meant = [Part(f"[{text}]", row.site.addresses.of(iri)) for text, iri in cited]
    wrong = [Part(f"[{text}]", None, refuted=True) for text in row.said.texts(row.iri, ITG + "citesAsPrinted")]
    return (*meant, *wrong)


def numbers_of(site: Site, references: list[str]) -> dict[str, str]:
    if not references:
        return {}
    query = f"SELECT ?r ?n WHERE {{ {values('r', references)} ?r {iri_ref(ITG + 'number')} ?n }}"
    return {r.value: n.value for r, n in site.store.select(query) if r is not None and n is not None}
