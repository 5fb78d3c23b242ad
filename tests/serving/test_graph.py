"""The Python door."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import itgraph
from itgraph.errors import InputError, StoreError, UsageError
from itgraph.graph import IRI, Graph, Solutions
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


def test_what_means_nothing_is_one_of_our_errors(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="direction is up or down"):
        graph.lineage("LLaMA", direction="sideways")
    with pytest.raises(UsageError, match="depth"):
        graph.lineage("LLaMA", depth=-1)
    with pytest.raises(InputError, match="query:1"):
        graph.query("SELECT")
    with pytest.raises(StoreError):
        itgraph.open(tmp_path)


def test_the_package_is_imported_without_its_engines() -> None:
    code = "import sys, itgraph; print(sorted({'pyoxigraph', 'rdflib', 'click', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
