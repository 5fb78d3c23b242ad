"""The whole lineage graph as a picture: each family that hangs together drawn apart, the largest first.

Part of the site, between ``explorer_data`` and the drawing of lineages, whose marks it uses.

Example::

    drawing_of(whole(store, Via.ALL, 400)).svg(site.addresses.page)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from itgraph.lineage_drawing import NARROWEST, PADDING, Drawing, told
from itgraph.lineage_layout import Arrow, Box, Layout, Point, layout
from itgraph.lineage_svg import Line, Node, cut, isolated, width_of

if TYPE_CHECKING:
    from itgraph.site.explorer_data import Web

__all__ = ["components", "drawing_of"]

#: Small families stand side by side up to this width, in pixels.
WIDTH = 1100.0


def drawing_of(web: Web) -> Drawing:
    """Return the picture of a web that has no centre."""
    names = {node.id: node.label for node in web.nodes}
    nodes = {node.id: Node(node.id, node.label, node.kind) for node in web.nodes}
    pairs: dict[frozenset[str], dict[Arrow, list[str]]] = {}
    families: dict[frozenset[str], str] = {}
    for edge in web.edges:
        pair = frozenset((edge.made, edge.source))
        families[pair] = "weights" if "weights" in (edge.family, families.get(pair)) else "data"
        pairs.setdefault(pair, {}).setdefault((edge.made, edge.source), []).extend(
            f"{isolated(names[edge.made])} → {isolated(names[edge.source])}: {told(one.relation, one.sources)}"
            for one in edge.relations
        )
    lines = tuple(
        Line(tuple(arrows), families[pair], "\n".join(line for lines in arrows.values() for line in lines))
        for pair, arrows in pairs.items()
    )
    kin = {arrow: line.family for line in lines for arrow in line.arrows}
    placed = [placed_apart(part, nodes, kin) for part in components(web)]
    left_out = web.left_out or 0
    parts = [f"{len(nodes)} models and data sets in {len(placed)} families", f"{len(lines)} lines"]
    parts += [f"{left_out} left out for want of room"] if left_out else []
    summary = "; ".join(parts) + ". Each line leads from what was made to what it was made from."
    return Drawing("The lineage graph", summary, tuple(nodes.values()), lines, together(placed), left_out)


def components(web: Web) -> list[list[str]]:
    """Return the ids of the nodes that hang together, the largest first; each begins with its most connected node."""
    near: dict[str, list[str]] = {node.id: [] for node in web.nodes}
    for edge in web.edges:
        near[edge.made].append(edge.source)
        near[edge.source].append(edge.made)
    seen: set[str] = set()
    found = []
    for root in sorted(near, key=lambda identifier: (-len(near[identifier]), identifier)):
        if root in seen:
            continue
        seen.add(root)
        part = [root]
        for node in part:
            fresh = [one for one in dict.fromkeys(near[node]) if one not in seen]
            seen.update(fresh)
            part.extend(fresh)
        found.append(part)
    return sorted(found, key=len, reverse=True)


def placed_apart(part: list[str], nodes: dict[str, Node], kin: dict[Arrow, str]) -> Layout:
    here = set(part)
    ordered = sorted(part, key=lambda identifier: (nodes[identifier].label.casefold(), identifier))
    widths = {one: max(NARROWEST, width_of(cut(nodes[one].label)) + 2 * PADDING) for one in ordered}
    return layout(part[0], widths, {arrow: family for arrow, family in kin.items() if arrow[0] in here})


def together(layouts: Iterable[Layout]) -> Layout:
    """Return the layouts as one: in rows from the top, as many side by side as there is room for."""
    boxes: dict[str, Box] = {}
    routes: dict[Arrow, tuple[Point, ...]] = {}
    widest = x = y = height = 0.0
    for one in layouts:
        if x and x + one.width > max(WIDTH, widest):
            x, y, height = 0.0, y + height, 0.0
        boxes |= {name: replace(box, x=box.x + x, y=box.y + y) for name, box in one.boxes.items()}
        routes |= {arrow: tuple((px + x, py + y) for px, py in route) for arrow, route in one.routes.items()}
        x, height = x + one.width, max(height, one.height)
        widest = max(widest, x)
    return Layout(boxes, routes, widest, y + height)
