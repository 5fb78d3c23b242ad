"""The publication of a release: readers see the one before or the new one, whole, whatever ends the build.

Build side, the last step of the way; ``itgraph.release_layout`` has the layout. What a build writes, it writes below
``releases/.new-…``, and each thing gets to its place by one rename. The order:

1. The new release, safe on the disk, is put under its id. No reader knows of it yet.
2. Where plain files stand (the layout of itgraph 0.1.0), a release is made of them and ``current`` leads there. Only
   then a link takes the place of each, so that the old files are read by both ways, and never beside the new ones.
3. ``current`` is led to the new release by one rename. This is the moment of publication.
4. Of the other releases, the one that was current before is kept for those who are reading it; older ones go.

A build that fails takes away what it wrote; what a killed one has left, the next one takes away. One build publishes
at a time; a second one is told so and ends, rather than wait and replace what has just been published. The lock is the
system's (flock(2) on ``releases/.lock``), so it ends with the process that holds it.

Example::

    publish(Path("build"), {"itgraph.nq": dump, "search.sqlite": index, "manifest.json": manifest})
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from errno import ENOSYS, ENOTSUP, EPERM
from pathlib import Path

from itgraph.errors import InputError
from itgraph.files import put_in_place
from itgraph.release_layout import CURRENT, ID_LENGTH, MANIFEST, RELEASES, SCRATCH, is_id, published

if sys.platform != "win32":
    import fcntl

__all__ = ["publish"]

LOCK = ".lock"
#: What a file system without symbolic links says to one; EPERM: symlink(2).
NO_LINKS = frozenset({EPERM, ENOSYS, ENOTSUP})
CHUNK = 1 << 20


class NoLinksError(Exception):
    """The file system has no symbolic links."""


def publish(out: Path, contents: Mapping[str, bytes]) -> Path:
    """Publish a release into ``out`` and return the folder that holds its files, which no later build changes.

    Nothing changes where the same release is published already, and nothing that is not of this layout is touched.
    On Windows, and where the file system has no symbolic links, the files are put into ``out`` itself, each by one
    rename and the manifest last: whoever reads between two renames sees a hash that does not match.

    Args:
        out: the folder that users name; it is made where it is not there.
        contents: the files by name, with the manifest as the last.

    Raises:
        InputError: it cannot be written, another build is publishing there, or something stands in the way. The
            release that was there before is still there.
    """
    if sys.platform == "win32":
        put_in_place(out, contents)
        return out
    try:
        refuse_what_is_in_the_way(out, contents)
        with scratch_folder(out, contents) as scratch:
            return put_under_current(out, contents, scratch)
    except NoLinksError:
        put_in_place(out, contents)
        return out
    except OSError as error:
        hint = "name another folder with --out"
        raise InputError(f"cannot be written: {error.strerror}", hint=hint, path=out) from error


def refuse_what_is_in_the_way(out: Path, contents: Mapping[str, bytes]) -> None:
    """See that nothing of somebody else stands where the layout has its own.

    Raises:
        InputError: names it.
    """
    if os.path.lexists(out / CURRENT) and published(out) is None:
        what = "stands where the link to the release belongs"
        raise InputError(what, hint="take it away, or name another folder with --out", path=out / CURRENT)
    for name in contents:
        if (out / name).is_dir():
            raise InputError("a folder stands where a file belongs", hint="take it away", path=out / name)
    if os.path.lexists(out / RELEASES) and not (out / RELEASES).is_dir():
        raise InputError("a file stands where a folder belongs", hint="take it away", path=out / RELEASES)


@contextmanager
def scratch_folder(out: Path, contents: Mapping[str, bytes]) -> Iterator[Path]:
    """Give an empty folder below ``out/releases`` while this build is the only one there.

    It is removed at the end with all that is still in it, and so is what killed builds have left. After a failure
    ``out`` is as it was.

    Raises:
        InputError: another build is publishing there.
        NoLinksError: the file system has no symbolic links.
    """
    releases = out / RELEASES
    missing = [folder for folder in (releases, *releases.parents) if not folder.exists()]
    with ExitStack() as made:
        for folder in reversed(missing):
            made.callback(remove_if_empty, folder)
        releases.mkdir(parents=True, exist_ok=True)
        first = not (releases / LOCK).exists()
        with locked(releases, out), ExitStack() as failing:
            if first:
                failing.callback((releases / LOCK).unlink, missing_ok=True)
            for left in releases.glob(f"{SCRATCH}*"):
                shutil.rmtree(left, ignore_errors=True)
            known = {path.name for path in releases.iterdir()}
            scratch = Path(tempfile.mkdtemp(dir=releases, prefix=SCRATCH))
            try:
                with ExitStack() as undoing:
                    undoing.callback(take_back, out, contents, known, scratch)
                    check_links(out, scratch)
                    yield scratch
                    undoing.pop_all()
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            failing.pop_all()
        made.pop_all()


def check_links(out: Path, scratch: Path) -> None:
    """See that there can be symbolic links.

    Raises:
        NoLinksError: not in this file system; where ``current`` is one all the same, the OSError itself, since plain
            files beside it would not be read.
    """
    try:
        (scratch / "link").symlink_to(CURRENT)
    except OSError as error:
        if error.errno in NO_LINKS and published(out) is None:
            raise NoLinksError from error
        raise


@contextmanager
def locked(releases: Path, out: Path) -> Iterator[None]:
    """Hold the lock of the folder.

    Raises:
        InputError: another build holds it.
    """
    handle = os.open(releases / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A build that failed may have removed the file between our opening and our locking it.
            alone = os.path.samestat(os.fstat(handle), (releases / LOCK).stat())
        except (BlockingIOError, FileNotFoundError):
            alone = False
        if not alone:
            raise InputError("another build is writing here", hint="let it end, then build again", path=out)
        yield
    finally:
        os.close(handle)


def put_under_current(out: Path, contents: Mapping[str, bytes], scratch: Path) -> Path:
    """Take the steps of a publication, in the order that the module tells; return the folder of the release."""
    release = settle(out / RELEASES, contents, scratch)
    before = published(out)
    if before is None:
        plain = {name: (out / name).read_bytes() for name in contents if (out / name).is_file()}
        if plain:
            before = settle(out / RELEASES, plain, scratch)
            lead(out / CURRENT, f"{RELEASES}/{before.name}", scratch)
    for name in contents:
        lead(out / name, f"{CURRENT}/{name}", scratch)
    lead(out / CURRENT, f"{RELEASES}/{release.name}", scratch)
    with suppress(OSError):  # it is published; what cannot go now goes with the next build
        remove_older(release, before, scratch)
    return release


def settle(releases: Path, contents: Mapping[str, bytes], scratch: Path) -> Path:
    """Put a release under its id, unless it is there already, and return its folder.

    A release is never written over: where a damaged one stands under the id, a longer id is taken.
    """
    digest = hashlib.sha256(contents.get(MANIFEST, b"")).hexdigest()
    places = (releases / digest[:length] for length in range(ID_LENGTH, len(digest) + 1))
    place = next(place for place in places if not os.path.lexists(place) or holds(place, contents))
    if not os.path.lexists(place):
        written = scratch / place.name
        write(written, contents)
        written.rename(place)
        sync(releases)
    return place


def holds(folder: Path, contents: Mapping[str, bytes]) -> bool:
    """Tell whether a folder has these files, with these bytes, and no others."""
    if not folder.is_dir() or {path.name for path in folder.iterdir()} != contents.keys():
        return False
    for name, content in contents.items():
        if not (folder / name).is_file() or (folder / name).stat().st_size != len(content):
            return False
        with (folder / name).open("rb") as stream:
            for start in range(0, len(content), CHUNK):
                if stream.read(CHUNK) != content[start : start + CHUNK]:
                    return False
    return True


def write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Make a folder with these files, safe on the disk and readable for all."""
    folder.mkdir()
    for name, content in contents.items():
        with (folder / name).open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        (folder / name).chmod(0o644)
    folder.chmod(0o755)
    sync(folder)


