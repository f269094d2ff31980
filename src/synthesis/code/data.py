"""Graphs held in code: adjacency, edge lists, matrices, weights."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import form

_ADJ = {"need": "simple", "order": "grouped", "isolated": True}
_WEIGHT = {"need": "simple", "isolated": False}


# By language: a row, what stands before the rows, what behind them.
_LITERALS = {
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
}


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
    row, head, tail = _LITERALS[lang]
    every = g.maybe(0.6)
    if not every:
        drop_isolated(g)
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


def drop_isolated(g: Draft) -> None:
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
