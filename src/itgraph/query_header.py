r"""The YAML header of a saved query: the leading lines of the file that begin with ``#+``.

Above the ground alone, below ``queries``. It is read strictly, all scalars as text: a key that is unknown, missing or
given twice is an error with its line. A query without a header costs nothing here.

>>> read_header("#+ summary: Which models are there?\nSELECT * {}", "models.rq").summary
'Which models are there?'
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

from itgraph.errors import InputError

if TYPE_CHECKING:
    import yaml

__all__ = ["CONCEPT_KINDS", "ENTITY_KINDS", "VALUE_KINDS", "Header", "Parameter", "read_header", "without_header"]

ENTITY_KINDS = ("model", "dataset", "paper", "person", "benchmark", "technique", "organization")
CONCEPT_KINDS = ("construction", "modality", "domain", "subject", "section", "evaluation-style")
VALUE_KINDS = ("integer", "year", "text", "language", "boolean")
KINDS = (*ENTITY_KINDS, *CONCEPT_KINDS, *VALUE_KINDS)

KEYS = ("summary", "description", "keywords", "parameters")
PARAMETER_KEYS = ("kind", "label", "example", "default")
#: What each line of the header begins with.
MARK = "#+"

# VARNAME of SPARQL 1.1, section 19.8 [166], in ASCII: it is also a word of the command line and of a URL.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Parameter:
    """What a question leaves open. ``example`` and ``default`` are as people type them; no default: it is needed."""

    name: str
    kind: str
    label: str
    example: str
    default: str | None = None


@dataclass(frozen=True)
class Header:
    """What a header says; all of it empty where there is none."""

    summary: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


def read_header(text: str, path: str) -> Header:
    """Return the header of a query.

    Raises:
        InputError: not YAML; no summary; a key that is unknown or twice; a parameter of no known kind, or without a
            label or an example; says the line.
    """
    lines = [line.removeprefix(MARK).removeprefix(" ") for line in takewhile(is_header, text.split("\n"))]
    return Reader(path).header("\n".join(lines)) if lines else Header()


def without_header(text: str) -> str:
    """Return the query that follows the header."""
    return "\n".join(dropwhile(is_header, text.split("\n"))).lstrip("\n")


def is_header(line: str) -> bool:
    return line.startswith(MARK)


class Reader:
    """Reads one header; what is wrong is raised with its line."""

    def __init__(self, path: str) -> None:
        self.path = path

    def header(self, text: str) -> Header:
        root = self.compose(text)
        parts = self.mapping(root, "the header", KEYS)
        if "summary" not in parts:
            raise self.wrong(root, "the header has no summary", "say the question in one sentence")
        parameters = self.mapping(parts.get("parameters"), "parameters", None)
        return Header(
            " ".join(self.text(parts["summary"]).split()),
            self.text(parts["description"]) if "description" in parts else "",
            self.words(parts.get("keywords")),
            tuple(self.parameter(name, node) for name, node in parameters.items()),
        )

    def compose(self, text: str) -> yaml.Node | None:
        import yaml

        try:
            return yaml.compose(text, Loader=yaml.CLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            what = f"the header is not YAML: {error.problem or error.context}"
            raise InputError(what, hint="mend its syntax", path=self.path, line=line) from error
        except yaml.YAMLError as error:
            what = f"the header is not YAML: {str(error).splitlines()[0]}"
            raise InputError(what, hint="mend its syntax", path=self.path, line=1) from error

    def parameter(self, name: str, node: yaml.Node) -> Parameter:
        if not NAME.fullmatch(name):
            raise self.wrong(node, f"{name!r} cannot name a parameter", "use ASCII letters, digits and _")
        given = self.mapping(node, f"parameter {name!r}", PARAMETER_KEYS)
        parts = {key: self.text(value) for key, value in given.items()}
        for key in ("kind", "label", "example"):
            if key not in parts:
                raise self.wrong(node, f"parameter {name!r} has no {key}", f"give its {key}")
        if parts["kind"] not in KINDS:
            raise self.wrong(node, f"unknown kind {parts['kind']!r}", nearest(parts["kind"], KINDS))
        return Parameter(name, parts["kind"], parts["label"], parts["example"], parts.get("default"))

    def mapping(self, node: yaml.Node | None, what: str, keys: Sequence[str] | None) -> dict[str, yaml.Node]:
        if node is None:
            return {}
        if not is_a(node, "mapping"):
            raise self.wrong(node, f"{what}: not key: value", "see the other queries")
        parts: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if name in parts:
                raise self.wrong(key, f"{name!r} stands twice in {what}", "keep one")
            if keys is not None and name not in keys:
                raise self.wrong(key, f"unknown key {name!r} in {what}", nearest(name, keys))
            parts[name] = value
        return parts

    def text(self, node: yaml.Node) -> str:
        if not is_a(node, "scalar") or not node.value.strip():
            raise self.wrong(node, "not a text", "write words, in quotes if they hold ': ' or ' #'")
        return str(node.value).strip()

    def words(self, node: yaml.Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if not is_a(node, "sequence"):
            raise self.wrong(node, "keywords are not a list", "write [lineage, weights]")
        return tuple(map(self.text, node.value))

    def wrong(self, node: yaml.Node | None, message: str, hint: str) -> InputError:
        return InputError(message, hint=hint, path=self.path, line=node.start_mark.line + 1 if node else 1)


def is_a(node: yaml.Node, kind: str) -> bool:
    """Tell the kind of a node by the name that its class carries."""
    return getattr(node, "id", None) == kind


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the hint for a word that is not known."""
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(words)}"
