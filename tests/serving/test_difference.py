"""What changed between two releases: every kind of change, a base that moved, dumps that cannot be compared."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from itgraph import resources
from itgraph.build import build
from itgraph.cli import cli
from itgraph.difference import Change, Difference, difference
from itgraph.difference_format import as_dict, as_text
from itgraph.namespaces import BASE, compact

Pair = Callable[[str, str], Difference]
MOVED = "https://example.org/kg/"
PREFIXES = """
@base <https://w3id.org/itgraph/> .
@prefix itg: <https://w3id.org/itgraph/ns#> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<registry/model/b> { <model/b> rdfs:label "Bee" . }
"""
REFUTED = "<c> { <c#1> rdf:subject <model/a> ; rdf:predicate itg:basedOn ; rdf:object <model/b> . }"


@pytest.fixture
def compared(release_of: Callable[[str], Path], tmp_path: Path) -> Pair:
    """Return a function that compares two releases that are given in TriG."""

    def compare(before: str, after: str) -> Difference:
        older = release_of(PREFIXES + before).rename(tmp_path / "older")
        return difference(older, release_of(PREFIXES + after))

    return compare


def written(result: Difference) -> list[str]:
    """Return each change as a line: part, entity, and the change of each statement."""
    return [
        " ".join(
            filter(
                None,
                [
                    f"{subject.part}/{subject.change} {subject.id}: {statement.change}",
                    compact(statement.predicate),
                    "" if statement.before is None else f"{statement.before} ->",
                    compact(statement.object.value, result.base),
                    "" if statement.held else "(not held)",
                    f"[{' '.join(statement.sources_before)} > {' '.join(statement.sources)}]",
                ],
            )
        )
        for subject in result.subjects
        for statement in subject.statements
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<g> { <model/a> itg:basedOn <model/b> . }", "<g> { <model/a> itg:basedOn <model/b> . }", []),
        ("", "<g> { <model/a> itg:n 1 . }", ["stated/added model/a: added itg:n 1 [ > g]"]),
        ("<g> { <model/a> itg:n 1 . }", "", ["stated/removed model/a: removed itg:n 1 [g > g]"]),
        (
            "<g> { <model/a> itg:n 1 ; itg:m 1 . }",
            "<g> { <model/a> itg:n 2 ; itg:m 1 . }",
            ['stated/changed model/a: changed itg:n "1"^^<http://www.w3.org/2001/XMLSchema#integer> -> 2 [g > g]'],
        ),
        (
            "<g> { <model/a> itg:n 1, 3 . }",
            "<g> { <model/a> itg:n 2, 3 . }",
            ["stated/changed model/a: removed itg:n 1 [g > g]", "stated/changed model/a: added itg:n 2 [ > g]"],
        ),
        (
            "<g> { <model/a> itg:n 1 . }",
            "<g> { <model/a> itg:m 1 . }",
            ["stated/changed model/a: added itg:m 1 [ > g]", "stated/changed model/a: removed itg:n 1 [g > g]"],
        ),
        (
            "<g> { <model/a> itg:n 1 . } <h> { <model/a> itg:n 1 . }",
            "<h> { <model/a> itg:n 1 . } <i> { <model/a> itg:n 1 . }",
            ["stated/changed model/a: sources itg:n 1 [g h > h i]"],
        ),
        (
            "<g> { <model/a> itg:basedOn <model/b> . } <c> { <c#1> itg:n 1 . }",
            "<g> { <model/a> itg:basedOn <model/b> . }" + REFUTED,
            [
                "stated/changed c#1: added rdf:object model/b [ > c]",
                "stated/changed c#1: added rdf:predicate itg:basedOn [ > c]",
                "stated/changed c#1: added rdf:subject model/a [ > c]",
                "stated/changed c#1: removed itg:n 1 [c > c]",
                "stated/changed model/a: refuted itg:basedOn model/b (not held) [g > g]",
            ],
        ),
        (
            "<g> { <model/a> itg:n 1 . } <derived> { <model/a> rdfs:label 'x' . }",
            "<g> { <model/a> itg:n 1 . } <derived> { <model/a> rdfs:label 'y' . <model/b> itg:n 0 . }",
            [
                'derived/changed model/a: changed rdfs:label "x" -> y [derived > derived]',
                "derived/added model/b: added itg:n 0 [ > derived]",
            ],
        ),
        (
            "<derived> { <model/a> itg:dependsOn <model/b> . }",
            "<g> { <model/a> itg:dependsOn <model/b> . } <derived> { <model/a> itg:dependsOn <model/b> . }",
            ["stated/added model/a: sources itg:dependsOn model/b [derived > derived g]"],
        ),
        (
            "",
            '<about> { <g> itg:method "stated" . }',
            ["about/added g: added itg:method stated [ > about]"],
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else f"{len(value)} changes",
)
def test_each_kind_of_change(compared: Pair, before: str, after: str, expected: list[str]) -> None:
    assert written(compared(before, after)) == expected


def test_a_statement_that_no_correction_refutes_any_more_is_restored(compared: Pair) -> None:
    stated = "<g> { <model/a> itg:basedOn <model/b> . }"
    result = compared(stated + REFUTED, stated)
    assert [(s.id, s.change) for s in result.subjects] == [("c#1", Change.REMOVED), ("model/a", Change.CHANGED)]
    (restored,) = result.subjects[1].statements
    assert (restored.change, restored.held) == (Change.RESTORED, True)


def test_the_text_says_it_in_words_and_the_json_has_the_same(compared: Pair) -> None:
    result = compared(
        '<g> { <model/a> rdfs:label "A" ; itg:n 1 . <model/z> rdfs:label "Zed\\u001B" . }',
        '<g> { <model/a> rdfs:label "A" ; itg:n 2 . } <h> { <model/c> rdfs:label "C" ; itg:basedOn <model/b> . }'
        '<derived> { <model/c> itg:generation 1 . } <about> { <h> itg:method "stated" . }',
    )
    text = as_text(result)
    assert text.partition("\n")[2] == (
        "\n"
        "Added\n"
        "  C (model/c)\n"
        "    added     rdfs:label  C               h\n"
        "    added     itg:basedOn  Bee (model/b)  h\n"
        "\n"
        "Removed\n"
        "  Zed\\x1b (model/z)\n"
        "    removed   rdfs:label  Zed\\x1b  g\n"
        "\n"
        "Changed\n"
        "  A (model/a)\n"
        "    changed   itg:n  1 → 2  g\n"
        "\n"
        "Derived from it\n"
        "  C (model/c)\n"
        "    added     itg:generation  1  derived\n"
        "\n"
        "About the sources\n"
        "  h\n"
        "    added     itg:method  stated  about\n"
        "\n"
        "entities: 1 added, 1 removed, 1 changed\n"
        "statements: 2 added, 1 removed, 1 changed\n"
        "derived: 1 added, 0 removed, 0 changed\n"
        "about the sources: 1 added, 0 removed, 0 changed\n"
    )
    data = as_dict(result)
    assert data["summary"]["entities"] == {"added": {"model": 1}, "removed": {"model": 1}, "changed": {"model": 1}}
    assert data["summary"]["statements"]["stated"]["added"] == 2
    assert [(e["id"], e["change"]) for e in data["entities"]] == [
        ("model/a", "changed"),
        ("model/c", "added"),
        ("model/z", "removed"),
    ]
    assert data["entities"][1]["statements"][1] == {
        "change": "added",
        "predicate": "itg:basedOn",
        "object": {"id": "model/b", "iri": BASE + "model/b", "label": "Bee"},
        "held": True,
        "sources": ["h"],
        "sourcesBefore": [],
    }
    assert [len(data[part]) for part in ("derived", "about")] == [1, 1]


# The command


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["diff", *map(str, words)], prog_name="itgraph")


@pytest.fixture
def changed_release(tmp_path: Path) -> Path:
    """The real entries and one model more, built below another base."""
    data = tmp_path / "data"
    shutil.copytree(resources.data_dir(), data)
    (data / "models" / "koala.yaml").write_text(
        "- graph: registry/model/koala\n  source: https://example.org/koala\n"
        "  says: [{id: model/koala, type: MLModel, label: Koala}]\n"
        "- graph: curation/model/koala\n  source: https://example.org/koala\n"
        "  says: [{id: model/koala, basedOn: model/llama}]\n",
        encoding="utf-8",
    )
    build(data, tmp_path / "moved", base=MOVED, shacl=False)
    return tmp_path / "moved"


def test_one_model_more_below_another_base_is_one_entity_added(release: Path, changed_release: Path) -> None:
    there, back = run(release, changed_release), run(changed_release, release)
    assert (there.exit_code, there.stderr, back.exit_code) == (0, "", 0)
    notice = f"the base moved from {BASE} to {MOVED}, which counts as no difference"
    assert notice in there.stdout
    assert "Added\n  Koala (model/koala)\n" in there.stdout
    assert "itg:basedOn  LLaMA (model/llama)  curation/model/koala\n" in there.stdout
    assert "entities: 1 added, 0 removed, 0 changed\nstatements: 3 added, 0 removed, 0 changed\n" in there.stdout
    assert "Removed\n  Koala (model/koala)\n" in back.stdout
    assert "entities: 0 added, 1 removed, 0 changed\nstatements: 0 added, 3 removed, 0 changed\n" in back.stdout


def test_the_exit_code_tells_only_when_asked(release: Path, small_release: Path) -> None:
    assert [run(release, release, *flag).exit_code for flag in ([], ["--exit-code"])] == [0, 0]
    assert run(release, release).stdout.endswith("\nno difference\n")
    assert [run(release, small_release, *flag).exit_code for flag in ([], ["--exit-code"])] == [0, 1]
    data = json.loads(run(small_release, release, "--format", "json").stdout)
    assert data["differ"]
    assert data["summary"]["entities"]["removed"]["model"] == 4


def unsorted(folder: Path) -> None:
    rewritten(folder, b"".join(reversed((folder / "itgraph.nq").read_bytes().splitlines(keepends=True))))


def cut_off(folder: Path) -> None:
    with (folder / "itgraph.nq").open("r+b") as stream:
        stream.truncate(1000)


def garbled(folder: Path) -> None:
    rewritten(folder, b"<https://w3id.org/itgraph/model/a> is a model .\n")


def rewritten(folder: Path, dump: bytes) -> None:
    (folder / "itgraph.nq").write_bytes(dump)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"bytes": len(dump), "sha256": hashlib.sha256(dump).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (unsorted, "the dump is not sorted"),
        (cut_off, "cut off: 1000 bytes"),
        (garbled, "the dump is not N-Quads"),
        (shutil.rmtree, "there is no such folder with a release"),
    ],
)
def test_a_release_that_cannot_be_read_is_one_line(
    small_release: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(small_release, broken)
    damage(broken)
    for words in ((small_release, broken), (broken, small_release)):
        result = run(*words)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (4, "", 1)
        assert message in result.stderr
