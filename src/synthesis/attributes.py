# ruff: noqa: E501 (tables of phrases)
"""DOT attributes and how people ask for them: a table of names, values and wordings.

Each row of a table is `attribute | values | wordings`; a wording asks for the attribute on `<X>`
(a node, an edge, all nodes, the graph) with `<V>` as the value. Wordings apart, every attribute can
be asked for by its own name.
"""

import random
import re
from dataclasses import dataclass, field, replace

from anecdot.dot.write import dot_id
from synthesis.phrasing import Rule, compile_rule, expand, pick
from synthesis.scenario import Edge, Node, Scenario

SHAPES = [
    "box",
    "circle",
    "ellipse",
    "diamond",
    "oval",
    "triangle",
    "hexagon",
    "octagon",
    "house",
    "invhouse",
    "parallelogram",
    "trapezium",
    "cylinder",
    "folder",
    "note",
    "tab",
    "component",
    "plaintext",
    "point",
    "doublecircle",
    "doubleoctagon",
    "star",
    "pentagon",
    "septagon",
    "invtriangle",
    "invtrapezium",
    "Mdiamond",
    "Msquare",
    "Mcircle",
    "rect",
    "rectangle",
    "square",
    "egg",
    "box3d",
    "cds",
    "record",
    "Mrecord",
    "underline",
    "none",
    "plain",
    "larrow",
    "rarrow",
]
COLORS = [
    "red",
    "blue",
    "green",
    "black",
    "white",
    "gray",
    "grey",
    "orange",
    "yellow",
    "purple",
    "pink",
    "brown",
    "cyan",
    "magenta",
    "gold",
    "navy",
    "teal",
    "maroon",
    "olive",
    "salmon",
    "crimson",
    "coral",
    "tomato",
    "orchid",
    "indigo",
    "violet",
    "tan",
    "khaki",
    "lightblue",
    "lightgreen",
    "lightgrey",
    "lightgray",
    "lightyellow",
    "darkgreen",
    "darkblue",
    "darkred",
    "darkorange",
    "steelblue",
    "skyblue",
    "forestgreen",
    "firebrick",
    "turquoise",
    "lavender",
    "beige",
    "ivory",
    "plum",
    "sienna",
    "chocolate",
    "slateblue",
    "dodgerblue",
    "hotpink",
    "aquamarine",
    "palegreen",
    "gainsboro",
    "royalblue",
    "seagreen",
    "goldenrod",
]
FONTS = ("Helvetica", "Arial", "Courier", "Times", "Verdana", "Georgia", "Courier New", "monospace")
ARROWS = [
    "normal",
    "vee",
    "dot",
    "odot",
    "diamond",
    "odiamond",
    "box",
    "obox",
    "none",
    "empty",
    "inv",
    "tee",
    "crow",
    "open",
    "halfopen",
    "invempty",
]
PORTS = ("n", "ne", "e", "se", "s", "sw", "w", "nw", "c")


def _number(low: float, high: float, step: float) -> tuple[str, ...]:
    count = round((high - low) / step) + 1
    return tuple(f"{low + i * step:.2f}".rstrip("0").rstrip(".") for i in range(count))


VALUES: dict[str, tuple[str, ...]] = {
    "shape": tuple(SHAPES),
    "color": tuple(COLORS),
    "font": FONTS,
    "arrow": tuple(ARROWS),
    "port": PORTS,
    "int": _number(1, 9, 1),
    "size": _number(6, 40, 1),
    "width": (*_number(1, 8, 1), *_number(0.5, 4.5, 1)),
    "fraction": _number(0.1, 2.5, 0.1),
    "percent": _number(0, 100, 5),
    "sides": _number(3, 12, 1),
    "angle": _number(0, 345, 15),
    "bool": ("true", "false"),
    "words": ("see notes", "main", "new", "critical", "optional", "step", "v2", "draft", "urgent"),
    "url": ("https://example.org", "docs/index.html", "#top", "https://example.com/a?b=1"),
}

