"""Turtle and TriG, written from sorted lines: one statement in memory at a time, the same bytes each time.

Serve side, after ``lines``. The engine's own writer gives its prefixes in an order that changes from run to run, and
opens a graph anew for every subject; this one writes the prefixes by name and each graph once. Literals stay as the
dump has them, since each of them is also one of Turtle (https://www.w3.org/TR/turtle/#sec-escapes).

>>> Terms("https://w3id.org/itgraph/").object(b"<https://w3id.org/itgraph/model/llama>")
b'<model/llama>'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import BinaryIO

from itgraph.export.lines import Line, by_graph, split
from itgraph.namespaces import PREFIXES, RDF, XSD

__all__ = ["Terms", "relative", "write_trig", "write_turtle"]

# Local names that need no escape (Turtle, section 6.5 [168s]); others keep their full IRI.
LOCAL = re.compile(rb"[A-Za-z_][A-Za-z0-9_-]*")
# Paths that every parser puts below the base as they are: no colon, no empty or dot segment (RFC 3986, section 5.2).
PATH = re.compile(rb"[A-Za-z0-9_-]+(?:[./#][A-Za-z0-9_-]+)*")
# Numbers that are their own canonical form (XML Schema 1.1 part 2, section 3.4.13.1).
INTEGER = re.compile(rb"0|-?[1-9][0-9]*")

TYPE = f"<{RDF}type>".encode()
INTEGER_TYPE = f"<{XSD}integer>".encode()
BOOLEAN_TYPE = f"<{XSD}boolean>".encode()


def relative(iri: bytes, base: bytes) -> bytes | None:
    """Return the IRI as a path below the base, or None where it is none or parsers could differ.

    >>> relative(b"https://example.org/model/x#part-1", b"https://example.org/"), relative(b"urn:x", b"https://a/")
    (b'model/x#part-1', None)
    """
    if not base.endswith(b"/") or not iri.startswith(base):
        return None
    path = iri[len(base) :]
    return path if PATH.fullmatch(path) else None


class Terms:
    """How terms are written: prefixed names for the vocabularies, paths for what is below the base."""

    def __init__(self, base: str) -> None:
        self.base = base.encode()
        self.prefixes = sorted((name.encode(), iri.encode()) for name, iri in PREFIXES.items())
        # A graph repeats its predicates, classes and neighbours.
        self.iri = lru_cache(maxsize=1 << 14)(self._iri)

    def header(self) -> bytes:
        """Return the base and all prefixes, those that the statements do not need among them."""
        lines = [b"@prefix %b: <%b> .\n" % prefix for prefix in self.prefixes]
        return b"@base <%b> .\n" % self.base + b"".join(lines)

    def _iri(self, term: bytes) -> bytes:
        iri = term[1:-1]
        for prefix, namespace in self.prefixes:
            if iri.startswith(namespace) and LOCAL.fullmatch(local := iri[len(namespace) :]):
                return prefix + b":" + local
        path = relative(iri, self.base)
        return term if path is None else b"<%b>" % path

    def predicate(self, term: bytes) -> bytes:
        """Return a predicate."""
        return b"a" if term == TYPE else self.iri(term)

    def object(self, term: bytes) -> bytes:
        """Return an IRI or a literal; integers and booleans without quotes where that is the same literal."""
        if term.startswith(b"<"):
            return self.iri(term)
        text, typed, datatype = term.rpartition(b'"^^')
        if not typed:
            return term
        if datatype == INTEGER_TYPE and INTEGER.fullmatch(text, 1):
            return text[1:]
        if datatype == BOOLEAN_TYPE and text[1:] in (b"true", b"false"):
            return text[1:]
        return text + typed + self.iri(datatype)


def write_turtle(lines: Iterable[Line], base: str, out: BinaryIO) -> None:
    """Write statements as Turtle; the graphs that the lines name are left out."""
    terms = Terms(base)
    out.write(terms.header())
    write_statements(lines, terms, out, b"")


def write_trig(lines: Iterable[Line], base: str, out: BinaryIO) -> None:
    """Write statements as TriG: the default graph, then the named graphs by their names."""
    terms = Terms(base)
    out.write(terms.header())
    for graph, statements in by_graph(lines):
        if graph:
            out.write(b"\n" + terms.iri(graph) + b" {")
            write_statements(statements, terms, out, b"    ")
            out.write(b"}\n")
        else:
            write_statements(statements, terms, out, b"")


def write_statements(lines: Iterable[Line], terms: Terms, out: BinaryIO, indent: bytes) -> None:
    subject = predicate = b""
    for line in lines:
        s, p, o, _ = split(line)
        if s != subject:
            end = b" .\n" if subject else b""
            out.write(b"%b\n%b%b %b %b" % (end, indent, terms.iri(s), terms.predicate(p), terms.object(o)))
        elif p != predicate:
            out.write(b" ;\n%b    %b %b" % (indent, terms.predicate(p), terms.object(o)))
        else:
            out.write(b", " + terms.object(o))
        subject, predicate = s, p
    if subject:
        out.write(b" .\n")
