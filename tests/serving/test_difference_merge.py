"""The merge of two dumps against the plain way: both whole, as sets; and below another base, the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itgraph.difference import Change, Part, difference
from itgraph.dumps import Dump
from itgraph.namespaces import BASE, ITG, RDFS

MOVED = "https://example.org/kg/"
NAMES = ("model/a", "model/a#x", "model/a0", "model/b", "survey/models/4", "survey/models/40", "survey/models/4#t")
SUBJECTS = st.sampled_from([*(f"<{BASE}{name}>" for name in NAMES), f"<{ITG}x>", f"<{BASE}>", "<https://a.org/>"])
OBJECTS = st.one_of(
    SUBJECTS, st.sampled_from(['"x"', f'"see <{BASE}model/a> or \\"{BASE}\\""', '"x"@en', f'"1"^^<{ITG}n>'])
)
GRAPHS = st.sampled_from(["", *(f" <{BASE}{graph}>" for graph in ("g", "h", "derived", "about"))])
LINES = st.lists(st.tuples(SUBJECTS, st.sampled_from([f"<{ITG}p>", f"<{ITG}q>"]), OBJECTS, GRAPHS), max_size=12)


@given(LINES, LINES)
@settings(max_examples=100, deadline=None)
def test_the_merge_finds_what_comparing_whole_sets_finds(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, str, str, str]],
    after: list[tuple[str, str, str, str]],
) -> None:
    folder = tmp_path_factory.getbasetemp() / "merge"
    sides = [{f"{s} {p} {o}{g} ." for s, p, o, g in side} for side in (before, after)]
    older, newer = (dump(folder / str(place), side) for place, side in enumerate(sides))
    result = difference(older, newer)
    found = {
        (subject.iri, statement.predicate, str(value))
        for subject in result.subjects
        for statement in subject.statements
        for value in filter(None, (statement.object, statement.before))
    }
    graphs = [{triple(line): set[str]() for line in side} for side in sides]
    for known, side in zip(graphs, sides, strict=True):
        for line in side:
            known[triple(line)].add(line)
    assert found == {t for t in graphs[0].keys() | graphs[1].keys() if graphs[0].get(t) != graphs[1].get(t)}
    moved = dump(folder / "moved", {below(line, MOVED) for line in sides[0]}, MOVED)
    again = difference(moved, newer)
    assert again.subjects == result.subjects
    assert difference(moved, older).subjects == ()


def triple(line: str) -> tuple[str, str, str]:
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    assert isinstance(quad.subject, ox.NamedNode)
    return quad.subject.value, quad.predicate.value, str(quad.object)


def below(line: str, base: str) -> str:
    """Return the line with entities and graphs below another base, by way of a parser."""

    def term(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> str:
        if isinstance(node, ox.DefaultGraph):
            return ""
        if isinstance(node, ox.NamedNode) and node.value.startswith(BASE) and not node.value.startswith(ITG):
            return str(ox.NamedNode(base + node.value.removeprefix(BASE))) if node.value != BASE else str(node)
        return str(node)

    (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    return " ".join(filter(None, map(term, (quad.subject, quad.predicate, quad.object, quad.graph_name)))) + " ."


def dump(folder: Path, lines: set[str], base: str = BASE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    content = "".join(sorted(f"{line}\n" for line in lines)).encode()
    (folder / "itgraph.nq").write_bytes(content)
    manifest = {"name": "itgraph", "base": base, "file": "itgraph.nq", "bytes": len(content)}
    manifest |= {"sha256": hashlib.sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_labels_are_those_of_the_default_graph_and_without_a_language_first(tmp_path: Path) -> None:
    label = f"<{RDFS}label>"
    lines = {f'<{BASE}model/a> {label} "{text} .' for text in ('A"@en', 'B"', f'0" <{BASE}g>')}
    folder = dump(tmp_path, lines)
    assert [
        (iri, str(value)) for iri, value in Dump.open(folder).literals(RDFS + "label", {BASE + "model/a"}, BASE)
    ] == [
        (BASE + "model/a", '"A"@en'),
        (BASE + "model/a", '"B"'),
    ]
    result = difference(dump(tmp_path / "empty", set()), folder)
    assert result.labels == {BASE + "model/a": "B"}
    assert result.of(Part.STATED, Change.ADDED)[0].id == "model/a"
