"""What the endpoint says of itself in RDF: service description, VoID, and a catalogue of what can be had.

Part of the endpoint, above ``limits`` and ``negotiation``: pure functions from the manifest, the limits and what the
release states to triples, which ``write`` puts into bytes. Every node has an IRI, below the endpoint's address or below
the base of the release, so that what two of these documents say of one thing comes together.

Example::

    stated = read_stated(store)
    write(service_description(url, store.manifest, Limits(), stated), "ttl")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from itgraph.dataset import DATA_LICENCE, DATASET, DESCRIPTION, PROJECT, TITLE
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.negotiation import GRAPHS, SOLUTIONS, Offer
from itgraph.endpoint.stated import OWN_GRAPHS, Stated
from itgraph.namespaces import DCTERMS, ONTOLOGY, PREFIXES, RDF, RDFS, SCHEMA, VOID, XSD
from itgraph.results import GRAPH_FORMATS, WITH_PREFIXES

__all__ = ["FORMAT_IRIS", "catalogue", "service_description", "void_description", "write"]

SD = "http://www.w3.org/ns/sparql-service-description#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
SPDX = "http://spdx.org/rdf/terms#"
FORMATS = "http://www.w3.org/ns/formats/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
ALL_PREFIXES = PREFIXES | {
    "dcat": DCAT,
    "foaf": FOAF,
    "formats": FORMATS,
    "sd": SD,
    "spdx": SPDX,
    "void-ext": "http://ldf.fi/void-ext#",
}

#: What the W3C calls each format that an offer is written in (https://www.w3.org/ns/formats/).
FORMAT_IRIS = {
    **{form: f"{FORMATS}SPARQL_Results_{form.upper()}" for form in ("json", "xml", "csv", "tsv")},
    "ttl": FORMATS + "Turtle",
    "nt": FORMATS + "N-Triples",
    "rdf": FORMATS + "RDF_XML",
    "nq": FORMATS + "N-Quads",
    "trig": FORMATS + "TriG",
    "jsonld": FORMATS + "JSON-LD",
}
#: Below the public address.
DUMP_PATH = "/dump/itgraph.nq"

LISTING = "SELECT ?graph ?method WHERE { ?graph <https://w3id.org/itgraph/ns#method> ?method }"


def service_description(
    url: str,
    manifest: Mapping[str, Any],
    limits: Limits,
    stated: Stated,
    *,
    formats: Iterable[Offer] = (*SOLUTIONS, *GRAPHS),
    services: bool = False,
) -> list[ox.Triple]:
    """Return what the service is (SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/).

    Args:
        url: the address of the endpoint itself.
        manifest: that of the release.
        limits: what the server promises, each of which is said.
        stated: what the release states of itself.
        formats: what answers can be had in.
        services: whether a query may ask other endpoints (SERVICE).
    """
    return [*service(url, manifest, limits, stated, formats, services)]


def service(
    url: str, manifest: Mapping[str, Any], limits: Limits, stated: Stated, formats: Iterable[Offer], services: bool
) -> Iterator[ox.Triple]:
    base = manifest["base"]
    here, whole, default = f"{url}#service", f"{url}#dataset", f"{url}#default-graph"
    yield from data_service(url, base)
    yield iri(here, RDF + "type", SD + "Service")
    yield iri(here, SD + "endpoint", url)
    yield iri(here, SD + "supportedLanguage", SD + "SPARQL11Query")
    for form in sorted({FORMAT_IRIS[offer.form] for offer in formats}):
        yield iri(here, SD + "resultFormat", form)
    if services:
        yield iri(here, SD + "feature", SD + "BasicFederatedQuery")
    yield iri(here, SD + "defaultDataset", whole)
    yield iri(whole, RDF + "type", SD + "Dataset")
    yield iri(whole, SD + "defaultGraph", default)
    count = f"{manifest['graphs']:,} named graphs" if "graphs" in manifest else "The named graphs"
    yield text(
        whole, DCTERMS + "description", f"{count}, one for each source that says something. List them: {LISTING}"
    )
    yield iri(default, RDF + "type", SD + "Graph")
    yield iri(default, RDF + "type", VOID + "Dataset")
    yield text(default, DCTERMS + "description", "What is held: the statements of all sources, corrected, each once.")
    # Not the data set of the graph void, which counts the default graph without its own statements.
    yield iri(default, RDFS + "seeAlso", base + DATASET)
    yield iri(base + DATASET, VOID + "sparqlEndpoint", url)
    if "triples" in manifest:
        yield number(default, VOID + "triples", manifest["triples"])
    for name in stated.graphs:
        node, graph = f"{url}#graph-{name}", f"{url}#graph-{name}-content"
        yield iri(whole, SD + "namedGraph", node)
        yield iri(node, RDF + "type", SD + "NamedGraph")
        yield iri(node, SD + "name", base + name)
        yield iri(node, SD + "graph", graph)
        yield iri(graph, RDF + "type", SD + "Graph")
        yield text(graph, DCTERMS + "description", OWN_GRAPHS[name])
    for example in stated.examples:
        yield iri(example, SCHEMA + "target", url)
    yield from promises(url, limits)


def promises(url: str, limits: Limits) -> Iterator[ox.Triple]:
    """Yield each limit as a ``schema:PropertyValue``: the service description has no term for any of them."""
    for one in limits.promises():
        node = f"{url}#limit-{one.name.replace('_', '-')}"
        yield iri(f"{url}#service", SCHEMA + "additionalProperty", node)
        yield iri(node, RDF + "type", SCHEMA + "PropertyValue")
        yield text(node, RDFS + "label", f"{one.shown} {one.what}")
        yield plain(node, SCHEMA + "name", one.name)
        yield number(node, SCHEMA + "maxValue", one.value)
        yield plain(node, SCHEMA + "unitText", one.unit)


def void_description(
    url: str, public_url: str, manifest: Mapping[str, Any], statistics: Iterable[ox.Triple]
) -> list[ox.Triple]:
    """Return the description of the data set (https://www.w3.org/TR/void/): what is stated, and where it can be had.

    Args:
        url: the address of the endpoint itself.
        public_url: the address below which everything is served.
        manifest: that of the release.
        statistics: what stands in its graph ``void``.
    """
    dataset, public = manifest["base"] + DATASET, public_url.rstrip("/")
    return [
        *statistics,
        iri(dataset, RDF + "type", VOID + "Dataset"),
        iri(dataset, DCTERMS + "license", DATA_LICENCE),
        iri(dataset, VOID + "sparqlEndpoint", url),
        iri(dataset, VOID + "dataDump", public + DUMP_PATH),
        iri(dataset, VOID + "feature", FORMAT_IRIS["nq"]),
        # Not its homepage: another server may serve the same data set.
        iri(dataset, FOAF + "page", f"{public}/"),
    ]


def catalogue(url: str, public_url: str, manifest: Mapping[str, Any]) -> list[ox.Triple]:
    """Return the catalogue (DCAT 3, https://www.w3.org/TR/vocab-dcat-3/): the data set, its dump, and the endpoint.

    Args:
        url: the address of the endpoint itself.
        public_url: the address below which everything is served.
        manifest: that of the release; what it does not know, such as ``issued``, is not said.
    """
    return [*catalogued(url, public_url.rstrip("/"), manifest)]


def catalogued(url: str, public: str, manifest: Mapping[str, Any]) -> Iterator[ox.Triple]:
    base = manifest["base"]
    here, dataset, dump, checksum = f"{url}#catalogue", base + DATASET, f"{url}#dump", f"{url}#dump-sha256"
    yield iri(here, RDF + "type", DCAT + "Catalog")
    yield text(here, DCTERMS + "title", "itgraph: what can be had here")
    yield text(here, DCTERMS + "description", f"The data set, its dump and its endpoint. {DESCRIPTION}")
    yield iri(here, FOAF + "homepage", f"{public}/")
    yield iri(here, DCAT + "dataset", dataset)
    yield iri(here, DCAT + "service", f"{url}#service")
    yield from data_service(url, base)
    yield iri(dataset, RDF + "type", DCAT + "Dataset")
    yield text(dataset, DCTERMS + "title", TITLE)
    yield text(dataset, DCTERMS + "description", DESCRIPTION)
    yield iri(dataset, DCTERMS + "conformsTo", ONTOLOGY)
    yield iri(dataset, DCAT + "landingPage", f"{public}/")
    yield iri(dataset, DCAT + "distribution", dump)
    if manifest.get("version"):
        yield plain(dataset, DCAT + "version", manifest["version"])
    if manifest.get("issued"):
        kind = "dateTime" if "T" in manifest["issued"] else "date"
        yield plain(dataset, DCTERMS + "issued", manifest["issued"], kind)
    for node in (here, dataset, dump):
        yield iri(node, DCTERMS + "license", DATA_LICENCE)
    for node in (here, dataset):
        yield iri(node, DCTERMS + "publisher", PROJECT)
    yield iri(dump, RDF + "type", DCAT + "Distribution")
    yield text(dump, DCTERMS + "title", "The whole release as sorted N-Quads")
    yield iri(dump, DCAT + "downloadURL", public + DUMP_PATH)
    yield iri(dump, DCAT + "accessURL", public + DUMP_PATH)
    yield iri(dump, DCAT + "mediaType", f"{MEDIA_TYPES}application/n-quads")
    yield iri(dump, DCTERMS + "format", FORMAT_IRIS["nq"])
    yield plain(dump, DCAT + "byteSize", str(manifest["bytes"]), "nonNegativeInteger")
    yield iri(dump, SPDX + "checksum", checksum)
    yield iri(checksum, RDF + "type", SPDX + "Checksum")
    yield iri(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
    yield plain(checksum, SPDX + "checksumValue", manifest["sha256"], "hexBinary")


def data_service(url: str, base: str) -> Iterator[ox.Triple]:
    """Yield what the service description and the catalogue both say of the endpoint."""
    here = f"{url}#service"
    yield iri(here, RDF + "type", DCAT + "DataService")
    yield text(here, DCTERMS + "title", "itgraph SPARQL endpoint")
    yield text(here, DCTERMS + "description", f"SPARQL 1.1 queries, read-only. {DESCRIPTION}")
    yield iri(here, DCTERMS + "license", DATA_LICENCE)
    yield iri(here, DCTERMS + "conformsTo", "https://www.w3.org/TR/sparql11-protocol/")
    yield iri(here, DCAT + "endpointURL", url)
    # Asked without a query, the endpoint answers with its description.
    yield iri(here, DCAT + "endpointDescription", url)
    yield iri(here, DCAT + "servesDataset", base + DATASET)


def write(triples: Iterable[ox.Triple], form: str) -> bytes:
    """Return a description in one of the formats of RDF, sorted, with those prefixes that it needs.

    Raises:
        KeyError: the format is none of RDF.
    """
    ordered = sorted(set(triples), key=str)
    prefixes = None
    if form in WITH_PREFIXES:
        used = {term.value for triple in ordered for term in triple if isinstance(term, ox.NamedNode)}
        used |= {term.datatype.value for triple in ordered for term in triple if isinstance(term, ox.Literal)}
        prefixes = {p: n for p, n in ALL_PREFIXES.items() if any(name.startswith(n) for name in used)}
    return ox.serialize(ordered, format=GRAPH_FORMATS[form], prefixes=prefixes) or b""


def iri(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def text(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(value, language="en"))


def plain(subject: str, predicate: str, value: str, datatype: str = "string") -> ox.Triple:
    literal = ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def number(subject: str, predicate: str, value: float) -> ox.Triple:
    whole = value == int(value)
    return plain(subject, predicate, str(int(value)) if whole else f"{value:f}", "integer" if whole else "decimal")
