"""What named graphs state, read for several of them at once: a page that lists sources asks one query for all.

Part of the site, below the pages about the survey.

Example::

    said = said_in(site, [site.base + "survey/models/4"])[site.base + "survey/models/4"]
    said.texts(row, ITG + "nameAsPrinted")    # ['Alpaca']
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from itgraph.sparql import chunks, values

if TYPE_CHECKING:
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["Said", "held_of", "numbered", "said_in"]

#: So many statements are read for one chunk of graphs. A row has a few dozen, a reference with many authors a hundred.
MOST_STATEMENTS = 50_000


class Said:
    """The statements of one graph, by subject and predicate."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], list[Term]] = {}

    def add(self, subject: str, predicate: str, term: Term) -> None:
        """Take in one statement."""
        self._said.setdefault((subject, predicate), []).append(term)

    def terms(self, subject: str, predicate: str) -> list[Term]:
        """Return the objects of a subject and a predicate, in the order of their text."""
        return sorted(self._said.get((subject, predicate), ()), key=str)

    def texts(self, subject: str, predicate: str) -> list[str]:
        """Return their text alone."""
        return [term.value for term in self.terms(subject, predicate)]

    def text(self, subject: str, predicate: str) -> str:
        """Return the first of their texts, empty where there is none."""
        return next(iter(self.texts(subject, predicate)), "")

    def all(self) -> Iterable[tuple[str, str, Term]]:
        """Yield every statement."""
        for (subject, predicate), terms in sorted(self._said.items()):
            for term in sorted(terms, key=str):
                yield subject, predicate, term


def said_in(site: Site, graphs: Iterable[str]) -> dict[str, Said]:
    """Return what each of the graphs states."""
    wanted = list(dict.fromkeys(graphs))
    found = {graph: Said() for graph in wanted}
    for chunk in chunks(wanted):
        block = f"{values('g', chunk)} GRAPH ?g {{ ?s ?p ?o }}"
        for g, s, p, o in site.store.select(f"SELECT ?g ?s ?p ?o WHERE {{ {block} }} LIMIT {MOST_STATEMENTS}"):
            if g is not None and s is not None and p is not None and o is not None:
                found[g.value].add(s.value, p.value, o)
    return found


def held_of(site: Site, subjects: Iterable[str]) -> Said:
    """Return what the default graph holds of the subjects, as one."""
    found = Said()
    for chunk in chunks(list(dict.fromkeys(subjects))):
        block = f"{values('s', chunk)} ?s ?p ?o"
        for s, p, o in site.store.select(f"SELECT ?s ?p ?o WHERE {{ {block} }} LIMIT {MOST_STATEMENTS}"):
            if s is not None and p is not None and o is not None:
                found.add(s.value, p.value, o)
    return found


def numbered(iri: str) -> tuple[str, int, str]:
    """Return what sorts the nodes of a graph by the number at their end: ``#author-2`` before ``#author-10``."""
    name, _, number = iri.rpartition("-")
    return (name, int(number), "") if number.isdecimal() else (iri, 0, number)
