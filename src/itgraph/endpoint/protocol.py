"""A request of the SPARQL 1.1 Protocol, read: the query, its dataset and how to answer, or why not.

Part of the endpoint, before ``negotiation`` and the pool. https://www.w3.org/TR/sparql11-protocol/#query-operation

>>> read_request("GET", b"query=ASK%20%7B%7D&timeout=2", "", b"", Limits())
QueryRequest(text='ASK {}', default_graphs=(), named_graphs=(), format=None, seconds=2.0)
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from email.message import Message
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

from itgraph.endpoint.limits import Limits, size
from itgraph.endpoint.problems import READ_ONLY, Problem
from itgraph.lineage_format import printable

__all__ = ["FORM", "QUERY", "QueryRequest", "most_of_body", "read_request"]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})

#: A percent sign with two digits takes three bytes, and the other fields of a form some more.
ENCODED, BESIDE = 3, 8192
SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?|\.\d{1,9}")


class QueryRequest(NamedTuple):
    """A query, the dataset that the request names for it (section 2.1.4), and what it says of the answer.

    Empty lists of graphs mean the release's own dataset. ``format`` is the field of that name as given, ``seconds``
    the time limit.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    seconds: float


def most_of_body(limits: Limits) -> int:
    """Return how many bytes a body may have, in whichever of the forms it is sent."""
    return limits.max_query_post * ENCODED + BESIDE


def read_request(method: str, query_string: bytes, content_type: str, body: bytes, limits: Limits) -> QueryRequest:
    """Return the query of a request by GET, by form, or as the body itself (sections 2.1.1 to 2.1.3).

    Args:
        method: GET, HEAD or POST.
        query_string: what stands behind ``?`` in the URL.
        content_type: the header of that name, or the empty string.
        body: the body of a POST.
        limits: how long a query may be, and may take.

    Raises:
        Problem: 400 for no query or two, what is not UTF-8, or a time limit that is none or too long; 403 for an
            update; 413 or 414 for a query that is too long; 415 for another content type, or another charset.
    """
    if method != "POST":
        if query_string.startswith(b"query=") and b"&" not in query_string:
            # Most requests are just this.
            text = decoded(unquoted(query_string[6:].replace(b"+", b" ")), "percent-encoded UTF-8")
            request = QueryRequest(text, (), (), None, limits.max_seconds)
        else:
            request = of_fields(pairs(query_string), limits)
        if len(request.text) * 4 > limits.max_query_get and len(request.text.encode()) > limits.max_query_get:
            hint = f"send it by POST, which takes {size(limits.max_query_post)}"
            what = f"the query is longer than the {size(limits.max_query_get)} that a GET may have"
            raise Problem(414, "query-too-long", what, hint=hint, limit="max_query_get")
        return request
    fields = pairs(query_string)
    media_type, charset = content(content_type)
    if media_type == UPDATE or any(name == "update" for name, _ in fields):
        raise Problem(403, "read-only", READ_ONLY)
    if media_type not in (FORM, QUERY):
        hint = f"send the query as {QUERY}, or as the field 'query' of {FORM}"
        what = f"a body of {printable(media_type)} is not understood" if media_type else "the body has no content type"
        raise Problem(415, "media-type", what, hint=hint, headers={"Accept-Post": f"{QUERY}, {FORM}"})
    if charset not in CHARSETS:
        raise Problem(415, "media-type", f"send the query in utf-8, not {printable(charset)}")
    if any(name == "query" for name, _ in fields):
        hint = "give the one in the body alone"
        raise Problem(400, "bad-request", "two queries: one in the URL and one in the body", hint=hint)
    fields = [*pairs(body), *fields] if media_type == FORM else [("query", decoded(body)), *fields]
    request = of_fields(fields, limits)
    if len(request.text.encode()) > limits.max_query_post:
        raise too_long(limits)
    return request


def too_long(limits: Limits) -> Problem:
    """Return what the client is told of a body that is longer than a query may be."""
    what = f"the query is longer than the {size(limits.max_query_post)} that a query may have"
    return Problem(413, "query-too-long", what, hint="ask in parts", limit="max_query_post")


def content(header: str) -> tuple[str, str]:
    """Return media type and charset of a Content-Type header, in lower case; without one, the type is empty."""
    message = Message()
    message["Content-Type"] = header
    return (message.get_content_type() if header.strip() else ""), message.get_content_charset("utf-8")


def pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form or of a query string."""
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise Problem(400, "bad-request", "the fields are not percent-encoded UTF-8") from error
    except ValueError as error:
        raise Problem(400, "bad-request", f"the fields cannot be read: {error}") from error


def unquoted(encoded: bytes) -> bytes:
    """Return what is percent-encoded.

    Quoted-printable is the same but for its sign, and its decoder is one call and not one for each escape; what is no
    escape it leaves as it is, which the length tells, and then the slower way is gone.

    >>> unquoted(b"ASK%20%7B%7D=1"), unquoted(b"100%")
    (b'ASK {}=1', b'100%')
    """
    found = a2b_qp(encoded.replace(b"=", b"=3D").replace(b"%", b"="))
    return found if len(found) == len(encoded) - 2 * encoded.count(b"%") else unquote_to_bytes(encoded)


def decoded(body: bytes, what: str = "UTF-8") -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "bad-request", f"the query is not {what}") from error


def of_fields(fields: list[tuple[str, str]], limits: Limits) -> QueryRequest:
    """Return the request that the fields describe."""
    if any(name == "update" for name, _ in fields):
        raise Problem(403, "read-only", READ_ONLY)
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        what = "no query" if not queries else f"{len(queries)} queries"
        hint = "give exactly one as the field 'query'; the page at / shows how"
        raise Problem(400, "bad-request", what, hint=hint)
    given = dict(fields)
    return QueryRequest(
        queries[0],
        tuple(value for name, value in fields if name == "default-graph-uri"),
        tuple(value for name, value in fields if name == "named-graph-uri"),
        given.get("format"),
        seconds(given["timeout"], limits) if "timeout" in given else limits.max_seconds,
    )


def seconds(given: str, limits: Limits) -> float:
    """Return the time limit that a client asks for.

    Raises:
        Problem: it is no number of seconds, none at all, or more than there is.
    """
    most = f"at most {limits.max_seconds:g}"
    if not SECONDS.fullmatch(given) or not float(given):
        raise Problem(400, "bad-request", f"timeout={printable(given)[:40]}: not a time", hint=f"give seconds, {most}")
    if float(given) > limits.max_seconds:
        raise Problem(400, "bad-request", f"timeout={given}: more than there is", hint=f"give {most}")
    return float(given)
