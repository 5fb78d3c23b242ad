"""The file of the search index, opened: found by the manifest, checked, read-only and immutable.

Serve side, below search. SQLite is told that nobody writes the file, so it takes no locks and any number of readers,
threads and processes share it; and it is told not to trust what the file says about itself.

Example::

    database = connect(locate(store.folder, store.manifest), store.manifest["sha256"])
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from itgraph.errors import StoreError
from itgraph.search_layout import APPLICATION_ID, LAYOUT, Damage

__all__ = ["connect", "locate", "reading"]

REBUILD = "build it again with 'itgraph build'"
KEYS: Mapping[str, type] = {"file": str, "bytes": int}


def locate(folder: Path, manifest: Mapping[str, Any]) -> Path:
    """Return the path of the index, once its size is that of the manifest.

    Raises:
        StoreError: the manifest names no index, or one outside the release; or the file is missing, cut off or changed.
    """
    named = manifest.get("search")
    if named is None:
        raise StoreError("the release has no search index", hint=REBUILD, path=folder)
    if not isinstance(named, dict) or not all(isinstance(named.get(key), kind) for key, kind in KEYS.items()):
        raise StoreError("the manifest does not say which file is the search index", hint=REBUILD, path=folder)
    if not named["file"] or Path(named["file"]).name != named["file"] or "\0" in named["file"]:
        raise StoreError("the manifest names a search index outside the release", hint=REBUILD, path=folder)
    path: Path = folder / named["file"]
    try:
        if path.is_dir():
            raise StoreError("is no file but a folder", hint=REBUILD, path=path)
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise StoreError("the search index is missing", hint=REBUILD, path=path) from error
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", hint=REBUILD, path=path) from error
    whole(path, size, named["bytes"])
    dump = folder / str(manifest.get("file"))
    if dump.is_file():  # the index answers without it, but not beside one that was cut off
        whole(dump, dump.stat().st_size, manifest["bytes"])
    return path


def whole(path: Path, size: int, stated: int) -> None:
    if size != stated:
        what = "cut off" if size < stated else "changed after it was built"
        raise StoreError(f"{what}: {size} bytes, not {stated}", hint=REBUILD, path=path)


def connect(path: Path, sha256: str) -> sqlite3.Connection:
    """Return a connection to the index of the dump with that hash, for one thread at a time.

    Raises:
        StoreError: the file is no search index, one of another make, or that of another dump.
    """
    with reading(path):
        # https://www.sqlite.org/uri.html, section 3.3
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        with ExitStack() as failing:
            failing.callback(database.close)
            database.executescript("PRAGMA trusted_schema = 0; PRAGMA query_only = 1; PRAGMA cell_size_check = 1;")
            database.execute("PRAGMA cache_size = -8192")
            make = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
            if make != [APPLICATION_ID, LAYOUT]:
                raise StoreError("not a search index of this version", hint=REBUILD, path=path)
            if database.execute("SELECT sha256 FROM release").fetchone() != (sha256,):
                raise StoreError("the search index of another build", hint=REBUILD, path=path)
            failing.pop_all()
    return database


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file that it cannot read, and what damaged content leads to, into one line.

    Raises:
        StoreError: names the file.
    """
    try:
        yield
    except (sqlite3.Error, Damage, UnicodeDecodeError) as error:
        # SQLite quotes what it has read, which may be anything.
        what = "text that is not UTF-8" if isinstance(error, UnicodeDecodeError) else ascii(str(error))[1:-1]
        raise StoreError(f"the search index cannot be read: {what}", hint=REBUILD, path=path) from error
