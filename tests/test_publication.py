"""A release is published whole or not at all: killed, out of room, forbidden, in a race, over the layout of before."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from itgraph import publication
from itgraph.dumps import Dump
from itgraph.errors import InputError, StoreError
from itgraph.publication import publish
from itgraph.release_layout import DUMP, MANIFEST, RELEASES, resolved
from itgraph.store import Store, find_release, open_release

PROGRAM = Path(__file__).parent / "interrupted_publication.py"
NAMES = ("itgraph.nq", "search.sqlite", "manifest.json")
Contents = dict[str, bytes]
#: Everything below a folder: what a link leads to, what a file holds, nothing for a folder.
Tree = dict[str, str | bytes | None]


def release_called(name: str, lines: int = 1) -> Contents:
    """Return the files of a small release whose dump holds the name."""
    said = [f'<https://w3id.org/itgraph/model/{n:03}> <https://schema.org/name> "{name}" .\n' for n in range(lines)]
    dump = "".join(said).encode()
    manifest: dict[str, object] = {
        "name": "itgraph",
        "base": "https://w3id.org/itgraph/",
        "file": DUMP,
        "version": name,
    }
    manifest |= {"sha256": hashlib.sha256(dump).hexdigest(), "bytes": len(dump)}
    return {DUMP: dump, "search.sqlite": f"index of {name}".encode(), MANIFEST: json.dumps(manifest).encode()}


OLDER, OLD, NEW = (release_called(name) for name in ("older", "old", "new"))


def put(folder: Path, contents: Contents) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def told(path: Path) -> str | bytes | None:
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else None


def tree(folder: Path) -> Tree:
    return {path.relative_to(folder).as_posix(): told(path) for path in folder.rglob("*")}


def content(folder: Path) -> Contents | None:
    """Return the files that stand under the names that users know, or None where there is no manifest."""
    if not (folder / MANIFEST).is_file():
        return None
    return {name: (folder / name).read_bytes() for name in NAMES if (folder / name).is_file()}


def opened(folder: Path) -> str | None:
    """Return the version of the release that the store opens, once what it answers is of that release too."""
    try:
        store = Store.open(folder)
    except StoreError as error:
        if "is missing" in str(error) or "no such folder" in str(error):
            return None
        raise
    names = {row[0].value for row in store.select("SELECT DISTINCT ?n { ?s schema:name ?n }") if row[0] is not None}
    assert names == {store.manifest["version"]}
    return str(store.manifest["version"])


def release_ids(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / RELEASES).iterdir() if not path.name.startswith("."))


def scratch(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*") if path.name != ".lock"]


# The layout


def test_a_release_is_published_under_its_id_and_under_the_known_names(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder = publish(out, NEW)
    name = hashlib.sha256(NEW[MANIFEST]).hexdigest()[:12]
    links = {known: f"current/{known}" for known in NAMES}
    files = {f"releases/{name}/{known}": NEW[known] for known in NAMES}
    assert folder == out / "releases" / name
    assert tree(out) == links | files | {
        "current": f"releases/{name}",
        "releases": None,
        "releases/.lock": b"",
        f"releases/{name}": None,
    }
    assert content(out) == content(folder) == NEW
    assert [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())] == [0o755, 0o644, 0o644, 0o644]


def test_the_same_release_again_changes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    publish(tmp_path, NEW)
    before = {path: path.lstat() for path in tmp_path.rglob("*") if path.name not in ("releases", ".lock")}
    publish(tmp_path, NEW)
    after = {path: path.lstat() for path in tmp_path.rglob("*") if path.name not in ("releases", ".lock")}
    assert {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in before.items()} == {
        path: (stat.st_ino, stat.st_mtime_ns) for path, stat in after.items()
    }


def test_the_release_before_is_kept_and_older_ones_go(tmp_path: Path) -> None:
    first, second, third = (publish(tmp_path, contents) for contents in (OLDER, OLD, NEW))
    assert not first.exists()
    assert content(second) == OLD
    assert resolved(tmp_path) == third
    # Back to the one before: both stay, and the way forward too.
    assert publish(tmp_path, OLD) == second
    assert content(third) == NEW
    publish(tmp_path, OLDER)
    assert release_ids(tmp_path) == sorted([first.name, second.name])


def test_what_else_is_in_the_folder_is_not_touched(tmp_path: Path) -> None:
    others = {
        "notes.txt": b"mine",
        "releases/notes.txt": b"mine too",
        ".itgraph.nq.mine": b"",
        "a/manifest.json": b"{}",
    }
    for name, kept in others.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(kept)
    (tmp_path / "releases" / "v1").mkdir()
    for contents in (OLDER, OLD, NEW):
        publish(tmp_path, contents)
    assert {name: (tmp_path / name).read_bytes() for name in others} == others
    assert (tmp_path / "releases" / "v1").is_dir()


def test_a_folder_of_plain_files_is_upgraded_and_its_release_kept(tmp_path: Path) -> None:
    put(tmp_path, OLD)
    folder = publish(tmp_path, NEW)
    assert content(tmp_path) == content(folder) == NEW
    (kept,) = set(release_ids(tmp_path)) - {folder.name}
    assert content(tmp_path / RELEASES / kept) == OLD
    assert all((tmp_path / name).is_symlink() for name in NAMES)


def test_a_moved_folder_is_still_a_release(tmp_path: Path) -> None:
    publish(tmp_path / "here", NEW)
    (tmp_path / "here").rename(tmp_path / "there")
    assert opened(tmp_path / "there") == "new"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_release_is_built_again_beside_it(tmp_path: Path, name: str, damage: str) -> None:
    damaged = publish(tmp_path, NEW)
    if damage == "changed":
        (damaged / name).write_bytes(NEW[name].swapcase())
    else:
        (damaged / name).unlink()
    folder = publish(tmp_path, NEW)
    assert folder != damaged
    assert folder.name.startswith(damaged.name)
    assert content(tmp_path) == NEW
    assert opened(tmp_path) == "new"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda out: (out / "current").mkdir(), "current: stands where the link to the release belongs"),
        (
            lambda out: (out / "current").symlink_to("elsewhere"),
            "current: stands where the link to the release belongs",
        ),
        (lambda out: (out / "releases").write_text("mine"), "releases: a file stands where a folder belongs"),
        (lambda out: (out / "manifest.json").mkdir(), "manifest.json: a folder stands where a file belongs"),
    ],
)
def test_what_stands_in_the_way_is_named_and_left(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    make(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(InputError) as caught:
        publish(tmp_path, NEW)
    assert message in str(caught.value)
    assert tree(tmp_path) == before


# Interruptions


def nothing(_: Path) -> None:
    return


def plain(folder: Path) -> None:
    put(folder, OLD)
    put(folder, {"notes.txt": b"mine"})


def plain_without_index(folder: Path) -> None:
    put(folder, {name: OLD[name] for name in (DUMP, MANIFEST)})


def dump_alone(folder: Path) -> None:
    put(folder, {DUMP: OLD[DUMP]})


def published(folder: Path) -> None:
    publish(folder, OLDER)
    publish(folder, OLD)


def published_again(folder: Path) -> None:
    publish(folder, OLD)
    publish(folder, NEW)


def half_upgraded(folder: Path) -> None:
    """Leave the layout as a build leaves it that is killed between the links."""
    publish(folder, OLD)
    (folder / MANIFEST).unlink()
    put(folder, {MANIFEST: OLD[MANIFEST]})


STATES = [nothing, plain, plain_without_index, dump_alone, published, published_again, half_upgraded]


def interrupted(mode: str, before: Path, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folder of each try to publish the new release, and how it ended."""
    tries = tmp_path / "tries"
    tries.mkdir()
    program: list[str | Path] = [sys.executable, "-W", "error", PROGRAM]
    words = [*program, mode, before, put(tmp_path / "new", NEW), tries]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    ends = done.stdout.splitlines()
    assert ends[-1] == "done"
    assert len(ends) > 20 or before.name == "published_again"
    for step, end in enumerate(ends, 1):
        yield tries / str(step), end


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the safety of the disk: hundreds of publications would wait for it."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("state", STATES)
def test_killed_at_any_step_the_old_or_the_new_release_is_there_whole(
    state: Callable[[Path], None], tmp_path: Path
) -> None:
    before = tmp_path / state.__name__
    state(before)
    versions = {None if not before.is_dir() else opened(before), "new"}
    contents = [content(before), NEW]
    seen = set()
    for folder, end in interrupted("kill", before, tmp_path):
        assert end in ("killed", "done")
        version = opened(folder)
        seen.add(version)
        assert version in versions
        # By the names that every tool knows, it is the same release.
        assert content(folder) in contents
        assert (content(folder) == NEW) == (version == "new")
        publish(folder, NEW)
        assert (opened(folder), content(folder)) == ("new", NEW)
        assert scratch(folder) == []
        assert len(release_ids(folder)) <= 2
    assert seen == versions


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("state", STATES)
def test_a_step_that_fails_leaves_the_old_release_and_no_litter(state: Callable[[Path], None], tmp_path: Path) -> None:
    before = tmp_path / state.__name__
    state(before)
    was = tree(before) if before.is_dir() else {}
    plain_files = any((before / name).is_file() and not (before / name).is_symlink() for name in NAMES)
    version = opened(before) if was else None
    for folder, end in interrupted("ENOSPC", before, tmp_path):
        if end in ("published", "done"):
            assert (opened(folder), content(folder)) == ("new", NEW)
            continue
        assert end == "cannot be written: No space left on device"
        now = tree(folder) if folder.is_dir() else {}
        if opened(folder) == "new":
            # The very last step before the end: that the name is safe on the disk could not be told.
            assert content(folder) == NEW
        elif was or not folder.exists():
            assert (opened(folder) if was else None) == version
            # Where plain files were, the same bytes may already be read through links.
            assert plain_files or now == was
            assert not folder.exists() or content(folder) == content(before)
        else:
            assert now == {}
        publish(folder, NEW)
        assert (opened(folder), scratch(folder)) == ("new", [])


