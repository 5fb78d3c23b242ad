"""JSON-LD: compact with our context, framed for one entity, the context inside or by its address, never fetched."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld

from itgraph.export import Options, Selection, prepare
from itgraph.export.jsonld import CONTEXT, load_context, published
from itgraph.namespaces import BASE

LOADER = {"documentLoader": load_context}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose sockets reach nothing."""

    def refuse(*_: object) -> None:
        raise AssertionError("something is fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def document(release: Path, folder: Path, wanted: Selection, inline: bool = True) -> dict[str, Any]:
    path = folder / "x.jsonld"
    prepare(release, "jsonld", wanted, Options(inline=inline)).write(str(path))
    parsed: dict[str, Any] = json.loads(path.read_bytes())
    return parsed


def turtle(release: Path, folder: Path, wanted: Selection) -> set[ox.Triple]:
    path = folder / "x.ttl"
    prepare(release, "turtle", wanted).write(str(path))
    return {quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}


def by_pyoxigraph(data: Any) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(json.dumps(data).encode(), format=ox.RdfFormat.JSON_LD)}


def by_rdflib(data: Any) -> set[ox.Triple]:
    graph = rdflib.Graph().parse(data=json.dumps(data), format="json-ld")
    lines = graph.serialize(format="nt11", encoding="utf-8")
    return {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)}


def by_pyld(data: Any) -> set[ox.Triple]:
    lines = jsonld.to_rdf(data, {"format": "application/n-quads", **LOADER})
    return {quad.triple for quad in ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS)}


# rdflib's JSON-LD parser uses its own Dataset in a way that it calls deprecated.
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:rdflib")
@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("entity", ["model/alpaca", "paper/arxiv-2308.10792", "dataset/lamm", "survey/models/4"])
def test_a_framed_entity_is_the_same_statements_for_three_processors(
    release: Path, tmp_path: Path, entity: str
) -> None:
    wanted = Selection(entity=entity)
    tree = document(release, tmp_path, wanted)
    said = turtle(release, tmp_path, wanted)
    assert (tree["id"], "@graph" in tree) == (entity, False)
    assert len(said) > 10
    assert by_pyoxigraph(tree) == by_rdflib(tree) == by_pyld(tree) == said


@pytest.mark.usefixtures("no_network")
def test_a_framed_entity_holds_its_details_and_its_neighbours(release: Path, tmp_path: Path) -> None:
    tree = document(release, tmp_path, Selection(entity="model/alpaca"))
    assert tree["basedOn"] == {"id": "model/llama", "type": "MLModel", "label": "LLaMA"}
    assert tree["parameterCount"] == 7_000_000_000
    assert tree["trainingSet"] == {
        "id": "survey/models/4#training-set",
        "type": "TrainingSet",
        "instanceCount": 52_000,
        "selfBuilt": True,
        "sizeAsPrinted": "52K",
    }


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("wanted", [Selection(entity="model/alpaca"), Selection(graph="survey/models/4")])
def test_the_context_stands_in_the_document_or_by_its_address(release: Path, tmp_path: Path, wanted: Selection) -> None:
    inside, outside = (document(release, tmp_path, wanted, inline=inline) for inline in (True, False))
    assert inside.pop("@context") == {"@base": BASE, **published()["@context"]}
    assert outside["@context"] == ["https://w3id.org/itgraph/context/v1.jsonld", {"@base": BASE}]
    assert by_pyld(outside) == turtle(release, tmp_path, wanted)
    outside.pop("@context")
    assert inside == outside


def test_no_other_context_is_loaded() -> None:
    assert load_context(CONTEXT)["document"] == published()
    with pytest.raises(jsonld.JsonLdError) as caught:
        jsonld.expand({"@context": "https://schema.org/", "name": "x"}, LOADER)
    assert str(caught.value.__cause__) == "the context https://schema.org/ is not ours, and nothing is fetched"


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "wanted",
    [Selection(lineage="model/llava"), Selection(graph="curation/survey/models/1"), Selection(graph="concepts")],
)
def test_our_compaction_is_that_of_pyld(release: Path, tmp_path: Path, wanted: Selection) -> None:
    ours = document(release, tmp_path, wanted)
    theirs = jsonld.compact(jsonld.expand(ours, LOADER), ours["@context"], {**LOADER, "graph": True})
    assert len(ours["@graph"]) > 1
    assert unordered(ours["@graph"]) == unordered(theirs["@graph"])


def unordered(value: Any) -> Any:
    """Return the value with its lists as sorted texts: JSON-LD lists without @list have no order."""
    if isinstance(value, list):
        return sorted(json.dumps(unordered(item), sort_keys=True) for item in value)
    return {key: unordered(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_numbers_that_json_cannot_hold_stay_texts(release_of: Callable[[str], Path], tmp_path: Path) -> None:
    numbers = "7, -7, 007, 9007199254740993, 123456789012345678901234567890"
    text = (
        "@prefix itg: <https://w3id.org/itgraph/ns#> . @base <https://w3id.org/itgraph/> ."
        f"<registry/model/x> {{ <model/x> itg:parameterCount {numbers} ; itg:placeholder true ; itg:selfBuilt 1 . }}"
    )
    node = document(release_of(text), tmp_path, Selection())["@graph"][0]
    assert set(node["parameterCount"]) == {7, -7, "007", "9007199254740993", "123456789012345678901234567890"}
    assert node["placeholder"] is True
    assert node["itg:selfBuilt"] == {"type": "xsd:integer", "@value": 1}
