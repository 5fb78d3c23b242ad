"""The pages of the schemes of concepts: each concept, what it means, and how much there is of it.

Part of the site.

Example: ``/construction.html``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from itgraph.namespaces import FAIR4ML, ITG, SCHEMA, SKOS
from itgraph.site.counting import count_of, told
from itgraph.site.kinds import CONCEPTS, KINDS, Kind
from itgraph.site.response import Page, Request
from itgraph.site.sources_said import held_of
from itgraph.sparql import iri_ref, labels

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["concept_scheme"]

#: More concepts than any scheme has.
MOST_CONCEPTS = 1000
MODEL, DATASET = ("model", FAIR4ML + "MLModel"), ("dataset", SCHEMA + "Dataset")
BENCHMARK = ("benchmark", ITG + "Benchmark")
#: A line that a source prints of a data set; it has no page of its own.
PART = ("part", ITG + "DatasetPart")
WORDS = KINDS | {"part": Kind("part of a data set", "parts of data sets", "")}
#: Which entities carry the concepts of a scheme: their kinds with the class of each, and the path to the concept.
CARRIED: Mapping[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "construction": ((DATASET,), iri_ref(ITG + "construction")),
    "modality": ((MODEL, DATASET, PART), iri_ref(ITG + "modality")),
    "domain": ((MODEL,), iri_ref(ITG + "domain")),
    "subject": ((DATASET,), iri_ref(ITG + "subject")),
    "evaluation-style": ((BENCHMARK,), iri_ref(ITG + "evaluationStyle")),
    "section": ((MODEL, DATASET), f"^{iri_ref(ITG + 'describes')}/{iri_ref(ITG + 'section')}"),
}


class Carriers(NamedTuple):
    """How many entities of a kind carry a concept, as a link to the list of them says it, where there is one."""

    kind: str
    words: str


@dataclass(frozen=True)
class Concept:
    """A concept of a scheme."""

    id: str
    label: str
    others: tuple[str, ...]
    definition: str
    broader: tuple[str, ...]
    carriers: tuple[Carriers, ...]


def concept_scheme(site: Site, _: Request, identifier: str) -> Page:
    """Return the page of a scheme."""
    scheme = site.base + identifier
    within = f"?c {iri_ref(SKOS + 'inScheme')} {iri_ref(scheme)}"
    query = f"SELECT DISTINCT ?c WHERE {{ {within} }} ORDER BY ?c LIMIT {MOST_CONCEPTS}"
    found = [concept.value for (concept,) in site.store.select(query) if concept is not None]
    about = held_of(site, [scheme, *found])
    names = labels(site.store, found)
    kinds, path = CARRIED[identifier]
    concepts = [
        Concept(
            iri.removeprefix(site.base),
            names[iri],
            tuple(about.texts(iri, SKOS + "altLabel")),
            about.text(iri, SKOS + "definition"),
            tuple(names[one] for one in about.texts(iri, SKOS + "broader") if one in names),
            carriers(site, iri, kinds, path),
        )
        for iri in found
    ]
    return site.render(
        "concepts.html",
        title=CONCEPTS[identifier].plural.capitalize(),
        identifier=identifier,
        scheme=scheme,
        words=CONCEPTS[identifier],
        definition=about.text(scheme, SKOS + "definition"),
        concepts=sorted(concepts, key=lambda one: (one.label.casefold(), one.id)),
    )


def carriers(site: Site, concept: str, kinds: Iterable[tuple[str, str]], path: str) -> tuple[Carriers, ...]:
    """Return how many entities of each kind carry a concept, where there are any."""
    found = []
    for kind, class_ in kinds:
        count = count_of(site, f"?n {path} {iri_ref(concept)} . ?n a {iri_ref(class_)}")
        if count:
            words = WORDS[kind].plural if count != 1 else WORDS[kind].singular
            found.append(Carriers(kind, f"{told(count)} {words}"))
    return tuple(found)
