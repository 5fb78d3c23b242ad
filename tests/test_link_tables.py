"""The link tables of the build: what becomes a match, and what is refused, with the line of the table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.sssom.conftest import table

from itgraph.build import build, check
from itgraph.errors import Finding
from itgraph.namespaces import BASE, PROV, SKOS, WIKIDATA
from itgraph.sssom import ABSENT, NOT, PRESENT, UNCHECKED, Mapping, written

ENTRIES = {
    "models/x.yaml": "{id: model/x, type: MLModel, label: X}",
    "models/z.yaml": "{id: model/z, type: MLModel, label: Z}",
    "datasets/x.yaml": "{id: dataset/x, type: Dataset, label: X}",
}
GOOD = Mapping(
    "itgraph:model/x",
    "skos:exactMatch",
    "wd:Q9000000001",
    "semapv:ManualMappingCuration",
    object_label="X",
    object_category="model",
    mapping_provider="https://example.org/x",
    mapping_date="2026-01-31",
    state=PRESENT,
)
OTHER = replace(GOOD, object_id="wd:Q9000000002")
OF_DATA = replace(GOOD, subject_id="itgraph:dataset/x", object_category="dataset")
DENIED = replace(GOOD, predicate_modifier=NOT, state="", comment="the animal")
#: The line of the first row.
ROW = 14


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder of entries with a model and a data set."""
    for name, node in ENTRIES.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        entity = node.partition(",")[0].partition(" ")[2]
        path.write_text(f"- graph: registry/{entity}\n  source: https://example.org/x\n  says: [{node}]\n")
    (tmp_path / "data" / "links").mkdir()
    return tmp_path / "data"


def write(data: Path, *rows: Mapping, name: str = "wikidata") -> None:
    mapping_set = replace(table(*rows), mapping_set_id=f"{BASE}links/{name}")
    (data / "links" / f"{name}.sssom.tsv").write_text(written(mapping_set), encoding="utf-8")


def said(findings: list[Finding]) -> list[tuple[str, int, str]]:
    return [(Path(finding.path).name, finding.line, finding.message) for finding in findings]


