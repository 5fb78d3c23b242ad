"""Mapping sets out of a release: the tables that it was built from, sign by sign."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from itgraph.build import build
from itgraph.cli import cli
from itgraph.resources import data_dir

TABLES = sorted((data_dir() / "links").glob("*.sssom.tsv"))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_table_comes_out_as_it_went_in(path: Path, release: Path, tmp_path: Path) -> None:
    graph = f"links/{path.name.removesuffix('.sssom.tsv')}"
    out = tmp_path / path.name
    # The name of the file asks for the format.
    result = CliRunner().invoke(cli, ["export", "--graph", graph, "-o", str(out), "--release", str(release)])
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_entities_keep_their_place_below_another_base(tmp_path: Path) -> None:
    build(data_dir(), tmp_path / "out", base="https://example.org/", shacl=False)
    arguments = ["export", "--format", "sssom", "--graph", "links/ror", "--release", str(tmp_path / "out")]
    result = CliRunner().invoke(cli, arguments)
    assert "#  itgraph: https://example.org/\n" in result.stdout
    assert "\nitgraph:organization/openai\t" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "sssom is for one mapping set — name it, such as --graph links/wikidata"),
        (["--graph", "registry/model/llama"], "this graph is no mapping set — choose one of those below links/"),
        (["--graph", "links/wikidta"], "did you mean links/wikidata"),
        (["--graph", "links/ror", "--entity", "model/llama"], "a graph and an entity are two exports"),
    ],
)
def test_what_is_no_mapping_set_is_said(arguments: list[str], said: str, release: Path) -> None:
    result = CliRunner().invoke(cli, ["export", "--format", "sssom", *arguments, "--release", str(release)])
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
