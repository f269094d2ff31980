"""Drawing graphs that nobody vouches for.

The layout happens in worker processes with limits on time and memory (`layout`); what comes back
is copied, element by element, through an allow-list, so that the SVG has shapes and text and
nothing else: no script, link, event handler, image, style sheet or identifier of the graph's.
"""

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anecdot.common.errors import UserError
from anecdot.dot import layout

_JOBS_PER_WORKER = 200
"""Layout leaks a little; a worker retires after so many drawings."""

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = ("path", "polygon", "polyline", "ellipse")
_GRADIENTS = ("defs", "linearGradient", "radialGradient", "stop")
_ELEMENTS = frozenset(("svg", "g", "text", "title", *_SHAPES, *_GRADIENTS))
_NUMBERS = r"[-+0-9eE., MCLzZ]*"
_PAINT = r"[#\w]+|url\(#[\w-]+\)"
_LENGTH = r"-?[0-9.]+(?:%|pt|px)?"
_ATTRIBUTES = {
    name: re.compile(pattern)
    for names, pattern in (
        ("points d viewBox stroke-dasharray", _NUMBERS),
        ("width height x y x1 y1 x2 y2 cx cy rx ry r fx fy offset", _LENGTH),
        ("stroke-width font-size stroke-opacity fill-opacity opacity", _LENGTH),
        ("fill stroke", _PAINT),
        ("transform", r"(?:(?:scale|rotate|translate)\([-0-9. ]*\) ?)*"),
        ("text-anchor font-weight font-style text-decoration baseline-shift", r"[a-z-]+"),
        ("font-family", r"[\w ,.'-]*"),
        ("gradientUnits", r"userSpaceOnUse"),
        ("class", r"[a-z][a-z0-9 -]*"),
        ("id", r"[\w-]+"),
    )
    for name in names.split()
}
_STOP = re.compile(r"stop-color:([#\w]+);stop-opacity:([0-9.]+);")


class RenderError(ValueError):
    """Graphviz could not draw the graph, or not within the limits. The message is one line."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What became of one graph: `data` is the drawing as Graphviz made it (None where it made
    none), `message` says why not."""

    data: bytes | None
    message: str | None

    @property
    def ok(self) -> bool:
        return self.data is not None

    def svg(self) -> str:
        """The drawing made safe to place in a page; RenderError where there is none."""
        if self.data is None:
            raise RenderError(self.message)
        return sanitise(self.data)


@dataclass(frozen=True, slots=True)
class Job:
    """A graph to draw. `nodes` (id -> class) and `edges` (index in `parse(text).edges` -> class)
    receive CSS classes, beside Graphviz's own `node` and `edge`."""

    text: str
    nodes: Mapping[str, str] = field(default_factory=dict)
    edges: Mapping[int, str] = field(default_factory=dict)
    format: str = "svg"


def render_all(
    jobs: Sequence[str | Job], *, workers: int | None = None, seconds: float = layout.SECONDS
) -> list[Drawing]:
    """Draws every graph, in order, in parallel worker processes (one for each processor).

    seconds: the longest that one layout may take.
    """
    waiting = [job if isinstance(job, Job) else Job(job) for job in jobs]
    drawings: list[Drawing | None] = [None] * len(waiting)
    numbers = iter(range(len(waiting)))
    lock = threading.Lock()

    def work() -> None:
        with _Worker(seconds) as worker:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                drawings[number] = worker.draw(waiting[number])

    count = min(workers or os.cpu_count() or 1, len(waiting))
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return drawings


def render_svg(
    text: str,
    *,
    nodes: Mapping[str, str] | None = None,
    edges: Mapping[int, str] | None = None,
) -> str:
    """One graph as a safe `<svg>` element; RenderError where it cannot be drawn."""
    return render_all([Job(text, nodes or {}, edges or {})])[0].svg()


