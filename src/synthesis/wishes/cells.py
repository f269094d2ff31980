"""Nodes in a list of their own, cells that say "nothing", ids with names, steps by number."""

from anecdot.dot.write import Draft
from synthesis.wishes.wish import CELLS, Pen, Sort, Wish, grouped


def named_nodes(pen: Pen) -> Wish:
    """All nodes are named in a list, some of them in no edge."""
    directed = pen.chance(0.8)
    count, pairs = pen.pairs(3, 20)
    lone = 1 + int(pen.rng.random() * 3)
    names = pen.names(count + lone, CELLS)
    listed = pen.shuffled(names) if pen.chance(0.5) else names
    draft = Draft(directed=directed, nodes={name: {} for name in listed})
    for tail, head in pairs:
        draft.edge(names[tail], names[head])
    noun, link = pen.pick((
        ("nodes", "edges"), ("stations", "lines"), ("services", "calls"), ("members", "links"),
        ("machines", "cables"), ("parts", "connections"), ("vertices", "arcs"), ("rooms", "doors"),
    ))  # fmt: skip
    arrow = pen.pick(
        (" -> ", " to ", " > ", " => ", " → ") if directed else (" -- ", " - ", " <-> ")
    )
    lines = [f"{names[tail]}{arrow}{names[head]}" for tail, head in pairs]
    x = pen.rng.random()
    if x < 0.3:
        head = pen.pick((f"{noun}: ", f"{noun.capitalize()}: ", f"{noun} = "))
        body = head + ", ".join(listed) + f"\n{link}: " + pen.pick((", ", "; ")).join(lines)
    elif x < 0.55:
        tick = pen.pick(("- ", "* ", "  ", ""))
        body = "\n".join([f"{noun}:", *(tick + name for name in listed), "", f"{link}:",
                          *(tick + line for line in lines)])  # fmt: skip
    elif x < 0.75:
        cells = pen.pick((",", ";"))
        body = "\n".join([noun, *listed, "", f"from{cells}to",
                          *(f"{names[t]}{cells}{names[h]}" for t, h in pairs)])  # fmt: skip
    else:
        first = pen.say("there_are", N=noun, L=pen.join(listed))
        body = f"{first}. {pen.say('edges_are', E=link)} {'; '.join(lines)}."
    requests = []
    if pen.chance(0.5):
        requests.append(pen.sentence("lone_stay"))
    requests.insert(0, pen.sentence("draw_it"))
    if not directed:
        requests.append(pen.sentence("no_direction"))
    return Wish(pen.frame(body, *requests, names=names), draft)


# (column of the node, column of the others, request for column -> others, for others -> column)
RELATIONS = (
    ("package", "depends on", "dependent to dependency", "the dependency to what depends on it"),
    ("task", "needs", "the task to what it needs", "what is needed to what needs it"),
    ("person", "reports to", "report to boss", "boss to report"),
    ("child", "parents", "child to parent", "parent to child"),
    ("step", "comes after", "later step to earlier step", "earlier step to later step"),
    ("animal", "eats", "eater to eaten", "eaten to eater"),
    ("unit", "is fed by", "what is fed to what feeds it", "what feeds to what is fed"),
    ("customer", "buys from", "buyer to seller", "seller to buyer"),
    ("file", "includes", "including file to included file", "included file to including file"),
    ("job", "waits for", "waiting job to awaited job", "the awaited job to the waiting one"),
    ("version", "derived from", "derived to source", "source to derived"),
    ("room", "heated by", "the heated one to the heating one", "what heats to what is heated"),
    ("member", "was introduced by", "newcomer to introducer", "introducer to newcomer"),
)  # fmt: skip


def empty_cells(pen: Pen) -> Wish:
    """A column of others, at times empty, with the direction said; who has nothing still stands."""
    count, pairs = pen.pairs(3, 22, "dag dag tree layers")
    lone = int(pen.rng.random() * 2.2)
    names = pen.names(count + lone, CELLS)
    one, others, forward, backward = pen.pick(RELATIONS)
    heads = grouped(pairs)
    order = pen.shuffled(range(len(names)))
    empty = pen.pick(("-", "-", "", "—", "none", "n/a", "/"))
    comma = pen.pick((", ", " + ", " & ", "; "))
    rows = [[names[i], comma.join(names[h] for h in heads.get(i, [])) or empty] for i in order]
    extra = pen.pick(("", "", "owner", "note", "no", "since"))
    if extra:
        people = pen.others(3, names)
        for number, row in enumerate(rows):
            cell = {"owner": pen.pick(people), "no": str(number + 1)}.get(
                extra, pen.pick(("", "2019", "ok"))
            )
            row.insert(pen.rng.randrange(1) if extra == "no" else 1, cell)
    head = (
        [one, others]
        if not extra
        else [extra, one, others]
        if extra == "no"
        else [one, extra, others]
    )
    x = pen.rng.random()
    if x < 0.4:
        lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    elif x < 0.75:
        widths = [max(len(row[i]) for row in (head, *rows)) + 3 for i in range(len(head))]
        lines = [
            "".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in (head, *rows)
        ]
    else:
        sign = pen.pick((";", "\t", " | ") if ";" not in comma else ("\t", " | "))
        lines = [sign.join(row) for row in (head, *rows)]
    draft = Draft()
    backwards = pen.chance(0.5)
    heads_of = {i: heads.get(i, []) for i in order}
    draft.nodes = {names[i]: {} for i in order}
    for tail, targets in heads_of.items():
        for target in targets:
            a, b = (target, tail) if backwards else (tail, target)
            draft.edge(names[a], names[b])
    requests = [pen.sentence("arrows", W=backward if backwards else forward)]
    if pen.chance(0.3):
        requests.append(pen.sentence("empty_means", S=empty or "an empty cell"))
    if lone and pen.chance(0.6):
        requests.append(pen.sentence("lone_stay"))
    return Wish(pen.frame("\n".join(lines), *requests, names=names), draft)


