r"""The dump of a release, read through once more: is it canonical N-Quads, and what does it count?

Serve side, below ``checkup``. Nothing is held but one line and the names of the graphs, so that a dump of any size can
be examined. It takes two readings: the engine's parser and writer must give back the very bytes, which tells that each
line is in canonical form (https://www.w3.org/TR/rdf-canon/); then the lines are compared with their neighbours.

Example::

    found = census(Path("build/itgraph.nq"), "https://w3id.org/itgraph/")
    found.statements, found.faults
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from itgraph.errors import StoreError
from itgraph.namespaces import RDF

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["Census", "census"]

TYPE = f" <{RDF}type> ".encode()
DEFAULT = ox.DefaultGraph()


@dataclass
class Census:
    """What a dump counts. ``faults`` are what keeps it from being canonical, each a text with the line where known."""

    statements: int = 0
    triples: int = 0
    graphs: int = 0
    entities: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Digest(io.RawIOBase):
    """A place to write to that keeps the SHA-256 of what was written, and nothing else."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        """Tell that it is for writing."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Take bytes in."""
        self.sha256.update(data)
        return memoryview(data).nbytes


def census(path: Path, base: str) -> Census:
    """Count what a dump holds.

    Args:
        path: the dump.
        base: the IRI below which its entities are.

    Raises:
        StoreError: it cannot be read, or is not N-Quads; says the line.
    """
    found = Census()
    graphs: set[str] = set()
    written = Digest()
    try:
        with path.open("rb") as stream:
            quads = ox.parse(stream, format=ox.RdfFormat.N_QUADS)
            ox.serialize(counted(quads, found, graphs), cast("IO[bytes]", written), format=ox.RdfFormat.N_QUADS)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
        found.graphs = len(graphs)
        if digest.digest() != written.sha256.digest():
            found.faults.append("not every line is in canonical form")
        with path.open("rb") as stream:
            found.entities = entities(in_order(stream, found.faults), base, graphs)
    except SyntaxError as error:
        raise StoreError("the dump is not N-Quads", path=path, line=error.lineno) from error
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=path) from error
    return found


def counted(quads: Iterable[ox.Quad], found: Census, graphs: set[str]) -> Iterator[ox.Quad]:
    """Pass the statements on and count them; put the names of the graphs into ``graphs``."""
    for quad in quads:
        found.statements += 1
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs.add(quad.graph_name.value)
        elif quad.graph_name == DEFAULT:
            found.triples += 1
        yield quad


def in_order(lines: Iterable[bytes], faults: list[str]) -> Iterator[bytes]:
    """Pass the lines on, and note the first that is not after the one before it in the order of the bytes."""
    last, told = b"", False
    for number, line in enumerate(lines, 1):
        if line <= last and not told:
            faults.append(f"line {number} stands twice" if line == last else f"line {number} is not in order")
            told = True
        last = line
        yield line


def entities(lines: Iterable[bytes], base: str, graphs: set[str]) -> dict[str, int]:
    """Return how many entities of each kind have a type in the default graph; a graph is none.

    An entity is what the build counts: its id is ``kind/slug``. The lines of one subject stand together.
    """
    kinds: Counter[str] = Counter()
    start = f"<{base}".encode()
    last = b""
    for line in lines:
        subject, found, value = line.partition(TYPE)
        if not found or subject == last or not subject.startswith(start):
            continue
        # With a blank it is no subject but the beginning of a text; a second blank here parts the object from a graph.
        if b" " in subject or value.count(b" ") > 1:
            continue
        last = subject
        kind, slash, slug = subject[len(start) : -1].decode().partition("/")
        if slash and "/" not in slug and "#" not in slug and f"{base}{kind}/{slug}" not in graphs:
            kinds[kind] += 1
    return dict(sorted(kinds.items()))