def require_graphviz() -> None:
    """Raise UserError where Graphviz cannot draw even the smallest graph on this machine."""
    (drawing,) = render_all(["digraph { a -> b }"])
    if not drawing.ok:
        raise UserError(
            f"Graphviz cannot draw on this machine ({drawing.message}): no verdict can be given; "
            'try `python -c "import pygraphviz"` and install the libraries that it names'
        )


def render_png(text: str) -> bytes:
    """One graph as a PNG file's bytes; RenderError where it cannot be drawn."""
    (drawing,) = render_all([Job(text, format="png")])
    if drawing.data is None:
        raise RenderError(drawing.message)
    return drawing.data


class _Worker:
    """A layout process, started at need and started again after it died."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[str] | None = None
        self.done = 0

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def draw(self, job: Job) -> Drawing:
        if self.process is None or self.done >= _JOBS_PER_WORKER:
            self.stop()
            self.start()
        self.done += 1
        request = {
            "text": job.text,
            "nodes": dict(job.nodes),
            "edges": {str(index): css for index, css in job.edges.items()},
            "format": job.format,
            "seconds": self.seconds,
        }
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            reply = self.process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        if not reply:
            return Drawing(None, self.last_words())
        answer = json.loads(reply)
        data = answer["data"]
        return Drawing(base64.b64decode(data) if data else None, answer["message"])

    def start(self) -> None:
        source = Path(__file__).parents[2]
        # A small environment: Graphviz looks into it for plug-ins, fonts and paths of its own.
        kept = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
        keep = {key: os.environ[key] for key in kept if key in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", layout.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=keep | {"PYTHONPATH": str(source), "GV_FILE_PATH": "/nonexistent"},
            encoding="utf-8",
            start_new_session=True,
        )
        self.done = 0

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def last_words(self) -> str:
        """Why the process ended."""
        self.process.stdin = None  # what was not written never will be
        status = self.process.wait()
        self.stop()
        if status == -signal.SIGALRM:
            return f"the layout took more than {self.seconds:g} s"
        return f"the layout crashed or took more than {layout.MEMORY >> 20} MB"


def sanitise(data: bytes) -> str:
    """The `<svg>` of a Graphviz drawing with nothing but known elements and attributes.

    Gradients keep their identifiers, made unique by the drawing's hash, so that several drawings
    can stand in one page; their colours become attributes of their own, since a page's policy may
    forbid `style`. RenderError where the drawing is not well-formed.
    """
    start = data.find(b"<svg")
    try:
        tree = ET.fromstring(data[max(start, 0) :])
    except ET.ParseError as error:
        raise RenderError(f"the drawing is not well-formed: {error}") from None
    prefix = "g" + hashlib.sha256(data).hexdigest()[:10] + "-"
    safe = ET.Element("svg", {"xmlns": _SVG})
    stack = [(tree, safe)]
    safe.attrib |= _safe_attributes("svg", tree, prefix)
    while stack:
        source, target = stack.pop()
        for child in source:
            name = child.tag.removeprefix(f"{{{_SVG}}}") if isinstance(child.tag, str) else ""
            if name == "a":  # a link: what it holds, without it
                stack.append((child, ET.SubElement(target, "g")))
            elif name in _ELEMENTS:
                copy = ET.SubElement(target, name, _safe_attributes(name, child, prefix))
                if name in ("text", "title"):
                    copy.text = "".join(child.itertext())
                else:
                    stack.append((child, copy))
    return ET.tostring(safe, encoding="unicode")


def _safe_attributes(element: str, source: ET.Element, prefix: str) -> dict[str, str]:
    safe = {}
    for name, value in source.attrib.items():
        pattern = _ATTRIBUTES.get(name)
        if pattern is None or not pattern.fullmatch(value):
            continue
        if name == "id" and not element.endswith("Gradient"):
            continue
        if name == "id":
            value = prefix + value
        safe[name] = value.replace("url(#", f"url(#{prefix}")
    if element == "stop" and (colour := _STOP.fullmatch(source.get("style", ""))):
        safe["stop-color"], safe["stop-opacity"] = colour.groups()
    return safe
