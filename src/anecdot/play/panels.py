"""What the page shows of answers: their drawings with the differences marked, verdicts in words.

They are compared with the graph that is expected where the text is one of the report's examples,
with what base drew where it is anybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from anecdot import dot
from anecdot.model.decode import Generation
from anecdot.scoring import NO_FAILURE
from anecdot.scoring.report.drawings import TOO_LARGE, Picture, draw_gallery
from anecdot.scoring.report.page import plain

FOLDER = Path(__file__).parent
MODELS = ("base", "tuned", "constrained")
NAMED = 6
"""So many differences of one sort are named; the others are counted."""


@dataclass(frozen=True)
class Answer:
    """One model's answer: what `draw_gallery` reads of a `scoring.Prediction`, and how it ended.

    expected: the reference; where there is none, the answer itself, which differs in nothing.
    """

    expected: str
    output_dot: str | None
    valid: bool
    message: str
    written: Generation


@dataclass(frozen=True)
class Verdict:
    """What is said of one answer: a badge with its class, a sentence without its end, and the
    differences, each with its class of the legend."""

    badge: str
    css: str
    sentence: str
    differences: list[tuple[str, str]]
    scores: str = ""


@cache
def environment() -> Environment:
    """The templates of this folder; every value is escaped."""
    found = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    found.filters["plain"] = plain
    return found


def panels(written: Mapping[str, Generation], target: str | None) -> dict[str, Any]:
    """The event that shows some models' answers to one text.

    Args:
        written: the answers so far, by model.
        target: the graph that is expected, None where nobody knows.

    Returns:
        panels: HTML by name (models, and "expected" where there is a target); words: all verdicts
        in one paragraph.
    """
    graphs = {model: _read(generation) for model, generation in written.items()}
    reference = target or (graphs["base"].expected if _valid(graphs, "base") else None)
    if reference:
        graphs = {model: _read(found, reference) for model, found in written.items()}
    compared = {m: a for m, a in graphs.items() if target or not reference or m != "base"}
    pictures = draw_gallery([compared])[0] if compared else {}
    if reference:
        pictures["expected" if target else "base"] = pictures.pop("expected")
    shown, words = {}, []
    template = environment().get_template("panel.html.j2")
    if target:
        shown["expected"] = template.render(
            model="expected", picture=pictures["expected"], verdict=None, answer=None,
            text=target, size=size(target),
        )  # fmt: skip
    for model in filter(graphs.__contains__, MODELS):
        answer, picture = graphs[model], pictures[model]
        verdict = judge(model, graphs, picture, target, reference)
        words.append(f"{model.capitalize()}: {verdict.sentence}.")
        shown[model] = template.render(
            model=model, picture=picture, verdict=verdict, answer=answer,
            text=answer.output_dot if answer.valid else answer.written.text,
            size=size(answer.output_dot) if answer.valid else "",
        )  # fmt: skip
    return {"panels": shown, "words": " ".join(words)}


def _read(generation: Generation, reference: str | None = None) -> Answer:
    graph = dot.extract(generation.text)
    message = dot.check(graph) if graph else "no graph in the output"
    valid = message is None
    expected = reference or (graph if valid else "digraph {}")
    return Answer(expected, graph, valid, message or "", generation)


def _valid(graphs: Mapping[str, Answer], model: str) -> bool:
    return model in graphs and graphs[model].valid


def judge(
    model: str,
    graphs: Mapping[str, Answer],
    picture: Picture,
    target: str | None,
    reference: str | None,
) -> Verdict:
    """The verdict on a model's answer; arguments as in `panels`, where they come from."""
    answer = graphs[model]
    found = dot.compare(answer.expected, answer.output_dot)
    renders = picture.svg is not None or picture.message == TOO_LARGE
    ended = answer.written.stopped
    failure = dot.failure_class(answer.output_dot, found, finished=ended, renders=renders)
    cut = [] if ended else [("wrong", f"Cut off after {answer.written.tokens} tokens")]
    if not answer.valid:
        return Verdict(failure, "invalid", f"not valid DOT ({failure})", cut)
    if not renders:
        return Verdict("not drawn", "invalid", "valid DOT that Graphviz does not draw", cut)
    there = "the expected graph" if target else "base"
    named = differences(found, dot.parse(answer.expected), dot.parse(answer.output_dot), there)
    if target:
        scores = f"F1: nodes {found.node_f1:.2f}, edges {found.edge_f1:.2f}, "
        scores += f"labels {found.edge_label_f1:.2f}"
        badge, css = (failure, "valid") if failure != NO_FAILURE else ("exact", "exact")
        return Verdict(badge, css, _against_target(found), named + cut, scores)
    tuned = graphs["tuned"].output_dot if _valid(graphs, "tuned") else None
    if model == "constrained" and tuned and dot.compare(tuned, answer.output_dot).exact:
        return Verdict("as tuned", "exact", "the same graph as tuned", cut)
    if reference is None or model == "base":
        # In base's drawing the marks speak: what others lack is named in their panels.
        nothing = model != "base" and "base" in graphs
        aside = "; base wrote none to compare it with" if nothing else ""
        return Verdict("valid", "exact", f"valid DOT{aside}", cut)
    if found.exact:
        return Verdict("as base", "exact", "the same graph as base", cut)
    return Verdict("differs", "valid", _against_base(found), named + cut)


