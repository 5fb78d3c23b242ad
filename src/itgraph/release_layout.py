"""The layout of the folder that ``itgraph build --out`` writes: what the build publishes and every reader resolves.

Ground floor: imports nothing of ours. ::

    DIR/releases/<id>/{itgraph.nq, search.sqlite, manifest.json}   never changed; <id> begins the manifest's sha256
    DIR/current       -> releases/<id>                             replaced by one rename, which publishes
    DIR/itgraph.nq    -> current/itgraph.nq                        made once; the other two likewise

A folder with the three files themselves and no ``current`` is a release too: the one in the wheel, those of itgraph
0.1.0, those of a system without symbolic links, a copy of ``releases/<id>``.

>>> is_release("releases/1a2b3c4d5e6f"), is_release("releases/../data"), is_release("/srv/releases/1a2b3c4d5e6f")
(True, False, False)
"""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = [
    "CURRENT",
    "DUMP",
    "ID_LENGTH",
    "INDEX",
    "MANIFEST",
    "RELEASES",
    "SCRATCH",
    "is_id",
    "is_release",
    "published",
    "resolved",
]

DUMP = "itgraph.nq"
INDEX = "search.sqlite"
MANIFEST = "manifest.json"

CURRENT = "current"
RELEASES = "releases"
#: How the names of the folders begin that a build works in, below ``releases``.
SCRATCH = ".new-"

#: How many digits of the hash an id has: more only where a damaged release stands under the shorter one.
ID_LENGTH = 12
ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH},64}}")


def is_id(name: str) -> bool:
    """Tell whether a folder below ``releases`` has the name of a release."""
    return ID.fullmatch(name) is not None


def is_release(target: str) -> bool:
    """Tell whether a symbolic link with this target leads from the folder to one of its releases."""
    top, slash, name = target.partition("/")
    return top == RELEASES and slash == "/" and is_id(name)


def published(place: Path) -> Path | None:
    """Return the folder of the release that ``current`` leads to at this moment, or None where there is no such link.

    The link is read once. What a person keeps under this name, and is no link to a release, counts for nothing.
    """
    try:
        target = str((place / CURRENT).readlink())
    except (OSError, ValueError):
        return None
    return place / target if is_release(target) else None


def resolved(place: Path) -> Path:
    """Return the folder to read a release from: all its files are of one release, whatever is published meanwhile.

    It is below ``place`` as that was named; only a ``place`` that is itself a link is followed, once.
    """
    folder = published(place)
    if folder is not None:
        return folder
    return Path(os.path.realpath(place)) if place.is_symlink() else place
