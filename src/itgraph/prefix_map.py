"""Identifiers of other places, as CURIEs: which places are known, how their identifiers look, and where they resolve.

Below both sides. The table is ``ontology/prefixes.json``, an extended prefix map of ``curies``
(https://curies.readthedocs.io/) with a name for people beside each prefix. The first ``uri_prefix`` of a place is the
one that the graph uses; the synonyms are only read. https://www.w3.org/TR/curie/

>>> identifier_of("https://arxiv.org/pdf/2304.12244")
Identifier(prefix='arxiv', local='2304.12244', place='arXiv', iri='https://arxiv.org/abs/2304.12244')
>>> identifier("ror:05wx9n238").iri
'https://ror.org/05wx9n238'
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

import curies

from itgraph.resources import ontology_dir

__all__ = ["TABLE", "Identifier", "converter", "identifier", "identifier_of", "place_names"]

#: The file of the table, below the folder of the ontology.
TABLE = "prefixes.json"


@dataclass(frozen=True)
class Identifier:
    """An identifier of a known place: its prefix and local part, the place's name, and the IRI that the graph uses."""

    prefix: str
    local: str
    place: str
    iri: str

    @property
    def curie(self) -> str:
        """The identifier as ``prefix:local``."""
        return f"{self.prefix}:{self.local}"


@cache
def converter() -> curies.Converter:
    """Return the converter between CURIEs and IRIs that the table makes."""
    return curies.Converter.from_extended_prefix_map(ontology_dir() / TABLE)


@cache
def place_names() -> dict[str, str]:
    """Return the name of each place by its prefix."""
    records = json.loads((ontology_dir() / TABLE).read_text(encoding="utf-8"))
    return {record["prefix"]: record["name"] for record in records}


def identifier_of(iri: str) -> Identifier | None:
    """Return the identifier that an IRI is, by whatever spelling of its place; None for an IRI of no known form."""
    return checked(converter().parse_uri(iri))


def identifier(curie: str) -> Identifier | None:
    """Return the identifier that a CURIE is, by whatever spelling of its prefix; None for one of no known form."""
    prefix, colon, local = curie.partition(":")
    known = converter().standardize_prefix(prefix) if colon else None
    return checked(None if known is None else (known, local))


def checked(pair: tuple[str, str] | None) -> Identifier | None:
    """Return the identifier of a prefix and a local part, None where the place has none of that form."""
    if pair is None:
        return None
    prefix, local = pair
    local = local.removesuffix("/")
    record = converter().get_record(prefix, strict=True)
    if record.pattern is None or re.fullmatch(record.pattern, local) is None:
        return None
    return Identifier(prefix, local, place_names()[prefix], record.uri_prefix + local)
