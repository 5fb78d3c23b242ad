"""The process that opens a release once and forks the workers of it: a new worker costs milliseconds and little memory.

Part of the endpoint, between ``pool``, which starts it and tells it what to do, and ``evaluation``, which it forks
into. It has one thread, answers no queries, and is the parent of all workers: it alone kills them and sees them end,
so that no process id is ever taken for another. When the front is gone, it goes, and its workers with it.

Example::

    python -m itgraph.endpoint.forkserver 5    # 5: a socket that the front holds the other end of
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from itgraph.endpoint import evaluation, sandbox
from itgraph.endpoint.limits import MIB, Limits, size
from itgraph.endpoint.orders import CALM, EXITED, FORK, KILL, ORDER, Setup
from itgraph.endpoint.stated import read_stated
from itgraph.errors import ItgraphError, StoreError, UsageError
from itgraph.site.site import Site
from itgraph.store import Store

__all__ = ["main"]

NICEST = 19

#: What is left of the memory limit must be enough to evaluate a query.
LEAST_ROOM = 128 * MIB


def main() -> None:
    """Open the release, say so, and obey until the front hangs up."""
    front = socket.socket(fileno=int(sys.argv[1]))
    with front.makefile("rb", buffering=0) as lines:
        setup = Setup.of_json(lines.readline())
    network: list[int] = []
    services: dict[str, str] = {}
    try:
        if setup.services:
            with open_network() as way_out:
                host, port = way_out.getsockname()
                services = {url: f"http://{host}:{port}/{place}" for place, url in enumerate(setup.services)}
                network = [way_out.detach()]
        store = Store.open(setup.release)
        stated = read_stated(store)
        site = Site(store, setup.limits, setup.url, services=services if setup.gate else None)
        check_room(setup.limits)
    except ItgraphError as error:
        failure = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
        path = None if error.path is None else os.fspath(error.path)
        front.sendall(b"\x00" + json.dumps({**failure, "path": path, "line": error.line}).encode() + b"\n")
        return
    told = {"manifest": store.manifest, "stated": stated.packed()}
    socket.send_fds(front, [b"\x00"], network)
    front.sendall(json.dumps(told).encode() + b"\n")
    for descriptor in network:
        os.close(descriptor)
    # What is there now is shared with the workers as long as nobody touches it.
    gc.collect()
    gc.freeze()
    obey(front, site, setup, services)


def open_network() -> socket.socket:
    """Move into a network that holds nothing; return a socket that listens in there.

    Raises:
        UsageError: the system does not let this user make networks.
    """
    try:
        return sandbox.private_network()
    except OSError as error:
        hint = "run as root, allow user namespaces, or leave --allow-service out"
        raise UsageError(f"no network of their own for queries that ask others: {error}", hint=hint) from error


def check_room(limits: Limits) -> None:
    """See that the memory limit leaves room beside the release itself.

    Raises:
        StoreError: it does not.
    """
    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    taken = pages * resource.getpagesize()
    if limits.max_memory - taken < LEAST_ROOM:
        what = f"the release takes {taken // MIB} MiB of the {size(limits.max_memory)} that a query may have"
        raise StoreError(what, hint=f"allow more: --max-memory {taken + 8 * LEAST_ROOM}")


def obey(front: socket.socket, site: Site, setup: Setup, services: Mapping[str, str]) -> None:
    """Fork and kill as the front says, and tell it which workers ended and how, until it hangs up."""
    woken, wake = os.pipe()
    for descriptor in (woken, wake):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    workers: set[int] = set()
    try:
        while True:
            ready, _, _ = select.select([front.fileno(), woken], [], [])
            if woken in ready:
                os.read(woken, 1024)
                for pid, status in ended():
                    workers.discard(pid)
                    front.sendall(ORDER.pack(EXITED, pid, status))
            if front.fileno() in ready:
                order, given, _, _ = socket.recv_fds(front, ORDER.size, 1)
                if len(order) < ORDER.size:
                    return
                command, pid, _ = ORDER.unpack(order)
                if command == KILL and pid in workers:
                    os.kill(pid, signal.SIGKILL)
                elif command == CALM and pid in workers:
                    os.setpriority(os.PRIO_PROCESS, pid, NICEST)
                elif command == FORK:
                    if (pid := os.fork()) == 0:
                        become_worker(front, (woken, wake), given[0], setup, site, services)
                    workers.add(pid)
                    os.close(given[0])
    except ConnectionError:
        # The front is gone in the middle of a word.
        return
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGKILL)


def ended() -> list[tuple[int, int]]:
    """Return the processes that have ended since, each with its wait status."""
    found: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        found.append((pid, status))


def become_worker(
    front: socket.socket,
    pipe: tuple[int, int],
    connection: int,
    setup: Setup,
    site: Site,
    services: Mapping[str, str],
) -> NoReturn:
    """Answer what is asked over the connection, in the process that has just been forked.

    Whatever happens, it does not return into what its parent was about to do: end all other workers.
    """
    try:
        prepare(front, pipe, setup, site)
        opened = socket.socket(fileno=connection)
        evaluation.serve(opened, site, setup.limits, gate=setup.gate, services=services)
    finally:
        os._exit(1)


def prepare(front: socket.socket, pipe: tuple[int, int], setup: Setup, site: Site) -> None:
    """Make a worker of the process that has just been forked: close what is not its own, and confine it."""
    # What the engine prints as it dies is told by the front.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    front.close()
    for inherited in pipe:
        os.close(inherited)
    site.open_index()
    sandbox.confine(setup.limits.max_memory, setup.limits.max_seconds, network=bool(setup.services))


if __name__ == "__main__":
    main()
