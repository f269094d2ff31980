"""Every failure gets its class."""

import pytest

from anecdot.dot import check, compare
from anecdot.dot.failures import FAILURE_CLASSES, failure_class, syntax_class

BROKEN = [
    ("graph { a -> b }", "edge operator"),
    ("digraph {\n  a -> b;\n  b -- c;\n}", "edge operator"),
    ("digraph { a --> b }", "edge operator"),
    ("digraph { a - b }", "edge operator"),
    ("digraph { a => b }", "edge operator"),
    ("digraph { a -> -> b }", "edge operator"),
    ("digraph { a -> ; }", "edge operator"),
    ("digraph { a <- b; }", "edge operator"),
    ('digraph { a -> b [label="x]; }', "quote"),
    ('digraph {\n a [label="x];\n b [label="y"];\n c [label="z"];\n}', "quote"),
    ('digraph { a [label="it"s"] }', "quote"),
    ('digraph { a -> b [label=x"]; c [label="y"] }', "quote"),
    ("digraph { a -> b", "brace"),
    ("digraph { a -> b }}", "brace"),
    ("digraph { subgraph s { a } } b }", "brace"),
    ("digraph a -> b; }", "brace"),
    ("digraph { a [label=x", "attribute list"),
    ("digraph { a -> b [label=x; }", "attribute list"),
    ("digraph { a -> b [label=two words] }", "attribute list"),
    ("digraph { a -> b label=x] }", "attribute list"),
    ('digraph { a [label="x"} }', "attribute list"),
    ('digraph { a (label="x") }', "attribute list"),
    ("digraph { a [label=x>] }", "HTML label"),
    ("digraph { a [label=<<b>x] }", "HTML label"),
    ("digraph { a [label=<<b>x</b>>>] }", "HTML label"),
    ("digraph { `a` -> b }", "quote"),
    ("digraph { a -> node-b }", "other syntax"),
    ("digraph { a -> b-c }", "quote"),
    ("digraph { a -> b.c }", "quote"),
    ("digraph {\n  a [label=<<b>x</b>];\n  b -> c [label=y];\n}", "HTML label"),
    ("```dot\ndigraph { a }\n```", "other syntax"),
    ("<|end|> digraph { a }", "other syntax"),
    ("digraph { node -> b }", "other syntax"),
    ("", "other syntax"),
    ("digraph { /* a }", "other syntax"),
    ("digraph { a } and so on", "other syntax"),
]


@pytest.mark.parametrize(("text", "name"), BROKEN)
def test_syntax_errors(text: str, name: str) -> None:
    assert check(text) is not None
    assert syntax_class(text) == name


GROUP = "subgraph cluster { b; c }"
EXPECTED = f"digraph {{ a -> b [label=x, color=red]; b -> c; k [label=K]; {GROUP} }}"
WRONG = [
    (EXPECTED, "none"),
    (f"digraph {{ node [shape=box]; a -> b [label=x, color=red]; b -> c; k; {GROUP} }}", "none"),
    ("digraph { a -> b [label=x, color=red]; b -> c; k }", "wrong cluster"),
    (f"digraph {{ a -> b [label=x]; b -> c; k; {GROUP} }}", "wrong attribute"),
    (
        f"digraph {{ a -> b [label=x, color=red]; b -> c; k [color=red]; {GROUP} }}",
        "wrong attribute",
    ),
    ("digraph { a -> b [label=x]; b -> c }", "missing nodes"),
    ("digraph { a -> b [label=x]; b -> c; K; z }", "extra nodes"),
    ("digraph { a -> b [label=x]; K; c }", "missing edges"),
    ("digraph { a -> b [label=x]; b -> c; c -> a; K }", "extra edges"),
    ("digraph { a -> b [label=x]; c -> b; K }", "wrong direction"),
    ("graph { a -- b [label=x]; c -- b; K }", "wrong direction"),
    ("digraph { a -> b [label=y]; b -> c; K }", "wrong label"),
    ("digraph { a -> b [label=x]; b -> c; k [label=J] }", "wrong label"),
]


@pytest.mark.parametrize(("actual", "name"), WRONG)
def test_valid_but_wrong(actual: str, name: str) -> None:
    assert failure_class(actual, compare(EXPECTED, actual)) == name


def test_what_comes_before_the_graph_is_looked_at() -> None:
    cut = "digraph { a -> b [la"
    assert failure_class(None, compare(EXPECTED, None)) == "no graph"
    assert failure_class(cut, compare(EXPECTED, cut), finished=False) == "ran out of tokens"
    assert failure_class(cut, compare(EXPECTED, cut)) == "attribute list"
    whole = compare(EXPECTED, EXPECTED)
    assert failure_class(EXPECTED, whole, finished=False) == "none"
    assert failure_class(EXPECTED, whole, renders=False) == "HTML label"
    assert {name for _, name in BROKEN + WRONG} <= set(FAILURE_CLASSES)
