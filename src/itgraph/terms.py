"""RDF terms as Python values: what a cell of an answer holds on the Python side.

Serve side, below tables and the graph. A literal becomes the Python type of its datatype where its text fits that
datatype (XML Schema 1.1 part 2), else it stays text, so that nothing that a source wrote is lost.

>>> value(ox.Literal("2023", datatype=ox.NamedNode(XSD + "gYear"))), value(ox.Literal("nan"))
(2023, 'nan')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from itgraph.namespaces import XSD

__all__ = ["IRI", "Row", "Value", "value"]


class IRI(str):
    """The IRI of an entity or a term; a string in every other respect."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"IRI({str.__repr__(self)})"


#: What a cell holds: an IRI, or a literal as the Python type of its datatype, else as its text. None is unbound.
Value: TypeAlias = IRI | str | bool | int | float | Decimal | None
Row: TypeAlias = Mapping[str, Value]

# XSD 1.1 part 2, section 3.4: xsd:integer and all that is derived from it.
INTEGERS = frozenset(
    XSD + name
    for name in (
        *("integer", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger"),
        *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
# The lexical forms of sections 3.3.3 and 3.4.13: Python's int() and Decimal() take more, "1_000" for one.
INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
# Section 3.3.14 without its time zone, which a number cannot keep.
YEAR = re.compile(r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})")


def value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Value:
    """Return a term as a Python value; a literal whose text does not fit its datatype stays text.

    Integers and years become ``int``, doubles and floats ``float``, decimals ``Decimal``, booleans ``bool``.
    """
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term)
    try:
        return typed(term.value, term.datatype.value)
    except ValueError:
        # More digits than Python turns into a number (sys.set_int_max_str_digits).
        return term.value


def typed(text: str, datatype: str) -> Value:
    if datatype in INTEGERS and INTEGER.fullmatch(text):
        return int(text)
    if datatype == XSD + "gYear" and YEAR.fullmatch(text):
        return int(text)
    if datatype in (XSD + "double", XSD + "float") and DOUBLE.fullmatch(text):
        return float(text)
    if datatype == XSD + "decimal" and DECIMAL.fullmatch(text):
        return Decimal(text)
    if datatype == XSD + "boolean" and text in ("true", "1", "false", "0"):
        return text in ("true", "1")
    return text
