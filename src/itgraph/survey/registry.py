"""Printed names → ids, by the registry alone: ``data/<kind>/<slug>.yaml``, ``people.yaml`` and the concept schemes.

A printed name is never a key. A name resolves where the registry gives it as a label or other name; a person only where
``confirmedIn`` also names the reference (equal names in two works are candidates, not one person).

>>> fold("  LLaMa  2 ")
'llama 2'
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from itgraph.claims import Entries, Node
from itgraph.survey.links import Link

__all__ = ["Registry", "as_list", "fold"]

ARXIV_PAPER = "paper/arxiv-"


def fold(name: str) -> str:
    """Return a name folded for comparison: compatibility forms, case, blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def as_list(value: object) -> list[str]:
    """Return the text values of a claim that may be one or several."""
    if value is None:
        return []
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


class Registry:
    """What the curators have named.

    ``concepts`` are (id, name) pairs of the concept schemes.
    """

    def __init__(self, entries: Entries, concepts: Iterable[tuple[str, str]] = ()) -> None:
        self.labels: dict[str, str] = {}
        self.names: dict[str, list[str]] = defaultdict(list)
        self.by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.confirmed: dict[str, list[str]] = defaultdict(list)
        self.by_identifier: dict[str, str] = {}
        for graph in entries.registry():
            for node in graph.says:
                self.add(node)
        for concept, name in concepts:
            self.by_name[concept.split("/")[0], fold(name)].add(concept)

    def add(self, node: Node) -> None:
        """Take in one registry node; an id that was given up has no names any more."""
        if "deprecated" in node:
            return
        kind = node.id.split("/")[0]
        if isinstance(label := node.get("label"), str):
            self.labels[node.id] = label
        for name in [*as_list(node.get("label")), *as_list(node.get("altLabel"))]:
            self.names[node.id].append(name)
            self.by_name[kind, fold(name)].add(node.id)
        for reference in as_list(node.get("confirmedIn")):
            self.confirmed[reference].append(node.id)
        if node.id.startswith(ARXIV_PAPER):
            self.by_identifier[f"arxiv:{node.id.removeprefix(ARXIV_PAPER)}"] = node.id
        for identifier in as_list(node.get("identifier")):
            self.by_identifier[identifier] = node.id
        for url in [*as_list(node.get("url")), *as_list(node.get("codeRepository"))]:
            self.by_identifier[url.rstrip("/")] = node.id

    def resolve(self, kind: str, name: str) -> list[str]:
        """Return the ids of a kind that bear the name, sorted; none or several is for the caller to report."""
        return sorted(self.by_name.get((kind, fold(name)), ()))

    def person(self, name: str, reference: str) -> list[str]:
        """Return the persons (or organisations) that the printed name on this reference is confirmed to denote."""
        wanted = fold(name)
        here = [i for i in self.confirmed[reference] if any(fold(other) == wanted for other in self.names[i])]
        return here or self.resolve("organization", name)

    def namesakes(self) -> Iterator[tuple[str, str]]:
        """Yield (id, name) of every person the registry knows."""
        for identity, names in self.names.items():
            if identity.startswith("person/"):
                for name in names:
                    yield identity, name

    def work(self, link: Link) -> str | None:
        """Return the paper that a link denotes: by arXiv id, by another identifier, by its very address."""
        keys = [f"arxiv:{link.arxiv_id}" if link.arxiv_id else None, link.identifier, link.url.rstrip("/")]
        return next((self.by_identifier[key] for key in keys if key in self.by_identifier), None)

    def work_confirmed_in(self, reference: str) -> str | None:
        """Return the paper that a curator has confirmed a reference to mean, whatever it prints."""
        return next((i for i in self.confirmed[reference] if i.startswith("paper/")), None)
