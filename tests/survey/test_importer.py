"""The importer over a document that holds every quirk (``quirks.md``, written for this), against a small registry."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from itgraph.entries import read_entries
from itgraph.errors import InputError, ProblemsFound
from itgraph.ontology import load
from itgraph.survey.importer import ImportSummary, import_survey

HERE = Path(__file__).parent
QUIRKS = HERE / "quirks.md"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Return a data folder with the registry alone, into which an import may write."""
    return Path(shutil.copytree(HERE / "registry", tmp_path / "data"))


@pytest.fixture
def imported(registry: Path) -> Path:
    """Return a data folder into which the document was imported."""
    import_survey(QUIRKS, registry / "survey", data=registry)
    return registry


def claims(data: Path, name: str) -> dict[str, dict[str, Any]]:
    """Return graph → node id → claims of one imported file."""
    text = (data / "survey" / f"{name}.yaml").read_text("utf-8")
    content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes nothing but text
    return {entry["graph"]: {node["id"]: node for node in entry["says"]} for entry in content}


def edited(tmp_path: Path, *replacements: tuple[str, str]) -> Path:
    text = QUIRKS.read_text("utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "edited.md"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("table", "graph", "node", "expected"),
    [
        (
            "datasets",
            "survey/datasets/1",
            "survey/datasets/1",
            {
                "type": "SurveyRow",
                "table": "datasets",
                "rowNumber": "1",
                "nameAsPrinted": "Acorn",
                "describes": "dataset/acorn",
                "cites": ["survey/reference/1"],
                "section": "section/human-crafted",
            },
        ),
        (
            "datasets",
            "survey/datasets/1",
            "dataset/acorn",
            {
                "subjectOf": "paper/arxiv-2401.00002",
                "codeRepository": "https://github.com/example/acorn",
                "instanceCountMin": "75000",
                "instanceCountMax": "110000",
                "sizeAsPrinted": "75K/110K",
                "inLanguage": ["en", "zh"],
                "languageAsPrinted": "En&Zh",
                "construction": ["construction/human-crafted", "construction/model-generated"],
                "constructionAsPrinted": "human-crafted & GPT-Generated",
                "generatedWith": "model/gpt",
                "openSource": "true",
            },
        ),
        (
            "datasets",
            "survey/datasets/2",
            "dataset/bruecke",
            {
                "url": "https://huggingface.co/datasets/example/bruecke",
                "instanceCount": "1500000",
                "approximate": "instanceCount",
                "sizeAsPrinted": "～1.5M",
                "languageCount": "12",
                "languageAsPrinted": "12 Lang",
                "construction": "construction/real-conversations",
                "constructionAsPrinted": "Real User-ChatGPT Conversations",
                "generatedWith": "model/chatgpt",
                "openSource": "false",
            },
        ),
        (
            "datasets",
            "survey/datasets/3",
            "dataset/cone",
            {
                "subjectOf": "paper/arxiv-2401.00004",
                "sizeAsPrinted": "120B",
                "subject": "subject/math",
                "languageAsPrinted": "Math",
                "construction": "construction/model-generated",
                "constructionAsPrinted": "GPT 3/4-Generated",
                "generatedWith": "model/gpt-4",
            },
        ),
        (
            "datasets",
            "survey/datasets/4",
            "dataset/dune",
            {
                "subjectOf": "paper/arxiv-2401.00005",
                "tokenCount": "6000000000",
                "sizeAsPrinted": "6B Tokens",
                "languageAsPrinted": "Multi",
                "constructionAsPrinted": "by hand, mostly",
                "openSource": "true",
            },
        ),
        (
            "models",
            "survey/models/1",
            "model/elm",
            {
                "parameterCount": "7000000000",
                "parameterCountAsPrinted": "7B",
                "subjectOf": "paper/arxiv-2401.00006",
                "codeRepository": "https://github.com/example/elm",
                "basedOn": "model/root",
                "trainedOn": "dataset/acorn",
                "trainingSet": {
                    "id": "survey/models/1#training-set",
                    "type": "TrainingSet",
                    "selfBuilt": "true",
                    "nameAsPrinted": "Acorn",
                    "dataset": "dataset/acorn",
                    "instanceCount": "52000",
                    "sizeAsPrinted": "52K",
                },
            },
        ),
        (
            "models",
            "survey/models/2",
            "model/fern",
            {
                "parameterCount": "65000000000",
                "parameterCountAsPrinted": "65B",
                "subjectOf": "paper/arxiv-2401.00008",
                "basedOn": "model/elm",
                "trainingSet": {
                    "id": "survey/models/2#training-set",
                    "type": "TrainingSet",
                    "selfBuilt": "true",
                    "instanceCount": "1000",
                    "sizeAsPrinted": "1K",
                },
            },
        ),
        (
            "models",
            "survey/models/3",
            "model/gorse",
            {
                "parameterCount": "1300000000",
                "parameterCountAsPrinted": "1.3B",
                "trainingSet": {
                    "id": "survey/models/3#training-set",
                    "type": "TrainingSet",
                    "selfBuilt": "false",
                    "nameAsPrinted": "Mixed",
                    "instanceCountMin": "300000",
                    "sizeAsPrinted": "300K+",
                },
            },
        ),
    ],
)
def test_a_row_says_what_its_cells_print(
    imported: Path, table: str, graph: str, node: str, expected: dict[str, Any]
) -> None:
    said = claims(imported, table)[graph][node]
    assert said == {"id": node, **expected}


