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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from itgraph.errors import InputError, NetworkError, StoreError, UsageError
from itgraph.namespaces import PREFIXES
from itgraph.resources import release_dirs
from itgraph.syntax import query_error

if TYPE_CHECKING:
    from itgraph.sparql import Row

__all__ = ["MANIFEST", "QueryResults", "Store", "evaluating"]

QueryResults: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

MANIFEST = "manifest.json"
REBUILD = "build it with 'itgraph build'"
# What of the manifest this side reads, and its type.
KEYS: Mapping[str, type] = {"base": str, "bytes": int, "file": str, "sha256": str}


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
        folder = find_release(release)
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
    """Return the folder of the release that is meant.

    Raises:
        StoreError: there is no such folder, or no manifest in it.
    """
    named = release if release is not None else os.environ.get("ITGRAPH_RELEASE") or None
    places = [Path(named)] if named is not None else release_dirs()
    for place in places:
        if (place / MANIFEST).is_file():
            return place
    place = places[0]
    if not place.is_dir():
        raise StoreError("there is no such folder with a release", hint=REBUILD, path=place)
    raise StoreError(f"no release here: {MANIFEST} is missing", hint=REBUILD, path=place)


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
    if not isinstance(manifest, dict) or manifest.get("name") != "itgraph":
        raise StoreError("not the manifest of an itgraph release", hint=REBUILD, path=path)
    for key, kind in KEYS.items():
        if not isinstance(manifest.get(key), kind):
            raise StoreError(f"the manifest lacks {key!r}", hint=REBUILD, path=path)
    if Path(manifest["file"]).name != manifest["file"]:
        raise StoreError("the manifest names a file outside the release", hint=REBUILD, path=path)
    return manifest


def verify(dump: Path, manifest: Mapping[str, Any]) -> None:
    """Check the dump against its manifest.

    Raises:
        StoreError: the dump is missing, shorter or longer than it was, or has other bytes.
    """
    again = "build it again with 'itgraph build'"
    try:
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
