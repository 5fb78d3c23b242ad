"""The link tables by sssom-py, the standard's own implementation: they are valid, and it makes the same graph of them.

It lives in an environment of its own (see the Makefile) and is asked in subprocesses.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.sssom.conftest import EVERY_KIND

from itgraph.link_tables import claims_of
from itgraph.namespaces import BASE, ITG, PROV, SSSOM, XSD
from itgraph.ontology import load
from itgraph.resources import data_dir
from itgraph.sssom import MappingSet, read_set, written
from itgraph.sssom.model import NOT
from itgraph.triples import quads_of

REAL = sorted((data_dir() / "links").glob("*.sssom.tsv"))


def sssom_py(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.prefix) / "sssom-py" / "bin" / "sssom"
    assert program.exists(), "sssom-py is missing — type: make test"
    # It looks at the terminal for colours.
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=120, check=False, env=environment
    )


#: sssom-py 0.4 does not know that a bar may be part of a value (SSSOM 1.1).
WITHOUT_BARS = replace(
    EVERY_KIND, mappings=tuple(replace(row, match_string=row.match_string[1:]) for row in EVERY_KIND.mappings)
)


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "wikidata.sssom.tsv"
    path.write_text(written(WITHOUT_BARS), encoding="utf-8", newline="")
    return path


def triples(path: Path) -> set[tuple[str, str, str]]:
    """Return what sssom-py makes of a table, its rows by the names of the pair."""
    made = path.with_suffix(".ttl")
    result = sssom_py("convert", path, "-O", "rdf", "-o", made)
    assert result.returncode == 0, result.stderr
    quads = list(ox.parse(made.read_bytes(), ox.RdfFormat.TURTLE))
    parts = {(quad.subject, quad.predicate.value): quad.object for quad in quads}

    def name(term: object) -> str:
        if isinstance(term, ox.BlankNode):
            pair = [parts.get((term, f"http://www.w3.org/2002/07/owl#annotated{end}")) for end in ("Source", "Target")]
            return " ".join(map(str, pair))
        if isinstance(term, ox.Literal) and term.datatype.value in (XSD + "double", XSD + "decimal"):
            return str(float(term.value))
        return str(term)

    return {(name(quad.subject), quad.predicate.value, name(quad.object)) for quad in quads}


def ours(mapping_set: MappingSet) -> set[tuple[str, str, str]]:
    """Return what the build makes of a table, in the same words."""
    quads = quads_of([claims_of(mapping_set, Path("x.sssom.tsv"))], load().context, BASE)
    nodes = {
        f"<{mapping_set.mapping_set_id}#{row.node}>": " ".join(f"<{mapping_set.iri(i)}>" for i in pair)
        for row in mapping_set.mappings
        for pair in [(row.subject_id, row.object_id)]
    }
    subjects = {*nodes, f"<{mapping_set.mapping_set_id}>"}

    def name(term: object) -> str:
        if isinstance(term, ox.Literal) and term.datatype.value == XSD + "double":
            return str(float(term.value))
        return nodes.get(str(term), str(term))

    return {
        (name(quad.subject), quad.predicate.value, name(quad.object)) for quad in quads if str(quad.subject) in subjects
    }


#: What only one of the two says: the state, which SSSOM has not, and PROV; the version and the extension.
OURS_ALONE = {ITG + "linkState", PROV + "hadPrimarySource"}
THEIRS_ALONE = {
    SSSOM + name for name in ("sssom_version", "extension_definitions", "slot_name", "property", "type_hint")
}


def test_it_makes_the_same_graph_of_a_table(every_kind: Path) -> None:
    theirs = {
        triple
        for triple in triples(every_kind)
        if triple[1] not in THEIRS_ALONE and triple[2] != f"<{SSSOM}ExtensionDefinition>"
    }
    of_build = {triple for triple in ours(WITHOUT_BARS) if triple[1] not in OURS_ALONE}
    assert len(of_build) > 40
    # What all rows have in common it writes once, at the set; there is nothing of that kind in this table.
    assert theirs == of_build


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_the_real_tables_are_valid(path: Path) -> None:
    result = sssom_py("validate", path)
    assert result.returncode == 0, result.stderr
    assert "ERROR" not in result.stderr, result.stderr


def test_a_table_that_is_not_valid_is_found(every_kind: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.sssom.tsv"
    path.write_text(every_kind.read_text(encoding="utf-8").replace("0.97", "97"), encoding="utf-8", newline="")
    result = sssom_py("validate", path)
    assert result.returncode != 0
    assert "greater than the maximum" in result.stderr


def test_there_are_real_tables() -> None:
    rows = [row for path in REAL for row in read_set(path).mappings]
    assert len(REAL) >= 2
    assert {row.predicate_modifier for row in rows} == {"", NOT}
