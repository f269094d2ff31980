"""Reading DOT as Graphviz reads it, through the cgraph library inside the pygraphviz package.

`check` is the judge of validity: a text is valid when it is exactly one graph that Graphviz
parses without an error. Beyond Graphviz's own verdict it refuses what Graphviz would pass over:

- text after the closing brace, other than white space and comments (Graphviz reads the first
  graph and ignores what follows);
- an empty text, or one that holds no graph (Graphviz returns nothing, without a message);
- a NUL character (it would end the text for C) and texts past the limits below.

Graphviz's warnings are not errors: `1a` is two nodes, `1` and `a`, as it says itself.

Threads may call all of this; one at a time gets in.
"""

import ctypes
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from anecdot.dot import cgraph
from anecdot.dot.tokens import graph_end, size_bound, tokenize

MAX_CHARACTERS = 1_000_000
MAX_SIZE = 2_000_000
"""Insertions (see `size_bound`); at this bound reading takes about a second and 500 MB."""

_LINE = re.compile(r"in line (\d+)")
_NOISE = re.compile(r"^.*?(?=(?:syntax error|memory exhausted|subgraphs nested))", re.DOTALL)

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
        with reading(text):
            return None
    except DotSyntaxError as error:
        return error.message


def parse(text: str) -> Graph:
    """The graph in `text`; DotSyntaxError where `check` would complain."""
    with reading(text) as handle:
        return _Reader(handle).graph()


@contextmanager
def reading(text: str) -> Iterator[int]:
    """The cgraph handle of a text, closed in the end; DotSyntaxError as `parse` says."""
    handle = _read(text)
    try:
        yield handle
    finally:
        cgraph.library().agclose(handle)


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

    with cgraph.messages() as found:
        handle = cgraph.library().agmemread(data)
    error = next((said for level, said in found if level == "Error"), "")
    if handle and not error:
        end = graph_end(tokens)
        if end == len(tokens):
            return handle
        extra = tokens[end]
        line = text.count("\n", 0, extra.start) + 1
        error = f"syntax error in line {line} near '{extra.text[:20]}': text after the graph"
    if handle:
        cgraph.library().agclose(handle)
    if not error:
        raise DotSyntaxError("no graph", 1)
    message = " ".join(_NOISE.sub("", error).split())
    line = _LINE.search(message)
    raise DotSyntaxError(message, int(line[1]) if line else 1)


class _Reader:
    """Copies one cgraph graph into Python. Edges are read by handle: parallel ones stay apart."""

    def __init__(self, handle: int) -> None:
        self.library = cgraph.library()
        self.handle = handle
        # cgraph keeps one copy of equal strings, so an address stands for its value.
        self.strings: dict[int, str] = {}
        self.symbols = {
            kind: list(cgraph.symbols(handle, kind))
            for kind in (cgraph.GRAPH, cgraph.NODE, cgraph.EDGE)
        }

    def graph(self) -> Graph:
        library, handle = self.library, self.handle
        graph = Graph(
            name=cgraph.name_of(handle),
            directed=bool(library.agisdirected(handle)),
            strict=bool(library.agisstrict(handle)),
            attrs=self._attributes(handle, cgraph.GRAPH),
        )
        names = {node: library.agnameof(node).decode() for node in cgraph.nodes(handle)}
        for node, name in names.items():
            graph.nodes[name] = self._node_attributes(node)
        for tail, edge in cgraph.edges(handle):
            attrs = self._attributes(edge, cgraph.EDGE)
            if key := cgraph.name_of(edge):
                attrs["key"] = key
            graph.edges.append((names[tail], names[library.aghead(edge)], attrs))
        for subgraph in cgraph.subgraphs(handle):
            name = cgraph.name_of(subgraph)
            attrs = self._attributes(subgraph, cgraph.GRAPH)
            members = [names[node] for node in cgraph.nodes(subgraph)]
            if name.startswith("cluster") or attrs.get("cluster") in ("true", "yes", "1"):
                graph.clusters.append((name, attrs, members))
            elif rank := attrs.get("rank"):
                graph.ranks.append((rank, members))
        return graph

    def _attributes(self, thing: int, kind: int) -> Attributes:
        get, string = self.library.agxget, self._string
        values = ((name, string(get(thing, symbol))) for name, symbol in self.symbols[kind])
        return {name: value for name, value in values if value}

    def _node_attributes(self, node: int) -> Attributes:
        attrs = {
            name: value
            for name, symbol in self.symbols[cgraph.NODE]
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
