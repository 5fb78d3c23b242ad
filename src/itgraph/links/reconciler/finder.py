"""What the finders share: the client, the kinds, what is denied and what is taken, and how an outage is said.

Serve side. A finder turns a batch of subjects into outcomes. Whatever was not answered leaves its subjects unchecked,
and the finder goes on with the rest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence

from itgraph.errors import NetworkError
from itgraph.links.reconciler.judgement import Candidate, Outcome, judge
from itgraph.links.reconciler.kinds import Kinds
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.reconciler.table import LinkTable
from itgraph.links.wikidata import Wikidata
from itgraph.links.wikidata.item import ITEM_ID, Item

__all__ = ["GONE", "OUTAGE", "Finder", "open_question"]

#: The endpoint still has an item that the API has not: nobody can tell yet what became of it.
GONE = "the item that was found is not there any more"
#: How the reason of an outcome begins that no answer settled.
OUTAGE = "not answered: "


def open_question(error: NetworkError) -> str:
    """Return the reason of an outcome that no answer settled."""
    return OUTAGE + error.message


class Finder(ABC):
    """Finds the items of one kind of entities."""

    def __init__(self, wikidata: Wikidata, kinds: Kinds, table: LinkTable) -> None:
        self.wikidata = wikidata
        self.kinds = kinds
        self.table = table

    @abstractmethod
    def find(self, subjects: Sequence[Subject]) -> list[Outcome]:
        """Return what becomes of these subjects, in their order."""

    def items(self, ids: Collection[str]) -> tuple[dict[str, Item], str | None]:
        """Return the items that there are, with their kinds looked up; and why some may be missing, else None.

        What has an address, or is named as an author, may be no item: a property has a website too.
        """
        asked = sorted(one for one in ids if ITEM_ID.fullmatch(one))
        try:
            found = self.wikidata.items(asked) if asked else {}
        except NetworkError as error:
            return {}, open_question(error)
        items = {one: item for one, item in found.items() if item is not None}
        try:
            self.kinds.look_up(items.values())
        except NetworkError as error:
            # Their own classes are still known, those above them are not.
            return items, open_question(error)
        return items, None

    def judge(
        self, subject: Subject, candidates: Iterable[Candidate], looked_for: tuple[str, ...], doubt: str | None
    ) -> Outcome:
        """Return what becomes of a subject, as the table has it that pairs are denied and items taken."""
        return judge(
            subject,
            candidates,
            looked_for=looked_for,
            open_question=doubt,
            denied=self.table.denied(subject.id),
            owner=self.table.owner,
        )
