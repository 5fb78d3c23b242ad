r"""A lineage, written: for people as a tree, for programs as JSON and CSV, for pictures as DOT, Mermaid and SVG.

Serve side, after ``lineage``. Labels come from the outside and may hold any character; each form escapes them by its
own rules, and the forms for a terminal show control characters instead of obeying them.

>>> printable("red \x1b[31m")
'red \\x1b[31m'
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from itgraph.lineage import BASED_ON, Direction, Edge, Lineage, LineageNode

if TYPE_CHECKING:
    from rich.tree import Tree

    from itgraph.terms import Value

__all__ = [
    "FORMATS",
    "as_columns",
    "as_csv",
    "as_dict",
    "as_dot",
    "as_json",
    "as_mermaid",
    "as_rich_tree",
    "as_svg",
    "as_tree",
    "printable",
]

COLUMNS = ("hops", "id", "label", "kind", "from", "relation", "sources", "iri")


def printable(text: str) -> str:
    """Return the text with each character that is not printable (Unicode, ``str.isprintable``) as its escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def as_dict(result: Lineage) -> dict[str, Any]:
    """Return the lineage as plain data: ``entity`` and a list ``nodes``."""
    return {
        "entity": result.entity,
        "label": result.label,
        "direction": result.direction.value,
        "via": result.via.value,
        "nodes": [
            {
                "id": node.id,
                "iri": node.iri,
                "label": node.label,
                "kind": node.kind,
                "hops": node.hops,
                "via": [
                    {"from": edge.neighbour, "relation": edge.relation, "sources": list(edge.sources)}
                    for edge in node.via
                ],
            }
            for node in result.nodes
        ],
    }


def as_json(result: Lineage) -> str:
    """Return the lineage as JSON (RFC 8259)."""
    return json.dumps(as_dict(result), ensure_ascii=False, indent=2) + "\n"


