"""One request to ``/sparql`` and its response, from the moment it is read until the client has all of it or is gone.

Part of the endpoint, between ``connection``, which owns the socket, and ``service``, which decides. It takes what a
worker computes at once and passes it on as the client takes it. An answer that fails after its beginning ends the
connection without the end of the chunked body (RFC 9112, section 7.1), so that no client takes it for whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.endpoint.cache import Reply, head_of
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.spool import Spool

if TYPE_CHECKING:
    from itgraph.endpoint.connection import Connection
    from itgraph.endpoint.service import Asked, Service
    from itgraph.endpoint.turn import Turn

__all__ = ["Exchange"]

CHUNKED = ((b"transfer-encoding", b"chunked"),)


class Exchange:
    """A request that is being answered; the pool's receiver of its answer."""

    __slots__ = (
        "_asked",
        "_complete",
        "_connection",
        "_kept",
        "_paused",
        "_service",
        "_spool",
        "_streaming",
        "_turn",
        "client",
    )

    def __init__(self, service: Service, connection: Connection, turn: Turn, client: str) -> None:
        self.client = client
        self._service = service
        self._connection = connection
        self._turn = turn
        self._asked: Asked | None = None
        self._spool: Spool | None = None
        self._kept: list[bytes] | None = None
        self._streaming = False
        self._complete = False
        self._paused = False

    def start(self) -> None:
        """Answer at once, or have the query evaluated."""
        turn = self._turn
        asked = self._service.ask(turn.method, turn.query_string, turn.headers, turn.body, self.client, self)
        if isinstance(asked, Reply):
            self._connection.respond(self._turn, asked)
        else:
            self._asked = asked
            self._connection.exchange = self

    # What the worker says

    def answered(self, flags: int, body: bytes) -> None:
        """Send the whole answer."""
        if (asked := self._finish()) is not None:
            self._connection.respond(self._turn, self._service.reply(asked, flags, body))

    def began(self, flags: int, part: bytes) -> None:
        """Send headers and the beginning of the answer; HTTP/1.0 has no chunks, so there all of it comes first."""
        if self._asked is None:
            return
        self._asked.flags = flags
        self._spool = self._service.spool()
        self._kept = []
        if not self._turn.is_http_1_0:
            self._streaming = True
            self._connection.begin(self._turn, head_of(200, (*self._service.headers(self._asked), *CHUNKED)))
        self.continued(part)

    def continued(self, part: bytes) -> None:
        """Send a further part, or keep it until the client has taken what is before it."""
        if self._asked is None or self._spool is None:
            return
        if self._kept is not None:
            self._kept.append(part)
            if not self._service.may_keep(self._asked, self._kept):
                self._kept = None
        if self._streaming and not len(self._spool) and not self._connection.is_choked:
            self._connection.send_chunk(self._turn, part)
            return
        try:
            self._spool.put(part)
        except OSError:
            asked = self._asked
            self.failed(Problem(503, "busy", "no room for the answer", headers={"Retry-After": "5"}))
            asked.serving.pool.abandon(asked.task)
            return
        if self._spool.is_crowded and not self._paused:
            self._paused = True
            self._asked.serving.pool.pause(self._asked.task)

    def ended(self) -> None:
        """Take note that all of the answer is here; the client may still have to take it."""
        if self._asked is None or self._spool is None:
            return
        self._complete = True
        if self._kept is not None:
            self._service.reply(self._asked, self._asked.flags, b"".join(self._kept))
        if self._streaming:
            self.pump()
            return
        body = b"".join(iter(self._spool.take, b""))
        if (asked := self._finish()) is not None:
            self._connection.respond(self._turn, Reply(200, self._service.headers(asked), body))

    def failed(self, problem: Problem) -> None:
        """Answer with the problem, or break off."""
        if self._streaming:
            if self._finish(problem) is not None:
                self._connection.break_off()
        elif (asked := self._finish(problem)) is not None:
            self._connection.respond(self._turn, self._service.problem(problem, asked))

    # What the client does

    def pump(self) -> None:
        """Send what waits, as long as the client takes it."""
        if self._spool is None or not self._streaming:
            return
        while len(self._spool) and not self._connection.is_choked:
            self._connection.send_chunk(self._turn, self._spool.take())
        if self._paused and self._asked is not None and not self._spool.is_crowded:
            self._paused = False
            self._asked.serving.pool.resume(self._asked.task)
        if self._complete and not len(self._spool) and self._finish() is not None:
            self._connection.end(self._turn)

    def hang_up(self) -> None:
        """Let the query go: the client is gone."""
        if (asked := self._finish(None, gone=True)) is not None:
            asked.serving.pool.abandon(asked.task)

    def _finish(self, problem: Problem | None = None, *, gone: bool = False) -> Asked | None:
        """Take leave of the request once; None where that has been done."""
        asked, self._asked = self._asked, None
        if asked is None:
            return None
        self._connection.exchange = None
        if self._spool is not None:
            self._spool.close()
        outcome = "gone" if gone else problem.kind if problem else "answered"
        self._service.finished(asked, outcome, self._connection.loop.time() - asked.task.since)
        return asked
