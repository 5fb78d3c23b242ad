"""The build: a pure function of its files, whose default graph is what we hold, and never half a release."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph import resources
from itgraph.build import build, check
from itgraph.entity import resolve
from itgraph.errors import InputError, ItgraphError, ProblemsFound, Severity, UsageError
from itgraph.namespaces import BASE, FAIR4ML, ITG, PROV, RDF, RDFS, SCHEMA
from itgraph.search import search
from itgraph.store import Store

ALPACA = """\
- graph: registry/model/alpaca
  source: https://example.org/alpaca
  says:
  - {id: model/alpaca, type: MLModel, label: Alpaca}
- graph: curation/model/alpaca/1
  source: https://example.org/one
  says:
  - {id: model/alpaca, basedOn: model/llama, parameterCount: 7000000000, parameterCountAsPrinted: 7B}
- graph: curation/model/alpaca/2
  inferred: a second witness
  says:
  - {id: model/alpaca, basedOn: model/llama}
"""
LLAMA = """\
- graph: registry/model/llama
  source: https://example.org/llama
  says:
  - {id: model/llama, type: MLModel, label: LLaMA}
"""


@pytest.fixture
def two_models(tmp_path: Path) -> Path:
    """Return a data folder with LLaMA, and Alpaca that two sources call built on it."""
    models = tmp_path / "data" / "models"
    models.mkdir(parents=True)
    (models / "alpaca.yaml").write_text(ALPACA)
    (models / "llama.yaml").write_text(LLAMA)
    return tmp_path / "data"


def append(data: Path, name: str, text: str) -> None:
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)


def store_of(release: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(release / "itgraph.nq"), format=ox.RdfFormat.N_QUADS)
    return store


def rows(store: ox.Store, query: str) -> list[ox.QuerySolution]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return list(solutions)


def text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + name)


def test_two_builds_of_the_real_data_are_the_same_bytes(release: Path, tmp_path: Path) -> None:
    build(resources.data_dir(), tmp_path / "again", shacl=False)
    for name in ("itgraph.nq", "manifest.json", "search.sqlite"):
        assert (tmp_path / "again" / name).read_bytes() == (release / name).read_bytes()


def test_the_dump_is_canonical_and_the_manifest_knows_it(release: Path) -> None:
    dump = (release / "itgraph.nq").read_bytes()
    lines = dump.splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert not [line for line in lines if line.startswith(b"_:") or b" _:" in line]
    manifest = json.loads((release / "manifest.json").read_text())
    store = store_of(release)
    assert manifest["sha256"] == hashlib.sha256(dump).hexdigest()
    assert (manifest["bytes"], manifest["statements"]) == (len(dump), len(lines))
    assert manifest["triples"] == sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert manifest["graphs"] == sum(1 for _ in store.named_graphs())
    assert manifest["entities"]["model"] >= 60
    assert manifest["entities"]["dataset"] >= 51


def test_the_default_graph_is_every_triple_once_minus_the_refuted_ones(release: Path) -> None:
    store = store_of(release)
    named = {quad.triple for quad in store if quad.graph_name != ox.DefaultGraph()}
    held = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert held < named
    lost = named - held
    corrected = rows(store, f"SELECT * {{ ?c <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o }}")
    refuted = {ox.Triple(row["s"], row["p"], row["o"]) for row in corrected}
    assert refuted <= lost
    # What is lost beside them are the nodes that only they led to.
    assert {triple.subject for triple in lost - refuted} <= {triple.object for triple in refuted}
    # Two paper links, a number with its text, a year, two author lists of two and of eleven.
    assert len(refuted) >= 18


def test_a_naive_query_counts_right(two_models: Path, tmp_path: Path) -> None:
    build(two_models, tmp_path / "out")
    found = rows(store_of(tmp_path / "out"), f"SELECT * {{ ?m <{ITG}basedOn> ?b ; <{RDFS}label> ?l }}")
    assert len(found) == 1


def test_each_source_keeps_its_statement_and_is_described(two_models: Path, tmp_path: Path) -> None:
    build(two_models, tmp_path / "out")
    store = store_of(tmp_path / "out")
    edge = store.quads_for_pattern(iri("model/alpaca"), ox.NamedNode(ITG + "basedOn"), None)
    graphs = {quad.graph_name for quad in edge} - {ox.DefaultGraph()}
    assert graphs == {iri("curation/model/alpaca/1"), iri("curation/model/alpaca/2")}
    about = {
        (quad.subject, text(quad.predicate).rsplit("#")[-1]): quad.object
        for quad in store.quads_for_pattern(None, None, None, iri("about"))
    }
    assert about[iri("curation/model/alpaca/1"), "method"] == ox.Literal("curated")
    assert about[iri("curation/model/alpaca/1"), "hadPrimarySource"] == ox.NamedNode("https://example.org/one")
    assert about[iri("curation/model/alpaca/2"), "method"] == ox.Literal("inferred")
    assert about[iri("curation/model/alpaca/2"), "reason"] == ox.Literal("a second witness")
    described = {subject for subject, _ in about}
    assert described == set(store.named_graphs())


def test_every_graph_of_the_real_release_has_a_method_and_a_source(release: Path) -> None:
    store = store_of(release)
    undescribed = rows(
        store,
        f"""SELECT ?g {{ {{ SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} }} }}
            FILTER NOT EXISTS {{ ?g <{ITG}method> ?m ; <{PROV}hadPrimarySource>|<{ITG}reason> ?why }} }}""",
    )
    assert [text(row["g"]) for row in undescribed] == []


def test_derived_holds_only_what_no_source_asserts(release: Path) -> None:
    store = store_of(release)
    derived = {quad.triple for quad in store.quads_for_pattern(None, None, None, iri("derived"))}
    stated = {quad.triple for quad in store if quad.graph_name not in (iri("derived"), ox.DefaultGraph())}
    assert derived
    assert not derived & stated


def test_another_base_moves_entities_and_graphs_and_never_the_vocabulary(two_models: Path, tmp_path: Path) -> None:
    base = "https://models.example.org/kg/"
    summary = build(two_models, tmp_path / "out", base=base)
    text = (tmp_path / "out" / "itgraph.nq").read_text()
    assert f"<{base}model/alpaca> <{ITG}basedOn> <{base}model/llama> .\n" in text
    assert f"<{base}model/alpaca> <{ITG}basedOn> <{base}model/llama> <{base}curation/model/alpaca/1> .\n" in text
    assert summary.manifest["base"] == base
    assert f"<{BASE}model" not in text


def test_a_refuted_statement_stays_in_its_source_and_leaves_what_we_hold(two_models: Path, tmp_path: Path) -> None:
    correction = """\
