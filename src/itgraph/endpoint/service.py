"""What the endpoint does with a request: refuse it, answer it from what it has answered before, or have it evaluated.

Part of the endpoint, between ``exchange`` and the pool; knows no sockets. A request becomes a key, which is its entity
tag as well: release, query, dataset, formats and encoding. A repeated request costs one look-up by what was sent, and
one by the key.

Example::

    service = Service(Limits(), cache_bytes=64 << 20)
    service.serve(release)    # from now on
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from itgraph.endpoint import frames
from itgraph.endpoint.cache import Cache, Headers, Reply
from itgraph.endpoint.clients import Clients
from itgraph.endpoint.metrics import Metrics
from itgraph.endpoint.negotiation import GRAPHS, SOLUTIONS, Offer, encoding
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.protocol import QueryRequest, read_request
from itgraph.endpoint.replies import (
    METHODS,
    PREFLIGHT,
    answer_headers,
    formats,
    matches,
    not_acceptable,
    not_modified,
    refusal,
)
from itgraph.endpoint.spool import Room, Spool
from itgraph.endpoint.task import QUERY, Task
from itgraph.endpoint.waiting import Admission

if TYPE_CHECKING:
    from itgraph.endpoint.limits import Limits
    from itgraph.endpoint.releases import Serving
    from itgraph.endpoint.task import Receiver

__all__ = ["Asked", "Service"]

#: The methods of a request that has all it asks in its address.
ASKING = frozenset({"GET", "HEAD"})
#: So many requests are known again by what was sent, if that is not longer than this.
MOST_KNOWN, LONGEST_KNOWN = 8192, 2048
#: The longest header that says what a client accepts; the clients in use send some hundreds of bytes.
LONGEST_HEADER = 2000
#: Bytes that all slow clients together may leave waiting.
SPOOLED = 1 << 30


class Asked:
    """A request that is being evaluated: who asked for what, how it is to be written, and where it runs."""

    __slots__ = ("accept", "encoding", "flags", "key", "offers", "serving", "task")

    def __init__(
        self,
        key: bytes,
        offers: tuple[Offer | None, Offer | None],
        encoding: str | None,
        accept: str | None,
        serving: Serving,
        task: Task,
    ) -> None:
        self.key = key
        self.offers = offers
        self.encoding = encoding
        self.accept = accept
        self.serving = serving
        self.task = task
        self.flags = 0


class Service:
    """The endpoint over the release that is being served."""

    def __init__(self, limits: Limits, *, cache_bytes: int, trusted_proxies: Sequence[str] = ()) -> None:
        self.limits = limits
        self.cache = Cache(cache_bytes)
        self.admission = Admission(limits)
        self.metrics = Metrics()
        self.client = Clients(trusted_proxies).of
        self._known: dict[tuple[bytes, str | None, str | None], bytes] = {}
        self._room = Room(SPOOLED)
        self.serving: Serving | None = None

    def serve(self, serving: Serving) -> Serving | None:
        """Answer from this release from now on; return the one before it."""
        before, self.serving = self.serving, serving
        self.cache.clear()
        self._known.clear()
        return before

    # A request

    def ask(
        self,
        method: str,
        query_string: bytes,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes | bytearray,
        client: str,
        receiver: Receiver,
    ) -> Reply | Asked:
        """Return the response to a request, or what has been handed over to be evaluated for the receiver."""
        accept = accept_encoding = none_match = None
        content_type = ""
        for name, value in headers:
            if name == b"accept":
                accept = value.decode("latin-1") if accept is None else f"{accept}, {value.decode('latin-1')}"
            elif name == b"accept-encoding":
                accept_encoding = value.decode("latin-1")
            elif name == b"if-none-match":
                none_match = value
            elif name == b"content-type":
                content_type = value.decode("latin-1")
            elif name == b"content-encoding" and value.strip().lower() != b"identity":
                problem = Problem(415, "media-type", "send the query as it is, not compressed")
                return refusal(problem, accept)
        sent = (query_string, accept, accept_encoding)
        key = self._known.get(sent) if method in ASKING else None
        if key is not None and (reply := self.cache.get(key)) is not None:
            self.metrics.hits += 1
            return not_modified(key) if none_match and matches(none_match, key) else reply
        try:
            if any(header is not None and len(header) > LONGEST_HEADER for header in (accept, accept_encoding)):
                # What is known of a header is kept, and so is not to be of any length.
                raise Problem(431, "bad-request", f"Accept is longer than {LONGEST_HEADER:,} bytes")
            return self._ask(method, sent, none_match, content_type, bytes(body), client, receiver)
        except Problem as problem:
            self.metrics.count(problem.kind)
            return refusal(problem, accept if problem.status != 431 else None)

    def _ask(
        self,
        method: str,
        sent: tuple[bytes, str | None, str | None],
        none_match: bytes | None,
        content_type: str,
        body: bytes,
        client: str,
        receiver: Receiver,
    ) -> Reply | Asked:
        query_string, accept, accept_encoding = sent
        if method not in METHODS:
            allowed = ", ".join(METHODS)
            raise Problem(405, "method", f"use one of {allowed}", headers={"Allow": allowed})
        if method == "OPTIONS":
            return PREFLIGHT
        if self.serving is None:
            raise Problem(503, "not-ready", "no release is open yet", headers={"Retry-After": "1"})
        if not query_string and method in ASKING:
            return self.serving.documents.service_description(accept, none_match)
        request = read_request(method, query_string, content_type, body, self.limits)
        offers = formats(request.format, accept)
        compression = encoding(accept_encoding)
        key = self._key(request, offers, compression)
        if method in ASKING and len(query_string) <= LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[sent] = key
        if method in ASKING and none_match is not None and matches(none_match, key):
            return not_modified(key)
        if (reply := self.cache.get(key)) is not None:
            self.metrics.hits += 1
            return reply
        self.admission.enter(client)
        solutions, graphs = offers
        form, graph_form = solutions.form if solutions else None, graphs.form if graphs else None
        asked = QUERY, request.text, request.default_graphs, request.named_graphs, form, graph_form, compression
        task = Task(marshal.dumps(asked), client, request.seconds, receiver)
        try:
            self.serving.pool.submit(task)
        except Problem:
            self.admission.leave(client)
            raise
        return Asked(key, offers, compression, accept, self.serving, task)

    # Its answer, as the exchange has it made

    def reply(self, asked: Asked, flags: int, body: bytes) -> Reply:
        """Return the response with a whole answer, and remember it where it will be the same the next time."""
        asked.flags = flags
        reply = Reply(200, self.headers(asked), body)
        if not flags & frames.VOLATILE and asked.serving is self.serving:
            self.cache.put(asked.key, reply)
        return reply

    def headers(self, asked: Asked) -> Headers:
        """Return the headers of an answer."""
        flags = asked.flags
        offer = asked.offers[1 if flags & frames.GRAPH else 0]
        content_type = offer.content_type if offer is not None else ""
        volatile = flags & frames.VOLATILE != 0
        headers = answer_headers(content_type, asked.encoding if flags & frames.COMPRESSED else None, volatile=volatile)
        return headers if volatile else (*headers, (b"etag", asked.key))

    def may_keep(self, asked: Asked, parts: Sequence[bytes]) -> bool:
        """Tell whether an answer in parts may still be remembered."""
        return not asked.flags & frames.VOLATILE and sum(map(len, parts)) <= self.cache.largest

    def problem(self, problem: Problem, asked: Asked) -> Reply:
        """Return the response where there is no answer."""
        if problem.kind == "not-acceptable":
            problem = not_acceptable(GRAPHS if problem.members.get("graph") else SOLUTIONS)
        return refusal(problem, asked.accept)

    def spool(self) -> Spool:
        """Return what keeps parts of an answer for a client that is slow to take them."""
        return Spool(self._room)

    def finished(self, asked: Asked, outcome: str, seconds: float) -> None:
        """Take note that a request is done with."""
        self.admission.leave(asked.task.client)
        self.metrics.count(outcome, seconds)

    def gauges(self) -> dict[str, tuple[str, float]]:
        """Return what is so at this moment: name, help and value."""
        pool = self.serving.pool if self.serving is not None else None
        return {
            "itgraph_workers": ("Worker processes of the release that is served.", pool.size if pool else 0),
            "itgraph_queries_running": ("Queries that are being evaluated.", pool.running if pool else 0),
            "itgraph_queries_waiting": ("Queries that wait for a worker.", pool.waiting if pool else 0),
            "itgraph_cache_bytes": ("Bytes of the answers that are kept.", self.cache.bytes),
            "itgraph_cache_answers": ("Answers that are kept.", len(self.cache)),
            "itgraph_spooled_bytes": ("Bytes of answers that slow clients have yet to take.", self._room.taken),
        }

    def _key(self, request: QueryRequest, offers: tuple[Offer | None, Offer | None], compression: str | None) -> bytes:
        """Return the entity tag: weak, since rows without an order may come in another (RFC 9110, section 8.8.1)."""
        solutions, graphs = offers
        said = (
            solutions.media_type if solutions else "",
            graphs.media_type if graphs else "",
            compression or "",
            *request.default_graphs,
            "",
            *request.named_graphs,
            "",
            request.text,
        )
        digest = blake2b("\0".join(said).encode(), digest_size=16).hexdigest()
        return f'W/"{self.serving.tag if self.serving else ""}-{digest}"'.encode()
