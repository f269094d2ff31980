"""How far does a generated graph say what the reference says?

Both texts are read by Graphviz (`parse`): chains, lists, subgraph edges and defaults are expanded.

**Names.** A node is known by its label if that shows text, else by its id, so that ids behind
labels may be renamed freely. Names and labels are normalised: HTML-like tags and DOT escapes
resolved, Unicode NFKC, case folded, white space, `_` and `-` between letters dropped
(`Order_Service`, `order service` and `OrderService` are one name; `1-2` and `12`, `-1` and `1` are
not). Two nodes may bear the same name; they count as two.

**Scores.** Precision, recall and F1 of a multiset intersection (C. J. van Rijsbergen, Information
Retrieval, 2nd ed. 1979, chapter 7): P = |E∩A|/|A|, R = |E∩A|/|E|, F1 = 2|E∩A|/(|E|+|A|), where E
are the reference's items and A the prediction's. Both empty: 1. A prediction that is not valid
scores 0 everywhere. The items are

- `node_f1`: node names;
- `edge_f1`: (tail name, head name); unordered pairs in an undirected graph; an edge of a directed
  graph never equals one of an undirected graph;
- `edge_label_f1`: (tail name, head name, label), an unlabelled edge having the label "";
- `attribute_f1`: (owner, attribute, value) for every attribute but `label` and `xlabel`, where an
  owner is the graph, a node, an edge, a cluster or a set of nodes with one rank; None where the
  reference has none;
- `cluster_f1`: (cluster, member node) pairs, a cluster being known by its label or, without one,
  by its members; None where the reference has no cluster.

`exact` is: same kind of graph, and a one-to-one map of the nodes that keeps names, edges and edge
labels. `isomorphic` is the same with names and labels left out of account. Both are decided by
colour refinement with individualisation (B. McKay and A. Piperno, Practical graph isomorphism, II,
J. Symbolic Computation 60, 2014); a pair too large to decide within the work limit counts as
different, which graphs of generated size never come near.

Figures over many pairs are plain means of these (macro average: C. Manning, P. Raghavan and
H. Schütze, Introduction to Information Retrieval, 2008, section 13.6).
"""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from anecdot.dot.parse import Attributes, DotSyntaxError, Graph, Html, parse

WORK_LIMIT = 2_000_000
"""Nodes and edges looked at in one isomorphism test; about two seconds."""

_LABELS = ("label", "xlabel")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")


class Score(NamedTuple):
    """Precision, recall and F1 of one multiset of items."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `compare` finds.

    The differences name nodes by id and edges by their index in `parse(...).edges`. An edge of the
    reference is in at most one of `missing_edges`, `reversed_edges` and `wrong_edge_labels`; the
    latter two pair it with the prediction's edge. `wrong_node_labels` pairs a missing and an extra
    node that share an id; both are also in `missing_nodes` and `extra_nodes`.
    """

    valid: bool
    nodes: Score
    edges: Score
    edge_labels: Score
    attributes: Score | None
    clusters: Score | None
    exact: bool
    isomorphic: bool
    same_kind: bool
    missing_nodes: list[str] = field(default_factory=list)
    extra_nodes: list[str] = field(default_factory=list)
    missing_edges: list[int] = field(default_factory=list)
    extra_edges: list[int] = field(default_factory=list)
    reversed_edges: list[tuple[int, int]] = field(default_factory=list)
    wrong_edge_labels: list[tuple[int, int]] = field(default_factory=list)
    wrong_node_labels: list[tuple[str, str]] = field(default_factory=list)

    @property
    def node_f1(self) -> float:
        return self.nodes.f1

    @property
    def edge_f1(self) -> float:
        return self.edges.f1

    @property
    def edge_label_f1(self) -> float:
        return self.edge_labels.f1

    @property
    def attribute_f1(self) -> float | None:
        return None if self.attributes is None else self.attributes.f1

    @property
    def cluster_f1(self) -> float | None:
        return None if self.clusters is None else self.clusters.f1


def compare(expected: str, actual: str | None) -> Comparison:
    """Compares a prediction with its reference; see the module for every definition.

    DotSyntaxError where the reference is not valid. A prediction that is None or not valid is
    simply wrong.
    """
    reference = _View(parse(expected))
    try:
        prediction = _View(parse(actual)) if actual is not None else None
    except DotSyntaxError:
        prediction = None
    if prediction is None:
        nothing = Score(0.0, 0.0, 0.0)
        return Comparison(
            valid=False,
            nodes=nothing,
            edges=nothing,
            edge_labels=nothing,
            attributes=nothing if reference.facts else None,
            clusters=nothing if reference.members else None,
            exact=False,
            isomorphic=False,
            same_kind=False,
            missing_nodes=list(reference.names),
            missing_edges=list(range(len(reference.edges))),
        )
    return _compare(reference, prediction)


