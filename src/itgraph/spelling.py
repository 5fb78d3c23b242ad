"""From a typed word to the words that a search index holds: as it is, continued, or with its slips mended.

Serve side, below search. A slip is a letter that is missing, added, wrong, or changed places with its neighbour. One is
forgiven in words of three to seven letters, two in longer ones; none in numbers. Every single slip that could have been
made is looked up. Where that gives nothing, a long word is compared with the words that share its rarest runs of three
letters, a bounded number of them, so that the time does not grow with the index.

Example::

    corrections(database, "alapca")    # [Correction('alpaca', 311, 1)]
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from itgraph.search_layout import (
    COMPLETIONS,
    SHORTEST_LONG_WORD,
    SLIPS_IN_LONG,
    Damage,
    gram_key,
    grams,
    unpack,
)

__all__ = [
    "Correction",
    "alphabet",
    "completions",
    "continuations",
    "corrections",
    "one_slip_away",
    "slips_forgiven",
    "word_number",
]

#: A shorter word is not mended: one slip could make anything of it.
SHORTEST = 3
#: Beginnings of words are mended where they have so many letters: shorter ones begin anything, longer ones are words.
SHORTEST_CONTINUED, LONGEST_CONTINUED = 5, 10
#: How many entries of the lists are read for a long word, how many words compared with it, how many mended ones kept.
EFFORT, COMPARED, KEPT = 20_000, 400, 12
ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the index, its number (1 is the most frequent), and how many slips lie between it and what was typed.

    ``continued`` tells that they lie between its beginning and what was typed.
    """

    text: str
    number: int
    slips: int
    continued: bool = False


def slips_forgiven(word: str) -> int:
    """Return how many slips the word may hold.

    >>> slips_forgiven("t5"), slips_forgiven("alapca"), slips_forgiven("zettlemoyr"), slips_forgiven("2304")
    (0, 1, 2, 0)
    """
    if len(word) < SHORTEST or word.isdecimal():
        return 0
    return 1 if len(word) < SHORTEST_LONG_WORD else SLIPS_IN_LONG


def word_number(database: sqlite3.Connection, word: str) -> int | None:
    """Return the number of a word, None where the index does not hold it."""
    row = database.execute("SELECT id FROM word WHERE text = ?", (word,)).fetchone()
    return None if row is None else row[0]


def completions(database: sqlite3.Connection, prefix: str) -> list[int]:
    """Return the numbers of the words that begin so: all of them, or as many of the most frequent as are remembered."""
    row = database.execute("SELECT words FROM completion WHERE prefix = ?", (prefix,)).fetchone()
    if row is not None:
        return list(unpack(row[0]))
    found = database.execute(
        "SELECT id FROM word WHERE text >= ? AND text < ? LIMIT ?", (prefix, prefix + "\U0010ffff", COMPLETIONS)
    )
    return sorted(number for (number,) in found)


def corrections(database: sqlite3.Connection, word: str, effort: int = EFFORT) -> list[Correction]:
    """Return the words that may have been meant, the nearest first and then the most frequent; not the word itself.

    ``effort`` is how many entries of the lists are read in search of a second slip.
    """
    forgiven = slips_forgiven(word)
    if not forgiven:
        return []
    near = database.execute(
        "SELECT word.text, word.id FROM json_each(?) AS edited CROSS JOIN word ON word.text = edited.value",
        (json.dumps(sorted(one_slip_away(word, alphabet(database, word)))),),
    )
    found = [Correction(text, number, 1) for text, number in near]
    if not found and forgiven > 1:
        found = list(alike(database, word, forgiven, effort))
    return heapq.nsmallest(KEPT, found, key=lambda correction: (correction.slips, correction.number))


def continuations(database: sqlite3.Connection, word: str) -> list[Correction]:
    """Return words that begin with what may have been meant but for one slip: ``wizardlm`` for ``wizrd``."""
    if not slips_forgiven(word) or not SHORTEST_CONTINUED <= len(word) <= LONGEST_CONTINUED:
        return []
    found: dict[int, Correction] = {}
    for prefix in sorted(one_slip_away(word, alphabet(database, word))):
        # What continues the word itself is no slip.
        if not prefix.startswith(word):
            for text, number in database.execute(
                "SELECT text, id FROM word WHERE text >= ? AND text < ? LIMIT 2", (prefix, prefix + "\U0010ffff")
            ):
                found[number] = Correction(text, number, 1, continued=True)
    return [found[number] for number in sorted(found)[:KEPT]]


def alphabet(database: sqlite3.Connection, word: str) -> Iterable[str]:
    """Return the letters that may be missing from a word: those beyond ASCII only where it has some."""
    if word.isascii():
        return ASCII_LETTERS
    beyond = (letter for (letter,) in database.execute("SELECT text FROM letter ORDER BY id"))
    return [*ASCII_LETTERS, *(letter for letter in beyond if isinstance(letter, str))]


def one_slip_away(word: str, letters: Iterable[str]) -> set[str]:
    """Return every text that one slip makes of the word."""
    made: set[str] = set()
    for i in range(len(word) + 1):
        before, after = word[:i], word[i:]
        made.update(before + letter + after for letter in letters)
        if after:
            made.add(before + after[1:])
            made.update(before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            made.add(before + after[1] + after[0] + after[2:])
    return made - {word}


def alike(database: sqlite3.Connection, word: str, forgiven: int, effort: int) -> Iterator[Correction]:
    """Yield the words within the slips forgiven, found by the runs of letters that they share, the rarest first."""
    from rapidfuzz.distance import OSA

    lengths = range(len(word) - forgiven, len(word) + forgiven + 1)
    keys = json.dumps([gram_key(run, length) for run in sorted(set(grams(word))) for length in lengths])
    lists = database.execute(
        "SELECT gram.words FROM json_each(?) AS wanted CROSS JOIN gram ON gram.id = wanted.value", (keys,)
    )
    shared: Counter[int] = Counter()
    for numbers in sorted((unpack(content) for (content,) in lists), key=len):
        effort -= len(numbers)
        if effort < 0 and shared:
            break
        shared.update(numbers)
    # Within two slips a word of eight letters or more shares two runs at the least.
    likely = ((-count, number) for number, count in shared.items() if count > 1)
    compared = json.dumps([number for _, number in heapq.nsmallest(COMPARED, likely)])
    for text, number in database.execute(
        "SELECT word.text, word.id FROM json_each(?) AS wanted CROSS JOIN word ON word.id = wanted.value", (compared,)
    ):
        if not isinstance(text, str):
            raise Damage("a word that is none")
        distance = OSA.distance(word, text, score_cutoff=forgiven)
        if 0 < distance <= forgiven:
            yield Correction(text, number, distance)
