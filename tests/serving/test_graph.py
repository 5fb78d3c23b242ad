"""The Python door."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pytest

import itgraph
import itgraph.graph
from itgraph.errors import InputError, NetworkError, StoreError, UsageError
from itgraph.graph import IRI, Graph, Hits, Solutions
from itgraph.namespaces import BASE, ITG


@pytest.fixture(scope="module")
def graph(small_release: Path) -> Graph:
    return itgraph.open(small_release)


def test_rows_are_python_values_by_datatype(graph: Graph) -> None:
    rows = graph.query(
        "SELECT ?iri ?int ?dec ?dbl ?bool ?text ?odd ?none { VALUES (?iri ?int ?dec ?dbl ?bool ?text ?odd ?none) "
        "{ (<model/llama> 7 1.5 2e3 true 'x'@en 'nan'^^xsd:integer UNDEF) } }"
    )
    assert isinstance(rows, Solutions)
    assert rows.vars == ("iri", "int", "dec", "dbl", "bool", "text", "odd", "none")
    assert rows.to_dicts() == [
        {
            "iri": BASE + "model/llama",
            "int": 7,
            "dec": Decimal("1.5"),
            "dbl": 2000.0,
            "bool": True,
            "text": "x",
            "odd": "nan",
            "none": None,
        }
    ]
    assert isinstance(rows[0]["iri"], IRI)
    assert len(rows[:0]) == 0


def test_ask_is_a_truth_value_and_construct_triples(graph: Graph) -> None:
    assert graph.query("ASK { <model/alpaca> itg:basedOn <model/llama> }") is True
    assert graph.query("ASK { <model/refuted> itg:basedOn <model/llama> }") is False
    triples = graph.query("CONSTRUCT WHERE { <model/alpaca> itg:parameterCount ?n }")
    assert triples == [(BASE + "model/alpaca", ITG + "parameterCount", 7000000000)]


def test_lineage_and_show_take_names(graph: Graph) -> None:
    assert [node.id for node in graph.lineage("Vicuna").nodes] == ["model/llama"]
    assert len(graph.lineage("LLaMA", direction="down", via="all", depth=1).nodes) == 4
    assert graph.show("Vicuna").label == "Vicuna"


def test_a_saved_query_takes_names_numbers_and_truth_values(release: Path) -> None:
    graph = itgraph.open(release)
    family = graph.ask("built-on", base="LLaMA")
    assert isinstance(family, Solutions)
    assert len(family) == 16
    twice = graph.ask("built-on", base=["LLaMA", "model/llama"])
    assert isinstance(twice, Solutions)
    assert twice.to_dicts() == family.to_dicts()
    large = graph.ask("models-by-size", least=65_000_000_000)
    assert isinstance(large, Solutions)
    assert [row["parameters"] for row in large][:1] == [176_000_000_000]
    smallest = list(graph.ask("models-by-size", least=7))  # type: ignore[arg-type]
    for least in (numpy.int64(7), 7e0, Decimal(7), numpy.float64(7), Decimal("7.0")):
        assert list(graph.ask("models-by-size", least=least)) == smallest  # type: ignore[arg-type]
    closed = graph.ask("datasets-by-construction", construction="model-generated", open=False)
    assert isinstance(closed, Solutions)
    assert len(closed) > 0
    assert graph.queries()["built-on"].parameters[0].kind == "model"


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("built-in", {"base": "LLaMA"}, "no saved query is called 'built-in' — did you mean built-on"),
        ("built-on", {}, "built-on needs a value for 'base'"),
        ("built-on", {"bass": "LLaMA"}, "did you mean base?"),
        ("built-on", {"base": "dataset/alpaca"}, "parameter base"),
        ("models-by-size", {"least": "many"}, "'many' is not an integer"),
        ("models-by-size", {"least": True}, "'true' is not an integer"),
        ("models-by-size", {"least": None}, "parameter least is None — give a text, a whole number"),
        ("models-by-size", {"least": 7.5}, "parameter least is 7.5"),
        ("models-by-size", {"least": float("inf")}, "parameter least is inf"),
        ("models-by-size", {"least": Decimal("NaN")}, "parameter least is Decimal('NaN')"),
        ("models-by-size", {"least": Decimal("1e999999")}, "parameter least is Decimal"),
        ("models-by-size", {"least": b"7"}, "parameter least is b'7'"),
        ("models-by-size", {"least": [7, None]}, "parameter least is None"),
        ("built-on", {"base": ["LLaMA", "CLIP"]}, "built-on takes one value for 'base'"),
        ("datasets-by-construction", {"construction": "model-generated", "open": "maybe"}, "neither true nor false"),
    ],
)
def test_a_saved_query_that_cannot_be_asked_is_one_line(
    release: Path, name: str, params: dict[str, Any], message: str
) -> None:
    graph = itgraph.open(release)
    with pytest.raises(UsageError, match=re.escape(message)):
        graph.ask(name, **params)


def test_what_shares_its_name_with_the_thing_asked_about_has_its_id(release: Path) -> None:
    answer = itgraph.open(release).ask("who-says", model="InstructGPT")
    assert isinstance(answer, Solutions)
    ends = {row["value"] for row in answer.labelled() if row["property"] == "depends on"}
    assert ends == {"InstructGPT (dataset/instructgpt)", "GPT-3"}
    assert "InstructGPT (dataset/instructgpt)" in answer._repr_html_()


def test_an_address_is_an_endpoint_and_not_a_folder() -> None:
    graph = itgraph.open("http://127.0.0.1:9/sparql")
    assert (graph.base, graph.manifest) == (BASE, {})
    assert repr(graph) == f"<itgraph.Graph {BASE} http://127.0.0.1:9/sparql>"
    with pytest.raises(NetworkError, match=r"http://127\.0\.0\.1:9/sparql"):
        graph.query("ASK {}")
    with pytest.raises(UsageError, match="no search index"):
        graph.search("LLaMA")
    with pytest.raises(UsageError, match="not an address"):
        itgraph.open("http://")


def test_search_forgives_a_slip_and_is_a_table(release: Path) -> None:
    hits = itgraph.open(release).search("alapca", kind="model", limit=3)
    assert isinstance(hits, Hits)
    assert hits[0].id == "model/alpaca"
    frame = hits.to_pandas()
    assert frame.columns.tolist() == ["id", "iri", "label", "kind", "matched", "score"]
    assert str(frame["score"].dtype) == "float64"
    assert f'href="{BASE}model/alpaca"' in hits._repr_html_()
    assert "<th>id</th>" not in hits._repr_html_()


def test_what_means_nothing_is_one_of_our_errors(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="direction is up or down"):
        graph.lineage("LLaMA", direction="sideways")
    for depth in (-1, 0, "3", 1.5, True):
        with pytest.raises(UsageError, match="depth is "):
            graph.lineage("LLaMA", depth=depth)  # type: ignore[arg-type]
    for name in (None, 5, b"LLaMA", ["LLaMA"]):
        with pytest.raises(UsageError, match=r"the name is .* — give a text"):
            graph.lineage(name)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"the name is .* — give a text"):
            graph.show(name)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"the query is .* — give a text"):
            graph.query(name)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"the name of the query is .* — give a text"):
            graph.ask(name)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"the text is .* — give a text"):
            graph.search(name)  # type: ignore[arg-type]
    for release in (5, b"build", ["build"], False):
        with pytest.raises(UsageError, match=r"the release is .* — give a folder or the URL of an endpoint"):
            itgraph.open(release)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the query is not text"):
        graph.query("ASK { ?s ?p '\udcff' }")
    with pytest.raises(InputError, match="query:1"):
        graph.query("SELECT")
    with pytest.raises(StoreError):
        itgraph.open(tmp_path)


def test_the_example_of_the_package_runs(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert itgraph.__doc__ is not None
    code = textwrap.dedent(itgraph.__doc__.partition("::\n")[2])
    monkeypatch.setenv("ITGRAPH_RELEASE", str(release))
    names: dict[str, object] = {"itgraph": itgraph}
    exec(compile(code, "itgraph", "exec"), names)  # noqa: S102 - our own docstring
    assert isinstance(names["graph"], Graph)


def test_the_package_is_imported_without_its_engines() -> None:
    heavy = {"pyoxigraph", "rdflib", "click", "rich", "httpx2", "pandas", "polars"}
    code = f"import sys, itgraph; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
