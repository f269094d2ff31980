"""Data structures and graphs held in code: lists, trees, adjacency, matrices, edge lists."""

from synthesis.code.kit import Draft, block, form, lines

_ADJ = {"need": "simple", "order": "grouped", "isolated": True}
_WEIGHT = {"need": "simple", "isolated": False}
_TREE = {"need": "tree loopless", "limit": 14}


@form(
    "adjacency_dict",
    3,
    names="keep|keep|snake|upper|id",
    lang="",
    fence="",
    ask="graph",
    directed=True,
    **_ADJ,
)
def adjacency_dict(g: Draft) -> str:
    """Adjacency lists as literals of nine languages."""
    lang = g.rng.choice(
        (
            "py",
            "py",
            "js",
            "ruby",
            "go",
            "java",
            "json",
            "yaml",
            "php",
            "hs",
            "cpp",
            "set",
            "lisp",
            "erl",
        )
    )
    if lang in ("go", "java", "json", "hs", "cpp"):
        g.quote = '"'
    bare = lang in ("js", "yaml") and all(n.isidentifier() for n in g.names)
    if lang == "yaml" and any(c in n for n in g.names for c in ":#&"):
        return None
    key = (lambda n: n) if bare or lang == "yaml" else g.q
    num = all(n.isdigit() for n in g.names) and lang != "yaml"
    show = (lambda n: n) if num or lang == "yaml" else g.q
    key = (lambda n: n) if num and lang != "json" else key
    row, head, tail = {
        "py": ("{n}: [{h}],", "{v} = {{", "}"),
        "set": ("{n}: {{{h}}},", "{v} = {{", "}"),
        "js": ("{n}: [{h}],", "const {v} = {{", "};"),
        "ruby": ("{n} => [{h}],", "{v} = {{", "}"),
        "go": ("{n}: {{{h}}},", "{v} := map[string][]string{{", "}"),
        "java": ("{v}.put({n}, List.of({h}));", "", ""),
        "json": ("{n}: [{h}],", "{{", "}"),
        "yaml": ("{n}: [{h}]", "{v}:", ""),
        "php": ("{n} => [{h}],", "${v} = [", "];"),
        "hs": ("({n}, [{h}]),", "{v} = [", "]"),
        "cpp": ("{{{n}, {{{h}}}}},", "map<string, vector<string>> {v} = {{", "};"),
        "lisp": ("({n} {h})", "(setq {v} '(", "))"),
        "erl": ("{{{n}, [{h}]}},", "{v}() -> [", "]."),
    }[lang]
    every = g.maybe(0.6)
    if not every:
        _drop_isolated(g)
    v = g.pick("graph", "adj", "G", "edges", "neighbors", "links", g.ident())
    v = v.lower() if lang == "erl" else v
    comma = " " if lang == "lisp" else ", "
    rows = []
    for n, out in g.groups(every=every):
        heads = comma.join(show(h) for h, _ in out)
        if lang == "set" and not heads:
            rows.append(f"{key(n)}: set(),")
        else:
            rows.append(row.format(n=key(n), h=heads, v=v).replace(" )", ")"))
    if lang in ("json", "hs", "erl", "go") and lang != "go":
        rows[-1] = rows[-1].removesuffix(",")
    if g.maybe(0.2) and lang in ("py", "js") and len(rows) < 6:
        return head.format(v=v) + " ".join(rows).removesuffix(",") + tail
    if not head:
        return lines(rows)
    return lines(block(head.format(v=v), rows, tail, g.t if g.t != "\t" else "  "))


def _drop_isolated(g: Draft) -> None:
    """Leave out nodes that the text will not show."""
    seen = sorted({i for e in g.edges for i in e[:2]})
    place = {old: new for new, old in enumerate(seen)}
    g.names, g.labels = [g.names[i] for i in seen], [g.labels[i] for i in seen]
    g.edges = [(place[t], place[h], e) for t, h, e in g.edges]


@form(
    "edge_list",
    3,
    names="keep|keep|snake|upper|id",
    labels="keep|snake",
    lang="",
    ask="graph",
    need="simple",
    directed=None,
)
def edge_list(g: Draft) -> str:
    """Lists of pairs or triples, add_edge calls, two columns."""
    num = all(n.isdigit() for n in g.names)
    q = (lambda n: n) if num else g.q
    all_labels = all(e for *_, e in g.edges)
    lab = (lambda e: e) if all_labels and all(e.isdigit() for *_, e in g.edges) else g.q
    style = g.rng.randrange(7 if g.directed else 6)
    rows = []
    if any(e for *_, e in g.edges) and not all_labels:
        g.edges = [(t, h, "") for t, h, _ in g.edges]
    fn = g.pick("add_edge", "addEdge", "connect", "link", "edge", "join")
    fn = fn if g.directed else g.pick("connect", "union", "join", "link", "add_edge", "bond")
    var = g.pick("g.", "G.", "graph.", "net.", "")
    kw = g.pick("label=", "weight=", "w=", "", "name=")
    for t, h, e in g.triples():
        x = [q(t), q(h)] + ([lab(e)] if e else [])
        if style < 2:
            rows.append(f"({', '.join(x)}),")
        elif style == 2:
            rows.append(f"[{', '.join(x)}],")
        elif style in (3, 4):
            call = ", ".join(x[:2]) + (f", {kw}{x[2]}" if e else "")
            rows.append(f"{var}{fn}({call})")
        elif style == 5:
            rows.append(f"{{{', '.join(x)}}},")
        else:
            rows.append(f"{{from: {q(t)}, to: {q(h)}" + (f", label: {lab(e)}}}," if e else "},"))
    if not g.directed:
        g.ask = g.pick("undirected", "undirected; edges have no direction", "undirected; both ways")
    if style in (3, 4):
        end = g.pick("", ";") if var else ";"
        head = (
            [f"{var[:-1]} = nx.{'DiGraph' if g.directed else 'Graph'}()"]
            if (fn == "add_edge" and var and not end)
            else []
        )
        return lines(
            ["import networkx as nx", ""] if head and g.maybe(0.4) else [],
            head,
            [r + end for r in rows],
        )
    v = g.pick("edges", "links", "E", "pairs", "arcs", g.ident())
    o, c = ("[", "]") if style != 5 else ("{", "};")
    if style == 5:
        v = "String[][] " + v
    if g.maybe(0.3):
        return f"{v} = {o}{' '.join(rows)[:-1]}{c}"
    return lines(block(f"{v} = {o}", rows, c, g.t if g.t != "\t" else "    "))


