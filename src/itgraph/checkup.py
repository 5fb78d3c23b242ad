"""A release examined: every file against the manifest, every statement against the counts, and the machine beside it.

Serve side, what ``itgraph doctor`` prints. A check is a function that yields what it finds. The lists of checks are
open, so that a part of itgraph with a promise of its own (a server, another kind of store) adds its check to them. The
dump is streamed: what a check holds in memory does not grow with it, but for the names of the graphs.

Example::

    for outcome in (*examine_machine(), *examine(find_release("build"))):
        print(outcome.verdict, outcome.check, outcome.text)
"""

from __future__ import annotations

import hashlib
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

import itgraph
from itgraph.dump_census import census
from itgraph.errors import StoreError, echo
from itgraph.manifest import read_manifest, verify
from itgraph.release_layout import CURRENT, DUMP, INDEX, MANIFEST, RELEASES, SCRATCH, is_id
from itgraph.search_file import connect, locate, reading

__all__ = [
    "MACHINE_CHECKS",
    "RELEASE_CHECKS",
    "Outcome",
    "ReleaseFolder",
    "Verdict",
    "examine",
    "examine_machine",
]

AGAIN = "build it again with 'itgraph build'"


class Verdict(StrEnum):
    """How a check came out. A note is a fact that is neither good nor bad."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Outcome:
    """What one check has found: one line of the report."""

    check: str
    verdict: Verdict
    text: str


class ReleaseFolder:
    """The folder of a release, as ``find_release`` returns it, and what the checks share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Whether it is one of the releases of a folder that the build writes; ``top`` is that folder, else itself.
        self.published = folder.parent.name == RELEASES and is_id(folder.name)
        self.top = folder.parent.parent if self.published else folder

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest; to ask for it raises StoreError where it cannot be read."""
        return read_manifest(self.folder / MANIFEST)


Told: TypeAlias = Iterable[tuple[Verdict, str]]
MachineCheck: TypeAlias = tuple[str, Callable[[], Told]]
ReleaseCheck: TypeAlias = tuple[str, Callable[[ReleaseFolder], Told]]


def manifest(release: ReleaseFolder) -> Told:
    """The manifest is readable, is the one that was published, and tells a version."""
    content = release.manifest
    path = release.folder / MANIFEST
    if release.published:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if not digest.startswith(release.folder.name):
            what = f"{path}: changed after it was built: its sha256 does not begin with {release.folder.name}"
            yield Verdict.PROBLEM, f"{what} — {AGAIN}"
    version = content.get("version")
    if version != itgraph.__version__:
        told = f"built by itgraph {version}" if version else "does not tell its version"
        yield Verdict.WARNING, f"{path}: {told}, and this is {itgraph.__version__} — {AGAIN}"
    yield Verdict.OK, f"base {content['base']}, ontology {content.get('ontologyVersion', 'not told')}"


def dump(release: ReleaseFolder) -> Told:
    """The dump has the size and the hash that the manifest tells."""
    verify(release.folder / release.manifest["file"], release.manifest)
    yield Verdict.OK, f"{release.manifest['bytes']} bytes, sha256 {release.manifest['sha256']}"


def statements(release: ReleaseFolder) -> Told:
    """The dump is canonical N-Quads, and holds what the manifest counts."""
    path = release.folder / release.manifest["file"]
    found = census(path, release.manifest["base"])
    for fault in found.faults:
        yield Verdict.PROBLEM, f"{path}: not canonical: {fault} — {AGAIN}"
    counts = {name: getattr(found, name) for name in ("statements", "triples", "graphs", "entities")}
    for name, count in counts.items():
        told = release.manifest.get(name)
        if told is None:
            yield Verdict.WARNING, f"{release.folder / MANIFEST}: does not count the {name} — {AGAIN}"
        elif told != count:
            yield Verdict.PROBLEM, f"{path}: {name}: {shown(count)}, not {shown(told)} — {AGAIN}"
    total = sum(found.entities.values())
    yield (
        Verdict.OK,
        f"read {found.statements} statements, {found.triples} of them held, {found.graphs} graphs, {total} entities",
    )


def shown(count: int | Mapping[str, int]) -> str:
    return str(count) if isinstance(count, int) else ", ".join(f"{n} {kind}" for kind, n in count.items()) or "none"


def search_index(release: ReleaseFolder) -> Told:
    """The search index has its size and hash, SQLite finds it whole, and it is that of this dump."""
    path = locate(release.folder, release.manifest)
    told = release.manifest["search"].get("sha256")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != told:
        yield Verdict.PROBLEM, f"{path}: changed after it was built: its sha256 is not that of the manifest — {AGAIN}"
    with reading(path), closing(connect(path, release.manifest["sha256"])) as database:
        # https://www.sqlite.org/pragma.html#pragma_integrity_check
        (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        (entities,) = database.execute("SELECT count(*) FROM entity").fetchone()
    if verdict != "ok":
        yield Verdict.PROBLEM, f"{path}: SQLite finds it damaged: {echo(verdict)} — {AGAIN}"
    yield Verdict.OK, f"{entities} entities, SQLite finds it {'whole' if verdict == 'ok' else 'damaged'}"


def surroundings(release: ReleaseFolder) -> Told:
    """Nothing is left of a build that was ended, and the names that other tools open lead to this release."""
    left = [path.name for path in (release.top / RELEASES).glob(f"{SCRATCH}*")]
    if left:
        what = "half-built: a build is at work, or one was ended and the next takes this away"
        yield Verdict.WARNING, f"{release.top / RELEASES}: {', '.join(sorted(left))}: {what}"
    if not release.published:
        yield Verdict.NOTE, f"{release.top}: the files themselves, without releases beside them"
        return
    for name in (DUMP, INDEX, MANIFEST):
        path = release.top / name
        if not path.is_symlink() or str(path.readlink()) != f"{CURRENT}/{name}":
            yield Verdict.WARNING, f"{path}: no link to the current release — {AGAIN}"
    others = sum(is_id(path.name) for path in release.folder.parent.iterdir()) - 1
    yield Verdict.OK, f"{release.top}: release {release.folder.name}, {others} other{'s' * (others != 1)} kept"


def age(release: ReleaseFolder) -> Told:
    """When the release was written, by the clock of the machine that wrote it."""
    written = datetime.fromtimestamp((release.folder / MANIFEST).stat().st_mtime, UTC)
    days = (datetime.now(UTC) - written) // timedelta(days=1)
    when = f"written {written:%Y-%m-%d %H:%M} UTC"
    # Two clocks may differ by less than that.
    if days < -1:
        yield Verdict.WARNING, f"{when}, which is yet to come by the clock of this machine"
    else:
        yield Verdict.NOTE, f"{when}, {max(days, 0)} day{'s' * (days != 1)} ago"


def versions() -> Told:
    """What runs here."""
    system = f"{platform.system()} {platform.machine()}"
    engines = f"pyoxigraph {ox.__version__}, SQLite {sqlite3.sqlite_version}"
    yield Verdict.NOTE, f"itgraph {itgraph.__version__}, {engines}, Python {platform.python_version()} on {system}"


def full_text_search() -> Told:
    """SQLite has FTS5, which the search index is made with."""
    with closing(sqlite3.connect(":memory:")) as database:
        there = database.execute("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'").fetchone()[0]
    if there:
        yield Verdict.OK, "SQLite has FTS5"
    else:
        yield Verdict.WARNING, "SQLite has no FTS5: itgraph search does not work — install a Python whose SQLite has it"


def isolation() -> Told:
    """A process that answers queries of strangers is bounded, and reaches nothing: tried, not only looked up."""
    if sys.platform == "win32":
        yield Verdict.WARNING, "Windows does not bound what a query takes — serve to others from Linux"
        return
    from itgraph.endpoint.sandbox import missing, refuses_sockets

    lacks = missing()
    for lack in lacks:
        yield Verdict.WARNING, f"{lack} — serve to others from Linux on x86-64 or aarch64"
    if not lacks and refuses_sockets():
        yield Verdict.OK, "memory and time of a query are bounded, and it can make no socket"
    elif not lacks:
        yield Verdict.WARNING, "a confined process can make a socket — serve to others from another system"


#: What is examined of the machine: the name of each check, and the function that yields its findings.
MACHINE_CHECKS: list[MachineCheck] = [
    ("versions", versions),
    ("full text", full_text_search),
    ("isolation", isolation),
]

#: What is examined of a release, the cheap before the dear. Each file that a release may have has its check.
RELEASE_CHECKS: list[ReleaseCheck] = [
    ("manifest", manifest),
    ("dump", dump),
    ("statements", statements),
    ("search index", search_index),
    ("folder", surroundings),
    ("age", age),
]


def examine_machine(checks: Sequence[MachineCheck] = MACHINE_CHECKS) -> Iterator[Outcome]:
    """Yield what the checks of the machine find."""
    for name, check in checks:
        for verdict, text in check():
            yield Outcome(name, verdict, text)


def examine(folder: Path, checks: Sequence[ReleaseCheck] = RELEASE_CHECKS) -> Iterator[Outcome]:
    """Yield what the checks of a release find, as they find it.

    Args:
        folder: the folder of the release, as ``find_release`` returns it.
        checks: each a name and a function, whose StoreError or OSError is a problem like one that it yields.
    """
    release = ReleaseFolder(folder)
    told: set[str] = set()
    for name, check in checks:
        outcomes: list[Outcome] = []
        try:
            outcomes.extend(Outcome(name, verdict, text) for verdict, text in check(release))
        except StoreError as error:
            problem = "not examined, for the reason above" if str(error) in told else str(error)
            told.add(str(error))
            outcomes.append(Outcome(name, Verdict.PROBLEM, problem))
        except OSError as error:
            place = error.filename or folder
            outcomes.append(Outcome(name, Verdict.PROBLEM, f"{place}: cannot be read: {error.strerror}"))
        bad = any(outcome.verdict is Verdict.PROBLEM for outcome in outcomes)
        yield from (o for o in outcomes if not (bad and o.verdict is Verdict.OK))
