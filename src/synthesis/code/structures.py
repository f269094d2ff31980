"""Linked structures in code: lists, trees, and nested literals."""

from synthesis.code.data import drop_isolated
from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import form

_TREE = {"need": "tree loopless", "limit": 14}


@form(
    "linked_list",
    4,
    names="snake|keep|id|keep",
    lang="",
    need="simple loopless",
    ask="list",
    limit=10,
    kinds=frozenset({"data_structure", "pipeline", "workflow", "food_chain", "genealogy"}),
)
def linked_list(g: Draft) -> str | None:
    """Nodes made first, then `a.next = b`; nodes are named by variable or by value."""
    outs = [sum(e[0] == i for e in g.edges) for i in range(len(g.names))]
    if max(outs) > 1:
        return None
    lang = g.rng.choice(("py", "js", "java", "c"))
    field = g.pick("next", "next", "succ", "link", "nxt")
    byvar = g.style in ("snake", "id")
    if byvar:
        vars_ = g.names
        made = [str(g.rng.randrange(100)) for _ in vars_]
        g.ask = "list; " + g.pick(
            "nodes are the variables",
            "name nodes by variable",
            f"{field} as arrows, variable names as nodes",
        )
    else:
        p = g.rng.choice(("n", "p", "x", "node", "cell"))
        vars_ = [f"{p}{i}" for i in range(len(g.names))]
        made = [g.q(n) for n in g.names]
        g.ask = "list; " + g.pick(
            "nodes are named by their values",
            "use the values as node names",
            "name nodes by value, not by variable",
        )
    end = "" if lang == "py" else ";"
    new = {
        "py": "{v} = Node({m})",
        "js": "const {v} = new Node({m});",
        "java": "Node {v} = new Node({m});",
        "c": "node *{v} = make({m});",
    }[lang]
    dot = "->" if lang == "c" else "."
    rows = [new.format(v=v, m=m) for v, m in zip(vars_, made, strict=True)]
    if lang == "c":
        rows = [r.replace("'", '"') for r in rows]
    rows += [f"{vars_[t]}{dot}{field} = {vars_[h]}{end}" for t, h, _ in g.edges]
    return lines(rows)


@form("tree_build", 2.5, names="keep|upper|id|snake", lang="", ask="tree", **_TREE)
def tree_build(g: Draft) -> str | None:
    """Trees written as constructor calls or nested literals: parent -> child, depth first."""
    kids: dict[int, list[int]] = {}
    for t, h, _ in g.edges:
        kids.setdefault(t, []).append(h)
    root = next(i for i in range(len(g.names)) if i not in {e[1] for e in g.edges})
    num = all(n.isdigit() for n in g.names)
    q = (lambda n: n) if num else g.q
    edges: list[tuple[int, int, str]] = []

    def walk(i: int) -> None:
        for h in kids.get(i, []):
            edges.append((i, h, ""))
            walk(h)

    style = g.rng.randrange(7)
    fn = g.pick("Node", "Tree", "Branch", "node", "T", "mk")

    def show(i: int) -> str:
        name, below = q(g.names[i]), [show(h) for h in kids.get(i, [])]
        if style == 0:
            return f"{fn}({', '.join([name, *below])})"
        if style == 1:
            return f"{fn}({name}, [{', '.join(below)}])" if below else f"{fn}({name})"
        if style == 2:
            return (
                f"({' '.join([g.names[i].replace(' ', '-'), *below])})"
                if below
                else (g.names[i].replace(" ", "-"))
            )
        if style == 3:
            k = f', "children": [{", ".join(below)}]' if below else ""
            return f'{{"name": "{g.names[i]}"{k}}}'
        return f"{name}: {{{', '.join(below)}}}" if style == 4 else ""

    if style < 5:
        walk(root)
        g.edges = edges
        if style == 2 and " " in "".join(g.names):
            g.names = [n.replace(" ", "-") for n in g.names]
        text = show(root)
        return ("{" + text + "}" if style == 4 else text) if style > 1 else f"{g.ident()} = {text}"
    g.edges = sorted(g.edges, key=lambda e: e[0])
    if style == 5:
        verb = g.pick("add_child", "addChild", "append", "add", "attach", "insert")
        var = g.pick("tree.", "t.", "")
        return lines([f"{var}{verb}({q(t)}, {q(h)}){g.pick('')}" for t, h, _ in g.triples()])
    rows = []
    for n, out in g.groups(every=True):
        rows.append(f"{q(n)}: [{', '.join(q(h) for h, _ in out)}],")
    return lines(block("children = {", rows, "}", "    "))


