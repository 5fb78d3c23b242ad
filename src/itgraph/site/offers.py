"""The values of the facets, each with how many have it, as a page or REST offers them.

Part of the site, between ``selection`` and ``listing``. A facet is counted under what the others chose, so that a count
is what choosing the value too would give.

Example::

    next(offers(site, Selection(site.base, "model", {}))).choices[0].label    # 'LLaMA'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.namespaces import compact
from itgraph.site.facets import Facet
from itgraph.site.kinds import kind_words
from itgraph.sparql import labels

if TYPE_CHECKING:
    from itgraph.site.selection import Selection
    from itgraph.site.site import Site

__all__ = ["MOST_VALUES", "SPDX", "Choice", "Offer", "counted", "names_of", "offers"]

#: Licences have no labels here; what SPDX calls them is one.
SPDX = "https://spdx.org/licenses/"
#: So many values of a facet are offered; those that were chosen besides.
MOST_VALUES = 30


@dataclass(frozen=True)
class Choice:
    """A value of a facet: what the address says for it, how it reads, how many have it, whether it was chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Offer:
    """A facet with its values; ``more`` others are not among them, and ``query`` asks for all."""

    facet: Facet
    choices: tuple[Choice, ...]
    more: int
    query: str


def offers(site: Site, selection: Selection) -> Iterator[Offer]:
    """Yield the facets that have anything to choose, each with its values."""
    for facet in selection.table.facets:
        chosen = selection.chosen.get(facet.name, {})
        counts = counts_of(site, facet, selection.counts(facet, MOST_VALUES + 1))
        more = 0
        if len(counts) > MOST_VALUES:
            counts = dict(list(counts.items())[:MOST_VALUES])
            more = counted(site, selection.variety(facet)) - MOST_VALUES
        if missing := {text: term for text, term in chosen.items() if text not in counts}:
            others = counts_of(site, facet, selection.counts(facet, only=missing.values()))
            more -= len(others)
            counts |= dict.fromkeys(missing, 0) | others
        if counts:
            names = names_of(site, facet, counts)
            choices = tuple(Choice(text, names[text], count, text in chosen) for text, count in counts.items())
            yield Offer(facet, choices, max(more, 0), selection.counts(facet))


def counts_of(site: Site, facet: Facet, query: str) -> dict[str, int]:
    """Return how many have each value of a facet, by the canonical text of the value."""
    found = {}
    for term, count in site.store.select(query):
        if term is not None and count is not None:
            text = compact(term.value, site.base) if facet.type == "entity" else term.value
            found[text] = int(count.value)
    return found


def names_of(site: Site, facet: Facet, texts: Iterable[str]) -> dict[str, str]:
    """Return how the values of a facet read."""
    if facet.type == "entity" and not facet.words:
        iris = {text: expanded(site, text) for text in texts}
        names = labels(site.store, iris.values())
        return apart({text: names[iri].removeprefix(SPDX) for text, iri in iris.items()})
    spaced = facet.name == "table"
    words = {compact(term, site.base): word for term, word in facet.words.items()}
    return {text: words.get(text, text.replace("-", " ") if spaced else text) for text in texts}


def apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return labels by id, with the kind behind those that several things have, as a model and its data set.

    >>> apart({"model/lima": "LIMA", "dataset/lima": "LIMA", "model/opt": "OPT"})
    {'model/lima': 'LIMA (model)', 'dataset/lima': 'LIMA (data set)', 'model/opt': 'OPT'}
    """
    often = Counter(names.values())
    return {
        text: f"{label} ({kind_words(text).singular})" if often[label] > 1 else label for text, label in names.items()
    }


def expanded(site: Site, text: str) -> str:
    return text if "://" in text else site.base + text


def counted(site: Site, query: str) -> int:
    """Return the number that a query for one asks for."""
    return next(int(count.value) for (count,) in site.store.select(query) if count is not None)
