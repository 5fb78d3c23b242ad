"""The workers of a pool: who there is, who is free, who seems quick, and how many there should be.

Part of the endpoint, between ``pool``, which decides what they do, and ``nursery``, which makes them.
"""

from __future__ import annotations

from itgraph.endpoint.metrics import Metrics
from itgraph.endpoint.nursery import Nursery, Worker

__all__ = ["SMALL", "TICK", "Crew"]

#: How often running queries are looked at, in seconds; a wait of this long makes one more worker.
TICK = 0.05
#: How many queries a worker has at most, the one it is at included, and how many bytes those may have that it is sent
#: ahead: they wait in the buffer of its socket.
DEPTH, SMALL = 8, 8192
#: A worker beyond the usual number goes when it has had nothing to do for so long, in seconds.
IDLE = 5.0


class Crew:
    """The workers: ``usual`` of them, and up to ``most`` while some are slow. ``free`` are those that have no query."""

    def __init__(self, nursery: Nursery, metrics: Metrics, usual: int, most: int) -> None:
        self._nursery = nursery
        self._metrics = metrics
        self._usual = usual
        self._most = max(usual, most)
        self.workers: set[Worker] = set()
        self.free: list[Worker] = []

    @property
    def surplus(self) -> bool:
        """Whether there are more than usual."""
        return len(self.workers) > self._usual

    def add(self) -> bool:
        """Make one more, if there may be more; tell whether it was made."""
        if len(self.workers) >= self._most or (worker := self._nursery.make()) is None:
            return False
        self._metrics.workers_made += 1
        self.workers.add(worker)
        return True

    def replace_slow(self, now: float) -> None:
        """Make one more where fewer than usual are free or at a quick query."""
        slow = sum(worker.task is not None and now - worker.since >= TICK for worker in self.workers)
        if len(self.workers) - slow < self._usual:
            self.add()

    def fill(self, wanted: int | None) -> None:
        """Make workers until there are as many as usual, or as ``wanted`` where that is less."""
        enough = self._usual if wanted is None else min(self._usual, wanted)
        while len(self.workers) < enough and self.add():
            pass

    def dismiss(self, worker: Worker) -> None:
        """Part with a worker."""
        self.workers.discard(worker)
        if worker in self.free:
            self.free.remove(worker)
        self._nursery.dismiss(worker)

    def shrink(self, now: float) -> None:
        """Part with those beyond the usual number that have had nothing to do for a while."""
        for worker in [*self.free]:
            if self.surplus and now - worker.since > IDLE:
                self.dismiss(worker)

    def quick(self, now: float) -> Worker | None:
        """Return the worker with the least ahead of it among those that seem quick and have room."""
        found, least = None, DEPTH - 1
        for worker in self.workers:
            if worker.task is not None and len(worker.ahead) < least and now - worker.since < TICK:
                found, least = worker, len(worker.ahead)
        return found
