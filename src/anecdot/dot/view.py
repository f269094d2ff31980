"""A graph as comparison and split see it: names and labels normalised, attributes by their owner.

**Names.** A node is known by its label if that shows text, else by its id, so that ids behind
labels may be renamed freely. Names and labels are normalised: HTML-like tags and DOT escapes
resolved, Unicode NFKC, case folded, white space, `_` and `-` between letters dropped
(`Order_Service`, `order service` and `OrderService` are one name; `1-2` and `12`, `-1` and `1` are
not). Two nodes may bear the same name; they count as two.

**Values.** Numbers by their value (`1.0` is `1`), labels normalised as above, all else without case
and outer space.
"""

import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from itertools import repeat

from anecdot.dot.isomorphism import Coloured
from anecdot.dot.parse import Attributes, Graph, Html, parse

Kind = str
"""What an attribute belongs to: "graph", "node", "edge", "cluster" or "rank"."""

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")


def normalise(text: str) -> str:
    """The form in which names and labels are compared: see the module's paragraph on names."""
    if isinstance(text, Html):
        text = text.plain()
    elif text.isascii() and text.isalnum():  # most ids
        return text.lower()
    else:
        text = _ESCAPE.sub(lambda match: " " if match[1] in "nlr" else match[1], text)
        text = html.unescape(text)
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())

    def join(match: re.Match[str]) -> str:
        around = text[match.start() - 1] + text[match.end()]
        return "-" if around.isdecimal() else ""

    return _SEPARATOR.sub(join, text)


def canonical(graph: str | Graph) -> str:
    """A key that two texts share when the metric calls them the same graph: kind, names, edges and
    edge labels, as `View` has them.

    Order, layout, spelling (chains, quotes, defaults), clusters and all other attributes do not
    count. Takes the graph itself where it has been parsed already.

    Graphs in which two nodes bear one name may share a key and differ in which of the two an edge
    joins: a split by this key holds out a little more than it must, never less.
    """
    view = View(graph if isinstance(graph, Graph) else parse(graph))
    return json.dumps(view.key(), ensure_ascii=False, separators=(",", ":"))


