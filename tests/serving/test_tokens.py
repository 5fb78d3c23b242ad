"""The tokens of SPARQL 1.1, section 19.8, and that nothing takes longer than its length allows."""

from __future__ import annotations

import time

import pytest

from itgraph.grammar.tokens import Tokens, line_of

SIZE = 1 << 16


def tokens(text: str, *, operand_before: bool = False) -> list[tuple[str, str]]:
    found = Tokens(text)
    return [(kind, text[found.start : found.end]) for kind in iter(lambda: found.next(operand_before), "end")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<>", "iri"),
        ("<http://example.org/a#b?c>", "iri"),
        (r"<\u0041\U00000042>", "iri"),
        (":", "name"),
        ("ex:", "name"),
        ("ex:a.b.c", "name"),
        ("a.b-c:d", "name"),
        (":1", "name"),
        (r"ex:%41\-\'b", "name"),
        ("ex:a:b", "name"),
        ("é:é", "name"),
        ("_:a.b", "blank"),
        ("_:1", "blank"),
        ("?x1", "variable"),
        ("$é", "variable"),
        ("'a\"\\'b'", "string"),
        ('"a\'\\"b"', "string"),
        ("'''a'b''c\n\\''''", "string"),
        ('"""a"b""c\n"""', "string"),
        ("''", "string"),
        ('"\\u0041"', "string"),
        ("@en-GB", "language"),
        ("@ar--rtl", "language"),
        ("1", "number"),
        ("-1.5", "number"),
        (".5", "number"),
        ("+1.e3", "number"),
        ("1e-3", "number"),
        ("SELECT", "word"),
        ("<=", "sign"),
        ("<<(", "sign"),
        (")>>", "sign"),
        ("{|", "sign"),
        ("^^", "sign"),
        ("||", "sign"),
        ("[", "open"),
        ("}", "close"),
    ],
)
def test_a_token_is_told_with_all_of_its_characters(text: str, kind: str) -> None:
    assert tokens(text) == [(kind, text)]
    assert tokens(f" # 'SERVICE\r\n{text}# {{\n") == [(kind, text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("?s<p>?o", ["?s", "<p>", "?o"]),
        ("1 < 2 > 3", ["1", "<", "2", ">", "3"]),
        ("<a b>", ["<", "a", "b", ">"]),
        ("ex:a.", ["ex:a", "."]),
        ("ex:a..b..", ["ex:a..b", ".", "."]),
        ("a.:b", ["a", ".", ":b"]),
        ("a-b", ["a", "-", "b"]),
        ("_:a.", ["_:a", "."]),
        ("1.", ["1", "."]),
        ("1.SERVICE", ["1", ".", "SERVICE"]),
        ("'''a'", ["''", "'a'"]),
        ("'a", ["'a"]),
        ("'a\n'b'", ["'a", "'b'"]),
        ("'a' 'b", ["'a'", "'b"]),
        ("ex:p?", ["ex:p", "?"]),
        (r"\a:b", ["\\", "a:b"]),
        ("ex:%4", ["ex:", "%", "4"]),
    ],
)
def test_the_longest_token_is_taken(text: str, parts: list[str]) -> None:
    assert [part for _, part in tokens(text)] == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("<?b&&?c>?d", ["<", "?b", "&&", "?c", ">", "?d"]),
        ("<=1", ["<=", "1"]),
        ("<<(1)", ["<", "<", "(", "1", ")"]),
        ("-1", ["-", "1"]),
        ("+.5e1", ["+", ".5e1"]),
    ],
)
def test_behind_an_operand_signs_are_operators(text: str, parts: list[str]) -> None:
    assert [part for _, part in tokens(text, operand_before=True)] == parts


@pytest.mark.parametrize(
    ("data", "rest"),
    [
        ("<a> 'b}' \"}\" ex:c UNDEF # }\n (1 2) } ASK", "} ASK"),
        (r"ex:\'} '", "} '"),
        ("'''}''' }", "'''}''' }"),
        ("<<(1 2 3)>> }", "<<(1 2 3)>> }"),
        ("'a\n' }", "'a\n' }"),
    ],
)
def test_rows_of_values_are_skipped_up_to_what_is_no_plain_term(data: str, rest: str) -> None:
    found = Tokens(data)
    found.skip_data()
    assert data[found.end :] == rest


@pytest.mark.parametrize("operand_before", [False, True])
@pytest.mark.parametrize(
    "piece",
    [
        *("a.", "a-", "é.", ".", "..", "_:a.", ":a.", "a:", "a:%", "a:\\", "a:\\'", "\\a.a.", "a.b-"),
        *("'", "'\\", "'\n", '"""\\', "'''\n\\", "'''\\'", "''''", "#", "\n", " ", "<a", "<<", "<\\u0041"),
        *("1.", "1e", "@a-", "%", "?", "?a.-", "|", "{|", "\x00", "\U0001f600", "("),
    ],
)
def test_any_text_is_read_in_time_that_grows_with_its_length(piece: str, operand_before: bool) -> None:
    text = piece * (SIZE // len(piece))
    found = Tokens(text)
    begin, last = time.perf_counter(), -1
    while found.next(operand_before) != "end":
        assert found.end > last
        last = found.end
    # A tenth of a second, on a machine that is not busy; what reads anything twice takes minutes.
    assert time.perf_counter() - begin < 5


def test_lines_are_counted_from_one() -> None:
    assert [line_of("a\nb\r\nc", place) for place in (0, 1, 2, 5)] == [1, 1, 2, 3]
