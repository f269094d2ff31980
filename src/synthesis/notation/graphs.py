"""Graphs in exchange formats, query languages, tables and outlines."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import form


def _tree_walk(g: Draft) -> list[tuple[int, int]]:
    """(depth, node) in depth-first order; edges put in that order."""
    kids: dict[int, list[int]] = {}
    for t, h, _ in g.edges:
        kids.setdefault(t, []).append(h)
    heads = {h for _, h, _ in g.edges}
    seen: list[tuple[int, int]] = []
    edges: list[tuple[int, int, str]] = []

    def walk(i: int, depth: int) -> None:
        seen.append((depth, i))
        for h in kids.get(i, []):
            edges.append((i, h, ""))
            walk(h, depth + 1)

    for i in range(len(g.names)):
        if i not in heads:
            walk(i, 0)
    g.edges = edges
    return seen


@form(
    "graphml",
    1.5,
    names="id|snake|keep",
    labels="keep",
    lang="GraphML",
    fence="xml",
    keyed=True,
    isolated=True,
    directed=None,
    ask="graph",
)
def graphml(g: Draft) -> str | None:
    """GraphML- and GEXF-like XML."""
    if "&" in "".join([*g.names, *g.labels, *g.events()]):
        return None
    rows = []
    for n, text in zip(g.names, g.labels, strict=True):
        rows.append(f'<node id="{n}" label="{text}"/>' if text else f'<node id="{n}"/>')
    for t, h, e in g.triples():
        rows.append(f'<edge source="{t}" target="{h}"' + (f' label="{e}"/>' if e else "/>"))
    head = f'<graph edgedefault="{"directed" if g.directed else "undirected"}">'
    return lines(block(head, rows, "</graph>", "  "))


@form(
    "gml",
    1,
    names="id|snake|keep",
    labels="keep",
    lang="GML",
    isolated=True,
    directed=None,
    ask="graph",
)
def gml(g: Draft) -> str:
    """GML, Pajek and TGF: numbered nodes with labels; the labels are the names."""
    extra = g.pick("use the labels as names", "name nodes by label", "labels are the node names")
    g.ask = ("graph; " if g.directed else "undirected; ") + extra
    kind = g.rng.randrange(3)
    if kind == 0:
        rows = [f'node [ id {i} label "{n}" ]' for i, n in enumerate(g.names)]
        rows += [
            f"edge [ source {t} target {h}" + (f' label "{e}" ]' if e else " ]")
            for t, h, e in g.edges
        ]
        return lines(block("graph [", [f"directed {int(g.directed)}", *rows], "]", "  "))
    if kind == 1:
        rows = [f'{i + 1} "{n}"' for i, n in enumerate(g.names)]
        arcs = [f"{t + 1} {h + 1}" for t, h, _ in g.edges]
        g.edges = [(t, h, "") for t, h, _ in g.edges]
        return lines(f"*Vertices {len(rows)}", rows, "*Arcs" if g.directed else "*Edges", arcs)
    rows = [f"{i + 1} {n}" for i, n in enumerate(g.names)]
    return lines(rows, "#", [f"{t + 1} {h + 1}{' ' + e if e else ''}" for t, h, e in g.edges])


@form(
    "cypher",
    2,
    names="id|snake|keep|pascal",
    labels="upper|snake",
    invent=True,
    lang="Cypher",
    fence="cypher",
    ask="knowledge",
)
def cypher(g: Draft) -> str:
    """CREATE (a)-[:REL]->(b), by variable or by name."""
    verb = g.pick("CREATE", "CREATE", "MERGE", "MATCH")
    if all(n.isidentifier() for n in g.names) and g.maybe(0.6):
        rows = [f"({t})-[:{e}]->({h})" for t, h, e in g.triples()]
    else:
        kind = g.ident("pascal", 1)
        rows = [
            f"(:{kind} {{name: {g.q(t)}}})-[:{e}]->(:{kind} {{name: {g.q(h)}}})"
            for t, h, e in g.triples()
        ]
    if g.maybe(0.5):
        return lines([f"{verb} {r}{g.pick(';') if verb else ''}" for r in rows])
    return lines(
        f"{verb} {rows[0]},",
        [f"       {r}," for r in rows[1:-1]],
        [f"       {rows[-1]}"] if len(rows) > 1 else [],
    ).removesuffix(",")


@form(
    "turtle",
    2,
    names="snake|pascal|camel|id",
    labels="camel|snake",
    invent=True,
    lang="Turtle",
    fence="turtle",
    ask="knowledge",
    order="grouped",
    need="deterministic",
)
def turtle(g: Draft) -> str:
    """RDF triples; names without the prefix."""
    p = g.pick("ex:", ":", "", "ns:", "k:")
    g.ask = (
        "knowledge; " + g.pick("names without the prefix", "drop prefixes", "local names only")
        if (len(p) > 1)
        else "knowledge"
    )
    dot = " ." if g.maybe(0.8) else ""
    head = [f"@prefix {p} <http://{g.ident('flat', 1)}.org/> .", ""] if p and g.maybe(0.5) else []
    if g.maybe(0.3) and dot:
        rows = []
        for n, out in g.groups():
            body = " ;\n    ".join(f"{p}{e} {p}{h}" for h, e in out)
            rows.append(f"{p}{n} {body} .")
        return lines(head, rows)
    return lines(head, [f"{p}{t} {p}{e} {p}{h}{dot}" for t, h, e in g.triples()])


@form("facts", 2.5, names="snake", labels="snake", lang="Prolog", fence="prolog", ask="knowledge")
def facts(g: Draft) -> str:
    """Datalog facts: one relation for all edges, or the relation as label."""
    if all(e for *_, e in g.edges) and g.maybe(0.7):
        g.ask = "knowledge; " + g.pick(
            "predicates are edge labels", "the predicate labels the edge"
        )
        return lines([f"{e}({t}, {h})." for t, h, e in g.triples()])
    g.edges = [(t, h, "") for t, h, _ in g.edges]
    p = g.pick("edge", "link", "arc", "parent", "depends", "calls", "path", "reaches", g.ident())
    g.ask = "graph"
    return lines(g.note("%"), [f"{p}({t}, {h})." for t, h, _ in g.triples()])


@form(
    "csv_edges",
    3,
    names="keep|keep|snake|kebab",
    labels="keep|snake",
    lang="CSV",
    ask="graph",
    fence="csv",
)
def csv_edges(g: Draft) -> str | None:
    """Two or three columns with a header."""
    sep = g.pick(",", ",", ";", "\t", "|")
    a, b = g.rng.choice(
        (
            ("from", "to"),
            ("source", "target"),
            ("src", "dst"),
            ("tail", "head"),
            ("start", "end"),
            ("origin", "destination"),
            ("parent", "child"),
            ("sender", "receiver"),
            ("upstream", "downstream"),
        )
    )
    c = g.pick("label", "type", "relation", "via", "edge", "kind")
    has = any(e for *_, e in g.edges)
    rows = [sep.join([t, h, e] if has else [t, h]) for t, h, e in g.triples()]
    if g.maybe(0.3) and not has:
        g.ask = "graph"
        return lines(
            "|".join(["", f" {a} ", f" {b} ", ""]),
            "|---|---|",
            [f"| {t} | {h} |" for t, h, _ in g.triples()],
        )
    if has and g.maybe(0.4):
        return lines(
            f"| {a} | {b} | {c} |",
            "|---|---|---|",
            [f"| {t} | {h} | {e} |" for t, h, e in g.triples()],
        )
    return lines(sep.join([a, b, c] if has else [a, b]), rows)


@form("outline", 3, names="keep|keep|title|snake|pascal", lang="", ask="tree", need="tree loopless")
def outline(g: Draft) -> str:
    """Indented outlines with bullets, numbers or nothing: parent -> child."""
    unit, style = g.pick("  ", "    ", "\t"), g.rng.randrange(5)
    rows, counts = [], [0] * 20
    for depth, i in _tree_walk(g):
        n = g.names[i]
        if style == 3:
            counts[depth] += 1
            counts[depth + 1 :] = [0] * (19 - depth)
            rows.append(".".join(map(str, counts[: depth + 1])) + " " + n)
        elif style == 4:
            rows.append("#" * (depth + 1) + " " + n)
        else:
            rows.append(unit * depth + ("", "- ", "* ")[style] + n)
    return lines(rows)


@form("tree_output", 2.5, names="snake|kebab|keep|camel", lang="", ask="tree", need="tree loopless")
def tree_output(g: Draft) -> str:
    """The output of `tree`: directory -> entry."""
    kids: dict[int, list[int]] = {}
    order = _tree_walk(g)
    for t, h, _ in g.edges:
        kids.setdefault(t, []).append(h)
    box = g.rng.choice(
        (
            ("├── ", "└── ", "│   ", "    "),
            ("|-- ", "`-- ", "|   ", "    "),
            ("+- ", "+- ", "|  ", "   "),
            ("├─ ", "└─ ", "│  ", "   "),
        )
    )
    if g.maybe(0.4):
        for i in range(len(g.names)):
            if i not in kids:
                g.names[i] += g.pick(".py", ".md", ".txt", ".c", ".json", ".rs", ".png")
    root = order[0][1]
    rows = [g.names[root]]

    def walk(i: int, pad: str) -> None:
        below = kids.get(i, [])
        for k, h in enumerate(below):
            last = k == len(below) - 1
            rows.append(pad + box[1 if last else 0] + g.names[h])
            walk(h, pad + box[3 if last else 2])

    walk(root, "")
    return lines(rows)


@form(
    "xml_nesting",
    1.5,
    names="camel|kebab|snake",
    lang="XML",
    fence="xml",
    ask="tree",
    need="tree loopless",
    limit=12,
)
def xml_nesting(g: Draft) -> str:
    """Elements inside elements: parent -> child."""
    order, rows, kids = _tree_walk(g), [], {t for t, _, _ in g.edges}
    g.ask = "tree; " + g.pick("parent element to child element", "one node per element")
    open_: list[tuple[int, str]] = []
    style = g.rng.randrange(2)
    for depth, i in order:
        while open_ and open_[-1][0] >= depth:
            d, n = open_.pop()
            rows.append("  " * d + f"</{n}>")
        n = g.names[i]
        attr = f' id="{g.rng.randrange(99)}"' if style and g.maybe(0.2) else ""
        if i in kids:
            rows.append("  " * depth + f"<{n}{attr}>")
            open_.append((depth, n))
        else:
            rows.append("  " * depth + f"<{n}{attr}/>")
    rows += ["  " * d + f"</{n}>" for d, n in reversed(open_)]
    return lines(rows)
