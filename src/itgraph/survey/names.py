r"""Author lists: five ways of printing them, one list of names out.

* ``Last, First and Last, First and others`` (BibTeX)
* ``First Last and First Last``
* ``First Last, First Last, and First Last`` (also without any "and")
* ``Last, First, First Last, and First Last`` (only the first one inverted)
* one organisation or handle

>>> read_authors("Hendrycks, Dan and Burns, Collin and others").names
['Dan Hendrycks', 'Collin Burns']
>>> read_authors("Khashabi, Daniel, Sewon Min, and Tushar Khot").names
['Daniel Khashabi', 'Sewon Min', 'Tushar Khot']
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

__all__ = ["AuthorList", "may_be_one_person", "name_key", "read_authors"]

AND = re.compile(r"\s*,?\s+and\s+", re.IGNORECASE)
ET_AL = re.compile(r",?\s*\bet\s+al\b\.?$", re.IGNORECASE)
#: More words than this in one name: several names have run together.
MOST_WORDS = 6
#: A first name of so many letters or more may be another one cut short (Hanna, Hannaneh).
SHORTENED = 4
#: A last name of so many letters or more may be another one with a slip (Heslow, Hesslow).
LONG = 5


@dataclass
class AuthorList:
    """``names`` in natural order, ``printed`` beside them to the letter; not ``complete`` after "et al.", "others"."""

    names: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    complete: bool = True

    @property
    def run_together(self) -> list[str]:
        """The entries that must be several names in one."""
        return [name for name in self.names if len(name.split()) > MOST_WORDS]


def read_authors(text: str) -> AuthorList:
    """Split one printed author list (blanks already folded, escapes undone). An empty text gives an empty list."""
    text = text.strip().rstrip(",")
    authors = AuthorList()
    if ET_AL.search(text):
        authors.complete = False
        text = ET_AL.sub("", text)
    groups = [group.strip() for group in AND.split(text) if group.strip()]
    if groups and groups[-1].casefold() == "others":
        authors.complete = False
        groups.pop()
    if len(groups) > 1 and all(is_inverted(group) for group in groups):
        for group in groups:
            authors.printed.append(group)
            authors.names.append(natural_order(group))
        return authors
    parts = [part.strip() for group in groups for part in group.split(",") if part.strip()]
    if len(parts) > 1 and " " not in parts[0]:
        authors.printed.append(f"{parts[0]}, {parts[1]}")
        authors.names.append(f"{parts[1]} {parts[0]}")
        parts = parts[2:]
    authors.printed.extend(parts)
    authors.names.extend(parts)
    return authors


def is_inverted(group: str) -> bool:
    return group.count(",") == 1


def natural_order(inverted: str) -> str:
    last, first = (part.strip() for part in inverted.split(","))
    return f"{first} {last}"


def name_key(name: str) -> tuple[str, ...]:
    """Return the words of a name folded for comparison: no accents, case, points or lone initials between words."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    folded = folded.translate({ord("ł"): "l", ord("Ł"): "l", ord("ø"): "o", ord("ß"): "ss", ord("ć"): "c"})
    words = re.sub(r"[^\w\s-]", " ", folded.casefold()).replace("-", " ").split()
    return tuple(w for i, w in enumerate(words) if i == 0 or len(w) > 1) or tuple(words)


def may_be_one_person(one: str, other: str) -> bool:
    """Whether two printed names may denote one person: a candidate to look at, never a merge.

    They may be one if the words are the same in any order; if the last words are the same and the first word of one is
    the initial or a long beginning of the other's, or the same with more names between; or if one letter differs.
    """
    a, b = name_key(one), name_key(other)
    if sorted(a) == sorted(b):
        return True
    if len(a) < 2 or len(b) < 2:
        return False
    if a[0] == b[0] and len(a[-1]) >= LONG and len(b[-1]) >= LONG and Levenshtein.distance(a[-1], b[-1]) == 1:
        return True
    if a[-1] != b[-1]:
        return False
    first, other_first = sorted((a[0], b[0]), key=len)
    if first == other_first:
        return set(a) <= set(b) or set(b) <= set(a)
    return len(a) == len(b) == 2 and other_first.startswith(first) and (len(first) == 1 or len(first) >= SHORTENED)
