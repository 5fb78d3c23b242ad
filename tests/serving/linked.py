"""A release with link tables: a row in each state, what an entity is not, and more rows than a page has."""

from __future__ import annotations

from pathlib import Path

from tests.serving.conftest import write_release

__all__ = ["write_linked_release"]

PREFIXES = """@base <https://w3id.org/itgraph/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix itg: <https://w3id.org/itgraph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix semapv: <https://w3id.org/semapv/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix wd: <http://www.wikidata.org/entity/> .
"""
MODELS = ("exact", "close", "absent", "unchecked", "plain")
#: Model, item, label of the item, what else the row says.
ROWS = (
    (
        "exact",
        "wd:Q9000000001",
        "Exactly",
        'itg:linkState "present" ; sssom:confidence 9.5E-1 ; sssom:match_string "2302.1"',
    ),
    ("close", "wd:Q9000000002", "close", 'itg:linkState "present" ; sssom:confidence 8.75E-1'),
    ("unchecked", "wd:Q9000000003", "Perhaps", 'itg:linkState "unchecked" ; sssom:subject_match_field rdfs:label'),
    ("absent", "sssom:NoTermFound", "", 'itg:linkState "absent" ; sssom:confidence 1.0E0'),
)
DENIED = ("exact", "wd:Q9000000004", "Llama", "sssom:predicate_modifier sssom:NegatedPredicate")
MANY = 205


def row(table: str, model: str, item: str, label: str, more: str) -> str:
    name = f"<links/{table}#model.{model}.{item.partition(':')[2].replace('NoTermFound', 'none')}>"
    match = "skos:closeMatch" if model == "close" else "skos:exactMatch"
    holds = f"<model/{model}> {match} {item} ." if '"present"' in more else ""
    called = f'; sssom:object_label "{label}"' if label else ""
    return (
        f"<links/{table}> a sssom:MappingSet ; sssom:mappings {name} . {holds} "
        f"{name} a owl:Axiom ; owl:annotatedSource <model/{model}> ; owl:annotatedProperty {match} ; "
        f"owl:annotatedTarget {item} ; sssom:mapping_justification semapv:LexicalMatching ; "
        f"sssom:mapping_provider <https://example.org/says/{model}> ; rdfs:seeAlso <https://example.org/also> ; "
        f'dcterms:created "2026-11-26" ; rdfs:comment "about {label or model}" {called} ; {more} .'
    )


def write_linked_release(folder: Path) -> Path:
    """Write the release."""
    models = " ".join(f'<model/{name}> a fair4ml:MLModel ; rdfs:label "{name.capitalize()}" .' for name in MODELS)
    many = " ".join(
        row("many", f"m-{number:03}", f"wd:Q91{number:08}", "", 'itg:linkState "present"') for number in range(MANY)
    )
    table = '<links/wikidata> dcterms:title "Items" ; dcterms:description "Which & who" .'
    text = (
        f"{PREFIXES} <registry/model/all> {{ {models} }} "
        f"<links/wikidata> {{ {table} {' '.join(row('wikidata', *one) for one in ROWS)} }} "
        f"<links/wikidata-denied> {{ {row('wikidata-denied', *DENIED)} }} <links/many> {{ {many} }} "
        '<about> { <links/wikidata> itg:method "curated" . <links/wikidata-denied> itg:method "curated" . }'
    )
    return write_release(folder, text)
