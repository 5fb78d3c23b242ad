"""The layout of the search index: what the build writes and the serve side reads.

Ground floor: imports nothing of ours. The index is one SQLite file:

``release``
    the hash of the dump that the index was made with, so that one left over from another build is not taken for it.
``kind``, ``entity``, ``name``
    what there is. The number of an entity is its rank: the one that most statements point at is the first, so that
    whoever reads numbers in their order reads the more important first. A name without text is the entity's label.
``key``
    every name squeezed, by kind: exact names, and names that begin so.
``word``, ``completion``, ``gram``, ``letter``
    every word once, the most frequent first; the most frequent words for each crowded prefix; the words by three
    letters and length, for slips; the letters beyond ASCII that are frequent.
``posting``
    FTS5, only as lists of numbers: the words of a name, its first word, its kind. Its text is made of these tokens and
    never of what people write, so no query text ever reaches the syntax of FTS5.

>>> grams("llama")
['  l', ' ll', 'lla', 'lam', 'ama', 'ma ', 'a  ']
>>> list(unpack(pack([7, 1024])))
[7, 1024]
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

__all__ = [
    "APPLICATION_ID",
    "COMPLETIONS",
    "KEY_LENGTH",
    "LAYOUT",
    "SHORTEST_LONG_WORD",
    "SLIPS_IN_LONG",
    "Damage",
    "first_token",
    "gram_key",
    "grams",
    "kind_token",
    "pack",
    "unpack",
    "word_token",
]

#: "itgs", by which SQLite's header tells our file from others, and the number of this layout.
APPLICATION_ID, LAYOUT = 0x69746773, 1

#: How many words a crowded prefix remembers; a prefix with fewer words is read from the words themselves.
COMPLETIONS = 64

#: How much of a squeezed name is kept for exact names and beginnings; the name itself decides what is exact.
KEY_LENGTH = 64

#: Two slips are forgiven in words from this length on, one in shorter words.
SHORTEST_LONG_WORD, SLIPS_IN_LONG = 8, 2


class Damage(Exception):
    """Content that no build writes, where SQLite has noticed nothing."""


def grams(word: str) -> list[str]:
    """Return the runs of three letters of a word, with its ends marked by spaces."""
    padded = f"  {word}  "
    return [padded[i : i + 3] for i in range(len(word) + 2)]


def gram_key(gram: str, length: int) -> int:
    """Return the number under which the words of one length with this run of letters stand.

    18 bits of each letter: letters that fall together only make a longer list, since every word read is compared.
    """
    key = length
    for letter in gram:
        key = key << 18 | ord(letter) & 0x3FFFF
    return key


def pack(numbers: Iterable[int]) -> bytes:
    """Return numbers as 32 bits each, little-endian."""
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(content: object) -> array[int]:
    """Return the numbers that ``pack`` wrote.

    Raises:
        Damage: the content is not a row of numbers of 32 bits.
    """
    if not isinstance(content, bytes) or len(content) % 4:
        raise Damage("a list that is none")
    numbers = array("I")
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def word_token(word: int) -> str:
    """Return the token of a name that holds the word."""
    return f"w{word}"


def first_token(word: int) -> str:
    """Return the token of a name that begins with the word."""
    return f"f{word}"


def kind_token(kind: int) -> str:
    """Return the token of a name of an entity of the kind."""
    return f"k{kind}"
