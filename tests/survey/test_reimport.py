"""A second import: nothing changes by itself, numbers stay, and what is gone is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from itgraph.entries import read_entries
from itgraph.ontology import load
from itgraph.survey.importer import import_survey

QUIRKS = Path(__file__).with_name("quirks.md")
Claims = Callable[[str], dict[str, dict[str, Any]]]
Edited = Callable[..., Path]


def test_a_second_import_changes_nothing(imported: Path) -> None:
    assert import_survey(QUIRKS, imported / "survey", data=imported, check=True).changed == []


def test_a_row_keeps_its_number_and_a_new_one_takes_the_next(imported: Path, claims: Claims, edited: Edited) -> None:
    gorse = QUIRKS.read_text("utf-8").split("    <tr>\n        <td>Gorse")[1].split("    </tr>\n")[0]
    row = f"    <tr>\n        <td>Gorse{gorse}    </tr>\n"
    new = row.replace("Gorse", "Elm Two").replace("1.3B", "2B")
    first = '    <tr>\n        <td>Elm [<a href="#ref4">4</a>]</td>\n        <td>7B</td>\n        <td><a href="https://arxiv.org/abs/2401.00006"'
    changed = edited((row, ""), (first, row + new + first))
    import_survey(changed, imported / "survey", data=imported)
    rows = {graph: nodes[graph] for graph, nodes in claims("models").items()}
    assert {(row["nameAsPrinted"], graph.rsplit("/", 1)[1], row["rowNumber"]) for graph, row in rows.items()} == {
        ("Gorse", "3", "1"),
        ("Elm Two", "4", "2"),
        ("Elm", "1", "3"),
        ("Fern", "2", "4"),
    }


def test_a_changed_cell_is_a_small_diff(imported: Path, edited: Edited) -> None:
    before = (imported / "survey" / "models.yaml").read_text("utf-8").splitlines()
    summary = import_survey(edited(("<td>52K</td>", "<td>53K</td>")), imported / "survey", data=imported)
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


def test_what_is_printed_no_longer_is_said_and_its_number_never_given_again(
    imported: Path, claims: Claims, edited: Edited
) -> None:
    gorse = QUIRKS.read_text("utf-8").split("    <tr>\n        <td>Gorse")[1].split("    </tr>\n")[0]
    row = f"    <tr>\n        <td>Gorse{gorse}    </tr>\n"
    without = import_survey(edited((row, "")), imported / "survey", data=imported)
    assert "survey#withdrawn-models-3" in {anomaly.id for anomaly in without.open_anomalies}
    renamed = row.replace("Gorse", "Ivy").replace("1.3B", "2B")
    again = import_survey(edited((row, renamed)), imported / "survey", data=imported)
    assert list(claims("models")) == ["survey/models/1", "survey/models/2", "survey/models/4"]
    message = next(anomaly.message for anomaly in again.anomalies if anomaly.kind == "withdrawn")
    assert message == "survey/models/3 (“Gorse”) is printed no longer; its number is not given again"


def test_a_document_cut_off_within_its_references_says_so(imported: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.md"
    path.write_text(QUIRKS.read_text("utf-8").split('<a id="ref7">')[0], "utf-8")
    summary = import_survey(path, imported / "survey", data=imported)
    withdrawn = [anomaly.detail for anomaly in summary.open_anomalies if anomaly.kind == "withdrawn"]
    assert withdrawn == ["reference/7", "reference/8"]


def test_a_row_printed_twice_is_noticed(imported: Path, edited: Edited) -> None:
    gorse = QUIRKS.read_text("utf-8").split("    <tr>\n        <td>Gorse")[1].split("    </tr>\n")[0]
    row = f"    <tr>\n        <td>Gorse{gorse}    </tr>\n"
    summary = import_survey(edited((row, row + row)), imported / "survey", data=imported)
    assert "survey/models/4#repeated-row" in {anomaly.id for anomaly in summary.open_anomalies}
