"""What a release holds, counted: entities, statements, sources, anomalies, links, and the bases most built upon.

Serve side: aggregates asked of the store through its seam, so that the counting is the engine's work.

Example::

    statistics(store, store.manifest)["basesMostBuiltUpon"][0]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from itgraph.lineage_format import printable
from itgraph.namespaces import ITG, KINDS, OWL, RDF, SSSOM, compact
from itgraph.sparql import Queryable, iri_ref, labels

__all__ = ["as_json", "as_text", "links", "most_built_upon", "statistics"]

TOP = 10
#: The vocabularies in which a release describes itself: what is of their classes is none of its contents.
DESCRIBING = ("sh:", "void:")
#: The set of links that is for entities of every kind. Another is for those kinds that it has rows of.
EVERY_KIND = "wikidata"
REFUTED = f"?n {iri_ref(RDF + 'subject')} ?s ; {iri_ref(RDF + 'predicate')} ?p ; {iri_ref(RDF + 'object')} ?o"


def statistics(store: Queryable, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts as plain data, each table in descending order of its counts."""
    return {
        "release": {
            key: manifest[key]
            for key in ("version", "ontologyVersion", "base", "statements", "triples", "graphs")
            if key in manifest
        },
        "entities": dict(sorted(manifest.get("entities", {}).items(), key=lambda item: (-item[1], item[0]))),
        "classes": {
            name: count
            for name, count in counted(store, f"?n {iri_ref(RDF + 'type')} ?key").items()
            if not name.startswith(DESCRIBING)
        },
        "graphsByMethod": counted(store, f"?n {iri_ref(ITG + 'method')} ?key"),
        "anomalies": counted(store, f"?n {iri_ref(ITG + 'anomalyKind')} ?key"),
        "corrections": number(store, f"?n {iri_ref(RDF + 'type')} {iri_ref(ITG + 'Correction')}"),
        "anomaliesSettledByCorrection": number(store, f"?c {iri_ref(ITG + 'settles')} ?n"),
        "statementsRefuted": number(store, REFUTED, "*"),
        "links": links(store, manifest.get("entities", {})),
        "basesMostBuiltUpon": most_built_upon(store),
    }


def counted(store: Queryable, pattern: str) -> dict[str, int]:
    """Return how many different ``?n`` the pattern has for each ``?key``."""
    query = (
        f"SELECT ?key (COUNT(DISTINCT ?n) AS ?count) WHERE {{ {pattern} }} "
        "GROUP BY ?key ORDER BY DESC(?count) STR(?key)"
    )
    return {
        compact(key.value, store.base): int(count.value)
        for key, count in store.select(query)
        if key is not None and count is not None
    }


def number(store: Queryable, pattern: str, counted: str = "DISTINCT ?n") -> int:
    """Return how many different ``?n`` the pattern has, or with ``*`` how many solutions."""
    (count,) = next(store.select(f"SELECT (COUNT({counted}) AS ?count) WHERE {{ {pattern} }}"))
    return int(count.value) if count is not None else 0


def links(store: Queryable, entities: Mapping[str, int]) -> dict[str, dict[str, dict[str, int]]]:
    """Return, for each set of links and each kind, how many entities have a link, have none, or were not checked.

    What has no row that holds and none that says "absent" is unchecked, whether or not it was proposed.
    """
    query = (
        f"SELECT ?set ?kind ?state (COUNT(DISTINCT ?n) AS ?count) WHERE {{ ?set {iri_ref(SSSOM + 'mappings')} ?row . "
        f"?row {iri_ref(ITG + 'linkState')} ?state ; {iri_ref(OWL + 'annotatedSource')} ?n "
        f'BIND(STRBEFORE(STRAFTER(STR(?n), "{store.base}"), "/") AS ?kind) }} GROUP BY ?set ?kind ?state ORDER BY ?set'
    )
    known: dict[str, dict[str, dict[str, int]]] = {}
    for name, kind, state, count in store.select(query):
        if name is not None and kind is not None and state is not None and count is not None:
            table = known.setdefault(compact(name.value, store.base).rpartition("/")[2], {})
            table.setdefault(kind.value, {})[state.value] = int(count.value)
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for place, table in known.items():
        for key in KINDS if place == EVERY_KIND else table:
            found = table.get(key, {})
            present, absent = found.get("present", 0), found.get("absent", 0)
            unchecked = max(entities.get(key, 0) - present - absent, 0)
            if present or absent or unchecked:
                row = {"present": present, "absent": absent, "unchecked": unchecked}
                counts.setdefault(place, {})[key] = row
    return counts


def most_built_upon(store: Queryable) -> list[dict[str, Any]]:
    """Return the models with the most descendants, each with how many there are and how many are direct."""
    direct = counted(store, f"?n {iri_ref(ITG + 'basedOn')} ?key")
    query = (
        f"SELECT ?base (COUNT(DISTINCT ?n) AS ?count) WHERE {{ ?n {iri_ref(ITG + 'ancestorModel')} ?base }} "
        f"GROUP BY ?base ORDER BY DESC(?count) STR(?base) LIMIT {TOP}"
    )
    bases = [(base.value, int(count.value)) for base, count in store.select(query) if base and count]
    names = labels(store, (iri for iri, _ in bases))
    return [
        {"id": (i := compact(iri, store.base)), "label": names[iri], "descendants": count, "direct": direct.get(i, 0)}
        for iri, count in bases
    ]


def as_json(counts: Mapping[str, Any]) -> str:
    """Return the counts as JSON (RFC 8259)."""
    return json.dumps(counts, ensure_ascii=False, indent=2) + "\n"


def as_text(counts: Mapping[str, Any]) -> str:
    """Return the counts for a person at a terminal, one table after the other."""
    anomalies = dict(counts["anomalies"])
    tables: dict[str, Mapping[str, Any]] = {
        "Release": counts["release"],
        "Entities": counts["entities"],
        "Classes": counts["classes"],
        "Graphs by method": counts["graphsByMethod"],
        "Anomalies of the survey": anomalies,
        "Corrections": {
            "corrections": counts["corrections"],
            "anomalies settled by them": counts["anomaliesSettledByCorrection"],
            "statements refuted": counts["statementsRefuted"],
        },
        **{
            f"Links to {name}": {
                kind: ", ".join(f"{count} {state}" for state, count in row.items()) for kind, row in table.items()
            }
            for name, table in counts["links"].items()
        },
        "Bases most built upon": {
            f"{printable(base['label'])} ({base['id']})": f"{base['descendants']} ({base['direct']} directly)"
            for base in counts["basesMostBuiltUpon"]
        },
    }
    lines: list[str] = []
    for heading, rows in tables.items():
        if rows:
            width = max(len(key) for key in rows)
            lines += ["", heading, *(f"  {key:<{width}}  {value}" for key, value in rows.items())]
    return "\n".join([*lines[1:], ""])
