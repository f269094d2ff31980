# ruff: noqa: E501 (tables of words)
"""Composed names, by what they name: things, states, steps, roles, persons, places, packages."""

from collections.abc import Callable
from random import Random

from synthesis.morphology import gerund, participle
from synthesis.phrasing import pick
from synthesis.words import basic, people

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


def adjective(rng: Random) -> str:
    return pick(rng.random, basic.ADJECTIVES)


def action_word(rng: Random) -> str:
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
        return f"{adjective(rng)} {noun(rng)}"
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
        return adjective(rng)
    if x < 0.4:
        return participle(action_word(rng))
    if x < 0.52:
        return gerund(action_word(rng))
    if x < 0.62:
        return f"{pick(rng.random, basic.ADVERBS)} {participle(action_word(rng))}"
    if x < 0.72:
        verb = pick(
            rng.random, ("waiting for", "awaiting", "looking for", "ready for", "blocked by")
        )
        return f"{verb} {noun(rng)}"
    if x < 0.86:
        return f"{gerund(action_word(rng))} {noun(rng)}"
    if x < 0.93:
        return f"{noun(rng)} {participle(action_word(rng))}"
    return pseudo(rng)


def step(rng: Random) -> str:
    """ "check invoice", "send final report" (imperative)."""
    x = rng.random()
    if x < 0.6:
        return f"{action_word(rng)} {noun(rng)}"
    if x < 0.75:
        return f"{action_word(rng)} {noun(rng)} {noun(rng)}"
    if x < 0.9:
        return f"{action_word(rng)} {adjective(rng)} {noun(rng)}"
    return action_word(rng)


def activity(rng: Random) -> str:
    """ "quality check", "contract review"."""
    return f"{noun(rng)} {pick(rng.random, basic.STEP_HEADS)}"


def gerund_step(rng: Random) -> str:
    """ "validating payment"."""
    return f"{gerund(action_word(rng))} {noun(rng)}"


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
    return f"{noun(rng)} {noun(rng)}" if x < 0.8 else f"{adjective(rng)} {noun(rng)}"


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
