r"""RDF/XML, written from sorted lines, one subject after the other.

Serve side, after ``lines``. Written here and not by the engine, whose writer lets a carriage return through as it is
(every XML parser reads it back as a line feed) and control characters, which XML 1.0 does not have at all.

>>> text("R&D\r")
'R&amp;D&#13;'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import BinaryIO

import pyoxigraph as ox

from itgraph.errors import UsageError
from itgraph.export.lines import Line, quads
from itgraph.export.turtle import relative
from itgraph.namespaces import PREFIXES, XSD, compact

__all__ = ["write_rdfxml"]

# XML 1.0 (fifth edition), section 2.2 [2]: what is no Char. Surrogates cannot stand in a literal.
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# The end of an IRI that can be an element's local name (Namespaces in XML 1.0 [4]), in ASCII.
LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")
OTHERWISE = "choose another form, turtle for one"


def text(value: str) -> str:
    """Return character data; a carriage return as a reference, or a parser would read a line feed (section 2.11)."""
    for character, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        value = value.replace(character, reference)
    return value


def attribute(value: str) -> str:
    """Return the value of an attribute, in quotes."""
    return f'"{text(value).replace(chr(34), "&quot;")}"'


def write_rdfxml(lines: Iterable[Line], base: str, out: BinaryIO) -> None:
    """Write statements as RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/); graphs are left out.

    Raises:
        UsageError: a literal holds a character that XML does not have, or a property has no name in XML.
    """
    namespaces = "".join(f"\n    xmlns:{prefix}={attribute(iri)}" for prefix, iri in sorted(PREFIXES.items()))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF\n    xml:base={attribute(base)}{namespaces}>\n'
    out.write(head.encode())
    for subject, statements in groupby(quads(lines), key=lambda quad: quad.subject):
        about = reference(subject, base)
        out.write(f"  <rdf:Description rdf:about={about}>\n".encode())
        out.writelines(f"    {element(quad, base)}\n".encode() for quad in statements)
        out.write(b"  </rdf:Description>\n")
    out.write(b"</rdf:RDF>\n")


def reference(term: object, base: str) -> str:
    """Return the IRI of a term as an attribute, below the base where it is."""
    iri = term.value if isinstance(term, ox.NamedNode) else ""
    path = relative(iri.encode(), base.encode())
    return attribute(iri if path is None else path.decode())


def element(quad: ox.Quad, base: str) -> str:
    """Return the property element of a statement."""
    name, namespace = tag(quad.predicate.value)
    value = quad.object
    if not isinstance(value, ox.Literal):
        return f"<{name}{namespace} rdf:resource={reference(value, base)}/>"
    if bad := NO_CHARACTER.search(value.value):
        where = f"{compact(quad.predicate.value)} of {compact(str(quad.subject)[1:-1], base)}"
        raise UsageError(f"XML does not have the character U+{ord(bad[0]):04X} in {where}", hint=OTHERWISE)
    kind = ""
    if value.language:
        kind = f" xml:lang={attribute(value.language)}"
    elif value.datatype.value != XSD + "string":
        kind = f" rdf:datatype={attribute(value.datatype.value)}"
    return f"<{name}{namespace}{kind}>{text(value.value)}</{name}>"


def tag(predicate: str) -> tuple[str, str]:
    """Return the name of a property element, and the declaration that it needs, if any."""
    local = LOCAL.search(predicate)
    if local is None:
        raise UsageError(f"XML has no name for the property {predicate}", hint=OTHERWISE)
    namespace = predicate[: local.start()]
    for prefix, iri in PREFIXES.items():
        if namespace == iri:
            return f"{prefix}:{local[0]}", ""
    return local[0], f" xmlns={attribute(namespace)}"
