"""Documents: DOT that Graphviz reads, the same graph in every style."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pygraphviz
import pytest

from anecdot.dot import canonical, check
from synthesis import document, edits, features, kinds, plain, repair
from synthesis.attributes import WISHES, ask
from synthesis.dot_style import HOUSE, house, sample_style, styled, write
from synthesis.faults import FAULTS
from synthesis.overlap import runs, shared_runs
from synthesis.scenario import Cluster, Edge, Node, Scenario

PROMPTS = [
    json.loads(line)["input_text"]
    for path in sorted(Path("data/novel").glob("*.jsonl"))
    for line in path.read_text().splitlines()
]


def test_house_style():
    scenario = Scenario(
        "workflow", True, "", [Node("Order desk"), Node("a1"), Node("q", "Is it?"), Node("Node")],
        [Edge(0, 1, "on call"), Edge(1, 2, None, {"style": "dashed"})], [Cluster("Shop", [0, 2])],
    )  # fmt: skip
    assert house(scenario) == (
        'digraph {\n  Node;\n  subgraph cluster_0 {\n    label="Shop";\n    "Order desk";\n'
        '    q [label="Is it?"];\n  }\n  "Order desk" -> a1 [label="on call"];\n'
        "  a1 -> q [style=dashed];\n}"
    ).replace("  Node;", '  "Node";')


def test_every_style_is_the_same_graph():
    rng = random.Random(1)
    for _ in range(300):
        scenario = kinds.sample(rng)
        style = sample_style(rng, scenario, adorn=False)
        text = write(scenario, style)
        plain_text = house(scenario, style.name)
        if not style.strict:
            assert canonical(text) == canonical(plain_text), text
        assert check(styled(rng, scenario)) is None


def content(text: str) -> str:
    """What Graphviz reads from DOT text, all attributes included, in Graphviz's own spelling."""
    return pygraphviz.AGraph(text).to_string()


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_one(name: str):
    rng = random.Random(name)
    seen = 0
    for _ in range(600):
        scenario = kinds.sample(rng)
        if name == "keyword":
            scenario.nodes[0].name = "node"
        text = write(scenario, HOUSE)
        broken = FAULTS[name][1](rng, text, scenario)
        if broken is None or broken == text:
            continue
        assert check(text) is None
        assert check(broken) is not None or content(broken) != content(text), broken
        seen += 1
        if seen == 12:
            break
    assert seen == 12, "the fault applies to hardly any graph"


def test_repairs_edits_attributes_and_tiny_graphs_parse():
    rng = random.Random(2)
    for _ in range(150):
        assert check(repair.broken(rng, kinds.sample(rng))[2]) is None
        assert check(edits.edit(rng, kinds.sample(rng))[2]) is None
        assert check(plain.tiny(rng)[1]) is None
        assert check(features.request(rng)[1]) is None


def placed(text: str) -> dict[str, dict[str, str]]:
    """The attributes that DOT text states, by where: "Alpha", "Beta", "edge", or for all."""
    graph = pygraphviz.AGraph(text)
    defaults = {"all nodes": dict(graph.node_attr), "all edges": dict(graph.edge_attr)}
    where = {"graph": dict(graph.graph_attr), **defaults}
    for name, kind in (("Alpha", "all nodes"), ("Beta", "all nodes"), ("edge", "all edges")):
        one = graph.get_edge("Alpha", "Beta") if name == "edge" else graph.get_node(name)
        where[name] = {k: v for k, v in one.attr.to_dict().items() if where[kind].get(k) != v}
    # Graphviz itself gives every node the label \N, at times.
    stated = {n: {k: v for k, v in a.items() if v not in ("", "\\N")} for n, a in where.items()}
    return {name: attrs for name, attrs in stated.items() if attrs}


def test_attributes_asked_for_are_in_the_graph():
    rng = random.Random(3)
    open_values = asked_for = 0
    names = {"Alpha": {"Alpha"}, "Beta": {"Beta"}, "edge": {"Alpha", "Beta"}}
    for _ in range(400):
        scenario = Scenario("attribute", True, "", [Node("Alpha"), Node("Beta")], [Edge(0, 1)])
        asked = ask(rng, scenario, 1)
        if not asked.sentences:
            continue
        asked_for += 1
        assert scenario.nodes[0].attrs == scenario.edges[0].attrs == scenario.attrs == {}
        [sentence] = asked.sentences
        [(where, attrs)] = placed(
            write(asked.scenario, replace(HOUSE, adorn=asked.defaults))
        ).items()
        assert {"Alpha", "Beta"} & {*re.findall(r"\w+", sentence)} == names.get(where, set())
        kind = "graph" if where == "graph" else "edge" if "edge" in where else "node"
        fixed = [wish.fixed for wish in WISHES[kind]]
        told = {k: v for k, v in attrs.items() if v in sentence}
        rest = {k: v for k, v in attrs.items() if v not in sentence}
        open_values += bool(told)
        assert not rest or any(rest.items() <= one.items() for one in fixed), (sentence, attrs)
    assert asked_for > 350
    assert open_values > 0.6 * asked_for


def test_documents_end_with_their_graph():
    rng = random.Random(4)
    ends = 0
    for _ in range(1500):
        one = document.compose(rng)
        assert all(text.endswith("\n") for text, _ in one.segments[:-1]), one
        assert all(0 < weight <= 1 for _, weight in one.segments)
        whole = "".join(text for text, _ in one.segments)
        assert not re.search(r"<\|(user|system|assistant|endoftext)\|>", whole)
        last, weight = one.segments[-1]
        if weight == 1 and one.form != "fenced" and one.form != "question":
            ends += 1
            assert last.endswith("}")
            assert check(last) is None, last
    assert ends > 1000


def test_the_same_seed_gives_the_same_documents():
    first, second = (random.Random(5) for _ in range(2))
    assert all(document.compose(first) == document.compose(second) for _ in range(50))


def test_overlap_finds_shared_runs():
    rng = random.Random("7")
    text = "".join(part for part, _ in document.compose(rng).segments)
    assert set(runs(text)) == set(shared_runs([text], "7", 1))
    assert not shared_runs(["words that no document would ever hold together"], "7", 50)


@pytest.mark.skipif(not PROMPTS, reason="the novel prompts are not there")
def test_novel_prompts_are_not_in_the_documents():
    assert shared_runs(PROMPTS, "overlap", 3000) == {}
