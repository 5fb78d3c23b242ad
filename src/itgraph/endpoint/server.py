"""The endpoint, listening: a port is taken, a release opened, requests served, until Ctrl-C or SIGTERM.

Part of the endpoint, at its top: below the command line, above all the rest.

Example::

    with listen("127.0.0.1", 0) as listener:
        run(listener, Options(), on_ready=print)
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import uvicorn
import uvloop

from itgraph.endpoint.app import create_app
from itgraph.endpoint.connection import connections_of
from itgraph.endpoint.doorkeeper import Doorkeeper
from itgraph.endpoint.forwarder import Forwarder
from itgraph.endpoint.limits import MIB, Limits
from itgraph.endpoint.releases import WATCH, Releases
from itgraph.endpoint.service import Service
from itgraph.errors import UsageError

__all__ = ["Options", "listen", "run", "url_of"]

#: What uvicorn does at most to wait for connections, in seconds; the grace of the options ends it before.
LONGEST_GRACE = 3600
#: Open files beside those of connections: workers, the release, spooled answers.
OTHER_FILES = 512


@dataclass(frozen=True)
class Options:
    """What an operator can choose. ``grace`` is in seconds; ``public_url`` ends in a slash, None is the port's own."""

    release: str | None = None
    limits: Limits = field(default_factory=Limits)
    workers: int | None = None
    cache_bytes: int = 64 * MIB
    grace: float = 0.5
    public_url: str | None = None
    services: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    gate: bool = True


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 lets the system pick one.

    Raises:
        UsageError: the port is taken or not allowed, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
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


def run(listener: socket.socket, options: Options, *, on_ready: Callable[[], None]) -> None:
    """Serve a release until SIGTERM or Ctrl-C; queries under way then have the grace time to end.

    Args:
        listener: the port.
        options: what the operator chose.
        on_ready: called when the first worker is ready to answer.

    Raises:
        StoreError: the release cannot be opened.
        UsageError: the system cannot do what an option asks for.
    """
    service = Service(
        options.limits,
        cache_bytes=options.cache_bytes,
        trusted_proxies=options.trusted_proxies,
    )
    public_url = options.public_url or url_of(listener)
    releases = Releases(
        service,
        options.release,
        public_url,
        workers=options.workers,
        services=options.services,
        gate=options.gate,
    )
    releases.launch()
    allow_files(options.limits.max_connections)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(listener, service, releases, options, public_url, on_ready))


async def serve(
    listener: socket.socket,
    service: Service,
    releases: Releases,
    options: Options,
    public_url: str,
    on_ready: Callable[[], None],
) -> None:
    """Serve until a signal says so."""
    loop = asyncio.get_running_loop()
    forwarder = Forwarder(options.services, options.limits)
    releases.on_network = forwarder.listen
    doorkeeper = Doorkeeper(service)
    config = uvicorn.Config(
        create_app(service, public_url),
        http=connections_of(doorkeeper),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=LONGEST_GRACE,
    )
    server = Server(config)

    beginning = loop.create_task(releases.begin(loop))

    def end() -> None:
        beginning.cancel()
        server.should_exit = True
        loop.call_later(options.grace, setattr, server, "force_exit", True)

    def keep_house() -> None:
        doorkeeper.sweep(loop.time())
        releases.look(loop)
        loop.call_later(WATCH, keep_house)

    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)
        with contextlib.suppress(asyncio.CancelledError):
            await beginning
        if beginning.cancelled():
            return
        loop.add_signal_handler(signal.SIGHUP, lambda: releases.look(loop, again=True))
        keep_house()
        # What is there now stays; what a request makes is gone with it, and seldom goes round in circles.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        loop.call_soon(on_ready)
        await server.serve(sockets=[listener])
    finally:
        releases.close()
        await forwarder.close()


class Server(uvicorn.Server):
    """Uvicorn's server, which leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def allow_files(connections: int) -> None:
    """Let this process have as many open files as it may need, or as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
