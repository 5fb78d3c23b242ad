r"""The saved queries: ``queries/<question>.rq``, each a question with a name, its parameters and runnable SPARQL.

Between the two sides, above the ground alone: the build describes the queries in the graph, the doors ask them. The
leading lines that begin with ``#+`` are a YAML header. A parameter is a line ``VALUES ?base { … }`` of the pattern
that holds an example, so that the file runs unchanged on any engine; :func:`bind` replaces what is between the braces.

Those in the folder ``federated`` ask other endpoints too, by SERVICE. Only who may reach these can answer them, and so
they are found by name, and are not among those that pages, the REST interface and the graph offer to everybody.

Example::

    built_on = load()["built-on"]
    bind(built_on, {"base": ["<https://w3id.org/itgraph/model/alpaca>"]})
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from itgraph.errors import InputError, UsageError, echo
from itgraph.query_header import Parameter, read_header
from itgraph.resources import queries_dir

__all__ = [
    "FEDERATED",
    "Parameter",
    "Query",
    "asked_about",
    "bind",
    "federated",
    "find",
    "load",
    "names",
    "parse",
    "read",
]

#: The folder, below that of the saved queries, of those that ask other endpoints too.
FEDERATED = "federated"

LINE = re.compile(r"^(?P<start>[ \t]*VALUES[ \t]+\?(?P<name>\w+)[ \t]*\{)[^\n]*(?P<end>\}[ \t]*)$", re.MULTILINE)
# One term and nothing behind it: IRIREF, String with language or datatype, number or boolean (section 19.8 [139]ff).
IRI = r"<[^\x00-\x20<>\"{}|^`\\]*>"
TERM = re.compile(
    rf"{IRI}|\"(?:[^\"\\\n\r]|\\[tbnrf\\\"']|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*\"(?:@[A-Za-z0-9-]+|\^\^{IRI})?"
    r"|[+-]?\d+(?:\.\d+)?|true|false"
)


@dataclass(frozen=True)
class Query:
    """A question. ``text`` is the whole file, which runs as it is; ``path`` is where it was read from."""

    name: str
    summary: str
    description: str
    keywords: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    path: str

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name.

        Raises:
            UsageError: there is none; the hint names those that there are.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = [parameter.name for parameter in self.parameters]
        if not known:
            hint = "ask it without, or describe the parameter in its header" if self.summary else None
            raise UsageError(f"{self.name} has no parameter {echo(name)}, nor any other", hint=hint)
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
        raise UsageError(f"{self.name} has no parameter {echo(name)}", hint=hint)


def names(directory: str | os.PathLike[str] | None = None) -> list[str]:
    """Return the names of the saved queries, without reading them."""
    folder = Path(directory) if directory is not None else queries_dir()
    return sorted(path.stem for path in folder.glob("*.rq"))


def federated(directory: str | os.PathLike[str] | None = None) -> list[str]:
    """Return the names of the saved queries that ask other endpoints too, without reading them."""
    return names((Path(directory) if directory is not None else queries_dir()) / FEDERATED)


def find(name: str, directory: str | os.PathLike[str] | None = None) -> Query:
    """Return the saved query of that name, be it one that asks other endpoints too.

    Raises:
        UsageError: there is none; the hint names the nearest.
        InputError: it cannot be read, or its header does not describe it.
    """
    folder = Path(directory) if directory is not None else queries_dir()
    known = dict.fromkeys(names(folder), folder) | dict.fromkeys(federated(folder), folder / FEDERATED)
    if name in known:
        return read(known[name] / f"{name}.rq")
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "'itgraph query --list' names them"
    raise UsageError(f"no saved query is called {echo(name)}", hint=hint)


def load(directory: str | os.PathLike[str] | None = None) -> dict[str, Query]:
    """Return the saved queries by name, in the order of their names.

    Args:
        directory: the folder of the ``.rq`` files; by default the project's own.

    Raises:
        InputError: the folder or a file cannot be read, or a header does not describe its query; says the line.
    """
    folder = Path(directory) if directory is not None else queries_dir()
    if not folder.is_dir():
        raise InputError("no such folder of queries", path=folder)
    return {path.stem: read(path) for path in sorted(folder.glob("*.rq"))}


def read(path: str | os.PathLike[str]) -> Query:
    """Read one file; see :func:`parse`.

    Raises:
        InputError: it cannot be read, is not UTF-8, or its header does not describe it.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    return parse(content, os.fspath(path))


def parse(content: bytes, path: str) -> Query:
    """Return the query in a file's bytes. One without a header is a query without a summary and parameters.

    Raises:
        InputError: not UTF-8, or the header does not describe the query: a key that is unknown, twice or missing, an
            unknown kind, a parameter without its ``VALUES`` line; says the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the query as UTF-8", path=path, line=line) from error
    text = text.replace("\r\n", "\n")
    name = Path(path).stem
    header = read_header(text, path)
    query = Query(name, header.summary, header.description, header.keywords, header.parameters, text, path)
    for parameter in query.parameters:
        found = sum(match["name"] == parameter.name for match in LINE.finditer(text))
        if found != 1:
            wrong = f"parameter {parameter.name!r} has {found} lines 'VALUES ?{parameter.name} {{ … }}'"
            raise InputError(wrong, hint="give it exactly one, which holds the example", path=path)
    return query


def asked_about(query: Query, text: str) -> list[str]:
    """Return the IRIs that the parameters of a query have in a text that :func:`bind` returned."""
    known = {parameter.name for parameter in query.parameters}
    rows = (match[0] for match in LINE.finditer(text) if match["name"] in known)
    return [iri[1:-1] for row in rows for iri in re.findall(IRI, row)]


def bind(query: Query, values: Mapping[str, Sequence[str]]) -> str:
    """Return the text of the query with the rows of its parameters replaced.

    Args:
        query: the question.
        values: for each parameter one or more terms, written in SPARQL.

    Raises:
        UsageError: a parameter is unknown, or has no value.
        ValueError: a value is not one term: nothing else is ever put into a query.
    """
    for name, terms in values.items():
        query.parameter(name)
        for term in terms:
            if not TERM.fullmatch(term):
                raise ValueError(f"not one term of SPARQL: {term!r}")
    for parameter in query.parameters:
        if not values.get(parameter.name):
            hint = f"give one, for example {parameter.name}={parameter.example}"
            raise UsageError(f"{query.name} needs a value for {parameter.name!r} ({parameter.label})", hint=hint)

    def row(match: re.Match[str]) -> str:
        terms = values.get(match["name"])
        return f"{match['start']} {' '.join(terms)} {match['end']}" if terms else match[0]

    return LINE.sub(row, query.text)
