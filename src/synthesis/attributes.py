"""DOT attributes and how people ask for them: a table of names, values and wordings.

Each row of a table is `attribute | values | wordings`; a wording asks for the attribute on `<X>`
(a node, an edge, all nodes, the graph) with `<V>` as the value. Wordings apart, every attribute can
be asked for by its own name.
"""

import random
import re
from dataclasses import dataclass, field, replace

from anecdot.dot.write import dot_id
from synthesis.phrasing import Rule, compile_rule, expand, pick, read_lines
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
    target: [_row(line) for line in lines] for target, lines in read_lines("attributes").items()
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
