"""Scenario -> DOT text: the house style of every target, and all the other legal ways to write it.

`house` is the style that the project's training targets share; `styled` draws one of the many that
people write. A `Style` says how a graph is written, never what it says: two styles of one scenario
are the same graph, unless `adorn` adds defaults and graph attributes of its own.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from anecdot.dot.write import dot_id, is_bare, quote
from synthesis.scenario import Scenario


@dataclass(frozen=True)
class Style:
    """How a graph is written down.

    Attributes:
        name: the graph's name, None for an anonymous graph.
        strict: whether the graph is declared strict.
        indent: white space before a statement, once a nesting level.
        end: what ends a statement (";" or nothing).
        separator: what stands between statements ("\\n", or " " for one line).
        arrow_space: white space around the edge operator.
        attr_join, attr_equals: how attribute lists are spelled.
        attr_space: white space before an attribute list.
        quote_all: quote every id and value.
        declare: "needed" (isolated nodes and those with attributes), "first" (all nodes, before
            the edges) or "last" (those that need it, after the edges).
        edges: "single", "chain" (a -> b -> c), "fan" (a -> {b c}).
        keys: give every node a key of this prefix ("n" -> n0, n1), its name as the label.
        adorn: statements of the writer's own (defaults, graph attributes), first in the body.
        comments: (before the graph, inside it at the top, behind an edge), "" for none.
        labels_bare: leave one-word labels unquoted.
        brace_line: put the opening brace on its own line.
        cluster_label: a cluster's label as a "statement" or in a `graph [...]` "list".
        ports: compass points for tail and head, () for none.
    """

    name: str | None = None
    strict: bool = False
    indent: str = "  "
    end: str = ";"
    separator: str = "\n"
    arrow_space: str = " "
    attr_join: str = ", "
    attr_equals: str = "="
    attr_space: str = " "
    quote_all: bool = False
    declare: str = "needed"
    edges: str = "single"
    keys: str = ""
    adorn: tuple[str, ...] = ()
    comments: tuple[str, str, str] = ("", "", "")
    labels_bare: bool = False
    brace_line: bool = False
    cluster_label: str = "statement"
    ports: tuple[str, ...] = ()


HOUSE = Style()


def house(scenario: Scenario, name: str | None = None) -> str:
    """The scenario in the house style, with a graph name only if the text states one."""
    return write(scenario, replace(HOUSE, name=name) if name else HOUSE)


def styled(rng: random.Random, scenario: Scenario, adorn: bool = True) -> str:
    """The scenario in a random legal style; `adorn=False` adds no attributes of its own."""
    return write(scenario, sample_style(rng, scenario, adorn))


def write(scenario: Scenario, style: Style) -> str:
    """The scenario as DOT text in `style`, without a final line break."""
    name = quote if style.quote_all else dot_id
    keys = _keys(scenario, style)
    operator = style.arrow_space + ("->" if scenario.directed else "--") + style.arrow_space
    attach = _attribute_writer(style)

    touched = {i for edge in scenario.edges for i in (edge.tail, edge.head)}
    clustered = {i for cluster in scenario.clusters for i in cluster.members}

    def node(i: int) -> str:
        n = scenario.nodes[i]
        label = n.label if n.label is not None else (n.name if style.keys else None)
        return name(keys[i]) + attach(label, n.attrs)

    def plain(i: int) -> bool:
        n = scenario.nodes[i]
        return n.label is None and not n.attrs and not style.keys

    end = style.end
    body = [f"{k}{style.attr_equals}{name(v)}{end}" for k, v in scenario.attrs.items()]
    body += [statement + end for statement in style.adorn]
    if style.comments[1]:
        body.insert(0, style.comments[1])
    declared = [
        node(i) + end
        for i in range(len(scenario.nodes))
        if i not in clustered and (style.declare == "first" or i not in touched or not plain(i))
    ]
    if style.declare != "last":
        body += declared
    for number, cluster in enumerate(scenario.clusters):
        title = f"label{style.attr_equals}{quote(cluster.label)}"
        inner = [(title if style.cluster_label == "statement" else f"graph [{title}]") + end]
        inner += [node(i) + end for i in cluster.members]
        body.append(_block(f"subgraph cluster_{number}", inner, style, 1))
    ends = [name(key) for key in keys]
    edges = [_edge(run, ends, style, operator) + attach(run.label, run.attrs) + end
             for run in _merged(scenario, style)]  # fmt: skip
    if style.comments[2] and edges:
        edges[len(edges) // 2] += f" {style.comments[2]}"
    body += edges
    if style.declare == "last":
        body += declared

    head = ("strict " if style.strict else "") + ("digraph" if scenario.directed else "graph")
    head += f" {dot_id(style.name)}" if style.name else ""
    text = _block(head, body, style, 0)
    return f"{style.comments[0]}\n{text}" if style.comments[0] else text


def _keys(scenario: Scenario, style: Style) -> list[str]:
    """The id of each node: its name, or a key when the style gives keys."""
    if not style.keys:
        return [node.name for node in scenario.nodes]
    if style.keys == "A":
        return [
            chr(65 + i % 26) + (str(i // 26) if i > 25 else "") for i in range(len(scenario.nodes))
        ]
    return [f"{style.keys}{i}" for i in range(len(scenario.nodes))]


def _attribute_writer(style: Style) -> Callable[[str | None, dict[str, str]], str]:
    """A function (label, attributes) -> ` [label="...", k=v]`, "" when there is nothing to say."""
    value = quote if style.quote_all else dot_id
    equals = style.attr_equals

    def attach(label: str | None, attrs: dict[str, str]) -> str:
        if label is None and not attrs:
            return ""
        parts = []
        if label is not None:
            bare = style.labels_bare and is_bare(label)
            parts.append(f"label{equals}{label if bare else quote(label)}")
        parts += [f"{k}{equals}{v if v[:1] == '<' else value(v)}" for k, v in attrs.items()]
        return f"{style.attr_space}[{style.attr_join.join(parts)}]"

    return attach


@dataclass
class _Run:
    """Edges written as one statement: a chain of node sets that share label and attributes."""

    groups: list[list[int]]
    label: str | None
    attrs: dict[str, str]


def _merged(scenario: Scenario, style: Style) -> Iterable[_Run]:
    """The edges in order, joined into chains or fans where the style says so and they are alike."""
    runs: list[_Run] = []
    for edge in scenario.edges:
        last = runs[-1] if runs else None
        alike = last is not None and last.label == edge.label and last.attrs == edge.attrs
        if alike and style.edges == "chain" and last.groups[-1] == [edge.tail]:
            last.groups.append([edge.head])
        elif (
            alike
            and style.edges == "fan"
            and last.groups[0] == [edge.tail]
            and edge.head not in last.groups[1]
        ):
            last.groups[1].append(edge.head)
        else:
            runs.append(_Run([[edge.tail], [edge.head]], edge.label, edge.attrs))
    return runs


def _edge(run: _Run, ends: list[str], style: Style, operator: str) -> str:
    """The node sets of one edge statement, joined by the edge operator."""
    sides = []
    for group in run.groups:
        names = [ends[i] for i in group]
        sides.append(names[0] if len(names) == 1 else "{" + " ".join(names) + "}")
    if style.ports and len(sides) == 2 and sides[0][0] != "{" != sides[1][0]:
        sides = [side + port for side, port in zip(sides, style.ports, strict=True)]
    return operator.join(sides)


def _block(head: str, body: list[str], style: Style, level: int) -> str:
    """`head { statements }` in the style's layout; the statements carry their own ends."""
    lines = style.separator == "\n"
    outer, inner = (style.indent * level, style.indent * (level + 1)) if lines else ("", "")
    opening = f"\n{outer}{{" if style.brace_line and lines else " {"
    return style.separator.join([head + opening, *(inner + s for s in body), outer + "}"])


