"""The REST interface: which operations there are, and how one that is asked for is answered.

Part of the site, above the operations and below its table of routes. An operation gives data; here it becomes JSON or
CSV, with its links. What is asked is checked by the declaration of the operation (``operations``).

Example: ``/api/search?q=llama&format=csv``.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from itgraph.endpoint.negotiation import Offer
from itgraph.endpoint.problems import Problem
from itgraph.site.operations import Asked, Operation
from itgraph.site.response import JSON, Page, Request
from itgraph.site.rest_browse import TABLE_OPERATIONS
from itgraph.site.rest_lineage import LINEAGE
from itgraph.site.rest_queries import QUERIES, operation_of
from itgraph.site.rest_search import SEARCH

if TYPE_CHECKING:
    from itgraph.queries import Query
    from itgraph.site.site import Site

__all__ = ["TAGS", "as_json", "operations", "rest"]

OFFERS = (Offer("json", JSON), Offer("csv", "text/csv"))
#: The parts of the interface, in the order in which they are described.
TAGS = {
    "Search": "From a name to the entities that may be meant.",
    "Entities": "The entities of a kind, chosen and sorted.",
    "Lineage": "What is made from what, and who says so.",
    "Questions": "The saved queries: questions with a name, which take parameters.",
}
#: The first whose path fits answers: those whose path has parameters come last.
OPERATIONS: tuple[Operation, ...] = (SEARCH, QUERIES, *TABLE_OPERATIONS, LINEAGE)


def operations(queries: Mapping[str, Query]) -> tuple[Operation, ...]:
    """Return all operations; each saved query is one."""
    return (*OPERATIONS, *(operation_of(query) for query in queries.values()))


def rest(site: Site, request: Request) -> Page:
    """Return the answer of an operation.

    Raises:
        Problem: 404, there is none of that path; 400, it takes something else; 406, no format is accepted.
        ItgraphError: what was asked for cannot be answered.
    """
    for operation in site.operations:
        of_path = operation.match(request.path)
        if of_path is not None:
            break
    else:
        raise unknown(site, request.path)
    asked = Asked(operation, operation.read(of_path, request.query_string), site.addresses.url)
    named = asked["format"]
    form = named or request.form
    if form not in ("json", "csv"):
        names = [offer.media_type for offer in OFFERS]
        what = f"the answer can be had as {', '.join(names)}"
        raise Problem(406, "not-acceptable", what, hint="add format=json or format=csv", offered=names)
    answer = operation.answer(site, asked)
    body = as_csv(answer.columns, answer.rows) if form == "csv" else as_json(answer.data)
    content_type = "text/csv; charset=utf-8; header=present" if form == "csv" else JSON
    links = {**answer.links, "service-desc": f"{site.addresses.url}api/openapi.json"}
    header = ", ".join(f'<{href}>; rel="{rel}"' for rel, href in links.items())
    return Page(body, content_type, headers=(("link", header),), volatile=answer.volatile, vary=named is None)


def unknown(site: Site, path: str) -> Problem:
    """Return what is said of a path that no operation has, with the path that may have been meant."""
    for operation in site.operations:
        if found := operation.pattern.fullmatch(path):
            odd = next(p for p in operation.parameters if p.place == "path" and not p.fits(found[p.name]))
            return Problem(404, "not-found", f"there is no {path} here", hint=f"{odd.name} is {odd.takes}")
    known = [operation.path for operation in site.operations]
    near = difflib.get_close_matches(path, known, n=1, cutoff=0.75)
    hint = f"did you mean {near[0]}?" if near else "see /api for what there is"
    return Problem(404, "not-found", f"there is no {path} here", hint=hint)


def as_json(data: Mapping[str, Any]) -> bytes:
    """Return JSON (RFC 8259), as UTF-8."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    r"""Return CSV with a header (RFC 4180), as UTF-8.

    >>> as_csv(["id", "open"], [["model/llama", True], ["model/gpt-4", None]])
    b'id,open\r\nmodel/llama,true\r\nmodel/gpt-4,\r\n'
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([str(cell).lower() if isinstance(cell, bool) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")
