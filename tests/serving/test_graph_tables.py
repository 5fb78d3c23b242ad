"""Answers as DataFrames: one type per column, in both packages, and one line where a package is missing."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import itgraph
from itgraph.graph import IRI, Graph, Solutions, Triples, Value
from itgraph.namespaces import BASE, ITG
from itgraph.tables import Table

BIG = 2**63
YEARS = 'SELECT ?y { VALUES ?y { "2023"^^xsd:gYear "0900"^^xsd:gYear "-0044"^^xsd:gYear } }'


@pytest.fixture(scope="module")
def graph(small_release: Path) -> Graph:
    return itgraph.open(small_release)


def table(graph: Graph, query: str) -> Solutions:
    answer = graph.query(query)
    assert isinstance(answer, Solutions)
    return answer


@pytest.mark.parametrize(
    ("cells", "pandas_dtype", "polars_dtype"),
    [
        ([7, 7000000000], "int64", pl.Int64),
        ([7, None], "Int64", pl.Int64),
        ([BIG, None], "object", pl.Int128),
        ([10**60], "object", pl.String),
        ([True, False], "bool", pl.Boolean),
        ([True, None], "boolean", pl.Boolean),
        ([1.5, 2.0], "float64", pl.Float64),
        ([1.5, 2, None], "float64", pl.Float64),
        ([Decimal("1.10"), None, Decimal("9" * 36)], "object", pl.Decimal(38, 2)),
        ([Decimal("1.10"), None, Decimal("9" * 37)], "object", pl.String),
        ([IRI("https://example.org/x"), "x", None], "string", pl.String),
        ([None, None], "object", pl.Null),
        ([], "object", pl.Null),
        ([1, "x", True], "object", pl.String),
    ],
    ids=str,
)
def test_a_column_has_the_type_of_its_values(cells: list[Value], pandas_dtype: str, polars_dtype: pl.DataType) -> None:
    rows = Solutions(("c",), [(cell,) for cell in cells])
    in_pandas, in_polars = rows.to_pandas()["c"], rows.to_polars()["c"]
    assert str(in_pandas.dtype) == pandas_dtype
    assert in_polars.dtype == polars_dtype
    unbound = [cell is None for cell in cells]
    assert in_pandas.isna().tolist() == unbound
    assert in_polars.is_null().to_list() == unbound


def test_the_values_are_those_of_the_rows() -> None:
    rows = Solutions(("n", "d", "m"), [(BIG, Decimal("1.10"), 1), (None, Decimal(2), True), (-1, None, IRI("u:x"))])
    assert rows.to_pandas()["n"].tolist() == [BIG, None, -1]
    assert rows.to_polars()["n"].to_list() == [BIG, None, -1]
    assert rows.to_pandas()["d"].tolist() == [Decimal("1.10"), Decimal(2), None]
    assert rows.to_polars()["d"].to_list() == [Decimal("1.10"), Decimal(2), None]
    assert rows.to_pandas()["m"].tolist() == [1, True, "u:x"]
    assert rows.to_polars()["m"].to_list() == ["1", "true", "u:x"]


def test_integers_years_and_booleans_come_typed_from_a_query(graph: Graph) -> None:
    sizes = table(graph, "SELECT ?m ?n { ?m a fair4ml:MLModel OPTIONAL { ?m itg:parameterCount ?n } } ORDER BY ?m")
    frame = sizes.to_pandas().set_index("m")["n"]
    assert str(frame.dtype) == "Int64"
    assert frame[BASE + "model/alpaca"] == 7000000000
    assert sizes.to_polars().drop_nulls().rows() == [(BASE + "model/alpaca", 7000000000)]
    years = table(graph, YEARS)
    assert [row["y"] for row in years] == [2023, 900, -44]
    assert str(years.to_pandas()["y"].dtype) == "int64"
    assert years.to_polars().schema == {"y": pl.Int64}
    assert str(table(graph, "SELECT (EXISTS { ?s ?p ?o } AS ?b) {}").to_pandas()["b"].dtype) == "bool"


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"2023Z"^^xsd:gYear', "2023Z"),
        ('"23"^^xsd:gYear', "23"),
        ('"1_000"^^xsd:integer', "1_000"),
        ('"-5"^^xsd:nonPositiveInteger', -5),
        ('"INF"^^xsd:double', float("inf")),
        ('"1_0"^^xsd:double', "1_0"),
        ('"1_0"^^xsd:decimal', "1_0"),
        ('"TRUE"^^xsd:boolean', "TRUE"),
        ('"' + "9" * 5000 + '"^^xsd:integer', "9" * 5000),
    ],
)
def test_a_literal_that_does_not_fit_its_datatype_stays_text(graph: Graph, literal: str, value: Value) -> None:
    (row,) = table(graph, f"SELECT ?v {{ VALUES ?v {{ {literal} }} }}")
    assert (row["v"], type(row["v"])) == (value, type(value))


def test_triples_lineages_and_descriptions_are_tables_too(graph: Graph) -> None:
    triples = graph.query("CONSTRUCT WHERE { <model/alpaca> itg:parameterCount ?n }")
    assert isinstance(triples, Triples)
    assert triples.to_polars().rows() == [(BASE + "model/alpaca", ITG + "parameterCount", 7000000000)]
    lineage = graph.lineage("LLaVA", via="weights").to_pandas()
    assert lineage[["hops", "id", "relation", "sources"]].values.tolist() == [
        [1, "model/clip", "itg:basedOn", "survey/multimodal-models/1"],
        [1, "model/clip", "itg:hasComponent", "curation/model/llava"],
        [1, "model/llama", "itg:basedOn", "survey/multimodal-models/1"],
    ]
    shown = graph.show("Not A Llama").to_polars()
    assert shown.filter(~pl.col("held"))["sources"].to_list() == ["survey/models/6"]


def test_an_answer_without_rows_keeps_its_columns(graph: Graph) -> None:
    nothing = table(graph, "SELECT ?a ?b { ?a itg:noSuchProperty ?b }")
    assert nothing.to_pandas().columns.tolist() == ["a", "b"]
    assert nothing.to_polars().columns == ["a", "b"]
    assert Solutions((), [(), ()]).to_pandas().empty


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_missing_package_is_one_line_with_the_command_that_installs_it(package: str) -> None:
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from itgraph.tables import Solutions\nfrom itgraph.errors import ItgraphError\n"
        f"try:\n    Solutions(('n',), [(7,)]).to_{package}()\nexcept ItgraphError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{package} is not installed — pip install {package}\n"


def test_neither_package_is_imported_before_it_is_asked_for(small_release: Path) -> None:
    code = (
        f"import sys, itgraph; graph = itgraph.open({str(small_release)!r})\n"
        "graph.query('SELECT * { ?m itg:parameterCount ?n }')._repr_html_()\n"
        "print(sorted({'pandas', 'polars', 'numpy', 'IPython', 'httpx2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_rows_travel_without_their_graph(graph: Graph) -> None:
    rows = table(graph, "SELECT ?m ?n { ?m itg:parameterCount ?n }")
    for copied in (pickle.loads(pickle.dumps(rows)), copy.deepcopy(rows)):  # noqa: S301 - written one call before
        assert copied.to_dicts() == rows.to_dicts()
        assert isinstance(copied[0]["m"], IRI)
        assert copied.labelled()[0]["m"] == "model/alpaca"


def test_every_table_is_one(graph: Graph) -> None:
    assert all(isinstance(t, Table) for t in (graph.lineage("Vicuna"), graph.show("Vicuna"), table(graph, YEARS)))
    assert repr(table(graph, YEARS)) == "<Solutions ?y: 3 rows>"
