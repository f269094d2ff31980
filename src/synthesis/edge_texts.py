# ruff: noqa: E501 (tables of words)
"""What stands on edges: events, clauses, tokens, tests, weights, answers."""

from random import Random

from synthesis.morphology import participle, third
from synthesis.names import Maker, action_word, adjective, noun, pseudo
from synthesis.naming import WRITINGS
from synthesis.phrasing import pick
from synthesis.words import fields

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
        return f"{noun(rng)} {participle(action_word(rng))}"
    if x < 0.72:
        return f"{action_word(rng)} {noun(rng)}"
    if x < 0.82:
        return f"{noun(rng)} {pick(rng.random, 'timeout error request event alarm signal'.split())}"
    if x < 0.9:
        return f"{adjective(rng)} {noun(rng)}"
    return action_word(rng) if x < 0.97 else pseudo(rng)


_EVENT_FIELDS = list(fields.EVENTS.values())


def clause(rng: Random) -> str:
    """ "customer cancels", "timer expires"."""
    if rng.random() < 0.25:
        return f"{_subject(rng)} {third(action_word(rng))} {noun(rng)}"
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
    words = f"{action_word(rng)} {noun(rng)}" if x < 0.7 else action_word(rng)
    return WRITINGS[pick(random, ("snake", "upper_snake", "lower_camel", "kebab", "camel"))](words)


def full(rng: Random) -> str:
    """ "coin [amount > 2] / unlock", "timeout / beep": event, guard and action of a statechart."""
    random = rng.random
    name = event(rng) if random() < 0.5 else token(rng)
    x = random()
    guard = f" [{test(rng)}]" if x < 0.6 else ""
    action = f" / {action_word(rng)}{pick(random, ('', ' ' + noun(rng), '()'))}" if x > 0.4 else ""
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
