"""Answers kept on the disk, so that nothing is asked twice, a run that was ended goes on, and one can be replayed.

Serve side, beside the transport. One SQLite file; an answer is in it, whole, before the next request is sent. What an
answer is found by is the question, not the address that it was sent to. Who may ask holds a lock beside the file, which
ends with the process: two that share a folder would else be two requests at a time from one client.

Example::

    with closing(Answers.open(default_folder(), asking=True)) as answers:
        answers.keep("main", {"SELECT …": body})
        answers.find("main", ["SELECT …"])["SELECT …"].body
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import platformdirs

from itgraph.errors import InputError, NetworkError
from itgraph.links.wikidata.services import WIKIDATA, Services

__all__ = ["MEND", "Answer", "Answers", "default_folder"]

FILE, LOCK = "answers.sqlite", "asking.lock"
#: "itga", https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID = 0x69746761
LAYOUT = 1
#: Seconds to wait for another process that is writing one answer.
BUSY = 5.0
#: SQLite allows 32766 parameters; one question is one.
AT_ONCE = 500
MEND = "take the file away, or name another folder"
SCHEMA = f"""
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS answer (
        service TEXT NOT NULL, question TEXT NOT NULL, fetched TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (service, question)
    ) WITHOUT ROWID;
    PRAGMA application_id = {APPLICATION_ID};
    PRAGMA user_version = {LAYOUT};
    COMMIT;
"""


def default_folder(services: Services = WIKIDATA) -> Path:
    """Return the folder for the answers of these services in the user's cache: those of a copy are kept apart."""
    folder = platformdirs.user_cache_path("itgraph", appauthor=False) / "wikidata"
    if services == WIKIDATA:
        return folder
    addresses = "\n".join((services.main, services.scholarly, services.api))
    return folder / f"copy-{hashlib.sha256(addresses.encode()).hexdigest()[:12]}"


class Answer(NamedTuple):
    """The body of an answer, and when it was fetched."""

    body: bytes
    fetched: datetime


class Answers:
    """The answers of one folder. Not for two threads at a time."""

    def __init__(self, database: sqlite3.Connection, path: Path | None, closing: ExitStack) -> None:
        self._database = database
        self._closing = closing
        #: The file, or None where they are in memory only.
        self.path = path

    @classmethod
    def open(cls, folder: Path | None, *, asking: bool) -> Answers:
        """Open the answers of a folder.

        Args:
            folder: where they are; None keeps them in memory for the life of the object.
            asking: whether services may be asked, for which the lock is taken and the folder made; else the answers are
                only read, by any number of processes.

        Raises:
            InputError: the file cannot be read or written, is none of ours, or another process is asking.
            NetworkError: not asking, and there are no answers.
        """
        path = None if folder is None else folder / FILE
        with ExitStack() as failing:
            if path is None:
                database = failing.enter_context(connection(":memory:", BUSY))
                database.executescript(SCHEMA)
            elif asking:
                database = opened(path, failing)
            elif not path.is_file():
                raise NetworkError("there are no kept answers", hint="run it once with the network", path=path)
            else:
                with reading(path):
                    database = failing.enter_context(connection(f"{path.absolute().as_uri()}?mode=rw", BUSY))
                    database.execute("PRAGMA query_only = 1")
                    check(database, path)
            return cls(database, path, failing.pop_all())

    def close(self) -> None:
        """Close the file and let others ask."""
        self._closing.close()

    def find(self, service: str, questions: Iterable[str]) -> dict[str, Answer]:
        """Return the answers that are kept of these questions.

        Raises:
            InputError: the file is damaged or locked.
        """
        asked = [*questions]
        found = {}
        with reading(self.path):
            for start in range(0, len(asked), AT_ONCE):
                some = asked[start : start + AT_ONCE]
                marks = ", ".join("?" * len(some))
                query = f"SELECT question, body, fetched FROM answer WHERE service = ? AND question IN ({marks})"  # noqa: S608
                for question, body, fetched in self._database.execute(query, [service, *some]):
                    found[question] = Answer(zlib.decompress(body), datetime.fromisoformat(fetched))
        return found

    def keep(self, service: str, bodies: Mapping[str, bytes]) -> dict[str, Answer]:
        """Write answers by their questions, all or none, and return them; older ones to the same questions go.

        Raises:
            InputError: the file cannot be written.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        rows = [(service, question, now.isoformat(), zlib.compress(body)) for question, body in bodies.items()]
        with reading(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", rows)
                self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
        return {question: Answer(body, now) for question, body in bodies.items()}


def opened(path: Path, closing: ExitStack) -> sqlite3.Connection:
    """Take the lock of the folder, and return a connection to the answers, which are made where there are none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot be made: {error.strerror}", hint="name another folder", path=path.parent) from error
    hold(path.with_name(LOCK), closing)
    with reading(path):
        database = closing.enter_context(connection(f"{path.absolute().as_uri()}?mode=rwc", BUSY))
        # An empty file is what a process leaves that was killed before it had made the table.
        if database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
            database.executescript(SCHEMA)
        check(database, path)
    return database


def hold(path: Path, closing: ExitStack) -> None:
    """Hold the lock until ``closing``: SQLite's own, which every system has and which ends with its process."""
    try:
        lock = closing.enter_context(connection(f"{path.absolute().as_uri()}?mode=rwc", 0.0))
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if is_busy(error):
            what, hint = "another process is asking", "let it end, for services are asked one request at a time"
            raise InputError(what, hint=hint, path=path.parent) from error
        raise InputError(f"cannot be locked: {ascii(str(error))[1:-1]}", hint=MEND, path=path) from error


def is_busy(error: Exception) -> bool:
    """Tell whether another process has the file locked (https://www.sqlite.org/rescode.html#busy)."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def check(database: sqlite3.Connection, path: Path) -> None:
    make = tuple(database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if make != (APPLICATION_ID, LAYOUT):
        raise InputError("no answers of this version", hint=MEND, path=path)


@contextmanager
def connection(address: str, timeout: float) -> Iterator[sqlite3.Connection]:
    """Yield a connection that commits by itself and does not trust what a file says about itself."""
    database = sqlite3.connect(
        address, uri=address != ":memory:", timeout=timeout, isolation_level=None, check_same_thread=False
    )
    try:
        database.executescript("PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1;")
        yield database
    finally:
        database.close()


@contextmanager
def reading(path: Path | None) -> Iterator[None]:
    """Turn what SQLite says of a file that it cannot read or write, and what damaged content leads to, into one line.

    Raises:
        InputError: names the file.
    """
    try:
        yield
    except (sqlite3.Error, zlib.error, ValueError, TypeError) as error:
        # SQLite quotes what it has read, which may be anything.
        what = f"the kept answers cannot be read: {ascii(str(error))[1:-1]}"
        raise InputError(
            what, hint="let the process end that has it open" if is_busy(error) else MEND, path=path
        ) from error
