"""Slugs: the last part of an id, made once from a name and kept for good.

The transliteration is frozen (ids are made of it): Unicode decomposition plus the table below, no library that may
change its mind.

>>> slug("Łukasz Kaiser"), slug("C++ Instruct 2.0"), slug("arXiv 2304.12244")
('lukasz-kaiser', 'cplusplus-instruct-2-0', 'arxiv-2304-12244')
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ascii_fold", "slug"]

#: Letters that Unicode does not decompose.
TABLE = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE",
        "œ": "oe", "Œ": "OE",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i", "ħ": "h", "ŋ": "n", "’": "", "'": "", "‘": "", "+": "plus",
    }
)  # fmt: skip


def ascii_fold(text: str) -> str:
    """Return the text with accents and special letters turned to ASCII; what has no ASCII form is dropped."""
    decomposed = unicodedata.normalize("NFKD", text.translate(TABLE))
    return decomposed.encode("ascii", "ignore").decode("ascii")


def slug(name: str) -> str:
    """Return the slug of a name: ASCII, lower case, ``+`` as "plus", every other run of signs one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", ascii_fold(name).lower()).strip("-")
