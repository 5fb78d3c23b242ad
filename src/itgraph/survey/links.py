"""What a printed link denotes: an arXiv id, an ACL Anthology id, an OpenReview note, a DOI, or just a page.

>>> read_link("https://arxiv.org/pdf/2304.12244v2.pdf").arxiv_id
'2304.12244'
>>> read_link("https://aclanthology.org/2022.emnlp-main.460.pdf").identifier
'acl:2022.emnlp-main.460'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit, urlunsplit

from itgraph.claims import is_url

__all__ = ["ARXIV_ID", "SOURCE_HOSTS", "Link", "find_arxiv_id", "read_link"]

#: arXiv identifiers since April 2007, without the version (https://info.arxiv.org/help/arxiv_identifier.html).
ARXIV_ID = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5})(?:v\d+)?(?![\d])")

#: The path of the DOI that arXiv gives to every e-print (https://info.arxiv.org/help/doi.html).
ARXIV_DOI = re.compile(r"/10\.48550/arxiv\.(\d{4}\.\d{4,5})/?$", re.IGNORECASE)

#: Hosts whose pages are source repositories; a model hub page is not one.
SOURCE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})

#: Query strings that only choose a tab of the page.
TAB_ONLY = re.compile(r"^tab=[\w-]+$")


@dataclass(frozen=True)
class Link:
    """A link as read: the cleaned URL, and the identifier that it carries, if it is of a kind that carries one."""

    url: str
    arxiv_id: str | None = None
    identifier: str | None = None

    @property
    def is_source_repository(self) -> bool:
        """Whether the URL points at a source host rather than at any other page."""
        return urlsplit(self.url).hostname in SOURCE_HOSTS


def find_arxiv_id(text: str) -> str | None:
    """Return the first arXiv id printed in ``text``, without its version, or None."""
    match = ARXIV_ID.search(text)
    return match.group(1) if match else None


def read_link(href: str) -> Link | None:
    """Read one href; None where it is no http(s) URL at all.

    Blanks and whatever follows them are not part of a URL; a tab choice and its fragment are not part of an identity.
    """
    stripped = href.strip()
    printed = stripped.split()[0] if stripped else ""
    try:
        parts = urlsplit(printed)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "." not in parts.hostname or not is_url(printed):
        return None
    query, fragment = parts.query, parts.fragment
    if parts.hostname in SOURCE_HOSTS and (not query or TAB_ONLY.match(query)):
        query = fragment = ""
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, fragment))
    host = parts.hostname.removeprefix("www.").removeprefix("export.")
    if host == "arxiv.org" and (arxiv_id := find_arxiv_id(parts.path)):
        return Link(f"https://arxiv.org/abs/{arxiv_id}", arxiv_id=arxiv_id)
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    match host:
        case "aclanthology.org":
            return Link(url, identifier=f"acl:{last.removesuffix('.pdf')}")
        case "openreview.net" if note := parse_qs(parts.query).get("id"):
            return Link(url, identifier=f"openreview:{note[0]}")
        case "doi.org" | "dx.doi.org" if preprint := ARXIV_DOI.match(parts.path):
            return Link(f"https://arxiv.org/abs/{preprint[1]}", arxiv_id=preprint[1])
        case "doi.org" | "dx.doi.org":
            return Link(url, identifier=f"doi:{parts.path.lstrip('/').lower()}")
    return Link(url)
