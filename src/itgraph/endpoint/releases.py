"""Which release is being served: the first one opened, a new one taken up, a broken one refused.

Part of the endpoint, above ``pool`` and ``service``, below ``server``. The folder is looked at once a second, and at
once on SIGHUP. A new release is opened by processes of its own while the old one goes on; from one request to the next
it takes over, and the old one goes when what was asked of it is answered. So every request is answered from exactly
one release.

Example::

    releases = Releases(service, "build", options)
    releases.launch()                     # before the event loop, since it takes the longest
    await releases.begin(asyncio.get_running_loop())
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from itgraph.endpoint.documents import Documents
from itgraph.endpoint.limits import cores
from itgraph.endpoint.nursery import Nursery
from itgraph.endpoint.orders import Setup
from itgraph.endpoint.pool import Pool
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.service import Service
from itgraph.endpoint.stated import Stated
from itgraph.errors import ItgraphError, StoreError
from itgraph.store import MANIFEST, find_release

__all__ = ["Releases", "Serving"]

logger = logging.getLogger(__name__)

#: How often the folder is looked at, in seconds.
WATCH = 1.0
#: In how many seconds the first worker of a release must be there; it is forked in milliseconds.
START = 10.0
#: So many workers are made, at most, in the place of those that are at slow queries.
MOST_BESIDE = 16
CLOSING = Problem(503, "closing", "the server is closing down", headers={"Retry-After": "5"})


class Serving:
    """A release that is open: what it says of itself, the workers that answer from it, whom its queries may ask.

    ``tag`` tells releases apart, in entity tags.
    """

    def __init__(self, manifest: Mapping[str, Any], folder: Path, pool: Pool, documents: Documents) -> None:
        self.manifest = manifest
        self.folder = folder
        self.pool = pool
        self.documents = documents
        self.tag: str = manifest["sha256"][:12]


class Releases:
    """Opens releases for a service, one after another."""

    def __init__(
        self,
        service: Service,
        release: str | None,
        public_url: str,
        *,
        workers: int | None = None,
        services: Sequence[str] = (),
        gate: bool = True,
    ) -> None:
        self._service = service
        self._public_url = public_url
        self._release = release
        self._workers = workers or max(2, cores())
        self._services = tuple(services)
        self._gate = gate
        self._seen: object = None
        self._first: tuple[Path, Nursery] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._old: set[Pool] = set()
        #: Gives the socket of a private network, on which workers ask other endpoints, to who forwards what they ask.
        self.on_network: Callable[[socket.socket], None] = lambda _: None

    def launch(self) -> tuple[Path, Nursery]:
        """Begin to open the first release; return its folder and the process.

        Raises:
            StoreError: there is none.
        """
        folder = find_release(self._release)
        self._seen = signature(folder)
        self._first = folder, self._nursery(folder)
        return self._first

    async def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve the first release.

        Raises:
            ItgraphError: it cannot be opened.
        """
        folder, nursery = self._first or self.launch()
        self._service.serve(await self._open(loop, folder, nursery))

    def look(self, loop: asyncio.AbstractEventLoop, *, again: bool = False) -> None:
        """See whether there is a new release, and take it up; ``again`` also tries one that has been refused."""
        if self._opening is not None and not self._opening.done():
            return
        try:
            folder = find_release(self._release)
            found = signature(folder)
        except (StoreError, OSError) as error:
            found, folder = str(error), None
        serving = self._service.serving
        if found == self._seen and not (again and serving is not None and found != signature_of(serving)):
            return
        self._seen = found
        if folder is None:
            self._refuse(str(found))
        else:
            self._opening = loop.create_task(self._take_up(loop, folder))

    def close(self, problem: Problem = CLOSING) -> None:
        """End all workers; whoever waits is told why."""
        if self._opening is not None:
            self._opening.cancel()
        pools = [*self._old, *([self._service.serving.pool] if self._service.serving is not None else [])]
        for pool in pools:
            pool.close(problem)
        if self._service.serving is None and self._first is not None:
            self._first[1].close()

    def _nursery(self, folder: Path) -> Nursery:
        setup = Setup(str(folder), self._service.limits, self._services, self._gate, self._public_url)
        return Nursery(setup)

    async def _open(self, loop: asyncio.AbstractEventLoop, folder: Path, nursery: Nursery) -> Serving:
        limits = self._service.limits
        with ExitStack() as undo:
            undo.callback(nursery.close)
            opened = await loop.run_in_executor(None, nursery.wait)
            usual = self._workers
            most = usual + min(2 * limits.max_concurrent, MOST_BESIDE)
            pool = Pool(loop, nursery, limits, self._service.metrics, workers=usual, most=most)
            pool.start()
            try:
                async with asyncio.timeout(START):
                    await pool.ready
            except TimeoutError as error:
                pool.close(CLOSING)
                what = f"no process that answers queries could be started within {START:g} s"
                raise StoreError(what, hint="'itgraph doctor' says what this machine lacks", path=folder) from error
            undo.pop_all()
        manifest, stated = opened["manifest"], Stated.unpacked(opened["stated"])
        documents = Documents(manifest, stated, limits, self._public_url, self._services)
        serving = Serving(manifest, folder, pool, documents)
        nursery.on_network = self.on_network
        if nursery.network is not None:
            self.on_network(nursery.network)
        return serving

    async def _take_up(self, loop: asyncio.AbstractEventLoop, folder: Path) -> None:
        """Open a release and let it take over, or say why not and leave all as it is."""
        try:
            serving = await self._open(loop, folder, self._nursery(folder))
        except (ItgraphError, ChildProcessError) as error:
            self._refuse(str(error))
            return
        before = self._service.serve(serving)
        self._service.metrics.releases += 1
        logger.warning("release %s is served now", serving.tag)
        if before is not None:
            self._old.add(before.pool)
            before.pool.drain(lambda: self._old.discard(before.pool))

    def _refuse(self, why: str) -> None:
        self._service.metrics.releases_refused += 1
        logger.error("the new release is refused, and the old one goes on: %s", why)


def signature(folder: Path) -> object:
    """Return what changes when another release stands in the folder."""
    status = (folder / MANIFEST).stat()
    return folder.resolve(), status.st_mtime_ns, status.st_size, status.st_ino


def signature_of(serving: Serving) -> object:
    try:
        return signature(serving.folder)
    except OSError:
        return None
