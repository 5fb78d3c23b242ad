r"""The tokens of a query, as SPARQL 1.1 defines them (section 19.8), told one by one from the left in linear time.

At the bottom, below ``structure``, which says before each token whether an operand of an expression has just
ended: there ``<`` compares and ``-1`` subtracts, even where the longest match would read ``<?b&&?c>`` as an IRI. The
engine reads so too; it has no tokens and asks its grammar what may stand at a place. What is no token at all is given
as one character of kind ``other``, and what is left of the line behind a quote that nothing closes.

>>> tokens = Tokens("ASK { ex:a <p> 'SERVICE' } # SERVICE")
>>> [tokens.text[tokens.start : tokens.end] for kind in iter(lambda: tokens.next(False), "end")]
['ASK', '{', 'ex:a', '<p>', "'SERVICE'", '}']
"""

from __future__ import annotations

import re

__all__ = ["IRIREF", "NAME", "PREFIX", "SKIPPED", "Tokens", "line_of"]

# PN_CHARS_BASE [164], PN_CHARS_U [165] and PN_CHARS [167], as parts of a character class.
BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
UNDER = BASE + "_"
CHARS = UNDER + r"\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
# PLX [170]: a percent-encoded byte, or an escaped sign.
PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# Every repetition is possessive, so that nothing is read twice; a dot belongs to a name only where more of it follows.
RUN = rf"[{BASE}](?:[{CHARS}]++|\.++(?=[{CHARS}]))*+"
LOCAL = rf"(?:(?:[{UNDER}:0-9]|{PLX})(?:[{CHARS}:]++|{PLX}|\.++(?=[{CHARS}:%\\]))*+)?"

#: White space and comments, which may stand between any two tokens.
SKIPPED = r"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
#: IRIREF [139], with the escapes that section 19.2 lets stand for any character.
IRIREF = r"<(?:[^<>\"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"
#: PNAME_NS [140], and PNAME_LN [141] or that.
PREFIX = rf"(?:{RUN})?:"
NAME = PREFIX + LOCAL
# Numbers [146] to [148], without the sign.
NUMBER = r"(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"
# Language tags have a direction in SPARQL 1.2.
LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?"
SIGNS = r"<<\(?|\)>>|>>|\{\||\|\}|\|\||&&|\^\^|<=|>=|!="


def pattern(*, operand_before: bool, names: bool) -> re.Pattern[str]:
    """Return the expression for one token and what is skipped before it."""
    kinds = {
        "variable": rf"[?$][{UNDER}0-9][{UNDER}0-9\u00b7\u0300-\u036f\u203f-\u2040]*+",
        "iri": None if operand_before else IRIREF,
        "name": NAME if names else None,
        "word": r"[A-Za-z][A-Za-z0-9_]*+",
        "number": NUMBER if operand_before else f"[+-]?{NUMBER}",
        "quote": "\"\"\"|'''|\"|'",
        "blank": rf"_:[{UNDER}0-9](?:[{CHARS}]++|\.++(?=[{CHARS}]))*+",
        "language": LANGUAGE,
        "sign": f"<=|<|{SIGNS}|[-+*/|!^.;,?=>~]" if operand_before else f"{SIGNS}|[-+*/|!^.;,?=<>~]",
        "open": r"[({\[]",
        "close": r"[)}\]]",
        "end": r"\Z",
        "other": ".",
    }
    # Signs of two characters go before the brackets that they begin with.
    return re.compile(SKIPPED + "(?:" + "|".join(f"(?P<{k}>{p})" for k, p in kinds.items() if p) + ")", re.DOTALL)


PATTERNS = {(o, n): pattern(operand_before=o, names=n).match for o in (False, True) for n in (False, True)}
LONG = {q * 3: re.compile(rf"{q * 3}(?:[^{q}\\]++|\\.|{q}(?!{q}{q}))*+{q * 3}", re.DOTALL).match for q in "\"'"}
SHORT = {q: re.compile(rf"{q}(?:[^{q}\\\r\n]++|\\.)*+{q}").match for q in "\"'"}
AFTER_WORD = "(){}[]<>?$,;:\"' \t\r\n"
LINE = re.compile(r"[^\r\n]*").match
# What a prefix would be that is none: no colon follows it, or a dot ends it.
NAMELESS = re.compile(rf"[{CHARS}.]*+(?:(?!:)|(?<=\.))").match
#: The rows of VALUES up to what ends them: nothing there is of interest, and there may be thousands.
DATA = re.compile(
    rf"(?:[^{{}}\"'<#\\]++|\\.|{IRIREF}|#[^\r\n]*+|\"(?:[^\"\\\r\n]++|\\.)*+\"(?!\")|'(?:[^'\\\r\n]++|\\.)*+'(?!'))*+"
).match


class Tokens:
    """A place in a text: ``next`` goes to the token behind it, which then lies from ``start`` to ``end``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = self.end = 0
        # Up to here no prefixed name begins: the run of characters that would be its prefix ends without a colon.
        self.nameless = 0
        self.unclosed: set[str] = set()

    def next(self, operand_before: bool) -> str:
        """Go to the next token and return its kind, a key of ``pattern``; strings are of kind ``string``.

        Args:
            operand_before: the token before ends an operand of an expression.
        """
        found = PATTERNS[operand_before, self.end >= self.nameless](self.text, self.end)
        if found is None or (kind := found.lastgroup) is None:  # pragma: no cover - the last alternatives take all
            return "end"
        self.start, self.end = found.span(kind)
        if kind == "word" or kind == "other":
            if self.end >= self.nameless and self.text[self.end : self.end + 1].strip(AFTER_WORD):
                run = NAMELESS(self.text, self.end)
                self.nameless = run.end() if run else 0
        elif kind == "quote":
            self.end = self.string_end(found[kind])
            return "string"
        return kind

    def string_end(self, quote: str) -> int:
        """Return where the string ends that begins here; an unclosed one ends with its line, and does not parse."""
        if len(quote) == 3 and quote not in self.unclosed:
            if found := LONG[quote](self.text, self.start):
                return found.end()
            # No other long string can be closed further on; to look again each time would take quadratic time.
            self.unclosed.add(quote)
        found = SHORT[quote[0]](self.text, self.start) or LINE(self.text, self.start)
        return found.end() if found else len(self.text)

    def skip_data(self) -> None:
        """Go on behind the rows of VALUES, to the brace that ends them or to what must be looked at."""
        if found := DATA(self.text, self.end):
            self.end = found.end()


def line_of(text: str, place: int) -> int:
    """Return the number of the line, from 1, on which a place lies."""
    return text.count("\n", 0, place) + 1
