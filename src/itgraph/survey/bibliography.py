r"""One reference entry: authors, bold title, year, venue, links, as printed.

>>> entry = read_entry("Tim Brooks and Alexei A.\nEfros. **Instructpix2pix: Learning to follow image\nediting**. "
...                    "ArXiv,\nabs/2211.09800, 2022. [Paper](https://arxiv.org/abs/2211.09800)")
>>> entry.title, entry.year, entry.authors.names
('Instructpix2pix: Learning to follow image editing', 2022, ['Tim Brooks', 'Alexei A. Efros'])
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pylatexenc.latex2text import LatexNodes2Text

from itgraph.survey.links import Link, find_arxiv_id, read_link
from itgraph.survey.names import AuthorList, read_authors

__all__ = ["Entry", "fold", "read_bibtex", "read_entry"]

BOLD = re.compile(r"\*\*(.+?)\*\*([!?])?", re.DOTALL)
MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
YEAR = re.compile(r"(?<![\d./:-])((?:19|20)\d{2})[a-z]?(?![\d./:-]\d|\d)")
TRAILING_YEAR = re.compile(r"[.,\s(]*\b((?:19|20)\d{2})[a-z]?\b[).\s]*$")
BARE_URL = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*[\w/])?|(?:[\w-]+\.)+[a-z]{2,}/[\w./-]*[\w/]")
PAGES = re.compile(r"\d*\s*(?:\(\d+\))?:\s*\d+\s*[–-]?\s*\d*|pages\s+\d+\s*[–-]\s*\d+", re.IGNORECASE)
ARXIV_MENTION = re.compile(
    r"arXiv(?:\s+preprint)?[\s,:]*(?:abs/|arXiv:)?\s*(?:\d{4}\.\d{4,5})?(?:v\d+)?", re.IGNORECASE
)
ACCESSED = re.compile(r"\(accessed [^)]*\)", re.IGNORECASE)
BIBTEX_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", re.MULTILINE)


@dataclass
class Entry:
    """A reference entry as printed. ``year`` lacks any stray letter; ``venue`` is what is left without ids and year.

    ``arxiv_ids`` are the ids of the text, in order; ``links`` those behind "[Paper](…)" and bare URLs.
    """

    authors: AuthorList
    title: str
    year: int | None = None
    venue: str = ""
    arxiv_ids: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def linked_arxiv_id(self) -> str | None:
        """The arXiv id of the entry's own link, which is what a reader follows."""
        return next((link.arxiv_id for link in self.links if link.arxiv_id), None)


def fold(text: str) -> str:
    r"""Join broken lines: a hyphen at a line's end belongs to the word, any other break is a blank. Undo LaTeX escapes.

    >>> fold("zero-\nshot learning\nfor Sch{\\\"a}rli")
    'zero-shot learning for Schärli'
    """
    text = re.sub(r"(?<=\w)([-–])[ \t]*\n\s*(?=\w)", r"\1", text)
    text = re.sub(r"(?<=[a-z])- (?=[a-z])", "-", text)
    text = " ".join(text.split())
    return decode_latex(text)


def decode_latex(text: str) -> str:
    return str(LatexNodes2Text().latex_to_text(text)) if "\\" in text or "{" in text else text


def read_entry(text: str) -> Entry:
    """Read the text of one entry, from after its number to before the next one.

    Raises:
        ValueError: nothing stands in bold, so there is neither title nor maker.
    """
    links = [link for href in MARKDOWN_LINK.findall(text) if (link := read_link(href))]
    plain = MARKDOWN_LINK.sub(" ", text).replace("`", "")
    bold = BOLD.search(plain)
    if bold is None:
        raise ValueError("no title in bold")
    before = fold(plain[: bold.start()])
    title = fold(bold.group(1)).rstrip(" .") + (bold.group(2) or "")
    after = fold(plain[bold.end() :])
    year: int | None = None
    if match := TRAILING_YEAR.search(before):
        year = int(match.group(1))
        before = before[: match.start()]
    if inner := BARE_URL.search(title):
        links.append(as_link(inner.group()))
        title = title[: inner.start()].rstrip(" .")
    bare = [as_link(url) for url in BARE_URL.findall(after)]
    links.extend(link for link in bare if link.url not in {known.url for known in links})
    authors = read_authors(before.rstrip(" ."))
    if not before.strip():
        authors, title = AuthorList([title], [title]), ""
    rest = BARE_URL.sub(" ", ACCESSED.sub(" ", after))
    arxiv_ids = [i for part in re.findall(r"\d{4}\.\d{4,5}", rest) if (i := find_arxiv_id(part))]
    rest = ARXIV_MENTION.sub(" ", rest)
    if year is None and (years := YEAR.findall(PAGES.sub(" ", rest))):
        year = int(years[-1])
        rest = re.sub(rf"[,(\s]*\b{year}[a-z]?\b\)?[.\s]*$", "", rest.rstrip(" .,"))
    return Entry(authors, title, year, venue_of(rest), arxiv_ids, links)


def as_link(printed: str) -> Link:
    url = printed if printed.startswith("http") else f"https://{printed}"
    return read_link(url) or Link(url)


def venue_of(rest: str) -> str:
    venue = re.sub(r"\s+([.,])", r"\1", " ".join(re.sub(r"[*\[\]]", " ", rest).split()))
    venue = re.sub(r"[.,\s]+[.,]", lambda m: m.group()[-1], venue).strip(" .,;")
    venue = re.sub(r"^In\s+", "", venue)
    return "" if venue.casefold() in {"see", "abs", "abs/"} else venue.rstrip(":").strip()


def read_bibtex(text: str) -> Entry | None:
    """Read the survey's own ``@article{…}`` block; None where there is none."""
    block = re.search(r"@\w+\{[^,]+,(.*?)^\}", text, re.DOTALL | re.MULTILINE)
    if block is None:
        return None
    fields = {key.lower(): decode_latex(value) for key, value in BIBTEX_FIELD.findall(block.group(1))}
    journal = fields.get("journal", "")
    found = find_arxiv_id(journal)
    return Entry(
        authors=read_authors(fields.get("author", "")),
        title=fields.get("title", ""),
        year=int(fields["year"]) if fields.get("year", "").isdigit() else None,
        venue=venue_of(ARXIV_MENTION.sub(" ", journal)),
        arxiv_ids=[found] if found else [],
    )
