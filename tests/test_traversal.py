"""Closures, hops, levels and cycles against a brute force that is too slow to be wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph import traversal

Graph = dict[int, set[int]]

NODES = range(8)
graphs = st.dictionaries(st.sampled_from(NODES), st.sets(st.sampled_from(NODES)), max_size=8)
#: An edge leads to a smaller number only: no cycle is possible.
dags = graphs.map(lambda graph: {node: {t for t in targets if t < node} for node, targets in graph.items()})


def distances(graph: Graph) -> dict[tuple[int, int], int]:
    """Return the least number of hops of every pair, by squaring the relation (Floyd and Warshall)."""
    far = len(NODES) * 2
    hops = {(a, b): 1 if b in graph.get(a, set()) else far for a in NODES for b in NODES}
    for k in NODES:
        for a in NODES:
            for b in NODES:
                hops[a, b] = min(hops[a, b], hops[a, k] + hops[k, b])
    return {pair: count for pair, count in hops.items() if count < far}


def longest_chain(graph: Graph, node: int) -> int:
    return max((1 + longest_chain(graph, target) for target in graph.get(node, set())), default=0)


@given(graphs, st.sampled_from(NODES), st.none() | st.integers(0, 4))
def test_hops_are_the_least_distances(graph: Graph, start: int, depth: int | None) -> None:
    found = list(traversal.hops(start, graph.get, depth))
    within = {
        b: count for (a, b), count in distances(graph).items() if a == start != b and (depth is None or count <= depth)
    }
    assert dict(found) == within
    assert len(found) == len(within)
    assert [count for _, count in found] == sorted(count for _, count in found)


@given(graphs)
def test_closure_is_every_reachable_pair_once(graph: Graph) -> None:
    found = list(traversal.closure(graph))
    assert sorted(found) == sorted(pair for pair in distances(graph) if pair[0] != pair[1])


@given(graphs)
def test_a_cycle_is_found_where_there_is_one(graph: Graph) -> None:
    cycle = traversal.find_cycle(graph)
    exists = any(a == b for a, b in distances(graph))
    assert (cycle is not None) == exists
    if cycle is not None:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        assert all(target in graph[source] for source, target in pairwise(cycle))


@given(dags)
def test_levels_are_the_longest_chains(graph: Graph) -> None:
    nodes = set(graph).union(*graph.values())
    assert traversal.levels(graph) == {node: longest_chain(graph, node) for node in nodes}


@given(graphs)
def test_topological_order_has_targets_first_or_there_is_a_cycle(graph: Graph) -> None:
    if traversal.find_cycle(graph) is not None:
        with pytest.raises(ValueError, match="cycle"):
            traversal.topological(graph)
        return
    order = traversal.topological(graph)
    assert sorted(order) == sorted(set(graph).union(*graph.values()))
    place = {node: index for index, node in enumerate(order)}
    assert all(place[target] < place[node] for node, targets in graph.items() for target in targets)


@given(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES))))
def test_adjacency_and_its_reverse_hold_the_same_edges(edges: list[tuple[int, int]]) -> None:
    adjacency = traversal.adjacency_of(edges)
    assert {(a, b) for a, targets in adjacency.items() for b in targets} == set(edges)
    assert {(b, a) for a, targets in traversal.reverse(adjacency).items() for b in targets} == set(edges)


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {n: {n + 1} for n in range(20_000)}
    assert traversal.find_cycle(chain) is None
    assert traversal.levels(chain)[0] == 20_000
    assert sum(1 for _ in traversal.hops(0, chain.get)) == 20_000


def test_many_paths_are_not_walked_one_by_one() -> None:
    # 60 diamonds in a row: 2 to the power of 60 paths, 180 nodes below the top.
    diamonds: dict[int, set[int]] = {}
    for n in range(0, 180, 3):
        diamonds |= {n: {n + 1, n + 2}, n + 1: {n + 3}, n + 2: {n + 3}}
    assert len(list(traversal.hops(0, diamonds.get))) == 180
    assert traversal.levels(diamonds)[0] == 120
