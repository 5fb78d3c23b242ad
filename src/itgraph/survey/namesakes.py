"""Names on several works: equal or nearly equal ones are candidates, which a curator confirms in ``people.yaml``."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

from itgraph.survey.anomalies import Anomalies, Anomaly
from itgraph.survey.names import may_be_one_person
from itgraph.survey.registry import Registry

__all__ = ["report_namesakes"]


def report_namesakes(claims: list[dict[str, Any]], registry: Registry, anomalies: Anomalies) -> tuple[int, int]:
    """Report every two persons that may be one; those that a curator holds for one are one id already.

    Returns the number of authorships, and of persons confirmed in several references.
    """
    authorships = 0
    places: dict[str, set[str]] = defaultdict(set)
    for entry in claims:
        for node in entry["says"]:
            for authorship in node.get("authorship", ()):
                authorships += 1
                if author := authorship.get("author"):
                    places[author].add(entry["graph"])
    persons = {i: registry.labels.get(i, i) for i in places if i.startswith("person/")}
    for (one, name), (other, other_name) in combinations(sorted(persons.items()), 2):
        if may_be_one_person(name, other_name):
            where = " and ".join(", ".join(sorted(p.rsplit("/", 1)[-1] for p in places[i])) for i in (one, other))
            message = f"“{name}” and “{other_name}” may be one person (references {where})"
            anomalies.report(Anomaly("same-person", [one, other], other.split("/")[1], 1, message))
    return authorships, sum(1 for i in persons if len(places[i]) > 1)
