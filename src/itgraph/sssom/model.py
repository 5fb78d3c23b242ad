"""What a mapping set holds: its rows, the slots that a row may have, and what each slot is in RDF.

The slots are those of the SSSOM 1.1 schema (https://w3id.org/sssom/schema), in its order, and one of ours: ``state``.
Rows keep the text of the table, so that nothing is lost on the way to RDF and back.

>>> row = Mapping("itgraph:model/gpt-4", "skos:exactMatch", "wd:Q116709136", "semapv:ManualMappingCuration")
>>> row.node
'model.gpt-4.Q116709136'
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Prefixes
from dataclasses import dataclass, field, fields
from enum import Enum

from itgraph.namespaces import BASE, DCTERMS, ITG, OWL, PAV, RDF, RDFS, SEMAPV, SKOS, SSSOM, XSD

__all__ = [
    "ABSENT",
    "BUILT_IN",
    "NEEDED",
    "NEGATED",
    "NOT",
    "NO_TERM_FOUND",
    "PRESENT",
    "SLOTS",
    "STATES",
    "UNCHECKED",
    "Kind",
    "Mapping",
    "MappingSet",
    "Slot",
]

#: The prefixes that every mapping set has (https://w3id.org/sssom/spec, section on IRI prefixes).
BUILT_IN = {
    "linkml": "https://w3id.org/linkml/",
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "semapv": SEMAPV,
    "skos": SKOS,
    "sssom": SSSOM,
    "xsd": XSD,
}

#: In the place of an object: it was looked for, and there is none.
NO_TERM_FOUND = "sssom:NoTermFound"
#: As ``predicate_modifier``: the predicate does not hold. In RDF it is an IRI.
NOT = "Not"
NEGATED = SSSOM + "NegatedPredicate"

#: What is known of a link: it holds; it was looked for and does not exist; a person has still to look.
PRESENT, ABSENT, UNCHECKED = "present", "absent", "unchecked"
STATES = (PRESENT, ABSENT, UNCHECKED)


class Kind(Enum):
    """What the values of a slot are: an entity by CURIE, an address, a text, a date, a number from 0 to 1."""

    ENTITY = "entity"
    ADDRESS = "address"
    TEXT = "text"
    DATE = "date"
    SHARE = "share"


@dataclass(frozen=True)
class Slot:
    """A slot of a row: its property in RDF, what its values are, and whether it may have several."""

    property: str
    kind: Kind
    several: bool = False


SLOTS = {
    "subject_id": Slot(OWL + "annotatedSource", Kind.ENTITY),
    "subject_label": Slot(SSSOM + "subject_label", Kind.TEXT),
    "predicate_id": Slot(OWL + "annotatedProperty", Kind.ENTITY),
    "predicate_modifier": Slot(SSSOM + "predicate_modifier", Kind.TEXT),
    "object_id": Slot(OWL + "annotatedTarget", Kind.ENTITY),
    "object_label": Slot(SSSOM + "object_label", Kind.TEXT),
    "object_category": Slot(SSSOM + "object_category", Kind.TEXT),
    "mapping_justification": Slot(SSSOM + "mapping_justification", Kind.ENTITY),
    "author_id": Slot(PAV + "authoredBy", Kind.ENTITY, several=True),
    "mapping_provider": Slot(SSSOM + "mapping_provider", Kind.ADDRESS),
    "mapping_tool": Slot(SSSOM + "mapping_tool", Kind.TEXT),
    "mapping_date": Slot(DCTERMS + "created", Kind.DATE),
    "confidence": Slot(SSSOM + "confidence", Kind.SHARE),
    "subject_match_field": Slot(SSSOM + "subject_match_field", Kind.ENTITY, several=True),
    "object_match_field": Slot(SSSOM + "object_match_field", Kind.ENTITY, several=True),
    "match_string": Slot(SSSOM + "match_string", Kind.TEXT, several=True),
    "see_also": Slot(RDFS + "seeAlso", Kind.ADDRESS, several=True),
    "comment": Slot(RDFS + "comment", Kind.TEXT),
    "state": Slot(ITG + "linkState", Kind.TEXT),
}
#: What every row has.
NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
#: What may not stand in the name of a node as it is. The dot parts its three pieces.
ODD = re.compile(r"[^A-Za-z0-9-]")


@dataclass(frozen=True)
class Mapping:
    """One row. Every slot is text as in the table, entities as CURIEs; "" and () where the row does not say.

    ``line`` is where the row stands in its file, from 1; 0 where it stands in none.
    """

    subject_id: str
    predicate_id: str
    object_id: str
    mapping_justification: str
    subject_label: str = ""
    predicate_modifier: str = ""
    object_label: str = ""
    object_category: str = ""
    author_id: tuple[str, ...] = ()
    mapping_provider: str = ""
    mapping_tool: str = ""
    mapping_date: str = ""
    confidence: str = ""
    subject_match_field: tuple[str, ...] = ()
    object_match_field: tuple[str, ...] = ()
    match_string: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    comment: str = ""
    state: str = ""
    line: int = field(default=0, compare=False)

    def values(self, slot: str) -> tuple[str, ...]:
        """Return what the row says in a slot: one text, several, or none."""
        value = getattr(self, slot)
        return value if isinstance(value, tuple) else (value,) if value else ()

    @property
    def holds(self) -> bool:
        """Whether the row says that its subject and its object match."""
        return self.state == PRESENT and self.predicate_modifier != NOT

    @property
    def node(self) -> str:
        """The name of the row as a node below the graph of its set; pairs with objects of one place have their own."""
        kind, _, slug = self.subject_id.partition(":")[2].partition("/")
        item = "none" if self.object_id == NO_TERM_FOUND else odd(self.object_id.partition(":")[2])
        return f"{odd(kind)}.{slug}.{item}"


def odd(text: str) -> str:
    """Return the text with each sign that is not a letter, a digit or a hyphen as ``_`` and its bytes."""
    return ODD.sub(lambda found: "".join(f"_{byte:02X}" for byte in found.group().encode()), text)


@dataclass(frozen=True)
class MappingSet:
    """A table of rows with what is said of it as a whole; ``curie_map`` may leave out what is built in."""

    mapping_set_id: str
    mapping_set_title: str
    license: str
    mappings: tuple[Mapping, ...]
    mapping_set_description: str = ""
    curie_map: Prefixes[str, str] = field(default_factory=dict)

    @property
    def prefixes(self) -> dict[str, str]:
        """All prefixes that a CURIE of the set may have."""
        return {**BUILT_IN, **self.curie_map}

    @property
    def graph(self) -> str:
        """The id of the set, and of the named graph that it becomes: ``links/wikidata``."""
        return self.mapping_set_id.removeprefix(BASE)

    def iri(self, curie: str) -> str:
        """Return the IRI of a CURIE of the set.

        Raises:
            KeyError: its prefix is not declared.
        """
        prefix, _, local = curie.partition(":")
        return self.prefixes[prefix] + local


COLUMNS = tuple(f.name for f in fields(Mapping) if f.name != "line")
if set(COLUMNS) != set(SLOTS):
    raise TypeError("the slots and the fields of a row differ")
