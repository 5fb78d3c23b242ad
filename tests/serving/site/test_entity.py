"""The page of an entity: what it says, who says so, and where its links lead."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.serving.site.conftest import Site

import itgraph
from itgraph.errors import UsageError
from itgraph.lineage import Direction, Via, lineage
from itgraph.store import Store


def facts(site: Site, path: str, section: str = "facts") -> dict[str, list[tuple[str, list[str]]]]:
    """Return the facts of a page by their names: each value with the addresses of those who say it."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for row in site.page(path).cssselect(f"section[aria-labelledby={section}] dl.facts > div"):
        (name,) = row.cssselect("dt")
        for value in row.cssselect("dd"):
            text = " ".join(value.xpath("string(*[1])").split())
            marks = [mark.get("href") for mark in value.cssselect(":scope > a.mark")]
            found.setdefault(name.text_content().strip(), []).append((text, marks))
    return found


@pytest.mark.parametrize(
    ("path", "name", "value", "sources"),
    [
        ("/model/alpaca.html", "built on", "LLaMA", ["/survey/models/4.html"]),
        ("/model/alpaca.html", "fine-tuned from", "LLaMA", ["/curation/model/alpaca/3.html"]),
        ("/model/alpaca.html", "trained on", "Alpaca (data set)", ["/curation/model/alpaca/1.html"]),
        ("/model/alpaca.html", "size", "7 billion parameters", ["/survey/models/4.html"]),
        ("/dataset/alpaca.html", "written by the model", "InstructGPT", ["/survey/datasets/18.html"]),
        ("/dataset/alpaca.html", "size", "52 thousand instances", ["/survey/datasets/18.html"]),
        ("/dataset/alpaca.html", "open, as the survey says", "yes", ["/survey/datasets/18.html"]),
        ("/paper/arxiv-2304.12244.html", "year", "2023", ["/survey/reference/16.html"]),
        ("/survey/models/4.html", "describes", "Alpaca", ["/survey/models/4.html"]),
    ],
)
def test_a_fact_stands_with_its_unit_and_who_says_it(
    site: Site, path: str, name: str, value: str, sources: list[str]
) -> None:
    assert (value, sources) in facts(site, path)[name]


def test_what_is_printed_stands_beside_what_was_read_from_it(site: Site) -> None:
    page = site.page("/model/alpaca.html")
    assert [printed.text for printed in page.cssselect("dl.facts > div > dd > .printed")] == ["printed “7B”"]


def test_a_refuted_statement_is_shown_with_the_reason_and_not_among_the_facts(site: Site) -> None:
    held, refuted = (facts(site, "/model/instructgpt.html", section) for section in ("facts", "refuted"))
    assert [value for value, _ in held["size"]] == ["175 billion parameters"]
    assert [value for value, _ in refuted["size"]] == ["176 billion parameters"]
    reasons = site.page("/model/instructgpt.html").cssselect("section.refuted .reason")
    assert all("Refuted: The " in reason.text_content() for reason in reasons)
    assert reasons


def test_the_picture_and_the_list_hold_the_lineage(site: Site, release_store: Store) -> None:
    page = site.page("/model/llama.html")
    found = lineage(release_store, release_store.base + "model/llama", Direction.DOWN, Via.ALL)
    wanted = sorted(f"/{node.id}.html" for node in found.nodes)
    assert sorted(link.get("href") for link in page.cssselect("ul.tree li > a:first-child")) == wanted
    drawn = page.cssselect("figure.drawing svg a")
    assert sorted(link.get("href") for link in drawn) == sorted([*wanted, "/model/llama.html"])


def test_authors_stand_in_their_order_and_a_list_that_breaks_off_says_so(site: Site) -> None:
    page = site.page("/model/instructgpt.html")
    (authors,) = page.cssselect("section[aria-labelledby=papers] .authors")
    names = [link.text_content() for link in authors.cssselect("a")]
    assert (names[0], names[-1]) == ("Long Ouyang", "Alex Ray")
    assert authors.text_content().strip().endswith("and others")


