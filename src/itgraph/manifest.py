"""The manifest of a release, and the dump held against it: what is read before any of the data is.

Serve side, below the store and whatever else opens a release.

Example::

    manifest = read_manifest(folder / "manifest.json")
    verify(folder / manifest["file"], manifest)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itgraph.errors import StoreError
from itgraph.sparql import is_iri

__all__ = ["REBUILD", "read_manifest", "verify"]

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
