"""Every anomaly of the document, at its line; and what settling one changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from itgraph.survey.importer import import_survey

QUIRKS = Path(__file__).with_name("quirks.md")
Claims = Callable[[str], dict[str, dict[str, Any]]]

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


def test_every_anomaly_is_found_at_its_line(registry: Path, claims: Claims) -> None:
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
    assert {name for name, _, anomaly in anomalies_written(claims) if not anomaly} == set()


def anomalies_written(claims: Claims) -> list[tuple[str, str, dict[str, Any]]]:
    nodes = claims("anomalies")["survey/anomalies"]
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


def test_a_corrected_citation_is_kept_as_printed_only(registry: Path, claims: Claims) -> None:
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
    row = claims("models")["survey/models/2"]["survey/models/2"]
    assert row["cites"] == ["survey/reference/6"]
    assert row["citesAsPrinted"] == ["1"]
    settled = {anomaly.id for anomaly in summary.anomalies if anomaly.settled}
    assert settled == {"survey/models/2#wrong-citation-1", "survey/models/2#short-row"}


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
