# ruff: noqa: E501 (tables of words)
"""Names of nodes and texts of edges: composed from word lists and made-up syllables.

A scenario's names share a way of being made (`NamePlan`), as in real texts. About a third contain a
made-up word, so that copying a name is learnt rather than remembering one.
"""

from collections.abc import Callable
from functools import cache
from random import Random

from synthesis.morphology import gerund, participle, third
from synthesis.phrasing import pick
from synthesis.words import basic, fields, people

ONSETS = (
    "b c d f g h j k l m n p r s t v w z bl br ch cl cr dr fl fr gl gr kl kr pl pr qu sc sh sk sl sm "
    "sn sp st str sw th tr tw vr x y zh"
).split() + [""] * 6
VOWELS = "a a a e e e i i o o o u y ai au ea ee ei ia ie io oa oo ou ue".split()
CODAS = "b ck d f g k l lk ll m mp n nd ng nk nt p r rd rk rm rn rt s sh ss st t th v x z".split()
CODAS += [""] * len(CODAS)
ACCENTS = {
    "a": "áäàâåã",
    "e": "éèêë",
    "i": "íïî",
    "o": "óöòôø",
    "u": "úüû",
    "c": "çč",
    "n": "ñń",
    "s": "šś",
    "z": "žż",
}
RUDE = tuple(
    "shit fuck cunt nig fag rape slut whor dick cock piss tit sex nazi puss wank cum".split()
)
GREEK = "alpha beta gamma delta epsilon zeta eta theta kappa lambda sigma tau phi omega".split()
EXTENSIONS = "py js ts go rs c h cpp java rb sql yaml json toml md txt csv sh html css xml".split()

Maker = Callable[[Random], str]


def pseudo(rng: Random) -> str:
    """A made-up word: "brelko", "tazim", "shoonert"."""
    random = rng.random
    count = 1 + (random() < 0.85) + (random() < 0.3)
    word = "".join(
        [pick(random, ONSETS) + pick(random, VOWELS) + pick(random, CODAS) for _ in range(count)]
    )
    if random() < 0.03:
        spots = [i for i, char in enumerate(word) if char in ACCENTS]
        if spots:
            i = pick(random, spots)
            word = word[:i] + pick(random, ACCENTS[word[i]]) + word[i + 1 :]
    if any(rude in word for rude in RUDE):
        return pseudo(rng)
    return word if len(word) > 2 else word + pick(random, ONSETS[:18]) + pick(random, "aeio")


def noun(rng: Random) -> str:
    """One word for a thing, now and then a made-up one."""
    return pick(rng.random, basic.NOUNS) if rng.random() > 0.15 else pseudo(rng)


def _adjective(rng: Random) -> str:
    return pick(rng.random, basic.ADJECTIVES)


def _action(rng: Random) -> str:
    return pick(rng.random, basic.ACTIONS)


# One maker for each grammatical role; each gives a lower-case phrase of words parted by spaces.


def thing(rng: Random) -> str:
    """ "steam valve", "new customer", "trelk router"."""
    x = rng.random()
    if x < 0.3:
        return noun(rng)
    if x < 0.55:
        return f"{noun(rng)} {noun(rng)}"
    if x < 0.75:
        return f"{_adjective(rng)} {noun(rng)}"
    if x < 0.95:
        return f"{noun(rng)} {pick(rng.random, basic.SERVICE_HEADS)}"
    return f"{noun(rng)} {noun(rng)} {pick(rng.random, basic.SERVICE_HEADS)}"


def component(rng: Random) -> str:
    """ "billing service", "token cache"."""
    head = pick(rng.random, basic.SERVICE_HEADS)
    return head if rng.random() < 0.08 else f"{noun(rng)} {head}"


def state(rng: Random) -> str:
    """ "idle", "partially shipped", "waiting for courier", "validating payment"."""
    x = rng.random()
    if x < 0.2:
        return _adjective(rng)
    if x < 0.4:
        return participle(_action(rng))
    if x < 0.52:
        return gerund(_action(rng))
    if x < 0.62:
        return f"{pick(rng.random, basic.ADVERBS)} {participle(_action(rng))}"
    if x < 0.72:
        verb = pick(
            rng.random, ("waiting for", "awaiting", "looking for", "ready for", "blocked by")
        )
        return f"{verb} {noun(rng)}"
    if x < 0.86:
        return f"{gerund(_action(rng))} {noun(rng)}"
    if x < 0.93:
        return f"{noun(rng)} {participle(_action(rng))}"
    return pseudo(rng)


def step(rng: Random) -> str:
    """ "check invoice", "send final report" (imperative)."""
    x = rng.random()
    if x < 0.6:
        return f"{_action(rng)} {noun(rng)}"
    if x < 0.75:
        return f"{_action(rng)} {noun(rng)} {noun(rng)}"
    if x < 0.9:
        return f"{_action(rng)} {_adjective(rng)} {noun(rng)}"
    return _action(rng)