def test_a_row_on_several_lines_is_one_row(imported: Path) -> None:
    said = claims(imported, "multimodal-models")
    assert list(said) == ["survey/multimodal-models/1"]
    row, heath = said["survey/multimodal-models/1"].values()
    assert row["cites"] == ["survey/reference/7", "survey/reference/5", "survey/reference/4"]
    assert heath["basedOn"] == ["model/root", "model/elm"]
    assert heath["modality"] == ["modality/image", "modality/text"]
    assert [(d["entity"], d["parameterCountAsPrinted"]) for d in heath["qualifiedDerivation"]] == [
        ("model/root", "7B/13B"),
        ("model/elm", "7B"),
    ]
    assert heath["trainingSet"]["sizeAsPrinted"] == "1.1 Tokens"
    assert "tokenCount" not in heath["trainingSet"]


def test_a_group_cell_spans_its_rows(imported: Path) -> None:
    sections = {graph: nodes[graph]["section"] for graph, nodes in claims(imported, "datasets").items()}
    assert list(sections.values()) == ["section/human-crafted"] * 3 + ["section/reasoning-data"] * 2


def test_a_doubled_number_is_told_apart_by_the_paper_link(imported: Path) -> None:
    rows = claims(imported, "datasets")
    assert rows["survey/datasets/3"]["survey/datasets/3"]["cites"] == ["survey/reference/3a"]
    assert rows["survey/datasets/4"]["survey/datasets/4"]["cites"] == ["survey/reference/3b"]


@pytest.mark.parametrize(
    ("graph", "node", "expected"),
    [
        (
            "survey",
            "paper/arxiv-2401.00001",
            {"arxivId": "2401.00001", "datePublished": "2024", "authorListComplete": "false"},
        ),
        ("survey/reference/1", "survey/reference/1", {"number": "1", "identifies": "paper/arxiv-2401.00002"}),
        ("survey/reference/1", "paper/arxiv-2401.00002", {"arxivId": "2401.00002", "datePublished": "2024"}),
        ("survey/reference/1", "paper/arxiv-2401.00001", {"citation": "paper/arxiv-2401.00002"}),
        (
            "survey/reference/2",
            "survey/reference/2",
            {"authorListComplete": "false", "identifies": "paper/bruecke-2023"},
        ),
        (
            "survey/reference/2",
            "paper/bruecke-2023",
            {
                "url": "https://example.org/bruecke.html",
                "datePublished": "2023",
                "venueAsPrinted": "Journal of Bridges, 35:27730–27744",
            },
        ),
        ("survey/reference/3a", "survey/reference/3a", {"number": "3", "arxivIdAsPrinted": "2401.00005"}),
        ("survey/reference/3b", "survey/reference/3b", {"number": "3", "titleAsPrinted": "Dunes!"}),
        (
            "survey/reference/7",
            "paper/heath-2023",
            {"url": "https://huggingface.co/example/heath-13b", "venueAsPrinted": "software"},
        ),
        ("survey/reference/8", "survey/reference/8", {"identifies": "paper/arxiv-2401.00002"}),
    ],
)
def test_an_entry_says_what_it_prints(imported: Path, graph: str, node: str, expected: dict[str, Any]) -> None:
    said = claims(imported, "references")[graph][node]
    assert {key: said.get(key) for key in expected} == expected


