"""Reading DOT as Graphviz reads it, through the cgraph library inside the pygraphviz package.

`check` is the judge of validity: a text is valid when it is exactly one graph that Graphviz
parses without an error. Beyond Graphviz's own verdict it refuses what Graphviz would pass over:

- text after the closing brace, other than white space and comments (Graphviz reads the first
  graph and ignores what follows);
- an empty text, or one that holds no graph (Graphviz returns nothing, without a message);
- a NUL character (it would end the text for C) and texts past the limits below.

Graphviz's warnings are not errors: `1a` is two nodes, `1` and `a`, as it says itself.

pygraphviz's own wrapper prints the message on the C level's standard error, so that it cannot be
told which text it belongs to; cgraph's `agseterrf` hands it to us. The parser has global state:
a lock lets one thread in at a time.
"""

import ctypes
import html
import importlib.util
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from anecdot.dot.tokens import graph_end, size_bound, tokenize

MAX_CHARACTERS = 1_000_000
MAX_SIZE = 2_000_000
"""Insertions (see `size_bound`); at this bound reading takes about a second and 500 MB."""

_GRAPH, _NODE, _EDGE = 0, 1, 2
_LINE = re.compile(r"in line (\d+)")
_NOISE = re.compile(r"^.*?(?=(?:syntax error|memory exhausted|subgraphs nested))", re.DOTALL)
_lock = threading.Lock()

Attributes = dict[str, str]


class DotSyntaxError(ValueError):
    """The text is not one valid graph. `message` is one line; `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Html(str):
    """The value of an HTML-like string (`<...>` in the text), without its outer brackets."""

    __slots__ = ()

    def plain(self) -> str:
        """The text a reader sees: tags become spaces, entities characters."""
        return html.unescape(re.sub(r"<[^<>]*>", " ", self))


@dataclass(slots=True)
class Graph:
    """A graph as Graphviz reads it: chains, lists and subgraph edges expanded, defaults applied.

    Attributes with an empty value are left out, since that is how Graphviz says 'not set'; only a
    node's `label=""` is kept, since there it means 'no text' (a node without the key shows its
    id). Ports are the edge attributes `tailport` and `headport`.

    clusters: (name, attributes, member ids); ranks: (rank, member ids) of the plain subgraphs that
    set `rank`, as in `{rank=same; a; b}`.
    """

    name: str
    directed: bool
    strict: bool
    attrs: Attributes
    nodes: dict[str, Attributes] = field(default_factory=dict)
    edges: list[tuple[str, str, Attributes]] = field(default_factory=list)
    clusters: list[tuple[str, Attributes, list[str]]] = field(default_factory=list)
    ranks: list[tuple[str, list[str]]] = field(default_factory=list)


def check(text: str) -> str | None:
    """None when `text` is one graph that Graphviz parses, else what is wrong, in one line."""
    try:
        with _reading(text):
            return None
    except DotSyntaxError as error:
        return error.message


def parse(text: str) -> Graph:
    """The graph in `text`; DotSyntaxError where `check` would complain."""
    with _reading(text) as handle:
        return _Reader(handle).graph()


def canonical(text: str) -> str:
    """A key that two texts share when they are the same graph: kind, ids, edges and labels.

    Order, layout, spelling (chains, quotes, defaults) and all other attributes do not count.
    """
    graph = parse(text)

    def ends(tail: str, head: str) -> list[str]:
        return [tail, head] if graph.directed else sorted((tail, head))

    key = {
        "directed": graph.directed,
        "nodes": sorted([node, attrs.get("label", node)] for node, attrs in graph.nodes.items()),
        "edges": sorted([*ends(t, h), attrs.get("label", "")] for t, h, attrs in graph.edges),
        "clusters": sorted([a.get("label", ""), sorted(ids)] for _, a, ids in graph.clusters),
    }
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


class _reading:
    """Context: the cgraph handle of a text; closed at the end. Errors as `parse` says."""

    def __init__(self, text: str) -> None:
        self._handle = _read(text)

    def __enter__(self) -> int:
        return self._handle

    def __exit__(self, *_: object) -> None:
        _library().agclose(self._handle)


def _read(text: str) -> int:
    if "\0" in text:
        raise DotSyntaxError("NUL character", text.count("\n", 0, text.index("\0")) + 1)
    if len(text) > MAX_CHARACTERS:
        raise DotSyntaxError(f"longer than {MAX_CHARACTERS:,} characters", 1)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise DotSyntaxError("lone surrogate: not Unicode text", line) from None
    tokens = tokenize(text)
    if size_bound(tokens) > MAX_SIZE:
        raise DotSyntaxError("too large: it would expand beyond the limit", 1)

    library = _library()
    with _lock:
        _messages.clear()
        previous = library.agseterrf(_collect)
        try:
            handle = library.agmemread(data)
        finally:
            library.agseterrf(previous)
        messages = b"".join(_messages).decode(errors="replace")
    error = messages.partition("Error: ")[2]
    if handle and not error:
        end = graph_end(tokens)
        if end == len(tokens):
            return handle
        extra = tokens[end]
        line = text.count("\n", 0, extra.start) + 1
        error = f"syntax error in line {line} near '{extra.text[:20]}': text after the graph"
    if handle:
        library.agclose(handle)
    if not error:
        raise DotSyntaxError("no graph", 1)
    message = " ".join(_NOISE.sub("", error.partition("Warning: ")[0]).split())
    line = _LINE.search(message)
    raise DotSyntaxError(message, int(line[1]) if line else 1)


class _Symbol(ctypes.Structure):
    """The head of cgraph's Agsym_t: a link of the dictionary (two pointers), then the name."""

    _fields_ = (("link", ctypes.c_void_p * 2), ("name", ctypes.c_void_p))


