"""A checkup finds every damage to a release (a flipped byte, a cut, a swap, a wrong count) and holds no dump."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import itgraph
from itgraph.build import build
from itgraph.checkup import RELEASE_CHECKS, Outcome, ReleaseFolder, Told, Verdict, examine, examine_machine
from itgraph.cli import cli
from itgraph.dump_census import census
from itgraph.namespaces import BASE, RDF
from itgraph.release_layout import ID_LENGTH
from itgraph.store import find_release

FILES = {"itgraph.nq": "dump", "search.sqlite": "search index", "manifest.json": "manifest"}
MODEL = """\
- graph: registry/model/{slug}
  source: https://example.org/{slug}
  says:
  - {{id: model/{slug}, type: MLModel, label: {label}}}
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return two folders, each with a published release of its own."""
    made = []
    for label in ("Alpaca", "Vicuna"):
        top = tmp_path_factory.mktemp("pair")
        entry = top / "data" / "models" / f"{label.lower()}.yaml"
        entry.parent.mkdir(parents=True)
        entry.write_text(MODEL.format(slug=label.lower(), label=label), encoding="utf-8")
        build(top / "data", top / "out", shacl=False)
        made.append(top / "out")
    return made


@pytest.fixture
def top(pair: list[Path], tmp_path: Path) -> Path:
    """Return a copy of the first of the two, links and all, to be spoilt."""
    return Path(shutil.copytree(pair[0], tmp_path / "out", symlinks=True))


def problems(folder: Path) -> dict[str, str]:
    """Return the first problem that each check of the release tells."""
    found: dict[str, str] = {}
    for outcome in examine(folder):
        if outcome.verdict is Verdict.PROBLEM:
            assert "\n" not in outcome.text
            found.setdefault(outcome.check, outcome.text)
    return found


def warnings(folder: Path) -> list[str]:
    return [outcome.text for outcome in examine(folder) if outcome.verdict is Verdict.WARNING]


def rewritten(folder: Path, dump: bytes, **changes: Any) -> None:
    """Put another dump in place, with a manifest that knows its size and hash, and says what else is given."""
    (folder / "itgraph.nq").write_bytes(dump)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"bytes": len(dump), "sha256": hashlib.sha256(dump).hexdigest()} | changes
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


# What is whole


def test_a_whole_release_has_one_line_for_each_check_and_no_problem(release: Path) -> None:
    outcomes = list(examine(find_release(release)))
    assert [outcome.check for outcome in outcomes] == [name for name, _ in RELEASE_CHECKS]
    assert {outcome.verdict for outcome in outcomes} == {Verdict.OK, Verdict.NOTE}


def test_the_census_counts_what_the_build_counts(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    found = census(release / "itgraph.nq", manifest["base"])
    assert found.faults == []
    counts = {name: manifest[name] for name in ("statements", "triples", "graphs", "entities")}
    assert {name: getattr(found, name) for name in counts} == counts


def test_the_census_takes_a_graph_for_no_entity_and_a_text_for_no_statement(tmp_path: Path) -> None:
    kind = f"<{RDF}type> <https://example.org/T>"
    lines = [
        f"<{BASE}links/a> {kind} .\n",
        f'<{BASE}model/a> <https://example.org/p> "x {kind} ." .\n',
        f"<{BASE}model/a> {kind} <{BASE}links/a> .\n",
        f"<{BASE}model/b> {kind} .\n",
        f"<{BASE}model/b> <{RDF}type> <https://example.org/U> .\n",
        f"<{BASE}model/b#part> {kind} .\n",
    ]
    (tmp_path / "dump").write_text("".join(sorted(lines)), encoding="utf-8")
    found = census(tmp_path / "dump", BASE)
    assert (found.entities, found.graphs, found.triples, found.statements) == ({"model": 1}, 1, 5, 6)
    assert found.faults == []


# What is damaged


@pytest.mark.parametrize("name", FILES)
def test_one_byte_flipped_anywhere_is_a_problem(top: Path, name: str) -> None:
    folder = find_release(top)
    path = folder / name
    content = path.read_bytes()
    chance = random.Random(name)  # noqa: S311 - the same places each time
    places = {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(60))}
    for place in sorted(places):
        spoilt = bytearray(content)
        spoilt[place] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        assert FILES[name] in problems(folder), f"{name}: byte {place}"
    path.write_bytes(content)
    assert problems(folder) == {}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("part", [0, 0.5, 0.999])
def test_a_file_that_was_cut_is_a_problem(top: Path, name: str, part: float) -> None:
    path = find_release(top) / name
    os.truncate(path, int(path.stat().st_size * part))
    assert FILES[name] in problems(path.parent)


@pytest.mark.parametrize("names", [["itgraph.nq"], ["search.sqlite"], ["manifest.json"], list(FILES)])
def test_files_of_another_release_are_a_problem(top: Path, pair: list[Path], names: list[str]) -> None:
    folder = find_release(top)
    for name in names:
        shutil.copyfile(pair[1] / name, folder / name)
    assert FILES[names[-1]] in problems(folder)


def test_an_index_of_another_release_is_a_problem_where_the_manifest_knows_it(top: Path, pair: list[Path]) -> None:
    folder = find_release(top)
    index = shutil.copyfile(pair[1] / "search.sqlite", folder / "search.sqlite").read_bytes()
    told = {"file": "search.sqlite", "bytes": len(index), "sha256": hashlib.sha256(index).hexdigest()}
    rewritten(folder, (folder / "itgraph.nq").read_bytes(), search=told)
    assert "the search index of another build" in problems(folder)["search index"]


def test_an_index_that_sqlite_finds_damaged_is_a_problem(release: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find_release(release), tmp_path / "plain"))
    path = folder / "search.sqlite"
    with closing(sqlite3.connect(path)) as database:
        # A row that no entry of the table's own index leads to.
        database.executescript(
            "PRAGMA writable_schema = 1;"
            "UPDATE sqlite_schema SET sql = replace(sql, '(ident)', '(label)') WHERE name = 'entity_ident';"
        )
    index = path.read_bytes()
    told = {"file": "search.sqlite", "bytes": len(index), "sha256": hashlib.sha256(index).hexdigest()}
    rewritten(folder, (folder / "itgraph.nq").read_bytes(), search=told)
    # The hash of the dump is as before, so the index still belongs to it.
    assert "SQLite finds it damaged" in problems(folder)["search index"]


SPOILINGS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "reversed": (lambda dump: b"".join(reversed(dump.splitlines(keepends=True))), "line 2 is not in order"),
    "a line twice": (lambda dump: dump.splitlines(keepends=True)[0] + dump, "line 2 stands twice"),
    "a comment": (lambda dump: b"# a comment\n" + dump, "not every line is in canonical form"),
    "two blanks": (lambda dump: dump.replace(b"> <", b">  <", 1), "not every line is in canonical form"),
    "an escape": (lambda dump: dump.replace(b'"Alpaca"', b'"\\u0041lpaca"', 1), "not every line is in canonical form"),
    "no newline at the end": (lambda dump: dump[:-1], "not every line is in canonical form"),
    "a line less": (lambda dump: dump.partition(b"\n")[2], "statements: "),
    "no N-Quads": (lambda dump: dump + b"~ is no statement\n", "the dump is not N-Quads"),
    "no UTF-8": (lambda dump: dump.replace(b'"Alpaca"', b'"Alpac\xff"', 1), "the dump is not N-Quads"),
    "empty": (lambda _: b"", "triples: 0, not "),
}


@pytest.mark.parametrize("how", SPOILINGS)
def test_a_dump_that_no_build_writes_is_a_problem_though_its_hash_is_right(top: Path, how: str) -> None:
    spoil, message = SPOILINGS[how]
    folder = find_release(top)
    rewritten(folder, spoil((folder / "itgraph.nq").read_bytes()))
    texts = [o.text for o in examine(folder) if o.check == "statements" and o.verdict is Verdict.PROBLEM]
    assert any(message in text for text in texts), texts
    assert "dump" not in problems(folder)


@pytest.mark.parametrize(
    "changes", [{"statements": 1}, {"triples": 1}, {"graphs": 1}, {"entities": {"model": 9}}, {"entities": {}}]
)
def test_a_count_that_is_wrong_is_a_problem(top: Path, changes: dict[str, Any]) -> None:
    folder = find_release(top)
    rewritten(folder, (folder / "itgraph.nq").read_bytes(), **changes)
    (name,) = changes
    assert f": {name}: " in problems(folder)["statements"]


def test_what_depends_on_a_manifest_that_cannot_be_read_is_said_once(top: Path) -> None:
    folder = find_release(top)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    found = problems(folder)
    assert "the manifest is not JSON" in found["manifest"]
    assert found["dump"] == found["statements"] == found["search index"] == "not examined, for the reason above"


def test_a_file_that_is_missing_is_a_problem(top: Path) -> None:
    folder = find_release(top)
    (folder / "itgraph.nq").unlink()
    (folder / "search.sqlite").unlink()
    found = problems(folder)
    assert "the dump is missing" in found["dump"]
    assert "the search index is missing" in found["search index"]


# What is only odd


def test_what_a_killed_build_left_is_a_warning(top: Path) -> None:
    (top / "releases" / ".new-abc").mkdir()
    (text,) = warnings(find_release(top))
    assert ".new-abc: half-built" in text


def test_a_known_name_that_does_not_lead_to_the_release_is_a_warning(top: Path) -> None:
    (top / "itgraph.nq").unlink()
    (top / "itgraph.nq").write_bytes(b"")
    (text,) = warnings(find_release(top))
    assert text.startswith(f"{top / 'itgraph.nq'}: no link to the current release")


def test_another_version_and_a_count_that_is_not_told_are_warnings(pair: list[Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find_release(pair[0]), tmp_path / "plain"))
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"version": "0.0.1"}
    del manifest["graphs"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert problems(folder) == {}
    version, graphs = warnings(folder)
    assert f"built by itgraph 0.0.1, and this is {itgraph.__version__}" in version
    assert "does not count the graphs" in graphs


def test_the_age_is_told_and_a_time_to_come_is_a_warning(top: Path) -> None:
    folder = find_release(top)
    os.utime(folder / "manifest.json", (86400 * 365, 86400 * 365))
    (age,) = [outcome for outcome in examine(folder) if outcome.check == "age"]
    assert age.verdict is Verdict.NOTE
    assert age.text.startswith("written 1971-01-01 00:00 UTC, ")
    os.utime(folder / "manifest.json", (1 << 33, 1 << 33))
    (text,) = warnings(folder)
    assert "yet to come" in text


# The lists are open


def test_a_check_can_be_added(top: Path) -> None:
    def store_on_disk(release: ReleaseFolder) -> Told:
        yield Verdict.PROBLEM, f"{release.folder / 'store'}: is missing"

    added = list(examine(find_release(top), [*RELEASE_CHECKS, ("store", store_on_disk)]))[-1]
    assert (added.check, added.verdict) == ("store", Verdict.PROBLEM)
    told = list(examine_machine([("socket filter", lambda: [(Verdict.WARNING, "none")])]))
    assert told == [Outcome("socket filter", Verdict.WARNING, "none")]


# Memory


MEASURE = """
import resource, sys
from pathlib import Path
from itgraph.dump_census import census
small, large = map(Path, sys.argv[1:])
census(small, "https://w3id.org/itgraph/")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = census(large, "https://w3id.org/itgraph/")
assert (found.statements, found.faults, found.entities) == (200_000, [], {"model": 200_000}), found
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux only")
def test_a_large_dump_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    for name, count in (("small", 10), ("large", 200_000)):
        with (tmp_path / name).open("w", encoding="utf-8") as stream:
            for number in range(count):
                stream.write(f"<{BASE}model/{number:07}> <{RDF}type> <https://w3id.org/fair4ml#MLModel> .\n")
    words: list[str | Path] = [sys.executable, "-c", MEASURE, tmp_path / "small", tmp_path / "large"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    size = (tmp_path / "large").stat().st_size // 1024
    assert int(done.stdout) < 4096 < size // 4


# The command


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["doctor", *map(str, words)], prog_name="itgraph")


