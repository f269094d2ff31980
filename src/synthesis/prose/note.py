# ruff: noqa: E501 (tables of phrases)
"""The bench of jotted notes: names without marks, a frame in few words, remarks on looks."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from synthesis.phrasing import Rule, compile_rule, expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.sentences import prepare
from synthesis.prose.voice import LABEL, NAME, Teller, flow
from synthesis.scenario import Edge, Rendered, Scenario

ASK: Rule = compile_rule(
    "{{quick |small |simple |}{graph|dot|diagram|<D>|sketch} {pls|please|of this|for this|needed|wanted|}|"
    "{draw|plot|sketch|graph|model|dotify} {this|it|that|the following|below|}|need {a|the} {<D>|dot|graph|picture}|"
    "{turn|convert|make} {this|it|the notes|my notes} {into|to} {dot|graphviz|a graph|a <D>}|as {dot|graphviz|a graph|<D>}|"
    "{dot|graphviz} {source|code|file} {pls|please|for this|wanted}|can you {draw|graph|plot} {this|it}{?|? thx|, thanks}|"
    "{notes|from my notes|whiteboard|from the whiteboard|scribbles|todo}{| - graph it|, as dot}|"
    "{i need|i want|we want|give me|want} {this as dot|a graph of this|it drawn|a <D> of it}}"
)


class Note:
    """A document of this module: names and labels without marks, a frame in few words."""

    def __init__(self, rng: Random, scenario: Scenario) -> None:
        self.rng, self.random, self.scenario = rng, rng.random, scenario
        self.teller = Teller(rng, scenario)
        self.teller.bare = self.bare = [f"{NAME}{node.name}" for node in scenario.nodes]
        self.teller.label_mark = ""
        self.teller.capitals = False
        prepare(self.teller)
        words = [node.name for node in scenario.nodes]
        self.flat = "\n".join(words + [edge.label or "" for edge in scenario.edges])
        self.labelled = any(edge.label for edge in scenario.edges)

    def sign(self, signs: Sequence[str], fallback: str) -> str:
        """One of `signs` that no name or label contains (a space counts only for " ")."""
        fit = [s for s in signs if (s.strip() or s) not in self.flat]
        return pick(self.random, fit) if fit else fallback

    def finish(
        self, body: str, notes: Sequence[str] = (), heads: Sequence[str] = ()
    ) -> Rendered | None:
        """`body` with a request (or none), headers before it and remarks after it."""
        random, scenario = self.random, self.scenario
        looks = _looks(self) if random() < 0.7 else []
        if looks:  # said here, so not by the frame
            self.teller.scenario = without_looks(scenario)
        before, after = framed(self.teller, [], "arrow", bare=True)
        self.teller.scenario = scenario
        noun = "digraph" if scenario.directed else "undirected graph"
        x = random()
        ask = expand(random, ASK, {"D": pick(random, (noun, "chart", "graph", "diagram"))}).strip()
        top = list(heads)
        end = [*notes, *looks]
        if x < 0.4:
            top.insert(0, ask)
        elif x < 0.65:
            end.append(ask)
        if random() < 0.3:
            top, end = [_capital(t) for t in top], [_capital(t) for t in end]
        joint = pick(random, (". ", "; ", ", ", " - "))
        head = joint.join(top).replace(f"?{joint}", "? ")
        if head and not head.endswith("?"):
            head += pick(random, (":", ":", ".", ""))
        tail = pick(random, (". ", "\n", "; ")).join(end)
        parts = [flow(before), head, body, tail, flow(after)]
        inline = "\n" not in body and random() < 0.6
        glue = pick(random, ("\n", "\n", "\n\n"))
        if inline and head and not head.endswith((":", ".", "?")):
            parts[1] += ":"
        if inline and tail:
            parts[2] += pick(random, (". ", "; ", ", ")) + parts.pop(3)
        if inline and head:
            parts[1:3] = [f"{parts[1]} {parts[2]}"]
        return self.teller.finish(glue.join(part for part in parts if part))


def without_looks(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        nodes=[replace(node, attrs={}) for node in scenario.nodes],
        edges=[replace(edge, attrs={}) for edge in scenario.edges],
        attrs={},
    )


def _looks(note: Note) -> list[str]:
    """Attributes in few words: "b shape box", "a->b dashed", "rankdir LR"."""
    random, scenario = note.random, note.scenario
    shape = pick(random, ("{n} {k} {v}", "{n} {k}={v}", "{n}: {k} {v}", "{k} of {n} {v}", "{n} w/ {k} {v}"))  # fmt: skip
    edge_shape = pick(random, ("make {a}->{b} {v}", "draw {a} to {b} {v}", "arrow {a} -> {b} {v}", "{v} arrow {a}->{b}"))  # fmt: skip
    if not scenario.directed:
        edge_shape = pick(random, ("make {a}--{b} {v}", "line {a} -- {b} {v}", "{v} line {a}-{b}"))
    told = []
    for bare, node in zip(note.bare, scenario.nodes, strict=True):
        attrs = dict(node.attrs)
        if "fillcolor" in attrs:
            attrs.pop("style", None)
            told.append(pick(random, ("{n} filled {v}", "fill {n} {v}")).format(n=bare, v=attrs.pop("fillcolor")))  # fmt: skip
        told += [shape.format(n=bare, k=key, v=value) for key, value in attrs.items()]
    for edge in scenario.edges:
        ends = {"a": note.bare[edge.tail], "b": note.bare[edge.head]}
        told += [edge_shape.format(**ends, v=value) for value in edge.attrs.values()]
    pair = pick(random, ("{} {}", "{}={}", "{}: {}"))
    return told + [pair.format(key, value) for key, value in scenario.attrs.items()]


def _capital(text: str) -> str:
    return text if text.startswith((NAME, LABEL)) else text[:1].upper() + text[1:]


def undirected(note: Note) -> str:
    return pick(
        note.random,
        ("undirected", "no arrows", "undirected graph", "lines only, no direction", "no arrowheads", "both ways = plain line", "links are undirected"),
    )  # fmt: skip


def end(bare: list[str], edge: Edge, backwards: bool) -> str:
    name = bare[edge.tail if backwards else edge.head]
    return f"{name} ({LABEL}{edge.label})" if edge.label else name


def labelled(scenario: Scenario) -> bool:
    """Whether an edge has a text."""
    return any(edge.label for edge in scenario.edges)
