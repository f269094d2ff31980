"""Questions about a graph, and their answers."""

import random

from synthesis.dot_style import (
    house,
    sample_style,
    write,
)
from synthesis.phrasing import compile_rule, expand, pick
from synthesis.scenario import Scenario

# ---- Questions --------------------------------------------------------------------------------


def question(rng: random.Random, scenario: Scenario) -> tuple[str, str]:
    """(a graph and a question about it, the answer)."""
    random_ = rng.random
    nodes = [node.name for node in scenario.nodes]
    pairs = [(nodes[e.tail], nodes[e.head]) for e in scenario.edges]
    a, b = pick(random_, nodes), pick(random_, nodes)
    if pairs and random_() < 0.5:
        a, b = pick(random_, pairs)
    joined = (a, b) in pairs or (not scenario.directed and (b, a) in pairs)
    out = list(dict.fromkeys(head for tail, head in pairs if tail == a))
    into = list(dict.fromkeys(tail for tail, head in pairs if head == a))
    ends = list(dict.fromkeys(n for n in nodes if n not in {tail for tail, _ in pairs}))
    cases: list[tuple[str, str]] = [
        ("How many {nodes|vertices} {are there|does {it|the graph} have}?", str(len(nodes))),
        ("How many {edges|links} {are there|does {it|the graph} have}?", str(len(pairs))),
        ("Is there an edge from <A> to <B>?", "yes" if joined else "no"),
        ("Are <A> and <B> {linked|joined} directly?", "yes" if joined or (b, a) in pairs else "no"),
        ("{List|Name|What are} the nodes{.|?}", ", ".join(nodes)),
        ("Is {it|the graph} directed?", "yes" if scenario.directed else "no"),
    ]
    if scenario.directed:
        cases += [
            (
                "{Where does <A> lead|What follows <A>|What are the successors of <A>}?",
                ", ".join(out),
            ),
            ("{What leads to <A>|What are the predecessors of <A>}?", ", ".join(into)),
            ("{Which nodes have no outgoing edge|Where does it end}?", ", ".join(ends)),
        ]
    ask_, answer = pick(random_, cases)
    text = expand(random_, compile_rule(ask_), {"A": a, "B": b})
    graph = (
        house(scenario) if random_() < 0.7 else write(scenario, sample_style(rng, scenario, False))
    )
    mark = pick(random_, ("\n", "\n\n", "\n\nA:\n", "\nAnswer:\n", " ->\n", "\n\n"))
    return f"{graph}\n\n{text}{mark}", answer or "none"
