"""The gate and the engine agree on what SERVICE is: on made-up queries with the word in and out of tricky places."""

from __future__ import annotations

import re
from random import Random

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from itgraph.endpoint.gate import read
from itgraph.grammar.structure import Structure
from itgraph.grammar.tokens import Tokens

# Both the word and what replaces it are declared, so that a query parses without the keyword and not without a name.
PROLOGUE = "".join(
    f"PREFIX {prefix}: <file:{number}> "
    for number, prefix in enumerate(
        ["", "e", "x", "service"]
        + [
            form.format(word)
            for word in ("SERVICE", "SERVIXE")
            for form in ("{}", "{}z", "a.{}", "true.{}q", "true{}w")
        ]
    )
)
ALLOWED = {f"file:{number}{local}": "file:stand-in" for number in range(14) for local in ("", "a", "o", "SERVICE")}

GAPS = ("", "", " ", " ", "\n", "#SERVICE<x:>{}\n", "#>\n", " # }\r")
NAMES = (
    *("?s", "?SERVICE", "$service", "e:a", "e:SERVICE", "SERVICE:p", "SERVICE:", "SERVICEz:o", "<file:SERVICE>", ":a"),
    *("<file:x#SERVICE>", "x:a.b", "e:%41", "e:a\\-b", "e:\\'", "a.SERVICE:x", "true.SERVICEq:a", "trueSERVICEw:a"),
    *("e:a.b.SERVICE", "e:a.b.SERVICEz:o"),
)
OBJECTS = (
    *NAMES,
    *('"SERVICE"', "'SERVICE<u>{}'", "'''a'SERVICE'''", '"""SERVICE\n"""', "'\\'SERVICE'", '"a"@en', '"a"@en-SERVICE'),
    *('"a"^^e:SERVICE', "1", "-1", "+1.5", "1.5e3", "true", "false", "()", "(1 ?SERVICE e:SERVICE)", "[]"),
    *("[e:p SERVICE:o]", "_:SERVICE", "_:a.SERVICE", "<<(?a ?b SERVICE:c)>>", "<<?a ?b 1>>"),
)
OPERANDS = (
    *(
        "?s",
        "1",
        "-1",
        "true",
        '"SERVICE"',
        "e:SERVICE",
        "SERVICE:p",
        "?SERVICE",
        "<file:x>",
        "<file:SERVICE>",
        "NOW()",
    ),
    *("EXISTS{}", "EXISTS{?s ?p ?SERVICE}", '"a"@en'),
)
OPERATORS = ("<", "<", "<", ">", "<=", "=", "!=", "&&", "||", "+", "-", "*", "/")
STEPS = ("a", "e:p", "SERVICE:p", "<file:SERVICE>", "e:SERVICE", "^e:p", "!e:p", "!(e:p|^SERVICE:a)")
ENDPOINTS = ("<file:1>", "<file:\\u0031>", "x:a", "x:", ":a", ":", "SERVICE:a", "?s")
DATA = ("1", '"SERVICE"', "'}'", "'''}'''", "SERVICE:p ", "e:\\' ", "<file:SERVICE>", "UNDEF ", '<<(e:s e:p "}")>>')