def test_authors_keep_order_and_print(imported: Path) -> None:
    authors = claims(imported, "references")["survey/reference/1"]["survey/reference/1"]["authorship"]
    assert [(a["position"], a["author"], a["nameAsPrinted"]) for a in authors] == [
        ("1", "person/jane-doe", "Doe, Jane"),
        ("2", "person/max-muster", "Max Muster"),
        ("3", "person/erika-mustermann-meier", "Erika Mustermann-Meier"),
    ]


def test_nobody_is_the_author_where_names_have_run_together(imported: Path) -> None:
    authors = claims(imported, "references")["survey/reference/6"]["survey/reference/6"]["authorship"]
    assert [a.get("author") for a in authors] == [None, "person/eve-five"]


def test_an_equal_name_on_another_work_is_a_candidate_and_no_person(imported: Path) -> None:
    authors = claims(imported, "references")["survey/reference/8"]["survey/reference/8"]["authorship"]
    assert authors == [
        {"id": "survey/reference/8#author-1", "type": "Authorship", "position": "1", "nameAsPrinted": "Muster, Max"}
    ]


ANOMALIES = {
    "survey/datasets#unknown-column-mood": 16,
    "survey#unknown-table-recipe": 141,
    "survey/reference/3a#two-arxiv-ids-2401-00005": 154,
    "survey/reference/6#names-run-together-ada": 165,
    "survey/reference/6#no-year": 165,
    "survey/reference/7#no-title": 168,
    "survey/reference/3a#duplicate-number": 157,
    "survey/reference/1#same-work": 172,
    "survey/datasets/3#unread-quantity-instancecount": 53,
    "survey/datasets/3#unclear-generator-gpt-3": 55,
    "survey/datasets/3#unread-cell-opensource": 56,
    "survey/datasets/4#unread-cell-construction": 66,
    "survey/datasets/5#unknown-name-unheard-of": 71,
    "survey/datasets/5#unread-cell-language": 75,
    "survey/models/2#short-row": 103,
    "survey/models/2#wrong-citation-1": 107,
    "survey/models/2#broken-link-paper": 105,
    "survey/models/2#broken-link-project": 106,
    "survey/models/3#unclear-citation-9": 112,
    "survey/multimodal-models/1#repeated-cell-elm": 138,
    "survey/multimodal-models/1#unread-quantity-tokencount": 135,
    "survey/reference/8#unused-reference": 172,
    "survey#unknown-work": 1,
    "person/j-doe#same-person-jane-doe": 145,
}


def test_every_anomaly_is_found_at_its_line(registry: Path) -> None:
    summary = import_survey(QUIRKS, registry / "survey", data=registry)
    found = {anomaly.id: anomaly.line for anomaly in summary.anomalies if anomaly.kind != "unknown-person"}
    assert found == ANOMALIES
    unknown = [
        anomaly.id.split("#unknown-person-")[1] for anomaly in summary.anomalies if anomaly.kind == "unknown-person"
    ]
    assert unknown == [
        *("max-schafer", "erika-mustermann-meier", "ana-lopez", "ana-lopez", "a-muster", "b-muster", "c-muster"),
        *("example-ai", "eve-five", "heath-collective", "max-muster"),
    ]
    assert {name for name, _, anomaly in anomalies_written(registry) if not anomaly} == set()


def anomalies_written(data: Path) -> list[tuple[str, str, dict[str, Any]]]:
    nodes = claims(data, "anomalies")["survey/anomalies"]
    return [(identity, node["anomalyKind"], node) for identity, node in nodes.items()]


def test_a_stub_pasted_is_a_name_known(registry: Path) -> None:
    summary = import_survey(QUIRKS, registry / "survey", data=registry)
    stub = next(a.stub for a in summary.anomalies if a.id == "survey/datasets/5#unknown-name-unheard-of")
    assert stub is not None
    (registry / "datasets" / "unheard-of.yaml").write_text(stub)
    again = import_survey(QUIRKS, registry / "survey", data=registry)
    assert "survey/datasets/5#unknown-name-unheard-of" not in {a.id for a in again.anomalies}


def settle(data: Path, text: str) -> None:
    (data / "survey").mkdir(exist_ok=True)
    (data / "survey" / "settled.yaml").write_text(text)