def activity(rng: Random) -> str:
    """ "quality check", "contract review"."""
    return f"{noun(rng)} {pick(rng.random, basic.STEP_HEADS)}"


def gerund_step(rng: Random) -> str:
    """ "validating payment"."""
    return f"{gerund(_action(rng))} {noun(rng)}"


def role(rng: Random) -> str:
    """ "marketing manager", "head of design"."""
    x = rng.random()
    department = pick(rng.random, basic.DEPARTMENTS)
    if x < 0.15:
        return f"head of {department}"
    if x < 0.25:
        return department
    if x < 0.3:
        return pick(
            rng.random, ("CEO", "CTO", "CFO", "COO", "president", "owner", "chair", "board")
        )
    return f"{department} {pick(rng.random, basic.ROLE_HEADS)}"


def person(rng: Random) -> str:
    """ "Zoe", "Emil Novak", "Dr. Ito"."""
    x = rng.random()
    if x < 0.7:
        return pick(rng.random, people.FIRST)
    if x < 0.84:
        return f"{pick(rng.random, people.FIRST)} {pick(rng.random, people.LAST)}"
    if x < 0.9:
        return pick(rng.random, people.LAST)
    return pseudo(rng).capitalize()


def place(rng: Random) -> str:
    """ "Tartu", "Port Grelm", "Oldbrook"."""
    x = rng.random()
    if x < 0.7:
        return pick(rng.random, people.PLACES)
    if x < 0.9:
        return pseudo(rng).capitalize()
    prefix = pick(rng.random, ("Port", "New", "North", "San", "Lake", "Fort", "East", "Upper"))
    return f"{prefix} {pseudo(rng).capitalize()}"


def landmark(rng: Random) -> str:
    """ "harbour", "old mill"."""
    word = pick(rng.random, people.LANDMARKS)
    return word if rng.random() < 0.75 else f"{pick(rng.random, ('old', 'new', 'upper'))} {word}"


def species(rng: Random) -> str:
    """ "grass", "red kelb"."""
    return pick(rng.random, basic.SPECIES) if rng.random() < 0.9 else pseudo(rng)


def entity(rng: Random) -> str:
    """ "order line": a class or table."""
    x = rng.random()
    if x < 0.5:
        return noun(rng)
    return f"{noun(rng)} {noun(rng)}" if x < 0.8 else f"{_adjective(rng)} {noun(rng)}"


def package(rng: Random) -> str:
    """ "zlimp-core", "libtarn", "fast parser"."""
    x = rng.random()
    if x < 0.35:
        return f"{pseudo(rng)} {pick(rng.random, 'core utils cli api io net test http db'.split())}"
    if x < 0.5:
        return "lib" + pseudo(rng)
    return f"{noun(rng)} {noun(rng)}" if x < 0.8 else pseudo(rng)


def host(rng: Random) -> str:
    """ "web-01.tarn.example", "10.0.3.7", "db2"."""
    random = rng.random
    x = random()
    if x < 0.2:
        return f"10.{int(random() * 4)}.{int(random() * 30)}.{1 + int(random() * 250)}"
    stem = pick(random, "web db app mail gw sw rtr fw node srv nas edge core ap pc cam".split())
    if x < 0.7:
        return f"{stem}{pick(random, ('', '-', '_', '-0'))}{1 + int(random() * 12)}"
    return f"{stem}{1 + int(random() * 9)}.{pseudo(rng)}.{pick(random, ('net', 'lan', 'local'))}"


def dotted(rng: Random) -> str:
    """ "billing.core.tax"."""
    parts = [pick(rng.random, basic.NOUNS), noun(rng)]
    if rng.random() < 0.4:
        parts.append(noun(rng))
    return ".".join(parts)


def path(rng: Random) -> str:
    """ "src/util/parser.py", "report.csv"."""
    folders = (
        "" if rng.random() < 0.4 else pick(rng.random, "src lib app core test pkg".split()) + "/"
    )
    if folders and rng.random() < 0.3:
        folders += noun(rng) + "/"
    return f"{folders}{noun(rng)}.{pick(rng.random, EXTENSIONS)}"


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


# Texts of edges.


def _subject(rng: Random) -> str:
    return pick(rng.random, SUBJECTS) if rng.random() < 0.6 else noun(rng)


