"""One connection of a client: HTTP/1.1 by uvicorn and llhttp, with bounds on what a client may send and how slowly.

Part of the endpoint, the lowest of the front that knows sockets. A request to ``/sparql`` goes to an ``Exchange``
without a task of its own, which makes a look-up twice as cheap; every other goes the usual way, to the ASGI
application.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from itgraph.endpoint.cache import Reply
from itgraph.endpoint.doorkeeper import Doorkeeper, too_long_head
from itgraph.endpoint.exchange import Exchange
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.protocol import too_long
from itgraph.endpoint.replies import refusal
from itgraph.endpoint.turn import Turn, cycle_of, turn_of

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application


__all__ = ["Connection", "connections_of"]

logger = logging.getLogger(__name__)

PATHS = frozenset({"/sparql", "/sparql/"})
#: How the address of a query by GET begins, and the methods that have no body.
ASKED, BODILESS = b"/sparql?", frozenset({b"GET", b"HEAD"})
#: Seconds in which a request must have come in whole, in which a client must have taken something of an answer, and
#: which a connection may idle.
REQUEST_SECONDS, ANSWER_SECONDS, IDLE_SECONDS = 10.0, 30.0, 15.0
#: The bytes of a body that are sent at once, whether the client takes them or not.
WHOLE = 1 << 16
#: Seconds that a refused client has to read why.
FAREWELL = 2.0
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(HttpToolsProtocol):
    """A connection; ``doorkeeper`` is set on a subclass, since uvicorn makes the instances.

    ``turn`` is the request to ``/sparql`` that is being answered. A GET that nobody waits before is answered without
    the scope and the cycle that uvicorn makes for others, which take longer than all the rest of a repeated answer.
    """

    doorkeeper: Doorkeeper
    waiting_since: float | None = None
    turn: Turn | None = None
    exchange: Exchange | None = None
    _is_direct = False
    _rest = memoryview(b"")
    _head_bytes = 0
    _in_head = False
    _deaf = False
    _awaiting_body: RequestResponseCycle | None = None
    _client = ""
    _unsent = 0
    _unsent_since = 0.0

    # What the transport says

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or refuse it."""
        super().connection_made(transport)
        self.waiting_since = self.loop.time()
        self._client = self.client[0] if self.client else ""
        if not self.doorkeeper.admit(self):
            problem = Problem(503, "busy", "too many connections", headers={"Retry-After": "1"})
            self._refuse(problem)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what is under way."""
        self.doorkeeper.connections.pop(self, None)
        super().connection_lost(exc)
        if self.exchange is not None:
            self.exchange.hang_up()

    def resume_writing(self) -> None:
        """Send on: the client has taken what it was sent."""
        super().resume_writing()
        if self._rest:
            self._send_rest()
        elif self.exchange is not None:
            self.exchange.pump()

    def data_received(self, data: bytes) -> None:
        """Read on, up to the bounds."""
        if self._deaf:
            return
        if not self._head_bytes:
            self.waiting_since = self.loop.time()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.doorkeeper.head_bytes:
            self._refuse(too_long_head(self.url, self.doorkeeper.service.limits.max_query_get))

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; a mistake of ours, which the parser passes on in the same way, is told as one."""
        error = sys.exc_info()[1]
        cause = error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else None
        if cause is not None and not isinstance(cause, httptools.HttpParserInvalidURLError | UnicodeDecodeError):
            logger.error("a request could not be answered", exc_info=error)
            self._refuse(Problem(500, "internal", "this should not have happened", hint="please tell the maintainers"))
        else:
            self._refuse(Problem(400, "bad-request", "this is no HTTP request"))

    # What the parser says

    def on_message_begin(self) -> None:
        """A request begins."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        self._head_bytes = 0
        before: RequestResponseCycle | None = self.cycle
        if self.url.startswith(ASKED) and self.turn is None and (before is None or before.response_complete):
            method, version = self.parser.get_method(), self.parser.get_http_version()
            if method in BODILESS and not self.parser.should_upgrade():
                self._is_direct = True
                keep_alive = version != "1.0" and self.parser.should_keep_alive()
                self._answer(Turn(method.decode(), self.url[len(ASKED) :], self.headers, version == "1.0", keep_alive))
                return
        if self.turn is not None and self.turn.cycle is None:
            # Somebody waits behind it now, and so it needs what uvicorn keeps its order by.
            self.cycle = self.turn.cycle = cycle_of(self.turn, self)
        sent = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.scope["headers"], self.expect_100_continue = sent
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of its body is there."""
        if self._is_direct:
            return
        cycle = self.cycle
        super().on_body(body)
        if cycle is self._awaiting_body and len(cycle.body) > self.doorkeeper.body_bytes:
            self._awaiting_body = None
            cycle.response_complete = True
            self._refuse(too_long(self.doorkeeper.service.limits))
        elif cycle is self._awaiting_body:
            self.flow.resume_reading()

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._head_bytes = 0
        if self._is_direct:
            self._is_direct = False
            return
        super().on_message_complete()
        if self._awaiting_body is not None and self._awaiting_body is self.cycle:
            self._awaiting_body = None
            self._answer(turn_of(self.cycle))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin to answer a request, when it is its turn."""
        scope = cycle.scope
        if scope["path"] not in PATHS:
            self.waiting_since = None
            super()._start_asgi_task(cycle, app)
        elif scope["method"] == "POST" and cycle.more_body:
            self._awaiting_body = cycle
            if cycle.waiting_for_100_continue:
                cycle.waiting_for_100_continue = False
                self.transport.write(CONTINUE)
        else:
            self._answer(turn_of(cycle))

    def _answer(self, turn: Turn) -> None:
        self.waiting_since = None
        self.turn = turn
        service = self.doorkeeper.service
        Exchange(service, self, turn, service.client(self._client, turn.headers)).start()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.waiting_since = self.loop.time()
        super().on_response_complete()

    def shutdown(self) -> None:
        """Let the request under way be the last one."""
        if self.turn is not None:
            self.turn.keep_alive = False
        else:
            super().shutdown()

    # What the exchange sends

    @property
    def is_choked(self) -> bool:
        """Whether the client has still to take what it was sent."""
        return self.flow.write_paused

    def respond(self, turn: Turn, reply: Reply) -> None:
        """Send a whole response."""
        if self.turn is turn and not self.transport.is_closing():
            body = b"" if turn.method == "HEAD" else reply.body
            if len(body) <= WHOLE:
                self.transport.write(b"".join((reply.head, self._last_headers(turn), body)))
                self._complete(turn)
            else:
                self.transport.write(reply.head + self._last_headers(turn))
                self._rest = memoryview(body)
                self._send_rest()

    def _send_rest(self) -> None:
        """Send of a large body what the client takes: others have the same, and none of it is copied for each."""
        while self._rest and not self.is_choked:
            part, self._rest = self._rest[:WHOLE], self._rest[WHOLE:]
            self.transport.write(part)
        if not self._rest and self.turn is not None:
            self._complete(self.turn)

    def begin(self, turn: Turn, head: bytes) -> None:
        """Send status line and headers."""
        self.transport.write(head + self._last_headers(turn))

    def send_chunk(self, turn: Turn, part: bytes) -> None:
        """Send a part of the body."""
        if part and turn.method != "HEAD":
            self.transport.write(b"%x\r\n%b\r\n" % (len(part), part))

    def end(self, turn: Turn) -> None:
        """Send the end of the body."""
        if turn.method != "HEAD":
            self.transport.write(b"0\r\n\r\n")
        self._complete(turn)

    def break_off(self) -> None:
        """Close the connection in the middle of the body."""
        self.transport.close()

    def _last_headers(self, turn: Turn) -> bytes:
        date = self.doorkeeper.as_bytes(self.server_state.default_headers)
        return date + (b"\r\n" if turn.keep_alive else b"connection: close\r\n\r\n")

    def _complete(self, turn: Turn) -> None:
        self.turn = None
        if not turn.keep_alive:
            self.transport.close()
        if turn.cycle is None:
            self.waiting_since = self.loop.time()
            return
        turn.cycle.response_started = turn.cycle.response_complete = True
        turn.cycle.message_event.set()
        turn.cycle.on_response()

    # Bounds

    def review(self, now: float) -> None:
        """Close the connection if it has kept us waiting for too long."""
        cycle: RequestResponseCycle | None = self.cycle
        busy = cycle is not None and not cycle.response_complete and cycle is not self._awaiting_body
        busy = self.turn is not None or busy
        if self.waiting_since is not None and not busy:
            waited = now - self.waiting_since
            if (self._head_bytes or self._awaiting_body is not None) and waited > REQUEST_SECONDS:
                self._refuse(Problem(408, "bad-request", f"the request was not there within {REQUEST_SECONDS:g} s"))
            elif waited > IDLE_SECONDS:
                self.transport.close()
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent or not unsent:
            self._unsent, self._unsent_since = unsent, now
        elif now - self._unsent_since > ANSWER_SECONDS:
            self.transport.abort()

    def _refuse(self, problem: Problem) -> None:
        """Answer what is not yet a request, take nothing more, and close.

        Not at once: a close with bytes unread resets the connection, and the client might never see why.
        """
        if self._deaf or self.transport.is_closing():
            return
        self._deaf = True
        self.waiting_since = None
        reply = refusal(problem, None)
        self.transport.write(b"".join((reply.head, b"connection: close\r\n\r\n", reply.body)))
        self.transport.write_eof()
        self.loop.call_later(FAREWELL, self.transport.abort)


def connections_of(doorkeeper: Doorkeeper) -> type[Connection]:
    """Return the class that uvicorn makes the connections of."""
    attributes: dict[str, Any] = {"doorkeeper": doorkeeper}
    return type("ConnectionOfService", (Connection,), attributes)
