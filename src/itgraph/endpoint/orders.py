"""What the front and the fork server say to each other: how a server is set up, and orders about workers.

Part of the endpoint, below both, and light: the front, which evaluates nothing, loads nothing of what does.

>>> Setup.of_json(Setup("build", Limits()).as_json()).release
'build'
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any

from itgraph.endpoint.limits import Limits

__all__ = ["CALM", "EXITED", "FORK", "KILL", "ORDER", "OUT_OF_MEMORY", "Setup"]

#: From the front: fork a worker (its end of the connection comes along), kill a worker, let a worker stand back behind
#: all others. To the front: a worker ended, with its wait status.
ORDER = struct.Struct("!BIi")
FORK, KILL, CALM, EXITED = 1, 2, 3, 4

#: With what a worker exits that Python itself tells that its memory is used up; where the engine does, it aborts.
OUT_OF_MEMORY = 12


@dataclass(frozen=True)
class Setup:
    """What the front wants: which release is served within which limits, which endpoints may be asked, and a gate.

    ``url`` is the public address, with a slash at its end.
    """

    release: str
    limits: Limits
    services: tuple[str, ...] = ()
    gate: bool = True
    url: str = "http://127.0.0.1:8080/"

    def as_json(self) -> bytes:
        """Return it for the way to the other process, on one line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of_json(cls, line: bytes) -> Setup:
        """Return what :meth:`as_json` wrote."""
        told: dict[str, Any] = json.loads(line)
        return cls(told["release"], Limits(**told["limits"]), tuple(told["services"]), told["gate"], told["url"])
