"""Several files put in place whole, or not at all: what the build and the importer write with.

Ground floor: imports nothing of ours but the errors.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from itgraph.errors import InputError

__all__ = ["put_in_place"]


def put_in_place(
    folder: Path,
    contents: Mapping[str, bytes],
    *,
    gone: Iterable[str] = (),
    hint: str = "name another folder with --out",
) -> None:
    """Write files into ``folder`` in the order given, each by one rename, after all of them are safe on the disk.

    ``gone`` are files to remove afterwards, ``hint`` is what to do where the folder cannot be written. Until the first
    rename nothing that stood there has changed.

    Raises:
        InputError: the folder cannot be made or written.
    """
    beside: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in contents:
            if (folder / name).is_dir():
                raise InputError("a folder stands where a file belongs", hint="take it away", path=folder / name)
        for name, content in contents.items():
            handle, written = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            beside.append((Path(written), folder / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(written).chmod(0o644)
        for temporary, target in beside:
            temporary.replace(target)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", hint=hint, path=folder) from error
    finally:
        for temporary, _ in beside:
            temporary.unlink(missing_ok=True)