NODE_TABLE = """
shape | @shape | {make|draw|render|show} <X> as a <V>; <X> {is|should be|has to be|must be} {drawn as |}a <V>; use a <V> {shape |}for <X>; give <X> the {shape <V>|<V> shape}; <X> {gets|has} {a <V> shape|the shape <V>}; <V> for <X>
color | @color | {make|colour|color|paint|draw} <X> <V>; <X> {is|should be} <V>; give <X> a <V> {outline|border|colour|color}; <X> {has|gets} a <V> {outline|border|line}; use <V> for <X>
style=filled,fillcolor | @color | fill <X> {with|in} <V>; <X> is filled {with|in} <V>; {give|with} <X> a <V> {background|fill|filling}; <X> should {be filled in <V>|have a <V> fill}; shade <X> <V>
style | filled | fill <X>; <X> {is|should be} filled; make <X> a filled node
style | dashed,dotted,bold,rounded,solid,invis,diagonals,striped,wedged | {make|draw} <X> <V>; <X> {is|should be} <V>; give <X> a <V> {outline|border|style}; style <X> as <V>; <X> in <V> style
peripheries | @int | {use|draw|give <X>} <V> peripheries{| for <X>| around <X>}; <X> {has|gets|with} <V> peripheries; draw <V> {borders|outlines|outline lines} around <X>
peripheries=2 | | draw <X> with a double {border|outline|line}; <X> has two peripheries; put a double border around <X>
penwidth | @width | {make|draw} the {border|outline} of <X> <V> {wide|thick}; <X> has a pen width of <V>; set the line width of <X> to <V>; <X> with a line <V> {points |}thick
fontname | @font | {write|set|print} <X> in <V>; use the font <V> for <X>; the {text|label} of <X> is in <V>
fontsize | @size | write <X> in size <V>; {the text of <X> is|the font size of <X> is|the text size of <X> is} <V>{ points|pt|}; use a {font size of|text size of} <V> for <X>
fontcolor | @color | write {the text of |the label of |}<X> in <V>; the {text|label|lettering} of <X> is <V>; <V> text for <X>
label | @words | label <X> "<V>"; <X> {is labelled|is labeled|shows|reads|carries the text} "<V>"; give <X> the label "<V>"
xlabel | @words | put "<V>" {beside|next to|outside} <X>; <X> has an external label "<V>"
tooltip | @words | {show|give <X>} the tooltip "<V>"{| on <X>}; hovering over <X> shows "<V>"
URL | @url | link <X> to <V>; <X> {links|leads} to <V>; clicking <X> opens <V>
width | @fraction | make <X> <V> {inches |}wide; <X> is <V> {inches |}wide; the width of <X> is <V>
height | @fraction | make <X> <V> {inches |}high; <X> is <V> {inches |}{tall|high}; the height of <X> is <V>
fixedsize | @bool | set fixedsize of <X> to <V>; <X> with fixedsize <V>
sides | @sides | <X> has <V> sides; give <X> <V> sides
orientation | @angle | {turn|rotate} <X> by <V> degrees; <X> is {turned|rotated} by <V> degrees
group | @words | put <X> {in|into} the group "<V>"
margin | @fraction | leave a margin of <V> {in|inside} <X>
"""
EDGE_TABLE = """
label | @words | label <X> "<V>"; <X> {is labelled|is labeled|carries|says|reads} "<V>"; write "<V>" on <X>
style | dashed,dotted,bold,solid,invis,tapered | {make|draw} <X> <V>; <X> {is|should be|must be} {a <V> line|<V>}; use a <V> {line|stroke} for <X>; <X> as a <V> {line|arrow}; style <X> <V>
style=invis | | hide <X>; <X> is invisible; make <X> invisible
color | @color | {make|colour|color|paint|draw} <X> <V>; <X> {is|should be} <V>; <X> in <V>; use {the colour <V>|the color <V>|<V>} for <X>
penwidth | @width | {make|draw} <X> <V> {wide|thick}; <X> has {a pen width|a line width|a thickness} of <V>; a line {of width <V>|<V> wide} for <X>
arrowhead | @arrow | {use|put} a <V> arrowhead {on|for|at the end of} <X>; <X> {has|ends in} a <V> {arrowhead|head|arrow head}; the head of <X> is {a |}<V>
arrowtail | @arrow | {use|put} a <V> arrowtail {on|for} <X>; the tail of <X> is {a |}<V>
arrowsize | @fraction | the arrow of <X> has size <V>; scale the arrowhead of <X> by <V>
dir=both | | {draw|show} <X> with arrowheads at both ends; <X> {points both ways|is double-headed|has arrows on both ends|goes both ways}; make <X> bidirectional
dir=back | | <X> is drawn backwards; put the arrowhead of <X> at its tail; show <X> with the arrow reversed
dir=none | | <X> {has|gets|is drawn with} no {arrowhead|arrowheads|arrow}; {draw <X> without|leave out} {an arrowhead|arrows}{| on <X>}; remove the arrowhead {from|of} <X>
constraint=false | | <X> {does not|should not|must not} {affect|influence|count for} the {ranking|layout|ranks}; ignore <X> {in|for} the {layout|ranking}; leave <X> out of the ranking
weight | @int | <X> has {a |}weight <V>; give <X> {a |}weight {of |}<V>; the weight of <X> is <V>
minlen | @int | <X> {spans|covers|skips} at least <V> ranks; the minimum length of <X> is <V>
headport | @port | <X> enters at {the |}<V> {port|side}; the head of <X> is at port <V>; use head port <V> for <X>
tailport | @port | <X> leaves at {the |}<V> {port|side}; the tail of <X> is at port <V>; use tail port <V> for <X>
headlabel | @words | write "<V>" at the head of <X>; <X> has the head label "<V>"
taillabel | @words | write "<V>" at the tail of <X>; <X> has the tail label "<V>"
xlabel | @words | put "<V>" beside <X>
fontsize | @size | the label of <X> has size <V>; write on <X> in size <V>
fontcolor | @color | the label of <X> is <V>; write on <X> in <V>
fontname | @font | the label of <X> is in <V>
decorate | @bool | set decorate on <X> to <V>
labelfloat | @bool | set labelfloat of <X> to <V>
"""
GRAPH_TABLE = """
rankdir=LR | | {lay|set|draw} {<X>|it} {out |}{from |}left to right; {use|with} {a |}left-to-right {layout|direction|flow}; {<X>|it} {runs|flows|reads|goes|should run} from left to right; horizontal{ layout|ly, left first}
rankdir=RL | | {lay|draw} {<X>|it} {out |}{from |}right to left; {<X>|it} {runs|flows|goes} from right to left; right-to-left layout
rankdir=TB | | {lay|draw} {<X>|it} {out |}{from |}top to bottom; {<X>|it} {runs|flows|goes} from top to bottom; top-down layout; {<X>|it} {runs|flows} downwards
rankdir=BT | | {lay|draw} {<X>|it} {out |}{from |}bottom to top; {<X>|it} {runs|flows|grows} from bottom to top; bottom-up layout; {<X>|it} grows upwards
splines | ortho,curved,polyline,line,spline,true,false,none | {use|draw} <V> {splines|edges|edge routing}; {edges are|route the edges as} <V>; set splines to <V>
splines=ortho | | {use|with} right-angled {edges|lines|connectors}; edges run at right angles; orthogonal {edges|routing}
splines=line | | {use|with} straight {edges|lines}; edges are straight
splines=curved | | {use|with} curved {edges|lines}; edges are curved
nodesep | @fraction | {leave|keep|put} <V> {inches |}between {nodes|neighbouring nodes|nodes of a rank}; node separation {of |is |}<V>; nodes {stand|are} <V> apart
ranksep | @fraction | {leave|keep|put} <V> {inches |}between {ranks|levels|rows}; rank separation {of |is |}<V>; levels are <V> apart
bgcolor | @color | {use|give <X>|with} a <V> background; the background {of <X> |}is <V>; <V> background
label | @words | {title <X>|give <X> the title|call <X>|caption <X>} "<V>"; the {title|caption|heading} {of <X> |}{is|reads} "<V>"
labelloc | t,b | {put|place} the {title|label} at labelloc <V>
labelloc=t | | {put|place|show} the {title|label|caption} at the top
labelloc=b | | {put|place|show} the {title|label|caption} at the bottom
fontname | @font | {use|write everything in} {the font |}<V>; <X> uses the font <V>
fontsize | @size | the {title|font size} {of <X> |}is <V>; font size <V>
concentrate=true | | {merge|concentrate|bundle} {parallel |}edges; join edges that run together
compound=true | | allow edges between clusters; {make <X>|it is} compound
size | 6,8 4,4 8,5 7.5,10 | {fit <X> into|limit <X> to} <V> {inches|}
ratio | fill,compress,auto,expand,1.0,0.7 | set the {aspect |}ratio to <V>; ratio <V>
dpi | 72,96,150,300,600 | {render|draw} {<X> |}{at|with} <V> dpi; {a resolution of|resolution} <V> dpi
margin | @fraction | leave a margin of <V>; margin <V>
pad | @fraction | pad {<X> |}by <V>; padding {of |}<V>
ordering | out,in | keep the {edge order|order of edges}: ordering <V>
newrank | @bool | set newrank to <V>
layout | dot,neato,fdp,circo,twopi,sfdp | {lay out with|use the layout engine|use the engine|use} <V>
overlap | @bool | set overlap to <V>
overlap=false | | {nodes must not overlap|avoid overlaps|no overlapping nodes}
center=true | | {centre|center} the drawing
rotate=90 | | {rotate|turn} the drawing by 90 degrees; landscape {format|mode}
"""
TABLES = {"node": NODE_TABLE, "edge": EDGE_TABLE, "graph": GRAPH_TABLE}
NAMED = compile_rule(
    "{set {the |}<A> of <X> to <V>|set <A> to <V> {on|for} <X>|<X> {with|has|gets} <A> <V>|"
    "<X>: <A>=<V>|{give|add to} <X> <A>=<V>|{use|put} <A>=<V> {for|on} <X>|<A> of <X>: <V>|"
    "{change|make} the <A> of <X> <V>|<X> has the attribute <A> with {the |}value <V>|"
    "{add|use} the attribute <A>=<V> {on|for|to} <X>}"
)


