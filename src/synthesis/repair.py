# ruff: noqa: E501 (tables of phrases)
"""Broken DOT beside its repair, with a request as people word it."""

import random
import re
from dataclasses import replace

from synthesis import names
from synthesis.dot_style import (
    HOUSE,
    repaired_style,
    sample_style,
    write,
)
from synthesis.faults import FAULTS
from synthesis.framing import after, opening
from synthesis.phrasing import expand, pick, read_tables
from synthesis.scenario import Scenario

PHRASES = read_tables("repair")

_NAMES = list(FAULTS)
_WEIGHTS = [weight for weight, _ in FAULTS.values()]

FIX = PHRASES["fix"]
FIX_DONE = PHRASES["fix done"]
MESSAGES = (
    "Error: <stdin>: syntax error in line {n}", "Error: <stdin>: syntax error in line {n} near '{w}'",
    "syntax error in line {n} near '{w}'", "syntax error near line {n}", "error: line {n}: '{w}'",
    "Error: {f}: syntax error in line {n} near '{w}'", "parse error at '{w}' (line {n})",
    "line {n}: unexpected {w}", "Graphviz says: syntax error in line {n} near '{w}'",
    "dot: can't parse {f}: near '{w}'", "Warning: {f}: syntax error in line {n} near '{w}'",
)  # fmt: skip


_KIND_REMARKS = {key: PHRASES[f"kind remarks: {key}"] for key in (True, False)}
_REMARKS = {
    key: PHRASES[f"remarks: {key}"]
    for key in ("keyword", "odd names", "unquoted", "glued", "html", "line comment", "comment")
}
_ANY_REMARK = PHRASES["any remark"]


def _remark(rng: random.Random, name: str, scenario: Scenario) -> str:
    """A human remark beside the request; it settles the direction where the text leaves it open."""
    random_ = rng.random
    parts = []
    unclear = name in ("kind", "operator", "one operator") and not scenario.directed
    about_kind = name in ("kind", "operator", "one operator", "mixed", "no keyword", "misspelt")
    if unclear or (about_kind and random_() < 0.45) or random_() < 0.04:
        parts.append(expand(random_, _KIND_REMARKS[scenario.directed], {}))
    if name in _REMARKS and random_() < 0.4:
        parts.append(expand(random_, _REMARKS[name], {}))
    if random_() < 0.25:
        parts.insert(0, expand(random_, _ANY_REMARK, {}))
    if random_() < 0.6:
        parts = [part[0].upper() + part[1:] for part in parts]
    end = pick(random_, (".", ".", "!", ""))
    text = (
        pick(random_, (". ", ". ", ", ", "; ")).join(parts).replace("?. ", "? ").replace("?;", "?")
    )
    return text + ("" if text.endswith("?") else end) if text else ""


def _message(rng: random.Random, text: str) -> str:
    """An error message in the manner of Graphviz, with a line and a word of the text."""
    lines = text.splitlines()
    number = rng.randrange(len(lines))
    words = re.findall(r"\w+|[^\w\s]+", lines[number]) or ["}"]
    return pick(rng.random, MESSAGES).format(
        n=number + 1, w=pick(rng.random, words), f=pick(rng.random, ("graph.dot", "a.gv", "x.dot"))
    )


def broken(rng: random.Random, scenario: Scenario) -> tuple[str, str, str]:
    """(fault, request with broken DOT, repaired DOT)."""
    random_ = rng.random
    if random_() < 0.12:  # names that are keywords are rare elsewhere
        node = pick(random_, scenario.nodes)
        word = pick(
            random_, ("node", "edge", "graph", "Node", "Edge", "Graph", "subgraph", "strict")
        )
        if all(other.name != word for other in scenario.nodes):
            scenario = replace(scenario, nodes=list(scenario.nodes))
            scenario.nodes[scenario.nodes.index(node)] = replace(node, name=word)
    style = HOUSE
    if random_() < 0.15:
        style = replace(HOUSE, name=names.noun(rng).capitalize() if random_() < 0.6 else "G")
    elif random_() < 0.3:
        style = replace(sample_style(rng, scenario, adorn=False), strict=False, separator="\n")
        style = replace(style, comments=("", "", ""), declare="needed", cluster_label="statement")
        style = replace(style, edges=pick(random_, ("single", "single", "chain")))
    text = write(scenario, style)
    while True:
        name = rng.choices(_NAMES, _WEIGHTS)[0]
        wrong = FAULTS[name][1](rng, text, scenario)
        if wrong and wrong != text:
            break
    remark = _remark(rng, name, scenario)
    return name, _asked(rng, wrong, remark), write(scenario, repaired_style(style))


def _asked(rng: random.Random, wrong: str, remark: str) -> str:
    """A request to repair around broken DOT, up to the place of the answer."""
    random_ = rng.random
    request = expand(random_, FIX, {})
    request += "" if request.endswith("?") else pick(random_, (":", ".", "", ":"))
    message = _message(rng, wrong) if random_() < 0.2 else ""
    mark = pick(random_, ("```dot", "```", "")) if random_() < 0.3 else ""
    body = f"{mark}\n{wrong}\n```" if mark else wrong
    order = random_()
    if order < 0.7:
        parts = [request, message, body] if random_() < 0.6 else [request, body, message]
    elif order < 0.9:
        parts = [body, message, request]
    else:
        parts = [body, message]
    if remark and random_() < 0.4:  # the remark instead of the request
        parts = [part for part in parts if part != request]
    if remark:
        parts.insert(pick(random_, (0, len(parts))), remark)
    glue = pick(random_, ("\n\n", "\n\n", "\n"))
    text = opening(rng) + glue.join(part for part in parts if part)
    if random_() < 0.4:
        return f"{text}\n\n{expand(random_, FIX_DONE, {})}:\n" + pick(random_, ("", "\n"))
    return text + after(rng)
