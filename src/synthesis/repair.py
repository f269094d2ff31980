# ruff: noqa: E501 (tables of phrases)
"""Broken DOT beside its repair, DOT edits, restyling and questions about graphs.

A fault is a function (rng, text, scenario) -> broken text or None where it does not apply; an edit
a function (rng, scenario) -> (wish, changed scenario) or None. Both stand in tables.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from anecdot.dot.write import KEYWORDS
from synthesis import edge_texts, names, naming
from synthesis.attributes import ask
from synthesis.dot_style import (
    HOUSE,
    house,
    repaired_style,
    sample_style,
    write,
)
from synthesis.framing import after, opening
from synthesis.phrasing import Rule, compile_rule, expand, pick
from synthesis.scenario import Cluster, Edge, Node, Scenario

# ---- Faults -----------------------------------------------------------------------------------

_EDGE = re.compile(r"->|--")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SPACED = re.compile(r'"(\w+(?: \w+)+)"')
_LIST_END = re.compile(r"\];?$", re.MULTILINE)
_STATEMENT = re.compile(r"^([ \t]+)(\S.*)$", re.MULTILINE)


def _nth(rng: random.Random, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return pick(rng.random, found) if found else None


def _swap(text: str, match: re.Match[str] | None, new: str) -> str | None:
    return None if match is None else text[: match.start()] + new + text[match.end() :]


def _outside(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Matches outside quoted strings."""
    held = [match.span() for match in _QUOTED.finditer(text)]
    return [m for m in pattern.finditer(text) if not any(a <= m.start() < b for a, b in held)]


def _arrows(new: str | None, every: bool) -> Callable[..., str | None]:
    """Edge operators replaced: by the other kind's, or by something that is none."""

    def fault(rng: random.Random, text: str, scenario: Scenario) -> str | None:
        found = _outside(text, _EDGE)
        if not found:
            return None
        if not every:
            found = [pick(rng.random, found)]
        other = new if new is not None else ("--" if scenario.directed else "->")
        for match in reversed(found):
            text = text[: match.start()] + other + text[match.end() :]
        return text

    return fault