# ---- Drawing a style --------------------------------------------------------------------------

GRAPH_NAMES = (
    "G", "g", "Graph", "graph1", "main", "Flow", "flow", "Diagram", "D", "Model", "model", "fsm",
    "finite_state_machine", "Overview", "my graph", "Network", "Process", "T", "System", "example",
    "test", "architecture", "deps", "Chart", "structure",
)  # fmt: skip
ADORNMENTS = (
    "rankdir=LR", "rankdir=TB", "rankdir=BT", "node [shape=box]", "node [shape=circle]",
    "node [shape=ellipse, style=filled, fillcolor=lightgrey]", 'node [shape="rect"]',
    'edge [fontsize=10]', 'node [fontname="Helvetica"]', 'edge [color=gray]', "splines=ortho",
    "nodesep=0.5", "ranksep=1.0", "node [shape=record]", "edge [arrowhead=vee]",
    'graph [fontname="Arial", fontsize=12]', "concentrate=true", "compound=true",
    "node [style=rounded]", "edge [style=dashed]", 'bgcolor="white"', "overlap=false",
    "node [shape=doublecircle]", "node [color=blue]", 'size="8,5"', "layout=dot", "newrank=true",
)  # fmt: skip
PORTS = ((":e", ":w"), (":s", ":n"), (":se", ":nw"), (":c", ":c"))
COMMENT_WORDS = (
    "generated", "nodes", "edges", "main flow", "overview", "entry point", "do not edit by hand",
    "TODO: check", "transitions", "relations", "draft", "see notes", "the graph", "default path",
)  # fmt: skip