SUBJECTS = """
customer user operator driver timer manager player sensor battery payment request server client
order door motor button signal counter reviewer system buffer queue token courier patient teacher
deadline temperature pressure connection message packet job lease session card coin ticket
""".split()
HAPPENINGS = (
    """
cancels; expires; arrives; fails; succeeds; is ready; is missing; times out; is full; is empty;
logs out; gives up; is approved; is declined; runs out; is complete; has finished; disconnects;
confirms; responds; does not respond; is too high; is too low; drops; is lost; rises; is released;
is pressed; stops; is detected; wakes up; is invalid; is accepted; breaks down; asks for more; leaves
""".replace("\n", " ")
    .strip()
    .split("; ")
)
METERS = "temp temperature x y n count retries level pressure speed age balance timeout size score".split()
UNITS = ["", "", "", "", "%", "s", " ms", " km", " kg", " °C", " bar", " min", "$"]


def event(rng: Random) -> str:
    """ "coin inserted", "timeout", "low battery"."""
    x = rng.random()
    if x < 0.3:
        return pick(rng.random, pick(rng.random, _EVENT_FIELDS))
    if x < 0.62:
        return f"{noun(rng)} {participle(_action(rng))}"
    if x < 0.72:
        return f"{_action(rng)} {noun(rng)}"
    if x < 0.82:
        return f"{noun(rng)} {pick(rng.random, 'timeout error request event alarm signal'.split())}"
    if x < 0.9:
        return f"{_adjective(rng)} {noun(rng)}"
    return _action(rng) if x < 0.97 else pseudo(rng)


_EVENT_FIELDS = list(fields.EVENTS.values())


def clause(rng: Random) -> str:
    """ "customer cancels", "timer expires"."""
    if rng.random() < 0.25:
        return f"{_subject(rng)} {third(_action(rng))} {noun(rng)}"
    return f"{_subject(rng)} {pick(rng.random, HAPPENINGS)}"


def token(rng: Random) -> str:
    """ "btn_press", "START", "onClick", "E4", "a", "0", "/logout"."""
    random = rng.random
    x = random()
    if x < 0.2:
        return pick(random, "01abcdxyzε")
    if x < 0.28:
        return ",".join(rng.sample("abcxyz0123", 2))
    if x < 0.4:
        return f"{pick(random, 'E e ev T t i evt'.split())}{int(random() * 30)}"
    words = f"{_action(rng)} {noun(rng)}" if x < 0.7 else _action(rng)
    return WRITINGS[pick(random, ("snake", "upper_snake", "lower_camel", "kebab", "camel"))](words)


def full(rng: Random) -> str:
    """ "coin [amount > 2] / unlock", "timeout / beep": event, guard and action of a statechart."""
    random = rng.random
    name = event(rng) if random() < 0.5 else token(rng)
    x = random()
    guard = f" [{test(rng)}]" if x < 0.6 else ""
    action = f" / {_action(rng)}{pick(random, ('', ' ' + noun(rng), '()'))}" if x > 0.4 else ""
    return name + guard + action


def test(rng: Random) -> str:
    """ "temp > 30", "retries >= 3", "!ready"."""
    random = rng.random
    x = random()
    meter = pick(random, METERS) if random() < 0.7 else noun(rng)
    if x < 0.75:
        sign = pick(random, (">", "<", ">=", "<=", "==", "=", "!=", "≥", "≤"))
        return f"{meter} {sign} {int(random() * 100)}{pick(random, UNITS)}"
    if x < 0.85:
        return f"{meter} {pick(random, ('above', 'below', 'over', 'under'))} {int(random() * 100)}"
    return f"{pick(random, ('!', 'not ', 'no ', ''))}{noun(rng)}"


def weights(rng: Random, count: int) -> list[str]:
    """Numbers with one unit: "10 ms", "3", "0.4"."""
    random = rng.random
    x = random()
    if x < 0.45:
        return [str(1 + int(random() * pick(random, (9, 20, 100)))) for _ in range(count)]
    if x < 0.6:
        return [f"{0.1 + random() * 0.9:.1f}" for _ in range(count)]
    unit = pick(
        random, ("ms", "km", "m", "min", "h", "Mbit/s", "Gbps", "%", "kg", "€", "days", "miles")
    )
    glue = "" if unit == "%" else pick(random, (" ", " ", ""))
    top = pick(random, (9, 40, 500))
    return [f"{2 + int(random() * top)}{glue}{unit}" for _ in range(count)]


ANSWERS = [
    ("yes", "no"),
    ("Yes", "No"),
    ("true", "false"),
    ("ok", "not ok"),
    ("pass", "fail"),
    ("approved", "rejected"),
    ("valid", "invalid"),
    ("success", "failure"),
    ("yes", "no"),
    ("high", "low"),
    ("accepted", "declined"),
    ("Y", "N"),
    ("success", "error"),
    ("yes", "no"),
]
MAKERS: dict[str, Maker] = {
    "event": event,
    "clause": clause,
    "token": token,
    "test": test,
    "full": full,
}
