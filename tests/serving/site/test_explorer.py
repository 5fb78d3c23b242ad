"""The explorer on the side of the server: what is drawn, listed, given to the script, and written to files."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from lxml import etree
from tests.serving.site.conftest import Site

from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.lineage_format import arrow, as_csv, as_dict, as_dot, as_mermaid, edges
from itgraph.site.explorer_data import whole
from itgraph.store import Store

LLAMA_DOWN = "/lineage/model/llama?direction=down&via=weights"


def arrows(result: Lineage) -> set[tuple[str, str]]:
    return {arrow(result, node, edge) for node, edge in edges(result)}


def given(site: Site, path: str) -> dict[str, Any]:
    """Return what a page gives to its script."""
    (data,) = site.page(path).cssselect("script#explorer-data")
    return dict(json.loads(data.text))


@pytest.mark.parametrize(
    ("entity", "fields", "ways", "via", "depth"),
    [
        ("model/llama", "direction=down&via=weights", [Direction.DOWN], Via.WEIGHTS, None),
        ("model/llama", "direction=down&via=weights&depth=1", [Direction.DOWN], Via.WEIGHTS, 1),
        ("model/alpaca", "", [Direction.UP, Direction.DOWN], Via.ALL, None),
        ("model/alpaca", "via=data", [Direction.UP, Direction.DOWN], Via.DATA, None),
        ("dataset/alpaca", "direction=up", [Direction.UP], Via.ALL, None),
        ("model/gpt-4", "expand=model%2Fx&collapse=y", [Direction.UP, Direction.DOWN], Via.ALL, None),
    ],
)
def test_a_page_holds_the_lineage_in_all_its_forms(
    site: Site, release_store: Store, entity: str, fields: str, ways: list[Direction], via: Via, depth: int | None
) -> None:
    found = [lineage(release_store, release_store.base + entity, way, via, depth) for way in ways]
    wanted = {entity, *(node.id for result in found for node in result.nodes)}
    path = f"/lineage/{entity}?{fields}"
    told = given(site, path)
    assert {node["id"] for node in told["nodes"]} == wanted
    assert {(edge["from"], edge["to"]) for edge in told["edges"]} == {one for result in found for one in arrows(result)}
    page = site.page(path)
    listed = {link.get("href") for link in page.cssselect("ul.tree li > a:first-child")}
    assert listed == {f"/{identifier}.html" for identifier in wanted - {entity}}
    drawn = {link.get("href") for link in page.cssselect("#explorer svg a")}
    assert drawn == ({f"/{identifier}.html" for identifier in wanted} if len(wanted) > 1 else set())


def test_the_family_of_llama_is_counted_in_words(site: Site) -> None:
    page = site.page(LLAMA_DOWN)
    assert page.cssselect(".lead")[0].text_content().strip() == "16 models descend from it, 14 directly."
    assert len(given(site, LLAMA_DOWN)["nodes"]) == 17


def test_weights_and_data_are_told_apart(site: Site) -> None:
    told = given(site, "/lineage/model/alpaca?direction=up")
    families = {(edge["from"], edge["to"]): edge["family"] for edge in told["edges"]}
    assert families["model/alpaca", "model/llama"] == "weights"
    assert families["model/alpaca", "dataset/alpaca"] == "data"
    assert families["dataset/alpaca", "model/instructgpt"] == "data"


@pytest.mark.parametrize("form", ["svg", "dot", "mmd", "json", "csv"])
def test_files_hold_what_the_command_line_writes(site: Site, release_store: Store, form: str) -> None:
    found = lineage(release_store, release_store.base + "model/llama", Direction.DOWN, Via.WEIGHTS)
    reply = site.get(f"/lineage/model/llama.{form}?direction=down&via=weights")
    assert reply.status == 200
    name = f'attachment; filename="itgraph-model-llama-down-weights.{form}"'
    assert reply.headers["content-disposition"] == name
    if form == "svg":
        drawn = etree.fromstring(reply.body)
        assert len(drawn.findall(".//{http://www.w3.org/2000/svg}a")) == len(found.nodes) + 1
    elif form == "json":
        assert json.loads(reply.text) == as_dict(found)
    else:
        assert reply.text == {"dot": as_dot, "mmd": as_mermaid, "csv": as_csv}[form](found)


def test_both_ways_are_one_file(site: Site, release_store: Store) -> None:
    ways = {way: lineage(release_store, release_store.base + "model/alpaca", way, Via.ALL) for way in Direction}
    wanted = {one for result in ways.values() for one in arrows(result)}
    both = json.loads(site.get("/lineage/model/alpaca.json").text)
    assert both == {way.value: as_dict(result) for way, result in ways.items()}
    rows = list(csv.DictReader(io.StringIO(site.get("/lineage/model/alpaca.csv").text)))
    assert {(row["direction"], row["id"]) for row in rows} == {
        (way.value, node.id) for way, result in ways.items() for node in result.nodes
    }
    dot = site.get("/lineage/model/alpaca.dot").text
    assert set(re.findall(r'^  "(.+?)" -> "(.+?)"', dot, re.MULTILINE)) == wanted
    mermaid = site.get("/lineage/model/alpaca.mmd").text
    numbers = dict(re.findall(r'^  (n\d+)\["(?:.*\()?(.+?)\)?"\]$', mermaid, re.MULTILINE))
    drawn = re.findall(r"^  (n\d+) -->\|.*\| (n\d+)$", mermaid, re.MULTILINE)
    assert {(numbers[made], numbers[source]) for made, source in drawn} == wanted


@pytest.mark.parametrize("via", list(Via))
def test_the_whole_graph_holds_every_edge(site: Site, release_store: Store, via: Via) -> None:
    told = given(site, f"/lineage?via={via}")
    relations = " ".join(f"<{relation}>" for relation in via.relations)
    held = release_store.select(
        f"SELECT DISTINCT ?a ?b WHERE {{ VALUES ?p {{ {relations} }} ?a ?p ?b FILTER(?a != ?b) }}"
    )
    base = release_store.base
    wanted = {
        (a.value.removeprefix(base), b.value.removeprefix(base)) for a, b in held if a and b and "#" not in b.value
    }
    assert {(edge["from"], edge["to"]) for edge in told["edges"]} == wanted
    file = json.loads(site.get(f"/lineage.json?via={via}").text)
    assert {(edge["from"], edge["to"]) for edge in file["edges"]} == wanted


def test_the_whole_graph_is_bounded_by_what_is_connected_most(release_store: Store) -> None:
    part = whole(release_store, Via.ALL, 10)
    every = whole(release_store, Via.ALL, 10_000)
    assert (len(part.nodes), part.left_out) == (10, len(every.nodes) - 10)
    assert every.left_out == 0
    assert {node.id for node in part.nodes} <= {node.id for node in every.nodes}
    assert "model/llama" in {node.id for node in part.nodes}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/lineage/model/llama?direction=sideways", 400, "direction"),
        ("/lineage/model/llama?via=friends", 400, "via"),
        ("/lineage/model/llama?depth=0", 400, "depth"),
        ("/lineage/model/llama?depth=21", 400, "depth"),
        ("/lineage/model/llama?depth=%D9%A3", 400, "depth"),
        ("/lineage?via=friends", 400, "via"),
        ("/lineage/model/llama.svg?depth=x", 400, "depth"),
        ("/lineage/model/lama", 404, "model/llama"),
        ("/lineage/model/nobody.json", 404, "nobody"),
        ("/lineage/person/yizhong-wang", 404, "models and data sets have one"),
        ("/lineage/model/llama.png", 404, ""),
        ("/lineage/model", 404, ""),
    ],
)
def test_what_means_nothing_is_said(site: Site, path: str, status: int, said: str) -> None:
    reply = site.get(path, accept="application/json")
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert said in json.loads(reply.text)["detail"]


def test_an_entity_alone_says_so(site: Site) -> None:
    page = site.page("/lineage/model/deepseek?direction=up&via=weights")
    assert "Nothing is known that it descends from." in page.text_content()
    assert not page.cssselect("#explorer svg")
