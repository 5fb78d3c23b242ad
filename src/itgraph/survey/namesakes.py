"""Names on several works: equal or nearly equal ones are candidates, which a curator confirms in ``people.yaml``."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

from itgraph.survey.anomalies import Anomalies, Anomaly
from itgraph.survey.names import may_be_one_person
from itgraph.survey.registry import Registry

__all__ = ["report_namesakes"]


def report_namesakes(
    claims: list[dict[str, Any]], lines: dict[str, int], registry: Registry, anomalies: Anomalies
) -> tuple[int, int]:
    """Report every two persons of the registry that may be one; those that a curator holds for one are one id already.

    ``lines`` gives the line of each entry. Two authors of one entry are two. Returns the number of authorships, and of
    persons confirmed in several entries.
    """
    authorships = 0
    places: dict[str, set[str]] = defaultdict(set)
    for entry in claims:
        for node in entry["says"]:
            for authorship in node.get("authorship", ()):
                authorships += 1
                if author := authorship.get("author"):
                    places[author].add(entry["graph"])
    persons = {i: registry.labels[i] for i in places if i.startswith("person/") and i in registry.labels}
    for (one, name), (other, other_name) in combinations(sorted(persons.items()), 2):
        if may_be_one_person(name, other_name) and not places[one] & places[other]:
            where = " and ".join(", ".join(sorted(p.rsplit("/", 1)[-1] for p in places[i])) for i in (one, other))
            message = f"“{name}” and “{other_name}” may be one person (references {where})"
            line = min((lines[place] for place in places[other] if place in lines), default=1)
            anomalies.report(Anomaly("same-person", [one, other], other.split("/")[1], line, message))
    return authorships, sum(1 for person in persons if len(places[person]) > 1)
