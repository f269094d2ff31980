"""The DOT language: read, check, find, compare, draw and break graphs. Knows nothing of models."""

from anecdot.dot.breakage import break_
from anecdot.dot.compare import Comparison, compare
from anecdot.dot.extract import extract
from anecdot.dot.failures import FAILURE_CLASSES, failure_class
from anecdot.dot.parse import DotSyntaxError, Graph, canonical, check, parse
from anecdot.dot.render import RenderError, render_all, render_png, render_svg
from anecdot.dot.second_opinion import pydot_all

__all__ = [
    "FAILURE_CLASSES",
    "Comparison",
    "DotSyntaxError",
    "Graph",
    "RenderError",
    "break_",
    "canonical",
    "check",
    "compare",
    "extract",
    "failure_class",
    "parse",
    "pydot_all",
    "render_all",
    "render_png",
    "render_svg",
]
