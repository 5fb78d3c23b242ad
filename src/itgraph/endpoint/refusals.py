"""What a browser is shown when there is no page: the problem, in words, with a way on.

Part of the endpoint, between ``app`` and ``replies``. Programs get the problem as they do at ``/sparql``.

Example: ``http://127.0.0.1:8080/model/alpca`` in a browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.endpoint.cache import Reply
from itgraph.endpoint.negotiation import Offer, best
from itgraph.endpoint.pages import PAGE_HEADERS
from itgraph.endpoint.problems import PROBLEM_JSON, TYPES, Problem
from itgraph.endpoint.replies import CORS, NO_STORE, refusal
from itgraph.site.address import Addresses
from itgraph.site.rendering import Templates
from itgraph.site.response import HTML

if TYPE_CHECKING:
    from itgraph.endpoint.service import Service
    from itgraph.site.assets import Assets

__all__ = ["Refusals"]

FORMS = (Offer("json", PROBLEM_JSON), Offer("html", "text/html"))


class Refusals:
    """Makes responses of problems. ``url`` is the public address."""

    def __init__(self, service: Service, assets: Assets, url: str) -> None:
        self._service = service
        self._assets = assets
        self._url = url
        self._templates: tuple[str, Templates] | None = None

    def reply(self, problem: Problem, accept: str | None) -> Reply:
        """Return the response: a page where HTML is liked best, else as programs read it."""
        serving = self._service.serving
        offer = best(accept, FORMS)
        if serving is None or offer is None or offer.form != "html":
            return refusal(problem, accept)
        if self._templates is None or self._templates[0] != serving.tag:
            addresses = Addresses(serving.manifest["base"], self._url)
            made = Templates(addresses, serving.manifest, self._assets.digest, widgets=self._assets.widgets)
            self._templates = serving.tag, made
        detail, _, hint = problem.detail.partition(" — ")
        body = self._templates[1].render(
            "problem.html", title=TYPES[problem.kind], problem=problem, detail=detail, hint=hint
        )
        extra = ((name.lower().encode(), value.encode("latin-1", "replace")) for name, value in problem.headers.items())
        headers = (*CORS, (b"vary", b"Accept"), NO_STORE, (b"content-type", HTML.encode()), *extra)
        return Reply(problem.status, (*headers, *(one for one in PAGE_HEADERS if one not in CORS)), body)
