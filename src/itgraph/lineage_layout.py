"""Where the boxes and lines of a lineage stand: plain geometry, that knows neither labels nor SVG.

Serve side, before ``lineage_drawing``. A layered picture, as Sugiyama and others draw it: columns by the longest path,
so that each line goes from a column to one at its left; a long line has a place of its own in each column that it
passes, so that it lies on no box; rows are ordered by barycentres, and then moved as close to their neighbours as their
order lets them. Nothing here is left to chance or to the order of a set: the same input gives the same picture.

>>> found = layout("b", {"a": 40, "b": 40, "c": 40}, {("b", "a"): "", ("c", "b"): "", ("c", "a"): ""})
>>> [box.column for box in found.boxes.values()], len(found.routes["c", "a"])
([0, 1, 2], 4)
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["HEIGHT", "Arrow", "Box", "Layout", "Point", "layout"]

#: What was made, and what it was made from.
Arrow = tuple[str, str]
Point = tuple[float, float]

HEIGHT = 30.0
#: Between two boxes of a column, and beside a line that passes.
ROW_GAP = 12.0
#: The height of the place that a passing line has in a column.
PASSAGE = 4.0
#: Between two columns: more where a line climbs far, so that it does not get too steep.
COLUMN_GAP, STEEPEST, WIDEST = 52.0, 0.22, 150.0
MARGIN = 16.0
#: Half the distance between the two families of lines where both end at one side of a box.
PORT = 5.0
#: How many places the passing lines of a picture have; the longest lines do without once they are used up.
PASSAGES = 2000
ROUNDS = 6


@dataclass(frozen=True)
class Box:
    """A node: its column, counted from the left, its upper left corner, and its size."""

    column: int
    x: float
    y: float
    width: float
    height: float = HEIGHT

    @property
    def middle(self) -> float:
        """The height at which its label stands."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Layout:
    """The boxes by id, and the routes by (box at the right, box at the left).

    A route is an even number of points, from the right to the left: from the first to the second point of each pair a
    curve, from pair to pair a straight line through a column.
    """

    boxes: dict[str, Box]
    routes: dict[Arrow, tuple[Point, ...]]
    width: float
    height: float


@dataclass
class Grid:
    """The vertices of the picture by number, boxes first and then passages: column, neighbours, order, height."""

    extent: list[float]
    column: list[int]
    left: list[list[int]]
    right: list[list[int]]
    layers: list[list[int]]
    chains: dict[Arrow, list[int]]
    middle: list[float]


def layout(start: str, widths: Mapping[str, float], arrows: Mapping[Arrow, str]) -> Layout:
    """Return where everything stands.

    An arrow that closes a cycle points to the right; its route is found under the boxes in their order in the picture,
    as is that of two opposite arrows, which share one. An arrow from a box to itself has no route.

    Args:
        start: the id of the entity asked about; its ancestors come at its left, its descendants at its right.
        widths: what each node needs, by id, in the order in which equals are to stand.
        arrows: the family of each; lines of one family end at one point of a box. Both ends are in ``widths``.
    """
    order = sources_first(start, widths, arrows)
    place = {identifier: index for index, identifier in enumerate(order)}
    lines: dict[Arrow, str] = {}
    for (made, source), family in arrows.items():
        if made != source:
            lines.setdefault((made, source) if place[source] < place[made] else (source, made), family)
    columns = generations(start, order, lines)
    grid = grid_of({identifier: columns[identifier] for identifier in widths}, lines)
    arrange(grid)
    settle(grid)
    return measured(grid, widths, lines)


def sources_first(start: str, nodes: Iterable[str], arrows: Iterable[Arrow]) -> list[str]:
    """Return the nodes so that each comes after what it was made from, but for arrows that close a cycle."""
    sources: dict[str, list[str]] = {identifier: [] for identifier in nodes}
    for made, source in arrows:
        sources[made].append(source)
    done: dict[str, None] = {}
    seen: set[str] = set()
    for root in (start, *sources):
        stack = [] if root in seen else [(root, iter(sources[root]))]
        seen.add(root)
        while stack:
            node, rest = stack[-1]
            following = next((source for source in rest if source not in seen), None)
            if following is None:
                done[node] = None
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(sources[following])))
    return list(done)


