"""Lineage: hops, edges, sources, direction, and every form it is written in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.lineage_format import as_csv, as_dict, as_dot, as_json, as_mermaid, as_rich_tree, as_tree
from itgraph.namespaces import BASE
from itgraph.store import Store

if TYPE_CHECKING:
    from itgraph.sparql import Row

UP, DOWN = Direction.UP, Direction.DOWN
Shape = dict[str, tuple[int, list[tuple[str, str, tuple[str, ...]]]]]


def shape(result: Lineage) -> Shape:
    """Return hops and edges by id."""
    return {
        node.id: (node.hops, [(edge.neighbour, edge.relation, edge.sources) for edge in node.via])
        for node in result.nodes
    }


def test_down_by_weights_has_hops_kinds_and_sources_and_nothing_refuted(store: Store) -> None:
    based = "itg:basedOn"
    assert shape(lineage(store, BASE + "model/llama", DOWN)) == {
        "model/alpaca": (1, [("model/llama", based, ("survey/models/4",))]),
        "model/llava": (1, [("model/llama", based, ("survey/multimodal-models/1",))]),
        "model/mixed": (
            1,
            [
                ("model/llama", based, ("curation/model/mixed",)),
                # Only a rule says basedOn here, so that the kind stands alone.
                ("model/alpaca", "itg:mergedFrom", ("curation/model/mixed",)),
                ("model/vicuna", "itg:mergedFrom", ("curation/model/mixed",)),
            ],
        ),
        "model/vicuna": (1, [("model/llama", based, ("survey/models/5",))]),
        "model/odd": (2, [("model/vicuna", based, ("curation/model/odd",))]),
        "model/radiology-gpt": (2, [("model/alpaca", based, ("survey/domain-models/1",))]),
    }


def test_a_kind_stands_beside_the_plain_relation_each_with_its_sources(store: Store) -> None:
    assert shape(lineage(store, BASE + "model/llava", UP))["model/clip"] == (
        1,
        [
            ("model/llava", "itg:basedOn", ("survey/multimodal-models/1",)),
            ("model/llava", "itg:hasComponent", ("curation/model/llava",)),
        ],
    )


@pytest.mark.parametrize(
    ("entity", "direction", "via", "depth", "hops"),
    [
        ("model/alpaca", UP, Via.WEIGHTS, None, {"model/llama": 1}),
        ("model/alpaca", UP, Via.DATA, None, {"dataset/alpaca": 1, "model/instructgpt": 2}),
        (
            "model/alpaca",
            UP,
            Via.ALL,
            None,
            {"dataset/alpaca": 1, "model/llama": 1, "model/instructgpt": 2, "model/gpt-3": 3},
        ),
        ("model/alpaca", UP, Via.ALL, 1, {"dataset/alpaca": 1, "model/llama": 1}),
        ("model/alpaca", UP, Via.ALL, 0, {}),
        # A part that is a data set is a step; a part that is a line of the survey's table is not.
        ("dataset/lamm", UP, Via.DATA, 1, {"dataset/alpaca": 1}),
        ("dataset/alpaca", DOWN, Via.DATA, None, {"dataset/lamm": 1, "model/alpaca": 1}),
        ("model/gpt-3", DOWN, Via.WEIGHTS, None, {"model/instructgpt": 1}),
        ("model/clip", UP, Via.ALL, None, {}),
    ],
)
def test_direction_relations_and_depth(
    store: Store, entity: str, direction: Direction, via: Via, depth: int | None, hops: dict[str, int]
) -> None:
    found = lineage(store, BASE + entity, direction, via, depth)
    assert {node.id: node.hops for node in found.nodes} == hops


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Store) -> None:
        self.store, self.base, self.asked = store, store.base, 0

    def select(self, text: str) -> Iterator[Row]:
        self.asked += 1
        return self.store.select(text)


def chain(length: int) -> str:
    edges = "".join(f"<model/{i + 1}> itg:basedOn <model/{i}> .\n" for i in range(length))
    return f"@base <{BASE}> . @prefix itg: <https://w3id.org/itgraph/ns#> . <survey/models/1> {{ {edges} }}"


def test_a_lattice_with_more_paths_than_atoms_is_one_query_a_hop(release_of: Callable[[str], Path]) -> None:
    width, depth = 3, 60
    edges = "".join(
        f"<model/{level + 1}-{a}> itg:basedOn <model/{level}-{b}> .\n"
        for level in range(depth)
        for a in range(width)
        for b in range(width)
    )
    prefixes = f"@base <{BASE}> . @prefix itg: <https://w3id.org/itgraph/ns#> ."
    asked = Counting(Store.open(release_of(f"{prefixes} <survey/models/1> {{ {edges} }}")))
    found = lineage(asked, f"{BASE}model/{depth}-0", UP)
    assert len(found.nodes) == width * depth
    assert asked.asked == depth + 2  # one for the last level, that finds nothing, and one for the labels
    assert as_tree(found).count("\n") == 1 + width + width * width * (depth - 1)


def test_a_cycle_ends_and_long_chains_are_written(release_of: Callable[[str], Path]) -> None:
    text = chain(1200).replace("{ ", "{ <model/0> itg:basedOn <model/1200> . ")
    found = lineage(Store.open(release_of(text)), BASE + "model/1200", UP)
    assert len(found.nodes) == 1200
    assert as_tree(found).count("\n") == 1201


def test_json_is_the_pinned_form(store: Store) -> None:
    data = json.loads(as_json(lineage(store, BASE + "model/alpaca", UP)))
    assert data["entity"] == "model/alpaca"
    assert data["nodes"] == [
        {
            "id": "model/llama",
            "iri": BASE + "model/llama",
            "label": "LLaMA",
            "kind": "model",
            "hops": 1,
            "via": [{"from": "model/alpaca", "relation": "itg:basedOn", "sources": ["survey/models/4"]}],
        }
    ]


def test_the_tree_shows_a_node_once_and_refers_to_it_elsewhere(store: Store) -> None:
    assert as_tree(lineage(store, BASE + "model/llama", DOWN)).splitlines() == [
        "LLaMA (model/llama)",
        "├── Alpaca (model/alpaca)  survey/models/4",
        "│   ├── Mixed (model/mixed)  itg:mergedFrom curation/model/mixed  → below LLaMA",
        "│   └── Radiology-GPT (model/radiology-gpt)  survey/domain-models/1",
        "├── LLaVA (model/llava)  survey/multimodal-models/1",
        "├── Mixed (model/mixed)  curation/model/mixed",
        "└── Vicuna (model/vicuna)  survey/models/5",
        "    ├── Mixed (model/mixed)  itg:mergedFrom curation/model/mixed  → below LLaMA",
        '    └── 1. "R&D" <b>#1</b> | `x` \\ \\x1b[31m\\n (model/odd)  curation/model/odd',
    ]


def test_a_label_of_any_characters_is_escaped_by_the_rules_of_each_form(store: Store) -> None:
    odd = lineage(store, BASE + "model/odd", UP, depth=1)
    label = '1. "R&D" <b>#1</b> | `x` \\ \x1b[31m\n'
    assert odd.label == label
    assert r'[label="1. \"R&amp;D\" <b>#1</b> | `x` \\ \\x1b[31m\\n (model/odd)", ' in as_dot(odd)
    written = "1#46; #34;R#38;D#34; #60;b#62;#35;1#60;/b#62; | #96;x#96; #92; #92;x1b[31m#92;n (model/odd)"
    assert f'["{written}"]' in as_mermaid(odd)
    down = lineage(store, BASE + "model/vicuna", DOWN)
    (row,) = (row for row in csv.DictReader(io.StringIO(as_csv(down))) if row["id"] == "model/odd")
    assert (row["label"], row["from"], row["sources"]) == (label, "model/vicuna", "curation/model/odd")
    assert json.loads(as_json(odd))["label"] == label


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_pictures_have_the_arrows_of_the_statements(store: Store, direction: Direction) -> None:
    start = {UP: "model/alpaca", DOWN: "model/llama"}[direction]
    found = lineage(store, BASE + start, direction)
    assert '"model/alpaca" -> "model/llama" [label="itg:basedOn", tooltip="survey/models/4"];' in as_dot(found)
    names = dict(re.findall(r'^  (n\d+)\["(.*)"\]$', as_mermaid(found), re.MULTILINE))
    arrows = re.findall(r'^  (n\d+) -->\|"(.*)"\| (n\d+)$', as_mermaid(found), re.MULTILINE)
    assert ("Alpaca (model/alpaca)", "itg:basedOn (survey/models/4)", "LLaMA (model/llama)") in {
        (names[a], relation, names[b]) for a, relation, b in arrows
    }


def test_pictures_tell_model_and_data_set_of_one_name_apart_and_say_what_is_derived(
    store: Store, release_of: Callable[[str], Path]
) -> None:
    found = lineage(store, BASE + "dataset/alpaca", DOWN, Via.DATA)
    for picture in (as_dot(found), as_mermaid(found)):
        assert '"Alpaca (model/alpaca)"' in picture
        assert '"Alpaca (dataset/alpaca)"' in picture
    text = chain(1).replace("<survey/models/1>", "<derived>")
    derived = lineage(Store.open(release_of(text)), BASE + "model/1", UP)
    assert '"model/1" -> "model/0" [label="itg:basedOn", tooltip="derived"];' in as_dot(derived)
    assert 'n0["model/1"]' in as_mermaid(derived)
    assert 'n0 -->|"itg:basedOn (derived)"| n1' in as_mermaid(derived)


def test_the_tree_for_a_terminal_says_what_the_plain_one_says(store: Store) -> None:
    from rich.console import Console

    found = lineage(store, BASE + "model/llama", DOWN)
    console = Console(file=io.StringIO(), width=200, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(as_rich_tree(found))
    assert [line.rstrip() for line in captured.get().splitlines()] == as_tree(found).splitlines()


def test_the_family_of_llama_in_the_real_release(release: Path) -> None:
    found = lineage(Store.open(release), BASE + "model/llama", DOWN)
    data = as_dict(found)
    # Of the survey: whoever adds a model need not come here.
    of_survey = [n for n in data["nodes"] if any(s.startswith("survey/") for e in n["via"] for s in e["sources"])]
    assert len(of_survey) == 16
    distant = {node["label"]: node["via"] for node in of_survey if node["hops"] > 1}
    assert {label: {edge["from"] for edge in via} for label, via in distant.items()} == {
        "Radiology-GPT": {"model/alpaca"},
        "Video-LLaMA": {"model/vicuna"},
    }
    assert all(edge["sources"] for node in data["nodes"] for edge in node["via"])
    sources = {source for node in data["nodes"] for edge in node["via"] for source in edge["sources"]}
    assert not sources & {"derived", "about"}
    assert any(source.startswith("survey/models/") for source in sources)


def test_the_data_lineage_of_alpaca_in_the_real_release(release: Path) -> None:
    found = lineage(Store.open(release), BASE + "model/alpaca", UP, Via.ALL)
    hops = {node.id: node.hops for node in found.nodes}
    wanted = {"model/llama": 1, "dataset/alpaca": 1, "model/instructgpt": 2, "model/gpt-3": 3}
    assert {identifier: hops.get(identifier) for identifier in wanted} == wanted
