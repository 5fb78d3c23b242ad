"""Numbers as a reader takes them in: with their groups, or short.

Part of the site, below its templates.

>>> counted(7000000000), short(7000000000), short(52000), short(1500), short(82439), short(999_999_999)
('7,000,000,000', '7 billion', '52 thousand', '1,500', '82,439', '999,999,999')
"""

from __future__ import annotations

__all__ = ["counted", "short"]

UNITS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
#: Up to so many digits a short number keeps.
DIGITS = 4


def counted(number: int) -> str:
    """Return the number with its groups of three."""
    return f"{number:,}"


def short(number: int) -> str:
    """Return the number in words where that loses nothing, else with its groups."""
    for unit, name in UNITS:
        if abs(number) >= 10 * unit or (unit >= 10**6 and abs(number) >= unit):
            whole = f"{number / unit:.{DIGITS}g}"
            if "e" not in whole and float(whole) * unit == number:
                return f"{whole} {name}"
    return counted(number)
