"""A form of text: one way to write a scenario down."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from synthesis.scenario import Rendered, Scenario


@dataclass(frozen=True)
class Form:
    """A way to write scenarios, drawn by its weight among the forms of its family.

    Attributes:
        name: what it is called, unique in its family.
        weight: how often it is drawn, against the others.
        render: (rng, scenario) -> the text with the graph exactly as the text shows it, or None
            where the form cannot tell this scenario.
    """

    name: str
    weight: float
    render: Callable[[Random, Scenario], Rendered | None]

    def __call__(self, rng: Random, scenario: Scenario) -> Rendered | None:
        """`render`."""
        return self.render(rng, scenario)


def registry(forms: Iterable[Form]) -> dict[str, Form]:
    """The forms by name. Their order is part of what a seed means: draws go through it.

    Raises:
        ValueError: two forms have one name.
    """
    found: dict[str, Form] = {}
    for form in forms:
        if form.name in found:
            raise ValueError(f"two forms are called {form.name!r}; rename one")
        found[form.name] = form
    return found
