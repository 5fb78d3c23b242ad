r"""Names and titles as BibTeX reads them: which part of a name is the family's, which capitals a style must leave.

Serve side, below ``bibtex``. The graph has names as people write them and titles as sources print them; what BibTeX
needs beyond that is not stated anywhere, so it is read off the letters.

>>> name("Oskar van der Wal"), name("Teven Le Scao"), title("Goat: Fine-tuned llama outperforms GPT-4")
('van der Wal, Oskar', 'Le Scao, Teven', 'Goat: Fine-tuned llama outperforms {GPT-4}')
"""

from __future__ import annotations

import re

__all__ = ["escape", "name", "organization", "title"]

# Characters that mean something to TeX. BibTeX counts braces even behind a backslash, so these are written in letters.
ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}
# Words that begin a family name before its main part, and which of them do so with a capital too ("Le Scao"); with a
# capital the others are more often a given name.
PARTICLES = frozenset(
    {
        *("al", "ben", "bin", "da", "dal", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le"),
        *("ten", "ter", "van", "von", "zu", "zur"),
        *("Al", "Ben", "De", "Del", "Della", "Dos", "El", "La", "Le", "Van", "Von"),
    }
)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# Words that a title in sentence case writes small, and one in title case too: they tell nothing about its case.
SHORT = 3
# A word without the marks around it, and what may stand between its parts.
CORE = re.compile(r"\w(?:.*\w)?")
JOINTS = re.compile(r"[-–/’']")


def escape(text: str) -> str:
    r"""Return the text with what means something to TeX written so that it prints; blanks and control signs folded.

    >>> escape("R&D {50%}\n")
    'R\\&D \\textbraceleft{}50\\%\\textbraceright{}'
    """
    clean = "".join(character if character.isprintable() else " " for character in text)
    return "".join(ESCAPES.get(character, character) for character in " ".join(clean.split()))


def organization(text: str) -> str:
    """Return the name of an organization, in braces so that no part of it is taken for a family name."""
    return f"{{{escape(text)}}}"


def name(text: str) -> str:
    """Return the name of a person as "Family, Given" (with a suffix "Family, Jr., Given").

    >>> name("Quoc V. Le"), name("JosephusCheung"), name("Ada B. King Jr."), name("Qi jie Gao")
    ('Le, Quoc V.', '{JosephusCheung}', 'King, Jr., Ada B.', 'Gao, Qi jie')
    """
    words = text.replace(",", " ").split()
    suffix = [words.pop()] if len(words) > 2 and words[-1].rstrip(".").lower() in SUFFIXES else []
    if len(words) < 2:
        return organization(text)
    family = next((i for i in range(1, len(words) - 1) if words[i] in PARTICLES), len(words) - 1)
    parts = [words[family:], suffix, words[:family]] if suffix else [words[family:], words[:family]]
    return ", ".join(" ".join(guarded(word) for word in part) for part in parts)


def guarded(word: str) -> str:
    """Return a word of a name; in braces where it would end the name."""
    return f"{{{word}}}" if word.lower() in ("and", "others") else escape(word)


def title(text: str) -> str:
    r"""Return a title in which the capitals that belong to names are in braces.

    In a title in sentence case these are all capitals but the first; in one in title case, those inside a word.

    >>> title("Chatbot Arena: An Open Platform for LLMs"), title("LIMA: Less Is More"), title("Vicuna & Alpaca")
    ('Chatbot Arena: An Open Platform for {LLMs}', '{LIMA}: Less Is More', 'Vicuna \\& Alpaca')
    """
    words = text.split()
    later = [word for word in words[1:] if len(word) > SHORT and word[0].isalpha()]
    sentence_case = sum(word[0].isupper() for word in later) * 2 < len(later)
    kept = []
    for place, word in enumerate(words):
        begins = place == 0 or words[place - 1].endswith((":", ".", "?", "!"))
        found = CORE.search(word)
        core = found[0] if found else ""
        if found and (has_capitals(core) or (sentence_case and not begins and core[0].isupper())):
            kept.append(f"{escape(word[: found.start()])}{{{escape(core)}}}{escape(word[found.end() :])}")
        else:
            kept.append(escape(word))
    return " ".join(kept)


def has_capitals(word: str) -> bool:
    """Tell whether a word has capitals that no style may make small: GPT-4, LLMs, MAth, O1."""
    inside = any(character.isupper() for part in JOINTS.split(word) for character in part[1:])
    return inside or (any(map(str.isupper, word)) and any(map(str.isdigit, word)))
