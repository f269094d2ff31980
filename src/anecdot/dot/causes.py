"""What went wrong in an answer, so that it can be taught: groups that a graph may stand in.

`failures` gives each answer one class, the first that applies; here each rule looks for one mistake
by itself, and an answer has as many as it shows. A rule says where it saw its mistake.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cached_property

from anecdot.dot.compare import Comparison
from anecdot.dot.failures import syntax_class
from anecdot.dot.parse import check, parse
from anecdot.dot.tokens import IDS, Token, tokenize
from anecdot.dot.view import View, normalise

ALIKE = 0.6
"""From this ratio of difflib on, a name is another one altered rather than a new one."""

LONG = 8
"""Edges that make a list long."""

CIRCLES = 4
"""A line so many times, more often than the reference has it, is a model going in circles."""

SHOWN = 3
"""Places named for each group."""

_WORD = re.compile(r"\w+")
_JOINING = frozenset("-./@&+'")
_KEYWORDS = frozenset(("node", "edge", "graph", "digraph", "subgraph", "strict"))
_DEFAULTS = frozenset(("node", "edge", "graph", "default", "defaults"))


def causes(
    expected: str,
    actual: str | None,
    comparison: Comparison,
    *,
    finished: bool = True,
    renders: bool = True,
) -> dict[str, str]:
    """The groups of CAUSES that an answer stands in, each with the places where it shows.

    Args: the reference; what `extract` found; their `compare`; see `failures.failure_class`.

    Returns:
        Group -> places, in the order of CAUSES; empty for an answer that is exact.
    """
    if actual is None:
        return {NO_GRAPH: ""}
    if comparison.exact and renders:
        return {}
    case = _Case(expected, actual, comparison, finished)
    rules = _ALWAYS | (_OF_A_GRAPH if comparison.valid else _OF_NO_GRAPH)
    said = {name: _few(rule(case)) for name, rule in rules.items()}
    return {name: places for name, places in said.items() if places} or {OTHER: ""}


def _few(places: Iterable[str]) -> str:
    places = list(dict.fromkeys(places))
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return ", ".join(places[:SHOWN]) + more


class _Case:
    """An answer beside its reference; what several rules look at is found once."""

    def __init__(self, expected: str, actual: str, found: Comparison, finished: bool) -> None:
        self.expected, self.actual, self.finished = expected, actual, finished
        self.found = found
        self.reference = View(parse(expected))
        self.tokens = tokenize(actual)
        if found.valid:
            self.prediction = View(parse(actual))

    @cached_property
    def altered(self) -> list[tuple[str, str]]:
        """Missing nodes paired with extra ones of much the same name, as ids."""
        left, pairs = list(self.found.extra_nodes), []
        for node in self.found.missing_nodes:
            name = self.reference.names[node]
            ratios = [(_likeness(name, self.prediction.names[other]), other) for other in left]
            best, other = max(ratios, default=(0.0, ""), key=lambda one: one[0])
            if best >= ALIKE:
                pairs.append((node, other))
                left.remove(other)
        return pairs

    @cached_property
    def left_out(self) -> list[str]:
        """Ids of missing nodes that no name of the answer is an alteration of."""
        renamed = {node for node, _ in self.altered}
        labels = {label for _, label in self.prediction.edges}
        return [
            node
            for node in self.found.missing_nodes
            if node not in renamed and self.reference.names[node] not in labels
        ]

    @cached_property
    def chain_ends(self) -> list[str]:
        """Of those the ones that begin or end a chain: one edge, to a node that goes on."""
        edges = self.reference.graph.edges
        degree = Counter(node for tail, head, _ in edges for node in (tail, head))
        around = {
            node: tail if head == node else head
            for tail, head, _ in edges
            for node in (tail, head)
            if degree[node] == 1
        }
        return [n for n in self.left_out if n in around and degree[around[n]] == 2]

    @cached_property
    def made_up(self) -> list[str]:
        """Ids of extra nodes that are no name, label or attribute of the reference."""
        known = {other for _, other in self.altered} | set(_defaults(self)) | set(_as_nodes(self))
        return [node for node in self.found.extra_nodes if node not in known]

    @cached_property
    def edges(self) -> dict[str, list[str]]:
        """Missing and extra edges between nodes that both graphs have, by what became of them."""
        mine, theirs = self.reference, self.prediction
        names = set(mine.names.values()) & set(theirs.names.values())
        missing = [i for i in self.found.missing_edges if names.issuperset(mine.edges[i][0][1:])]
        extra = [i for i in self.found.extra_edges if names.issuperset(theirs.edges[i][0][1:])]
        stated = {ends for ends, _ in mine.edges}
        result: dict[str, list[str]] = {
            "twice": [_edge(theirs, i) for i in extra if theirs.edges[i][0] in stated]
        }
        extra = [i for i in extra if theirs.edges[i][0] not in stated]
        result |= {"moved": [], "skipped": []}
        for index in missing:
            ends = mine.edges[index][0]
            near = [i for i in extra if _share_one(ends, theirs.edges[i][0])]
            if near:
                extra.remove(near[0])
                result["moved"].append(f"{_edge(mine, index)} as {_edge(theirs, near[0])}")
            else:
                result["skipped"].append(_edge(mine, index))
        return result | {"made up": [_edge(theirs, i) for i in extra]}

    @cached_property
    def labels(self) -> list[tuple[str, str]]:
        """(expected, answered) labels of the edges that differ in nothing else."""
        graphs = (self.reference.graph, self.prediction.graph)
        return [
            tuple(graph.edges[i][2].get("label", "") for graph, i in zip(graphs, pair, strict=True))
            for pair in self.found.wrong_edge_labels
        ]

    @cached_property
    def facts(self) -> tuple[Counter, Counter]:
        """(owner, attribute, value) that are missing and extra, of what both graphs have."""
        mine, theirs = self.reference, self.prediction
        shared = {"graph"}.union(*(
            {("node", name) for name in set(mine.names.values()) & set(theirs.names.values())},
            {ends for ends, _ in mine.edges} & {ends for ends, _ in theirs.edges},
        ))  # fmt: skip
        missing, extra = mine.facts - theirs.facts, theirs.facts - mine.facts
        return tuple(
            Counter({fact: n for fact, n in part.items() if fact[0] in shared})
            for part in (missing, extra)
        )


def _likeness(left: str, right: str) -> float:
    """1 where one contains the other, else difflib's ratio."""
    if min(len(left), len(right)) > 2 and (left in right or right in left):
        return 1.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _edge(view: View, index: int) -> str:
    tail, head, _ = view.graph.edges[index]
    return f"{tail} {'->' if view.graph.directed else '--'} {head}"


