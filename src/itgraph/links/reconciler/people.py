"""People, found by their papers: whom Wikidata names as the author at the place where we have them.

Serve side, a finder of the reconciler, after the papers. A name alone is not looked for: two humans of one name are the
rule. Who is the fifth author of a matched paper, and is called so, is the fifth author. Nobody is ever called absent: a
paper may name its authors by strings (P2093), and then nothing is known of their items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itgraph.errors import NetworkError
from itgraph.folding import words
from itgraph.links.reconciler.finder import Finder, open_question
from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome, agree, apart
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata.item import ITEM_ID, Item
from itgraph.prefix_map import identifier

__all__ = ["People", "names_agree"]

AUTHOR, ORDINAL, ORCID = "P50", "P1545", "P496"
#: Most people have one, some by mistake two.
MOST_ORCIDS = 5
LOOKED_FOR = ("authors of matched papers",)


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
        authors = {subject.id: authors_of(subject, matched, papers) for subject in subjects}
        items, doubt = self.items({one for found in authors.values() for _, _, one in found})
        outcomes = [
            self.judge(
                subject,
                [
                    self.candidate(subject, item, paper, position)
                    for paper, position, one in authors[subject.id]
                    if (item := items.get(one)) is not None
                ],
                LOOKED_FOR,
                failed or (doubt if authors[subject.id] else None) or self.reason(subject, matched),
            )
            for subject in subjects
        ]
        return apart(outcomes)

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
    """Tell whether two names can be of one person: the same, or one of them with a name more in the middle."""
    if agree(subject, item):
        return True
    ours = [words(name) for name in (subject.label, *subject.names)]
    theirs = [words(name) for name in (item.label, *item.aliases)]
    return any(fewer_between(a, b) or fewer_between(b, a) for a in ours for b in theirs)


def fewer_between(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether a name is another one but for names in its middle: "Noam Shazeer" and "Noam M. Shazeer"."""
    return len(long) > len(short) >= 2 and short[0] == long[0] and short[-1] == long[-1]
