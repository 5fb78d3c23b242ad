"""Every link of the site that leads to the site: it is answered, and the place on the page that it names is there."""

from __future__ import annotations

import re
from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import local
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pytest
from lxml import etree, html
from tests.serving.endpoint.conftest import Reply
from tests.serving.site.conftest import Site

#: As many as one client may ask at once.
CONNECTIONS = 4
#: A document in a format of RDF: what is in them is tested elsewhere, and here that they are there, some of each kind.
DOCUMENT = re.compile(r"/(?P<kind>[a-z-]+(?:/[a-z-]+(?=/))?).*\.(?P<form>ttl|jsonld|nt|rdf|trig|nq)")
MOST_OF_A_KIND = 3
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class Crawl:
    """What has been seen of a site, and what is left to see. ``wrong`` are the links that lead nowhere."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._own = local()
        self._sites: list[Site] = []
        self._asked: set[object] = set()
        self._documents: dict[tuple[str, str], int] = defaultdict(int)
        #: The ids of each page, and who names which of them.
        self._ids: dict[str, set[str]] = {}
        self._named: dict[str, dict[str, str]] = defaultdict(dict)
        self._ends: dict[str, str] = {}
        self.wrong: list[str] = []

    def run(self, *paths: str) -> None:
        """Follow all links from the paths on."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            running: set[Future[tuple[str, list[str]]]] = set()
            waiting = [(path, "the beginning") for path in paths]
            while running or waiting:
                for path, source in waiting:
                    if self._is_new(path):
                        running.add(pool.submit(self._follow, path, source))
                waiting = []
                if running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    waiting = [(link, page) for one in done for page, links in [one.result()] for link in links]
                    waiting = [(link, page) for link, page in waiting if self._noted(link, page)]
        for one in self._sites:
            one.close()
        for path, names in self._named.items():
            ids = self._ids.get(self._ends.get(path, path))
            self.wrong += [
                f"{source} names {path}#{name}, which is not there"
                for name, source in names.items()
                if ids is not None and name not in ids
            ]

    @property
    def pages(self) -> int:
        return len(self._ids)

    def _noted(self, link: str, page: str) -> bool:
        path, hash_, name = link.partition("#")
        if hash_ and name:
            self._named[path].setdefault(unquote(name), page)
        return True

    def _is_new(self, link: str) -> bool:
        """Tell whether an address is one to ask: one with fields stands for all with the same fields."""
        parts = urlsplit(link.partition("#")[0])
        key = parts.path, frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        if key in self._asked:
            return False
        self._asked.add(key)
        if found := DOCUMENT.fullmatch(parts.path):
            self._documents[found["kind"], found["form"]] += 1
            return self._documents[found["kind"], found["form"]] <= MOST_OF_A_KIND
        return True

    def _follow(self, link: str, source: str) -> tuple[str, list[str]]:
        """Return the page, and the links of ours on it."""
        if not hasattr(self._own, "site"):
            self._own.site = Site(self._site.url)
            self._sites.append(self._own.site)
        asked = path = link.partition("#")[0]
        reply: Reply = self._own.site.get(path, BROWSER)
        for _ in range(3):
            if reply.status not in (301, 303):
                break
            path = reply.headers["location"].partition("#")[0]
            reply = self._own.site.get(path, BROWSER)
        self._ends[asked] = path
        if reply.status != 200:
            self.wrong.append(f"{source} links to {asked}: {reply.status}")
            return path, []
        kind = reply.headers["content-type"]
        if kind.startswith("text/html"):
            page: html.HtmlElement = html.document_fromstring(reply.text)
            self._ids[path] = {one.get("id", "") for one in page.cssselect("[id]")}
            links = [address for _, attribute, address, _ in page.iterlinks() if attribute in ("href", "src")]
        elif path == "/sitemap.xml" or "sitemap" in path:
            links = [place.text or "" for place in etree.fromstring(reply.body).iter(LOCATION)]
        else:
            return path, []
        whole = (urljoin(self._site.url.rstrip("/") + path, link) for link in links)
        return path, [one.removeprefix(self._site.url.rstrip("/")) for one in whole if one.startswith(self._site.url)]


@pytest.fixture(scope="module")
def crawl(site: Site) -> Crawl:
    crawl = Crawl(site)
    crawl.run("/", "/sitemap.xml")
    return crawl


def test_every_link_is_answered_and_every_place_is_there(crawl: Crawl) -> None:
    assert not crawl.wrong, f"{len(crawl.wrong)} links:\n" + "\n".join(sorted(crawl.wrong)[:50])


def test_every_entity_is_reached(crawl: Crawl) -> None:
    assert crawl.pages > 1000
