"""Terms written into SPARQL text, and the seam behind which an engine answers: what every question has in common.

Serve side, below lineage, resolving and showing, above the store. The questions that those modules ask are plain
SPARQL 1.1 without property paths, so that an engine on disk or on another machine can stand behind the seam.

>>> values("model", ["https://w3id.org/itgraph/model/llama"])
'VALUES ?model { <https://w3id.org/itgraph/model/llama> }'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pyoxigraph import NamedNode

from itgraph.errors import NetworkError, echo
from itgraph.namespaces import RDFS, compact

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal

__all__ = [
    "Queryable",
    "Row",
    "Term",
    "chunks",
    "entity_iri",
    "iri_ref",
    "is_iri",
    "is_unicode",
    "kind_of",
    "labels",
    "string_literal",
    "values",
]

if TYPE_CHECKING:
    Term: TypeAlias = NamedNode | BlankNode | Literal
    Row: TypeAlias = tuple[Term | None, ...]

#: How many terms one VALUES block holds: large enough that few queries are sent, small enough for any parser.
CHUNK = 500
#: The languages of labels, the preferred first; our own names have none, another endpoint's may have hundreds.
LANGUAGES = ("", "en")

# IRIREF of SPARQL 1.1, section 19.8 [139], after a scheme of RFC 3986, section 3.1.
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")


class Queryable(Protocol):
    """What lineage, resolving, showing and counting ask of a store; the in-memory store is one answer to it."""

    @property
    def base(self) -> str:
        """The IRI below which the entities of this release live."""

    def select(self, text: str) -> Iterator[Row]:
        """Yield the solutions of a SELECT query, each as the terms in the order of its variables."""


def is_iri(text: str) -> bool:
    """Tell whether the text can stand between angle brackets in a query (SPARQL 1.1, section 19.8).

    The grammar takes more than an IRI is (RFC 3987, section 2.2: ``%`` begins an escape); the engine takes IRIs alone.
    """
    if IRI.fullmatch(text) is None:
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def is_unicode(text: str) -> bool:
    """Tell whether the text can be written as UTF-8: what a shell passes on in another encoding cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def iri_ref(iri: str) -> str:
    """Return the IRI in angle brackets.

    Raises:
        ValueError: the text holds a character that would end or break the IRI.
    """
    if not is_iri(iri):
        raise ValueError(f"not an IRI: {iri!r}")
    return f"<{iri}>"


def entity_iri(term: Term) -> str:
    """Return the IRI of a term that stands for an entity.

    Raises:
        NetworkError: it is none, which no release holds; so it came from an endpoint.
    """
    if not isinstance(term, NamedNode) or not is_iri(term.value):
        raise NetworkError(f"the endpoint answers with {echo(term.value)} where an IRI belongs")
    return term.value


def string_literal(text: str) -> str:
    """Return the text as a SPARQL string, escaped as section 19.7 asks."""
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escape)
    return f'"{text}"'


def values(variable: str, iris: Iterable[str]) -> str:
    """Return a VALUES block that binds the variable to each IRI."""
    return f"VALUES ?{variable} {{ {' '.join(map(iri_ref, iris))} }}"


def chunks(iris: Iterable[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Yield the IRIs in lists of at most ``size``."""
    waiting = iter(iris)
    while chunk := list(islice(waiting, size)):
        yield chunk


def kind_of(identifier: str) -> str:
    """Return the kind that an id carries in its first part: ``model`` of ``model/llama``.

    >>> kind_of("dataset/alpaca"), kind_of("survey/models/4#training-set"), kind_of("https://example.org/x")
    ('dataset', 'survey', 'external')
    """
    if "://" in identifier:
        return "external"
    kind, _, rest = identifier.partition("/")
    return kind if rest else "other"


def labels(store: Queryable, iris: Iterable[str]) -> dict[str, str]:
    """Return one label for each IRI: its ``rdfs:label``, without a language or in English first, else its id."""
    wanted = sorted(set(iris))
    found: dict[str, tuple[int, str, str]] = {}
    for chunk in chunks(iri for iri in wanted if is_iri(iri)):
        for entity, label, language in store.select(
            f"SELECT ?entity ?label (LANG(?label) AS ?language) WHERE {{ {values('entity', chunk)} "
            f"?entity {iri_ref(RDFS + 'label')} ?label }}"
        ):
            if entity is not None and label is not None:
                tag = language.value if language is not None else ""
                rank = (LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES), tag, label.value)
                iri = entity_iri(entity)
                found[iri] = min(found.get(iri, rank), rank)
    return {iri: found[iri][2] if iri in found else compact(iri, store.base) for iri in wanted}
