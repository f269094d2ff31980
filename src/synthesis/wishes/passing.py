"""Things told that are not to be drawn: denials, plans, exclusions, corrections, small talk."""

from anecdot.dot.write import Draft
from synthesis.names import noun
from synthesis.wishes.wish import PROSE, TITLES, Pair, Pen, Sort, Wish, grouped

# third person, base form, gerund
VERBS = (
    ("feeds", "feed", "feeding"), ("calls", "call", "calling"), ("supplies", "supply", "supplying"),
    ("visits", "visit", "visiting"), ("pays", "pay", "paying"), ("drives", "drive", "driving"),
    ("starts", "start", "starting"), ("checks", "check", "checking"),
    ("informs", "inform", "informing"), ("teaches", "teach", "teaching"),
    ("blocks", "block", "blocking"), ("triggers", "trigger", "triggering"),
    ("writes to", "write to", "writing to"), ("depends on", "depend on", "depending on"),
    ("leads to", "lead to", "leading to"), ("reads", "read", "reading"),
    ("imports", "import", "importing"), ("reports to", "report to", "reporting to"),
    ("tricks", "trick", "tricking"), ("owes money to", "owe money to", "owing money to"),
    ("sells to", "sell to", "selling to"), ("listens to", "listen to", "listening to"),
    ("beats", "beat", "beating"), ("opens", "open", "opening"),
    ("hands over to", "hand over to", "handing over to"), ("likes", "like", "liking"),
)  # fmt: skip
Verb = tuple[str, str, str]


def _facts(
    pen: Pen, verb: Verb, names: list[str], pairs: list[Pair]
) -> list[tuple[str, list[Pair]]]:
    """(a clause, what it says) for each tail; now and then for a single edge."""
    told = []
    for tail, heads in grouped(pairs).items():
        parts = [[h] for h in heads] if pen.chance(0.25) else [heads]
        for part in parts:
            clause = f"{names[tail]} {verb[0]} {pen.join([names[h] for h in part])}"
            if len(part) == 1 and pen.chance(0.15):
                clause += pen.say("tail_remark", N=noun(pen.rng))
            told.append((clause, [(tail, h) for h in part]))
    return told


def _strangers(pen: Pen, count: int, pairs: list[Pair]) -> list[Pair]:
    """Pairs of nodes that no edge joins, either way, in random order."""
    joined = {*pairs} | {(b, a) for a, b in pairs}
    free = [(a, b) for a in range(count) for b in range(count) if a != b and (a, b) not in joined]
    return pen.shuffled(free)


def _text(pen: Pen, clauses: list[str]) -> str:
    """Clauses as a paragraph, a list, numbered lines or joined by semicolons."""
    x = pen.rng.random()
    if x < 0.5:
        return " ".join(f"{clause}." for clause in clauses)
    if x < 0.65:
        return "\n".join(f"{i}. {clause}" for i, clause in enumerate(clauses, 1))
    if x < 0.85:
        tick = pen.pick(("- ", "* ", "", "• "))
        return "\n".join(tick + clause for clause in clauses)
    return "; ".join(clauses)


def denied(pen: Pen) -> Wish | None:
    """Facts, of which some are denied, vain, planned, past, or marked "(do not draw)"."""
    count, pairs = pen.pairs(4, 18)
    names, verb = pen.names(count, PROSE), pen.pick(VERBS)
    facts = _facts(pen, verb, names, pairs)
    clauses = [clause for clause, _ in facts]
    for tail, head in _strangers(pen, count, pairs)[: pen.rng.randint(1, 3)]:
        slots = {"A": names[tail], "B": names[head], "V": verb[0], "W": verb[1], "G": verb[2]}
        clauses.insert(pen.rng.randrange(len(clauses) + 1), pen.say("denied", **slots))
    if pen.chance(0.5):  # a loop, wanted or not
        loop = pen.rng.randrange(count)
        clauses.append(f"{names[loop]} {verb[0]} itself")
        facts.append(("", [(loop, loop)]))
        without = pen.chance(0.6)
    else:
        without = None
    draft = Draft()
    for _, said in facts:
        for tail, head in said:
            if tail != head or not without:
                draft.edge(names[tail], names[head])
    requests = [pen.sentence("who_whom", V=verb[0])]
    if without:
        requests.append(pen.sentence("no_loops"))
    return Wish(pen.frame(_text(pen, clauses), *requests, names=names), draft)


def left_out(pen: Pen) -> Wish | None:
    """One or two nodes that the text tells of and the request leaves out, with all their edges."""
    count, pairs = pen.pairs(5, 20)
    names, verb = pen.names(count, PROSE), pen.pick(VERBS)
    gone = set(pen.rng.sample(range(count), 1 if pen.chance(0.7) else 2))
    kept = [pair for pair in pairs if not gone & {*pair}]
    left = {end for pair in kept for end in pair}
    if len(kept) < 2 or len(left) != count - len(gone):
        return None  # somebody would stand alone, and whether to show him would be a guess
    facts = _facts(pen, verb, names, pairs)
    draft = Draft()
    for _, said in facts:
        for tail, head in said:
            if not gone & {tail, head}:
                draft.edge(names[tail], names[head])
    names_gone = pen.join([names[i] for i in sorted(gone)])
    many = "many" if len(gone) > 1 else "one"
    requests = [
        pen.sentence("who_whom", V=verb[0]),
        pen.sentence(f"leave_out_{many}", X=names_gone),
    ]
    body = _text(pen, [clause for clause, _ in facts])
    return Wish(pen.frame(body, *requests, names=names), draft)


