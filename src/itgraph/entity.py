"""From what a person types to one entity: an id, an IRI, a prefixed name, an identifier, a label or another name.

Serve side; every asking command and the Python door begin here. Ids and exact names are looked up, so that the usual
case costs two small queries; only a name that is not found that way is compared with all names, without case.

Example::

    resolve(store, "LLaMA").id    # 'model/llama'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from itgraph.errors import UsageError, echo
from itgraph.identified import identified
from itgraph.namespaces import DCTERMS, ITG, OWL, PREFIXES, RDFS, SKOS, compact
from itgraph.sparql import Queryable, entity_iri, iri_ref, is_iri, is_unicode, kind_of, labels, string_literal

if TYPE_CHECKING:
    from itgraph.sparql import Term

__all__ = ["Entity", "resolve"]

NAMES = f"VALUES ?names {{ {iri_ref(RDFS + 'label')} {iri_ref(SKOS + 'altLabel')} }}"
#: An id that was given up keeps its label, and nobody means it by that.
NOT_GONE = f"FILTER NOT EXISTS {{ ?entity {iri_ref(OWL + 'deprecated')} true }}"
#: How many names "did you mean" offers, how alike (of 100) they must be, and how far behind the best of them.
OFFERS, ALIKE, BEHIND = 3, 80, 10


@dataclass(frozen=True)
class Entity:
    """An entity of the release. ``notice`` says so where it was asked for by an id that it has replaced."""

    id: str
    iri: str
    label: str
    kind: str
    notice: str | None = None


def resolve(store: Queryable, name: str, *, kind: str | None = None) -> Entity:
    """Return the entity that is meant.

    Args:
        store: where to look.
        name: an id (``model/llama``), a full IRI, a prefixed name (``itg:basedOn``), an identifier of another place
            (``arxiv:2304.12244``, ``https://doi.org/…``), a label or another name.
        kind: the kind that it must be of, such as ``model``; then its slug alone (``llama``) is a name too, and an
            entity of another kind with the same name is not in the way.

    Raises:
        UsageError: nothing has that name (the hint offers the nearest), or several entities have it (lists their ids),
            or none of the kind.
    """
    name = name.strip()
    if not name:
        raise UsageError("the name is empty", hint="give an id such as model/llama, or a label such as LLaMA")
    if not is_unicode(name):
        raise UsageError("the name is not text", hint="give it in UTF-8")
    foreign = identified(store, name)
    for iri in () if foreign else readings(store, name):
        if successor := replaced_by(store, iri):
            found = entity(store, successor)
            notice = f"{compact(iri, store.base)} is now {found.id}"
            return of_kind(Entity(found.id, found.iri, found.label, found.kind, notice), kind)
        if exists(store, iri):
            return of_kind(entity(store, iri), kind)
    named = foreign or exact(store, name)
    found_iris = [iri for iri in named if is_of_kind(store, iri, kind)]
    known: list[tuple[str, str]] = []
    if not found_iris and foreign is not None and not named:
        hint = "give the id that it has here, such as model/llama, or a label"
        raise UsageError(f"no entity has the identifier {echo(name)}", hint=hint)
    if not found_iris and foreign is None:
        known = list(all_names(store))
        folded = fold(name)
        named = sorted({*named, *(iri for iri, label in known if fold(label) == folded)})
        found_iris = [iri for iri in named if is_of_kind(store, iri, kind)]
    if not found_iris and kind is not None:
        known = [(iri, label) for iri, label in known if is_of_kind(store, iri, kind)]
        slug = f"{store.base}{kind}/{name}"
        if is_iri(slug) and exists(store, slug):
            found_iris = [slug]
        elif named:
            hint = f"it is the name of {', '.join(compact(iri, store.base) for iri in named)}"
            raise UsageError(f"{echo(name)} is no {kind}", hint=hint)
    if len(found_iris) == 1:
        return entity(store, found_iris[0])
    if found_iris:
        ids = ", ".join(compact(iri, store.base) for iri in found_iris)
        raise UsageError(f"{echo(name)} is the name of {len(found_iris)} entities", hint=f"say which: {ids}")
    raise UsageError(f"nothing is called {echo(name)}", hint=did_you_mean(store, name, known))


def is_of_kind(store: Queryable, iri: str, kind: str | None) -> bool:
    return kind is None or kind_of(compact(iri, store.base)) == kind


def of_kind(found: Entity, kind: str | None) -> Entity:
    """Return the entity.

    Raises:
        UsageError: it is of another kind.
    """
    if kind is not None and found.kind != kind:
        raise UsageError(f"{found.id} is no {kind}", hint=f"give a {kind}, by its id or name")
    return found


def readings(store: Queryable, name: str) -> Iterator[str]:
    """Yield the IRIs that the name may stand for, if it is no label.

    A slash at the end, and http where the base has https (or the other way round), are what browsers and people add.
    """
    prefix, colon, local = name.partition(":")
    tries = [PREFIXES[prefix] + local] if colon and prefix in PREFIXES else []
    tries += [name, store.base + name]
    scheme, separator, rest = name.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme, "") + separator + rest
    tries += [other] if other.startswith(store.base) else []
    tries += [iri.rstrip("/") for iri in tries if iri.startswith(store.base) and iri != store.base]
    yield from (iri for iri in unique(tries) if is_iri(iri))


def exists(store: Queryable, iri: str) -> bool:
    """Tell whether the release says anything about the entity."""
    return any(True for _ in store.select(f"SELECT ?p WHERE {{ {iri_ref(iri)} ?p ?o }} LIMIT 1"))


def replaced_by(store: Queryable, iri: str) -> str | None:
    """Return the entity that stands today for a retired one (``dcterms:replaces``), over any number of renames."""
    seen, current = {iri}, iri
    while True:
        query = f"SELECT ?new WHERE {{ ?new {iri_ref(DCTERMS + 'replaces')} {iri_ref(current)} }} ORDER BY ?new LIMIT 1"
        (successor,) = next(store.select(query), (None,))
        if successor is None or (new := entity_iri(successor)) in seen:
            return current if current != iri else None
        current = new
        seen.add(current)


def entity(store: Queryable, iri: str) -> Entity:
    """Return the entity with its label and kind."""
    identifier = compact(iri, store.base)
    return Entity(identifier, iri, labels(store, [iri])[iri], kind_of(identifier))


def exact(store: Queryable, name: str) -> list[str]:
    """Return the entities that have exactly this label or other name, with no language or in English."""
    text = string_literal(name)
    pattern = f"{NAMES} VALUES ?name {{ {text} {text}@en }} ?entity ?names ?name {NOT_GONE}"
    query = f"SELECT DISTINCT ?entity WHERE {{ {pattern} }}"
    return sorted(iri for (term,) in store.select(query) if term is not None and nameable(store, iri := named(term)))


def all_names(store: Queryable) -> Iterator[tuple[str, str]]:
    """Yield (IRI, name) for every label and other name of the entities."""
    for term, name in store.select(f"SELECT ?entity ?name WHERE {{ {NAMES} ?entity ?names ?name {NOT_GONE} }}"):
        if term is not None and name is not None and nameable(store, iri := named(term)):
            yield iri, name.value


def named(term: Term) -> str:
    """Return the IRI of what has a name, empty for a blank node, which nobody can ask for."""
    return "" if isinstance(term, ox.BlankNode) else entity_iri(term)


def nameable(store: Queryable, iri: str) -> bool:
    """Tell whether a label may stand for it: the entities may, the terms of the vocabulary not."""
    return iri.startswith(store.base) and not iri.startswith(ITG)


def fold(name: str) -> str:
    """Return the name without what people type differently: case, and runs of spaces, hyphens and underscores."""
    return " ".join(name.replace("-", " ").replace("_", " ").split()).casefold()


def did_you_mean(store: Queryable, name: str, known: Sequence[tuple[str, str]]) -> str:
    """Return the hint with the entities whose name or slug is nearest to what was typed, those of its kind first.

    The kind is no part of what is compared: it would make any two ids of one kind alike.
    """
    from rapidfuzz import fuzz, process

    kind, _, slug = name.rpartition("/")
    candidates: dict[str, set[str]] = {}
    for iri, label in known:
        identifier = compact(iri, store.base)
        for text in (label, identifier.rpartition("/")[2]):
            candidates.setdefault(fold(text), set()).add(identifier)
    scores: dict[str, float] = {}
    for text in {fold(name), fold(slug)} - {""}:
        for found, score, _ in process.extract(text, list(candidates), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=12):
            for identifier in candidates[found]:
                scores[identifier] = max(score, scores.get(identifier, 0))
    near = [identifier for identifier, score in scores.items() if score > max(scores.values()) - BEHIND]
    offers = sorted(near, key=lambda identifier: (-scores[identifier], kind_of(identifier) != kind, identifier))[
        :OFFERS
    ]
    return f"did you mean {' or '.join(offers)}?" if offers else "an id looks like model/llama or dataset/alpaca"


def unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