_messages: list[bytes] = []


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p)
def _collect_callback(part: bytes) -> int:
    _messages.append(part)
    return 0


_collect = ctypes.cast(_collect_callback, ctypes.c_void_p)


@cache
def _library() -> ctypes.CDLL:
    """cgraph, found through the extension module that is linked against it.

    pygraphviz itself is not imported: that would take ten times as long.
    """
    spec = importlib.util.find_spec("pygraphviz")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("pygraphviz is not installed: pip install pygraphviz")
    folder = Path(next(iter(spec.submodule_search_locations)))
    library = ctypes.CDLL(str(next(folder.glob("_graphviz*.so"))))
    handle, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("agseterrf", handle, [handle]),
        ("agmemread", handle, [text]),
        ("agclose", number, [handle]),
        ("agattr", handle, [handle, number, text, text]),
        ("agnxtattr", handle, [handle, number, handle]),
        ("agxget", handle, [handle, handle]),
        ("aghtmlstr", number, [handle]),
        ("agnameof", text, [handle]),
        ("agisdirected", number, [handle]),
        ("agisstrict", number, [handle]),
        ("agfstnode", handle, [handle]),
        ("agnxtnode", handle, [handle, handle]),
        ("agfstout", handle, [handle, handle]),
        ("agnxtout", handle, [handle, handle]),
        ("aghead", handle, [handle]),
        ("agfstsubg", handle, [handle]),
        ("agnxtsubg", handle, [handle]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    # A layout context sets this default for the whole process. Set it always, so that a graph
    # reads the same whether or not something has been drawn before.
    library.agattr(None, _NODE, b"label", b"\\N")
    return library


class _Reader:
    """Copies one cgraph graph into Python. Edges are read by handle: parallel ones stay apart."""

    def __init__(self, handle: int) -> None:
        self.library = _library()
        self.handle = handle
        # cgraph keeps one copy of equal strings, so an address stands for its value.
        self.strings: dict[int, str] = {}
        self.symbols = {kind: list(self._symbols(kind)) for kind in (_GRAPH, _NODE, _EDGE)}

    def graph(self) -> Graph:
        library, handle = self.library, self.handle
        graph = Graph(
            name=_visible(library.agnameof(handle)),
            directed=bool(library.agisdirected(handle)),
            strict=bool(library.agisstrict(handle)),
            attrs=self._attributes(handle, _GRAPH),
        )
        names = {node: library.agnameof(node).decode() for node in self._nodes(handle)}
        for node, name in names.items():
            graph.nodes[name] = self._node_attributes(node)
        for node, tail in names.items():
            edge = library.agfstout(handle, node)
            while edge:
                attrs = self._attributes(edge, _EDGE)
                if key := _visible(library.agnameof(edge)):
                    attrs["key"] = key
                graph.edges.append((tail, names[library.aghead(edge)], attrs))
                edge = library.agnxtout(handle, edge)
        for subgraph in self._subgraphs(handle):
            name = _visible(library.agnameof(subgraph))
            attrs = self._attributes(subgraph, _GRAPH)
            members = [names[node] for node in self._nodes(subgraph)]
            if name.startswith("cluster") or attrs.get("cluster") in ("true", "yes", "1"):
                graph.clusters.append((name, attrs, members))
            elif rank := attrs.get("rank"):
                graph.ranks.append((rank, members))
        return graph

    def _symbols(self, kind: int) -> Iterator[tuple[str, int]]:
        """(attribute name, its cgraph symbol)"""
        symbol = self.library.agnxtattr(self.handle, kind, None)
        while symbol:
            name = ctypes.string_at(_Symbol.from_address(symbol).name).decode()
            yield name, symbol
            symbol = self.library.agnxtattr(self.handle, kind, symbol)

    def _attributes(self, thing: int, kind: int) -> Attributes:
        get, string = self.library.agxget, self._string
        values = ((name, string(get(thing, symbol))) for name, symbol in self.symbols[kind])
        return {name: value for name, value in values if value}

    def _node_attributes(self, node: int) -> Attributes:
        attrs = {
            name: value
            for name, symbol in self.symbols[_NODE]
            if (value := self._string(self.library.agxget(node, symbol))) or name == "label"
        }
        if attrs["label"] == "\\N":
            del attrs["label"]
        return attrs

    def _string(self, address: int) -> str:
        value = self.strings.get(address)
        if value is None:
            value = ctypes.string_at(address).decode()
            if self.library.aghtmlstr(address):
                value = Html(value)
            self.strings[address] = value
        return value

    def _nodes(self, graph: int) -> Iterator[int]:
        node = self.library.agfstnode(graph)
        while node:
            yield node
            node = self.library.agnxtnode(graph, node)

    def _subgraphs(self, graph: int) -> Iterator[int]:
        """All subgraphs below `graph`, depth first; without recursion: nesting may be deep."""
        stack = [self.library.agfstsubg(graph)]
        while stack:
            subgraph = stack.pop()
            if subgraph:
                yield subgraph
                stack += [self.library.agnxtsubg(subgraph), self.library.agfstsubg(subgraph)]


def _visible(name: bytes | None) -> str:
    """cgraph invents names that begin with % for what has none."""
    return "" if name is None or name.startswith(b"%") else name.decode()
