"""BibTeX: read back by bibtexparser, with all works, all authors in order, and nothing that TeX would stumble over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import NameParts, SeparateCoAuthors, SplitNameParts
from bibtexparser.model import Entry

from itgraph.export import Selection, prepare
from itgraph.export.bibtex_text import escape, name, organization, title
from itgraph.lineage import Direction
from itgraph.store import Store

WORKS = """
@prefix itg: <https://w3id.org/itgraph/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> . @base <https://w3id.org/itgraph/> .
<x> {
    <paper/odd> a schema:ScholarlyArticle ; rdfs:label "R&D {50%} of #1_x \\\\ $y$ ~^" ; itg:year 2024 ;
        itg:venueAsPrinted "Nature & {Science}" ; schema:url <https://example.org/a_b%20c#d> ;
        schema:identifier "10.1000/182", "openreview:x" ; itg:authorship <x#1>, <x#2>, <x#3> ;
        itg:authorListComplete false .
    <x#1> schema:position 10 ; itg:author <organization/a> . <x#2> schema:position 2 ; itg:author <person/b> .
    <x#3> schema:position 1 ; itg:author <person/c> .
    <organization/a> rdfs:label "Smith and Others, Inc." .
    <person/b> rdfs:label "Łukasz van den Ål" . <person/c> rdfs:label "Ada And" .
    <paper/bare> a schema:CreativeWork ; rdfs:label "Bare" .
}
"""


def bibtex(release: Path, folder: Path, wanted: Selection | None = None) -> str:
    prepare(release, "bibtex", wanted or Selection()).write(str(folder / "x.bib"))
    return (folder / "x.bib").read_text(encoding="utf-8")


def parsed(text: str) -> Library:
    """Return the entries as an independent parser reads them, with the names in parts; it may find no fault."""
    library = parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    return library


def family(author: NameParts) -> str:
    return " ".join([*author.von, *author.last])


@pytest.fixture(scope="module")
def real(release: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The works of the real release."""
    return bibtex(release, tmp_path_factory.mktemp("bib"))


def test_every_work_is_an_entry_with_all_its_authors(release: Path, real: str) -> None:
    store = Store.open(release)
    query = """SELECT ?w (COUNT(?a) AS ?n) WHERE {
        ?w a ?kind FILTER(STRSTARTS(STR(?w), "https://w3id.org/itgraph/paper/")) OPTIONAL { ?w itg:authorship ?a }
    } GROUP BY ?w"""
    counted = {w.value.rpartition("/")[2]: int(n.value) for w, n in store.select(query) if w and n}
    entries = parsed(real).entries
    assert len(entries) == len({entry.key.lower() for entry in entries}) == len(counted) == 111
    found = {}
    for entry in entries:
        authors = entry.fields_dict["author"].value if "author" in entry.fields_dict else []
        found[entry.key] = sum(family(author) != "others" for author in authors)
    assert found == counted


def test_an_incomplete_list_ends_in_others(release: Path, real: str) -> None:
    store = Store.open(release)
    cut = "itg:authorship/^itg:authorship/itg:authorListComplete"
    query = f"SELECT DISTINCT ?w {{ ?w a schema:ScholarlyArticle ; {cut} false }}"
    cut_off = {w.value.rpartition("/")[2] for (w,) in store.select(query) if w}
    ended = {entry.key for entry in parsed(real).entries if "author" in entry.fields_dict and ends_in_others(entry)}
    assert cut_off <= ended
    assert len(ended) >= 5


def ends_in_others(entry: Entry) -> bool:
    return family(entry.fields_dict["author"].value[-1]) == "others"


def test_the_types_are_those_of_biblatex_and_have_what_they_need(real: str) -> None:
    entries = parsed(real).entries
    types = Counter(entry.entry_type for entry in entries)
    assert set(types) == {"article", "misc", "online", "software"}
    needed = {"article": {"author", "title", "journal", "year"}, "online": {"title", "url", "year"}}
    for entry in entries:
        assert needed.get(entry.entry_type, {"title"}) <= set(entry.fields_dict), entry.key


def test_a_preprint_names_its_eprint(real: str) -> None:
    (llama,) = (entry for entry in parsed(real).entries if entry.key == "arxiv-2302.13971")
    fields = {field.key: field.value for field in llama.fields}
    authors = [family(author) for author in fields.pop("author")]
    assert authors[:2] == ["Touvron", "Lavril"]
    assert fields == {
        "title": "Llama: Open and efficient foundation language models",
        "year": "2023",
        "eprint": "2302.13971",
        "archiveprefix": "arXiv",
    }


