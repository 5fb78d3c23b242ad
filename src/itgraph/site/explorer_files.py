"""What the explorer shows, as files: SVG, DOT, Mermaid, JSON and CSV.

Part of the site, below ``explorer``. One lineage is written as the command line writes it; both ways are one document,
and so is the whole graph.

Example: ``/lineage/model/llama.dot?direction=down``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from itgraph.export.network import Arrow, Network, write_dot
from itgraph.lineage_drawing import drawing
from itgraph.lineage_format import as_columns, as_csv, as_dict, as_dot, as_mermaid, mermaid, named
from itgraph.site.explorer_data import family
from itgraph.site.explorer_drawing import drawing_of
from itgraph.site.response import Page

if TYPE_CHECKING:
    from itgraph.lineage import Lineage
    from itgraph.site.explorer_data import Web

__all__ = ["FORMS", "family_file", "whole_file"]

#: The endings of the files: the type of each, and how a page calls it.
FORMS = {
    "svg": ("image/svg+xml", "SVG"),
    "dot": ("text/vnd.graphviz; charset=utf-8", "Graphviz DOT"),
    "mmd": ("text/vnd.mermaid; charset=utf-8", "Mermaid"),
    "json": ("application/json", "JSON"),
    "csv": ("text/csv; charset=utf-8", "CSV"),
}
#: So many nodes are drawn in a file.
MOST_DRAWN = 500


def family_file(lineages: Sequence[Lineage], form: str, name: str) -> Page:
    """Return one lineage, or both of an entity, as a file to be kept."""
    return kept((ONE if len(lineages) == 1 else BOTH)[form](lineages), form, name)


def whole_file(web: Web, form: str, name: str) -> Page:
    """Return a web without a centre as a file to be kept."""
    return kept(WHOLE[form](web), form, name)


def kept(text: str, form: str, name: str) -> Page:
    safe = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")
    headers = (("content-disposition", f'attachment; filename="{safe}.{form}"'),)
    return Page(text.encode(), FORMS[form][0], headers=headers)


def drawn(lineages: Sequence[Lineage]) -> str:
    addresses = {node.id: node.iri for node in family(lineages).nodes}
    return drawing(lineages, most=MOST_DRAWN).svg(addresses.__getitem__, standalone=True)


def as_json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def both_as_csv(lineages: Sequence[Lineage]) -> str:
    """Return a row for each edge, with the direction before what the CSV of one lineage has."""
    tables = [(result.direction.value, as_columns(result)) for result in lineages]
    rows = ((way, *row) for way, columns in tables for row in zip(*columns.values(), strict=True))
    return as_table(("direction", *tables[0][1]), rows)


def web_as_dot(web: Web) -> str:
    nodes = (replace(node, label=named(node.label, node.id)) for node in web.nodes)
    arrows = (Arrow(edge.made, edge.source, one.relation, one.sources) for edge in web.edges for one in edge.relations)
    out = io.BytesIO()
    write_dot(Network(nodes, arrows), out)
    return out.getvalue().decode()


def web_as_mermaid(web: Web) -> str:
    number = {node.id: f"n{place}" for place, node in enumerate(web.nodes)}
    lines = ["flowchart BT"]
    lines += [f'  {number[node.id]}["{mermaid(named(node.label, node.id))}"]' for node in web.nodes]
    for edge in web.edges:
        for one in edge.relations:
            said = mermaid(f"{one.relation} ({', '.join(one.sources) or 'derived'})")
            lines.append(f'  {number[edge.made]} -->|"{said}"| {number[edge.source]}')
    return "\n".join([*lines, ""])


def web_as_json(web: Web) -> str:
    return as_json(
        {
            "leftOut": web.left_out,
            "nodes": [{"id": one.id, "iri": one.iri, "label": one.label, "kind": one.kind} for one in web.nodes],
            "edges": [
                {"from": edge.made, "relation": one.relation, "to": edge.source, "sources": list(one.sources)}
                for edge in web.edges
                for one in edge.relations
            ],
        }
    )


def web_as_csv(web: Web) -> str:
    labels = {node.id: node.label for node in web.nodes}
    rows = (
        (edge.made, labels[edge.made], one.relation, edge.source, labels[edge.source], " ".join(one.sources))
        for edge in web.edges
        for one in edge.relations
    )
    return as_table(("from", "fromLabel", "relation", "to", "toLabel", "sources"), rows)


def web_as_svg(web: Web) -> str:
    addresses = {node.id: node.iri for node in web.nodes}
    return drawing_of(web).svg(addresses.__getitem__, standalone=True)


ONE: dict[str, Callable[[Sequence[Lineage]], str]] = {
    "svg": drawn,
    "dot": lambda lineages: as_dot(lineages[0]),
    "mmd": lambda lineages: as_mermaid(lineages[0]),
    "json": lambda lineages: as_json(as_dict(lineages[0])),
    "csv": lambda lineages: as_csv(lineages[0]),
}
BOTH: dict[str, Callable[[Sequence[Lineage]], str]] = {
    "svg": drawn,
    "dot": lambda lineages: web_as_dot(family(lineages)),
    "mmd": lambda lineages: web_as_mermaid(family(lineages)),
    "json": lambda lineages: as_json({result.direction.value: as_dict(result) for result in lineages}),
    "csv": both_as_csv,
}
WHOLE: dict[str, Callable[[Web], str]] = {
    "svg": web_as_svg,
    "dot": web_as_dot,
    "mmd": web_as_mermaid,
    "json": web_as_json,
    "csv": web_as_csv,
}
