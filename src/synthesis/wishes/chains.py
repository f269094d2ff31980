"""Long orders with branches and joins, one to all, all to one, nested lists."""

from itertools import pairwise

from anecdot.dot.write import Draft
from synthesis import topology
from synthesis.wishes.wish import Pen, Sort, Wish

ORDERED = "parts german places people files symbols states packages"


Edges = list[tuple[str, str, str | None]]


def _change(pen: Pen, what: str, part: list[str], spare: list[str], edges: Edges) -> str:
    """Change four neighbours of the chain in `edges`; how the text says it."""
    a, b, c, d = part
    one, two = spare
    at = edges.index((b, c, None))
    if what == "parallel":  # a goes to b and c, both go to d
        edges[at : at + 1] = [(a, c, None), (b, d, None)]
        return pen.say("both", A=a, B=b, C=c, D=d)
    if what == "back":
        label = pen.pick("again retry notes failed changes rework".split())
        label = label if pen.chance(0.5) else ""
        edges.append((d, a, label or None))
        return pen.say("back_labelled" if label else "back", A=d, B=a, L=label)
    if what == "side":
        edges += [(one, two, None), (two, d, None)]
        return pen.say("side", A=one, B=two, D=d)
    if what == "skip":
        edges.append((a, d, None))
        return pen.say("skip", A=a, D=d)
    edges[at - 1 : at + 1] = [(a, c, None)]
    return pen.say("falls_out", A=a, B=b, C=c)


def ordered(pen: Pen) -> Wish:
    """Eight to twenty-two names in their order, then branches, joins, jumps and side chains."""
    count = pen.rng.randint(8, 22)
    names = pen.names(count + 2, ORDERED)
    chain, spare = names[:count], names[count:]
    edges: Edges = [(tail, head, None) for tail, head in pairwise(chain)]
    changes = pen.shuffled(("parallel", "back", "side", "skip", "drop"))[: pen.rng.randint(0, 3)]
    # Each change has four neighbours of its own, so that none touches another's edges.
    starts = pen.shuffled(range(0, count - 3, 4))
    said = [
        _change(pen, what, chain[start : start + 4], spare, edges)
        for what, start in zip(changes, starts, strict=False)
    ]
    x = pen.rng.random()
    if x < 0.45:
        text = pen.say("in_order", L=pen.pick((", ", ", ", " - ", " / ")).join(chain))
    elif x < 0.6:
        text = pen.pick((" > ", " then ", " → ", " ... ", "\n")).join(chain)
    elif x < 0.75:
        text = "\n".join(f"{i}. {name}" for i, name in enumerate(chain, 1))
    else:
        text = pen.say("each_feeds", L=", ".join(chain))
    draft = Draft()
    for tail, head, label in edges:
        draft.edge(tail, head, label)
    if "\n" not in text and pen.chance(0.3):
        one, two = pen.others(2, names)
        lines = [f"{one}: {text}", *(f"{pen.pick((one, one, two))}: {line}" for line in said)]
        body = "\n".join(lines)
    else:
        gap = "\n" if "\n" in text or pen.chance(0.4) else ". "
        body = gap.join([text, *said])
    request = pen.sentence("draw_order")
    return Wish(pen.frame(body, request, names=names), draft, kind="workflow")


