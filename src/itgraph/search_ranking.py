"""How well a name fits what was typed: the order of the hits.

Serve side, below search; pure text, no index. The order is: an exact label, another name that is exact, names that
begin with what was typed (a whole word before a part of one), names that hold its words, names that hold them but for
slips, and names that hold all words but one. Among equals, what more statements point at; then the shorter name.

>>> typed = Typed(["llama"])
>>> typed.rank(Name("model/llama", "model", 3, "LLaMA", "LLaMA", True)).score
1.0
>>> typed.rank(Name("model/vicuna", "model", 9, "Vicuna", "Vicuna", True)) is None
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from itgraph.folding import squeezed, words
from itgraph.spelling import Correction

__all__ = ["Name", "Rank", "Tier", "Typed"]


class Tier(IntEnum):
    """How a name fits, the best first."""

    LABEL = 0
    OTHER_NAME = 1
    BEGINNING = 2
    WORDS = 3
    SLIPS = 4
    ALL_BUT_ONE = 5


#: The score of a tier and what each step below its best costs; that of slips falls with their number.
SCORES = {
    Tier.LABEL: (1.0, 0.0),
    Tier.OTHER_NAME: (0.9, 0.0),
    Tier.BEGINNING: (0.8, 0.1),
    Tier.WORDS: (0.6, 0.1),
    Tier.ALL_BUT_ONE: (0.1, 0.0),
}


class Name(NamedTuple):
    """A name of an entity as the index gives it. ``text`` is the name, ``label`` the label of the entity."""

    ident: str
    kind: str
    links: int
    label: str
    text: str
    is_label: bool


class Rank(NamedTuple):
    """The place of a name among the hits; the smaller one comes first."""

    tier: Tier
    slips: int
    #: What of the name or the word was not typed: 0 nothing, 1 other words of the name, 2 the end of a word.
    beyond: int
    unlinked: int
    other: bool
    length: int
    text: str
    ident: str

    @property
    def score(self) -> float:
        """The place as a number in (0, 1] that falls with it; equals in all but links have the same."""
        if self.tier is Tier.SLIPS:
            return round(0.2 + 0.6 / (3 * self.slips + self.beyond), 3)
        best, step = SCORES[self.tier]
        return round(best - step * self.beyond, 3)


@dataclass
class Typed:
    """What was typed, folded into words; and, where they have been looked for, the words that may have been meant."""

    words: list[str]
    mended: list[dict[str, Correction]] = field(init=False)
    #: The same for all words run together: ``wizrd lm`` for ``WizardLM``.
    mended_joined: dict[str, Correction] = field(init=False, default_factory=dict)
    #: What all words run together may have been but for one slip.
    near: set[str] = field(init=False, default_factory=set)
    #: Whether a name that holds all words but one fits too.
    all_but_one: bool = field(init=False, default=False)
    joined: str = field(init=False)

    def __post_init__(self) -> None:
        self.mended = [{} for _ in self.words]
        self.joined = squeezed(self.words)

    def rank(self, name: Name) -> Rank | None:
        """Return the place of the name, None where it does not fit."""
        folded = words(name.text)
        if not folded:
            return None
        tier, slips, beyond = self.fit(folded, name.is_label) or (None, 0, 0)
        if tier is None:
            return None
        return Rank(tier, slips, beyond, -name.links, not name.is_label, len(name.text), name.text, name.ident)

    def fit(self, folded: list[str], is_label: bool) -> tuple[Tier, int, int] | None:
        """Return tier, slips and what lies beyond."""
        key = squeezed(folded)
        if key.startswith(self.joined):
            if len(key) == len(self.joined):
                return (Tier.LABEL if is_label else Tier.OTHER_NAME), 0, 0
            return Tier.BEGINNING, 0, 0 if self.ends_with_a_word(folded) else 1
        if key in self.near:
            return Tier.SLIPS, 1, 0
        fits = [self.word_fit(i, folded) for i in range(len(self.words))]
        missing = fits.count(None)
        slips = sum(fit[0] for fit in fits if fit is not None)
        beyond = max((fit[1] for fit in fits if fit is not None), default=0)
        if not missing and not slips:
            return Tier.WORDS, 0, 1 if beyond else 0
        if not missing:
            return Tier.SLIPS, slips, beyond or int(len(folded) != len(self.words))
        if joined := min((c.slips for word in folded if (c := self.mended_joined.get(word))), default=0):
            return Tier.SLIPS, joined, int(len(folded) > 1)
        return (Tier.ALL_BUT_ONE, 0, 0) if missing == 1 and self.all_but_one else None

    def word_fit(self, position: int, folded: Iterable[str]) -> tuple[int, int] | None:
        """Return the slips between a typed word and the nearest word of a name, and whether that one goes on."""
        typed, mended = self.words[position], self.mended[position]
        if typed in folded:
            return 0, 0
        last = position == len(self.words) - 1
        if last and any(word.startswith(typed) for word in folded):
            return 0, 2
        near = [(c.slips, 2 if c.continued else 0) for word in folded if (c := mended.get(word)) is not None]
        return min(near, default=None)

    def ends_with_a_word(self, folded: Iterable[str]) -> bool:
        """Tell whether what was typed ends where a word of the name ends."""
        length = 0
        for word in folded:
            length += len(word)
            if length >= len(self.joined):
                break
        return length == len(self.joined)
