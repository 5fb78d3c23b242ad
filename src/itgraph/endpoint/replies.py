"""The responses that need no evaluation, and the headers that all of them carry.

Part of the endpoint, above ``cache`` and ``problems``, below ``service`` and ``app``.

>>> not_modified(b'W/"1-2"').status, matches(b'"0", W/"1-2"', b'W/"1-2"')
(304, True)
"""

from __future__ import annotations

from functools import lru_cache

from itgraph.endpoint.cache import Headers, Reply
from itgraph.endpoint.negotiation import GRAPHS, NAMES, SOLUTIONS, Offer, best, named, wanted_formats
from itgraph.endpoint.problems import PROBLEM_JSON, Problem

__all__ = [
    "CORS",
    "FRESH",
    "METHODS",
    "NO_STORE",
    "PREFLIGHT",
    "VARY",
    "answer_headers",
    "formats",
    "matches",
    "not_acceptable",
    "not_modified",
    "refusal",
]

#: Any page may ask, and read these headers: the data is public, and there are no credentials
#: (https://fetch.spec.whatwg.org/#http-cors-protocol). No content is to be taken for another type than it says.
CORS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
)
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
VARY = (b"vary", b"Accept, Accept-Encoding")
#: Whoever keeps an answer asks whether it still holds, which costs next to nothing.
FRESH = (b"cache-control", b"public, max-age=0, must-revalidate")
NO_STORE = (b"cache-control", b"no-store")
PREFLIGHT = Reply(
    204,
    (
        *CORS,
        (b"allow", ", ".join(METHODS).encode()),
        (b"access-control-allow-methods", ", ".join(METHODS).encode()),
        (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
        (b"access-control-max-age", b"86400"),
    ),
)
#: How a problem can be told: JSON for programs, one line for people.
TOLD = (Offer("json", PROBLEM_JSON), Offer("json", "application/json", alias=True), Offer("text", "text/plain"))
FOR_BROWSERS = Offer("text", "text/html")


def matches(none_match: bytes, key: bytes) -> bool:
    """Tell whether an If-None-Match header holds the tag; the comparison is weak (RFC 9110, section 13.1.2)."""
    opaque = key.removeprefix(b"W/")
    return any(tag.strip().removeprefix(b"W/") == opaque for tag in none_match.split(b","))


@lru_cache(maxsize=256)
def answer_headers(content_type: str, encoding: str | None, *, volatile: bool) -> Headers:
    """Return the headers of an answer, without its tag. ``volatile`` tells that it may be another one the next time."""
    encoded = () if encoding is None else ((b"content-encoding", encoding.encode()),)
    return (*CORS, VARY, (b"content-type", content_type.encode()), *encoded, NO_STORE if volatile else FRESH)


@lru_cache(maxsize=256)
def not_modified(key: bytes) -> Reply:
    """Return the response to whoever has the answer already (RFC 9110, section 15.4.5)."""
    return Reply(304, (*CORS, VARY, FRESH, (b"etag", key)))


def refusal(problem: Problem, accept: str | None) -> Reply:
    """Return the response to a request that is not answered, in the form that the client reads (RFC 9457)."""
    told = best(accept, TOLD) or TOLD[0]
    if accept is not None and "text/html" in accept and best(accept, (*TOLD, FOR_BROWSERS)) is FOR_BROWSERS:
        told = TOLD[-1]
    media_type = PROBLEM_JSON if told.form == "json" else told.media_type
    content_type = PROBLEM_JSON if told.form == "json" else told.content_type
    extra = tuple(
        (name.lower().encode(), value.encode("latin-1", "replace")) for name, value in problem.headers.items()
    )
    headers = (*CORS, (b"vary", b"Accept"), NO_STORE, (b"content-type", content_type.encode()), *extra)
    return Reply(problem.status, headers, problem.body(media_type))


def formats(name: str | None, accept: str | None) -> tuple[Offer | None, Offer | None]:
    """Return how solutions and triples are to be written: by the field ``format``, else by the Accept header.

    Raises:
        Problem: 400, the name is that of no format; 406, none of what is offered is accepted.
    """
    if name is not None:
        found = named(name)
        if found is None:
            hint = f"give one of {', '.join(sorted(NAMES))}, or a media type"
            raise Problem(400, "bad-request", "the field 'format' names no format", hint=hint)
        return found
    wanted = wanted_formats(accept)
    if not any(wanted):
        raise not_acceptable((*SOLUTIONS, *GRAPHS))
    return wanted


def not_acceptable(offers: tuple[Offer, ...]) -> Problem:
    """Return what a client is told that accepts none of these."""
    names = list(dict.fromkeys(offer.media_type for offer in offers if not offer.alias))
    return Problem(406, "not-acceptable", f"the answer can be had as {', '.join(names)}", offered=names)
