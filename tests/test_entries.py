"""Entry files read strictly: what is wrong, in which line, and that nothing else is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from itgraph.entries import read_entries
from itgraph.errors import Finding, InputError, Severity
from itgraph.ontology import load

CONTEXT = load().context

HEAD = "- graph: registry/model/x\n  source: survey\n  says:\n"


def findings(tmp_path: Path, content: str | bytes, name: str = "models/x.yaml") -> list[Finding]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_entries(tmp_path, CONTEXT).findings


def test_a_good_entry_has_no_finding_and_keeps_its_text(tmp_path: Path) -> None:
    assert findings(tmp_path, HEAD + "  - {id: model/x, type: MLModel, label: 1.10, altLabel: [no, 0x1F]}\n") == []
    (graph,) = read_entries(tmp_path, CONTEXT).graphs
    assert graph.says == [{"id": "model/x", "type": "MLModel", "label": "1.10", "altLabel": ["no", "0x1F"]}]
    assert (graph.says[0].line, graph.says[0].lines["label"], graph.method) == (4, 4, "curated")


@pytest.mark.parametrize(
    ("content", "line", "message", "hint"),
    [
        (HEAD + "  - {id: model/x, lable: X}\n", 4, "unknown key 'lable'", "did you mean 'label'?"),
        (HEAD + "  - id: model/x\n    type: MLModle\n", 5, "unknown type 'MLModle'", "did you mean 'MLModel'?"),
        (HEAD + "  - {id: model/x, approximate: instnaceCount}\n", 4, "approximate names no term", "'instanceCount'"),
        (
            HEAD + "  - {id: model/x, basedOn: LLaMA 2}\n",
            4,
            "basedOn takes an id or a URL, not 'LLaMA 2'",
            "model/alpaca",
        ),
        (HEAD + "  - {id: Model X, label: X}\n", 4, "'Model X' is no id", "model/alpaca"),
        (HEAD + "  - {label: X}\n", 4, "a node without id", "no blank nodes"),
        (HEAD + "  - {id: model/x, label: }\n", 4, "no value", "leave the key out"),
        (HEAD + "  - {id: model/x, label: ~}\n", 4, "no value", "leave the key out"),
        (HEAD + "  - {id: model/x, altLabel: []}\n", 4, "altLabel is empty", "leave the key out"),
        (HEAD + "  - {id: model/x, label: {id: y}}\n", 4, "label takes text, not a node", "write its value"),
        (HEAD + "  - {id: [a, b], label: X}\n", 4, "a node has one id", "keep one"),
        (HEAD + "  - just text\n", 4, "not a node", "write 'id:'"),
        (HEAD + "  - {id: model/x}\n", 4, "nothing is said of model/x", "say something of it"),
        (HEAD + "  - {id: model/x, label: " + "x" * 20_000_000 + "}\n", 4, "a value of 20000000 signs", "below 100000"),
        (HEAD + "  - {id: model/x, label: !foo X}\n", 4, "a tag, !foo", "write the value alone"),
        (HEAD + '  - {id: model/x, label: "a\\u202eb"}\n', 4, "a sign that nobody sees, U+202E", "take it out"),
        (HEAD + '  - {id: model/x, label: "a\\0b"}\n', 4, "a sign that nobody sees, U+0000", "take it out"),
        (
            HEAD + "  - {id: model/x, url: 'http://[bad'}\n",
            4,
            "url takes an id or a URL, not 'http://[bad'",
            "model/alpaca",
        ),
        (HEAD + "  - {id: model/x, url: https://x.org/%zz}\n", 4, "url takes an id or a URL", "model/alpaca"),
        (
            "- graph: registry/model/x\n  source: https://x.org/%zz\n  says: [{id: model/x, label: X}]\n",
            2,
            "source 'https://x.org/%zz' is neither a URL nor an id",
            "address",
        ),
        (HEAD + "  - {id: model/x, [a, b]: c}\n", 4, "a key must be a word", "ontology/context.jsonld"),
        (
            "- {graph: registry/model/x, [a]: b, source: survey, says: [{id: model/x, label: X}]}\n",
            1,
            "a key must be a word",
            "use graph",
        ),
        ("- just text\n", 1, "not a graph of claims", "write 'graph:'"),
        ("graph: x\n", 1, "an entry file is a list of graphs", "begin with '- graph: …'"),
        ("- source: survey\n  says: [{id: model/x, label: X}]\n", 1, "a graph needs a name", "registry/model"),
        ("- graph: registry/model/x\n  source: survey\n", 1, "graph registry/model/x says nothing", "add 'says:'"),
        (
            "- graph: registry/model/x\n  says: [{id: model/x, label: X}]\n",
            1,
            "graph registry/model/x does not say who says so",
            "either 'source:",
        ),
        (
            "- graph: curation/model/x\n  says: [{id: model/x, label: X}]\n",
            1,
            "graph curation/model/x does not say who says so",
            "either 'source:",
        ),
        (
            "- graph: curation/model/x\n  source: survey\n  inferred: so\n  says: [{id: model/x, label: X}]\n",
            1,
            "graph curation/model/x does not say who says so",
            "either 'source:",
        ),
        (
            "- graph: registry/model/x\n  source: a b\n  says: [{id: model/x, label: X}]\n",
            2,
            "source 'a b' is neither",
            "address",
        ),
        (
            "- graph: registry/model/x\n  sauce: survey\n  source: survey\n  says: [{id: model/x, label: X}]\n",
            2,
            "unknown key 'sauce' of a graph",
            "did you mean 'source'?",
        ),
        (
            "- graph: registry/model/y\n  source: survey\n  says: [{id: model/y, label: Y}]\n",
            1,
            "graph registry/model/y does not belong in this file",
            "registry/model/x",
        ),
        (
            "- graph: registry/dataset/x\n  source: survey\n  says: [{id: dataset/x, label: X}]\n",
            1,
            "graph registry/dataset/x does not belong in this file",
            "registry/model/x",
        ),
        (
            HEAD + "  - {id: model/y, label: Y}\n",
            4,
            "the registry entry registry/model/x speaks of model/y",
            "curation graph",
        ),
        (
            HEAD + "  - {id: model/x, label: X}\n" + HEAD + "  - {id: model/x, label: X}\n",
            5,
            "graph registry/model/x is given twice: first in",
            "join",
        ),
    ],
)
def test_what_does_not_belong_is_found_with_its_line(
    tmp_path: Path, content: str, line: int, message: str, hint: str
) -> None:
    (finding,) = findings(tmp_path, content)
    assert finding.message.startswith(message)
    assert hint in finding.hint
    assert (finding.path, finding.line, finding.severity) == (str(tmp_path / "models/x.yaml"), line, Severity.VIOLATION)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (HEAD + "  - {id: model/x, label: X, label: Y}\n", 4, "key 'label' stands twice"),
        (
            "- graph: registry/model/x\n  graph: y\n  source: survey\n  says: [{id: model/x, label: X}]\n",
            2,
            "key 'graph' stands twice",
        ),
        (HEAD + "  - {id: model/x, label: 'X}\n", 5, "not YAML: found unexpected end of stream"),
        (HEAD + "  - {id: model/x\n", 5, "not YAML: did not find expected ',' or '}'"),
        (HEAD + "\t- {id: model/x, label: X}\n", 4, "not YAML: found character that cannot start any token"),
        (HEAD + "  - {id: model/x, label: X}\n---\nmore\n", 5, "not YAML: but found another document"),
        (HEAD.encode() + b"  - {id: model/x, label: \xff}\n", 4, "not UTF-8"),
        (HEAD + "  - {id: model/x, label: \x01}\n", 4, "not YAML: "),
        (HEAD + "  - &a {id: model/x, basedOn: *a}\n", 4, "an alias that holds itself"),
        (HEAD + "  - {id: model/x, altLabel: " + "[" * 100_000 + "\n", 4, "nested too deep"),
        (HEAD + "  - id: a\n    basedOn: " + "{id: a, basedOn: " * 60 + "\n", 5, "nested too deep"),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, message: str
) -> None:
    finding = findings(tmp_path, content)[0]
    assert finding.message.startswith(message)
    assert finding.line == line
    if "alias" not in message:
        assert finding.severity is Severity.UNREADABLE


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, "# nothing yet\n")
    assert (finding.message, finding.line) == ("the file says nothing", 1)


def test_files_in_unknown_places(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, HEAD + "  - {id: model/x, label: X}\n", "modles/x.yaml")
    assert finding.message == "no entries are kept in modles/x.yaml"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("models/x.yml", "this file is not read"),
        ("models/x.YAML", "this file is not read"),
        ("models/deep/x.yaml", "an entry file this deep is not read"),
        ("x.yaml", "no entries are kept in x.yaml"),
    ],
)
def test_no_file_is_passed_over_in_silence(tmp_path: Path, name: str, message: str) -> None:
    findings(tmp_path, HEAD + "  - {id: model/x, label: X}\n")
    found = findings(tmp_path, HEAD.replace("/x", "/y") + "  - {id: model/y, label: Y}\n", name)
    assert message in [finding.message for finding in found]


def test_a_readme_may_stand_beside_the_entries(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("about this folder")
    assert findings(tmp_path, HEAD + "  - {id: model/x, label: X}\n") == []


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    os.mkfifo(tmp_path / "models" / "pipe.yaml")
    found = findings(tmp_path, HEAD + "  - {id: model/x, label: X}\n")
    assert [(finding.message, finding.severity) for finding in found] == [("not a regular file", Severity.UNREADABLE)]


@pytest.mark.parametrize("name", ["people.yaml", "survey/settled.yaml"])
def test_files_that_hold_many_entries(tmp_path: Path, name: str) -> None:
    kind = "registry/person" if name == "people.yaml" else "curation/survey/models"
    graphs = "".join(
        f"- graph: {kind}/{n}\n  source: survey\n  says: [{{id: person/{n}, label: N}}]\n" for n in ("a", "b")
    )
    assert findings(tmp_path, graphs, name) == []


def test_all_findings_of_all_files_are_collected(tmp_path: Path) -> None:
    findings(tmp_path, HEAD + "  - {id: model/x, lable: X}\n")
    found = findings(tmp_path, b"\xff", "models/y.yaml")
    assert [finding.message for finding in found] == ["unknown key 'lable'", "not UTF-8"]


@pytest.mark.parametrize(("make", "message"), [(False, "no such folder"), (True, "no entry file (*.yaml) below it")])
def test_no_entries_at_all(tmp_path: Path, make: bool, message: str) -> None:
    folder = tmp_path / "data"
    if make:
        folder.mkdir()
    with pytest.raises(InputError) as caught:
        read_entries(folder, CONTEXT)
    assert caught.value.message == message
    assert caught.value.exit_code == 3
