"""The names that may fit what was typed: a bounded number of them, out of any number.

Serve side, between search and the index file. The lists of the index are in the order of importance, so reading the
beginning of what they have in common gives the names that would be shown first; exact names and beginnings are looked
up beside that, so that no number of others hides them. The stages go from the strict to the lenient; the caller stops
when it has enough.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice, product

from itgraph.search_layout import COMPLETIONS, KEY_LENGTH, Damage, first_token, kind_token, word_token
from itgraph.search_ranking import Name, Typed
from itgraph.spelling import (
    EFFORT,
    alphabet,
    completions,
    continuations,
    corrections,
    one_slip_away,
    slips_forgiven,
    word_number,
)

__all__ = ["Candidates", "by_id", "count", "in_order", "kinds"]

#: How many names one question to the index gives at most, and how many where only some of the words could be asked for.
NAMES, NAMES_BY_SOME_WORDS = 100, 300
#: How many words are asked for, and how many of them are mended at once.
WORDS, MENDED = 16, 3
#: How many names are made of mended words and looked up, and of how many words of each position.
MADE, MADE_OF = 32, 4
#: Up to how many letters of all words together every slip is tried.
LONGEST_JOINED = 32

EXACT = (
    "SELECT found.* FROM key CROSS JOIN found ON found.name = key.name WHERE key.key = ? AND key.kind = ? "
    "ORDER BY key.name LIMIT ?"
)
BEGINNING = (
    "SELECT found.* FROM (SELECT name FROM key WHERE key.key >= ? AND key.key < ? LIMIT ?) AS near "
    "CROSS JOIN found ON found.name = near.name WHERE ? IN (0, found.kind_id)"
)
MADE_NAMES = (
    "SELECT found.* FROM json_each(?) AS made CROSS JOIN key ON key.key = made.value "
    "CROSS JOIN found ON found.name = key.name WHERE ? IN (0, found.kind_id) LIMIT ?"
)
BY_ID = (
    "SELECT e.ident, e.ident, k.name, e.links, e.label FROM entity e CROSS JOIN kind k ON k.id = e.kind "
    "WHERE e.ident = ? LIMIT 1"
)
POSTED = (
    "SELECT found.* FROM (SELECT rowid AS name FROM posting WHERE posting MATCH ? ORDER BY rowid LIMIT ?) AS posted "
    "CROSS JOIN found ON found.name = posted.name"
)


def kinds(database: sqlite3.Connection) -> dict[str, int]:
    """Return the kinds of the index with their numbers."""
    return {str(name): int(number) for number, name in database.execute("SELECT id, name FROM kind ORDER BY name")}


def by_id(database: sqlite3.Connection, identifier: str) -> Name | None:
    """Return the entity with this id, as one that is found by its id."""
    if not is_text(identifier):
        return None
    row = database.execute(BY_ID, (identifier,)).fetchone()
    return None if row is None else name_of(row[0], False, *row[1:])


def count(database: sqlite3.Connection) -> int:
    """Return how many entities the index has: they are numbered from one without a gap."""
    (last,) = database.execute("SELECT coalesce(max(id), 0) FROM entity").fetchone()
    return int(last)


def in_order(database: sqlite3.Connection, begin: int, limit: int) -> list[str]:
    """Return the ids of so many entities behind the first ``begin``, in the order of the index."""
    query = "SELECT ident FROM entity WHERE id > ? ORDER BY id LIMIT ?"
    return [str(ident) for (ident,) in database.execute(query, (begin, limit))]


def name_of(text: object, is_label: object, ident: object, kind: object, links: object, label: object) -> Name:
    """Return a name out of a row.

    Raises:
        Damage: the row is not what a build writes.
    """
    if (
        isinstance(text, str)
        and isinstance(ident, str)
        and isinstance(kind, str)
        and isinstance(label, str)
        and isinstance(links, int)
    ):
        return Name(ident, kind, links, label, text, bool(is_label))
    raise Damage("a name that is none")


def is_text(text: str) -> bool:
    """Tell whether SQLite can be asked for the text, which half a surrogate pair is not."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


