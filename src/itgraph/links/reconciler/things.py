"""Models, data sets, benchmarks, techniques and organizations: found by their addresses, else by their names.

Serve side, a finder of the reconciler. The repository, the page on a hub and the official website are compared with
those of the items (P1324, P856, P973), however they are written; then the names are searched, and an item of that name
and of a kind that fits is proposed to a person. Bare names mislead: most things are called like an animal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from itgraph.errors import NetworkError
from itgraph.folding import squeezed, words
from itgraph.links.reconciler.finder import GONE, Finder, open_question
from itgraph.links.reconciler.judgement import Basis, Candidate, Outcome, agree, apart
from itgraph.links.reconciler.solutions import id_in, solutions, text_in
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata import Endpoint
from itgraph.links.wikidata.item import Item
from itgraph.sparql import is_iri, values

__all__ = ["Things", "same_address", "spellings"]

#: Where an item has addresses, and what they are.
ADDRESSES = {"P1324": "source code repository", "P856": "official website", "P973": "described at URL"}
#: So many hits of a search are read, and so many names of a subject are searched.
MOST_HITS, MOST_NAMES = 20, 4
SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)
#: Subject → the ids of the items that one of its addresses leads to, each with the property and the address.
Hits = dict[str, set[tuple[str, str, str]]]


class Things(Finder):
    """Finds what has an address or a name."""

    def find(self, subjects: Sequence[Subject]) -> list[Outcome]:
        """Return what becomes of these subjects, in their order."""
        doubts: dict[str, str] = {}
        hits: Hits = defaultdict(set)
        try:
            self.by_address(subjects, hits)
        except NetworkError as error:
            doubts = dict.fromkeys((subject.id for subject in subjects if addresses(subject)), open_question(error))
        items, failed = self.items({one for found in hits.values() for _, _, one in found})
        for name, there in hits.items():
            if failed or not any(one in items for _, _, one in there):
                doubts[name] = failed or GONE
        candidates = {subject.id: self.at_address(subject, items, hits.get(subject.id, set())) for subject in subjects}
        # Whom no address leads to, or only to what it is not, may still have a name.
        named: dict[str, set[str]] = {}
        for subject in subjects:
            if all(one.namesake for one in candidates[subject.id]):
                named[subject.id], doubt = self.by_name(subject)
                if doubt is not None:
                    doubts.setdefault(subject.id, doubt)
        items, failed = self.items({one for found in named.values() for one in found})
        outcomes = []
        for subject in subjects:
            found = named.get(subject.id, set())
            doubt = doubts.get(subject.id) or (failed if found else None)
            looked_for = (*(("addresses",) if addresses(subject) else ()), "names")
            all_found = [*candidates[subject.id], *self.called(subject, items, found)]
            outcomes.append(self.judge(subject, all_found, looked_for, doubt))
        return apart(outcomes)

    def by_address(self, subjects: Sequence[Subject], hits: Hits) -> None:
        """Ask for the items that have one of the addresses, in whatever spelling.

        Raises:
            NetworkError: there is no answer.
        """
        owners: dict[str, set[str]] = defaultdict(set)
        for subject in subjects:
            for _, address in addresses(subject):
                for spelling in spellings(address):
                    owners[spelling].add(subject.id)
        if not owners:
            return
        properties = " ".join(f'(wdt:{name} "{name}")' for name in ADDRESSES)
        pattern = (
            f"{values('address', sorted(owners))} VALUES (?direct ?name) {{ {properties} }} ?item ?direct ?address"
        )
        for row in solutions(self.wikidata, Endpoint.MAIN, ("address", "name", "item"), [pattern]):
            address = text_in(row, "address")
            for name in owners.get(address, ()):
                hits[name].add((text_in(row, "name"), address, id_in(row, "item")))

    def by_name(self, subject: Subject) -> tuple[set[str], str | None]:
        """Return the items that are called like a subject, and why there may be more, else None."""
        found: set[str] = set()
        doubt = None
        for name in (subject.label, *subject.names)[:MOST_NAMES]:
            try:
                hits = self.wikidata.search(name, limit=MOST_HITS)
            except NetworkError as error:
                return found, open_question(error)
            found |= {hit.id for hit in hits}
            if len(hits) == MOST_HITS:
                doubt = f"at least {MOST_HITS} items begin with {name!r}"
        return found, doubt

    def at_address(
        self, subject: Subject, items: Mapping[str, Item], hits: set[tuple[str, str, str]]
    ) -> list[Candidate]:
        """Return the items at one of a subject's addresses."""
        ours = {same_address(address): field for field, address in addresses(subject)}
        return [
            Candidate(
                item,
                Basis.IDENTIFIER,
                ours[same_address(address)],
                f"wdt:{name}",
                address,
                self.kinds.fit(subject, item),
                same := names_agree(subject, item, address),
                (f"{ADDRESSES[name]} {address}", *(("name",) if same else ())),
            )
            for name, address, one in sorted(hits)
            if (item := items.get(one)) is not None
        ]

    def called(self, subject: Subject, items: Mapping[str, Item], ids: set[str]) -> list[Candidate]:
        """Return the items that are called like a subject; the search finds names that only begin so as well."""
        return [
            Candidate(
                item,
                Basis.NAME,
                "rdfs:label",
                "rdfs:label",
                item.label or subject.label,
                self.kinds.fit(subject, item),
                True,
                ("name",),
            )
            for one in sorted(ids)
            if (item := items.get(one)) is not None and agree(subject, item)
        ]


def names_agree(subject: Subject, item: Item, address: str) -> bool:
    """Tell whether an item at an address is called like the subject; at one of several, by its label and no other name.

    Of two models in one repository, an item of the one may have the other's name as an alias.
    """
    if same_address(address) in {same_address(one) for one in subject.shared}:
        return squeezed(words(subject.label)) == squeezed(words(item.label)) != ""
    return agree(subject, item)


def addresses(subject: Subject) -> list[tuple[str, str]]:
    """Return where a subject is, each as the property that says so and the address."""
    pairs = [("schema:codeRepository", one) for one in subject.repositories]
    return [pair for pair in (*pairs, *(("schema:url", one) for one in subject.sites)) if is_iri(pair[1])]


def same_address(address: str) -> str:
    """Return an address without what does not tell two of them apart.

    >>> same_address("http://www.GitHub.com/a/B.git/")
    'github.com/a/B'
    """
    host, slash, path = SCHEME.sub("", address).partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/").removesuffix(".git")


def spellings(address: str) -> set[str]:
    """Return the ways in which an address may be written: an endpoint compares them sign by sign."""
    bare = same_address(address)
    ends = ("", "/", ".git") if bare.startswith("github.com/") else ("", "/")
    return {f"{scheme}{bare}{end}" for scheme in ("https://", "http://", "https://www.") for end in ends} | {address}
