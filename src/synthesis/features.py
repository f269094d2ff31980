# ruff: noqa: E501 (tables of phrases)
"""Requests that need a feature of the DOT language beyond nodes, edges and attributes.

A row of the table is `wordings | graph`: slots <A> to <D> are names, <L> and <M> short texts, <V> and
<W> values; in the graph they are written $A (as an id), $L (inside quotes).
"""

import random

from anecdot.dot.write import dot_id
from synthesis import names, naming
from synthesis.attributes import COLORS, SHAPES
from synthesis.phrasing import compile_rule, expand, pick

PREFIX = compile_rule(
    "{|||||{Draw|Write|Show|Give} {it|this|the following|an example} in DOT. |Example: |In DOT: |{Please draw|Draw} {this|the following}: |"
    "How is {this|that} written? |Show how: |For instance, }"
)
ROWS = r"""
{rank=same puts nodes on one level. |Nodes can share a rank. |}{<A>, <B> and <C>|The nodes <A>, <B> and <C>} {stand on the same {rank|level|row}|share a rank|are on one level|are of the same rank}; {<A> leads to <B>|there is an edge from <A> to <B>} | digraph {\n  {\n    rank=same;\n    $A;\n    $B;\n    $C;\n  }\n  $A -> $B;\n}
{Put|Keep|Place|Align} <B> and <C> on {the same rank|one level|the same row|one rank}{. |: }<A> {leads|points} to <B> and to <C>{.|} | digraph {\n  {\n    rank=same;\n    $B;\n    $C;\n  }\n  $A -> $B;\n  $A -> $C;\n}
{rank=min puts nodes at the top. |}{<A> {is|stands} at the top|<A> has {rank|the rank} min}, {although|even if|and} <B> -> <A>{ {ends in|leads to} it|} | digraph {\n  {\n    rank=min;\n    $A;\n  }\n  $B -> $A;\n}
{rank=max puts nodes at the bottom. |}{Place|Put|Keep} <A> at the bottom with rank=max; <A> -> <B> | digraph {\n  {\n    rank=max;\n    $A;\n  }\n  $A -> $B;\n}
{A strict graph {keeps|has|draws} only one edge {between|for} two nodes. |}{Strict digraph|In a strict digraph}{:|} {write |}<A> -> <B> {twice|two times} | strict digraph {\n  $A -> $B;\n  $A -> $B;\n}
{Use|Write|Draw} a strict {undirected |}graph {with|in which} <A> -- <B>{ and| ,} <B> -- <C> | strict graph {\n  $A -- $B;\n  $B -- $C;\n}
{Several edges can be written in one statement. |Chains are allowed. |}{As|Write|Draw} one chain{:|} {<A>, <B>, <C>|<A> to <B> to <C>|<A> -> <B> -> <C>} | digraph {\n  $A -> $B -> $C;\n}
{One chain|A chain|In one statement}{:|} {<A>, <B>, <C> and <D>|<A> to <B> to <C> to <D>}, {all|the edges|every edge} <V> | digraph {\n  $A -> $B -> $C -> $D [color=$V];\n}
{Braces stand for several ends. |An edge may lead to a set of nodes. |}{With braces|In one statement|Use a set}{:|,} <A> {leads|points|goes} to <B>, <C> and <D> | digraph {\n  $A -> {$B $C $D};\n}
{With braces|In one statement|Use a set}{:|,} <A> and <B> {both |}{lead|point|go} to <C> | digraph {\n  {$A $B} -> $C;\n}
{Call|Name} the {graph|digraph} <A>{. |; |: }<B> {leads|points} to <C>{.|} | digraph $A {\n  $B -> $C;\n}
{A digraph named <A>|The digraph <A>|Digraph <A>} {with the edge|has|holds|with} <B> -> <C> | digraph $A {\n  $B -> $C;\n}
{An undirected graph named <A>|The undirected graph <A>|Graph <A>, undirected,} {with the edge|has|holds|joins} <B> -- <C> | graph $A {\n  $B -- $C;\n}
{A default for all nodes stands first. |node sets a default. |}{All nodes are|Every node is|By default nodes are} <W>{; |, }<A> -> <B> | digraph {\n  node [shape=$W];\n  $A -> $B;\n}
{All nodes are <W>, but <A> is <Z>|Default shape <W>, <A> as an exception <Z>}; <A> -> <B> | digraph {\n  node [shape=$W];\n  $A [shape=$Z];\n  $A -> $B;\n}
{All edges are <V>|Every edge is <V>|By default edges are <V>}{; |, }<A> -> <B>, <B> -> <C> | digraph {\n  edge [color=$V];\n  $A -> $B;\n  $B -> $C;\n}
{A record is {cut|divided} into fields. |Records have fields. |}{Record|The record|Draw a record} <A> {with|has|with the fields} {the {two|2} fields |}<L> and <M> | digraph {\n  $A [shape=record, label="$L|$M"];\n}
{Record|The record|Make a record} <A> with {three fields|the fields}{:|} <L>, <M> and <N> | digraph {\n  $A [shape=record, label="$L|$M|$N"];\n}
{Fields can have ports. |Ports name the fields of a record. |}Record <A> has the fields <L> (port p1) and <M> (port p2){; |. }{An|an} edge {leads|goes} from {its port|port} p2 to <B> | digraph {\n  $A [shape=record, label="<p1> $L|<p2> $M"];\n  $A:p2 -> $B;\n}
{Mrecord is a record with round corners. |}<A> is an Mrecord with {the fields |}<L> and <M>{ above each other|, stacked|, one below the other} | digraph {\n  $A [shape=Mrecord, label="{$L|$M}"];\n}
{A colon names the {side|compass point}. |}{The edge|An edge|It} {leaves|starts at} the {east|right} {side |}of <A> and {enters|ends at} the {west|left} {side |}of <B> | digraph {\n  $A:e -> $B:w;\n}
{The edge|An edge} {leaves|starts at} {the bottom of <A>|<A> at the south} and {enters|ends at} {the top of <B>|<B> at the north} | digraph {\n  $A:s -> $B:n;\n}
{A line break in a label is written \n. |}{Node|The node|The label of} <A> {shows|reads} "<L>" {on the first line|above} and "<M>" {on the second|below} | digraph {\n  $A [label="$L\n$M"];\n}
{\l ends a line that is set left. |}{Node|The node} <A> {shows|has} the lines "<L>" and "<M>", {both |}{left-aligned|set left|flush left} | digraph {\n  $A [label="$L\l$M\l"];\n}
{An HTML-like label stands in angle brackets. |}{Node|The node} <A> {shows|has} <L> in {bold|bold type} | digraph {\n  $A [label=<<b>$L</b>>];\n}
{Node|The node} <A> {shows|has} <L> in {italics|italic type} | digraph {\n  $A [label=<<i>$L</i>>];\n}
{Node|The node} <A> {shows|has} the text <L> in <V>{, with an HTML-like label|} | digraph {\n  $A [label=<<font color="$V">$L</font>>];\n}
{HTML-like labels can hold tables. |}{Node|The node} <A> {(shape plain) |}{holds|shows|has} a table {of one row with|with one row:} {the cells |}<L> and <M> | digraph {\n  $A [shape=plain, label=<<table><tr><td>$L</td><td>$M</td></tr></table>>];\n}
{Node|The node} <A> {(shape plain) |}{holds|shows|has} a table of two rows{:| with the cells} <L> and <M> | digraph {\n  $A [shape=plain, label=<<table><tr><td>$L</td></tr><tr><td>$M</td></tr></table>>];\n}
{A cluster is a box around nodes. |}{A box|A cluster|The cluster} {labelled|with the label|called} "<L>" {holds|contains|around} <A> and <B>{; |, }<A> -> <B> | digraph {\n  subgraph cluster_0 {\n    label="$L";\n    $A;\n    $B;\n  }\n  $A -> $B;\n}
{Clusters can be nested. |A cluster within a cluster: |}{Cluster|The cluster|Box} "<L>" {holds|contains} <A> and the {inner |}cluster "<M>" with <B> | digraph {\n  subgraph cluster_0 {\n    label="$L";\n    $A;\n    subgraph cluster_1 {\n      label="$M";\n      $B;\n    }\n  }\n}
{A cluster can be filled. |}{Cluster|The cluster} "<L>" {is filled with|has the background} <V> and {holds|contains} <A> | digraph {\n  subgraph cluster_0 {\n    label="$L";\n    style=filled;\n    color=$V;\n    $A;\n  }\n}
{Two edges may join the same nodes. |}{From <A> to <B>|Between <A> and <B>} {draw|there are|there run} {two edges|one edge labelled "<L>" and one labelled "<M>"}{, |: }{"<L>" and "<M>"|labelled "<L>" and "<M>"} | digraph {\n  $A -> $B [label="$L"];\n  $A -> $B [label="$M"];\n}
{A loop leads back to {the same node|its node}. |}<A> {points to itself|has a loop|leads back to itself|has an edge to itself} | digraph {\n  $A -> $A;\n}
{Invisible edges order nodes. |}{An invisible edge|A hidden edge} {leads|goes|runs} from <A> to <B>{; |, }{<B> -> <C>|a visible one from <B> to <C>} | digraph {\n  $A -> $B [style=invis];\n  $B -> $C;\n}
{lhead ends an edge at a cluster. |With compound=true an edge can end at a cluster. |}The edge from <A> to <B> ends at the {border of the |}cluster "<L>" {around|that holds} <B> | digraph {\n  compound=true;\n  subgraph cluster_0 {\n    label="$L";\n    $B;\n  }\n  $A -> $B [lhead=cluster_0];\n}
{Write|Show|Draw} {a|one} {comment|line comment} "<L>" {above|before} <A> -> <B> | digraph {\n  // $L\n  $A -> $B;\n}
{{A|The} keyword|Keywords} {must be quoted|need quotes} as {names|a name}{: |. }{Node|A node called} "node" {leads|points} to <A> | digraph {\n  "node" -> $A;\n}
{Quotes in a name are escaped. |}{Node|A node} {shows|whose label is|with the label} the "<L>" in {double |}quotes: say "<L>"; its id is <A> | digraph {\n  $A [label="say \"$L\""];\n}
{Bidirectional|Both ways|In both directions}: <A> and <B>{, as one edge|, one edge with two heads|} | digraph {\n  $A -> $B [dir=both];\n}
"""


