"""One layout worker: draws graphs that it reads from standard input, under hard limits.

Run by `render` as a process of its own, since a hostile graph can make a layout engine loop, eat
memory or crash. A line of JSON in, a line of JSON out; the process is killed by its own alarm when
a job takes too long, and its parent sees that from the closed pipe.

Nothing that a graph says may open a file. So attributes pass an allow-list before the layout
(`image`, `shapefile`, `fontpath`, `imagepath`, `_background`, `stylesheet` are not on it; nor is
any link, identifier or tooltip) and `<IMG>` is taken out of HTML-like labels.
"""

import base64
import ctypes
import json
import os
import re
import resource
import signal
import sys

from anecdot.dot import cgraph
from anecdot.dot.parse import DotSyntaxError, reading

SECONDS = 5.0
MEMORY = 512 * 1024**2
MAX_OUTPUT = 4 * 1024**2
"""Bytes of one drawing."""

_ALLOWED = """
label xlabel headlabel taillabel labelloc labeljust labelangle labeldistance labelfloat
labelfontcolor labelfontname labelfontsize forcelabels decorate nojustify
shape sides skew distortion orientation regular fixedsize width height margin peripheries
color fillcolor fontcolor bgcolor pencolor penwidth style gradientangle colorscheme
fontname fontsize
dir arrowhead arrowtail arrowsize headport tailport headclip tailclip lhead ltail samehead
sametail constraint weight minlen len
rank rankdir ranksep nodesep newrank clusterrank cluster group ordering compound concentrate
remincross mclimit nslimit nslimit1 searchsize splines
layout mode model overlap overlap_scaling overlap_shrink sep esep start K repulsiveforce
levels smoothing quadtree maxiter normalize mindist root oneblock pack packmode sortv
epsilon Damping dim dimen defaultdist diredgeconstraints levelsgap voro_margin inputscale
pos pin notranslate area
size ratio rotate rotation landscape center pad scale viewport outputorder page pagedir dpi
resolution truecolor
"""
ALLOWED = frozenset(_ALLOWED.split())

_IMG = re.compile(r"<(/?)img\b[^>]*?(/?)(?:>|$)", re.IGNORECASE)
# Of a drawing (text has no bare quotation marks): Graphviz takes `fontsize=nan` or `pad=inf` as it
# is, and what it places then no viewer can show.
_NO_NUMBER = re.compile(
    rb' (?:transform|points|d|viewBox|[cr]?[xy]|width|height|stroke-width|font-size)="'
    rb'[^"]*(?:nan|inf)'
)
_CLASS = re.compile(r"[a-z][a-z0-9 -]*")


def scrub(graph: int) -> None:
    """Empties every attribute that is not allowed, and takes images out of HTML-like labels."""
    library = cgraph.library()
    things = {
        cgraph.GRAPH: [graph, *cgraph.subgraphs(graph)],
        cgraph.NODE: list(cgraph.nodes(graph)),
        cgraph.EDGE: [edge for _, edge in cgraph.edges(graph)],
    }
    for kind, owners in things.items():
        for name, symbol in list(cgraph.symbols(graph, kind)):
            if name not in ALLOWED:
                library.agattr(graph, kind, name.encode(), b"")
                for owner in owners:
                    library.agxset(owner, symbol, b"")
                continue
            for owner in owners:
                value = library.agxget(owner, symbol)
                if library.aghtmlstr(value):
                    text = ctypes.string_at(value).decode()
                    if _IMG.search(text):
                        library.agxset_html(owner, symbol, _IMG.sub(r"<\1BR\2>", text).encode())


def mark(graph: int, nodes: dict[str, str], edges: dict[str, str]) -> None:
    """Gives nodes (by id) and edges (by their index, as text) CSS classes in the SVG."""
    library = cgraph.library()
    if nodes:
        symbol = library.agattr(graph, cgraph.NODE, b"class", b"")
        for node in cgraph.nodes(graph):
            if css := nodes.get(library.agnameof(node).decode()):
                library.agxset(node, symbol, _CLASS.fullmatch(css)[0].encode())
    if edges:
        symbol = library.agattr(graph, cgraph.EDGE, b"class", b"")
        for index, (_, edge) in enumerate(cgraph.edges(graph)):
            if css := edges.get(str(index)):
                library.agxset(edge, symbol, _CLASS.fullmatch(css)[0].encode())


class Engine:
    """A Graphviz layout context."""

    def __init__(self) -> None:
        from pygraphviz import graphviz

        # Only pygraphviz can make the context: its wheel has the plug-ins built in.
        self._context = graphviz.gvContextWithBuiltins()
        self.context = int(self._context)
        handle, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        size = ctypes.POINTER(ctypes.c_size_t)
        cgraph.declare(
            cgraph.library(),
            {
                "gvLayout": (number, [handle, handle, text]),
                "gvFreeLayout": (number, [handle, handle]),
                "gvRenderData": (
                    number,
                    [handle, handle, text, ctypes.POINTER(handle), size],
                ),
                "gvFreeRenderData": (None, [handle]),
            },
        )

    def draw(self, graph: int, form: str) -> tuple[bytes | None, str | None]:
        """(the drawing, None) or (None, what is wrong)."""
        library = cgraph.library()
        data, size = None, 0
        with cgraph.messages() as found:
            if library.gvLayout(self.context, graph, b"dot") == 0:
                data, size = self._render(graph, "svg")
                placed = not _NO_NUMBER.search(data or b"")
                if data and placed and form != "svg":
                    data, size = self._render(graph, form)
            library.gvFreeLayout(self.context, graph)
        errors = " ".join(text for level, text in found if level == "Error").split()
        if errors:
            return None, " ".join(errors)[:500]
        if data is None:
            return None, "the drawing is too large" if size else "Graphviz gave no drawing"
        if not placed:
            return None, "Graphviz placed something at no finite number (nan, inf)"
        return data, None

    def _render(self, graph: int, form: str) -> tuple[bytes | None, int]:
        """A graph that has been laid out as (bytes, their number); None where too many."""
        library = cgraph.library()
        result, size = ctypes.c_void_p(), ctypes.c_size_t()
        status = library.gvRenderData(
            self.context, graph, form.encode(), ctypes.byref(result), ctypes.byref(size)
        )
        drawn = status == 0 and result and size.value <= MAX_OUTPUT
        data = ctypes.string_at(result, size.value) if drawn else None
        library.gvFreeRenderData(result)
        return data, size.value


def answer(engine: Engine, job: dict) -> dict[str, str | None]:
    """The reply to one job: {"data": base64 or None, "message": text or None}."""
    try:
        with reading(job["text"]) as graph:
            scrub(graph)
            mark(graph, job["nodes"], job["edges"])
            data, message = engine.draw(graph, job["format"])
    except DotSyntaxError as error:
        data, message = None, error.message
    return {"data": base64.b64encode(data).decode() if data else None, "message": message}


def main() -> None:
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # C code may print; the pipe is for replies
    engine = Engine()
    with reading("digraph { a [label=a] }") as graph:  # loads the fonts, before the limits
        engine.draw(graph, "svg")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for line in sys.stdin:
        job = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, job["seconds"])
        reply = json.dumps(answer(engine, job))
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(reply, file=replies, flush=True)


if __name__ == "__main__":
    main()
