r"""What an endpoint says when it refuses: one line of it, and, where it tells, which type of problem it is.

Serve side, below the client of other endpoints. Text is read as it is, problem details (RFC 9457) by their members; a
web page says nothing.

>>> refusal("application/problem+json", b'{"type": "https://example.org/ns#time-limit", "detail": "too slow"}')
('too slow', 'time-limit')
>>> refusal("text/plain", b"\nline 1: what is this?\nmore")
('line 1: what is this?', '')
"""

from __future__ import annotations

import json

from itgraph.lineage_format import printable

__all__ = ["LIMITS", "PROBLEM_JSON", "refusal"]

PROBLEM_JSON = "application/problem+json"
#: The types by which our own endpoint tells that a query is beyond its limits.
LIMITS = frozenset({"answer-too-large", "engine-failed", "query-too-complex", "query-too-long", "time-limit"})
LONGEST = 300


def refusal(media_type: str, body: bytes) -> tuple[str, str]:
    """Return what is said, fit for an error line, and the last part of the type of the problem; "" for what is not."""
    if media_type in ("text/plain", ""):
        return first_line(body), ""
    if media_type != PROBLEM_JSON:
        return "", ""
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(problem, dict):
        return "", ""
    said = problem.get("detail") or problem.get("title") or ""
    kind = str(problem.get("type", "")).rpartition("#")[2]
    return first_line(str(said).encode("utf-8", "replace")), kind


def first_line(body: bytes) -> str:
    """Return the first line of a text that has words in it."""
    lines = (line.strip() for line in body[: 16 * LONGEST].decode("utf-8", "replace").splitlines())
    return printable(next(filter(None, lines), ""))[:LONGEST]
