"""``itgraph query --endpoint``: the same questions, asked of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    "arguments",
    [
        ["built-on", "--param", "base=LLaMA"],
        ["built-on", "--param", "base=LLaMA", "--iris"],
        ["built-on", "--param", "base=LLaMA", "--format", "csv"],
        ["built-on", "--param", "base=Alpaca", "--show"],
        ["built-on", "--param", "base=model/llama-1"],
        ["-"],
    ],
    ids=" ".join,
)
def test_an_endpoint_answers_what_the_release_answers(run: Run, endpoint: str, arguments: list[str]) -> None:
    text = "SELECT ?m ?l { ?m itg:basedOn <model/llama> ; rdfs:label ?l } ORDER BY ?m"
    here = run("query", *arguments, stdin=text)
    there = run("query", *arguments, "--endpoint", endpoint, stdin=text)
    assert (here.exit_code, there.exit_code) == (0, 0)
    assert (there.stdout, there.stderr) == (here.stdout, here.stderr)
    assert here.stdout


@pytest.mark.parametrize(
    ("path", "arguments", "code", "message"),
    [
        ("html", [], 6, "answers with a web page"),
        ("500", [], 6, "HTTP 500 Internal Server Error: stack overflow"),
        ("400", [], 3, "itgraph: <stdin>: http://127.0.0.1:"),
        ("truncated", [], 6, "cannot be read"),
        ("closed", [], 6, "breaks off"),
        ("hang", ["--timeout", "1"], 5, "no answer within 1 seconds"),
        ("trickle", ["--timeout", "1"], 5, "no answer within 1 seconds"),
    ],
)
def test_what_goes_wrong_there_is_one_line_here(
    run: Run, faults: Any, path: str, arguments: list[str], code: int, message: str
) -> None:
    result = run("query", "-", "--endpoint", faults.url(path), *arguments, stdin="SELECT * { ?s ?p ?o }")
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["query", "built-on", "--param", "base=LLaMA"], ["query", "models-by-size"]])
def test_a_text_in_the_place_of_an_iri_is_one_line(run: Run, faults: Any, arguments: list[str]) -> None:
    result = run(*arguments, "--endpoint", faults.url("literal"))
    if "models-by-size" in arguments:
        assert (result.exit_code, result.stdout) == (0, "?m\na text\n")
        return
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr == "itgraph: the endpoint answers with 'a text' where an IRI belongs\n"


@pytest.mark.parametrize(("path", "query"), [("good", "ASK {}"), ("truth", "SELECT * { ?s ?p ?o }")])
def test_an_answer_to_another_form_of_query_is_one_line(run: Run, faults: Any, path: str, query: str) -> None:
    result = run("query", "-", "--endpoint", faults.url(path), stdin=query)
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr.endswith(f"cannot be read: it is not that of {query.split(maxsplit=1)[0]}\n")


def test_an_endpoint_without_labels_still_answers(run: Run, faults: Any) -> None:
    result = run("query", "-", "--endpoint", faults.url("labelless"), stdin="SELECT ?m { ?m ?p ?o }")
    assert (result.exit_code, result.stdout) == (0, "?m\nhttp://example.org/1\n")
    assert result.stderr.startswith("itgraph: no labels: ")