def _compare(reference: "_View", prediction: "_View") -> Comparison:
    nodes, missing, extra = _pair(reference.names.items(), prediction.names.items())
    missing_ids = [(node, normalise(node)) for node, _ in missing]
    extra_ids = [(node, normalise(node)) for node, _ in extra]
    relabelled, _, _ = _pair(missing_ids, extra_ids)

    kinds = (reference.graph.directed, prediction.graph.directed)
    left, right = enumerate(reference.edges), enumerate(prediction.edges)
    same, left, right = _pair(left, right)
    wrong, left, right = _pair(
        ((index, ends) for index, (ends, _) in left), ((index, ends) for index, (ends, _) in right)
    )
    turned, left, right = _pair(left, ((index, _turn(ends)) for index, ends in right))

    same_kind = kinds[0] == kinds[1]
    totals = (len(reference.edges), len(prediction.edges))
    return Comparison(
        valid=True,
        nodes=_score(len(nodes), len(reference.names), len(prediction.names)),
        edges=_score(len(same) + len(wrong), *totals),
        edge_labels=_score(len(same), *totals),
        attributes=_score_facts(reference.facts, prediction.facts),
        clusters=_score_facts(reference.members, prediction.members),
        exact=same_kind
        and not missing
        and not extra
        and len(same) == totals[0] == totals[1]
        and _isomorphic(reference.named(), prediction.named()),
        isomorphic=same_kind and _isomorphic(reference.bare(), prediction.bare()),
        same_kind=same_kind,
        missing_nodes=[node for node, _ in missing],
        extra_nodes=[node for node, _ in extra],
        missing_edges=[index for index, _ in left],
        extra_edges=[index for index, _ in right],
        reversed_edges=turned,
        wrong_edge_labels=wrong,
        wrong_node_labels=relabelled,
    )


def normalise(text: str) -> str:
    """The form in which names and labels are compared: see the module's paragraph on names."""
    if isinstance(text, Html):
        text = text.plain()
    else:
        text = _ESCAPE.sub(lambda match: " " if match[1] in "nlr" else match[1], text)
        text = html.unescape(text)
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())

    def join(match: re.Match[str]) -> str:
        around = text[match.start() - 1] + text[match.end()]
        return "-" if around.isdecimal() else ""

    return _SEPARATOR.sub(join, text)


class _View:
    """A graph as the comparison sees it.

    names: id -> name; edges: ((kind, tail name, head name), label), in `graph.edges`' order;
    facts: (owner, attribute, value); members: (cluster, node name).
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = {node: _name(node, attrs) for node, attrs in graph.nodes.items()}
        self.edges = [(self._ends(tail, head), _label(attrs)) for tail, head, attrs in graph.edges]
        self.facts = Counter(self._facts())
        self.members = Counter(
            (name, member)
            for _, attrs, ids in graph.clusters
            for name, members in [self._cluster(attrs, ids)]
            for member in members
        )

    def _ends(self, tail: str, head: str) -> tuple[str, str, str]:
        ends = (self.names[tail], self.names[head])
        return ("->", *ends) if self.graph.directed else ("--", min(ends), max(ends))

    def _cluster(self, attrs: Attributes, ids: list[str]) -> tuple[Hashable, list[str]]:
        members = sorted(self.names[node] for node in ids)
        return _label(attrs) or tuple(members), members

    def _facts(self) -> Iterator[tuple[Hashable, str, str]]:
        graph = self.graph
        owners: list[tuple[Hashable, Attributes]] = [("graph", graph.attrs)]
        owners += [(("node", self.names[node]), attrs) for node, attrs in graph.nodes.items()]
        owners += [
            (ends, attrs) for (ends, _), (_, _, attrs) in zip(self.edges, graph.edges, strict=True)
        ]
        for _, attrs, ids in graph.clusters:
            own = {key: value for key, value in attrs.items() if graph.attrs.get(key) != value}
            owners.append((("cluster", self._cluster(attrs, ids)[0]), own))
        for rank, ids in graph.ranks:
            owners.append((tuple(sorted(self.names[node] for node in ids)), {"rank": rank}))
        for owner, attrs in owners:
            for key, value in attrs.items():
                if key not in _LABELS:
                    yield owner, key, _value(value)

    def named(self) -> "_Coloured":
        ids = {node: index for index, node in enumerate(self.names)}
        edges = [
            (ids[tail], ids[head], label)
            for (tail, head, _), (_, label) in zip(self.graph.edges, self.edges, strict=True)
        ]
        return _Coloured(list(self.names.values()), edges, self.graph.directed)

    def bare(self) -> "_Coloured":
        full = self.named()
        edges = [(tail, head, "") for tail, head, _ in full.edges]
        return _Coloured([""] * len(full.colours), edges, full.directed)


def _name(node: str, attrs: Attributes) -> str:
    label = attrs.get("label", "")
    if "\\N" in label and not isinstance(label, Html):
        label = label.replace("\\N", node)
    return normalise(label) or normalise(node)


def _label(attrs: Attributes) -> str:
    return normalise(attrs.get("label") or attrs.get("xlabel", ""))


def _value(value: str) -> str:
    """An attribute's value: numbers by their value, all else without case and outer space."""
    try:
        return format(float(value), "g")
    except ValueError:
        return " ".join(value.casefold().split())


