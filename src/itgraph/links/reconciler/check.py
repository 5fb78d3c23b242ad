"""Every linked item, looked up again: is it there, is it still what it was, and of the kind that it must be?

Serve side, beside the reconciler. It changes nothing: what has drifted is reported with the line of the row, for a
person to mend.

Example::

    findings, unanswered = check_links(table, store, wikidata)
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from itgraph.errors import Finding, NetworkError, Severity
from itgraph.links.reconciler.kinds import Fit, Kinds
from itgraph.links.reconciler.subjects import Subject, classes_elsewhere, described
from itgraph.links.reconciler.table import TABLE, LinkTable, local
from itgraph.links.wikidata import Item, Wikidata
from itgraph.links.wikidata.item import ITEM_ID
from itgraph.namespaces import WIKIDATA
from itgraph.sparql import Queryable, chunks
from itgraph.sssom import PRESENT, UNCHECKED, Mapping
from itgraph.unseen import visible

__all__ = ["check_links"]

BATCH = 50


def check_links(table: LinkTable, store: Queryable, wikidata: Wikidata) -> tuple[list[Finding], list[str]]:
    """Look every item of the table up; return what is wrong, and the ids that nobody answered for.

    Raises:
        InputError: the cache of the client is damaged.
    """
    kinds = Kinds(wikidata, classes_elsewhere(store, WIKIDATA))
    path = str(Path(os.path.relpath(table.folder / TABLE)))
    findings: list[Finding] = []
    unanswered: list[str] = []
    rows_of: dict[str, list[Mapping]] = defaultdict(list)
    for row in chain.from_iterable(table.rows.values()):
        if row.state not in (PRESENT, UNCHECKED):
            continue
        if ITEM_ID.fullmatch(local(row.object_id)):
            rows_of[local(row.object_id)].append(row)
        else:
            what, hint = f"{row.subject_id}: {row.object_id} is no item", "items look like wd:Q95726734"
            findings.append(Finding(path, row.line, what, hint))
    for some in chunks(sorted(rows_of), BATCH):
        try:
            items = wikidata.items(some)
            kinds.look_up(item for item in items.values() if item is not None)
        except NetworkError:
            unanswered += some
            continue
        of_batch = [row for one in some for row in rows_of[one]]
        subjects = subjects_of(store, of_batch)
        for row in of_batch:
            item, subject = items[local(row.object_id)], subjects.get(local(row.subject_id))
            findings += wrong(row, item, subject, kinds, path)
    return sorted(findings), unanswered


def subjects_of(store: Queryable, rows: Sequence[Mapping]) -> dict[str, Subject]:
    """Return the entities of these rows that the release has."""
    iris = sorted({store.base + local(row.subject_id) for row in rows})
    return {subject.id: subject for subject in described(store, iris, placeholders=True)}


def wrong(row: Mapping, item: Item | None, subject: Subject | None, kinds: Kinds, path: str) -> Iterator[Finding]:
    """Yield what is wrong with a row."""

    def finding(message: str, hint: str, severity: Severity = Severity.VIOLATION) -> Finding:
        return Finding(path, row.line, f"{row.subject_id}: {message}", hint, severity)

    if item is None:
        yield finding(f"{row.object_id} is not there: deleted, or never made", "take the row out, and look again")
        return
    if item.redirected:
        yield finding(f"{row.object_id} was merged into wd:{item.id}", f"write wd:{item.id}, if it is the same thing")
    fit = Fit.UNKNOWN if subject is None else kinds.fit(subject, item)
    if fit in (Fit.OTHER, Fit.STRANGE) and subject is not None:
        hint = "is it the right item? Deny it, with the reason, if not"
        # A class that we do not know may be one that a model has, and only nobody has told us.
        severity = Severity.VIOLATION if fit is Fit.OTHER else Severity.WARNING
        yield finding(f"{row.object_id} is no {subject.kind}", hint, severity)
    label = visible(item.label)
    if label and label != row.object_label:
        hint = f"write {label!r}, if it is still the same thing"
        yield finding(f"{row.object_id} is called {label!r}, not {row.object_label!r}", hint, Severity.WARNING)
