r"""Signs that nobody sees: controls, blanks of no width, and what turns the direction of a text.

Ground floor: imports nothing of ours. They make a text look like another one, or steer the terminal that shows it. What
joins or parts letters (U+200C, U+200D) is none of them: names in some scripts need it.

>>> visible(" GPT\u202e-4\t\x1b[31m "), UNSEEN.search("a\tb\n")
('GPT-4 [31m', None)
"""

from __future__ import annotations

import re

__all__ = ["UNSEEN", "visible"]

#: Controls but tab and line end, the signs of Unicode Standard Annex 9 (section 2), blanks of no width, line ends that
#: only some programs see, tags, and what is no character at all: halves of pairs and two code points without meaning.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Return the text in one line, without what nobody sees, and with single blanks between its words."""
    return " ".join(UNSEEN.sub("", " ".join(text.split())).split())
