"""Which texts the edges of a scenario carry, by the mode that its kind draws."""

from random import Random

from synthesis import edge_texts
from synthesis.phrasing import pick

VERB_LABELS: dict[str, list[str]] = {
    key: [verb.strip() for verb in text.split(";")]
    for key, text in {
        "system": "calls; reads; writes; notifies; publishes to; subscribes to; queries; polls; "
        "uses; feeds; authenticates with; stores in; sends events to; proxies; caches; monitors; "
        "pushes to; pulls from; logs to; forwards to; backs up; triggers; invokes; streams to",
        "depend": "imports; requires; uses; extends; includes; wraps; links; tests; builds; loads; "
        "re-exports; needs; depends on",
        "class": "extends; implements; has; uses; contains; owns; creates; inherits from; "
        "references; holds; aggregates; observes; returns; composes",
        "entity": "has; has many; places; belongs to; contains; owns; writes; borrows; teaches; "
        "attends; is part of; pays; receives; lives at; offers; manages; includes; reviews; books; "
        "orders; supplies; works in; is assigned to; refers to; holds",
        "people": "likes; knows; trusts; loves; hates; helps; visits; calls; follows; teaches; "
        "owes money to; avoids; admires; lives with; works with; argues with; sings to; "
        "pays; employs; mentors; envies; fears; is married to; plays chess with; writes to; hired; "
        "told; gave a book to; introduced; thanked; sold a bike to; betrayed; rescued",
    }.items()
}
MULTIPLICITIES = [
    "1:n",
    "n:m",
    "1:1",
    "0..1",
    "1..*",
    "0..*",
    "*",
    "1",
    "many",
    "one to many",
    "many-to-many",
    "n:1",
]
POINTERS = [
    ("left", "right"),
    ("next", "prev"),
    ("head", "tail"),
    ("0", "1"),
    ("l", "r"),
    ("first", "rest"),
    ("child", "sibling"),
]


def labels(rng: Random, mode: str, pairs: list[tuple[int, int]]) -> list[tuple[str | None, str]]:
    """(label, sort) for each edge."""
    random = rng.random
    count = len(pairs)
    if mode == "none":
        return [(None, "note")] * count
    if mode.startswith("verb:"):
        table = VERB_LABELS[mode[5:]]
        some = rng.sample(table, min(len(table), 2 + int(random() * 5)))
        return [(pick(random, some), "verb") for _ in pairs]
    if mode == "weight":
        return [(weight, "weight") for weight in edge_texts.weights(rng, count)]
    if mode == "multiplicity":
        return [(pick(random, MULTIPLICITIES), "note") for _ in pairs]
    if mode in ("answer", "pointer", "partial"):
        return _branches(rng, mode, pairs)
    if mode == "mixed":
        kinds = [pick(random, ("event", "clause", "token", "test")) for _ in pairs]
        return [
            (edge_texts.MAKERS[kind](rng), kind) if random() < 0.75 else (None, "note")
            for kind in kinds
        ]
    made: list[tuple[str | None, str]] = []
    for _ in pairs:
        if made and random() < 0.08:
            made.append(pick(random, made))  # the same event elsewhere
        else:
            made.append((edge_texts.MAKERS[mode](rng), "note" if mode == "full" else mode))
    if random() < 0.12:
        made = [entry if random() < 0.7 else (None, "note") for entry in made]
    return made


def _branches(rng: Random, mode: str, pairs: list[tuple[int, int]]) -> list[tuple[str | None, str]]:
    """Answers on the edges that leave a node with several, nothing (for "partial") elsewhere."""
    random = rng.random
    table = POINTERS if mode == "pointer" else edge_texts.ANSWERS
    uniform = pick(random, table) if random() < 0.7 else None
    out: dict[int, int] = {}
    for tail, _ in pairs:
        out[tail] = out.get(tail, 0) + 1
    seen: dict[int, int] = {}
    words: dict[int, tuple[str, str]] = {}
    made: list[tuple[str | None, str]] = []
    for tail, _ in pairs:
        if mode != "pointer" and not 2 <= out[tail] <= 3:
            made.append((None, "note"))
            continue
        turn = seen.get(tail, 0)
        seen[tail] = turn + 1
        pair = words.setdefault(tail, uniform or pick(random, table))
        if turn < 2:
            word = pair[turn]
        elif mode == "pointer":
            word = f"{pair[1]}{turn}"
        else:
            word = pick(random, ("maybe", "unknown", "not sure", "other", "later"))
        made.append((word, "pointer" if mode == "pointer" else "answer"))
    return made