@pytest.mark.parametrize(
    ("path", "place", "href"),
    [
        ("/model/alpaca.html", "GitHub", "https://github.com/tatsu-lab/stanford_alpaca"),
        ("/paper/arxiv-2302.13971.html", "arXiv", "https://arxiv.org/abs/2302.13971"),
        ("/model/bloomz.html", "Hugging Face", "https://huggingface.co/bigscience/bloomz"),
        ("/paper/arxiv-2302.13971.html", "DOI", "https://doi.org/10.48550/arXiv.2302.13971"),
        ("/paper/acl-2023-acl-short-113.html", "ACL Anthology", "https://aclanthology.org/2023.acl-short.113"),
        ("/paper/openreview-wxj0exwwda.html", "OpenReview", "https://openreview.net/forum?id=wxJ0eXwwda"),
        ("/benchmark/mt-bench.html", "Hugging Face", "https://huggingface.co/spaces/lmsys/mt-bench"),
        ("/model/instructblip.html", "Web", "https://github.com/salesforce/LAVIS/tree/main/projects/instructblip"),
    ],
)
def test_names_elsewhere_lead_there(site: Site, path: str, place: str, href: str) -> None:
    found = names_elsewhere(site, path)
    assert [name for name in found if name[:2] == (place, href)]
    assert len({href for _, href, _, _ in found}) == len(found)


def names_elsewhere(site: Site, path: str) -> list[tuple[str, str, str, list[str]]]:
    """Return the names elsewhere on a page: place, address, remark, and who says so."""
    return [
        (
            row.findtext("dt"),
            row.cssselect("dd > a")[0].get("href"),
            " ".join(hint.text_content() for hint in row.cssselect("dd > .hint")),
            [mark.get("href") for mark in row.cssselect("dd > a.mark")],
        )
        for row in site.page(path).cssselect("aside dl > div")
        if row.findtext("dt") not in ("IRI", "Id")
    ]


def test_a_name_that_is_stated_and_derived_is_one_line_of_who_states_it(site: Site) -> None:
    assert names_elsewhere(site, "/paper/arxiv-2304.12244.html") == [
        ("arXiv", "https://arxiv.org/abs/2304.12244", "", ["/survey/reference/16.html"]),
        ("DBLP", "https://dblp.org/rec/journals/corr/abs-2304-12244", "(if there is a record)", ["/derived.html"]),
        ("DOI", "https://doi.org/10.48550/arXiv.2304.12244", "", ["/derived.html"]),
        (
            "Semantic Scholar",
            "https://api.semanticscholar.org/arXiv:2304.12244",
            "",
            ["/derived.html"],
        ),
    ]


def test_close_is_told_from_the_same(release_of: Callable[[str], Path], serve_site: Callable[..., Site]) -> None:
    here = serve_site(
        release_of(
            """
            @base <https://w3id.org/itgraph/> .
            @prefix fair4ml: <https://w3id.org/fair4ml#> .
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
            @prefix schema: <https://schema.org/> .
            @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
            @prefix wd: <http://www.wikidata.org/entity/> .
            <registry/model/x> {
                <model/x> a fair4ml:MLModel ; rdfs:label "X" ; schema:identifier "doi:10.1000/182" ;
                    skos:closeMatch wd:Q9000000001 , wd:Q9000000002 , <https://example.org/x> ;
                    skos:exactMatch wd:Q9000000002 .
            }
            <paper/x> { <paper/x> a schema:ScholarlyArticle ; rdfs:label "A work" ;
                skos:exactMatch <https://doi.org/10.1000/183> , <https://doi.org/10.48550/arXiv.2304.12244> . }
            """
        )
    )
    remark = "(close to it, not the same)"
    assert [(place, href, said) for place, href, said, _ in names_elsewhere(here, "/model/x.html")] == [
        ("DOI", "https://doi.org/10.1000/182", ""),
        ("Wikidata", "http://www.wikidata.org/entity/Q9000000001", remark),
        ("Wikidata", "http://www.wikidata.org/entity/Q9000000002", ""),
        ("Web", "https://example.org/x", remark),
    ]
    # A work is cited by the DOI of its publication; what describes it, by our IRI.
    assert '<https://doi.org/10.1000/183>; rel="cite-as"' in here.get("/paper/x.html").headers["link"]
    described = here.get("/paper/x.ttl", accept=None).headers["link"]
    assert '<https://w3id.org/itgraph/paper/x>; rel="cite-as"' in described
    assert here.get("/search?q=wd:Q9000000002").headers["location"] == "/model/x.html"


