"""JSON-LD, compact with the context that the entries are written in, one subject after the other.

Serve side, after ``compaction``. The layout is that of Streaming JSON-LD (https://www.w3.org/TR/json-ld11-streaming/):
the context first, then one node a line. An entity alone is framed: one tree, with its neighbours inside it; PyLD does
that, has the entity in memory, and reads no context but ours, from the package.

The context stands in the document, so that it can be read with no network; its published address can stand there
instead. Ids are relative to the base of the release, which stands beside the context.

Example::

    {"@context": {...}, "@graph": [
    {"id": "model/alpaca", "type": "MLModel", "basedOn": "model/llama", "label": "Alpaca"}
    ]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, BinaryIO

from itgraph.errors import InputError, StoreError
from itgraph.export.compaction import Compaction, expanded
from itgraph.export.lines import Line, by_graph, subjects
from itgraph.resources import ontology_dir

__all__ = ["CONTEXT", "context_of", "load_context", "published", "write_framed", "write_jsonld"]

#: Where the context is published.
CONTEXT = "https://w3id.org/itgraph/context/v1.jsonld"


@cache
def published() -> dict[str, Any]:
    """Return the context document, from the package.

    Raises:
        StoreError: it is missing or is not JSON.
    """
    path = ontology_dir() / "context.jsonld"
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError("the context cannot be read", hint="install itgraph again", path=path) from error
    return document


def context_of(base: str, *, inline: bool) -> Any:
    """Return the value of ``@context``: the base, and the terms themselves or their address."""
    return {"@base": base, **published()["@context"]} if inline else [CONTEXT, {"@base": base}]


def text(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def write_jsonld(
    lines: Iterable[Line], base: str, out: BinaryIO, *, with_graphs: bool = False, inline: bool = True
) -> None:
    """Write statements as JSON-LD 1.1.

    Args:
        lines: the statements.
        base: the base of the release.
        out: where to write.
        with_graphs: each named graph is an object with ``@graph``, after the nodes of the default graph; without it
            the graphs that the lines name are left out.
        inline: the context stands in the document, else its address.
    """
    compaction = Compaction(published()["@context"], base)
    out.write(b'{"@context": ' + text(context_of(base, inline=inline), 2) + b',\n"@graph": [')
    comma = b""
    for graph, statements in by_graph(lines) if with_graphs else [(b"", lines)]:
        if graph:
            out.write(comma + b'\n{"id": ' + text(compaction.identifier(graph[1:-1].decode())) + b', "@graph": [')
            comma = b""
        for subject, quads in subjects(statements):
            out.write(comma + b"\n" + text(compaction.node(subject, quads)))
            comma = b","
        if graph:
            out.write(b"\n]}")
            comma = b","
    out.write(b"\n]}\n")


def write_framed(lines: Iterable[Line], base: str, root: str, out: BinaryIO, *, inline: bool = True) -> None:
    """Write an entity as one tree: wherever another node of the lines is named, it stands there with what they say.

    Args:
        lines: the statements; graphs are left out.
        base: the base of the release.
        root: the IRI of the entity.
        out: where to write.
        inline: the context stands in the document, else its address.
    """
    from pyld import jsonld

    nodes = [expanded(subject, quads) for subject, quads in subjects(lines)]
    frame = {"@context": context_of(base, inline=inline), "@id": root, "@embed": "@always"}
    framed: Mapping[str, Any] = jsonld.frame(nodes, frame, {"documentLoader": load_context, "omitDefault": True})
    out.write(text(framed, 2) + b"\n")


def load_context(url: str, _: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return our context for its address, as PyLD's document loaders do; nothing is fetched.

    Raises:
        InputError: the address is another one.
    """
    if url != CONTEXT:
        raise InputError(f"the context {url} is not ours, and nothing is fetched")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": published()}
