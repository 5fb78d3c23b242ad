"""The dataset that a query describes for itself, where the engine would count it wrongly.

Between ``structure`` and the store. FROM clauses ask for the merge of their graphs (SPARQL 1.1, section 13.2.1), in
which a triple stands once; the engine answers with it once for each clause whose graph holds it, even where two clauses
name one graph, and likewise for FROM NAMED. Whoever evaluates such a query is told here which graphs it names.

>>> datasets("ASK FROM <a> FROM <b> {}", "http://example.org/")
(('http://example.org/a', 'http://example.org/b'), ())
>>> datasets("ASK FROM <a> {}", "http://example.org/")
"""

from __future__ import annotations

from collections.abc import Mapping

from itgraph.grammar.names import prologue
from itgraph.grammar.structure import Structure

__all__ = ["datasets"]


def datasets(
    text: str, base: str, prefixes: Mapping[str, str] | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the IRIs of the graphs after FROM and after FROM NAMED, each once, in the order of the query.

    None where the engine reads the dataset as it is: there is one FROM at most, and no FROM NAMED names a graph twice;
    and where a name has no declaration, so that the query does not parse.

    Args:
        text: the query.
        base: the base where the query declares none.
        prefixes: the namespaces by prefix, without its colon, that need no declaration.
    """
    if text.lower().count("from") < 2:
        return None
    sources = Structure(text).sources
    if len(sources) < 2:
        return None
    names = prologue(text, base, prefixes)
    graphs: tuple[list[str], list[str]] = ([], [])
    for written, named in sources:
        iri = names.iri(written)
        if iri is None:
            return None
        graphs[named].append(iri)
    default, listed = graphs
    if len(default) < 2 and len(set(listed)) == len(listed):
        return None
    return tuple(dict.fromkeys(default)), tuple(dict.fromkeys(listed))