@dataclass(frozen=True)
class Wish:
    """One row of a table, ready to be asked for: fixed attributes, the open one, its wordings."""

    fixed: dict[str, str]
    name: str
    values: tuple[str, ...]
    rules: list[Rule]


def _row(line: str) -> Wish:
    head, values, wordings = (part.strip() for part in line.split("|", 2))
    fixed = dict(part.split("=") for part in head.split(",") if "=" in part)
    name = "" if "=" in head.split(",")[-1] else head.split(",")[-1]
    if values.startswith("@"):
        choices = VALUES[values[1:]]
    else:
        choices = tuple(values.split() if " " in values else values.split(","))
    return Wish(fixed, name, choices, [compile_rule(text) for text in wordings.split("; ")])


WISHES = {
    target: [_row(line) for line in table.strip().splitlines()] for target, table in TABLES.items()
}
# The attributes that people ask for most come first in the tables; drawn more often.
_AN = re.compile(r"\b([Aa]) ([aeio])")
_COMMON = {"node": 8, "edge": 5, "graph": 4}

EVERY_NODE = compile_rule("{all {the |}nodes|every node|each node|nodes|the nodes}")
EVERY_EDGE = compile_rule("{all {the |}edges|every edge|each edge|edges|the arrows|all arrows}")
THE_GRAPH = compile_rule("{the {graph|diagram|drawing|chart|picture|layout|figure}|this graph}")
EDGE_OF = compile_rule(
    "{the {edge|arrow|link|connection|line} {from <A> to <B>|<A> -> <B>|between <A> and <B>}|"
    "the <A> to <B> {edge|arrow|link}|the {edge|arrow} that goes from <A> to <B>|<A> -> <B>}"
)
LINE_OF = compile_rule(
    "{the {edge|link|connection|line} {between <A> and <B>|from <A> to <B>|<A> -- <B>}|<A> -- <B>|"
    "the line that joins <A> and <B>}"
)
NODE_OF = compile_rule("{<A>|<A>|<A>|node <A>|the node <A>|the <A> node}")