def test_a_file_that_grows_too_large_leaves_all_as_it_was(tmp_path: Path) -> None:
    publish(tmp_path / "out", OLD)
    large = release_called("large", 1000)
    before = tree(tmp_path / "out")
    # The limit of this process and of what it starts; what it has written is below it.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(InputError, match="cannot be written: File too large"):
            publish(tmp_path / "out", large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert tree(tmp_path / "out") == before


@contextmanager
def forbidden(*folders: Path) -> Iterator[None]:
    """Let nobody write into the folders, root not either."""
    user = os.geteuid()
    for folder in folders:
        folder.chmod(0o555)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        for folder in folders:
            folder.chmod(0o755)


@pytest.mark.parametrize("state", [plain, published])
def test_a_folder_that_may_not_be_written_is_read_and_left(state: Callable[[Path], None]) -> None:
    # Not below pytest's own folder, into which nobody else can look.
    with TemporaryDirectory() as top:
        Path(top).chmod(0o755)
        out = Path(top) / "out"
        state(out)
        before = tree(out)
        with forbidden(out, *(path for path in out.rglob("*") if path.is_dir() and not path.is_symlink())):
            with pytest.raises(InputError, match="cannot be written: Permission denied"):
                publish(out, NEW)
            assert opened(out) == "old"
        assert tree(out) == before


# Side by side


def test_a_second_build_is_told_of_the_first_and_leaves_its_work_alone(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    half = tmp_path / RELEASES / ".new-half"
    put(half, {DUMP: b""})
    before = tree(tmp_path)
    with (tmp_path / RELEASES / ".lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another build is writing here — let it end, then build again"):
            publish(tmp_path, NEW)
        assert tree(tmp_path) == before
    publish(tmp_path, NEW)
    assert scratch(tmp_path) == []


PUBLISH_TWENTY = """
import sys
from pathlib import Path
from itgraph.publication import publish
out, *releases = map(Path, sys.argv[1:])
contents = [{path.name: path.read_bytes() for path in sorted(folder.iterdir())} for folder in releases]
print("ready", flush=True)
sys.stdin.readline()
for turn in range(1, 21):
    publish(out, contents[turn % 3])
"""


def test_a_reader_during_twenty_publications_sees_whole_releases_only(tmp_path: Path) -> None:
    releases = [release_called(name, 300) for name in ("one", "two", "three")]
    out = tmp_path / "out"
    publish(out, releases[0])
    folders = [put(tmp_path / str(number), contents) for number, contents in enumerate(releases)]
    seen = []
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PUBLISH_TWENTY, out, *folders],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        while process.poll() is None:
            seen.append(opened(out))
        seen.append(opened(out))
    assert process.returncode == 0
    assert {"one", "two", "three"} >= set(seen)
    assert seen[-1] == "three"
    assert len(set(seen)) > 1


def test_a_reader_keeps_its_release_while_the_next_one_is_published(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    folder = find_release(tmp_path)
    publish(tmp_path, NEW)
    assert content(folder) == OLD
    assert opened(folder) == "old"


def test_a_reader_whose_release_is_removed_under_it_opens_the_current_one(tmp_path: Path) -> None:
    publish(tmp_path, OLDER)

    def slow(folder: Path) -> str:
        if resolved(tmp_path) == folder and content(folder) == OLDER:
            publish(tmp_path, OLD)
            publish(tmp_path, NEW)
        return str(Store.open(folder).manifest["version"])

    assert open_release(tmp_path, slow) == "new"


def test_a_dump_that_is_gone_before_it_is_read_is_one_line(tmp_path: Path) -> None:
    publish(tmp_path, OLDER)
    dump = Dump.open(tmp_path)
    assert list(dump.lines()) == OLDER[DUMP].splitlines(keepends=True)
    publish(tmp_path, OLD)
    publish(tmp_path, NEW)
    with pytest.raises(StoreError, match=r"itgraph\.nq: cannot be read: No such file or directory — try again"):
        list(dump.lines())


# Where there are no links


def test_without_symbolic_links_the_files_stand_in_the_folder_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "symlink", refused)
    for contents in (OLD, NEW):
        assert publish(tmp_path / "out", contents) == tmp_path / "out"
        assert tree(tmp_path / "out") == contents
    assert opened(tmp_path / "out") == "new"
    # Beside a link that readers follow, plain files would not be read.
    monkeypatch.undo()
    publish(tmp_path / "out", OLD)
    monkeypatch.setattr(os, "symlink", refused)
    before = tree(tmp_path / "out")
    with pytest.raises(InputError, match="cannot be written: Operation not permitted"):
        publish(tmp_path / "out", NEW)
    assert tree(tmp_path / "out") == before


def test_a_signal_that_python_hears_takes_the_work_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, OLD)
    before = tree(tmp_path)

    def interrupt(_: Path) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(publication, "sync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, NEW)
    assert tree(tmp_path) == before


def test_a_copy_that_followed_the_links_is_read_as_plain_files(tmp_path: Path) -> None:
    publish(tmp_path / "out", NEW)
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    assert find_release(tmp_path / "copy") == tmp_path / "copy"
    assert opened(tmp_path / "copy") == "new"
