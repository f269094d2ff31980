"""Wishes: requests that say what to draw and what not. See `wish.py`."""

from itertools import accumulate
from random import Random

from synthesis.wishes import cells, chains, code, config, directions, looks, marks, passing, tables
from synthesis.wishes.wish import Pen, Sort, Wish

# In this order a seed draws them; a new module goes to the end.
MODULES = (tables, cells, passing, directions, chains, marks, looks, code, config)
SORTS: dict[str, Sort] = {sort.name: sort for module in MODULES for sort in module.SORTS}
_WEIGHTS = list(accumulate(sort.weight for sort in SORTS.values()))


def draw(rng: Random) -> tuple[str, Wish]:
    """(name of its sort, a random wish)."""
    while True:
        sort = rng.choices(list(SORTS.values()), cum_weights=_WEIGHTS)[0]
        wish = sort.make(Pen(rng))
        if wish is not None:
            return sort.name, wish