class Candidates:
    """The candidates for one search; ``kind`` is the number of the kind that is wanted, 0 for all."""

    def __init__(
        self, database: sqlite3.Connection, typed: Typed, kind: int, all_kinds: Sequence[int], limit: int
    ) -> None:
        self.names = max(NAMES, 2 * limit)
        self.database = database
        self.typed = typed
        self.kind = kind
        self.kinds = [kind] if kind else all_kinds
        self.words = typed.words[:WORDS]
        self.numbers = [word_number(database, word) for word in self.words]
        #: By position, the words that fit as typed: the word itself, and what the last one may go on to.
        self.as_typed = [[] if number is None else [number] for number in self.numbers]
        self.continued = completions(database, self.words[-1]) if len(self.words) == len(typed.words) else []
        self.as_typed[-1] = list(dict.fromkeys([*self.as_typed[-1], *self.continued]))

    def fitting(self) -> Iterator[Name]:
        """Yield names that are, begin with or hold what was typed."""
        key = self.typed.joined[:KEY_LENGTH]
        for kind in self.kinds:
            yield from self.ask(EXACT, key, kind, self.names)
        yield from self.ask(BEGINNING, key, key + "\U0010ffff", self.names, self.kind)
        holding = list(self.posted(self.as_typed))
        yield from holding
        if len(holding) == self.names:
            # There are more; among them may be names that begin with the words.
            yield from self.posted(self.as_typed, begins=True)
        if len(self.words) > 1 and len(self.continued) >= COMPLETIONS:
            # The last word is the beginning of too many; the words before it may be enough.
            yield from self.posted(self.as_typed[:-1], limit=max(NAMES_BY_SOME_WORDS, self.names))

    def with_one_slip_in_all(self) -> Iterator[Name]:
        """Yield names that are what was typed but for one slip, wherever the words part."""
        joined = self.typed.joined
        if slips_forgiven(joined) and len(joined) <= LONGEST_JOINED:
            self.typed.near = one_slip_away(joined, alphabet(self.database, joined))
            yield from self.ask(MADE_NAMES, json.dumps(sorted(self.typed.near)), self.kind, self.names)

    def with_unknown_words_mended(self) -> Iterator[Name]:
        """Yield names that hold the words once those that no name holds are mended."""
        unknown = [position for position, fitting in enumerate(self.as_typed) if not fitting]
        if unknown:
            yield from self.mended(unknown)

    def with_known_words_mended(self) -> Iterator[Name]:
        """Yield names that hold the words, of which any may be mended; where they are too many, the rarest."""
        rarest = sorted(range(len(self.words)), key=lambda position: self.numbers[position] or 0, reverse=True)
        yield from self.mended(rarest)
        if 1 < len(self.words) <= 3:
            for correction in corrections(self.database, self.typed.joined[:KEY_LENGTH]):
                self.typed.mended_joined[correction.text] = correction
            yield from self.posted([[c.number for c in self.typed.mended_joined.values()]])

    def but_for_one_word(self) -> Iterator[Name]:
        """Yield names that hold all words but one, for three words or more."""
        if len(self.words) > 2:
            self.typed.all_but_one = True
            for position in range(len(self.words)):
                some = [fitting for other, fitting in enumerate(self.fitting_words()) if other != position]
                yield from self.posted(some, limit=self.names // len(self.words))

    def fitting_words(self) -> list[list[int]]:
        """Return by position the words that fit as typed or mended."""
        mended = ([c.number for c in near.values()] for near in self.typed.mended)
        return [list(dict.fromkeys([*fitting, *near])) for fitting, near in zip(self.as_typed, mended, strict=False)]

    def mended(self, positions: Sequence[int]) -> Iterator[Name]:
        """Yield names that hold the words once those at some positions are mended, as many as may be at once."""
        fresh = [position for position in positions if not self.typed.mended[position]][:MENDED]
        for position in fresh:
            near = corrections(self.database, self.words[position], EFFORT // len(fresh))
            if position == len(self.typed.words) - 1:
                near += continuations(self.database, self.words[position])
            for correction in near:
                self.typed.mended[position].setdefault(correction.text, correction)
        if any(self.typed.mended[position] for position in fresh):
            yield from self.made_names()
            yield from self.posted(self.fitting_words())

    def made_names(self) -> Iterator[Name]:
        """Yield names that are exact once words are mended, which no number of longer names may hide."""
        choices = [
            ([word] if number is not None else []) + list(islice(near, MADE_OF))
            for word, number, near in zip(self.words, self.numbers, self.typed.mended, strict=False)
        ]
        made = ["".join(choice)[:KEY_LENGTH] for choice in islice(product(*choices), MADE)]
        yield from self.ask(MADE_NAMES, json.dumps(made), self.kind, self.names)

    def posted(self, fitting: Sequence[Sequence[int]], *, begins: bool = False, limit: int = 0) -> Iterator[Name]:
        """Yield names that hold one word of each list; with ``begins``, one of the first list as their first word."""
        if not fitting or not all(fitting):
            return
        lists = [[word_token(number) for number in numbers] for numbers in fitting]
        if begins:
            lists[0] = [first_token(number) for number in fitting[0]]
        if self.kind:
            lists.append([kind_token(self.kind)])
        yield from self.ask(POSTED, " AND ".join(f"({' OR '.join(tokens)})" for tokens in lists), limit or self.names)

    def ask(self, query: str, *values: str | int) -> Iterator[Name]:
        """Yield the names that a query gives."""
        for _, _, text, is_label, ident, kind, links, label, _ in self.database.execute(query, values):
            yield name_of(text, is_label, ident, kind, links, label)
