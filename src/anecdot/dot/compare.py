"""How far does a generated graph say what the reference says?

Both texts are read by Graphviz (`parse`): chains, lists, subgraph edges and defaults are expanded.
Names, labels and values are compared as `view` normalises them.

**Scores.** Precision, recall and F1 of a multiset intersection (C. J. van Rijsbergen, Information
Retrieval, 2nd ed. 1979, chapter 7): P = |E∩A|/|A|, R = |E∩A|/|E|, F1 = 2|E∩A|/(|E|+|A|), where E
are the reference's items and A the prediction's. Both empty: 1. A prediction that is not valid
scores 0 everywhere. The items are

- `node_f1`: node names;
- `edge_f1`: (tail name, head name); unordered pairs in an undirected graph; an edge of a directed
  graph never equals one of an undirected graph;
- `edge_label_f1`: (tail name, head name, label), an unlabelled edge having the label "";
- `attribute_f1`: (owner, attribute, value) for every attribute but the labels of nodes, edges and
  clusters, where an owner is the graph, a node, an edge, a cluster or a set of nodes with one
  rank; None where the reference has none;
- `cluster_f1`: (cluster, member node) pairs, a cluster being known by its label or, without one,
  by its members; None where the reference has no cluster.

**Verdicts.** Each includes the ones behind it:

- `exact`: all that the reference states and nothing else: a one-to-one map of the nodes that keeps
  kind of graph, names, edges, edge labels, clusters and attributes. A reference's attributes are
  those that its text asks for, so each counts. What the prediction adds of its own is let pass
  where it sets nothing apart: on the graph itself (`rankdir=LR`), a rank, or one value on all
  nodes, all edges or all clusters (`node [shape=box]`), and only where the reference gives that
  attribute to none of them;
- `same_graph`: kind of graph, names, edges and edge labels. `canonical` of both is the same;
- `isomorphic`: kind of graph and edges, names and labels left out of account.

Figures over many pairs are plain means of these (macro average: C. Manning, P. Raghavan and
H. Schütze, Introduction to Information Retrieval, 2008, section 13.6).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from anecdot.dot.isomorphism import isomorphic
from anecdot.dot.parse import DotSyntaxError, parse
from anecdot.dot.view import Kind, View, normalise


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
    same_graph: bool
    isomorphic: bool
    same_kind: bool
    same_clusters: bool
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
    reference = View(parse(expected))
    try:
        prediction = View(parse(actual)) if actual is not None else None
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
            same_graph=False,
            isomorphic=False,
            same_kind=False,
            same_clusters=False,
            missing_nodes=list(reference.names),
            missing_edges=list(range(len(reference.edges))),
        )
    return _compare(reference, prediction)


def _compare(reference: View, prediction: View) -> Comparison:
    nodes, missing, extra = _pair(reference.names.items(), prediction.names.items())
    missing_ids = [(node, normalise(node)) for node, _ in missing]
    extra_ids = [(node, normalise(node)) for node, _ in extra]
    relabelled, _, _ = _pair(missing_ids, extra_ids)

    left, right = enumerate(reference.edges), enumerate(prediction.edges)
    same, left, right = _pair(left, right)
    wrong, left, right = _pair(
        ((index, ends) for index, (ends, _) in left), ((index, ends) for index, (ends, _) in right)
    )
    turned, left, right = _pair(left, ((index, _turn(ends)) for index, ends in right))

    # One key stands for one graph, unless two nodes bear one name.
    same_graph = reference.key() == prediction.key() and isomorphic(
        reference.named(), prediction.named()
    )
    added = _sets_nothing_apart(reference, prediction)
    totals = (len(reference.edges), len(prediction.edges))
    return Comparison(
        valid=True,
        nodes=_score(len(nodes), len(reference.names), len(prediction.names)),
        edges=_score(len(same) + len(wrong), *totals),
        edge_labels=_score(len(same), *totals),
        attributes=_score_facts(reference.facts, prediction.facts),
        clusters=_score_facts(reference.members, prediction.members),
        exact=same_graph and isomorphic(reference.whole(set()), prediction.whole(added)),
        same_graph=same_graph,
        isomorphic=isomorphic(reference.bare(), prediction.bare()),
        same_kind=reference.graph.directed == prediction.graph.directed,
        same_clusters=sorted(reference.clusters) == sorted(prediction.clusters),
        missing_nodes=[node for node, _ in missing],
        extra_nodes=[node for node, _ in extra],
        missing_edges=[index for index, _ in left],
        extra_edges=[index for index, _ in right],
        reversed_edges=turned,
        wrong_edge_labels=wrong,
        wrong_node_labels=relabelled,
    )


def _sets_nothing_apart(reference: View, prediction: View) -> set[tuple[Kind, str]]:
    """The attributes that a prediction may add to an exact answer: see the module's verdicts."""
    found = set()
    for kind, things in prediction.stated.items():
        asked = {key for attrs in reference.stated[kind] for key in attrs}
        for key in {key for attrs in things for key in attrs} - asked:
            if kind in ("graph", "rank") or len({attrs.get(key) for attrs in things}) == 1:
                found.add((kind, key))
    return found


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
