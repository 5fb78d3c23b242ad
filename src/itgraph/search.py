"""Search: from a few typed words to the entities that may be meant, the best first, in milliseconds.

Serve side. The index that the build wrote beside the dump (``itgraph.search_index``) gives a bounded number of
candidates, each already in the order of importance; the names themselves are then compared with what was typed
(``itgraph.search_ranking``). The dump is not read, and neither time nor memory grows with the number of names.

Example::

    for hit in search(store, "alapca", kind="model"):
        print(hit.id, hit.label, hit.matched)      # model/alpaca Alpaca Alpaca
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from itgraph.errors import UsageError
from itgraph.folding import words
from itgraph.search_candidates import Candidates, by_id, count, in_order, kinds
from itgraph.search_file import connect, locate, reading
from itgraph.search_ranking import Name, Rank, Typed

__all__ = ["LONGEST_TEXT", "MOST_HITS", "Hit", "Release", "SearchIndex", "is_source", "search"]

#: The greatest limit: who wants more wants a query.
MOST_HITS = 1000
#: What of the text is read: more than any name holds.
LONGEST_TEXT = 1000
#: Words that are known are mended where fewer hits than FEW are there, and of a longer text where there is none.
FEW, FEW_WORDS = 3, 2
# A row or a reference of the survey: they have ids and no names.
SOURCE = re.compile(r"(?:.*/)?survey/[a-z-]+/\d+(?:#.*)?")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found. ``matched`` is the name of it that fits best; a ``score`` of 1 is an exact label."""

    id: str
    iri: str
    label: str
    kind: str
    matched: str
    score: float


class Release(Protocol):
    """What a search needs of a release; an opened ``Store`` is one."""

    @property
    def folder(self) -> Path:
        """The folder of the release."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Its manifest."""


def search(
    release: Release | str | os.PathLike[str] | None,
    text: str,
    *,
    kind: str | Sequence[str] | None = None,
    limit: int = 10,
) -> list[Hit]:
    """Return the entities whose label or other name fits the text, the best first.

    An entity whose id or IRI is the text comes before all, then an exact label, another name that is exact, names that
    begin with the text, names that hold its words in any order, and names that do so but for a slip or two; the last
    word may be the beginning of one. Among equals the entity that more statements point at comes first. Case, accents
    and marks count for nothing.

    Args:
        release: an open store, or the folder of a release, or None for the release that ``Store.open()`` would take.
        text: any text; what is no letter or digit only parts words.
        kind: only entities of this kind, such as ``model`` or ``person``, or of one of several; none of them is all.
        limit: the greatest number of hits.

    Raises:
        UsageError: there is no such kind, or the limit is not from 1 to 1000.
        StoreError: the release has no index, or the index is missing, cut off, damaged or of another make.
    """
    if release is None or isinstance(release, str | os.PathLike):
        from itgraph.manifest import read_manifest
        from itgraph.store import MANIFEST, open_release

        index = open_release(release, lambda folder: SearchIndex(folder, read_manifest(folder / MANIFEST)))
    else:
        index = SearchIndex(release.folder, release.manifest)
    with index:
        return index.search(text, kind=kind, limit=limit)


def is_source(text: str) -> bool:
    """Tell whether the text is the id or IRI of a row or a reference, which no search finds.

    >>> is_source("survey/models/4"), is_source("https://w3id.org/itgraph/survey/models/4"), is_source("model/llama")
    (True, True, False)
    """
    return SOURCE.fullmatch(text.strip()) is not None


class SearchIndex:
    """The search index of a release, open for any number of searches from any number of threads.

    Opening compares the size with the manifest; the hash is left to a thorough check, since reading hundreds of
    megabytes would cost more than thousands of searches. SQLite finds damage where it reads.
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """Open the index.

        Raises:
            StoreError: the release has none, or it is missing, cut off, changed or of another make; says which file.
        """
        self._base: str = manifest["base"]
        self._path = locate(folder, manifest)
        self._sha256: str = manifest["sha256"]
        self._idle: deque[sqlite3.Connection] = deque()
        with self._connection() as database:
            self.kinds = kinds(database)

    def __enter__(self) -> SearchIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Searches under way end well; a later search opens it again."""
        while self._idle:
            self._idle.pop().close()

    def search(self, text: str, *, kind: str | Sequence[str] | None = None, limit: int = 10) -> list[Hit]:
        """Return the entities whose names fit the text, the best first; see :func:`search`."""
        if not 1 <= limit <= MOST_HITS:
            raise UsageError(f"the limit is {limit}", hint=f"give a number from 1 to {MOST_HITS}")
        wanted = [kind] if isinstance(kind, str) else list(dict.fromkeys(kind or []))
        for name in wanted:
            if name not in self.kinds:
                raise UsageError(f"there is no kind {name!r}", hint=f"say one of {', '.join(self.kinds)}")
        typed = words(text[:LONGEST_TEXT])
        if not typed or is_source(text):
            return []
        best: dict[str, tuple[Rank, Name]] = {}
        with self._connection() as database:
            meant = by_id(database, text.strip().removeprefix(self._base))
            if meant is not None and wanted and meant.kind not in wanted:
                meant = None
            # No entity is of two kinds, so what is found of one is beside what is found of another.
            for number in [self.kinds[name] for name in wanted] or [0]:
                best |= self._best(database, Typed(list(typed)), number, limit)
        first = [] if meant is None else [self._hit(meant, 1.0)]
        ranked = sorted(found for ident, found in best.items() if meant is None or ident != meant.ident)
        return [*first, *(self._hit(name, rank.score) for rank, name in ranked)][:limit]

    def count(self) -> int:
        """Return how many entities there are."""
        with self._connection() as database:
            return count(database)

    def in_order(self, begin: int, limit: int) -> list[str]:
        """Return the ids of ``limit`` entities behind the first ``begin``, the most important first."""
        with self._connection() as database:
            return in_order(database, begin, limit)

    def _hit(self, name: Name, score: float) -> Hit:
        return Hit(name.ident, self._base + name.ident, name.label, name.kind, name.text, score)

    def _best(self, database: sqlite3.Connection, typed: Typed, kind: int, limit: int) -> dict[str, tuple[Rank, Name]]:
        """Return the best name of each entity of a kind (0 for all) that fits."""
        best: dict[str, tuple[Rank, Name]] = {}
        candidates = Candidates(database, typed, kind, list(self.kinds.values()), limit)
        stages = (
            candidates.fitting,
            candidates.with_one_slip_in_all,
            candidates.with_unknown_words_mended,
            candidates.with_known_words_mended,
            candidates.but_for_one_word,
        )
        for stage in stages:
            # Where something fits as typed, few go on to what may have been meant instead.
            enough = min(limit, FEW if len(typed.words) <= FEW_WORDS else 1)
            if len(best) >= (limit if stage in stages[:3] else enough):
                break
            for name in stage():
                rank = typed.rank(name)
                if rank is not None and (name.ident not in best or rank < best[name.ident][0]):
                    best[name.ident] = (rank, name)
        return best

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one search; turn what SQLite and a damaged file raise into one line."""
        try:
            database = self._idle.pop()
        except IndexError:
            database = connect(self._path, self._sha256)
        with ExitStack() as failing:
            failing.callback(database.close)
            with reading(self._path):
                yield database
            failing.pop_all()
        self._idle.append(database)
