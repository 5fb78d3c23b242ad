"""Queries that a machine makes up: whatever comes, it is answered or refused, and never by a mistake of the server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Ask = Callable[..., Any]

VARIABLES = st.sampled_from(["?a", "?b", "?c", "$d"])
IRIS = st.sampled_from(
    ["<model/alpaca>", "<model/llama>", "itg:basedOn", "rdfs:label", "<>", "<http://example.org/é>", "nope:x", "a"]
)
LITERALS = st.one_of(
    st.text(max_size=20).map(json.dumps),
    st.integers().map(str),
    st.floats(allow_nan=False).map(repr),
    st.sampled_from(['"x"@en', '"1"^^xsd:integer', '"""a\nb"""', "'it'", "true", '"2024-01-01"^^xsd:date']),
)
TERMS = VARIABLES | IRIS | LITERALS
FUNCTIONS = st.sampled_from(
    ["STR", "LANG", "STRLEN", "UCASE", "ABS", "CEIL", "YEAR", "isIRI", "BOUND", "IRI", "MD5", "SHA512", "xsd:integer"]
)
PATHS = st.recursive(
    IRIS,
    lambda path: st.one_of(
        path.map(lambda one: f"({one})*"),
        path.map(lambda one: f"^({one})+"),
        st.tuples(path, path).map("/".join),
        st.tuples(path, path).map("|".join),
        path.map(lambda one: f"!({one})"),
    ),
    max_leaves=4,
)
EXPRESSIONS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(FUNCTIONS, inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "=", "<", ">=", "&&", "||", "IN"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} ({parts[2]}))"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"IF({', '.join(parts)})"),
        st.tuples(inner, inner).map(lambda parts: f"REGEX(STR({parts[0]}), {parts[1]})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"REPLACE({', '.join(parts)})"),
        inner.map(lambda one: f"!({one})"),
    ),
    max_leaves=5,
)
PATTERNS = st.recursive(
    st.tuples(TERMS, PATHS | VARIABLES, TERMS).map(lambda triple: " ".join(triple) + " ."),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda both: f"{{ {both[0]} }} UNION {{ {both[1]} }}"),
        inner.map(lambda one: f"OPTIONAL {{ {one} }}"),
        inner.map(lambda one: f"GRAPH ?g {{ {one} }}"),
        inner.map(lambda one: f"MINUS {{ {one} }}"),
        inner.map(lambda one: f"FILTER NOT EXISTS {{ {one} }}"),
        inner.map(lambda one: f"{{ SELECT * {{ {one} }} LIMIT 3 }}"),
        EXPRESSIONS.map(lambda one: f"FILTER({one})"),
        st.tuples(EXPRESSIONS, st.sampled_from("xyz")).map(lambda both: f"BIND({both[0]} AS ?{both[1]})"),
        st.lists(LITERALS, max_size=3).map(lambda terms: f"VALUES ?v {{ {' '.join(terms)} }}"),
    ),
    max_leaves=6,
)
QUERIES = st.one_of(
    PATTERNS.map(lambda pattern: f"SELECT * {{ {pattern} }} LIMIT 20"),
    PATTERNS.map(lambda pattern: f"ASK {{ {pattern} }}"),
    PATTERNS.map(lambda pattern: f"CONSTRUCT {{ ?a ?b ?c }} {{ {pattern} }} LIMIT 20"),
    PATTERNS.map(lambda pattern: f"DESCRIBE ?a {{ {pattern} }} LIMIT 2"),
    st.tuples(EXPRESSIONS, PATTERNS).map(
        lambda parts: f"SELECT ?a (COUNT(*) AS ?n) (SAMPLE({parts[0]}) AS ?s) {{ {parts[1]} }} GROUP BY ?a ORDER BY ?n"
    ),
    st.text(max_size=60),
    st.tuples(PATTERNS, st.text(max_size=5), st.integers(0, 200)).map(
        lambda parts: f"SELECT * {{ {parts[0]} }}"[: parts[2]] + parts[1]
    ),
)
FORMATS = st.sampled_from(["", "json", "xml", "csv", "tsv", "ttl", "nt", "jsonld", "rdf", "trig", "nq"])
#: What a client can have done wrong, and the limits; 500 is ours.
EXPECTED = {200, 400, 403, 406, 413, 414, 422, 503, 504}


@pytest.fixture(scope="module")
def server_query(endpoint: str) -> Iterator[Callable[[str, str], Any]]:
    import httpx2

    with httpx2.Client(timeout=30) as client:

        def query(text: str, form: str) -> Any:
            fields = {"query": text, "timeout": "1", **({"format": form} if form else {})}
            return client.post(endpoint, data=fields)

        yield query


@given(query=QUERIES, form=FORMATS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_is_never_a_mistake_of_the_server(server_query: Callable[[str, str], Any], query: str, form: str) -> None:
    reply = server_query(query, form)
    assert reply.status_code in EXPECTED, (query, reply.text)
    if reply.status_code != 200:
        problem = reply.json()
        assert problem["status"] == reply.status_code
        assert "Traceback" not in reply.text
        assert "site-packages" not in reply.text


@given(body=st.binary(max_size=200), content_type=st.sampled_from(["application/sparql-query", "text/plain", "", "x"]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_as_a_body_are_refused_or_answered(endpoint: str, body: bytes, content_type: str) -> None:
    import httpx2

    reply = httpx2.post(endpoint, content=body, headers={"Content-Type": content_type}, timeout=30)
    assert reply.status_code in {200, 400, 403, 415, 422}
