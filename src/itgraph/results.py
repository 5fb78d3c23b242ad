"""Answers to SPARQL queries, written: tables for people, and the standard formats by the engine's own writers.

Serve side, between the store and the doors: the command line and the endpoint share it. SELECT and ASK have the four
formats of SPARQL 1.1 results, CONSTRUCT and DESCRIBE the formats of RDF. An answer that came from another endpoint is
written like one of the store.

>>> SOLUTION_FORMATS["json"].media_type, GRAPH_FORMATS["ttl"].media_type
('application/sparql-results+json', 'text/turtle')
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import IO, TypeAlias

import pyoxigraph as ox

from itgraph.lineage_format import printable
from itgraph.namespaces import PREFIXES, XSD, compact
from itgraph.sparql import Queryable, labels
from itgraph.store import QueryResults, evaluating
from itgraph.terms import Value, value

__all__ = [
    "GRAPH_FORMATS",
    "SOLUTION_FORMATS",
    "Answer",
    "is_graph",
    "json_lines",
    "label_names",
    "table",
    "truth",
    "write",
    "write_to",
]

#: What answers a query: the store, or another endpoint, whose graphs come as lists of triples.
Answer: TypeAlias = QueryResults | list[ox.Triple]
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

SOLUTION_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
WITH_PREFIXES = frozenset({"ttl", "trig", "rdf", "jsonld"})
#: So many IRIs of one table are shown by their labels, in the order of the rows; nobody reads further.
MOST_LABELS = 10_000


def is_graph(answer: Answer) -> bool:
    """Tell whether the answer is triples (CONSTRUCT, DESCRIBE) and not solutions or a truth value."""
    return isinstance(answer, (ox.QueryTriples, list))


def truth(answer: Answer) -> bool | None:
    """Return the truth value of an ASK, None where the answer is something else."""
    return bool(answer) if isinstance(answer, ox.QueryBoolean) else None


def write(answer: Answer, form: str) -> bytes:
    """Return the answer in one of the formats of its kind; see :func:`write_to`."""
    output = io.BytesIO()
    write_to(answer, form, output)
    return output.getvalue()


def write_to(answer: Answer, form: str, output: IO[bytes]) -> None:
    """Write the answer in one of the formats of its kind.

    Triples are sorted, each once, so that the same graph has the same bytes unless it holds blank nodes. Rows
    are computed while they are written, so this is where most of the work of a query is done.

    Raises:
        KeyError: the format is not one of the answer's kind.
        InputError: the query calls a function that there is not.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    with evaluating():
        if isinstance(answer, (ox.QueryTriples, list)):
            prefixes = dict(PREFIXES) if form in WITH_PREFIXES else None
            # The engine's own order is no order; this one keeps each subject together (RDF 1.1: a graph is a set).
            triples = sorted(set(answer), key=str)
            ox.serialize(triples, output, format=GRAPH_FORMATS[form], prefixes=prefixes)
        else:
            answer.serialize(output, format=SOLUTION_FORMATS[form])


def json_lines(answer: Answer) -> bytes:
    """Return one JSON object per row: IRIs and text as strings, numbers and booleans as such, unbound as null.

    Numbers have all their digits. What JSON has no number for (NaN, INF) is a string; an ASK has one line,
    ``{"boolean": true}``.

    Raises:
        TypeError: the answer is triples.
        InputError: the query calls a function that there is not.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    if isinstance(answer, ox.QueryBoolean):
        return f'{{"boolean": {json_value(bool(answer))}}}\n'.encode()
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("only SELECT and ASK have lines of JSON")
    keys = [json.dumps(variable.value, ensure_ascii=False) for variable in answer.variables]
    with evaluating():
        rows = (
            ", ".join(f"{key}: {json_value(value(term))}" for key, term in zip(keys, row, strict=True))
            for row in answer
        )
        return "".join(f"{{{row}}}\n" for row in rows).encode()


def json_value(cell: Value) -> str:
    """Return a value as JSON writes it (RFC 8259, section 6: a number has no upper bound of digits)."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, float) and not isfinite(cell):
        cell = str(cell)
    return json.dumps(cell, ensure_ascii=False)


def table(
    answer: Answer, base: str, names_of: Callable[[Sequence[str]], Mapping[str, str]] | None = None
) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a SELECT as a person reads them: ids, prefixed names, literals without their marks.

    Args:
        answer: the solutions.
        base: the IRI that ids are below.
        names_of: gives names to stand in the place of ids, as :func:`label_names` does.

    Raises:
        TypeError: the answer is that of another form of query.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("only a SELECT query has a table")
    with evaluating():
        rows = [tuple(solution) for solution in answer]
    names: Mapping[str, str] = {}
    if names_of is not None:
        iris = dict.fromkeys(term.value for row in rows for term in row if isinstance(term, ox.NamedNode))
        names = names_of(list(iris)[:MOST_LABELS])
    cells = [["" if term is None else cell(term, base, names) for term in row] for row in rows]
    return [f"?{variable.value}" for variable in answer.variables], cells


def label_names(store: Queryable, iris: Sequence[str], asked_about: Sequence[str] = ()) -> dict[str, str]:
    """Return the label of each IRI that has one, with its id where another of them has the same label.

    Args:
        store: where the labels are.
        iris: the IRIs of the whole answer, whatever their column.
        asked_about: IRIs of the question, which the reader has in mind: a label of one of those needs the id too.
    """
    wanted = [*iris, *asked_about] if iris else []
    found = {iri: name for iri, name in labels(store, wanted).items() if name != compact(iri, store.base)}
    shared = {name for name, times in Counter(found.values()).items() if times > 1}
    return {iri: f"{name} ({compact(iri, store.base)})" if name in shared else name for iri, name in found.items()}


def cell(term: Term, base: str, names: Mapping[str, str]) -> str:
    """Return a term as a table shows it."""
    if isinstance(term, ox.NamedNode):
        return printable(names.get(term.value) or compact(term.value, base))
    if isinstance(term, ox.Literal) and (term.language or term.datatype.value.startswith(XSD)):
        return printable(term.value)
    return printable(str(term))
