"""The dump of a release as it lies on the disk: sorted lines, read by subject, two dumps side by side.

Serve side, below ``difference``. Lines are compared as bytes, which is what the build sorted them by, and are parsed
by whoever needs to look inside; nothing is held but the lines of one subject.

A release may have another base than the one that it is compared with. Its lines are then read with the other base;
since that changes the order of the subjects below the base against all others, the two kinds are merged one after
the other.

>>> moved(b'<https://a.example/model/x> <p> "<https://a.example/>" .', b"https://a.example/", b"https://b.example/")
b'<https://b.example/model/x> <p> "<https://a.example/>" .'
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

from itgraph.errors import StoreError
from itgraph.manifest import read_manifest, verify
from itgraph.namespaces import ITG, ONTOLOGY
from itgraph.store import MANIFEST, open_release

__all__ = ["Dump", "Line", "merged"]

Line: TypeAlias = bytes

# The vocabulary and its versions begin like entities below the usual base, and never move.
VOCABULARY = (f"<{ITG}".encode(), f"<{ONTOLOGY}>".encode(), f"<{ONTOLOGY}/".encode())
# IRIREF and STRING_LITERAL_QUOTE with its datatype, of N-Triples, section 7.
TERM = re.compile(rb'<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?')


def moved(line: Line, base: bytes, to: bytes) -> Line:
    """Return the line with the entities and graphs below one base put below another."""

    def term(found: re.Match[bytes]) -> bytes:
        return b"<" + to + found[0][1 + len(base) :] if is_below(found[0], base) else found[0]

    return TERM.sub(term, line)


def is_below(text: bytes, base: bytes) -> bool:
    """Tell whether a line, or an IRI in angle brackets, begins with an entity below the base, not the base itself."""
    return text.startswith(b"<" + base) and not text.startswith((*VOCABULARY, b"<" + base + b">"))


@dataclass(frozen=True)
class Dump:
    """The sorted dump of a release, checked against its manifest when it was opened."""

    path: Path
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, release: str | os.PathLike[str] | None) -> Dump:
        """Find a release, as the store does, and check its dump.

        Raises:
            StoreError: it is missing, or was cut off or changed after it was built.
        """
        return open_release(release, cls._open)

    @classmethod
    def _open(cls, folder: Path) -> Dump:
        manifest = read_manifest(folder / MANIFEST)
        verify(folder / manifest["file"], manifest)
        return cls(folder / manifest["file"], manifest)

    @property
    def base(self) -> str:
        """The IRI below which the entities of the release live."""
        return str(self.manifest["base"])

    def lines(self) -> Iterator[Line]:
        """Yield the lines in their order.

        Raises:
            StoreError: the dump is gone: two newer releases were published since it was opened.
        """
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise StoreError(f"cannot be read: {error.strerror}", hint="try again", path=self.path) from error
        with stream:
            yield from stream

    def subjects(self, to: str, below: bool | None = None) -> Iterator[tuple[bytes, list[Line]]]:
        """Yield each subject in angle brackets with its lines, in the order of the bytes.

        Args:
            to: the base to read the lines with.
            below: only the subjects below the base (True), only the others (False), or all (None).

        Raises:
            StoreError: the subjects are not in order.
        """
        own, other = self.base.encode(), to.encode()
        lines = self.lines()
        if below is not None:
            lines = (line for line in lines if is_below(line, own) is below)
        if own != other:
            lines = (moved(line, own, other) for line in lines)
        last = b""
        for subject, group in groupby(lines, key=lambda line: line[: line.find(b" ")]):
            if subject <= last:
                raise StoreError("the dump is not sorted", hint="build it again with 'itgraph build'", path=self.path)
            last = subject
            yield subject, list(group)

    def literals(self, predicate: str, subjects: Collection[str], to: str) -> Iterator[tuple[str, ox.Literal]]:
        """Yield (subject, literal) of one property of these subjects, as the default graph has them.

        Args:
            predicate: the IRI of the property.
            subjects: the IRIs of the subjects, below the base ``to``.
            to: the base to read the subjects with.
        """
        own, other = f"<{self.base}".encode(), f"<{to}".encode()
        middle = f"> <{predicate}> ".encode()
        for line in self.lines():
            start, found, _ = line.partition(middle)
            if not found:
                continue
            if own != other and is_below(line, self.base.encode()):
                start = other + start.removeprefix(own)
            if (subject := start[1:].decode()) not in subjects:
                continue
            for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS):
                if isinstance(quad.graph_name, ox.DefaultGraph) and isinstance(quad.object, ox.Literal):
                    yield subject, quad.object


Groups: TypeAlias = Iterator[tuple[bytes, list[Line]]]


def merged(older: Dump, newer: Dump) -> Iterator[tuple[list[Line], list[Line]]]:
    """Yield the lines of each subject that the two dumps do not have alike, read with the base of the newer one."""
    parts = (None,) if older.base == newer.base else (True, False)
    for below in parts:
        yield from side_by_side(older.subjects(newer.base, below), newer.subjects(newer.base, below))


def side_by_side(older: Groups, newer: Groups) -> Iterator[tuple[list[Line], list[Line]]]:
    nothing: tuple[bytes, list[Line]] = (b"", [])
    was, now = next(older, nothing), next(newer, nothing)
    while was[0] or now[0]:
        if was[0] == now[0]:
            # With another base the lines of a subject may stand in another order.
            if was[1] != now[1] and set(was[1]) != set(now[1]):
                yield was[1], now[1]
            was, now = next(older, nothing), next(newer, nothing)
        elif not now[0] or (was[0] and was[0] < now[0]):
            yield was[1], []
            was = next(older, nothing)
        else:
            yield [], now[1]
            now = next(newer, nothing)