def test_the_command_prints_a_line_for_each_check_and_ends_with_0(top: Path) -> None:
    result = run("--release", top)
    assert (result.exit_code, result.stderr) == (0, "0 problems, 0 warnings\n")
    lines = result.stdout.splitlines()
    assert {line.split()[0] for line in lines} == {"ok", "note"}
    assert len(lines) == 9


def test_the_command_ends_with_1_where_there_is_a_problem(top: Path) -> None:
    (find_release(top) / "itgraph.nq").write_bytes(b"")
    result = run("--release", top)
    assert result.exit_code == 1
    assert result.stderr.endswith(" warnings\n")
    assert f"problem  dump          {find_release(top) / 'itgraph.nq'}: cut off: 0 bytes" in result.stdout


def test_the_command_writes_json(top: Path) -> None:
    (top / "releases" / ".new-abc").mkdir()
    result = run("--release", top, "--format", "json")
    data = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert data["release"] == str(find_release(top))
    assert len(Path(data["release"]).name) == ID_LENGTH
    assert {check["verdict"] for check in data["checks"]} == {"ok", "note", "warning"}
    assert all(set(check) == {"check", "verdict", "message"} for check in data["checks"])


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_a_release_the_command_tells_of_the_machine_and_ends_with_4(tmp_path: Path, form: str) -> None:
    result = run("--release", tmp_path, "--format", form)
    assert result.exit_code == 4
    assert result.stderr == (
        f"itgraph: {tmp_path}: no release here: manifest.json is missing — build it with 'itgraph build'\n"
    )
    assert "isolation" in result.stdout
    assert run("--release", tmp_path / "nowhere").exit_code == 4
