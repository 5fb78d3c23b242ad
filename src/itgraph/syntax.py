r"""A query that does not parse, said in one line: where it stands, and what the parser means.

Serve side, used by the store alone. The engine's parser answers with its whole grammar at the farthest place that it
reached; this module keeps the line, the text before that place, and the one sentence that is of use.

>>> print(query_error("SELECT * {\n ?s foo:bar 1 }", "error at 2:13: expected one of Prefix not found, ['%']"))
query:2: a prefix that is not declared, before or at 'SELECT * { ?s foo:bar' — declare it with PREFIX
"""

from __future__ import annotations

import os
import re

from itgraph.errors import InputError

__all__ = ["query_error"]

# Prologue and first keyword of SPARQL 1.1 Update, section 19.8 [29] to [41].
UPDATE = re.compile(
    r"(?:\s|#[^\n]*\n|BASE\s*<[^>]*>|PREFIX\s+[^:\s]*:\s*<[^>]*>)*"
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)
POSITION = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?", re.DOTALL)
# Among the grammar's alternatives, the sentences that the parser's authors wrote: "The SELECT contains …".
SENTENCE = re.compile(r"(?:^|, )([A-Z][A-Za-z']*(?: [A-Za-z'()]+){3,})")
FORMS = "SELECT, ASK, CONSTRUCT or DESCRIBE"
CONTEXT = 40


def query_error(text: str, message: str, path: str | os.PathLike[str] | None = None) -> InputError:
    """Return the error for a query that the engine's parser refused.

    Args:
        text: the query as it was given.
        message: what the parser said.
        path: where the query was read from, or None.
    """
    path = "query" if path is None else path
    if update := UPDATE.match(text):
        line = text.count("\n", 0, update.end()) + 1
        message = "this is an update, and the graph is read-only"
        return InputError(message, hint=f"ask with {FORMS}", path=path, line=line)
    if not text.strip():
        return InputError("the query is empty", hint=f"ask with {FORMS}", path=path, line=1)
    place = POSITION.match(message)
    if place is None:
        return InputError(f"the query does not parse: {' '.join(message.split())}", path=path)
    line, column = int(place[1]), int(place[2])
    expected = " ".join(message[place.end() :].split())
    what, hint = meaning(expected)
    near = before(text, line, column)
    hint = hint or "see what stands there, or is missing behind it"
    error = InputError(f"{what}, before or at {near!r}", hint=hint, path=path, line=line)
    error.column = column
    return error


def meaning(expected: str) -> tuple[str, str | None]:
    if "Prefix not found" in expected:
        return "a prefix that is not declared", "declare it with PREFIX"
    if "IRI parsing failed" in expected:
        return "not an IRI", None
    if sentence := SENTENCE.search(expected):
        return f"the query does not hold together: {sentence[1][0].lower()}{sentence[1][1:]}", None
    if expected == "CONSTRUCT":
        return "the query does not parse", f"it starts with {FORMS}, after its prefixes"
    return "the query does not parse", None


def before(text: str, line: int, column: int) -> str:
    """Return the last words up to a place, from the lines above where its own line has none."""
    lines = text.splitlines()[:line]
    if lines:
        lines[-1] = lines[-1][: max(0, column - 1)]
    words = " ".join(" ".join(lines).split())
    return words if len(words) <= CONTEXT else "…" + words[-CONTEXT:]
