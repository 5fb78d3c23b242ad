"""A release, opened: the only module that opens a store.

The dump (``itgraph.nq``) is checked against its manifest and loaded into memory. Its default graph is the one that
the build wrote, never the engine's union of all graphs, which counts a triple once per graph that holds it.

Example::

    store = Store.open()
    for model, base in store.select("SELECT ?m ?b WHERE { ?m itg:basedOn ?b }"):
        print(model, base)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pyoxigraph as ox

from itgraph.errors import InputError, NetworkError, StoreError, UsageError
from itgraph.grammar.dataset import datasets
from itgraph.manifest import REBUILD, read_manifest, verify
from itgraph.namespaces import PREFIXES
from itgraph.release_layout import MANIFEST, resolved
from itgraph.resources import release_dirs
from itgraph.sparql import is_unicode
from itgraph.syntax import query_error

if TYPE_CHECKING:
    from itgraph.sparql import Row

__all__ = [
    "MANIFEST",
    "QueryResults",
    "Store",
    "evaluating",
    "find_release",
    "open_release",
]

Opened = TypeVar("Opened")

#: Each prefix with how it looks in a query, and its namespace.
MARKED = tuple((prefix, f"{prefix}:", namespace) for prefix, namespace in PREFIXES.items())

QueryResults: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

#: So many statements of several default graphs are merged for one query; more would take its time.
MOST_MERGED = 200_000


class Store:
    """A release in memory, read-only and safe to ask from several threads at once."""

    def __init__(self, engine: ox.Store, manifest: Mapping[str, Any], folder: Path) -> None:
        self._engine = engine
        self.manifest = manifest
        self.folder = folder
        self.base: str = manifest["base"]
        self._merged: tuple[tuple[tuple[str, ...], tuple[str, ...]], ox.Store] | None = None

    @classmethod
    def open(cls, release: str | os.PathLike[str] | None = None) -> Store:
        """Check a release and load it.

        Args:
            release: the folder of the release; else ``ITGRAPH_RELEASE`` names it; else it is looked for in the
                checkout and in the installed package.

        Raises:
            StoreError: nothing is there, or it was cut off or changed after the build; says which file.
        """
        return open_release(release, cls._open)

    @classmethod
    def _open(cls, folder: Path) -> Store:
        manifest = read_manifest(folder / MANIFEST)
        dump = folder / manifest["file"]
        verify(dump, manifest)
        engine = ox.Store()
        try:
            # lenient: the hash has just told that these are the bytes that the build checked and wrote.
            engine.bulk_load(path=dump, format=ox.RdfFormat.N_QUADS, lenient=True)
        except SyntaxError as error:
            raise StoreError("the dump is not N-Quads", hint=REBUILD, path=dump, line=error.lineno) from error
        except OSError as error:
            raise StoreError(f"cannot be read: {error}", hint=REBUILD, path=dump) from error
        return cls(engine, manifest, folder)

    def query(
        self,
        text: str,
        *,
        path: str | os.PathLike[str] | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> QueryResults:
        """Answer a SPARQL 1.1 query.

        The project's prefixes are known without a declaration, and a relative IRI such as ``<model/llama>`` is below
        the base of the release.

        Args:
            text: the query; an update is refused.
            path: where the text was read from, for the error line.
            default_graphs: IRIs of the graphs to merge into the default graph (SPARQL 1.1 Protocol, section 2.1.4).
            named_graphs: IRIs of the graphs that GRAPH may see; with either list given, the other is empty.

        Raises:
            InputError: the query does not parse, or is an update; says the line.
            UsageError: a graph is not named by an absolute IRI.
            NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.

        Rows are computed as they are read, so both errors of evaluation can also come later: read under ``evaluating``.
        """
        if not is_unicode(text):
            raise InputError("the query is not text", hint="write it in UTF-8", path=path)
        engine = self._engine
        dataset: dict[str, Any] = {}
        if not default_graphs and not named_graphs and "from" in text.lower():
            # Where the engine would count a triple once for each FROM, the graphs are merged here.
            default_graphs, named_graphs = datasets(text, self.base, PREFIXES) or ((), ())
        if default_graphs or named_graphs:
            engine, dataset = self._dataset(tuple(dict.fromkeys(default_graphs)), tuple(dict.fromkeys(named_graphs)))
        # Only those that the text can mean: each costs as much as parsing a line.
        prefixes = {prefix: namespace for prefix, mark, namespace in MARKED if mark in text}
        try:
            with evaluating():
                return engine.query(text, base_iri=self.base, prefixes=prefixes, **dataset)
        except SyntaxError as error:
            raise query_error(text, str(error), path) from error

    def _dataset(self, default: tuple[str, ...], named: tuple[str, ...]) -> tuple[ox.Store, dict[str, Any]]:
        """Return the engine that holds the dataset, and how to ask it for that dataset.

        The engine answers over several default graphs with a triple once for each that holds it, where SPARQL 1.1
        (section 13.2) merges them. So they are merged here, into an engine that is kept for the next query.
        """
        graphs, others = graph_names(default), graph_names(named)
        if len(graphs) < 2:
            return self._engine, {"default_graph": graphs, "named_graphs": others}
        if self._merged is None or self._merged[0] != (default, named):
            merged = ox.Store()
            room = MOST_MERGED
            for graph in (*graphs, *others):
                quads = list(islice(self._engine.quads_for_pattern(None, None, None, graph), room + 1))
                room -= len(quads)
                if room < 0:
                    hint = "name one default graph, or ask by GRAPH"
                    raise UsageError(f"these graphs hold more than {MOST_MERGED:,} statements to merge", hint=hint)
                if graph in graphs:
                    merged.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
                if graph in others:
                    merged.bulk_extend(quads)
            self._merged = (default, named), merged
        # Said again, lest FROM in the query means the graphs apart.
        return self._merged[1], {"default_graph": ox.DefaultGraph(), "named_graphs": others}

    def select(self, text: str) -> Iterator[Row]:
        """Yield the solutions of a SELECT query, each as the terms in the order of its variables.

        Raises:
            InputError: the query does not parse, or is not a SELECT.
        """
        answer = self.query(text)
        if not isinstance(answer, ox.QuerySolutions):
            raise InputError("not a SELECT query")
        with evaluating():
            for solution in answer:
                yield tuple(solution)


class Evaluating:
    """Turns what the engine raises while it computes rows, which may be after ``query`` has returned.

    Raises:
        InputError: the query calls a function that there is not.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """End, with an error of ours where there was one of the engine's."""
        if isinstance(error, RuntimeError):
            raise InputError(f"the query cannot be answered: {error}") from error
        if isinstance(error, OSError):
            hint = "is there a way to it from here? Else take the SERVICE part out"
            raise NetworkError(f"the query asks another endpoint: {error}", hint=hint) from error


