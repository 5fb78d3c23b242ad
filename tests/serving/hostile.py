"""A release in which every field of every kind attacks the page that shows it, and what a page must then not have.

The fields are those of ``ontology/context.jsonld``, so that a new one attacks as well. Nothing like it passes the
shapes; the site must not depend on that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from tests.serving.conftest import write_release

from itgraph.namespaces import BASE, ITG, PREFIXES, PROV, RDF, RDFS, SCHEMA, SSSOM
from itgraph.resources import ontology_dir
from itgraph.site.kinds import CONCEPTS, KINDS
from itgraph.sssom.model import NEGATED, SLOTS, STATES, Kind

__all__ = ["ADDRESSES", "IRIS", "LABEL", "TABLE", "TEXTS", "unsafe", "write_hostile_release"]

MARKUP = "<script>window.pwned=1</script></script><script>window.pwned=1/*"
ATTRIBUTE = "\"><img src=x onerror=window.pwned=1> ' onfocus='window.pwned=1' autofocus x=' `"
#: Were it evaluated anywhere, a page would show 1337.
TEMPLATE = "{{7*191}} ${7*191} #{7*191} {% raw %} {{config}} <%= 7*191 %> %(x)s &lt;b&gt; &#60;"
#: Turns what follows it around, and does not end.
DIRECTION = "abc \u202e\u2066\u200f gnp.exe"
#: What RDF has of them in a literal, and no page; the last are no characters at all, and above the basic plane.
CONTROL = "\u0001 \b \u001b[31m \u007f \u0085 \u2028 \ufeff \ufffe \U0001f999 \U000e0041"
LONG = "W" * 400
TEXTS = (MARKUP, ATTRIBUTE, TEMPLATE, DIRECTION, CONTROL, LONG)
LABEL = f"Hostile {' '.join(TEXTS[:-1])}"
#: The prefix of a place that a page links to, with an attack behind it.
IDENTIFIERS = ('10.1000/"><img src=x onerror=window.pwned=1>', "2302.1' onclick='window.pwned=1")

IRIS = (
    "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1//https://example.org/",
    "javascript://example.org/%0Awindow.pwned=1",
    "vbscript:msgbox(1)",
    "data:text/html,%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "file:///etc/passwd",
    "blob:https://example.org/1",
    "https://example.org/%22%3E%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "https://example.org/'onfocus='window.pwned=1'autofocus='",
)
#: Ids that are addresses of another kind, where they are put behind a slash and not looked at.
IDS = (
    "/example.org/model",
    "model/javascript:window.pwned=1",
    "model/x'onfocus='window.pwned=1'autofocus='",
    "model/%22%3E%3Cscript%3Ewindow.pwned=1%3C%2Fscript%3E",
    "model/a?b=c&d",
    "model/%2e%2e/%2e%2e/x",
    "model/ünï-\U0001f999",
)
MODEL = f"{BASE}model/hostile"
ROW = f"{BASE}survey/models/1"
TABLE = "links/hostile-table"
CLASSES = {
    **{f"{BASE}{kind}/hostile": words.classes[0] for kind, words in {**KINDS, **CONCEPTS}.items()},
    ROW: f"{ITG}SurveyRow",
    f"{BASE}survey/reference/1": f"{ITG}Reference",
    f"{ROW}#training-set": f"{ITG}TrainingSet",
    f"{BASE}survey/reference/1#author-1": f"{ITG}Authorship",
    f"{BASE}survey/anomalies#hostile": f"{ITG}Anomaly",
    **{BASE + identifier: KINDS["model"].classes[0] for identifier in IDS},
}
#: The pages of these things and of the graphs that state them.
ADDRESSES = tuple(
    sorted(
        {
            f"/{quote(iri.removeprefix(BASE).partition('#')[0])}.html"
            for iri in CLASSES
            if not iri.startswith(BASE + "/")
        }
        | {f"/curation/{kind}/hostile.html" for kind in KINDS}
        | {"/curation/survey/models/1.html", f"/{TABLE}.html"}
    )
)


def write_hostile_release(folder: Path) -> Path:
    """Write the release, with a search index."""
    return write_release(folder, (ox.serialize(quads(), format=ox.RdfFormat.TRIG) or b"").decode(), search=True)


def fields() -> tuple[list[str], list[str]]:
    """Return the properties of entries that hold a text, and those that hold an IRI.

    Those of OWL and RDF say of an id that it is given up, or of a statement that it is refuted: then it has no page.
    """
    context = json.loads((ontology_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    texts: list[str] = []
    links: list[str] = []
    for name, term in context.items():
        prefix, _, local = (term["@id"] if isinstance(term, dict) else str(term)).partition(":")
        if name[0].islower() and prefix in PREFIXES and local and prefix not in ("owl", "rdf"):
            of_iris = isinstance(term, dict) and term.get("@type") in ("@id", "@vocab")
            (links if of_iris else texts).append(PREFIXES[prefix] + local)
    return texts, links


def quads() -> Iterator[ox.Quad]:
    """Yield the statements: each field of each thing with each attack, and what ties the things together."""
    texts, links = fields()
    for iri, of_class in CLASSES.items():
        thing = iri.partition("#")[0].removeprefix(BASE)
        graph = BASE + (thing if thing.startswith("survey/") else f"curation/{thing}")
        yield stated(iri, RDF + "type", ox.NamedNode(of_class), graph)
        yield stated(iri, RDFS + "label", ox.Literal(LABEL), graph)
        for predicate in texts:
            attacks = (*TEXTS, *IDENTIFIERS) if predicate in (ITG + "arxivId", SCHEMA + "identifier") else TEXTS
            for text in attacks if predicate != RDFS + "label" else ():
                yield stated(iri, predicate, ox.Literal(text), graph)
        for predicate in links:
            # What is replaced has no page but that of its successor.
            if predicate != PREFIXES["dcterms"] + "replaces":
                yield from (stated(iri, predicate, ox.NamedNode(attack), graph) for attack in IRIS)
        # How it came to be that this is stated.
        yield stated(graph, ITG + "method", ox.Literal(MARKUP), BASE + "about")
        for attack in TEXTS:
            yield stated(graph, ITG + "reason", ox.Literal(attack), BASE + "about")
        for attack in IRIS:
            yield stated(graph, PROV + "hadPrimarySource", ox.NamedNode(attack), BASE + "about")
    for identifier in IDS:
        # Its lineage goes both ways.
        yield stated(BASE + identifier, ITG + "basedOn", ox.NamedNode(MODEL), f"{BASE}curation/model/hostile")
        yield stated(MODEL, ITG + "basedOn", ox.NamedNode(BASE + identifier), f"{BASE}curation/model/hostile")
    yield stated(MODEL, ITG + "trainingSet", ox.NamedNode(f"{ROW}#training-set"), ROW)
    yield stated(MODEL, SCHEMA + "subjectOf", ox.NamedNode(f"{BASE}paper/hostile"), ROW)
    yield stated(ROW, ITG + "describes", ox.NamedNode(MODEL), ROW)
    paper, author = f"{BASE}paper/hostile", f"{BASE}survey/reference/1#author-1"
    yield stated(paper, ITG + "authorship", ox.NamedNode(author), ROW)
    yield stated(paper, SCHEMA + "author", ox.NamedNode(f"{BASE}person/hostile"), ROW)
    yield stated(author, ITG + "author", ox.NamedNode(f"{BASE}person/hostile"), ROW)
    yield from link_table()
    # A statement that is refuted.
    correction = f"{BASE}curation/survey/models/1#correction-1"
    graph = correction.partition("#")[0]
    refuted = ox.Triple(ox.NamedNode(MODEL), ox.NamedNode(ITG + "sizeAsPrinted"), ox.Literal(MARKUP + LONG))
    yield ox.Quad(refuted.subject, refuted.predicate, refuted.object, ox.NamedNode(ROW))
    yield stated(correction, RDF + "type", ox.NamedNode(ITG + "Correction"), graph)
    yield stated(correction, ITG + "corrects", ox.NamedNode(ROW), graph)
    yield stated(correction, ITG + "reason", ox.Literal(ATTRIBUTE + MARKUP), graph)
    yield ox.Quad(ox.NamedNode(correction), ox.NamedNode(RDF + "subject"), refuted.subject, ox.NamedNode(graph))
    yield ox.Quad(ox.NamedNode(correction), ox.NamedNode(RDF + "predicate"), refuted.predicate, ox.NamedNode(graph))
    yield ox.Quad(ox.NamedNode(correction), ox.NamedNode(RDF + "object"), refuted.object, ox.NamedNode(graph))


def link_table() -> Iterator[ox.Quad]:
    """Yield the rows of a table of links about the model: in each state, with each text and each address."""
    table = BASE + TABLE
    others = [slot for name, slot in SLOTS.items() if name not in ("subject_id", "predicate_modifier", "state")]
    texts = [slot.property for slot in others if slot.kind not in (Kind.ENTITY, Kind.ADDRESS)]
    addresses = [slot.property for slot in others if slot.kind in (Kind.ENTITY, Kind.ADDRESS)]
    yield stated(table, RDF + "type", ox.NamedNode(SSSOM + "MappingSet"), table)
    for attack in TEXTS:
        yield stated(table, PREFIXES["dcterms"] + "title", ox.Literal(attack), table)
        yield stated(table, PREFIXES["dcterms"] + "description", ox.Literal(attack), table)
    yield stated(table, PREFIXES["dcterms"] + "license", ox.NamedNode(IRIS[0]), table)
    yield stated(table, ITG + "method", ox.Literal(MARKUP), BASE + "about")
    for number, address in enumerate(IRIS):
        for place, state in enumerate((*STATES, "", MARKUP)):
            row = f"{table}#row-{place}-{number}'onfocus='window.pwned=1'autofocus='"
            yield stated(table, SSSOM + "mappings", ox.NamedNode(row), table)
            yield stated(row, SLOTS["subject_id"].property, ox.NamedNode(MODEL), table)
            yield from (stated(row, one, ox.NamedNode(address), table) for one in addresses)
            yield from (stated(row, one, ox.Literal(TEXTS[number % len(TEXTS)]), table) for one in texts)
            if state:
                yield stated(row, SLOTS["state"].property, ox.Literal(state), table)
            else:
                yield stated(row, SLOTS["predicate_modifier"].property, ox.NamedNode(NEGATED), table)


def stated(subject: str, predicate: str, value: ox.NamedNode | ox.Literal, graph: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, ox.NamedNode(graph))


#: The attributes of HTML and SVG that hold an address.
ADDRESSED = frozenset(
    {"action", "background", "cite", "codebase", "data", "formaction", "href", "manifest", "ping", "poster", "src"}
    | {"srcset", "xlink:href", "{http://www.w3.org/1999/xlink}href"}
)
#: What no page of ours has, wherever it comes from.
FOREIGN = frozenset({"base", "embed", "frame", "iframe", "img", "object", "portal", "style", "video", "audio"})
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)", re.IGNORECASE)


def unsafe(elements: Iterable[tuple[str, Mapping[str, str]]]) -> list[str]:
    """Return what elements of a page, each a name with its attributes, must not be or have."""
    found = []
    for name, attributes in elements:
        if name.lower() in FOREIGN:
            found.append(f"<{name}> {dict(attributes)}")
        if name.lower() == "script" and not (
            "/static/" in attributes.get("src", "")
            or attributes.get("type") in ("application/json", "application/ld+json")
        ):
            found.append(f"<script> {dict(attributes)}")
        for attribute, value in attributes.items():
            if attribute.lower().startswith("on") or attribute.lower() in ("style", "srcdoc", "autofocus"):
                found.append(f"<{name} {attribute}={value!r}>")
            if attribute.lower() in ADDRESSED and not is_safe(value):
                found.append(f"<{name} {attribute}={value!r}>")
    return found


def is_safe(address: str) -> bool:
    """Tell whether a browser takes an address for one of http, https or mailto, or for one of this very site."""
    # What a browser strips before it looks (https://url.spec.whatwg.org/#url-parsing).
    seen = re.sub(r"[\t\n\r]", "", address).strip("".join(map(chr, range(33))))
    scheme = SCHEME.match(seen)
    if scheme is None:
        return re.match(r"[/\\]{2}", seen) is None
    return scheme[0].lower() in ("http", "https", "mailto")
