"""The front's end of a fork server: workers are made, spoken to, killed and seen to end.

Part of the endpoint, below ``pool``. A nursery knows sockets and processes, and nothing of queries. When the fork
server itself is lost, its workers are too, and it is started again.

Example::

    nursery = Nursery(Setup("build", Limits()))
    manifest = nursery.wait()
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from itgraph import errors
from itgraph.endpoint import frames
from itgraph.endpoint.limits import size
from itgraph.endpoint.orders import CALM, EXITED, FORK, KILL, ORDER, OUT_OF_MEMORY, Setup
from itgraph.endpoint.problems import Problem

__all__ = ["Nursery", "Worker"]

logger = logging.getLogger(__name__)

#: What is read at a time from any worker; shared, since the loop reads one at a time.
BUFFER = memoryview(bytearray(1 << 18))
#: Seconds that the word of how a worker ended may come later than its end.
PATIENCE = 1.0


class Worker:
    """A worker process as the front knows it: ``pid`` is 0 until it is ready; ``task``, ``ahead`` are the pool's."""

    __slots__ = ("ahead", "calm", "frames", "gone", "heeded", "over", "pid", "since", "socket", "status", "task")

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.frames = frames.Frames()
        self.pid = 0
        self.task: Any = None
        self.ahead: deque[Any] = deque()
        self.since = 0.0
        self.heeded = True
        self.calm = False
        self.over = False
        self.gone = False
        self.status: int | None = None


