"""Where Wikidata is asked: the addresses of its two SPARQL endpoints and of its API, and how patiently.

Serve side, the ground of the client. Since 9 May 2025 scholarly articles live on an endpoint of their own, and the main
one answers with no rows for them: https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service/WDQS_graph_split

>>> WIKIDATA.address(Endpoint.SCHOLARLY)
'https://query-scholarly.wikidata.org/sparql'
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

import httpx2

from itgraph.errors import UsageError
from itgraph.lineage_format import printable

__all__ = ["WIKIDATA", "Endpoint", "Patience", "Services"]


class Endpoint(StrEnum):
    """The two halves of Wikidata's graph."""

    MAIN = "main"
    SCHOLARLY = "scholarly"


@dataclass(frozen=True)
class Services:
    """The addresses: the SPARQL endpoint without the papers, that of the papers, and the API (``api.php``).

    Raises:
        UsageError: one is no address of http or https.
    """

    main: str = "https://query.wikidata.org/sparql"
    scholarly: str = "https://query-scholarly.wikidata.org/sparql"
    api: str = "https://www.wikidata.org/w/api.php"

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            try:
                url = httpx2.URL(given)
            except (httpx2.InvalidURL, TypeError) as error:
                raise UsageError(f"not an address: {printable(str(given))}: {error}") from error
            if url.scheme not in ("http", "https") or not url.host:
                hint = "give the whole address, such as https://query.wikidata.org/sparql"
                raise UsageError(f"not an address of http or https: {printable(given)}", hint=hint)

    def address(self, endpoint: Endpoint) -> str:
        """Return the address of an endpoint."""
        return self.main if endpoint is Endpoint.MAIN else self.scholarly


#: The real ones.
WIKIDATA = Services()


@dataclass(frozen=True)
class Patience:
    """How services are asked: seconds of waiting, times of trying, bytes of reading.

    Both endpoints end a query after 60 seconds, and grant a client 60 seconds of processing per minute:
    https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual#Query_limits
    """

    #: For one whole answer, and for a connection.
    timeout: float = 60.0
    connect: float = 10.0
    #: Between the end of one request and the next.
    pause: float = 0.5
    #: How often a question is asked in all.
    tries: int = 5
    #: Before the second try, doubled before each that follows, where the service names no time itself.
    first_wait: float = 2.0
    #: After "too many requests" (429) that names no time: a minute, as its operators ask.
    quota_wait: float = 60.0
    #: After so many questions in a row that a service did not answer, it is asked no more.
    give_up: int = 2
    #: The longest wait that a service may ask for, and all the waiting for one question together.
    longest_wait: float = 120.0
    total_wait: float = 300.0
    #: The largest answer, without compression.
    most_bytes: int = 64 << 20
    #: How many redirects are followed one after another.
    redirects: int = 3
