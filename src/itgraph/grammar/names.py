r"""What the names in a query stand for: its prologue, and the IRI behind a reference or a prefixed name.

Between ``tokens`` and those that need to know which IRI is meant: ``dataset``, and the gate of the endpoint.
SPARQL 1.1, sections 4.1.1 and 19.8 [4] to [6].

>>> names = prologue(r"BASE <http://example.org/> PREFIX x: <a\u002f> ASK {}")
>>> names.iri("x:b"), names.iri("<c>"), names.iri("y:b")
('http://example.org/a/b', 'http://example.org/c', None)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from itgraph.grammar.tokens import IRIREF, PREFIX, SKIPPED

__all__ = ["Names", "prologue"]

# The engine asks for no space before a prefix.
DECLARATION = re.compile(
    rf"{SKIPPED}(?:(?i:BASE)|(?i:PREFIX){SKIPPED}(?P<prefix>{PREFIX})){SKIPPED}(?P<reference>{IRIREF})"
)
ESCAPED = re.compile(r"\\(.)")


class Names:
    """The base and the prefixes that hold where names are read; the prefixes are without their colon."""

    def __init__(self, base: str | None = None, prefixes: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.prefixes: dict[str, str | None] = dict(prefixes or {})

    def iri(self, name: str) -> str | None:
        """Return the absolute IRI that an IRI reference or a prefixed name of a query stands for, or None for none."""
        if name.startswith("<"):
            return self.resolved(name)
        prefix, _, local = name.partition(":")
        namespace = self.prefixes.get(prefix)
        return None if namespace is None else namespace + ESCAPED.sub(r"\1", local)

    def resolved(self, reference: str) -> str | None:
        """Return the IRI of a reference with its brackets, resolved as the engine does it: by the same library."""
        try:
            # Turtle has the same references with the same escapes.
            (triple,) = ox.parse(f"{reference}<x:><x:>.", format=ox.RdfFormat.TURTLE, base_iri=self.base)
        except (SyntaxError, ValueError):
            return None
        return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None


def prologue(text: str, base: str | None = None, prefixes: Mapping[str, str] | None = None) -> Names:
    """Return the names that hold behind the prologue of a query.

    Args:
        text: the query.
        base: the base where the query declares none; None leaves relative references unresolved.
        prefixes: the namespaces by prefix, without its colon, that need no declaration.
    """
    names = Names(base, prefixes)
    place = 0
    while found := DECLARATION.match(text, place):
        place = found.end()
        iri = names.resolved(found["reference"])
        if found["prefix"] is None:
            names.base = iri or names.base
        else:
            names.prefixes[found["prefix"][:-1]] = iri
    return names
