"""What the graph holds of entities that are to be given to Wikidata, and of what these name: read a chunk at a time.

Serve side, below ``models`` and ``papers``. It is plain data: values by entity and property, the tables of the survey
that describe a model, the printed authors of a paper.

Example::

    facts = read(store, ["https://w3id.org/itgraph/model/alpaca"])
    facts.of("https://w3id.org/itgraph/model/alpaca", RDFS + "label")      # ('Alpaca',)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from itgraph.links.contribution.quickstatements import CannotBeWritten, string
from itgraph.namespaces import ITG, RDF, RDFS, SCHEMA, SKOS, WIKIDATA, compact
from itgraph.prefix_map import Identifier, identifier_of
from itgraph.sparql import Queryable, chunks, iri_ref, values

__all__ = ["CLOSE", "EXACT", "TYPE", "Author", "Facts", "read", "references"]

EXACT, CLOSE = SKOS + "exactMatch", SKOS + "closeMatch"
TYPE, LABEL = RDF + "type", RDFS + "label"
# The properties that lead from an entity to what its item names.
LEADING = (ITG + "basedOn", SCHEMA + "creator", SCHEMA + "subjectOf")
READ = (
    *(TYPE, LABEL, EXACT, CLOSE, *LEADING, ITG + "arxivId", ITG + "year", ITG + "venueAsPrinted", ITG + "modality"),
    *(ITG + "placeholder", SCHEMA + "url", SCHEMA + "codeRepository", SCHEMA + "inLanguage"),
)


@dataclass(frozen=True, order=True)
class Author:
    """An author at one place of a printed list; ``iri`` is None where nobody says who it is."""

    position: int
    name: str
    iri: str | None


@dataclass
class Facts:
    """What was read. ``base`` is that of the release."""

    base: str
    said: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    tables: dict[str, set[str]] = field(default_factory=dict)
    authors: dict[str, list[Author]] = field(default_factory=dict)

    def of(self, iri: str, property_: str) -> tuple[str, ...]:
        """Return the values that an entity has of a property, sorted."""
        return tuple(sorted(set(self.said.get(iri, {}).get(property_, ()))))

    def label(self, iri: str) -> str | None:
        """Return the label of an entity, the first where it has several."""
        return next(iter(self.of(iri, LABEL)), None)

    def id(self, iri: str) -> str:
        """Return the id of an entity."""
        return compact(iri, self.base)

    def item(self, iri: str, property_: str) -> str | None:
        """Return the one Wikidata item that an entity matches by a property; None for none, or several."""
        found = [match for match in self.of(iri, property_) if match.startswith(WIKIDATA)]
        return found[0].removeprefix(WIKIDATA) if len(found) == 1 else None

    def identifiers(self, iri: str) -> dict[str, Identifier]:
        """Return the identifiers that an entity has elsewhere, by the prefix of their place; the first of several."""
        known = [identifier_of(match) for match in self.of(iri, EXACT)]
        known += [identifier_of(f"https://arxiv.org/abs/{number}") for number in self.of(iri, ITG + "arxivId")]
        found: dict[str, Identifier] = {}
        for one in known:
            if one is not None:
                found.setdefault(one.prefix, one)
        return found

    def address(self, work: str) -> str | None:
        """Return where a work can be read: its identifier that leads there, else its URL."""
        identifiers = self.identifiers(work)
        for prefix in ("acl", "arxiv", "doi", "openreview"):
            if prefix in identifiers:
                return identifiers[prefix].iri
        return next(iter(self.of(work, SCHEMA + "url") + self.of(work, SCHEMA + "codeRepository")), None)


def references(address: str) -> tuple[tuple[str, str], ...]:
    """Return the columns of a reference: its URL (P854). On which day it was read (P813) is stated nowhere.

    Raises:
        CannotBeWritten: the address is no URL of the web.
    """
    if not address.startswith(("https://", "http://")):
        raise CannotBeWritten("a reference that is no address of the web")
    return (("S854", string(address)),)


def read(store: Queryable, iris: Sequence[str]) -> Facts:
    """Read what is held of the entities, and of the bases, makers, works and authors that they name."""
    facts = Facts(store.base)
    add_statements(facts, store, iris)
    for chunk in chunks(iris):
        row = f"?row {iri_ref(ITG + 'describes')} ?e ; {iri_ref(ITG + 'table')} ?table"
        for entity, table in store.select(f"SELECT DISTINCT ?e ?table WHERE {{ {values('e', chunk)} {row} }}"):
            if entity is not None and table is not None:
                facts.tables.setdefault(entity.value, set()).add(table.value)
        for iri, author in printed(store, chunk):
            facts.authors.setdefault(iri, []).append(author)
    named = {value for iri in iris for property_ in LEADING for value in facts.of(iri, property_)}
    named |= {author.iri for authors in facts.authors.values() for author in authors if author.iri is not None}
    add_statements(facts, store, sorted(named - set(iris)))
    return facts


def add_statements(facts: Facts, store: Queryable, iris: Iterable[str]) -> None:
    properties = values("p", READ)
    for chunk in chunks(iris):
        for entity, property_, value in store.select(
            f"SELECT ?e ?p ?o WHERE {{ {values('e', chunk)} {properties} ?e ?p ?o }}"
        ):
            if entity is not None and property_ is not None and value is not None:
                facts.said.setdefault(entity.value, {}).setdefault(property_.value, []).append(value.value)


def printed(store: Queryable, works: Sequence[str]) -> Iterator[tuple[str, Author]]:
    """Yield the authors of each work as its most complete list prints them."""
    nodes = f"?a {iri_ref(SCHEMA + 'position')} ?n ; {iri_ref(ITG + 'nameAsPrinted')} ?name"
    for work, position, name, who in store.select(
        f"SELECT DISTINCT ?w ?n ?name ?who WHERE {{ {values('w', works)} ?w {iri_ref(ITG + 'authorship')} ?a . {nodes} "
        f"OPTIONAL {{ ?a {iri_ref(ITG + 'author')} ?who }} }}"
    ):
        if work is not None and position is not None and name is not None and position.value.isdecimal():
            yield work.value, Author(int(position.value), name.value, None if who is None else who.value)
