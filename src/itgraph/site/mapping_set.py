"""The page of a link table: what it is about, how its rows stand, and each row where its IRI leads; the table itself.

Part of the site, above ``link_rows``. A table has the id of its graph, and a row is a fragment below that. A large
table is shown in parts: ``?page=2``, or with ``?from=`` and the name of a row the part that has it.

Example: ``/links/wikidata.html#model.llama.Q116894231``, and as SSSOM/TSV ``/links/wikidata.tsv``.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from itgraph.dataset import DATA_LICENCE
from itgraph.description import sources
from itgraph.endpoint.problems import Problem
from itgraph.export.lines import unnamed
from itgraph.export.mapping_set import write_mapping_set
from itgraph.namespaces import ITG, RDF, SSSOM, compact
from itgraph.site.corrections import Linked, page_number
from itgraph.site.entity import entity_page
from itgraph.site.facts import source_name
from itgraph.site.graphs import lines_of_graph
from itgraph.site.link_rows import DENIED, PER_PAGE, count_of_rows, rows_of_table
from itgraph.site.response import Page, Request
from itgraph.site.sources_said import held_of
from itgraph.sparql import iri_ref, string_literal
from itgraph.sssom.model import ABSENT, NEGATED, PRESENT, SLOTS, STATES, UNCHECKED
from itgraph.sssom.rdf import MAPPINGS, OF_SET

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["STATES_IN_WORDS", "is_mapping_set", "mapping_set", "mapping_set_table", "mapping_sets"]

TSV = "text/tab-separated-values; charset=utf-8"
#: More tables than a release has.
MOST_SETS = 100
LICENCES = {DATA_LICENCE: "CC BY 4.0"}
STATES_IN_WORDS = {
    PRESENT: "present",
    ABSENT: "looked for, not there",
    UNCHECKED: "proposed, not checked",
    DENIED: "not the same",
}
IS_SET = f"{iri_ref(RDF + 'type')} {iri_ref(SSSOM + 'MappingSet')}"
ROW = iri_ref(MAPPINGS)


def mapping_set(site: Site, request: Request, identifier: str) -> Page:
    """Return the page of a link table.

    Raises:
        Problem: 404, a part beyond the last, or a row that is not in it.
    """
    if not is_mapping_set(site, identifier):
        return entity_page(site, request, identifier)
    iri = site.base + identifier
    total = count_of_rows(site, identifier)
    last = max(1, -(-total // PER_PAGE))
    first = request.field("from")
    number = page_of_row(site, identifier, first) if first else page_number(request)
    if number > last:
        raise Problem(404, "not-found", f"there is no page {number} of this table", hint=f"the last is {last}")
    said = held_of(site, [iri])
    about = {slot: said.text(iri, predicate) for slot, predicate in OF_SET.items()}
    licence = about["license"]
    source = sources(site.store, [identifier])[identifier]
    rows = rows_of_table(site, identifier, (number - 1) * PER_PAGE, PER_PAGE)
    return site.render(
        "mapping_set.html",
        title=about["mapping_set_title"] or source_name(identifier),
        identifier=identifier,
        iri=iri,
        description=about["mapping_set_description"],
        licence=Linked(LICENCES.get(licence) or licence.partition("://")[2], site.addresses.of(licence)),
        method=source.method,
        made_by=[Linked(one, site.addresses.of(one)) for one in source.primary.split(", ") if one],
        counts=[(STATES_IN_WORDS[state], count) for state, count in count_by_state(site, identifier).items()],
        states=STATES_IN_WORDS,
        rows=rows,
        total=total,
        number=number,
        more=number < last,
        others=[(source_name(one), one) for one in mapping_sets(site) if one != identifier],
    )


def mapping_set_table(site: Site, _: Request, identifier: str) -> Page:
    """Return a link table as SSSOM/TSV, as it was built from.

    Raises:
        Problem: 404, there is no such table; 422, it has more rows than an answer may.
        InputError: it cannot be written as one.
    """
    if not is_mapping_set(site, identifier):
        raise Problem(
            404, "not-found", f"there is no table {identifier} here", hint="see /about.html for those there are"
        )
    out = io.BytesIO()
    write_mapping_set(unnamed(lines_of_graph(site, identifier)), site.base, out)
    name = f"{identifier.rpartition('/')[2]}.sssom.tsv"
    return Page(out.getvalue(), TSV, headers=(("content-disposition", f'attachment; filename="{name}"'),))


def is_mapping_set(site: Site, identifier: str) -> bool:
    """Tell whether the release has a link table of that id."""
    return identifier in mapping_sets(site)


def mapping_sets(site: Site) -> list[str]:
    """Return the ids of the link tables of the release."""
    query = f"SELECT DISTINCT ?set WHERE {{ ?set {IS_SET} }} ORDER BY ?set LIMIT {MOST_SETS}"
    return [compact(one.value, site.base) for (one,) in site.store.select(query) if one is not None]


def page_of_row(site: Site, table: str, name: str) -> int:
    """Return which part of a table has a row.

    Raises:
        Problem: 404, the table has no such row.
    """
    rows = f"{iri_ref(site.base + table)} {ROW} ?row"
    row = string_literal(f"{site.base}{table}#{name}")
    query = f"SELECT (COUNT(*) AS ?count) (MAX(STR(?row)) AS ?at) WHERE {{ {rows} FILTER (STR(?row) <= {row}) }}"
    count, at = next(site.store.select(query))
    if count is None or at is None or at.value != f"{site.base}{table}#{name}":
        raise Problem(404, "not-found", "this table has no such row", hint="look for it from its first page on")
    return -(-int(count.value) // PER_PAGE)


def count_by_state(site: Site, table: str) -> dict[str, int]:
    """Return how many rows a table has in each state, those in which there are any."""
    state, modifier = iri_ref(ITG + "linkState"), iri_ref(SLOTS["predicate_modifier"].property)
    query = (
        f"SELECT ?state ?denied (COUNT(*) AS ?count) WHERE {{ {iri_ref(site.base + table)} {ROW} ?row "
        f"OPTIONAL {{ ?row {state} ?state }} BIND (EXISTS {{ ?row {modifier} {iri_ref(NEGATED)} }} AS ?denied) }} "
        "GROUP BY ?state ?denied"
    )
    found = dict.fromkeys((*STATES, DENIED), 0)
    for stated, denied, count in site.store.select(query):
        known = stated.value if stated is not None and stated.value in STATES else UNCHECKED
        key = DENIED if denied is not None and denied.value == "true" else known
        found[key] += int(count.value) if count is not None else 0
    return {state: count for state, count in found.items() if count}
