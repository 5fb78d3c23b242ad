"""A lineage as a picture: SVG, drawn here, for a page without JavaScript and for a file.

Serve side, after ``lineage``: what to draw, and how it is put together; ``lineage_layout`` places it, ``lineage_svg``
writes the marks. Ancestors stand at the left, the entity in the middle, descendants at the right. Arrows are those of
the statements, as in ``lineage_format.as_dot``: from what was made to what it was made from, and so from right to left;
only an arrow that closes a cycle points to the right. Lines of weights are solid, lines of data dashed.

Example::

    drawing([lineage(store, iri, Direction.UP, Via.ALL), lineage(store, iri, Direction.DOWN, Via.ALL)]).svg()
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from itgraph.lineage import Direction, Edge, Lineage, LineageNode, Via
from itgraph.lineage_format import arrow, edges, printable, who
from itgraph.lineage_layout import Arrow, Layout, layout
from itgraph.lineage_svg import (
    LEGEND_WIDTH,
    PAPER,
    STYLE,
    Line,
    Node,
    box,
    cut,
    isolated,
    legend,
    line,
    loop,
    width_of,
)
from itgraph.namespaces import compact

__all__ = ["STYLE", "Drawing", "drawing"]

WEIGHTS = frozenset(compact(relation) for relation in Via.WEIGHTS.relations)
#: Left and right of a label, and the narrowest box.
PADDING, NARROWEST = 12.0, 64.0


@dataclass(frozen=True)
class Drawing:
    """A lineage with a place for everything; ``left_out`` counts the nodes for which there was no room."""

    title: str
    summary: str
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    layout: Layout
    left_out: int

    @property
    def width(self) -> int:
        """The width in pixels, as it stands in a page."""
        return math.ceil(max(self.layout.width, width_of(self.note, 12) + 32))

    @property
    def height(self) -> int:
        """The height in pixels, as it stands in a page."""
        return math.ceil(self.layout.height) + (20 if self.note else 0)

    @property
    def note(self) -> str:
        """What the picture says of the nodes left out; empty where all are drawn."""
        return f"and {self.left_out} more" if self.left_out else ""

    def svg(self, href: Callable[[str], str] | None = None, standalone: bool = False, *, name: str = "lineage") -> str:
        """Return the picture as an ``svg`` element, which is well-formed XML and may stand in HTML as it is.

        In a page, the colours are those of the text, unless the page's style sheet says more: ``STYLE`` is what it may
        take over. Standing alone, the picture brings colours for light and dark, a background and a legend.

        Args:
            href: the address of an entity by its id, absolute where the picture stands alone; what is no http, https,
                mailto or relative address is not linked. None draws no links.
            standalone: whether it is to be a file of its own.
            name: the ``id`` that the ids in the picture begin with, where a page has several.
        """
        width, height = self.width, self.height
        content = "".join(self.marks(href))
        if standalone:
            width = max(width, LEGEND_WIDTH)
            explained, more = legend(16, height + 12, width - 32)
            shift = (width - self.width) / 2
            content = f'<g transform="translate({shift:g} 0)">{content}</g>{explained}'
            height += math.ceil(more)
            content = (
                f'<style>{PAPER}{STYLE}</style><rect class="paper" width="100%" height="100%" fill="none"/>{content}'
            )
        # A picture with role="img" hides what is in it, links too, from those who do not see it.
        role = "group" if href else "img"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="lineage" role="{role}" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="13"'
            f' aria-labelledby="{name}-title" aria-describedby="{name}-summary">'
            f'<title id="{name}-title">{escape(self.title)}</title>'
            f'<desc id="{name}-summary">{escape(self.summary)}</desc>{content}</svg>\n'
        )

    def marks(self, href: Callable[[str], str] | None) -> Iterator[str]:
        """Yield lines, boxes and note; lines first, so that a box covers what should ever run below it."""
        boxes, routes = self.layout.boxes, self.layout.routes
        for drawn in self.lines:
            made, source = drawn.arrows[0]
            if made == source:
                yield loop(drawn, boxes[made])
            else:
                right, left = (made, source) if (made, source) in routes else (source, made)
                yield line(drawn, routes[right, left], right)
        for node in self.nodes:
            yield box(node, boxes[node.id], href)
        if self.note:
            y = self.height - 14
            yield f'<text class="note" x="16" y="{y}" font-size="12" fill="currentColor">{self.note}</text>'


def drawing(lineages: Sequence[Lineage], *, most: int = 60) -> Drawing:
    """Return the picture of one or more lineages of one entity, usually up and down.

    Nothing is asked of a store: what is to be drawn, and how far, is decided by who asked for the lineages. Relations
    between two nodes are one line, which is one of weights where any of them is.

    Args:
        lineages: at least one, all about the same entity.
        most: how many nodes are drawn, the entity included. The nearest come first, by turns of the lineages.

    Raises:
        ValueError: for no lineage, lineages of different entities, or no node at all.
    """
    if len({result.entity for result in lineages}) != 1:
        raise ValueError("a drawing takes lineages of one entity")
    if most < 1:
        raise ValueError("a drawing has at least one node")
    first = lineages[0]
    found = [node for _, node in sorted(ranked(lineages), key=lambda ranked: ranked[0])]
    every = {node.id: Node(node.id, node.label, node.kind) for node in found if node.id != first.entity}
    kept = list(every.values())[: most - 1]
    nodes = [Node(first.entity, first.label, first.kind, start=True)]
    nodes += sorted(kept, key=lambda node: (node.label.casefold(), node.id))
    lines = tuple(lines_of(lineages, {node.id: node.label for node in nodes}))
    families = {arrow: drawn.family for drawn in lines for arrow in drawn.arrows}
    widths = {
        node.id: max(NARROWEST, width_of(cut(node.label, bold=node.start), bold=node.start) + 2 * PADDING)
        for node in nodes
    }
    left_out = len(every) - len(kept)
    summary = summed_up(lineages, len(lines), left_out)
    title = f"Lineage of {isolated(first.label)}"
    return Drawing(title, summary, tuple(nodes), lines, layout(first.entity, widths, families), left_out)


def ranked(lineages: Sequence[Lineage]) -> Iterator[tuple[tuple[int, int, int], LineageNode]]:
    """Yield the nodes with their ranks: by hops, and within those in turn from each lineage."""
    for turn, result in enumerate(lineages):
        counts: dict[int, int] = {}
        for node in result.nodes:
            counts[node.hops] = counts.get(node.hops, 0) + 1
            yield (node.hops, counts[node.hops], turn), node


def lines_of(lineages: Sequence[Lineage], names: dict[str, str]) -> Iterator[Line]:
    """Yield one line for each pair of nodes that are drawn and have anything stated between them."""
    pairs: dict[frozenset[str], dict[Arrow, dict[str, dict[str, None]]]] = {}
    for result in lineages:
        for node, edge in edges(result):
            made, source = arrow(result, node, edge)
            if made in names and source in names:
                stated = pairs.setdefault(frozenset((made, source)), {}).setdefault((made, source), {})
                stated.setdefault(edge.relation, {}).update(dict.fromkeys(edge.sources))
    for arrows in pairs.values():
        relations = [relation for stated in arrows.values() for relation in stated]
        family = "weights" if WEIGHTS.intersection(relations) else "data"
        title = "\n".join(
            f"{isolated(names[made])} → {isolated(names[source])}: {told(relation, tuple(sources))}"
            for (made, source), stated in arrows.items()
            for relation, sources in stated.items()
        )
        yield Line(tuple(arrows), family, title)


def told(relation: str, sources: tuple[str, ...]) -> str:
    """Return a relation and who says so: ``itg:basedOn, says survey/models/4``."""
    said = printable(who(Edge("", relation, sources)))
    return f"{printable(relation)}, {f'says {said}' if sources else said}"


def summed_up(lineages: Sequence[Lineage], lines: int, left_out: int) -> str:
    """Return the picture in one sentence, for those who do not see it."""
    parts = []
    for direction, one, side in ((Direction.UP, "ancestor", "left"), (Direction.DOWN, "descendant", "right")):
        results = [result for result in lineages if result.direction is direction]
        count = len({node.id for result in results for node in result.nodes})
        if results:
            parts.append(f"{count} {one}{'' if count == 1 else 's'} at the {side}")
    parts.append(f"{lines} line{'' if lines == 1 else 's'}, each from what was made to what it was made from")
    if left_out:
        parts.append(f"{left_out} left out for want of room")
    return f"{isolated(lineages[0].label)}: {'; '.join(parts)}."
