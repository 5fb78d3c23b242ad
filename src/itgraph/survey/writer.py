"""Claims → the YAML that people read in a diff: flat nodes on one line, no quotes that are not needed.

>>> print(stub("model/alpaca", {"type": "MLModel", "label": "Alpaca"}), end="")
- graph: registry/model/alpaca
  source: survey
  says:
  - {id: model/alpaca, type: MLModel, label: Alpaca}
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

__all__ = ["HEADER", "dump", "graph", "stub"]

HEADER = (
    "# Written by `itgraph import survey`, never by hand: corrections go into settled.yaml, names into the registry.\n"
)

#: A node that is longer goes on several lines.
LINE = 150


class EntryDumper(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes every scalar as text: a resolver that knows no types needs no quotes to keep "52000" a text."""

    def __init__(self, stream: Any) -> None:
        Emitter.__init__(self, stream, width=10**6, allow_unicode=True)
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, sort_keys=False, default_flow_style=False)
        BaseResolver.__init__(self)

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal lists out: an entry is read by people."""
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """Write a node on one line where it holds no other node and fits."""
        node = super().represent_mapping(tag, mapping, flow_style)
        fits = sum(len(key) + len(str(value)) + 4 for key, value in mapping.items()) < LINE
        node.flow_style = fits and all(is_flat(value) for _, value in node.value)
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        """Write a list of values on one line."""
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = is_flat(node)
        return node


def is_flat(node: yaml.Node) -> bool:
    if isinstance(node, yaml.SequenceNode):
        return all(isinstance(item, yaml.ScalarNode) for item in node.value)
    return isinstance(node, yaml.ScalarNode)


def text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [text(item) for item in value]
    return str(value)


def dump(graphs: list[dict[str, Any]]) -> str:
    """Return the YAML of a list of graphs."""
    stream = StringIO()
    dumper = EntryDumper(stream)
    dumper.open()
    dumper.represent(text(graphs))
    dumper.close()
    return stream.getvalue()


def graph(name: str, says: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one graph of claims in the form of an entry."""
    return {"graph": name, "says": says}


def stub(identity: str, claims: dict[str, Any]) -> str:
    """Return a registry entry ready to paste; its name is one that the survey prints."""
    claims = {"id": identity, **claims}
    return dump([{"graph": f"registry/{identity}", "source": "survey", "says": [claims]}])