- graph: curation/model/alpaca/3
  source: https://example.org/card
  says:
  - id: "curation/model/alpaca/3#correction-1"
    type: Correction
    corrects: model/alpaca
    reason: the card says otherwise
    hadPrimarySource: https://example.org/card
    refutedSubject: model/alpaca
    refutedPredicate: parameterCount
    refutedInteger: 7000000000
  - {id: model/alpaca, parameterCount: 6700000000, parameterCountAsPrinted: 6.7B}
"""
    append(two_models, "models/alpaca.yaml", correction)
    build(two_models, tmp_path / "out", shacl=False)
    store = store_of(tmp_path / "out")
    count = ox.NamedNode(ITG + "parameterCount")
    held = [text(q.object) for q in store.quads_for_pattern(iri("model/alpaca"), count, None, ox.DefaultGraph())]
    stated = [
        text(q.object)
        for q in store.quads_for_pattern(iri("model/alpaca"), count, None, iri("curation/model/alpaca/1"))
    ]
    assert (held, stated) == (["6700000000"], ["7000000000"])


def cycle(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: survey\n  says:\n  - {id: model/llama, basedOn: model/alpaca}\n",
    )
    append(data, "survey/x.yaml", "- graph: survey\n  says: [{id: survey, type: CreativeWork, label: S}]\n")


def unknown_id(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n  says: [{id: model/llama, basedOn: model/alpca}]\n",
    )


def unknown_subject(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n  says: [{id: model/lama, label: x}]\n",
    )


def wrong_type(data: Path) -> None:
    append(
        data,
        "datasets/d.yaml",
        "- graph: registry/dataset/d\n  source: https://e.org\n  says: [{id: dataset/d, type: Dataset, label: D}]\n",
    )
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n  says: [{id: model/llama, basedOn: dataset/d}]\n",
    )


def negative_size(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n"
        "  says:\n  - {id: model/llama, parameterCount: -7, parameterCountAsPrinted: '-7'}\n",
    )


def not_a_number(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n"
        "  says:\n  - {id: model/llama, parameterCount: 7B, parameterCountAsPrinted: 7B}\n",
    )


def unsettled(data: Path) -> None:
    append(
        data,
        "survey/anomalies.yaml",
        "- graph: survey/anomalies\n  says:\n"
        "  - {id: 'model/llama#odd', type: Anomaly, anomalyKind: odd, concerns: model/llama, description: odd name}\n"
        "- graph: survey\n  says: [{id: survey, type: CreativeWork, label: S}]\n",
    )


def no_label(data: Path) -> None:
    (data / "models" / "llama.yaml").write_text(LLAMA.replace(", label: LLaMA", ""))


def contradiction(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n"
        "  says:\n  - {id: model/llama, parameterCount: [1, 2], parameterCountAsPrinted: 1/2}\n",
    )


GIVEN_UP = """\
- graph: registry/model/opaca
  source: https://example.org/opaca
  says:
  - {id: model/opaca, label: Opaca, deprecated: true, reason: a slip for Alpaca}
