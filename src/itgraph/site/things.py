"""The things of the graph, dereferenced: where the description of an IRI is, and that description in every format.

Part of the site. An IRI of a thing that is no document is answered by 303 with the address of the document about it, in
the format that is liked best (https://www.w3.org/TR/cooluris/#r303gendocument). A name that was replaced leads to the
new one, one that was given up is gone.

Example: ``/model/alpaca`` leads to ``/model/alpaca.html``, or with ``Accept: text/turtle`` to ``/model/alpaca.ttl``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from itgraph.endpoint.negotiation import GRAPHS
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.replies import not_acceptable
from itgraph.entity import exists, replaced_by
from itgraph.export.jsonld import published, write_framed, write_jsonld
from itgraph.export.lines import Line, held, unnamed
from itgraph.export.rdfxml import write_rdfxml
from itgraph.export.selection import describing
from itgraph.export.turtle import write_trig, write_turtle
from itgraph.namespaces import ITG, OWL, RDFS
from itgraph.site.address import IN_PATH
from itgraph.site.entity import entity_page
from itgraph.site.graphs import is_named_graph, lines_of_graph
from itgraph.site.response import Page, Request
from itgraph.site.signposts import link_header, signposts
from itgraph.sparql import iri_ref, is_iri, kind_of

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["FORMS", "PAGES", "context", "document", "thing", "without_slash"]

#: The endings of documents, with their types.
FORMS = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}


LABEL, REASON = RDFS + "label", ITG + "reason"


def thing(site: Site, request: Request, identifier: str) -> Page:
    """Return the way to the document about a thing.

    Raises:
        Problem: 404, nothing is said about it; 410, its id was given up; 406, no format is accepted.
    """
    found = looked_up(site, identifier)
    if isinstance(found, Page):
        return found
    if request.form not in FORMS:
        raise not_acceptable(GRAPHS)
    location = site.addresses.page(identifier, request.form)
    headers = (("location", location), ("link", link_header(signposts(site, identifier))))
    return Page(b"", "text/plain; charset=utf-8", 303, headers, vary=True)


def document(site: Site, request: Request, identifier: str, form: str) -> Page:
    """Return the document about a thing.

    Raises:
        Problem: 404, nothing is said about it; 410, its id was given up.
    """
    found = looked_up(site, identifier, form)
    if isinstance(found, Page):
        return found
    posts = link_header(signposts(site, identifier, form))
    if form == "html":
        page = page_for(identifier)(site, request, identifier)
        return Page(page.body, page.content_type, page.status, (*page.headers, ("link", posts)))
    return Page(written(site, identifier, form), FORMS[form], headers=(("link", posts),))


def context(_: Site, __: Request) -> Page:
    """Return the context of our JSON-LD, at the address by which documents refer to it."""
    return Page(json.dumps(published(), indent=2).encode() + b"\n", FORMS["jsonld"])


def without_slash(site: Site, request: Request, identifier: str) -> Page:
    """Return the way to the address without the slash that people add at its end."""
    query = f"?{request.query_string}" if request.query_string else ""
    location = site.addresses.root + quote(identifier, safe=IN_PATH) + query
    return Page(b"", "text/plain; charset=utf-8", 301, (("location", location),))


#: What is described by a page of its own making: a thing by its id, all of a kind by the kind and a slash.
PAGES: dict[str, Callable[[Site, Request, str], Page]] = {}


def page_for(identifier: str) -> Callable[[Site, Request, str], Page]:
    """Return what makes the page about a thing."""
    return PAGES.get(identifier) or PAGES.get(f"{kind_of(identifier)}/", entity_page)


def looked_up(site: Site, identifier: str, form: str | None = None) -> str | Page:
    """Return the IRI of a thing, or the page that leads to what replaces it.

    Raises:
        Problem: 404, nothing is said about it; 410, its id was given up.
    """
    iri = site.base + identifier
    if not is_iri(iri) or "#" in identifier:
        raise unknown(site, identifier)
    if (successor := replaced_by(site.store, iri)) is not None:
        new = successor.removeprefix(site.base)
        location = site.addresses.page(new, form) if form else site.addresses.root + quote(new, safe=IN_PATH)
        return Page(b"", "text/plain; charset=utf-8", 301, (("location", location),))
    if (gone := given_up(site, iri)) is not None:
        label, reason = gone
        what = f"{identifier} ({label}) was given up" if label else f"{identifier} was given up"
        raise Problem(410, "gone", what, hint=reason or "the search may find what stands in its place")
    if not exists(site.store, iri) and not is_named_graph(site, identifier):
        raise unknown(site, identifier)
    return iri


def given_up(site: Site, iri: str) -> tuple[str, str] | None:
    """Return how an id that was given up was called, and why it is gone; None for one that is not."""
    subject = iri_ref(iri)
    told = (f"OPTIONAL {{ {subject} {iri_ref(by)} ?{name} }}" for name, by in (("label", LABEL), ("reason", REASON)))
    query = f"SELECT ?label ?reason WHERE {{ {subject} {iri_ref(OWL + 'deprecated')} true {' '.join(told)} }} LIMIT 1"
    for label, reason in site.store.select(query):
        return label.value if label is not None else "", reason.value if reason is not None else ""
    return None


def unknown(site: Site, identifier: str) -> Problem:
    """Return what is said of an id that there is not, with what may have been meant."""
    hint = "the search may find it"
    if site.index is not None:
        hits = site.search(identifier.rpartition("/")[2].replace("-", " "), limit=3)
        if hits:
            hint = f"did you mean {' or '.join(hit.id for hit in hits)}?"
    return Problem(404, "not-found", f"nothing is said about {identifier} here", hint=hint)


def written(site: Site, identifier: str, form: str) -> bytes:
    """Return what is said about a thing in a format of RDF; with graphs, also who says so."""
    iri, base = site.base + identifier, site.base
    lines: list[Line] = describing(site.store, [iri])
    is_source = is_named_graph(site, identifier)
    if is_source:
        lines = sorted({*lines, *lines_of_graph(site, identifier)})
        triples: Iterable[Line] = sorted(set(unnamed(lines)))
    else:
        triples = held(lines)
    out = io.BytesIO()
    if form == "jsonld" and not is_source:
        write_framed(triples, base, iri, out)
    else:
        WRITERS[form](lines if form in ("trig", "nq") else triples, base, out)
    return out.getvalue()


def as_lines(lines: Iterable[Line], _: str, out: BinaryIO) -> None:
    out.writelines(lines)


WRITERS: dict[str, Callable[[Iterable[Line], str, BinaryIO], None]] = {
    "ttl": write_turtle,
    "nt": as_lines,
    "rdf": write_rdfxml,
    "trig": write_trig,
    "nq": as_lines,
    "jsonld": write_jsonld,
}
