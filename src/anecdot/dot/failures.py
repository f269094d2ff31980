"""Why a prediction failed: one class for each.

The classes are ordered by cause. What keeps a graph from being read hides everything else; wrong
nodes make wrong edges, so nodes are looked at first; among edges, a turned one explains both the
missing and the extra one it makes. Clusters and attributes come last: of a graph that is right but
for them.
"""

import re

from anecdot.dot.compare import Comparison
from anecdot.dot.parse import DotSyntaxError, check, parse
from anecdot.dot.tokens import Token, tokenize

NONE = "none"
NO_GRAPH = "no graph"
RAN_OUT = "ran out of tokens"
SYNTAX = ("edge operator", "quote", "brace", "attribute list", "HTML label", "other syntax")
WRONG = ("missing nodes", "extra nodes", "missing edges", "extra edges", "wrong direction")
UNLIKE = ("wrong label", "wrong cluster", "wrong attribute")
FAILURE_CLASSES = (NONE, NO_GRAPH, RAN_OUT, *SYNTAX, *WRONG, *UNLIKE)

_NEAR = re.compile(r"in line (\d+) near '(.*?)'(?:$|: text after)", re.DOTALL)
_NOTHING = Token("punct", "", -1, -1)
_KEYWORDS = frozenset(("node", "edge", "graph", "digraph", "subgraph", "strict"))


def failure_class(
    graph: str | None, comparison: Comparison, *, finished: bool = True, renders: bool = True
) -> str:
    """The class of one prediction, of FAILURE_CLASSES; "none" when it is exact.

    graph: what `extract` found; comparison: that graph against its reference; finished: did the
    model end by itself; renders: did a layout of the graph succeed (Graphviz parses a broken
    HTML-like label without complaint).
    """
    if graph is None:
        return NO_GRAPH
    if not comparison.valid:
        return syntax_class(graph) if finished else RAN_OUT
    if comparison.exact:
        return NONE if renders else "HTML label"
    if not renders:
        return "HTML label"
    return _wrong_class(comparison)


def _wrong_class(found: Comparison) -> str:
    """The class of a valid graph that is not the reference."""
    relabelled = len(found.wrong_node_labels)
    return next(
        name
        for name, holds in (
            ("missing nodes", len(found.missing_nodes) > relabelled),
            ("extra nodes", len(found.extra_nodes) > relabelled),
            ("wrong label", relabelled),
            ("wrong direction", found.reversed_edges or not found.same_kind),
            ("missing edges", found.missing_edges),
            ("extra edges", found.extra_edges),
            ("wrong label", found.wrong_edge_labels),
            # Nodes of one name, with their edges dealt out differently.
            ("missing edges", not found.same_graph),
            ("wrong cluster", not found.same_clusters),
            ("wrong attribute", True),
        )
        if holds
    )


def syntax_class(text: str) -> str:
    """The class, of SYNTAX, of a text that Graphviz refuses; ValueError if it does not."""
    try:
        parse(text)
    except DotSyntaxError as error:
        message = error.message
    else:
        raise ValueError("a valid graph has no syntax error")
    for phrase, name in (
        ("scanning a quoted string", "quote"),
        ("String starting:<-", "edge operator"),
        ("scanning a HTML string", "HTML label"),
        ("scanning a /*", "other syntax"),
    ):
        if phrase in message:
            return name
    tokens = tokenize(text)
    near = _NEAR.search(message)
    if near is None:  # the text ended too early
        return _at_end(tokens) if "syntax error" in message else "other syntax"
    index = _find(text, tokens, int(near[1]), near[2])
    return "other syntax" if index is None else _at(tokens, index)


def _find(text: str, tokens: list[Token], line: int, near: str) -> int | None:
    """The token that Graphviz stumbled over. For a string it quotes the closing mark alone."""
    kind = {'"': "string", ">": "html"}.get(near)
    candidates = [
        index
        for index, token in enumerate(tokens)
        if (token.text[:20] == near[:20] or token.kind == kind)
        and text.count("\n", 0, token.end) + 1 == line
    ]
    # Up to the right one, and not before, Graphviz complains of more than an early end.
    return next(
        (index for index in candidates if "near" in (check(text[: tokens[index].end]) or "")),
        next(iter(candidates), None),
    )


def _at_end(tokens: list[Token]) -> str:
    swallowed = next((token.kind for token in tokens if _runs_on(token)), None)
    if swallowed:
        return {"string": "quote", "html": "HTML label"}[swallowed]
    if _brackets(tokens) > 0:
        return "attribute list"
    return "brace" if tokens else "other syntax"


def _at(tokens: list[Token], index: int) -> str:
    """The class of an error at one token, from it, its neighbours and what is open there."""
    token, before = tokens[index], tokens[:index]
    last = before[-1] if before else _NOTHING
    following = tokens[index + 1] if index + 1 < len(tokens) else _NOTHING
    opened = any(one.text == "{" for one in before)
    touching = last.end == token.start
    keyword = _KEYWORDS.intersection((last.text.lower(), token.text.lower()))
    kinds, texts = (last.kind, token.kind), (last.text, token.text)
    rules = (
        ("brace" if _balance(tokens) else "other syntax", opened and _balance(before) == 0),
        ("other syntax", token.text == "`" and following.text == "`"),  # a fence
        ("quote", token.text in ("`", "'", "\\")),
        ("quote", any(one.kind == "string" and _runs_on(one) for one in before[-3:])),
        ("HTML label", any(one.kind == "html" and _runs_on(one) for one in before[-3:])),
        ("quote", touching and "string" in kinds and {*kinds} & {"name", "number"}),
        ("quote", token.text in ("-", ".") and touching and token.end == following.start),
        ("brace", not opened and (token.kind == "op" or token.text in ("[", ";", "}"))),
        ("other syntax", not opened or (keyword and "op" in kinds)),
        ("HTML label", token.text == ">" and _brackets(before) > 0),
        ("attribute list", _brackets(before) > 0 or token.text in ("(", ")")),
        ("edge operator", "op" in kinds or "-" in texts or ">" in texts),
        ("HTML label", "html" in kinds),
        ("attribute list", token.text in ("[", "]", "=", ",") or last.text == "="),
        ("brace", token.text in ("{", "}")),
    )
    return next((name for name, holds in rules if holds), "other syntax")


def _runs_on(token: Token) -> bool:
    """Has a string swallowed what follows it, its own end being missing?"""
    if token.kind not in ("string", "html"):
        return False
    inside = token.text[1:-1].rstrip()
    return "\n" in inside or inside.endswith(("=", "-", "->", "--"))


def _brackets(tokens: list[Token]) -> int:
    return _balance(tokens, "[", "]")


def _balance(tokens: list[Token], opening: str = "{", closing: str = "}") -> int:
    return sum((token.text == opening) - (token.text == closing) for token in tokens)
