"""The grammar accepts what Graphviz accepts, but for the list at its head, and nothing else."""

import random

import pytest

from anecdot.dot import check
from anecdot.grammar.grammar import accepted_prefix, accepts
from benchmarks.grammar_fuzz import legal_text, mutated

ACCEPTED = [
    "digraph{}",
    "STRICT diGRAPH Name {}",
    'graph"G"{}',
    "digraph -.5{a->-1;1.->.5}",
    "graph{a---1 -- -2}",
    "digraph{a,b:p->c,d:p:ne[x=y]e}",
    'digraph{"a""b"[x="1"y="2";z=3,w=4][][u=v]c}',
    "digraph{node[]edge[a=b]graph [c=d];x=y}",
    "digraph{subgraph{a}->subgraph b{c}->{d}[x=y]{{}}}",
    'digraph{"a\\"b\\\\"+"c" /* x */ + "d\\\ne"}',
    "# c\n// c\n/* **/ digraph{a # c\n//\n}\n/*c*/ // end",
    "digraph{é ü->漢字 -> \U0001f600}",
    "digraph{nodes -> Edges -> subgraph1}",
    "digraph{a[label=<>];b[label=<x&amp;y<BR ALIGN='LEFT'/><b><i>z</i></b>&#955;>]}",
    'digraph{a[label=<\n<TABLE BORDER="0" color="red"><TR><TD PORT="p"> <B>x</B></TD><VR/>'
    "<TD></TD></TR><HR/> <TR><TD>\n</TD></TR></TABLE> >]}",
]
REFUSED_BY_BOTH = [
    "",
    "digraph{a--b}",
    "graph{a->b}",
    "digraph{{a--b}}",
    "digraphG{}",
    "graph1{}",
    "strictgraph{}",
    "digraph{;}",
    "digraph{a;;b}",
    "digraph{a.b}",
    "digraph{a->}",
    "digraph{node}",
    "digraph{a:node}",
    "digraph{a:b:c:d}",
    "digraph{subgraph graph{}}",
    "digraph{subgraph x}",
    "digraph{subgraph x{}:p}",
    "digraph{a[b]}",
    "digraph{a[x=]}",
    "digraph{a[x=1,,y=2]}",
    "digraph{a=b=c}",
    "digraph{{a},b}",
    'digraph{"a\\"}',
    "digraph{a[x=<a<b>]}",
    "digraph{a//}",
    "digraph{a} b",
]
LEFT_OUT = [
    "digraph{1a}",
    "digraph{a.5}",
    'digraph{a"b"}',
    "digraph{a[b=1c=2]}",
    "digraph{<a>+<b>}",
    "digraph{a[label=<a&b>]}",
    "digraph{a[label=<<B></B>>]}",
    "digraph{a[label=<<B>x</b>>]}",
    "digraph{a[label=<<FONT COLOR='x' color='y'>x</FONT>>]}",
    'digraph{"\x01"}',
    "digraph{a\xa0b}",
    'digraph{a[label=<<TABLE cell\u017fpacing="1"><TR><TD></TD></TR></TABLE>>]}',
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepts_every_construct(text: str) -> None:
    assert check(text) is None
    assert accepts(text), f"refused behind {accepted_prefix(text)!r}"


@pytest.mark.parametrize("text", REFUSED_BY_BOTH)
def test_refuses_what_graphviz_refuses(text: str) -> None:
    assert check(text) is not None
    assert not accepts(text)


@pytest.mark.parametrize("text", LEFT_OUT)
def test_leaves_out_what_its_head_lists(text: str) -> None:
    assert check(text) is None
    assert not accepts(text)


def test_an_answer_is_a_graph_alone() -> None:
    assert accepts("\ngraph{}", "answer")
    assert not accepts("// graph\ngraph{}", "answer")
    assert not accepts("graph{}\n", "answer")


def test_depth_stays_far_from_graphviz_limit() -> None:
    nested = ["graph{" + "{" * depth + "}" * depth + "}" for depth in (250, 251)]
    assert [check(text) for text in nested] == [None, None]
    assert [accepts(text) for text in nested] == [True, False]


def test_agrees_with_graphviz_on_legal_and_mutated_texts() -> None:
    rng = random.Random(20)
    for _ in range(150):
        text = legal_text(rng)
        assert check(text) is None, text
        assert accepts(text), f"refused behind {accepted_prefix(text)!r}: {text}"
        mutant = mutated(text, rng)
        if accepts(mutant):
            assert check(mutant) is None, mutant
