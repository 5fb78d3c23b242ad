"""What a release says of the entities that are to be found elsewhere: names, identifiers, addresses, who wrote what.

Serve side, the first step of a reconciler: a release → the subjects, a batch at a time. Placeholders stand for what no
source identifies; they are left out, for nothing elsewhere can be them.

Example::

    for batch in batches(store, "model", 50):
        print([subject.label for subject in batch])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from itgraph.namespaces import ITG, RDF, RDFS, SCHEMA, SKOS
from itgraph.prefix_map import identifier_of
from itgraph.sparql import Queryable, chunks, iri_ref, string_literal, values

__all__ = ["Subject", "batches", "classes_elsewhere", "described"]


@dataclass(frozen=True)
class Subject:
    """An entity to be found. ``wrote`` are the papers of a person, each with the position among its authors, from 1."""

    id: str
    label: str
    types: frozenset[str]
    names: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    orcids: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    wrote: tuple[tuple[str, int], ...] = ()
    #: Those of its addresses that another entity of its kind has too.
    shared: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """What it is, as its id says: one of ``KINDS``."""
        return self.id.partition("/")[0]


@dataclass
class Said:
    """What is said of one entity, by property."""

    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def all(self, *properties: str) -> tuple[str, ...]:
        return tuple(sorted({value for name in properties for value in self.values[name]}))


#: What is asked of an entity.
ASKED = (
    *(RDF + "type", RDFS + "label", SKOS + "altLabel", SKOS + "exactMatch"),
    *(ITG + "arxivId", ITG + "placeholder", SCHEMA + "codeRepository", SCHEMA + "url"),
)
AUTHORED = (
    f"?work {iri_ref(ITG + 'authorship')} ?node . ?node {iri_ref(ITG + 'author')} ?entity ; "
    f"{iri_ref(SCHEMA + 'position')} ?position"
)


def batches(store: Queryable, kind: str, size: int) -> Iterator[list[Subject]]:
    """Yield the entities of a kind, ``size`` of them at a time, in the order of their ids.

    Their IRIs are asked for once and sorted by the engine; what is said of them is asked for batch by batch.
    """
    query = (
        f"SELECT DISTINCT ?entity WHERE {{ ?entity {iri_ref(RDFS + 'label')} ?label ; {iri_ref(RDF + 'type')} ?type "
        f"FILTER(STRSTARTS(STR(?entity), {string_literal(f'{store.base}{kind}/')})) }} ORDER BY ?entity"
    )
    for some in chunks((entity.value for (entity,) in store.select(query) if entity is not None), size):
        yield described(store, some)


def described(store: Queryable, iris: Sequence[str], *, placeholders: bool = False) -> list[Subject]:
    """Return what the release says of these entities, those that it has; without the placeholders, unless asked."""
    said: dict[str, Said] = {iri: Said() for iri in iris}
    query = (
        f"SELECT ?entity ?property ?value WHERE {{ {values('entity', iris)} {values('property', ASKED)} "
        "?entity ?property ?value }"
    )
    for entity, name, value in store.select(query):
        if entity is not None and name is not None and value is not None:
            said[entity.value].values[name.value].append(value.value)
    wrote: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for entity, work, position in store.select(
        f"SELECT ?entity ?work ?position WHERE {{ {values('entity', iris)} {AUTHORED} }}"
    ):
        if entity is not None and work is not None and position is not None and position.value.isdecimal():
            wrote[entity.value].add((work.value.removeprefix(store.base), int(position.value)))
    shared: dict[str, set[str]] = defaultdict(set)
    at = values("at", [SCHEMA + "codeRepository", SCHEMA + "url"])
    of_kind = f'STRBEFORE(STRAFTER(STR(?{{}}), {string_literal(store.base)}), "/")'
    for entity, address in store.select(
        f"SELECT DISTINCT ?entity ?address WHERE {{ {values('entity', iris)} {at} ?entity ?at ?address . "
        f"?other {iri_ref(SCHEMA + 'codeRepository')}|{iri_ref(SCHEMA + 'url')} ?address . "
        f"FILTER(?other != ?entity && {of_kind.format('other')} = {of_kind.format('entity')}) }}"
    ):
        if entity is not None and address is not None:
            shared[entity.value].add(address.value)
    return [
        replace(
            subject_of(iri.removeprefix(store.base), found, tuple(sorted(wrote[iri]))), shared=frozenset(shared[iri])
        )
        for iri, found in said.items()
        if found.values[RDFS + "label"] and (placeholders or "true" not in found.values[ITG + "placeholder"])
    ]


def subject_of(identifier: str, said: Said, wrote: tuple[tuple[str, int], ...]) -> Subject:
    known = [found for iri in said.values[SKOS + "exactMatch"] if (found := identifier_of(iri)) is not None]
    dois, orcids = (tuple(sorted({one.local for one in known if one.prefix == name})) for name in ("doi", "orcid"))
    (label, *_) = said.all(RDFS + "label")
    return Subject(
        identifier,
        label,
        frozenset(said.values[RDF + "type"]),
        said.all(SKOS + "altLabel"),
        said.all(ITG + "arxivId"),
        dois,
        orcids,
        said.all(SCHEMA + "codeRepository"),
        said.all(SCHEMA + "url"),
        wrote,
    )


def classes_elsewhere(store: Queryable, namespace: str) -> dict[str, frozenset[str]]:
    """Return, for each of our classes, the classes of a namespace that it is matched with, by local name.

    A match may be exact, close, wider or narrower: whatever is an instance of one of them may be one of ours.
    """
    matches = [SKOS + kind for kind in ("exactMatch", "closeMatch", "narrowMatch", "broadMatch")]
    query = (
        f"SELECT ?class ?other WHERE {{ {values('match', matches)} ?class ?match ?other "
        f"FILTER(STRSTARTS(STR(?other), {string_literal(namespace)}) && "
        f"!STRSTARTS(STR(?class), {string_literal(store.base)})) }}"
    )
    found: dict[str, set[str]] = defaultdict(set)
    for ours, other in store.select(query):
        if ours is not None and other is not None:
            found[ours.value].add(other.value.removeprefix(namespace))
    return {name: frozenset(others) for name, others in found.items()}
