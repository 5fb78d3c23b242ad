"""A request of the SPARQL 1.1 Protocol, read: the query and its dataset, or the status that refuses it.

Part of the endpoint, before ``negotiation`` and ``evaluation``. https://www.w3.org/TR/sparql11-protocol/#query-operation

Example::

    read_request("GET", "query=ASK%20%7B%7D", "", b"").text    # 'ASK {}'
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

from itgraph.lineage_format import printable

__all__ = ["FORM", "QUERY", "QueryRequest", "Refused", "read_request"]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
READ_ONLY = "this endpoint is read-only: it answers queries and takes no updates"


class Refused(Exception):
    """The request cannot be answered: the status and one line that says what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class QueryRequest:
    """A query and the dataset that the request names for it (section 2.1.4); empty lists mean the release's own."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_request(method: str, query_string: str, content_type: str, body: bytes) -> QueryRequest:
    """Return the query of a request by GET, by form, or as the body itself (sections 2.1.1 to 2.1.3).

    Args:
        method: GET, HEAD or POST.
        query_string: what stands behind ``?`` in the URL.
        content_type: the header of that name, or the empty string.
        body: the body of a POST.

    Raises:
        Refused: 400 for no query or two, or what is not UTF-8; 403 for an update; 415 for another content type, or
            another charset.
    """
    parameters = pairs(query_string.encode("ascii", "replace"))
    if method != "POST":
        return from_parameters(parameters)
    header = Message()
    header["Content-Type"] = content_type
    media_type = header.get_content_type() if content_type.strip() else ""
    if media_type == UPDATE or any(name == "update" for name, _ in parameters):
        raise Refused(403, READ_ONLY)
    if media_type not in (FORM, QUERY):
        raise Refused(415, f"send the query as {QUERY}, or as the field 'query' of {FORM}")
    charset = header.get_content_charset("utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, f"send the query in utf-8, not {printable(charset)}")
    if any(name == "query" for name, _ in parameters):
        raise Refused(400, "two queries: one in the URL and one in the body; give the one in the body alone")
    if media_type == FORM:
        return from_parameters(pairs(body))
    return from_parameters([("query", decoded(body)), *parameters])


def pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form or of a query string."""
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise Refused(400, "the fields are not percent-encoded UTF-8") from error
    except ValueError as error:
        raise Refused(400, f"the fields cannot be read: {error}") from error


def decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, "the query is not UTF-8") from error


def from_parameters(parameters: list[tuple[str, str]]) -> QueryRequest:
    """Return the request that the fields describe."""
    if any(name == "update" for name, _ in parameters):
        raise Refused(403, READ_ONLY)
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) != 1:
        what = "no query" if not queries else f"{len(queries)} queries"
        raise Refused(400, f"{what}: give exactly one as the field 'query'; the page at / shows how")
    return QueryRequest(
        queries[0],
        tuple(value for name, value in parameters if name == "default-graph-uri"),
        tuple(value for name, value in parameters if name == "named-graph-uri"),
    )
