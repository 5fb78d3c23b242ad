"""A query on its way to a worker, and who takes the answer: what ``service`` and ``pool`` have in common.

Part of the endpoint, above ``problems`` alone.

Example::

    pool.submit(Task(payload, "192.0.2.1", 10.0, exchange))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from itgraph.endpoint.nursery import Worker
    from itgraph.endpoint.problems import Problem

__all__ = ["PAGE", "QUERY", "Receiver", "Task"]

#: What the payload of a task begins with: it is a query, or asks for a page.
QUERY, PAGE = 0, 1


class Receiver(Protocol):
    """Who takes an answer: all at once, or its beginning, parts and end; or why there is none, at any time."""

    def answered(self, flags: int, body: bytes) -> None:
        """Take the whole answer."""

    def began(self, flags: int, part: bytes) -> None:
        """Take the beginning of an answer."""

    def continued(self, part: bytes) -> None:
        """Take a further part."""

    def ended(self) -> None:
        """Take note that the answer is complete."""

    def failed(self, problem: Problem) -> None:
        """Take note that there will be no answer, or no more of it."""


class Task:
    """A query on its way: what the worker is sent, whose it is, its limit in seconds, and who takes the answer."""

    __slots__ = ("client", "payload", "receiver", "seconds", "since", "worker")

    def __init__(self, payload: bytes, client: str, seconds: float, receiver: Receiver | None) -> None:
        self.payload = payload
        self.client = client
        self.seconds = seconds
        self.receiver = receiver
        self.since = 0.0
        self.worker: Worker | None = None
