"""What a notebook shows of an answer: a table, or the tree of a lineage, as HTML.

Serve side, called by ``_repr_html_`` alone. Names come from outside and may hold anything: everything is escaped, a
character that cannot be seen is shown by its escape, and only http and https become links.

>>> link("javascript:alert(1)", "<b>")
'&lt;b&gt;'
>>> link("https://example.org/?a=1&b=2", "x")
'<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">x</a>'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from itertools import islice

from itgraph.lineage import Lineage
from itgraph.lineage_format import printable, rows
from itgraph.namespaces import compact
from itgraph.terms import IRI, Value

__all__ = ["link", "table_html", "tree_html"]

#: How many rows, and how many lines of a tree, a notebook shows; the rest is counted.
SHOWN = 100


def link(iri: str, text: str) -> str:
    """Return the text as a link to the IRI where a browser may follow it, else the text alone."""
    shown = escape(printable(text))
    if not iri.lower().startswith(("http://", "https://")):
        return shown
    return f'<a href="{escape(iri)}" rel="noopener noreferrer">{shown}</a>'


def table_html(
    columns: Mapping[str, Sequence[Value]], base: str | None = None, names: Mapping[str, str] | None = None
) -> str:
    """Return a table: IRIs by their labels, else their short names, with a link; at most 100 rows."""
    head = "".join(f"<th>{escape(printable(name))}</th>" for name in columns)
    lines = list(zip(*columns.values(), strict=True))
    body = "".join(f"<tr>{''.join(cell(value, base, names or {}) for value in line)}</tr>" for line in lines[:SHOWN])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest(len(lines), 'rows')}"


def cell(value: Value, base: str | None, names: Mapping[str, str]) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, IRI):
        return f"<td>{link(value, names.get(value) or compact(value, base))}</td>"
    if isinstance(value, bool):
        return f"<td>{str(value).lower()}</td>"
    if isinstance(value, int | float | Decimal):
        return f'<td style="text-align: right">{value}</td>'
    return f'<td style="text-align: left">{escape(printable(value))}</td>'


def rest(count: int, what: str) -> str:
    return f"<p>… and {count - SHOWN} more {what}</p>" if count > SHOWN else ""


def tree_html(result: Lineage) -> str:
    """Return the lineage as nested lists: label, id, and who says so; at most 100 lines."""
    iris = {node.id: node.iri for node in result.nodes}
    parts = [f"<p>{named(result.iri, result.label, result.entity)}</p>"]
    depth = total = 0
    every = rows(result)
    for lasts, label, identifier, said in islice(every, SHOWN):
        total += 1
        if len(lasts) > depth:
            parts.append("<ul>")
        else:
            parts.append("</li>" + "</ul></li>" * (depth - len(lasts)))
        depth = len(lasts)
        parts.append(f"<li>{named(iris[identifier], label, identifier)} <small>{escape(printable(said))}</small>")
    parts.append("</li></ul>" * depth)
    total += sum(1 for _ in every)
    return "".join(parts) + rest(total, "lines")


def named(iri: str, label: str, identifier: str) -> str:
    return f"{link(iri, label)} <code>{escape(printable(identifier))}</code>"
