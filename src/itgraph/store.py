"""A release, opened: the only module that opens a store.

The dump (``itgraph.nq``) is checked against its manifest and loaded into memory. Its default graph is the one that
the build wrote, never the engine's union of all graphs, which counts a triple once per graph that holds it.

Example::

    store = Store.open()
    for model, base in store.select("SELECT ?m ?b WHERE { ?m itg:basedOn ?b }"):
        print(model, base)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pyoxigraph as ox

from itgraph.errors import InputError, NetworkError, StoreError, UsageError
from itgraph.namespaces import PREFIXES
from itgraph.release_layout import MANIFEST, resolved
from itgraph.resources import release_dirs
from itgraph.sparql import is_iri, is_unicode
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
    "read_manifest",
    "verify",
]

Opened = TypeVar("Opened")

QueryResults: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

REBUILD = "build it with 'itgraph build'"
# What the manifest must tell, and what else of it is read; each with its type.
KEYS: Mapping[str, type] = {"base": str, "bytes": int, "file": str, "sha256": str}
ALSO: Mapping[str, type] = {
    "entities": dict,
    "graphs": int,
    "ontologyVersion": str,
    "statements": int,
    "triples": int,
    "version": str,
}
TYPES: Mapping[type, str] = {str: "a text", int: "a whole number", dict: "a table of counts"}


class Store:
    """A release in memory, read-only and safe to ask from several threads at once."""

    def __init__(self, engine: ox.Store, manifest: Mapping[str, Any], folder: Path) -> None:
        self._engine = engine
        self.manifest = manifest
        self.folder = folder
        self.base: str = manifest["base"]

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
        dataset: dict[str, Any] = {}
        if default_graphs or named_graphs:
            dataset = {"default_graph": graph_names(default_graphs), "named_graphs": graph_names(named_graphs)}
        try:
            with evaluating():
                return self._engine.query(text, base_iri=self.base, prefixes=dict(PREFIXES), **dataset)
        except SyntaxError as error:
            raise query_error(text, str(error), path) from error

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


@contextmanager
def evaluating() -> Iterator[None]:
    """Turn what the engine raises while it computes rows, which may be after ``query`` has returned.

    Raises:
        InputError: the query calls a function that there is not.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    try:
        yield
    except RuntimeError as error:
        raise InputError(f"the query cannot be answered: {error}") from error
    except OSError as error:
        raise NetworkError(f"the query asks another endpoint: {error}", hint="take the SERVICE part out") from error


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


def read_manifest(path: Path) -> Mapping[str, Any]:
    """Return the manifest of a release.

    Raises:
        StoreError: it cannot be read, is not JSON, or lacks what is needed to check the dump.
    """
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=path) from error
    except json.JSONDecodeError as error:
        raise StoreError("the manifest is not JSON", hint=REBUILD, path=path, line=error.lineno) from error
    except UnicodeDecodeError as error:
        raise StoreError("the manifest is not UTF-8", hint=REBUILD, path=path) from error
    except (RecursionError, ValueError) as error:
        # Nested deeper, or a number with more digits, than Python reads.
        raise StoreError("the manifest cannot be read: no build writes such JSON", hint=REBUILD, path=path) from error
    if not isinstance(manifest, dict) or manifest.get("name") != "itgraph":
        raise StoreError("not the manifest of an itgraph release", hint=REBUILD, path=path)
    for key, kind in {**KEYS, **ALSO}.items():
        if key in KEYS and key not in manifest:
            raise StoreError(f"the manifest lacks {key!r}", hint=REBUILD, path=path)
        if key in manifest and not is_of_type(manifest[key], kind):
            raise StoreError(f"the manifest's {key!r} is not {TYPES[kind]}", hint=REBUILD, path=path)
    if not is_iri(manifest["base"]):
        raise StoreError("the manifest's 'base' is not an IRI", hint=REBUILD, path=path)
    name = manifest["file"]
    if not name or Path(name).name != name or "\0" in name:
        raise StoreError("the manifest names a file outside the release", hint=REBUILD, path=path)
    return manifest


def is_of_type(told: object, kind: type) -> bool:
    """Tell whether a value of the manifest is of its type; in a table every value is a count."""
    if isinstance(told, dict):
        return kind is dict and all(is_of_type(count, int) for count in told.values())
    return isinstance(told, kind) and not isinstance(told, bool)


def verify(dump: Path, manifest: Mapping[str, Any]) -> None:
    """Check the dump against its manifest.

    Raises:
        StoreError: the dump is missing, shorter or longer than it was, or has other bytes.
    """
    again = "build it again with 'itgraph build'"
    try:
        if dump.is_dir():
            raise StoreError("is no file but a folder", hint=again, path=dump)
        size = dump.stat().st_size
        if size != manifest["bytes"]:
            what = "cut off" if size < manifest["bytes"] else "changed after it was built"
            raise StoreError(f"{what}: {size} bytes, not {manifest['bytes']}", hint=again, path=dump)
        with dump.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise StoreError("the dump is missing", hint=again, path=dump) from error
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", hint=again, path=dump) from error
    if digest != manifest["sha256"]:
        raise StoreError("changed after it was built: its sha256 is not that of the manifest", hint=again, path=dump)


def graph_names(iris: Sequence[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise UsageError(f"not the IRI of a graph: {error}") from error