class Nursery:
    """One fork server and what it made."""

    def __init__(self, setup: Setup) -> None:
        """Start the process; it opens the release meanwhile."""
        self._setup = setup
        self._loop: asyncio.AbstractEventLoop
        self._attended = False
        self._on_frame: Callable[[Worker, int, bytes], None] = lambda *_: None
        self._on_lost: Callable[[Worker, Problem], None] = lambda *_: None
        self._on_back: Callable[[], None] = lambda: None
        self._by_pid: dict[int, Worker] = {}
        self._heard = b""
        self._closed = False
        self.network: socket.socket | None = None
        #: Called when ``network`` has become another one.
        self.on_network: Callable[[socket.socket], None] = lambda _: None
        self._launch()

    def _launch(self) -> None:
        self._front, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - this very package
                [sys.executable, "-m", "itgraph.endpoint.forkserver", str(other.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                # Ctrl-C in a terminal goes to the front alone.
                start_new_session=True,
            )
        self._front.sendall(self._setup.as_json())

    def wait(self) -> Mapping[str, Any]:
        """Wait until the release is open; return its ``manifest``, and what it says of itself as ``stated``.

        Raises:
            ItgraphError: as opening it did.
            ChildProcessError: the process ended without a word; it has printed why.
        """
        # One byte comes first, with the socket of the private network where there is one.
        first, descriptors, _, _ = socket.recv_fds(self._front, 1, 1)
        if descriptors:
            self.network = socket.socket(fileno=descriptors[0])
        heard = bytearray()
        while first and b"\n" not in heard and (part := self._front.recv(1 << 16)):
            heard += part
        line, end, rest = bytes(heard).partition(b"\n")
        if not end:
            raise ChildProcessError(f"the fork server ended with {self._process.wait()}")
        self._heard = rest
        told: Mapping[str, Any] = json.loads(line)
        if "error" in told:
            kind: type[errors.ItgraphError] = getattr(errors, told["error"])
            raise kind(told["message"], hint=told["hint"], path=told["path"], line=told["line"])
        return told

    def attend(
        self,
        loop: asyncio.AbstractEventLoop,
        on_frame: Callable[[Worker, int, bytes], None],
        on_lost: Callable[[Worker, Problem], None],
        on_back: Callable[[], None],
    ) -> None:
        """Listen on the loop from now on, and call these."""
        self._loop, self._on_frame, self._on_lost, self._on_back = loop, on_frame, on_lost, on_back
        self._attended = True
        self._front.setblocking(False)
        loop.add_reader(self._front.fileno(), self._hear)

    def make(self) -> Worker | None:
        """Return a new worker, which says HELLO when it is ready; None while there is no fork server."""
        mine, its = socket.socketpair()
        with its:
            try:
                socket.send_fds(self._front, [ORDER.pack(FORK, 0, 0)], [its.fileno()])
            except OSError:
                mine.close()
                return None
        mine.setblocking(False)
        worker = Worker(mine)
        self._loop.add_reader(mine.fileno(), self._read, worker)
        return worker

    def send(self, worker: Worker, payload: bytes) -> bool:
        """Send a request; tell whether there was somebody to send it to."""
        try:
            worker.socket.sendall(frames.frame(0, payload))
        except OSError:
            self._end(worker)
            return False
        return True

    def kill(self, worker: Worker) -> None:
        """Have the process killed."""
        self._order(KILL, worker)

    def calm(self, worker: Worker) -> None:
        """Have the process take the processor only where nobody else wants it, from now on."""
        worker.calm = True
        self._order(CALM, worker)

    def _order(self, order: int, worker: Worker) -> None:
        if worker.pid:
            # Where its fork server is gone, it has taken the worker along.
            with suppress(OSError):
                self._front.send(ORDER.pack(order, worker.pid, 0))

    def dismiss(self, worker: Worker) -> None:
        """Hang up: a worker that is not busy ends by itself."""
        self.ignore(worker)
        worker.gone = True
        worker.socket.close()
        self._by_pid.pop(worker.pid, None)

    def ignore(self, worker: Worker) -> None:
        """Read nothing from a worker."""
        if worker.heeded:
            worker.heeded = False
            self._loop.remove_reader(worker.socket.fileno())

    def heed(self, worker: Worker) -> None:
        """Read from a worker again."""
        if not worker.heeded and not worker.gone:
            worker.heeded = True
            self._loop.add_reader(worker.socket.fileno(), self._read, worker)

    def close(self) -> None:
        """End the fork server, and with it all workers."""
        if self._closed:
            return
        self._closed = True
        if self._attended:
            self._loop.remove_reader(self._front.fileno())
        self._front.close()
        if self.network is not None:
            self.network.close()
        self._process.kill()
        self._process.wait()

    def _read(self, worker: Worker) -> None:
        try:
            count = worker.socket.recv_into(BUFFER)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        if not count:
            self._end(worker)
            return
        try:
            for kind, payload in worker.frames.read(bytes(BUFFER[:count])):
                if kind == frames.HELLO:
                    self._by_pid[int.from_bytes(payload, "big")] = worker
                self._on_frame(worker, kind, payload)
                if worker.gone:
                    return
        except (ValueError, LookupError):
            # It does not speak as a worker does.
            self.kill(worker)
            self._end(worker)

    def _end(self, worker: Worker) -> None:
        """Wait for the word of how a worker ended, whose connection has; where it had nothing to do, who cares."""
        self.ignore(worker)
        worker.over = True
        if worker.status is not None or worker.task is None:
            self._loop.call_soon(self._on_lost, worker, cause(worker.status, self._setup))
        else:
            self._loop.call_later(PATIENCE, self._give_up, worker)

    def _give_up(self, worker: Worker) -> None:
        if not worker.gone:
            self._on_lost(worker, cause(None, self._setup))

    def _hear(self) -> None:
        """Take note of the workers that have ended."""
        try:
            part = self._front.recv(1 << 12)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self._restart()
            return
        self._heard += part
        while len(self._heard) >= ORDER.size:
            order, pid, status = ORDER.unpack_from(self._heard)
            self._heard = self._heard[ORDER.size :]
            worker = self._by_pid.get(pid) if order == EXITED else None
            if worker is None:
                continue
            worker.status = status
            if worker.over and not worker.gone:
                self._on_lost(worker, cause(status, self._setup))

    def _restart(self) -> None:
        """Start another fork server in the place of a lost one; what it is told meanwhile, it does when it can."""
        logger.warning(
            "the fork server of %s ended with %s: starting another", self._setup.release, self._process.wait()
        )
        self._loop.remove_reader(self._front.fileno())
        self._front.close()
        if self.network is not None:
            self.network.close()
        self._launch()
        self._loop.run_in_executor(None, self.wait).add_done_callback(self._restarted)

    def _restarted(self, waited: asyncio.Future[Any]) -> None:
        if self._closed:
            return
        if (error := waited.exception()) is not None:
            logger.error("the release cannot be opened again: %s", error)
            self._loop.call_later(PATIENCE, self._restart)
            return
        self._front.setblocking(False)
        self._loop.add_reader(self._front.fileno(), self._hear)
        if self.network is not None:
            self.on_network(self.network)
        self._on_back()


def cause(status: int | None, setup: Setup) -> Problem:
    """Return what a client is told whose query was lost with its worker, by the wait status of the worker."""
    code = None if status is None else os.waitstatus_to_exitcode(status)
    by_query = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, OUT_OF_MEMORY)
    if code == -signal.SIGXCPU:
        detail, hint = f"the query took more than {setup.limits.max_seconds:g} s of processor time", "ask for less"
        return Problem(504, "time-limit", detail, hint=hint, limit="max_seconds")
    if code in by_query:
        detail = f"the query needs more than {size(setup.limits.max_memory)} of memory, or nests too deep"
        return Problem(503, "engine-failed", detail, hint="ask for less, or nest it less deep", limit="max_memory")
    if code is not None and code < 0:
        detail = f"the process that evaluated the query was ended ({signal.Signals(-code).name})"
    else:
        detail = "the process that evaluated the query has ended"
    return Problem(503, "engine-failed", detail, hint="try again", headers={"Retry-After": "0"})
