"""Exports read back: each form gives the same statements to rdflib, to pyoxigraph, and to raptor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import Result

from itgraph.errors import UsageError
from itgraph.export import FORMATS, Options, Selection, prepare
from itgraph.export.lines import by_graph, held
from itgraph.lineage import Direction, Via
from itgraph.namespaces import BASE, ITG
from itgraph.store import Store

RDF = {
    "turtle": ("turtle", "turtle", ox.RdfFormat.TURTLE),
    "trig": ("trig", "trig", ox.RdfFormat.TRIG),
    "ntriples": ("nt11", "ntriples", ox.RdfFormat.N_TRIPLES),
    "nquads": ("nquads", "nquads", ox.RdfFormat.N_QUADS),
    "rdfxml": ("xml", "rdfxml", ox.RdfFormat.RDF_XML),
    "jsonld": ("json-ld", None, ox.RdfFormat.JSON_LD),
}
WITH_GRAPHS = {"trig", "nquads"}
# Literals and IRIs that a writer can get wrong; control characters have their own test, since XML lacks them.
ODD = r"""
@base <https://w3id.org/itgraph/> .
@prefix ex: <https://example.org/v#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<registry/odd> {
    <model/odd> ex:text "a\rb", "a\r\nb", " \t x \n", "", "<b>&]]>", "\"q\" \\u0041 'a'", "{|}~^$%#_" ;
        ex:text "🜁 naïve \u2028 e\u0301" ;
        ex:text "chat"@fr, "chat"@en-GB, "chat" ;
        ex:number 7, -7, 0, "007"^^xsd:integer, "+7"^^xsd:integer, 12345678901234567890, 1.50, 1.5e3, "x"^^xsd:integer ;
        ex:truth true, "1"^^xsd:boolean ;
        ex:year "2023"^^xsd:gYear ;
        <https://example.org/123a> "a property whose name begins with digits" ;
        <https://example.org/v/x.y-z> <https://example.org/a(b)?q=1&r=%20#f> ;
        ex:see <model/a:b>, <model//x>, <model/.hidden>, <model/x/>, <model/x?y>, <>, <modality> ;
        ex:see <urn:isbn:1>, ex:odd-name .
    <model/odd#part-1> ex:text "detail" .
    <https://example.org/elsewhere> ex:see <model/odd> .
}
<about> { <registry/odd> ex:text "curated" . }
"""


@pytest.fixture(scope="session")
def rapper() -> str:
    """Return raptor's command line, a parser that shares no code with ours."""
    found = shutil.which("rapper")
    if found is None:
        pytest.fail("rapper is missing — type: make rapper (or: sudo apt-get install -y raptor2-utils)")
    return found


def written(release: Path, form: str, folder: Path, wanted: Selection | None = None, **options: bool) -> bytes:
    """Return what an export writes."""
    target = folder / f"{form}.out"
    prepare(release, form, wanted or Selection(), Options(**options)).write(str(target))
    return target.read_bytes()


