"""Closures, hops and cycles over plain adjacency: what lineage is made of, with no graph library and no store.

Ground floor, used by the build (derived closures, cycle check) and by the serve side (lineage). It works on node sets
and never enumerates paths: a merged model can have more root paths than a machine can count, and still few ancestors.

>>> sorted(hops("alpaca", {"alpaca": {"llama"}, "radiology-gpt": {"alpaca"}}.get))
[('llama', 1)]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Set
from typing import TypeVar

__all__ = ["adjacency_of", "closure", "find_cycle", "hops", "levels", "reverse", "topological"]

Node = TypeVar("Node", bound=Hashable)
Adjacency = Mapping[Node, Set[Node]]


def hops(
    start: Node, successors: Callable[[Node], Collection[Node] | None], depth: int | None = None
) -> Iterator[tuple[Node, int]]:
    """Yield each node that can be reached from ``start`` with its least number of hops, nearest first.

    ``start`` itself is not yielded, not even where a cycle leads back to it. ``successors`` may return None for "none".
    ``depth`` bounds the hops.
    """
    seen = {start}
    queue: deque[tuple[Node, int]] = deque([(start, 0)])
    while queue:
        node, distance = queue.popleft()
        if distance == depth:
            continue
        for successor in successors(node) or ():
            if successor not in seen:
                seen.add(successor)
                queue.append((successor, distance + 1))
                yield successor, distance + 1


def closure(adjacency: Adjacency[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield every pair (node, reachable node) once: the transitive closure, without reflexive pairs."""
    for node in adjacency:
        for reached, _ in hops(node, adjacency.get):
            yield node, reached


def find_cycle(adjacency: Adjacency[Node]) -> list[Node] | None:
    """Return the nodes of one cycle, the first one repeated at the end, or None where there is none.

    Iterative, so that a derivation chain of any length fits; which cycle is found depends on the order of the input.
    """
    done: set[Node] = set()
    for root in adjacency:
        if root in done:
            continue
        path: list[Node] = [root]
        on_path = {root}
        stack: list[Iterator[Node]] = [iter(adjacency.get(root, ()))]
        while stack:
            for successor in stack[-1]:
                if successor in on_path:
                    return [*path[path.index(successor) :], successor]
                if successor not in done:
                    path.append(successor)
                    on_path.add(successor)
                    stack.append(iter(adjacency.get(successor, ())))
                    break
            else:
                stack.pop()
                node = path.pop()
                on_path.discard(node)
                done.add(node)
    return None


def topological(adjacency: Adjacency[Node]) -> list[Node]:
    """Return all nodes, each after the nodes that it points at.

    Raises:
        ValueError: the graph has a cycle (ask ``find_cycle`` for it).
    """
    waiting = {node: len(targets) for node, targets in adjacency.items()}
    for targets in adjacency.values():
        for target in targets:
            waiting.setdefault(target, 0)
    inverse = reverse(adjacency)
    ready = deque(node for node, count in waiting.items() if count == 0)
    order: list[Node] = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for dependant in inverse.get(node, ()):
            waiting[dependant] -= 1
            if waiting[dependant] == 0:
                ready.append(dependant)
    if len(order) < len(waiting):
        raise ValueError("the graph has a cycle")
    return order


def levels(adjacency: Adjacency[Node]) -> dict[Node, int]:
    """Return for each node the length of the longest chain from it to a node that points at nothing (0 for those).

    Raises:
        ValueError: the graph has a cycle.
    """
    level: dict[Node, int] = {}
    for node in topological(adjacency):
        level[node] = max((level[target] + 1 for target in adjacency.get(node, ())), default=0)
    return level


def reverse(adjacency: Adjacency[Node]) -> dict[Node, set[Node]]:
    """Return the adjacency with every edge turned round."""
    turned: dict[Node, set[Node]] = {}
    for node, targets in adjacency.items():
        for target in targets:
            turned.setdefault(target, set()).add(node)
    return turned


def adjacency_of(edges: Iterable[tuple[Node, Node]]) -> dict[Node, set[Node]]:
    """Return the adjacency of a stream of edges."""
    adjacency: dict[Node, set[Node]] = {}
    for source, target in edges:
        adjacency.setdefault(source, set()).add(target)
    return adjacency
