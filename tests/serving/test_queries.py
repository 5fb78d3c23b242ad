"""Saved queries: the header read strictly, and values put into the place of the examples."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph import queries
from itgraph.errors import InputError, UsageError

HEADER = """\
#+ summary: Which models are built on
#+   a given model?
#+ description: |-
#+   One row
#+   for each.
#+ keywords: [lineage, "1.10", no]
#+ parameters:
#+   base: {kind: model, label: "Base: the model", example: model/llama}
#+   least:
#+     kind: integer
#+     label: Least
#+     example: 7
#+     default: 0
"""
BODY = """
SELECT ?m WHERE {
  VALUES ?base { <https://w3id.org/itgraph/model/llama> }
  ?m <https://w3id.org/itgraph/ns#basedOn> ?base ; <https://w3id.org/itgraph/ns#parameterCount> ?n .
  VALUES ?least { 7 }
  # VALUES ?base { <https://example.org/comment> }
  FILTER(?n >= ?least && "VALUES ?base { 1 }" != "")
}
"""
LLAMA, ALPACA = "<https://w3id.org/itgraph/model/llama>", "<https://w3id.org/itgraph/model/alpaca>"


def parsed(text: str) -> queries.Query:
    return queries.parse(text.encode(), "folder/built-on.rq")


def test_a_query_has_what_its_header_says() -> None:
    query = parsed(HEADER + BODY)
    assert (query.name, query.path, query.text) == ("built-on", "folder/built-on.rq", HEADER + BODY)
    assert query.summary == "Which models are built on a given model?"
    assert query.description == "One row\nfor each."
    assert query.keywords == ("lineage", "1.10", "no")
    assert query.parameters == (
        queries.Parameter("base", "model", "Base: the model", "model/llama"),
        queries.Parameter("least", "integer", "Least", "7", "0"),
    )


def test_a_query_without_a_header_is_one_without_parameters() -> None:
    query = queries.parse(b"\xef\xbb\xbfASK {}\r\n# end", "<stdin>")
    assert (query.summary, query.parameters, query.text) == ("", (), "ASK {}\n# end")


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        ("#+ summary: x\n#+ sumary: y", 2, "unknown key 'sumary' in the header — did you mean 'summary'?"),
        ("#+ summary: x\n#+ summary: y", 2, "'summary' stands twice in the header"),
        ("#+ description: x", 1, "the header has no summary"),
        ("#+", 1, "the header has no summary"),
        ("#+ - summary", 1, "the header: not key: value"),
        ("#+ summary: what: this", 1, "the header is not YAML"),
        ("#+ summary: x\n#+ keywords: [a", 3, "the header is not YAML"),
        ("#+ summary: [x]", 1, "not a text"),
        ("#+ summary:", 1, "not a text"),
        ("#+ summary: x\n#+ keywords: a", 2, "keywords are not a list"),
        ("#+ summary: x\n#+ parameters: [a]", 2, "parameters: not key: value"),
        ("#+ summary: x\n#+ parameters:\n#+   b: model", 3, "parameter 'b': not key: value"),
        ("#+ summary: x\n#+ parameters:\n#+   b: {kind: model, label: B}", 3, "parameter 'b' has no example"),
        ("#+ summary: x\n#+ parameters:\n#+   b: {kind: modle, label: B, example: x}", 3, "did you mean 'model'?"),
        ("#+ summary: x\n#+ parameters:\n#+   b: {kind: model, lable: B, example: x}", 3, "did you mean 'label'?"),
        ("#+ summary: x\n#+ parameters:\n#+   b-c: {kind: model, label: B, example: x}", 3, "cannot name a parameter"),
    ],
)
def test_what_is_wrong_in_a_header_has_its_line(header: str, line: int, message: str) -> None:
    with pytest.raises(InputError) as raised:
        parsed(header + "\nASK {}")
    assert (raised.value.line, raised.value.path) == (line, "folder/built-on.rq")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("ASK {}", 0),
        ("ASK { VALUES ?base { 1 } }", 0),
        ("ASK {\nVALUES ?base {\n1 }\n}", 0),
        ("ASK {\nVALUES ?bases { 1 }\n}", 0),
        ("ASK {\nVALUES ?base { 1 }\n VALUES ?base { 2 }\n}", 2),
    ],
)
def test_a_parameter_has_one_line_of_its_own(body: str, count: int) -> None:
    header = "#+ summary: x\n#+ parameters:\n#+   base: {kind: model, label: B, example: x}\n"
    with pytest.raises(InputError, match=f"parameter 'base' has {count} lines 'VALUES"):
        parsed(header + body)


def test_bound_values_replace_the_row_and_nothing_else() -> None:
    query = parsed(HEADER + BODY)
    text = queries.bind(query, {"base": [LLAMA, ALPACA], "least": ["10"]})
    changed = {
        (before, after)
        for before, after in zip(query.text.splitlines(), text.splitlines(), strict=True)
        if before != after
    }
    assert changed == {
        (f"  VALUES ?base {{ {LLAMA} }}", f"  VALUES ?base {{ {LLAMA} {ALPACA} }}"),
        ("  VALUES ?least { 7 }", "  VALUES ?least { 10 }"),
    }


@pytest.mark.parametrize(
    "value", ['a"b', "a\\", "a\nb", "} UNION { ?s ?p ?o", "\\g<0> \\1", "VALUES ?least { 7 }", "' #", "\x00\u2028ü😀"]
)
def test_a_hostile_text_stays_one_literal(value: str) -> None:
    query = parsed(
        '#+ summary: x\n#+ parameters:\n#+   t: {kind: text, label: T, example: x}\nSELECT ?t {\n  VALUES ?t { "x" }\n}'
    )
    answer = ox.Store().query(queries.bind(query, {"t": [str(ox.Literal(value))]}))
    assert isinstance(answer, ox.QuerySolutions)
    assert [row["t"] for row in answer] == [ox.Literal(value)]


@pytest.mark.parametrize(
    "value",
    ["", "?x", "model/llama", "<a b>", "<a> <b>", '"a" "b"', '"a', "'a'", "UNDEF", "1 }", "7 #", '"a"@', "<a>\n"],
)
def test_only_terms_are_ever_put_into_a_query(value: str) -> None:
    with pytest.raises(ValueError, match="not one term of SPARQL"):
        queries.bind(parsed(HEADER + BODY), {"base": [value], "least": ["0"]})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"base": [LLAMA]}, "built-on needs a value for 'least' (Least) — give one, for example least=7"),
        ({"base": [], "least": ["7"]}, "built-on needs a value for 'base'"),
        ({"bas": [LLAMA]}, "built-on has no parameter 'bas' — did you mean base?"),
        ({"xyz": [LLAMA]}, "built-on has no parameter 'xyz' — it has base, least"),
    ],
)
def test_unknown_and_missing_parameters_are_named(values: dict[str, list[str]], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        queries.bind(parsed(HEADER + BODY), values)
    assert message in str(raised.value)


def test_a_folder_is_loaded_by_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.rq").write_text(f"#+ summary: {name}?\nASK {{}}", encoding="utf-8")
    (tmp_path / "a.rq~").write_text("left by an editor", encoding="utf-8")
    assert {name: query.summary for name, query in queries.load(tmp_path).items()} == {"a": "a?", "b": "b?"}
    assert queries.names(tmp_path) == list(queries.load(tmp_path)) == ["a", "b"]
    assert queries.find("a", tmp_path).summary == "a?"
    with pytest.raises(InputError, match="no such folder of queries"):
        queries.load(tmp_path / "none")
    (tmp_path / "latin.rq").write_bytes(b"ASK {}\n# \xe9")
    with pytest.raises(InputError, match=r"latin\.rq:2: not UTF-8"):
        queries.load(tmp_path)
