"""Claims → quads: the context alone maps, and an index remembers where each statement stands.

Second step of the build. pyoxigraph's JSON-LD parser (https://www.w3.org/TR/json-ld11-api/) does the work; the entries
reader has refused before what it would drop in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from itgraph.claims import ClaimGraph
from itgraph.errors import InputError

__all__ = ["Lines", "quads_of"]


def quads_of(graphs: Iterable[ClaimGraph], context: Mapping[str, Any], base: str) -> list[ox.Quad]:
    """Return the quads of all claim graphs, each in its named graph below ``base``.

    Raises:
        InputError: JSON-LD refuses a graph (the entries reader has let something through); names the file and line.
    """
    graphs = list(graphs)
    document = {**context, "@base": base}
    try:
        quads = list(parse(graphs, document))
    except SyntaxError as error:
        raise unread(graphs, document, str(error.msg)) from error
    if len(quads) != sum(map(statements, graphs)):
        raise unread(graphs, document, "a statement was dropped")
    return quads


def statements(graph: ClaimGraph) -> int:
    """Return how many statements the claims of a graph are: one for each value of each key but the id."""
    values = (value for node in graph.nodes() for key, value in node.items() if key != "id")
    return sum(len(value) if isinstance(value, list) else 1 for value in values)


def unread(graphs: list[ClaimGraph], context: Mapping[str, Any], reason: str) -> InputError:
    """Find the graph that the parser refuses, or of which it drops something, and say so."""
    for graph in graphs:
        try:
            if len(list(parse([graph], context))) == statements(graph):
                continue
        except SyntaxError as error:
            reason = str(error.msg)
        message = f"graph {graph.id} cannot be read as JSON-LD: {reason}"
        return InputError(message, hint="mend its claims", path=graph.path, line=graph.line)
    return InputError(f"the entries cannot be read as JSON-LD: {reason}", hint="is the base an IRI?")


def parse(graphs: list[ClaimGraph], context: Mapping[str, Any]) -> Iterator[ox.Quad]:
    content = [{"id": graph.id, "@graph": graph.says} for graph in graphs]
    text = json.dumps({"@context": context, "@graph": content})
    return iter(ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD))


class Lines:
    """Where a statement stands: (graph, subject, predicate) → file and line, or the nearest place that is known."""

    def __init__(self, graphs: Iterable[ClaimGraph], terms: Mapping[str, str], base: str) -> None:
        self.places: dict[tuple[str, str, str], tuple[str, int]] = {}
        for graph in graphs:
            name = base + graph.id
            self.places[name, "", ""] = (graph.path, graph.line)
            for node in graph.nodes():
                subject = base + node.id
                self.places.setdefault((name, subject, ""), (graph.path, node.line))
                for key, line in node.lines.items():
                    if (predicate := terms.get(key)) is not None:
                        self.places.setdefault((name, subject, predicate), (graph.path, line))

    def locate(self, graph: str, subject: str, predicate: str) -> tuple[str, int] | None:
        """Return (path, line) of a statement; of its subject or its graph where no entry states it in that form."""
        for key in ((graph, subject, predicate), (graph, subject, ""), (graph, "", "")):
            if (place := self.places.get(key)) is not None:
                return place
        return None
