"""Documents of the pretraining corpus: DOT that Graphviz reads, the same graph in every style."""

import json
import random
import re
from pathlib import Path

import pytest

from anecdot.dot import canonical, check
from synthesis import document, edits, features, kinds, plain, repair
from synthesis.attributes import ask
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


@pytest.mark.parametrize("name", list(FAULTS))
def test_faults_break_and_repairs_parse(name: str):
    rng = random.Random(name)
    wrong = right = 0
    for _ in range(400):
        scenario = kinds.sample(rng)
        if name == "keyword":
            scenario.nodes[0].name = "node"
        text = write(scenario, HOUSE)
        broken = FAULTS[name][1](rng, text, scenario)
        if broken is None or broken == text:
            continue
        right += check(text) is None
        wrong += check(broken) is not None or canonical(broken) != canonical(text)
        if right == 12:
            break
    assert right >= 6
    assert wrong >= 0.5 * right


def test_repairs_edits_attributes_and_tiny_graphs_parse():
    rng = random.Random(2)
    for _ in range(150):
        assert check(repair.broken(rng, kinds.sample(rng))[2]) is None
        assert check(edits.edit(rng, kinds.sample(rng))[2]) is None
        assert check(plain.tiny(rng)[1]) is None
        assert check(features.request(rng)[1]) is None


def test_attributes_asked_for_are_in_the_graph():
    rng = random.Random(3)
    for _ in range(200):
        scenario = Scenario("attribute", True, "", [Node("a"), Node("b")], [Edge(0, 1)])
        asked = ask(rng, scenario, 1)
        if asked.sentences:
            assert write(asked.scenario, HOUSE) != house(scenario) or asked.defaults
            assert scenario.nodes[0].attrs == {}


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
    assert not shared_runs(
        ["words that no document of this corpus would ever hold together"], "7", 50
    )


@pytest.mark.skipif(not PROMPTS, reason="the novel prompts are not there")
def test_novel_prompts_are_not_in_the_corpus():
    assert shared_runs(PROMPTS, "overlap", 3000) == {}
