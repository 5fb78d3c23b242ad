"""What machines that read the whole site ask for: the map of its pages, what to leave alone, how to search, what it is.

Part of the site. The map lists each entity once. It is read from the search index in pieces of its own order, so that a
part of it costs the same however many parts there are.

Example: ``/sitemap.xml``, ``/robots.txt``, ``/opensearch.xml``, ``/llms.txt``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.dataset import DESCRIPTION, TITLE
from itgraph.endpoint.problems import Problem
from itgraph.site.kinds import CONCEPTS, KINDS
from itgraph.site.mapping_set import mapping_sets
from itgraph.site.response import Page, Request
from itgraph.site.survey_columns import TABLES

if TYPE_CHECKING:
    from itgraph.search import SearchIndex
    from itgraph.site.site import Site

__all__ = ["PER_MAP", "llms", "opensearch", "robots", "sitemap", "sitemap_part"]

XML = "application/xml; charset=utf-8"
OPENSEARCH = "application/opensearchdescription+xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
#: So many addresses a map may have (https://www.sitemaps.org/protocol.html).
PER_MAP = 50_000
#: The pages that are no entity, below the root, in every release.
PAGES = (
    "",
    *KINDS,
    "lineage",
    "questions",
    "survey.html",
    *(f"survey/{table}.html" for table in TABLES),
    "survey/references.html",
    "corrections",
    "ns.html",
    "ns/problem.html",
    *(f"{scheme}.html" for scheme in CONCEPTS),
    "about.html",
    "downloads",
    "api",
)


def sitemap(site: Site, _: Request) -> Page:
    """Return the map of the site, or the list of its parts where one file may not hold it.

    Raises:
        Problem: 404, the release has no search index.
    """
    count = parts(site)
    if count > 1:
        addresses = [f"{site.addresses.url}sitemaps/{part}.xml" for part in range(1, count + 1)]
        return Page(site.templates.render("sitemaps.xml", addresses=addresses), XML)
    return part_of(site, 1)


def sitemap_part(site: Site, _: Request, part: str) -> Page:
    """Return one part of the map.

    Raises:
        Problem: 404, there are fewer.
    """
    if not 1 <= int(part) <= parts(site):
        raise Problem(404, "not-found", f"the map of this site has no part {part}", hint="see /sitemap.xml")
    return part_of(site, int(part))


def index_of(site: Site) -> SearchIndex:
    """Return the search index, out of which the map is made.

    Raises:
        Problem: 404, the release has none.
    """
    if site.index is None:
        raise Problem(404, "not-found", "the release has no search index, and so no map", hint="build it again")
    return site.index


def pages_of(site: Site) -> tuple[str, ...]:
    """Return the pages that are no entity, those of the link tables included."""
    return (*PAGES, *(f"{table}.html" for table in mapping_sets(site)))


def parts(site: Site) -> int:
    """Return how many parts the map has; the pages that are no entity are in the first."""
    return -(-(len(pages_of(site)) + index_of(site).count()) // PER_MAP)


def part_of(site: Site, part: int) -> Page:
    every = pages_of(site)
    pages = every if part == 1 else ()
    begin = max(0, (part - 1) * PER_MAP - len(every))
    found = index_of(site).in_order(begin, PER_MAP - len(pages))
    addresses = [site.addresses.url + page for page in pages] + [site.addresses.public(one) for one in found]
    return Page(site.templates.render("sitemap.xml", addresses=addresses), XML)


def robots(site: Site, _: Request) -> Page:
    """Return what crawlers may read: the pages, and neither queries nor what is filtered by one."""
    root = site.addresses.root
    lines = (
        "User-agent: *",
        f"Disallow: {root}sparql",
        f"Disallow: {root}api/",
        f"Disallow: {root}search",
        f"Disallow: {root}*?",
        f"Allow: {root}",
        "Crawl-delay: 1",
        "",
        f"Sitemap: {site.addresses.url}sitemap.xml",
    )
    return Page("".join(f"{line}\n" for line in lines).encode(), TEXT)


def opensearch(site: Site, _: Request) -> Page:
    """Return how a browser searches here (https://github.com/dewitt/opensearch)."""
    return Page(site.templates.render("opensearch.xml", description=DESCRIPTION), OPENSEARCH)


def llms(site: Site, _: Request) -> Page:
    """Return what this is and where things are, in few words (https://llmstxt.org)."""
    url = site.addresses.url
    links = (
        ("about.html", "About", "what the marks mean, what is not known, limits, licences"),
        ("ns.html", "Vocabulary", "every class and property; Turtle at ns.ttl"),
        ("questions", "Questions", "saved queries, each with its SPARQL"),
        ("api", "REST", "JSON without SPARQL"),
        ("sparql", "SPARQL", "the endpoint; without a query its service description"),
        (".well-known/void", "VoID", "how much there is of each class and property"),
        ("downloads", "Downloads", "the whole graph as N-Quads"),
        ("sitemap.xml", "Map", "every entity"),
    )
    lines = (
        f"# {TITLE}",
        "",
        f"> {DESCRIPTION}",
        "",
        "An id such as `model/alpaca` is an address here: .html for people, .ttl, .jsonld, .nt, .rdf for programs,",
        ".trig and .nq with the source of each statement. Cite the source that a statement names, not this site alone.",
        "",
        *(f"- [{name}]({url}{path}): {what}" for path, name, what in links),
    )
    return Page("".join(f"{line}\n" for line in lines).encode(), TEXT)
