"""One request of a connection, from its head to the end of its response, with what both sides of it need to know.

Part of the endpoint, below ``connection`` and ``exchange``. It is what an ASGI scope and uvicorn's cycle are for other
requests, and costs a tenth of the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

__all__ = ["Turn", "cycle_of", "turn_of"]


class Turn:
    """A request to ``/sparql``, and whether the connection is kept when it is answered.

    ``cycle`` is uvicorn's own account of the request, which is there only where others wait behind it.
    """

    __slots__ = ("body", "cycle", "headers", "is_http_1_0", "keep_alive", "method", "query_string")

    def __init__(
        self,
        method: str,
        query_string: bytes,
        headers: Sequence[tuple[bytes, bytes]],
        is_http_1_0: bool,
        keep_alive: bool,
        cycle: RequestResponseCycle | None = None,
    ) -> None:
        self.method = method
        self.query_string = query_string
        self.headers = headers
        self.is_http_1_0 = is_http_1_0
        self.keep_alive = keep_alive
        self.cycle = cycle
        self.body: bytes | bytearray = b""


def turn_of(cycle: RequestResponseCycle) -> Turn:
    """Return the turn of a request that uvicorn has taken."""
    scope = cycle.scope
    turn = Turn(
        scope["method"],
        scope["query_string"],
        list(scope["headers"]),
        scope["http_version"] == "1.0",
        cycle.keep_alive,
        cycle,
    )
    turn.body = cycle.body
    return turn


def cycle_of(turn: Turn, connection: HttpToolsProtocol) -> RequestResponseCycle:
    """Return what uvicorn would have kept of the request of a turn."""
    return RequestResponseCycle(
        scope={"type": "http", "method": turn.method},  # type: ignore[typeddict-item]
        transport=connection.transport,
        flow=connection.flow,
        logger=connection.logger,
        access_logger=connection.access_logger,
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=turn.keep_alive,
        on_response=connection.on_response_complete,
    )
