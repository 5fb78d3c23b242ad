"""The reconciler: the entities of a release that nobody has settled, a batch at a time, and what becomes of each.

Serve side, above the finders. Papers come first: people are found by those that are matched. What a batch settles is in
the table before the next one begins, so that an interrupted run has lost nothing but the batch under way; and the
client keeps each answer, so that the next run does not ask for it again.

Example::

    for outcome in reconcile(store, wikidata, table, ["paper"], again=False):
        print(outcome.subject.id, outcome.state, outcome.reason)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from itgraph.links.reconciler.finder import Finder
from itgraph.links.reconciler.judgement import Outcome
from itgraph.links.reconciler.kinds import Kinds
from itgraph.links.reconciler.papers import Papers
from itgraph.links.reconciler.people import People
from itgraph.links.reconciler.subjects import batches, classes_elsewhere
from itgraph.links.reconciler.table import LinkTable
from itgraph.links.reconciler.things import Things
from itgraph.links.wikidata import Wikidata
from itgraph.namespaces import KINDS, WIKIDATA
from itgraph.sparql import Queryable

__all__ = ["BATCH", "date_of", "reconcile"]

#: So many entities are looked for together: 50 ids are what one call of the API takes.
BATCH = 50
FINDERS: dict[str, type[Finder]] = {"paper": Papers, "person": People}


def reconcile(
    store: Queryable, wikidata: Wikidata, table: LinkTable, kinds: Iterable[str], *, again: bool
) -> Iterator[list[Outcome]]:
    """Yield what becomes of the entities, a list for each batch; the table has taken it in by then.

    Args:
        store: the release whose entities are looked for.
        wikidata: who is asked.
        table: what is known; entities that it has a match for are left out, and those that are absent.
        kinds: which entities, some of ``KINDS`` in whatever order.
        again: whether to look again for those that are absent.

    Raises:
        InputError: the cache of the client is damaged.
    """
    tell = Kinds(wikidata, classes_elsewhere(store, WIKIDATA))
    wanted = frozenset(kinds)
    for kind in (one for one in KINDS if one in wanted):
        finder = FINDERS.get(kind, Things)(wikidata, tell, table)
        for batch in batches(store, kind, BATCH):
            subjects = [one for one in batch if not table.settled(one.id) and (again or not table.absent(one.id))]
            outcomes = finder.find(subjects) if subjects else []
            for outcome in outcomes:
                table.record(outcome, date_of(wikidata))
            yield outcomes


def date_of(wikidata: Wikidata) -> str:
    """Return the day of the last answer, in UTC, as a row has it; a kept answer has that on which it was fetched."""
    return (wikidata.as_of or datetime.now(UTC)).date().isoformat()
