"""Answers as tables: rows for Python, DataFrames for pandas and polars, HTML for notebooks.

Serve side, between the graph and whoever asked it. Neither pandas nor polars is needed until a DataFrame is wanted.
A column has one type: integers and years are 64-bit integers (nullable where a cell is unbound), booleans booleans,
IRIs and texts strings. A column of several types is one of objects in pandas and of texts in polars.

>>> rows = Solutions(("m", "n"), [(IRI("https://example.org/m"), 7)])
>>> rows[0]["n"], len(rows), rows.vars
(7, 1, ('m', 'n'))
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from itgraph.errors import ItgraphError, UsageError
from itgraph.namespaces import compact
from itgraph.terms import IRI, Row, Value

if TYPE_CHECKING:
    import pandas
    import polars

    from itgraph.search import Hit

__all__ = ["Hits", "Solutions", "Table", "Triples"]

#: Where the labels of IRIs come from.
Names: TypeAlias = Callable[[Sequence[str]], Mapping[str, str]]

#: The integers of 64 bits, which is what a column of integers has in both packages.
INT64 = range(-(2**63), 2**63)
INT128 = range(-(2**127), 2**127)
#: The most digits that a decimal of polars has; it turns longer ones into nulls without a word.
DIGITS = 38


class Table(ABC):
    """Something with named columns of equal length; what gives answers their DataFrames and their HTML."""

    @abstractmethod
    def columns(self) -> Mapping[str, Sequence[Value]]:
        """Return the columns by name, in their order."""

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas DataFrame; an unbound cell is missing (``pandas.NA``, in a column of floats NaN).

        Raises:
            itgraph.errors.UsageError: pandas is not installed; the hint is the command that installs it.
        """
        try:
            import pandas
        except ImportError as error:
            raise missing("pandas") from error
        return pandas.DataFrame(
            {
                name: pandas.Series(plain(cells), dtype=pandas_dtype(cells), name=name)
                for name, cells in self.columns().items()
            }
        )

    def to_polars(self) -> polars.DataFrame:
        """Return a polars DataFrame; an unbound cell is null.

        Raises:
            itgraph.errors.UsageError: polars is not installed; the hint is the command that installs it.
        """
        try:
            import polars
        except ImportError as error:
            raise missing("polars") from error
        return polars.DataFrame([polars_series(polars, name, cells) for name, cells in self.columns().items()])

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows: escaped, and with links to http and https only."""
        from itgraph.notebook import table_html

        return table_html(self.columns(), getattr(self, "base", None))


class Solutions(Table, Sequence[Row]):
    """The rows of a SELECT query. ``vars`` are the variables in their order, ``base`` shortens the IRIs in HTML."""

    def __init__(
        self,
        variables: Sequence[str],
        rows: Sequence[tuple[Value, ...]],
        base: str | None = None,
        names: Names | None = None,
    ) -> None:
        self.vars = tuple(variables)
        self.base = base
        self._rows = list(rows)
        self._names = names

    def __reduce__(self) -> tuple[type[Solutions], tuple[Any, ...]]:
        # A copy, or a pickle, goes without the graph that would give the labels.
        return Solutions, (self.vars, self._rows, self.base)

    def __repr__(self) -> str:
        return f"<Solutions {' '.join('?' + name for name in self.vars)}: {len(self)} rows>"

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Solutions: ...
    def __getitem__(self, index: int | slice) -> Row | Solutions:
        if isinstance(index, slice):
            return Solutions(self.vars, self._rows[index], self.base, self._names)
        return dict(zip(self.vars, self._rows[index], strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return (dict(zip(self.vars, row, strict=True)) for row in self._rows)

    def labelled(self) -> Solutions:
        """Return the rows with the label of each entity in the place of its IRI.

        An entity without a label is named by its id, a term by its prefixed name; where two entities share a label,
        their ids stand behind it. The labels are asked of the graph that gave the rows, all at once.
        """
        iris = sorted({cell for row in self._rows for cell in row if isinstance(cell, IRI)})
        names = self._names(iris) if self._names is not None else {}
        rows = [
            tuple(names.get(cell) or compact(cell, self.base) if isinstance(cell, IRI) else cell for cell in row)
            for row in self._rows
        ]
        return Solutions(self.vars, rows, self.base)

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return the rows as dictionaries."""
        return [dict(row) for row in self]

    def columns(self) -> dict[str, list[Value]]:
        """Return the cells by variable."""
        return {name: [row[place] for row in self._rows] for place, name in enumerate(self.vars)}

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows, with the labels of the entities in the rows that it shows."""
        from itgraph.notebook import SHOWN, table_html

        shown = {cell for row in self._rows[:SHOWN] for cell in row if isinstance(cell, IRI)}
        try:
            names = self._names(sorted(shown)) if self._names is not None else {}
        except ItgraphError:
            # The answer is there; that an endpoint has no labels for it now is no reason not to show it.
            names = {}
        return table_html(self.columns(), self.base, names)


class Triples(Table, list[tuple[Value, Value, Value]]):
    """The triples of a CONSTRUCT or DESCRIBE query."""

    def __init__(self, triples: Sequence[tuple[Value, Value, Value]] = (), base: str | None = None) -> None:
        super().__init__(triples)
        self.base = base

    def columns(self) -> dict[str, list[Value]]:
        """Return subjects, predicates and objects."""
        return {
            name: [triple[place] for triple in self] for place, name in enumerate(("subject", "predicate", "object"))
        }


class Hits(Table, list["Hit"]):
    """What a search found, the best first."""

    def __init__(self, hits: Iterable[Hit] = (), base: str | None = None) -> None:
        super().__init__(hits)
        self.base = base

    def columns(self) -> dict[str, list[Value]]:
        """Return the hits as columns."""
        return {
            "id": [hit.id for hit in self],
            "iri": [IRI(hit.iri) for hit in self],
            "label": [hit.label for hit in self],
            "kind": [hit.kind for hit in self],
            "matched": [hit.matched for hit in self],
            "score": [hit.score for hit in self],
        }

    def _repr_html_(self) -> str:
        """Return the table without the ids, since a notebook shows an IRI by its id."""
        from itgraph.notebook import table_html

        return table_html({name: cells for name, cells in self.columns().items() if name != "id"}, self.base)


def missing(package: str) -> UsageError:
    return UsageError(f"{package} is not installed", hint=f"pip install {package}")


def types(cells: Sequence[Value]) -> set[type]:
    """Return the types in a column, unbound cells apart; an IRI counts as text."""
    return {str if type(cell) is IRI else type(cell) for cell in cells if cell is not None}


def plain(cells: Sequence[Value]) -> list[Value]:
    """Return the cells with IRIs as plain strings: a subclass of str is no string to either package."""
    return [str(cell) if type(cell) is IRI else cell for cell in cells]


def within(cells: Sequence[Value], bounds: range) -> bool:
    return all(cell is None or cell in bounds for cell in cells)


def pandas_dtype(cells: Sequence[Value]) -> Any:
    """Return the dtype of pandas for a column: the nullable one only where a cell is unbound."""
    found, unbound = types(cells), any(cell is None for cell in cells)
    if found == {int} and within(cells, INT64):
        return "Int64" if unbound else "int64"
    if found == {bool}:
        return "boolean" if unbound else "bool"
    if found == {str}:
        return "string"
    return "float64" if found in ({float}, {int, float}) else "object"


def polars_series(polars: Any, name: str, cells: Sequence[Value]) -> Any:
    """Return a column as a series of polars, which has no column of several types: such a one becomes text."""
    found = types(cells)
    if found == {int} and within(cells, INT128):
        return polars.Series(name, cells, dtype=polars.Int64 if within(cells, INT64) else polars.Int128)
    if found in ({float}, {int, float}):
        return polars.Series(name, [None if cell is None else float(cell) for cell in cells], dtype=polars.Float64)
    if found == {bool}:
        return polars.Series(name, cells, dtype=polars.Boolean)
    if found == {Decimal}:
        numbers = [cell for cell in cells if isinstance(cell, Decimal)]
        scale = max(0, *(-int(number.as_tuple().exponent) for number in numbers))
        if scale + max(number.adjusted() + 1 for number in numbers) <= DIGITS:
            return polars.Series(name, cells, dtype=polars.Decimal(DIGITS, scale))
    if not found:
        return polars.Series(name, cells, dtype=polars.Null)
    return polars.Series(name, [None if cell is None else text(cell) for cell in cells], dtype=polars.String)


def text(cell: Value) -> str:
    """Return a value as RDF writes it: ``true``, not ``True``."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
