"""A paper as a new Wikidata item: its class, title, year, identifiers, and its authors in their order.

Serve side, below ``batch``. A paper with an arXiv id is a preprint unless something proves that it was published: an
id of the ACL Anthology, a DOI that is not arXiv's own, or a venue that a source prints. A DOI below ``10.48550`` is
given to every preprint and proves nothing, as does a page of OpenReview, which has rejected papers too.

Authors are the printed names of the most complete list, up to the first place that it lacks; one who has an item is
named by that.

Example: ``paper_item(facts, iri, left_out)`` has ``P2093`` with ``P1545`` for each author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from itgraph.links.contribution.facts import EXACT, TYPE, Author, Facts, references
from itgraph.links.contribution.left_out import LeftOut, Unfit
from itgraph.links.contribution.quickstatements import MOST, CannotBeWritten, Item, Statement, monolingual, string, year
from itgraph.namespaces import ITG, SCHEMA

__all__ = ["PREPRINT", "SCHOLARLY_ARTICLE", "paper_item"]

#: Two of the classes by which Wikidata's query service tells scholarly works (Wikidata:SPARQL query service/WDQS graph
#: split).
PREPRINT, SCHOLARLY_ARTICLE = "Q580922", "Q13442814"
#: The prefix of the DOIs that arXiv gives to every preprint (https://info.arxiv.org/help/doi.html).
ARXIV_DOI = "10.48550/"
# Words that make a title English, where nothing states its language; none is common in another language's titles.
ENGLISH = re.compile(
    r"\b(?:and|are|for|from|how|language|learning|of|reasoning|the|towards|training|using|with)\b", re.IGNORECASE
)


def paper_item(facts: Facts, iri: str, left_out: LeftOut) -> Item:
    """Return the item for a paper; what it could not state is counted.

    Raises:
        Unfit: no class is certain, or no source but the survey states it.
        CannotBeWritten: its title or its address cannot be written.
    """
    identifier = facts.id(iri)
    title, address = facts.label(iri), facts.address(iri)
    if SCHEMA + "ScholarlyArticle" not in facts.of(iri, TYPE):
        raise Unfit("works that are no scholarly articles, for which no class is verified")
    if title is None or address is None:
        raise Unfit("papers without a title or an address")
    known = facts.identifiers(iri)
    doi = known["doi"].local.upper() if "doi" in known else None
    proven = "acl" in known or bool(facts.of(iri, ITG + "venueAsPrinted"))
    published = proven or (doi is not None and not doi.startswith(ARXIV_DOI))
    if not published and "arxiv" not in known:
        raise Unfit("papers that are neither on arXiv nor published for certain")
    statements = [Statement("P31", SCHOLARLY_ARTICLE if published else PREPRINT)]
    if len(title) <= MOST and is_english(facts, iri, title):
        statements.append(Statement("P1476", monolingual(title, "en")))
    else:
        # A label may be cut, a title may not.
        left_out.add("titles (P1476) that are too long, or not known to be English", identifier)
    printed = year_of(facts, iri, published)
    if printed is not None:
        statements.append(Statement("P577", year(printed)))
    else:
        left_out.add("years (P577) that are not stated, or differ from that of the arXiv id", identifier)
    if "arxiv" in known:
        statements.append(Statement("P818", string(known["arxiv"].local)))
    if doi is not None and published != doi.startswith(ARXIV_DOI):
        statements.append(Statement("P356", string(doi)))
    statements += authors(facts, iri, left_out)
    kind = "scholarly article" if published else "preprint"
    description = f"{kind} from {printed}" if printed is not None else kind
    return Item(iri, title, description, tuple(statements), references(address))


def is_english(facts: Facts, iri: str, title: str) -> bool:
    """Tell whether the title is English: its language is stated, or its words are."""
    languages = facts.of(iri, SCHEMA + "inLanguage")
    if languages:
        return all(language == "en" or language.startswith("en-") for language in languages)
    return ENGLISH.search(title) is not None and not re.search(r"[^\W\d_\u0000-\u024F\u0370-\u03FF]", title)


def year_of(facts: Facts, iri: str, published: bool) -> int | None:
    """Return the year that is printed; that of a preprint must be the year of its arXiv id."""
    years = {int(value) for value in facts.of(iri, ITG + "year")}
    if not published:
        years |= {2000 + int(number[:2]) for number in facts.of(iri, ITG + "arxivId") if number[:4].isdecimal()}
    return years.pop() if len(years) == 1 else None


def authors(facts: Facts, iri: str, left_out: LeftOut) -> Iterator[Statement]:
    """Yield the authors by their place: P50 where they have an item, else P2093, each with its ordinal, P1545."""
    seen: set[str] = set()
    for author in certain(facts.authors.get(iri, [])):
        ordinal = (("P1545", string(str(author.position))),)
        item = None if author.iri is None else facts.item(author.iri, EXACT)
        name = item or in_order(author.name)
        if name in seen:
            # The tool would put both ordinals on the one statement that is there.
            left_out.add("authors of the same name as another of the paper", facts.id(iri))
            continue
        seen.add(name)
        if item is not None:
            yield Statement("P50", item, ordinal)
        elif len(name) <= MOST:
            try:
                yield Statement("P2093", string(name), ordinal)
            except CannotBeWritten as error:
                left_out.add(f"authors with {error}", facts.id(iri))


def certain(printed: list[Author]) -> Iterator[Author]:
    """Yield the authors from the first on, up to a place that nobody has or two have."""
    places: dict[int, list[Author]] = {}
    for author in sorted(printed, key=lambda one: (one.position, one.name, one.iri or "")):
        places.setdefault(author.position, []).append(author)
    position = 1
    while len(places.get(position, [])) == 1:
        yield places[position][0]
        position += 1


def in_order(name: str) -> str:
    """Return a name with the given name first, as Wikidata has it.

    >>> in_order("Zhou, Denny"), in_order("Denny Zhou"), in_order("King, Jr., Martin")
    ('Denny Zhou', 'Denny Zhou', 'King, Jr., Martin')
    """
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name
