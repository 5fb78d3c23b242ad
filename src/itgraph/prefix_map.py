"""Identifiers of other places, as CURIEs: which places are known, how their identifiers look, and where they resolve.

Below both sides. The table is ``ontology/prefixes.json``, an extended prefix map of ``curies``
(https://curies.readthedocs.io/) with a name for people beside each prefix, and with the endings that addresses have
behind an identifier. The first ``uri_prefix`` of a place is the one that the graph uses; the synonyms are only read.
https://www.w3.org/TR/curie/

>>> identifier_of("https://arxiv.org/pdf/2304.12244v2.pdf")
Identifier(prefix='arxiv', local='2304.12244', place='arXiv', iri='https://arxiv.org/abs/2304.12244')
>>> identifier("ror:05wx9n238").iri
'https://ror.org/05wx9n238'
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

import curies

from itgraph.resources import ontology_dir

__all__ = ["TABLE", "Identifier", "converter", "identifier", "identifier_of", "places"]

#: The file of the table, below the folder of the ontology.
TABLE = "prefixes.json"
#: What stands in an address as it is (RFC 3986, sections 3.3 and 3.4); the rest of an identifier is percent-encoded.
IN_ADDRESS = "/:@!$&'()*+,;=-._~"
#: The class that an old arXiv id may have is no part of it (https://info.arxiv.org/help/arxiv_identifier.html).
ARXIV_CLASS = re.compile(r"\.[A-Z]{2}(?=/)")
#: The DOIs of arXiv, which the graph writes as arXiv does (https://info.arxiv.org/help/doi.html).
ARXIV_DOI = re.compile(r"10\.48550/arxiv\.")


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
def places() -> dict[str, dict[str, Any]]:
    """Return what the table says of each place, by its prefix."""
    records = json.loads((ontology_dir() / TABLE).read_text(encoding="utf-8"))
    return {record["prefix"]: record for record in records}


def identifier_of(iri: str) -> Identifier | None:
    """Return the identifier that an IRI is, by whatever spelling of its place; None for an IRI of no known form."""
    found = converter().parse_uri(iri)
    return None if found is None else checked(found.prefix, unquote(found.identifier))


def identifier(curie: str) -> Identifier | None:
    """Return the identifier that a CURIE is, by whatever spelling of its prefix; None for one of no known form."""
    prefix, colon, local = curie.partition(":")
    known = converter().standardize_prefix(prefix) if colon else None
    return None if known is None else checked(known, local)


def checked(prefix: str, local: str) -> Identifier | None:
    """Return the identifier of a prefix and a local part, None where the place has none of that form."""
    place = places()[prefix]
    local = re.sub(f"(?:{place.get('ending', '')})$", "", local.removesuffix("/"))
    if prefix == "arxiv":
        local = ARXIV_CLASS.sub("", local)
    elif prefix == "doi":
        # DOIs that differ in case only are one (DOI Handbook, general characteristics of the syntax); ours are small.
        local = ARXIV_DOI.sub("10.48550/arXiv.", local.lower())
    if re.fullmatch(place["pattern"], local) is None:
        return None
    return Identifier(prefix, local, place["name"], place["uri_prefix"] + quote(local, safe=IN_ADDRESS))
