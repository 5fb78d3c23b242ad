"""Who may ask, and who is next: queries of all clients, counted by client and handed out in turn.

Part of the endpoint, below ``pool``. Each client has a line of its own, and the lines are served in rotation, so that
one who asks a hundred questions delays another by one.

>>> line = Waiting[str]()
>>> for client, query in (("a", "1"), ("a", "2"), ("b", "3")):
...     line.put(client, query)
>>> [line.next() for _ in range(3)]
['1', '3', '2']
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

from itgraph.endpoint.limits import Limits
from itgraph.endpoint.problems import Problem

__all__ = ["Admission", "Waiting", "busy", "too_slow"]

Item = TypeVar("Item")

#: What a refused client is told to wait, in seconds: most queries take far less.
RETRY_AFTER = "1"


class Waiting(Generic[Item]):
    """Lines of items, one for each client, served in rotation."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Item]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, client: str, item: Item) -> None:
        """Let an item wait at the end of its client's line."""
        self._lines.setdefault(client, deque()).append(item)
        self._count += 1

    def next(self) -> Item:
        """Take the first item of the client whose turn it is.

        Raises:
            KeyError: nothing waits.
        """
        client, line = self._lines.popitem(last=False)
        item = line.popleft()
        if line:
            self._lines[client] = line
        self._count -= 1
        return item

    def remove(self, client: str, item: Item) -> bool:
        """Take an item out; tell whether it was still waiting."""
        line = self._lines.get(client)
        if line is None or item not in line:
            return False
        line.remove(item)
        if not line:
            del self._lines[client]
        self._count -= 1
        return True

    def all(self) -> list[Item]:
        """Return what waits, by client."""
        return [item for line in self._lines.values() for item in line]


class Admission:
    """Counts the queries of each client, over all releases that are being served."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._active: dict[str, int] = {}

    def enter(self, client: str) -> None:
        """Count one more query of the client.

        Raises:
            Problem: 429, the client has as many as it may have.
        """
        active = self._active.get(client, 0)
        if active >= self._limits.max_concurrent:
            raise Problem(
                429,
                "too-many-queries",
                f"you have {active} queries running or waiting here, which is the most",
                hint="wait for one of them",
                headers={"Retry-After": RETRY_AFTER},
                limit="max_concurrent",
            )
        self._active[client] = active + 1

    def leave(self, client: str) -> None:
        """Count one query less of the client."""
        active = self._active[client] - 1
        if active:
            self._active[client] = active
        else:
            del self._active[client]


def too_slow(seconds: float) -> Problem:
    """Return what a client is told whose query was ended."""
    hint = "ask for less, or more exactly; a LIMIT alone may not help"
    return Problem(504, "time-limit", f"no answer within {seconds:g} s", hint=hint, limit="max_seconds")


def busy(detail: str) -> Problem:
    """Return what a client is told that has to come again."""
    return Problem(503, "busy", detail, hint="try again in a moment", headers={"Retry-After": RETRY_AFTER})
