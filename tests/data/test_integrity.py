"""Every real entry: what neither the reader, the build nor a shape can say, because it is about these very files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from itgraph import resources
from itgraph.claims import ClaimGraph, Entries, Node
from itgraph.entries import FOLDERS, read_entries
from itgraph.ontology import load
from itgraph.survey.grid import SPECS
from itgraph.survey.registry import as_list

ROWS = {
    "datasets": 45,
    "models": 21,
    "multimodal-datasets": 6,
    "multimodal-models": 6,
    "domain-models": 10,
    "techniques": 5,
    "closed-evaluations": 6,
    "gpt-evaluations": 8,
}


@pytest.fixture(scope="module")
def entries() -> Entries:
    """Return the real entries."""
    return read_entries(resources.data_dir(), load().context)


def graphs_below(entries: Entries, prefix: str) -> list[ClaimGraph]:
    return [graph for graph in entries.graphs if graph.id.startswith(prefix)]


def nodes(entries: Entries) -> Iterator[tuple[ClaimGraph, Node]]:
    for graph in entries.graphs:
        for node in graph.nodes():
            yield graph, node


@pytest.mark.parametrize(("table", "count"), ROWS.items())
def test_every_row_has_its_graph_and_its_entity(entries: Entries, table: str, count: int) -> None:
    graphs = graphs_below(entries, f"survey/{table}/")
    assert [graph.id for graph in graphs] == [f"survey/{table}/{number}" for number in range(1, count + 1)]
    for position, graph in enumerate(graphs, 1):
        row, entity = graph.says
        assert (row.id, row["table"], row["rowNumber"]) == (graph.id, table, str(position))
        assert row["describes"] == entity.id
        assert entity.id.split("/")[0] == SPECS[table].kind


def test_every_table_is_known() -> None:
    assert set(ROWS) == set(SPECS)
    assert sum(ROWS.values()) == 107


def test_all_111_reference_entries_are_there(entries: Entries) -> None:
    ids = [graph.id.rsplit("/", 1)[1] for graph in graphs_below(entries, "survey/reference/")]
    assert ids == ["1", "2", "3a", "3b", *map(str, range(4, 111))]
    assert len(ids) == 111


def test_authors_are_numbered_from_one_without_a_gap(entries: Entries) -> None:
    for _, node in nodes(entries):
        positions = [int(author["position"]) for author in node.get("authorship", ())]
        assert positions == list(range(1, len(positions) + 1)), node.id


def test_every_author_is_confirmed_by_the_registry(entries: Entries) -> None:
    """A printed name denotes a person only where the person's entry names that reference."""
    confirmed: dict[str, set[str]] = defaultdict(set)
    for graph in entries.registry():
        for node in graph.says:
            confirmed[node.id] |= set(as_list(node.get("confirmedIn")))
    used: dict[str, set[str]] = defaultdict(set)
    for graph in [*graphs_below(entries, "survey/reference/"), *graphs_below(entries, "survey")]:
        for node in graph.nodes():
            author = node.get("author")
            if isinstance(author, str) and author.startswith("person/"):
                used[author].add(graph.id)
    for person, references in used.items():
        assert references == confirmed[person], person
    for person, references in confirmed.items():
        if person.startswith("person/") and references:
            assert references == used[person], person


def test_a_person_of_several_works_says_why(entries: Entries) -> None:
    for graph in graphs_below(entries, "registry/person/"):
        (person,) = graph.says
        if len(as_list(person.get("confirmedIn"))) > 1 and "survey" not in as_list(person.get("confirmedIn")):
            assert graph.inferred or graph.source != "survey", person.id


def test_nobody_stands_twice_in_one_author_list(entries: Entries) -> None:
    for _, node in nodes(entries):
        authors = [author["author"] for author in node.get("authorship", ()) if "author" in author]
        assert max(Counter(authors).values(), default=1) == 1, node.id


def test_entries_stand_in_order(entries: Entries) -> None:
    people = [graph.id for graph in graphs_below(entries, "registry/person/")]
    assert people == sorted(people)
    for folder in FOLDERS:
        assert (resources.data_dir() / folder).is_dir()


def test_sources_are_whole_addresses(entries: Entries) -> None:
    for graph in entries.graphs:
        if graph.source and ":" in graph.source:
            parts = urlsplit(graph.source)
            assert parts.scheme == "https", graph.source
            assert parts.hostname, graph.source
            assert "." in parts.hostname, graph.source


def test_licences_are_spdx_and_stand_beside_their_text(entries: Entries) -> None:
    licensed = [(graph, node) for graph, node in nodes(entries) if "license" in node]
    assert licensed
    for graph, node in licensed:
        assert graph.id.startswith("curation/")
        assert str(node["license"]).startswith("https://spdx.org/licenses/")
        assert node.get("licenseAsStated"), node.id


def test_no_edge_comes_from_an_empty_cell_or_a_mixed_set(entries: Entries) -> None:
    for graph in graphs_below(entries, "survey/models/"):
        for node in graph.nodes():
            if node.get("nameAsPrinted") in {"-", "Mixed"}:
                assert "dataset" not in node


def test_the_stated_and_the_inferred_training_edges(entries: Entries) -> None:
    """Three the tables state, nine follow from them; the maker of one data set states the edge as well."""
    stated = {(n.id, n["trainedOn"]) for g, n in nodes(entries) if g.method == "stated" and "trainedOn" in n}
    inferred = {(n.id, n["trainedOn"]) for g, n in nodes(entries) if g.method == "inferred" and "trainedOn" in n}
    curated = {(n.id, n["trainedOn"]) for g, n in nodes(entries) if g.method == "curated" and "trainedOn" in n}
    assert stated == {
        ("model/bloomz", "dataset/xp3"),
        ("model/flan-t5", "dataset/flan-2021"),
        ("model/wizardlm", "dataset/evol-instruct"),
    }
    assert {model for model, _ in inferred} == {
        f"model/{name}"
        for name in (
            "instructgpt",
            "alpaca",
            "vicuna",
            "gpt-4-llm",
            "lima",
            "guanaco",
            "ultralm",
            "wizardcoder",
            "dolly-2-0",
        )
    }
    assert curated == {("model/dolly-2-0", "dataset/dolly")}


def test_every_generator_and_base_is_a_model_of_the_registry(entries: Entries) -> None:
    models = {node.id for graph in entries.registry() for node in graph.says if node.get("type") == "MLModel"}
    assert len(models) >= 60
    for _, node in nodes(entries):
        for key in ("basedOn", "generatedWith", "entity"):
            assert set(as_list(node.get(key))) <= models, node.id
