"""Looks and ports, a few in one request: heading, shapes, one odd edge, ranks, groups, compass."""

from anecdot.dot.write import Cluster, Draft, dot_id, quote
from synthesis.wishes.wish import Pen, Sort, Wish

LOOKED = "parts people german packages files symbols places"
SHAPES = {
    "boxes": "box",
    "circles": "circle",
    "diamonds": "diamond",
    "ovals": "oval",
    "hexagons": "hexagon",
}
COLOURS = "red blue green orange gold gray pink yellow lightblue tomato".split()
LAYOUTS = "neato circo twopi fdp".split()


def dressed(pen: Pen) -> Wish:
    """A plain graph with a handful of stated looks."""
    count, pairs = pen.pairs(3, 12)
    names = pen.names(count, LOOKED)
    directed = pen.chance(0.85)
    draft, head, asked = Draft(directed=directed), [], []
    looks = pen.shuffled(("heading", "rankdir", "shape", "layout", "edge", "node", "rank"))
    for look in looks[: pen.rng.randint(1, 4)]:
        node = pen.pick(names)
        if look == "heading":
            text, top = pen.title(), pen.chance(0.5)
            head += [f"label={quote(text)};", f"labelloc={'t' if top else 'b'};"]
            asked.append(pen.say("heading_top" if top else "heading_bottom", T=text))
        elif look == "rankdir" and "layout" not in looks[:4]:
            way = pen.pick(("LR", "RL", "BT"))
            head.append(f"rankdir={way};")
            asked.append(pen.say(f"rankdir_{way}"))
        elif look == "shape":
            word = pen.pick(tuple(SHAPES))
            head.append(f"node [shape={SHAPES[word]}];")
            asked.append(pen.say("all_shape", S=word))
        elif look == "layout" and "rank" not in looks[:4]:
            engine = pen.pick(LAYOUTS)
            head.append(f"layout={engine};")
            asked.append(pen.say("layout", E=engine))
        elif look == "node" and node not in draft.nodes:
            colour = pen.pick(COLOURS)
            draft.nodes[node] = {"style": "filled", "fillcolor": colour}
            asked.append(pen.say("filled", N=node, C=colour))
        elif look == "rank" and count > 3 and directed:
            one, two = (names[pairs[0][0]], names[pairs[-1][1]])
            if one == two:
                continue
            head += ["{", "  rank=same;", f"  {dot_id(one)};", f"  {dot_id(two)};", "}"]
            asked.append(pen.say("same_rank", A=one, B=two))
    odd = pen.rng.randrange(len(pairs)) if "edge" in looks[:3] else -1
    for place, (tail, to) in enumerate(pairs):
        attrs = {}
        if place == odd:
            style = pen.pick(("dotted", "dashed", "bold"))
            attrs = {"style": style}
            asked.append(pen.say("odd_edge", A=names[tail], B=names[to], S=style))
        draft.edge(names[tail], names[to], **attrs)
    # Statements that open a block go behind the one-line ones, as the house has them.
    block = head.index("{") if "{" in head else len(head)
    head = head[:block] + head[block + 5 :] + head[block : block + 5]
    arrow = pen.pick((" -> ", " to ", " → ") if directed else (" -- ", " - "))
    lines = [f"{names[t]}{arrow}{names[h]}" for t, h in pairs]
    body = pen.pick((", ", "\n", "; ")).join(lines)
    requests = [pen.polish(ask) for ask in asked]
    if not directed:
        requests.insert(0, pen.sentence("no_direction"))
    if not asked:
        requests.insert(0, pen.sentence("draw_it"))
    return Wish(pen.frame(body, *requests, names=names), draft, head)


def frames(pen: Pen) -> Wish:
    """Named groups, some with one member, some nodes in none."""
    count, pairs = pen.pairs(4, 14)
    lone = pen.rng.randint(0, 1)
    names = pen.names(count + lone, LOOKED)
    labels = pen.names(4, "german places") if pen.chance(0.5) else [f"zone {c}" for c in "ABCD"]
    if {n.lower() for n in labels} & {n.lower() for n in names}:
        return frames(pen)
    order = pen.shuffled(names)
    sizes = [pen.rng.choice((1, 2, 3)) for _ in range(pen.rng.randint(1, 3))]
    draft, told = Draft(), []
    word = pen.pick(("frame", "box", "group", "cluster", "zone"))
    for label, size in zip(labels, sizes, strict=False):
        members, order = order[:size], order[size:]
        if members:
            members = sorted(members, key=names.index)
            draft.clusters.append(Cluster(label, members))
            told.append(pen.say("frame", F=word, T=label, L=pen.join(members)))
    if lone and names[-1] in order:
        draft.nodes[names[-1]] = {}
        told.append(pen.say("outside_alone", N=names[-1], F=word))
    elif order and pen.chance(0.5):
        told.append(
            pen.say("outside", N=pen.join(order), F=word, V="is" if len(order) == 1 else "are")
        )
    for tail, head in pairs:
        draft.edge(names[tail], names[head])
    arrow = pen.pick((" -> ", " to ", " → "))
    links = pen.pick((", ", "; ")).join(f"{names[t]}{arrow}{names[h]}" for t, h in pairs)
    body = pen.pick((". ", "\n")).join(
        [*told, f"{pen.pick(('arrows', 'links', 'flows'))}: {links}"]
    )
    return Wish(pen.frame(body, pen.sentence("draw_it"), names=names), draft)


COMPASS = {
    "n": "north",
    "e": "east",
    "s": "south",
    "w": "west",
    "ne": "north-east",
    "sw": "south-west",
}


def ports(pen: Pen) -> Wish:
    """Edges that leave and enter at stated sides."""
    count, pairs = pen.pairs(2, 5, "chain dag")
    names = pen.names(count, "parts symbols people german")
    told, lines = [], []
    for tail, head in pairs:
        a, b = names[tail], names[head]
        if pen.chance(0.75):
            p, q = pen.pick(tuple(COMPASS)), pen.pick(tuple(COMPASS))
            told.append(pen.say("port_edge", A=a, B=b, P=p, Q=q, S=COMPASS[p], T=COMPASS[q]))
            lines.append(f"{dot_id(a)}:{p} -> {dot_id(b)}:{q};")
        else:
            told.append(pen.say("edge_bare", A=a, B=b))
            lines.append(f"{dot_id(a)} -> {dot_id(b)};")
    body = pen.pick((". ", "\n", "; ")).join(told)
    return Wish(
        pen.frame(body, pen.sentence("draw_it"), names=names), Draft(), lines, kind="attribute"
    )


SORTS = (Sort("dressed", 6, dressed), Sort("frames", 4, frames), Sort("ports", 1.5, ports))
