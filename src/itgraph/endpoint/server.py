"""The endpoint, listening: a port is taken, the application served on it, until Ctrl-C.

Part of the endpoint: below the command line, above ``app``.

Example::

    with listen("127.0.0.1", 0) as listener:
        run(store, listener)
"""

from __future__ import annotations

import errno
import socket

import uvicorn

from itgraph.endpoint.app import create_app
from itgraph.errors import UsageError
from itgraph.store import Store

__all__ = ["listen", "run", "url_of"]

#: How long open requests may take to end after Ctrl-C, in seconds.
FAREWELL = 2


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 lets the system pick one.

    Raises:
        UsageError: the port is taken or not allowed, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = "take another: --port 0 lets the system pick one (make serve PORT=0)"
            raise UsageError(f"port {port} is busy", hint=remedy) from error
        if error.errno == errno.EACCES:
            raise UsageError(f"port {port} is not allowed", hint="take one from 1024, or --port 0") from error
        message = f"cannot listen on {host}: {error.strerror or error}"
        raise UsageError(message, hint="give an address of this machine, such as 127.0.0.1") from error


def url_of(listener: socket.socket) -> str:
    """Return the URL of the port that was taken, with a final slash."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(store: Store, listener: socket.socket) -> None:
    """Serve a release until SIGTERM or Ctrl-C, which uvicorn passes on once it has closed down.

    Queries that still run then are left behind.

    Raises:
        KeyboardInterrupt: by Ctrl-C.
    """
    config = uvicorn.Config(
        create_app(store),
        http="h11",
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL,
    )
    uvicorn.Server(config).run(sockets=[listener])
