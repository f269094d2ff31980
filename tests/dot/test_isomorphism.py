"""Isomorphism: what the search says is what trying every map of the nodes says."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anecdot.dot import isomorphism
from anecdot.dot.isomorphism import Coloured, isomorphic

colours = st.lists(st.sampled_from("ab"), min_size=4, max_size=4)
edge = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("xy"))


def by_definition(left: Coloured, right: Coloured) -> bool:
    def moved(graph: Coloured, place: tuple[int, ...]) -> Counter:
        ends = ((place[tail], place[head], label) for tail, head, label in graph.edges)
        return Counter(e if graph.directed else (min(e[:2]), max(e[:2]), e[2]) for e in ends)

    here = tuple(range(4))
    return left.directed == right.directed and any(
        [right.colours[i] for i in place] == left.colours
        and moved(left, place) == moved(right, here)
        for place in permutations(here)
    )


@given(colours, st.lists(edge, min_size=1, max_size=5), st.booleans(), edge, st.randoms())
def test_isomorphic_is_some_map_of_the_nodes(colours, edges, directed, other, rng) -> None:
    left = Coloured(colours, edges, directed)
    place = rng.sample(range(4), 4)
    moved = [(place[tail], place[head], label) for tail, head, label in edges]
    right = Coloured([colours[place.index(i)] for i in range(4)], moved[::-1], directed)
    assert isomorphic(left, right)
    assert not isomorphic(left, right._replace(colours=[*right.colours, "a"]))
    for change in (
        right._replace(directed=not directed),
        right._replace(edges=[], directed=not directed),
        right._replace(colours=["b", *right.colours[1:]]),
        right._replace(edges=[other, *right.edges[1:]]),
        right._replace(edges=right.edges[1:]),
    ):
        assert isomorphic(left, change) is by_definition(left, change)
        bare = left._replace(edges=[])
        assert isomorphic(bare, change) is by_definition(bare, change)


def test_nodes_joined_twice_are_not_those_of_a_ring() -> None:
    """Of two nodes and two others, each sees two edges, and so colour refinement no difference."""
    ring = Coloured([*"aabb"], [(0, 2, ""), (0, 3, ""), (1, 2, ""), (1, 3, "")], False)
    twice = ring._replace(edges=[(0, 2, ""), (0, 2, ""), (1, 3, ""), (1, 3, "")])
    assert not isomorphic(ring, twice)
    assert not isomorphic(twice, ring)


def test_an_edge_from_a_node_is_not_another_to_it() -> None:
    """Both nodes 0 and 1 see 2 and 3; only a label tells what comes in from what goes out."""
    left = Coloured([*"aabb"], [(2, 0, "x"), (3, 0, "x"), (1, 2, "y"), (1, 3, "y")], True)
    right = left._replace(edges=[(2, 0, "x"), (0, 3, "y"), (1, 2, "y"), (3, 1, "x")])
    assert not isomorphic(left, right)


def test_what_cannot_be_decided_in_time_counts_as_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring = Coloured(["a"] * 9, [(i, (i + 1) % 9, "") for i in range(9)], False)
    assert isomorphic(ring, ring)
    monkeypatch.setattr(isomorphism, "WORK_LIMIT", 100)
    assert not isomorphic(ring, ring)
