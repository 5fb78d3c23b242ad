"""Counts for a page that stay cheap however much there is: beyond a bound it is told that there is more.

Part of the site, below its pages.

>>> told(14), told(1234), told(MOST + 1)
('14', '1,234', 'more than 100,000')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.site.numerals import counted

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["MOST", "count_of", "told"]

#: So many are counted.
MOST = 100_000


def count_of(site: Site, pattern: str) -> int:
    """Return how many different ``?n`` the pattern has, one more than ``MOST`` where there are more."""
    some = f"SELECT DISTINCT ?n WHERE {{ {pattern} }} LIMIT {MOST + 1}"
    (count,) = next(site.store.select(f"SELECT (COUNT(*) AS ?count) WHERE {{ {{ {some} }} }}"))
    return int(count.value) if count is not None else 0


def told(count: int) -> str:
    """Return a count in words."""
    return counted(count) if count <= MOST else f"more than {counted(MOST)}"
