"""The keyword SERVICE, as a word of its own and where it runs into the words around it.

Between ``tokens`` and ``structure``. The engine has no tokens: in ``trueSERVICEx:y {``, where
no prefix is declared that ends so, it finds a boolean, the keyword and the name ``x:y``. SPARQL 1.1 Federated Query,
section 2; SPARQL 1.1, section 19.8 [59].

>>> is_service("Service"), is_service("services"), name_called("SERVICEx:y {}", 0, 10)
(True, False, (7, False))
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from itgraph.grammar.tokens import IRIREF, NAME, PREFIX, SKIPPED

__all__ = ["Call", "is_service", "name_called"]

WORD = re.compile(r"(?:a?(?:true|false))?service(?:silent)?", re.IGNORECASE)
NAME_BEGIN = re.compile(rf"(?:a?(?:true|false)\.?)?service(?:silent)?(?={NAME})", re.IGNORECASE)
# pyoxigraph 0.5.13 ends a name before the second dot in its local part, against [169].
NAME_END = re.compile(rf"{PREFIX}[^.\s]++\.++[^.\s]++\.service(?:silent)?", re.IGNORECASE)
GROUP = re.compile(SKIPPED + r"\{(?!\|)")
ENDPOINT = re.compile(
    rf"{SKIPPED}(?:silent{SKIPPED})?(?:{IRIREF}|[?$][^\s{{]*+|{NAME}){SKIPPED}\{{(?!\|)", re.IGNORECASE
)


@dataclass(frozen=True)
class Call:
    """A use of SERVICE: the kind of token that stands where the endpoint is named, where it lies, and its text."""

    kind: str
    start: int
    end: int
    text: str


def is_service(word: str) -> bool:
    """Tell whether a word is the keyword, or runs into it."""
    return WORD.fullmatch(word) is not None


def name_called(text: str, start: int, end: int) -> tuple[int | None, bool]:
    """Return where the name of an endpoint begins behind a keyword in a prefixed name, and whether that is sure.

    ``end`` where the endpoint is what comes next; None where there is no keyword.
    """
    if (found := NAME_END.match(text, start, end)) and ENDPOINT.match(text, found.end()):
        return found.end(), True
    found = NAME_BEGIN.match(text, start, end)
    return (None if found is None or GROUP.match(text, end) is None else found.end()), False