def test_a_corrected_citation_is_kept_as_printed_only(registry: Path) -> None:
    settle(
        registry,
        """
- graph: curation/survey/models/2
  source: survey/models/1
  says:
  - id: "curation/survey/models/2#correction-1"
    type: Correction
    settles: "survey/models/2#wrong-citation-1"
    corrects: survey/models/2
    reason: Elm is entry 4
    hadPrimarySource: survey/models/1
  - {id: survey/models/2, cites: survey/reference/4}
- graph: curation/survey/models/2/left
  source: survey
  says: [{id: "survey/models/2#short-row", reason: "the name is lost"}]
""",
    )
    summary = import_survey(QUIRKS, registry / "survey", data=registry)
    row = claims(registry, "models")["survey/models/2"]["survey/models/2"]
    assert row["cites"] == ["survey/reference/6"]
    assert row["citesAsPrinted"] == ["1"]
    settled = {anomaly.id for anomaly in summary.anomalies if anomaly.settled}
    assert settled == {"survey/models/2#wrong-citation-1", "survey/models/2#short-row"}


def test_a_second_import_changes_nothing(imported: Path) -> None:
    assert import_survey(QUIRKS, imported / "survey", data=imported, check=True).changed == []


def test_a_row_keeps_its_number_and_a_new_one_takes_the_next(imported: Path, tmp_path: Path) -> None:
    gorse = QUIRKS.read_text("utf-8").split("    <tr>\n        <td>Gorse")[1].split("    </tr>\n")[0]
    row = f"    <tr>\n        <td>Gorse{gorse}    </tr>\n"
    new = row.replace("Gorse", "Elm Two").replace("1.3B", "2B")
    first = '    <tr>\n        <td>Elm [<a href="#ref4">4</a>]</td>\n        <td>7B</td>\n        <td><a href="https://arxiv.org/abs/2401.00006"'
    changed = edited(tmp_path, (row, ""), (first, row + new + first))
    import_survey(changed, imported / "survey", data=imported)
    rows = {graph: nodes[graph] for graph, nodes in claims(imported, "models").items()}
    assert {(row["nameAsPrinted"], graph.rsplit("/", 1)[1], row["rowNumber"]) for graph, row in rows.items()} == {
        ("Gorse", "3", "1"),
        ("Elm Two", "4", "2"),
        ("Elm", "1", "3"),
        ("Fern", "2", "4"),
    }


def test_a_changed_cell_is_a_small_diff(imported: Path, tmp_path: Path) -> None:
    before = (imported / "survey" / "models.yaml").read_text("utf-8").splitlines()
    summary = import_survey(edited(tmp_path, ("<td>52K</td>", "<td>53K</td>")), imported / "survey", data=imported)
    after = (imported / "survey" / "models.yaml").read_text("utf-8").splitlines()
    assert summary.changed == ["models.yaml"]
    assert [line.strip() for line in after if line not in before] == ["instanceCount: 53000", "sizeAsPrinted: 53K"]


def test_check_writes_nothing(registry: Path) -> None:
    summary = import_survey(QUIRKS, registry / "survey", data=registry, check=True)
    assert summary.changed == [
        "anomalies.yaml",
        "datasets.yaml",
        "models.yaml",
        "multimodal-models.yaml",
        "references.yaml",
    ]
    assert not (registry / "survey").exists()


def test_the_entries_written_are_entries_read(imported: Path) -> None:
    entries = read_entries(imported, load().context)
    assert entries.findings == []
    assert len(entries.graphs) == 9 + 9 + 2 + sum(1 for _ in entries.registry())


def not_utf8(path: Path) -> None:
    path.write_bytes(b"# Survey\n\n<table>\n\xff\xfe</table>\n")


def no_table(path: Path) -> None:
    path.write_text("# Shopping list\n\n* bread\n")


def no_reference(path: Path) -> None:
    path.write_text("<table><tr><th>Name</th><th>Paper</th></tr></table>\n")


def other_tables(path: Path) -> None:
    path.write_text('<table><tr><th>Bread</th></tr></table>\n<a id="ref1">[1]</a> A. **B**.\n')


def cut_off(path: Path) -> None:
    path.write_text(QUIRKS.read_text("utf-8").split("<td>Unheard-of</td>")[0])


