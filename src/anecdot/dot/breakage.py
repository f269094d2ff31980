"""Breaking valid graphs the way models break them, for pairs of (broken text, right graph).

Each way is one small edit after which the right graph can still be told: where the kind of graph
and its operators disagree, the operators' majority says which is wrong. Only texts that Graphviz
then refuses are given out.
"""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise

from anecdot.dot.parse import check
from anecdot.dot.tokens import Token, tokenize

Edit = tuple[int, int, str]
"""Replace text[start:end] by the string."""


def break_(rng: random.Random, dot: str) -> tuple[str, str] | None:
    """A text that Graphviz refuses, made from the valid graph `dot`, and how it was broken (a key
    of WAYS); None if no way applies. The same state of `rng` gives the same text."""
    tokens = tokenize(dot)
    for what in rng.sample(list(WAYS), len(WAYS)):
        edits = list(WAYS[what](dot, tokens))
        rng.shuffle(edits)
        for start, end, new in edits[:4]:
            broken = dot[:start] + new + dot[end:]
            if check(broken) is not None:
                return broken, what
    return None


def _operators(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.kind == "op"]


def _strings(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.kind == "string" and len(token.text) > 2]


def _wrong_operator(text: str, tokens: list[Token]) -> Iterator[Edit]:
    operators = _operators(tokens)
    for token in operators:
        other = "--" if token.text == "->" else "->"
        wrong = ["-->", "=>", "- >", ">"] if token.text == "->" else ["---", "=", "-", "<->"]
        if len(operators) > 1:
            wrong += [other, other]
        for new in wrong:
            yield token.start, token.end, new


def _wrong_kind(text: str, tokens: list[Token]) -> Iterator[Edit]:
    keyword = next(token for token in tokens if token.text.lower() in ("graph", "digraph"))
    if len(_operators(tokens)) > 1:
        yield keyword.start, keyword.end, "graph" if len(keyword.text) > 5 else "digraph"


def _brace(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for token in tokens:
        if token.text in ("{", "}"):
            yield token.start, token.end, ""
    last = tokens[-1]
    yield last.start, len(text), ""
    yield last.end, last.end, "\n}"


def _quote(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for token in _strings(tokens):
        yield token.start, token.start + 1, ""
        yield token.end - 1, token.end, ""
        yield token.end - 1, token.end, "'"
        yield token.start, token.end, f"'{token.text[1:-1]}'"


def _unquoted(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for token in _strings(tokens):
        if "\n" not in token.text:
            yield token.start, token.end, token.text[1:-1]


def _backticks(text: str, tokens: list[Token]) -> Iterator[Edit]:
    yield 0, len(text), f"```dot\n{text}\n```"
    yield 0, len(text), f"```\n{text}\n```"
    yield len(text), len(text), "\n```"
    for token in tokens[1:]:
        if token.kind in ("name", "string"):
            yield token.start, token.end, "`" + token.text.strip('"') + "`"


def _escape(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for token in _strings(tokens):
        first, space, last = token.text[1:-1].rpartition(" ")
        yield token.start, token.end, f'"\\"{token.text[1:-1]}\\"'  # closing quote escaped away
        yield token.end - 1, token.end, '\\"'
        yield token.start, token.end, f'\\"{token.text[1:-1]}\\"'
        if space:
            yield token.start, token.end, f'"{first} "{last}""'


_PROSE = (
    "Here is the graph:",
    "Sure! This is the DOT code:",
    "The corrected graph is below.",
    "Note: the arrows show the flow.",
    "...",
    "(continued)",
    "etc.",
    "<|end|>",
    "Output:",
)


def _stray(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for prose in _PROSE:
        yield 0, 0, f"{prose}\n"
        yield len(text), len(text), f"\n{prose}"
        for token in tokens[1:-1]:
            if token.text == ";":
                yield token.end, token.end, f"\n  {prose}"


def _attribute_list(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else token
        if token.text == "]":
            yield token.start, token.end, ""
            yield token.start, token.end, ")"
            yield token.start, token.end, "}"
        elif token.text == "[":
            yield token.start, token.end, ""
            yield token.start, token.end, "("
            yield before.end, before.end, ";"  # a -> b; [label="x"]
        elif token.text == "=":
            yield token.start, token.end, ":"
            yield token.start, token.end, "=="
            yield token.start, token.end, " "


def _html(text: str, tokens: list[Token]) -> Iterator[Edit]:
    for before, token in pairwise(tokens):
        if token.kind == "html":
            yield token.end - 1, token.end, ""
            yield token.start, token.start + 1, ""
            yield token.start, token.end, f'"{token.text[:-1]}'
        elif before.text == "=" and token.kind == "string" and len(token.text) > 2:
            yield token.start, token.end, f"<{token.text[1:-1]}"
            yield token.start, token.end, f"{token.text[1:-1]}>"


WAYS: dict[str, Callable[[str, list[Token]], Iterator[Edit]]] = {
    "edge operator": _wrong_operator,
    "graph kind": _wrong_kind,
    "brace": _brace,
    "quote": _quote,
    "unquoted text": _unquoted,
    "backticks": _backticks,
    "escape": _escape,
    "stray text": _stray,
    "attribute list": _attribute_list,
    "HTML label": _html,
}