def _turn(ends: tuple[str, str, str]) -> tuple[str, str, str]:
    kind, tail, head = ends
    return (kind, head, tail)


def _pair(left: Iterable[tuple], right: Iterable[tuple]) -> tuple[list, list, list]:
    """Pairs (id, key) items with equal keys, in order: (pairs of ids, left's rest, right's)."""
    waiting: dict[Hashable, list] = defaultdict(list)
    right = list(right)
    for identity, key in reversed(right):
        waiting[key].append(identity)
    pairs, rest = [], []
    for identity, key in left:
        if waiting[key]:
            pairs.append((identity, waiting[key].pop()))
        else:
            rest.append((identity, key))
    taken = {identity for _, identity in pairs}
    return pairs, rest, [(identity, key) for identity, key in right if identity not in taken]


def _score(common: int, expected: int, actual: int) -> Score:
    if expected == actual == 0:
        return Score(1.0, 1.0, 1.0)
    return Score(
        common / actual if actual else 0.0,
        common / expected if expected else 0.0,
        2 * common / (expected + actual),
    )


def _score_facts(expected: Counter, actual: Counter) -> Score | None:
    if not expected:
        return None
    return _score((expected & actual).total(), expected.total(), actual.total())


class _Coloured(NamedTuple):
    """A graph with coloured nodes (numbered from 0) and labelled edges."""

    colours: list[str]
    edges: list[tuple[int, int, str]]
    directed: bool


def _isomorphic(left: _Coloured, right: _Coloured) -> bool:
    """Is there a bijection of the nodes that keeps colours, edges and edge labels?"""
    size = len(left.colours)
    if size != len(right.colours) or len(left.edges) != len(right.edges):
        return False
    # Both graphs as one, so that colours mean the same in both: right's nodes come after left's.
    neighbours: list[list[tuple[str, int]]] = [[] for _ in range(2 * size)]
    for offset, graph in ((0, left), (size, right)):
        for tail, head, label in graph.edges:
            forward, backward = (">", "<") if graph.directed else ("-", "-")
            neighbours[tail + offset].append((forward + label, head + offset))
            neighbours[head + offset].append((backward + label, tail + offset))
    neighbours = [sorted(around) for around in neighbours]
    budget = WORK_LIMIT

    def refine(colours: list[int]) -> list[int] | None:
        """The stable colouring; None where the two sides differ."""
        nonlocal budget
        classes = len(set(colours))
        while True:
            budget -= 2 * (size + len(left.edges) + len(right.edges))
            if budget < 0:
                raise _WorkLimit
            names: dict[Hashable, int] = {}
            colours = [
                names.setdefault(
                    (colour, tuple(sorted((label, colours[other]) for label, other in around))),
                    len(names),
                )
                for colour, around in zip(colours, neighbours, strict=True)
            ]
            if Counter(colours[:size]) != Counter(colours[size:]):
                return None
            if len(names) == classes:
                return colours
            classes = len(names)

    def search(colours: list[int]) -> bool:
        stable = refine(colours)
        if stable is None:
            return False
        cells: dict[int, list[int]] = defaultdict(list)
        for node, colour in enumerate(stable):
            cells[colour].append(node)
        # A cell of two is a pair. Nodes with the very same neighbours may be paired in any way.
        open_cells = [cell for cell in cells.values() if len(cell) > 2 and not twins(cell)]
        if not open_cells:
            return True
        cell = min(open_cells, key=len)
        for partner in (node for node in cell if node >= size):
            trial = list(stable)
            trial[cell[0]] = trial[partner] = len(cells)
            if search(trial):
                return True
        return False

    def twins(cell: list[int]) -> bool:
        return all(
            neighbours[node] == neighbours[side[0]]
            for side in ([n for n in cell if n < size], [n for n in cell if n >= size])
            for node in side
        )

    first = {colour: index for index, colour in enumerate(sorted({*left.colours, *right.colours}))}
    try:
        return search([first[colour] for colour in (*left.colours, *right.colours)])
    except _WorkLimit:
        return False


class _WorkLimit(Exception):
    """The isomorphism test would take too long."""
