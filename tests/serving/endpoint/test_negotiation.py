"""The Accept header weighed: RFC 9110, section 12.5.1."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from itgraph.endpoint.negotiation import GRAPHS, SOLUTIONS, Offer, best
from itgraph.results import GRAPH_FORMATS, SOLUTION_FORMATS

JSON, XML, CSV, TSV = (offer.media_type for offer in SOLUTIONS[:4])
TURTLE = "text/turtle"


@pytest.mark.parametrize(
    ("accept", "offers", "media_type"),
    [
        (None, SOLUTIONS, JSON),
        ("", SOLUTIONS, JSON),
        ("  ", GRAPHS, TURTLE),
        ("*/*", SOLUTIONS, JSON),
        ("*/*", GRAPHS, TURTLE),
        ("*", SOLUTIONS, JSON),
        ("text/csv", SOLUTIONS, CSV),
        ("TEXT/CSV", SOLUTIONS, CSV),
        ("text/*", SOLUTIONS, CSV),
        ("text/*", GRAPHS, TURTLE),
        ("application/*", GRAPHS, "application/n-triples"),
        ("text/csv, application/sparql-results+xml", SOLUTIONS, XML),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.6", SOLUTIONS, TSV),
        ("text/csv ; q=0.5 , text/tab-separated-values ; Q=0.4", SOLUTIONS, CSV),
        ("text/csv;q=0, */*", SOLUTIONS, JSON),
        ("application/sparql-results+json;q=0, */*;q=0.1", SOLUTIONS, XML),
        ("*/*;q=0.1, text/csv", SOLUTIONS, CSV),
        ("text/csv;charset=utf-8", SOLUTIONS, CSV),
        ("text/csv;header=present;q=0.1, text/tab-separated-values;q=0.2", SOLUTIONS, TSV),
        # A type that a plain client knows is given back under the name that it asked for.
        ("application/json", SOLUTIONS, "application/json"),
        ("application/json, application/sparql-results+json;q=0.9", SOLUTIONS, "application/json"),
        ("text/xml", SOLUTIONS, "text/xml"),
        ("application/ld+json", GRAPHS, "application/ld+json"),
        ("text/plain", GRAPHS, "text/plain"),
        # A browser: XML by name before anything else.
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", SOLUTIONS, "application/xml"),
        # rdflib's and Jena's clients.
        ("text/turtle, application/n-triples;q=0.9, application/ld+json;q=0.8, */*;q=0.5", GRAPHS, TURTLE),
        # What cannot be read counts as not said.
        ("nonsense, text/csv", SOLUTIONS, CSV),
        ("text/csv;q=high", SOLUTIONS, CSV),
        (",,text/csv,", SOLUTIONS, CSV),
        ("text/html", SOLUTIONS, None),
        ("text/turtle", SOLUTIONS, None),
        ("text/csv", GRAPHS, None),
        ("*/*;q=0", SOLUTIONS, None),
        ("nonsense", SOLUTIONS, None),
    ],
)
def test_the_heaviest_offer_wins(accept: str | None, offers: Sequence[Offer], media_type: str | None) -> None:
    found = best(accept, offers)
    assert (found.media_type if found else None) == media_type


def test_each_offer_can_be_written() -> None:
    assert {offer.form for offer in SOLUTIONS} == set(SOLUTION_FORMATS)
    assert {offer.form for offer in GRAPHS} == set(GRAPH_FORMATS)
    for offers, formats in ((SOLUTIONS, SOLUTION_FORMATS), (GRAPHS, GRAPH_FORMATS)):
        for offer in offers:
            if not offer.alias:
                assert formats[offer.form].media_type.startswith(offer.media_type)
