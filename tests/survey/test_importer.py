"""What the importer makes of each row and entry, and what it refuses to read at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from itgraph.errors import InputError, ProblemsFound
from itgraph.survey.importer import ImportSummary, import_survey

QUIRKS = Path(__file__).with_name("quirks.md")
Claims = Callable[[str], dict[str, dict[str, Any]]]


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
@pytest.mark.usefixtures("imported")
def test_a_row_says_what_its_cells_print(
    table: str, graph: str, node: str, expected: dict[str, Any], claims: Claims
) -> None:
    said = claims(table)[graph][node]
    assert said == {"id": node, **expected}


@pytest.mark.usefixtures("imported")
def test_a_row_on_several_lines_is_one_row(claims: Claims) -> None:
    said = claims("multimodal-models")
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


@pytest.mark.usefixtures("imported")
def test_a_group_cell_spans_its_rows(claims: Claims) -> None:
    sections = {graph: nodes[graph]["section"] for graph, nodes in claims("datasets").items()}
    assert list(sections.values()) == ["section/human-crafted"] * 3 + ["section/reasoning-data"] * 2


@pytest.mark.usefixtures("imported")
def test_a_doubled_number_is_told_apart_by_the_paper_link(claims: Claims) -> None:
    rows = claims("datasets")
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
@pytest.mark.usefixtures("imported")
def test_an_entry_says_what_it_prints(graph: str, node: str, expected: dict[str, Any], claims: Claims) -> None:
    said = claims("references")[graph][node]
    assert {key: said.get(key) for key in expected} == expected


@pytest.mark.usefixtures("imported")
def test_authors_keep_order_and_print(claims: Claims) -> None:
    authors = claims("references")["survey/reference/1"]["survey/reference/1"]["authorship"]
    assert [(a["position"], a["author"], a["nameAsPrinted"]) for a in authors] == [
        ("1", "person/jane-doe", "Doe, Jane"),
        ("2", "person/max-muster", "Max Muster"),
        ("3", "person/erika-mustermann-meier", "Erika Mustermann-Meier"),
    ]


@pytest.mark.usefixtures("imported")
def test_nobody_is_the_author_where_names_have_run_together(claims: Claims) -> None:
    authors = claims("references")["survey/reference/6"]["survey/reference/6"]["authorship"]
    assert [a.get("author") for a in authors] == [None, "person/eve-five"]


@pytest.mark.usefixtures("imported")
def test_an_equal_name_on_another_work_is_a_candidate_and_no_person(claims: Claims) -> None:
    authors = claims("references")["survey/reference/8"]["survey/reference/8"]["authorship"]
    assert authors == [
        {"id": "survey/reference/8#author-1", "type": "Authorship", "position": "1", "nameAsPrinted": "Muster, Max"}
    ]


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