def generations(start: str, order: Sequence[str], lines: Iterable[Arrow]) -> dict[str, int]:
    """Return the column of each node: the greatest number of steps from the start, ancestors to the left of it."""
    sources: dict[str, list[str]] = {identifier: [] for identifier in order}
    for made, source in lines:
        sources[made].append(source)
    columns = {start: 0}
    for node in reversed(order):
        if node in columns:
            for source in sources[node]:
                columns[source] = min(columns.get(source, 0), columns[node] - 1)
    for node in order:
        if node not in columns:
            columns[node] = max((columns[source] + 1 for source in sources[node]), default=0)
    first = min(columns.values())
    return {node: column - first for node, column in columns.items()}


def grid_of(columns: Mapping[str, int], lines: Iterable[Arrow]) -> Grid:
    """Return the boxes and the passages of the long lines, in no order yet but that of the input."""
    number = {identifier: index for index, identifier in enumerate(columns)}
    column = list(columns.values())
    left: list[list[int]] = [[] for _ in column]
    right: list[list[int]] = [[] for _ in column]
    chains: dict[Arrow, list[int]] = {}
    places = PASSAGES
    # The shortest first: should the places not suffice, few lines do without.
    for line in sorted(lines, key=lambda line: columns[line[0]] - columns[line[1]]):
        far, near = number[line[0]], number[line[1]]
        between = range(column[far] - 1, column[near], -1)
        chains[line] = [far, near]
        places -= len(between)
        if places < 0:
            continue
        chains[line] = [far, *range(len(column), len(column) + len(between)), near]
        column.extend(between)
        left.extend([] for _ in between)
        right.extend([] for _ in between)
        for one, other in pairwise(chains[line]):
            left[one].append(other)
            right[other].append(one)
    layers: list[list[int]] = [[] for _ in range(max(column) + 1)]
    for vertex, at in enumerate(column):
        layers[at].append(vertex)
    extent = [HEIGHT] * len(columns) + [PASSAGE] * (len(column) - len(columns))
    return Grid(extent, column, left, right, layers, chains, [0.0] * len(column))


def arrange(grid: Grid) -> None:
    """Order the rows of each column by the mean place of their neighbours, to and fro; keep the best order seen."""
    best, fewest = [list(layer) for layer in grid.layers], crossings(grid)
    for _ in range(ROUNDS):
        for near, layers in ((grid.left, grid.layers), (grid.right, grid.layers[::-1])):
            if fewest == 0:
                break
            for before, layer in pairwise(layers):
                place = {vertex: index for index, vertex in enumerate(before)}
                mean = {v: sum(place[n] for n in near[v]) / len(near[v]) for v in layer if near[v]}
                # What has no neighbour on this side stays where it is; sorting is stable, so that equals do too.
                moved = iter(sorted(mean, key=mean.__getitem__))
                layer[:] = [next(moved) if vertex in mean else vertex for vertex in layer]
            count = crossings(grid)
            if count < fewest:
                best, fewest = [list(layer) for layer in grid.layers], count
    grid.layers = best


def crossings(grid: Grid) -> int:
    """Return how many pairs of lines cross between neighbouring columns."""
    count = 0
    for layer, following in pairwise(grid.layers):
        place = {vertex: index for index, vertex in enumerate(following)}
        ends: list[int] = []
        for vertex in layer:
            here = [place[neighbour] for neighbour in grid.right[vertex]]
            count += sum(len(ends) - bisect_right(ends, end) for end in here)
            for end in here:
                insort(ends, end)
    return count


def settle(grid: Grid) -> None:
    """Give each vertex its height: near the mean of its neighbours, in the order of its column, apart from the next."""
    middle = grid.middle
    for layer in grid.layers:
        closest(grid, layer, [0.0] * len(layer))
    ways = [(grid.left, grid.layers), (grid.right, grid.layers[::-1])] * ROUNDS
    # Last from the fullest column to both sides: it has the least freedom, and the others follow it.
    fullest = max(range(len(grid.layers)), key=lambda index: len(grid.layers[index]))
    ways += [(grid.left, grid.layers[fullest + 1 :]), (grid.right, grid.layers[:fullest][::-1])]
    for near, layers in ways:
        for layer in layers:
            wanted = [sum(middle[n] for n in near[v]) / len(near[v]) if near[v] else middle[v] for v in layer]
            closest(grid, layer, wanted)


