"""What a machine may take for the same, and what it leaves to a person: the rules, without a service."""

from __future__ import annotations

from typing import Any

import pytest

from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome, apart, judge, titles_agree
from itgraph.links.reconciler.kinds import Fit
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata import Item
from itgraph.sssom import ABSENT, PRESENT, UNCHECKED

X = Subject("model/x", "X", frozenset())


def candidate(
    item: str = "Q9000000001", basis: Basis = Basis.IDENTIFIER, fit: Fit = Fit.YES, *, named: bool = True
) -> Candidate:
    return Candidate(Item(item, item), basis, "schema:url", "wdt:P856", "https://example.org/", fit, named)


#: Candidates, with what else is known → the state, and why.
JUDGED: dict[str, tuple[list[Candidate], dict[str, Any], str, str]] = {
    "an identifier, the kind and the name": ([candidate()], {}, PRESENT, ""),
    "the same item by two identifiers": ([candidate(), candidate()], {}, PRESENT, ""),
    "an identifier and another kind of ours": ([candidate(fit=Fit.OTHER)], {}, ABSENT, ""),
    "an identifier and a strange kind": ([candidate(fit=Fit.STRANGE)], {}, UNCHECKED, "the item is of a strange kind"),
    "an identifier and no kind": ([candidate(fit=Fit.UNKNOWN)], {}, UNCHECKED, "the kind of the item is not known"),
    "an identifier and another name": ([candidate(named=False)], {}, UNCHECKED, "the names differ"),
    "a name alone": ([candidate(basis=Basis.NAME)], {}, UNCHECKED, "only the name agrees"),
    "a namesake": ([candidate(basis=Basis.NAME, fit=Fit.STRANGE)], {}, ABSENT, ""),
    "two items": ([candidate(), candidate("Q9000000002")], {}, UNCHECKED, "several items have its identifier"),
    "one that is denied": ([candidate()], {"denied": frozenset({"Q9000000001"})}, ABSENT, ""),
    "one that is somebody's": (
        [candidate()],
        {"owner": lambda _: "model/y"},
        UNCHECKED,
        "the item is that of model/y already",
    ),
    "one that is somebody's, by another name": ([candidate(named=False)], {"owner": lambda _: "model/y"}, ABSENT, ""),
    "nothing": ([], {}, ABSENT, ""),
    "nothing, and a question left": ([], {"open_question": "not answered: …"}, UNCHECKED, "not answered: …"),
    "an item, and a question left": ([candidate()], {"open_question": "not answered: …"}, PRESENT, ""),
}


@pytest.mark.parametrize("case", JUDGED)
def test_what_a_machine_may_take(case: str) -> None:
    candidates, known, state, reason = JUDGED[case]
    outcome = judge(X, candidates, looked_for=("addresses",), **known)
    assert (outcome.state, outcome.reason) == (state, reason)
    assert len(outcome.candidates) == {PRESENT: 1, ABSENT: 0}.get(state, len(outcome.candidates))


def test_two_that_come_to_one_item_are_both_left_to_a_person() -> None:
    subjects = [X, Subject("model/y", "Y", frozenset()), Subject("model/z", "Z", frozenset())]
    items = ["Q9000000001", "Q9000000001", "Q9000000002"]
    found = [Outcome(who, PRESENT, "", (candidate(item),)) for who, item in zip(subjects, items, strict=True)]
    assert [(outcome.state, outcome.reason) for outcome in apart(found)] == [
        (UNCHECKED, "the item may be that of model/y too"),
        (UNCHECKED, "the item may be that of model/x too"),
        (PRESENT, ""),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        (
            "Llama: Open and efficient foundation language models",
            "LLaMA: Open and Efficient Foundation Language Models",
            1,
        ),
        ("Self-Instruct: Aligning Language Models", "Self Instruct - aligning language models.", 1),
        ("Scaling Laws for Neural Language Models", "Scaling Laws for Autoregressive Generative Modeling", 0),
        ("Language Models are Few-Shot Learners", "Language Models are Zero-Shot Learners", 0),
        ("", "", 0),
    ],
)
def test_titles_are_compared_as_they_are_printed(ours: str, theirs: str, same: int) -> None:
    assert titles_agree(ours, theirs) is bool(same)
