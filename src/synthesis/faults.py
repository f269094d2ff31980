# ruff: noqa: E501 (tables of phrases)
"""What breaks DOT: each fault a function (rng, text, scenario) -> broken text or None."""

import random
import re
from collections.abc import Callable

from anecdot.dot.write import KEYWORDS
from synthesis.phrasing import pick
from synthesis.scenario import Scenario

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
_SINGLE = [fault for name, (_, fault) in FAULTS.items() if name != "several"]
