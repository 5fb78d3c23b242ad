"""Answers to SPARQL queries, written: tables for people, and the standard formats by the engine's own writers.

Serve side, between the store and the doors: the command line and the endpoint share it. SELECT and ASK have the four
formats of SPARQL 1.1 results, CONSTRUCT and DESCRIBE the formats of RDF.

>>> SOLUTION_FORMATS["json"].media_type, GRAPH_FORMATS["ttl"].media_type
('application/sparql-results+json', 'text/turtle')
"""

from __future__ import annotations

import pyoxigraph as ox

from itgraph.lineage_format import printable
from itgraph.namespaces import PREFIXES, XSD, compact
from itgraph.store import QueryResults, evaluating

__all__ = ["GRAPH_FORMATS", "SOLUTION_FORMATS", "is_graph", "table", "truth", "write"]

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


def is_graph(answer: QueryResults) -> bool:
    """Tell whether the answer is triples (CONSTRUCT, DESCRIBE) and not solutions or a truth value."""
    return isinstance(answer, ox.QueryTriples)


def truth(answer: QueryResults) -> bool | None:
    """Return the truth value of an ASK, None where the answer is something else."""
    return bool(answer) if isinstance(answer, ox.QueryBoolean) else None


def write(answer: QueryResults, form: str) -> bytes:
    """Return the answer in one of the formats of its kind.

    Rows are computed while they are written, so this is where most of the work of a query is done.

    Raises:
        KeyError: the format is not one of the answer's kind.
        InputError: the query calls a function that there is not.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    with evaluating():
        if isinstance(answer, ox.QueryTriples):
            prefixes = dict(PREFIXES) if form in WITH_PREFIXES else None
            return ox.serialize(answer, format=GRAPH_FORMATS[form], prefixes=prefixes) or b""
        return answer.serialize(format=SOLUTION_FORMATS[form]) or b""


def table(answer: QueryResults, base: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a SELECT as a person reads them: ids, prefixed names, literals without their marks.

    Raises:
        TypeError: the answer is that of another form of query.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("only a SELECT query has a table")
    with evaluating():
        rows = [["" if term is None else cell(term, base) for term in solution] for solution in answer]
    return [f"?{variable.value}" for variable in answer.variables], rows


def cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, base: str) -> str:
    """Return a term as a table shows it."""
    if isinstance(term, ox.NamedNode):
        return printable(compact(term.value, base))
    if isinstance(term, ox.Literal) and (term.language or term.datatype.value.startswith(XSD)):
        return printable(term.value)
    return printable(str(term))