class Writer:
    """Writes queries that mostly parse, with or without space where the grammar asks for none."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.pick = random.choice

    def join(self, *parts: str) -> str:
        return "".join(part + self.pick(GAPS) for part in parts)

    def expression(self, depth: int = 0) -> str:
        kind = self.random.randrange(9) if depth < 4 else 0
        if kind < 3:
            return self.pick(OPERANDS)
        inner = self.expression(depth + 1)
        if kind < 6:
            return self.join(inner, self.pick(OPERATORS), self.expression(depth + 1))
        if kind == 6:
            return self.join("(", inner, ")")
        if kind == 7:
            return self.join(self.pick(("STR", "coalesce", "e:SERVICE", "SERVICE:f", "!")), "(", inner, ")")
        return f"{inner} {self.pick(('IN', 'NOT IN'))}({self.expression(depth + 1)},1)"

    def path(self, depth: int = 0) -> str:
        kind = self.random.randrange(5) if depth < 3 else 0
        if kind < 2:
            return self.pick(STEPS)
        inner = self.path(depth + 1)
        if kind == 2:
            return self.join(inner, self.pick("/|"), self.path(depth + 1))
        return self.join("(", inner, ")") + self.pick(("", "*", "+", "?"))

    def triples(self) -> str:
        text = self.join(self.pick(OBJECTS), self.pick((self.path(), "?p", "a")), self.pick(OBJECTS))
        for _ in range(self.random.randrange(3)):
            text += self.pick(
                (self.join(",", self.pick(OBJECTS)), self.join(";", self.path(), self.pick(OBJECTS)), ";")
            )
        return text + self.pick(("", "", "", "", "{|e:p SERVICE:o|}", "~SERVICE:r"))

    def service(self, depth: int) -> str:
        keyword = self.pick(("SERVICE", "service", "SerVice", "SERVICESILENT", "SERVICE SILENT"))
        return keyword + self.pick(GAPS) + self.join(self.pick(ENDPOINTS)) + self.group(depth + 1)

    def pattern(self, depth: int) -> str:
        kind = self.random.randrange(14)
        if kind < 4:
            return self.triples()
        if kind < 7:
            return self.service(depth)
        group = self.group(depth + 1)
        if kind == 7:
            return self.join("FILTER", self.pick((f"({self.expression()})", f"NOT EXISTS{group}", "e:SERVICE(?s)")))
        if kind == 8:
            return self.join(self.pick(("OPTIONAL", "MINUS", "", "GRAPH ?g", "GRAPH SERVICEz:g", "LATERAL")), group)
        if kind == 9:
            return self.join(group, "UNION", self.group(depth + 1))
        if kind == 10:
            return f"BIND({self.expression()} AS ?b{self.random.randrange(1 << 20)})"
        if kind == 11:
            return self.join("VALUES", "?SERVICE", "{", *(self.pick(DATA) for _ in range(3)), "}")
        if kind == 12:
            return self.join("{SELECT", self.pick(("*", "?s", "(?s<?o AS?q)")), group, self.pick(("", "LIMIT 1"))) + "}"
        return self.join("VALUES", "(", "?s ?t", "){", '(1 "SERVICE")', "('}' SERVICE:a)", "}")

    def group(self, depth: int = 0) -> str:
        count = self.random.randrange(4) if depth < 4 else 0
        return "{" + "".join(self.join("", self.pattern(depth), self.pick(("", "", "."))) for _ in range(count)) + "}"

    def query(self) -> str:
        form = self.pick(
            (
                *("SELECT * ", "SELECT*", "ASK", "CONSTRUCT {?s ?p SERVICE:o} WHERE", "DESCRIBE SERVICE:x"),
                *("SELECT * FROM SERVICE:g ", f"SELECT ({self.expression()} AS ?zz)", "SELECT(?s<?o&&?s>?o AS?zz)"),
            )
        )
        return PROLOGUE + self.join(form, self.group(), self.pick(("", f"ORDER BY({self.expression()})", "LIMIT 5")))


def parses(text: str) -> bool:
    """Tell whether the engine parses a query; what it says of endpoints that are files comes later."""
    try:
        ox.Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):
        pass
    return True


def keywords(text: str) -> int:
    """Return how often the word SERVICE is the keyword to the engine: as often as the query needs it to parse."""
    words = (found.start() for found in re.finditer("service", text, re.IGNORECASE) if found.start() >= len(PROLOGUE))
    return sum(not parses(text[:start] + "SERVIXE" + text[start + len("SERVIXE") :]) for start in words)


def undeclared(text: str) -> bool:
    """Tell whether a name has a prefix that is not declared, other than one that SERVICE runs into."""
    tokens = Tokens(text)
    while (kind := tokens.next(False)) != "end":
        prefix = text[tokens.start : tokens.end].partition(":")[0]
        if kind == "name" and f"PREFIX {prefix}:" not in PROLOGUE and not prefix.lower().startswith("service"):
            return True
    return False


@settings(max_examples=1500, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_gate_finds_service_where_the_engine_finds_it(random: Random) -> None:
    text = Writer(random).query()
    if not parses(text):
        return
    structure = Structure(text)
    # A query with a prefix that is not declared is none, though the engine may read it: `ae:p` as `a e:p`.
    if undeclared(text):
        assert len(structure.calls) >= keywords(text)
        return
    assert len(structure.calls) == keywords(text)
    if structure.calls and all(call.kind != "variable" for call in structure.calls):
        rewritten = read(text, ALLOWED).text
        assert parses(rewritten)
        assert rewritten.count("<file:stand-in>") == len(structure.calls)
        assert rewritten.count("\n") == text.count("\n")
