"""What search engines read of a page: the entity in schema.org's words, as JSON-LD in the page.

Part of the site, below its pages. Only what the default graph holds is said, and only in terms that schema.org has.
https://schema.org/docs/gs.html

Example: ``{"@type": "Dataset", "name": "Alpaca", …}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itgraph.description import is_iri_term
from itgraph.namespaces import FAIR4ML, ITG, SCHEMA, SKOS
from itgraph.site.elsewhere import identifier_stated
from itgraph.sparql import kind_of

if TYPE_CHECKING:
    from itgraph.description import Description
    from itgraph.site.site import Site

__all__ = ["TYPES", "schema_org"]

#: The class of schema.org for each kind of ours.
TYPES = {
    "model": "SoftwareApplication",
    "dataset": "Dataset",
    "paper": "ScholarlyArticle",
    "person": "Person",
    "organization": "Organization",
    "benchmark": "CreativeWork",
    "technique": "DefinedTerm",
}
#: What is said of an entity, as schema.org calls it.
TERMS = {
    ITG + "basedOn": "isBasedOn",
    FAIR4ML + "trainedOn": "isBasedOn",
    ITG + "derivedFromDataset": "isBasedOn",
    SCHEMA + "author": "author",
    SCHEMA + "creator": "creator",
    SCHEMA + "codeRepository": "url",
    SCHEMA + "url": "url",
    SCHEMA + "license": "license",
    SCHEMA + "datePublished": "datePublished",
    SCHEMA + "inLanguage": "inLanguage",
    SCHEMA + "identifier": "identifier",
    ITG + "arxivId": "identifier",
    SKOS + "exactMatch": "sameAs",
    SCHEMA + "subjectOf": "subjectOf",
    SKOS + "altLabel": "alternateName",
}
#: So many values of one property are given.
MOST = 50


def schema_org(site: Site, found: Description) -> dict[str, Any]:
    """Return the entity as one object of JSON-LD."""
    identifier = found.iri.removeprefix(site.base)
    kind = TYPES.get(kind_of(identifier), "Thing")
    said: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": kind,
        "@id": found.iri,
        "name": found.label,
        "mainEntityOfPage": site.addresses.public(identifier),
    }
    if kind == "SoftwareApplication":
        said["applicationCategory"] = "Language model"
    if kind == "Dataset":
        # The least that Google's data set search takes (https://developers.google.com/search/docs/appearance/structured-data/dataset).
        said["description"] = f"{found.label}: an instruction-tuning data set, and which sources say what about it."
    values: dict[str, list[Any]] = {}
    for statement in found.outgoing:
        term = TERMS.get(statement.predicate)
        if term is None or not statement.held:
            continue
        value: Any = statement.object.value
        if term == "identifier" and (known := identifier_stated(statement)) is not None:
            # https://schema.org/identifier: what is not a plain text says of which scheme it is.
            value = {"@type": "PropertyValue", "propertyID": known.place, "value": known.local, "url": known.iri}
        if is_iri_term(statement.object) and value.startswith(site.base):
            value = {"@id": value, "name": found.labels.get(value, value)}
        if value not in values.setdefault(term, []):
            values[term].append(value)
    return said | {term: kept[:MOST] if len(kept) > 1 else kept[0] for term, kept in values.items()}
