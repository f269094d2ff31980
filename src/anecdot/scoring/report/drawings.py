"""The gallery's drawings: what differs is marked, and the SVG made small.

Marks are CSS classes. In a model's drawing: `extra`, `wrong`. In the reference's drawing, which
stands beside several models: `missing-tuned`, `wrong-base` and so on; the page's style shows those
of one model at a time. Nodes bear `fill` beside the mark, so that their shape can be tinted.
"""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from anecdot import dot
from anecdot.dot.render import Job, render_all
from anecdot.scoring.report.charts import short
from anecdot.scoring.verdicts import Prediction

MAX_CHARACTERS = 24_000
"""A larger drawing is left out: no one can read it, and it would swell the page."""

MAX_TOTAL = 5_000_000
"""Characters of all drawings; where they are more, the largest are left out."""

FONT_SCALE = 12 / 14
"""The page draws labels in a sans serif, which is wider than Graphviz's Times at 14 points."""

TOO_LARGE = "a graph too large to be drawn here"


class Picture(NamedTuple):
    """A drawing for the page, or why there is none."""

    svg: Markup | None
    message: str


class Marks:
    """CSS classes of the nodes (by id) and edges (by index) of one graph."""

    def __init__(self) -> None:
        self.nodes: dict[str, set[str]] = defaultdict(set)
        self.edges: dict[int, set[str]] = defaultdict(set)

    def add(self, mark: str, nodes: list[str], edges: list[int]) -> None:
        for node in nodes:
            self.nodes[node] |= {mark, "fill"}
        for edge in edges:
            self.edges[edge].add(mark)

    def job(self, text: str) -> Job:
        def join(marks: dict[Any, set[str]]) -> dict[Any, str]:
            return {key: " ".join(sorted(classes)) for key, classes in marks.items()}

        return Job(text, join(self.nodes), join(self.edges))


def draw_gallery(pairs: list[dict[str, Prediction]]) -> list[dict[str, Picture]]:
    """Draw, for each pair, the reference ("expected") and every model's graph.

    pairs: the predictions of one pair by model (see `scoring.score`). A drawing that several
    predictions share is laid out once.
    """
    jobs: dict[str, tuple[int, Job]] = {}
    wanted: list[dict[str, int | str]] = []
    for answers in pairs:
        expected = next(iter(answers.values())).expected
        reference = Marks()
        wishes: dict[str, Job | str] = {}
        for model, answer in answers.items():
            wishes[model] = _marked(reference, model, answer)
        wishes["expected"] = reference.job(expected)
        wanted.append(
            {
                name: wish if isinstance(wish, str) else _number(jobs, wish)
                for name, wish in wishes.items()
            }
        )
    drawings = render_all([job for _, job in jobs.values()])
    pictures: list[Picture] = []
    for drawing in drawings:
        try:
            pictures.append(Picture(compact(drawing.svg(), len(pictures)), ""))
        except dot.RenderError as error:
            pictures.append(Picture(None, str(error)))
    gallery = [
        {
            name: Picture(None, wish) if isinstance(wish, str) else pictures[wish]
            for name, wish in wishes.items()
        }
        for wishes in wanted
    ]
    limit = _limit(picture for card in gallery for picture in card.values())
    return [
        {
            name: Picture(None, TOO_LARGE) if len(picture.svg or "") > limit else picture
            for name, picture in card.items()
        }
        for card in gallery
    ]


def _limit(pictures: Iterable[Picture]) -> int:
    """The size up to which drawings are shown."""
    total = 0
    for size in sorted(len(picture.svg or "") for picture in pictures):
        total += size
        if size > MAX_CHARACTERS or total > MAX_TOTAL:
            return size - 1
    return MAX_CHARACTERS


def _marked(reference: Marks, model: str, answer: Prediction) -> Job | str:
    """One model's graph with its marks, those of the reference noted; else what is wrong."""
    if not answer.valid:
        return answer.message
    found = dot.compare(answer.expected, answer.output_dot)
    marks = Marks()
    renamed = [node for node, _ in found.wrong_node_labels]
    renames = [node for _, node in found.wrong_node_labels]
    changed = found.wrong_edge_labels + found.reversed_edges
    reference.add(
        f"missing-{model}",
        [node for node in found.missing_nodes if node not in renamed],
        found.missing_edges,
    )
    reference.add(f"wrong-{model}", renamed, [edge for edge, _ in changed])
    marks.add(
        "extra", [node for node in found.extra_nodes if node not in renames], found.extra_edges
    )
    marks.add("wrong", renames, [edge for _, edge in changed])
    return marks.job(answer.output_dot)


