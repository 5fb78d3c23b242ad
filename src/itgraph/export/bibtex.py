"""The works of a release as BibTeX, for biber and BibTeX alike.

Serve side, asks the store; the works are in memory, the rest is not. An entry is keyed by the id of its work, which
never changes, and has the ordered authors of the work's most complete source; "and others" where that source breaks
off. Accents stay UTF-8. The types are those of biblatex: article where a venue is printed, online for a blog post,
software, and misc (a preprint among them). A preprint has its ``eprint`` and not the DOI that arXiv makes of that: a
bibliography would print it twice, and a reader take it for a publication's.

Example::

    @misc{arxiv-2302.13971,
      author = {Touvron, Hugo and Lavril, Thibaut},
      title = {Llama: Open and efficient foundation language models},
      year = {2023},
      eprint = {2302.13971},
      archiveprefix = {arXiv},
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from itgraph.export.bibtex_text import escape, name, organization, title
from itgraph.export.selection import Selected
from itgraph.namespaces import ITG, RDF, RDFS, SCHEMA
from itgraph.sparql import Queryable, chunks, iri_ref, kind_of, labels, values

__all__ = ["as_bibtex", "entries"]

PAPERS = "paper/"
#: What is said of a work: the values of each property, sorted.
Work: TypeAlias = Mapping[str, Sequence[str]]

TYPE, LABEL = RDF + "type", RDFS + "label"
ARTICLE, BLOG, SOFTWARE = (SCHEMA + kind for kind in ("ScholarlyArticle", "BlogPosting", "SoftwareSourceCode"))
YEAR, URL, REPOSITORY = ITG + "year", SCHEMA + "url", SCHEMA + "codeRepository"
VENUE, ARXIV, IDENTIFIER = ITG + "venueAsPrinted", ITG + "arxivId", SCHEMA + "identifier"
# What may stand in a key for every program: no blank, comma, quote, brace, or sign of TeX.
NO_KEY = re.compile(r"[^A-Za-z0-9.:_/+-]")
DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,}/\S+)", re.IGNORECASE)
ACL = "acl:"


def as_bibtex(selected: Selected) -> str:
    """Return the works as a BibTeX file, by their keys.

    Of an entity or a lineage: the works among its entities, those that present them, and those that they wrote.
    """
    if selected.store is None:
        raise TypeError("BibTeX is asked of a store")
    found = entries(selected.store, selected.iris)
    head = f"% itgraph {selected.manifest.get('version', '')}: {len(found)} work{'' if len(found) == 1 else 's'}\n"
    return head + "".join(f"\n{text}" for text in found)


def entries(store: Queryable, iris: Sequence[str] | None) -> list[str]:
    """Return the works as entries, by their keys: those among the entities, that present them, that they wrote.

    None for the entities means all works.
    """
    found = works(store, iris)
    authors = authors_of(store, found)
    return [entry(iri.removeprefix(store.base), found[iri], authors.get(iri, [])) for iri in sorted(found)]


def works(store: Queryable, iris: Sequence[str] | None) -> dict[str, Work]:
    """Return what is held of each work."""
    wanted = set(all_works(store) if iris is None else works_of(store, iris))
    found: dict[str, dict[str, list[str]]] = {}
    for chunk in chunks(sorted(wanted)):
        for work, predicate, value in store.select(f"SELECT ?w ?p ?o WHERE {{ {values('w', chunk)} ?w ?p ?o }}"):
            if work is not None and predicate is not None and value is not None:
                found.setdefault(work.value, {}).setdefault(predicate.value, []).append(value.value)
    return {work: {key: sorted(said) for key, said in about.items()} for work, about in found.items()}


def all_works(store: Queryable) -> Iterator[str]:
    for kind in (ARTICLE, BLOG, SOFTWARE, SCHEMA + "CreativeWork"):
        for (work,) in store.select(f"SELECT ?w WHERE {{ ?w {iri_ref(TYPE)} {iri_ref(kind)} }}"):
            if work is not None and work.value.startswith(store.base + PAPERS):
                yield work.value


def works_of(store: Queryable, iris: Iterable[str]) -> Iterator[str]:
    """Yield the works among the entities, those that present one, and those that one of them wrote."""
    for chunk in chunks(iris):
        yield from (iri for iri in chunk if iri.startswith(store.base + PAPERS))
        subject_of, describes = iri_ref(SCHEMA + "subjectOf"), iri_ref(ITG + "describes")
        presents = f"{{ ?e {subject_of}|{describes}/{subject_of}|{describes}|{iri_ref(ITG + 'identifies')} ?w }}"
        presents += f" UNION {{ ?w {iri_ref(SCHEMA + 'author')} ?e }}"
        for (work,) in store.select(f"SELECT DISTINCT ?w WHERE {{ {values('e', chunk)} {presents} }}"):
            if work is not None and work.value.startswith(store.base + PAPERS):
                yield work.value


def authors_of(store: Queryable, iris: Iterable[str]) -> dict[str, list[str]]:
    """Return the authors of each work in their order, as BibTeX writes them, and "others" where the list breaks off."""
    places: dict[str, dict[int, str]] = {}
    broken: set[str] = set()
    complete = iri_ref(ITG + "authorListComplete")
    for chunk in chunks(iris):
        block = f"{values('w', chunk)} ?w {iri_ref(ITG + 'authorship')} ?a ."
        order = f"?a {iri_ref(SCHEMA + 'position')} ?n ; {iri_ref(ITG + 'author')} ?who"
        for work, place, who in store.select(f"SELECT ?w ?n ?who WHERE {{ {block} {order} }}"):
            if work is not None and place is not None and who is not None and place.value.isdecimal():
                places.setdefault(work.value, {})[int(place.value)] = who.value
        # The list belongs to the source that prints it, which says whether it is whole.
        source = f"?source {iri_ref(ITG + 'authorship')} ?a ; {complete} false"
        broken |= {work.value for (work,) in store.select(f"SELECT DISTINCT ?w WHERE {{ {block} {source} }}") if work}
    called = labels(store, {who for listed in places.values() for who in listed.values()})
    return {
        work: [author(store, listed[place], called) for place in sorted(listed)] + ["others"] * (work in broken)
        for work, listed in places.items()
    }


def author(store: Queryable, iri: str, called: Mapping[str, str]) -> str:
    kind = kind_of(iri.removeprefix(store.base))
    return name(called[iri]) if kind == "person" else organization(called[iri])


def entry(identifier: str, work: Work, authors: Sequence[str]) -> str:
    """Return one entry."""
    key = NO_KEY.sub("-", identifier.removeprefix(PAPERS))
    types = work.get(TYPE, ())
    venue = escape(one(work, VENUE))
    if SOFTWARE in types:
        kind, place = "software", "note"
    elif BLOG in types:
        kind, place = "online", "note"
    else:
        kind, place = ("article", "journal") if ARTICLE in types and venue and authors else ("misc", "howpublished")
    address = one(work, URL) or one(work, REPOSITORY)
    fields = {
        "author": " and ".join(authors),
        "title": title(one(work, LABEL)),
        place: "" if venue.casefold() == kind else venue,
        "year": one(work, YEAR),
        **identifiers(work),
        "url": url(address),
    }
    if fields["url"] == "" and (acl := next((i for i in work.get(IDENTIFIER, ()) if i.startswith(ACL)), "")):
        fields["url"] = url("https://aclanthology.org/" + acl.removeprefix(ACL))
    lines = [f"  {field} = {{{value}}},\n" for field, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def identifiers(work: Work) -> dict[str, str]:
    fields: dict[str, str] = {}
    if arxiv := one(work, ARXIV):
        fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    for identifier in work.get(IDENTIFIER, ()):
        if doi := DOI.fullmatch(identifier):
            fields["doi"] = url(doi[1])
    return fields


def one(work: Work, predicate: str) -> str:
    """Return the first value of a property, or nothing."""
    return next(iter(work.get(predicate, ())), "")


def url(address: str) -> str:
    """Return an address; biblatex prints it as it is, and only braces and backslashes could end the field."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", address)
