"""GraphML and DOT: a lineage, and the whole lineage graph, with the edges and the sources that the lineage has."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from itgraph.export import Selection, prepare
from itgraph.lineage import Direction, Via, lineage
from itgraph.namespaces import BASE
from itgraph.store import Store

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
Edges = set[tuple[str, str, str, str]]


def graphml(release: Path, folder: Path, wanted: Selection) -> tuple[dict[str, dict[str, str]], Edges]:
    """Return nodes and edges, after checking what GraphML asks: declared keys, unique nodes, ends that are there."""
    prepare(release, "graphml", wanted).write(str(folder / "x.graphml"))
    root = etree.parse(folder / "x.graphml").getroot()
    keys = {key.get("id"): key.get("for") for key in root.iter(f"{GRAPHML}key")}
    nodes: dict[str, dict[str, str]] = {}
    found: Edges = set()
    for element in root.iter():
        kind = str(element.tag).removeprefix(GRAPHML)
        if kind in ("node", "edge"):
            data = {str(item.get("key")): item.text or "" for item in element}
            assert {keys[key] for key in data} == {kind}
            if kind == "node":
                assert element.attrib["id"] not in nodes
                nodes[str(element.attrib["id"])] = data
            else:
                made, source = str(element.attrib["source"]), str(element.attrib["target"])
                found.add((made, source, data["relation"], data["sources"]))
    assert {end for edge in found for end in edge[:2]} <= set(nodes)
    return nodes, found


def edges_of(store: Store, start: str, direction: Direction, via: Via) -> Edges:
    """Return the edges as the lineage has them."""
    result = lineage(store, BASE + start, direction, via)
    up = direction is Direction.UP
    return {
        (*((edge.neighbour, node.id) if up else (node.id, edge.neighbour)), edge.relation, " ".join(edge.sources))
        for node in result.nodes
        for edge in node.via
    }


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("via", list(Via))
def test_a_lineage_has_its_edges(small_release: Path, tmp_path: Path, direction: Direction, via: Via) -> None:
    wanted = Selection(lineage="model/alpaca", direction=direction, via=via)
    nodes, edges = graphml(small_release, tmp_path, wanted)
    assert edges == edges_of(Store.open(small_release), "model/alpaca", direction, via)
    assert edges or (direction, via) == (Direction.DOWN, Via.DATA)  # no data set is made with it
    assert nodes["model/alpaca"] == {"label": "Alpaca", "kind": "model", "iri": BASE + "model/alpaca", "hops": "0"}


@pytest.mark.parametrize("via", list(Via))
def test_the_whole_graph_is_all_lineages_together(release: Path, tmp_path: Path, via: Via) -> None:
    nodes, edges = graphml(release, tmp_path, Selection(via=via))
    store = Store.open(release)
    assert edges == {edge for node in nodes for edge in edges_of(store, node, Direction.UP, via)}
    assert set(nodes) == {end for edge in edges for end in edge[:2]}
    assert all(data["label"] for data in nodes.values())


def test_the_whole_graph_follows_all_relations(small_release: Path, tmp_path: Path) -> None:
    nodes, edges = graphml(small_release, tmp_path, Selection())
    relations = {relation for _, _, relation, _ in edges}
    assert {"itg:basedOn", "fair4ml:trainedOn", "itg:generatedWith", "schema:hasPart", "itg:mergedFrom"} <= relations
    # What a correction refutes is no edge, what only a rule says gives way to the kind, and a line of a table no node.
    assert "model/refuted" not in nodes
    assert ("model/mixed", "model/alpaca", "itg:basedOn", "") not in edges
    assert ("model/mixed", "model/alpaca", "itg:mergedFrom", "curation/model/mixed") in edges
    assert not [node for node in nodes if "#" in node]
    assert nodes["model/odd"]["label"] == '1. "R&D" <b>#1</b> | `x` \\ \\x1b[31m\\n'


def test_the_dot_has_the_same_edges_as_the_graphml(small_release: Path, tmp_path: Path) -> None:
    _, edges = graphml(small_release, tmp_path, Selection())
    prepare(small_release, "dot", Selection()).write(str(tmp_path / "x.dot"))
    lines = (tmp_path / "x.dot").read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("digraph lineage {", "}")
    arrows = [line for line in lines if " -> " in line]
    assert sorted(arrows) == sorted(
        f'  "{made}" -> "{source}" [label="{relation}", tooltip="{", ".join(said.split())}"];'
        for made, source, relation, said in edges
    )
