"""From what people type to terms: every kind of parameter, and each way to be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph import queries
from itgraph.asking import ask, term
from itgraph.errors import UsageError
from itgraph.namespaces import BASE
from itgraph.queries import Parameter, Query
from itgraph.store import Store

XSD = "http://www.w3.org/2001/XMLSchema#"


def of_kind(kind: str, default: str | None = None) -> Query:
    """Return a query with one parameter."""
    parameter = Parameter("x", kind, "X", "example", default)
    return Query("question", "?", "", (), (parameter,), "SELECT ?x {\n  VALUES ?x { 0 }\n}", "question.rq")


def bound(store: Store, query: Query, **params: str | list[str]) -> list[str]:
    """Return the terms that reach the engine."""
    answer = store.query(ask(store, query, params))
    assert isinstance(answer, ox.QuerySolutions)
    return [str(row["x"]) for row in answer]


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("model", "model/llama", f"<{BASE}model/llama>"),
        ("model", f"{BASE}model/llama", f"<{BASE}model/llama>"),
        ("model", " LLaMA ", f"<{BASE}model/llama>"),
        ("model", "LLaMa", f"<{BASE}model/llama>"),
        ("model", "radiology gpt", f"<{BASE}model/radiology-gpt>"),
        ("model", "odd", f"<{BASE}model/odd>"),
        ("model", "Alpaca", f"<{BASE}model/alpaca>"),
        ("dataset", "Alpaca", f"<{BASE}dataset/alpaca>"),
        ("dataset", "ALPACA", f"<{BASE}dataset/alpaca>"),
        ("person", "Rohan Taori", f"<{BASE}person/rohan-taori>"),
        ("integer", "7000000000", f'"7000000000"^^<{XSD}integer>'),
        ("integer", "-007", f'"-7"^^<{XSD}integer>'),
        ("year", "2023", f'"2023"^^<{XSD}integer>'),
        ("boolean", "Yes", f'"true"^^<{XSD}boolean>'),
        ("boolean", "false", f'"false"^^<{XSD}boolean>'),
        ("language", "zh-hans", '"zh-Hans"'),
        ("language", "EN", '"en"'),
        ("text", 'a "b" }', '"a \\"b\\" }"'),
    ],
)
def test_a_value_becomes_the_term_of_its_kind(store: Store, kind: str, value: str, wanted: str) -> None:
    assert bound(store, of_kind(kind), x=value) == [wanted]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("model", "Lama", "parameter x: nothing is called 'Lama' — did you mean model/llama"),
        ("model", "Rohan Taori", "parameter x: 'Rohan Taori' is no model — it is the name of person/rohan-taori"),
        ("model", "dataset/alpaca", "parameter x: dataset/alpaca is no model — give a model, by its id or name"),
        ("model", "itg:basedOn", "parameter x: itg:basedOn is no model"),
        ("model", "", "parameter x: the name is empty"),
        ("model", "a> ?p ?o", "parameter x: nothing is called 'a> ?p ?o'"),
        ("model", "caf\udce9", "parameter x: the value is not text"),
        ("integer", "7B", "parameter x: '7B' is not an integer — write it in digits, such as 7000000000"),
        ("integer", "1_000", "'1_000' is not an integer"),
        ("integer", "９", "'９' is not an integer"),
        ("integer", "", "'' is not an integer"),
        ("year", "23", "'23' is not a year"),
        ("boolean", "maybe", "'maybe' is neither true nor false"),
        ("language", "Chinese", "'Chinese' is not the tag of a language — give the tag of BCP 47"),
        ("language", "xx", "'xx' is not the tag of a language"),
        ("text", "  ", "the text is empty"),
    ],
)
def test_what_is_not_of_the_kind_is_said(store: Store, kind: str, value: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        ask(store, of_kind(kind), {"x": value})
    assert message in str(raised.value)


def test_an_ambiguous_name_lists_the_candidates(release_of: Callable[[str], Path]) -> None:
    twins = release_of(
        f"@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@base <{BASE}> .\n"
        '<registry/twins> { <model/one> rdfs:label "Twin" . <model/two> rdfs:label "Twin" . }'
    )
    message = "parameter x: 'Twin' is the name of 2 entities — say which: model/one, model/two"
    with pytest.raises(UsageError) as raised:
        ask(Store.open(twins), of_kind("model"), {"x": "Twin"})
    assert str(raised.value) == message


def test_several_values_are_several_rows_each_once(store: Store) -> None:
    wanted = [f"<{BASE}model/llama>", f"<{BASE}model/alpaca>"]
    assert bound(store, of_kind("model"), x=["LLaMA", "model/alpaca", "LLaMa"]) == wanted


@pytest.mark.parametrize(
    ("clause", "several"),
    [
        ("SELECT *", True),
        ("SELECT ?y ?x # ?z", True),
        ("SELECT (STR(?y) AS ?x)", True),
        ("ASK", True),
        ("SELECT DISTINCT ?y (COUNT(?x) AS ?n)\nWHERE", False),
        ("SELECT ?y # ?x *\nFROM <http://example.org/#x>", False),
    ],
)
def test_several_values_are_for_rows_that_tell_them_apart(store: Store, clause: str, several: bool) -> None:
    text = f"{clause} {{\n  VALUES ?x {{ 0 }}\n}}"
    query = Query("question", "?", "", (), (Parameter("x", "integer", "X", "0"),), text, "question.rq")
    assert "VALUES ?x" in ask(store, query, {"x": ["7", "+7"]})
    if several:
        assert " ".join(f'"{n}"^^<{XSD}integer>' for n in (1, 2)) in ask(store, query, {"x": ["1", "2"]})
        return
    with pytest.raises(UsageError, match="question takes one value for 'x'"):
        ask(store, query, {"x": ["1", "2"]})


def test_an_unknown_concept_is_answered_with_those_there_are(release: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing is called 'Law' — it is one of .*medical, sentiment-analysis, "):
        ask(Store.open(release), queries.find("models-by-domain"), {"domain": "Law"})


def test_a_default_stands_in_and_an_example_does_not(store: Store) -> None:
    assert bound(store, of_kind("model", "LLaMA")) == [f"<{BASE}model/llama>"]
    assert bound(store, of_kind("model", "LLaMA"), x="Vicuna") == [f"<{BASE}model/vicuna>"]
    with pytest.raises(UsageError, match=r"question needs a value for 'x' \(X\) — give one, for example x=example"):
        ask(store, of_kind("model"), {})
    with pytest.raises(UsageError, match="question has no parameter 'y' — it has x"):
        ask(store, of_kind("model"), {"y": "LLaMA"})


def test_a_retired_id_is_answered_with_a_notice(store: Store) -> None:
    notices: list[str] = []
    assert f"<{BASE}model/llama>" in ask(store, of_kind("model"), {"x": "model/llama-1"}, notices=notices)
    assert notices == ["model/llama-1 is now model/llama"]


def in_file(query: Query, name: str) -> set[str]:
    """Return the terms of a parameter's own line in the file."""
    (line,) = (match[0] for match in queries.LINE.finditer(query.text) if match["name"] == name)
    answer = ox.Store().query(f"SELECT ?{name} {{ {line} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return {str(row[name]) for row in answer}


def test_the_example_of_every_saved_query_is_what_its_line_holds(release: Path) -> None:
    """What the header offers to people and what the file asks when it runs as it is are one thing."""
    real = Store.open(release)
    saved = queries.load()
    assert "built-on" in saved
    different = {
        (query.name, parameter.name)
        for query in saved.values()
        for parameter in query.parameters
        if in_file(query, parameter.name) != {str(term(real, parameter, parameter.example))}
    }
    assert different == set()


def test_the_default_of_every_saved_query_is_of_its_kind(release: Path) -> None:
    real = Store.open(release)
    defaults = [p for query in queries.load().values() for p in query.parameters if p.default is not None]
    assert all(term(real, parameter, parameter.default or "") for parameter in defaults)
