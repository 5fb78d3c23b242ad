"""Answers as tables: which name stands for a thing, and for how many things names are looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph import results
from itgraph.namespaces import BASE
from itgraph.store import Store

LABELLED = f"""\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{BASE}> .
<registry/labels> {{
    <model/plain> rdfs:label "Plain", "Alt"@af, "English"@en .
    <model/english> rdfs:label "English"@en, "Afrikaans"@af .
    <model/welsh> rdfs:label "Cymraeg"@cy .
    <model/none> rdfs:comment "no label" .
}}
"""


def test_a_label_is_one_without_a_language_else_in_english_else_any(release_of: Callable[[str], Path]) -> None:
    store = Store.open(release_of(LABELLED))
    query = "SELECT DISTINCT ?m { ?m ?p ?o } ORDER BY ?m"
    _, rows = results.table(store.query(query), store.base, partial(results.label_names, store))
    assert [name for (name,) in rows] == ["English", "model/none", "Plain", "Cymraeg"]


def test_names_are_looked_up_for_the_first_things_of_a_long_table(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MOST_LABELS", 2)
    asked: list[Sequence[str]] = []

    def names_of(iris: Sequence[str]) -> dict[str, str]:
        asked.append(iris)
        return results.label_names(store, iris)

    query = "SELECT ?m { VALUES ?m { <model/llama> <model/llama> <model/alpaca> <model/vicuna> } }"
    _, rows = results.table(store.query(query), store.base, names_of)
    assert [name for (name,) in rows] == ["LLaMA", "LLaMA", "Alpaca", "model/vicuna"]
    assert asked == [[f"{BASE}model/llama", f"{BASE}model/alpaca"]]


def test_triples_have_neither_a_table_nor_lines_of_json(store: Store) -> None:
    query = "CONSTRUCT WHERE { <model/alpaca> ?p ?o }"
    with pytest.raises(TypeError):
        results.table(store.query(query), store.base)
    with pytest.raises(TypeError):
        results.json_lines(store.query(query))


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf", "jsonld"])
def test_a_graph_has_the_same_bytes_whatever_the_order_of_its_triples(store: Store, form: str) -> None:
    answer = store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(isIRI(?s)) }")
    assert isinstance(answer, ox.QueryTriples)
    triples = list(answer)
    once = results.write(triples, form)
    assert once == results.write([*reversed(triples), *triples[:3]], form)
    if form == "nt":
        lines = once.decode().splitlines()
        assert lines == sorted(set(lines))
        assert len(lines) > 20


def test_triples_in_a_list_are_written_like_those_of_the_engine(store: Store) -> None:
    query = "CONSTRUCT WHERE { <model/alpaca> itg:basedOn ?b }"
    answer = store.query(query)
    assert isinstance(answer, ox.QueryTriples)
    listed = list(answer)
    assert results.is_graph(listed)
    for form in results.GRAPH_FORMATS:
        assert results.write(listed, form) == results.write(store.query(query), form)
