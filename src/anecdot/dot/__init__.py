"""The DOT language: read, check, find, compare, draw, break and write graphs.

Knows nothing of models."""

from anecdot.dot.breakage import break_
from anecdot.dot.causes import CAUSES, causes
from anecdot.dot.compare import Comparison, compare
from anecdot.dot.extract import extract
from anecdot.dot.failures import FAILURE_CLASSES, failure_class
from anecdot.dot.parse import DotSyntaxError, Graph, check, parse
from anecdot.dot.render import RenderError, render_all, render_png, render_svg, require_graphviz
from anecdot.dot.second_opinion import pydot_all
from anecdot.dot.view import canonical
from anecdot.dot.write import dot_id, quote

__all__ = [
    "CAUSES",
    "FAILURE_CLASSES",
    "Comparison",
    "DotSyntaxError",
    "Graph",
    "RenderError",
    "break_",
    "canonical",
    "causes",
    "check",
    "compare",
    "dot_id",
    "extract",
    "failure_class",
    "parse",
    "pydot_all",
    "quote",
    "render_all",
    "render_png",
    "render_svg",
    "require_graphviz",
]
