"""The inside of a worker: a query or a page is asked for, frames of the answer go out, one after another.

Part of the endpoint, in a process that is confined (``sandbox``) and that the fork server made. It ends when the front
closes the connection, when its memory has grown, or when the front has it killed. Rows are written while they are
computed; up to 64 KiB of an answer are kept back, so that what fails early has a status of its own.

Example::

    serve(connection, site, Limits(), gate=True, services={})
"""

from __future__ import annotations

import gc
import marshal
import os
import resource
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import IO, NoReturn, cast

import pyoxigraph as ox

from itgraph.endpoint import frames
from itgraph.endpoint.gate import read
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.orders import OUT_OF_MEMORY
from itgraph.endpoint.output import LEAST_COMPRESSED, Output, compressed, too_large
from itgraph.endpoint.problems import Problem, as_problem
from itgraph.endpoint.sandbox import more_seconds
from itgraph.endpoint.task import QUERY
from itgraph.errors import ItgraphError
from itgraph.results import is_graph, write_to
from itgraph.site.response import Request
from itgraph.site.site import Site
from itgraph.store import Store, evaluating

__all__ = ["serve"]

#: After so many queries, or so many bytes of memory more than at the start, a worker makes room for a fresh one.
MOST_QUERIES, MOST_GROWTH = 50_000, 192 << 20
#: Seconds of processor time of a query after which the memory is looked at.
QUICK = 0.002

#: A query: text, default graphs, named graphs, format of solutions, of triples, encoding.
Task = tuple[str, Sequence[str], Sequence[str], str | None, str | None, str | None]
#: A page: path, query string, format, encoding.
PageTask = tuple[str, str, str, str | None]


def serve(
    connection: socket.socket, site: Site, limits: Limits, *, gate: bool, services: Mapping[str, str]
) -> NoReturn:
    """Answer queries until the front hangs up; never returns, and runs nothing that the parent registered to run.

    ``gate`` tells whether queries are read before they are evaluated, ``services`` by the IRI of each endpoint that
    they may ask at which address it is asked.
    """
    # What is made for a query is gone with it, with next to nothing that goes round in circles.
    gc.set_threshold(100_000)
    incoming = frames.Frames()
    buffer = memoryview(bytearray(1 << 17))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT + MOST_GROWTH
    budget = before = time.process_time()
    answered = 0
    connection.sendall(frames.frame(frames.HELLO, os.getpid().to_bytes(4, "big")))
    while count := connection.recv_into(buffer):
        for _, payload in incoming.read(bytes(buffer[:count])):
            answered += 1
            output = Output(connection, limits)
            try:
                kind, *task = marshal.loads(payload)  # noqa: S302 - it comes from the front
                if kind == QUERY:
                    answer(site.store, cast("Task", task), output, limits, services if gate else None)
                else:
                    show(site, cast("PageTask", task), output)
            except Problem as problem:
                output.fail(problem)
            except ItgraphError as error:
                output.fail(as_problem(error, network=bool(services)))
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            last = answered >= MOST_QUERIES
            # What is quick has not taken much memory.
            if (now := time.process_time()) - before > QUICK:
                last = last or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT > grown
            before = now
            output.close(last)
            if last:
                os._exit(0)
            # The limit of the processor's time is for one query: it moves on when some of it has been used.
            if now - budget > 0.5:
                budget = now
                more_seconds(limits.max_seconds)
    os._exit(0)


#: ru_maxrss is in KiB on Linux, in bytes on macOS.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def answer(store: Store, task: Task, output: Output, limits: Limits, services: Mapping[str, str] | None = None) -> None:
    """Evaluate one query into the output, having read it first where ``services`` are given, be it none.

    Raises:
        Problem: the query is refused unevaluated, no format of its kind is accepted, or the answer is too large.
        ItgraphError: the query cannot be parsed or evaluated.
    """
    text, default_graphs, named_graphs, of_solutions, of_graphs, encoding = task
    volatile = False
    if services is not None:
        reading = read(text, services)
        text, volatile = reading.text, reading.volatile
    found = store.query(text, default_graphs=default_graphs, named_graphs=named_graphs)
    graph = is_graph(found)
    form = of_graphs if graph else of_solutions
    if form is None:
        raise Problem(406, "not-acceptable", "", graph=graph)
    output.begin(form, encoding, graph=graph, volatile=volatile)
    if isinstance(found, ox.QueryTriples):
        triples: set[ox.Triple] = set()
        with evaluating():
            for triple in found:
                triples.add(triple)
                if len(triples) > limits.max_rows:
                    raise too_large("max_rows", f"more than {limits.max_rows:,} triples")
        write_to(list(triples), form, cast("IO[bytes]", output))
    else:
        write_to(found, form, cast("IO[bytes]", output))


def show(site: Site, task: PageTask, output: Output) -> None:
    """Make a page, and write it into the output packed for the front.

    Raises:
        Problem: there is no such page.
        ItgraphError: it cannot be made of what was asked.
    """
    path, query_string, form, encoding = task
    page = site.respond(Request(path, query_string, form))
    if encoding is not None and len(page.body) >= LEAST_COMPRESSED:
        page = replace(page, body=compressed(page.body, encoding, hard=not page.volatile), encoding=encoding)
    output.begin("", None, graph=False, volatile=page.volatile)
    output.write(page.as_bytes())
