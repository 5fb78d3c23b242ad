"""What a batch leaves out, counted by reason, for the person who looks at it.

Serve side, beside ``batch``. Reasons are few and entities may be many: each reason names some examples, and the log
(``-v``) all of them.

>>> left_out = LeftOut()
>>> left_out.add("items: no class is certain", "model/clip")
>>> list(left_out.told())
['1 × items: no class is certain (model/clip)']
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator

__all__ = ["LeftOut", "Unfit"]

logger = logging.getLogger(__name__)

#: How many examples a reason names.
EXAMPLES = 3


class Unfit(ValueError):
    """An entity that gets no item; says why."""


class LeftOut:
    """Counts what is left out."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def add(self, reason: str, identifier: str) -> None:
        """Count an entity of which something, or all, is left out."""
        logger.info("left out: %s: %s", identifier, reason)
        self._counts[reason] += 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) <= EXAMPLES:
            examples.append(identifier)

    def told(self) -> Iterator[str]:
        """Yield a line for each reason, in their order."""
        for reason in sorted(self._counts):
            examples = self._examples[reason]
            more = ", …" if len(examples) > EXAMPLES else ""
            yield f"{self._counts[reason]} × {reason} ({', '.join(examples[:EXAMPLES])}{more})"
