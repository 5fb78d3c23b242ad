"""The Python door: a release as an object that answers questions.

Serve side, on top of store, lineage and description; ``itgraph.open()`` returns a :class:`Graph`.

Example::

    graph = itgraph.open()
    graph.query("ASK { <model/alpaca> itg:basedOn <model/llama> }")          # True
    for row in graph.query("SELECT ?m ?n { ?m itg:parameterCount ?n }"):
        print(row["m"], row["n"] / 1e9)
    [node.label for node in graph.lineage("LLaMA", direction="down").nodes]
    graph.show("model/alpaca").outgoing
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, overload

import pyoxigraph as ox

from itgraph.description import Description, describe
from itgraph.entity import Entity, resolve
from itgraph.errors import UsageError
from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.namespaces import XSD
from itgraph.store import Store, evaluating

__all__ = ["IRI", "Graph", "Row", "Solutions", "Value"]


class IRI(str):
    """The IRI of an entity or a term; a string in every other respect."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"IRI({str.__repr__(self)})"


#: What a cell holds: an IRI, or a literal as the Python type of its datatype, else as its text. None is unbound.
Value: TypeAlias = IRI | str | bool | int | float | Decimal | None
Row: TypeAlias = Mapping[str, Value]

# XSD 1.1 part 2, section 3.4: the integers that RDF data uses.
INTEGERS = frozenset(
    XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt")
)


class Solutions(Sequence[Row]):
    """The rows of a SELECT query. ``vars`` are the variables in their order.

    >>> rows = Solutions(("m", "n"), [(IRI("https://example.org/m"), 7)])
    >>> rows[0]["n"], len(rows), rows.vars
    (7, 1, ('m', 'n'))
    """

    def __init__(self, variables: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> None:
        self.vars = tuple(variables)
        self._rows = list(rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Solutions: ...
    def __getitem__(self, index: int | slice) -> Row | Solutions:
        if isinstance(index, slice):
            return Solutions(self.vars, self._rows[index])
        return dict(zip(self.vars, self._rows[index], strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return (dict(zip(self.vars, row, strict=True)) for row in self._rows)

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return the rows as dictionaries, as pandas and polars take them."""
        return [dict(row) for row in self]


class Graph:
    """A release, open for questions. Made by ``itgraph.open()``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, release: str | os.PathLike[str] | None = None) -> Graph:
        """Open a release; see ``itgraph.open``.

        Raises:
            itgraph.errors.StoreError: there is no release, or it was cut off or changed after it was built.
        """
        return cls(Store.open(release))

    def __repr__(self) -> str:
        return f"<itgraph.Graph {self.base} {self.manifest.get('version', '')}>"

    @property
    def base(self) -> str:
        """The IRI below which the entities live."""
        return self._store.base

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the release: version, counts, hash."""
        return self._store.manifest

    def query(self, text: str) -> Solutions | bool | list[tuple[Value, Value, Value]]:
        """Answer a SPARQL 1.1 query over the default graph and the named graphs.

        The project's prefixes need no declaration, and ``<model/llama>`` is below the base.

        Returns:
            The rows of a SELECT, the truth value of an ASK, the triples of a CONSTRUCT or DESCRIBE.

        Raises:
            itgraph.errors.InputError: the query does not parse, is an update, or calls a function that there is not.
            itgraph.errors.NetworkError: the query asks another endpoint by SERVICE, and that one does not answer.
        """
        answer = self._store.query(text)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        with evaluating():
            if isinstance(answer, ox.QueryTriples):
                return [(value(t.subject), value(t.predicate), value(t.object)) for t in answer]
            variables = [variable.value for variable in answer.variables]
            return Solutions(variables, [tuple(map(value, solution)) for solution in answer])

    def lineage(self, name: str, direction: str = "up", via: str = "weights", depth: int | None = None) -> Lineage:
        """Return what an entity descends from (``up``) or what descends from it (``down``).

        Args:
            name: an id, an IRI, a label or another name.
            direction: ``up`` or ``down``.
            via: ``weights`` (model built on model), ``data`` (trained on, generated with, …) or ``all``.
            depth: the greatest number of hops, or None for all.

        Raises:
            itgraph.errors.UsageError: nothing, or more than one entity, has the name; or an argument means nothing.
        """
        try:
            way, relations = Direction(direction), Via(via)
        except ValueError as error:
            raise UsageError(str(error), hint="direction is up or down; via is weights, data or all") from error
        if depth is not None and depth < 0:
            raise UsageError(f"depth is {depth}", hint="give a number of hops from 0, or None for all")
        return lineage(self._store, self.entity(name).iri, way, relations, depth)

    def show(self, name: str) -> Description:
        """Return every statement about an entity, each with the graphs that make it.

        Raises:
            itgraph.errors.UsageError: nothing, or more than one entity, has the name.
        """
        return describe(self._store, self.entity(name).iri)

    def entity(self, name: str) -> Entity:
        """Return the entity that has the id, IRI, label or other name.

        Raises:
            itgraph.errors.UsageError: nothing, or more than one entity, has the name.
        """
        return resolve(self._store, name)


def value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Value:
    """Return a term as a Python value; a literal whose text does not fit its datatype stays text."""
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term)
    datatype = term.datatype.value
    try:
        if datatype in INTEGERS:
            return int(term.value)
        if datatype in (XSD + "double", XSD + "float"):
            return float(term.value)
        if datatype == XSD + "decimal":
            return Decimal(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    if datatype == XSD + "boolean" and term.value in ("true", "1", "false", "0"):
        return term.value in ("true", "1")
    return term.value
