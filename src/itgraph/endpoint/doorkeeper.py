"""Who may come in, and for how long: all connections of a server, those that keep it waiting closed.

Part of the endpoint, below ``connection``: a connection asks it whether there is room, and it looks after the
connections once a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.endpoint.problems import Problem
from itgraph.endpoint.protocol import most_of_body

if TYPE_CHECKING:
    from itgraph.endpoint.connection import Connection
    from itgraph.endpoint.service import Service

__all__ = ["Doorkeeper", "too_long_head"]

#: Beside a query by GET, of which each byte may be three, a request line and headers have so many bytes.
HEAD_BYTES = 32 << 10


class Doorkeeper:
    """Counts connections, and closes those that neither ask nor take their answers."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.connections: dict[Connection, None] = {}
        self.head_bytes = 3 * service.limits.max_query_get + HEAD_BYTES
        self.body_bytes = most_of_body(service.limits)
        self._headers: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")

    def admit(self, connection: Connection) -> bool:
        """Let a connection in; where there are too many, the one goes that has kept it waiting the longest."""
        self.connections[connection] = None
        if len(self.connections) <= self.service.limits.max_connections:
            return True
        idle = next((other for other in self.connections if other.waiting_since is not None), connection)
        if idle is connection:
            return False
        idle.transport.close()
        self.connections.pop(idle, None)
        return True

    def as_bytes(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """Return headers as they are sent; those of the server are the same for a second."""
        if headers is not self._headers[0]:
            self._headers = headers, b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._headers[1]

    def sweep(self, now: float) -> None:
        """Close what has kept it waiting for too long; called about once a second."""
        for connection in list(self.connections):
            connection.review(now)


def too_long_head(url: bytes, most: int) -> Problem:
    """Return what a client is told whose request line and headers have no end."""
    if len(url) > HEAD_BYTES:
        what = f"the query is longer than the {most} bytes that a GET may have"
        return Problem(414, "query-too-long", what, hint="send it by POST", limit="max_query_get")
    return Problem(431, "bad-request", "the headers are longer than headers may be")
