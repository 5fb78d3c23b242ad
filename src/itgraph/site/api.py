"""The page ``/api``: the operations of the REST interface as people read them, each with a command to try.

Part of the site, beside ``openapi``, and made of the same declarations.

Example: ``/api``; a program that asks for JSON there is led to ``/api/openapi.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.endpoint.negotiation import Offer
from itgraph.endpoint.replies import not_acceptable
from itgraph.site.operations import Operation
from itgraph.site.response import HTML, JSON, Page, Request
from itgraph.site.rest import TAGS

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["described"]

#: What the negotiation of documents calls JSON of any kind.
AS_JSON = "jsonld"
OFFERS = (Offer("html", "text/html"), Offer("json", JSON))


def described(site: Site, request: Request) -> Page:
    """Return the page of the operations.

    Raises:
        Problem: 406, neither HTML nor JSON is accepted.
    """
    address = f"{site.addresses.url}api/openapi.json"
    link = ("link", f'<{address}>; rel="service-desc"; type="{JSON}"')
    if request.form == AS_JSON:
        return Page(b"", HTML, 303, (("location", f"{site.addresses.root}api/openapi.json"), link), vary=True)
    if request.form != "html":
        raise not_acceptable(OFFERS)
    by_tag: dict[str, list[Operation]] = {tag: [] for tag in TAGS}
    for operation in site.operations:
        by_tag[operation.tag].append(operation)
    page = site.render(
        "api.html",
        title="REST",
        tags={tag: operations for tag, operations in by_tag.items() if operations},
        about=TAGS,
        limits=site.limits,
        paged=next(operation for operation in site.operations if operation.identifier == "queries"),
    )
    return Page(page.body, page.content_type, headers=(link,), vary=True)
