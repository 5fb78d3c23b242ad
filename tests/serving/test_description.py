"""Showing an entity: every statement, who makes it, what a correction took out, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from itgraph.description import describe
from itgraph.description_format import as_dict, as_text, as_turtle
from itgraph.entity import resolve
from itgraph.namespaces import BASE, FAIR4ML, ITG
from itgraph.store import Store


def shown(store: Store, identifier: str) -> dict[str, Any]:
    return as_dict(describe(store, BASE + identifier), BASE)


def test_each_statement_names_its_sources_and_each_source_its_origin(store: Store) -> None:
    data = shown(store, "model/alpaca")
    sources = {
        (s["predicate"], s["object"].get("id", s["object"].get("value"))): s["sources"] for s in data["statements"]
    }
    assert sources == {
        ("rdf:type", "fair4ml:MLModel"): ["registry/model/alpaca"],
        ("rdfs:label", "Alpaca"): ["registry/model/alpaca"],
        ("fair4ml:trainedOn", "dataset/alpaca"): ["curation/model/alpaca"],
        ("itg:ancestorModel", "model/llama"): ["derived"],
        ("itg:basedOn", "model/llama"): ["survey/models/4"],
        ("itg:parameterCount", "7000000000"): ["survey/models/4"],
        ("itg:trainingSet", "survey/models/4#training-set"): ["survey/models/4"],
    }
    assert data["sources"]["survey/models/4"] == {
        "method": "stated",
        "hadPrimarySource": "https://example.org/survey",
        "reason": "",
    }
    assert data["sources"]["curation/model/alpaca"]["reason"] == "data set and model have one name"


def test_nodes_of_details_are_opened_one_level(store: Store) -> None:
    training = next(s for s in shown(store, "model/alpaca")["statements"] if s["predicate"] == "itg:trainingSet")
    assert {(d["predicate"], d["object"].get("value", d["object"].get("id"))) for d in training["details"]} == {
        ("rdf:type", "itg:TrainingSet"),
        ("itg:instanceCount", "52000"),
        ("itg:sizeAsPrinted", "52K"),
    }
    (authorship,) = shown(store, "person/rohan-taori")["incoming"]
    assert ("survey/reference/17", "itg:authorship") in {(d["subject"], d["predicate"]) for d in authorship["details"]}


def test_incoming_statements_are_shown_with_the_label_of_the_other_side(store: Store) -> None:
    incoming = {(s["subject"], s["predicate"]) for s in shown(store, "model/alpaca")["incoming"]}
    assert incoming >= {("model/radiology-gpt", "itg:basedOn"), ("survey/models/4", "itg:describes")}
    assert "Radiology-GPT (model/radiology-gpt)  itg:basedOn" in as_text(describe(store, BASE + "model/alpaca"), BASE)


@pytest.mark.parametrize("identifier", ["model/refuted", "model/llama"])
def test_a_refuted_statement_stands_apart_with_the_reason_on_both_ends(store: Store, identifier: str) -> None:
    data = shown(store, identifier)
    (refuted,) = data["refuted"]
    assert (refuted["subject"], refuted["object"]["id"], refuted["sources"]) == (
        "model/refuted",
        "model/llama",
        ["survey/models/6"],
    )
    assert refuted["refutedBy"] == {
        "correction": "curation/survey/models/6#correction-1",
        "reason": "the row lost a cell",
        "hadPrimarySource": "https://example.org/paper",
    }
    held = [*data["statements"], *data["incoming"]]
    assert not any(s["subject"] == "model/refuted" and s["predicate"] == "itg:basedOn" for s in held)
    text = as_text(describe(store, BASE + identifier), BASE)
    assert "refuted by curation/survey/models/6#correction-1: the row lost a cell" in text


def test_a_source_is_opened_with_every_statement_that_it_makes_by_subject(store: Store) -> None:
    data = shown(store, "survey/models/4")
    said = {
        group["subject"]: {
            (s["predicate"], s["object"].get("id", s["object"].get("value"))) for s in group["statements"]
        }
        for group in data["says"]
    }
    assert list(said) == ["survey/models/4", "model/alpaca", "survey/models/4#training-set"]
    assert said["model/alpaca"] == {
        ("itg:basedOn", "model/llama"),
        ("itg:parameterCount", "7000000000"),
        ("itg:trainingSet", "survey/models/4#training-set"),
    }
    assert data["says"][1]["label"] == "Alpaca"
    assert "survey/models/4" in data["sources"]
    text = as_text(describe(store, BASE + "survey/models/4"), BASE)
    says = text[text.index("\nSays\n") : text.index("\nSources\n")].splitlines()
    assert "  Alpaca (model/alpaca)" in says
    assert "    itg:basedOn  LLaMA (model/llama)" in says
    assert shown(store, "model/alpaca")["says"] == []
    assert "\nSays\n" not in as_text(describe(store, BASE + "model/alpaca"), BASE)


def test_what_a_source_says_and_a_correction_refutes_is_marked(store: Store) -> None:
    (group,) = shown(store, "survey/models/6")["says"]
    (statement,) = group["statements"]
    assert (group["subject"], statement["object"]["id"], statement["held"]) == ("model/refuted", "model/llama", False)
    assert statement["refutedBy"]["reason"] == "the row lost a cell"
    text = as_text(describe(store, BASE + "survey/models/6"), BASE)
    refuted = "refuted by curation/survey/models/6#correction-1: the row lost a cell"
    assert f"    itg:basedOn  LLaMA (model/llama)  {refuted}" in text.splitlines()


def test_the_text_shows_control_characters_and_keeps_its_lines(store: Store) -> None:
    text = as_text(describe(store, BASE + "model/odd"), BASE)
    assert "\x1b" not in text
    assert "\\x1b[31m\\n" in text


def test_turtle_holds_what_is_held(store: Store) -> None:
    triples = {
        q.triple for q in ox.parse(as_turtle(describe(store, BASE + "model/refuted"), BASE), ox.RdfFormat.TURTLE)
    }
    refuted = ox.Triple(
        ox.NamedNode(BASE + "model/refuted"), ox.NamedNode(ITG + "basedOn"), ox.NamedNode(BASE + "model/llama")
    )
    assert triples
    assert refuted not in triples
    assert any(triple.object == ox.NamedNode(FAIR4ML + "MLModel") for triple in triples)


def test_every_entity_of_the_real_release_can_be_shown_and_has_sources(release: Path) -> None:
    store = Store.open(release)
    for name in ("survey/models/4", "curation/survey/models/1", "registry/model/llama", "survey/anomalies"):
        opened = describe(store, resolve(store, name).iri)
        (count,) = next(store.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{opened.iri}> {{ ?s ?p ?o }} }}"))
        assert count is not None
        assert len(opened.says) == int(count.value) > 0
        assert all(statement.sources == (name,) for statement in opened.says)
        assert name in opened.sources
    for name in ("model/alpaca", "dataset/lamm", "survey/models/4", "paper/arxiv-2308.10792", "benchmark/mmlu"):
        found = describe(store, resolve(store, name).iri)
        assert found.outgoing, name
        assert all(statement.sources for statement in (*found.outgoing, *found.incoming)), name
        assert all(source.method for source in found.sources.values()), name
        json.dumps(as_dict(found, store.base))