def statements(release: Path, graphs: bool) -> set[ox.Quad]:
    """Return the statements of a dump: all of them, or those of its default graph."""
    quads = ox.parse(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    return {quad for quad in quads if graphs or quad.graph_name == ox.DefaultGraph()}


def by_pyoxigraph(content: bytes, form: str) -> set[ox.Quad]:
    return set(ox.parse(content, format=RDF[form][2]))


def by_rdflib(content: bytes, form: str, graphs: bool) -> set[ox.Quad]:
    """Return what rdflib reads, carried over as N-Quads."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False  # it would read "007" as 7
    try:
        if not graphs:
            text = rdflib.Graph().parse(data=content, format=RDF[form][0]).serialize(format="nt11", encoding="utf-8")
            return set(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
        dataset = rdflib.Dataset()
        dataset.parse(data=content, format=RDF[form][0])
        return set(ox.parse(dataset.serialize(format="nquads", encoding="utf-8"), format=ox.RdfFormat.N_QUADS))
    finally:
        rdflib.NORMALIZE_LITERALS = before


def by_raptor(rapper: str, content: bytes, form: str) -> set[ox.Quad]:
    """Return what raptor reads, carried over as N-Quads. It fails on a warning, too."""
    command = [rapper, "-q", "-i", str(RDF[form][1]), "-o", "nquads", "-", "https://example.org/unused"]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return set(ox.parse(done.stdout, format=ox.RdfFormat.N_QUADS))


# rdflib's TriG and N-Quads parsers use its own Dataset in a way that it calls deprecated, as does its JSON-LD parser.
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", list(RDF))
def test_the_real_release_is_read_back_by_three_parsers(release: Path, tmp_path: Path, rapper: str, form: str) -> None:
    graphs = form in WITH_GRAPHS
    content, said = written(release, form, tmp_path), statements(release, graphs)
    assert by_pyoxigraph(content, form) == said
    assert by_rdflib(content, form, graphs) == said
    if RDF[form][1] is not None:
        assert by_raptor(rapper, content, form) == said


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", list(RDF))
def test_odd_literals_and_iris_are_read_back_by_three_parsers(
    release_of: Callable[[str], Path], tmp_path: Path, rapper: str, form: str
) -> None:
    odd, graphs = release_of(ODD), form in WITH_GRAPHS
    content, said = written(odd, form, tmp_path), statements(odd, graphs)
    assert by_pyoxigraph(content, form) == said
    assert by_rdflib(content, form, graphs) == said
    if RDF[form][1] is not None:
        assert by_raptor(rapper, content, form) == said


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:rdflib")
def test_jsonld_carries_graphs_where_they_are_asked_for(
    release: Path, release_of: Callable[[str], Path], tmp_path: Path
) -> None:
    everything = Selection(all_graphs=True)
    content = written(release, "jsonld", tmp_path, everything)
    assert by_pyoxigraph(content, "jsonld") == statements(release, graphs=True)
    odd = release_of(ODD)
    content = written(odd, "jsonld", tmp_path, everything)
    assert by_pyoxigraph(content, "jsonld") == by_rdflib(content, "jsonld", True) == statements(odd, graphs=True)


HASHES = """
import hashlib, sys
from itgraph.export import FORMATS, Selection, prepare
release, folder = sys.argv[1:]
for wanted in (Selection(), Selection(entity="model/alpaca"), Selection(lineage="model/mixed")):
    for form in FORMATS:
        # The whole of the small release has a label that XML cannot hold, a network is no entity, linksets are those of
        # the whole, and a table of links is none of these.
        if (form, wanted) == ("rdfxml", Selection()) or (form in ("graphml", "dot") and wanted.entity):
            continue
        if (form == "linkset" and wanted != Selection()) or form == "sssom":
            continue
        for name in (f"{form}.gz", f"{form}.zip")[form == "csv":]:
            prepare(release, form, wanted).write(f"{folder}/{name}")
            print(form, name, hashlib.sha256(open(f"{folder}/{name}", "rb").read()).hexdigest())
"""


def test_two_exports_are_the_same_bytes_whatever_the_order_of_sets(small_release: Path, tmp_path: Path) -> None:
    answers = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", HASHES, str(small_release), str(tmp_path)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert {line.split()[0] for line in answers[0].splitlines()} == set(FORMATS) - {"sssom"}


def test_nquads_are_the_dump_and_ntriples_its_default_graph(release: Path, tmp_path: Path) -> None:
    dump = (release / "itgraph.nq").read_bytes()
    assert written(release, "nquads", tmp_path) == dump
    assert written(release, "ntriples", tmp_path) == b"".join(held(dump.splitlines(keepends=True)))


def test_turtle_reads_like_one_written_by_hand(release: Path, tmp_path: Path) -> None:
    text = written(release, "turtle", tmp_path).decode()
    assert text.startswith(f"@base <{BASE}> .\n@prefix dcterms: ")
    start = text.index("<model/alpaca> a fair4ml:MLModel ;\n")
    alpaca = text[start : text.index(" .\n", start)]
    assert "    itg:basedOn <model/llama> ;\n" in alpaca
    assert "    itg:parameterCount 7000000000 ;\n" in alpaca
    # The texts of the saved queries name entities in full, so that they run anywhere.
    assert f"<{BASE}model/" not in re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)


def test_trig_opens_each_graph_once(release: Path, tmp_path: Path) -> None:
    text = written(release, "trig", tmp_path).decode()
    opened = [line for line in text.splitlines() if line.endswith(" {")]
    graphs = {quad.graph_name for quad in statements(release, graphs=True)} - {ox.DefaultGraph()}
    assert len(opened) == len(set(opened)) == len(graphs)


def test_sorting_by_graph_on_disk_is_sorting_in_memory(small_release: Path) -> None:
    dump = (small_release / "itgraph.nq").read_bytes().splitlines(keepends=True)
    in_memory = [(graph, list(lines)) for graph, lines in by_graph(dump)]
    assert [(graph, list(lines)) for graph, lines in by_graph(dump, run=7)] == in_memory
    assert in_memory[0][0] == b""
    assert sum(len(lines) for _, lines in in_memory) == len(dump)


def test_a_control_character_is_no_xml_and_is_said_in_one_line(small_release: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"U\+001B in rdfs:label of model/odd — choose another form"):
        written(small_release, "rdfxml", tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert by_pyoxigraph(written(small_release, "turtle", tmp_path), "turtle") == statements(small_release, False)


# Parts


def test_one_graph_is_what_one_source_says(release: Path, tmp_path: Path) -> None:
    said = {quad for quad in statements(release, graphs=True) if str(quad.graph_name) == f"<{BASE}survey/models/4>"}
    wanted = Selection(graph="survey/models/4")
    assert len(said) > 10
    assert by_pyoxigraph(written(release, "trig", tmp_path, wanted), "trig") == said
    for form in ("turtle", "ntriples", "rdfxml", "jsonld"):
        found = by_pyoxigraph(written(release, form, tmp_path, wanted), form)
        assert {quad.triple for quad in found} == {quad.triple for quad in said}


def test_an_entity_takes_its_details_and_the_names_of_its_neighbours(small_release: Path, tmp_path: Path) -> None:
    found = by_pyoxigraph(written(small_release, "turtle", tmp_path, Selection(entity="model/alpaca")), "turtle")
    subjects = {str(quad.subject).removeprefix(f"<{BASE}").rstrip(">") for quad in found}
    assert subjects == {"model/alpaca", "survey/models/4#training-set", "model/llama", "dataset/alpaca"}
    assert {quad for quad in found if "training-set" in str(quad.subject)} <= statements(small_release, graphs=False)
    llama = {str(quad.predicate).rpartition("#")[2] for quad in found if str(quad.subject).endswith("/llama>")}
    assert llama == {"type>", "label>"}


def test_an_entity_with_graphs_says_what_they_are_and_keeps_what_is_refuted(
    small_release: Path, tmp_path: Path
) -> None:
    found = by_pyoxigraph(written(small_release, "trig", tmp_path, Selection(entity="model/alpaca")), "trig")
    graphs = {str(quad.graph_name).removeprefix(f"<{BASE}").rstrip(">") for quad in found}
    assert {"survey/models/4", "curation/model/alpaca", "about", "derived"} <= graphs
    about = {str(quad.subject) for quad in found if str(quad.graph_name) == f"<{BASE}about>"}
    assert f"<{BASE}curation/model/alpaca>" in about
    refuted = Selection(entity="model/refuted")
    edge = f"<{BASE}model/refuted> <{ITG}basedOn> <{BASE}model/llama>"
    assert edge in written(small_release, "nquads", tmp_path, refuted).decode()
    assert edge not in written(small_release, "ntriples", tmp_path, refuted).decode()


def test_a_lineage_is_all_its_entities(release: Path, tmp_path: Path) -> None:
    wanted = Selection(lineage="model/llama", direction=Direction.DOWN)
    found = by_pyoxigraph(written(release, "turtle", tmp_path, wanted), "turtle")
    assert found <= statements(release, graphs=False)
    models = {str(quad.subject) for quad in found if quad.predicate.value == ITG + "basedOn"}
    assert len(models) == 16
    through_data = Selection(lineage="model/alpaca", via=Via.DATA, depth=1)
    text = written(release, "turtle", tmp_path, through_data).decode()
    assert "<dataset/alpaca> a schema:Dataset" in text
    assert "itg:generatedWith <model/instructgpt>" in text


def test_what_is_exported_is_what_the_store_describes(release: Path, tmp_path: Path) -> None:
    store = Store.open(release)
    answer = store.query("CONSTRUCT { <model/alpaca> ?p ?o } WHERE { <model/alpaca> ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    wanted = Selection(entity="model/alpaca")
    found = by_pyoxigraph(written(release, "turtle", tmp_path, wanted), "turtle")
    assert set(answer) == {quad.triple for quad in found if str(quad.subject) == f"<{BASE}model/alpaca>"}


def test_the_dot_of_a_lineage_is_that_of_the_lineage_command(
    run: Callable[..., Result], small_release: Path, tmp_path: Path
) -> None:
    wanted = Selection(lineage="model/llama", direction=Direction.DOWN)
    printed = run("lineage", "model/llama", "--down", "--format", "dot")
    assert written(small_release, "dot", tmp_path, wanted).decode() == printed.stdout
