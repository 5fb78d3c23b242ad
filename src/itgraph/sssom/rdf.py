"""SSSOM/RDF back to rows: what a release holds of a mapping set, as the table that it was built from.

The way there is the build's: the context maps slots to the properties of ``model.SLOTS``. Direct triples are not read:
the standard forbids to make rows of them (https://w3id.org/sssom/spec, section on SSSOM/RDF).

Example::

    mapping_set_of(triples, "https://w3id.org/itgraph/links/wikidata", {"itgraph": BASE, "wd": WIKIDATA})
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping as Prefixes

import curies
import pyoxigraph as ox

from itgraph.errors import InputError
from itgraph.namespaces import DCTERMS, SSSOM
from itgraph.sssom.model import BUILT_IN, NEGATED, NOT, SLOTS, Kind, Mapping, MappingSet

__all__ = ["LICENSE", "MAPPINGS", "OF_SET", "mapping_set_of"]

#: A set → its rows.
MAPPINGS = SSSOM + "mappings"
LICENSE = DCTERMS + "license"
#: What is said of a set, by slot.
OF_SET = {
    "mapping_set_title": DCTERMS + "title",
    "mapping_set_description": DCTERMS + "description",
    "license": LICENSE,
}


def mapping_set_of(triples: Iterable[ox.Triple], name: str, prefixes: Prefixes[str, str]) -> MappingSet:
    """Return the mapping set of that name that the triples describe, its rows in the order of their nodes.

    Args:
        triples: of the graph of the set, or more than these.
        name: the IRI of the set.
        prefixes: by which IRIs become CURIEs; the set gets those that it uses.

    Raises:
        InputError: an IRI has no prefix, or a row lacks what every row has.
    """
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            said[triple.subject.value][triple.predicate.value].append(triple.object.value)
    converter = curies.Converter.from_prefix_map({**BUILT_IN, **prefixes})
    used: set[str] = set()

    def curie(iri: str) -> str:
        short = converter.compress(iri)
        if short is None:
            raise InputError(f"no prefix for {iri}", hint="a mapping set has CURIEs only: declare one")
        used.add(short.partition(":")[0])
        return short

    def row(node: str) -> Mapping:
        values: dict[str, tuple[str, ...]] = {}
        for slot, is_ in SLOTS.items():
            found = said[node].get(is_.property, [])
            if slot == "predicate_modifier":
                found = [NOT if value == NEGATED else value for value in found]
            values[slot] = tuple(sorted(map(curie, found) if is_.kind is Kind.ENTITY else found))
        try:
            return Mapping(
                **{
                    slot: (found if SLOTS[slot].several else found[0])  # type: ignore[arg-type]
                    for slot, found in values.items()
                    if found
                }
            )
        except TypeError as error:
            raise InputError(f"{node} is no row of a mapping set: {error}", hint="is the release whole?") from error

    rows = tuple(row(node) for node in sorted(said[name][MAPPINGS]))
    texts = {slot: next(iter(said[name].get(iri, [])), "") for slot, iri in OF_SET.items()}
    kept = {prefix: iri for prefix, iri in prefixes.items() if prefix in used - BUILT_IN.keys()}
    return MappingSet(name, mappings=rows, curie_map=kept, **texts)
