"""What the endpoint says of itself without a query: the text at its root, the service description, VoID, DCAT.

Part of the endpoint, between ``description``, which knows the vocabularies, and ``service`` and ``app``, which send
them. Each document is made once per release and format, and then kept.

Example: ``curl -H 'Accept: text/turtle' http://127.0.0.1:8080/sparql``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from itgraph.endpoint import landing
from itgraph.endpoint.cache import Reply
from itgraph.endpoint.description import catalogue, service_description, void_description, write
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.negotiation import GRAPHS, Offer, best
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.replies import CORS, FRESH, matches, not_acceptable, not_modified
from itgraph.endpoint.stated import Stated

__all__ = ["Documents"]

HTML = (Offer("html", "text/html"), Offer("html", "application/xhtml+xml", alias=True))
TEXT = Offer("text", "text/plain")
VARY = (b"vary", b"Accept")


class Documents:
    """The documents about one release, served at ``public_url`` (with a slash at the end)."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        stated: Stated,
        limits: Limits,
        public_url: str,
        services: Sequence[str] = (),
    ) -> None:
        self._manifest = manifest
        self._stated = stated
        self._limits = limits
        self._url = public_url
        self._services = services
        self._made: dict[tuple[str, str], Reply] = {}

    def front_page(self, none_match: bytes | None = None) -> Reply:
        """Return what stands at ``/`` for who is no browser: text."""
        return self._reply("page", TEXT, none_match, self._page)

    def service_description(self, accept: str | None, none_match: bytes | None = None) -> Reply:
        """Return what stands at the endpoint for who asks no query: RDF, or for browsers the way to the page to ask at.

        Raises:
            Problem: 400, the formats that are accepted are those of an answer to a query.
        """
        offer = best(accept, (*GRAPHS, *HTML))
        if offer is None:
            hint = "give exactly one as the field 'query'; the page at / shows how"
            raise Problem(400, "bad-request", "no query", hint=hint)
        if offer.form == "html":
            location = f"{urlsplit(self._url).path}query"
            return Reply(303, (*CORS, VARY, FRESH, (b"location", location.encode())))
        return self._graph("service", offer, none_match, self._service_description)

    def catalogue(self, accept: str | None, none_match: bytes | None = None) -> Reply:
        """Return the catalogue of the downloads, in DCAT."""
        return self._graph(
            "catalogue", rdf(accept), none_match, lambda: catalogue(self._endpoint, self._url, self._manifest)
        )

    def void(self, accept: str | None, none_match: bytes | None = None) -> Reply:
        """Return the statistics of the release: what its graph ``void`` states, and where to get the data."""
        statistics = self._stated.statistics
        return self._graph(
            "void",
            rdf(accept),
            none_match,
            lambda: void_description(self._endpoint, self._url, self._manifest, statistics),
        )

    @property
    def _endpoint(self) -> str:
        return self._url + "sparql"

    def _service_description(self) -> Sequence[ox.Triple]:
        services = bool(self._services)
        return service_description(self._endpoint, self._manifest, self._limits, self._stated, services=services)

    def _page(self) -> bytes:
        return landing.as_text(self._manifest, self._endpoint, self._limits).encode()

    def _graph(
        self, name: str, offer: Offer, none_match: bytes | None, make: Callable[[], Sequence[ox.Triple]]
    ) -> Reply:
        return self._reply(name, offer, none_match, lambda: write(make(), offer.form))

    def _reply(self, name: str, offer: Offer, none_match: bytes | None, make: Callable[[], bytes]) -> Reply:
        reply = self._made.get((name, offer.media_type))
        if reply is None:
            body = make()
            tag = b'"%b"' % blake2b(body + offer.media_type.encode(), digest_size=12).hexdigest().encode()
            headers = (*CORS, VARY, FRESH, (b"content-type", offer.content_type.encode()), (b"etag", tag))
            reply = Reply(200, headers, body)
            self._made[name, offer.media_type] = reply
        tag = dict(reply.headers)[b"etag"]
        return not_modified(tag) if none_match is not None and matches(none_match, tag) else reply


def rdf(accept: str | None) -> Offer:
    """Return the format of RDF to answer in.

    Raises:
        Problem: 406, none is accepted.
    """
    offer = best(accept, GRAPHS)
    if offer is None:
        raise not_acceptable(GRAPHS)
    return offer
