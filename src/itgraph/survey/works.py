"""Reference entries → claims: which work each entry means, who wrote it, when and where, as that entry prints it.

Two entries for one work stay two (each states what it prints); they identify one paper where an identifier or a curator
says so, never because their titles are alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from itgraph.slugs import slug
from itgraph.survey.anomalies import Anomalies, Anomaly
from itgraph.survey.bibliography import Entry, read_bibtex, read_entry
from itgraph.survey.document import Document, RawReference
from itgraph.survey.names import AuthorList, may_be_one_person
from itgraph.survey.registry import ARXIV_PAPER, Registry, fold
from itgraph.survey.writer import stub

__all__ = ["ReadReference", "References", "read_references", "reference_claims", "survey_claims"]

#: The README as an entity: what it states, it states of the paper that it accompanies.
README = "survey"


@dataclass
class ReadReference:
    """One entry with its id and the paper that it identifies."""

    id: str
    number: int
    line: int
    entry: Entry
    paper: str
    anchor: str = ""

    @property
    def title_or_url(self) -> str:
        """What to call the entry in a message."""
        return self.entry.title or (self.entry.links[0].url if self.entry.links else "no title")


class References:
    """All entries, by id and by printed anchor."""

    def __init__(self, read: list[ReadReference]) -> None:
        self.all = read
        self.by_anchor: dict[str, list[ReadReference]] = defaultdict(list)
        for reference in read:
            self.by_anchor[reference.anchor].append(reference)


def read_references(document: Document, registry: Registry, anomalies: Anomalies) -> References:
    """Read every entry and say which paper it means; report what does not fit."""
    times = Counter(raw.number for raw in document.references)
    seen: Counter[str] = Counter()
    read: list[ReadReference] = []
    for raw in document.references:
        seen[raw.number] += 1
        letter = "abcdefghijklmnopqrstuvwxyz"[seen[raw.number] - 1] if times[raw.number] > 1 else ""
        identity = f"survey/reference/{raw.number}{letter}"
        entry = entry_of(raw, identity, anomalies)
        reference = ReadReference(identity, number_of(raw, identity, anomalies), raw.line, entry, "", raw.anchor)
        reference.paper = identify(reference, registry, anomalies)
        read.append(reference)
    references = References(read)
    for number, count in times.items():
        if count > 1:
            same = [r for r in read if str(r.number) == number]
            message = f"{count} entries are numbered [{number}]: " + "; ".join(f"“{r.title_or_url}”" for r in same)
            anomalies.report(Anomaly("duplicate-number", [r.id for r in same], "", same[1].line, message))
    report_same_works(read, anomalies)
    return references


def number_of(raw: RawReference, identity: str, anomalies: Anomalies) -> int:
    digits = "".join(c for c in raw.number if c.isdigit())
    if raw.anchor != raw.number:
        message = f"the entry is numbered [{raw.number}] and anchored as ref{raw.anchor}"
        anomalies.report(Anomaly("anchor-mismatch", [identity], "", raw.line, message))
    return int(digits or 0)


def entry_of(raw: RawReference, identity: str, anomalies: Anomalies) -> Entry:
    try:
        entry = read_entry(raw.text)
    except ValueError:
        anomalies.report(
            Anomaly("no-title", [identity], "", raw.line, "nothing in the entry stands in bold as its title")
        )
        return Entry(AuthorList(), "")
    if not entry.title:
        name = entry.authors.printed[0]
        message = f"the entry has no title: what stands in bold, “{name}”, is its maker"
        anomalies.report(Anomaly("no-title", [identity], "", raw.line, message))
    for name in entry.authors.run_together:
        message = f"“{name}” is more than one name"
        anomalies.report(Anomaly("names-run-together", [identity], name.split()[0], raw.line, message))
    linked = entry.linked_arxiv_id
    for printed in entry.arxiv_ids:
        if linked and printed != linked:
            message = f"the text says arXiv:{printed}, the link leads to arXiv:{linked}"
            anomalies.report(Anomaly("two-arxiv-ids", [identity], printed, raw.line, message))
    if entry.year is None:
        anomalies.report(Anomaly("no-year", [identity], "", raw.line, "the entry prints no year"))
    return entry


def identify(reference: ReadReference, registry: Registry, anomalies: Anomalies) -> str:
    entry = reference.entry
    linked = next((work for link in entry.links if (work := registry.work(link))), None)
    if confirmed := registry.work_confirmed_in(reference.id):
        if linked not in {None, confirmed}:
            message = f"the entry links to {linked}, and is held to mean {confirmed}, “{reference.title_or_url}”"
            anomalies.report(Anomaly("link-to-another-work", [reference.id], "", reference.line, message))
        return confirmed
    if linked:
        return linked
    arxiv_id = entry.linked_arxiv_id or next(iter(entry.arxiv_ids), None)
    if arxiv_id and (known := registry.by_identifier.get(f"arxiv:{arxiv_id}")):
        return known
    identifier = next((link.identifier for link in entry.links if link.identifier), None)
    claims: dict[str, Any] = {"type": "ScholarlyArticle", "label": entry.title or reference.title_or_url}
    if arxiv_id:
        paper = f"{ARXIV_PAPER}{arxiv_id}"
    elif identifier:
        paper = f"paper/{slug(identifier)}"
        claims["identifier"] = identifier
    else:
        words = slug(entry.title.split(":")[0] or reference.title_or_url.rsplit("/", 1)[-1]).split("-")
        paper = f"paper/{'-'.join([*words[:5], str(entry.year or 'undated')])}"
        claims["confirmedIn"] = reference.id
    message = f"no paper of the registry is the one that this entry means: “{reference.title_or_url}”"
    anomalies.report(Anomaly("unknown-work", [reference.id], "", reference.line, message, stub(paper, claims)))
    return paper


def report_same_works(read: list[ReadReference], anomalies: Anomalies) -> None:
    by_paper: dict[str, list[ReadReference]] = defaultdict(list)
    by_title: dict[str, list[ReadReference]] = defaultdict(list)
    for reference in read:
        by_paper[reference.paper].append(reference)
        if reference.entry.title:
            by_title[fold(reference.entry.title)].append(reference)
    for paper, group in by_paper.items():
        if len(group) > 1:
            message = f"{len(group)} entries mean one work, {paper}: " + ", ".join(f"[{r.number}]" for r in group)
            anomalies.report(Anomaly("same-work", [r.id for r in group], "", group[1].line, message))
    for group in by_title.values():
        if len({r.paper for r in group}) > 1:
            message = f"{len(group)} entries of different works print one title: “{group[0].entry.title}”"
            anomalies.report(Anomaly("same-title", [r.id for r in group], "", group[1].line, message))


def reference_claims(
    reference: ReadReference, survey: str, registry: Registry, anomalies: Anomalies
) -> list[dict[str, Any]]:
    """Return the claims of one entry's graph: the entry, the work as it prints it, the citation by ``survey``."""
    entry = reference.entry
    node: dict[str, Any] = {
        "id": reference.id,
        "type": "Reference",
        "number": reference.number,
        "identifies": reference.paper,
    }
    if entry.title and registry.labels.get(reference.paper, entry.title) != entry.title:
        node["titleAsPrinted"] = entry.title
    paper: dict[str, Any] = {"id": reference.paper}
    linked = entry.linked_arxiv_id
    printed = [i for i in entry.arxiv_ids if i != linked]
    if linked or printed:
        arxiv_id = linked or printed.pop(0)
        if reference.paper == f"{ARXIV_PAPER}{arxiv_id}":
            paper["arxivId"] = arxiv_id
        else:
            printed.append(arxiv_id)
    if printed:
        node["arxivIdAsPrinted"] = printed[0]
    for link in entry.links:
        if link.identifier:
            paper["identifier"] = link.identifier
        if not link.arxiv_id:
            paper["codeRepository" if link.is_source_repository else "url"] = link.url
    if entry.year is not None:
        paper["datePublished"] = entry.year
    if entry.venue:
        paper["venueAsPrinted"] = entry.venue
    add_authors(node, entry.authors, reference.id, reference.line, registry, anomalies)
    claims = [node, paper, {"id": survey, "citation": reference.paper}]
    return [claim for claim in claims if len(claim) > 1]


