"""What can go wrong, said to the person at the keyboard.

Ground floor: imports nothing of ours. Every part of the path raises from this tree, and the command line turns each
into one line (``file:line: what is wrong — what to do``) and the exit code that the class carries.

::

    ItgraphError                 1   base; never raised itself
    ├── ProblemsFound            1   checked and found problems (carries the findings)
    ├── UsageError               2   a name or a parameter that means nothing, or two things
    ├── InputError               3   a file or a query that cannot be read
    ├── StoreError               4   a release that is missing, cut off or of another make
    ├── LimitError               5   a limit was hit
    └── NetworkError             6   another machine did not answer

>>> print(InputError("unknown key 'lisence'", hint="did you mean 'license'?", path="data/models/x.yaml", line=4))
data/models/x.yaml:4: unknown key 'lisence' — did you mean 'license'?
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "Finding",
    "InputError",
    "ItgraphError",
    "LimitError",
    "NetworkError",
    "ProblemsFound",
    "Severity",
    "StoreError",
    "UsageError",
    "echo",
]

#: The most signs of a value that an error line says again.
ECHOED = 100


class Severity(StrEnum):
    """How much a finding weighs: the severities of SHACL (https://www.w3.org/TR/shacl/#severity), and unreadable."""

    UNREADABLE = "unreadable"
    VIOLATION = "violation"
    WARNING = "warning"


def echo(given: object) -> str:
    """Return a value in quotes as an error line says it again: a long one is cut.

    >>> print(echo("LLaMA"), len(echo("x" * 1000)))
    'LLaMA' 101
    """
    shown = repr(given[: ECHOED + 1] if isinstance(given, str | bytes) else given)
    return shown if len(shown) <= ECHOED + 1 else f"{shown[: ECHOED - 1]}…{shown[0] if isinstance(given, str) else ''}"


def one_line(message: str, hint: str | None, path: str | os.PathLike[str] | None, line: int | None) -> str:
    """Return ``path:line: message — hint`` with the parts that are known."""
    place = "" if path is None else f"{os.fspath(path)}:{line}: " if line is not None else f"{os.fspath(path)}: "
    return f"{place}{message}" + (f" — {hint}" if hint else "")


@dataclass(frozen=True, order=True)
class Finding:
    """One problem in one place of the entries.

    ``path`` is as the user named it, ``line`` counts from 1, ``entity`` is the IRI in question where there is one.
    """

    path: str
    line: int
    message: str
    hint: str = ""
    severity: Severity = Severity.VIOLATION
    entity: str = ""

    def __str__(self) -> str:
        text = one_line(self.message, self.hint or None, self.path, self.line)
        return text if self.severity is not Severity.WARNING else text.replace(": ", ": warning: ", 1)


class ItgraphError(Exception):
    """Base of all errors that itgraph raises on purpose. ``str()`` is the one line to print."""

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        path: str | os.PathLike[str] | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(one_line(message, hint, path, line))
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line


class ProblemsFound(ItgraphError):
    """The entries were read and do not hold together. ``findings`` says where, in file order."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = sorted(findings)
        self.exit_code = InputError.exit_code if any(f.severity is Severity.UNREADABLE for f in findings) else 1
        count = len(findings)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} found", hint="mend the lines named above")


class UsageError(ItgraphError):
    """The command or call names something that does not exist, or that could be two things."""

    exit_code = 2


class InputError(ItgraphError):
    """A file or a query cannot be read at all. ``column`` is where on the line, from 1, where the parser tells."""

    exit_code = 3
    column: int | None = None


class StoreError(ItgraphError):
    """The release is missing, cut off, changed after it was built, or made by another version."""

    exit_code = 4


class LimitError(ItgraphError):
    """A limit of time, memory or rows was hit."""

    exit_code = 5


class NetworkError(ItgraphError):
    """Another machine did not answer, or not with what was asked for."""

    exit_code = 6
