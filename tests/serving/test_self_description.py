"""How a release describes itself is no news of its entities: what counts, shows and compares them leaves it out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from itgraph.dataset import SELF_DESCRIPTION
from itgraph.description import describe
from itgraph.difference import difference
from itgraph.export.selection import Selection, select
from itgraph.export.tables import write_tables
from itgraph.namespaces import BASE, FAIR4ML, ITG
from itgraph.stats import statistics
from itgraph.store import Store

HEADER = f"@base <{BASE}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix itg: <{ITG}> ."
MODEL = "<registry/model/b> { <model/b> rdfs:label 'Bee' }"


@pytest.fixture(scope="module")
def real(release: Path) -> Store:
    return Store.open(release)


def test_the_classes_that_are_counted_are_those_of_the_contents(real: Store) -> None:
    classes = statistics(real, real.manifest)["classes"]
    assert "fair4ml:MLModel" in classes
    assert not [name for name in classes if name.startswith(("sh:", "void:"))]


@pytest.mark.parametrize("iri", [FAIR4ML + "MLModel", ITG + "basedOn", BASE + "model/llama"])
def test_an_entity_is_shown_without_the_queries_and_numbers_that_mention_it(iri: str, real: Store) -> None:
    shown = describe(real, iri)
    assert shown.incoming
    assert not SELF_DESCRIPTION & shown.sources.keys()


def test_a_saved_query_is_shown_with_its_parameters(real: Store) -> None:
    shown = describe(real, BASE + "queries#built-on")
    assert {"sh:SPARQLSelectExecutable", "model/llama"} <= {
        str(part.object.value).replace("http://www.w3.org/ns/shacl#", "sh:")
        for whole in shown.outgoing
        for part in (whole, *whole.details)
    }
    assert describe(real, BASE + "queries#built-on-base").incoming


def test_tables_are_of_entities(release: Path, tmp_path: Path) -> None:
    write_tables(select(release, Selection()), tmp_path)
    names = {path.stem for path in tmp_path.iterdir()}
    assert {"model", "dataset", "graph", "survey-row"} <= names
    assert not [name for name in names if "executable" in name or name in {"parameter", "prefix-declaration", "thing"}]
    for path in tmp_path.glob("*.csv"):
        assert "\nvoid#" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("", "<queries> { <queries#q> rdfs:label 'q' } <void> { <void#dataset> itg:n 1 }", []),
        ("<void> { <void#dataset> itg:n 1 }", "<void> { <void#dataset> itg:n 2 }", []),
        ("<void> { <model/b> itg:n 1 }", "<void> { <model/b> itg:n 1 } <x> { <model/b> itg:n 1 }", ["model/b"]),
    ],
)
def test_releases_that_differ_in_it_alone_do_not_differ(
    before: str, after: str, changed: list[str], release_of: Callable[[str], Path], tmp_path: Path
) -> None:
    older = release_of(f"{HEADER} {MODEL} {before}").rename(tmp_path / "older")
    result = difference(older, release_of(f"{HEADER} {MODEL} {after}"))
    assert [subject.id for subject in result.subjects] == changed
