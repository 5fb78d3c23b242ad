"""The things of the graph over HTTP: one IRI, a page for people, the same statements in every format for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from lxml import html
from rdflib.compare import isomorphic
from signposting import Signpost, find_signposting_http_link
from tests.serving.site.conftest import Site

from itgraph.namespaces import BASE

#: One of each kind: entities, a concept, the rows, references and graphs of sources.
THINGS = [
    "model/alpaca",
    "dataset/alpaca",
    "paper/arxiv-2304.12244",
    "person/yizhong-wang",
    "organization/openai",
    "benchmark/mmlu",
    "technique/lora",
    "domain/medical",
    "survey/models/4",
    "survey/reference/17",
    "registry/model/alpaca",
]
FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}


def triples(body: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(body, format=form)}


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/html", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/xhtml+xml", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/trig", "trig"),
        ("application/n-quads", "nq"),
        ("text/html;q=0.5, text/turtle", "ttl"),
        ("text/turtle;q=0.5, text/html;q=0.6", "html"),
        ("application/rdf+xml;q=0.9, application/ld+json;q=0.8, text/csv", "rdf"),
        ("text/html;q=0, */*", "ttl"),
        ("*/*", "html"),
        (None, "html"),
    ],
)
def test_a_thing_leads_to_its_document_in_the_format_that_is_liked_best(
    site: Site, accept: str | None, form: str
) -> None:
    reply = site.get("/model/alpaca", accept=accept)
    assert (reply.status, reply.headers["location"]) == (303, f"/model/alpaca.{form}")
    assert "accept" in [name.strip().lower() for name in reply.headers["vary"].split(",")]


@pytest.mark.parametrize("accept", ["text/csv", "image/png", "*/*;q=0"])
def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(site: Site, accept: str) -> None:
    reply = site.get("/model/alpaca", accept=accept)
    assert (reply.status, reply.problem) == (406, "not-acceptable")
    assert {media_type for media_type, _ in FORMATS.values()} <= set(json.loads(reply.body)["offered"])


@pytest.mark.parametrize("accept", ["text/html", "application/ld+json", "image/png", None])
def test_an_ending_goes_before_what_is_accepted(site: Site, accept: str | None) -> None:
    reply = site.get("/model/alpaca.ttl", accept=accept)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert "accept" not in [name.strip().lower() for name in reply.headers["vary"].split(",")]


@pytest.mark.parametrize("thing", THINGS)
def test_the_formats_hold_the_same_statements_of_the_thing(site: Site, thing: str) -> None:
    held = {}
    for ending, (media_type, form) in FORMATS.items():
        reply = site.get(f"/{thing}.{ending}", accept=None)
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, media_type)
        held[ending] = triples(reply.body, form)
    assert held["nt"]
    assert held["ttl"] == held["nt"]
    assert held["jsonld"] == held["nt"]
    assert held["rdf"] == held["nt"]
    named = {quad.triple for quad in ox.parse(site.get(f"/{thing}.trig").body, format=ox.RdfFormat.TRIG)}
    assert held["nt"] & named


# rdflib's reader of JSON-LD uses a class that rdflib has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("ending", ["ttl", "jsonld", "rdf"])
@pytest.mark.parametrize("thing", ["model/alpaca", "person/yizhong-wang"])
def test_another_reader_finds_what_is_stated_line_by_line(site: Site, thing: str, ending: str) -> None:
    names = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
    read, wanted = (
        rdflib.Graph().parse(data=site.get(f"/{thing}.{form}").body, format=names[form]) for form in (ending, "nt")
    )
    assert isomorphic(read, wanted)


@pytest.mark.parametrize("thing", ["model/alpaca", "survey/models/4"])
def test_the_names_are_those_of_the_graph_wherever_the_server_is(site: Site, thing: str) -> None:
    for ending, (_, form) in FORMATS.items():
        reply = site.get(f"/{thing}.{ending}")
        assert site.url not in reply.text
        subjects = {triple.subject.value for triple in triples(reply.body, form) if hasattr(triple.subject, "value")}
        assert BASE + thing in subjects


def links_of(reply_link: str, url: str) -> set[tuple[str, str, str]]:
    """Return the typed links of a header, as the reader of signposting.org reads them."""
    return {told(post) for post in find_signposting_http_link([reply_link], url).signposts}


def told(post: Signpost) -> tuple[str, str, str]:
    return str(post.rel), str(post.target), str(post.type or "")


@pytest.mark.parametrize("thing", THINGS)
def test_the_typed_links_of_the_header_are_those_of_the_page(site: Site, thing: str) -> None:
    reply = site.get(f"/{thing}.html")
    rows = [
        f'<{link.get("href")}>; rel="{link.get("rel")}"' + (f'; type="{link.get("type")}"' if link.get("type") else "")
        for link in html.document_fromstring(reply.text).cssselect("head > link")
        # The style, the icon and the search are those of any page.
        if link.get("rel") not in ("stylesheet", "icon", "search")
    ]
    url = f"{site.url}{thing}.html"
    header = links_of(reply.headers["link"], url)
    assert header == links_of(", ".join(rows), url)
    # A work has a DOI to be cited by.
    doi = "https://doi.org/10.48550/arXiv."
    cited = thing.replace("paper/arxiv-", doi) if thing.startswith("paper/arxiv-") else BASE + thing
    assert [href for rel, href, _ in header if rel == "cite-as"] == [cited]
    assert {type_ for rel, _, type_ in header if rel == "describedby"} >= {one for one, _ in FORMATS.values()}
    assert {rel for rel, _, _ in header} >= {"cite-as", "describedby", "type", "license", "collection"}


@pytest.mark.parametrize("thing", ["model/alpaca", "survey/reference/17"])
def test_what_a_page_is_described_by_describes_it(site: Site, thing: str) -> None:
    header = links_of(site.get(f"/{thing}.html").headers["link"], site.url)
    for target in (target for rel, target, _ in header if rel == "describedby"):
        reply = site.get("/" + target.removeprefix(site.url))
        assert list(described(reply.headers["link"])) == [(f"{site.url}{thing}.html", "text/html")]


def described(header: str) -> Iterator[tuple[str, str]]:
    """Yield what a header says it describes, with its type: a relation that the reader does not look for."""
    for link in header.split(", "):
        target, _, parameters = link.partition(">; ")
        if 'rel="describes"' in parameters:
            yield target.removeprefix("<"), parameters.partition('type="')[2].rstrip('"')


@pytest.mark.parametrize("path", ["/model/alpaca.html", "/model/alpaca.ttl", "/model/alpaca.jsonld", "/"])
def test_who_has_a_document_need_not_take_it_again(site: Site, path: str) -> None:
    whole, head = site.get(path), site.get(path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-type"] == whole.headers["content-type"]
    again = site.get(path, If_None_Match=whole.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", whole.headers["etag"])
    assert site.get(path, If_None_Match='"another"').status == 200


def test_a_name_that_is_nearly_one_is_answered_by_what_may_be_meant(site: Site) -> None:
    for path in ("/model/alpacca", "/model/alpacca.html"):
        reply = site.get(path)
        assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
        page: html.HtmlElement = html.document_fromstring(reply.text)
        assert any("model/alpaca" in main.text_content() for main in page.cssselect("main"))
    reply = site.get("/model/alpacca.ttl", accept="text/turtle")
    assert (reply.status, reply.problem) == (404, "not-found")
    assert "model/alpaca" in json.loads(reply.body)["detail"]


def test_behind_a_public_address_all_links_begin_with_it(serve_site: Callable[..., Site], release: Path) -> None:
    site = serve_site(release, "--public-url", "https://example.org/lineage/")
    assert site.get("/model/alpaca").headers["location"] == "/lineage/model/alpaca.html"
    for path in ("/", "/model/alpaca.html", "/model", "/model/nobody.html"):
        page: html.HtmlElement = html.document_fromstring(site.get(path).text)
        inside = [
            address
            for _, attribute, address, _ in page.iterlinks()
            if attribute in ("href", "src", "action") and not address.startswith(("https://", "http://", "#"))
        ]
        assert inside
        assert [address for address in inside if not address.startswith("/lineage/")] == []
    reply = site.get("/model/alpaca.html")
    ours = {
        target
        for rel, target, _ in links_of(reply.headers["link"], "https://example.org/lineage/model/alpaca.html")
        if rel in ("describedby", "collection")
    }
    assert "https://example.org/lineage/" in ours
    assert "https://example.org/lineage/model/alpaca.ttl" in ours
    assert all(target.startswith("https://example.org/lineage/") for target in ours)
    assert site.url not in reply.text + reply.headers["link"]
    # The graph's own names do not move.
    subjects = {quad.subject for quad in ox.parse(site.get("/model/alpaca.nt").body, format=ox.RdfFormat.N_TRIPLES)}
    assert ox.NamedNode(f"{BASE}model/alpaca") in subjects
