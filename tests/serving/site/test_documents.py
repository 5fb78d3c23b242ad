"""The pages about the sources, the vocabulary and the service: complete, and at one with the graph that they show."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree, html
from tests.serving.site.conftest import Site

from itgraph.endpoint.limits import Limits
from itgraph.endpoint.problems import TYPES
from itgraph.namespaces import BASE, ITG, OWL, RDF, RDFS, SSSOM
from itgraph.site import crawlers
from itgraph.site.kinds import CONCEPTS
from itgraph.site.problem_types import TO_DO
from itgraph.site.response import Request
from itgraph.site.site import Site as WorkerSite
from itgraph.site.survey_columns import TABLES
from itgraph.store import Store

PAGES = (
    "/survey.html",
    *(f"/survey/{table}.html" for table in TABLES),
    "/survey/references.html",
    "/corrections",
    "/ns.html",
    "/ns/problem.html",
    *(f"/{scheme}.html" for scheme in CONCEPTS),
    "/about.html",
    "/downloads",
)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def column(store: Store, query: str) -> list[str]:
    return [term.value for (term,) in store.select(query) if term is not None]


def locations(body: bytes, kind: str) -> list[str]:
    """Return the addresses in a map (``url``) or in a list of maps (``sitemap``)."""
    return [one.text or "" for one in etree.fromstring(body).iterfind(f"{SITEMAP}{kind}/{SITEMAP}loc")]


def spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_made(site: Site, path: str) -> None:
    page = site.page(path)
    assert len(page.cssselect("h1")) == 1
    assert len(page.cssselect("main")) == 1
    levels = [int(heading.tag[1]) for heading in page.cssselect("h1, h2, h3, h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    ids = Counter(page.xpath("//@id"))
    assert {one for one, count in ids.items() if count > 1} == set()
    referred = {
        name
        for attribute in ("aria-labelledby", "for")
        for one in page.xpath(f"//@{attribute}")
        for name in one.split()
    }
    assert referred <= ids.keys()
    assert {href[1:] for href in page.xpath("//@href") if href.startswith("#")} <= ids.keys()
    assert all(row.get("scope") for row in page.cssselect("th"))
    assert page.xpath("//@style") == []


# The survey


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/survey", "/survey.html"),
        ("/survey/models", "/survey/models.html"),
        ("/survey/models/4", "/survey/models/4.html"),
        ("/survey/anomalies", "/survey/anomalies.html"),
        ("/ns", "/ns.html"),
        ("/ns/problem", "/ns/problem.html"),
        ("/about", "/about.html"),
        ("/construction", "/construction.html"),
    ],
)
def test_a_thing_leads_to_its_page(site: Site, address: str, leads_to: str) -> None:
    reply = site.get(address)
    assert (reply.status, reply.headers["location"]) == (303, leads_to)
    assert site.get(leads_to).status == 200


def test_what_is_no_table_is_not_there(site: Site) -> None:
    assert [site.get(f"/survey/{name}").status for name in ("nothing", "nothing.html")] == [404, 404]


def test_the_overview_counts_what_the_graph_holds(site: Site, release_store: Store) -> None:
    page = site.page("/survey.html")
    counted = {
        spaced(row.cssselect("th")[0].text_content()): [int(cell.text) for cell in row.cssselect("td")[:1]]
        for row in page.cssselect("[aria-labelledby=tables] tbody tr, [aria-labelledby=tables] tfoot tr")
    }
    rows = Counter(column(release_store, "SELECT ?table WHERE { ?row itg:table ?table }"))
    assert counted == {
        **{TABLES[name].title: [count] for name, count in rows.items()},
        "All tables": [107],
        "References": [111],
    }
    kinds = Counter(column(release_store, "SELECT ?kind WHERE { ?anomaly itg:anomalyKind ?kind }"))
    shown = {
        row.cssselect("th")[0].text_content(): [int(cell.text.replace("–", "0")) for cell in row.cssselect("td")]
        for row in page.cssselect("[aria-labelledby=amiss] tbody tr")
    }
    assert {kind.replace("-", " "): count for kind, count in kinds.items()} == {k: n for k, (n, _, _) in shown.items()}
    assert all(found == corrected + left for found, corrected, left in shown.values())
    assert page.cssselect("[aria-labelledby=paper] .authors a")[0].text_content() == "Shengyu Zhang"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_stands_as_it_is_printed(site: Site, release_store: Store, table: str) -> None:
    page = site.page(f"/survey/{table}.html")
    order = f'SELECT ?row WHERE {{ ?row itg:table "{table}" ; itg:rowNumber ?number }} ORDER BY ?number'
    rows = {f"/{iri.removeprefix(BASE)}.html": iri for iri in column(release_store, order)}
    lines = page.cssselect("table.print tbody tr:not(.group)")
    assert [line.cssselect("td.number a")[0].get("href") for line in lines] == list(rows)
    for line, iri in zip(lines, rows.values(), strict=True):
        text = spaced(line.text_content())
        printed = f"SELECT ?text WHERE {{ GRAPH <{iri}> {{ ?s ?p ?text FILTER STRENDS(STR(?p), 'AsPrinted') }} }}"
        for cell in column(release_store, printed):
            assert spaced(cell) in text
        hrefs = line.xpath(".//@href")
        links = "itg:describes, itg:cites, itg:basedOn, fair4ml:trainedOn, schema:subjectOf"
        for end in column(
            release_store, f"SELECT ?o WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o FILTER (?p IN ({links})) }} }}"
        ):
            assert f"/{end.removeprefix(BASE)}.html" in hrefs
    sections = f'SELECT DISTINCT ?section WHERE {{ ?row itg:table "{table}" ; itg:section ?section }}'
    assert len(page.cssselect("tr.group")) >= len(column(release_store, sections))


def test_the_tables_hold_107_rows(site: Site) -> None:
    counts = [len(site.page(f"/survey/{table}.html").cssselect("table.print tbody tr:not(.group)")) for table in TABLES]
    assert (len(counts), sum(counts)) == (8, 107)


def test_a_refuted_cell_is_struck_through_and_the_reason_stands_below(site: Site) -> None:
    page = site.page("/survey/models.html")
    row = page.cssselect("table.print tbody tr")[0]
    assert [struck.text_content() for struck in row.cssselect("s")] == ["176B", "[36]"]
    (mark,) = row.cssselect("a.mark")
    note = page.get_element_by_id(mark.get("href")[1:]).getparent()
    assert "the model card of InstructGPT gives three sizes" in note.text_content()


def test_every_reference_is_listed_with_what_it_means_and_its_authors(site: Site, release_store: Store) -> None:
    page = site.page("/survey/references.html")
    entries = {entry.cssselect(".place")[0].get("href"): entry for entry in page.cssselect(".references > li")}
    works = {
        f"/{r.value.removeprefix(BASE)}.html": f"/{work.value.removeprefix(BASE)}.html"
        for r, work in release_store.select("SELECT ?r ?work WHERE { ?r a itg:Reference ; itg:identifies ?work }")
        if r is not None and work is not None
    }
    assert len(entries) == 111
    assert entries.keys() == works.keys()
    for href, entry in entries.items():
        assert works[href] in entry.xpath(".//@href")
        iri = BASE + href[1:].removesuffix(".html")
        names = (
            f"SELECT ?name WHERE {{ GRAPH <{iri}> {{ ?a itg:nameAsPrinted ?name ; schema:position ?n }} }} ORDER BY ?n"
        )
        shown = [author.text_content() for author in entry.cssselect(".authors bdi")]
        assert shown == column(release_store, names)


@pytest.mark.parametrize(("field", "count"), [("", 111), ("?page=0", 111), ("?page=x", 111), ("?page=2", 0)])
def test_a_list_is_cut_into_pages(site: Site, field: str, count: int) -> None:
    page = site.page(f"/survey/references.html{field}")
    assert len(page.cssselect(".references > li")) == count
    assert page.xpath("//a[@rel='prev']/@href") == (["/survey/references.html?page=1"] if field == "?page=2" else [])


def test_every_correction_is_shown_with_its_reason_in_the_list_and_at_its_place(
    site: Site, release_store: Store
) -> None:
    query = "SELECT ?c ?of ?reason WHERE { ?c a itg:Correction ; itg:corrects ?of ; itg:reason ?reason }"
    found = [(c.value, of.value, reason.value) for c, of, reason in release_store.select(query) if c and of and reason]
    assert len(found) == 14
    page = site.page("/corrections")
    sections = page.cssselect(".correction")
    assert len(sections) == 14
    by_iri = {section.cssselect(".hint a")[0].get("href"): spaced(section.text_content()) for section in sections}
    for iri, of, reason in found:
        identifier, _, node = iri.removeprefix(BASE).partition("#")
        assert spaced(reason) in by_iri[f"/{identifier}.html#{node}"]
        place = of.removeprefix(f"{BASE}survey/").partition("/")[0]
        there = "/survey/references.html" if place == "reference" else f"/survey/{place}.html"
        assert spaced(reason) in spaced(site.page(there).text_content())
    cut = next(text for iri, text in by_iri.items() if "reference/82" in iri)
    assert re.search(r"Held instead\s*authors: Haochun Wang; Chi Liu; Sendong Zhao; Bing Qin; Ting Liu\s*Reason", cut)


# The vocabulary


def test_every_term_has_its_place_in_the_page_of_the_vocabulary(site: Site, release_store: Store) -> None:
    page = site.page("/ns.html")
    terms = column(
        release_store,
        f"SELECT DISTINCT ?term WHERE {{ GRAPH <{BASE}ontology> {{ ?term <{RDF}type> ?type }} "
        f'FILTER STRSTARTS(STR(?term), "{ITG}") }}',
    )
    sections = {section.get("id"): section for section in page.cssselect("section.term")}
    assert len(terms) > 70
    assert {term.removeprefix(ITG) for term in terms} == sections.keys()
    for term in terms:
        (definition,) = column(
            release_store, f"SELECT ?d WHERE {{ GRAPH <{BASE}ontology> {{ <{term}> skos:definition ?d }} }}"
        )
        assert spaced(definition) in spaced(sections[term.removeprefix(ITG)].text_content())
    uses = release_store.select("SELECT (COUNT(*) AS ?n) WHERE { ?s itg:basedOn ?o }")
    (count,) = next(uses)
    assert count is not None
    assert f"{count.value} times" in spaced(sections["basedOn"].text_content())
    (version,) = column(release_store, f"SELECT ?v WHERE {{ <{ITG[:-1]}> <{OWL}versionInfo> ?v }}")
    assert version in page.cssselect("dl.inline dd")[0].text_content()


def test_every_type_of_problem_has_its_place(site: Site) -> None:
    assert TO_DO.keys() == TYPES.keys()
    page = site.page("/ns/problem.html")
    assert {one.get("id") for one in page.cssselect("dl.problems > div")} == TYPES.keys()
    problem = site.get("/model/nothing", accept="application/problem+json").text
    (kind,) = re.findall(r"ns/problem#([a-z-]+)", problem)
    assert TYPES[kind] in page.get_element_by_id(kind).text_content()


@pytest.mark.parametrize("scheme", CONCEPTS)
def test_a_scheme_lists_its_concepts(site: Site, release_store: Store, scheme: str) -> None:
    page = site.page(f"/{scheme}.html")
    concepts = column(release_store, f"SELECT ?c WHERE {{ ?c skos:inScheme <{BASE}{scheme}> }}")
    hrefs = page.cssselect("section.term h2 a")
    assert {one.get("href") for one in hrefs} == {f"/{concept.removeprefix(BASE)}.html" for concept in concepts}


def test_a_concept_says_how_many_carry_it(site: Site, release_store: Store) -> None:
    count = len(
        column(
            release_store,
            f"SELECT ?d WHERE {{ ?d a schema:Dataset ; itg:construction <{BASE}construction/model-generated> }}",
        )
    )
    (link,) = site.page("/construction.html").cssselect("#model-generated .scope a")
    assert (link.text, link.get("href")) == (f"{count} data sets", "/dataset?construction=construction/model-generated")


def test_a_concept_that_only_a_part_of_a_data_set_carries_is_used(site: Site) -> None:
    (told,) = site.page("/modality.html").cssselect("#point-cloud .scope dd")
    assert spaced(told.text_content()) == "1 part of a data set"


# The service


def test_what_is_not_known_is_counted_by_the_query_that_lists_it(site: Site, release_store: Store) -> None:
    links = site.page("/about.html").cssselect("[aria-labelledby=gaps] td a")
    assert len(links) == 8
    for link in links:
        (query,) = parse_qs(urlsplit(link.get("href")).query)["query"]
        assert int(link.text) == len(column(release_store, query))


def test_the_limits_are_those_that_are_enforced(site: Site) -> None:
    rows = site.page("/about.html").cssselect("[aria-labelledby=limits] tbody tr")
    shown = [tuple(cell.text_content() for cell in row) for row in rows]
    assert shown == [(one.name, one.shown, one.what) for one in Limits().promises()]


def test_the_graph_of_the_sources_can_be_had(site: Site, release_store: Store) -> None:
    reply = site.get("/about.nq", accept=None)
    (count,) = next(release_store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{BASE}about> {{ ?s ?p ?o }} }}"))
    assert count is not None
    assert sum(line.endswith(f"<{BASE}about> .") for line in reply.text.splitlines()) == int(count.value)


def test_the_dump_is_what_the_downloads_say(site: Site) -> None:
    page = site.page("/downloads")
    (href,) = page.xpath("//a[@download]/@href")
    dump = site.get(href, accept=None).body
    text = spaced(page.text_content())
    digest = hashlib.sha256(dump).hexdigest()
    assert f"{len(dump):,} bytes" in text
    assert f'echo "{digest} itgraph.nq" | sha256sum -c' in text


# Machines that read the whole site


def entities(store: Store) -> list[str]:
    labelled = column(store, f"SELECT DISTINCT ?e WHERE {{ ?e <{RDFS}label> ?label ; a ?class }}")
    found = [iri.removeprefix(BASE) for iri in labelled if iri.startswith(BASE)]
    return [one for one in found if re.fullmatch(r"[a-z-]+/[^/#]+", one)]


def link_tables(store: Store) -> list[str]:
    return [iri.removeprefix(BASE) for iri in column(store, f"SELECT ?t WHERE {{ ?t a <{SSSOM}MappingSet> }}")]


def test_the_map_lists_every_entity_once(site: Site, release_store: Store) -> None:
    reply = site.get("/sitemap.xml", accept=None)
    assert reply.headers["content-type"] == "application/xml; charset=utf-8"
    addresses = Counter(locations(reply.body, "url"))
    assert set(addresses.values()) == {1}
    things = entities(release_store)
    assert len(things) == sum(release_store.manifest["entities"].values()) > 900
    assert addresses.keys() >= {f"{site.url}{one}.html" for one in things}
    tables = link_tables(release_store)
    assert addresses.keys() >= {f"{site.url}{one}.html" for one in tables}
    assert len(addresses) == len(things) + len(crawlers.PAGES) + len(tables)
    assert addresses.keys() >= {f"{site.url}{page[1:]}" for page in PAGES}
    assert site.get("/sitemaps/2.xml").status == 404


def test_a_map_in_parts_lists_every_entity_once(release_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "PER_MAP", 300)
    worker = WorkerSite(release_store, Limits(), "https://example.org/lineage/")
    worker.open_index()
    parts = locations(worker.respond(Request("/sitemap.xml")).body, "sitemap")
    assert parts == [f"https://example.org/lineage/sitemaps/{n}.xml" for n in range(1, len(parts) + 1)]
    addresses: list[str] = []
    for part in parts:
        body = worker.respond(Request(part.removeprefix("https://example.org/lineage"))).body
        addresses += locations(body, "url")
    expected = [*crawlers.PAGES, *(f"{one}.html" for one in link_tables(release_store) + entities(release_store))]
    assert Counter(addresses) == Counter(f"https://example.org/lineage/{one}" for one in expected)


def test_a_release_without_an_index_has_no_map_and_says_so(small_site: Site) -> None:
    reply = small_site.get("/sitemap.xml", accept="text/plain")
    assert (reply.status, "no search index" in reply.text) == (404, True)


def test_robots_are_told_what_to_leave_alone(site: Site) -> None:
    reply = site.get("/robots.txt", accept=None)
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.text.splitlines()[0] == "User-agent: *"
    lines = set(reply.text.splitlines())
    assert lines >= {
        "Disallow: /sparql",
        "Disallow: /api/",
        "Disallow: /*?",
        "Allow: /",
        f"Sitemap: {site.url}sitemap.xml",
    }


def test_a_browser_learns_how_to_search(site: Site) -> None:
    reply = site.get("/opensearch.xml", accept=None)
    assert reply.headers["content-type"] == "application/opensearchdescription+xml; charset=utf-8"
    root = etree.fromstring(reply.body)
    (url,) = root.iterfind(f"{OPENSEARCH}Url")
    assert url.get("template") == f"{site.url}search?q={{searchTerms}}"
    image = root.findtext(f"{OPENSEARCH}Image") or ""
    assert site.get(urlsplit(image).path, accept=None).headers["content-type"] == "image/svg+xml"


def test_language_models_learn_what_this_is(site: Site) -> None:
    reply = site.get("/llms.txt", accept=None)
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"[Vocabulary]({site.url}ns.html)" in reply.text


# Ids of the past

RETIRED = """\
@base <https://w3id.org/itgraph/> .
@prefix itg: <https://w3id.org/itgraph/ns#> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<registry/model/llama> {
    <model/llama> a fair4ml:MLModel ; rdfs:label "LLaMA" ; dcterms:replaces <model/llama-1> .
}
<registry/model/opaca> {
    <model/opaca> owl:deprecated true ; rdfs:label "Opaca" ; itg:reason "It was a <b>slip</b> for Alpaca" .
}
<registry/model/oldest> { <model/oldest> owl:deprecated true . }
"""


def test_an_id_of_the_past_leads_on_or_says_why_it_is_gone(
    serve_site: Callable[..., Site], release_of: Callable[[str], Path]
) -> None:
    past = serve_site(release_of(RETIRED))
    moved = past.get("/model/llama-1.ttl", accept=None)
    assert (moved.status, moved.headers["location"]) == (301, "/model/llama.ttl")
    for address in ("/model/opaca", "/model/opaca.html", "/model/opaca.ttl"):
        gone = past.get(address)
        assert (gone.status, gone.headers["content-type"]) == (410, "text/html; charset=utf-8")
        page: html.HtmlElement = html.document_fromstring(gone.text)
        said = page.get_element_by_id("main").text_content()
        assert "model/opaca (Opaca) was given up" in said
        assert "It was a <b>slip</b> for Alpaca" in said
        assert past.get(address, accept="application/problem+json").problem == "gone"
    assert past.get("/model/oldest").status == 410
    assert past.get("/model/llama").status == 303


@pytest.mark.parametrize(
    "path",
    [
        "/ns.html",
        "/about.html",
        "/corrections",
        "/survey/references.html",
        "/downloads",
        "/ns/problem.html",
        "/llms.txt",
    ],
)
def test_what_a_release_lacks_makes_a_page_short_and_no_mistake(small_site: Site, path: str) -> None:
    assert small_site.get(path).status == 200
