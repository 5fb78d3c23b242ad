"""How text is made alike before it is compared: case, accents, marks and spaces folded away, words taken apart.

Ground floor: imports nothing of ours. The build folds the names that go into the search index, the serve side folds
what a person types; both must do the same, and so it is done here.

>>> words("Björn Ommer"), words("LLaMA-2 (7B)"), squeezed(words("Self-Instruct"))
(['bjorn', 'ommer'], ['llama', '2', '7b'], 'selfinstruct')
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LONGEST_WORD", "MOST_WORDS", "squeezed", "words"]

#: A word is cut here, and a text after so many words: what follows tells no two names apart.
LONGEST_WORD, MOST_WORDS = 48, 64

#: Letters that Unicode does not decompose, after case folding; and apostrophes, which do not part a word.
TABLE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
    | dict.fromkeys("'’‘ʼ`´")
)
# Chinese and Japanese put no spaces between words: each sign is a word, so that any part of a name finds it.
SIGN = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
WORD = re.compile(rf"{SIGN}|(?:(?!{SIGN})[^\W_])+")
ASCII_WORD = re.compile("[a-z0-9]+")


def words(text: str) -> list[str]:
    """Return the words of a text, folded: letters and digits only, no case, no accents.

    Compatibility forms are decomposed (Unicode Standard Annex 15, NFKD) and case is folded as in section 3.13 of the
    Unicode Standard. Any text is fine; one without letters and digits has no words.
    """
    text = text.translate(TABLE)
    if text.isascii():
        found = ASCII_WORD.findall(text.lower())
    else:
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
        found = WORD.findall(bare.translate(TABLE))
    return [word[:LONGEST_WORD] for word in found[:MOST_WORDS]]


def squeezed(folded: list[str]) -> str:
    """Return the words without what stands between them: ``LLaMA 2``, ``LLaMA-2`` and ``Llama2`` are one."""
    return "".join(folded)
