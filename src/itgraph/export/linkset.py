"""The links of a release to other places, as Turtle: what VoID says of them, then the links themselves.

Serve side, above ``turtle``. The statements are read twice, first to count, then to write; in memory are the ends of
the links.

Example: ``<void#linkset-skos:exactMatch-wd> a void:Linkset ; void:triples 23``, and below it
``<model/gpt-4> skos:exactMatch <http://www.wikidata.org/entity/Q116709136>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import pyoxigraph as ox

from itgraph.dataset import DATA_LICENCE, DATASET, TITLE
from itgraph.export.lines import Line, Lines, held, split
from itgraph.export.turtle import write_turtle
from itgraph.linksets import MATCHES, Linksets, is_link
from itgraph.namespaces import DCTERMS, RDF, VOID

__all__ = ["write_linkset"]

PREDICATES = frozenset(f"<{predicate}>".encode() for predicate in MATCHES)


def write_linkset(lines: Lines, base: str, out: BinaryIO) -> None:
    """Write the linksets of what is held, and their links."""
    linksets = Linksets(base)
    for line in links(lines(), base):
        subject, predicate, value, _ = (term[1:-1].decode() for term in split(line))
        linksets.add(subject, predicate, value)
    dataset = ox.NamedNode(base + DATASET)
    said = {ox.Triple(*statement) for statement in linksets.described()} | {
        ox.Triple(dataset, ox.NamedNode(RDF + "type"), ox.NamedNode(VOID + "Dataset")),
        ox.Triple(dataset, ox.NamedNode(DCTERMS + "title"), ox.Literal(TITLE, language="en")),
        ox.Triple(dataset, ox.NamedNode(DCTERMS + "license"), ox.NamedNode(DATA_LICENCE)),
        ox.Triple(dataset, ox.NamedNode(VOID + "uriSpace"), ox.Literal(base)),
    }
    description = sorted(f"{triple} .\n".encode() for triple in said)
    write_turtle(chain(description, links(lines(), base)), base, out)


def links(lines: Iterable[Line], base: str) -> Iterator[Line]:
    """Yield the links that are held."""
    for line in held(lines):
        subject, predicate, value, _ = split(line)
        if (
            predicate in PREDICATES
            and value.startswith(b"<")
            and is_link(subject[1:-1].decode(), predicate[1:-1].decode(), value[1:-1].decode(), base)
        ):
            yield line
