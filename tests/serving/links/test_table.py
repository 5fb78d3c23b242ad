"""The table of links while it is worked on: whose rows give way to what, and when nothing changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome
from itgraph.links.reconciler.kinds import Fit
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.reconciler.table import LinkTable
from itgraph.links.wikidata import Item
from itgraph.resources import data_dir
from itgraph.sssom import ABSENT, PRESENT, UNCHECKED

#: In the real table a person has proposed an item for him: Q123130693.
PERSON = Subject("person/jan-leike", "Jan Leike", frozenset())
BY_HAND = "Q123130693"
DAY = "2026-01-31"


@pytest.fixture
def table(tmp_path: Path) -> LinkTable:
    shutil.copytree(data_dir() / "links", tmp_path / "links")
    return LinkTable.read(tmp_path / "links")


def found(state: str, *items: str, reason: str = "") -> Outcome:
    candidates = [
        Candidate(
            Item(one, one, "Jan Leike"), Basis.AUTHORSHIP, "schema:position", "p:P50", "1", Fit.YES, True, ("name",)
        )
        for one in items
    ]
    return Outcome(PERSON, state, reason, tuple(candidates))


#: What was found, run after run → the items that are then in the table, with their states.
RUNS = {
    "nobody answers": (
        [found(UNCHECKED, "Q9000000001"), found(UNCHECKED, reason="not answered: …")],
        {BY_HAND: UNCHECKED, "Q9000000001": UNCHECKED},
    ),
    "another proposal": (
        [found(UNCHECKED, "Q9000000001"), found(UNCHECKED, "Q9000000002")],
        {BY_HAND: UNCHECKED, "Q9000000002": UNCHECKED},
    ),
    "the item that the person proposed": ([found(PRESENT, BY_HAND)], {BY_HAND: PRESENT}),
    "another item": ([found(PRESENT, "Q9000000001")], {BY_HAND: UNCHECKED, "Q9000000001": PRESENT}),
    "nothing": ([found(ABSENT)], {BY_HAND: UNCHECKED}),
    "something, after it was settled": ([found(PRESENT, BY_HAND), found(PRESENT, "Q9000000001")], {BY_HAND: PRESENT}),
}


@pytest.mark.parametrize("case", RUNS)
def test_what_a_person_has_written_stays_and_what_a_machine_has_gives_way(case: str, table: LinkTable) -> None:
    runs, expected = RUNS[case]
    for outcome in runs:
        table.record(outcome, DAY)
    rows = table.rows[PERSON.id]
    assert {row.object_id.partition(":")[2]: row.state for row in rows} == expected
    assert len(rows) == len(expected)
    # What is written can be read again, and says the same.
    table.save()
    again = LinkTable.read(table.folder)
    assert set(again.rows[PERSON.id]) == set(rows)


def test_what_changes_nothing_writes_nothing(table: LinkTable) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in table.folder.iterdir()}
    table.record(found(UNCHECKED, reason="not answered: …"), DAY)
    table.save()
    assert {path.name: path.stat().st_mtime_ns for path in table.folder.iterdir()} == before
