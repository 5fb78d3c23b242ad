"""Mapping sets as tables: read strictly, with the line of what is wrong, and written as they were read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.sssom.conftest import EVERY_KIND

from itgraph.errors import InputError, ProblemsFound
from itgraph.resources import data_dir
from itgraph.sssom import read_set, written

HEAD = """\
#sssom_version: "1.1"
#curie_map:
#  itg: https://w3id.org/itgraph/ns#
#  itgraph: https://w3id.org/itgraph/
#  wd: http://www.wikidata.org/entity/
#mapping_set_id: https://w3id.org/itgraph/links/wikidata
#mapping_set_title: Items
#license: https://creativecommons.org/licenses/by/4.0/
#extension_definitions:
#  - slot_name: state
#    property: itg:linkState
#    type_hint: xsd:string
"""
COLUMNS = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence\tcomment\tstate\n"
ROW = "itgraph:model/x\tskos:exactMatch\twd:Q1\tX\tsemapv:ManualMappingCuration\t0.9\t\tpresent\n"


def read(tmp_path: Path, text: str | bytes) -> list[str]:
    """Return what is wrong with a table, each as the line and the message."""
    path = tmp_path / "wikidata.sssom.tsv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    try:
        read_set(path)
    except ProblemsFound as problems:
        # Without a hint, or with another path, the line says so.
        whole = [finding.hint and finding.path.endswith(path.name) for finding in problems.findings]
        return [f"{f.line}: {f.message}" if good else str(f) for f, good in zip(problems.findings, whole, strict=True)]
    except InputError as error:
        return [f"{error.line}: {error.message}"]
    return []


def test_a_good_table_has_nothing_wrong(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + COLUMNS + ROW) == []


def test_a_table_is_written_as_it_was_read(tmp_path: Path) -> None:
    text = written(EVERY_KIND)
    assert "a\\|b\\\\c|d" in text
    path = tmp_path / "x.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    read = read_set(path)
    assert written(read) == text
    assert set(read.mappings) == set(EVERY_KIND.mappings)
    # Two line ends stand within quotes: a row is where it begins.
    assert [row.line for row in read.mappings] == [15, 16, 17, 19]


@pytest.mark.parametrize("path", sorted((data_dir() / "links").glob("*.sssom.tsv")), ids=lambda path: path.name)
def test_the_real_tables_stand_as_they_are_written(path: Path) -> None:
    assert written(read_set(path)) == path.read_text(encoding="utf-8")


#: What is replaced in a good table, and what is then said.
WRONG = {
    "an unknown column": (("confidence\t", "confidnece\t"), "13: unknown column 'confidnece'"),
    "a column twice": (("comment", "confidence"), "13: column confidence stands twice"),
    "a column that is needed": (("mapping_justification\t", "match_string\t"), "13: no column mapping_justification"),
    "no cells": (("\tpresent\n", "\n"), "14: 7 cells below 8 columns"),
    "no justification": (("semapv:ManualMappingCuration", ""), "14: no mapping_justification"),
    "no CURIE": (("wd:Q1", "Q1"), "14: object_id 'Q1' is no CURIE"),
    "an IRI": (("wd:Q1", "http://e.org/Q1"), "14: object_id 'http://e.org/Q1' is an address"),
    "a prefix of nobody": (("wd:Q1", "wx:Q1"), "14: object_id 'wx:Q1': nobody declares the prefix 'wx'"),
    "a number": (("0.9", "95"), "14: confidence '95' is no number from 0 to 1"),
    "blanks": (("\tX\t", "\tX \t"), "14: object_label 'X ' has blanks around it"),
    "a hidden sign": (("\tX\t", "\tX\u200b\t"), "14: object_label: a sign that nobody sees, U+200B"),
    "no label": (("\tX\t", "\t\t"), "14: wd:Q1 without its label"),
    "an unknown state": (("present", "perhaps"), "14: state 'perhaps' is none of present, absent, unchecked"),
    "no state": (("present", ""), "14: state '' is none of present, absent, unchecked"),
    "absent, with an item": (("present", "absent"), "14: absent with the object wd:Q1"),
    "an item that is none": (("wd:Q1", "sssom:NoTermFound"), "14: present with the object sssom:NoTermFound"),
    "none of ours": (("itgraph:model/x", "wd:Q2"), "14: wd:Q2 is none of our entities"),
    "twice": ((ROW, ROW + ROW), "15: itgraph:model/x and wd:Q1 stand together twice: first in line 14"),
    "an open quote": (("\tX\t", '\t"X\t'), "14: not a table: unexpected end of data"),
    "unknown metadata": (("#license", "#licence"), "8: unknown metadata 'licence'"),
    "no metadata": ((HEAD, ""), "1: no metadata"),
    "metadata that is no YAML": (("#curie_map:", "#curie_map: ["), "4: the metadata is not YAML"),
    "prefixes that are none": (
        ("#  wd: http://www.wikidata.org/entity/", "#  wd: [1]"),
        "2: curie_map is no table of prefixes",
    ),
    "a title that is none": (("title: Items", "title: [1]"), "7: mapping_set_title is no text, or missing"),
    "another extension": (("linkState", "state"), "9: unknown extension_definitions"),
    "a key twice": (
        ("#license", "#mapping_set_title: B\n#license"),
        "8: the metadata is not YAML: mapping_set_title",
    ),
    "a prefix twice": (("#  wd:", "#  wd: http://e.org/\n#  wd:"), "6: the metadata is not YAML: wd stands twice"),
    "a key with a date that is none": (("#license", "#day: 2026-13-01\n#license"), "8: unknown metadata 'day'"),
    "a prefix that is built in": (("#  wd:", "#  skos: http://e.org/\n#  wd:"), "5: the prefix skos is another one"),
    "a prefix of no place": (("http://www.wikidata.org/entity/", "wikidata"), "5: the prefix wd stands for 'wikidata'"),
    "a control in the metadata": (("Items", "It\x0cems"), "7: the metadata is not YAML: "),
    "a license by name": (("https://creativecommons.org/licenses/by/4.0/", "CC BY"), "8: license 'CC BY' is no web"),
    "a version to come": (('"1.1"', '"2.0"'), "1: unknown sssom_version '2.0'"),
    "a byte order mark": (("#sssom", "\ufeff#sssom"), "1: begins with a byte order mark"),
    "metadata in quotes, by a spreadsheet": (
        ('#sssom_version: "1.1"', '"#sssom_version: ""1.1"""'),
        "1: the metadata stands in quotes",
    ),
    "commas": ((COLUMNS, COLUMNS.replace("\t", ",")), "13: columns parted by ','"),
    "a tab behind the last column": ((COLUMNS, COLUMNS[:-1] + "\t\n"), "13: a column without a name"),
    "an empty line": ((ROW, "\n" + ROW), "14: an empty row"),
    "a line of tabs": ((ROW, ROW + "\t" * 7 + "\n"), "15: an empty row"),
    "a cell that is too long": (("\tX\t", f"\t{'X' * 200_000}\t"), "14: not a table: field larger than field limit"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_its_line(case: str, tmp_path: Path) -> None:
    (old, new), expected = WRONG[case]
    good = HEAD + COLUMNS + ROW
    assert old in good
    found = read(tmp_path, good.replace(old, new, 1))
    assert any(line.startswith(expected) for line in found), found


def test_a_table_of_another_system_is_read(tmp_path: Path) -> None:
    # RFC 4180 ends lines so, as spreadsheets do; what is written back has the line ends of the standard.
    assert read(tmp_path, (HEAD + COLUMNS + ROW).replace("\n", "\r\n")) == []


def test_a_title_is_a_text_and_a_prefix_may_be_called_no(tmp_path: Path) -> None:
    path = tmp_path / "wikidata.sssom.tsv"
    head = HEAD.replace("Items", "2026").replace("#  wd:", "#  no:")
    path.write_text(head + COLUMNS + ROW.replace("wd:Q1", "no:Q1"), encoding="utf-8")
    found = read_set(path)
    assert (found.mapping_set_title, found.iri("no:Q1")) == ("2026", "http://www.wikidata.org/entity/Q1")
    # In quotes, so that every reader of YAML takes them for texts.
    assert '#  "no": http' in written(found)
    assert '#mapping_set_title: "2026"' in written(found)


def test_a_denied_pair_has_a_reason_and_no_state(tmp_path: Path) -> None:
    columns, row = COLUMNS.replace("state", "predicate_modifier"), ROW.replace("present", "Not")
    assert read(tmp_path, HEAD + columns + row) == ["14: wd:Q1 is denied without a reason"]
    assert read(tmp_path, HEAD + columns + row.replace("\t\tNot", "\tthe animal\tNot")) == []
    both = HEAD + COLUMNS.replace("comment", "predicate_modifier") + ROW.replace("\t\tpresent", "\tNot\tpresent")
    assert "14: a pair that is denied is not present too" in read(tmp_path, both)
    assert read(tmp_path, both.replace("\tNot\t", "\tno\t")) == ["14: unknown predicate_modifier 'no'"]


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD.encode() + b"subject_id\n\xff\n") == ["14: not UTF-8"]
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_set(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.sssom.tsv")
    with pytest.raises(InputError, match=r"x\.sssom\.tsv: cannot be read: no file — take it out"):
        read_set(tmp_path / "x.sssom.tsv")