@dataclass
class Asked:
    """Attributes asked for: the sentences, the graph with them, and its default statements.

    Attributes:
        sentences: wordings without capital and full stop.
        scenario: the graph with the attributes set.
        defaults: statements such as `node [shape=box]`.
    """

    sentences: list[str]
    scenario: Scenario
    defaults: tuple[str, ...] = field(default=())


def ask(rng: random.Random, scenario: Scenario, count: int) -> Asked:
    """Ask for up to `count` attributes of the scenario's nodes, edges, defaults or graph."""
    random_ = rng.random
    changed = replace(
        scenario,
        nodes=[Node(n.name, n.label, dict(n.attrs)) for n in scenario.nodes],
        edges=[replace(e, attrs=dict(e.attrs)) for e in scenario.edges],
        attrs=dict(scenario.attrs),
    )
    mark = pick(random_, ("", "", "", "", '"', "`", "'"))
    asked = Asked([], changed)
    defaults: dict[str, dict[str, str]] = {}
    for _ in range(count):
        target = pick(random_, ("node", "node", "node", "edge", "edge", "graph"))
        if target == "edge" and not changed.edges:
            continue
        every = target != "graph" and random_() < 0.15
        wish = draw(rng, target)
        attrs = dict(wish.fixed)
        value = pick(random_, wish.values) if wish.name else ""
        if wish.name:
            attrs[wish.name] = value
        if target == "graph":
            place, what = changed.attrs, expand(random_, THE_GRAPH, {})
        elif every:
            if "label" in wish.name:
                continue
            place = defaults.setdefault(target, {})
            what = expand(random_, EVERY_NODE if target == "node" else EVERY_EDGE, {})
        elif target == "node":
            node = pick(random_, changed.nodes)
            if wish.name == "label" and node.label is not None:
                continue
            place, what = node.attrs, expand(random_, NODE_OF, {"A": mark + node.name + mark})
        else:
            edge = pick(random_, changed.edges)
            if _parallel(changed, edge) or (wish.name == "label" and edge.label is not None):
                continue
            names = [mark + changed.nodes[i].name + mark for i in (edge.tail, edge.head)]
            rule = EDGE_OF if changed.directed else LINE_OF
            place, what = edge.attrs, expand(random_, rule, {"A": names[0], "B": names[1]})
        if any(key in place for key in attrs):
            continue
        sentence = _AN.sub(r"\1n \2", _sentence(rng, wish, what, value))
        if target == "node" and not every and wish.name == "label":
            node.label = value
        elif target == "edge" and not every and wish.name == "label":
            edge.label = value
        else:
            place.update(attrs)
        asked.sentences.append(sentence)
    asked.defaults = tuple(
        f"{target} [{', '.join(f'{k}={dot_id(v)}' for k, v in attrs.items())}]"
        for target, attrs in sorted(defaults.items(), reverse=True)
    )
    return asked


def draw(rng: random.Random, target: str) -> Wish:
    """A row of the target's table, common attributes more often."""
    table = WISHES[target]
    return table[rng.randrange(_COMMON[target])] if rng.random() < 0.5 else pick(rng.random, table)


def _sentence(rng: random.Random, wish: Wish, what: str, value: str) -> str:
    random_ = rng.random
    if not wish.name or random_() < 0.7:
        return expand(random_, pick(random_, wish.rules), {"X": what, "V": value})
    name, shown = wish.name, value
    if wish.fixed and name != "label":
        return expand(random_, pick(random_, wish.rules), {"X": what, "V": value})
    return expand(random_, NAMED, {"X": what, "A": name, "V": shown})


def _parallel(scenario: Scenario, edge: Edge) -> bool:
    ends = {edge.tail, edge.head}
    return sum({other.tail, other.head} == ends for other in scenario.edges) > 1
