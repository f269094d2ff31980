"""What stands on an arrow: exact quoted text, guard and action, nothing; and loops that stay."""

from anecdot.dot.write import Draft
from synthesis import edge_texts
from synthesis.wishes.wish import Pen, Sort, Wish

EVENTS = (
    "start stop pause resume timer full empty open close lock unlock push coin reset fail retry "
    "ack timeout key_press door_open door_closed cancel pay ship return approve reject submit "
    "login logout expire wake sleep connect drop overheat refill jam clear drain lift dock"
).split()
GUARDS = (
    "n > 3", "n == 0", "attempts < 3", "hopper_full", "!empty", "door closed", "paid", "not paid",
    "queue empty", "t >= 90", "x < 0.5", "has_key", "isAdmin", "stock > 0", "last page",
    "retries left", "ok()", "weekday", "level <= 2", "cargo.full",
)  # fmt: skip
ACTIONS = (
    "beep", "log", "stop motor", "send mail", "n++", "reset timer", "open valve", "notify",
    "save()", "green light", "count", "ring bell", "print receipt", "unlock door", "clear buffer",
    "n = 0",
)  # fmt: skip
STATES = "states parts symbols classes german"


def _parallel_free(pen: Pen, most: int) -> tuple[list[str], list[tuple[int, int]]]:
    count, pairs = pen.pairs(3, most, "machine machine flowchart ring dag")
    names = pen.names(count, STATES)
    for _ in range(pen.rng.randint(0, 2)):
        loop = pen.rng.randrange(count)
        if (loop, loop) not in pairs:
            pairs.insert(pen.rng.randrange(len(pairs) + 1), (loop, loop))
    return names, pairs


def _label(parts: tuple[str, str, str], style: str) -> str:
    event, guard, action = parts
    bits = [event]
    if guard and style in ("full", "guard"):
        bits.append(f"[{guard}]")
    if action and style in ("full", "action"):
        bits.append(f"/ {action}")
    return " ".join(bits)


def guarded(pen: Pen) -> Wish:
    """Transitions with event, guard and action in columns or words; which of them is the label."""
    names, pairs = _parallel_free(pen, 16)
    style = pen.pick(("full", "full", "guard", "action", "event"))
    rows, draft = [], Draft()
    for tail, head in pairs:
        parts = (pen.pick(EVENTS), pen.pick(GUARDS) if pen.chance(0.4) else "",
                 pen.pick(ACTIONS) if pen.chance(0.4) else "")  # fmt: skip
        rows.append((names[tail], *parts, names[head]))
        draft.edge(names[tail], names[head], _label(parts, style))
    x = pen.rng.random()
    if x < 0.35:
        empty = pen.pick(("-", "", "-"))
        head = pen.pick(
            (("state", "event", "guard", "action", "next"), ("from", "on", "if", "do", "to"))
        )
        lines = ["| " + " | ".join(cell or empty for cell in row) + " |"
                 for row in (head, ("---",) * 5, *rows)]  # fmt: skip
    elif x < 0.6:
        sign = pen.pick((";", "\t"))
        lines = [sign.join(row) for row in (("from", "event", "guard", "action", "to"), *rows)]
    elif x < 0.8:
        lines = ["transitions:"]
        for tail, event, guard, action, head in rows:
            more = (f", guard: '{guard}'" if guard else "") + (
                f", action: '{action}'" if action else ""
            )
            lines.append(f"  - {{from: {tail}, to: {head}, on: {event}{more}}}")
    else:
        lines = [
            f"{pen.say('in_state', S=tail)} {event}{f' if {guard}' if guard else ''}: "
            + (pen.say("stays", S=head) if tail == head else f"-> {head}")
            + (f", do {action}" if action else "")
            for tail, event, guard, action, head in rows
        ]
    requests = [pen.sentence(f"label_{style}")]
    if any(tail == head for tail, head in pairs) and pen.chance(0.4):
        requests.append(pen.sentence("loops_too"))
    return Wish(pen.frame("\n".join(lines), *requests, names=names), draft, kind="state_machine")


def quoted(pen: Pen) -> Wish:
    """Arrows with text in quotes, some without any, some without by word."""
    names, pairs = _parallel_free(pen, 16)
    makers = [edge_texts.event, edge_texts.test, edge_texts.token, edge_texts.clause]
    make = pen.pick(makers)
    draft, clauses = Draft(), []
    for tail, head in pairs:
        a, b = names[tail], names[head]
        label = make(pen.rng).replace('"', "")
        target = pen.say("itself", S=a) if tail == head else b
        x = pen.rng.random()
        if x < 0.65:
            clauses.append(pen.say("edge_quoted", A=a, B=target, L=label))
            draft.edge(a, b, label)
        elif x < 0.8:
            clauses.append(pen.say("edge_bare", A=a, B=target))
            draft.edge(a, b)
        else:
            clauses.append(pen.say("edge_unlabelled", A=a, B=target))
            draft.edge(a, b)
    body = pen.pick((". ", "\n", "; ")).join(clauses)
    body += "" if "\n" in body else "."
    request = pen.sentence("quoted_labels")
    return Wish(pen.frame(body, request, names=names), draft, kind="workflow")


def matrix(pen: Pen) -> Wish | None:
    """State by event, the next state in the cell; "-" is nothing, or stays, as the text says."""
    count = pen.rng.randint(3, 6)
    names = pen.names(count, "states symbols classes german")
    events = pen.rng.sample(EVENTS, pen.rng.randint(2, 4))
    stays = pen.chance(0.3)
    empty = pen.pick(("-", "-", ".", "="))
    draft, rows = Draft(), []
    touched: set[str] = set()
    for i, name in enumerate(names):
        row = [name]
        for event in events:
            if pen.chance(0.45) and len(draft.edges) < 18:
                target = names[(i + 1) % count] if len(row) == 1 else pen.pick(names)
                row.append(target)
                draft.edge(name, target, event)
                touched |= {name, target}
            else:
                row.append(empty)
                if stays:
                    draft.edge(name, name, event)
        rows.append(row)
    if not stays:
        draft.nodes = {name: {} for name in names if name not in touched}
    head = [pen.pick(("", "state", "from")), *events]
    if pen.chance(0.5):
        lines = ["| " + " | ".join(row) + " |" for row in (head, ["--"] * len(head), *rows)]
    else:
        widths = [max(len(row[i]) for row in (head, *rows)) + 2 for i in range(len(head))]
        lines = [
            "".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in (head, *rows)
        ]
    if len(draft.edges) < 2:
        return None
    requests = [
        pen.sentence("matrix"),
        pen.sentence("cell_stays" if stays else "cell_nothing", S=empty),
    ]
    return Wish(pen.frame("\n".join(lines), *requests, names=names), draft, kind="state_machine")


SORTS = (Sort("guarded", 9, guarded), Sort("quoted", 8, quoted), Sort("matrix", 4, matrix))
