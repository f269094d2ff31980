"""Prose forms: determined by the seed, complete, in the order of the text, and varied."""

import re
from random import Random

import pytest

from synthesis import kinds, prose
from synthesis.forms import source
from synthesis.phrasing import compile_rule, expand
from synthesis.prose.families import FAMILIES
from synthesis.scenario import Scenario


def content(scenario: Scenario) -> tuple:
    """What must not change when a form reorders a scenario."""
    name = [node.name for node in scenario.nodes]
    edges = []
    for edge in scenario.edges:
        ends = [name[edge.tail], name[edge.head]]
        edges.append((tuple(ends if scenario.directed else sorted(ends)), edge.label or ""))
    groups = [
        (cluster.label, sorted(name[i] for i in cluster.members)) for cluster in scenario.clusters
    ]
    return sorted(name), sorted(edges), groups


@pytest.mark.parametrize("form", prose.FORMS)
def test_a_form_keeps_the_graph_and_names_all_of_it(form: str) -> None:
    rng = Random(11)
    told = 0
    for _ in range(4000):  # some forms suit one kind of graph in a hundred
        scenario = kinds.sample(rng)
        rendered = prose.FORMS[form](rng, scenario)
        if rendered is None:
            continue
        told += 1
        if told > 100:
            break
        assert content(rendered.scenario) == content(scenario)
        text = rendered.text
        assert not set(text) & {"\x01", "\x00"}
        for node in scenario.nodes:
            assert node.name in text, (node.name, text)
            assert node.label is None or node.label in text
            assert all(value in text for key, value in node.attrs.items() if key != "style")
        for edge in scenario.edges:
            assert edge.label is None or edge.label in text, (edge.label, text)
        for cluster in scenario.clusters:
            assert cluster.label in text
    assert told >= 15, "the form tells hardly any scenario"


def test_the_same_seed_tells_the_same_text() -> None:
    def texts(seed: int) -> list[str]:
        rng = Random(seed)
        return [source(rng)[1].text for _ in range(50)]

    assert texts(3) == texts(3)
    assert texts(3) != texts(4)


def test_edges_come_in_the_order_of_the_text() -> None:
    rng = Random(5)
    checked = 0
    while checked < 50:
        rendered = prose.FORMS["log"](rng, kinds.sample(rng))
        if rendered is None:
            continue
        lines = [line for line in rendered.text.split("\n") if re.search(r"\d\d:\d\d:\d\d", line)]
        names = [node.name for node in rendered.scenario.nodes]
        for line, edge in zip(lines, rendered.scenario.edges, strict=True):
            assert names[edge.tail] in line
            assert names[edge.head] in line
        checked += 1


def test_a_scenario_is_a_graph() -> None:
    rng = Random(2)
    seen = set()
    for _ in range(1500):
        scenario = kinds.sample(rng)
        seen.add(scenario.kind)
        count = len(scenario.nodes)
        names = [node.name.lower() for node in scenario.nodes]
        assert len(set(names)) == count >= 2
        assert scenario.edges
        assert all(0 <= e.tail < count and 0 <= e.head < count for e in scenario.edges)
        assert scenario.family in FAMILIES
        triples = [(e.tail, e.head, e.label) for e in scenario.edges]
        assert len(set(triples)) == len(triples)
    assert seen == set(kinds.KINDS)


def test_direction_follows_the_verb() -> None:
    rule = compile_rule("<A> <P>|<B> <I>")
    assert expand(lambda: 0.0, rule, {"A": "a", "P": "needs b", "B": "", "I": ""}) == "a needs b"
    for family in FAMILIES.values():
        active = {verb.base for verb in family.verbs}
        undirected = active & {"be connected to", "be friends with", "be linked to"}
        assert undirected or not active & {verb.base for verb in family.inverses}


def test_phrases_hardly_repeat() -> None:
    rng = Random(8)
    texts = [
        rendered.text
        for _ in range(300)
        if (rendered := prose.FORMS["plain"](rng, kinds.sample(rng, "state_machine")))
    ]
    starts = {" ".join(text.split()[:6]) for text in texts}
    assert len(starts) > 0.9 * len(texts)
