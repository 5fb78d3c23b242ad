"""Publishes a release over and over, each time ended at the next of its steps: run as a program by the tests.

    python interrupted_publication.py MODE BEFORE RELEASE TRIES

BEFORE is a folder to publish into, copied anew for each try to TRIES/1, TRIES/2 and so on until a publication has no
such step; where it is not there, each try begins with nothing. RELEASE is a folder with the files to publish. A step
is whatever the interpreter is about to ask of the system below the folder: to open, make, rename, link, list, remove,
and to see a file safe on the disk. That itself is left out: a killed process takes nothing from what is written.
MODE is ``kill`` (SIGKILL before the step) or the name of an error, such as ENOSPC, that the step meets. A line for
each try tells how it ended: "killed", the error that was reported, "published", and for the last one "done".
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

from itgraph.errors import InputError
from itgraph.publication import publish

ORDER = ("itgraph.nq", "search.sqlite", "manifest.json")
REMOVAL = {"os.remove", "os.rmdir"}
STEPS = {"open", "os.chmod", "os.listdir", "os.mkdir", "os.rename", "os.scandir", "os.symlink", *REMOVAL}
#: More than any publication has; a report that lacks "done" is one of a fault.
MOST_STEPS = 300
PUBLISHED, REFUSED, DONE, BROKEN = range(4)


class Interruption:
    """Ends this process, or raises an error, before the given step."""

    def __init__(self, folder: Path, step: int, mode: str) -> None:
        self.top, self.left, self.mode = str(folder), step, mode
        sys.addaudithook(self.heard)
        os.fsync = self.fsync

    def fsync(self, fd: object) -> None:
        self.step()

    def heard(self, event: str, arguments: tuple[object, ...]) -> None:
        # What is removed below an open folder is named without it, so a removal counts wherever it is.
        if event in REMOVAL or (event in STEPS and any(self.top in str(value) for value in arguments)):
            self.step()

    def step(self) -> None:
        self.left -= 1
        if self.left == 0 and self.mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.left == 0:
            number = getattr(errno, self.mode)
            raise OSError(number, os.strerror(number))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def attempt(folder: Path, contents: dict[str, bytes], step: int, mode: str) -> None:
    """Publish, and end the process with how it went."""
    code = BROKEN
    try:
        interruption = Interruption(folder, step, mode)
        publish(folder, contents)
        code = DONE if interruption.left > 0 else PUBLISHED
    except InputError as error:
        say(error.message)
        code = REFUSED
    finally:
        if code == BROKEN:
            traceback.print_exc()
        os._exit(code)


def main(mode: str, before: Path, release: Path, tries: Path) -> None:
    contents = {name: (release / name).read_bytes() for name in ORDER if (release / name).is_file()}
    for step in range(1, MOST_STEPS):
        folder = tries / str(step)
        if before.is_dir():
            shutil.copytree(before, folder, symlinks=True)
        child = os.fork()
        if child == 0:
            attempt(folder, contents, step, mode)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != REFUSED:
            say({PUBLISHED: "published", DONE: "done", -signal.SIGKILL: "killed"}.get(code, f"broken: {code}"))
        if code not in (PUBLISHED, REFUSED, -signal.SIGKILL):
            return


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
