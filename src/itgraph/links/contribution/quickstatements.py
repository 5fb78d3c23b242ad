r"""QuickStatements, version 1: new Wikidata items as the lines of a batch that a person looks at and uploads.

Serve side, the last step of giving back, after ``missing`` and ``batch``. Two tools read these lines, QuickStatements
2 (https://github.com/magnusmanske/quickstatements, ``importDataFromV1``) and 3
(https://github.com/WikiMovimentoBrasil/quickstatements3, ``parsers/v1.py``). What is written here is what both read
alike: columns parted by tabs, one command a line, the text of a string from its first quote to its last, with no
escapes. A line that is a comment alone breaks the newer one, so there is no header; the summary of an edit stands
behind ``CREATE``, and says which entity it is about.

>>> item = Item("https://e.org/model/x", "X", "large language model", (Statement("P31", "Q115305900"),), ())
>>> print("".join(lines(item)).replace("\t", " | "), end="")
CREATE /* https://e.org/model/x */
LAST | Len | "X"
LAST | Den | "large language model"
LAST | P31 | Q115305900
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from itgraph.unseen import visible

__all__ = [
    "CUT",
    "MOST",
    "CannotBeWritten",
    "Item",
    "Statement",
    "cut",
    "lines",
    "monolingual",
    "string",
    "year",
]

#: Wikibase takes labels and descriptions of 250 characters, and one that is longer ends the batch.
MOST, CUT = 250, 245

# A language as both tools read it.
LANGUAGE = re.compile(r"[a-z]+(?:-[a-z]+)*")


class CannotBeWritten(ValueError):
    """A text that one of the two tools would read as something else; says why."""


@dataclass(frozen=True)
class Statement:
    """A property and its value as the tools read it, with its qualifiers."""

    property: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Item:
    """A new item. ``references`` are the columns that stand behind every statement; ``entity`` is the IRI it is for."""

    entity: str
    label: str
    description: str
    statements: tuple[Statement, ...]
    references: tuple[tuple[str, str], ...]


def lines(item: Item) -> Iterator[str]:
    """Yield the lines that create an item.

    Raises:
        CannotBeWritten: the label or the description cannot be written.
    """
    label, description = string(cut(item.label)), string(cut(item.description))
    yield f"CREATE /* {item.entity} */\n"
    yield f"LAST\tLen\t{label}\n"
    yield f"LAST\tDen\t{description}\n"
    for statement in item.statements:
        pairs = (*statement.qualifiers, *item.references)
        columns = ("LAST", statement.property, statement.value, *(part for pair in pairs for part in pair))
        yield "\t".join(columns) + "\n"


def cut(text: str) -> str:
    """Return a label that Wikibase takes: one that is too long is cut behind a word.

    >>> cut("word " * 60)[-10:], len(cut("x" * 300)), cut("short")
    ('word word…', 245, 'short')
    """
    text = visible(text)
    if len(text) <= MOST:
        return text
    whole, _, _ = text[:CUT].rpartition(" ")
    # Where the last word is most of the text, there is nothing else to keep.
    return (whole if len(whole) > CUT // 2 else text[: CUT - 1]).rstrip() + "…"


def string(text: str) -> str:
    """Return a string in quotes. Quotes in it stay as they are: both tools read up to the last one.

    Raises:
        CannotBeWritten: it is empty, or holds what one of the tools takes for the end of a column.

    >>> string('The "small" model')
    '"The "small" model"'
    """
    text = visible(text)
    if not text:
        raise CannotBeWritten("an empty text")
    if "|" in text:
        raise CannotBeWritten("a text with '|', which parts columns")
    quoted = f'"{text}"'
    straight = re.sub("[“”]", '"', quoted)
    if straight.startswith('"""') and straight.endswith('"""'):
        raise CannotBeWritten("a text within two quotes, which are lost")
    return quoted


def monolingual(text: str, language: str) -> str:
    """Return a text in a language.

    Raises:
        CannotBeWritten: as for ``string``, or the language is none that the tools read.

    >>> monolingual("LIMA: Less is more", "en")
    'en:"LIMA: Less is more"'
    """
    if LANGUAGE.fullmatch(language) is None:
        raise CannotBeWritten(f"a text in the language {language!r}")
    return f"{language}:{string(text)}"


def year(number: int) -> str:
    """Return a year (precision 9 of Wikibase's data model).

    >>> year(2023)
    '+2023-00-00T00:00:00Z/9'
    """
    return f"+{number:04}-00-00T00:00:00Z/9"
