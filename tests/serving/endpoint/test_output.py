"""Rows counted in the bytes of an answer, whatever its texts hold and wherever its chunks end."""

from __future__ import annotations

from typing import TypeAlias

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.endpoint.frames import Frames, frame
from itgraph.endpoint.output import ROWS, Rows
from itgraph.results import SOLUTION_FORMATS, write

# Signs that mean something in one of the formats, so that they meet often.
TEXTS = st.text(st.sampled_from(list('",{}[]:\\\r\n\t<>&result?x ;')), max_size=12)
Value: TypeAlias = str | int | None
VALUES: st.SearchStrategy[Value] = st.one_of(st.none(), TEXTS, st.integers())


def answer(rows: list[tuple[Value, Value]]) -> ox.QuerySolutions:
    def term(value: Value) -> str:
        return "UNDEF" if value is None else str(ox.Literal(value))

    data = " ".join(f"({term(one)} {term(two)})" for one, two in rows)
    found = ox.Store().query(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {data} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found


@pytest.mark.parametrize("form", ROWS)
@given(rows=st.lists(st.tuples(VALUES, VALUES), max_size=12), size=st.integers(1, 40))
def test_the_rows_are_counted(form: str, rows: list[tuple[Value, Value]], size: int) -> None:
    body = write(answer(rows), form)
    counter = Rows(form)
    found = 0
    for start in range(0, len(body), size):
        found = counter.count(body[start : start + size])
    # In JSON a text like ``},{}`` passes for the end of a row: one too many, never one too few.
    like_a_row = sum("},{}" in str(value) for row in rows for value in row)
    assert len(rows) <= max(found, 0) <= len(rows) + (max(1, like_a_row * 3 + (not rows)) if form == "json" else 0)
    if form != "json":
        assert found == len(rows)


def test_each_format_of_solutions_is_counted() -> None:
    assert set(ROWS) == set(SOLUTION_FORMATS)


@given(st.lists(st.tuples(st.integers(0, 5), st.binary(max_size=50)), max_size=8), st.integers(1, 20))
def test_frames_come_out_as_they_went_in(sent: list[tuple[int, bytes]], size: int) -> None:
    stream = b"".join(frame(kind, payload) for kind, payload in sent)
    frames = Frames()
    found = [got for start in range(0, len(stream), size) for got in frames.read(stream[start : start + size])]
    assert found == sent