@form(
    "matrix",
    2.5,
    names="id|letter|snake|keep",
    lang="",
    need="simple",
    ask="graph",
    directed=None,
    isolated=True,
    limit=16,
)
def matrix(g: Draft) -> str | None:
    """Adjacency matrices with named rows: row -> column where 1."""
    if len(g.names) > 7 or (not g.directed and any(t == h for t, h, _ in g.edges)):
        return None
    n = len(g.names)
    cells = [["0"] * n for _ in range(n)]
    for t, h, _ in g.edges:
        cells[t][h] = "1"
        if not g.directed:
            cells[h][t] = "1"
    pairs = {(t, h) if g.directed else (min(t, h), max(t, h)) for t, h, _ in g.edges}
    g.edges = [(t, h, "") for t, h in sorted(pairs)]
    style = g.rng.randrange(4)
    g.ask = (
        "graph; " + g.pick("row to column", "an edge from row to column for every 1")
        if g.directed
        else "undirected; " + g.pick("the matrix is symmetric", "each edge once")
    )
    names = g.names
    if style == 0:
        w = max(map(len, names))
        head = " " * w + " " + " ".join(x.rjust(len(x)) for x in names)
        return lines(
            head,
            [
                f"{names[i].ljust(w)} "
                + " ".join(c.rjust(len(x)) for c, x in zip(cells[i], names, strict=True))
                for i in range(n)
            ],
        )
    if style == 1:
        sep = g.pick(",", ";", "\t", " | ")
        return lines(sep.join(["", *names]), [sep.join([names[i], *cells[i]]) for i in range(n)])
    listing = f"{', '.join(names)}"
    if style == 2:
        rows = [f"    {{{', '.join(r)}}}," for r in cells]
        return lines(
            f"// {g.pick('order', 'vertices', 'nodes', 'index')}: {listing}",
            f"int {g.ident()}[{n}][{n}] = {{",
            rows,
            "};",
        )
    rows = [f"    [{', '.join(r)}]," for r in cells]
    quoted = ", ".join(g.q(x) for x in names)
    return lines(
        f"{g.pick('names', 'nodes', 'V', 'labels')} = [{quoted}]",
        f"{g.pick('A', 'M', 'adj')} = [",
        rows,
        "]",
    )


@form(
    "weighted",
    2,
    names="keep|upper|id|snake",
    lang="",
    need="simple",
    directed=None,
    ask="graph",
    order="grouped",
)
def weighted(g: Draft) -> str:
    """Weighted graphs: the weight is the edge's label."""
    g.edges = [(t, h, str(g.rng.randrange(1, 60))) for t, h, _ in g.edges]
    g.ask = ("graph; " if g.directed else "undirected; ") + g.pick(
        "weights as edge labels",
        "label each edge with its weight",
        "costs on the edges",
        "edge label = weight",
    )
    if g.maybe(0.35):
        g.ask = "graph" if g.directed else "undirected"
    num = all(n.isdigit() for n in g.names)
    q = (lambda n: n) if num else g.q
    style = g.rng.randrange(5 if g.directed else 3)
    if style == 0:
        rows = [f"({q(t)}, {q(h)}, {e})," for t, h, e in g.triples()]
        return lines(block(f"{g.ident()} = [", rows, "]", "    "))
    if style == 1:
        fn = g.pick("addEdge", "add_edge", "connect", "road", "AddEdge", "link")
        return lines([f"{fn}({q(t)}, {q(h)}, {e});" for t, h, e in g.triples()])
    if style == 2:
        sep = g.pick(" ", ",", "\t", ", ") if " " not in "".join(g.names) else ","
        return lines([sep.join((t, h, e)) for t, h, e in g.triples()])
    rows = []
    for n, out in g.groups():
        pairs = ", ".join(f"({q(h)}, {e})" if style == 3 else f"{q(h)}: {e}" for h, e in out)
        rows.append(f"{q(n)}: [{pairs}]," if style == 3 else f"{q(n)}: {{{pairs}}},")
    return lines(block(f"{g.ident()} = {{", rows, "}", "    "))


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
        _drop_isolated(g)
        nodes = nodes[:-1]
    return lines(block("{", [*nodes, *block(f'"{edge}": [', arcs, "]", "  ")], "}", "  "))
