"""Notations that give a node a key and a label, chains of them, and undirected code."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.code.words import join, thing_words


@form(
    "smcat_labels",
    1.5,
    names="snake|id|camel|flat",
    labels="keep|snake",
    keyed=True,
    need="",
    lang="state-machine-cat",
    fence="smcat",
    ask="machine",
    kinds=MACHINE,
)
def smcat_labels(g: Draft) -> str | None:
    """`a [label="A long name"]` declarations: key and label."""
    if any(c in e for e in g.events() for c in ":#&[]"):
        return None
    if not any(g.labels):
        g.labels = [
            join(thing_words(g.rng), g.pick("sentence", "title")) if g.maybe(0.7) else ""
            for _ in g.names
        ]
    arrow = g.pick("=>", "->")
    decl = [
        n + (f' [label="{text}"]' if text else "")
        for n, text in zip(g.names, g.labels, strict=True)
    ]
    rows = [f"{t} {arrow} {h}{': ' + e if e else ''};" for t, h, e in g.triples()]
    return lines([d + "," for d in decl[:-1]], decl[-1] + ";", "", rows)


@form(
    "labelled_keys",
    3,
    names="id|snake|flat",
    labels="keep",
    keyed=True,
    lang="",
    isolated=True,
    ask="graph",
)
def labelled_keys(g: Draft) -> str | None:
    """`key: text` declarations in ten notations, then arrows between keys."""
    if not any(g.labels):
        if g.maybe(0.5):
            g.labels = list(g.names)
            style = g.rng.randrange(3)
            g.names = [
                (
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26]
                    if style == 0 and len(g.names) < 26
                    else f"{'ns'[style % 2]}{i + 1}"
                )
                for i in range(len(g.names))
            ]
            g.labels = [join(x.split("_"), "sentence") for x in g.labels]
        else:
            g.labels = [
                join(thing_words(g.rng), g.pick("sentence", "title", "spaced")) for _ in g.names
            ]
    if not all(g.labels):
        g.labels = [text or n for n, text in zip(g.names, g.labels, strict=True)]
    style = g.rng.randrange(7)
    rows = []
    for n, text in zip(g.names, g.labels, strict=True):
        rows.append(
            (
                f"{n}: {text}",
                f'{n} = "{text}"',
                f"{n}[{text}]",
                f'box {n} "{text}"',
                f'{n} = Node("{text}")',
                f'state "{text}" as {n}',
                f"{n}: {{label: {text}}}",
            )[style]
        )
    arrow = g.pick("->", "-->", "=>") if style != 5 else "-->"
    arcs = []
    for t, h, e in g.triples():
        if style == 4:
            arcs.append(f"{t}.to({h}" + (f', "{e}")' if e else ")"))
        else:
            arcs.append(f"{t} {arrow} {h}{': ' + e if e else ''}")
    return lines(rows, [""] if g.maybe(0.4) else [], arcs)


@form(
    "mermaid_chain",
    2,
    names="id|letter|pascal|snake",
    lang="Mermaid",
    fence="mermaid",
    ask="flow",
    need="simple",
    order="grouped",
)
def mermaid_chain(g: Draft) -> str:
    """`A --> B --> C` and `A --> B & C`."""
    rows, done, rest = [], [], list(g.edges)
    fan = g.maybe(0.5)
    while rest:
        tail = rest[0][0]
        group = [e for e in rest if e[0] == tail]
        if fan and len(group) > 1:
            rest = [e for e in rest if e[0] != tail]
            done += group
            rows.append(f"{g.names[tail]} --> {' & '.join(g.names[e[1]] for e in group)}")
            continue
        path = [rest.pop(0)]
        while len(path) < 5:
            after = next((e for e in rest if e[0] == path[-1][1]), None)
            if after is None:
                break
            rest.remove(after)
            path.append(after)
        done += path
        rows.append(" --> ".join([g.names[path[0][0]], *(g.names[e[1]] for e in path)]))
    g.edges = done
    return lines(
        f"{g.pick('graph', 'flowchart')} {g.pick('TD', 'LR', 'TB')}", ["    " + r for r in rows]
    )


@form(
    "undirected_code",
    12,
    names="keep|keep|snake|id",
    labels="keep",
    directed=False,
    lang="",
    ask="undirected",
    need="simple",
    isolated=True,
)
def undirected_code(g: Draft) -> str | None:
    """Undirected adjacency, node and edge lists, tables of pairs, SQL, XML, networkx, Mermaid."""
    style = g.rng.randrange(8)
    if any(c in n for n in g.names for c in ":#&"):
        return None
    q, rows = g.q, []
    if style in (0, 1):
        near: list[list[str]] = [[] for _ in g.names]
        for t, h, _ in g.edges:
            near[t].append(g.names[h])
            near[h].append(g.names[t])
        g.edges = sorted((min(t, h), max(t, h), "") for t, h, _ in g.edges)
        place = {n: i for i, n in enumerate(g.names)}
        rows = [
            f"{q(n)}: [{', '.join(q(x) for x in sorted(xs, key=place.__getitem__))}],"
            for n, xs in zip(g.names, near, strict=True)
        ]
        g.ask = "undirected; " + g.pick(
            "each edge once", "draw every edge only once", "neighbours are listed both ways"
        )
        return lines(
            block(f"{g.pick('graph', 'adj', 'neighbours', g.ident())} = {{", rows, "}", "    ")
        )
    if style == 2:
        rows = ["G = nx.Graph()", f"G.add_nodes_from([{', '.join(q(n) for n in g.names)}])"]
        rows += [
            f"G.add_edge({q(t)}, {q(h)}" + (f", label={q(e)})" if e else ")")
            for t, h, e in g.triples()
        ]
        return lines(rows)
    if style == 3:
        a, b = g.rng.choice((("a", "b"), ("node1", "node2"), ("left", "right"), ("end_a", "end_b")))
        table = g.pick("friends", "links", "roads", "cables", "borders", g.ident())
        _connected(g)
        g.edges = [(t, h, "") for t, h, _ in g.edges]
        rows = [f"('{t}', '{h}')," for t, h, _ in g.triples()]
        rows[-1] = rows[-1][:-1] + ";"
        g.ask = "undirected"
        return lines(f"INSERT INTO {table} ({a}, {b}) VALUES", ["  " + r for r in rows])
    if style == 4:
        _connected(g)
        label = any(e for *_, e in g.edges)
        g.ask = "undirected"
        head = ["a,b,label" if label else "a,b"]
        return lines(head, [f"{t},{h},{e}" if label else f"{t},{h}" for t, h, e in g.triples()])
    if style == 5:
        rows = [f'<node id="{n}"/>' for n in g.names]
        rows += [
            f'<link a="{t}" b="{h}"' + (f' label="{e}"/>' if e else "/>") for t, h, e in g.triples()
        ]
        g.ask = "undirected"
        return lines(block("<network>", rows, "</network>", "  "))
    rows = [
        f'{{"ends": ["{t}", "{h}"]' + (f', "label": "{e}"}},' if e else "},")
        for t, h, e in g.triples()
    ]
    rows[-1] = rows[-1][:-1]
    nodes = f'"nodes": [{", ".join(chr(34) + n + chr(34) for n in g.names)}],'
    g.ask = "undirected"
    return lines(block("{", [nodes, *block('"edges": [', rows, "]", "  ")], "}", "  "))


def _connected(g: Draft) -> None:
    """Leave out nodes that an edge list cannot show."""
    seen = sorted({i for e in g.edges for i in e[:2]})
    place = {old: new for new, old in enumerate(seen)}
    g.names, g.labels = [g.names[i] for i in seen], [g.labels[i] for i in seen]
    g.edges = [(place[t], place[h], e) for t, h, e in g.edges]
