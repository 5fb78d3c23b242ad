"""The stand-in for Wikidata as its tests see it: addresses, faults on request, and what came."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from itgraph.links.wikidata.services import Patience, Services

__all__ = ["API", "MAIN", "QUICK", "SCHOLARLY", "StandIn"]

#: The paths of the stand-in.
MAIN, SCHOLARLY, API = "/sparql", "/scholarly/sparql", "/w/api.php"
#: No longer than a test may wait.
QUICK = Patience(
    timeout=2.0,
    connect=2.0,
    pause=0.0,
    tries=3,
    first_wait=0.0,
    quota_wait=0.0,
    longest_wait=2.0,
    total_wait=3.0,
    most_bytes=1 << 20,
)


@dataclass(frozen=True)
class StandIn:
    """A stand-in that runs. Each test gets it without faults, and with an empty log."""

    address: str

    @property
    def services(self) -> Services:
        """Its addresses."""
        return Services(self.address + MAIN, self.address + SCHOLARLY, self.address + API)

    def fault(self, fault: str, path: str | None = None, *, times: int = 1, **more: Any) -> None:
        """Have the next ``times`` requests to a path (None: to any) go wrong, after ``skip`` ones that do not.

        Faults: a status such as "429" (``retry_after``: seconds, or "@1" for a date 1 s from now; ``body``), "maxlag"
        (``lag``, ``retry_after``), "api-error" (``code``), "truncated", "broken-off", "cut-off", "html", "empty-body",
        "leave-out", "all-missing", "replace" (``old``, ``new``: as the body has them), "redirect" (``to``, ``status``),
        "no-rows", "slow" (``seconds``), "trickle" (a byte now and then), "hold", "hang-up", "too-large" (``bytes``).
        """
        self._control("faults", [{"fault": fault, "path": path, "times": times, **more}])

    def log(self) -> list[dict[str, Any]]:
        """Return the requests that came, in order: path, method, params, agent, headers, in, out."""
        requests: list[dict[str, Any]] = self._control("log")["requests"]
        return requests

    def most(self) -> int:
        """Return the largest number of requests that were under way at once."""
        most: int = self._control("log")["most"]
        return most

    def wait(self, requests: int) -> None:
        """Wait until as many requests have come; those that are held are among them."""
        assert len(self._control(f"wait?requests={requests}")["requests"]) >= requests

    def reset(self) -> None:
        """Forget faults and log, and let go of what is held."""
        self._control("reset", [])

    def _control(self, what: str, told: Any = None) -> Any:
        data = None if told is None else json.dumps(told).encode()
        with urllib.request.urlopen(f"{self.address}/control/{what}", data, timeout=30) as answer:
            return json.load(answer)
