"""The seam behind which queries are evaluated: a request and two formats go in, bytes come out.

Part of the endpoint. Everything that crosses the seam is plain data, so that the evaluation can move to a process
that can be limited and killed; today it is a thread of this one, with no limits.

Example::

    evaluate(store, QueryRequest("ASK {}"), Formats("json", "ttl")).body
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

from itgraph.endpoint.protocol import QueryRequest
from itgraph.errors import ItgraphError
from itgraph.results import is_graph, write
from itgraph.store import Store

__all__ = ["Evaluated", "Formats", "evaluate", "evaluate_aside"]


@dataclass(frozen=True)
class Formats:
    """The format to answer in, by the kind of query, which only its evaluation tells; None where none is accepted."""

    solutions: str | None
    graph: str | None


@dataclass(frozen=True)
class Evaluated:
    """The answer. ``body`` is None where no format of its kind is accepted."""

    is_graph: bool
    body: bytes | None


def evaluate(store: Store, request: QueryRequest, formats: Formats) -> Evaluated:
    """Answer a query in the format for its kind.

    Raises:
        InputError: the query does not parse, or is an update.
        UsageError: the request names a graph by what is no IRI.
        NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
    """
    answer = store.query(request.text, default_graphs=request.default_graphs, named_graphs=request.named_graphs)
    graph = is_graph(answer)
    form = formats.graph if graph else formats.solutions
    return Evaluated(graph, None if form is None else write(answer, form))


async def evaluate_aside(store: Store, request: QueryRequest, formats: Formats) -> Evaluated:
    """Answer a query in a thread of its own, so that others are served meanwhile.

    The thread is a daemon: native evaluation cannot be stopped, and the process must be able to end without it.
    """
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Evaluated] = loop.create_future()

    def settle(result: Evaluated | ItgraphError | RuntimeError) -> None:
        if answered.done():
            return
        if isinstance(result, Evaluated):
            answered.set_result(result)
        else:
            answered.set_exception(result)

    def work() -> None:
        # Whatever else ends the thread, the client is not left waiting.
        result: Evaluated | ItgraphError | RuntimeError = RuntimeError("the evaluation ended without an answer")
        try:
            result = evaluate(store, request, formats)
        except ItgraphError as error:
            # The frames of the traceback hold the engine's answer, which no other thread may drop.
            error.__cause__ = error.__context__ = None
            result = error.with_traceback(None)
        finally:
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=work, name="evaluation", daemon=True).start()
    return await answered
