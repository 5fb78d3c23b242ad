"""The page of the vocabulary: every class and property, what it means, how it stands to others, how often it is used.

Part of the site. The terms are read from the graph of the ontology, the numbers from the statistics of the release.

Example: ``/ns.html#basedOn``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.dataset import DATASET, VOID_GRAPH
from itgraph.description import is_iri_term
from itgraph.namespaces import DCTERMS, ITG, ONTOLOGY, OWL, PREFIXES, RDF, RDFS, SCHEMA, SKOS, VOID, compact
from itgraph.site.corrections import Linked
from itgraph.site.facts import source_name
from itgraph.site.response import Page, Request
from itgraph.site.sources_said import Said, said_in
from itgraph.sparql import iri_ref, labels

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["vocabulary"]

#: What is said of a term beside its label, definition and comment, in the order of a page.
SCOPE = {
    RDFS + "subClassOf": "is a",
    RDFS + "subPropertyOf": "is narrower than",
    RDFS + "domain": "of a",
    SCHEMA + "domainIncludes": "of, for instance, a",
    RDFS + "range": "value",
    SCHEMA + "rangeIncludes": "value, for instance",
    OWL + "inverseOf": "inverse of",
    SKOS + "exactMatch": "the same as",
    SKOS + "closeMatch": "close to",
    SKOS + "narrowMatch": "wider than",
    SKOS + "broadMatch": "narrower than",
    SKOS + "relatedMatch": "related to",
}
#: More terms of others than any release uses.
MOST_TERMS = 2000


@dataclass(frozen=True)
class Term:
    """A term of the vocabulary. ``uses`` counts its entities (of a class) or its statements (of a property)."""

    name: str
    iri: str
    label: str
    kind: str
    definition: str
    comment: str
    scope: tuple[tuple[str, tuple[Linked, ...]], ...]
    uses: int
    example: Linked | None


@dataclass(frozen=True)
class Foreign:
    """A term of another vocabulary that the release uses."""

    name: str
    href: str | None
    kind: str
    uses: int


def vocabulary(site: Site, _: Request, identifier: str) -> Page:
    """Return the page of the vocabulary."""
    graph = site.base + "ontology"
    said = said_in(site, [graph])[graph]
    classes, properties = used(site, "class", "entities"), used(site, "property", "triples")
    subjects = sorted({s for s, _, _ in said.all() if s.startswith(ITG)}, key=lambda s: (s.casefold(), s))
    kinds = {s: kind_of_term(said.texts(s, RDF + "type")) for s in subjects}
    examples = {s: example_of(site, s, kinds[s]) for s in subjects if classes.get(s) or properties.get(s)}
    names = labels(site.store, examples.values())
    terms = [
        Term(
            iri.removeprefix(ITG),
            iri,
            said.text(iri, RDFS + "label"),
            kinds[iri],
            said.text(iri, SKOS + "definition"),
            said.text(iri, RDFS + "comment"),
            scope(site, said, iri),
            (classes if kinds[iri] == "class" else properties).get(iri, 0),
            linked(site, examples[iri], names) if examples.get(iri) else None,
        )
        for iri in subjects
    ]
    foreign = [
        Foreign(compact(iri, site.base), site.addresses.of(iri), kind, uses)
        for kind, counts in (("class", classes), ("property", properties))
        for iri, uses in counts.items()
        if not iri.startswith(ITG)
    ]
    return site.render(
        "vocabulary.html",
        title="Vocabulary",
        identifier=identifier,
        heading=said.text(ONTOLOGY, DCTERMS + "title") or "The vocabulary",
        description=said.text(ONTOLOGY, DCTERMS + "description"),
        version=said.text(ONTOLOGY, OWL + "versionInfo"),
        namespace=ITG,
        groups=[
            ("Classes", "classes", [term for term in terms if term.kind == "class"]),
            ("Links between things", "links", [term for term in terms if term.kind == "link"]),
            ("Properties with a text or a number", "values", [term for term in terms if term.kind == "value"]),
        ],
        foreign=sorted(foreign, key=lambda one: (one.name.partition(":")[0], one.kind, one.name)),
        prefixes=PREFIXES,
    )


def kind_of_term(types: Iterable[str]) -> str:
    """Return which of the three groups of the page a term belongs to.

    >>> kind_of_term([OWL + "Class"]), kind_of_term([OWL + "DatatypeProperty"]), kind_of_term([RDF + "Property"])
    ('class', 'value', 'link')
    """
    known = set(types)
    if known & {OWL + "Class", RDFS + "Class"}:
        return "class"
    return "value" if OWL + "DatatypeProperty" in known else "link"


def used(site: Site, kind: str, counts: str) -> dict[str, int]:
    """Return how often each class or property is used, as the statistics of the release have it."""
    dataset, partition = iri_ref(site.base + DATASET), iri_ref(f"{VOID}{kind}Partition")
    pattern = f"{dataset} {partition} ?p . ?p {iri_ref(VOID + kind)} ?term ; {iri_ref(VOID + counts)} ?n"
    query = f"SELECT ?term ?n WHERE {{ GRAPH {iri_ref(site.base + VOID_GRAPH)} {{ {pattern} }} }} LIMIT {MOST_TERMS}"
    rows = site.store.select(query)
    return {term.value: int(count.value) for term, count in rows if term is not None and count is not None}


def scope(site: Site, said: Said, iri: str) -> tuple[tuple[str, tuple[Linked, ...]], ...]:
    """Return how a term stands to others, in words."""
    return tuple(
        (words, tuple(Linked(compact(o.value, site.base), site.addresses.of(o.value)) for o in terms if is_iri_term(o)))
        for predicate, words in SCOPE.items()
        if (terms := said.terms(iri, predicate))
    )


def example_of(site: Site, term: str, kind: str) -> str:
    """Return one thing of a class, or one of which a property is stated; empty where there is none."""
    pattern = f"?s {iri_ref(RDF + 'type')} {iri_ref(term)}" if kind == "class" else f"?s {iri_ref(term)} ?o"
    (found,) = next(site.store.select(f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1"), (None,))
    return found.value if found is not None else ""


def linked(site: Site, iri: str, names: dict[str, str]) -> Linked:
    """Return a thing by its name; a row, a reference or a node of one as the pages call it."""
    identifier = compact(iri, site.base)
    is_source = names[iri] == identifier and identifier.startswith(("survey/", "links/"))
    text = source_name(identifier) if is_source else names[iri]
    return Linked(text, site.addresses.of(iri))
