"""What went wrong is found by rules: each has answers that show it, and right ones that do not."""

import pytest

from anecdot.dot import CAUSES, FAILURE_CLASSES, causes, compare, extract

CHAIN = "digraph { a -> b; b -> c; c -> d }"
LIST = "digraph { hub -> {a b c d e f g h i} }"
UNQUOTED = "a name without quotation marks"
SHOWN = [
    (CHAIN, "I cannot draw.", "no graph in the answer", ""),
    (CHAIN, "digraph {\n" + "  a -> b;\n" * 9 + "}", "goes round in circles", "a -> b;"),
    ('digraph { "web-a" -> b }', "digraph { web-a -> b }", UNQUOTED, "web-a"),
    # Graphviz reads two nodes here, and says nothing.
    ('digraph { "web-1" -> b }', "digraph { web-1 -> b }", UNQUOTED, "web-1"),
    ('digraph { a -> b [label="go on"] }', "digraph { a -> b [label=go on] }", UNQUOTED, "go on"),
    ("graph { a -- b }", "digraph { a -> b }", "undirected, answered with arrows", "->"),
    ("graph { a -- b }", "graph { a -> b }", "undirected, answered with arrows", "->"),
    ("digraph { a -> b }", "digraph { a -- b }", "directed, answered without arrows", "--"),
    (CHAIN, "digraph { a -> b; b ->", "cut off", "ran out of tokens"),
    (CHAIN, "digraph { a -> b; b -> }", "cannot be read", "edge operator: syntax error in line 1"),
    (
        "digraph { node [shape=box]; a -> b }", 'digraph { "node" -> box; a -> b }',
        "a defaults statement turned into nodes", "node, box",
    ),
    (
        "digraph { a -> b [label=sends] }", "digraph { a -> sends; sends -> b }",
        "a label turned into a node", "sends",
    ),
    ("digraph { a -> b -> c }", "digraph { a -> c [label=b] }", "a node turned into a label", "b"),
    (
        'digraph { "Grandpa Walter" -> Uwe }', "digraph { Grandpa -> Uwe }",
        "a name altered", "Grandpa Walter as Grandpa",
    ),
    (CHAIN, "digraph { b -> c; c -> d }", "first or last of a chain left out", "a"),
    (CHAIN, "digraph { a -> b; b -> c }", "first or last of a chain left out", "d"),
    ("digraph { a -> {x y z} }", "digraph { a -> {x y} }", "other nodes left out", "z"),
    (CHAIN, CHAIN.replace("}", "; unheard }"), "nodes made up", "unheard"),
    (CHAIN, CHAIN.replace("b -> c", "c -> b"), "edges turned round", "b -> c"),
    (CHAIN, CHAIN.replace("b -> c", "b -> b"), "an edge at the wrong node", "b -> c as b -> b"),
    (LIST, LIST.replace(" e ", " "), "other nodes left out", "e"),
    (LIST, LIST.replace(" e ", " ")[:-1] + "e }", "an edge skipped in a long list", "hub -> e"),
    (CHAIN, CHAIN.replace("b -> c", "b; c"), "an edge left out of a short list", "b -> c"),
    (CHAIN, CHAIN.replace("}", "; a -> b }"), "an edge drawn twice", "a -> b"),
    (CHAIN, CHAIN.replace("}", "; d -> a }"), "edges made up", "d -> a"),
    (
        "digraph { a -> b [label=x, weight=2] }", 'digraph { a -> b [label="x [weight=2]"] }',
        "an attribute written as a label", "x [weight=2]",
    ),
    ("digraph { a -> b [label=x] }", "digraph { a -> b }", "a label left out", "x"),
    ("digraph { a -> b }", "digraph { a -> b [label=y] }", "a label made up", "y"),
    ("digraph { a -> b [label=x] }", "digraph { a -> b [label=y] }", "a label altered", "x as y"),
    ("digraph { a -> b [color=red] }", "digraph { a -> b }", "an attribute left out", "color=red"),
    (CHAIN, CHAIN.replace(";", " [color=red];", 1), "an attribute made up", "color=red"),
    ("digraph { subgraph cluster_x { label=X; a } b }", "digraph { a b }", "other clusters", "x"),
]  # fmt: skip


def found(expected: str, answer: str) -> dict[str, str]:
    graph = extract(answer)
    ended = answer.rstrip().endswith(("}", "."))
    return causes(expected, graph, compare(expected, graph), finished=ended)


@pytest.mark.parametrize(("expected", "answer", "group", "places"), SHOWN)
def test_each_mistake_is_seen_where_it_is(
    expected: str, answer: str, group: str, places: str
) -> None:
    said = found(expected, answer)
    assert said[group].startswith(places)
    assert found(expected, expected) == {}
    assert list(said) == sorted(said, key=CAUSES.index)


def test_every_group_has_an_answer_here() -> None:
    assert {group for *_, group, _ in SHOWN} | {"something else"} == set(CAUSES)
    assert not {*CAUSES} & {*FAILURE_CLASSES}


def test_what_is_one_mistake_is_not_told_as_another() -> None:
    assert list(found(CHAIN, CHAIN.replace("c -> d", "d -> c"))) == ["edges turned round"]
    assert list(found(CHAIN, CHAIN.replace("c -> d", "c; d"))) == [
        "an edge left out of a short list"
    ]
    # Ports, negative numbers, keywords and statements without a semicolon are no bare names.
    plain = "digraph { a:n -> b:s [weight=-1 color=red]\n c\n subgraph s { d } edge [len=2] e }"
    assert UNQUOTED not in found(CHAIN, plain)
    two_alike = "digraph { a [label=x]; b [label=x]; c -> a; d -> b; a -> b }"
    dealt = "digraph { a [label=x]; b [label=x]; c -> a; d -> a; a -> b }"
    assert found(two_alike, dealt) == {"something else": ""}