def legend(pen: Pen) -> Wish:
    """Edges by id, names in a list; either may be asked for."""
    count, pairs = pen.pairs(3, 20)
    names = pen.names(count, CELLS.replace("symbols", "") + " full")
    first = pen.pick((1, 1, 10, 100))
    stem = pen.pick(("", "", "n", "s", "x", "id", "K", "u_"))
    ids = [f"{stem}{first + i}" for i in range(count)]
    if pen.chance(0.3) and count < 20:
        ids = pen.rng.sample([a + b for a in "abcdkmprstx" for b in "bdfgnqz"], count)
    if {i.lower() for i in ids} & {n.lower() for n in names}:
        return legend(pen)
    entries = pen.shuffled(zip(ids, names, strict=True))
    sign = pen.pick((" = ", ": ", ",", "  ", " - "))
    keys = [f"{key}{sign}{name}" for key, name in entries]
    arrow = pen.pick((" -> ", ",", " > ", " to ", " → "))
    lines = [f"{ids[t]}{arrow}{ids[h]}" for t, h in pairs]
    if pen.chance(0.4):
        lines = [f"{ids[t]}{arrow if arrow != ',' else ': '}{', '.join(ids[h] for h in hs)}"
                 for t, hs in grouped(pairs).items()]  # fmt: skip
        pairs = [(t, h) for t, hs in grouped(pairs).items() for h in hs]
    legend_text = "\n".join(
        [pen.pick(("legend:", "names", "who is who:", "id,name", "key")), *keys]
    )
    if pen.chance(0.25):
        legend_text = pen.pick(("Legend: ", "where ", "names: ")) + ", ".join(
            f"{key} = {name}" for key, name in entries
        )
    parts = [legend_text, "\n".join(lines)]
    body = "\n\n".join(parts if pen.chance(0.5) else parts[::-1])
    by_name = pen.chance(0.75)
    shown = names if by_name else ids
    draft = Draft()
    for tail, head in pairs:
        draft.edge(shown[tail], shown[head])
    request = pen.sentence("by_name" if by_name else "by_id")
    return Wish(pen.frame(body, request, names=names), draft)


def numbered_steps(pen: Pen) -> Wish:
    """Steps with a column of what is next (or before), by number; the graph has their names."""
    count, pairs = pen.pairs(4, 20, "dag chain layers flowchart tree")
    names = pen.names(count, "parts german places people files states")
    if any(name.isdigit() for name in names):
        return numbered_steps(pen)
    heads = grouped(pairs)
    backwards = pen.chance(0.4)
    links: dict[int, list[int]] = {i: [] for i in range(count)}
    for tail, head in pairs:
        links[head if backwards else tail].append(tail if backwards else head)
    branch = not backwards and max(map(len, heads.values())) == 2 and pen.chance(0.6)
    empty = pen.pick(("-", "", "end" if not backwards else "-"))
    numbers = [str(i + 1) for i in range(count)]
    draft = Draft()
    if branch:
        yes, no = pen.pick(
            (("ok", "not ok"), ("yes", "no"), ("pass", "fail"), ("found", "missing"))
        )
        head = ["no", "step", f"next if {yes}", f"next if {no}"]
        rows = []
        for i in range(count):
            cells = [numbers[j] for j in links[i]] + [empty] * 2
            rows.append([numbers[i], names[i], *cells[:2]])
            for label, j in zip((yes, no), links[i], strict=False):
                draft.edge(names[i], names[j], label)
        request = pen.sentence("steps_branch", Y=yes, N=no)
    else:
        sign = pen.pick((", ", "/", " "))
        head = [
            "no",
            "step",
            pen.pick(
                ("after", "predecessors", "follows")
                if backwards
                else ("next", "then", "followed by")
            ),
        ]
        rows = [
            [numbers[i], names[i], sign.join(numbers[j] for j in links[i]) or empty]
            for i in range(count)
        ]
        for i in range(count):
            for j in links[i]:
                a, b = (j, i) if backwards else (i, j)
                draft.edge(names[a], names[b])
        request = pen.sentence("steps_plain")
    lines = pen.pick((
        lambda: ["| " + " | ".join(row) + " |" for row in (head, ["--"] * len(head), *rows)],
        lambda: [";".join(row) for row in (head, *rows)],
        lambda: ["\t".join(row) for row in (head, *rows)],
    ))()  # fmt: skip
    return Wish(pen.frame("\n".join(lines), request, names=names), draft, kind="workflow")


SORTS = (
    Sort("named_nodes", 9, named_nodes),
    Sort("empty_cells", 9, empty_cells),
    Sort("legend", 8, legend),
    Sort("numbered_steps", 6, numbered_steps),
)
