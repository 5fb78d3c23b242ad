"""A request of the protocol read, without a server: SPARQL 1.1 Protocol, section 2.1."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.endpoint.limits import Limits
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.protocol import FORM, QUERY, QueryRequest, read_request

LIMITS = Limits()
ASK = QueryRequest("ASK {}", (), (), None, 10.0)


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "expected"),
    [
        ("GET", b"query=ASK%20%7B%7D", "", b"", ASK),
        ("GET", b"query=ASK+%7b%7D", "", b"", ASK),
        ("HEAD", b"query=ASK%20{}", "", b"", ASK),
        ("GET", b"a=b&query=ASK+%7B%7D", "", b"", ASK),
        ("GET", b"query=ASK+%7B%7D&format=csv&timeout=2.5", "", b"", ASK._replace(format="csv", seconds=2.5)),
        ("GET", b"query=a%2Bb=c%3Dd", "", b"", ASK._replace(text="a+b=c=d")),
        # Decoded once: what was encoded twice stays encoded.
        ("GET", b"query=%2520", "", b"", ASK._replace(text="%20")),
        ("GET", b"query=100%", "", b"", ASK._replace(text="100%")),
        ("GET", b"query=%zz%20", "", b"", ASK._replace(text="%zz ")),
        ("GET", b"query=%c3%a9", "", b"", ASK._replace(text="é")),
        ("POST", b"", FORM, b"query=ASK+%7B%7D", ASK),
        ("POST", b"", QUERY, b"ASK {}", ASK),
        ("POST", b"default-graph-uri=a&default-graph-uri=b&named-graph-uri=c", QUERY, b"ASK {}", None),
        ("POST", b"", FORM, b"query=ASK+%7B%7D&default-graph-uri=a&default-graph-uri=b&named-graph-uri=c", None),
    ],
)
def test_it_is_read_in_each_of_its_forms(
    method: str, query_string: bytes, content_type: str, body: bytes, expected: QueryRequest | None
) -> None:
    wanted = expected or ASK._replace(default_graphs=("a", "b"), named_graphs=("c",))
    assert read_request(method, query_string, content_type, body, LIMITS) == wanted


@given(st.text(max_size=200))
def test_a_text_arrives_as_it_was_sent(text: str) -> None:
    for encoded in (quote(text), quote_plus(text)):
        assert read_request("GET", f"query={encoded}".encode(), "", b"", LIMITS).text == text


@given(st.binary(max_size=60), st.sampled_from(["GET", "POST"]), st.sampled_from([FORM, QUERY, "", "x/y"]))
def test_whatever_is_sent_is_read_or_refused(sent: bytes, method: str, content_type: str) -> None:
    status = 200
    try:
        read_request(method, sent, content_type, sent, LIMITS)
    except Problem as problem:
        status = problem.status
    assert status in {200, 400, 403, 415}
