"""The limits that the endpoint promises: one table, from which come the flags, what is printed, and what is enforced.

Part of the endpoint, below everything that enforces a limit; the command line makes an option of each field.

>>> Limits().line().split(", ")[:2]
['10 s of time a query', '1 GiB of memory a query']
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["Limits", "Promise", "size"]

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


def size(count: int) -> str:
    """Return a number of bytes as people write it.

    >>> size(1 << 30), size(65536), size(50_000_000), size(1500)
    ('1 GiB', '64 KiB', '50 MB', '1500 bytes')
    """
    for unit, name in ((GIB, "GiB"), (10**9, "GB"), (MIB, "MiB"), (10**6, "MB"), (KIB, "KiB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count} bytes"


@dataclass(frozen=True)
class Promise:
    """One limit as people are told of it: its flag, its value, its unit, and what it bounds."""

    name: str
    value: float
    unit: str
    what: str

    @property
    def shown(self) -> str:
        """The value with its unit."""
        if self.unit == "bytes":
            return size(int(self.value))
        number = f"{int(self.value):,}" if self.value == int(self.value) else f"{self.value:g}"
        return f"{number} {self.unit}".rstrip()


def promise(default: Any, unit: str, what: str, help_: str, least: float = 1) -> Any:
    return field(default=default, metadata={"unit": unit, "what": what, "help": help_, "least": least})


@dataclass(frozen=True)
class Limits:
    """What one server promises and enforces. Bytes, seconds and counts; the help of each says which."""

    max_seconds: float = promise(
        10.0, "s", "of time a query", "Seconds a query may take; a client may ask for less by timeout=", 0.001
    )
    max_memory: int = promise(GIB, "bytes", "of memory a query", "Bytes of memory of a query's process", 256 * MIB)
    max_query_get: int = promise(16 * KIB, "bytes", "of query by GET", "Bytes of a query by GET")
    max_query_post: int = promise(64 * KIB, "bytes", "of query by POST", "Bytes of a query by POST")
    max_rows: int = promise(100_000, "rows", "an answer", "Rows, or triples, of an answer")
    max_bytes: int = promise(50_000_000, "bytes", "an answer", "Bytes of an answer before it is compressed")
    max_concurrent: int = promise(4, "queries", "at once of one client", "Queries of one client at once")
    max_queue: int = promise(64, "queries", "waiting", "Queries of all clients that may wait for a process", 0)
    max_connections: int = promise(1000, "connections", "at once", "Connections at once")

    def promises(self) -> Iterator[Promise]:
        """Yield each limit as people are told of it."""
        for one in fields(self):
            yield Promise(one.name, getattr(self, one.name), one.metadata["unit"], one.metadata["what"])

    def line(self) -> str:
        """Return all of them in one line."""
        return ", ".join(f"{one.shown} {one.what}" for one in self.promises())


def cores() -> int:
    """Return on how many processors this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