def as_csv(result: Lineage) -> str:
    """Return one row per edge (RFC 4180); the sources are separated by a space."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = as_columns(result)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def as_columns(result: Lineage) -> dict[str, list[Value]]:
    """Return the edges as columns by name; the sources are separated by a space."""
    lines = [
        (node.hops, node.id, node.label, node.kind, edge.neighbour, edge.relation, " ".join(edge.sources), node.iri)
        for node, edge in edges(result)
    ]
    return {name: [line[place] for line in lines] for place, name in enumerate(COLUMNS)}


def edges(result: Lineage) -> Iterator[tuple[LineageNode, Edge]]:
    for node in result.nodes:
        for edge in node.via:
            yield node, edge


def arrow(result: Lineage, node: LineageNode, edge: Edge) -> tuple[str, str]:
    """Return the ids as the statement has them: what was made first, what it was made from second."""
    return (edge.neighbour, node.id) if result.direction is Direction.UP else (node.id, edge.neighbour)


def named(label: str, identifier: str) -> str:
    """Return label and id for a box: a model and a data set may have one name."""
    return identifier if label == identifier else f"{label} ({identifier})"


def who(edge: Edge) -> str:
    """Return the sources of an edge, or that a rule derived it."""
    return ", ".join(edge.sources) or "derived"


def as_dot(result: Lineage) -> str:
    """Return a digraph in the DOT language of Graphviz, with the arrows of the statements."""
    lines = ["digraph lineage {", "  rankdir=BT;", "  node [shape=box];"]
    start = dot(named(result.label, result.entity))
    lines.append(f"  {dot(result.entity)} [label={start}, URL={dot(result.iri)}, style=bold];")
    lines += [
        f"  {dot(node.id)} [label={dot(named(node.label, node.id))}, URL={dot(node.iri)}];" for node in result.nodes
    ]
    for node, edge in edges(result):
        made, source = arrow(result, node, edge)
        relation, said = dot(edge.relation), dot(who(edge))
        lines.append(f"  {dot(made)} -> {dot(source)} [label={relation}, tooltip={said}];")
    return "\n".join([*lines, "}", ""])


def dot(text: str) -> str:
    r"""Return a quoted string of DOT: quotes and backslashes escaped, and ``&``, which Graphviz reads as an entity.

    >>> print(dot('R&D "x"'))
    "R&amp;D \"x\""
    """
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") + '"'


def as_mermaid(result: Lineage) -> str:
    """Return a Mermaid flowchart, with the arrows of the statements."""
    number = {identifier: f"n{i}" for i, identifier in enumerate([result.entity, *(n.id for n in result.nodes)])}
    lines = ["flowchart BT", f'  n0["{mermaid(named(result.label, result.entity))}"]']
    lines += [f'  {number[node.id]}["{mermaid(named(node.label, node.id))}"]' for node in result.nodes]
    for node, edge in edges(result):
        made, source = arrow(result, node, edge)
        said = mermaid(f"{edge.relation} ({who(edge)})")
        lines.append(f'  {number[made]} -->|"{said}"| {number[source]}')
    return "\n".join([*lines, ""])


def mermaid(text: str) -> str:
    """Return the text for a quoted label: what Mermaid reads as markup becomes its entity code.

    >>> mermaid('1. "A" <b>'), mermaid("GPT-3.5")
    ('1#46; #34;A#34; #60;b#62;', 'GPT-3.5')
    """
    text = re.sub(r'["#<>&`*_~\\]', lambda found: code(found[0]), printable(text))
    # A list at the start is Markdown to Mermaid, which answers "Unsupported markdown".
    return re.sub(r"^(\s*\d*)([.)+-])(?=\s)", lambda found: found[1] + code(found[2]), text)


def code(character: str) -> str:
    return f"#{ord(character)};"


def as_svg(result: Lineage) -> str:
    """Return the picture as a file of its own, with links to the IRIs; of the nodes, the nearest 500."""
    from itgraph.lineage_drawing import drawing

    addresses = {result.entity: result.iri} | {node.id: node.iri for node in result.nodes}
    return drawing([result], most=500).svg(addresses.__getitem__, standalone=True)


def said(edges_here: list[Edge]) -> str:
    """Return the edges between two nodes as a tree shows them: the sources, after the relation unless it is basedOn."""
    return "; ".join(who(edge) if edge.relation == BASED_ON else f"{edge.relation} {who(edge)}" for edge in edges_here)


def rows(result: Lineage) -> Iterator[tuple[tuple[bool, ...], str, str, str]]:
    """Yield the lines below the root of the tree, depth first: (is-last of each level, label, id, the rest).

    A node is shown in full once, below the first neighbour that is nearer to the start; elsewhere it is referred to.
    """
    hops = {result.entity: 0} | {node.id: node.hops for node in result.nodes}
    children: dict[str, list[tuple[LineageNode, list[Edge]]]] = {}
    home: dict[str, str] = {}
    for node in result.nodes:
        home[node.id] = next(edge.neighbour for edge in node.via if hops[edge.neighbour] == node.hops - 1)
        for neighbour in dict.fromkeys(edge.neighbour for edge in node.via):
            shared = [edge for edge in node.via if edge.neighbour == neighbour]
            children.setdefault(neighbour, []).append((node, shared))
    names = {result.entity: result.label} | {node.id: node.label for node in result.nodes}
    stack: list[tuple[tuple[bool, ...], str, LineageNode, list[Edge]]] = []

    def push(parent: str, lasts: tuple[bool, ...]) -> None:
        below = children.get(parent, [])
        last = len(below) - 1
        stack.extend(((*lasts, index == last), parent, *below[index]) for index in range(last, -1, -1))

    push(result.entity, ())
    while stack:
        lasts, parent, node, shared = stack.pop()
        at_home = home[node.id] == parent
        elsewhere = "" if at_home else f"  → below {names[home[node.id]]}"
        yield lasts, node.label, node.id, said(shared) + elsewhere
        if at_home:
            push(node.id, lasts)


def as_tree(result: Lineage) -> str:
    """Return the tree as plain text: label, id, and who says so."""
    lines = [f"{printable(result.label)} ({result.entity})"]
    for lasts, label, identifier, rest in rows(result):
        indent = "".join("    " if last else "│   " for last in lasts[:-1]) + ("└── " if lasts[-1] else "├── ")
        lines.append(f"{indent}{printable(label)} ({identifier})  {printable(rest)}")
    return "\n".join([*lines, ""])


def as_rich_tree(result: Lineage) -> Tree:
    """Return the tree for a terminal, to be printed by rich."""
    from rich.text import Text
    from rich.tree import Tree

    def line(label: str, identifier: str, rest: str) -> Text:
        return Text.assemble(
            (printable(label), "bold"), " ", (f"({identifier})", "cyan"), "  ", (printable(rest), "dim")
        )

    root = Tree(line(result.label, result.entity, ""), guide_style="dim")
    path = [root]
    for lasts, label, identifier, rest in rows(result):
        del path[len(lasts) :]
        path.append(path[-1].add(line(label, identifier, rest)))
    return root


#: The forms that are text; the tree is the one for people.
FORMATS = {"tree": as_tree, "json": as_json, "dot": as_dot, "mermaid": as_mermaid, "svg": as_svg, "csv": as_csv}
