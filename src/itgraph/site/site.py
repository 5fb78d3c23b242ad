"""The site over one release: a request comes in, a page goes out.

Part of the site, at its top. It lives in a worker that can open no file: whatever a page needs is read when the site is
made. What it asks of the store is its own, but for the queries of strangers, which pass the same gate as at the
endpoint.

Example::

    site = Site(Store.open(), Limits(), "http://127.0.0.1:8080/")
    site.respond(Request("/model/alpaca.html")).status    # 200
"""

from __future__ import annotations

import encodings.utf_16_be  # noqa: F401 - what is imported when it is needed could not be read any more: PyLD sorts by it
from collections.abc import Mapping, Sequence
from typing import Any

import langcodes.tag_parser  # noqa: F401
import pyld.jsonld  # noqa: F401
import rapidfuzz.fuzz
import rapidfuzz.process  # noqa: F401

from itgraph.endpoint.gate import read
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.problems import Problem
from itgraph.errors import StoreError
from itgraph.export.jsonld import published
from itgraph.prefix_map import converter, places
from itgraph.queries import load
from itgraph.search import Hit, SearchIndex
from itgraph.site.address import Addresses
from itgraph.site.assets import Assets
from itgraph.site.rendering import Templates
from itgraph.site.response import Page, Request
from itgraph.site.rest import operations
from itgraph.site.routes import ROUTES
from itgraph.store import QueryResults, Store

__all__ = ["Site"]


class Site:
    """The pages of a release. ``services`` are the endpoints that a query may ask, None where there is no gate."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        url: str,
        *,
        services: Mapping[str, str] | None = None,
    ) -> None:
        self.store = store
        self.base = store.base
        self.manifest = store.manifest
        self.limits = limits
        self.services = services
        self.addresses = Addresses(store.base, url)
        assets = Assets.load()
        self.templates = Templates(self.addresses, store.manifest, assets.digest, widgets=assets.widgets)
        self.queries = load()
        self.operations = operations(self.queries)
        self.index: SearchIndex | None = None
        self._no_index: StoreError | None = None
        published()
        converter()
        places()

    def open_index(self) -> None:
        """Open the search index, in the process that will read it (https://www.sqlite.org/howtocorrupt.html, 2.6).

        A release without one, or with one that is damaged, is served all the same; who searches is told why.
        """
        try:
            self.index = SearchIndex(self.store.folder, self.manifest)
        except StoreError as error:
            self._no_index = error

    def search(self, text: str, *, kind: str | Sequence[str] | None = None, limit: int = 10) -> list[Hit]:
        """Return the entities whose names fit the text, the best first.

        Raises:
            Problem: 503, the release has no index that can be read.
            UsageError: there is no such kind, or the limit is out of bounds.
        """
        if self.index is None:
            what = self._no_index.message if self._no_index is not None else "the index is not open"
            raise Problem(503, "not-ready", what, hint="build the release again")
        return self.index.search(text, kind=kind, limit=limit)

    def respond(self, request: Request) -> Page:
        """Return the page that is asked for.

        Raises:
            Problem: there is none, or not in the format that is asked for.
            ItgraphError: what was asked for cannot be answered.
        """
        for pattern, respond in ROUTES:
            if found := pattern.fullmatch(request.path):
                return respond(self, request, **found.groupdict())
        raise Problem(404, "not-found", f"there is no {request.path} here")

    def render(self, template: str, /, **context: Any) -> Page:
        """Return a page of HTML."""
        return Page(self.templates.render(template, **context))

    def evaluate(self, text: str) -> tuple[QueryResults, bool]:
        """Answer the query of a stranger; tell whether the answer may be another one the next time.

        Raises:
            Problem: the query is refused unevaluated.
            ItgraphError: it cannot be parsed.
        """
        if self.services is None:
            return self.store.query(text), False
        reading = read(text, self.services)
        return self.store.query(reading.text), reading.volatile
