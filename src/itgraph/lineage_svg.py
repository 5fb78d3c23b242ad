"""The marks of a drawn lineage as SVG: boxes, lines with their heads, the legend, and the style sheet.

Serve side, between ``lineage_layout``, which says where things stand, and ``lineage_drawing``, which says what is
drawn. Labels come from outside and may hold anything: they are escaped, characters that cannot be seen are shown by
their escapes, and each label keeps its direction of writing to itself. Addresses become links only where a browser may
follow them. There is no ``style`` attribute, so that a page with a strict Content-Security-Policy may embed all this.

>>> cut("Unnatural Instructions (a core set of them)", 160)
'Unnatural Instructions…'
>>> followable("model/llama"), followable("javascript:alert(1)")
(True, False)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from itgraph.lineage_format import printable
from itgraph.lineage_layout import Arrow, Box, Point

__all__ = [
    "LEGEND_WIDTH",
    "STYLE",
    "Line",
    "Node",
    "box",
    "cut",
    "followable",
    "isolated",
    "legend",
    "line",
    "width_of",
]

#: The widest label, in pixels; what is longer is cut.
WIDEST_LABEL = 210.0
SIZE = 13
#: Widths of characters in ems, rounded up to those of the widest common sans serif, whatever ``system-ui`` is.
NARROW, SLIM, WIDE = frozenset(" .,:;'|!()[]/iIjlt"), frozenset('-fr"`'), frozenset("mwMW@%")
#: How far a line is straight before its head.
STRAIGHT = 11
#: Schemes that become links, and what has none: a path, a query, a fragment.
ADDRESS = re.compile(r"https?://|mailto:|/(?![/\\])|[?#]|[\w.~%-]+(?:[/?#]|$)", re.IGNORECASE)
LEGEND_WIDTH = 460
#: The colours of a picture that stands alone; a page may take the rules into its own style sheet.
STYLE = """\
.lineage .shape { fill: #f6f8fa; stroke: #848d97 }
.lineage .dataset .shape { fill: #ffffff; stroke: #848d97 }
.lineage .start .shape { fill: #e6f0fb; stroke: #0b5cad; stroke-width: 2 }
.lineage text { fill: #1f2328 }
.lineage .note { fill: #59636e }
.lineage .line, .lineage .head { stroke: #6e7781 }
.lineage .weights .head { fill: #6e7781 }
.lineage a { text-decoration: none }
.lineage a:hover .shape, .lineage a:focus .shape { stroke: #0b5cad; stroke-width: 2 }
.lineage .edge:hover .line, .lineage .edge:hover .head { stroke: #0b5cad; stroke-width: 2 }
.lineage .edge.weights:hover .head { fill: #0b5cad }
@media (prefers-color-scheme: dark) {
.lineage .shape { fill: #1c2128; stroke: #7d8590 }
.lineage .dataset .shape { fill: #0d1117; stroke: #7d8590 }
.lineage .start .shape { fill: #12304f; stroke: #7db4f0 }
.lineage text { fill: #e6edf3 }
.lineage .note { fill: #9198a1 }
.lineage .line, .lineage .head { stroke: #8b949e }
.lineage .weights .head { fill: #8b949e }
.lineage a:hover .shape, .lineage a:focus .shape { stroke: #7db4f0 }
.lineage .edge:hover .line, .lineage .edge:hover .head { stroke: #7db4f0 }
.lineage .edge.weights:hover .head { fill: #7db4f0 }
}
"""
#: Behind a picture that stands alone; not for a page, which has a background of its own.
PAPER = ".paper { fill: #ffffff }\n@media (prefers-color-scheme: dark) { .paper { fill: #0d1117 } }\n"


@dataclass(frozen=True)
class Node:
    """A box: the entity, and whether it is the one asked about."""

    id: str
    label: str
    kind: str
    start: bool = False


@dataclass(frozen=True)
class Line:
    """All that is stated between two nodes: one arrow, or two opposite ones, and what to say of it."""

    arrows: tuple[Arrow, ...]
    family: str
    title: str


def width_of(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Return about how wide a text is, in pixels, rather too wide than too narrow."""
    return sum(ems(character) for character in text) * size * (1.1 if bold else 1.0)


def ems(character: str) -> float:
    if character in NARROW:
        return 0.36
    if character in SLIM:
        return 0.44
    if character in WIDE:
        return 1.0
    if unicodedata.category(character).startswith("M"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.7 if character.isupper() else 0.63


def cut(label: str, widest: float = WIDEST_LABEL, bold: bool = False) -> str:
    """Return the label as a box shows it: at most so wide, with an ellipsis where it was longer."""
    shown = printable(label)
    if width_of(shown, bold=bold) <= widest:
        return shown
    room = widest - width_of("…", bold=bold)
    end = 0
    while (room := room - width_of(shown[end], bold=bold)) >= 0:
        end += 1
    # A mark stays with the letter that it belongs to.
    while end and unicodedata.category(shown[end]).startswith("M"):
        end -= 1
    return shown[:end].rstrip() + "…"


def isolated(text: str) -> str:
    """Return a name for the middle of a sentence: between isolates, so that its direction does not reorder the rest."""
    return f"\u2068{printable(text)}\u2069"


def followable(address: str) -> bool:
    """Return whether an address is one that may become a link: http, https, mailto, or relative."""
    return address.isprintable() and ADDRESS.match(address) is not None


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def at(*points: Point) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def box(node: Node, where: Box, href: Callable[[str], str] | None) -> str:
    """Return a node as a link, or as a group where there is no address for it."""
    kind = node.kind if node.kind in ("model", "dataset") else "other"
    names = f"node {kind} start" if node.start else f"node {kind}"
    label = cut(node.label, bold=node.start)
    whole = node.id if node.label == node.id else f"{isolated(node.label)} ({printable(node.id)})"
    address = href(node.id) if href else ""
    tag = "a" if address and followable(address) else "g"
    link = f' href="{escape(address)}"' if tag == "a" else ""
    weight = ' font-weight="600"' if node.start else ""
    return (
        f'<{tag} class="{names}" data-id="{escape(printable(node.id))}"{link}><title>{escape(whole)}</title>'
        f"{shape(kind, where, 2 if node.start else 1)}"
        f'<text x="{number(where.x + where.width / 2)}" y="{number(where.middle + 4.5)}" text-anchor="middle"'
        f' fill="currentColor" stroke="none" unicode-bidi="plaintext"{weight}>{escape(label)}</text></{tag}>'
    )


def shape(kind: str, where: Box, stroke: int = 1) -> str:
    """Return the outline: rounded for a model, with a folded corner for a data set, plain for anything else."""
    drawn = f'class="shape" fill="none" stroke="currentColor" stroke-width="{stroke}"'
    x, y, width, height = (number(value) for value in (where.x, where.y, where.width, where.height))
    if kind != "dataset":
        radius = 7 if kind == "model" else 0
        return f'<rect {drawn} x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>'
    fold = where.height * 0.3
    across, down = number(where.width - fold), number(where.height - fold)
    path = f"M{x},{y}h{across}l{fold:.1f},{fold:.1f}v{down}h-{width}zm{across},0v{fold:.1f}h{fold:.1f}"
    return f'<path {drawn} d="{path}"/>'


def line(drawn: Line, route: tuple[Point, ...], right: str) -> str:
    """Return a line along its route, from the box at the right, with a head at each end that an arrow points to.

    The head of weights is filled, that of data open; so the families differ in more than dashes.
    """
    points = list(route)
    heads = []
    first, last = points[0], points[-1]
    if any(made == right for made, _ in drawn.arrows):
        heads.append(head(points[-1], 1))
        # The line ends straight, and within its head.
        points[-1], last = (last[0] + STRAIGHT, last[1]), (last[0] + 5, last[1])
    if any(source == right for _, source in drawn.arrows):
        heads.append(head(points[0], -1))
        points[0], first = (first[0] - STRAIGHT, first[1]), (first[0] - 5, first[1])
    path = f"M{at(first)}"
    for one, other in zip(points[::2], points[1::2], strict=True):
        middle = (one[0] + other[0]) / 2
        path += f"L{at(one)}C{at((middle, one[1]), (middle, other[1]), other)}"
    return stroke(drawn, f"{path}L{at(last)}", heads)


def loop(drawn: Line, where: Box) -> str:
    """Return a line from a box to itself."""
    x, y = where.x + where.width - 14, where.y
    path = f"M{at((x - 14, y))}C{at((x - 14, y - 11), (x, y - 11), (x, y - 4))}"
    return stroke(drawn, path, [f"M{at((x - 3, y - 6), (x, y), (x + 3, y - 6))}"])


def head(tip: Point, way: int) -> str:
    x, y = tip
    return f"M{at((x + way * 8, y - 4), (x, y), (x + way * 8, y + 4))}"


def stroke(drawn: Line, path: str, heads: list[str]) -> str:
    dashes = "" if drawn.family == "weights" else ' stroke-dasharray="5 4"'
    closed, fill = ("z", "currentColor") if drawn.family == "weights" else ("", "none")
    arrows = " ".join(identifier for arrow in drawn.arrows for identifier in arrow)
    # What is pointed at is wider than what is seen.
    return (
        f'<g class="edge {drawn.family}" data-arrows="{escape(printable(arrows))}">'
        f'<title>{escape(drawn.title)}</title><path d="{path}" fill="none" stroke="none" stroke-width="9"'
        f' pointer-events="stroke"/><path class="line" d="{path}" fill="none" stroke="currentColor"'
        f' stroke-width="1.3"{dashes}/><path class="head" d="{"".join(head + closed for head in heads)}" fill="{fill}"'
        f' stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/></g>'
    )


def legend(left: float, top: float, width: float) -> tuple[str, float]:
    """Return what the marks mean, in lines of so much width, and how high it is."""
    entries = [
        ("model", "model"),
        ("dataset", "data set"),
        ("weights", "built on (weights)"),
        ("data", "trained on, generated with, derived from, has part (data)"),
        ("", "An arrow points from what was made to what it was made from."),
    ]
    marks, x, y = [], left, top
    for kind, text in entries:
        needed = (34 if kind else 0) + width_of(text, 12)
        if x > left and x + needed > left + width:
            x, y = left, y + 24
        if kind in ("model", "dataset"):
            outline = shape(kind, Box(0, x, y - 7, 26, 14))
            marks.append(f'<g class="node {kind}">{outline}</g>')
        elif kind:
            marks.append(line(Line((("made", "source"),), kind, text), ((x + 26, y), (x, y)), "made"))
        words = x + (34 if kind else 0)
        marks.append(f'<text class="note" x="{number(words)}" y="{number(y + 4)}" font-size="12">{text}</text>')
        x += needed + 18
    return f'<g class="legend">{"".join(marks)}</g>', y - top + 28