def remarks(pen: Pen) -> Wish:
    """A mail or talk in which most sentences are links and some are about nothing to draw."""
    count, pairs = pen.pairs(3, 18)
    names, verb = pen.names(count, PROSE), pen.pick(VERBS)
    facts = _facts(pen, verb, names, pairs)
    titled = [name for name in names if " " in name and name.split()[0] in TITLES]
    bare = [name.split(" ", 1)[1] if name in titled else name for name in names]
    off = bool(titled) and len({*bare}) == count and pen.chance(0.4)
    shown = bare if off else names
    draft = Draft()
    for _, said in facts:
        for tail, head in said:
            draft.edge(shown[tail], shown[head])
    clauses = [clause for clause, _ in facts]
    people = pen.others(3, names)
    if pen.chance(0.5):  # who talks is not drawn
        lines = []
        for clause in clauses:
            lines.append(f"{pen.pick(people[:2])}: {clause}")
            if pen.chance(0.3):
                lines.append(
                    f"{pen.pick(people[:2])}: {pen.say('smalltalk', N=noun(pen.rng), P=people[2])}"
                )
        body = "\n".join(lines)
    else:
        for _ in range(pen.rng.randint(1, 3)):
            where = pen.rng.randrange(len(clauses) + 1)
            clauses.insert(where, pen.say("aside", N=noun(pen.rng), P=people[2]))
        body = ". ".join(clauses) + "."
    requests = [pen.sentence("who_whom", V=verb[0])]
    if off or (titled and pen.chance(0.4)):
        requests.append(pen.sentence("titles_off" if off else "titles_on"))
    return Wish(pen.frame(body, *requests, names=[*names, *people]), draft)


def _slip(
    pen: Pen, slots: dict[str, str], shown: str, pairs: set[tuple[str, str]], stray: tuple[str, str]
) -> tuple[list[str], str]:
    """(what is said first, what puts it right) of the edge A to B; nothing to put right at times.

    Args:
        slots: A, B, the verb V and a noun N, as the phrases have them.
        shown: the verb as it is first said.
        pairs: all edges, by name.
        stray: a pair that no edge joins.
    """
    a, b = slots["A"], slots["B"]
    c, d = stray
    x = pen.rng.random()
    if x < 0.6 and d not in (a, b) and (a, d) not in pairs:  # the wrong head first
        return [f"{a} {shown} {d}"], pen.say("not_c_but_b", C=d, **slots)
    if 0.6 <= x < 0.8:  # the wrong way round
        return [f"{b} {shown} {a}"], pen.say("turned", **slots)
    if x >= 0.8:  # one too many
        lines = [f"{a} {shown} {b}", f"{c} {shown} {d}"]
        return lines, pen.say("taken_back", C=c, D=d, **slots)
    return [f"{a} {shown} {b}"], ""


def corrected(pen: Pen) -> Wish | None:
    """Said, and taken back, or put right, later in the text: the last word counts."""
    count, pairs = pen.pairs(4, 18)
    names, verb = pen.names(count, PROSE), pen.pick(VERBS)
    chat = pen.chance(0.5)
    shown = pen.pick((verb[0], verb[0], "->", "goes to")) if chat else verb[0]
    said = "goes to" if shown == "goes to" else verb[0]
    edges = [(names[tail], names[head]) for tail, head in pairs]
    strays = [(names[a], names[b]) for a, b in _strangers(pen, count, pairs)]
    wrong = pen.rng.sample(range(len(edges)), 2)
    lines: list[str] = []
    later: list[str] = []
    for place, (a, b) in enumerate(edges):
        slots = {"A": a, "B": b, "V": said, "N": noun(pen.rng)}
        told, repair = [f"{a} {shown} {b}"], ""
        if place in wrong and strays:
            told, repair = _slip(pen, slots, shown, {*edges}, strays.pop())
        lines += told
        if repair:
            (lines if pen.chance(0.5) else later).append(repair)
    if strays and pen.chance(0.4):
        a, b = strays.pop()
        later.append(pen.say("added", A=a, B=b, V=said))
        edges.append((a, b))
    if len(lines) + len(later) == len(pairs):
        return None  # nothing was put right
    draft = Draft()
    for a, b in edges:
        draft.edge(a, b)
    lines += later
    body = _chat(pen, lines, names) if chat else ". ".join(lines) + "."
    request = pen.sentence("draw_it") if said == "goes to" else pen.sentence("who_whom", V=said)
    more = pen.sentence("last_word") if pen.chance(0.3) else ""
    return Wish(pen.frame(body, request, more, names=names), draft)


def _chat(pen: Pen, lines: list[str], names: list[str]) -> str:
    """The lines as said by two people, with small talk now and then."""
    people = pen.others(2, names)
    who = 0
    told = []
    for line in lines:
        who = who if pen.chance(0.6) else 1 - who
        told.append(f"{people[who]}: {line}")
        if pen.chance(0.1):
            talk = pen.say("smalltalk", N=noun(pen.rng), P=people[who])
            told.append(f"{people[1 - who]}: {talk}")
    return "\n".join(told)


SORTS = (
    Sort("denied", 9, denied),
    Sort("left_out", 9, left_out),
    Sort("remarks", 5, remarks),
    Sort("corrected", 10, corrected),
)