def test_a_source_says_what_it_says_and_what_of_it_is_refuted(site: Site) -> None:
    page = site.page("/survey/models/1.html")
    said = {heading.text_content(): heading.getnext() for heading in page.cssselect("section[aria-labelledby=says] h3")}
    lines = [" ".join(line.text_content().split()) for line in said["InstructGPT"]]
    assert "built on: GPT-3" in lines
    assert any(line.startswith("size: 176 billion parameters Refuted: The row prints") for line in lines)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/model/alpaca", "SoftwareApplication"),
        ("/dataset/alpaca", "Dataset"),
        ("/paper/arxiv-2302.13971", "ScholarlyArticle"),
        ("/person/yizhong-wang", "Person"),
        ("/organization/openai", "Organization"),
        ("/benchmark/mmlu", "CreativeWork"),
        ("/technique/lora", "DefinedTerm"),
    ],
)
def test_search_engines_read_what_the_page_is_about(site: Site, path: str, kind: str) -> None:
    (block,) = site.page(f"{path}.html").cssselect('script[type="application/ld+json"]')
    said = json.loads(block.text)
    assert (said["@type"], said["@id"]) == (kind, f"https://w3id.org/itgraph{path}")
    assert said["name"]


def test_search_engines_read_the_identifiers(site: Site) -> None:
    (block,) = site.page("/paper/arxiv-2304.12244.html").cssselect('script[type="application/ld+json"]')
    said = json.loads(block.text)
    assert said["identifier"] == {
        "@type": "PropertyValue",
        "propertyID": "arXiv",
        "value": "2304.12244",
        "url": "https://arxiv.org/abs/2304.12244",
    }
    assert "https://doi.org/10.48550/arXiv.2304.12244" in said["sameAs"]
    assert not [address for address in said["sameAs"] if "dblp" in address]


def test_an_endpoint_is_asked_for_an_identifier_as_a_release_is(site: Site) -> None:
    graph = itgraph.open(site.url + "sparql")
    assert graph.show("https://doi.org/10.48550/ARXIV.2304.12244").iri.endswith("/paper/arxiv-2304.12244")
    assert graph.show("hf:bigscience/bloomz").label == "BLOOMZ"
    with pytest.raises(UsageError, match="say which: dataset/alpaca, model/alpaca"):
        graph.show("github:tatsu-lab/stanford_alpaca")


def test_a_page_asked_for_again_costs_no_evaluation(site: Site) -> None:
    first = site.get("/model/vicuna.html")
    evaluated = counted(site)
    again = site.get("/model/vicuna.html")
    assert (again.body, counted(site)) == (first.body, evaluated)
    assert site.get("/model/vicuna.html", If_None_Match=first.headers["etag"]).status == 304


def counted(site: Site) -> str:
    """Return how many evaluations there have been."""
    lines = site.get("/metrics", accept=None).text.splitlines()
    return next(line for line in lines if line.startswith("itgraph_query_seconds_count"))


def test_a_release_without_an_index_is_served_and_says_why_it_cannot_be_searched(small_site: Site) -> None:
    assert small_site.get("/model/llama.html").status == 200
    assert small_site.get("/model/nobody.html").status == 404


def test_sources_that_differ_are_said_to(release_of: Callable[[str], Path], serve_site: Callable[..., Site]) -> None:
    here = serve_site(
        release_of(
            """
            @base <https://w3id.org/itgraph/> .
            @prefix itg: <https://w3id.org/itgraph/ns#> .
            @prefix fair4ml: <https://w3id.org/fair4ml#> .
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
            <registry/model/x> { <model/x> a fair4ml:MLModel ; rdfs:label "X" . }
            <survey/models/1> { <model/x> itg:parameterCount 7000000000 ; itg:openSource true . }
            <curation/model/x> { <model/x> itg:parameterCount 8000000000 ; itg:openSource true . }
            """
        )
    )
    (differing,) = here.page("/model/x.html").cssselect("dl.facts .differ")
    row = differing.getparent().getparent()
    assert [value.xpath("string(*[1])") for value in row.cssselect("dd")] == [
        "7 billion parameters",
        "8 billion parameters",
    ]
