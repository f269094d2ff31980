"""DOT's tokens, exactly as Graphviz's own scanner cuts them.

Graphviz reads the first graph of a text and ignores the rest, and a few bytes can ask it for
billions of edges (`{1 2 3 ...} -> {1 2 3 ...}`). So two things must be known from the tokens
alone: where the graph ends, and how large it can become.
"""

import re
from dataclasses import dataclass

# Letters are ASCII letters, `_` and every non-ASCII character, as in Graphviz.
_LETTER = r"A-Za-z_\x80-\U0010ffff"
NAME = rf"[{_LETTER}][{_LETTER}0-9]*"
NUMBER = r"-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)"
STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
# A byte order mark is white space, but the scanner prefers the longest match: before a letter or
# digit it begins a name.
TRIVIA = rf"(?:[ \t\r\n]+|\ufeff(?![{_LETTER}0-9])|//[^\n]*|\#[^\n]*|/\*.*?\*/)"

_TOKEN = re.compile(
    rf"""(?P<trivia>{TRIVIA}+)
    |(?P<name>{NAME})
    |(?P<number>{NUMBER})
    |(?P<string>{STRING})
    |(?P<op>->|--)
    |(?P<html><)
    |(?P<open>"|/\*)      # a string or comment that never ends
    |(?P<punct>.)""",
    re.DOTALL | re.VERBOSE,
)
_ANGLE = re.compile(r"[<>]")
IDS = frozenset(("name", "number", "string", "html"))


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is name, number, string, html, op, punct or open (an unclosed string,
    comment or HTML-like string, which reaches to the end); `text[start:end]` is the token."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str, start: int = 0) -> list[Token]:
    """The tokens of `text` from `start` on, without white space and comments."""
    tokens = []
    position, length = start, len(text)
    while position < length:
        match = _TOKEN.match(text, position)
        kind, end = match.lastgroup, match.end()
        if kind == "html":
            end = _html_end(text, position)
            kind, end = ("html", end) if end else ("open", length)
        elif kind == "open":
            end = length
        if kind != "trivia":
            tokens.append(Token(kind, text[position:end], position, end))
        position = end
    return tokens


def _html_end(text: str, start: int) -> int | None:
    """Where the HTML-like string that opens at `start` ends; None if it never does."""
    depth = 0
    for match in _ANGLE.finditer(text, start):
        depth += 1 if match[0] == "<" else -1
        if depth == 0:
            return match.end()
    return None


def graph_end(tokens: list[Token]) -> int | None:
    """Index just after the brace that closes the first `{`; None where it is not closed."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind != "punct":
            continue
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth <= 0:
                return index + 1
    return None


def size_bound(tokens: list[Token]) -> int:
    """An upper bound on the insertions that reading these tokens costs Graphviz.

    Each end of an edge operator is a subgraph (at most all nodes) or a node list (at most all
    commas and one); whatever stands in nested subgraphs is inserted in each of them; and every
    node, edge and subgraph has a slot for every attribute name. Joining strings with `+` copies
    the whole string each time; some 500 characters cost as much as an insertion.
    """
    names = {token.text for token in tokens if token.kind in IDS}
    attributes, edges, depth, commas, brackets = set(), 0, 1, 0, 0
    insertions, subgraphs, joins, operators = 0, 0, 0, []
    for index, token in enumerate(tokens):
        if token.kind in IDS:
            insertions += depth
        elif token.kind == "op":
            operators.append((index, depth))
        elif token.text == "{":
            depth += 1
            subgraphs += 1
        elif token.text == "}":
            depth -= 1
        elif token.text == "[":
            brackets += 1
        elif token.text == "]":
            brackets = max(0, brackets - 1)
        elif token.text == "," and not brackets:
            commas += 1
        elif token.text == "+":
            joins += 1
        elif token.text == "=" and index:
            attributes.add(tokens[index - 1].text)
    for index, depth in operators:
        widths = []
        before, after = tokens[max(0, index - 2) : index], tokens[index + 1 : index + 2]
        for wide in (
            (before and before[-1].text == "}") or (before and _is_subgraph(before[0])),
            after and (after[0].text == "{" or _is_subgraph(after[0])),
        ):
            widths.append(max(len(names) if wide else 1, commas + 1))
        edges += widths[0] * widths[1]
        insertions += widths[0] * widths[1] * depth
    copied = joins * tokens[-1].end // 500 if tokens else 0
    return insertions + copied + len(attributes) * (len(names) + edges + subgraphs)


def _is_subgraph(token: Token) -> bool:
    return token.kind == "name" and token.text.lower() == "subgraph"
