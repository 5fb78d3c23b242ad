"""A store opens what the build wrote, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from itgraph.errors import InputError, NetworkError, StoreError, UsageError
from itgraph.results import write
from itgraph.store import Store


@pytest.fixture
def spoilt(small_release: Path, tmp_path: Path) -> Path:
    """A copy of the release, to be spoilt."""
    return Path(shutil.copytree(small_release, tmp_path / "spoilt"))


def change_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps({key: value for key, value in manifest.items() if value is not None}), encoding="utf-8")


def put_folder(folder: Path) -> None:
    (folder / "itgraph.nq").unlink()
    (folder / "itgraph.nq").mkdir()


def test_the_default_graph_is_the_one_of_the_dump_and_no_union(store: Store) -> None:
    (count,) = next(store.select("SELECT (COUNT(*) AS ?n) { <model/alpaca> itg:basedOn <model/llama> }"))
    assert count is not None
    assert count.value == "1"
    refuted = "<model/refuted> itg:basedOn <model/llama>"
    assert not list(store.select(f"SELECT * {{ {refuted} }}"))
    assert len(list(store.select(f"SELECT * {{ GRAPH ?g {{ {refuted} }} }}"))) == 1


def test_the_release_is_taken_from_the_environment(small_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITGRAPH_RELEASE", str(small_release))
    assert Store.open().folder == small_release


SPOILINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (shutil.rmtree, "no such folder"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing"),
    "no dump": (lambda folder: (folder / "itgraph.nq").unlink(), "itgraph.nq: the dump is missing"),
    "manifest cut off": (
        lambda folder: (folder / "manifest.json").write_text('{"name":'),
        "manifest.json:1: the manifest",
    ),
    "manifest not UTF-8": (lambda folder: (folder / "manifest.json").write_bytes(b"\xff"), "not UTF-8"),
    "another manifest": (
        lambda folder: change_manifest(folder, name="other"),
        "not the manifest of an itgraph release",
    ),
    "manifest is a list": (lambda folder: (folder / "manifest.json").write_text("[]"), "not the manifest"),
    "manifest without hash": (lambda folder: change_manifest(folder, sha256=None), "lacks 'sha256'"),
    "manifest nested without end": (
        lambda folder: (folder / "manifest.json").write_text("[" * 100_000),
        "manifest.json: the manifest cannot be read",
    ),
    "manifest with a number without end": (
        lambda folder: (folder / "manifest.json").write_text("1" * 10_000),
        "manifest.json: the manifest cannot be read",
    ),
    "hash of another type": (lambda folder: change_manifest(folder, sha256=5), "'sha256' is not a text"),
    "size of another type": (lambda folder: change_manifest(folder, bytes="5"), "'bytes' is not a whole number"),
    "size is a truth value": (lambda folder: change_manifest(folder, bytes=True), "'bytes' is not a whole number"),
    "version of another type": (lambda folder: change_manifest(folder, version=[1]), "'version' is not a text"),
    "count of another type": (lambda folder: change_manifest(folder, graphs="many"), "'graphs' is not a whole number"),
    "entities are a list": (lambda folder: change_manifest(folder, entities=["x"]), "'entities' is not a table"),
    "entities of another type": (
        lambda folder: change_manifest(folder, entities={"model": "x"}),
        "'entities' is not a table of counts",
    ),
    "base is no IRI": (lambda folder: change_manifest(folder, base="somewhere/"), "'base' is not an IRI"),
    "manifest names the folder": (lambda folder: change_manifest(folder, file=""), "outside the release"),
    "manifest names no file": (lambda folder: change_manifest(folder, file="a\0b"), "outside the release"),
    "dump is a folder": (put_folder, "itgraph.nq: is no file but a folder"),
    "manifest leads out": (lambda folder: change_manifest(folder, file="../itgraph.nq"), "outside the release"),
    "dump cut off": (
        lambda folder: (folder / "itgraph.nq").write_bytes((folder / "itgraph.nq").read_bytes()[:-9]),
        "itgraph.nq: cut off",
    ),
    "dump longer": (
        lambda folder: (folder / "itgraph.nq").write_bytes((folder / "itgraph.nq").read_bytes() + b"\n"),
        "changed after it was built",
    ),
    "dump changed": (
        lambda folder: (folder / "itgraph.nq").write_bytes(
            (folder / "itgraph.nq").read_bytes().replace(b"52K", b"53K")
        ),
        "sha256",
    ),
}


@pytest.mark.parametrize("how", SPOILINGS)
def test_a_spoilt_release_is_refused_with_the_file_and_the_remedy(spoilt: Path, how: str) -> None:
    spoil, message = SPOILINGS[how]
    spoil(spoilt)
    with pytest.raises(StoreError) as caught:
        Store.open(spoilt)
    assert message in str(caught.value)
    assert str(spoilt) in str(caught.value)
    assert "itgraph build" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_variable_that_leads_nowhere_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ITGRAPH_RELEASE", str(tmp_path / "nowhere"))
    with pytest.raises(StoreError, match=r"nowhere: there is no such folder with a release \(ITGRAPH_RELEASE\)"):
        Store.open()
    monkeypatch.setenv("ITGRAPH_RELEASE", str(tmp_path))
    with pytest.raises(StoreError, match=r"no release here \(ITGRAPH_RELEASE\): manifest\.json is missing"):
        Store.open()
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "elsewhere")
    assert "ITGRAPH_RELEASE" not in str(caught.value)


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[None]:
    """Whoever runs the tests cannot look into ``tmp_path``, root not either."""
    tmp_path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)
    tmp_path.chmod(0o700)


@pytest.mark.usefixtures("nobody")
def test_a_release_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read: Permission denied"):
        Store.open(tmp_path)


def test_a_name_that_no_folder_can_have_is_refused(tmp_path: Path) -> None:
    for name in ("x" * 300, "a\0b"):
        with pytest.raises(StoreError):
            Store.open(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("SELECT * {\n ?s ?p", 2, "does not parse"),
        ("SELECT ?x\n{ ?x\n nope:thing 1 }", 3, "prefix that is not declared"),
        ("SELECT * {\n ?x <a b> 1 }", 2, "not an IRI"),
        ("SELECT ?x { ?x ?p ?o } GROUP BY ?y", 1, "variable that is unbound"),
        ("SELEC * {}", 1, "it starts with SELECT"),
        ("  \n", 1, "the query is empty"),
        ("# a note\nPREFIX a: <b>\nINSERT DATA {}", 3, "read-only"),
        ("delete where { ?s ?p ?o }", 1, "read-only"),
        ("LOAD <http://127.0.0.1:9/x>", 1, "read-only"),
    ],
)
def test_a_query_that_does_not_parse_is_one_line_with_its_place(
    store: Store, text: str, line: int, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        store.query(text, path="question.rq")
    assert str(caught.value).startswith(f"question.rq:{line}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_query_that_cannot_be_evaluated_is_one_of_our_errors(store: Store) -> None:
    with pytest.raises(InputError, match="custom function"):
        write(store.query("SELECT (<http://example.org/f>(1) AS ?y) {}"), "json")
    with pytest.raises(NetworkError, match="another endpoint"):
        # Port 1 is refused by the engine's own HTTP client, so that nothing goes out.
        write(store.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), "json")


def test_the_dataset_can_be_named(store: Store) -> None:
    graph = store.base + "survey/models/4"
    assert store.query("ASK { <model/alpaca> itg:basedOn ?b }", default_graphs=[graph])
    assert not store.query("ASK { <model/vicuna> itg:basedOn ?b }", default_graphs=[graph])
    assert store.query("ASK { GRAPH ?g { ?s ?p ?o } }", named_graphs=[graph])
    assert not store.query("ASK { ?s ?p ?o }", named_graphs=[graph])
    with pytest.raises(UsageError, match="not the IRI of a graph"):
        store.query("ASK {}", default_graphs=["no iri"])


def test_select_refuses_the_other_forms(store: Store) -> None:
    with pytest.raises(InputError, match="not a SELECT"):
        list(store.select("ASK {}"))


def test_the_real_release_opens(release: Path) -> None:
    store = Store.open(release)
    (count,) = next(store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert count is not None
    assert int(count.value) == store.manifest["triples"]


@pytest.mark.parametrize(
    "clauses",
    [
        "FROM <survey/models/4> FROM <survey/models/4>",
        "FROM <survey/models/4> FROM <survey/models/5>",
        "FROM <https://w3id.org/itgraph/survey/models/4>\nFROM  <survey/models/5> FROM NAMED <survey/models/4>",
    ],
)
def test_graphs_named_by_from_are_merged(store: Store, clauses: str) -> None:
    # SPARQL 1.1, section 13.2.1; a triple stands once in a merge.
    text = f"SELECT (COUNT(*) AS ?n) {clauses} {{ <model/alpaca> itg:basedOn ?b }}"
    ((count,),) = store.select(text)
    assert count is not None
    assert count.value == "1"
