"""Linksets: the links to other places, counted as the engine counts them, and read back by three parsers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from itgraph.errors import UsageError
from itgraph.export import Selection, format_of, prepare
from itgraph.namespaces import BASE, PREFIXES
from itgraph.prefix_map import converter
from itgraph.store import Store

LINKS = """
@base <https://w3id.org/itgraph/> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix itg: <https://w3id.org/itgraph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
<links/wikidata> {
    <model/gpt-4> skos:exactMatch wd:Q9000000001 . <model/llama> skos:closeMatch wd:Q9000000002 .
    <model/llama-2> skos:closeMatch wd:Q9000000002 .
    <links/wikidata#model-alpaca.none> a owl:Axiom ; owl:annotatedSource <model/alpaca> ;
        owl:annotatedProperty skos:exactMatch ; owl:annotatedTarget <https://w3id.org/sssom/NoTermFound> .
}
<derived> {
    <paper/p> skos:exactMatch <https://arxiv.org/abs/2301.00001>, <https://doi.org/10.48550/arXiv.2301.00001>,
        <https://openreview.net/forum?id=a_b>, <https://api.semanticscholar.org/arXiv:2301.00001> .
    <paper/q> skos:exactMatch <https://arxiv.org/abs/2301.00002> ;
        skos:relatedMatch <https://arxiv.org/abs/2301.00001> .
}
<said> {
    <model/gpt-4> a fair4ml:MLModel ; rdfs:label "GPT-4" ; rdfs:seeAlso <https://arxiv.org/abs/2303.08774> ;
        skos:exactMatch <https://example.org/gpt-4>, <https://github.com/a/b/tree/main>, "GPT-4" .
    <paper/q> skos:closeMatch <paper/p> ; skos:exactMatch <http://arxiv.org/abs/2301.00002> .
}
<ontology> { itg:basedOn skos:closeMatch <http://www.w3.org/ns/prov#wasDerivedFrom> ; skos:exactMatch wd:Q9000000003 . }
"""
#: Property, place: links, subjects, objects.
COUNTS = {
    ("skos:exactMatch", "wd"): (1, 1, 1),
    ("skos:closeMatch", "wd"): (2, 2, 1),
    ("skos:exactMatch", "arxiv"): (2, 2, 2),
    ("skos:relatedMatch", "arxiv"): (1, 1, 1),
    ("skos:exactMatch", "doi"): (1, 1, 1),
    ("skos:exactMatch", "openreview"): (1, 1, 1),
    ("skos:exactMatch", "semanticscholar"): (1, 1, 1),
    # A place that the table lacks, a form that its place lacks, and a spelling that is not that of the place.
    ("skos:exactMatch", "elsewhere"): (3, 2, 3),
}


@pytest.fixture
def linked(release_of: Callable[[str], Path]) -> Path:
    return release_of(LINKS)


def written(release: Path, folder: Path) -> bytes:
    prepare(release, "linkset", Selection()).write(str(folder / "links.ttl"))
    return (folder / "links.ttl").read_bytes()


def rows(graph: ox.Store, query: str) -> list[tuple[str, ...]]:
    answer = graph.query(query, prefixes=dict(PREFIXES))
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple("" if term is None else term.value for term in row) for row in answer]


def loaded(content: bytes) -> ox.Store:
    store = ox.Store()
    store.load(content, format=ox.RdfFormat.TURTLE)
    return store


DESCRIBED = """
SELECT ?linkset ?predicate ?space ?triples ?subjects ?objects {
  ?dataset a void:Dataset ; void:subset ?linkset .
  ?linkset a void:Linkset ; void:subjectsTarget ?dataset ; void:objectsTarget ?place ; void:linkPredicate ?predicate ;
    void:triples ?triples ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects .
  ?place a void:Dataset ; dcterms:title ?title . OPTIONAL { ?place void:uriSpace ?space }
}"""


def test_each_linkset_tells_its_place_its_property_and_its_counts(linked: Path, tmp_path: Path) -> None:
    graph = loaded(written(linked, tmp_path))
    found = {row[0].removeprefix(f"{BASE}void#linkset-"): row[1:] for row in rows(graph, DESCRIBED)}
    assert found == {
        f"{predicate}-{place}": (
            PREFIXES["skos"] + predicate.removeprefix("skos:"),
            "" if place == "elsewhere" else converter().get_record(place, strict=True).uri_prefix,
            *map(str, counts),
        )
        for (predicate, place), counts in COUNTS.items()
    }


def test_the_counts_are_what_the_engine_counts_over_the_release(linked: Path, tmp_path: Path) -> None:
    told = rows(loaded(written(linked, tmp_path)), DESCRIBED)
    store = Store.open(linked)
    asked = 0
    for _, predicate, space, *counts in told:
        if space:
            query = (
                f"SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) "
                f'{{ ?s <{predicate}> ?o FILTER(STRSTARTS(STR(?o), "{space}") && STRSTARTS(STR(?s), "{BASE}")) '
                f'FILTER(!STRSTARTS(STR(?s), "{PREFIXES["itg"]}")) FILTER(!REGEX(STR(?o), "/tree/")) }}'
            )
            [found] = store.select(query)
            assert [term.value for term in found if term is not None] == counts, (predicate, space)
            asked += 1
    assert asked == len(COUNTS) - 1


def test_the_links_below_are_those_that_are_counted_and_no_others(linked: Path, tmp_path: Path) -> None:
    graph = loaded(written(linked, tmp_path))
    links = [row for row in rows(graph, "SELECT ?s ?p ?o { ?s ?p ?o }") if row[1].startswith(PREFIXES["skos"])]
    assert len(links) == sum(counts[0] for counts in COUNTS.values())
    ours = [
        row for row in links if row[2].startswith(BASE) or not row[0].startswith((f"{BASE}model/", f"{BASE}paper/"))
    ]
    assert ours == []
    # Nothing but the links and what describes them.
    others = {row[0] for row in rows(graph, "SELECT ?s ?p ?o { ?s ?p ?o }")} - {row[0] for row in links}
    assert all(subject.startswith(f"{BASE}void#") for subject in others)


def test_three_parsers_read_the_same(linked: Path, tmp_path: Path) -> None:
    content = written(linked, tmp_path)
    ours = {quad.triple for quad in loaded(content)}
    nt = rdflib.Graph().parse(data=content, format="turtle").serialize(format="nt11", encoding="utf-8")
    assert {quad.triple for quad in ox.parse(nt, format=ox.RdfFormat.N_TRIPLES)} == ours
    rapper = shutil.which("rapper")
    assert rapper is not None, "rapper is missing — type: make rapper (or: sudo apt-get install -y raptor2-utils)"
    command = [rapper, "-q", "-i", "turtle", "-o", "ntriples", "-", "https://example.org/unused"]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert {quad.triple for quad in ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES)} == ours


def test_a_release_without_links_has_no_linkset(small_release: Path, tmp_path: Path) -> None:
    content = written(small_release, tmp_path)
    assert rows(loaded(content), "SELECT ?d { ?d a void:Dataset }") == [(f"{BASE}void#dataset",)]
    text = content.decode()
    assert "Linkset" not in text
    assert not re.search(r"skos:\w+Match", text)


def test_it_is_asked_for_by_its_name(linked: Path) -> None:
    assert format_of("links.ttl") == "turtle"
    for wanted, message in (
        (Selection(entity="model/gpt-4"), "for the whole release"),
        (Selection(lineage="model/gpt-4"), "for the whole release"),
        (Selection(graph="links/wikidata"), "is not for one graph"),
        (Selection(all_graphs=True), "cannot hold several graphs"),
    ):
        with pytest.raises(UsageError, match=message):
            prepare(linked, "linkset", wanted)
