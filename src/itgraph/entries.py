"""Entry files: claims by graph, JSON-LD written in YAML, read strictly and with line numbers.

First step of the build: ``data/**/*.yaml`` → :class:`ClaimGraph`. Every scalar is read as text, so that the context
and not the YAML parser gives the datatype (``1.10`` and ``no`` stay what they are). What JSON-LD would drop in silence
(unknown keys, empty values, IRIs with blanks) is a finding with its line here.

>>> from itgraph.ontology import load
>>> from itgraph.resources import data_dir
>>> entries = read_entries(data_dir(), load().context)
>>> entries.findings
[]
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from itgraph.claims import ABSOLUTE_IRI, ENTITY_ID, ClaimGraph, Entries, Node, Vocabulary
from itgraph.errors import Finding, InputError, Severity

__all__ = ["FOLDERS", "read_entries", "read_file"]

#: Folder below ``data/`` → kind in ids. People share one file.
FOLDERS = {
    "models": "model",
    "datasets": "dataset",
    "papers": "paper",
    "benchmarks": "benchmark",
    "techniques": "technique",
    "organizations": "organization",
}
PEOPLE = "people.yaml"

GRAPH_KEYS = frozenset({"graph", "source", "inferred", "says"})


def read_entries(data: Path, context: Mapping[str, Any]) -> Entries:
    """Read every entry file below ``data``; what is wrong is collected, never raised one by one.

    Raises:
        InputError: there is no such folder, or no entry file in it.
    """
    if not data.is_dir():
        raise InputError("no such folder", hint="name the folder of the entries with --data", path=data)
    paths = sorted(path for path in data.rglob("*.yaml"))
    if not paths:
        raise InputError(
            "no entry file (*.yaml) below it", hint="name the folder of the entries with --data", path=data
        )
    vocabulary = Vocabulary(context)
    entries = Entries()
    stated: dict[str, ClaimGraph] = {}
    for path in paths:
        for graph in read_file(path, vocabulary, entries.findings):
            entries.findings.extend(misplaced(graph, path.relative_to(data)))
            if (first := stated.get(graph.id)) is not None:
                message = f"graph {graph.id} is given twice: first in {first.path}:{first.line}"
                entries.findings.append(Finding(graph.path, graph.line, message, "join the two lists of claims"))
            stated.setdefault(graph.id, graph)
            entries.graphs.append(graph)
    return entries


def read_file(path: Path, vocabulary: Vocabulary, findings: list[Finding]) -> list[ClaimGraph]:
    """Read one entry file; append what is wrong in it to ``findings``."""
    try:
        root = compose(path)
    except InputError as error:
        place = Finding(str(path), error.line or 1, error.message, error.hint or "", Severity.UNREADABLE)
        findings.append(place)
        return []
    return EntryReader(path, vocabulary, findings).graphs(root)


def compose(path: Path) -> yaml.Node | None:
    """Return the node tree of a YAML file (libyaml's composer: it keeps lines and takes a sixth of the time).

    Raises:
        InputError: not to be opened, not UTF-8, or not YAML; with the line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the file as UTF-8", path=path, line=line) from error
    try:
        return yaml.compose(text, Loader=yaml.CLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line + 1, text.count("\n") + 1) if mark else 1
        raise InputError(
            f"not YAML: {error.problem or error.context}", hint="mend the syntax", path=path, line=line
        ) from error
    except yaml.YAMLError as error:
        position = int(getattr(error, "position", 0))
        line = text.count("\n", 0, position) + 1
        raise InputError(f"not YAML: {str(error).splitlines()[0]}", hint="remove it", path=path, line=line) from error


class EntryReader:
    """Turns the node tree of one file into claim graphs and notes each thing that does not belong."""

    def __init__(self, path: Path, vocabulary: Vocabulary, findings: list[Finding]) -> None:
        self.path = str(path)
        self.vocabulary = vocabulary
        self.findings = findings
        self.open: set[int] = set()

    def wrong(self, node: yaml.Node, message: str, hint: str, severity: Severity = Severity.VIOLATION) -> None:
        self.findings.append(Finding(self.path, node.start_mark.line + 1, message, hint, severity))

    def graphs(self, root: yaml.Node | None) -> list[ClaimGraph]:
        if root is None:
            return []
        if not isinstance(root, yaml.SequenceNode):
            self.wrong(root, "an entry file is a list of graphs", "begin with '- graph: …'")
            return []
        return [graph for item in root.value if (graph := self.graph(item)) is not None]

    def graph(self, item: yaml.Node) -> ClaimGraph | None:
        if not isinstance(item, yaml.MappingNode):
            self.wrong(item, "not a graph of claims", "write 'graph:', 'source:' or 'inferred:', and 'says:'")
            return None
        parts: dict[str, yaml.Node] = {}
        for key, value in item.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, "a key must be a word", "use graph, source, inferred and says")
                continue
            if key.value in parts:
                self.wrong(key, f"key {key.value!r} stands twice", "keep one", Severity.UNREADABLE)
            elif key.value not in GRAPH_KEYS:
                self.wrong(key, f"unknown key {key.value!r} of a graph", self.suggest(key.value, GRAPH_KEYS))
            parts.setdefault(key.value, value)
        texts = {key: self.text(parts[key]) for key in ("graph", "source", "inferred") if key in parts}
        name, source, inferred = texts.get("graph"), texts.get("source"), texts.get("inferred")
        if name is None or not ENTITY_ID.fullmatch(name) or "#" in name:
            self.wrong(item, "a graph needs a name", "write 'graph: registry/model/<slug>' or the like")
            return None
        if name.startswith(("curation/", "registry/")) and (source is None) == (inferred is None):
            self.wrong(
                item,
                f"graph {name} does not say who says so",
                "give either 'source: <URL or id>' or 'inferred: <reason>'",
            )
        if source is not None and not (ABSOLUTE_IRI.fullmatch(source) or ENTITY_ID.fullmatch(source)):
            self.wrong(
                parts["source"], f"source {source!r} is neither a URL nor an id", "give the address that states it"
            )
        says = parts.get("says")
        if not isinstance(says, yaml.SequenceNode) or not says.value:
            self.wrong(item, f"graph {name} says nothing", "add 'says:' with a list of nodes")
            return None
        nodes = [node for claim in says.value if (node := self.node(claim)) is not None]
        return ClaimGraph(name, self.path, item.start_mark.line + 1, source, inferred, nodes)

    def node(self, item: yaml.Node) -> Node | None:
        if not isinstance(item, yaml.MappingNode):
            self.wrong(item, "not a node", "write 'id:' and what is said of it")
            return None
        if id(item) in self.open:
            self.wrong(item, "an alias that holds itself", "write the node out")
            return None
        self.open.add(id(item))
        node = Node(item.start_mark.line + 1)
        for key, value in item.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, "a key must be a word", "use the terms of ontology/context.jsonld")
            elif key.value in node:
                self.wrong(key, f"key {key.value!r} stands twice", "keep one", Severity.UNREADABLE)
            elif key.value not in self.vocabulary.keys:
                self.wrong(key, f"unknown key {key.value!r}", self.suggest(key.value, self.vocabulary.keys))
            elif (read := self.value(key.value, value)) is not None:
                node[key.value] = read
                node.lines[key.value] = key.start_mark.line + 1
        self.open.discard(id(item))
        if not any(isinstance(key, yaml.ScalarNode) and key.value == "id" for key, _ in item.value):
            self.wrong(item, "a node without id", "give every node an id: there are no blank nodes in the graph")
            return None
        return node if "id" in node else None

    def value(self, key: str, value: yaml.Node) -> object | None:
        if isinstance(value, yaml.SequenceNode):
            if not value.value:
                self.wrong(value, f"{key} is empty", "leave the key out")
                return None
            if key == "id":
                self.wrong(value, "a node has one id", "keep one")
                return None
            items = [self.single(key, item) for item in value.value]
            return [item for item in items if item is not None] or None
        return self.single(key, value)

    def single(self, key: str, value: yaml.Node) -> object | None:
        if isinstance(value, yaml.MappingNode):
            if key not in self.vocabulary.links:
                self.wrong(value, f"{key} takes text, not a node", "write its value")
                return None
            return self.node(value)
        text = self.text(value)
        if text is None:
            return None
        vocabulary = self.vocabulary
        if key == "type" and text not in vocabulary.classes:
            self.wrong(value, f"unknown type {text!r}", self.suggest(text, vocabulary.classes))
            return None
        if key in vocabulary.names_terms and text not in vocabulary.keys:
            self.wrong(value, f"{key} names no term: {text!r}", self.suggest(text, vocabulary.keys))
            return None
        if key == "id" and not ENTITY_ID.fullmatch(text):
            self.wrong(value, f"{text!r} is no id", "ids look like model/alpaca")
            return None
        if key in vocabulary.links and not (ENTITY_ID.fullmatch(text) or ABSOLUTE_IRI.fullmatch(text)):
            self.wrong(value, f"{key} takes an id or a URL, not {text!r}", "ids look like model/alpaca")
            return None
        return text

    def text(self, value: yaml.Node) -> str | None:
        if not isinstance(value, yaml.ScalarNode):
            self.wrong(value, "a list or a mapping where one value belongs", "write one value")
            return None
        if value.tag.endswith(":null") or not str(value.value).strip():
            self.wrong(value, "no value", "leave the key out: what is not known is not written")
            return None
        return str(value.value)

    @staticmethod
    def suggest(word: str, known: frozenset[str]) -> str:
        close = difflib.get_close_matches(str(word), sorted(known), 3)
        close.sort(key=lambda term: sorted(term) != sorted(str(word)))  # letters swapped before letters replaced
        return f"did you mean {close[0]!r}?" if close else "the terms stand in ontology/context.jsonld"


def misplaced(graph: ClaimGraph, relative: Path) -> Iterator[Finding]:
    """Yield what does not fit between a graph's name, the file it stands in and the ids it speaks of."""
    folder, parts = relative.parts[0], graph.id.split("/")
    if relative.name == PEOPLE and len(relative.parts) == 1:
        expected = [f"{kind}/person/{parts[2] if len(parts) > 2 else ''}" for kind in ("registry", "curation")]
    elif folder in FOLDERS:
        expected = [f"{kind}/{FOLDERS[folder]}/{relative.stem}" for kind in ("registry", "curation")]
    elif folder == "survey":
        expected = ["survey", "curation/survey"]
    else:
        expected = ["links"]
    if not any(graph.id == name or graph.id.startswith(f"{name}/") for name in expected):
        yield Finding(
            graph.path,
            graph.line,
            f"graph {graph.id} does not belong in this file",
            f"its name here begins with {expected[0]}",
        )
    elif parts[0] == "registry":
        for node in graph.says:
            if node.id != "/".join(parts[1:]):
                message = f"the registry entry {graph.id} speaks of {node.id}"
                yield Finding(
                    graph.path, node.line, message, "move it to an entry of its own, or into a curation graph"
                )
