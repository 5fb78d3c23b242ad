"""The first page: what this is, a search, the numbers, questions that one click answers.

Part of the site.

Example: ``/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.dataset import DATA_LICENCE, DESCRIPTION, TITLE
from itgraph.site.response import Page, Request
from itgraph.stats import most_built_upon

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["home"]

#: The questions of the first page, by the names of the saved queries; each has an example to begin with.
QUESTIONS = ("built-on", "ancestry", "data-written-by", "licences", "what-the-survey-gets-wrong")


def home(site: Site, _: Request) -> Page:
    """Return the first page."""
    return site.render(
        "home.html",
        title="itgraph",
        bases=most_built_upon(site.store),
        questions=[site.queries[name] for name in QUESTIONS if name in site.queries],
        schema_org={
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": site.base,
            "name": TITLE,
            "description": DESCRIPTION,
            "url": site.addresses.url,
            "license": DATA_LICENCE,
            "version": site.manifest.get("version", ""),
            "distribution": {
                "@type": "DataDownload",
                "encodingFormat": "application/n-quads",
                "contentUrl": f"{site.addresses.url}dump/itgraph.nq",
                "contentSize": str(site.manifest["bytes"]),
            },
        },
    )