#: Rows → where the first finding stands, and how it begins.
REFUSED = {
    "two exact matches for one entity": (
        (GOOD, OTHER),
        (ROW + 1, "model/x exactMatch: two items of Wikidata are the exact match of one entity"),
    ),
    "an item that two kinds share": (
        (GOOD, OF_DATA),
        (ROW, f"{WIKIDATA}{GOOD.object_id.partition(':')[2]}: entities of different kinds are matched with one thing"),
    ),
    "a data set with the item of a model": (
        (replace(OF_DATA, object_category="model"),),
        (ROW, "links/wikidata#dataset.x.Q9000000001: the entity and the thing elsewhere are of different kinds"),
    ),
    "nobody says of what kind it is": (
        (replace(GOOD, object_category=""),),
        (ROW, "links/wikidata#model.x.Q9000000001: nobody says what kind of thing the item is"),
    ),
    "one item for two models": (
        (GOOD, replace(GOOD, subject_id="itgraph:model/z")),
        (ROW, f"{WIKIDATA}Q9000000001: two entities are the exact match of one item"),
    ),
    "the label of another": (
        (replace(GOOD, subject_label="Z"),),
        (ROW, "model/x is not called 'Z'"),
    ),
    "nobody stands behind it": (
        (replace(GOOD, mapping_provider=""),),
        (ROW, "links/wikidata#model.x.Q9000000001 mapping_provider: nobody stands behind this row"),
    ),
    "no date": (
        (replace(GOOD, mapping_date=""),),
        (ROW, "links/wikidata#model.x.Q9000000001 mapping_date: a row says when"),
    ),
    "an entity that is none": (
        (replace(GOOD, subject_id="itgraph:model/y"),),
        (ROW, "unknown id model/y"),
    ),
    "there and not there": (
        (GOOD, replace(GOOD, object_id="sssom:NoTermFound", object_label="", state=ABSENT)),
        (ROW + 1, f"itgraph:model/x is absent too, in line {ROW}"),
    ),
    "a predicate of others": (
        (replace(GOOD, predicate_id="owl:sameAs"),),
        (ROW, "owl:sameAs is no match of ours"),
    ),
    "an id within an entity": (
        (replace(GOOD, subject_id="itgraph:model/x#y"),),
        (ROW, "itgraph:model/x#y is no id"),
    ),
    "a concept": (
        (replace(GOOD, subject_id="itgraph:modality/text", object_category=""),),
        (ROW, "itgraph:modality/text is of a kind that is not linked"),
    ),
    "a small q": (
        (replace(GOOD, object_id="wd:q95"),),
        (ROW, f"wd:q95 is no identifier of a known place: {WIKIDATA}q95"),
    ),
    "a property": (
        (replace(GOOD, object_id="wd:P31"),),
        (ROW, "wd:P31 is a property of Wikidata"),
    ),
    "what is ours": (
        (replace(GOOD, object_id="itgraph:dataset/x"),),
        # Without a line for the prefix of Wikidata.
        (ROW - 1, "itgraph:dataset/x is no identifier of a known place"),
    ),
    "a justification of others": (
        (replace(GOOD, mapping_justification="skos:exactMatch"),),
        (ROW, "links/wikidata#model.x.Q9000000001 mapping_justification skos:exactMatch: a match says how it is known"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_line(case: str, data: Path) -> None:
    rows, (line, message) = REFUSED[case]
    write(data, *rows)
    findings, _ = check(data)
    name, found, text = said(findings)[0]
    assert name == "wikidata.sssom.tsv", findings
    assert found == line, findings
    assert text.startswith(message), findings
    assert findings[0].hint


#: What is replaced in a good table, and where and how the finding begins.
RENAMED = {
    "the page in place of the item": (
        ("http://www.wikidata.org/entity/", "https://www.wikidata.org/wiki/"),
        (ROW, "wd:Q9000000001 stands for https://www.wikidata.org/wiki/Q9000000001, not http"),
    ),
    "an item by two prefixes": (
        ("#  wd: http", "#  q: http://www.wikidata.org/entity/\n#  wd: http"),
        (ROW + 2, "itgraph:model/x and wd:Q9000000001 stand together twice"),
    ),
    "two places, one id": (
        ("#  wd: http", "#  q: https://arxiv.org/abs/\n#  wd: http"),
        (ROW + 2, "wd:Q9000000001 has the same id as the object of line 15, in another place"),
    ),
}


@pytest.mark.parametrize("case", RENAMED)
def test_prefixes_hide_nothing(case: str, data: Path) -> None:
    (old, new), expected = RENAMED[case]
    write(data, GOOD)
    path = data / "links" / "wikidata.sssom.tsv"
    text = path.read_text(encoding="utf-8")
    row = text.splitlines(keepends=True)[-1]
    other = row.replace("wd:Q", "q:Q") if "\n" in new else ""
    path.write_text(text.replace(row, other + row).replace(old, new), encoding="utf-8")
    found = [(line, message) for _, line, message in said(check(data)[0])]
    assert any(line == expected[0] and message.startswith(expected[1]) for line, message in found), found


def test_a_denial_holds_by_whatever_prefix(data: Path) -> None:
    write(data, GOOD)
    path = data / "links" / "wikidata.sssom.tsv"
    text = path.read_text(encoding="utf-8").replace("wd:", "q:")
    path.write_text(text, encoding="utf-8")
    write(data, DENIED, name="wikidata-denied")
    ((name, line, message),) = said(check(data)[0])
    assert (name, line) == ("wikidata.sssom.tsv", ROW)
    assert message.startswith("itgraph:model/x and q:Q9000000001 are denied in ")


def test_what_another_table_denies_is_refused(data: Path) -> None:
    write(data, GOOD, OTHER)
    write(data, replace(DENIED, object_id="wd:Q9000000002"), name="wikidata-denied")
    findings, _ = check(data)
    (found,) = said(findings)
    assert found[:2] == ("wikidata.sssom.tsv", ROW + 1)
    assert found[2].startswith("itgraph:model/x and wd:Q9000000002 are denied in ")


def test_a_set_is_named_after_its_file_and_a_broken_one_hides_no_other(data: Path) -> None:
    write(data, GOOD)
    (data / "links" / "wikidata.sssom.tsv").rename(data / "links" / "other.sssom.tsv")
    (data / "links" / "bad.sssom.tsv").write_bytes(b"\xff")
    (data / "links" / "notes.tsv").write_text("a\tb\n")
    findings, _ = check(data)
    assert sorted(said(findings)) == [
        ("bad.sssom.tsv", 1, "not UTF-8"),
        ("notes.tsv", 1, "this file is not read"),
        ("other.sssom.tsv", 1, f"mapping_set_id is {BASE}links/wikidata"),
    ]


def test_what_holds_becomes_a_match_with_its_evidence(data: Path, tmp_path: Path) -> None:
    write(data, GOOD, replace(OTHER, state=UNCHECKED))
    write(data, replace(DENIED, object_id="wd:Q9000000003"), name="wikidata-denied")
    base = "https://example.org/"
    build(data, tmp_path / "out", base=base)
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "out" / "itgraph.nq"), format=ox.RdfFormat.N_QUADS)
    model, exact = ox.NamedNode(base + "model/x"), ox.NamedNode(SKOS + "exactMatch")
    matches = list(store.quads_for_pattern(model, exact, None, None))
    graph = ox.NamedNode(base + "links/wikidata")
    item = ox.NamedNode(WIKIDATA + "Q9000000001")
    assert {(quad.object, quad.graph_name) for quad in matches} == {(item, graph), (item, ox.DefaultGraph())}
    row = ox.NamedNode(base + "links/wikidata#model.x.Q9000000001")
    source = ox.Quad(row, ox.NamedNode(PROV + "hadPrimarySource"), ox.NamedNode("https://example.org/x"), graph)
    assert source in store
    denied = ox.NamedNode(base + "links/wikidata-denied")
    assert len(list(store.quads_for_pattern(None, None, None, denied))) > 5


def test_a_table_without_rows_and_a_folder_without_tables_are_nothing(data: Path) -> None:
    assert check(data) == ([], None)
    write(data)
    assert check(data) == ([], None)