EVALUATING = Evaluating()


def evaluating() -> Evaluating:
    """Return the context in which answers are read: its errors are ours. There is one for all, for it keeps nothing."""
    return EVALUATING


def find_release(release: str | os.PathLike[str] | None) -> Path:
    """Return the folder of the release that is meant: the one whose files they are, which no later build changes.

    Raises:
        StoreError: there is no such folder, or no manifest in it.
    """
    variable = os.environ.get("ITGRAPH_RELEASE") if release is None else None
    named = release if release is not None else variable or None
    places = [Path(named)] if named is not None else release_dirs()
    try:
        for place in places:
            folder = resolved(place)
            while not (folder / MANIFEST).is_file() and (now := resolved(place)) != folder:
                folder = now
            if (folder / MANIFEST).is_file():
                return folder
        there = places[0].is_dir()
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", hint="name another release", path=places[0]) from error
    cause = " (ITGRAPH_RELEASE)" if variable else ""
    hint = f"{REBUILD}, or unset ITGRAPH_RELEASE" if variable else REBUILD
    if not there:
        raise StoreError(f"there is no such folder with a release{cause}", hint=hint, path=places[0])
    raise StoreError(f"no release here{cause}: {MANIFEST} is missing", hint=hint, path=places[0])


def open_release(release: str | os.PathLike[str] | None, opening: Callable[[Path], Opened]) -> Opened:
    """Find a release and open it: another one where new ones were published, and this one removed, in between.

    Args:
        release: as for ``Store.open``.
        opening: what to do with the folder; it raises StoreError where the release is not whole.

    Raises:
        StoreError: there is no release, or the one that is there now cannot be opened.
    """
    folder = find_release(release)
    while True:
        try:
            return opening(folder)
        except StoreError:
            if (now := find_release(release)) == folder:
                raise
            folder = now


def graph_names(iris: Sequence[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise UsageError(f"not the IRI of a graph: {error}") from error
