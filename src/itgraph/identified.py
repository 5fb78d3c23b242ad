"""From an identifier of another place to the entities that have it: a CURIE, or an address that is one.

Serve side, below ``entity``, which begins here for what looks like such a name. What the graph holds as the entity's
own (an identifier, an exact match) comes before what is close to it, and that before a mere link, which a repository
may have from several. The table of the places is read only where the form of the name asks for it.

Example::

    identified(store, "hf:bigscience/bloomz")    # ['https://w3id.org/itgraph/model/bloomz']
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from itgraph.namespaces import ITG, PREFIXES, RDFS, SCHEMA, SKOS
from itgraph.sparql import Queryable, entity_iri, iri_ref, is_iri, string_literal, values

if TYPE_CHECKING:
    from itgraph.prefix_map import Identifier

__all__ = ["identified", "may_identify"]

#: So many entities of one identifier are told apart.
MOST = 10
CURIE = re.compile(r"[A-Za-z][A-Za-z0-9]*:(?!//)\S+")
ADDRESS = re.compile(r"https?://\S+")


def may_identify(store: Queryable, name: str) -> bool:
    """Tell by its form alone whether a name may be an identifier of another place: none of ours, and no label."""
    if ADDRESS.fullmatch(name):
        ours = store.base.partition("://")[2]
        return not name.partition("://")[2].startswith(ours)
    return CURIE.fullmatch(name) is not None and name.partition(":")[0] not in PREFIXES


def identified(store: Queryable, name: str) -> list[str] | None:
    """Return the IRIs of the entities that have the identifier, sorted; None for a name that is no identifier."""
    if not may_identify(store, name):
        return None
    from itgraph.prefix_map import identifier, identifier_of

    known = identifier_of(name) if ADDRESS.fullmatch(name) else identifier(name)
    if known is None:
        return None
    for patterns in (own(known), near(known), linked(known, name)):
        within = f"FILTER(STRSTARTS(STR(?entity), {string_literal(store.base)}))"
        query = f"SELECT DISTINCT ?entity WHERE {{ {patterns} {within} }} ORDER BY ?entity LIMIT {MOST}"
        if found := [entity_iri(entity) for (entity,) in store.select(query) if entity is not None]:
            return found
    return []


def own(known: Identifier) -> str:
    """Return the pattern of the entities that an identifier is said to identify."""
    stated = f"{{ ?entity {iri_ref(SCHEMA + 'identifier')} {string_literal(known.curie)} }}"
    if known.prefix == "arxiv":
        stated += f" UNION {{ ?entity {iri_ref(ITG + 'arxivId')} {string_literal(known.local)} }}"
    return f"{stated} UNION {{ ?entity {iri_ref(SKOS + 'exactMatch')} {iri_ref(known.iri)} }}"


def near(known: Identifier) -> str:
    """Return the pattern of the entities that what is identified is close to, or tells about."""
    by = values("by", [SKOS + "closeMatch", RDFS + "seeAlso"])
    return f"{by} ?entity ?by {iri_ref(known.iri)}"


def linked(known: Identifier, name: str) -> str:
    """Return the pattern of the entities that link to what is identified, by the address as given or as it may be."""
    addresses = dict.fromkeys(iri for iri in (known.iri, f"{known.iri}/", name) if is_iri(iri))
    by = values("by", [SCHEMA + "codeRepository", SCHEMA + "url"])
    return f"{by} {values('address', addresses)} ?entity ?by ?address"
