"""What the tables of an export are and which columns they have: the first of the two passes over the statements.

Serve side, below ``tables``. An entity belongs to the table of its kind, the first part of its id (``model``); what has
no kind of its own (a row of the survey, a training set) to the table of its class (``survey-row``). What is kept grows
with the number of columns, never with that of the entities;
only the authorships are held, which give the authors their order.

>>> kebab("SurveyRow")
'survey-row'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from itgraph.dataset import is_self_description
from itgraph.export.authorships import BELONGING, Authorships
from itgraph.export.compaction import Compaction
from itgraph.export.lines import Line, subjects
from itgraph.namespaces import ITG, ONTOLOGY, PROV, RDF, RDFS, XSD

__all__ = ["DELIMITER", "LABEL", "Column", "Table", "field_of", "kebab", "rows", "tables_of"]

#: Between the values of one cell; inside a value it is written ``%7C``.
DELIMITER = "|"

LABEL = RDFS + "label"
GRAPH = PROV + "Entity"
# Data Package 2.0, Table Schema, field types; a list has items of the first five of them only.
FIELD_TYPES = {
    XSD + "string": "string",
    XSD + "boolean": "boolean",
    XSD + "integer": "integer",
    XSD + "decimal": "number",
    XSD + "date": "date",
    XSD + "gYear": "year",
}
ITEM_TYPES = frozenset({"string", "boolean", "integer", "number", "date"})


@dataclass
class Column:
    """One property of one table: the types of its values, and whether an entity has several of them."""

    name: str
    datatypes: set[str] = field(default_factory=set)
    several: bool = False

    @property
    def type(self) -> str:
        """The field type that all values have; string where they differ, or a list could not hold it."""
        types = {FIELD_TYPES.get(datatype, "string") for datatype in self.datatypes}
        type_ = types.pop() if len(types) == 1 else "string"
        return "string" if self.several and type_ not in ITEM_TYPES else type_


@dataclass
class Table:
    """One table: its columns by the IRI of their property, ``rows`` counted."""

    columns: dict[str, Column] = field(default_factory=dict)
    rows: int = 0

    def ordered(self) -> list[tuple[str, Column]]:
        """Return the columns as they stand: the types, the label, then by name."""
        first = {RDF + "type": 0, LABEL: 1}
        return sorted(self.columns.items(), key=lambda item: (first.get(item[0], 2), item[1].name))


def rows(
    lines: Iterable[Line], base: str, iris: frozenset[str] | None, authorships: Authorships
) -> Iterator[tuple[str, str, Mapping[str, list[Any]]]]:
    """Yield (table, IRI, values by property) for everything below the base, but for how a release describes itself.

    With ``iris``, only for these and for the nodes with their details. Authors stand in their order, and an authorship
    tells what it belongs to, which only the other end states.
    """
    for subject, quads in subjects(lines):
        if not subject.startswith(base) or subject.startswith(ITG) or subject == ONTOLOGY:
            continue
        if iris is not None and subject not in iris and "#" not in subject:
            continue
        if is_self_description(subject.removeprefix(base)):
            continue
        values: dict[str, list[Any]] = {}
        for quad in quads:
            values.setdefault(quad.predicate.value, []).append(quad.object)
        authorships.complete(subject, values)
        yield table_of(subject.removeprefix(base), values.get(RDF + "type", [])), subject, values


def table_of(identifier: str, types: Iterable[Any]) -> str:
    """Return the table of an entity; what has no type at all is in the table ``thing``."""
    classes = sorted((kind.value for kind in types), key=lambda iri: (not iri.startswith(ITG), iri))
    others = [iri for iri in classes if iri != GRAPH]
    if classes and not others:
        return "graph"
    kind, slash, slug = identifier.partition("/")
    if slash and "/" not in slug and "#" not in slug:
        return kind
    return kebab(re.split("[#/]", others[0])[-1]) if others else "thing"


def kebab(name: str) -> str:
    """Return the name of a class as that of a file."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def tables_of(
    lines: Iterable[Line],
    base: str,
    iris: frozenset[str] | None,
    compaction: Compaction,
    authorships: Authorships,
) -> dict[str, Table]:
    """Return the tables with their columns, after one pass over the statements."""
    tables: dict[str, Table] = {}
    for name, _, values in rows(lines, base, iris, authorships):
        table = tables.setdefault(name, Table())
        table.rows += 1
        for predicate, terms in values.items():
            column = table.columns.setdefault(predicate, Column(""))
            column.several = column.several or len(terms) > 1
            column.datatypes.update(map(datatype, terms))
            names = {column.name or None, *(name_of(predicate, term, compaction) for term in terms)} - {None}
            # A property that has a term for each type of value (rdf:object) has none for all of them.
            column.name = str(names.pop()) if len(names) == 1 else compaction.prefixed(predicate)
    return dict(sorted(tables.items()))


def name_of(predicate: str, term: Any, compaction: Compaction) -> str:
    if predicate in BELONGING:
        return BELONGING[predicate]["name"]
    return "type" if predicate == RDF + "type" else compaction.member(predicate, term)[0]


def datatype(term: Any) -> str:
    return term.datatype.value if isinstance(term, ox.Literal) and not term.language else XSD + "string"


def field_of(predicate: str, column: Column, words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the descriptor of a field (Data Package 2.0, Table Schema)."""
    described: dict[str, Any] = {"name": column.name}
    if column.several:
        described |= {"type": "list", "delimiter": DELIMITER, "itemType": column.type}
    else:
        described["type"] = column.type
    if predicate in BELONGING:
        return {**described, **BELONGING[predicate]}
    described |= {key: text for key, text in words.get(predicate, {}).items() if text}
    return described | {"rdfType": predicate}
