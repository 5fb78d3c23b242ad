"""The front's side of the workers of one release: queries are handed out, watched, and ended when they have to be.

Part of the endpoint, between ``service``, which submits tasks, and the processes of ``forkserver``. Runs on the event
loop alone. There are as many workers as processors. Where queries wait, others are made in the place of those that are
at a slow query, up to a bound, so that the slow share the processors with the quick and do not bar their way. While its
query is a quick one, a worker has a few more ahead of it, and need not sleep in between; where the query turns out to
be slow, they are handed to others. A worker that dies or is killed costs the one query that it was at, and another
takes its place at once.

Example::

    pool = Pool(loop, nursery, Limits(), Metrics(), workers=2, most=10)
    pool.submit(Task(payload, client, seconds, receiver))
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from itgraph.endpoint import frames
from itgraph.endpoint.crew import SMALL, TICK, Crew
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.metrics import Metrics
from itgraph.endpoint.nursery import Nursery, Worker
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.task import Receiver, Task
from itgraph.endpoint.waiting import Waiting, busy, too_slow

__all__ = ["Pool"]

#: A query that takes so long stands back behind quicker ones, in seconds; its worker is replaced when it is done.
SLOW = 1.0
#: After a failed start of a worker, in seconds: another would not start either in a moment.
PAUSE = 0.5


class Pool:
    """The workers of one release, and the queries that wait for them. ``ready`` is done when the first worker is."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        nursery: Nursery,
        limits: Limits,
        metrics: Metrics,
        *,
        workers: int,
        most: int,
    ) -> None:
        self._loop = loop
        self._nursery = nursery
        self._limits = limits
        self._metrics = metrics
        self._crew = Crew(nursery, metrics, workers, most)
        self._waiting = Waiting[Task]()
        self._ticking = False
        self._draining = False
        self._closed = False
        self._on_drained: Callable[[], None] = lambda: None
        self._failures = 0
        self.ready = loop.create_future()
        nursery.attend(loop, self._on_frame, self._on_lost, self._on_back)

    @property
    def running(self) -> int:
        """How many queries are being evaluated."""
        return sum(worker.task is not None for worker in self._crew.workers)

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return len(self._waiting)

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self._crew.workers)

    def processes(self) -> list[int]:
        """Return the process ids of the workers that are ready."""
        return [worker.pid for worker in self._crew.workers if worker.pid]

    def start(self) -> None:
        """Make the usual number of workers; ``ready`` is done when the first of them is."""
        self._fill()

    def submit(self, task: Task) -> None:
        """Evaluate the task now, or as soon as it is its turn.

        Raises:
            Problem: 503, too many wait already.
        """
        task.since = self._loop.time()
        if self._crew.free:
            self._hand(self._crew.free.pop(), task)
        elif not self._waiting and len(task.payload) <= SMALL and (worker := self._crew.quick(task.since)) is not None:
            self._hand(worker, task)
        elif len(self._waiting) >= self._limits.max_queue:
            raise busy(f"{len(self._waiting)} queries wait already, which is the most")
        else:
            self._waiting.put(task.client, task)
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(TICK, self._tick)

    def abandon(self, task: Task) -> None:
        """Forget a task whose client is gone; what is being evaluated is ended at the next tick."""
        task.receiver = None
        task.seconds = 0.0
        self._waiting.remove(task.client, task)

    def pause(self, task: Task) -> None:
        """Take no more of the answer for now: the worker waits, and its time runs."""
        if task.worker is not None:
            self._nursery.ignore(task.worker)

    def resume(self, task: Task) -> None:
        """Take the answer again."""
        if task.worker is not None:
            self._nursery.heed(task.worker)

    def drain(self, on_drained: Callable[[], None]) -> None:
        """Answer what has been submitted, then close and call ``on_drained``."""
        self._draining = True
        self._on_drained = on_drained
        self._settle()

    def close(self, problem: Problem) -> None:
        """End all workers; whoever still waits is told the problem."""
        self._closed = True
        workers = list(self._crew.workers)
        for worker in workers:
            self._take_back(worker)
        tasks = [*(worker.task for worker in workers if worker.task is not None), *self._waiting.all()]
        self._waiting = Waiting()
        for worker in workers:
            worker.task = None
            self._crew.dismiss(worker)
        self._nursery.close()
        for task in tasks:
            self._fail(task, problem)

    # Workers

    def _hand(self, worker: Worker, task: Task) -> None:
        if self._nursery.send(worker, task.payload):
            task.worker = worker
            if worker.task is None:
                worker.task = task
                worker.since = self._loop.time()
            else:
                worker.ahead.append(task)
        else:
            # Nobody has begun with it: it waits for the next worker.
            self._waiting.put(task.client, task)

    def _dispatch(self) -> None:
        """Give those that have nothing to do what has been taken back from others."""
        while self._crew.free and self._waiting:
            self._hand(self._crew.free.pop(), self._waiting.next())

    def _take_back(self, worker: Worker) -> None:
        """Let the queries ahead of a worker wait for others; should it come to them all the same, nobody listens."""
        for place, task in enumerate(worker.ahead):
            if task.receiver is not None:
                self._waiting.put(task.client, task)
            worker.ahead[place] = Task(task.payload, task.client, 0.0, None)

    def _rest(self, worker: Worker) -> None:
        """Give a worker that has nothing to do the next query."""
        if self._waiting:
            self._hand(worker, self._waiting.next())
            return
        worker.since = self._loop.time()
        self._crew.free.append(worker)
        if self._draining:
            self._settle()

    def _done(self, worker: Worker, flags: int) -> Receiver | None:
        """Part a worker from its task, and return who is to take the answer."""
        task: Task | None = worker.task
        worker.task = None
        if flags & frames.LAST or worker.calm:
            self._take_back(worker)
            self._crew.dismiss(worker)
            self._fill()
            self._dispatch()
        elif worker.ahead:
            worker.task = worker.ahead.popleft()
            worker.since = self._loop.time()
        else:
            self._rest(worker)
        if task is None:
            return None
        task.worker = None
        return task.receiver

    def _fill(self) -> None:
        """Make workers until there are as many as usual, or, at the end, as many as there is work for."""
        if not self._closed:
            self._crew.fill(self.running + len(self._waiting) if self._draining else None)

    def _settle(self) -> None:
        if self._draining and not self._closed and not self._waiting and not self.running:
            self._closed = True
            for worker in list(self._crew.workers):
                self._crew.dismiss(worker)
            self._nursery.close()
            self._on_drained()

    # What workers say

    def _on_frame(self, worker: Worker, kind: int, payload: bytes) -> None:
        task: Task | None = worker.task
        if kind == frames.ANSWER:
            # The worker first: it evaluates the next query while the front sends this answer.
            if (receiver := self._done(worker, payload[0])) is not None:
                receiver.answered(payload[0], payload[1:])
        elif kind == frames.HELLO:
            worker.pid = int.from_bytes(payload, "big")
            self._failures = 0
            self._rest(worker)
            if not self.ready.done():
                self.ready.set_result(None)
        elif kind == frames.END:
            if (receiver := self._done(worker, payload[0])) is not None:
                receiver.ended()
        elif kind == frames.FAILED:
            problem = Problem.unpacked(payload[1:])
            if (receiver := self._done(worker, payload[0])) is not None:
                receiver.failed(problem)
        elif task is not None and task.receiver is not None:
            if kind == frames.BEGIN:
                task.receiver.began(payload[0], payload[1:])
            else:
                task.receiver.continued(payload)

    def _on_lost(self, worker: Worker, problem: Problem) -> None:
        """Tell the client of a worker that has ended, and replace the worker."""
        if worker not in self._crew.workers:
            return
        task = worker.task
        worker.task = None
        self._take_back(worker)
        self._crew.dismiss(worker)
        self._metrics.deaths += 1
        if worker.pid:
            self._fill()
        else:
            self._failures += 1
            self._loop.call_later(PAUSE, self._fill)
        if task is not None:
            self._fail(task, problem)
        self._dispatch()
        self._settle()

    def _on_back(self) -> None:
        """Make the workers again: their fork server had been lost, and is there again."""
        self._failures = 0
        self._fill()

    def _fail(self, task: Task, problem: Problem) -> None:
        task.worker = None
        if task.receiver is not None:
            task.receiver.failed(problem)

    # Time

    def _tick(self) -> None:
        """End queries whose time is over, and make workers where queries wait."""
        now = self._loop.time()
        for worker in list(self._crew.workers):
            task: Task | None = worker.task
            if task is None:
                continue
            age = now - worker.since
            if age >= min(TICK, task.seconds):
                self._take_back(worker)
            if age >= task.seconds:
                worker.task = None
                self._nursery.kill(worker)
                self._crew.dismiss(worker)
                self._fill()
                self._fail(task, too_slow(task.seconds))
            elif age >= SLOW and not worker.calm:
                self._nursery.calm(worker)
        for task in self._waiting.all():
            waited = now - task.since
            if waited >= self._limits.max_seconds:
                self._waiting.remove(task.client, task)
                self._fail(task, busy(f"no process was free within {self._limits.max_seconds:g} seconds"))
            elif waited >= TICK and not self._failures and not self._closed:
                self._crew.replace_slow(now)
        self._dispatch()
        self._crew.shrink(now)
        self._settle()
        self._ticking = bool(self.running or self._waiting or self._crew.surplus) and not self._closed
        if self._ticking:
            self._loop.call_later(TICK, self._tick)