def closest(grid: Grid, layer: Sequence[int], wanted: Sequence[float]) -> None:
    """Place a column as near to what is wanted as its order lets it: least squares, by pooling adjacent violators."""
    offsets: list[float] = []
    blocks: list[tuple[float, float, int]] = []
    for index, vertex in enumerate(layer):
        before = layer[index - 1]
        apart = (grid.extent[before] + grid.extent[vertex]) / 2 + ROW_GAP
        offsets.append(offsets[-1] + apart if offsets else 0.0)
        # A passing line is worth more than a box: it should be straight.
        weight = 1.0 if grid.extent[vertex] == HEIGHT else 3.0
        total, weighted, count = weight, weight * (wanted[index] - offsets[index]), 1
        while blocks and blocks[-1][1] / blocks[-1][0] > weighted / total:
            other, sum_, size = blocks.pop()
            total, weighted, count = total + other, weighted + sum_, count + size
        blocks.append((total, weighted, count))
    heights = (weighted / total for total, weighted, count in blocks for _ in range(count))
    for vertex, offset, height in zip(layer, offsets, heights, strict=True):
        grid.middle[vertex] = offset + height


def measured(grid: Grid, widths: Mapping[str, float], lines: Mapping[Arrow, str]) -> Layout:
    """Return boxes and routes in the coordinates of a picture whose upper left corner is the origin."""
    needed = list(widths.values())
    top = min(middle - extent / 2 for middle, extent in zip(grid.middle, grid.extent, strict=True)) - MARGIN
    middle = [height - top for height in grid.middle]
    across = [max((needed[v] for v in layer if v < len(needed)), default=0.0) for layer in grid.layers]
    begin = [MARGIN]
    for index, layer in enumerate(grid.layers[:-1]):
        climb = max((abs(middle[v] - middle[n]) for v in layer for n in grid.right[v]), default=0.0)
        begin.append(begin[-1] + across[index] + min(COLUMN_GAP + STEEPEST * climb, WIDEST))
    boxes = {
        identifier: Box(grid.column[v], begin[grid.column[v]], middle[v] - HEIGHT / 2, across[grid.column[v]])
        for v, identifier in enumerate(widths)
    }
    ports = ports_of(grid, middle, lines)
    routes = {}
    for line in lines:
        far, *passed, near = grid.chains[line]
        points = [(begin[grid.column[far]], middle[far] + ports[far, False, lines[line]])]
        for vertex in passed:
            at = grid.column[vertex]
            points += [(begin[at] + across[at], middle[vertex]), (begin[at], middle[vertex])]
        at = grid.column[near]
        points.append((begin[at] + across[at], middle[near] + ports[near, True, lines[line]]))
        routes[line] = tuple(points)
    bottom = max(height + extent / 2 for height, extent in zip(middle, grid.extent, strict=True))
    return Layout(boxes, routes, begin[-1] + across[-1] + MARGIN, bottom + MARGIN)


def ports_of(grid: Grid, middle: Sequence[float], lines: Mapping[Arrow, str]) -> dict[tuple[int, bool, str], float]:
    """Return by (box, at its right side, family) how far from its middle the lines end."""
    ends: dict[tuple[int, bool], dict[str, list[float]]] = {}
    for line, family in lines.items():
        chain = grid.chains[line]
        ends.setdefault((chain[0], False), {}).setdefault(family, []).append(middle[chain[1]])
        ends.setdefault((chain[-1], True), {}).setdefault(family, []).append(middle[chain[-2]])
    ports = {}
    for (vertex, side), families in ends.items():
        ordered = sorted(families, key=lambda family: (sum(families[family]) / len(families[family]), family))
        for index, family in enumerate(ordered):
            ports[vertex, side, family] = PORT * (2 * index - len(ordered) + 1)
    return ports
