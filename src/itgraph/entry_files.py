"""One entry file, read strictly: every key known, every value of its kind, everything else a finding with its line.

Build side, between the YAML nodes and the folder of entries.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import yaml

from itgraph.claims import ENTITY_ID, ClaimGraph, Node, Vocabulary, is_url
from itgraph.errors import Finding, InputError, Severity
from itgraph.unseen import UNSEEN
from itgraph.yaml_nodes import compose

__all__ = ["read_file"]

GRAPH_KEYS = frozenset({"graph", "source", "inferred", "says"})
#: Longer values are no names, reasons or addresses.
LONGEST = 100_000
#: What nobody sees, and what ends a line: a value is one.
HIDDEN = re.compile(rf"[\t\n\r]|{UNSEEN.pattern}")


def read_file(path: Path, vocabulary: Vocabulary, findings: list[Finding]) -> list[ClaimGraph]:
    """Read one entry file; append what is wrong in it to ``findings``, with the path as seen from here."""
    shown = Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path
    try:
        root = compose(path)
    except InputError as error:
        findings.append(Finding(str(shown), error.line or 1, error.message, error.hint or "", Severity.UNREADABLE))
        return []
    return EntryReader(shown, vocabulary, findings).graphs(root)


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
            self.findings.append(Finding(self.path, 1, "the file says nothing", "write an entry, or remove the file"))
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
        if source is not None and not (is_url(source) or ENTITY_ID.fullmatch(source)):
            self.wrong(
                parts["source"], f"source {source!r} is neither a URL nor an id", "give the address that states it"
            )
        says = parts.get("says")
        if not isinstance(says, yaml.SequenceNode) or not says.value:
            self.wrong(item, f"graph {name} says nothing", "add 'says:' with a list of nodes")
            return None
        nodes = [node for claim in says.value if (node := self.node(claim)) is not None]
        graph = ClaimGraph(name, self.path, item.start_mark.line + 1, source, inferred, nodes)
        if not graph.of_survey and (source is None) == (inferred is None):
            hint = "give either 'source: <URL or id>' or 'inferred: <reason>'"
            self.wrong(item, f"graph {name} does not say who says so", hint)
        return graph

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
        if set(node) == {"id"} and len(item.value) == 1:
            self.wrong(item, f"nothing is said of {node.id}", "say something of it, or take it out")
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
        if key in vocabulary.links and not (ENTITY_ID.fullmatch(text) or is_url(text)):
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
        if value.tag.startswith("!") or "python" in value.tag:
            self.wrong(value, f"a tag, {value.tag}", "write the value alone: the context gives the datatype")
            return None
        if len(value.value) > LONGEST:
            self.wrong(value, f"a value of {len(value.value)} signs", f"keep it below {LONGEST}")
            return None
        if (sign := HIDDEN.search(str(value.value))) is not None:
            self.wrong(value, f"a sign that nobody sees, U+{ord(sign.group()):04X}", "take it out")
            return None
        return str(value.value)

    @staticmethod
    def suggest(word: str, known: frozenset[str]) -> str:
        close = difflib.get_close_matches(str(word), sorted(known), 3)
        close.sort(key=lambda term: sorted(term) != sorted(str(word)))  # letters swapped before letters replaced
        return f"did you mean {close[0]!r}?" if close else "the terms stand in ontology/context.jsonld"
