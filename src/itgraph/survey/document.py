"""The README itself: text with its encoding repaired, HTML tables and reference entries, each with its line.

Nothing here knows what a column means; ``grid`` and ``rows`` do.

>>> repair("TÃœLU")
'TÜLU'
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import ftfy
import lxml.html
from lxml.html import HtmlElement

from itgraph.errors import InputError

__all__ = ["Cell", "Citation", "Document", "RawReference", "RawTable", "read_document", "repair"]

TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)
OPEN_TABLE = re.compile(r"<table\b", re.IGNORECASE)
ENTRY = re.compile(r'^<a\s+id="ref(\w+)"\s*>\s*\[(\w+)\]\s*</a>', re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s", re.MULTILINE)
PRINTED_CITATION = re.compile(r"\s*\[\s*(?:\d+\s*)?\]")


@dataclass(frozen=True)
class Citation:
    """A "[36]" in a cell: the number as printed and the anchor behind it (without "#ref")."""

    printed: str
    anchor: str


@dataclass
class Cell:
    """One table cell: its text without citations, its links (text, href) without citation anchors, its citations."""

    text: str
    line: int
    links: list[tuple[str, str]] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    rowspan: int = 1
    colspan: int = 1

    @property
    def is_blank(self) -> bool:
        """Whether the cell holds nothing, or the dash that stands for nothing."""
        return not self.links and self.text in {"", "-", "–", "—"}


@dataclass
class RawTable:
    """A table as the HTML has it: header rows and body rows of cells, rowspans not yet undone."""

    line: int
    header: list[list[Cell]]
    body: list[list[Cell]]


@dataclass(frozen=True)
class RawReference:
    """The text of one reference entry after its "[n]"."""

    anchor: str
    number: str
    line: int
    text: str


@dataclass
class Document:
    """A survey README: repaired text, tables and reference entries in order."""

    path: str
    text: str
    tables: list[RawTable]
    references: list[RawReference]


def repair(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252, line by line, and change nothing else."""
    return "".join(ftfy.fix_encoding(line) for line in text.splitlines(keepends=True))


def read_document(path: Path) -> Document:
    """Read a survey README.

    Raises:
        InputError: the file cannot be read, is not UTF-8, or holds no table with reference entries behind it.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", hint="name the survey's README.md", path=path) from error
    try:
        text = repair(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the README as UTF-8", path=path, line=line) from error
    tables = [read_table(match.group(), line_of(text, match.start())) for match in TABLE.finditer(text)]
    opened = [match.start() for match in OPEN_TABLE.finditer(text)]
    if len(opened) != len(tables):
        closed = {match.start() for match in TABLE.finditer(text)}
        lost = next(start for start in opened if start not in closed)
        raise InputError(
            "a table is never closed", hint="is the file cut off? add </table>", path=path, line=line_of(text, lost)
        )
    references = read_references(text)
    if not tables or not references:
        missing = "no HTML table" if not tables else 'no reference entry (<a id="ref1">[1]</a> …)'
        raise InputError(f"not a survey README: {missing} in it", hint="nothing was written", path=path)
    return Document(str(path), text, tables, references)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def read_references(text: str) -> list[RawReference]:
    starts = list(ENTRY.finditer(text))
    headings = [match.start() for match in HEADING.finditer(text)]
    found = []
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        end = min([end, *(h for h in headings if h > match.start())])
        found.append(
            RawReference(match.group(1), match.group(2), line_of(text, match.start()), text[match.end() : end])
        )
    return found


def read_table(html: str, first_line: int) -> RawTable:
    table = lxml.html.fragment_fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
    header: list[list[Cell]] = []
    body: list[list[Cell]] = []
    for row in table.iter("tr"):
        cells = [element for element in row if element.tag in {"td", "th"}]
        read = [read_cell(element, first_line) for element in cells]
        if cells and all(element.tag == "th" for element in cells) and not body:
            header.append(read)
        elif cells:
            body.append(read)
    return RawTable(first_line, header, body)


def read_cell(element: HtmlElement, first_line: int) -> Cell:
    links: list[tuple[str, str]] = []
    citations: list[Citation] = []
    for anchor in element.iter("a"):
        href, text = str(anchor.get("href", "")), " ".join(anchor.text_content().split())
        if href.startswith("#ref"):
            citations.append(Citation(text, href.removeprefix("#ref")))
        elif "href" in anchor.attrib:
            links.append((text, href))
    text = " ".join(element.text_content().split())
    return Cell(
        text=PRINTED_CITATION.sub("", text).strip(),
        line=first_line + (element.sourceline or 1) - 1,
        links=links,
        citations=citations,
        rowspan=span(element, "rowspan"),
        colspan=span(element, "colspan"),
    )


def span(element: HtmlElement, name: str) -> int:
    value = str(element.get(name, "1"))
    return int(value) if value.isdigit() and 0 < int(value) < 1000 else 1
