"""A Wikibase in small: two stores of items in Wikidata's RDF, and the API's JSON made from them.

The shapes of the JSON are those that the API of Wikidata gives (``format=json``, the first version of its format):
https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pyoxigraph as ox

WD, P = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/"
WDS, WDT = WD + "statement/", P + "direct/"
PS, PQ = P + "statement/", P + "qualifier/"
WIKIBASE = "http://wikiba.se/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "http://schema.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
#: What the endpoints declare of themselves.
PREFIXES = {
    "owl": OWL,
    "p": P,
    "pq": PQ,
    "ps": PS,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "wd": WD,
    "wdt": WDT,
    "wds": WDS,
    "wikibase": WIKIBASE,
    "xsd": XSD,
}

TYPE = ox.NamedNode(RDF + "type")
RANK, BEST = ox.NamedNode(WIKIBASE + "rank"), ox.NamedNode(WIKIBASE + "BestRank")
RANKS = {ox.NamedNode(WIKIBASE + f"{name.capitalize()}Rank"): name for name in ("preferred", "normal", "deprecated")}
NORMAL, PREFERRED, DEPRECATED = (
    ox.NamedNode(WIKIBASE + f"{name}Rank") for name in ("Normal", "Preferred", "Deprecated")
)
#: wikibase:propertyType, and what the JSON calls it and its values.
TYPES = {
    "WikibaseItem": ("wikibase-item", "wikibase-entityid"),
    "ExternalId": ("external-id", "string"),
    "Url": ("url", "string"),
    "String": ("string", "string"),
    "Time": ("time", "time"),
    "Monolingualtext": ("monolingualtext", "monolingualtext"),
}
GREGORIAN = WD + "Q1985727"


def load(*paths: Path) -> ox.Store:
    """Return a store of Turtle files, with what follows from the statements in them."""
    store = ox.Store()
    for path in paths:
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    statements = defaultdict(list)
    for subject, predicate, node in [*triples(store)]:
        if predicate.startswith(P) and "/" not in predicate.removeprefix(P):
            statements[subject, predicate.removeprefix(P)].append(named(store, subject, predicate, node))
    for (subject, name), nodes in statements.items():
        ranks = {node: rank_of(store, node) for node in nodes}
        best = PREFERRED if PREFERRED in ranks.values() else NORMAL
        for node, rank in ranks.items():
            store.add(ox.Quad(node, TYPE, ox.NamedNode(WIKIBASE + "Statement")))
            store.add(ox.Quad(node, RANK, rank))
            if rank == best:
                store.add(ox.Quad(node, TYPE, BEST))
                store.add(ox.Quad(subject, ox.NamedNode(WDT + name), one(store, node, PS + name)))
    return store


def triples(store: ox.Store, subject: Any = None, predicate: str | None = None) -> Iterator[tuple[Any, str, Any]]:
    """Yield subject, IRI of the predicate, and object."""
    for quad in store.quads_for_pattern(subject, None if predicate is None else ox.NamedNode(predicate), None):
        yield quad.subject, quad.predicate.value, quad.object


def named(store: ox.Store, subject: Any, predicate: str, blank: Any) -> ox.NamedNode:
    """Give the node of a statement its IRI, which is made of what it says."""
    parts = [*triples(store, blank)]
    says = sorted(f"{part} {value}" for _, part, value in parts)
    uuid = str(uuid5(NAMESPACE_URL, f"{predicate} {says}")).upper()
    node = ox.NamedNode(f"{WDS}{subject.value.removeprefix(WD)}-{uuid}")
    for _, part, value in parts:
        store.add(ox.Quad(node, ox.NamedNode(part), value))
        store.remove(ox.Quad(blank, ox.NamedNode(part), value))
    store.remove(ox.Quad(subject, ox.NamedNode(predicate), blank))
    store.add(ox.Quad(subject, ox.NamedNode(predicate), node))
    return node


def one(store: ox.Store, subject: Any, predicate: str) -> Any:
    ((_, _, value),) = triples(store, subject, predicate)
    return value


def rank_of(store: ox.Store, node: ox.NamedNode) -> Any:
    return next((value for _, _, value in triples(store, node, RANK.value)), NORMAL)


class Wikibase:
    """The items of both stores, as the API has them."""

    def __init__(self, stores: Sequence[ox.Store], properties: ox.Store) -> None:
        self._graph = ox.Store()
        for store in (*stores, properties):
            self._graph.extend(store)

    def entity(self, asked: str) -> dict[str, Any]:
        """Return an item as wbgetentities gives it: missing, or under the id that it has now."""
        node = ox.NamedNode(WD + asked)
        target = next((value for _, _, value in triples(self._graph, node, OWL + "sameAs")), node)
        node, id_ = target, target.value.removeprefix(WD)
        if next(triples(self._graph, node), None) is None:
            return {"id": asked, "missing": ""}
        aliases = defaultdict(list)
        for text in self._texts(node, SKOS + "altLabel"):
            aliases[text.language].append({"language": text.language, "value": text.value})
        entity: dict[str, Any] = {
            "pageid": int(id_[1:]),
            "ns": 0,
            "title": id_,
            "lastrevid": 1,
            "modified": "2026-11-01T00:00:00Z",
            "type": "item",
            "id": id_,
        }
        if id_ != asked:
            entity["redirects"] = {"from": asked, "to": id_}
        # PHP writes an empty object as a list.
        return entity | {
            "labels": by_language(self._texts(node, RDFS + "label")) or [],
            "descriptions": by_language(self._texts(node, SCHEMA + "description")) or [],
            "aliases": dict(aliases) or [],
            "claims": self._claims(node) or [],
        }

    def search(self, text: str, language: str, limit: int) -> list[dict[str, Any]]:
        """Return the items of which a label or an alias begins with the text, those that are called so first.

        Among equals those with the higher id come first, and so namesakes before what is looked for.
        """
        hits = []
        for kind, predicate in (("label", RDFS + "label"), ("alias", SKOS + "altLabel")):
            for node, _, found in triples(self._graph, None, predicate):
                id_, called = node.value.removeprefix(WD), found.value.casefold()
                fits = id_[0] == "Q" and found.language in (language, "mul")
                if fits and called.startswith(text.casefold()):
                    hits.append((called != text.casefold(), kind != "label", -int(id_[1:]), id_, kind, found))
        best: dict[str, dict[str, Any]] = {}
        for *_, id_, kind, found in sorted(hits, key=lambda hit: hit[:3]):
            best.setdefault(id_, self._hit(id_, kind, found, language))
        return [*best.values()][:limit]

    def _hit(self, id_: str, kind: str, found: ox.Literal, language: str) -> dict[str, Any]:
        node = ox.NamedNode(WD + id_)
        shown: dict[str, Any] = {}
        for name, predicate in (("label", RDFS + "label"), ("description", SCHEMA + "description")):
            texts = by_language(self._texts(node, predicate))
            if text := texts.get(language) or texts.get("mul"):
                shown[name] = text
        hit: dict[str, Any] = {
            "id": id_,
            "title": id_,
            "pageid": int(id_[1:]),
            "display": shown,
            "repository": "wikidata",
            "url": f"//www.wikidata.org/wiki/{id_}",
            "concepturi": WD + id_,
            **{name: text["value"] for name, text in shown.items()},
            "match": {"type": kind, "language": found.language, "text": found.value},
        }
        return hit | ({"aliases": [found.value]} if kind == "alias" else {})

    def _texts(self, node: ox.NamedNode, predicate: str) -> list[Any]:
        texts = (text for _, _, text in triples(self._graph, node, predicate))
        return sorted(texts, key=lambda text: (text.language, text.value))

    def _claims(self, node: ox.NamedNode) -> dict[str, list[dict[str, Any]]]:
        claims = defaultdict(list)
        for _, predicate, statement in triples(self._graph, node):
            name = predicate.removeprefix(P)
            if predicate.startswith(P) and "/" not in name:
                claims[name].append(self._claim(name, statement))
        return {name: sorted(some, key=lambda claim: str(claim["id"])) for name, some in sorted(claims.items())}

    def _claim(self, name: str, node: ox.NamedNode) -> dict[str, Any]:
        qualifiers = defaultdict(list)
        for _, part, value in triples(self._graph, node):
            if part.startswith(PQ):
                qualifier = part.removeprefix(PQ)
                qualifiers[qualifier].append(self._snak(qualifier, value) | {"hash": "0" * 40})
        claim: dict[str, Any] = {"mainsnak": self._snak(name, one(self._graph, node, PS + name)), "type": "statement"}
        if qualifiers:
            claim |= {"qualifiers": dict(qualifiers), "qualifiers-order": [*qualifiers]}
        id_, _, uuid = node.value.removeprefix(WDS).partition("-")
        return claim | {"id": f"{id_}${uuid}", "rank": RANKS[rank_of(self._graph, node)]}

    def _snak(self, name: str, value: Any) -> dict[str, Any]:
        kind = one(self._graph, ox.NamedNode(WD + name), WIKIBASE + "propertyType").value.removeprefix(WIKIBASE)
        datatype, value_type = TYPES[kind]
        snak = {"snaktype": "value", "property": name, "datatype": datatype}
        return snak | {"datavalue": {"value": json_of(value, value_type), "type": value_type}}


def json_of(value: Any, value_type: str) -> str | dict[str, Any]:
    if value_type == "wikibase-entityid":
        id_ = value.value.removeprefix(WD)
        return {"entity-type": "item", "numeric-id": int(id_[1:]), "id": id_}
    if value_type == "monolingualtext":
        return {"text": value.value, "language": value.language}
    if value_type == "time":
        exact = {"timezone": 0, "before": 0, "after": 0, "precision": 11, "calendarmodel": GREGORIAN}
        return {"time": f"+{value.value}", **exact}
    return str(value.value)


def by_language(texts: Sequence[Any]) -> Mapping[str, dict[str, str]]:
    return {text.language: {"language": text.language, "value": text.value} for text in texts}
