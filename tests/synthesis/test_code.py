"""Code and notation forms: the text shows the whole graph, and nothing depends on luck alone."""

import random

import pytest

from synthesis import forms
from synthesis.kinds import sample
from synthesis.scenario import Edge, Node, Rendered, Scenario

FORMS = forms.FORMS["code"]


def renderings(name: str, count: int = 12) -> list[Rendered]:
    """The first renderings of a form over random scenarios."""
    rng = random.Random(f"test {name}")
    write = FORMS[name]
    found = (write(rng, sample(rng)) for _ in range(900))
    return [r for r, _ in zip(filter(None, found), range(count), strict=False)]


@pytest.mark.parametrize("name", FORMS)
def test_the_text_shows_every_name_and_label(name: str) -> None:
    shown = renderings(name)
    assert len(shown) >= 3, "the form expresses hardly any scenario"
    for rendered in shown:
        graph = rendered.scenario
        parts = [node.name for node in graph.nodes]
        parts += [node.label for node in graph.nodes if node.label]
        parts += [edge.label for edge in graph.edges if edge.label]
        parts = [part for part in parts if part not in ("yes", "no")]  # the branches of an `if`
        bare = rendered.text.replace(" ", "")
        missing = [part for part in parts if part.replace(" ", "") not in bare]
        assert not missing, f"{missing} not in:\n{rendered.text}"
        assert len({node.name for node in graph.nodes}) == len(graph.nodes)
        assert graph.edges


@pytest.mark.parametrize("name", FORMS)
def test_the_same_chance_gives_the_same_text(name: str) -> None:
    assert renderings(name, 3) == renderings(name, 3)


def scenario(directed: bool = True) -> Scenario:
    """b needs a, c needs both; as a machine: three states and three events."""
    nodes = [Node("Loading Dock"), Node("Scanner"), Node("Archive")]
    edges = [Edge(1, 0, "scan page"), Edge(2, 0, "store"), Edge(2, 1, "ask again")]
    return Scenario("dependency", directed, "tests", nodes, edges)


def pairs(rendered: Rendered) -> set[tuple[str, str]]:
    names = [node.name for node in rendered.scenario.nodes]
    return {(names[edge.tail], names[edge.head]) for edge in rendered.scenario.edges}


def test_make_rules_point_from_target_to_prerequisite() -> None:
    write = FORMS["makefile"]
    for seed in range(20):
        rendered = write(random.Random(seed), scenario())
        assert rendered is not None
        rules = {
            (line.split(":")[0], head)
            for line in rendered.text.splitlines()
            if ":" in line and not line.startswith(("\t", ".PHONY", "#"))
            for head in line.split(":")[1].split()
        }
        assert pairs(rendered) <= rules


def test_a_directed_form_refuses_an_undirected_scenario() -> None:
    assert FORMS["makefile"](random.Random(1), scenario(directed=False)) is None


def test_there_is_breadth() -> None:
    assert len(FORMS) >= 90
    assert all(form.weight > 0 for form in FORMS.values())
