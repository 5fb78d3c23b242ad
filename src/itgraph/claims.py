"""Claims in memory: nodes with lines, grouped by the named graph that makes them, and the terms they may use.

Build side, between the reader of the files and everything that uses them (the triples, the importer's registry).

>>> Vocabulary({"label": "rdfs:label", "basedOn": {"@id": "itg:basedOn", "@type": "@id"}}).links
frozenset({'basedOn'})
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from itgraph.errors import Finding

__all__ = ["ENTITY_ID", "ClaimGraph", "Entries", "Node", "Vocabulary", "is_url", "link_targets"]

ENTITY_ID = re.compile(r"[a-z][a-z-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*(?:#[a-z][A-Za-z0-9._-]*)?")
WEB_SCHEMES = ("http://", "https://")


def is_url(text: str) -> bool:
    """Whether the text is an http(s) IRI as the engine reads them (RFC 3987): what is not one, JSON-LD would drop."""
    if not text.startswith(WEB_SCHEMES):
        return False
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


class Node(dict[str, Any]):
    """One node as written (keys are terms, values text, nodes or lists of these), with the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    @property
    def id(self) -> str:
        """The id that the node says it is about; empty where it is missing."""
        return str(self.get("id", ""))


@dataclass(frozen=True)
class ClaimGraph:
    """The claims of one named graph: where they stand, who says so (``source``, or the reason of an inference)."""

    id: str
    path: str
    line: int
    source: str | None
    inferred: str | None
    says: list[Node]

    @property
    def of_survey(self) -> bool:
        """Whether an importer writes the graph from the survey, which is then its source."""
        return self.id == "survey" or self.id.startswith("survey/")

    @property
    def method(self) -> str:
        """How the claims came to be: stated, curated, inferred or derived (``itg:method``)."""
        if self.id == "survey/anomalies":
            return "derived"
        if self.of_survey:
            return "stated"
        return "inferred" if self.inferred else "curated"

    def nodes(self) -> Iterator[Node]:
        """Yield every node, nested ones too."""
        waiting = list(self.says)
        while waiting:
            node = waiting.pop()
            yield node
            for value in node.values():
                waiting.extend(
                    item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Node)
                )


@dataclass
class Entries:
    """All claim graphs of a data folder, with what is wrong in them."""

    graphs: list[ClaimGraph] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def registry(self) -> Iterator[ClaimGraph]:
        """Yield the graphs that give ids and names."""
        return (graph for graph in self.graphs if graph.id.startswith("registry/"))


class Vocabulary:
    """The terms of a context, by what may stand behind them."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        typed = {
            term: value["@type"] for term, value in context.items() if isinstance(value, dict) and "@type" in value
        }
        self.links = frozenset(term for term, kind in typed.items() if kind == "@id")
        self.names_terms = frozenset(term for term, kind in typed.items() if kind == "@vocab")
        plain = {term for term, value in context.items() if isinstance(value, str) and not term.startswith("@")}
        self.prefixes = frozenset(term for term in plain if str(context[term])[-1] in "#/")
        self.classes = frozenset(term for term in plain - self.prefixes if term[0].isupper())
        self.keys = frozenset({"id", "type"} | typed.keys() | (plain - self.prefixes - self.classes))


#: What it leads to is an id of the past, which nobody gives any more.
REPLACES = "replaces"


def link_targets(graph: ClaimGraph, vocabulary: Vocabulary) -> Iterator[tuple[str, int]]:
    """Yield each id (not URL) that the graph's claims point at, with its line; not the old ids that are replaced."""
    for node in graph.nodes():
        for key, value in node.items():
            if key in vocabulary.links and key != REPLACES:
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, str) and not is_url(item):
                        yield item, node.lines[key]
    if graph.source is not None and not is_url(graph.source):
        yield graph.source, graph.line
