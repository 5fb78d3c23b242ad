"""Which format to answer in: the Accept header weighed against what can be written.

Part of the endpoint, between ``protocol`` and ``evaluation``; knows HTTP, not SPARQL.

>>> best("text/csv;q=0.5, application/*", [Offer("csv", "text/csv"), Offer("json", "application/json")]).form
'json'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["ENCODINGS", "GRAPHS", "NAMES", "SOLUTIONS", "Offer", "best", "encoding", "named", "wanted_formats"]


@dataclass(frozen=True)
class Offer:
    """A format that can be written, under one media type. An alias is given only to who asks for it by name."""

    form: str
    media_type: str
    alias: bool = False

    @property
    def content_type(self) -> str:
        """The header to send: text in general has to name its charset (RFC 6657, section 3)."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


#: For SELECT and ASK, the preferred first (SPARQL 1.1 Query Results JSON, XML, CSV and TSV formats).
SOLUTIONS = (
    Offer("json", "application/sparql-results+json"),
    Offer("xml", "application/sparql-results+xml"),
    Offer("csv", "text/csv"),
    Offer("tsv", "text/tab-separated-values"),
    Offer("json", "application/json", alias=True),
    Offer("xml", "application/xml", alias=True),
    Offer("xml", "text/xml", alias=True),
)
#: For CONSTRUCT and DESCRIBE, the preferred first.
GRAPHS = (
    Offer("ttl", "text/turtle"),
    Offer("nt", "application/n-triples"),
    Offer("rdf", "application/rdf+xml"),
    Offer("nq", "application/n-quads"),
    Offer("trig", "application/trig"),
    Offer("jsonld", "application/ld+json"),
    Offer("ttl", "application/x-turtle", alias=True),
    Offer("nt", "text/plain", alias=True),
    Offer("rdf", "application/xml", alias=True),
    Offer("rdf", "text/xml", alias=True),
    Offer("jsonld", "application/json", alias=True),
)

#: What the field ``format`` calls them: the format of solutions and the one of triples that each name means.
NAMES: Mapping[str, tuple[str | None, str | None]] = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "rdf"),
    "csv": ("csv", None),
    "tsv": ("tsv", None),
    "ttl": (None, "ttl"),
    "turtle": (None, "ttl"),
    "nt": (None, "nt"),
    "ntriples": (None, "nt"),
    "rdf": (None, "rdf"),
    "rdfxml": (None, "rdf"),
    "nq": (None, "nq"),
    "nquads": (None, "nq"),
    "trig": (None, "trig"),
    "jsonld": (None, "jsonld"),
}
#: How an answer can be compressed, the preferred first.
ENCODINGS = ("zstd", "gzip")

# A weight has at most three decimals (RFC 9110, section 12.4.2); anything else is read as the default, 1.
WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


def ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    """Yield (type, subtype, weight) for each media range of the header (RFC 9110, section 12.5.1)."""
    for item in accept.split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        kind, slash, subtype = media_range.lower().partition("/")
        if not (kind and slash and subtype):
            # Java's URLConnection sends a lone "*" for "anything".
            if media_range != "*":
                continue
            kind = subtype = "*"
        yield kind, subtype, weight(parameters)


def best(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that the header weighs most, the earlier one among equals, or None where it takes none.

    The most specific range that fits an offer gives its weight, so ``text/csv;q=0, */*`` takes all but CSV. No header,
    or an empty one, takes anything.
    """
    if accept is None or not accept.strip():
        return offers[0]
    wanted = list(ranges(accept))
    weighed = [(weight_of(offer, wanted), -index) for index, offer in enumerate(offers)]
    heaviest, place = max(weighed)
    return offers[-place] if heaviest > 0 else None


def weight_of(offer: Offer, wanted: Sequence[tuple[str, str, float]]) -> float:
    kind, _, subtype = offer.media_type.partition("/")
    for pattern in ((kind, subtype), (kind, "*"), ("*", "*")):
        if offer.alias and pattern[1] == "*":
            break
        weights = [heavy for *names, heavy in wanted if tuple(names) == pattern]
        if weights:
            return max(weights)
    return 0.0


@lru_cache(maxsize=1024)
def wanted_formats(accept: str | None) -> tuple[Offer | None, Offer | None]:
    """Return how to write solutions and how to write triples: which of them the query has, only its parsing tells."""
    return best(accept, SOLUTIONS), best(accept, GRAPHS)


@lru_cache(maxsize=256)
def named(name: str) -> tuple[Offer | None, Offer | None] | None:
    """Return the formats that the field ``format`` means, by short name or media type; None where it means none.

    >>> [offer and offer.media_type for offer in named("xml")]
    ['application/sparql-results+xml', 'application/rdf+xml']
    """
    # A plus sign that was not percent-encoded has become a space (WHATWG URL, section 5.1).
    name = name.strip().lower().replace(" ", "+")
    if "/" in name:
        found = (
            next((offer for offer in SOLUTIONS if offer.media_type == name), None),
            next((offer for offer in GRAPHS if offer.media_type == name), None),
        )
        return found if any(found) else None
    if name not in NAMES:
        return None
    solutions, graph = NAMES[name]
    return (
        next((offer for offer in SOLUTIONS if offer.form == solutions), None),
        next((offer for offer in GRAPHS if offer.form == graph), None),
    )


@lru_cache(maxsize=1024)
def encoding(accept_encoding: str | None) -> str | None:
    """Return how to compress: what the client weighs most, zstd before gzip; None for not at all (section 12.5.3).

    >>> encoding("gzip, deflate, br, zstd"), encoding("gzip;q=0.5, *;q=0"), encoding("identity"), encoding(None)
    ('zstd', 'gzip', None, None)
    """
    if accept_encoding is None:
        return None
    weights: dict[str, float] = {}
    for item in accept_encoding.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        weights[name.removeprefix("x-")] = weight(parameters)
    anything = weights.get("*", 0.0)
    best_weight, chosen = max((weights.get(name, anything), -place) for place, name in enumerate(ENCODINGS))
    return ENCODINGS[-chosen] if best_weight > 0 and best_weight >= weights.get("identity", 0.0) else None


def weight(parameters: Sequence[str]) -> float:
    """Return the weight among the parameters of a header's item, 1 where there is none that can be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and WEIGHT.fullmatch(value.strip()):
            return float(value)
    return 1.0
