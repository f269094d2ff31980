# ruff: noqa: E501 (tables of phrases)
"""What stands around and between the parts of a document: headings, requests, fences.

Never the project's own chat format: that one is for fine-tuning alone.
"""

import random
from collections.abc import Callable

from synthesis.phrasing import Rule, compile_rule, expand, pick, read_tables

PHRASES = read_tables("framing")

Request = Callable[[random.Random], str]

REQUEST = PHRASES["request"]
TASK: Rule = compile_rule(
    "{{You are|You act as|Act as|Be} {a|an expert|a careful|a helpful} {graph|diagram|DOT|Graphviz} "
    "{writer|drawer|tool|assistant|converter|editor|expert}. |}"
    "{{Convert|Turn|Translate|Rewrite|Transform} {the|each|any|the given|the following} "
    "{text|input|description|request|source|code or text} {into|to|as} "
    "{a|one|a valid|a correct|the corresponding} {DOT|Graphviz|Graphviz DOT} {graph|diagram|file}|"
    "{Read|Take} the {text|input|request|description} and {write|draw|output|answer with} "
    "{the|its|a} {DOT|Graphviz} {graph|diagram|source}|"
    "{Draw|Write|Produce|Output} {a|the} {DOT|Graphviz} {graph|diagram} {of|for} "
    "{the|this|the given|the following} {text|input|description|request}|"
    "{Answer|Reply|Respond} {only |}{with|in} {DOT|Graphviz DOT|valid DOT|a DOT graph}}."
)
GIVEN = [
    "Input",
    "Text",
    "Description",
    "Source",
    "Prompt",
    "Question",
    "Task",
    "Notes",
    "Spec",
    "Request",
    "Given",
    "Message",
    "Context",
    "Content",
    "Instruction",
    "Query",
    "Problem",
    "Story",
    "Data",
    "Statement",
    "Ask",
    "Topic",
    "Document",
    "Q",
    "In",
]
MADE = [
    "Output",
    "DOT",
    "Graph",
    "Graphviz",
    "Answer",
    "Result",
    "Diagram",
    "Response",
    "Solution",
    "Reply",
    "dot",
    "graph",
    "Drawing",
    "Rendering",
    "Code",
    "Target",
    "Completion",
    "A",
    "Out",
    "Figure",
    "Sketch",
]
MARKS = ("{}:", "{}:", "### {}", "## {}", "# {}", "**{}**", "[{}]", "<{}>", "--- {} ---", "{} =>",
         "### {}:", "**{}:**", "== {} ==", "[{}]:", "{} -", "|{}|", "<<{}>>", "// {}", "({})", "{} >",
         "% {}", "@{}", "<|{}|>", "{{{}}}", "* {}", "_{}_", "<{}_start>")  # fmt: skip
JOINS = PHRASES["joins"]
FENCES = ("```dot", "```", "```graphviz", "```gv", "~~~", "```DOT")
LEADS = compile_rule(
    "{{Sure|Certainly|Of course|OK|Yes|Right}{!|,|.|:} |}{Here is|Here's|This is|Below is|Find below} "
    "{the|a|your|one} {DOT |Graphviz |}{graph|diagram|code|version|source}{:|:|, as asked:|.}|"
    "{In DOT|Graphviz|As a graph|DOT}:|The {graph|diagram} {is|looks like this|in DOT}:"
)
TAILS = PHRASES["tails"]


def opening(rng: random.Random) -> str:
    """What stands before a source: mostly nothing, else a task sentence or a heading."""
    random_ = rng.random
    r = random_()
    if r < 0.72:
        return ""
    if r < 0.86:
        return expand(random_, TASK, {}) + pick(random_, ("\n", "\n\n", "\n\n"))
    mark = pick(random_, MARKS).format(_cased(random_, pick(random_, GIVEN)))
    glue = " " if mark.endswith((":", "=>", ">", "-")) and random_() < 0.4 else "\n"
    task = expand(random_, TASK, {}) + "\n\n" if random_() < 0.4 else ""
    return task + mark + glue


def after(rng: random.Random, request: Request | None = None) -> str:
    """What stands between a source and the graph that follows from it; ends with a line break."""
    random_ = rng.random
    r = random_()
    if r < 0.3 and request is None:
        return pick(random_, ("\n\n", "\n\n", "\n", "\n\n\n"))
    if r < 0.6:
        sentence = request(rng) if request else expand(random_, REQUEST, {})
        end = "" if sentence.endswith("?") else pick(random_, (":", ":", ".", "", ";"))
        return "\n\n" + sentence + end + pick(random_, ("\n", "\n\n", "\n\n"))
    sentence = f"\n\n{request(rng)}." if request else ""
    mark = pick(random_, MARKS).format(_cased(random_, pick(random_, MADE)))
    return sentence + pick(random_, ("\n", "\n\n")) + mark + pick(random_, ("\n", "\n", "\n\n"))


def between(rng: random.Random) -> str:
    """What stands between two forms of one graph; ends with a line break."""
    random_ = rng.random
    if random_() < 0.35:
        return pick(random_, ("\n\n", "\n\n", "\n"))
    return f"\n\n{expand(random_, JOINS, {})}\n" + pick(random_, ("", "\n"))


def fence(rng: random.Random) -> tuple[str, str]:
    """(what stands before a fenced graph, what follows it)."""
    random_ = rng.random
    mark = pick(random_, FENCES)
    head = expand(random_, LEADS, {}) + "\n\n" if random_() < 0.6 else ""
    tail = "\n\n" + expand(random_, TAILS, {}) if random_() < 0.25 else ""
    return f"{head}{mark}\n", f"\n{mark[:3]}{tail}"


def _cased(random_: Callable[[], float], word: str) -> str:
    r = random_()
    return word if r < 0.7 else word.upper() if r < 0.85 else word.lower()