@form(
    "binary_tree",
    2.5,
    names="keep|upper|id|snake",
    lang="",
    ask="tree",
    need="tree loopless",
    limit=12,
)
def binary_tree(g: Draft) -> str | None:
    """left/right assignments or calls; the side is the edge's label where asked."""
    count = [0] * len(g.names)
    for t, _, _ in g.edges:
        count[t] += 1
    if max(count) > 2:
        return None
    g.order_groups()
    labelled, sides, edges = g.maybe(0.6), [0] * len(g.names), []
    names = g.rng.choice(
        (("left", "right"), ("left", "right"), ("l", "r"), ("lo", "hi"), ("L", "R"))
    )
    rows = []
    style = g.rng.randrange(4)
    num = all(n.isdigit() for n in g.names)
    q = (lambda n: n) if num else g.q
    if style == 0 and not all(n.isidentifier() for n in g.names):
        style = 1
    for t, h, _ in g.edges:
        s = sides[t] if count[t] == 2 else g.rng.randrange(2)
        sides[t] += 1
        edges.append((t, h, names[s] if labelled else ""))
        a, b = g.names[t], g.names[h]
        rows.append(
            (
                f"{a}.{names[s]} = {b}",
                f"tree.insert({q(a)}, {q(b)}, {g.q(names[s])})",
                f"nodes[{q(a)}].{names[s]} = nodes[{q(b)}]",
                f"set_{names[s]}({q(a)}, {q(b)});",
            )[style]
        )
    g.edges = edges
    side = f"{names[0]} and {names[1]}"
    g.ask = "tree; " + (
        g.pick(f"label edges {side}", f"put {side} on the edges", "the side is the edge label")
        if labelled
        else g.pick("parent to child, no labels", "without edge labels")
    )
    return lines(rows)


@form(
    "json_graph",
    3,
    names="id|snake|keep|letter",
    labels="keep|snake",
    lang="JSON",
    fence="json",
    keyed=True,
    ask="graph",
    directed=None,
    isolated=True,
)
def json_graph(g: Draft) -> str:
    """nodes and edges arrays; a node's label beside its id where it has one."""
    if not any(g.labels) and g.maybe(0.4):
        g.labels = list(g.names)
        key = g.rng.choice("nvx")
        g.names = [f"{key}{i + 1}" for i in range(len(g.labels))]
    a, b = g.rng.choice((("source", "target"), ("from", "to"), ("src", "dst"), ("tail", "head")))
    node, edge = g.pick("nodes", "vertices"), g.pick("edges", "links", "arcs", "relations")
    lab = g.pick("label", "name", "title", "text")
    plain = not any(g.labels)
    rows = []
    for n, text in zip(g.names, g.labels, strict=True):
        rows.append(
            f'"{n}",'
            if plain
            else f'{{"id": "{n}", "{lab}": "{text}"}},'
            if text
            else f'{{"id": "{n}"}},'
        )
    arcs = [
        f'{{"{a}": "{t}", "{b}": "{h}"'
        + (f', "{lab if lab != "name" else "label"}": "{e}"}},' if e else "},")
        for t, h, e in g.triples()
    ]
    rows[-1], arcs[-1] = rows[-1][:-1], arcs[-1][:-1]
    nodes = [f'"{node}": [{" ".join(rows)}],'] if plain else block(f'"{node}": [', rows, "],", "  ")
    if not g.directed:
        nodes.insert(0, '"directed": false,')
    if plain and g.maybe(0.3):
        drop_isolated(g)
        nodes = nodes[:-1]
    return lines(block("{", [*nodes, *block(f'"{edge}": [', arcs, "]", "  ")], "}", "  "))
