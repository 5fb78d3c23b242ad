"""Names: what a person types, and the entity that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from itgraph.entity import resolve
from itgraph.errors import UsageError
from itgraph.namespaces import BASE, ITG
from itgraph.store import Store


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("model/alpaca", "model/alpaca"),
        ("  model/alpaca ", "model/alpaca"),
        (BASE + "dataset/alpaca", "dataset/alpaca"),
        ("LLaMA", "model/llama"),
        ("LLaMa", "model/llama"),
        ("llama", "model/llama"),
        ("radiology gpt", "model/radiology-gpt"),
        ("survey/models/4", "survey/models/4"),
        ("survey/models/4#training-set", "survey/models/4#training-set"),
        ("itg:basedOn", "itg:basedOn"),
        (ITG + "basedOn", "itg:basedOn"),
        ("model/alpaca/", "model/alpaca"),
        (BASE + "model/alpaca/", "model/alpaca"),
        ("http" + BASE.removeprefix("https") + "model/alpaca", "model/alpaca"),
        ("http" + BASE.removeprefix("https") + "model/alpaca/", "model/alpaca"),
    ],
)
def test_a_name_is_resolved(store: Store, name: str, identifier: str) -> None:
    found = resolve(store, name)
    assert (found.id, found.notice) == (identifier, None)


def test_the_entity_has_its_label_and_kind(store: Store) -> None:
    found = resolve(store, "LLaMa")
    assert (found.iri, found.label, found.kind) == (BASE + "model/llama", "LLaMA", "model")


@pytest.mark.parametrize("retired", ["model/llama-1", "model/llama-0", BASE + "model/llama-0"])
def test_a_retired_id_leads_to_its_successor_with_a_notice(store: Store, retired: str) -> None:
    found = resolve(store, retired)
    assert found.id == "model/llama"
    assert found.notice == f"{retired.removeprefix(BASE)} is now model/llama"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Alpaca", "say which: dataset/alpaca, model/alpaca"),
        ("ALPACA", "say which: dataset/alpaca, model/alpaca"),
        ("Vicunna", "did you mean model/vicuna?"),
        ("model/lama", "did you mean model/llama?"),
        ("Rohan Tauri", "did you mean person/rohan-taori?"),
        ("based on", "nothing is called 'based on'"),
        ("dataset/vicuna", "did you mean model/vicuna?"),
        ("dataset/Vicunna", "did you mean model/vicuna?"),
        ("modle/alpaca", "did you mean dataset/alpaca or model/alpaca?"),
        ("model/alpca", "did you mean model/alpaca or dataset/alpaca?"),
        ("model/zzzz", "an id looks like model/llama"),
        ("nope", "an id looks like model/llama"),
        ("clap", "an id looks like model/llama"),
        ("zzzzzz", "an id looks like model/llama"),
        ('a" } DROP ALL #', "nothing is called"),
        ("a\\", "nothing is called"),
        ("x> ?p ?o . <y", "nothing is called"),
        ("line\nbreak", "nothing is called"),
        ("%", "nothing is called '%'"),
        ("itg:a b", "nothing is called 'itg:a b'"),
        ("model/%zz", "nothing is called"),
        ("model/[llama]", "nothing is called"),
        ("http://[x/", "nothing is called"),
        ("model/\ue000", "nothing is called"),
        ("a\x00b", "nothing is called"),
        ("\udcff", "the name is not text"),
        ("model/\udcff", "the name is not text"),
        ("", "the name is empty"),
    ],
)
def test_a_name_of_nothing_or_of_two_things_says_what_to_type(store: Store, name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(store, name)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("model/mmlu", "did you mean benchmark/mmlu?"),
        ("nope", "an id looks like model/llama or dataset/alpaca"),
        ("organisation/openai", "did you mean organization/openai?"),
    ],
)
def test_what_is_offered_out_of_the_real_release(release: Path, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(Store.open(release), name)
    assert caught.value.hint == hint