def _wrong_kind(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """The keyword of the other kind of graph."""
    if not scenario.edges:
        return None
    if scenario.directed:
        return text.replace("digraph", "graph", 1)
    return text.replace("graph", "digraph", 1)


def _no_keyword(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    head, brace, rest = text.partition("{")
    words = head.replace("digraph", "", 1) if scenario.directed else head.replace("graph", "", 1)
    return words.strip() + (" " if words.strip() else "") + brace + rest


def _misspelt(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    wrong = pick(rng.random, ("diagraph", "digrah", "di-graph", "Digraph:", "digrap", "directed graph",
                              "digraph graph", "diGraf", "dgraph", "grpah", "grap", "undirected graph",
                              "flowchart", "network"))  # fmt: skip
    return text.replace("digraph" if scenario.directed else "graph", wrong, 1)


def _no_last_brace(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    return text.rstrip()[:-1].rstrip() if text.rstrip().endswith("}") else None


def _no_first_brace(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    return text.replace(" {", pick(rng.random, ("", "", ":", " (", " [")), 1)


def _extra_brace(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    if rng.random() < 0.5:
        return text + pick(rng.random, ("\n}", "}", "\n};", "\n}\n}"))
    return text.replace("{", pick(rng.random, ("{{", "{\n{", "{ {")), 1)


def _no_inner_brace(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    if not scenario.clusters:
        return None
    match = pick(rng.random, list(re.finditer(r"^[ \t]+\}\n", text, re.MULTILINE)) or [None])
    return _swap(text, match, "")


def _lost_quote(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    match = _nth(rng, _QUOTED, text)
    if match is None:
        return None
    whole = match.group()
    return _swap(text, match, whole[1:] if rng.random() < 0.4 else whole[:-1])


def _unquoted(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Names of several words without their quotes, one or all."""
    if rng.random() < 0.5:
        changed = _SPACED.sub(r"\1", text)
        return None if changed == text else changed
    match = _nth(rng, _SPACED, text)
    return _swap(text, match, match.group(1)) if match else None


def _marks(opening_mark: str, closing_mark: str) -> Callable[..., str | None]:
    """Quotes replaced by other marks."""

    def fault(rng: random.Random, text: str, scenario: Scenario) -> str | None:
        changed = _QUOTED.sub(lambda m: f"{opening_mark}{m.group()[1:-1]}{closing_mark}", text)
        return None if changed == text else changed

    return fault


def _open_list(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    match = _nth(rng, _LIST_END, text)
    return _swap(text, match, pick(rng.random, (";", "", ")", "}", ");"))) if match else None


def _list_marks(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Attribute lists in the wrong brackets."""
    if not _LIST_END.search(text):
        return None
    a, b = pick(rng.random, ("()", "{}", "<>", ("[[", "]")))
    return re.sub(r" ?\[(.*)\](;?)$", rf" {a}\1{b}\2", text, flags=re.MULTILINE)


def _colon_list(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """`label: "x"` for `label="x"`, or the label alone."""
    new = pick(rng.random, (r"\1: ", r"\1:", r"\1 ", r"\1 => ", r"\1==", r"\1 := ", ""))
    changed = re.sub(r"(?<=[\[ ])(label|shape|color|style) ?= ?", new, text)
    return None if changed == text else changed


def _unbracketed(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    changed = re.sub(r" ?\[(.*)\](;?)$", r" \1\2", text, flags=re.MULTILINE)
    return None if changed == text else changed


def _mermaid_label(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Edge labels written `a -> b : text` or `a -|text|-> b`."""
    shape = pick(rng.random, (r"\1 : \2", r"\1: \2", r"\1 |\2|", r"\1 (\2)", r'\1 "\2"'))
    changed = re.sub(
        r'^(.*(?:->|--) ?\S.*?) ?\[label="([\w ]+)"\]', shape, text, flags=re.MULTILINE
    )
    return None if changed == text else changed


def _keyword_id(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """A name that is a keyword, without its quotes; the scenario's names do not know keywords."""
    taken = [node.name for node in scenario.nodes if node.name.lower() in KEYWORDS]
    if not taken:
        return None
    changed = text
    for name in taken:
        changed = changed.replace(f'"{name}"', name)
    return None if changed == text else changed


def _stray(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Signs or words between the statements."""
    match = _nth(rng, _STATEMENT, text)
    if match is None:
        return None
    indent, statement = match.groups()
    r = rng.random()
    if r < 0.35:
        junk = pick(rng.random, ("...", "=>", "???", "1.", "*", "TODO: more here", "etc.", "@", "!",
                                 "and so on", "...more", ">>>", "---", "||", "&", "][", "= =", ")"))  # fmt: skip
        return _swap(text, match, f"{indent}{statement}\n{indent}{junk}")
    if r < 0.6:
        sign = pick(rng.random, ("]", ")", "!", "?", "..", ">", "=", "@", " ->", " --", "[", "#1"))
        return _swap(text, match, f"{indent}{statement.rstrip(';')}{sign};")
    if r < 0.8:
        return _swap(
            text,
            match,
            f"{indent}{pick(rng.random, ('- ', '* ', '1) ', '> ', '+ ', '• ', '-> '))}{statement}",
        )
    return _swap(text, match, f"{indent}{statement.rstrip(';')},")


def _commas(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    changed = re.sub(r"(?<![{\s]);?$", ",", text[:-1].rstrip(), flags=re.MULTILINE)
    return f"{changed}\n}}" if "\n" in text and changed != text else None


def _line_ends(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    end = pick(rng.random, (".", ":", " \\", "|", "!", ";;,"))
    return text.replace(";\n", f"{end}\n") if ";\n" in text else None


def _half_edge(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """An edge operator written twice or with a gap."""
    found = _outside(text, _EDGE)
    if not found:
        return None
    new = pick(rng.random, ("-> ->", "- >", "->>", "-->", "--->", ">", "->-", "<-", "<->", "-")
               if scenario.directed else ("- -", "---", "<->", "-", "=", "-- --"))  # fmt: skip
    if new == "<-":
        return None
    return _swap(text, pick(rng.random, found), new)


def _escapes(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Quotes escaped as inside a string of another language."""
    changed = text.replace('"', pick(rng.random, ('\\"', "&quot;", '""')))
    return None if changed == text else changed


def _comment(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """A comment in no syntax that DOT knows, or one that is never closed."""
    match = _nth(rng, _STATEMENT, text)
    words = pick(rng.random, ("main path", "todo", "check this", "next part", "entry", "edges"))
    if match is None:
        return None
    mark = pick(
        rng.random, ("-- {}", "; {}", "<!-- {} -->", "% {}", "' {}", "/* {}", "REM {}", "(* {} *)")
    )
    return _swap(text, match, f"{match[1]}{match[2]}  {mark.format(words)}")


_ODD = re.compile(r'"([\w]+(?:[-./ ]\w+)+)"')


def _odd_names(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Names with hyphens, dots, slashes or spaces, all without their quotes."""
    own = {node.name for node in scenario.nodes}
    changed = _ODD.sub(lambda m: m[1] if m[1] in own else m[0], text)
    return None if changed == text else changed


def _html(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """What a web page left behind: tags around the text, entities for its signs."""
    r = rng.random()
    if r < 0.3:
        return text.replace("->", "-&gt;") if "->" in text else None
    if r < 0.55:
        return text.replace("\n", "<br>\n")
    tag = pick(rng.random, ("pre", "code", "p", "div"))
    return f"<{tag}>{text}</{tag}>" if r < 0.8 else f"<{tag}>\n{text}\n</{tag}>"


def _python(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """A colon and indentation for the braces."""
    if scenario.clusters or not text.endswith("\n}"):
        return None
    return text.removesuffix("\n}").replace(" {", ":", 1).replace(";\n", "\n").removesuffix(";")


def _glued(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """The statements cut into two graphs, the first one never closed."""
    lines = text.split("\n")
    edges = [i for i, line in enumerate(lines) if _EDGE.search(line) and line.startswith("  ")]
    if scenario.clusters or len(edges) < 2:
        return None
    cut = pick(rng.random, edges[1:])
    return "\n".join([*lines[:cut], lines[0], *lines[cut:]])


def _dash_comment(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """A remark on a line of its own behind a marker that DOT does not know."""
    match = _nth(rng, _STATEMENT, text)
    mark = pick(rng.random, ("-- {}", "% {}", "<!-- {} -->", "' {}", ";; {}", "REM {}", "!! {}"))
    words = pick(rng.random, ("start here", "main part", "added later", "see ticket", "the rest"))
    if match is None:
        return None
    return _swap(text, match, f"{match[1]}{mark.format(words)}\n{match.group()}")


def _mixed(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Several spellings of the edge operator, the right one among them."""
    found = _outside(text, _EDGE)
    if len(found) < 3:
        return None
    signs = ("=>", "-->", "--", "→", "->>", ">") if scenario.directed else ("->", "-", "---", "=")
    for match in rng.sample(found, len(found) // 2):
        # Same length first, so that the places of the other matches stay right.
        text = text[: match.start()] + "\x00\x00" + text[match.end() :]
    while "\x00\x00" in text:
        text = text.replace("\x00\x00", pick(rng.random, signs), 1)
    return text


def _twice(rng: random.Random, text: str, scenario: Scenario) -> str | None:
    """Two or three faults at once."""
    broken_text: str | None = text
    for _ in range(pick(rng.random, (2, 2, 3))):
        fault = pick(rng.random, _SINGLE)
        broken_text = fault(rng, broken_text, scenario) or broken_text
    return broken_text


FAULTS: dict[str, tuple[float, Callable[[random.Random, str, Scenario], str | None]]] = {
    "operator": (3, _arrows(None, True)),
    "one operator": (3, _arrows(None, False)),
    "fat arrow": (2, _arrows("=>", True)),
    "long arrow": (1, _arrows("-->", True)),
    "unicode arrow": (1, _arrows("→", True)),
    "one fat arrow": (1, _arrows("=>", False)),
    "greater": (0.5, _arrows(">", True)),
    "word arrow": (0.5, _arrows("to", False)),
    "half edge": (2, _half_edge),
    "kind": (2, _wrong_kind),
    "no keyword": (2, _no_keyword),
    "misspelt": (2, _misspelt),
    "last brace": (4, _no_last_brace),
    "first brace": (2, _no_first_brace),
    "extra brace": (1.5, _extra_brace),
    "inner brace": (6, _no_inner_brace),
    "lost quote": (4, _lost_quote),
    "unquoted": (4, _unquoted),
    "backticks": (1.5, _marks("`", "`")),
    "single quotes": (1.5, _marks("'", "'")),
    "curly quotes": (1, _marks("“", "”")),
    "open list": (4, _open_list),
    "list marks": (2, _list_marks),
    "colon list": (2, _colon_list),
    "no brackets": (1.5, _unbracketed),
    "mermaid label": (1.5, _mermaid_label),
    "keyword": (6, _keyword_id),
    "stray": (3, _stray),
    "commas": (1.5, _commas),
    "line ends": (1, _line_ends),
    "escapes": (1, _escapes),
    "comment": (1, _comment),
    "odd names": (3, _odd_names),
    "html": (1, _html),
    "python": (1, _python),
    "glued": (0.7, _glued),
    "line comment": (1, _dash_comment),
    "mixed": (2, _mixed),
    "several": (4, _twice),
}
_NAMES = list(FAULTS)
_WEIGHTS = [weight for weight, _ in FAULTS.values()]
_SINGLE = [fault for name, (_, fault) in FAULTS.items() if name != "several"]

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


# ---- Edits ------------------------------------------------------------------------------------

Edit = Callable[[random.Random, Scenario], tuple[str, Scenario] | None]


def _copy(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        nodes=list(scenario.nodes),
        edges=list(scenario.edges),
        clusters=[Cluster(c.label, list(c.members)) for c in scenario.clusters],
        attrs=dict(scenario.attrs),
    )


def _new_name(rng: random.Random, scenario: Scenario) -> str:
    """A name that the graph does not have, spelt like its first one."""
    taken = {node.name for node in scenario.nodes}
    like = scenario.nodes[0].name
    while True:
        if len(like) <= 3:
            name = naming.symbols(rng, 1)[0] + pick(rng.random, ("", "", "1", "x"))
        else:
            name = names.thing(rng)
            if " " not in like:
                glue = "_" if "_" in like else "-" if "-" in like else ""
                words = name.split(" ")
                name = glue.join(words if glue else [word.capitalize() for word in words])
            if like[:1].isupper():
                name = name[:1].upper() + name[1:]
        if name and name not in taken:
            return name


def _rename(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    changed = _copy(scenario)
    place = rng.randrange(len(changed.nodes))
    old, new = changed.nodes[place], _new_name(rng, scenario)
    changed.nodes[place] = replace(old, name=new)
    return expand(rng.random, _RENAME, {"A": old.name, "B": new}), changed


def _add_edge(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    changed = _copy(scenario)
    a, b = (rng.randrange(len(changed.nodes)) for _ in range(2))
    if any({e.tail, e.head} == {a, b} for e in changed.edges):
        return None
    label = names.noun(rng) if rng.random() < 0.4 else None
    changed.edges.append(Edge(a, b, label))
    rule = _ADD_EDGE if label is None else _ADD_LABELLED
    slots = {"A": changed.nodes[a].name, "B": changed.nodes[b].name, "L": label or ""}
    return expand(rng.random, rule, slots), changed


def _add_node(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    changed = _copy(scenario)
    name = _new_name(rng, scenario)
    changed.nodes.append(Node(name))
    new, old = len(changed.nodes) - 1, rng.randrange(len(scenario.nodes))
    slots = {"A": name, "B": scenario.nodes[old].name}
    r = rng.random()
    if r < 0.3:
        return expand(rng.random, _ADD_NODE, slots), changed
    changed.edges.append(Edge(old, new) if r < 0.65 or not scenario.directed else Edge(new, old))
    rule = _ADD_BEHIND if r < 0.65 and scenario.directed else _ADD_BEFORE
    return expand(rng.random, rule if scenario.directed else _ADD_JOINED, slots), changed


def _remove_node(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if len(scenario.nodes) < 3:
        return None
    gone = rng.randrange(len(scenario.nodes))
    keep = [i for i in range(len(scenario.nodes)) if i != gone]
    edges = [i for i, e in enumerate(scenario.edges) if gone not in (e.tail, e.head)]
    clusters = [Cluster(c.label, [m for m in c.members if m != gone]) for c in scenario.clusters]
    bare = replace(scenario, clusters=[c for c in clusters if c.members])
    slots = {"A": scenario.nodes[gone].name}
    return expand(rng.random, _REMOVE_NODE, slots), bare.reordered(keep, edges)


def _remove_edge(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.edges:
        return None
    changed = _copy(scenario)
    edge = changed.edges.pop(rng.randrange(len(changed.edges)))
    if any({e.tail, e.head} == {edge.tail, edge.head} for e in changed.edges):
        return None
    slots = {"A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    return expand(rng.random, _REMOVE_EDGE, slots), changed


def _insert(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.edges or not scenario.directed:
        return None
    changed = _copy(scenario)
    place = rng.randrange(len(changed.edges))
    edge = changed.edges[place]
    if edge.label or sum((e.tail, e.head) == (edge.tail, edge.head) for e in changed.edges) > 1:
        return None
    name = _new_name(rng, scenario)
    changed.nodes.append(Node(name))
    new = len(changed.nodes) - 1
    changed.edges[place : place + 1] = [Edge(edge.tail, new), Edge(new, edge.head)]
    slots = {"N": name, "A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    return expand(rng.random, _INSERT, slots), changed


def _reverse(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.directed or not scenario.edges:
        return None
    changed = _copy(scenario)
    if rng.random() < 0.5:
        changed.edges = [replace(e, tail=e.head, head=e.tail) for e in changed.edges]
        return expand(rng.random, _REVERSE_ALL, {}), changed
    place = rng.randrange(len(changed.edges))
    edge = changed.edges[place]
    changed.edges[place] = replace(edge, tail=edge.head, head=edge.tail)
    slots = {"A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    return expand(rng.random, _REVERSE, slots), changed


def _direction(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    rule = _UNDIRECT if scenario.directed else _DIRECT
    return expand(rng.random, rule, {}), replace(scenario, directed=not scenario.directed)


def _label_edge(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.edges:
        return None
    changed = _copy(scenario)
    place = rng.randrange(len(changed.edges))
    edge = changed.edges[place]
    if sum({e.tail, e.head} == {edge.tail, edge.head} for e in changed.edges) > 1:
        return None
    slots = {"A": changed.nodes[edge.tail].name, "B": changed.nodes[edge.head].name}
    if edge.label is not None and rng.random() < 0.3:
        changed.edges[place] = replace(edge, label=None)
        return expand(rng.random, _UNLABEL, slots), changed
    label = edge_texts.event(rng) if rng.random() < 0.5 else names.noun(rng)
    changed.edges[place] = replace(edge, label=label)
    return expand(rng.random, _LABEL, {**slots, "L": label}), changed


def _unlabel_all(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not any(e.label for e in scenario.edges):
        return None
    changed = _copy(scenario)
    changed.edges = [replace(e, label=None) for e in changed.edges]
    return expand(rng.random, _UNLABEL_ALL, {}), changed


def _group(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if scenario.clusters or len(scenario.nodes) < 3:
        return None
    changed = _copy(scenario)
    members = sorted(rng.sample(range(len(changed.nodes)), rng.randint(2, len(changed.nodes) - 1)))
    label = pick(rng.random, (names.noun(rng), names.thing(rng)))
    label = label.capitalize() if rng.random() < 0.5 else label
    changed.clusters = [Cluster(label, members)]
    listed = [changed.nodes[m].name for m in members]
    line = ", ".join(listed[:-1]) + pick(rng.random, (" and ", ", and ")) + listed[-1]
    return expand(rng.random, _GROUP, {"A": line, "L": label}), changed


def _ungroup(rng: random.Random, scenario: Scenario) -> tuple[str, Scenario] | None:
    if not scenario.clusters:
        return None
    return expand(rng.random, _UNGROUP, {}), replace(scenario, clusters=[])


_RENAME = compile_rule(
    "{Rename {|the node |node }<A> {to|as|into} <B>|{Call|Name} <A> <B> {instead|from now on}|"
    "<A> {should be|is now|is to be} {called|named} <B>|Replace <A> {by|with} <B>|"
    "{Change|Set} the name {of <A> to|<A> to} <B>|Use <B> {instead of|for} <A>}"
)
_ADD_EDGE = compile_rule(
    "{Add {an edge|a link|an arrow|a connection} from <A> to <B>|{Connect|Link} <A> {to|with} <B>{| as well|, too}|"
    "{Draw|Insert|Put in} {an edge|a line} from <A> to <B>{|, too}|<A> {should also|also has to|must also} "
    "{point|lead|go|connect} to <B>|There is {also|one more edge:} {|an edge from }<A> to <B>}"
)
_ADD_LABELLED = compile_rule(
    '{Add {an edge|a link|an arrow} from <A> to <B> {labelled|labeled|with the label} {"<L>"|<L>}|'
    '{Connect|Link} <A> {to|with} <B> and label {it|the edge} "<L>"|Add <A> to <B> (<L>)}'
)
_ADD_NODE = compile_rule(
    "{Add {a|another|one more} {|isolated |unconnected }node {|called |named }<A>{| without edges}|"
    "Put {a|an extra} node <A> {into it|in|beside the others}|Add <A>{, not connected to anything|, alone}}"
)
_ADD_BEHIND = compile_rule(
    "{Add {a|another} node {|called }<A> {after|behind|below} <B>|Let <B> {lead|point} to a new node <A>|"
    "Append <A> {to|after} <B>|{Add|Insert} <A> and an edge from <B> to {it|<A>}|<B> also {leads|points} to a new <A>}"
)
_ADD_BEFORE = compile_rule(
    "{Add {a|another} node {|called }<A> {before|in front of|that points to|that leads to} <B>|"
    "Let a new node <A> {lead|point} to <B>|{Add|Insert} <A> and an edge from {it|<A>} to <B>}"
)
_ADD_JOINED = compile_rule(
    "{Add {a|another} node {|called }<A> {joined|connected|linked} to <B>|{Add|Insert} <A> and {connect|join|link} it to <B>|"
    "Attach {a new node |}<A> to <B>}"
)
_REMOVE_NODE = compile_rule(
    "{Remove|Delete|Drop|Take out|Leave out|Get rid of} {|the node |node }<A>{| and {its edges|all its edges|everything attached to it}}"
)
_REMOVE_EDGE = compile_rule(
    "{{Remove|Delete|Drop|Cut|Take out} the {edge|link|connection|line} {from <A> to <B>|between <A> and <B>}|"
    "{Disconnect|Unlink} <A> {and|from} <B>|<A> {should no longer|must not} {lead|connect|point} to <B>}"
)
_INSERT = compile_rule(
    "{Insert|Put|Place|Add} {|a {step|node} }<N> {between <A> and <B>|on the edge from <A> to <B>}"
)
_REVERSE = compile_rule(
    "{Reverse|Turn round|Turn around|Flip|Invert} the {edge|arrow} {from <A> to <B>|between <A> and <B>}"
)
_REVERSE_ALL = compile_rule(
    "{Reverse|Flip|Invert|Turn round} {all|every one of the|all of the} {edges|arrows}{| of the graph| in it}"
)
_UNDIRECT = compile_rule(
    "{Make {it|this|the graph} undirected|{Remove|Drop} {the directions|the arrowheads}|Turn {it|this} into an undirected graph|"
    "{Convert|Change} {it|this} to an undirected graph|Without directions|As an undirected graph}"
)
_DIRECT = compile_rule(
    "{Make {it|this|the graph} directed|Turn {it|this} into a {directed graph|digraph}|{Convert|Change} {it|this} to a digraph|"
    "{Edges|All edges} should be arrows{|, in the order written}|As a directed graph}"
)
_LABEL = compile_rule(
    '{{Label|Name} the edge from <A> to <B> {"<L>"|with "<L>"|as "<L>"}|Set the label of <A> to <B> to "<L>"|'
    '{Write|Put} "<L>" on the {edge|link|line} between <A> and <B>|The edge {from <A> to <B>|between <A> and <B>} '
    '{should be|is} labelled "<L>"|Change the label between <A> and <B> to "<L>"}'
)
_UNLABEL = compile_rule(
    "{Remove|Delete|Drop} the label {of|from|on} the edge {from <A> to <B>|between <A> and <B>}"
)
_UNLABEL_ALL = compile_rule(
    "{Remove|Delete|Drop|Leave out|Strip} {all|the} {edge labels|labels of the edges}{|, please}"
)
_GROUP = compile_rule(
    '{{Group|Put|Collect|Gather} <A> {in|into} {a cluster|a box|a group} {called|labelled|named} {"<L>"|<L>}|'
    '<A> {form|belong to|make up|are in} {the|a} {group|cluster} "<L>"|{Draw|Put} a box {called|labelled} "<L>" '
    'around <A>|Add a cluster "<L>" {with|that holds|containing} <A>}'
)
_UNGROUP = compile_rule(
    "{Remove|Dissolve|Drop} {the|all} {clusters|groups|boxes}{|, keep the nodes| but keep the nodes}"
)
EDITS: dict[str, tuple[float, Edit]] = {
    "rename": (3, _rename),
    "add edge": (3, _add_edge),
    "add node": (3, _add_node),
    "remove node": (2, _remove_node),
    "remove edge": (2, _remove_edge),
    "insert": (1.5, _insert),
    "reverse": (2, _reverse),
    "direction": (1, _direction),
    "label": (2, _label_edge),
    "unlabel": (0.7, _unlabel_all),
    "group": (1.5, _group),
    "ungroup": (1, _ungroup),
}
_EDIT_NAMES = list(EDITS)
_EDIT_WEIGHTS = [weight for weight, _ in EDITS.values()]
HERE = compile_rule(
    "{{Here is|This is|Take|Given|Consider|I have|Look at} {a|this|the|my} {graph|DOT graph|diagram|digraph or graph}|"
    "{Graph|DOT|Input|Current graph|Before|Old}|{In|To|For} this {graph|DOT}}"
)
RESTYLE = compile_rule(
    "{{Reformat|Tidy|Format|Clean up|Normalise|Normalize|Pretty-print|Beautify|Tidy up|Rewrite} "
    "{it|this|this DOT|the graph|the above}{| {neatly|in a plain style|one statement a line|as usual}}|"
    "{The same|Same} graph, {one edge a line|tidied|neatly written|in a plain style|formatted}|"
    "{Write|Put} {one edge|one statement|each edge} {a|per|on each|on its own} line|Unroll {the|all} chains}"
)


def restyle_request(rng: random.Random) -> str:
    """A wish to have DOT written tidily."""
    return expand(rng.random, RESTYLE, {})


def edit(rng: random.Random, scenario: Scenario) -> tuple[str, str, str]:
    """(edit, DOT with a wish to change it, changed DOT); mostly one change, at times attributes."""
    random_ = rng.random
    changed, wishes, adorn = scenario, [], ()
    name = ""
    for _ in range(pick(random_, (1, 1, 1, 1, 2, 2, 3))):
        if random_() < 0.25 and not adorn:
            asked = ask(rng, changed, pick(random_, (1, 1, 2)))
            wishes += [f"{wish[:1].upper()}{wish[1:]}" for wish in asked.sentences]
            changed, adorn, name = asked.scenario, asked.defaults, name or "attributes"
            continue
        drawn = rng.choices(_EDIT_NAMES, _EDIT_WEIGHTS)[0]
        result = EDITS[drawn][1](rng, changed)
        if result is not None:
            wishes.append(result[0])
            changed, name = result[1], name or drawn
    if not wishes:
        wish, changed = expand(random_, RESTYLE, {}), scenario
        wishes, name = [wish], "restyle"
    style = HOUSE
    if random_() < 0.35:
        style = sample_style(rng, scenario, adorn=False)
        style = replace(style, strict=False, edges="single", declare="needed")
    text = write(scenario, style)
    request = f"{pick(random_, ('. ', '. ', '; ', chr(10), '. Then '))}".join(wishes)
    request += "" if request.endswith("?") else pick(random_, (".", ".", "", ":"))
    if random_() < 0.3:
        bullets = pick(random_, ("- ", "* ", "1. "))
        request = "\n".join(bullets + wish for wish in wishes)
    head = expand(random_, HERE, {}) + ":\n" if random_() < 0.5 else ""
    parts = [request, head + text] if random_() < 0.5 else [head + text, request]
    glue = pick(random_, ("\n\n", "\n\n", "\n"))
    target = write(changed, replace(HOUSE, name=style.name, adorn=adorn))
    return name, opening(rng) + glue.join(parts) + after(rng), target


# ---- Questions --------------------------------------------------------------------------------


def question(rng: random.Random, scenario: Scenario) -> tuple[str, str]:
    """(a graph and a question about it, the answer)."""
    random_ = rng.random
    nodes = [node.name for node in scenario.nodes]
    pairs = [(nodes[e.tail], nodes[e.head]) for e in scenario.edges]
    a, b = pick(random_, nodes), pick(random_, nodes)
    if pairs and random_() < 0.5:
        a, b = pick(random_, pairs)
    joined = (a, b) in pairs or (not scenario.directed and (b, a) in pairs)
    out = list(dict.fromkeys(head for tail, head in pairs if tail == a))
    into = list(dict.fromkeys(tail for tail, head in pairs if head == a))
    ends = list(dict.fromkeys(n for n in nodes if n not in {tail for tail, _ in pairs}))
    cases: list[tuple[str, str]] = [
        ("How many {nodes|vertices} {are there|does {it|the graph} have}?", str(len(nodes))),
        ("How many {edges|links} {are there|does {it|the graph} have}?", str(len(pairs))),
        ("Is there an edge from <A> to <B>?", "yes" if joined else "no"),
        ("Are <A> and <B> {linked|joined} directly?", "yes" if joined or (b, a) in pairs else "no"),
        ("{List|Name|What are} the nodes{.|?}", ", ".join(nodes)),
        ("Is {it|the graph} directed?", "yes" if scenario.directed else "no"),
    ]
    if scenario.directed:
        cases += [
            (
                "{Where does <A> lead|What follows <A>|What are the successors of <A>}?",
                ", ".join(out),
            ),
            ("{What leads to <A>|What are the predecessors of <A>}?", ", ".join(into)),
            ("{Which nodes have no outgoing edge|Where does it end}?", ", ".join(ends)),
        ]
    ask_, answer = pick(random_, cases)
    text = expand(random_, compile_rule(ask_), {"A": a, "B": b})
    graph = (
        house(scenario) if random_() < 0.7 else write(scenario, sample_style(rng, scenario, False))
    )
    mark = pick(random_, ("\n", "\n\n", "\n\nA:\n", "\nAnswer:\n", " ->\n", "\n\n"))
    return f"{graph}\n\n{text}{mark}", answer or "none"
