"""Links to other places, as VoID linksets: who we link to, by which property, and how often.

Below both sides: the build says it in the graph ``void``, an export writes it above the links themselves. A linkset
(https://www.w3.org/TR/void/#linkset) is all the links by one property of SKOS into one place of the prefix table; those
into no place that the table knows are in one for ``elsewhere``. Only entities have links: what a term of the vocabulary
matches is alignment, and no data.

>>> linkset_id("http://www.w3.org/2004/02/skos/core#exactMatch", "wd"), place_id("wd")
('void#linkset-skos:exactMatch-wd', 'void#place-wd')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from itgraph.dataset import DATASET, VOID_GRAPH
from itgraph.namespaces import DCTERMS, ITG, ONTOLOGY, RDF, SKOS, VOID, compact
from itgraph.prefix_map import converter, identifier_of, places

__all__ = ["ELSEWHERE", "MATCHES", "Linksets", "is_link", "linkset_id", "place_id"]

#: The mapping properties of SKOS (https://www.w3.org/TR/skos-reference/#mapping).
MATCHES = frozenset(SKOS + kind + "Match" for kind in ("exact", "close", "broad", "narrow", "related"))
#: Stands for the prefix of a place that the table does not have.
ELSEWHERE = "elsewhere"

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def is_link(subject: str, predicate: str, value: str, base: str) -> bool:
    """Tell whether a statement of two IRIs links an entity below the base to something that is not ours."""
    return (
        predicate in MATCHES
        and subject.startswith(base)
        and not subject.startswith((ITG, f"{ONTOLOGY}/"))
        and subject != ONTOLOGY
        and not value.startswith(base)
    )


def linkset_id(predicate: str, prefix: str) -> str:
    """Return the id of the linkset of a property and a place."""
    return f"{VOID_GRAPH}#linkset-{compact(predicate)}-{prefix}"


def place_id(prefix: str) -> str:
    """Return the id of a place, as the data set that links lead to."""
    return f"{VOID_GRAPH}#place-{prefix}"


@dataclass
class Linkset:
    """What is counted of one linkset. In memory are the ends of its links."""

    triples: int = 0
    subjects: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)


class Linksets:
    """Counts the links of the data set below a base."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._found: dict[tuple[str, str], Linkset] = {}

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Count a link; each is given once."""
        linkset = self._found.setdefault((predicate, place_of(value)), Linkset())
        linkset.triples += 1
        linkset.subjects.add(subject)
        linkset.objects.add(value)

    def described(self) -> Iterator[Statement]:
        """Yield what VoID says of the linksets and of the places that they lead to."""
        dataset = self._node(DATASET)
        for (predicate, prefix), linkset in self._found.items():
            here, there = self._node(linkset_id(predicate, prefix)), self._node(place_id(prefix))
            yield dataset, void("subset"), here
            yield here, ox.NamedNode(RDF + "type"), void("Linkset")
            yield here, void("subjectsTarget"), dataset
            yield here, void("objectsTarget"), there
            yield here, void("linkPredicate"), ox.NamedNode(predicate)
            yield here, void("triples"), ox.Literal(linkset.triples)
            yield here, void("distinctSubjects"), ox.Literal(len(linkset.subjects))
            yield here, void("distinctObjects"), ox.Literal(len(linkset.objects))
        for prefix in sorted({prefix for _, prefix in self._found}):
            there = self._node(place_id(prefix))
            yield there, ox.NamedNode(RDF + "type"), void("Dataset")
            place = places().get(prefix)
            name = "places that have no prefix here" if place is None else str(place["name"])
            yield there, ox.NamedNode(DCTERMS + "title"), ox.Literal(name, language="en")
            if prefix != ELSEWHERE:
                yield there, void("uriSpace"), ox.Literal(converter().get_record(prefix, strict=True).uri_prefix)

    def _node(self, identifier: str) -> ox.NamedNode:
        return ox.NamedNode(self.base + identifier)


def place_of(iri: str) -> str:
    """Return the prefix of the place that an IRI belongs to, as its place writes it.

    >>> place_of("https://arxiv.org/abs/2304.12244"), place_of("https://arxiv.org/pdf/2304.12244")
    ('arxiv', 'elsewhere')
    """
    found = identifier_of(iri)
    # Another spelling does not begin as the address space of the place says.
    return found.prefix if found is not None and found.iri == iri else ELSEWHERE


def void(name: str) -> ox.NamedNode:
    return ox.NamedNode(VOID + name)
