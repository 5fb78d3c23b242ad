"""What the endpoint says when it does not answer: problem details, as JSON or as one line of text.

Part of the endpoint, below everything else of it. Whatever refuses or fails raises :class:`Problem`, and one place
turns it into a response. https://www.rfc-editor.org/rfc/rfc9457

>>> print(Problem(403, "service-refused", "SERVICE is not offered here", hint="take it out"))
SERVICE is not offered here — take it out
>>> Problem(403, "service-refused", "SERVICE is not offered here").as_json()["type"]
'https://w3id.org/itgraph/ns/problem#service-refused'
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from itgraph.errors import InputError, ItgraphError, NetworkError, UsageError

__all__ = ["NAMESPACE", "PROBLEM_JSON", "READ_ONLY", "TYPES", "Problem", "as_problem"]

PROBLEM_JSON = "application/problem+json"
NAMESPACE = "https://w3id.org/itgraph/ns/problem#"
READ_ONLY = "this endpoint is read-only: it answers queries and takes no updates"

#: The types of problem, each with its title: one for each thing that a client would do something else about.
TYPES: Mapping[str, str] = {
    "answer-too-large": "The answer is larger than an answer may be",
    "bad-request": "The request cannot be understood",
    "busy": "The server is busy",
    "closing": "The server is closing down",
    "engine-failed": "The query ended the process that evaluated it",
    "gone": "What stood at this address was given up",
    "internal": "The server made a mistake",
    "media-type": "The query is sent in a form that is not understood",
    "method": "The method is not for this address",
    "not-acceptable": "No offered format is accepted",
    "not-found": "There is nothing at this address",
    "not-ready": "The server is not ready",
    "query-cannot-be-evaluated": "The query cannot be evaluated",
    "query-too-complex": "The query is too deep or too wide",
    "query-too-long": "The query is too long",
    "read-only": "The endpoint is read-only",
    "service-failed": "Another endpoint did not answer",
    "service-refused": "Another endpoint may not be asked",
    "syntax": "The query does not parse",
    "time-limit": "The query took too long",
    "too-many-queries": "Too many queries at once",
}


class Problem(Exception):
    """Why there is no answer: a status, a type of ``TYPES``, one line of detail, and what to do about it.

    ``members`` are further facts for programs, such as the line of a syntax error or the limit that was hit;
    ``headers`` go into the response (``Allow``, ``Retry-After``).
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(f"{detail} — {hint}" if hint else detail)
        self.status = status
        self.kind = kind
        self.headers = dict(headers or {})
        self.members = members

    @property
    def detail(self) -> str:
        """The one line that a person reads."""
        return " ".join(str(self).split())

    def packed(self) -> bytes:
        """Return the problem for the way to another process; :meth:`unpacked` reads it."""
        told = {"status": self.status, "kind": self.kind, "detail": str(self), "headers": self.headers}
        return json.dumps({**told, "members": self.members}).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Problem:
        """Return what :meth:`packed` wrote.

        Raises:
            ValueError: it is not JSON.
            LookupError: it is not a problem, or of no known type.
        """
        told = json.loads(packed)
        if told["kind"] not in TYPES:
            raise LookupError("no such type of problem")
        return cls(told["status"], told["kind"], told["detail"], headers=told["headers"], **told["members"])

    def as_json(self) -> dict[str, Any]:
        """Return the members of the problem (RFC 9457, section 3.1), with the extensions behind them."""
        return {
            "type": NAMESPACE + self.kind,
            "title": TYPES[self.kind],
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }

    def body(self, media_type: str) -> bytes:
        """Return the problem in its JSON form, or as one line where another media type is asked for."""
        if media_type == PROBLEM_JSON:
            return json.dumps(self.as_json(), ensure_ascii=False).encode() + b"\n"
        return f"{self.detail}\n".encode()


def as_problem(error: ItgraphError, *, network: bool) -> Problem:
    """Return what a client is told of an error of the evaluation."""
    if isinstance(error, NetworkError) and not network:
        hint = "take the SERVICE part out, or ask from an endpoint that may ask this one"
        return Problem(403, "service-refused", "this endpoint asks no others", hint=hint)
    if isinstance(error, UsageError):
        return Problem(400, "bad-request", str(error))
    if isinstance(error, NetworkError):
        return Problem(502, "service-failed", str(error))
    if isinstance(error, InputError) and error.line is not None:
        return Problem(400, "syntax", str(error), line=error.line, column=error.column)
    return Problem(400, "query-cannot-be-evaluated", str(error))