def add_authors(
    node: dict[str, Any], authors: AuthorList, reference: str, line: int, registry: Registry, anomalies: Anomalies
) -> None:
    if not authors.complete:
        node["authorListComplete"] = "false"
    nodes = []
    for position, (name, printed) in enumerate(zip(authors.names, authors.printed, strict=True), 1):
        authorship: dict[str, Any] = {
            "id": f"{reference}#author-{position}",
            "type": "Authorship",
            "position": position,
        }
        if name not in authors.run_together and (author := person(name, reference, line, registry, anomalies)):
            authorship["author"] = author
        authorship["nameAsPrinted"] = printed
        nodes.append(authorship)
    if nodes:
        node["authorship"] = nodes


def person(name: str, reference: str, line: int, registry: Registry, anomalies: Anomalies) -> str | None:
    """Return the person that a printed name is confirmed to be; else the id that a stub proposes, if it is free."""
    known = registry.person(name, reference)
    if len(known) == 1:
        return known[0]
    proposed = f"person/{slug(name)}"
    if known:
        message = f"two persons of the registry are the author “{name}”: {', '.join(known)}"
        anomalies.report(Anomaly("unknown-person", [reference], name, line, message))
        return None
    alike = sorted({identity for identity, other in registry.namesakes() if may_be_one_person(name, other)})
    message = f"no person of the registry is confirmed to be the author “{name}”"
    if alike:
        message += f"; may be {' or '.join(alike)}: then add {reference} to its confirmedIn"
    free = proposed not in registry.labels
    text = stub(proposed, {"type": "Person", "label": name, "confirmedIn": reference}) if free else None
    anomalies.report(Anomaly("unknown-person", [reference], name, line, message, text))
    return proposed if free else None


def survey_claims(document: Document, registry: Registry, anomalies: Anomalies) -> tuple[str, list[dict[str, Any]]]:
    """Return which entity cites the works, and what the README says of itself.

    That entity is the paper that the README accompanies, by its own BibTeX block; the README where it has none.
    """
    title = next((line.removeprefix("# ") for line in document.text.splitlines() if line.startswith("# ")), "Survey")
    readme: dict[str, Any] = {"id": README, "type": "CreativeWork", "label": f"{title} (README)"}
    entry = read_bibtex(document.text)
    if entry is None or not entry.arxiv_ids:
        return README, [readme]
    arxiv_id = entry.arxiv_ids[0]
    survey = registry.by_identifier.get(f"arxiv:{arxiv_id}")
    if survey is None:
        survey = f"{ARXIV_PAPER}{arxiv_id}"
        text = stub(survey, {"type": "ScholarlyArticle", "label": entry.title})
        message = f"no paper of the registry is the survey itself, “{entry.title}”"
        anomalies.report(Anomaly("unknown-work", [README], "", 1, message, text))
    paper: dict[str, Any] = {"id": survey, "arxivId": arxiv_id}
    if entry.year is not None:
        paper["datePublished"] = entry.year
    add_authors(paper, entry.authors, README, 1, registry, anomalies)
    return survey, [{**readme, "describes": survey}, paper]
