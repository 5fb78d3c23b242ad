"""Papers, found by what is printed of them: their arXiv id and their DOI, on both endpoints of Wikidata.

Serve side, a finder of the reconciler. Papers live on the scholarly endpoint, and the main one answers with no rows for
them; what the first does not have is asked of the second before anything is called absent.
https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service/WDQS_graph_split
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from itgraph.errors import NetworkError
from itgraph.links.reconciler.finder import GONE, Finder, open_question
from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome, apart, titles_agree
from itgraph.links.reconciler.solutions import id_in, solutions, text_in
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata import Endpoint
from itgraph.links.wikidata.item import Item
from itgraph.sparql import string_literal
from itgraph.sssom import UNCHECKED

__all__ = ["Papers"]

ARXIV_ID, DOI, TITLE = "P818", "P356", "P1476"
#: arXiv gives each e-print this DOI: https://info.arxiv.org/help/doi.html
ARXIV_DOI = "10.48550/arXiv."
OURS = {ARXIV_ID: "itg:arxivId", DOI: "skos:exactMatch"}
LOOKED_FOR = ("arXiv id", "DOI")
#: Subject → what leads to an item: the property there, the value that is the same, and the id of the item.
Hits = dict[str, set[tuple[str, str, str]]]


class Papers(Finder):
    """Finds papers."""

    def find(self, subjects: Sequence[Subject]) -> list[Outcome]:
        """Return what becomes of these papers, in their order."""
        wanted = {subject.id: identifiers(subject) for subject in subjects}
        hits: Hits = defaultdict(set)
        unanswered: dict[str, str] = {}
        for endpoint in (Endpoint.SCHOLARLY, Endpoint.MAIN):
            missing = {name: values for name, values in wanted.items() if values and name not in hits}
            try:
                self.ask(endpoint, missing, hits)
            except NetworkError as error:
                unanswered |= dict.fromkeys(missing, open_question(error))
        items, failed = self.items({item for found in hits.values() for _, _, item in found})
        outcomes = []
        for subject in subjects:
            if not wanted[subject.id]:
                outcomes.append(Outcome(subject, UNCHECKED, "it has no arXiv id and no DOI to look for"))
                continue
            found = [
                self.candidate(subject, item, name, value)
                for name, value, one in sorted(hits.get(subject.id, ()), reverse=True)  # the arXiv id before the DOI
                if (item := items.get(one)) is not None
            ]
            # Where an endpoint was out, but the other has the paper, nothing is open.
            doubt = None if found else (failed or GONE) if subject.id in hits else unanswered.get(subject.id)
            outcomes.append(self.judge(subject, found, LOOKED_FOR, doubt))
        return apart(outcomes)

    def ask(self, endpoint: Endpoint, wanted: dict[str, set[tuple[str, str]]], hits: Hits) -> None:
        """Ask one endpoint for all identifiers at once.

        Raises:
            NetworkError: there is no answer.
        """
        owners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for name, pairs in wanted.items():
            for pair in pairs:
                owners[pair].add(name)
        if not owners:
            return
        parts = []
        for name in (ARXIV_ID, DOI):
            values = " ".join(sorted(string_literal(value) for kind, value in owners if kind == name))
            parts.append(f'VALUES ?value {{ {values} }} ?item wdt:{name} ?value BIND("{name}" AS ?property)')
        for row in solutions(self.wikidata, endpoint, ("property", "value", "item"), parts):
            pair = text_in(row, "property"), text_in(row, "value")
            for name in owners.get(pair, ()):
                hits[name].add((*pair, id_in(row, "item")))

    def candidate(self, subject: Subject, item: Item, name: str, value: str) -> Candidate:
        """Return the item that has this value of this property."""
        titles = (item.label, *item.claims.get(TITLE, ()), *item.aliases)
        same = any(titles_agree(subject.label, title) for title in titles)
        agrees = (f"{'arXiv id' if name == ARXIV_ID else 'DOI'} {value}", *(("title",) if same else ()))
        return Candidate(
            item, Basis.IDENTIFIER, OURS[name], f"wdt:{name}", value, self.kinds.fit(subject, item), same, agrees
        )


def identifiers(subject: Subject) -> set[tuple[str, str]]:
    """Return what leads to a paper: (property, value). DOIs are as given and in capitals, as Wikidata has them."""
    dois = {*subject.dois, *(ARXIV_DOI + one for one in subject.arxiv)}
    return {(ARXIV_ID, one) for one in subject.arxiv} | {(DOI, form) for one in dois for form in (one, one.upper())}
