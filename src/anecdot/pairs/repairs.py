"""Repairs: training pairs whose input is a broken graph and whose target is the graph."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

from anecdot import dot
from anecdot.pairs.reading import Pair

REPAIR_REQUESTS = (
    "Fix this graph:",
    "This DOT does not parse. Repair it:",
    "Graphviz refuses the following text; correct it.",
    "Mend the syntax error in this DOT:",
    "What should this graph have been?",
    "Correct the mistake and give the whole graph again:",
)


def with_repairs(pairs: Iterable[Pair], ratio: float, seed: int) -> Iterator[Pair]:
    """Pass pairs through and add, for a share of them, its target broken beside its repair."""
    for pair in pairs:
        yield pair
        rng = random.Random(f"{seed} {pair.id} {pair.output_dot}")
        if rng.random() < ratio and (broken := dot.break_(rng, pair.output_dot)):
            text, what = broken
            yield replace(
                pair,
                id=f"error-correction/{pair.id}",
                source="error_correction",
                task_type="ERROR_CORRECTION",
                style=what,
                input_text=f"{rng.choice(REPAIR_REQUESTS)}\n\n{text}",
            )
