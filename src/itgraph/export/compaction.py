"""Statements as JSON-LD nodes: compact, with the terms of the context, or expanded.

Serve side, below ``jsonld``. Compaction is that of JSON-LD 1.1 (https://www.w3.org/TR/json-ld11-api/#compaction) for
what our context has: terms with or without a type, prefixes, a base, and no containers. It needs one subject at a time,
where a JSON-LD library needs the document. Integers and booleans are those of JSON wherever JSON can hold them.

>>> compaction = Compaction({"ex": "https://example.org/", "size": {"@id": "ex:size", "@type": "xsd:integer"},
...     "xsd": "http://www.w3.org/2001/XMLSchema#"}, "https://example.org/")
>>> size = ox.Literal("7", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
>>> compaction.member("https://example.org/size", size)
('size', 7)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from itgraph.namespaces import RDF, XSD

__all__ = ["Compaction", "expanded"]

TYPE = RDF + "type"
# Canonical integers (XML Schema 1.1 part 2, section 3.4.13.1), and the greatest that every JSON reader keeps exact.
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
EXACT = 2**53


def native(value: ox.Literal) -> str | int | bool:
    """Return a canonical integer or boolean as JSON's own, any other literal as its text."""
    datatype = value.datatype.value
    if datatype == XSD + "boolean" and value.value in ("true", "false"):
        return value.value == "true"
    if datatype == XSD + "integer" and INTEGER.fullmatch(value.value) and len(value.value) < len(str(EXACT)):
        return int(value.value)
    return value.value


def expanded(subject: str, quads: Iterable[ox.Quad]) -> dict[str, Any]:
    """Return a node object in expanded form."""
    node: dict[str, Any] = {"@id": subject}
    for quad in quads:
        key, value = quad.predicate.value, quad.object
        if not isinstance(value, ox.Literal):
            iri = value.value if isinstance(value, ox.NamedNode) else str(value)
            member: Any = iri if key == TYPE else {"@id": iri}
        elif value.language:
            member = {"@value": value.value, "@language": value.language}
        elif value.datatype.value == XSD + "string":
            member = {"@value": value.value}
        else:
            member = {"@value": native(value), "@type": value.datatype.value}
        node.setdefault("@type" if key == TYPE else key, []).append(member)
    return node


class Compaction:
    """A context, turned round: from IRIs to what is written."""

    def __init__(self, context: Mapping[str, Any], base: str) -> None:
        self._base = base
        plain = {key: value for key, value in context.items() if isinstance(value, str) and not value.startswith("@")}
        self.prefixes = {key: iri for key, iri in plain.items() if iri.endswith(("#", "/"))}
        #: The term for an IRI and the type that the term gives to its values.
        self.terms: dict[tuple[str, str | None], str] = {}
        for term, definition in context.items():
            if isinstance(definition, dict):
                kind = definition.get("@type")
                typed = kind if kind is None or kind.startswith("@") else self.absolute(kind)
                self.terms[self.absolute(definition["@id"]), typed] = term
            elif term in plain and term not in self.prefixes:
                self.terms[self.absolute(definition), None] = term
        self.vocabulary = lru_cache(maxsize=1 << 12)(self._vocabulary)

    def absolute(self, name: str) -> str:
        """Return the IRI of a prefixed name of the context."""
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local if prefix in self.prefixes else name

    def identifier(self, iri: str) -> str:
        """Return the id of a node: relative to the base, but not where a colon would make it a prefixed name."""
        below = iri.removeprefix(self._base) if iri.startswith(self._base) else ""
        odd = not below or ":" in below or "//" in below or below.startswith(("/", "?", "#", "@", ".")) or "/." in below
        return iri if odd else below

    def _vocabulary(self, iri: str) -> str:
        """Return the name of a class, a datatype or a property: its term, else its prefixed name, else the IRI."""
        return self.terms.get((iri, None)) or self.prefixed(iri)

    def prefixed(self, iri: str) -> str:
        """Return the prefixed name of an IRI, else the IRI."""
        found = [
            f"{p}:{iri.removeprefix(namespace)}" for p, namespace in self.prefixes.items() if iri.startswith(namespace)
        ]
        # The shortest one, as the algorithm asks (section 6.2, IRI Compaction); its local part is not empty.
        usable = [name for name in found if not name.endswith(":") and "://" not in name]
        return min(usable, key=lambda name: (len(name), name), default=iri)

    def node(self, subject: str, quads: Iterable[ox.Quad]) -> dict[str, Any]:
        """Return a node object: its id, its types, then its properties as the statements come."""
        types = []
        members: dict[str, list[Any]] = {}
        for quad in quads:
            if quad.predicate.value == TYPE and isinstance(quad.object, ox.NamedNode):
                types.append(self.vocabulary(quad.object.value))
            else:
                name, value = self.member(quad.predicate.value, quad.object)
                members.setdefault(name, []).append(value)
        everything = {"type": types, **members} if types else members
        return {"id": self.identifier(subject)} | {
            name: values if len(values) > 1 else values[0] for name, values in everything.items()
        }

    def member(self, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> tuple[str, Any]:
        """Return the key and the value of one statement."""
        if not isinstance(value, ox.Literal):
            iri = value.value if isinstance(value, ox.NamedNode) else str(value)
            if (term := self.terms.get((predicate, "@id"))) is not None:
                return term, self.identifier(iri)
            if (term := self.terms.get((predicate, "@vocab"))) is not None:
                return term, self.vocabulary(iri)
            return self.vocabulary(predicate), {"id": self.identifier(iri)}
        if value.language:
            return self.vocabulary(predicate), {"@language": value.language, "@value": value.value}
        datatype = value.datatype.value
        if datatype == XSD + "string":
            return self.vocabulary(predicate), value.value
        if (term := self.terms.get((predicate, datatype))) is not None:
            return term, native(value)
        return self.vocabulary(predicate), {"type": self.vocabulary(datatype), "@value": native(value)}