def broadcast(pen: Pen) -> Wish:
    """One to all the others, all to one, everything before one, both ways."""
    names = pen.names(pen.rng.randint(4, 12), "people parts hosts places symbols german packages")
    hub = pen.pick(names)
    rest = [name for name in names if name != hub]
    draft, clauses = Draft(), []
    verb = pen.pick(
        ("reports to", "sends to", "talks to", "writes to", "calls", "depends on", "waits for")
    )
    known = pen.chance(0.5)  # the names stand in a list first
    opening = pen.say("members", L=", ".join(names))
    named = pen.join(rest)
    x = pen.rng.random()
    if x < 0.35:
        clauses.append(pen.say("to_all_list" if known else "to_all", A=hub, L=named, V=verb))
        for name in rest:
            draft.edge(hub, name)
    elif x < 0.7:
        clauses.append(pen.say("all_to_list" if known else "all_to", A=hub, L=named, V=verb))
        for name in rest:
            draft.edge(name, hub)
    else:  # all but one
        odd = pen.pick(rest)
        known = True
        clauses.append(pen.say("to_all_but", A=hub, B=odd, V=verb))
        for name in rest:
            if name != odd:
                draft.edge(hub, name)
        other = pen.pick([name for name in rest if name != odd])
        clauses.append(f"{other} {verb} {odd}")
        draft.edge(other, odd)
    count = len(rest)
    for _ in range(pen.rng.randint(0, 4)):
        a, b = pen.rng.sample(range(count), 2)
        if not any({rest[a], rest[b]} == {t, h} for t, h, _ in draft.edges):
            clauses.append(f"{rest[a]} {verb} {rest[b]}")
            draft.edge(rest[a], rest[b])
    order = [opening] if known else []
    gap = pen.pick((". ", "\n"))
    body = gap.join([*order, *clauses]) + gap.strip()
    return Wish(pen.frame(body, pen.sentence("who_whom", V=verb), names=names), draft)


def before(pen: Pen) -> Wish:
    """A list in which one needs everything above it, and others name what they need."""
    names = pen.names(pen.rng.randint(4, 10), "parts packages files german states symbols")
    needs: dict[int, list[int]] = {}
    lines = []
    for i, name in enumerate(names):
        x = pen.rng.random()
        if i >= 2 and x < 0.25 and sum(map(len, needs.values())) + i < 26:
            needs[i] = list(range(i))
            lines.append(f"{name}: {pen.say('everything_before')}")
        elif i and x < 0.4:
            needs[i] = [i - 1]
            lines.append(f"{name}: {pen.say('line_above')}")
        elif i and x < 0.9:
            needs[i] = sorted(pen.rng.sample(range(i), min(i, pen.rng.randint(1, 2))))
            lines.append(f"{name}: {', '.join(names[j] for j in needs[i])}")
        else:
            needs[i] = []
            lines.append(f"{name}: {pen.pick(('nothing', '-', 'none'))}")
    if not any(needs.values()):
        needs[len(names) - 1] = list(range(len(names) - 1))
        lines[-1] = f"{names[-1]}: {pen.say('everything_before')}"
    backwards = pen.chance(0.5)
    draft = Draft(nodes={name: {} for name in names})
    for i, found in needs.items():
        for j in found:
            a, b = (j, i) if backwards else (i, j)
            draft.edge(names[a], names[b])
    request = pen.sentence("needs_back" if backwards else "needs_forth")
    return Wish(pen.frame("\n".join(lines), request, names=names), draft)


def nested(pen: Pen) -> Wish:
    """An indented list with what is not to be drawn in brackets, downwards or upwards."""
    count = pen.rng.randint(5, 22)
    pairs = topology.tree(pen.rng, count)
    names = pen.names(count, "parts german people full places classes files")
    children: dict[int, list[int]] = {}
    for tail, head in pairs:
        children.setdefault(tail, []).append(head)
    indent = pen.pick(("  ", "    ", "\t"))
    tick = pen.pick(("- ", "* ", "", ""))
    note = pen.pick(("", "count", "remark"))
    draft, lines, noted = Draft(), [], False
    upwards = pen.chance(0.4)

    def walk(node: int, depth: int) -> None:
        nonlocal noted
        extra = ""
        if note and pen.chance(0.4):
            noted = True
            extra = (
                f" ({pen.rng.randrange(2, 60)})" if note == "count" else f" ({pen.say('bracket')})"
            )
        lines.append(f"{indent * depth}{tick}{names[node]}{extra}")
        for child in children.get(node, []):
            a, b = (child, node) if upwards else (node, child)
            draft.edge(names[a], names[b])
            walk(child, depth + 1)

    walk(0, 0)
    requests = [pen.sentence("nested_up" if upwards else "nested_down")]
    if noted:
        requests.append(pen.sentence("no_brackets"))
    return Wish(pen.frame("\n".join(lines), *requests, names=names), draft, kind="org_chart")


SORTS = (
    Sort("ordered", 12, ordered),
    Sort("broadcast", 7, broadcast),
    Sort("before", 4, before),
    Sort("nested", 5, nested),
)
