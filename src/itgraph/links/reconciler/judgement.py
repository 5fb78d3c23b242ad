"""From candidates to a state: what a machine may decide, and what only a person may.

Serve side, between the finders (``papers``, ``things``, ``people``) and the table. A candidate that an identifier leads
to, whose kind fits and whose name agrees, holds. One that only shares a name is proposed and no more. Absent is said
only where every question was answered, and every answer was that there is nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rapidfuzz.distance import Levenshtein

from itgraph.folding import squeezed, words
from itgraph.links.reconciler.kinds import Fit
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata.item import Item
from itgraph.sssom import ABSENT, PRESENT, UNCHECKED

__all__ = ["Basis", "Candidate", "Outcome", "agree", "apart", "judge", "titles_agree"]

#: So many letters of a title may be slips. "Few-shot" and "zero-shot" are three apart.
SLIPS = 2


class Basis(Enum):
    """What leads to a candidate: an identifier, its place among the authors of a matched paper, or a name alone."""

    IDENTIFIER = "identifier"
    AUTHORSHIP = "authorship"
    NAME = "name"


@dataclass(frozen=True)
class Candidate:
    """An item that may be the subject. The fields are CURIEs: what of ours was compared with what of theirs."""

    item: Item
    basis: Basis
    subject_field: str
    object_field: str
    match: str
    fit: Fit
    names_agree: bool
    agrees: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """How sure the match is, from 0 to 1: a rule of thumb, and not a frequency."""
        if self.basis is Basis.NAME:
            return 0.5 if self.fit is Fit.YES else 0.3
        sure = 0.95 if self.basis is Basis.AUTHORSHIP else 0.98
        return sure if self.certain else 0.6 if self.fit is Fit.YES else 0.4

    @property
    def certain(self) -> bool:
        """Whether a machine may take it."""
        return self.basis is not Basis.NAME and self.fit is Fit.YES and self.names_agree

    @property
    def namesake(self) -> bool:
        """Whether it is something else of that name, or something else at that address."""
        return self.fit is Fit.OTHER or (self.basis is Basis.NAME and self.fit is Fit.STRANGE)


@dataclass(frozen=True)
class Outcome:
    """What became of a subject: its state, why, and the candidates, the likeliest first. Present has exactly one."""

    subject: Subject
    state: str
    reason: str
    candidates: tuple[Candidate, ...] = ()
    looked_for: tuple[str, ...] = ()


def judge(
    subject: Subject,
    candidates: Iterable[Candidate],
    *,
    looked_for: tuple[str, ...],
    open_question: str | None = None,
    denied: frozenset[str] = frozenset(),
    owner: Callable[[str], str | None] = lambda _: None,
) -> Outcome:
    """Return what becomes of a subject.

    Args:
        subject: what was looked for.
        candidates: what was found, with duplicates.
        looked_for: what was asked, in words.
        open_question: why it cannot be said that there is nothing else; None where all was answered.
        denied: the items that are known to be something else.
        owner: tells which entity an item is known to be, by its id.
    """
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.item.id in denied or one.item.asked in denied or one.namesake:
            continue
        if owner(one.item.id) not in (None, subject.id) and not one.certain:
            continue  # A repository for two models: the item is the other one's.
        known = best.get(one.item.id)
        if known is None or one.confidence > known.confidence:
            first, second = one, known
        else:
            first, second = known, one
        agrees = first.agrees + tuple(text for text in (second.agrees if second else ()) if text not in first.agrees)
        best[one.item.id] = replace(first, agrees=agrees)
    found = tuple(sorted(best.values(), key=lambda one: (-one.confidence, one.item.id)))
    certain = [one for one in found if one.certain]
    if len(certain) > 1:
        return Outcome(subject, UNCHECKED, "several items have its identifier", found, looked_for)
    if certain:
        other = owner(certain[0].item.id)
        if other not in (None, subject.id):
            return Outcome(subject, UNCHECKED, f"the item is that of {other} already", found, looked_for)
        return Outcome(subject, PRESENT, "", (certain[0],), looked_for)
    if found:
        return Outcome(subject, UNCHECKED, why(found[0]), found, looked_for)
    if open_question is not None:
        return Outcome(subject, UNCHECKED, open_question, (), looked_for)
    return Outcome(subject, ABSENT, "", (), looked_for)


def apart(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes, with those unchecked that were judged together and come to one item: it is not all of them.

    Two models of one repository are both called like an item that has the name of one as an alias of the other.
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.state == PRESENT:
            owners[outcome.candidates[0].item.id].append(outcome.subject.id)

    def alone(outcome: Outcome) -> Outcome:
        if outcome.state != PRESENT:
            return outcome
        others = [one for one in owners[outcome.candidates[0].item.id] if one != outcome.subject.id]
        reason = f"the item may be that of {', '.join(others)} too"
        return replace(outcome, state=UNCHECKED, reason=reason) if others else outcome

    return [alone(outcome) for outcome in outcomes]


def why(candidate: Candidate) -> str:
    """Return why a machine may not take a candidate."""
    if candidate.basis is Basis.NAME:
        return "only the name agrees"
    if candidate.fit is Fit.YES:
        return "the names differ"
    return "the item is of a strange kind" if candidate.fit is Fit.STRANGE else "the kind of the item is not known"


def agree(subject: Subject, item: Item) -> bool:
    """Tell whether one of the subject's names is one of the item's, case, accents and marks apart."""
    ours = {squeezed(words(name)) for name in (subject.label, *subject.names)} - {""}
    return bool(ours & {squeezed(words(name)) for name in (item.label, *item.aliases)})


def titles_agree(ours: str, theirs: str) -> bool:
    """Tell whether two prints are of one title: all but two letters are the same, whatever stands between them."""
    a, b = squeezed(words(ours)), squeezed(words(theirs))
    return bool(a and b) and Levenshtein.distance(a, b, score_cutoff=SLIPS) <= SLIPS
