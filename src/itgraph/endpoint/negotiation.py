"""Which format to answer in: the Accept header weighed against what can be written.

Part of the endpoint, between ``protocol`` and ``evaluation``; knows HTTP, not SPARQL.

>>> best("text/csv;q=0.5, application/*", [Offer("csv", "text/csv"), Offer("json", "application/json")]).form
'json'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["GRAPHS", "SOLUTIONS", "Offer", "best"]


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
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q" and WEIGHT.fullmatch(value.strip()):
                weight = float(value)
        yield kind, subtype, weight


def best(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that the header weighs most, the earlier one among equals, or None where it takes none.

    The most specific range that fits an offer gives its weight, so ``text/csv;q=0, */*`` takes all but CSV. No header,
    or an empty one, takes anything.
    """
    if accept is None or not accept.strip():
        return offers[0]
    wanted = list(ranges(accept))
    weighed = [(weight_of(offer, wanted), -index) for index, offer in enumerate(offers)]
    weight, place = max(weighed)
    return offers[-place] if weight > 0 else None


def weight_of(offer: Offer, wanted: Sequence[tuple[str, str, float]]) -> float:
    kind, _, subtype = offer.media_type.partition("/")
    for pattern in ((kind, subtype), (kind, "*"), ("*", "*")):
        if offer.alias and pattern[1] == "*":
            break
        weights = [weight for *names, weight in wanted if tuple(names) == pattern]
        if weights:
            return max(weights)
    return 0.0
