"""The tables: what a cell holds, and a descriptor that is true of every cell."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from itgraph.export import Options, Selection, prepare
from itgraph.lineage import Direction

Rows = list[dict[str, str]]
# Data Package 2.0, Table Schema: what a cell of each field type looks like.
CELLS = {
    "string": re.compile(r".+", re.DOTALL),
    "integer": re.compile(r"[+-]?\d+"),
    "boolean": re.compile(r"true|false"),
    "year": re.compile(r"\d{4}"),
    "number": re.compile(r"[+-]?\d+(\.\d+)?"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
}
FORMULAS = """
@prefix itg: <https://w3id.org/itgraph/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix fair4ml: <https://w3id.org/fair4ml#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://w3id.org/itgraph/> .
<registry/model/x> {
    <model/x> a fair4ml:MLModel ; rdfs:label "=HYPERLINK(\\"x\\")" ; skos:altLabel "a|b", "c\\nd" ; itg:generation -1 .
    <model/y> a fair4ml:MLModel ; rdfs:label "+1, \\"quoted\\"" ; itg:generation 2 .
}
"""


@pytest.fixture(scope="module")
def tables(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the real release, in a folder."""
    folder = tmp_path_factory.mktemp("tables") / "out"
    prepare(release, "csv", Selection()).write(str(folder))
    return folder


