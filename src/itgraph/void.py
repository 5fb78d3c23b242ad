"""The graph ``void``: what a release holds, counted by class and property (https://www.w3.org/TR/void/).

Build side, the last graph of a release: it counts the default graph as it is without these very statements. Each class
has a partition, each property of its entities a partition below that, and each of these tells the classes and the
datatypes of the values. Editors and assistants read from it what can be asked; ``void-ext:`` (http://ldf.fi/void-ext)
is where they look for the datatypes. The links to other places are linksets, which ``linksets`` counts.

A partition is named after its class, its property and the class or datatype of the values, with ``-`` between them:
``void#fair4ml:MLModel-itg:basedOn-fair4ml:MLModel``; ``any`` stands for all entities, whatever their class.

>>> node_name("https://w3id.org/fair4ml#MLModel", ITG + "basedOn"), node_name("http://e.org/a-b")
('fair4ml:MLModel-itg:basedOn', 'http%3A%2F%2Fe.org%2Fa%2Db')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pyoxigraph as ox

from itgraph.dataset import DATA_LICENCE, DATASET, DESCRIPTION, PROJECT, TITLE, VOID_GRAPH
from itgraph.linksets import Linksets, is_link
from itgraph.namespaces import DCTERMS, ITG, PREFIXES, RDF, VOID, compact

__all__ = ["VOID_EXT", "Counts", "count", "node_name", "quads_of_void"]

VOID_EXT = "http://ldf.fi/void-ext#"
#: In the place of a class: all entities.
ANY = "any"

TYPE = ox.NamedNode(RDF + "type")
# Prefixed names that are read without a second look; what is not of this form stands as its IRI.
NAME = re.compile(r"\w+:[A-Za-z0-9_]+")

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


@dataclass
class Counts:
    """What was counted. Keys are IRIs: of a class, of a class and a property, of these and the kind of the values.

    A statement counts once for each class of its subject; one whose object has several classes, once for each of them.
    """

    triples: int = 0
    entities: int = 0
    subjects: int = 0
    objects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    of_class: Counter[tuple[str, str]] = field(default_factory=Counter)
    to_class: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    to_datatype: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def count(held: Collection[ox.Triple], base: str) -> Counts:
    """Count the statements: once over them for the classes of the entities, once for all else.

    What is kept grows with the distinct subjects and objects. An entity is a subject below ``base`` that is no term of
    the vocabulary.
    """
    counts = Counts()
    types: dict[object, tuple[str, ...]] = {}
    for triple in held:
        if triple.predicate == TYPE and isinstance(triple.object, ox.NamedNode):
            types[triple.subject] = (*types.get(triple.subject, ()), triple.object.value)
    subjects, objects = set(), set()
    for triple in held:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        subjects.add(subject)
        objects.add(value)
        counts.triples += 1
        counts.properties[predicate] += 1
        for of in types.get(subject, ()):
            counts.of_class[of, predicate] += 1
            if isinstance(value, ox.Literal):
                counts.to_datatype[of, predicate, value.datatype.value] += 1
            for to in types.get(value, ()):
                counts.to_class[of, predicate, to] += 1
    for classes in types.values():
        counts.classes.update(classes)
    counts.subjects, counts.objects = len(subjects), len(objects)
    counts.entities = sum(
        isinstance(subject, ox.NamedNode) and subject.value.startswith(base) and not subject.value.startswith(ITG)
        for subject in subjects
    )
    return counts


def quads_of_void(held: Collection[ox.Triple], base: str) -> list[ox.Quad]:
    """Return the graph ``void`` below ``base``: the data set ``void#dataset`` and its partitions, sorted."""
    graph = ox.NamedNode(base + VOID_GRAPH)
    statements = [*described(count(held, base), base), *linksets_of(held, base).described()]
    return [ox.Quad(*statement, graph) for statement in sorted(statements, key=str)]


def linksets_of(held: Collection[ox.Triple], base: str) -> Linksets:
    """Count the links to other places."""
    linksets = Linksets(base)
    for triple in held:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if (
            isinstance(subject, ox.NamedNode)
            and isinstance(value, ox.NamedNode)
            and is_link(subject.value, predicate, value.value, base)
        ):
            linksets.add(subject.value, predicate, value.value)
    return linksets


def described(counts: Counts, base: str) -> Iterator[Statement]:
    dataset = ox.NamedNode(base + DATASET)
    yield dataset, TYPE, ox.NamedNode(VOID + "Dataset")
    yield dataset, dcterms("title"), ox.Literal(TITLE, language="en")
    about = f"{DESCRIPTION} The numbers count the default graph of the release without those of this description."
    yield dataset, dcterms("description"), ox.Literal(about, language="en")
    yield dataset, dcterms("license"), ox.NamedNode(DATA_LICENCE)
    yield dataset, dcterms("publisher"), ox.NamedNode(PROJECT)
    yield dataset, void("uriSpace"), ox.Literal(base)
    for namespace in sorted(set(map(namespace_of, [*counts.classes, *counts.properties]))):
        yield dataset, void("vocabulary"), ox.NamedNode(namespace)
    for name, number in (
        ("triples", counts.triples),
        ("entities", counts.entities),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
        ("distinctSubjects", counts.subjects),
        ("distinctObjects", counts.objects),
    ):
        yield dataset, void(name), ox.Literal(number)
    for iri, number in counts.properties.items():
        yield from partition(dataset, node(base, ANY, iri), "property", iri, number)
    for iri, number in counts.classes.items():
        yield from partition(dataset, node(base, iri), "class", iri, number, "entities")
    for (of, iri), number in counts.of_class.items():
        yield from partition(node(base, of), node(base, of, iri), "property", iri, number)
    for (of, by, to), number in counts.to_class.items():
        yield from partition(node(base, of, by), node(base, of, by, to), "class", to, number)
    for (of, by, to), number in counts.to_datatype.items():
        here, below = node(base, of, by), node(base, of, by, to)
        yield here, ox.NamedNode(VOID_EXT + "datatypePartition"), below
        yield below, ox.NamedNode(VOID_EXT + "datatype"), ox.NamedNode(to)
        yield below, void("triples"), ox.Literal(number)


def partition(
    whole: ox.NamedNode, part: ox.NamedNode, kind: str, iri: str, number: int, counted: str = "triples"
) -> Iterator[Statement]:
    """Yield one partition (VoID, section 4.5); ``kind`` is "class" or "property", ``counted`` what ``number`` is of."""
    yield whole, void(f"{kind}Partition"), part
    yield part, void(kind), ox.NamedNode(iri)
    yield part, void(counted), ox.Literal(number)


def node(base: str, *iris: str) -> ox.NamedNode:
    return ox.NamedNode(f"{base}{VOID_GRAPH}#{node_name(*iris)}")


def node_name(*iris: str) -> str:
    """Return the name of a partition: prefixed names, or percent-encoded IRIs, which hold no ``-`` themselves."""
    return "-".join(iri if iri == ANY else readable(iri) for iri in iris)


def readable(iri: str) -> str:
    short = compact(iri)
    return short if short != iri and NAME.fullmatch(short) else quote(iri, safe="").replace("-", "%2D")


def namespace_of(iri: str) -> str:
    """Return the namespace of a term, for one that has no prefix all up to its last ``#`` or ``/``."""
    for namespace in PREFIXES.values():
        if iri.startswith(namespace):
            return namespace
    return re.sub(r"[^#/]*$", "", iri)


def void(name: str) -> ox.NamedNode:
    return ox.NamedNode(VOID + name)


def dcterms(name: str) -> ox.NamedNode:
    return ox.NamedNode(DCTERMS + name)