def _share_one(left: tuple[str, str, str], right: tuple[str, str, str]) -> bool:
    return left[0] == right[0] and (left[1] == right[1] or left[2] == right[2])


def _circles(case: _Case) -> list[str]:
    lines, stated = (
        Counter(line.strip() for line in text.split("\n") if len(line.strip()) > 3)
        for text in (case.actual, case.expected)
    )
    return [line for line, n in lines.items() if n >= CIRCLES and n > stated[line] + 1]


def _unquoted(case: _Case) -> list[str]:
    """Words that touch or follow each other with nothing between them."""
    found, run = [], []
    for token in [*case.tokens, Token("punct", "", -1, -1)]:
        if run and _goes_on(run, token, case.actual):
            run.append(token)
            continue
        if sum(one.kind in IDS for one in run) > 1:
            found.append(case.actual[run[0].start : run[-1].end])
        starts = token.kind in ("name", "number") and token.text.lower() not in _KEYWORDS
        run = [token] if starts else []
    return found


def _goes_on(run: list[Token], token: Token, text: str) -> bool:
    """Does a token belong to the unquoted name that the others begin?"""
    if token.kind not in ("name", "number") and token.text not in _JOINING:
        return False
    between = text[run[-1].end : token.start]
    if not between:
        return True
    assigned = text[token.end :].lstrip(" ").startswith("=")
    both = run[-1].kind in IDS and token.kind in IDS
    return both and not between.strip(" ") and not assigned


def _operators(case: _Case) -> set[str]:
    return {token.text for token in case.tokens if token.kind == "op"}


def _arrows(case: _Case) -> list[str]:
    return ["->"] if not case.reference.graph.directed and "->" in _operators(case) else []


def _no_arrows(case: _Case) -> list[str]:
    return ["--"] if case.reference.graph.directed and "--" in _operators(case) else []