def sample_style(rng: random.Random, scenario: Scenario, adorn: bool = True) -> Style:
    """A random legal style; with `adorn=False` it changes nothing that the graph says."""
    pick, chance = rng.choice, rng.random
    one_line = chance() < 0.12
    end = ";" if chance() < 0.7 else ""
    multigraph = len({(e.tail, e.head) for e in scenario.edges}) < len(scenario.edges)
    keyed = adorn and chance() < 0.12 and all(n.label is None for n in scenario.nodes)
    comment = _comment(rng) if chance() < 0.2 and not one_line else ""
    where = rng.randrange(3)
    return Style(
        name=pick(GRAPH_NAMES) if chance() < 0.55 else None,
        strict=chance() < 0.06 and not multigraph,
        indent=pick(("  ", "    ", "    ", "\t", "", "   ")),
        end=end,
        separator=" " if one_line else "\n",
        arrow_space=" " if chance() < 0.85 else "",
        attr_join=pick((", ", ", ", ",", " ", "; ")),
        attr_equals=pick(("=", "=", "=", "=", " = ")),
        attr_space=" " if chance() < 0.8 else "",
        quote_all=chance() < 0.2,
        declare=pick(("needed", "needed", "first", "first", "last")),
        edges=pick(("single", "single", "chain", "fan")),
        keys=pick(("n", "node", "A", "s", "q", "v_", "id")) if keyed else "",
        adorn=tuple(rng.sample(ADORNMENTS, rng.randint(1, 3))) if adorn and chance() < 0.45 else (),
        comments=tuple(comment if i == where else "" for i in range(3)),  # type: ignore[arg-type]
        labels_bare=chance() < 0.2,
        brace_line=chance() < 0.08,
        cluster_label=pick(("statement", "statement", "statement", "list")),
        ports=rng.choice(PORTS) if adorn and chance() < 0.04 else (),
    )


def repaired_style(style: Style) -> Style:
    """The house style with what a repair must keep of the text's own: name, strict, chains."""
    edges = "chain" if style.edges == "chain" else "single"
    return replace(HOUSE, name=style.name, strict=style.strict, edges=edges)


def _comment(rng: random.Random) -> str:
    """One comment, in a spelling that may stand on its own line or at the end of one."""
    words = rng.choice(COMMENT_WORDS)
    return rng.choice((f"// {words}", f"/* {words} */", f"// {words.capitalize()}."))
