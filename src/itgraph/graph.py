"""The Python door: a release, or an endpoint, as an object that answers questions.

Serve side, on top of the stores, the saved queries, lineage, description and search; ``itgraph.open()`` returns a
:class:`Graph`. Every answer is plain Python, becomes a DataFrame of pandas or polars, and shows itself in notebooks.

>>> import itgraph
>>> graph = itgraph.open()
>>> graph.query("ASK { <model/alpaca> itg:basedOn <model/llama> }")
True
>>> graph.query("SELECT ?n { <model/alpaca> itg:parameterCount ?n }").to_dicts()
[{'n': 7000000000}]
>>> graph.ask("built-on", base="LLaMA").vars
('model', 'direct', 'via')
>>> [node.label for node in graph.lineage("Radiology-GPT").nodes]
['Alpaca', 'LLaMA']
>>> graph.show("model/alpaca").label, graph.search("alapca")[0].id
('Alpaca', 'model/alpaca')
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from numbers import Integral
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias, TypeVar

import pyoxigraph as ox

from itgraph.description import Description, describe
from itgraph.entity import Entity, resolve
from itgraph.errors import UsageError, echo
from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.remote import RemoteStore, is_url
from itgraph.results import label_names
from itgraph.store import Store, evaluating
from itgraph.tables import Hits, Solutions, Triples
from itgraph.terms import IRI, Row, Value, value

if TYPE_CHECKING:
    from itgraph.queries import Query

__all__ = ["IRI", "Graph", "Hits", "Row", "Solutions", "Triples", "Value"]

#: What a parameter of a saved query takes: a name, an id or an IRI; a text, a number or a truth value.
Argument: TypeAlias = str | bool | SupportsIndex | float | Decimal
#: More digits than this are no count of anything, and slow to write.
MOST_DIGITS = 100
Given = TypeVar("Given")


class Graph:
    """A release or an endpoint, open for questions. Made by ``itgraph.open()``."""

    def __init__(self, store: Store | RemoteStore) -> None:
        self._store = store

    @classmethod
    def open(cls, release: str | os.PathLike[str] | None = None) -> Graph:
        """Open a release or an endpoint; see ``itgraph.open``.

        Raises:
            itgraph.errors.StoreError: there is no release, or it was cut off or changed after it was built.
            itgraph.errors.UsageError: not the address of an endpoint.
        """
        checked(release, (str, os.PathLike, type(None)), "the release", "give a folder or the URL of an endpoint")
        if isinstance(release, str) and is_url(release):
            return cls(RemoteStore.open(release))
        return cls(Store.open(release))

    def __repr__(self) -> str:
        where = self._store.name if isinstance(self._store, RemoteStore) else self.manifest.get("version", "")
        return f"<itgraph.Graph {self.base} {where}>"

    @property
    def base(self) -> str:
        """The IRI below which the entities live."""
        return self._store.base

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the release: version, counts, hash. An endpoint has none, so that it is empty."""
        return {} if isinstance(self._store, RemoteStore) else self._store.manifest

    def query(self, text: str) -> Solutions | bool | Triples:
        """Answer a SPARQL 1.1 query over the default graph and the named graphs.

        The project's prefixes need no declaration, and ``<model/llama>`` is below the base.

        Returns:
            The rows of a SELECT, the truth value of an ASK, the triples of a CONSTRUCT or DESCRIBE.

        Raises:
            itgraph.errors.InputError: the query does not parse, is an update, or calls a function that there is not.
            itgraph.errors.NetworkError: an endpoint (of the graph, or of a SERVICE) does not answer, or not with
                the results of a query.
        """
        return self._answer(checked(text, str, "the query", "give a text"), ())

    def _answer(self, text: str, about: Sequence[str]) -> Solutions | bool | Triples:
        """Answer a query; ``about`` are the entities of the question, whose labels an answer must not blur."""
        answer = self._store.query(text)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        with evaluating():
            if isinstance(answer, ox.QuerySolutions):
                variables = [variable.value for variable in answer.variables]
                rows = [tuple(map(value, solution)) for solution in answer]
                return Solutions(variables, rows, self.base, partial(label_names, self._store, asked_about=about))
            return Triples([(value(t.subject), value(t.predicate), value(t.object)) for t in answer], self.base)

    def queries(self) -> dict[str, Query]:
        """Return the saved queries by name: what each asks, and with which parameters."""
        from itgraph.queries import load

        return load()

    def ask(self, name: str, /, **params: Argument | Sequence[Argument]) -> Solutions | bool | Triples:
        """Answer a saved query; ``queries()`` lists them.

        Args:
            name: the name of the query, such as ``built-on``.
            params: a value for each parameter, or several, any of which may be met: an entity by its id, IRI, label or
                other name; a text, a number, a truth value.

        Returns:
            As ``query`` does.

        Raises:
            itgraph.errors.UsageError: there is no such query or parameter, a parameter has no value, or a value is
                not of its kind, names nothing, or names several things (the hint lists them).
        """
        from itgraph.asking import ask
        from itgraph.queries import asked_about, find

        texts = {parameter: as_texts(parameter, given) for parameter, given in params.items()}
        query = find(checked(name, str, "the name of the query", "give a text"))
        text = ask(self._store, query, texts)
        return self._answer(text, asked_about(query, text))

    def lineage(self, name: str, direction: str = "up", via: str = "weights", depth: int | None = None) -> Lineage:
        """Return what an entity descends from (``up``) or what descends from it (``down``).

        Args:
            name: an id, an IRI, a label or another name.
            direction: ``up`` or ``down``.
            via: ``weights`` (model built on model), ``data`` (trained on, generated with, …) or ``all``.
            depth: the greatest number of hops, from 1, or None for all.

        Raises:
            itgraph.errors.UsageError: nothing, or more than one entity, has the name; or an argument means nothing.
        """
        try:
            way, relations = Direction(direction), Via(via)
        except ValueError as error:
            raise UsageError(str(error), hint="direction is up or down; via is weights, data or all") from error
        hops = "give a number of hops from 1, or None for all"
        checked(depth, (int, type(None)), "depth", hops)
        if depth is not None and (depth < 1 or isinstance(depth, bool)):
            raise UsageError(f"depth is {depth!r}", hint=hops)
        return lineage(self._store, self.entity(name).iri, way, relations, depth)

    def show(self, name: str) -> Description:
        """Return every statement about an entity, each with the graphs that make it.

        Raises:
            itgraph.errors.UsageError: nothing, or more than one entity, has the name.
        """
        return describe(self._store, self.entity(name).iri)

    def search(self, text: str, kind: str | Sequence[str] | None = None, limit: int = 10) -> Hits:
        """Return the entities whose label or other name fits the text, the best first; slips of typing are forgiven.

        Args:
            text: any text.
            kind: only entities of this kind, such as ``model`` or ``person``, or of one of several.
            limit: the greatest number of hits.

        Raises:
            itgraph.errors.UsageError: there is no such kind, the limit means nothing, or the graph is an endpoint,
                which has no index.
            itgraph.errors.StoreError: the index of the release is missing or damaged.
        """
        from itgraph.search import search

        if isinstance(self._store, RemoteStore):
            raise UsageError(f"{self._store.name} has no search index", hint="open a release to search it")
        checked(text, str, "the text", "give a text")
        return Hits(search(self._store, text, kind=kind, limit=limit), self.base)

    def entity(self, name: str) -> Entity:
        """Return the entity that has the id, IRI, label or other name.

        Raises:
            itgraph.errors.UsageError: nothing, or more than one entity, has the name.
        """
        return resolve(self._store, checked(name, str, "the name", "give a text"))


