"""Error injection: what comes out is really broken, small, and the same for a seed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anecdot.dot import check
from anecdot.dot.breakage import WAYS, break_
from anecdot.dot.failures import syntax_class

GRAPHS = [
    "digraph {\n  a -> b;\n}",
    "digraph {}",
    'digraph {\n  Locked -> Open [label="turn key"];\n  Open -> Locked [label="push"];\n}',
    'graph G {\n  "Order Service" -- db [label="has many", xlabel=<<b>x</b>>];\n  db -- cache;\n}',
    'strict digraph {\n  subgraph cluster_0 {\n    label="A b";\n  x -> {y z};\n  }\n  y -> z;\n}',
]


@given(st.sampled_from(GRAPHS), st.integers(0, 10_000))
def test_broken_text_fails_in_graphviz(dot: str, seed: int) -> None:
    broken, what = break_(random.Random(seed), dot)
    assert check(dot) is None
    assert check(broken) is not None
    assert syntax_class(broken)
    assert what in WAYS
    assert (broken, what) == break_(random.Random(seed), dot)
    assert abs(len(broken) - len(dot)) < 40


@pytest.mark.parametrize("way", WAYS)
def test_every_way_works(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anecdot.dot.breakage.WAYS", {way: WAYS[way]})
    assert break_(random.Random(0), GRAPHS[3])[1] == way


def test_a_single_edge_is_not_broken_beyond_telling() -> None:
    """`graph { a -> b }` could be mended either way."""
    for seed in range(300):
        broken, _ = break_(random.Random(seed), GRAPHS[0])
        assert broken not in ("graph {\n  a -> b;\n}", "digraph {\n  a -- b;\n}")