def _against_target(found: dot.Comparison) -> str:
    if found.exact:
        return "all that was asked for"
    if not found.same_graph:
        return "not the graph that was asked for"
    part = "attributes" if found.same_clusters else "clusters"
    return f"nodes, edges and labels as asked for, {part} not"


def _against_base(found: dot.Comparison) -> str:
    if found.same_graph:
        part = "attributes" if found.same_clusters else "clusters"
        return f"the same graph as base but for {part}"
    renamed = len(found.wrong_node_labels)
    extra = _counts(len(found.extra_nodes) - renamed, len(found.extra_edges))
    missing = _counts(len(found.missing_nodes) - renamed, len(found.missing_edges))
    changed = renamed + len(found.wrong_edge_labels) + len(found.reversed_edges)
    parts = [f"has {extra} that base has not"] if extra else []
    parts += [f"lacks {missing} that base has"] if missing else []
    labels = "label or direction" if changed == 1 else "labels or directions"
    parts += [f"differs in {changed} {labels}"] if changed else []
    return ", ".join(parts) or "another graph than base"


def _counts(nodes: int, edges: int) -> str:
    counts = ((nodes, "node"), (edges, "edge"))
    return " and ".join(_count(number, name) for number, name in counts if number)


def differences(
    found: dot.Comparison, expected: dot.Graph, actual: dot.Graph, there: str
) -> list[tuple[str, str]]:
    """Each sort of difference in words, under its class of the legend.

    Args:
        found: what `dot.compare` says of the two.
        expected, actual: the graphs.
        there: names the first in words.
    """
    renamed = {node for node, _ in found.wrong_node_labels}
    renames = {node for _, node in found.wrong_node_labels}
    missing = [f"node {_name(expected, n)}" for n in found.missing_nodes if n not in renamed]
    missing += [f"edge {_edge(expected, edge)}" for edge in found.missing_edges]
    extra = [f"node {_name(actual, n)}" for n in found.extra_nodes if n not in renames]
    extra += [f"edge {_edge(actual, edge)}" for edge in found.extra_edges]
    turned = [_edge(actual, edge) for _, edge in found.reversed_edges]
    labels = [
        f"node {_name(actual, here)}, there {_name(expected, was)}"
        for was, here in found.wrong_node_labels
    ]
    labels += [
        f"{_edge(actual, here)}, there {_label(expected.edges[was][2]) or 'without a label'}"
        for was, here in found.wrong_edge_labels
    ]
    rows = [
        ("missing", f"Only in {there}", missing),
        ("extra", "Only here", extra),
        ("wrong", f"The other way round in {there}", turned),
        ("wrong", f"Another label than in {there}", labels),
    ]
    said = [(css, f"{start}: {_listed(items)}") for css, start, items in rows if items]
    kinds = {True: "directed", False: "undirected"}
    if not found.same_kind:
        said.append(("wrong", f"{kinds[actual.directed]}, {there} is {kinds[expected.directed]}"))
    if not found.same_clusters:
        said.append(("wrong", f"Other clusters than in {there}"))
    elif found.same_graph and not found.exact:
        said.append(("wrong", f"Other attributes than in {there}"))
    return said


def _listed(items: list[str]) -> str:
    rest = len(items) - NAMED
    return "; ".join(items[:NAMED]) + (f"; and {rest} more" if rest > 0 else "")


def _name(graph: dot.Graph, node: str) -> str:
    return _short(graph.nodes[node].get("label") or node)


def _edge(graph: dot.Graph, index: int) -> str:
    tail, head, attrs = graph.edges[index]
    ends = f"{_name(graph, tail)} {'→' if graph.directed else '–'} {_name(graph, head)}"
    return f"{ends} {_label(attrs)}".rstrip()


def _label(attrs: Mapping[str, str]) -> str:
    label = attrs.get("label") or attrs.get("xlabel")
    return f"“{_short(label)}”" if label else ""


def _short(text: str) -> str:
    text = text.plain() if hasattr(text, "plain") else text
    text = " ".join(text.replace("\\n", " ").split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def size(text: str) -> str:
    """How large a valid graph is, in words."""
    graph = dot.parse(text)
    return f"{_count(len(graph.nodes), 'node')}, {_count(len(graph.edges), 'edge')}"
