"""The names: the entity base, the vocabulary, the prefixes. Plain strings, so that every part can afford the import.

Ground floor: imports nothing of ours. The base is a build option and moves entities and graphs only; the vocabulary
``itg:`` never moves.

>>> ITG + "basedOn"
'https://w3id.org/itgraph/ns#basedOn'
>>> compact("https://w3id.org/fair4ml#trainedOn")
'fair4ml:trainedOn'
"""

from __future__ import annotations

__all__ = [
    "BASE",
    "DCTERMS",
    "FAIR4ML",
    "ITG",
    "KINDS",
    "ONTOLOGY",
    "OWL",
    "PAV",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SEMAPV",
    "SH",
    "SKOS",
    "SSSOM",
    "VOID",
    "WIKIDATA",
    "WIKIDATA_PROPERTIES",
    "XSD",
    "compact",
]

#: Where entities and graphs live unless a build says otherwise.
BASE = "https://w3id.org/itgraph/"

ITG = "https://w3id.org/itgraph/ns#"
#: FAIR4ML 0.1.0, https://w3id.org/fair4ml (the form with ``/`` that some files use is wrong).
FAIR4ML = "https://w3id.org/fair4ml#"
#: The https form; FAIR4ML's own context binds the http one.
SCHEMA = "https://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
VOID = "http://rdfs.org/ns/void#"
#: Mapping sets (SSSOM), how their rows are known, and who made them.
SSSOM = "https://w3id.org/sssom/"
SEMAPV = "https://w3id.org/semapv/vocab/"
PAV = "http://purl.org/pav/"
#: The items of Wikidata: the http form is theirs.
WIKIDATA = "http://www.wikidata.org/entity/"
#: Its properties: where statements hang, and their values without them.
WIKIDATA_PROPERTIES = {"p": "http://www.wikidata.org/prop/", "wdt": "http://www.wikidata.org/prop/direct/"}
XSD = "http://www.w3.org/2001/XMLSchema#"

#: The ontology as a thing; it begins like an entity and is none.
ONTOLOGY = ITG.rstrip("#")

#: The kinds of entities that have a name elsewhere, as their ids begin. Papers come first: people are found by them.
KINDS = ("paper", "model", "dataset", "benchmark", "technique", "organization", "person")

PREFIXES = {
    "dcterms": DCTERMS,
    "fair4ml": FAIR4ML,
    "itg": ITG,
    "owl": OWL,
    "pav": PAV,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "semapv": SEMAPV,
    "sh": SH,
    "skos": SKOS,
    "sssom": SSSOM,
    "void": VOID,
    "xsd": XSD,
}


def compact(iri: str, base: str | None = None) -> str:
    """Return the prefixed name of a vocabulary IRI, the id of an entity below ``base``, else the IRI itself."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    if base is not None and iri.startswith(base) and iri not in (ONTOLOGY, base):
        return iri.removeprefix(base)
    return iri
