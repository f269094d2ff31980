"""What a scenario has beside edges: groups, keys with labels, isolated nodes, attributes."""

from random import Random

from synthesis import names, naming
from synthesis.phrasing import pick
from synthesis.scenario import Cluster, Node, Scenario
from synthesis.words import basic


def decorate(rng: Random, scenario: Scenario) -> None:
    """Adds groups, keys with labels, isolated nodes and attributes, each now and then."""
    random = rng.random
    count = len(scenario.nodes)
    if count >= 4 and (scenario.kind == "cluster" or random() < 0.04):
        _group(rng, scenario)
    elif random() < 0.05:
        taken = {node.name.lower() for node in scenario.nodes}
        name = names.pseudo(rng)
        if scenario.naming != "proper":
            name = {"noun": names.component, "step": names.step}.get(scenario.naming, names.noun)(
                rng
            )
        else:
            name = name.capitalize()
        if name.lower() not in taken:
            scenario.nodes.append(Node(name))
    elif scenario.naming == "code" and len(scenario.nodes[0].name) <= 3 and random() < 0.25:
        maker = {
            "transition": names.state,
            "flow": names.step,
            "decision": names.step,
            "precede": names.step,
        }.get(scenario.family, names.thing)
        way = naming.WRITINGS[pick(random, ("lower", "lower", "sentence", "title"))]
        labels = naming.distinct(rng, maker, count)
        for node, label in zip(scenario.nodes, labels, strict=True):
            node.label = way(label)
    if random() < 0.1:
        _attributes(rng, scenario)


GROUP_HEADS = "team layer zone subnet lane group tier cluster area department region stage".split()


def _group(rng: Random, scenario: Scenario) -> None:
    random = rng.random
    count = len(scenario.nodes)
    groups = 2 if count < 6 or random() < 0.6 else 3
    order = list(range(count))
    if random() < 0.4:
        rng.shuffle(order)
    cuts = sorted(rng.sample(range(1, count), groups - 1))
    parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, count], strict=True)]
    if random() < 0.2:
        parts = parts[:-1]
    head = pick(random, GROUP_HEADS)

    def label(rng: Random) -> str:
        if random() < 0.5:
            return f"{names.noun(rng)} {head}"
        return names.noun(rng) if random() < 0.7 else names.pseudo(rng)

    way = naming.WRITINGS[pick(random, ("lower", "title", "title", "sentence", "upper"))]
    labels = naming.distinct(rng, label, len(parts))
    scenario.clusters = [
        Cluster(way(text), members) for text, members in zip(labels, parts, strict=True)
    ]


def _attributes(rng: Random, scenario: Scenario) -> None:
    """Shapes, colours and styles that the text will ask for, on some nodes, edges or the graph."""
    random = rng.random
    x = random()
    if x < 0.6:
        for node in rng.sample(scenario.nodes, min(len(scenario.nodes), 1 + int(random() * 3))):
            which = pick(random, ("shape", "color", "shape", "fill"))
            if which == "shape":
                node.attrs["shape"] = pick(random, basic.SHAPES)
            elif which == "color":
                node.attrs["color"] = pick(random, basic.COLORS)
            else:
                node.attrs["style"] = "filled"
                node.attrs["fillcolor"] = pick(random, basic.COLORS)
    if 0.5 < x < 0.85:
        edge = pick(random, scenario.edges)
        ends = {edge.tail, edge.head}
        if sum({other.tail, other.head} == ends for other in scenario.edges) == 1:
            if random() < 0.5:
                edge.attrs["style"] = pick(random, basic.EDGE_STYLES)
            else:
                edge.attrs["color"] = pick(random, basic.COLORS)
    if x > 0.75:
        scenario.attrs["rankdir"] = pick(random, ("LR", "LR", "LR", "BT", "RL", "TB"))
