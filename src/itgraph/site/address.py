"""The addresses of the site: where on this server an IRI of the graph is described, and which links are safe.

Part of the site, below all its pages. The graph's IRIs stay what they are, wherever the server runs; a page links to
the document on this server, below the path of its public address.

>>> here = Addresses("https://w3id.org/itgraph/", "https://example.org/lineage/")
>>> here.of("https://w3id.org/itgraph/model/alpaca"), here.of("https://w3id.org/itgraph/ns#basedOn")
('/lineage/model/alpaca.html', '/lineage/ns.html#basedOn')
>>> here.of("https://arxiv.org/abs/2302.13971"), here.of("javascript:alert(1)")
('https://arxiv.org/abs/2302.13971', None)
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from itgraph.namespaces import ITG, ONTOLOGY

__all__ = ["IN_PATH", "Addresses"]

SCHEMES = frozenset({"http", "https", "mailto"})
#: What may stand in a path as it is (RFC 3986, section 3.3), and with it what a path's parts are parted by.
IN_PATH = "/:@!$&'()*+,;=~-._"


class Addresses:
    """The addresses of one server. ``base`` is that of the entities, ``url`` the public one; both end in a slash."""

    def __init__(self, base: str, url: str) -> None:
        self.base = base
        self.url = url
        #: The path of the public address: what every link of ours begins with.
        self.root = urlsplit(url).path or "/"

    def page(self, identifier: str, form: str = "html") -> str:
        """Return the path of the document about an entity, by its id; ``form`` is the ending."""
        thing, hash_, fragment = identifier.partition("#")
        path = quote(thing, safe=IN_PATH)
        # An address that begins with two slashes is one of another server.
        path = re.sub("^/", "%2F", path)
        return f"{self.root}{path}.{form}{hash_}{quote(fragment, safe=IN_PATH)}"

    def public(self, identifier: str, form: str = "html") -> str:
        """Return the whole address of the document about an entity, for what is read elsewhere."""
        thing, _, _ = identifier.partition("#")
        return f"{self.url}{quote(thing, safe=IN_PATH)}.{form}"

    def of(self, iri: str) -> str | None:
        """Return where a link to the IRI leads: to a page of ours, elsewhere by http, https or mailto, or nowhere."""
        if iri == ONTOLOGY or iri.startswith(ITG):
            return self.page("ns" + iri.removeprefix(ONTOLOGY))
        if iri.startswith(self.base) and iri != self.base:
            return self.page(iri.removeprefix(self.base))
        if iri == self.base:
            return self.root
        return iri if iri.partition(":")[0].lower() in SCHEMES else None
