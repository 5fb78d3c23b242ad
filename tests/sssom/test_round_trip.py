"""A mapping set becomes a table, a graph, and what it was: nothing is lost on either way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sssom.conftest import EVERY_KIND, PREFIXES, table

from itgraph.errors import InputError
from itgraph.link_tables import claims_of
from itgraph.namespaces import BASE, ITG
from itgraph.ontology import Ontology, load
from itgraph.sssom import ABSENT, NOT, PRESENT, UNCHECKED, Mapping, MappingSet, read_set, written
from itgraph.sssom.model import NO_TERM_FOUND, SLOTS
from itgraph.sssom.rdf import mapping_set_of
from itgraph.triples import quads_of

ONTOLOGY: Ontology = load()
#: Any text that a person can have written in a cell, tabs, quotes, bars and line ends included.
SEEN = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"], include_characters="\t\n|\\\"'#é漢")
TEXT = st.text(SEEN, min_size=1, max_size=12).filter(lambda text: text == text.strip() and "\r" not in text)
OPTIONAL = st.just("") | TEXT
ID = st.from_regex(r"(model|person)/[a-z0-9]{1,6}([.-][a-z0-9]{1,6})?", fullmatch=True)
ITEM = st.integers(9_000_000_001, 9_000_000_999).map(lambda number: f"wd:Q{number}")
URL = st.from_regex(r"https://example\.org/[A-Za-z0-9/?=&;.]{0,8}", fullmatch=True)


def several(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    # RDF has no order among the values of a property.
    return st.lists(values, max_size=3, unique=True).map(lambda found: tuple(sorted(found)))


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    state = draw(st.sampled_from([PRESENT, ABSENT, UNCHECKED, ""]))
    return Mapping(
        subject_id=f"itgraph:{draw(ID)}",
        predicate_id=draw(st.sampled_from(["skos:exactMatch", "skos:closeMatch"])),
        object_id=NO_TERM_FOUND if state == ABSENT else draw(ITEM),
        mapping_justification=draw(st.sampled_from(["semapv:ManualMappingCuration", "semapv:LexicalMatching"])),
        subject_label=draw(OPTIONAL),
        predicate_modifier="" if state else NOT,
        object_label=draw(TEXT),
        object_category=draw(OPTIONAL),
        author_id=draw(several(st.sampled_from(["orcid:0000-0002-1825-0097", "orcid:0000-0001-5109-3700"]))),
        mapping_provider=draw(st.just("") | URL),
        mapping_tool=draw(OPTIONAL),
        mapping_date=draw(st.just("") | st.dates().map(str)),
        confidence=draw(st.just("") | st.integers(0, 1000).map(lambda share: f"{share / 1000:g}")),
        subject_match_field=draw(several(st.sampled_from(["skos:altLabel", "rdfs:label"]))),
        object_match_field=draw(several(st.sampled_from(["skos:altLabel", "rdfs:label"]))),
        match_string=draw(several(TEXT)),
        see_also=draw(several(URL)),
        comment=draw(TEXT),
        state=state,
    )


SETS = st.lists(mappings(), max_size=5, unique_by=lambda row: row.node).map(lambda rows: table(*rows))


def quads(mapping_set: MappingSet) -> list[ox.Quad]:
    """Return the graph that the build makes of a mapping set."""
    return quads_of([claims_of(mapping_set, Path("x.sssom.tsv"))], ONTOLOGY.context, BASE)


@settings(max_examples=100, deadline=None)
@given(SETS)
def test_to_a_graph_and_back(mapping_set: MappingSet) -> None:
    found = mapping_set_of((quad.triple for quad in quads(mapping_set)), mapping_set.mapping_set_id, PREFIXES)
    assert set(found.mappings) == set(mapping_set.mappings)
    assert len(found.mappings) == len(mapping_set.mappings)
    assert written(found) == written(mapping_set)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@settings(max_examples=100, deadline=None)
@given(mapping_set=SETS)
def test_to_a_table_and_back(mapping_set: MappingSet, folder: Path) -> None:
    path = folder / "x.sssom.tsv"
    path.write_text(written(mapping_set), encoding="utf-8", newline="")
    found = read_set(path)
    assert set(found.mappings) == set(mapping_set.mappings)
    assert written(found) == written(mapping_set)
    assert {**vars(found), "mappings": (), "curie_map": {}} == {**vars(mapping_set), "mappings": (), "curie_map": {}}
    assert found.curie_map.items() <= {**mapping_set.curie_map, "itg": ITG}.items()


def test_only_what_holds_becomes_a_match() -> None:
    matches = {str(quad.triple) for quad in quads(EVERY_KIND) if quad.predicate.value.endswith("Match")}
    assert matches == {
        f"<{BASE}model/llama> <http://www.w3.org/2004/02/skos/core#closeMatch> <http://www.wikidata.org/entity/Q9000000001>"
    }


def test_rows_that_look_alike_have_nodes_of_their_own() -> None:
    rows = [
        Mapping(f"itgraph:{id_}", "skos:exactMatch", item, "semapv:ManualMappingCuration")
        for id_ in ("model/a.b", "model/a", "person/a")
        for item in ("wd:Q1", "wd:b.Q1", "wd:b/Q1", "wd:b_2FQ1", "wd:none", NO_TERM_FOUND)
    ]
    names = [row.node for row in rows]
    assert len({*names}) == len(names) - 3, names  # an item that is called "none", and none at all
    assert rows[0].node == "model.a.b.Q1"


def test_the_context_maps_each_slot_as_the_standard_does() -> None:
    assert {slot: ONTOLOGY.terms[slot] for slot in SLOTS} == {name: slot.property for name, slot in SLOTS.items()}


@pytest.mark.parametrize("text", ["a\x1b[31m", "a\u202eb", "\ud800", " a", "x" * 200_000], ids=ascii)
def test_what_could_not_be_read_again_is_not_written(text: str) -> None:
    row = replace(EVERY_KIND.mappings[0], object_label=text)
    with pytest.raises(InputError, match=r"llama and wd:Q9000000001: object_label .* would not be read"):
        written(replace(EVERY_KIND, mappings=(row,)))
