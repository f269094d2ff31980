"""(text, DOT) pairs, any number of them: what `src/synthesize.py` writes and `prepare` may add.

pairs = list(make_pairs(seed=5, count=10_000))
"""

import random
from collections.abc import Iterator
from functools import partial

from anecdot import dot
from anecdot.common.workers import ordered_map
from synthesis.dot_style import house
from synthesis.forms import source
from synthesis.wishes import draw

LONGEST_TARGET = 1000  # characters, as data/README.md says
CHUNK_PAIRS = 500
WISHES = 1 / 3  # of the pairs; the others tell their graph whole


def make_pairs(seed: int, count: int, processes: int | None = None) -> Iterator[dict[str, str]]:
    """The first `count` pairs of a seed, as rows of the files in `data/`, in order.

    Args:
        seed: another seed, other pairs; a seed gives the same pairs on any machine.
        count: number of pairs; the first of them are the same, however many there are.
        processes: how many make them; one a core where None.
    """
    starts = range(1, count + 1, CHUNK_PAIRS)
    chunks = (range(first, min(first + CHUNK_PAIRS, count + 1)) for first in starts)
    for rows in ordered_map(partial(_make_some, seed), chunks, processes):
        yield from rows


def _make_some(seed: int, numbers: range) -> list[dict[str, str]]:
    return [make_pair(seed, number) for number in numbers]


def make_pair(seed: int, number: int) -> dict[str, str]:
    """Pair `number` of a seed. It depends on nothing else, so any process can make it."""
    # A generator of its own chooses, so that the pairs of one family do not move the others'.
    choice = random.Random(f"{seed} {number} family").random()
    make = _wish if choice < WISHES else _scenario
    rng = random.Random(f"{seed} {number}")
    name = f"synthetic-{seed}-{number:07}"
    while True:
        task, kind, style, text, graph = make(rng)
        if len(graph) <= LONGEST_TARGET and dot.check(graph) is None:
            break
    return {
        "id": name,
        "source": "synthesized",
        "license": "MIT",
        "task_type": task,
        "kind": kind,
        "style": style,
        "origin": name,
        "input_text": text.strip("\n"),
        "output_dot": graph,
        "verification_status": "parsed by Graphviz",
    }


def _scenario(rng: random.Random) -> tuple[str, str, str, str, str]:
    """(task, kind, style, text, graph) of a graph told whole."""
    form, rendered = source(rng)
    family, style = form.split("/", 1)
    task = "CODE_TO_DOT" if family == "code" else "NL_TO_DOT"
    graph = house(rendered.scenario, rendered.scenario.title)
    return task, rendered.scenario.kind, style, rendered.text, graph


def _wish(rng: random.Random) -> tuple[str, str, str, str, str]:
    """The same of a request of which a part is not drawn."""
    style, wish = draw(rng)
    return wish.task, wish.kind, style, wish.text, wish.dot()
