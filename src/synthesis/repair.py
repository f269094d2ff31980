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
from synthesis.phrasing import Rule, compile_rule, expand, pick
from synthesis.scenario import Scenario

_NAMES = list(FAULTS)
_WEIGHTS = [weight for weight, _ in FAULTS.values()]

FIX: Rule = compile_rule(
    "{{Fix|Repair|Correct|Mend|Debug} {this|the|my|the following|this broken} "
    "{DOT|Graphviz|dot|DOT graph|graph|DOT code|Graphviz code|DOT file|digraph or graph|source}|"
    "{This|The|My} {DOT|Graphviz|graph|DOT code|file|diagram} {does not|doesn't|won't|fails to} "
    "{parse|compile|render|load|work}{|: fix it|, please fix it|, can you correct it?|. What should it be?}|"
    "{What is|What's} wrong {with this|here}{?|? Give the corrected {graph|DOT}.|? Fix it.}|"
    "{Graphviz|dot|The parser|My tool} {refuses|rejects|complains about|chokes on} {this|it|my file}"
    "{. {Fix|Correct|Repair} it|; {repair|fix} it|}|"
    "{There is|There's} {an error|a mistake|a typo|a syntax error|something wrong} {here|in this "
    "{graph|DOT}|below}{. {Fix|Correct} it|}|"
    "{Rewrite|Give|Return|Write|Output} {this|it|the graph} {as|in} {valid|correct|working|proper} DOT|"
    "{Make|Turn} this {valid|into valid DOT|a valid graph|parse again}|"
    "{Clean up|Sort out|Heal} this {DOT|graph}|Syntax {error|check}|Invalid DOT|Broken {graph|DOT}|"
    "{Correct|Repair} the syntax|{Find|Remove} the {mistake|error|syntax error}{| and fix it}}"
)
FIX_DONE: Rule = compile_rule(
    "{{Fixed|Corrected|Repaired|Valid|Working|Clean} {|version|graph|DOT|code}|"
    "{It|This|That} should {be|read}|{Correct|Right}{| is}|{Solution|Answer|Result|After}|"
    "{Here is|Here's} {it|the graph} {fixed|corrected|repaired}|{The|Its} repair}"
)
MESSAGES = (
    "Error: <stdin>: syntax error in line {n}", "Error: <stdin>: syntax error in line {n} near '{w}'",
    "syntax error in line {n} near '{w}'", "syntax error near line {n}", "error: line {n}: '{w}'",
    "Error: {f}: syntax error in line {n} near '{w}'", "parse error at '{w}' (line {n})",
    "line {n}: unexpected {w}", "Graphviz says: syntax error in line {n} near '{w}'",
    "dot: can't parse {f}: near '{w}'", "Warning: {f}: syntax error in line {n} near '{w}'",
)  # fmt: skip


_KIND_REMARKS: dict[bool, Rule] = {
    True: compile_rule(
        "{arrows everywhere{ please|}|{it|this} {should be|is meant to be|is} {directed|a digraph}|"
        "{all|the} edges {are|should be} {arrows|directed}|{keep|make} it {directed|a digraph}|"
        "directed{ graph|}{ please|}|I {want|need} arrows}"
    ),
    False: compile_rule(
        "{{it|this} should {stay|be|remain} undirected|no arrows{ please|}|"
        "{it|this} is {meant to be |}{an undirected graph|undirected}|undirected{ please|}|"
        "plain lines{, no arrows|}|{keep|make} it undirected|I {want|need} lines, not arrows}"
    ),
}
_REMARKS: dict[str, Rule] = {
    "keyword": compile_rule(
        "{{one|some} of my {ids|names|nodes} {is a|are} reserved word{|s}, keep the {name|names}|"
        "a name {clashes with|is} a keyword, {don't rename it|keep it}|keep all names as they are}"
    ),
    "odd names": compile_rule(
        "{keep the {names|node names} {as they are|exactly|unchanged}|names {must|should} stay as they are|"
        "{don't|do not} rename anything|{the|my} names have {odd|funny|special} characters}"
    ),
    "unquoted": compile_rule(
        "{names have spaces|keep the names{| with spaces}|the {names|nodes} {are|have} several words}"
    ),
    "glued": compile_rule(
        "{it {should be|is} one graph|one graph{ please|, not two}|merge {it|them} into one{ graph|}}"
    ),
    "html": compile_rule(
        "{copied {from|off} a {web page|wiki}|pasted from {the wiki|a page|a chat}}"
    ),
    "line comment": compile_rule("{drop the comment|comments can go|remove the {remark|comment}}"),
    "comment": compile_rule("{drop the comment|comments can go|remove the {remark|comment}}"),
}
_ANY_REMARK: Rule = compile_rule(
    "{this doesn't compile|doesn't render|what's wrong{ here|}?|dot complains|graphviz says no|won't parse|"
    "minimal change{s|}{ please|}|change as little as possible|just fix the syntax|keep everything else|"
    "{no idea|not sure} {why|what's wrong}|{a colleague|someone} {wrote|typed} {this|it}|typed {this|it} "
    "{by hand|from memory|on my phone}|help|pls fix|fix pls|can't see the error|same graph, valid{ dot|}{ please|}}"
)


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