def _number(jobs: dict[str, tuple[int, Job]], job: Job) -> int:
    return jobs.setdefault(repr(job), (len(jobs), job))[0]


_NUMBER = re.compile(r"-?\d+\.\d+")
_STILL = re.compile(r"scale\(1 1\) rotate\(0\) ")
_GRADIENT = re.compile(r"(?<=url\(#)[\w-]+|^g[0-9a-f]{10}-[\w-]+$")
_MARK = re.compile(r"(?:extra|wrong|missing)(?:-\w+)?|fill")
# What the page's style says of every drawing, and so need not be said on each element.
_DEFAULTS = {
    "fill": ("none", "transparent"),
    "stroke": ("black", "#000000"),
    "text-anchor": ("middle",),
    "font-family": ("Times,serif", "Times-Roman", "Times"),
    "font-size": ("14.00",),
}


def compact(svg: str, number: int) -> Markup:
    """A sanitised drawing without what the page's style says already.

    Black becomes the text's colour, so that a drawing suits a dark page; one that has colours of
    its own gets the class `paper`, a white ground. number: of the drawing in the page, for the
    identifiers of its gradients (Graphviz counts them on from drawing to drawing).
    """
    root = ET.fromstring(svg)
    width, height = (short(float(n)) for n in root.get("viewBox", "0 0 1 1").split()[2:4])
    drawing = _Compact(number)
    for child in root:
        drawing.write(child)
    css = "drawing paper" if drawing.coloured else "drawing"
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return Markup(f'<svg class="{css}" {size}>{"".join(drawing.parts)}</svg>')


class _Compact:
    """The elements of a drawing, written one after the other; see `compact`."""

    def __init__(self, number: int) -> None:
        self.number, self.coloured = number, False
        self.parts: list[str] = []
        self.gradients: dict[str, str] = {}

    def write(self, element: ET.Element) -> None:
        """Add an element and what stands in it."""
        tag = element.tag.rpartition("}")[2]
        if tag == "title":
            return
        if tag == "text":
            said = self._attributes(element, tag)
            self.parts.append(f"<text{said}>{escape(element.text or '')}</text>")
            return
        inside = list(element)
        ground = tag == "g" and "graph" in element.get("class", "").split()
        if ground and inside and inside[0].tag.endswith("polygon") and _is_ground(inside[0]):
            del inside[0]
        said = self._attributes(element, tag)
        if not inside:
            self.parts.append(f"<{tag}{said}/>")
            return
        plain = tag == "g" and not said
        self.parts.append("" if plain else f"<{tag}{said}>")
        for child in inside:
            self.write(child)
        self.parts.append("" if plain else f"</{tag}>")

    def _attributes(self, element: ET.Element, tag: str) -> str:
        found = dict(element.attrib)
        found["class"] = " ".join(w for w in found.get("class", "").split() if _MARK.fullmatch(w))
        if "font-size" in found:
            size = float(found["font-size"])
            found["font-size"] = "14.00" if size == 14 else f"{size * FONT_SCALE:.1f}"
        result = []
        for name, value in found.items():
            if not value or value in _DEFAULTS.get(name, ()):
                continue
            if name in ("fill", "stroke", "stop-color"):
                if tag == "text" and value in ("black", "#000000"):
                    continue
                value = "currentColor" if value in ("black", "#000000") else value
                value = "none" if value == "transparent" else value
                self.coloured = self.coloured or value not in ("currentColor", "none")
            if name in ("id", "fill", "stroke"):
                value = _GRADIENT.sub(self._rename, value)
            value = _STILL.sub("", _NUMBER.sub(lambda match: short(float(match[0])), value))
            result.append(f' {name}="{escape(value)}"')
        return "".join(result)

    def _rename(self, match: re.Match[str]) -> str:
        return self.gradients.setdefault(match[0], f"d{self.number}-{len(self.gradients)}")


def _is_ground(polygon: ET.Element) -> bool:
    """Is this the white ground that Graphviz lays under every drawing?"""
    return polygon.get("fill") == "white" and polygon.get("stroke") in ("none", "transparent")