"""


def points_at_what_was_given_up(data: Path) -> None:
    append(data, "models/opaca.yaml", GIVEN_UP)
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n  says: [{id: model/llama, basedOn: model/opaca}]\n",
    )


def replaced_and_given(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n"
        "  says:\n  - {id: model/llama, replaces: model/alpaca}\n",
    )


def points_at_what_was_replaced(data: Path) -> None:
    append(
        data,
        "models/llama.yaml",
        "- graph: curation/model/llama\n  source: https://e.org\n"
        "  says:\n  - {id: model/llama, replaces: model/llama-0}\n"
        "  - {id: model/alpaca, basedOn: model/llama-0}\n",
    )


def given_up_without_a_reason(data: Path) -> None:
    append(data, "models/opaca.yaml", GIVEN_UP.replace(", reason: a slip for Alpaca", ""))


def given_up_with_a_type(data: Path) -> None:
    append(data, "models/opaca.yaml", GIVEN_UP.replace("label:", "type: MLModel, label:"))


@pytest.mark.parametrize(
    ("spoil", "path", "line", "message"),
    [
        (points_at_what_was_given_up, "models/llama.yaml", 7, "unknown id model/opaca"),
        (points_at_what_was_replaced, "models/llama.yaml", 9, "unknown id model/llama-0"),
        (replaced_and_given, "models/llama.yaml", 8, "model/alpaca is replaced by model/llama, and given"),
        (given_up_without_a_reason, "models/opaca.yaml", 4, "model/opaca reason"),
        (given_up_with_a_type, "models/opaca.yaml", 4, "model/opaca rdf:type"),
        (cycle, "models/alpaca.yaml", 8, "a cycle in basedOn: model/alpaca → model/llama → model/alpaca"),
        (unknown_id, "models/llama.yaml", 7, "unknown id model/alpca"),
        (unknown_subject, "models/llama.yaml", 7, "unknown id model/lama"),
        (wrong_type, "models/llama.yaml", 7, "model/llama basedOn dataset/d"),
        (negative_size, "models/llama.yaml", 8, "model/llama parameterCount '-7'"),
        (not_a_number, "models/llama.yaml", 8, "model/llama parameterCount '7B'"),
        (unsettled, "survey/anomalies.yaml", 3, "not settled: odd name"),
        (no_label, "models/llama.yaml", 4, "model/llama label"),
        (contradiction, "models/llama.yaml", 8, "model/llama parameterCount"),
    ],
)
def test_bad_entries_are_findings_with_file_and_line_and_nothing_is_written(
    two_models: Path, tmp_path: Path, spoil: Callable[[Path], None], path: str, line: int, message: str
) -> None:
    spoil(two_models)
    with pytest.raises(ProblemsFound) as caught:
        build(two_models, tmp_path / "out")
    places = [(finding.path, finding.line) for finding in caught.value.findings if finding.message.startswith(message)]
    assert (str(two_models / path), line) in places, [str(finding) for finding in caught.value.findings]
    assert caught.value.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_an_id_that_was_given_up_or_renamed_is_kept_and_neither_counted_nor_found(
    two_models: Path, tmp_path: Path
) -> None:
    append(two_models, "models/opaca.yaml", GIVEN_UP)
    llama = two_models / "models" / "llama.yaml"
    llama.write_text(LLAMA.replace("label: LLaMA", "label: LLaMA, replaces: model/llama-0"))
    manifest = build(two_models, tmp_path / "out").manifest
    assert manifest["entities"]["model"] == 2
    opened = Store.open(tmp_path / "out")
    assert [hit.id for hit in search(opened, "opaca", limit=5) if hit.id == "model/opaca"] == []
    assert search(opened, "model/opaca") == []
    with pytest.raises(UsageError, match=r"nothing is called 'Opaca'"):
        resolve(opened, "Opaca")
    assert resolve(opened, "model/llama-0").id == "model/llama"
    query = f"SELECT ?reason WHERE {{ <{BASE}model/opaca> itg:reason ?reason ; owl:deprecated true }}"
    assert [text(reason) for (reason,) in opened.select(query)] == ["a slip for Alpaca"]


def test_a_failed_build_leaves_the_good_release(two_models: Path, tmp_path: Path) -> None:
    build(two_models, tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    cycle(two_models)
    with pytest.raises(ProblemsFound):
        build(two_models, tmp_path / "out")
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_the_summary_names_the_folder_that_keeps_the_release(two_models: Path, tmp_path: Path) -> None:
    summary = build(two_models, tmp_path / "out", shacl=False)
    assert summary.release == (tmp_path / "out" / "current").resolve()
    assert {path.name for path in summary.release.iterdir()} == {"itgraph.nq", "manifest.json", "search.sqlite"}
    assert summary.lines()[0].startswith(f"{tmp_path / 'out' / 'itgraph.nq'}: ")


def test_two_sources_that_differ_are_a_warning_and_both_stay(two_models: Path, tmp_path: Path) -> None:
    append(
        two_models,
        "models/alpaca.yaml",
        "- graph: curation/model/alpaca/3\n  source: https://example.org/three\n"
        "  says:\n  - {id: model/alpaca, parameterCount: 6700000000, parameterCountAsPrinted: 6.7B}\n",
    )
    summary = build(two_models, tmp_path / "out")
    (finding,) = summary.findings
    assert finding.severity is Severity.WARNING
    for part in ("parameterCount", "7000000000", "6700000000", "curation/model/alpaca/1", "curation/model/alpaca/3"):
        assert part in str(finding)
    count = ox.NamedNode(ITG + "parameterCount")
    held = store_of(tmp_path / "out").quads_for_pattern(iri("model/alpaca"), count, None, ox.DefaultGraph())
    assert len(list(held)) == 2
    with pytest.raises(ProblemsFound):
        build(two_models, tmp_path / "strict", strict=True)
    assert not (tmp_path / "strict").exists()


def test_check_returns_what_build_raises(two_models: Path) -> None:
    assert check(two_models)[0] == []
    negative_size(two_models)
    findings, _ = check(two_models)
    assert [finding.line for finding in findings] == [8]


@pytest.mark.parametrize("place", ["file", "read-only"])
def test_a_place_that_cannot_be_written(two_models: Path, tmp_path: Path, place: str) -> None:
    out = tmp_path / "out"
    if place == "file":
        out.write_text("in the way")
    else:
        out = Path("/proc/itgraph")
    with pytest.raises(InputError) as caught:
        build(two_models, out, shacl=False)
    assert caught.value.message.startswith("cannot be written: ")


@pytest.mark.parametrize("shacl", [True, False])
def test_errors_are_of_one_tree(tmp_path: Path, shacl: bool) -> None:
    with pytest.raises(ItgraphError):
        build(tmp_path / "nowhere", tmp_path / "out", shacl=shacl)


def test_lineage_of_the_real_data(release: Path) -> None:
    store = store_of(release)
    found = rows(store, f"SELECT ?m {{ ?m <{ITG}ancestorModel> <{BASE}model/llama> }}")
    descendants = {text(row["m"]).removeprefix(f"{BASE}model/") for row in found}
    assert descendants >= {
        *("alpaca", "vicuna", "gpt-4-llm", "wizardlm", "lima", "guanaco", "nous-hermes", "yulan-chat", "airoboros"),
        *("ultralm", "llava", "chatdoctor", "writing-alpaca", "goat", "radiology-gpt", "video-llama"),
    }


def test_the_data_lineage_of_alpaca(release: Path) -> None:
    """Model Alpaca → data set Alpaca → generated with InstructGPT → GPT-3."""
    store = store_of(release)
    path = [
        (FAIR4ML + "trainedOn", "dataset/alpaca"),
        (ITG + "generatedWith", "model/instructgpt"),
        (ITG + "basedOn", "model/gpt-3"),
    ]
    here = iri("model/alpaca")
    for predicate, target in path:
        edge = ox.Quad(here, ox.NamedNode(predicate), iri(target), ox.DefaultGraph())
        depends = ox.Quad(here, ox.NamedNode(ITG + "dependsOn"), iri(target), ox.DefaultGraph())
        assert edge in store
        assert depends in store
        here = iri(target)


def test_a_paper_has_one_ordered_author_list_from_its_fullest_entry(release: Path) -> None:
    """References 102 ("and others") and 104 (thirteen authors) mean one paper."""
    store = store_of(release)
    listed = rows(
        store,
        f"""SELECT ?position ?name {{ <{BASE}paper/arxiv-2306.05685> <{ITG}authorship> ?a .
            ?a <{SCHEMA}position> ?position ; <{ITG}nameAsPrinted> ?name }} ORDER BY ?position""",
    )
    authors = [(int(text(row["position"])), text(row["name"])) for row in listed]
    assert [position for position, _ in authors] == list(range(1, 14))
    assert authors[-1] == (13, "Ion Stoica")


def test_the_copied_data_builds_the_same_release(release: Path, tmp_path: Path) -> None:
    shutil.copytree(resources.data_dir(), tmp_path / "elsewhere")
    build(tmp_path / "elsewhere", tmp_path / "out", shacl=False)
    assert (tmp_path / "out" / "itgraph.nq").read_bytes() == (release / "itgraph.nq").read_bytes()
