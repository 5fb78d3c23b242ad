"""Typed links from a document to the thing, its other formats, its licence and its kind: FAIR Signposting.

Part of the site, below ``things`` and the templates. https://signposting.org/FAIR/

Example: ``<https://w3id.org/itgraph/model/alpaca>; rel="cite-as"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from itgraph.dataset import DATA_LICENCE
from itgraph.namespaces import SCHEMA, SKOS
from itgraph.site.schema_org import TYPES
from itgraph.sparql import iri_ref, kind_of, string_literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itgraph.site.site import Site

__all__ = ["Signpost", "link_header", "signposts"]

#: The formats of RDF that a page points to, with their types.
DESCRIBED_BY = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
}
#: The DOIs, and those that arXiv gives.
DOI = "https://doi.org/"
PREPRINT = f"{DOI}10.48550/"
#: So many authors are pointed to; the header of a paper by hundreds would be refused by clients.
MOST_AUTHORS = 20


class Signpost(NamedTuple):
    """A typed link (RFC 8288)."""

    href: str
    rel: str
    type: str | None = None


def signposts(site: Site, identifier: str, form: str = "html") -> list[Signpost]:
    """Return the links of a document: those of a landing page, or of metadata that describe one."""
    iri = site.base + identifier
    if form != "html":
        return [Signpost(iri, "cite-as"), Signpost(site.addresses.public(identifier), "describes", "text/html")]
    written_by = f"{iri_ref(iri)} {iri_ref(SCHEMA + 'author')} ?a"
    authors = site.store.select(f"SELECT DISTINCT ?a WHERE {{ {written_by} }} ORDER BY ?a LIMIT {MOST_AUTHORS}")
    return [
        Signpost(doi_of(site, iri) if kind_of(identifier) == "paper" else iri, "cite-as"),
        *(Signpost(site.addresses.public(identifier, ending), "describedby", DESCRIBED_BY[ending])
          for ending in DESCRIBED_BY),
        Signpost(SCHEMA + "AboutPage", "type"),
        Signpost(SCHEMA + TYPES.get(kind_of(identifier), "Thing"), "type"),
        *(Signpost(author.value, "author") for (author,) in authors if author is not None),
        Signpost(DATA_LICENCE, "license"),
        Signpost(site.addresses.url, "collection", "text/html"),
    ]  # fmt: skip


def doi_of(site: Site, iri: str) -> str:
    """Return what a work is cited by: its DOI, that of a publication before that of a preprint; else our own IRI.

    The header has one such link (https://signposting.org/FAIR/#cite-as). What describes a work is cited by our IRI.
    """
    match = f"{iri_ref(iri)} {iri_ref(SKOS + 'exactMatch')} ?doi FILTER(STRSTARTS(STR(?doi), {string_literal(DOI)}))"
    order = f"ORDER BY STRSTARTS(STR(?doi), {string_literal(PREPRINT)}) ?doi LIMIT 1"
    (doi,) = next(site.store.select(f"SELECT ?doi WHERE {{ {match} }} {order}"), (None,))
    return iri if doi is None else doi.value


def link_header(posts: Sequence[Signpost]) -> str:
    """Return the links as the value of a Link header."""
    return ", ".join(
        f'<{ascii_only(post.href)}>; rel="{post.rel}"' + (f'; type="{post.type}"' if post.type else "")
        for post in posts
    )


def ascii_only(iri: str) -> str:
    """Return an IRI as a URI (RFC 3987, section 3.1): what is not ASCII is percent-encoded."""
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in iri)
