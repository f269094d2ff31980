"""The names of a scenario: a role, a way of writing, and as many distinct names as it takes."""

from collections.abc import Callable
from functools import cache
from random import Random

from synthesis.names import (
    GREEK,
    Maker,
    activity,
    component,
    dotted,
    entity,
    gerund_step,
    host,
    landmark,
    package,
    path,
    person,
    place,
    pseudo,
    role,
    species,
    state,
    step,
    thing,
)
from synthesis.phrasing import pick

# Ways of writing a phrase.


def _camel(phrase: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in phrase.replace("-", " ").split())


def _lower_camel(phrase: str) -> str:
    camel = _camel(phrase)
    return camel[:1].lower() + camel[1:]


def _title(phrase: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in phrase.split())


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


WRITINGS: dict[str, Callable[[str], str]] = {
    "lower": str,
    "title": _title,
    "sentence": _sentence,
    "camel": _camel,
    "lower_camel": _lower_camel,
    "snake": lambda phrase: phrase.replace(" ", "_").replace("-", "_"),
    "kebab": lambda phrase: phrase.replace(" ", "-"),
    "upper": str.upper,
    "upper_snake": lambda phrase: phrase.upper().replace(" ", "_").replace("-", "_"),
}
PLAIN = {
    "lower": 50,
    "title": 18,
    "sentence": 6,
    "camel": 10,
    "snake": 8,
    "kebab": 3,
    "upper": 3,
    "upper_snake": 2,
}
TYPES = {"camel": 60, "title": 10, "lower": 15, "snake": 10, "upper_snake": 5}
CODE = {"kebab": 40, "snake": 30, "lower_camel": 10, "camel": 10, "lower": 10}
ASIS = {"asis": 1}

# role: (maker, ways of writing, grammar when written in plain words)
ROLES: dict[str, tuple[Maker, dict[str, int], str]] = {
    "thing": (thing, PLAIN, "noun"),
    "component": (component, PLAIN, "noun"),
    "state": (state, PLAIN, "state"),
    "step": (step, PLAIN, "step"),
    "activity": (activity, PLAIN, "noun"),
    "gerund": (gerund_step, PLAIN, "state"),
    "role": (role, {"lower": 60, "title": 40}, "noun"),
    "person": (person, ASIS, "proper"),
    "place": (place, ASIS, "proper"),
    "landmark": (landmark, {"lower": 90, "title": 10}, "noun"),
    "species": (species, {"lower": 80, "title": 20}, "noun"),
    "entity": (entity, TYPES, "noun"),
    "package": (package, CODE, "code"),
    "host": (host, ASIS, "code"),
    "dotted": (dotted, ASIS, "code"),
    "path": (path, ASIS, "code"),
    "pseudo": (pseudo, {"lower": 30, "sentence": 40, "upper": 10}, "proper"),
}


@cache
def _bag(role: str) -> list[str]:
    return [key for key, weight in ROLES[role][1].items() for _ in range(weight)]


def symbols(rng: Random, count: int) -> list[str]:
    """Short systematic names: A, B, C; 1, 2, 3; S0, S1; node_1; q7; t-04."""
    random = rng.random
    x = random()
    if x < 0.3:
        alphabet = pick(random, ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghjklmnopqrstuvwxyz"))
        start = 0 if random() < 0.6 else int(random() * (len(alphabet) - count))
        names = list(alphabet[start : start + count])
        return names if random() < 0.7 else rng.sample(list(alphabet), count)
    if x < 0.42:
        if random() < 0.6:
            return [str(i + 1) for i in range(count)]
        return [str(i) for i in rng.sample(range(1, pick(random, (20, 100, 1000))), count)]
    if x < 0.48:
        return rng.sample(GREEK, count) if count <= len(GREEK) else symbols(rng, count)
    stems = "S s q N n v V t T x node state step task P p r R w h u L G item vertex block".split()
    stem = pick(random, stems) if x < 0.9 else pseudo(rng)
    glue = (
        pick(random, ("", "", "", "_", "-", "")) if len(stem) < 3 else pick(random, ("", "_", "-"))
    )
    first = int(random() * 2) if random() < 0.85 else int(random() * 90)
    numbers = list(range(first, first + count))
    if random() < 0.1:
        numbers = rng.sample(range(100), count)
    return [f"{stem}{glue}{number}" for number in numbers]


def distinct(rng: Random, make: Maker, count: int) -> list[str]:
    """`count` different results of `make` (case ignored); falls back on made-up words."""
    names: dict[str, str] = {}
    tries = 0
    while len(names) < count:
        name = make(rng) if tries < 6 * count else pseudo(rng)
        names.setdefault(name.lower(), name)
        tries += 1
    return list(names.values())


def write(rng: Random, role: str, phrases: list[str]) -> tuple[list[str], str]:
    """`phrases` in one way of writing, and the grammar of the result ("noun", "code", ...)."""
    _, _, grammar = ROLES[role]
    way = pick(rng.random, _bag(role))
    if way == "asis":
        return phrases, grammar
    names = [WRITINGS[way](phrase) for phrase in phrases]
    if way in ("lower", "title", "sentence"):
        return names, grammar
    return names, "code"


def sample(
    rng: Random, roles: list[str], count: int, field: list[str] | None = None
) -> tuple[list[str], str]:
    """`count` names for one scenario and their grammar.

    Args:
        roles: possible roles (keys of ROLES), one is drawn.
        field: a coherent vocabulary that may supply some or all of the names.
    """
    random = rng.random
    x = random()
    if x < 0.15:
        return symbols(rng, count), "code"
    role = pick(random, roles)
    if x > 0.9:
        role = "pseudo"
    maker = ROLES[role][0]
    phrases: list[str] = []
    if field and x < 0.5:
        phrases = rng.sample(field, min(len(field), count))
        lower = {phrase.lower() for phrase in phrases}
        if random() < 0.3:
            phrases = phrases[: count // 2]
        phrases += [name for name in distinct(rng, maker, count + 2) if name.lower() not in lower][
            : count - len(phrases)
        ]
        if len(phrases) < count:
            phrases = distinct(rng, maker, count)
    else:
        phrases = distinct(rng, maker, count)
    names, grammar = write(rng, role, phrases)
    if random() < 0.04 and grammar != "proper":  # an untidy author
        names = [WRITINGS[pick(random, ("lower", "sentence", "title"))](name) for name in names]
    if random() < 0.05:  # numbered variants: "cache 2", "db_1"
        glue = pick(random, (" ", "_", "-", "")) if grammar == "code" else " "
        names = [
            name if random() < 0.5 else f"{name}{glue}{int(1 + random() * 9)}" for name in names
        ]
    if len({name.lower() for name in names}) < count:
        return distinct(rng, pseudo, count), "code"
    return names, grammar
