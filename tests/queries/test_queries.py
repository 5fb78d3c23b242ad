"""Every saved query: it describes itself, runs as it stands, and gives its recorded answer on three engines.

An answer is recorded beside this file, as CSV for SELECT and ASK and as sorted N-Triples for CONSTRUCT, and was read by
a person against the sources. ``queries/README.md`` says how to record one.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox
import pytest

from itgraph.asking import ask, term
from itgraph.namespaces import PREFIXES
from itgraph.queries import FEDERATED, Query, federated, load
from itgraph.resources import queries_dir
from itgraph.store import Store

# What the fixtures of conftest.py return, which importlib mode does not let us import.
Answer: TypeAlias = Any
Engine: TypeAlias = Callable[[str], Answer]

HERE = Path(__file__).parent
QUERIES = load()

#: The names of the recorded answers to other values than the examples.
OTHER: dict[str, tuple[str, dict[str, str | Sequence[str]]]] = {
    "ancestry-of-vicuna": ("ancestry", {"model": "model/vicuna"}),
    "authors-across-families-of-clip-and-gpt-3": ("authors-across-families", {"one": "CLIP", "other": "GPT-3"}),
    "authors-of-alpaca": ("authors-of", {"model": "Alpaca"}),
    "built-on-t5": ("built-on", {"base": "T5"}),
    "conflicting-facts-about-falcon-instruct": ("conflicting-facts", {"model": "Falcon-Instruct"}),
    "data-written-by-instructgpt": ("data-written-by", {"generator": "InstructGPT"}),
    "datasets-by-construction-human-and-open": (
        "datasets-by-construction",
        {"construction": "human-crafted", "open": "true"},
    ),
    "datasets-by-language-en": ("datasets-by-language", {"language": "en"}),
    "datasets-by-subject-math": ("datasets-by-subject", {"subject": "Math"}),
    "models-by-domain-writing": ("models-by-domain", {"domain": "domain/writing"}),
    "models-by-modality-audio": ("models-by-modality", {"modality": "modality/audio"}),
    "models-by-size-all": ("models-by-size", {}),
    "nearest-common-ancestor-of-tuned-flan-t5": ("nearest-common-ancestor", {"one": "CoEdIT", "other": "InstructUIE"}),
    "nearest-common-ancestor-of-model-and-base": (
        "nearest-common-ancestor",
        {"one": "Radiology-GPT", "other": "Alpaca"},
    ),
    "open-models-on-openai-output": (
        "open-models-on-closed-output",
        {"closed": ["GPT-4", "GPT-3.5", "ChatGPT", "InstructGPT", "GPT (version not stated)"]},
    ),
    "papers-of-llama": ("papers-of", {"model": "LLaMA"}),
    "sizes-by-year-llama": ("sizes-by-year", {"base": "LLaMA"}),
    "training-data-of-coedit": ("training-data", {"model": "CoEdIT"}),
}


#: Columns that need no place in the ORDER BY: they follow from those that have one.
DETERMINED = {
    "ancestry": {"method"},
    "conflicting-facts": {"method"},
    "kinds-of-derivation": {"models"},
    "largest-datasets": {"approximate"},
    "longest-chain": {"length", "nextGeneration"},
    "unknown-or-closed-ancestors": {"direct"},
    "who-says": {"held", "method"},
}


@dataclass(frozen=True)
class Case:
    """One text to run, and the name of its recorded answer."""

    name: str
    query: Query
    params: dict[str, str | Sequence[str]] | None

    def text(self, store: Store) -> str:
        return self.query.text if self.params is None else ask(store, self.query, self.params)


CASES = [Case(name, query, None) for name, query in QUERIES.items()] + [
    Case(name, QUERIES[of], params) for name, (of, params) in OTHER.items()
]
each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def printed(value: object) -> str:
    """Return a term as SPARQL 1.1 Query Results CSV prints it (section 3.2)."""
    return "" if value is None else str(getattr(value, "value", value))


def written(answer: Answer) -> list[str]:
    """Return the lines of the file in which an answer is recorded."""
    if answer.form == "CONSTRUCT":
        return sorted(f"{ox.Triple(*row)} ." for row in set(answer.rows))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.names)
    writer.writerows([map(printed, row) for row in answer.rows])
    return out.getvalue().splitlines()


def recorded(case: Case) -> list[str]:
    """Return the lines of the recorded answer."""
    suffix = "nt" if re.search(r"^CONSTRUCT\b", case.query.text, re.MULTILINE) else "csv"
    path = HERE / f"{case.name}.{suffix}"
    assert path.is_file(), f"no answer is recorded: {path.name} is missing"
    return path.read_text(encoding="utf-8").splitlines()


@each_query
def test_it_describes_itself(query: Query, store: Store) -> None:
    assert query.summary.endswith("?"), "the summary is the question"
    assert query.description.endswith(".")
    assert query.keywords
    assert list(query.keywords) == sorted(set(query.keywords))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", query.name)
    for parameter in query.parameters:
        assert parameter.label
        line = re.search(rf"^ *VALUES \?{parameter.name} \{{ (\S+) \}}$", query.text, re.MULTILINE)
        assert line, f"the example of {parameter.name} is not written as one term on a line of its own"
        [(example,)] = store.select(f"SELECT ?x {{ VALUES ?x {{ {line[1]} }} }}")
        assert term(store, parameter, parameter.example) == example, "the header and the VALUES line differ"
        if parameter.default is not None:
            term(store, parameter, parameter.default)


@each_query
def test_it_needs_nothing_from_its_runner(query: Query) -> None:
    """A file runs anywhere: its prefixes are those of the project, all declared, all used; no relative IRI."""
    declared = dict(re.findall(r"^PREFIX (\w+): <(.+)>$", query.text, re.MULTILINE))
    body = query.text.rpartition("\nPREFIX ")[2].partition("\n")[2]
    assert declared.items() <= PREFIXES.items()
    assert list(declared) == sorted(declared)
    assert set(declared) == set(re.findall(r"(?<![\w<?\"/])([a-z][a-z0-9]*):[A-Za-z]", re.sub(r"#.*", "", body)))
    assert not re.search(r"<(?!https?://)[^>\s]*>", body)
    ox.Store().query(query.text)


@each_query
def test_its_answer_has_an_order(query: Query) -> None:
    """No two different rows may change places: the columns of a SELECT stand in its ORDER BY."""
    select = re.search(r"^SELECT (?:DISTINCT )?(.+)$", query.text, re.MULTILINE)
    if select is None:
        assert re.search(r"^(ASK|CONSTRUCT)\b", query.text, re.MULTILINE)
        return
    columns = set(re.findall(r"\?(\w+)", re.sub(r"\(.*? AS (\?\w+)\)", r"\1", select[1])))
    ordered = set(re.findall(r"\?(\w+)", query.text.rpartition("\nORDER BY ")[2]))
    assert columns - ordered == DETERMINED.get(query.name, set())


@each_case
def test_recorded(case: Case, store: Store, in_pyoxigraph: Engine) -> None:
    answer = in_pyoxigraph(case.text(store))
    assert written(answer) == recorded(case)
    # An empty answer would show no reader what the question is good for, and no test that it works.
    assert answer.rows


@each_case
# rdflib 7.6 uses these names itself, the first where a query runs over a Dataset and the second where it says GRAPH.
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Dataset.contexts is deprecated:DeprecationWarning")
@pytest.mark.parametrize("engine", ["in_rdflib", "in_server"])
def test_other_engines_agree(
    case: Case, engine: str, store: Store, in_pyoxigraph: Engine, request: pytest.FixtureRequest
) -> None:
    """To the term, with datatype and language, and to the order, which is total."""
    other: Engine = request.getfixturevalue(engine)
    text = case.text(store)
    ours, theirs = in_pyoxigraph(text), other(text)
    assert (theirs.form, theirs.names) == (ours.form, ours.names)
    if ours.form == "CONSTRUCT":
        assert set(theirs.rows) == set(ours.rows)
    else:
        assert Counter(theirs.rows) == Counter(ours.rows)
        assert theirs.rows == ours.rows


def test_every_recorded_answer_has_its_question() -> None:
    answers = {path.stem for path in HERE.iterdir() if path.suffix in {".csv", ".nt"}}
    assert answers == {case.name for case in CASES}


def test_every_file_is_a_query() -> None:
    # Those that ask other endpoints have tests of their own, in tests/serving/test_joining.py.
    others = {"README.md", FEDERATED}
    assert {path.name for path in queries_dir().iterdir()} == {f"{name}.rq" for name in QUERIES} | others
    assert {path.name for path in (queries_dir() / FEDERATED).iterdir()} == {f"{name}.rq" for name in federated()}
    assert not federated_in(QUERIES)


def federated_in(saved: Mapping[str, Query]) -> list[str]:
    """Return the queries that ask another endpoint: their place is the folder for them."""
    return [name for name, query in saved.items() if re.search(r"\bSERVICE\b", query.text)]
