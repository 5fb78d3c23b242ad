"""People, found by their ORCID iD, and by their papers: whom Wikidata names as the author where we have them.

Serve side, a finder of the reconciler, after the papers. A name alone is not looked for: two humans of one name are the
rule. Who is the fifth author of a matched paper, and is called so, is the fifth author. Nobody is ever called absent: a
paper may name its authors by strings (P2093), and then nothing is known of their items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from itgraph.errors import NetworkError
from itgraph.folding import words
from itgraph.links.reconciler.finder import Finder, open_question
from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome, agree, apart
from itgraph.links.reconciler.solutions import id_in, solutions, text_in
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata import Endpoint
from itgraph.links.wikidata.item import ITEM_ID, Item
from itgraph.prefix_map import identifier
from itgraph.sparql import string_literal

__all__ = ["People", "names_agree"]

AUTHOR, ORDINAL, ORCID = "P50", "P1545", "P496"
#: Most people have one, some by mistake two.
MOST_ORCIDS = 5
LOOKED_FOR = ("ORCID iD", "authors of matched papers")


class People(Finder):
    """Finds people."""

    def find(self, subjects: Sequence[Subject]) -> list[Outcome]:
        """Return what becomes of these people, in their order."""
        matched = {
            paper: known
            for subject in subjects
            for paper, _ in subject.wrote
            if (known := self.table.item_of(paper)) is not None and ITEM_ID.fullmatch(known)
        }
        try:
            papers = self.wikidata.items(sorted(set(matched.values()))) if matched else {}
            failed: str | None = None
        except NetworkError as error:
            papers, failed = {}, open_question(error)
        holders: dict[str, set[str]] = defaultdict(set)
        try:
            self.by_orcid(subjects, holders)
        except NetworkError as error:
            failed = open_question(error)
        authors = {subject.id: authors_of(subject, matched, papers) for subject in subjects}
        met = {one for found in authors.values() for _, _, one in found}
        items, doubt = self.items(met | {one for found in holders.values() for one in found})
        outcomes = [
            self.judge(
                subject,
                [
                    *(
                        self.holder(subject, item, orcid)
                        for orcid in subject.orcids
                        for one in sorted(holders[orcid])
                        if (item := items.get(one)) is not None
                    ),
                    *(
                        self.candidate(subject, item, paper, position)
                        for paper, position, one in authors[subject.id]
                        if (item := items.get(one)) is not None
                    ),
                ],
                LOOKED_FOR,
                failed or (doubt if authors[subject.id] else None) or self.reason(subject, matched),
            )
            for subject in subjects
        ]
        return apart(outcomes)

    def by_orcid(self, subjects: Sequence[Subject], holders: dict[str, set[str]]) -> None:
        """Ask whose the ORCID iDs are that the graph has.

        Raises:
            NetworkError: there is no answer.
        """
        orcids = sorted({orcid for subject in subjects for orcid in subject.orcids})
        if not orcids:
            return
        pattern = f"VALUES ?orcid {{ {' '.join(map(string_literal, orcids))} }} ?item wdt:{ORCID} ?orcid"
        for row in solutions(self.wikidata, Endpoint.MAIN, ("orcid", "item"), [pattern]):
            holders[text_in(row, "orcid")].add(id_in(row, "item"))

    def holder(self, subject: Subject, item: Item, orcid: str) -> Candidate:
        """Return the item that has an ORCID iD."""
        same, fit = names_agree(subject, item), self.kinds.fit(subject, item)
        agrees = (f"ORCID {orcid}", *(("name",) if same else ()))
        field = "skos:exactMatch"
        return Candidate(item, Basis.IDENTIFIER, field, f"wdt:{ORCID}", orcid, fit, same, agrees)

    def candidate(self, subject: Subject, item: Item, paper: str, position: int) -> Candidate:
        """Return the item that is named as the author at this place of this paper."""
        same = names_agree(subject, item)
        agrees = (f"author {position} of {paper}", *(("name",) if same else ()))
        known = [one for one in item.claims.get(ORCID, ()) if identifier(f"orcid:{one}") is not None]
        orcid = tuple(f"ORCID {one}" for one in known[:MOST_ORCIDS])
        fit = self.kinds.fit(subject, item)
        return Candidate(
            item,
            Basis.AUTHORSHIP,
            "schema:position",
            "p:P50",
            f"{paper} {position}",
            fit,
            same,
            (*agrees, *orcid),
        )

    @staticmethod
    def reason(subject: Subject, matched: Mapping[str, str]) -> str:
        """Return why nothing is known of a person."""
        if not subject.wrote:
            return "no paper of theirs is in the graph"
        if not any(paper in matched for paper, _ in subject.wrote):
            return "none of their papers is matched"
        return "their matched papers name the author by a string only"


def authors_of(
    subject: Subject, matched: Mapping[str, str], papers: Mapping[str, Item | None]
) -> list[tuple[str, int, str]]:
    """Return whom the matched papers of a person name at the place of that person: (paper, position, item)."""
    return [
        (paper, position, statement.value)
        for paper, position in subject.wrote
        if (item := papers.get(matched.get(paper, ""))) is not None
        for statement in item.statements.get(AUTHOR, ())
        if str(position) in statement.qualifiers.get(ORDINAL, ())
    ]


def names_agree(subject: Subject, item: Item) -> bool:
    """Tell whether two names can be of one person: the same, or with initials, or with fewer names in the middle."""
    if agree(subject, item):
        return True
    ours = [words(name) for name in (subject.label, *subject.names)]
    theirs = [words(name) for name in (item.label, *item.aliases)]
    return any(shorter_form(*sorted((a, b), key=len)) for a in ours for b in theirs)


def shorter_form(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether a name is another one in short.

    >>> shorter_form(["noam", "shazeer"], ["noam", "m", "shazeer"]), shorter_form(["l", "smith"], ["luke", "smith"])
    (True, True)
    >>> shorter_form(["wei", "x", "li"], ["wei", "y", "li"]), shorter_form(["wei", "li"], ["li", "wei"])
    (False, False)
    """
    if len(short) < 2 or short[-1] != long[-1] or not same_given(short[0], long[0]):
        return False
    middle = iter(long[1:-1])
    return all(any(same_given(name, other) for other in middle) for name in short[1:-1])


def same_given(a: str, b: str) -> bool:
    """Tell whether two given names are one, of which one may be an initial."""
    return a == b or (1 in (len(a), len(b)) and a[0] == b[0])
