"""Documents: one scenario in one or more source forms and in DOT, joined in many ways.

Most documents are a source followed by its graph in the house style and end right after the
closing brace, so that stopping is learnt. Every stretch of a document carries a loss weight: names
in a source are noise that no model can foresee, the DOT that follows is determined by it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from synthesis import edits, features, kinds, plain, questions, repair
from synthesis.dot_style import house, sample_style, styled, write
from synthesis.forms import source
from synthesis.framing import after, between, fence, opening
from synthesis.scenario import Rendered

SOURCE, DOT = 0.2, 1.0
"""Loss weights of text that is given and of text that follows from it."""


@dataclass
class Document:
    """One training text.

    Attributes:
        form: "family/form", for losses by form.
        segments: (text, loss weight); each but the last ends with a line break.
    """

    form: str
    segments: list[tuple[str, float]]


def compose(rng: random.Random) -> Document:
    """One document of a random sort."""
    sort = rng.choices(_SORTS, _SORT_WEIGHTS)[0]
    return sort(rng)


def _graph(rng: random.Random, rendered: Rendered) -> str:
    return house(rendered.scenario, rendered.scenario.title)


def source_dot(rng: random.Random) -> Document:
    """A source, then its graph."""
    name, rendered = source(rng)
    text = opening(rng) + rendered.text.strip("\n") + after(rng)
    return Document(name, [(text, SOURCE), (_graph(rng, rendered), DOT)])


def source_fenced(rng: random.Random) -> Document:
    """A source, then its graph in a fence, with a sentence or two around it."""
    _, rendered = source(rng)
    free = rng.random() < 0.25
    graph = styled(rng, rendered.scenario) if free else _graph(rng, rendered)
    head, tail = fence(rng)
    text = opening(rng) + rendered.text.strip("\n") + "\n\n" + head
    return Document("fenced", [(text, SOURCE), (graph + tail, 0.3 if free else DOT)])


def two_sources(rng: random.Random) -> Document:
    """The same graph in two source forms, then in DOT."""
    _, first = source(rng)
    _, second = source(rng, first.scenario)
    text = first.text.strip("\n") + between(rng)
    last = second.text.strip("\n") + after(rng)
    return Document(
        "two sources", [(text, SOURCE), (last, SOURCE + 0.1), (_graph(rng, second), DOT)]
    )


def dot_source(rng: random.Random) -> Document:
    """DOT first, then the same graph in words or code."""
    _, rendered = source(rng)
    graph = house(rendered.scenario) if rng.random() < 0.5 else styled(rng, rendered.scenario)
    return Document(
        "dot to source",
        [(opening(rng) + graph + between(rng), SOURCE), (rendered.text.strip("\n"), 0.3)],
    )


def source_source(rng: random.Random) -> Document:
    """The same graph in two source forms."""
    _, first = source(rng)
    _, second = source(rng, first.scenario)
    return Document(
        "source to source",
        [(first.text.strip("\n") + between(rng), SOURCE), (second.text.strip("\n"), 0.3)],
    )


def two_styles(rng: random.Random) -> Document:
    """One graph in a style of the world, then in the house style; now and then the other way."""
    scenario = kinds.sample(rng)
    style = sample_style(rng, scenario, adorn=False)
    first = opening(rng) + write(scenario, style) + after(rng, edits.restyle_request)
    target = house(scenario, style.name)
    if style.strict:
        target = f"strict {target}"
    return Document("restyle", [(first, SOURCE), (target, DOT)])


def any_style(rng: random.Random) -> Document:
    """DOT as it is found in the world, by itself."""
    return Document("dot", [(styled(rng, kinds.sample(rng)), 0.5)])


def wished(rng: random.Random) -> Document:
    """A source with attributes asked for, then the graph with them."""
    _, rendered = source(rng)
    text, graph = plain.wishes(rng, rendered)
    return Document("attributes", [(opening(rng) + text + after(rng), SOURCE), (graph, DOT)])


def mended(rng: random.Random) -> Document:
    """Broken DOT, then its repair."""
    name, text, graph = repair.broken(rng, kinds.sample(rng))
    return Document(f"repair/{name}", [(text, SOURCE), (graph, DOT)])


def edited(rng: random.Random) -> Document:
    """DOT and a wish to change it, then the changed DOT."""
    name, text, graph = edits.edit(rng, kinds.sample(rng))
    return Document(f"edit/{name}", [(text, SOURCE), (graph, DOT)])


def asked(rng: random.Random) -> Document:
    """A graph, a question about it, and the answer."""
    text, answer = questions.question(rng, kinds.sample(rng))
    return Document("question", [(text, SOURCE), (answer, DOT)])


def tiny(rng: random.Random) -> Document:
    """A short request for one or two nodes with attributes, then the graph."""
    text, graph = plain.tiny(rng)
    return Document("tiny", [(opening(rng) + text + after(rng), SOURCE), (graph, DOT)])


def special(rng: random.Random) -> Document:
    """A request that needs one of DOT's less common features, then the graph."""
    text, graph = features.request(rng)
    return Document("special", [(opening(rng) + text + after(rng), SOURCE), (graph, DOT)])


def feature(rng: random.Random) -> Document:
    """A few words on a DOT feature with an example."""
    return Document("feature", [(plain.feature(rng), 0.6)])


def sentences(rng: random.Random) -> Document:
    """Ordinary prose."""
    return Document("sentences", [(plain.sentences(rng), 0.3)])


def library(rng: random.Random) -> Document:
    """A piece of Python's standard library."""
    return Document("library", [(plain.library(rng), 0.4)])


SORTS: list[tuple[float, Callable[[random.Random], Document]]] = [
    (0.58, source_dot),
    (0.03, source_fenced),
    (0.03, two_sources),
    (0.03, dot_source),
    (0.01, source_source),
    (0.03, two_styles),
    (0.01, any_style),
    (0.05, wished),
    (0.07, mended),
    (0.055, edited),
    (0.015, asked),
    (0.03, tiny),
    (0.025, special),
    (0.015, feature),
    (0.01, sentences),
    (0.065, library),
]
_SORTS = [sort for _, sort in SORTS]
_SORT_WEIGHTS = [weight for weight, _ in SORTS]
