"""What is said and marked of answers, with an expected graph and without one."""

import re
from html.parser import HTMLParser

import pytest

from anecdot.model.decode import Generation
from anecdot.play.panels import panels

LOCK = 'digraph { Locked -> Unlocked [label="code"]; Unlocked -> Locked [label="timeout"] }'


def written(**texts: str) -> dict[str, Generation]:
    return {model: Generation(text, True, 9) for model, text in texts.items()}


def marks(html: str) -> list[str]:
    """The marks in a panel's drawing, sorted."""
    drawing = re.search(r"<svg.*</svg>", html, re.DOTALL)
    return sorted(re.findall(r'<g class="([a-z -]+)"', drawing[0]))


def said(html: str) -> list[str]:
    """The differences that a panel names, each with its class."""
    found = re.findall(r'<li class="(\w+)">(.*?)</li>', html)
    return [f"{css}: {words.replace('&#34;', '')}" for css, words in found]


def test_without_an_expected_graph_base_is_what_the_others_are_compared_with() -> None:
    tuned = 'digraph { Locked -> Unlocked [label="key"]; Jammed -> Locked }'
    found = panels(written(tuned=tuned, base=LOCK, constrained=tuned), None)
    assert found["words"] == (
        "Base: valid DOT. Tuned: has 1 node and 1 edge that base has not, lacks 1 edge that base "
        "has, differs in 1 label or direction. Constrained: the same graph as tuned."
    )
    assert said(found["panels"]["tuned"]) == [
        "missing: Only in base: edge Unlocked → Locked “timeout”",
        "extra: Only here: node Jammed; edge Jammed → Locked",
        "wrong: Another label than in base: Locked → Unlocked “key”, there “code”",
    ]
    assert marks(found["panels"]["tuned"]) == ["extra", "extra fill", "wrong"]
    assert marks(found["panels"]["base"]) == [
        "missing-constrained missing-tuned", "wrong-constrained wrong-tuned",
    ]  # fmt: skip


def test_equal_graphs_are_called_the_same_however_they_are_written() -> None:
    other = LOCK.replace("; ", ";\n  ").replace("digraph", "digraph G")
    found = panels(written(base=LOCK, tuned=f"Sure:\n{other}", constrained=LOCK), None)
    assert found["words"] == (
        "Base: valid DOT. Tuned: the same graph as base. Constrained: the same graph as tuned."
    )
    assert marks(found["panels"]["tuned"]) == []


def test_with_an_expected_graph_the_verdicts_are_the_reports() -> None:
    turned = LOCK.replace("Unlocked -> Locked", "Locked -> Unlocked")
    found = panels(written(base="digraph { Locked -> ", tuned=LOCK, constrained=turned), LOCK)
    assert list(found["panels"]) == ["expected", "base", "tuned", "constrained"]
    badges = [re.findall('class="badge.*?>(.*?)<', html) for html in found["panels"].values()]
    assert badges == [[], ["brace"], ["exact"], ["wrong direction"]]
    assert "Tuned: all that was asked for." in found["words"]
    assert "nodes 1.00, edges 0.50, labels 0.50" in found["panels"]["constrained"]
    assert marks(found["panels"]["expected"]) == ["wrong-constrained"]


@pytest.mark.parametrize("base", ["no graph", "digraph { a ->"])
def test_an_answer_that_is_no_graph_is_shown_as_it_is_and_compared_with_nothing(base: str) -> None:
    found = panels(written(tuned=LOCK, base=base), None)
    assert "base wrote none to compare it with" in found["words"]
    assert "Not valid DOT" in found["panels"]["base"]
    assert "<svg" not in found["panels"]["base"]
    assert "download" not in found["panels"]["base"]
    assert marks(found["panels"]["tuned"]) == []


def test_before_base_has_answered_tuned_is_drawn_alone() -> None:
    found = panels({"tuned": Generation(LOCK, False, 400)}, None)
    assert list(found["panels"]) == ["tuned"]
    assert said(found["panels"]["tuned"]) == ["wrong: Cut off after 400 tokens"]


ATTACKS = [
    "</pre><script>alert(1)</script>",
    'digraph { a [label="</text><script>alert(2)</script>" URL="javascript:alert(3)"]; }',
    'digraph { "\\"><img src=x onerror=alert(4)>" -> b [label="<svg onload=alert(5)>"]; }',
    'digraph { a [image="/etc/passwd" shapefile="/etc/passwd" shape=custom]; }',
    'digraph { a [label=<<TABLE><TR><TD><IMG SRC="/etc/passwd"/></TD></TR></TABLE>>]; }',
    'digraph { stylesheet="http://example.org/x.css"; a [class="extra\\" onclick=\\"alert(6)"]; }',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_model_wrote_becomes_text_and_shapes(attack: str) -> None:
    tags: set[str] = set()
    attributes: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list) -> None:
            tags.add(tag)
            attributes.update(name for name, _ in attrs)

    for target in (None, LOCK, attack if attack.startswith("digraph") else LOCK):
        for html in panels(written(base=LOCK, tuned=attack), target)["panels"].values():
            reader = Reader()
            reader.feed(html)
    assert tags <= set(
        "figcaption h4 i span button svg g path polygon polyline ellipse text p ul li details "
        "summary pre form input".split()
    )
    assert not {name for name in attributes if name.startswith("on") or name in ("href", "style")}
