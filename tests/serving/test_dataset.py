"""FROM clauses that the engine counts wrongly: which queries have them, and which graphs they name."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from itgraph.grammar.dataset import datasets

BASE = "https://w3id.org/itgraph/"
EX = "http://example.org/"


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * FROM <a> FROM <b> { ?s ?p ?o }", ["a", "b"], []),
        ("SELECT*FROM<a>FROM<b>FROMNAMED<c>{}", ["a", "b"], ["c"]),
        ("select * from <a> from named <c> from <b> {}", ["a", "b"], ["c"]),
        ("ASK FROM <a> FROM <a> {}", ["a"], []),
        ("ASK FROM <a> FROM NAMED <c> FROM NAMED <c> {}", ["a"], ["c"]),
        (
            "ASK FROM <http://example.org/x/../a> FROM <../x> {}",
            ["http://example.org/x/../a", "https://w3id.org/x"],
            [],
        ),
        ("BASE <http://example.org/b/> ASK FROM <a> FROM <\\u0062> {}", [EX + "b/a", EX + "b/b"], []),
        ("PREFIX x: <http://example.org/> ASK FROM x:a FROM x:b\\-c {}", [EX + "a", EX + "b-c"], []),
        ("PREFIX x: <y/> PREFIX x: <z/>#c\nASK FROM x: FROM <b> {}", ["z/", "b"], []),
        ("ASK FROM known:a FROM <b> {}", [EX + "known/a", "b"], []),
        ("SELECT (EXISTS { ?from ?p 'FROM' } AS ?from) # FROM <c>\nFROM <a> FROM <b> {}", ["a", "b"], []),
        ("SELECT (1<2 AS ?x) (3>2 AS ?y) FROM <a> FROM <b> {}", ["a", "b"], []),
        ("CONSTRUCT { ?s ?p ?o } FROM <a> FROM <b> WHERE { ?s ?p ?o }", ["a", "b"], []),
        ("CONSTRUCT FROM <a> FROM <b> WHERE { ?s ?p ?o }", ["a", "b"], []),
        ("DESCRIBE <c> FROM <a> FROM <b>", ["a", "b"], []),
    ],
)
def test_the_graphs_of_several_clauses_are_named_once(text: str, default: list[str], named: list[str]) -> None:
    found = datasets(text, BASE, {"known": EX + "known/"})
    whole = [[iri if ":" in iri else BASE + iri for iri in part] for part in (default, named)]
    assert found == (tuple(whole[0]), tuple(whole[1]))
    ox.Store().query(text, base_iri=BASE, prefixes={"known": EX + "known/"})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * FROM <a> { ?s ?p ?o }",
        "SELECT * FROM <a> FROM NAMED <b> FROM NAMED <c> { ?s ?p ?o }",
        "SELECT * FROM <a> { ?s ?p 'FROM <b>' }",
        "SELECT * { ?s <from> ?from } # FROM <a> FROM <b>",
        "SELECT * FROM x:a FROM x:b {}",
        "SELECT * { FROM <a> FROM <b> }",
    ],
)
def test_other_queries_are_left_to_the_engine(text: str) -> None:
    assert datasets(text, BASE) is None


def test_the_engine_counts_a_triple_once_for_each_clause() -> None:
    """When this fails, the engine has learned to merge, and ``datasets`` can go."""
    store = ox.Store()
    a, b, term = (ox.NamedNode(EX + name) for name in ("a", "b", "term"))
    store.extend([ox.Quad(term, term, term, a), ox.Quad(term, term, term, b)])
    for clauses, rows in (("FROM <a>", 1), ("FROM <a> FROM <b>", 2), ("FROM <a> FROM <a>", 2)):
        answer = store.query(f"SELECT * {clauses} {{ ?s ?p ?o }}", base_iri=EX)
        assert isinstance(answer, ox.QuerySolutions)
        assert len(list(answer)) == rows
