"""A question answered: looked up, evaluated and written, all in one step, so that another process can do it.

Serve side, on top of asking, the stores and the formats, below the command line. Rows are computed while they are
written, so that evaluation and writing cannot be parted.

Example::

    answer(Question(find("built-on"), {"base": ("LLaMA",)})).rows
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from itgraph.asking import ask
from itgraph.errors import InputError, NetworkError, UsageError
from itgraph.queries import asked_about
from itgraph.query_header import without_header
from itgraph.question import OF_GRAPHS, OF_SOLUTIONS, Answered, Question
from itgraph.remote import PATIENCE, RemoteStore
from itgraph.results import Answer, is_graph, json_lines, label_names, table, truth, write
from itgraph.sparql import Queryable
from itgraph.store import Store

__all__ = ["answer", "bound_text"]

#: What an endpoint gets beyond the person's own limit, so that it is that limit which is hit, and says so.
MARGIN = 5.0


def answer(question: Question) -> Answered:
    """Return the answer to a question.

    Raises:
        UsageError: a parameter does not fit (see ``asking``), or the format does not fit the query.
        InputError: the query does not parse, or cannot be evaluated.
        StoreError: there is no release, or it is not whole.
        NetworkError: the endpoint does not answer, or not with results.
    """
    notices: list[str] = []
    with opened(question) as store:
        text = ask(store, question.query, question.params, notices=notices)
        found: Answer = store.query(text, path=question.query.path)
        form = fitting(question.form, is_graph(found))
        verdict = truth(found)
        if form != "table":
            body = json_lines(found) if form == "jsonl" else write(found, form)
            if body and not body.endswith(b"\n"):
                body += b"\n"
            return Answered(body, truth=verdict, notices=tuple(notices))
        if verdict is not None:
            return Answered(b"true\n" if verdict else b"false\n", truth=verdict, notices=tuple(notices))
        by_label = None if question.iris else partial(names_from, store, notices, asked_about(question.query, text))
        header, rows = table(found, store.base, by_label)
        return Answered(None, tuple(header), tuple(map(tuple, rows)), notices=tuple(notices))


def bound_text(question: Question) -> str:
    """Return the query with the terms of its parameters, without the header: nothing is left open in it.

    Raises:
        UsageError: a parameter does not fit.
        StoreError: there is no release, or it is not whole.
        NetworkError: the endpoint does not answer.
    """
    with opened(question) as store:
        return without_header(ask(store, question.query, question.params))


@contextmanager
def opened(question: Question) -> Iterator[Store | RemoteStore]:
    """Yield what the question is asked of."""
    if question.endpoint is None:
        yield Store.open(question.release)
        return
    patience = PATIENCE if question.timeout is None else question.timeout + MARGIN
    with RemoteStore.open(question.endpoint, timeout=patience) as store:
        yield store


def fitting(form: str | None, graph: bool) -> str:
    """Return the format, or the usual one of the kind.

    Raises:
        UsageError: the kind of answer does not have this format.
    """
    forms = OF_GRAPHS if graph else OF_SOLUTIONS
    if form is not None and form not in forms:
        kind = "CONSTRUCT and DESCRIBE" if graph else "SELECT and ASK"
        raise UsageError(f"the format {form} is not for this query", hint=f"{kind} have {', '.join(forms)}")
    return form or forms[0]


def names_from(store: Queryable, notices: list[str], about: Sequence[str], iris: Sequence[str]) -> dict[str, str]:
    """Return the names to show; an endpoint that has answered and gives no labels does not spoil the answer."""
    try:
        return label_names(store, iris, about)
    except (InputError, NetworkError) as error:
        notices.append(f"no labels: {error.message}")
        return {}
