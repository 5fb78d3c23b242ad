"""The file of the index: what is missing, cut off, damaged or of another make is one line, and never an answer."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from itgraph.errors import StoreError
from itgraph.search import search
from itgraph.store import Store, find_release

TEXTS = ("llama", "alapca", "zettlemoyr", "few shot learners", "luke zett", "wizrd", "xqzvwkj")


@pytest.fixture
def spoilt(release: Path, tmp_path: Path) -> Path:
    """A copy of the release, to be spoilt. Its name has what would mean something in an address."""
    return Path(shutil.copytree(find_release(release), tmp_path / "spoilt ?mode=rw&x=%20#é"))


def change_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["search"] = {**manifest["search"], **changes}
    path.write_text(json.dumps(manifest), encoding="utf-8")


def replace_index(folder: Path, content: bytes) -> None:
    """Put another index in place, of the size that the manifest tells."""
    (folder / "search.sqlite").write_bytes(content)
    change_manifest(folder, bytes=len(content))


def change_index(folder: Path, *statements: str) -> None:
    """Change the index by SQL, and let the manifest tell its new size."""
    path = folder / "search.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(";".join(statements))
    change_manifest(folder, bytes=path.stat().st_size)


def without_index(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["search"]
    path.write_text(json.dumps(manifest), encoding="utf-8")


def other_folder_in_place(folder: Path) -> None:
    (folder / "search.sqlite").unlink()
    (folder / "search.sqlite").mkdir()


SPOILINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a release of an older make": (without_index, "the release has no search index"),
    "missing": (lambda folder: (folder / "search.sqlite").unlink(), "search.sqlite: the search index is missing"),
    "a folder": (other_folder_in_place, "search.sqlite: is no file but a folder"),
    "cut off": (
        lambda folder: (folder / "search.sqlite").write_bytes((folder / "search.sqlite").read_bytes()[:-4096]),
        "search.sqlite: cut off: ",
    ),
    "beside a dump that was cut off": (
        lambda folder: (folder / "itgraph.nq").write_bytes((folder / "itgraph.nq").read_bytes()[:-100]),
        "itgraph.nq: cut off: ",
    ),
    "longer": (
        lambda folder: (folder / "search.sqlite").write_bytes((folder / "search.sqlite").read_bytes() + b"\0"),
        "search.sqlite: changed after it was built: ",
    ),
    "empty": (lambda folder: replace_index(folder, b""), "not a search index of this version"),
    "no database": (lambda folder: replace_index(folder, b"text\n" * 3000), "file is not a database"),
    "zeros": (lambda folder: replace_index(folder, bytes(16384)), "file is not a database"),
    "another database": (
        lambda folder: change_index(folder, "PRAGMA application_id = 0"),
        "not a search index of this version",
    ),
    "another layout": (
        lambda folder: change_index(folder, "PRAGMA user_version = 99"),
        "not a search index of this version",
    ),
    "of another build": (
        lambda folder: change_index(folder, "UPDATE release SET sha256 = 'other'"),
        "the search index of another build",
    ),
    "a table is gone": (lambda folder: change_index(folder, "DROP TABLE word"), "no such table: word"),
    "a label that is a number": (
        lambda folder: change_index(folder, "UPDATE entity SET label = x'00ff'"),
        "a name that is none",
    ),
    "a list that is none": (
        lambda folder: change_index(folder, "DELETE FROM completion", "INSERT INTO completion VALUES ('llama', 'abc')"),
        "a list that is none",
    ),
    "manifest leads out": (lambda folder: change_manifest(folder, file="../search.sqlite"), "outside the release"),
    "manifest leads nowhere": (lambda folder: change_manifest(folder, file=""), "outside the release"),
    "manifest holds a NUL": (lambda folder: change_manifest(folder, file="a\0b"), "outside the release"),
    "manifest without size": (lambda folder: change_manifest(folder, bytes="many"), "does not say which file"),
}


@pytest.mark.parametrize("how", SPOILINGS)
def test_a_spoilt_index_is_refused_with_the_file_and_the_remedy(spoilt: Path, how: str) -> None:
    spoil, message = SPOILINGS[how]
    spoil(spoilt)
    with pytest.raises(StoreError) as caught:
        search(spoilt, "llama")
    assert message in str(caught.value)
    assert str(spoilt) in str(caught.value)
    assert "itgraph build" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("how", ["a release of an older make", "missing", "no database"])
def test_a_release_opens_and_answers_without_its_index(spoilt: Path, how: str) -> None:
    SPOILINGS[how][0](spoilt)
    assert Store.open(spoilt).query("ASK { <model/alpaca> itg:basedOn <model/llama> }")


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_gives_hits_or_one_line_and_nothing_else(spoilt: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    path = spoilt / "search.sqlite"
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 10, 300])):
        content[chance.randrange(100, len(content))] = chance.randrange(256)
    path.write_bytes(content)
    for text in TEXTS:
        refused = ""
        try:
            assert len(search(spoilt, text)) <= 10
        except StoreError as error:
            refused = str(error)
        assert refused == "" or (str(path) in refused and refused.isprintable())


def test_an_index_is_read_where_nothing_can_be_written(spoilt: Path) -> None:
    (spoilt / "search.sqlite").chmod(0o444)
    spoilt.chmod(0o555)
    try:
        assert search(spoilt, "llama")[0].id == "model/llama"
        assert {path.name for path in spoilt.iterdir()} == {"itgraph.nq", "manifest.json", "search.sqlite"}
    finally:
        spoilt.chmod(0o755)
