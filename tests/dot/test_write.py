"""What is written is read again as it was meant."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anecdot.dot import check, dot_id, parse
from anecdot.dot.write import KEYWORDS, Cluster, Draft, house

TEXTS = st.one_of(st.text('ab1_-. "λ\n', min_size=1), st.sampled_from(sorted(KEYWORDS)))


@settings(deadline=None)  # the first reading loads Graphviz
@given(TEXTS)
@example("Graph")
@example("1a")
@example("-.5")
@example("a\n")
def test_an_id_is_read_as_it_was_meant(text: str) -> None:
    graph = parse(f"digraph {{ {dot_id(text)} }}")
    assert list(graph.nodes) == [text.replace("\n", "\\n")]


def test_a_backslash_at_the_end_leaves_the_string_closed() -> None:
    assert list(parse(f"digraph {{ {dot_id('C:' + chr(92))} -> b }}").nodes) == ["C:\\\\", "b"]


@pytest.mark.parametrize("text", ["a", "_1", "-.5", "12", "1.", "Nodes"])
def test_what_needs_no_quotes_gets_none(text: str) -> None:
    assert dot_id(text) == text


def test_the_house_style() -> None:
    draft = Draft(nodes={"z": {"shape": "box"}, "a": {}, "in": {"label": "In"}})
    draft.clusters.append(Cluster("Outer", ["in"], [Cluster('"I"', ["core"])]))
    draft.edge("a", "in", "go")
    draft.edge("in", "core 1", color="red")
    text = house(draft)
    assert check(text) is None
    assert (
        text
        == """\
digraph {
  z [shape=box];
  subgraph cluster_0 {
    label="Outer";
    in [label="In"];
    subgraph cluster_1 {
      label="\\"I\\"";
      core;
    }
  }
  a -> in [label="go"];
  in -> "core 1" [color=red];
}"""
    )
    assert house(Draft(directed=False, nodes={"edge": {}})) == 'graph {\n  "edge";\n}'
