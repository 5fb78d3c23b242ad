"""Where an export goes: a file, whole or not at all; a folder of files; or stdout.

Serve side, below the writers. A file is written beside its place and put there by one rename, so that a full disk or
Ctrl-C leaves what stood there before. A name that ends in ``.gz`` is compressed, with no name and no time in its
header, so that equal statements are equal bytes (RFC 1952, section 2.3).

Example::

    with target("llama.ttl.gz") as out:
        out.write(b"...")
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from itgraph.errors import InputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["STDOUT", "cannot_be_written", "staged", "target"]

STDOUT = "-"
HINT = "name another place with -o"
MODE = 0o644


def cannot_be_written(path: str | os.PathLike[str], error: OSError) -> InputError:
    """Return the error for a place that cannot be written."""
    return InputError(f"cannot be written: {error.strerror}", hint=HINT, path=path)


class Output(io.RawIOBase):
    """A file that says which one it is when it cannot be written; once ``failed``, it takes everything and keeps none.

    A buffer in front of it writes what it still holds when it is closed, and must not fail a second time.
    """

    def __init__(self, write: Callable[[ReadableBuffer], int | None], name: str | os.PathLike[str]) -> None:
        self._write, self._name = write, name
        self.failed = False

    def writable(self) -> bool:
        """Tell that it is for writing."""
        return True

    def write(self, data: ReadableBuffer, /) -> int | None:
        """Write, and name the file in the error."""
        if self.failed:
            return memoryview(data).nbytes
        try:
            return self._write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise cannot_be_written(self._name, error) from error


@contextmanager
def buffered(output: Output) -> Iterator[BinaryIO]:
    """Give a buffer to write to; it is empty at the end, or what is in it is lost with the error that ended it."""
    buffer = io.BufferedWriter(output, 1 << 16)
    with closing(buffer), ExitStack() as failing:
        failing.callback(setattr, output, "failed", True)
        yield buffer
        buffer.flush()
        failing.pop_all()


@contextmanager
def target(name: str) -> Iterator[BinaryIO]:
    """Open a place for one file, or stdout for ``-``.

    What is no regular file (a pipe, a device) is written as it is; a link is followed, and stays a link.

    Raises:
        InputError: it cannot be written; nothing has changed there.
    """
    if name == STDOUT:
        with stdout() as out:
            yield out
        return
    path = Path(os.path.realpath(name))
    with compressed(name, path) as out:
        yield out


@contextmanager
def compressed(name: str, path: Path) -> Iterator[BinaryIO]:
    with placed(name, path) as raw:
        if not name.endswith(".gz"):
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
            yield cast("BinaryIO", out)


@contextmanager
def placed(name: str, path: Path) -> Iterator[BinaryIO]:
    """Open a file beside the place, and put it there at the end."""
    try:
        direct = path.exists() and not path.is_file()
        if direct:
            handle, written = os.open(path, os.O_WRONLY), None
        else:
            handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            written = Path(beside)
    except OSError as error:
        raise cannot_be_written(name, error) from error
    try:
        with os.fdopen(handle, "wb", buffering=0) as raw:
            with buffered(Output(raw.write, name)) as out:
                yield out
            if written is not None:
                finish(raw.fileno(), written, path, name)
    finally:
        if written is not None:
            written.unlink(missing_ok=True)


def finish(handle: int, written: Path, path: Path, name: str) -> None:
    """Put a written file in its place once it is safe on the disk."""
    try:
        os.fsync(handle)
        written.chmod(MODE)
        written.replace(path)
    except OSError as error:
        raise cannot_be_written(name, error) from error


@contextmanager
def stdout() -> Iterator[BinaryIO]:
    binary = sys.stdout.buffer

    def write(data: ReadableBuffer) -> int:
        done = binary.write(data)
        binary.flush()
        return done

    try:
        with buffered(Output(write, "<stdout>")) as out:
            yield out
    except InputError:
        # The interpreter flushes stdout once more when it ends, and would complain.
        if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def staged(name: str, descriptor: str, listed: Callable[[Path], Collection[str]]) -> Iterator[Path]:
    """Give an empty folder whose files are put into the folder ``name`` at the end, one rename each.

    A folder that is not there appears whole. In one that is, the files of an earlier export give way.

    Args:
        name: the folder.
        descriptor: the file that lists the others.
        listed: tells which files of a folder an earlier export has written.

    Raises:
        InputError: it cannot be made or written, or a file of somebody else stands in the way; nothing has changed.
    """
    path = Path(os.path.realpath(name))
    try:
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(20, "Not a directory")
        stage = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise cannot_be_written(name, error) from error
    try:
        yield stage
        move(stage, path, name, descriptor, listed)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def move(stage: Path, path: Path, name: str, descriptor: str, listed: Callable[[Path], Collection[str]]) -> None:
    try:
        files = sorted(stage.iterdir(), key=lambda file: (file.name != descriptor, file.name))
        for file in files:
            file.chmod(MODE)
        if path.exists():
            earlier = listed(path)
            for file in files:
                if file.name not in earlier and os.path.lexists(path / file.name):
                    raise InputError(
                        "stands in the way and is of no earlier export",
                        hint="take it away, or name another folder with -o",
                        path=Path(name) / file.name,
                    )
            # First what goes, then the list of what comes: after an interruption every file of ours is still listed.
            for gone in sorted(set(earlier) - {file.name for file in files}):
                (path / gone).unlink(missing_ok=True)
            for file in files:
                file.replace(path / file.name)
        else:
            stage.chmod(0o755)
            stage.replace(path)
    except OSError as error:
        raise cannot_be_written(name, error) from error
