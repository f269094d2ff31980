"""Other diagram languages: PlantUML, D2, TikZ, arrows in text."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.notation.mermaid import TREES, key_labels


@form(
    "plantuml_state",
    2,
    names="pascal|camel|snake|id",
    labels="keep|snake",
    lang="PlantUML",
    fence="plantuml",
    ask="machine",
    kinds=MACHINE,
)
def plantuml_state(g: Draft) -> str | None:
    """@startuml with states."""
    if any(":" in e for e in g.events()):
        return None
    arrow, colon = g.pick("-->", "-->", "->", "-down->"), g.pick(" : ", ": ")
    rows = [f"{t} {arrow} {h}{colon + e if e else ''}" for t, h, e in g.triples()]
    decl = [f"state {n}" for n in g.names] if g.maybe(0.2) else []
    extra = ["hide empty description"] if g.maybe(0.3) else []
    return lines("@startuml", extra, decl, rows, "@enduml")


@form(
    "plantuml_component",
    2,
    names="keep|pascal|title",
    labels="keep|spaced",
    lang="PlantUML",
    fence="plantuml",
    ask="services",
    limit=16,
)
def plantuml_component(g: Draft) -> str | None:
    """[Component] --> [Component] : text."""
    if any(":" in e for e in g.events()):
        return None
    arrow = g.pick("-->", "->", "..>")
    rows = [f"[{t}] {arrow} [{h}]{' : ' + e if e else ''}" for t, h, e in g.triples()]
    wrap = g.maybe(0.8)
    return lines(["@startuml"] if wrap else [], rows, ["@enduml"] if wrap else [])


@form(
    "plantuml_class",
    2,
    names="pascal",
    lang="PlantUML",
    fence="plantuml",
    ask="classes",
    need="loopless",
    kinds=TREES,
)
def plantuml_class(g: Draft) -> str:
    """class A extends B, or A --|> B."""
    style = g.rng.randrange(3)
    g.ask = "classes; arrows from child to parent"
    rows = []
    for t, h, _ in g.triples():
        rows.append((f"{t} --|> {h}", f"{h} <|-- {t}", f"class {t} extends {h}")[style])
    return lines("@startuml", rows, "@enduml")


@form(
    "d2",
    1.5,
    names="keep|snake|kebab|pascal",
    labels="keep|spaced",
    lang="D2",
    fence="d2",
    ask="graph",
)
def d2(g: Draft) -> str | None:
    """a -> b: label."""
    if any(c in n for n in g.names + g.events() for c in ":.#&"):
        return None
    rows = [f"{t} -> {h}{': ' + e if e else ''}" for t, h, e in g.triples()]
    return lines([f"direction: {g.pick('right', 'down')}"] if g.maybe(0.3) else [], rows)


@form(
    "ascii_arrows",
    3,
    names="keep|keep|pascal|snake|title",
    labels="keep|keep|spaced",
    ask="graph",
    lang="",
)
def ascii_arrows(g: Draft) -> str | None:
    """[A] --> [B], A => B (label), A -label-> B."""
    if any(c in e for e in g.events() for c in ":>"):
        return None
    a, b = g.rng.choice(
        (("", ""), ("", ""), ("[", "]"), ("(", ")"), ("<", ">"), ("{", "}"), ('"', '"'))
    )
    arrow = g.pick("->", "-->", "=>", "→", "--->", ">", ">>", "~>", "==>", "|->", "⇒")
    style = g.rng.randrange(4)
    dash = "-->" if arrow not in ("->", "-->", "=>", "→") else arrow
    rows = []
    for t, h, e in g.triples():
        t, h = a + t + b, a + h + b
        if not e:
            rows.append(f"{t} {arrow} {h}")
        elif style == 0:
            rows.append(f"{t} --{e}--> {h}" if arrow != "=>" else f"{t} =={e}==> {h}")
        elif style == 1:
            rows.append(f"{t} {dash} {h} : {e}")
        elif style == 2:
            rows.append(f"{t} {dash} {h} ({e})")
        else:
            rows.append(f"{t} -- {e} --> {h}")
    bullet = g.pick("", "", "", "- ", "* ", "  ")
    if g.maybe(0.15) and "," not in "".join(g.names):
        return g.pick(", ", "; ").join(rows)
    return lines([bullet + r for r in rows])


@form(
    "arrow_chains",
    2.5,
    names="keep|keep|pascal|snake|title",
    need="simple",
    ask="graph",
    order="free",
    lang="",
)
def arrow_chains(g: Draft) -> str:
    """a -> b -> c on a line; the graph has the edges between neighbours."""
    arrow = g.pick(" -> ", " --> ", " → ", " => ", " > ", " ➜ ", " ==> ")
    rest, rows, done = list(g.edges), [], []
    while rest:
        edge = rest.pop(0)
        path = [edge]
        while True:
            after = next((e for e in rest if e[0] == path[-1][1]), None)
            if after is None or len(path) > 4:
                break
            rest.remove(after)
            path.append(after)
        done += path
        rows.append(arrow.join([g.names[path[0][0]], *(g.names[e[1]] for e in path)]))
    g.edges = done
    return lines(rows)


@form(
    "arrow_fan", 2, names="keep|pascal|snake", need="simple", order="grouped", ask="graph", lang=""
)
def arrow_fan(g: Draft) -> str:
    """a -> b, c, d on a line a source."""
    arrow = g.pick(" -> ", ": ", " => ", " --> ", " → ", " = ")
    comma = (
        g.pick(", ", " ", ",", " & ", "; ") if " " not in "".join(g.names) else g.pick(", ", " | ")
    )
    brace = g.rng.choice((("", ""), ("", ""), ("{", "}"), ("[", "]")))
    rows = []
    for name, out in g.groups():
        heads = comma.join(h for h, _ in out)
        rows.append(f"{name}{arrow}{brace[0]}{heads}{brace[1]}")
    if arrow in (": ", " = "):
        g.ask = "graph; each line lists the successors of one node"
    return lines(rows)


@form(
    "tikz",
    1,
    names="id|snake|letter|pascal",
    labels="keep|spaced",
    lang="LaTeX",
    fence="latex",
    ask="graph",
    isolated=True,
    keyed=True,
)
def tikz(g: Draft) -> str:
    """TikZ nodes and paths; the node's text is its label where it differs from the key."""
    key_labels(g)
    rows = []
    for i, n in enumerate(g.names):
        at = f" at ({g.rng.randrange(9)},{g.rng.randrange(-4, 5)})" if g.maybe(0.9) else ""
        rows.append(
            rf"\node[{g.pick('draw', 'state', 'circle', 'box')}] ({n}){at} {{{g.labels[i] or n}}};"
        )
    for t, h, e in g.triples():
        text = f" node[above] {{{e}}}" if e else ""
        rows.append(
            rf"\draw[->] ({t}) --{text} ({h});"
            if g.maybe(2) and e == ""
            else rf"\path[->] ({t}) edge{text} ({h});"
        )
    return lines(block(r"\begin{tikzpicture}", rows, r"\end{tikzpicture}", "  "))