def not_there(path: Path) -> None:
    path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("make", "message", "line"),
    [
        (not_utf8, "not UTF-8", 4),
        (no_table, "not a survey README: no HTML table in it", None),
        (no_reference, "not a survey README: no reference entry", None),
        (other_tables, "not a survey README: none of its tables is one of datasets, models", None),
        (cut_off, "a table is never closed", 16),
        (not_there, "cannot be read: No such file or directory", None),
    ],
)
def test_what_is_no_survey_readme_gets_one_error_and_changes_nothing(
    imported: Path, tmp_path: Path, make: Callable[[Path], None], message: str, line: int | None
) -> None:
    before = {path: path.read_bytes() for path in sorted((imported / "survey").iterdir())}
    readme = tmp_path / "README.md"
    make(readme)
    with pytest.raises(InputError) as caught:
        import_survey(readme, imported / "survey", data=imported)
    assert caught.value.message.startswith(message)
    assert (caught.value.line, str(caught.value.path)) == (line, str(readme))
    assert {path: path.read_bytes() for path in sorted((imported / "survey").iterdir())} == before


def test_a_broken_registry_stops_the_import(registry: Path) -> None:
    (registry / "models" / "elm.yaml").write_text(
        "- graph: registry/model/elm\n  source: survey\n  says: [{id: model/elm, lable: Elm}]\n"
    )
    with pytest.raises(ProblemsFound) as caught:
        import_survey(QUIRKS, registry / "survey", data=registry)
    assert [finding.message for finding in caught.value.findings] == ["unknown key 'lable'"]
    assert not (registry / "survey").exists()


def test_the_summary_counts(registry: Path) -> None:
    summary: ImportSummary = import_survey(QUIRKS, registry / "survey", data=registry)
    assert summary.rows == {"datasets": 5, "models": 3, "multimodal-models": 1}
    assert (summary.data_lines, summary.references, summary.authors) == (11, 9, 18)
    assert summary.lines()[0].startswith("3 tables, 9 rows on 11 lines")


def test_what_is_printed_no_longer_is_said_and_its_number_never_given_again(imported: Path, tmp_path: Path) -> None:
    gorse = QUIRKS.read_text("utf-8").split("    <tr>\n        <td>Gorse")[1].split("    </tr>\n")[0]
    row = f"    <tr>\n        <td>Gorse{gorse}    </tr>\n"
    without = import_survey(edited(tmp_path, (row, "")), imported / "survey", data=imported)
    assert "survey#withdrawn-models-3" in {anomaly.id for anomaly in without.open_anomalies}
    renamed = row.replace("Gorse", "Ivy").replace("1.3B", "2B")
    again = import_survey(edited(tmp_path, (row, renamed)), imported / "survey", data=imported)
    assert list(claims(imported, "models")) == ["survey/models/1", "survey/models/2", "survey/models/4"]
    message = next(anomaly.message for anomaly in again.anomalies if anomaly.kind == "withdrawn")
    assert message == "survey/models/3 (“Gorse”) is printed no longer; its number is not given again"


def test_a_document_cut_off_within_its_references_says_so(imported: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.md"
    path.write_text(QUIRKS.read_text("utf-8").split('<a id="ref7">')[0], "utf-8")
    summary = import_survey(path, imported / "survey", data=imported)
    withdrawn = [anomaly.detail for anomaly in summary.open_anomalies if anomaly.kind == "withdrawn"]
    assert withdrawn == ["reference/7", "reference/8"]


def test_a_row_printed_twice_is_noticed(imported: Path, tmp_path: Path) -> None:
    gorse = QUIRKS.read_text("utf-8").split("    <tr>\n        <td>Gorse")[1].split("    </tr>\n")[0]
    row = f"    <tr>\n        <td>Gorse{gorse}    </tr>\n"
    summary = import_survey(edited(tmp_path, (row, row + row)), imported / "survey", data=imported)
    assert "survey/models/4#repeated-row" in {anomaly.id for anomaly in summary.open_anomalies}


def test_a_citation_of_a_work_that_nobody_registered_is_not_called_wrong(imported: Path) -> None:
    for paper in (imported / "papers").iterdir():
        paper.unlink()
    summary = import_survey(QUIRKS, imported / "survey", data=imported)
    wrong = [anomaly.id for anomaly in summary.anomalies if anomaly.kind == "wrong-citation"]
    # The second links to OpenReview and its entry to a model page: only a registry can know that they are one work.
    assert wrong == ["survey/models/2#wrong-citation-1", "survey/multimodal-models/1#wrong-citation-7"]
    stubs = [anomaly.stub for anomaly in summary.anomalies if anomaly.stub and "paper/arxiv-2401.00002" in anomaly.stub]
    assert stubs
    assert all("label: 'Acorn: a data set for zero-shot learners'" in stub for stub in stubs)
