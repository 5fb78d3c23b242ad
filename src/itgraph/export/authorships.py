"""Authorships for the tables: the order of the authors, and the work and the reference that an authorship belongs to.

Serve side, below ``columns``. A statement has no place among others, and a table has: the positions that the
authorships state put the authors of a work in their order. An authorship does not name what it belongs to; its table
gets columns that do. All authorships of the statements are in memory, each by its id, its position and its author.

>>> sorted(["r/17#author-10", "r/17#author-2"], key=natural)
['r/17#author-2', 'r/17#author-10']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from itgraph.export.lines import Line, split
from itgraph.namespaces import ITG, RDF, SCHEMA

__all__ = ["BELONGING", "Authorships", "natural"]

AUTHORSHIP, AUTHOR, IDENTIFIES = ITG + "authorship", ITG + "author", ITG + "identifies"
POSITION, CREATOR, TYPE = SCHEMA + "position", SCHEMA + "author", RDF + "type"
REFERENCE_OF, WORK_OF = f"^{AUTHORSHIP}", f"^{AUTHORSHIP}/{IDENTIFIES}"
#: The columns that no property has, by the path that leads there (SPARQL 1.1, section 9): name and explanation.
BELONGING: Mapping[str, Mapping[str, str]] = {
    REFERENCE_OF: {
        "name": "reference",
        "title": "reference",
        "description": "The entry of a bibliography that prints the name.",
    },
    WORK_OF: {"name": "work", "title": "work", "description": "The work that the reference identifies."},
}
READ = {f"<{iri}>".encode(): iri for iri in (AUTHORSHIP, AUTHOR, IDENTIFIES, POSITION, TYPE)}
# A number of more digits is no position.
DIGITS = re.compile(rb'"(\d{1,9})"')


def natural(identifier: str) -> list[tuple[str, int]]:
    """Return the key that sorts the numbers in a text as numbers."""
    return [(text, int(number or 0)) for text, number in re.findall(r"(\D*)(\d*)", identifier)]


@dataclass
class Authorships:
    """What is stated of authorships: position, author, and what has them; and the references with their works."""

    position: dict[str, int] = field(default_factory=dict)
    author: dict[str, str] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    identified: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Authorships:
        """Read them out of the statements."""
        found = cls()
        for line in lines:
            subject, predicate, value, _ = split(line)
            property_ = READ.get(predicate)
            if property_ is None:
                continue
            iri, other = subject[1:-1].decode(), value[1:-1].decode()
            if property_ == POSITION:
                if number := DIGITS.match(value):
                    found.position[iri] = int(number[1])
            elif property_ == AUTHOR:
                found.author[iri] = other
            elif property_ == AUTHORSHIP:
                found.owners.setdefault(other, []).append(iri)
            elif property_ == TYPE:
                if other == ITG + "Reference":
                    found.references.add(iri)
            else:
                found.identified.setdefault(iri, []).append(other)
        return found

    def complete(self, subject: str, values: dict[str, list[Any]]) -> None:
        """Put the authors of an entity in their order, and add to an authorship what it belongs to."""
        if AUTHORSHIP in values:
            values[AUTHORSHIP].sort(key=lambda node: natural(node.value))
            places: dict[str, int] = {}
            for node in values[AUTHORSHIP]:
                if node.value in self.author and node.value in self.position:
                    who, place = self.author[node.value], self.position[node.value]
                    places[who] = min(place, places.get(who, place))
            # Who has no place comes after those who have one.
            values.get(CREATOR, []).sort(key=lambda who: places.get(who.value, 1 << 30))
        if subject in self.owners:
            references = {owner for owner in self.owners[subject] if owner in self.references}
            works = {owner for owner in self.owners[subject] if owner not in references}
            works |= {work for reference in references for work in self.identified.get(reference, ())}
            for path, iris in ((REFERENCE_OF, references), (WORK_OF, works)):
                if iris:
                    values[path] = [ox.NamedNode(iri) for iri in sorted(iris)]