def checked(given: Given, kind: type | tuple[type, ...], what: str, hint: str) -> Given:
    """Return an argument of the caller, who need not have asked a type checker.

    Raises:
        UsageError: it is of another type.
    """
    if not isinstance(given, kind):
        raise UsageError(f"{what} is {echo(given)}", hint=hint)
    return given


def as_texts(parameter: str, given: Argument | Sequence[Argument]) -> list[str]:
    """Return the values of a parameter as the command line would take them."""
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)
    return [as_text(parameter, one) for one in (given if several else [given])]  # type: ignore[union-attr]


def as_text(parameter: str, given: object) -> str:
    """Return a value as the command line would take it; a whole number of any type is an integer.

    Raises:
        UsageError: it is of a type that no parameter takes, or a number with a fraction.
    """
    if isinstance(given, str):
        return given
    if isinstance(given, bool):
        return str(given).lower()
    whole = isinstance(given, Integral) or (isinstance(given, float) and given.is_integer())
    if isinstance(given, Decimal) and given.is_finite() and given.adjusted() < MOST_DIGITS:
        whole = given == given.to_integral_value()
    if not whole:
        raise UsageError(f"parameter {parameter} is {echo(given)}", hint="give a text, a whole number or a truth value")
    return str(int(given))  # type: ignore[call-overload]