def test_braces_balance_and_every_sign_of_tex_is_escaped(
    real: str, release_of: Callable[[str], Path], tmp_path: Path
) -> None:
    for text in (real, bibtex(release_of(WORKS), tmp_path)):
        for line in text.splitlines():
            if not re.match(r"  (url|doi) = ", line) and not line.startswith(("@", "}", "%")):
                assert line.count("{") == line.count("}"), line
                assert not re.search(r"(?<!\\)[&%$#_]|[~^]", line), line


def test_odd_values_stay_one_entry(release_of: Callable[[str], Path], tmp_path: Path) -> None:
    bare, odd = parsed(bibtex(release_of(WORKS), tmp_path)).entries
    assert (bare.entry_type, bare.key, [field.key for field in bare.fields]) == ("misc", "bare", ["title"])
    assert [family(author) for author in odd.fields_dict["author"].value] == [
        "{And}",
        "van den Ål",
        "{Smith and Others, Inc.}",
        "others",
    ]
    assert odd.fields_dict["journal"].value == r"Nature \& \textbraceleft{}Science\textbraceright{}"
    assert odd.fields_dict["url"].value == "https://example.org/a_b%20c#d"
    assert odd.fields_dict["doi"].value == "10.1000/182"


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Selection(entity="model/alpaca"), {"alpaca-2023"}),
        (Selection(entity="paper/arxiv-2302.13971"), {"arxiv-2302.13971"}),
        (Selection(entity="person/jon-durbin"), {"airoboros-2023"}),
        (Selection(entity="survey/reference/17"), {"alpaca-2023"}),
        (Selection(entity="survey/models/4"), {"alpaca-2023"}),
        (Selection(lineage="model/radiology-gpt"), {"alpaca-2023", "arxiv-2302.13971", "arxiv-2306.08666"}),
        (Selection(entity="model/gpt-4"), set()),
    ],
)
def test_the_works_of_an_entity_or_a_lineage(release: Path, tmp_path: Path, wanted: Selection, keys: set[str]) -> None:
    text = bibtex(release, tmp_path, wanted)
    assert {entry.key for entry in parsed(text).entries} == keys
    assert text.startswith("% itgraph 0.1.0: ")


def test_a_lineage_has_the_works_of_all_its_models(release: Path, tmp_path: Path) -> None:
    down = bibtex(release, tmp_path, Selection(lineage="model/llama", direction=Direction.DOWN))
    assert {"arxiv-2302.13971", "alpaca-2023", "vicuna-2023"} <= {entry.key for entry in parsed(down).entries}


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("Yizhong Wang", "Wang, Yizhong"),
        ("Oskar van der Wal", "van der Wal, Oskar"),
        ("Dimitri von Rütte", "von Rütte, Dimitri"),
        ("Teven Le Scao", "Le Scao, Teven"),
        ("Loubna Ben Allal", "Ben Allal, Loubna"),
        ("Quoc V. Le", "Le, Quoc V."),
        ("Le Hou", "Hou, Le"),
        ("Qi jie Gao", "Gao, Qi jie"),
        ("Kyle O’Brien", "O’Brien, Kyle"),
        ("Martin Luther King Jr.", "King, Jr., Martin Luther"),
        ("JosephusCheung", "{JosephusCheung}"),
        ("Ada And", "{And}, Ada"),
    ],
)
def test_a_name_is_split_as_biber_needs_it(plain: str, written: str) -> None:
    assert name(plain) == written


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("Textbooks are all you need", "Textbooks are all you need"),
        ("Let's Verify Step by Step", "Let's Verify Step by Step"),
        ("BLIP-2: bootstrapping language-image models", "{BLIP-2}: bootstrapping language-image models"),
        ("MathGenie for LLMs", "{MathGenie} for {LLMs}"),
        (
            "an evaluation of Alpaca and its (Chinese) siblings",
            "an evaluation of {Alpaca} and its ({Chinese}) siblings",
        ),
        ("Self-Explore: Fine-grained Rewards in O1", "Self-Explore: Fine-grained Rewards in {O1}"),
        ("90% chatgpt", r"90\% chatgpt"),
    ],
)
def test_capitals_that_belong_to_names_are_kept(plain: str, written: str) -> None:
    assert title(plain) == written


def test_an_organization_is_one_name() -> None:
    assert organization("Barnes and Noble, Inc.") == "{Barnes and Noble, Inc.}"
    assert escape("a\x1b\n b") == "a b"
