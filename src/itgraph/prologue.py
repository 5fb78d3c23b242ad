r"""The beginning of a query, read without an engine: what it declares, what it should, and which form it has.

Serve side, below the client of other endpoints: those know nothing of our prefixes, and what to accept as an answer
depends on the form of the query. SPARQL 1.1, section 19.8 [4] to [6].

>>> form_of("PREFIX ex: <http://example.org/>\n# which\nASK { ex:a ?p ?o }")
'ASK'
>>> with_prologue("ASK { ?m a fair4ml:MLModel }", "https://w3id.org/itgraph/")
'PREFIX fair4ml: <https://w3id.org/fair4ml#> ASK { ?m a fair4ml:MLModel }'
"""

from __future__ import annotations

import re

from itgraph.namespaces import PREFIXES

__all__ = ["form_of", "projected", "with_prologue"]

BEGINNING = re.compile(
    r"(?:\s+|#[^\n]*|BASE\s*<[^>]*>|PREFIX\s+[^:\s]*:\s*<[^>]*>)*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE
)
#: The SELECT clause ends with FROM, WHERE or the brace of the pattern (section 19.8 [7], [9]).
CLAUSE_END = re.compile(r"\bFROM\b|\bWHERE\b|\{", re.IGNORECASE)
COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#[^\n]*")
ALIAS = re.compile(r"\bAS\s+[?$](\w+)", re.IGNORECASE)
PROJECTION = re.compile(r"([()*])|[?$](\w+)")
DECLARED = re.compile(r"PREFIX\s+([^:\s]*):\s*<", re.IGNORECASE)
DECLARED_BASE = re.compile(r"^\s*BASE\s*<", re.IGNORECASE | re.MULTILINE)
#: An IRI in angle brackets that begins with no scheme (RFC 3986, section 3.1).
RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\x00-\x20]*>")


def form_of(text: str) -> str | None:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE, or None where the query begins with something else."""
    found = BEGINNING.match(text)
    return found[1].upper() if found else None


def projected(text: str) -> frozenset[str] | None:
    """Return the names of the variables that a SELECT answers with, or None for ``SELECT *`` and other queries.

    >>> sorted(projected("SELECT DISTINCT ?base (COUNT(?m) AS ?models) WHERE { ?m ?p ?base }"))
    ['base', 'models']
    """
    found = BEGINNING.match(text)
    if found is None or found[1].upper() != "SELECT":
        return None
    clause = COMMENT.sub("", text[found.end() :])
    clause = CLAUSE_END.split(clause, maxsplit=1)[0]
    names, depth = set(ALIAS.findall(clause)), 0
    for sign, name in PROJECTION.findall(clause):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "*" and depth == 0:
            return None
        if name and depth == 0:
            names.add(name)
    return frozenset(names)


def with_prologue(text: str, base: str) -> str:
    """Return the query with a declaration of each of the project's prefixes that it may use and does not declare.

    They stand on its first line, so that the lines keep their numbers; a query that declares all it uses is returned
    as it is. The text is not parsed: a declaration too many changes nothing.
    """
    declared = set(DECLARED.findall(text))
    missing = [
        f"PREFIX {prefix}: <{namespace}> "
        for prefix, namespace in PREFIXES.items()
        if prefix not in declared and re.search(rf"(?<![\w.:/-]){prefix}:", text)
    ]
    if RELATIVE.search(text) and not DECLARED_BASE.search(text):
        missing.insert(0, f"BASE <{base}> ")
    return "".join(missing) + text
