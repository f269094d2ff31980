# ruff: noqa: E501 (tables of phrases)
"""Sources that are harder to read: told in two forms, in one case throughout, with slips of the pen.

All three keep text and graph together: what the text shows is what the scenario says.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from anecdot.corpus.phrasing import compile_rule, expand, pick
from anecdot.corpus.scenario import Cluster, Edge, Rendered, Scenario

Draw = Callable[[random.Random, Scenario], Rendered]

_GLUE = compile_rule(
    "{|||||Also:|And:|In addition:|Further:|{The|As to the} rest:|Then there {is|are} {this|these}:|More:|Furthermore:|"
    "{Part|Section} {2|two}|{From my|From other} notes:|Not to forget:|Continued:|Add to that:|---}"
)
_WORD = re.compile(r"(?<![\w<`\"'-])[a-z]{5,12}(?![\w>`\"'-])")


def in_two_forms(rng: random.Random, scenario: Scenario, draw: Draw) -> Rendered | None:
    """The first edges told in one form, the others in another; None for too small a graph.

    Args:
        rng: the source of chance.
        scenario: the graph; groups are left out.
        draw: renders a part in a form that keeps names as they are.
    """
    count = len(scenario.edges)
    if count < 3 or scenario.isolated():
        return None
    bare = replace(scenario, clusters=[], title=None)
    cut = rng.randint(1, count - 1)
    parts = []
    for numbers in (range(cut), range(cut, count)):
        ends = [e for i in numbers for e in (bare.edges[i].tail, bare.edges[i].head)]
        parts.append(draw(rng, bare.reordered(list(dict.fromkeys(ends)), list(numbers))))
    whole = _union(parts)
    # A part that says "without labels" would speak for the other part as well.
    if whole is None or [edge.label is None for edge in whole.edges].count(True) != [
        edge.label is None for edge in scenario.edges
    ].count(True):
        return None
    glue = expand(rng.random, _GLUE, {})
    middle = f"\n\n{glue}\n" if glue else pick(rng.random, ("\n\n", "\n"))
    return Rendered(parts[0].text.strip("\n") + middle + parts[1].text.strip("\n"), whole)


def _union(parts: list[Rendered]) -> Scenario | None:
    """The parts as one graph; None where they disagree (kind, labels, a name cut off)."""
    first = parts[0].scenario
    if any(part.scenario.directed != first.directed or part.scenario.title for part in parts):
        return None
    place: dict[str, int] = {}
    nodes, edges, attrs = [], [], {}
    for part in parts:
        attrs |= part.scenario.attrs
        for node in part.scenario.nodes:
            if node.name not in place:
                place[node.name] = len(nodes)
                nodes.append(node)
            elif nodes[place[node.name]].label != node.label:
                return None
            else:
                old = nodes[place[node.name]]
                nodes[place[node.name]] = replace(old, attrs={**old.attrs, **node.attrs})
        names = [node.name for node in part.scenario.nodes]
        for edge in part.scenario.edges:
            edges.append(replace(edge, tail=place[names[edge.tail]], head=place[names[edge.head]]))
    return replace(first, nodes=nodes, edges=edges, attrs=attrs, clusters=[])


def recased(rng: random.Random, rendered: Rendered) -> Rendered | None:
    """All in lower case (or, seldom, in capitals), text and graph; None where names would meet."""
    scenario = rendered.scenario
    change = str.upper if rng.random() < 0.2 else str.lower
    names = {change(node.name) for node in scenario.nodes}
    if len(names) < len(scenario.nodes) or scenario.attrs or scenario.title:
        return None
    if any(item.attrs for item in [*scenario.nodes, *scenario.edges]):
        return None

    def label(text: str | None) -> str | None:
        return None if text is None else change(text)

    nodes = [replace(n, name=change(n.name), label=label(n.label)) for n in scenario.nodes]
    edges: list[Edge] = [replace(e, label=label(e.label)) for e in scenario.edges]
    clusters = [Cluster(change(c.label), c.members) for c in scenario.clusters]
    changed = replace(scenario, nodes=nodes, edges=edges, clusters=clusters)
    return Rendered(change(rendered.text), changed)


def with_slips(rng: random.Random, rendered: Rendered) -> Rendered:
    """One to four words of the text misspelt; names and labels stay as they are."""
    scenario = rendered.scenario
    kept = " ".join(
        [node.name for node in scenario.nodes]
        + [text for item in [*scenario.nodes, *scenario.edges] for text in [item.label] if text]
        + [cluster.label for cluster in scenario.clusters]
        + [value for item in [*scenario.nodes, *scenario.edges] for value in item.attrs.values()]
    ).lower()
    text = rendered.text
    for _ in range(rng.randint(1, 4)):
        words = [match for match in _WORD.finditer(text) if match.group() not in kept]
        if not words:
            break
        match = pick(rng.random, words)
        text = text[: match.start()] + _slip(rng, match.group()) + text[match.end() :]
    return Rendered(text, scenario)


def _slip(rng: random.Random, word: str) -> str:
    i = rng.randrange(1, len(word) - 1)
    r = rng.random()
    if r < 0.4:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if r < 0.7:
        return word[:i] + word[i + 1 :]
    if r < 0.9:
        return word[:i] + word[i] + word[i:]
    return word[:i] + pick(rng.random, "aeiostnr") + word[i + 1 :]