def _defaults(case: _Case) -> list[str]:
    stated = [
        attrs for things in case.reference.stated.values() for attrs in things if attrs
    ]  # values are normalised, as names are
    words = {normalise(word) for attrs in stated for pair in attrs.items() for word in pair}
    known = (words | _DEFAULTS) - set(case.reference.names.values()) if stated else set()
    return [n for n in case.found.extra_nodes if case.prediction.names[n] in known]


def _as_nodes(case: _Case) -> list[str]:
    labels = {label for _, label in case.reference.edges if label}
    return [n for n in case.found.extra_nodes if case.prediction.names[n] in labels]


def _as_labels(case: _Case) -> list[str]:
    labels = {label for _, label in case.prediction.edges}
    return [n for n in case.found.missing_nodes if case.reference.names[n] in labels]


def _attribute_as_label(case: _Case) -> list[str]:
    """A label that says the name or value of an attribute which is missing."""
    wanted = {word for _, key, value in case.facts[0] for word in (key, str(value).lower())}
    mine, theirs = case.reference.names, case.prediction.names
    renamed = [(mine[node], theirs[other]) for node, other in case.altered]
    return [
        given
        for label, given in case.labels + renamed
        if wanted & (set(_WORD.findall(given.lower())) - set(_WORD.findall(label.lower())))
    ]


def _added(case: _Case) -> list[str]:
    """Attributes of the answer's own; one that a whole kind of things has is let pass."""
    stated = {(owner, key) for owner, key, _ in case.reference.facts}
    extra = {fact for fact in case.facts[1] if fact[:2] not in stated and fact[0] != "graph"}
    return [f"{key}={value}" for _, key, value in sorted(extra, key=str)]


def _left_out_edges(case: _Case, *, long: bool) -> list[str]:
    return case.edges["skipped"] if (len(case.reference.edges) >= LONG) is long else []


def _labels(case: _Case, expected: bool, given: bool) -> list[str]:
    return [
        f"{a} as {b}" if expected and given else a or b
        for a, b in case.labels
        if (bool(a), bool(b)) == (expected, given)
    ]


def _clusters(case: _Case) -> list[str]:
    """Labels or members of the clusters that one graph alone has."""
    mine, theirs = (
        Counter((label, tuple(members)) for label, members in view.clusters)
        for view in (case.reference, case.prediction)
    )
    return [label or " ".join(members) for label, members in (mine - theirs) + (theirs - mine)]


Rules = dict[str, Callable[[_Case], Iterable[str]]]

NO_GRAPH, OTHER = "no graph in the answer", "something else"
_ALWAYS: Rules = {
    "goes round in circles": _circles,
    "a name without quotation marks": _unquoted,
    "undirected, answered with arrows": _arrows,
    "directed, answered without arrows": _no_arrows,
}
_OF_NO_GRAPH: Rules = {
    "cut off": lambda case: [] if case.finished else ["ran out of tokens"],
    "cannot be read": lambda case: (
        [f"{syntax_class(case.actual)}: {check(case.actual)}"] if case.finished else []
    ),
}
_OF_A_GRAPH: Rules = {
    "a defaults statement turned into nodes": _defaults,
    "a label turned into a node": _as_nodes,
    "a node turned into a label": _as_labels,
    "a name altered": lambda case: [f"{node} as {other}" for node, other in case.altered],
    "first or last of a chain left out": lambda case: case.chain_ends,
    "other nodes left out": lambda case: [n for n in case.left_out if n not in case.chain_ends],
    "nodes made up": lambda case: case.made_up,
    "edges turned round": lambda case: [
        _edge(case.reference, index) for index, _ in case.found.reversed_edges
    ],
    "an edge at the wrong node": lambda case: case.edges["moved"],
    "an edge skipped in a long list": lambda case: _left_out_edges(case, long=True),
    "an edge left out of a short list": lambda case: _left_out_edges(case, long=False),
    "an edge drawn twice": lambda case: case.edges["twice"],
    "edges made up": lambda case: case.edges["made up"],
    "an attribute written as a label": _attribute_as_label,
    "a label left out": lambda case: _labels(case, expected=True, given=False),
    "a label made up": lambda case: _labels(case, expected=False, given=True),
    "a label altered": lambda case: _labels(case, expected=True, given=True),
    "an attribute left out": lambda case: [f"{k}={v}" for _, k, v in case.facts[0]],
    "an attribute made up": _added,
    "other clusters": _clusters,
}
CAUSES = (NO_GRAPH, *_ALWAYS, *_OF_NO_GRAPH, *_OF_A_GRAPH, OTHER)
