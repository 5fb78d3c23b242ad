"""The search index: a pure function of what is held, one more file of the release, known to its manifest."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.errors import InputError
from itgraph.folding import LONGEST_WORD, MOST_WORDS, words
from itgraph.namespaces import BASE, ITG, OWL, RDF, RDFS, SKOS
from itgraph.search_index import Named, index_of, named, write_index
from itgraph.search_layout import Damage, gram_key, grams, pack, unpack

TRIPLES = f"""
<{BASE}model/llama> <{RDFS}label> "LLaMA" ; <{SKOS}altLabel> "LLaMa", "LLaMA" .
<{BASE}model/alpaca> <{RDFS}label> "Alpaca" ; <{ITG}basedOn> <{BASE}model/llama> .
<{BASE}paper/one> <{RDFS}label> "A title"@en, "A Title" ; <{ITG}arxivId> "2302.13971" .
<{BASE}paper/one> <{ITG}about> <{BASE}model/llama> .
<{BASE}model/nameless> <{ITG}basedOn> <{BASE}model/llama> .
<{BASE}modality> <{RDFS}label> "modalities"@en .
<{BASE}survey/models/4> <{RDFS}label> "a row" .
<{BASE}paper/one#author-1> <{RDFS}label> "a node" .
<{ITG}basedOn> <{RDFS}label> "based on"@en .
<{SKOS}Concept> <{RDFS}label> "concept"@en .
"""


def triples(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def held_of(release: Path) -> list[ox.Triple]:
    quads = ox.parse(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    return [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]


def manifest_of(release: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return content


# Folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("LLaMA-2 (7B)", ["llama", "2", "7b"]),
        ("Björn Ommer", ["bjorn", "ommer"]),
        ("Bjo\N{COMBINING DIAERESIS}rn", ["bjorn"]),
        ("TÜLU", ["tulu"]),
        ("Łukasz Øystein Þór Straße", ["lukasz", "oystein", "thor", "strasse"]),
        ("İstanbul ISTANBUL ılık", ["istanbul", "istanbul", "ilik"]),
        ("Aur’elien O'Brien", ["aurelien", "obrien"]),
        ("self_instruct/self-instruct", ["self", "instruct", "self", "instruct"]),
        ("ﬁne ＧＰＴ ①", ["fine", "gpt", "1"]),
        ("通义千问 Qwen", ["通", "义", "千", "问", "qwen"]),
        ("Москва", ["москва"]),
        ("\0a\0", ["a"]),
        ("\ud800", []),
        ('"*^():-', []),
        ("", []),
    ],
)
def test_text_is_folded_into_words(text: str, folded: list[str]) -> None:
    assert words(text) == folded


@given(st.text())
def test_folding_is_bounded_and_does_not_depend_on_case_or_composition(text: str) -> None:
    folded = words(text)
    assert len(folded) <= MOST_WORDS
    assert all(0 < len(word) <= LONGEST_WORD for word in folded)
    assert words(" ".join(folded)) == folded


@given(st.lists(st.integers(min_value=0, max_value=2**32 - 1)))
def test_lists_of_numbers_are_read_as_they_were_written(numbers: list[int]) -> None:
    assert list(unpack(pack(numbers))) == numbers


@pytest.mark.parametrize("content", [b"abc", "text", None, 7])
def test_a_list_that_no_build_wrote_is_damage(content: object) -> None:
    with pytest.raises(Damage):
        unpack(content)


def test_runs_of_letters_of_words_of_every_script_fit_a_number_of_sqlite() -> None:
    assert max(gram_key(gram, LONGEST_WORD) for gram in grams("\U0010ffff" * 9)) < 2**63


# What is indexed


def test_entities_with_a_label_are_indexed_and_nothing_else() -> None:
    entities = {entity.id: entity for entity in named(triples(TRIPLES), BASE)}
    assert entities == {
        "model/llama": Named("model/llama", "model", 3, "LLaMA", ("LLaMa",)),
        "model/alpaca": Named("model/alpaca", "model", 0, "Alpaca", ()),
        "paper/one": Named("paper/one", "paper", 0, "A Title", ("A title", "arXiv:2302.13971")),
    }


def test_what_was_given_up_is_not_indexed() -> None:
    gone = ox.Triple(ox.NamedNode(BASE + "model/alpaca"), ox.NamedNode(OWL + "deprecated"), ox.Literal(True))
    assert {entity.id for entity in named([*triples(TRIPLES), gone], BASE)} == {"model/llama", "paper/one"}


def test_every_entity_of_the_real_release_is_indexed(release: Path) -> None:
    with closing(sqlite3.connect(release / "search.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = dict(
            database.execute("SELECT kind.name, count(*) FROM entity JOIN kind ON kind.id = entity.kind GROUP BY 1")
        )
        order = [links for (links,) in database.execute("SELECT links FROM entity ORDER BY id")]
    assert counts == manifest_of(release)["entities"]
    assert order == sorted(order, reverse=True)


# The bytes


def test_the_manifest_knows_the_index(release: Path) -> None:
    content = (release / "search.sqlite").read_bytes()
    assert manifest_of(release)["search"] == {
        "file": "search.sqlite",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_the_same_statements_in_any_order_are_the_same_bytes(release: Path) -> None:
    held = held_of(release)
    sha256 = manifest_of(release)["sha256"]
    content = (release / "search.sqlite").read_bytes()
    assert index_of(held, BASE, sha256) == content
    assert index_of(reversed(held), BASE, sha256) == content


def test_the_bytes_name_neither_the_version_of_sqlite_nor_a_path(release: Path, tmp_path: Path) -> None:
    content = (release / "search.sqlite").read_bytes()
    # https://www.sqlite.org/fileformat.html, section 1.3: "version-valid-for" and SQLITE_VERSION_NUMBER.
    assert content[92:100] == bytes(8)
    write_index(tmp_path / "elsewhere.sqlite", [Named("model/a", "model", 0, "A")], "0")
    assert str(tmp_path).encode() not in (tmp_path / "elsewhere.sqlite").read_bytes()


def test_nothing_to_index_is_an_index_too(tmp_path: Path) -> None:
    write_index(tmp_path / "empty.sqlite", [], "0")
    with closing(sqlite3.connect(tmp_path / "empty.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM name").fetchone() == (0,)


def test_an_index_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_index(tmp_path / "nowhere" / "search.sqlite", [], "0")
    assert str(caught.value).startswith("search.sqlite: the search index cannot be made: ")
    assert "\n" not in str(caught.value)


def test_types_are_no_names() -> None:
    held = triples(f'<{BASE}model/x> a <{ITG}Model> ; <{RDFS}comment> "a comment" ; <{RDF}value> "a value" .')
    assert list(named(held, BASE)) == []
