"""A function run in a process of its own, which can be ended: native code listens to no signal and to no deadline.

Above the ground alone. The engine ignores Ctrl-C while it evaluates, has no time limit, and a query of a few kilobytes
that nests deep enough ends the process it runs in. So the process that talks to the person only waits, and the one
that evaluates is killed when it has to be.

Example::

    run("itgraph.answering:answer", question, timeout=10)    # answer(question), or LimitError after ten seconds
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any

from itgraph.errors import ItgraphError, LimitError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

__all__ = ["run"]


def run(function: str, given: object, *, timeout: float | None = None) -> Any:
    """Return what the function makes of ``given``, computed in another process. That process never outlives the call.

    Args:
        function: ``module:name``. It is named and not given, so that what it needs is imported over there alone.
        given: its argument; argument and result are pickled.
        timeout: seconds from now, the start of the process included; None is no limit.

    Raises:
        ItgraphError: as the function raised it.
        LimitError: the time is over, the memory is used up, or the function took its process down with it.
        ChildProcessError: the process ended by a fault of ours, which it has printed.
    """
    context = method()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(sender, function, given))  # type: ignore[attr-defined]
    sys.stdout.flush()
    process.start()
    try:
        sender.close()
        if not receiver.poll(timeout):
            raise LimitError(f"no answer within {timeout:g} seconds", hint="ask for less, or allow more time")
        try:
            result, error = receiver.recv()
        except EOFError:
            process.join()
            raise ended(process.exitcode) from None
        if error is not None:
            raise rebuilt(*error)
        return result
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()


def method() -> BaseContext:
    """Return how to start the process: by fork, which is the fastest, only where nothing native can hold a lock."""
    alone = threading.active_count() == 1 and "pyoxigraph" not in sys.modules
    return get_context("fork" if sys.platform == "linux" and alone else "spawn")


def work(sender: Connection, function: str, given: object) -> None:
    """Send what the function returns, or the error that is ours; runs in the process that was started."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    only_python_speaks()
    outcome: tuple[Any, tuple[Any, ...] | None]
    try:
        module, _, name = function.partition(":")
        outcome = getattr(importlib.import_module(module), name)(given), None
    except ItgraphError as error:
        outcome = None, parts(error)
    except MemoryError:
        outcome = None, parts(LimitError("out of memory", hint="ask for less, with LIMIT"))
    sender.send(outcome)
    sender.close()


def end_with_parent() -> None:
    """End this process when the one that started it is gone, even where that one was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def only_python_speaks() -> None:
    """Leave stderr to Python: what native code prints when it runs out of stack is said by the waiting process."""
    if sys.stderr is None:
        return
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def parts(error: ItgraphError) -> tuple[type[ItgraphError], str, str | None, str | None, int | None, str]:
    """Return what an error is made of, and where it was raised."""
    import traceback

    path = None if error.path is None else os.fspath(error.path)
    trace = "".join(traceback.format_exception(error))
    return type(error), error.message, error.hint, path, error.line, trace


def rebuilt(
    kind: type[ItgraphError], message: str, hint: str | None, path: str | None, line: int | None, trace: str
) -> ItgraphError:
    error = kind(message, hint=hint, path=path, line=line)
    error.add_note(f"In the process that evaluates:\n{trace}")
    return error


def ended(code: int | None) -> Exception:
    """Return the error for a process that ended without an answer."""
    if code is None or 0 <= code < 256:
        return ChildProcessError(f"the process that evaluates ended with {code}")
    name = {-number: number.name for number in signal.Signals}.get(code, hex(code))
    if name == "SIGKILL":
        return LimitError(f"the system ended the query ({name}), as it does for want of memory", hint="ask for less")
    return LimitError(f"the query ended the engine ({name})", hint="nest it less deep, or cut it into smaller ones")