def _rows() -> list[tuple[object, str]]:
    rows = []
    for line in ROWS.strip().splitlines():
        wording, graph = line.rsplit(" | ", 1)
        rows.append(
            (compile_rule(wording.strip()), graph.replace("\\n  ", "\n  ").replace("\\n}", "\n}"))
        )
    return rows


_TABLE = _rows()


def request(rng: random.Random) -> tuple[str, str]:
    """(a request that needs a feature of DOT, its graph)."""
    random_ = rng.random
    rule, graph = pick(random_, _TABLE)
    words, _ = naming.sample(rng, list(naming.ROLES), 4)
    mark = pick(random_, ("", "", "", "", "'", "`"))
    texts = [names.noun(rng) for _ in range(3)]
    values = {"V": pick(random_, COLORS), "W": pick(random_, SHAPES), "Z": pick(random_, SHAPES)}
    slots = {key: mark + word + mark for key, word in zip("ABCD", words, strict=True)}
    text = expand(random_, PREFIX, {}) + expand(
        random_, rule, slots | dict(zip("LMN", texts, strict=True)) | values
    )
    for key, word in zip("ABCD", words, strict=True):
        graph = graph.replace(f"${key}", dot_id(word))
    for key, word in [*zip("LMN", texts, strict=True), *values.items()]:
        graph = graph.replace(f"${key}", word)
    return text if text[-1] in ".!?" else text + pick(random_, (".", ".", "")), graph
