"""All forms of text by family: what `source` draws from and what a test goes through."""

import random
from itertools import accumulate

from synthesis import code, kinds, notation, prose
from synthesis.form import Form, registry
from synthesis.scenario import Rendered, Scenario

FORMS: dict[str, dict[str, Form]] = {
    "prose": prose.FORMS,
    "code": registry(
        form
        for module in (*code.MODULES, *notation.MODULES)
        for form in vars(module).values()
        if isinstance(form, Form)
    ),
}
FAMILY_WEIGHTS = (0.6, 0.4)
_DRAWN = {
    family: (list(forms.values()), list(accumulate(form.weight for form in forms.values())))
    for family, forms in FORMS.items()
}


def source(rng: random.Random, scenario: Scenario | None = None) -> tuple[str, Rendered]:
    """("family/form", a random scenario, or the given one, in that form)."""
    given = scenario
    while True:
        scenario = given or kinds.sample(rng)
        family = rng.choices(list(FORMS), FAMILY_WEIGHTS)[0]
        forms, weights = _DRAWN[family]
        for _ in range(3):  # a form may decline; then another is drawn, and then another scenario
            form = rng.choices(forms, cum_weights=weights)[0]
            rendered = form(rng, scenario)
            if rendered is not None:
                return f"{family}/{form.name}", rendered
