"""The structure of a query, read in one pass without a parser: how deep and how wide it is, and whom it asks.

Between ``tokens`` and the gate of the endpoint. A stack of brackets, kept in a list, stands in for the grammar of
SPARQL 1.1, section 19.8; for each open bracket it is known how far the triple is that is being written in it. That is
enough to tell a path from a product, a list from an argument. What does not parse is read somehow.

>>> found = Structure("SELECT * { ?s a/a ?o . SERVICE <http://example.org/sparql> { } }")
>>> found.depth.count, found.patterns.count, found.calls[0].text
(2, 3, '<http://example.org/sparql>')
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from itgraph.grammar.calls import Call, is_service, name_called
from itgraph.grammar.names import prologue
from itgraph.grammar.tokens import Tokens
from itgraph.namespaces import PREFIXES

__all__ = ["Most", "Structure"]

# What a bracket holds: a graph pattern, a template of CONSTRUCT, the rows of VALUES, properties in [ ] or {| |}, a
# triple in << >>; in parentheses an expression, a list, a path, or what stands in those of VALUES.
GROUP, TEMPLATE, DATA, PROPERTIES, TRIPLE, EXPRESSION, LIST, PATH, ROW = range(9)
INNER = {EXPRESSION: EXPRESSION, LIST: LIST, PATH: PATH, ROW: ROW, DATA: ROW}
# The part of a triple that comes next.
SUBJECT, VERB, OBJECT, END = range(4)
# Where triples may be written but are not: after FILTER or BIND, in a clause such as ORDER BY, after VALUES.
TRIPLES, CONSTRAINT, CLAUSE, VALUES = range(4)

OPERANDS = frozenset({"iri", "name", "blank", "variable", "string", "number"})
#: Operators of which the engine makes a tree that is as deep as their chain is long.
CHAINED = frozenset({"!", "-", "+", "*", "/", "|", "||", "&&"})
#: Clauses each item of which wraps the whole query once more.
WRAPPING = ("describe", "group", "order", "having")
#: The ends of the names of functions that answer differently each time; STRUUID ends with UUID.
VOLATILE = ("now", "rand", "uuid", "bnode")
# A word that is a term, or the terms that another word runs into: `?s atrueFILTER(1)`.
TERMS = re.compile("(a(?=true|false|$))?(true|false)?(a$)?")
ENOUGH = 2000  # of anything: the query is refused whatever follows, and no more is read


@dataclass
class Most:
    """The most of something that stands in the query, and where that is; for a group, where it begins."""

    count: int = 0
    place: int = 0

    def see(self, count: int, place: int) -> None:
        """Take note of a count at a place."""
        if count > self.count:
            self.count, self.place = count, place


@dataclass(slots=True)
class Level:
    """A bracket that is open: where, what it holds, and for a group the word that it was opened behind."""

    kind: int
    start: int = 0
    role: str = ""
    part: int = SUBJECT
    mode: int = TRIPLES
    clause: str = ""
    selects: bool = False
    patterns: int = 0
    last: int = 0


class Structure:
    """What one pass over a query finds.

    Attributes:
        depth: brackets within one another.
        operators: operators of one kind in all of the query; UNION is one.
        steps: steps of one path, one after another.
        patterns: triple patterns that are joined in one group; a step of a path is one more, an item of a list two
            more, and so are those of groups within it, but not those of UNION, EXISTS, MINUS and sub-queries.
        clauses: what wraps the query once more: BIND, MINUS, each expression of SELECT, each item of ORDER BY …
        calls: the uses of SERVICE.
        sources: what the FROM clauses name, as it is written, and whether with NAMED.
        volatile: a function is called that answers differently each time.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth, self.operators, self.steps, self.patterns, self.clauses = (Most() for _ in range(5))
        self.calls: list[Call] = []
        self.sources: list[tuple[str, bool]] = []
        self.volatile = False
        self._tokens = Tokens(text)
        self._root = Level(GROUP, mode=CLAUSE, selects=True)
        self._stack = [self._root]
        self._counts: Counter[str] = Counter()  # of each operator
        self._path = 0  # the steps of the path that is being written
        self._before = ""  # the word just before, if a word is
        self._role = ""  # the last word that a group may be opened behind
        self._source = ""  # FROM or NAMED, where that is the word just before
        self._after_operand = False  # in an expression
        self._attached = False  # what comes next belongs to the term before: a datatype, a reifier
        self._declared = prologue(text, prefixes=PREFIXES).prefixes if "service" in text.lower() else {}
        # A prefix was used that is not declared; the endpoint of a SERVICE comes next.
        self._unsure = self._expected = False
        self._read()

    def _read(self) -> None:
        """Read the tokens from the first to the last."""
        tokens, stack = self._tokens, self._stack
        while (kind := tokens.next(self._after_operand and stack[-1].kind == EXPRESSION)) != "end":
            level = stack[-1]
            if self._expected and not (kind == "word" and self._lexeme().lower() == "silent"):
                self._expected = False
                self.calls.append(Call(kind, tokens.start, tokens.end, self._lexeme()))
                level.part, self._before = SUBJECT, ""
                if kind in OPERANDS:
                    continue
            if kind == "word":
                word = self._lexeme().lower()
                if self._declared and is_service(word):
                    self._expected = True
                elif not self._expected:
                    self._word(level, word)
                self._before = word
                continue
            if kind in OPERANDS and not (kind == "name" and self._declared and self._is_call(level)):
                self._operand(level)
            elif kind == "open":
                self._open(level, tokens.text[tokens.start])
            elif kind == "close":
                self._close()
            elif kind == "sign":
                self._sign(level, self._lexeme())
            self._before = ""
            if stack[-1].kind == DATA:
                tokens.skip_data()

    def _lexeme(self) -> str:
        return self.text[self._tokens.start : self._tokens.end]

    def _is_call(self, level: Level) -> bool:
        """Tell whether a prefixed name is SERVICE and the name of an endpoint, written together; take note of it.

        A name stands before a brace where it is an object, which a group may follow, and behind GRAPH, FROM, DESCRIBE
        and ``~``. Where prefixes are used that are not declared, other words may run into names, and nothing is sure.
        """
        start, end = self._tokens.start, self._tokens.end
        declared = self.text[start:end].partition(":")[0] in self._declared
        place, sure = name_called(self.text, start, end)
        if place is None:
            self._unsure = self._unsure or not declared
            return False
        is_object = level.kind == GROUP and level.mode == TRIPLES and level.part == OBJECT
        is_name = declared and not self._unsure and (is_object or self._attached or level is self._root)
        if not sure and (is_name or self._before.endswith("graph")):
            return False
        if place == end:
            self._expected = True
        else:
            self.calls.append(Call("name", place, end, self.text[place:end]))
        level.part = SUBJECT
        return True

    def _word(self, level: Level, word: str) -> None:
        if found := TERMS.match(word):
            for _ in filter(None, found.groups()):
                self._operand(level)
            if found.end() == len(word):
                return
            word = word[found.end() :]
        self._role, self._after_operand, self._attached = word, False, False
        if level.kind not in (GROUP, TEMPLATE):
            return
        level.part = SUBJECT
        if word == "values":
            level.mode = VALUES
        elif word == "bind" or word.startswith("filter"):
            level.mode = CONSTRAINT
        elif word.startswith("select"):
            level.mode, level.clause, level.selects = CLAUSE, "", True
        elif word.startswith(WRAPPING):
            level.mode, level.clause = CLAUSE, word
        elif word == "union":
            # The branch before is joined with nothing.
            level.patterns -= level.last
            level.last = 0
            self._operator("UNION")
        elif level is self._root:
            self._source = word if word.endswith(("from", "named")) else ""
        if word in ("bind", "minus", "lateral"):
            self._count(self.clauses, self.clauses.count + 1)

    def _operand(self, level: Level, closed: int | None = None) -> None:
        """Take note of a term, or of a bracket that is closed and stands for one."""
        self._after_operand = True
        if self._attached:
            self._attached = False
        elif level.kind == LIST:
            level.patterns += 2
        elif level.kind >= EXPRESSION or level.kind == DATA:
            return
        elif level.mode == CLAUSE:
            if self._source:
                self.sources.append((self._lexeme(), self._source.endswith("named")))
                self._source = ""
            elif closed == EXPRESSION or level.clause:
                self._count(self.clauses, self.clauses.count + 1)
        elif level.mode == TRIPLES:
            if level.part == SUBJECT:
                self._path = 0
            elif level.part == OBJECT:
                level.patterns += 1
            level.part = (level.part + 1) % 4

    def _open(self, level: Level, sign: str, part: int = SUBJECT) -> None:
        if sign == "(":
            kind = INNER.get(level.kind, LIST)
            if level.kind < EXPRESSION and level.kind != DATA:
                if level.mode == VALUES:
                    kind = ROW
                elif level.mode != TRIPLES:
                    kind = EXPRESSION
                elif level.part == VERB:
                    kind = PATH
            if self._before.endswith(VOLATILE):
                self.volatile = True
        elif sign == "{":
            kind = DATA if level.mode == VALUES else GROUP
            if level is self._root and self._role == "construct":
                kind = TEMPLATE
        else:
            kind = TRIPLE if sign.startswith("<<") else PROPERTIES
            part = SUBJECT if kind == TRIPLE else VERB
        self._stack.append(Level(kind, self._tokens.start, self._role, part))
        self._role, self._after_operand, self._attached = "", False, False
        self._count(self.depth, len(self._stack) - 1)

    def _close(self) -> None:
        if len(self._stack) == 1:
            return
        closed = self._stack.pop()
        level = self._stack[-1]
        self._attached = False
        if closed.kind in (GROUP, TEMPLATE, DATA):
            self._group(level, closed)
        elif closed.kind == EXPRESSION and level.kind < EXPRESSION and level.mode == CONSTRAINT:
            level.mode, level.part = TRIPLES, SUBJECT
        elif closed.kind != ROW and self.text[self._tokens.start] != "|":
            level.patterns += closed.patterns
            self._operand(level, closed.kind)

    def _group(self, level: Level, closed: Level) -> None:
        """Take note of a pair of braces that is closed, and add what is in it to the group that it is joined with."""
        joined = 1
        if closed.kind == GROUP:
            self.patterns.see(closed.patterns, closed.start)
        if closed.kind == TEMPLATE or closed.role.endswith(("exists", "minus", "union")):
            joined = 0
        elif closed.kind == GROUP and not closed.selects:
            joined = max(1, closed.patterns)
        level.patterns += joined
        level.last = joined
        level.part, level.mode = SUBJECT, CLAUSE if level.selects else TRIPLES
        self._after_operand = True

    def _sign(self, level: Level, sign: str) -> None:
        if sign in ("<<", "<<(", "{|"):
            self._open(level, sign)
            return
        if sign in (">>", ")>>", "|}"):
            self._close()
            return
        self._after_operand, self._attached = False, sign in ("^^", "~")
        if sign in CHAINED:
            self._operator(sign)
            if sign in "/|" and (level.kind == PATH or (level.kind < EXPRESSION and level.part == OBJECT)):
                level.part = VERB
                if sign == "/":
                    level.patterns += 1
                    self._path += 1
                    self._count(self.steps, self._path + 1)
        elif level.kind < EXPRESSION and level.mode == TRIPLES:
            if sign == ".":
                level.part = SUBJECT
            elif sign == ";":
                level.part, self._path = VERB, 0
            elif sign == ",":
                level.part = OBJECT

    def _operator(self, sign: str) -> None:
        self._counts[sign] += 1
        self._count(self.operators, self._counts[sign])

    def _count(self, most: Most, count: int) -> None:
        most.see(count, self._tokens.start)
        if count > ENOUGH:
            self._tokens.end = len(self.text)
