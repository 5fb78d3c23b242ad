"""The page of the types of problem: what each means, and what to do about it. Their IRIs lead here.

Part of the site. The types are those of the endpoint (``itgraph.endpoint.problems``).

Example: ``/ns/problem.html#busy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from itgraph.endpoint.problems import NAMESPACE, TYPES
from itgraph.site.response import Page, Request

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["TO_DO", "problem_types", "problem_types_thing"]

#: What to do about each; the same keys as ``TYPES``.
TO_DO: Mapping[str, str] = {
    "answer-too-large": "Ask for less, by LIMIT or by columns; or take the dump.",
    "bad-request": "Mend the request: the detail says what is missing or stands twice.",
    "busy": "Try again; Retry-After says when.",
    "closing": "Try again in a moment: another process takes over.",
    "engine-failed": "Ask more simply: the query took more memory than there is, or nests too deep for the engine.",
    "gone": "Take another id: the detail says why this one was given up.",
    "internal": "Tell the maintainers, with the address and the time.",
    "media-type": "Send a form or application/sparql-query, in UTF-8.",
    "method": "Use one of the methods that the header Allow names.",
    "not-acceptable": "Accept one of the formats that are offered.",
    "not-found": "Look the thing up by the search; the hint may name what was meant.",
    "not-ready": "Try again; Retry-After says when.",
    "query-cannot-be-evaluated": "Mend the query: it parses, and asks for something that the engine does not do.",
    "query-too-complex": "Nest it less deep, or ask in parts.",
    "query-too-long": "Ask in parts, or by POST, which takes longer queries.",
    "read-only": "Ask a query: nothing can be changed here.",
    "service-failed": "Ask without SERVICE, or try again: the other endpoint does not answer.",
    "service-refused": "Take SERVICE out: only the endpoints that the operator allows may be asked from here.",
    "syntax": "Mend the query at the line and column that are given.",
    "time-limit": "Ask more exactly: name a class or an entity, and bound paths and joins.",
    "too-many-queries": "Wait for your own queries; Retry-After says how long.",
}


def problem_types(site: Site, _: Request) -> Page:
    """Return the page of the types."""
    return site.render(
        "problem_types.html",
        title="Types of problem",
        namespace=NAMESPACE,
        types=[(name, TYPES[name], TO_DO[name]) for name in sorted(TYPES)],
    )


def problem_types_thing(site: Site, _: Request) -> Page:
    """Return the way to the page of the types."""
    location = site.addresses.page("ns/problem")
    return Page(b"", "text/plain; charset=utf-8", 303, (("location", location),))
