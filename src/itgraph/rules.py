"""What is derived from what the sources say: the rules of ``ontology/rules/``, then the closures.

Build side, between the named graphs and the shapes. Each rule is a SPARQL CONSTRUCT over what is held (the default
graph); they run in the order of their names until none adds anything. The closures over ``itg:basedOn`` come last and
come from ``traversal.py``: as a rule they would take seconds where adjacency takes hundredths.

>>> from pyoxigraph import NamedNode, Quad, Store
>>> from itgraph.namespaces import ITG
>>> from itgraph.ontology import load
>>> alpaca, llama = NamedNode("https://example.org/alpaca"), NamedNode("https://example.org/llama")
>>> held = Store()
>>> held.add(Quad(alpaca, NamedNode(ITG + "basedOn"), llama))
>>> derived = derive(held, load())
>>> sorted(triple.predicate.value.removeprefix(ITG) for triple in derived if triple.subject == alpaca)
['ancestorModel', 'dependsOn', 'generation']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from itgraph import traversal
from itgraph.errors import InputError
from itgraph.namespaces import FAIR4ML, ITG, RDF, XSD
from itgraph.ontology import Ontology, Source

__all__ = ["derive"]

TYPE = ox.NamedNode(RDF + "type")
ML_MODEL = ox.NamedNode(FAIR4ML + "MLModel")
BASED_ON = ox.NamedNode(ITG + "basedOn")
ANCESTOR_MODEL = ox.NamedNode(ITG + "ancestorModel")
GENERATION = ox.NamedNode(ITG + "generation")
INTEGER = ox.NamedNode(XSD + "integer")

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Adjacency = dict[Subject, set[Subject]]


def derive(held: ox.Store, ontology: Ontology) -> set[ox.Triple]:
    """Derive from the default graph of ``held`` and return the triples that it did not hold before.

    They are added to the default graph of ``held`` as well, since each rule sees what the others conclude; the named
    graphs are neither read nor changed. With a cycle in ``itg:basedOn`` (which the build looks for first) there is no
    longest chain: no ``itg:generation`` is derived, and the models on a cycle become their own ancestors, so that the
    shape that forbids it can say so.

    Raises:
        InputError: a rule is not a SPARQL 1.1 CONSTRUCT query (https://www.w3.org/TR/sparql11-query/#construct).
    """
    derived: set[ox.Triple] = set()

    def add(triples: Iterator[ox.Triple]) -> bool:
        # A quad without a graph name is one of the default graph.
        quads = (ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        fresh = {quad for quad in quads if quad not in held}
        held.extend(fresh)
        derived.update(quad.triple for quad in fresh)
        return bool(fresh)

    active = True
    while active:
        active = False
        for rule in ontology.rules:
            active |= add(conclusions(rule, held))
    adjacency = derivations(held)
    add(ancestors(adjacency))
    add(generations(adjacency, held))
    return derived


def conclusions(rule: Source, held: ox.Store) -> Iterator[ox.Triple]:
    try:
        result = held.query(rule.text)
    except SyntaxError as error:
        # The parser answers with all that its grammar allows there; the place is the part of use.
        place = re.search(r"error at (\d+):(\d+)", error.msg)
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        raise InputError(f"not SPARQL from column {column} on", hint="mend it", path=rule.path, line=line) from None
    if not isinstance(result, ox.QueryTriples):
        raise InputError("not a CONSTRUCT query", hint="a rule constructs triples", path=rule.path, line=1)
    yield from result


def derivations(held: ox.Store) -> Adjacency:
    return traversal.adjacency_of(
        (quad.subject, quad.object)
        for quad in held.quads_for_pattern(None, BASED_ON, None, ox.DefaultGraph())
        if not isinstance(quad.object, ox.Literal)
    )


def ancestors(adjacency: Adjacency) -> Iterator[ox.Triple]:
    for model, ancestor in traversal.closure(adjacency):
        yield ox.Triple(model, ANCESTOR_MODEL, ancestor)
    if traversal.find_cycle(adjacency) is not None:
        for model, bases in adjacency.items():
            reached = {node for node, _ in traversal.hops(model, adjacency.get)}
            if model in bases or any(model in adjacency.get(node, ()) for node in reached):
                yield ox.Triple(model, ANCESTOR_MODEL, model)


def generations(adjacency: Adjacency, held: ox.Store) -> Iterator[ox.Triple]:
    if traversal.find_cycle(adjacency) is not None:
        return
    level = {quad.subject: 0 for quad in held.quads_for_pattern(None, TYPE, ML_MODEL, ox.DefaultGraph())}
    level.update(traversal.levels(adjacency))
    for model, chain in level.items():
        yield ox.Triple(model, GENERATION, ox.Literal(str(chain), datatype=INTEGER))
