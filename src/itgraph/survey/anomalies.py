"""Anomalies: what the importer noticed and does not decide alone. Each is settled by a person in ``settled.yaml``.

An anomaly is keyed by its kind and the row or reference that it concerns, never by a line, so that a settlement
outlives a shifted README. Its id is ``<row or reference>#<kind>[-<detail>]``.

>>> Anomaly("broken-link", ["survey/models/10"], "project", 517, "…").id
'survey/models/10#broken-link-project'
"""

from __future__ import annotations

from dataclasses import dataclass, field

from itgraph.claims import Entries
from itgraph.slugs import slug
from itgraph.survey.registry import as_list

__all__ = ["Anomalies", "Anomaly", "Settlements"]


@dataclass
class Anomaly:
    """One thing that does not fit. ``detail`` tells apart two of a kind on one row; ``stub`` is YAML ready to paste."""

    kind: str
    concerns: list[str]
    detail: str
    line: int
    message: str
    stub: str | None = None
    settled: bool = False

    @property
    def id(self) -> str:
        """The id under which a person settles it."""
        detail = slug(self.detail)
        return f"{self.concerns[0]}#{self.kind}" + (f"-{detail}" if detail else "")


class Settlements:
    """What ``settled.yaml`` says: which anomalies are corrected, which are left alone with a reason."""

    def __init__(self, entries: Entries) -> None:
        self.corrected: set[str] = set()
        self.left: set[str] = set()
        for graph in entries.graphs:
            if graph.id.startswith("curation/"):
                for node in graph.nodes():
                    for anomaly in as_list(node.get("settles")):
                        self.corrected.add(anomaly)
                    if "reason" in node and "type" not in node:
                        self.left.add(node.id)


@dataclass
class Anomalies:
    """Collects anomalies in the order in which the document shows them."""

    settlements: Settlements
    found: dict[str, Anomaly] = field(default_factory=dict)

    def report(self, anomaly: Anomaly) -> bool:
        """Take one in (the first of its id); return whether a correction settles it."""
        settled = anomaly.id in self.settlements.corrected or anomaly.id in self.settlements.left
        anomaly.settled = settled
        self.found.setdefault(anomaly.id, anomaly)
        return anomaly.id in self.settlements.corrected
