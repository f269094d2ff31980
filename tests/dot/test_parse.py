"""Reading DOT: Graphviz's verdict, its reading of a graph, and what hostile text cannot do."""

import resource
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anecdot.dot import DotSyntaxError, canonical, check, parse
from anecdot.dot.tokens import IDS, graph_end, tokenize

VALID = [
    "digraph { a -> b; }",
    "strict graph G { a -- b }",
    "DiGraph { a SUBGRAPH s { b } }",
    "digraph { a # a comment }\n}",
    "digraph { a } // trailing } comment\n/* and } another */\n# and } a third",
    'digraph { "a\\"}" -> "b\\\\" }',
    "digraph { a [label=<<b>}</b>>] }",
    "digraph { 1a }",
    "graph { a -- { b c } -- { d; e } }",
    "digraph { a:p:ne -> -1.5 [label=x; color=red, style=dashed] }",
    'graph { "a" + "b" }',
    "digraph { é -> 日本 }",
]

INVALID = [
    ("", "no graph", 1),
    (" \n// nothing\n", "no graph", 1),
    ("digraph {\n  a -- b\n}", "syntax error in line 2 near '--'", 2),
    ("graph {\n\n  a -> b\n}", "near '->'", 3),
    ('digraph {\n"a -> b }', "scanning a quoted string", 2),
    ("digraph { a [label=<<b>x] }", "scanning a HTML string", 1),
    ("digraph { a -> b", "syntax error in line 1", 1),
    ("digraph { a }\n}", "near '}': text after the graph", 2),
    ("digraph { a } digraph { b }", "text after the graph", 1),
    ("```dot\ndigraph { a }\n```", "near '`'", 1),
    ("digraph { a\0 }", "NUL", 1),
    ("digraph { \ud800 }", "surrogate", 1),
]


@pytest.mark.parametrize("text", VALID)
def test_graphviz_accepts(text: str) -> None:
    assert check(text) is None


@pytest.mark.parametrize(("text", "message", "line"), INVALID)
def test_graphviz_refuses_and_says_where(text: str, message: str, line: int) -> None:
    verdict = check(text)
    assert verdict is not None
    assert message in verdict
    assert "\n" not in verdict
    with pytest.raises(DotSyntaxError) as error:
        parse(text)
    assert error.value.line == line


def test_graph_is_read_as_graphviz_reads_it() -> None:
    graph = parse(
        """digraph "G" {
          rankdir=LR; node [shape=box]; edge [color=red];
          a:p -> b -> { c d } [label="x"];
          a -> b;
          subgraph cluster_0 { label="L"; e; subgraph cluster_1 { f } }
          g [label=""]; h [label=<<b>x</b> &amp; y>, shape=oval];
        }"""
    )
    assert (graph.name, graph.directed, graph.strict) == ("G", True, False)
    assert graph.attrs == {"rankdir": "LR"}
    assert graph.nodes["a"] == {"shape": "box"}
    assert graph.nodes["g"] == {"shape": "box", "label": ""}
    assert graph.nodes["h"]["shape"] == "oval"
    assert graph.nodes["h"]["label"].plain().split() == ["x", "&", "y"]
    red = {"color": "red"}
    labelled = {"color": "red", "label": "x"}
    assert graph.edges == [
        ("a", "b", labelled | {"tailport": "p"}),
        ("a", "b", red),
        ("b", "c", labelled),
        ("b", "d", labelled),
    ]
    assert [(name, attrs["label"], ids) for name, attrs, ids in graph.clusters] == [
        ("cluster_0", "L", ["e", "f"]),
        ("cluster_1", "L", ["f"]),
    ]


def test_parallel_edges_loops_and_keys_stay_apart() -> None:
    graph = parse("digraph { a -> b [label=1]; a -> b [label=2]; a -> a; a -> b [key=k] }")
    assert [attrs.get("label") for t, h, attrs in graph.edges if h == "b"] == ["1", "2", None]
    assert ("a", "a", {}) in graph.edges


def test_canonical_ignores_spelling_alone() -> None:
    same = [
        'digraph { a -> b [label="x"]; b -> c; }',
        'digraph G{c;b->c "a"->b[color=red label=x]}',
        "digraph { A -> b [label=X]; subgraph cluster_0 { b -> c } }",
    ]
    assert len({canonical(text) for text in same}) == 1
    others = [
        "graph { a -- b [label=x]; b -- c }",
        "digraph { a -> b; b -> c }",
        "digraph { b -> a [label=x]; b -> c }",
        "digraph { a -> b [label=x]; b -> c; b -> c }",
        "digraph { a -> b [label=x]; b -> c; a [label=z] }",
    ]
    assert len({canonical(text) for text in [same[0], *others]}) == 1 + len(others)
    assert canonical("graph { a -- b }") == canonical("graph { b -- a }")


BOMBS = [
    "graph { {" + " ".join(map(str, range(40_000))) + "} -- {x y} -- {z} ; subgraph s {a} }",
    "digraph { subgraph s {" + " ".join(map(str, range(500))) + "}" + "-> subgraph s {}" * 90 + "}",
    "digraph { " + ",".join(map(str, range(3000))) + " -> " + ",".join(map(str, range(3000))) + "}",
    "graph " + "{" * 200_000 + "}" * 200_000,
    "graph " + "{" * 4_000 + "a b c d " * 2_000 + "}" * 4_000,
    "graph {" + "".join(f"a{i}[x{i}=1]" for i in range(20_000)) + "}",
    "graph {" * 50_000,
    '"' * 99_999,
    "<" * 999_999,
    "/*" * 100_000,
    "digraph { a [label=" + '"x" + ' * 30_000 + '"x"] }',
    "x" * 2_000_000,
]


@pytest.mark.parametrize("number", range(len(BOMBS)))
def test_huge_input_costs_little(number: int) -> None:
    start = time.process_time()
    check(BOMBS[number])
    assert time.process_time() - start < 8  # of a slow processor


def test_memory_stays_flat() -> None:
    text = "digraph { " + " ".join(f'n{i} -> m{i} [label="l{i}"];' for i in range(50)) + "}"

    def peak_kb() -> int:
        for _ in range(100):
            parse(text)
            check(text[:-1])
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    first = peak_kb()
    assert peak_kb() - first < 3_000


def test_threads_get_their_own_messages() -> None:
    wrong: list[str] = []

    def work(number: int) -> None:
        text = "digraph {" + "\n" * number + "a -- b }"
        for _ in range(200):
            if check(text) != f"syntax error in line {number + 1} near '--'":
                wrong.append(text)
            if check("digraph { a -> b }") is not None:
                wrong.append("valid")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


PIECES = """digraph|graph|strict|subgraph|node|{|}|[|]|->|--|=|;|,|:|a|b|1a|-|.5|"x"|"|<|>|<b>|\\
|//|/*|*/|#|\n| |+|é|\ufeff|@|`"""
DOTTY = st.lists(st.sampled_from(PIECES.split("|")), max_size=30).map(" ".join)


@given(st.one_of(DOTTY, st.text(max_size=40)))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = check(text)
    assert verdict is None or verdict


@given(DOTTY)
def test_tokens_cut_where_graphviz_cuts(body: str) -> None:
    """What Graphviz accepts ends where the tokens say: no token more, and no prefix suffices."""
    text = f"graph {{ {body} }}"
    if check(text) is None:
        tokens = tokenize(text)
        assert graph_end(tokens) == len(tokens)
        assert check(text[: tokens[-1].start]) is not None
        assert all(token.kind in IDS or token.text for token in tokens)
