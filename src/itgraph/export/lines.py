r"""The sorted statements of an export, as the lines of canonical N-Quads that the dump is made of.

Serve side, between the dump and the writers. A writer that can works on these bytes and keeps no more than a line of
them; one that needs the values of literals has them parsed, still one after the other. ``by_graph`` alone needs
another order than the dump has: it sorts on disk where the statements are many.

>>> split(b'<m> <p> "7 <B>"@en <g> .\n')
(b'<m>', b'<p>', b'"7 <B>"@en', b'<g>')
>>> split(b'<m> <p> <o> .\n')
(b'<m>', b'<p>', b'<o>', b'')
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby, islice
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import pyoxigraph as ox

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Line", "Lines", "by_graph", "held", "of_graph", "quads", "split", "subjects", "unnamed"]

Line: TypeAlias = bytes
#: Statements that can be read more than once: each call begins anew.
Lines: TypeAlias = Callable[[], Iterator[Line]]

#: How many statements are sorted in memory before a run of them goes to disk.
RUN = 250_000
#: Stands in no line, and sorts before all that may stand there.
MARK = b"\x00"


def split(line: Line) -> tuple[bytes, bytes, bytes, bytes]:
    """Return subject, predicate, object and graph as they are written; the graph is empty for the default graph."""
    subject, predicate, rest = line.split(b" ", 2)
    # No IRI holds a quote or a blank, so the last quote ends the text of a literal.
    cut = rest.find(b" ", rest.rfind(b'"') + 1 if rest.startswith(b'"') else 0)
    return subject, predicate, rest[:cut], rest[cut + 1 : -3]


def held(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the statements of the default graph."""
    return (line for line in lines if not split(line)[3])


def of_graph(lines: Iterable[Line], graph: str) -> Iterator[Line]:
    """Yield the statements of one named graph."""
    name = f"<{graph}>".encode()
    end = b" " + name + b" .\n"
    return (line for line in lines if line.endswith(end) and split(line)[3] == name)


def unnamed(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the statements without the graph that they stand in."""
    return (b"%b %b %b .\n" % split(line)[:3] for line in lines)


def by_graph(lines: Iterable[Line], run: int = RUN) -> Iterator[tuple[bytes, Iterator[Line]]]:
    """Yield each graph once with its statements, as N-Triples in their order; first the default graph, named ``b""``.

    Raises:
        OSError: there is no room for the runs in the folder for temporary files.
    """
    waiting = (marked(line) for line in lines)
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        while chunk := sorted(islice(waiting, run)):
            if len(chunk) == run or runs:
                spilled: BinaryIO = files.enter_context(tempfile.TemporaryFile(prefix="itgraph-"))
                spilled.writelines(chunk)
                spilled.seek(0)
                runs.append(spilled)
            else:
                runs.append(chunk)
        for graph, records in groupby(merge(*runs), key=lambda record: record.partition(MARK)[0]):
            yield graph, (record.partition(MARK)[2] for record in records)


def marked(line: Line) -> bytes:
    subject, predicate, value, graph = split(line)
    return b"%b%b%b %b %b .\n" % (graph, MARK, subject, predicate, value)


class Stream(io.RawIOBase):
    """Lines as a file that a parser reads."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def readable(self) -> bool:
        """Tell that it is for reading."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        room = memoryview(buffer).cast("B")
        while len(self._rest) < len(room) and (more := b"".join(islice(self._lines, 64))):
            self._rest += more
        given = self._rest[: len(room)]
        self._rest = self._rest[len(given) :]
        room[: len(given)] = given
        return len(given)


def quads(lines: Iterable[Line]) -> Iterator[ox.Quad]:
    """Yield the statements parsed, one after the other."""
    # lenient: these are the bytes that the build checked and wrote.
    return iter(ox.parse(io.BufferedReader(Stream(lines), 1 << 16), format=ox.RdfFormat.N_QUADS, lenient=True))


def subjects(lines: Iterable[Line]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Yield each subject with its statements."""
    for subject, group in groupby(quads(lines), key=lambda quad: quad.subject):
        if isinstance(subject, ox.NamedNode):
            yield subject.value, list(group)
