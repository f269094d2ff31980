"""Writing DOT: how ids and strings are quoted, and the house style of a graph.

The one place that knows it: the targets of all pairs are written with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

KEYWORDS = frozenset({"node", "edge", "graph", "digraph", "subgraph", "strict"})
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)\Z")

Edge = tuple[str, str, dict[str, str]]
"""Tail, head, attributes."""


def quote(text: str) -> str:
    """`text` as a quoted DOT string: quotes escaped, a line break as the escape that DOT shows."""
    text = text.replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}\\"' if text.endswith("\\") and not text.endswith("\\\\") else f'"{text}"'


def is_bare(text: str) -> bool:
    """May `text` stand as an id without quotes?"""
    return _BARE.match(text) is not None and text.lower() not in KEYWORDS


def dot_id(text: str) -> str:
    """`text` as a DOT id: bare where that is legal, else quoted."""
    return text if is_bare(text) else quote(text)


@dataclass
class Cluster:
    """A named group: ids of its own members, and the groups inside it."""

    label: str
    members: list[str]
    inner: list["Cluster"] = field(default_factory=list)


@dataclass
class Draft:
    """A graph to be written: what a source says, in the order in which it says it.

    Attributes:
        edges: each (tail, head, attributes); attributes hold `label` where the source gives one.
        nodes: id -> attributes, of nodes that have attributes or may stand alone.
        clusters: the groups, outermost first.
        directed: whether edges are arrows.
    """

    edges: list[Edge] = field(default_factory=list)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    clusters: list[Cluster] = field(default_factory=list)
    directed: bool = True

    def edge(self, tail: str, head: str, label: str | None = None, **attrs: str) -> None:
        """Add an edge, `label` only where there is one."""
        self.edges.append((tail, head, ({"label": label} if label else {}) | attrs))


def house(draft: Draft) -> str:
    """The draft as DOT text in the project's house style, without a final line break."""
    touched = {end for tail, head, _ in draft.edges for end in (tail, head)}
    lines = ["digraph {" if draft.directed else "graph {"]
    numbers = iter(range(1000))

    def node(name: str) -> str:
        return dot_id(name) + attribute_list(draft.nodes.get(name, {})) + ";"

    def clustered(clusters: list[Cluster]) -> Iterator[str]:
        for cluster in clusters:
            yield from cluster.members
            yield from clustered(cluster.inner)

    def write(cluster: Cluster, indent: str) -> None:
        lines.append(f"{indent}subgraph cluster_{next(numbers)} {{")
        lines.append(f"{indent}  label={quote(cluster.label)};")
        lines.extend(f"{indent}  {node(member)}" for member in cluster.members)
        for inner in cluster.inner:
            write(inner, indent + "  ")
        lines.append(f"{indent}}}")

    grouped = set(clustered(draft.clusters))
    lines += [
        f"  {node(name)}"
        for name, attrs in draft.nodes.items()
        if name not in grouped and (attrs or name not in touched)
    ]
    for cluster in draft.clusters:
        write(cluster, "  ")
    operator = "->" if draft.directed else "--"
    lines += [
        f"  {dot_id(tail)} {operator} {dot_id(head)}{attribute_list(attrs)};"
        for tail, head, attrs in draft.edges
    ]
    return "\n".join([*lines, "}"])


def attribute_list(attrs: dict[str, str]) -> str:
    """` [label="x", k=v]`, labels always quoted; "" without attributes."""
    if not attrs:
        return ""
    parts = [f"{k}={quote(v) if k == 'label' else dot_id(v)}" for k, v in attrs.items()]
    return f" [{', '.join(parts)}]"
