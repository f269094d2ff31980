"""Writing DOT: how ids and strings are quoted, the one place that knows it."""

import re

KEYWORDS = frozenset({"node", "edge", "graph", "digraph", "subgraph", "strict"})
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)\Z")


def quote(text: str) -> str:
    """`text` as a quoted DOT string: quotes escaped, a line break as the escape that DOT shows."""
    text = text.replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}\\"' if text.endswith("\\") and not text.endswith("\\\\") else f'"{text}"'


def is_bare(text: str) -> bool:
    """May `text` stand as an id without quotes?"""
    return _BARE.match(text) is not None and text.lower() not in KEYWORDS


def dot_id(text: str) -> str:
    """`text` as a DOT id: bare where that is legal, else quoted."""
    return text if is_bare(text) else quote(text)
