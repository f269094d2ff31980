"""Scenario -> natural language: the registry of forms.

    rendered = render(rng, scenario)          # Rendered(text, scenario) or None
    rendered = FORMS["table"](rng, scenario)  # one form; None where it cannot tell this graph

The scenario in the result has the node and edge order of the text and `title` only where the text
names the graph: write the DOT from it, not from the scenario that went in.
"""

from collections.abc import Callable
from random import Random

from synthesis.phrasing import pick
from synthesis.prose import forms as prose_forms
from synthesis.prose import genres as prose_genres
from synthesis.prose import lists as prose_lists
from synthesis.prose import natural as prose_natural
from synthesis.prose import notes as prose_notes
from synthesis.prose import specs as prose_specs
from synthesis.prose import stories as prose_stories
from synthesis.prose import tables as prose_tables
from synthesis.prose import terse as prose_terse
from synthesis.scenario import Rendered, Scenario

Form = Callable[[Random, Scenario], Rendered | None]

# name: (weight, form)
_REGISTRY: dict[str, tuple[int, Form]] = {
    "plain": (40, prose_forms.plain),
    "told": (28, prose_natural.told),
    "mail": (5, prose_natural.mail),
    "chat": (5, prose_natural.chat),
    "one_liner": (12, prose_forms.one_liner),
    "arrows": (8, prose_terse.arrows),
    "adjacency": (6, prose_terse.adjacency),
    "brief": (3, prose_terse.brief),
    "dialogue": (4, prose_genres.dialogue),
    "questions": (3, prose_genres.questions),
    "letter": (4, prose_genres.letter),
    "minutes": (4, prose_genres.minutes),
    "specification": (3, prose_specs.specification),
    "rules": (2, prose_specs.rules),
    "log": (1, prose_specs.log),
    "stories": (2, prose_specs.stories),
    "decisions": (5, prose_stories.decisions),
    "nested_if": (3, prose_stories.nested_if),
    "journey": (3, prose_stories.journey),
    "imperatives": (3, prose_stories.imperatives),
    "steps": (6, prose_lists.steps),
    "nested": (5, prose_lists.nested),
    "sections": (6, prose_lists.sections),
    "sets": (2, prose_lists.sets),
    "edge_table": (7, prose_tables.edges),
    "node_table": (4, prose_tables.nodes),
    "transition_table": (3, prose_tables.transitions),
    "matrix": (2, prose_tables.matrix),
    **prose_notes.FORMS,
}
FORMS: dict[str, Form] = {name: form for name, (_, form) in _REGISTRY.items()}
WEIGHTS: dict[str, int] = {name: weight for name, (weight, _) in _REGISTRY.items()}
_BAG = [name for name, weight in WEIGHTS.items() for _ in range(weight)]


def render(rng: Random, scenario: Scenario) -> Rendered | None:
    """`scenario` told in a random form; None when three forms in turn cannot tell it."""
    for _ in range(3):
        rendered = FORMS[pick(rng.random, _BAG)](rng, scenario)
        if rendered is not None:
            return rendered
    return None


__all__ = ["FORMS", "WEIGHTS", "Rendered", "render"]