@form(
    "uml_text",
    1,
    names="keep|pascal|title",
    labels="keep|spaced",
    need="labelled",
    lang="",
    ask="graph",
)
def uml_text(g: Draft) -> str:
    """Sequence-like `A -> B: message` lines."""
    arrow = g.pick("->", "->>", "-->", "→")
    g.ask = g.pick("messages", "graph", "graph; participants are nodes, messages are edge labels")
    head = g.pick("", "sequenceDiagram", "title " + g.ident("title"))
    rows = [
        f"{t}{' ' if g.style == 'keep' or arrow == '→' else ''}{arrow}{' '}{h}: {e}"
        for t, h, e in g.triples()
    ]
    return lines([head] if head else [], rows)


@form(
    "undirected_notation",
    14,
    names="keep|keep|pascal|snake|id",
    labels="keep",
    directed=False,
    ask="undirected",
    lang="",
)
def undirected_notation(g: Draft) -> str | None:
    """a -- b, {a, b}, a <-> b, edge sets, Mermaid without arrows."""
    if any(":" in e for e in g.events()):
        return None
    style = g.rng.randrange(8)
    rows = []
    for t, h, e in g.triples():
        rows.append(
            (
                f"{t} -- {h}" + (f" : {e}" if e else ""),
                f"{{{t}, {h}}}" + (f": {e}" if e else ""),
                f"{t} <-> {h}" + (f" ({e})" if e else ""),
                f"{t} - {h}" + (f" [{e}]" if e else ""),
                f"({t}, {h}{', ' + e if e else ''})",
                f"  {t} ---{'|' + e + '|' if e else ''} {h}",
                f"{t}--{e}--{h}" if e else f"{t}--{h}",
                f"{t} <--> {h}" + (f": {e}" if e else ""),
            )[style]
        )
    if style in (1, 4):
        name, joined = g.pick("E", "edges", "links", "G"), ", ".join(rows)
        head = f"V = {{{', '.join(g.names)}}}\n" if g.maybe(0.4) else ""
        g.ask = "undirected"
        return f"{head}{name} = {{{joined}}}" if style == 1 else f"{head}{name} = [{joined}]"
    if style == 5:
        if any(" " in n for n in g.names):
            return None
        return lines(f"graph {g.pick('TD', 'LR')}", rows)
    return lines(rows) if g.maybe(0.85) else ", ".join(rows)
