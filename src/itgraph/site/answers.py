"""An answer to a query, made ready for a page: columns and cells, so many rows of it, and how many more there are.

Part of the site, between the store and the templates; the pages of the questions and of SPARQL share it. Neither the
rows nor their cells make a page larger than a browser likes: the formats of an answer have all of it.

Example::

    outcome(site, site.store.query("SELECT ?m ?b { ?m itg:basedOn ?b }"), most=200).rows[0][1].href
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from itgraph.lineage_format import printable
from itgraph.namespaces import XSD, compact
from itgraph.site.facts import source_name
from itgraph.site.numerals import counted
from itgraph.store import QueryResults, evaluating
from itgraph.terms import value

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["GRAPH_FORMS", "SOLUTION_FORMS", "Cell", "Column", "Outcome", "outcome"]

#: The formats in which an answer can be taken away, by the name that the field ``format`` has for each.
SOLUTION_FORMS = {"csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}
GRAPH_FORMS = {"ttl": "Turtle", "nt": "N-Triples", "rdf": "RDF/XML", "jsonld": "JSON-LD"}
#: So many cells are on a page, and so many characters of each.
MOST_CELLS, LONGEST = 20_000, 2_000
#: What reads as what it is without its datatype.
PLAIN = frozenset(XSD + name for name in ("string", "integer", "boolean"))
#: From here on a number is hard to read without its groups. A year is below.
GROUPED = 10_000

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
NamesOf: TypeAlias = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Cell:
    """A term: its text, where it leads, the whole of it where the text is less, and the mark of a literal."""

    text: str
    href: str | None = None
    whole: str = ""
    mark: str = ""
    number: bool = False


@dataclass(frozen=True)
class Column:
    """A column; one of numbers stands to the right."""

    name: str
    number: bool


@dataclass(frozen=True)
class Outcome:
    """What a page shows of an answer.

    Attributes:
        kind: ``table`` (SELECT), ``graph`` (CONSTRUCT, DESCRIBE: subject, predicate, object) or ``truth`` (ASK).
        columns: of the table or the graph.
        rows: those that are shown.
        more: how many there are besides, as far as they were counted.
        complete: whether they were counted to the end.
        truth: the answer of an ASK.
    """

    kind: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    more: int = 0
    complete: bool = True
    truth: bool = False

    @property
    def forms(self) -> Mapping[str, str]:
        """The formats in which the whole answer can be had."""
        return GRAPH_FORMS if self.kind == "graph" else SOLUTION_FORMS


def outcome(
    site: Site, found: QueryResults, *, most: int, count_to: int | None = None, names_of: NamesOf | None = None
) -> Outcome:
    """Return what a page shows of an answer.

    Args:
        site: whose pages the entities have.
        found: the answer, its rows not yet read.
        most: how many rows are shown at most.
        count_to: how many are counted; by default one more than are shown, which tells that there are more.
        names_of: gives names to IRIs for a reader, as ``results.label_names`` does; without it the terms are shown as
            they are.

    Raises:
        InputError: the query calls a function that there is not.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    if isinstance(found, ox.QueryBoolean):
        return Outcome("truth", truth=bool(found))
    if isinstance(found, ox.QueryTriples):
        kind, names = "graph", ["subject", "predicate", "object"]
    else:
        kind, names = "table", [f"?{variable.value}" for variable in found.variables]
    most = min(most, max(1, MOST_CELLS // max(1, len(names))))
    count_to = max(count_to or 0, most + 1)
    with evaluating():
        if isinstance(found, ox.QueryTriples):
            triples = distinct(found, count_to)
            shown: list[tuple[Term | None, ...]] = [tuple(triple) for triple in sorted(triples, key=str)[:most]]
            total = len(triples)
        else:
            shown = [tuple(solution) for solution in islice(found, most)]
            total = len(shown) + sum(1 for _ in islice(found, count_to - len(shown)))
    names_known: Mapping[str, str] = {}
    if names_of is not None:
        iris = dict.fromkeys(term.value for row in shown for term in row if isinstance(term, ox.NamedNode))
        names_known = names_of(list(iris))
    rows = [tuple(cell(site, term, names_known, plain=names_of is None) for term in row) for row in shown]
    columns = tuple(Column(name, is_of_numbers(row[at] for row in rows)) for at, name in enumerate(names))
    return Outcome(kind, columns, tuple(rows), total - len(rows), complete=total < count_to)


def distinct(found: Iterable[ox.Triple], most: int) -> set[ox.Triple]:
    """Return so many triples, each once: a graph is a set."""
    triples: set[ox.Triple] = set()
    for triple in found:
        triples.add(triple)
        if len(triples) == most:
            break
    return triples


def is_of_numbers(cells: Iterable[Cell]) -> bool:
    """Tell whether there are numbers in a column, and nothing else."""
    filled = [one.number for one in cells if one.text]
    return bool(filled) and all(filled)


def cell(site: Site, term: Term | None, names: Mapping[str, str], *, plain: bool) -> Cell:
    """Return a term as a page shows it: exactly, or as a reader takes it in."""
    if term is None:
        return Cell("")
    if isinstance(term, ox.NamedNode):
        identifier = compact(term.value, site.base)
        name = identifier if plain else names.get(term.value) or source_name(identifier)
        return Cell(short(name), site.addresses.of(term.value), term.value if name != term.value else "")
    if not isinstance(term, ox.Literal):
        return Cell(short(str(term)))
    read = value(term)
    number = isinstance(read, int | float | Decimal) and not isinstance(read, bool)
    if plain:
        datatype = "" if term.datatype.value in PLAIN else compact(term.datatype.value, site.base)
        return Cell(short(term.value), mark=f"@{term.language}" if term.language else datatype, number=number)
    if isinstance(read, bool):
        return Cell("yes" if read else "no")
    if isinstance(read, int) and abs(read) >= GROUPED:
        return Cell(short(counted(read)), whole=term.value, number=True)
    href = site.addresses.of(term.value) if term.datatype.value == XSD + "anyURI" else None
    return Cell(short(term.value), href, number=number)


def short(text: str) -> str:
    """Return a text as a cell has it: without what is not printable, and of bounded length."""
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