def lead(link: Path, target: str, scratch: Path) -> None:
    """Let a symbolic link lead to the target, by one rename over whatever stands there."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    made = scratch / link.name
    made.symlink_to(target)
    made.replace(link)
    sync(link.parent)


def sync(folder: Path) -> None:
    """See that the names in a folder are safe on the disk: fsync(2) of a file does not do that."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_older(release: Path, before: Path | None, scratch: Path) -> None:
    """Remove the releases but this one and the one before it: the latest other one where nothing new was published."""
    others = [path for path in release.parent.iterdir() if is_id(path.name) and path.name != release.name]
    if before is None or before.name == release.name:
        before = max(others, key=lambda path: path.stat().st_mtime, default=None)
    for path in others:
        if before is None or path.name != before.name:
            # A reader finds it whole or not at all.
            path.rename(scratch / f"older-{path.name}")


def remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def take_back(out: Path, contents: Mapping[str, bytes], known: Collection[str], scratch: Path) -> None:
    """Undo what was put in place and is not published: new releases, and links to a ``current`` that there is not."""
    current = published(out)
    for path in list(scratch.parent.iterdir()):
        if is_id(path.name) and path.name not in known and (current is None or path.name != current.name):
            path.rename(scratch / f"unpublished-{path.name}")
    for name in contents if current is None else ():
        link = out / name
        if link.is_symlink() and str(link.readlink()) == f"{CURRENT}/{name}":
            link.unlink()
