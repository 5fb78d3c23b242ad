"""A question and its answer as plain data, which go to another process and come back.

Above the ground alone: who asks needs no engine for it. ``answering`` makes the one of the other.

>>> question = Question(Query("all", "", "", (), (), "SELECT * { ?s ?p ?o }", "all.rq"), form="csv")
>>> question.form in OF_SOLUTIONS
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from itgraph.queries import Query

__all__ = ["OF_GRAPHS", "OF_SOLUTIONS", "Answered", "Question"]

#: The formats of SELECT and ASK, and those of CONSTRUCT and DESCRIBE; the first is the default.
OF_SOLUTIONS = ("table", "csv", "tsv", "json", "xml", "jsonl")
OF_GRAPHS = ("ttl", "nt", "jsonld")


@dataclass(frozen=True)
class Question:
    """What is asked, of whom, and how the answer is to be written.

    ``release`` and ``endpoint`` say where; neither is the usual release. ``form`` None leaves the format to the form
    of the query. ``iris`` shows ids in tables and not labels. ``timeout`` is the seconds after which nobody waits.
    """

    query: Query
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    release: str | None = None
    endpoint: str | None = None
    form: str | None = None
    iris: bool = False
    timeout: float | None = None


@dataclass(frozen=True)
class Answered:
    """The answer. A table has ``header`` and ``rows``, every other format a ``body``; ``truth`` is that of an ASK."""

    body: bytes | None = None
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    truth: bool | None = None
    notices: tuple[str, ...] = ()
