r"""SSSOM/TSV, read strictly: every column known, every CURIE declared, every value of its kind, else a finding.

What the standard lets a reader pass over in silence (a column that it does not know, a prefix that nobody declares) is
a finding with its line here: a table is written by people.

>>> [*parts(r"a\|b|c\\")]
['a|b', 'c\\']
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
from collections.abc import Iterator
from collections.abc import Mapping as Prefixes
from dataclasses import replace
from pathlib import Path
from typing import Any

from itgraph.errors import Finding, InputError, ProblemsFound
from itgraph.namespaces import BASE
from itgraph.sssom.metadata import Metadata, is_address, suggest
from itgraph.sssom.model import (
    ABSENT,
    NEEDED,
    NO_TERM_FOUND,
    NOT,
    SLOTS,
    STATES,
    UNCHECKED,
    Kind,
    Mapping,
    MappingSet,
)
from itgraph.unseen import UNSEEN

__all__ = ["read_set"]

CURIE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):(\S+)")
SHARE = re.compile(r"0|1|0\.[0-9]{1,3}|1\.0{1,3}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PIECES = re.compile(r"\\[\\|]|\||\\|[^\\|]+")
BOM = "\ufeff"
#: Lines as CSV has them; ``str.splitlines`` ends one at signs that are part of a text here.
LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def read_set(path: Path) -> MappingSet:
    """Read a table.

    Raises:
        InputError: the file cannot be read, or its metadata is no YAML.
        ProblemsFound: something in it is not as it must be; says where.
    """
    shown = Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path
    text = text_of(path)
    if text.startswith(BOM):
        what, hint = "begins with a byte order mark", "save it as UTF-8 without one, which SSSOM does not allow"
        raise InputError(what, hint=hint, path=shown, line=1)
    lines = LINES.findall(text)
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if head == 0:
        quoted = lines and lines[0].startswith('"#')
        what = "the metadata stands in quotes" if quoted else "no metadata"
        hint = "begin the file with '#mapping_set_id: …' and the other metadata, each line with its #"
        raise InputError(what, hint=hint, path=shown, line=1)
    findings: list[Finding] = []
    whole = Metadata(shown, findings).read("".join(line[1:] for line in lines[:head]))
    rows = Reader(shown, head, whole.prefixes, findings).rows("".join(lines[head:]))
    if findings:
        raise ProblemsFound(findings)
    return replace(whole, mappings=tuple(rows))


def text_of(path: Path) -> str:
    if path.exists() and not (path.is_file() or path.is_dir()):
        # To open a pipe waits for who writes to it, and a device may have no end.
        raise InputError("cannot be read: no file", hint="take it out of the folder", path=path)
    try:
        # newline="": a line end within quotes is the value's own.
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the file as UTF-8", path=path, line=line) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", hint="is it a file?", path=path) from error


class Reader:
    """Reads the rows of one file, which stand below so many lines, and notes each thing that does not belong."""

    def __init__(self, path: Path, head: int, prefixes: Prefixes[str, str], findings: list[Finding]) -> None:
        self.path = path
        self.head = head
        self.prefixes = prefixes
        self.findings = findings

    def wrong(self, line: int, message: str, hint: str) -> None:
        self.findings.append(Finding(str(self.path), line, message, hint))

    def rows(self, text: str) -> list[Mapping]:
        """Return the rows that can be read at all."""
        table = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
        found: list[Mapping] = []
        try:
            columns = next(table, [])
            known = self.columns(columns)
            first = table.line_num + 1
            pairs: dict[tuple[str, str], int] = {}
            for cells in table:
                line, first = self.head + first, table.line_num + 1
                if not any(cells):
                    self.wrong(line, "an empty row", "take it out")
                elif len(cells) != len(columns):
                    self.wrong(line, f"{len(cells)} cells below {len(columns)} columns", "part them by one tab each")
                elif known and (row := self.row(dict(zip(columns, cells, strict=True)), line)) is not None:
                    pair = self.iri(row.subject_id), self.iri(row.object_id)
                    if (before := pairs.setdefault(pair, line)) != line:
                        what = f"{row.subject_id} and {row.object_id} stand together twice: first in line {before}"
                        self.wrong(line, what, "keep one")
                    found.append(row)
        except csv.Error as error:
            line = self.head + table.line_num
            hint = 'a cell in quotes ends with one; write a quote within as ""'
            if "field larger" in str(error):
                hint = "shorten the cell, or end the quotes that one before it has opened"
            self.wrong(line, f"not a table: {error}", hint)
        return found

    def columns(self, columns: list[str]) -> bool:
        line = self.head + 1
        if len(columns) == 1 and (sign := next((sign for sign in ",; " if sign in columns[0]), None)) is not None:
            self.wrong(line, f"columns parted by {sign!r}", "part them by one tab each")
            return False
        for name in columns:
            if not name:
                self.wrong(line, "a column without a name", "take it out: a line ends with its last column")
            elif name not in SLOTS:
                self.wrong(line, f"unknown column {name!r}", suggest(name, frozenset(SLOTS)))
            elif columns.count(name) > 1:
                self.wrong(line, f"column {name} stands twice", "keep one")
        missing = [name for name in NEEDED if name not in columns]
        if missing:
            self.wrong(line, f"no column {', '.join(missing)}", "give the names of the columns below the metadata")
        return not missing and len(set(columns)) == len(columns) and all(name in SLOTS for name in columns)

    def row(self, cells: dict[str, str], line: int) -> Mapping | None:
        """Return a row; what is wrong in it is noted, and it is still returned where it can be."""
        before = len(self.findings)
        values: dict[str, Any] = {}
        for name, text in cells.items():
            slot = SLOTS[name]
            if (sign := UNSEEN.search(text)) is not None:
                self.wrong(line, f"{name}: a sign that nobody sees, U+{ord(sign.group()):04X}", "take it out")
            several = tuple(parts(text)) if slot.several and text else ()
            values[name] = several if slot.several else text
            for value in several if slot.several else (text,) if text else ():
                self.value(name, slot.kind, value, line)
        for name in NEEDED:
            if not values[name]:
                self.wrong(line, f"no {name}", hint_for(name))
        if len(self.findings) > before:
            return None
        row = Mapping(**values, line=line)
        for message, hint in self.contradictions(row):
            self.wrong(line, message, hint)
        return row

    def iri(self, curie: str) -> str:
        prefix, _, local = curie.partition(":")
        return self.prefixes[prefix] + local

    def value(self, name: str, kind: Kind, value: str, line: int) -> None:
        if not value:
            self.wrong(line, f"{name} has an empty value", "take out the | that parts it from nothing")
        elif value != value.strip():
            self.wrong(line, f"{name} {value!r} has blanks around it", "take them out")
        elif kind is Kind.ENTITY:
            match = CURIE.fullmatch(value)
            if match is None:
                self.wrong(line, f"{name} {value!r} is no CURIE", "write it as prefix:id")
            elif value.startswith(("http://", "https://")):
                self.wrong(line, f"{name} {value!r} is an address", "write it as prefix:id, by a prefix of curie_map")
            elif match[1] not in self.prefixes:
                self.wrong(line, f"{name} {value!r}: nobody declares the prefix {match[1]!r}", "add it to curie_map")
            elif not is_address(self.prefixes[match[1]] + match[2]):
                self.wrong(line, f"{name} {value!r} makes no IRI", "mend what stands behind the colon")
        elif kind is Kind.ADDRESS and not is_address(value):
            self.wrong(line, f"{name} {value!r} is no web address", "write it in full, with https://")
        elif kind is Kind.DATE and not is_date(value):
            self.wrong(line, f"{name} {value!r} is no date", "write it as 2026-01-31")
        elif kind is Kind.SHARE and SHARE.fullmatch(value) is None:
            self.wrong(line, f"{name} {value!r} is no number from 0 to 1", "write it as 0.95, three decimals at most")

    def contradictions(self, row: Mapping) -> Iterator[tuple[str, str]]:
        """Yield what does not fit together in a row, with what to do."""
        if not self.iri(row.subject_id).startswith(BASE):
            yield f"{row.subject_id} is none of our entities", f"a subject is below {BASE}"
        if row.predicate_modifier not in ("", NOT):
            yield f"unknown predicate_modifier {row.predicate_modifier!r}", "Not is the only one"
        if row.predicate_modifier == NOT:
            if row.state:
                yield f"a pair that is denied is not {row.state} too", "leave its state out"
            if not row.comment:
                yield f"{row.object_id} is denied without a reason", "say in comment what it really is"
            return
        if row.state not in STATES:
            yield f"state {row.state!r} is none of {', '.join(STATES)}", f"what nobody has looked at is {UNCHECKED}"
        elif (row.state == ABSENT) != (row.object_id == NO_TERM_FOUND):
            yield (
                f"{row.state} with the object {row.object_id}",
                f"{ABSENT} goes with {NO_TERM_FOUND}, and only with it",
            )
        elif row.state != ABSENT and not row.object_label:
            yield f"{row.object_id} without its label", "give the object_label, so that a person can see what it is"


def parts(text: str) -> Iterator[str]:
    r"""Yield the values of a slot that may have several: between ``|``, where ``\|`` and ``\\`` are signs."""
    value = ""
    for piece in PIECES.findall(text):
        if piece == "|":
            yield value
            value = ""
        else:
            value += piece[1] if piece in (r"\|", r"\\") else piece
    yield value


def is_date(value: str) -> bool:
    try:
        return DATE.fullmatch(value) is not None and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def hint_for(slot: str) -> str:
    if slot == "mapping_justification":
        return "say how the match is known: semapv:ManualMappingCuration, semapv:LexicalMatching or the like"
    return "fill the cell, or take the row out"
