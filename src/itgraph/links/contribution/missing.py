"""What Wikidata lacks: the entities that were looked for there and not found, and how many nobody has looked for.

Serve side, the first step of giving back, before ``giving``. It reads the rows of the link table as the graph
``links/wikidata`` holds them. An entity is missing only where every row of it says *absent*, and nothing links it to
Wikidata otherwise: one that is *unchecked* may have an item, and a second item for one thing is the worst that a batch
can do.

Example::

    for entity in missing(Store.open(), ["model"]):
        print(entity.iri, entity.checked)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from itgraph.namespaces import DCTERMS, FAIR4ML, ITG, OWL, RDF, SCHEMA, SKOS
from itgraph.sparql import Queryable, entity_iri, iri_ref, string_literal

__all__ = ["KINDS", "WIKIDATA", "Missing", "missing", "unchecked"]

#: Where Wikidata's items are (https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format).
WIKIDATA = "http://www.wikidata.org/entity/"
#: The kinds of entity that are linked to Wikidata, by the first part of their ids, and their classes.
KINDS = {
    "model": (FAIR4ML + "MLModel",),
    "paper": (SCHEMA + "ScholarlyArticle", SCHEMA + "BlogPosting", SCHEMA + "SoftwareSourceCode"),
    "person": (SCHEMA + "Person",),
    "organization": (SCHEMA + "Organization",),
    "dataset": (SCHEMA + "Dataset",),
    "benchmark": (ITG + "Benchmark",),
    "technique": (ITG + "TuningTechnique",),
}

SOURCE, STATE = iri_ref(OWL + "annotatedSource"), iri_ref(ITG + "linkState")
MATCH = f"{iri_ref(SKOS + 'exactMatch')}|{iri_ref(SKOS + 'closeMatch')}"


@dataclass(frozen=True)
class Missing:
    """An entity that Wikidata lacks, and the last day on which that was seen, where the row says so."""

    iri: str
    checked: date | None


def missing(store: Queryable, kinds: Sequence[str]) -> Iterator[Missing]:
    """Yield the entities of these kinds that Wikidata lacks, by their IRIs.

    Args:
        store: the release.
        kinds: some of ``KINDS``.
    """
    for kind in sorted(set(kinds)):
        below = string_literal(f"{store.base}{kind}/")
        # A date of xsd:date compares as text where it has no time zone, and MAX of a date is no SPARQL 1.1.
        for entity, when in store.select(
            f"SELECT ?entity (MAX(STR(?day)) AS ?checked) WHERE {{ "
            f"?row {SOURCE} ?entity ; {STATE} {string_literal('absent')} . FILTER(STRSTARTS(STR(?entity), {below})) "
            f"OPTIONAL {{ ?row {iri_ref(DCTERMS + 'created')} ?day }} "
            f"FILTER NOT EXISTS {{ ?other {SOURCE} ?entity ; {STATE} ?state FILTER(?state != 'absent') }} "
            f"FILTER NOT EXISTS {{ ?entity {MATCH} ?item FILTER(STRSTARTS(STR(?item), {string_literal(WIKIDATA)})) }} "
            f"}} GROUP BY ?entity ORDER BY ?entity"
        ):
            if entity is not None:
                yield Missing(entity_iri(entity), day_of(None if when is None else when.value))


def day_of(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        return None


def unchecked(store: Queryable, kinds: Sequence[str]) -> dict[str, int]:
    """Return for each kind how many entities have neither been found nor been looked for in vain; no zeros."""
    counts = {}
    known = f"{{ ?row {SOURCE} ?entity ; {STATE} ?state FILTER(?state IN ('absent', 'present')) }}"
    for kind in sorted(set(kinds)):
        below = string_literal(f"{store.base}{kind}/")
        classes = " ".join(map(iri_ref, KINDS[kind]))
        [(count,)] = store.select(
            f"SELECT (COUNT(DISTINCT ?entity) AS ?count) WHERE {{ VALUES ?class {{ {classes} }} "
            f"?entity {iri_ref(RDF + 'type')} ?class FILTER(STRSTARTS(STR(?entity), {below})) "
            f"FILTER NOT EXISTS {known} }}"
        )
        if count is not None and count.value != "0":
            counts[kind] = int(count.value)
    return counts
