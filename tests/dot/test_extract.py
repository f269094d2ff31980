"""Finding the graph in what a model wrote."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anecdot.dot import check, extract

CASES = [
    ("Sure:\n```dot\ndigraph G {\n  a -> b\n}\n```\nDone {}", "digraph G {\n  a -> b\n}"),
    ('well: strict graph "my g" { a } and so on', 'strict graph "my g" { a }'),
    ("graph { a }}", "graph { a }"),
    ("digraph { a } digraph { b }", "digraph { a }"),
    ('digraph { a [label="}"] } }', 'digraph { a [label="}"] }'),
    ("Your digraph shows a -> b:\n\ndigraph { a -> b }", "digraph { a -> b }"),
    # What lacks its end is kept for `check` to judge, up to the fence or the end.
    ("```\ndigraph {\n  a -> b\n```\nwith text }", "digraph {\n  a -> b"),
    ('```\ndigraph { a [label="x]; }\n```\nbye', 'digraph { a [label="x]; }'),
    ("digraph { a -> ", "digraph { a ->"),
    ("digraph\n  a -> b;\n}", "digraph\n  a -> b;\n}"),
    ("a\nstrict digraph /* x */ <b> // {\n{ a } }", "strict digraph /* x */ <b> // {\n{ a }"),
    ("graph" + " " * 10_000 + "\n" * 10_000 + "of words", None),
    ("subgraph x { a }", None),
    ("A graph is nice; see {x}.", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "graph"), CASES)
def test_extract(text: str, graph: str | None) -> None:
    assert extract(text) == graph


@given(before=st.text(st.sampled_from("aZ .,\n`"), max_size=20), after=st.text(max_size=40))
def test_what_stands_around_a_graph_does_not_matter(before: str, after: str) -> None:
    graph = 'digraph G {\n  "a}" -> b [label=<<i>x</i>>];\n}'
    assert extract(f"{before}\n{graph}{after}") == graph
    assert check(graph) is None


@pytest.mark.parametrize(
    "piece", ["graph /*", "graph //", "\ngraph x", 'graph "', "graph <", "graph {"]
)
def test_no_text_takes_long(piece: str) -> None:
    start = time.monotonic()
    extract(piece * 20_000)
    assert time.monotonic() - start < 3