def rows(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def descriptor(folder: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return parsed


def test_there_is_a_table_for_each_kind_with_a_row_for_each_entity(release: Path, tables: Path) -> None:
    counts = json.loads((release / "manifest.json").read_bytes())["entities"]
    assert {kind: len(rows(tables, kind)) for kind in counts} == counts
    assert len(rows(tables, "survey-row")) == 107
    assert len(rows(tables, "reference")) == 111


def test_a_row_holds_what_is_held_of_the_entity(tables: Path) -> None:
    (alpaca,) = (row for row in rows(tables, "model") if row["id"] == "model/alpaca")
    assert {key: value for key, value in alpaca.items() if value} == {
        "id": "model/alpaca",
        "type": "MLModel",
        "label": "Alpaca",
        "basedOn": "model/llama",
        "codeRepository": "https://github.com/tatsu-lab/stanford_alpaca",
        "fineTunedFrom": "model/llama",
        "itg:ancestorModel": "model/llama",
        "itg:dependsOn": "dataset/alpaca|model/llama",
        "itg:generation": "1",
        "parameterCount": "7000000000",
        "parameterCountAsPrinted": "7B",
        "subjectOf": "paper/alpaca-2023",
        "trainedOn": "dataset/alpaca",
        "trainingSet": "survey/models/4#training-set",
    }


def test_the_descriptor_is_true_of_every_file_and_cell(tables: Path) -> None:
    package = descriptor(tables)
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert {r["path"] for r in package["resources"]} | {"datapackage.json"} == {f.name for f in tables.iterdir()}
    for resource in package["resources"]:
        content = (tables / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        fields = resource["schema"]["fields"]
        found = rows(tables, resource["name"])
        assert list(found[0]) == [field["name"] for field in fields]
        assert len({row["id"] for row in found}) == len(found)
        ids = [row["id"] for row in found]
        assert ids == sorted(ids, key=lambda identifier: f"{identifier}>")  # the order of the dump
        for field in fields:
            values = [row[field["name"]] for row in found if row[field["name"]]]
            assert values, (resource["name"], field["name"])
            kind = CELLS[field["itemType"] if field["type"] == "list" else field["type"]]
            items = [item for value in values for item in (value.split("|") if field["type"] == "list" else [value])]
            assert [item for item in items if not kind.fullmatch(item)] == []


def test_authors_stand_in_their_order(tables: Path) -> None:
    (llama,) = (row for row in rows(tables, "paper") if row["id"] == "paper/arxiv-2302.13971")
    assert llama["authorship"].split("|") == [f"survey/reference/48#author-{n}" for n in range(1, 15)]
    positions = {row["id"]: (int(row["position"]), row["author"]) for row in rows(tables, "authorship")}
    several = [row for row in rows(tables, "paper") if "|" in row["schema:author"]]
    assert len(several) > 80
    for row in several:
        listed = sorted(positions[name] for name in row["authorship"].split("|"))
        assert row["schema:author"].split("|") == list(dict.fromkeys(who for _, who in listed if who))


def test_an_authorship_names_the_reference_and_the_work_it_belongs_to(tables: Path) -> None:
    found = {row["id"]: row for row in rows(tables, "authorship")}
    assert all(row["work"].startswith("paper/") for row in found.values())
    # The survey prints its own authors in no reference.
    assert {row["id"].partition("#")[0] for row in found.values() if not row["reference"]} == {"survey"}
    alpaca, corrected = found["survey/reference/17#author-1"], found["curation/survey/reference/82#author-1"]
    assert (alpaca["reference"], alpaca["work"]) == ("survey/reference/17", "paper/alpaca-2023")
    assert (corrected["reference"], corrected["work"]) == ("survey/reference/82", "paper/chatglm-med-2023")


def test_fields_are_typed_and_explained(tables: Path) -> None:
    (model,) = (r for r in descriptor(tables)["resources"] if r["name"] == "model")
    fields = {field["name"]: field for field in model["schema"]["fields"]}
    assert fields["parameterCount"]["type"] == "integer"
    assert fields["placeholder"]["type"] == "boolean"
    assert (fields["basedOn"]["type"], fields["basedOn"]["delimiter"]) == ("list", "|")
    assert fields["basedOn"]["rdfType"] == "https://w3id.org/itgraph/ns#basedOn"
    assert fields["basedOn"]["description"]


@pytest.mark.parametrize(
    ("safe", "labels"),
    [
        (False, ['=HYPERLINK("x")', '+1, "quoted"']),
        (True, ['\'=HYPERLINK("x")', '\'+1, "quoted"']),
    ],
)
def test_formulas_are_guarded_where_that_is_asked_for(
    release_of: Callable[[str], Path], tmp_path: Path, safe: bool, labels: list[str]
) -> None:
    prepare(release_of(FORMULAS), "csv", Selection(), Options(safe=safe)).write(str(tmp_path / "out"))
    found = rows(tmp_path / "out", "model")
    assert [row["label"] for row in found] == labels
    assert [row["itg:generation"] for row in found] == ["-1", "2"]
    # The delimiter inside a value is written %7C, so that splitting is always right.
    assert sorted(found[0]["altLabel"].split("|")) == ["a%7Cb", "c\nd"]


def test_the_tables_of_a_lineage_have_its_entities_only(small_release: Path, tmp_path: Path) -> None:
    wanted = Selection(lineage="model/alpaca", direction=Direction.DOWN)
    prepare(small_release, "csv", wanted).write(str(tmp_path / "out"))
    assert [row["id"] for row in rows(tmp_path / "out", "model")] == [
        "model/alpaca",
        "model/mixed",
        "model/radiology-gpt",
    ]
    assert [row["instanceCount"] for row in rows(tmp_path / "out", "training-set")] == ["52000"]
    assert not (tmp_path / "out" / "dataset.csv").exists()


def test_a_zip_holds_the_same_files_without_their_times(tables: Path, release: Path, tmp_path: Path) -> None:
    prepare(release, "csv", Selection()).write(str(tmp_path / "x.zip"))
    archive = zipfile.ZipFile(tmp_path / "x.zip")
    assert {name: archive.read(name) for name in archive.namelist()} == {
        file.name: file.read_bytes() for file in tables.iterdir()
    }
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_folder_that_is_there_keeps_its_other_files(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("export", "--format", "csv", "-o", str(tmp_path)).exit_code == 0
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "model.csv").read_text(encoding="utf-8").startswith("id,type,label")
    assert (tmp_path / "dataset.csv").exists()
    # Another export: the tables of the one before give way, and nothing else does.
    assert run("export", "--format", "csv", "--entity", "model/alpaca", "-o", str(tmp_path)).exit_code == 0
    listed = {resource["path"] for resource in descriptor(tmp_path)["resources"]}
    assert {path.name for path in tmp_path.iterdir()} == listed | {"datapackage.json", "notes.txt"}
    assert "dataset.csv" not in listed
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


OURS = '{"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "itgraph"'
FOREIGN_PACKAGES = {
    "none": "",
    "another name": '{"name": "mine", "resources": [{"path": "model.csv"}]}',
    "no JSON": "model.csv",
    "no object": '["model.csv"]',
    "ours, without the table": OURS + "}",
    "ours, leading elsewhere": OURS + ', "resources": [{"path": "../tables/model.csv"}, {"path": 7}, 7]}',
}


@pytest.mark.parametrize("package", FOREIGN_PACKAGES.values(), ids=list(FOREIGN_PACKAGES))
def test_a_table_of_somebody_else_is_not_overwritten(run: Callable[..., Result], tmp_path: Path, package: str) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "model.csv").write_text("mine", encoding="utf-8")
    if package:
        (folder / "datapackage.json").write_text(package, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = run("export", "--format", "csv", "-o", str(folder))
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert ".csv: stands in the way" in result.stderr or ".json: stands in the way" in result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert list(tmp_path.glob(".*")) == []
