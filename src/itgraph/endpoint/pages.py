"""The pages of the site on the side of the front: kept from the last time, or made by a worker and then kept.

Part of the endpoint, between ``app`` and the pool. What a page is made of is the worker's business (``itgraph.site``).
Here its entity tag is made of the release, the style and scripts of this server, and all that was asked; a page that
is asked for again costs no evaluation.

Example::

    pages = Pages(service, assets.digest)
    await pages.answer(request, client)
"""

from __future__ import annotations

import asyncio
import marshal
from hashlib import blake2b
from typing import TYPE_CHECKING

from itgraph.endpoint.cache import Headers, Reply
from itgraph.endpoint.negotiation import GRAPHS, Offer, best, encoding
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.replies import CORS, FRESH, NO_STORE, matches
from itgraph.endpoint.task import PAGE, Task
from itgraph.site.response import Page

if TYPE_CHECKING:
    from itgraph.endpoint.service import Service

__all__ = ["PAGE_HEADERS", "Pages"]

HTML = (Offer("html", "text/html"), Offer("html", "application/xhtml+xml", alias=True))
DOCUMENTS = (*HTML, *GRAPHS)
TABLES = (Offer("json", "application/json"), Offer("csv", "text/csv"))
#: Scripts and styles are files of ours; nothing is asked of another origin, and no page of another origin frames ours.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS: Headers = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
VARY = (b"vary", b"Accept, Accept-Encoding")
NOT_VARY = (b"vary", b"Accept-Encoding")


class Pages:
    """Answers requests for pages. ``digest`` is that of the style and the scripts."""

    def __init__(self, service: Service, digest: str) -> None:
        self._service = service
        self._digest = digest

    async def answer(
        self,
        path: str,
        query_string: str,
        accept: str | None,
        accept_encoding: str | None,
        none_match: bytes | None,
        client: str,
    ) -> Reply:
        """Return the response to a request for a page.

        Raises:
            Problem: there is no such page, or none in a format that is accepted; or it could not be made in time.
        """
        service = self._service
        if service.serving is None:
            raise Problem(503, "not-ready", "no release is open yet", headers={"Retry-After": "1"})
        if len(query_string) > service.limits.max_query_get * 3:
            what = f"the address is longer than the {service.limits.max_query_get} bytes that a GET may have"
            raise Problem(414, "query-too-long", what, limit="max_query_get")
        offers = TABLES if path.startswith("/api/") else DOCUMENTS
        offer = best(accept, offers)
        form = "" if offer is None else offer.form
        compression = encoding(accept_encoding)
        tag = self._tag(path, query_string, form, compression)
        if none_match is not None and matches(none_match, tag):
            return Reply(304, (*CORS, VARY, FRESH, (b"etag", tag)))
        if (kept := service.cache.get(tag)) is not None:
            service.metrics.hits += 1
            return kept
        service.admission.enter(client)
        outcome, since = "gone", asyncio.get_running_loop().time()
        try:
            packed = await self._made(path, query_string, form, compression, client)
            outcome = "answered"
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            service.admission.leave(client)
            service.metrics.count(outcome, asyncio.get_running_loop().time() - since)
        return self._reply(tag, packed)

    async def _made(self, path: str, query_string: str, form: str, compression: str | None, client: str) -> bytes:
        serving = self._service.serving
        assert serving is not None  # noqa: S101 - seen by the caller
        receiver = Receiving()
        asked = PAGE, path, query_string, form, compression
        task = Task(marshal.dumps(asked), client, self._service.limits.max_seconds, receiver)
        serving.pool.submit(task)
        try:
            return await receiver.done
        except asyncio.CancelledError:
            serving.pool.abandon(task)
            raise

    def _reply(self, tag: bytes, packed: bytes) -> Reply:
        try:
            page = Page.of_bytes(packed)
        except (ValueError, KeyError, TypeError) as error:
            raise Problem(500, "internal", "a page came out wrong", hint="please tell the maintainers") from error
        headers: list[tuple[bytes, bytes]] = [
            *CORS,
            VARY if page.vary else NOT_VARY,
            NO_STORE if page.volatile else FRESH,
            (b"content-type", page.content_type.encode()),
            *((name.encode(), value.encode()) for name, value in page.headers),
        ]
        if page.content_type.startswith("text/html"):
            headers += [header for header in PAGE_HEADERS if header not in CORS]
        if page.encoding is not None:
            headers.append((b"content-encoding", page.encoding.encode()))
        if not page.volatile:
            headers.append((b"etag", tag))
        reply = Reply(page.status, tuple(headers), page.body)
        if not page.volatile:
            self._service.cache.put(tag, reply)
        return reply

    def _tag(self, path: str, query_string: str, form: str, compression: str | None) -> bytes:
        said = "\0".join(("page", self._digest, path, query_string, form, compression or ""))
        digest = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        serving = self._service.serving
        return f'W/"{serving.tag if serving else ""}-{digest}"'.encode()


class Receiving:
    """Takes a page from a worker, in however many parts it comes."""

    def __init__(self) -> None:
        self.done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._parts: list[bytes] = []

    def answered(self, flags: int, body: bytes) -> None:
        """Take the whole page."""
        if not self.done.done():
            self.done.set_result(body)

    def began(self, flags: int, part: bytes) -> None:
        """Take the beginning of a page."""
        self._parts.append(part)

    def continued(self, part: bytes) -> None:
        """Take a further part."""
        self._parts.append(part)

    def ended(self) -> None:
        """Take note that the page is complete."""
        self.answered(0, b"".join(self._parts))

    def failed(self, problem: Problem) -> None:
        """Take note that there will be no page."""
        if not self.done.done():
            self.done.set_exception(problem)
