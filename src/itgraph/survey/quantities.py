"""Printed quantities: what is printed is kept to the letter, a number is added only where it is certain.

>>> read_quantity("75K/110K")
Quantity(text='75K/110K', value=None, minimum=75000, maximum=110000, approximate=False, unit='', doubt='')
>>> read_quantity("300K+").minimum
300000
>>> read_quantity("1.1 Tokens").doubt
'the number has lost its scale'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Quantity", "looks_like_quantity", "read_quantity"]

SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}

NUMBER = r"(\d[\d,]*(?:\.\d+)?)\s*([kmbt]?)"
#: The tilde in ASCII, as operator and in full width.
TILDES = "~∼～"
WHOLE = re.compile(rf"^([{TILDES}≈]?)\s*{NUMBER}(\+?)\s*(tokens?)?$", re.IGNORECASE)
RANGE = re.compile(rf"^{NUMBER}\s*(?:/|to|-|–)\s*{NUMBER}(\s+per\s+task)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A quantity as printed, and the number or the bounds that the print makes certain.

    ``unit`` is "token" where the cell says so, else empty. ``doubt`` says why a printed number was not taken, or,
    beside bounds, what they are bounds of.
    """

    text: str
    value: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    approximate: bool = False
    unit: str = ""
    doubt: str = ""


def read_quantity(text: str, *, counts_instances: bool = False) -> Quantity:
    """Read one printed quantity.

    ``counts_instances`` marks a column that counts instructions: there a bare "120B" has lost its unit (nobody writes
    120 thousand million instructions), while "12M" has not.
    """
    text = text.strip()
    if match := WHOLE.match(text):
        tilde, digits, scale, plus, tokens = match.groups()
        number = scaled(digits, scale)
        unit = "token" if tokens else ""
        if tokens and (not scale or number is None) and "." in digits:
            return Quantity(text, unit=unit, doubt="the number has lost its scale")
        if counts_instances and not tokens and scale.lower() in {"b", "t"}:
            return Quantity(text, doubt="the number has lost its unit: this column counts instructions")
        if number is None:
            return Quantity(text, unit=unit, doubt="not a whole number")
        if plus:
            return Quantity(text, minimum=number, unit=unit, approximate=bool(tilde))
        return Quantity(text, value=number, unit=unit, approximate=bool(tilde))
    if match := RANGE.match(text):
        low, high = scaled(*match.group(1, 2)), scaled(*match.group(3, 4))
        if low is not None and high is not None and low < high:
            doubt = "the bounds are those of one task" if match.group(5) else ""
            return Quantity(text, minimum=low, maximum=high, doubt=doubt)
    return Quantity(text, doubt="not a quantity of a known form")


def looks_like_quantity(text: str) -> bool:
    """Whether the text is a number or a range of numbers, certain or not."""
    return bool(WHOLE.match(text.strip()) or RANGE.match(text.strip()))


def scaled(digits: str, scale: str) -> int | None:
    number = Decimal(digits.replace(",", "")) * SCALES[scale.lower()]
    return int(number) if number == number.to_integral_value() else None
