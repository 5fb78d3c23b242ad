"""The gate before the engine: what a query may not ask, and how deep and wide it may be, told in one line of help.

Part of the endpoint, in the worker, before a query is evaluated there. The gate is a courtesy and no wall: around it
stand the sandbox and the limits of that process, which bound its own work as well. It never refuses what could be
answered, and it reads 64 KB of anything in a tenth of a second or two. Most queries are let through by
looking for a few words and counting a few signs; the others are read by ``structure``.

>>> read("SELECT * { ?s ?p ?o }").volatile
False
>>> read("SELECT * { SERVICE <https://query.wikidata.org/sparql> { ?s ?p ?o } }")
Traceback (most recent call last):
    ...
itgraph.endpoint.problems.Problem: line 1: SERVICE is refused: this endpoint asks no other endpoints — ask the other \
endpoint yourself and give what it answers with VALUES, or ask this endpoint by SERVICE from another
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from itgraph.endpoint.problems import Problem
from itgraph.grammar.calls import Call
from itgraph.grammar.names import prologue
from itgraph.grammar.structure import Most, Structure
from itgraph.grammar.tokens import line_of
from itgraph.namespaces import PREFIXES

__all__ = ["MAX_CLAUSES", "MAX_DEPTH", "MAX_OPERATORS", "MAX_PATTERNS", "MAX_STEPS", "Reading", "read"]

# Measured on pyoxigraph 0.5.13 with a stack of 8 MB, the graph of 35,000 quads, x86-64; the most in a saved query
# is a depth of 6, 4 operators of a kind, 2 steps, 8 patterns, 10 clauses.
#: Brackets within one another. 700 calls of functions survive, 1000 end the process; a group in a group with a pattern
#: in each takes 0.7 s at 100 and more than 5 s at 400, annotations 1.1 s at 50.
MAX_DEPTH = 100
#: Operators of one kind, UNION included. A chain of 3000 survives, one of 9000 (UNION), 16,000 (||, &&) or 64,000 (!)
#: ends the process; 1000 take 0.6 s.
MAX_OPERATORS = 1000
#: Steps of a path, one after another. 100 take 0.04 s, 500 take 5 s, 32,000 end the process.
MAX_STEPS = 100
#: Patterns that are joined. 300 in a chain take 0.9 s, 300 about nothing in common 1.2 s, 1000 more than 10 s; 150
#: about one subject take 5 s, 200 more than 10 s, which is left to the limit of time: some such queries are quick.
MAX_PATTERNS = 300
#: BIND, MINUS, expressions of SELECT, items of GROUP BY, ORDER BY, HAVING and DESCRIBE, each of which wraps the query
#: once more. 2000 take 0.5 s, 3000 end the process.
MAX_CLAUSES = 1000

#: A text that is so short holds nothing past a limit, and one that is longer than this is read without counting first.
SHORT, LONG = 100, 2048
# What may call a function that answers differently each time; only the reading tells.
CALL = re.compile(r"(?:now|rand|uuid|bnode)[ \t\r\n]*[(#]")
# A list may hold many terms without a sign between them.
LIST = re.compile(r"[()][^(){},;|&=]{200}")

ALTERNATIVES = "give what it answers with VALUES, or ask this endpoint by SERVICE from another"


@dataclass(frozen=True)
class Reading:
    """A query that may be evaluated.

    Attributes:
        text: what to evaluate: the query as it was given, but for the endpoints that it asks, for each of which stands
            the address that stands in for it. The lines keep their numbers.
        volatile: whether its answer may differ from one evaluation to the next over the same data.
        services: the IRIs of the endpoints that it asks, each once.
    """

    text: str
    volatile: bool
    services: tuple[str, ...]


def read(text: str, services: Mapping[str, str] | None = None) -> Reading:
    """Read a query before it is evaluated.

    Args:
        text: the query.
        services: by the IRI of each endpoint that may be asked, the address that stands in for it.

    Raises:
        Problem: 403 ``service-refused``: the query asks another endpoint than these (SPARQL 1.1 Federated Query);
            422 ``query-too-complex``: it is past a limit of this module, with the members ``limit``,
            ``found`` and ``line``. Counting ends some way past the limit, so that there may be more than were found.
    """
    lowered = text.lower()
    if "service" not in lowered and not calls(lowered) and is_plain(text):
        return Reading(text, False, ())
    structure = Structure(text)
    if structure.calls:
        text, asked = rewritten(text, structure.calls, services or {})
    else:
        asked = ()
    for found, limit, what, hint in measures(structure):
        if found.count > limit:
            line = line_of(text, found.place)
            raise Problem(
                422,
                "query-too-complex",
                f"line {line}: {found.count:,} {what}, and {limit:,} are the most",
                hint=hint,
                limit=limit,
                found=found.count,
                line=line,
            )
    return Reading(text, structure.volatile or bool(asked), asked)


def calls(lowered: str) -> bool:
    """Tell whether a function may be called that answers differently each time."""
    return ("now" in lowered or "rand" in lowered or "uuid" in lowered or "bnode" in lowered) and CALL.search(
        lowered
    ) is not None


def is_plain(text: str) -> bool:
    """Tell, by counting signs wherever they stand, whether the query is past no limit for certain."""
    length = len(text)
    if length <= SHORT:
        return True
    if length > LONG:
        return False
    count = text.count
    brackets = count("{") + count("(") + count("[") + count("<<")
    if brackets > MAX_DEPTH:
        return False
    slashes = count("/")
    # An object stands behind one of these signs, or in a list.
    if slashes >= MAX_STEPS or brackets + slashes + count(".") + count(";") + count(",") > MAX_PATTERNS:
        return False
    # An operator is a sign at the least; an item that wraps the query is three.
    return (length <= MAX_OPERATORS or not any(count(sign) > MAX_OPERATORS for sign in "!-+*|&")) and (
        LIST.search(text) is None
    )


def measures(structure: Structure) -> Iterator[tuple[Most, int, str, str]]:
    """Yield each measure with its limit, and what to say where it is past it."""
    yield structure.depth, MAX_DEPTH, "brackets within one another", "nest less deep"
    yield (
        structure.steps,
        MAX_STEPS,
        "steps in one path",
        "ask for the ends of shorter paths, or repeat a step with + or *",
    )
    yield structure.operators, MAX_OPERATORS, "operators of one kind", "put the terms into VALUES or IN"
    yield structure.patterns, MAX_PATTERNS, "triple patterns joined in one group", "cut the query into several"
    yield structure.clauses, MAX_CLAUSES, "expressions in BIND, SELECT and the like", "cut the query into several"


def rewritten(text: str, calls: list[Call], services: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the query with the addresses that stand in for the endpoints it asks, and the IRIs of these."""
    if not services:
        raise refused(
            text,
            calls[0],
            "this endpoint asks no other endpoints",
            f"ask the other endpoint yourself and {ALTERNATIVES}",
        )
    names = prologue(text, prefixes=PREFIXES)
    allowed = ", ".join(f"<{iri}>" for iri in services)
    hint = f"those that may be asked: {allowed}; else ask the other endpoint yourself and {ALTERNATIVES}"
    pieces, asked, place = [], [], 0
    for call in calls:
        if call.kind == "variable":
            raise refused(text, call, "the endpoint is not named by a variable here", f"write its IRI; {hint}")
        start = call.start
        iri = names.iri(call.text) if call.kind in ("iri", "name") else None
        if iri is None and call.kind == "name" and call.text[:6].lower() == "silent":
            # The engine asks for no space behind SILENT.
            start += 6
            iri = names.iri(call.text[6:])
        if iri is None or iri not in services:
            raise refused(text, call, f"this endpoint does not ask {iri or call.text}", hint)
        pieces += [text[place:start], f"<{services[iri]}>"]
        asked.append(iri)
        place = call.end
    return "".join([*pieces, text[place:]]), tuple(dict.fromkeys(asked))


def refused(text: str, call: Call, why: str, hint: str) -> Problem:
    line = line_of(text, call.start)
    return Problem(403, "service-refused", f"line {line}: SERVICE is refused: {why}", hint=hint, line=line)