class View:
    """A graph as the comparison sees it.

    names: id -> name; edges: ((kind, tail name, head name), label), in `graph.edges`' order.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = {node: _name(node, attrs) for node, attrs in graph.nodes.items()}
        self.edges = [(self._ends(tail, head), _label(attrs)) for tail, head, attrs in graph.edges]

    def key(self) -> tuple[bool, list[str], list[tuple]]:
        """What `canonical` writes down."""
        return self.graph.directed, sorted(self.names.values()), sorted(self.edges)

    @cached_property
    def clusters(self) -> list[tuple[str, list[str]]]:
        """(label, sorted names of the members) of each cluster; a label that the cluster only
        inherits from the graph is none of its own."""
        return [
            (_label(self._own(attrs)), sorted(self.names[node] for node in ids))
            for _, attrs, ids in self.graph.clusters
        ]

    @cached_property
    def members(self) -> Counter:
        """(cluster, member name); a cluster is known by its label or, without one, by its
        members."""
        return Counter(
            (label or tuple(members), member)
            for label, members in self.clusters
            for member in members
        )

    @cached_property
    def stated(self) -> dict[Kind, list[Attributes]]:
        """The attributes of each thing, values normalised, in the order of `graph`'s lists.

        Labels that are names (of a node, an edge, a cluster) are left out.
        """
        graph = self.graph
        return {
            "graph": [_values(graph.attrs)],
            "node": [_values(attrs, "label") for attrs in graph.nodes.values()],
            "edge": [
                _values(attrs, "label" if attrs.get("label") else "xlabel")
                for *_, attrs in graph.edges
            ],
            "cluster": [
                _values(self._own(attrs), "label", "xlabel", "cluster")
                for _, attrs, _ in graph.clusters
            ],
            "rank": [{"rank": rank} for rank, _ in graph.ranks],
        }

    @cached_property
    def facts(self) -> Counter:
        """(owner, attribute, value) of everything in `stated`."""
        owners: dict[Kind, list[Hashable]] = {
            "graph": ["graph"],
            "node": [("node", name) for name in self.names.values()],
            "edge": [ends for ends, _ in self.edges],
            "cluster": [("cluster", label or tuple(members)) for label, members in self.clusters],
            "rank": [tuple(sorted(self.names[n] for n in ids)) for _, ids in self.graph.ranks],
        }
        return Counter(
            (owner, key, value)
            for kind, things in self.stated.items()
            for owner, attrs in zip(owners[kind], things, strict=True)
            for key, value in attrs.items()
        )

    def bare(self) -> Coloured:
        """The graph without names and labels."""
        edges = self._numbered(repeat(""))
        return Coloured([""] * len(self.names), list(edges), self.graph.directed)

    def named(self) -> Coloured:
        """The graph with names and edge labels."""
        edges = self._numbered(label for _, label in self.edges)
        return Coloured(list(self.names.values()), list(edges), self.graph.directed)

    def whole(self, dropped: set[tuple[Kind, str]]) -> Coloured:
        """The graph with all that it states, but for the attributes `dropped`.

        Clusters and ranks are nodes of their own that their members point to; the graph's own
        attributes are those of one more node.
        """
        kept: dict[Kind, list[Hashable]] = {
            kind: [
                tuple(sorted(item for item in attrs.items() if (kind, item[0]) not in dropped))
                for attrs in things
            ]
            for kind, things in self.stated.items()
        }
        labels = zip((label for _, label in self.edges), kept["edge"], strict=True)
        edges = list(self._numbered(labels))
        colours: list[Hashable] = list(zip(self.names.values(), kept["node"], strict=True))
        colours.append(("graph", *kept["graph"]))
        ids = {node: index for index, node in enumerate(self.names)}
        groups = [
            (("cluster", label, attrs), members)
            for (label, _), attrs, (_, _, members) in zip(
                self.clusters, kept["cluster"], self.graph.clusters, strict=True
            )
        ]
        groups += [
            (attrs, members)
            for attrs, (_, members) in zip(kept["rank"], self.graph.ranks, strict=True)
            if attrs
        ]
        for colour, members in groups:
            edges += [(ids[node], len(colours), "in") for node in members]
            colours.append(colour)
        return Coloured(colours, edges, self.graph.directed)

    def _numbered(self, labels: Iterable[Hashable]) -> Iterator[tuple[int, int, Hashable]]:
        """(tail, head, label) of each edge with the nodes' numbers."""
        ids = {node: index for index, node in enumerate(self.names)}
        for (tail, head, _), label in zip(self.graph.edges, labels, strict=False):
            yield ids[tail], ids[head], label

    def _ends(self, tail: str, head: str) -> tuple[str, str, str]:
        ends = (self.names[tail], self.names[head])
        return ("->", *ends) if self.graph.directed else ("--", min(ends), max(ends))

    def _own(self, attrs: Attributes) -> Attributes:
        """A subgraph's attributes without those that it inherits from the graph."""
        return {key: value for key, value in attrs.items() if self.graph.attrs.get(key) != value}


def _name(node: str, attrs: Attributes) -> str:
    label = attrs.get("label", "")
    if "\\N" in label and not isinstance(label, Html):
        label = label.replace("\\N", node)
    return (label and normalise(label)) or normalise(node)


def _label(attrs: Attributes) -> str:
    label = attrs.get("label") or attrs.get("xlabel")
    return normalise(label) if label else ""


def _values(attrs: Attributes, *left_out: str) -> Attributes:
    return {key: _value(key, value) for key, value in attrs.items() if key not in left_out}


def _value(key: str, value: str) -> str:
    if key.endswith("label"):
        return normalise(value)
    try:
        return format(float(value), "g")
    except ValueError:
        return " ".join(value.casefold().split())
