"""Graphviz's graph library, cgraph, called directly through ctypes.

It is the one inside the pygraphviz package, found through the extension module that is linked
against it; pygraphviz's own wrapper is not used, since it prints messages on the C level's
standard error, where they cannot be told apart, and takes ten times as long to import.

Handles are addresses (int). The parser has global state: hold `LOCK` while calling `agmemread`.
"""

import ctypes
import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from anecdot.common.errors import UserError

GRAPH, NODE, EDGE = 0, 1, 2
"""The kinds of things that have attributes."""

LOCK = threading.RLock()

_HANDLE, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_FUNCTIONS = {
    "agseterrf": (_HANDLE, [_HANDLE]),
    "agmemread": (_HANDLE, [_TEXT]),
    "agclose": (_INT, [_HANDLE]),
    "agattr": (_HANDLE, [_HANDLE, _INT, _TEXT, _TEXT]),
    "agnxtattr": (_HANDLE, [_HANDLE, _INT, _HANDLE]),
    "agxget": (_HANDLE, [_HANDLE, _HANDLE]),
    "agxset": (_INT, [_HANDLE, _HANDLE, _TEXT]),
    "agxset_html": (_INT, [_HANDLE, _HANDLE, _TEXT]),
    "aghtmlstr": (_INT, [_HANDLE]),
    "agnameof": (_TEXT, [_HANDLE]),
    "agisdirected": (_INT, [_HANDLE]),
    "agisstrict": (_INT, [_HANDLE]),
    "agfstnode": (_HANDLE, [_HANDLE]),
    "agnxtnode": (_HANDLE, [_HANDLE, _HANDLE]),
    "agfstout": (_HANDLE, [_HANDLE, _HANDLE]),
    "agnxtout": (_HANDLE, [_HANDLE, _HANDLE]),
    "aghead": (_HANDLE, [_HANDLE]),
    "agfstsubg": (_HANDLE, [_HANDLE]),
    "agnxtsubg": (_HANDLE, [_HANDLE]),
}


@cache
def library() -> ctypes.CDLL:
    """The loaded library, its functions' types declared."""
    spec = importlib.util.find_spec("pygraphviz")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("pygraphviz is not installed: pip install pygraphviz")
    folder = Path(next(iter(spec.submodule_search_locations)))
    try:
        loaded = ctypes.CDLL(str(next(folder.glob("_graphviz*.so"))))
    except OSError as error:
        raise UserError(
            f"pygraphviz's Graphviz cannot be loaded ({error}); install what it names (on Debian: "
            "apt install libglib2.0-0 libx11-6 libxext6 libxrender1)"
        ) from None
    declare(loaded, _FUNCTIONS)
    # A layout context sets this default for the whole process. Set it always, so that a graph
    # reads the same whether or not something has been drawn before.
    loaded.agattr(None, NODE, b"label", b"\\N")
    return loaded


def declare(loaded: ctypes.CDLL, functions: dict[str, tuple]) -> None:
    """Sets the result and argument types of a library's functions."""
    for name, (result, arguments) in functions.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments


@contextmanager
def messages() -> Iterator[list[tuple[str, str]]]:
    """Collects what Graphviz has to say as (level, text); levels are "Error" and "Warning"."""
    with LOCK:
        found: list[tuple[str, str]] = []
        _parts.clear()
        previous = library().agseterrf(_collect)
        try:
            yield found
        finally:
            library().agseterrf(previous)
            # cgraph hands over a level, ": " and the text, one after the other.
            level = ""
            for part in (part.decode(errors="replace") for part in _parts):
                if part in ("Error", "Warning"):
                    level = part
                elif part != ": ":
                    found.append((level, part))


_parts: list[bytes] = []


@ctypes.CFUNCTYPE(_INT, _TEXT)
def _collect_part(part: bytes) -> int:
    if len(_parts) < 1000:
        _parts.append(part)
    return 0


_collect = ctypes.cast(_collect_part, _HANDLE)


def nodes(graph: int) -> Iterator[int]:
    """The nodes of a graph or subgraph, in the order of their first mention."""
    step = library()
    node = step.agfstnode(graph)
    while node:
        yield node
        node = step.agnxtnode(graph, node)


def edges(graph: int) -> Iterator[tuple[int, int]]:
    """(tail node, edge) by tail, each edge once. Parallel edges have handles of their own."""
    step = library()
    for node in nodes(graph):
        edge = step.agfstout(graph, node)
        while edge:
            yield node, edge
            edge = step.agnxtout(graph, edge)


def subgraphs(graph: int) -> Iterator[int]:
    """All subgraphs below `graph`, depth first; without recursion, since nesting may be deep."""
    step = library()
    stack = [step.agfstsubg(graph)]
    while stack:
        subgraph = stack.pop()
        if subgraph:
            yield subgraph
            stack += [step.agnxtsubg(subgraph), step.agfstsubg(subgraph)]


class _Symbol(ctypes.Structure):
    """The head of cgraph's Agsym_t: a link of the dictionary (two pointers), then the name."""

    _fields_ = (("link", _HANDLE * 2), ("name", _HANDLE))


def symbols(graph: int, kind: int) -> Iterator[tuple[str, int]]:
    """(name, symbol) of the attributes that things of one kind have in a graph."""
    symbol = library().agnxtattr(graph, kind, None)
    while symbol:
        yield ctypes.string_at(_Symbol.from_address(symbol).name).decode(), symbol
        symbol = library().agnxtattr(graph, kind, symbol)


def name_of(thing: int) -> str:
    """The name of a graph or edge; cgraph invents names that begin with % for what has none."""
    name = library().agnameof(thing)
    return "" if name is None or name.startswith(b"%") else name.decode()
