"""What Wikidata lacks: the entities that were looked for there and not found, and how many nobody has looked for.

Serve side, the first step of giving back, before ``batch``. It reads the rows of the link table as the graph
``links/wikidata`` holds them. An entity is missing only where every row of it says *absent*, and nothing links it to
Wikidata otherwise: one that is *unchecked* may have an item, and a second item for one thing is the worst that a batch
can do.

Example::

    for iri in missing(Store.open(), ["model"]):
        print(iri)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itgraph.namespaces import FAIR4ML, ITG, OWL, RDF, SCHEMA, SKOS, WIKIDATA
from itgraph.sparql import Queryable, entity_iri, iri_ref, string_literal

__all__ = ["CLASSES", "missing", "unchecked"]

#: The classes of each of the kinds that are linked to Wikidata.
CLASSES = {
    "model": (FAIR4ML + "MLModel",),
    "paper": tuple(SCHEMA + work for work in ("ScholarlyArticle", "BlogPosting", "SoftwareSourceCode", "CreativeWork")),
    "person": (SCHEMA + "Person",),
    "organization": (SCHEMA + "Organization",),
    "dataset": (SCHEMA + "Dataset",),
    "benchmark": (ITG + "Benchmark",),
    "technique": (ITG + "TuningTechnique",),
}
SOURCE, STATE = iri_ref(OWL + "annotatedSource"), iri_ref(ITG + "linkState")
MATCH = f"{iri_ref(SKOS + 'exactMatch')}|{iri_ref(SKOS + 'closeMatch')}"
#: The mapping set, as a graph.
SET = "links/wikidata"


def missing(store: Queryable, kinds: Sequence[str]) -> Iterator[str]:
    """Yield the IRIs of the entities of these kinds that Wikidata lacks, in order.

    Args:
        store: the release.
        kinds: some of ``namespaces.KINDS``.
    """
    links = iri_ref(store.base + SET)
    for kind in sorted(set(kinds)):
        below = string_literal(f"{store.base}{kind}/")
        for (entity,) in store.select(
            f"SELECT DISTINCT ?entity WHERE {{ "
            f"GRAPH {links} {{ ?row {SOURCE} ?entity ; {STATE} 'absent' . FILTER(STRSTARTS(STR(?entity), {below})) }} "
            f"FILTER NOT EXISTS {{ GRAPH {links} {{ ?other {SOURCE} ?entity ; {STATE} ?state "
            f"FILTER(?state != 'absent') }} }} "
            f"FILTER NOT EXISTS {{ ?entity {MATCH} ?item FILTER(STRSTARTS(STR(?item), {string_literal(WIKIDATA)})) }} "
            f"}} ORDER BY ?entity"
        ):
            if entity is not None:
                yield entity_iri(entity)


def unchecked(store: Queryable, kinds: Sequence[str]) -> dict[str, int]:
    """Return for each kind how many entities have neither been found nor been looked for in vain; no zeros."""
    counts = {}
    known = f"?row {SOURCE} ?entity ; {STATE} ?state FILTER(?state IN ('absent', 'present'))"
    for kind in sorted(set(kinds)):
        below = string_literal(f"{store.base}{kind}/")
        classes = " ".join(map(iri_ref, CLASSES[kind]))
        [(count,)] = store.select(
            f"SELECT (COUNT(DISTINCT ?entity) AS ?count) WHERE {{ VALUES ?class {{ {classes} }} "
            f"?entity {iri_ref(RDF + 'type')} ?class FILTER(STRSTARTS(STR(?entity), {below})) "
            f"FILTER NOT EXISTS {{ GRAPH {iri_ref(store.base + SET)} {{ {known} }} }} }}"
        )
        if count is not None and count.value != "0":
            counts[kind] = int(count.value)
    return counts
