"""Graphs in exchange formats, query languages, outlines, routes and command output."""

from anecdot.corpus.code_kit import Draft, block, form, lines, order_by
from anecdot.corpus.code_words import table

_FLOW = frozenset(table("pipeline workflow architecture network schedule cluster protocol story"))


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


@form(
    "bnf",
    1.5,
    names="snake|kebab|pascal",
    lang="BNF",
    ask="grammar",
    need="simple",
    order="grouped",
    limit=14,
)
def bnf(g: Draft) -> str:
    """Grammar rules: a rule -> each rule that it mentions."""
    angle, arrow = g.maybe(0.4), g.pick(" ::= ", " = ", ": ", " -> ")
    show = (lambda n: f"<{n}>") if angle else (lambda n: n)
    g.ask = "grammar; " + g.pick(
        "each rule points to the rules it mentions",
        "rule -> rule on its right-hand side",
        "nonterminals only, terminals left out",
    )
    rows = []
    for n, out in g.groups(every=True):
        body = [show(h) + g.pick("", "", "", "?" if not angle else "") for h, _ in out]
        text = g.q(g.ident("flat", 1)[:4])
        joiner = g.pick(" ", " ", " | ", f" {text} ")
        rows.append(show(n) + arrow + (joiner.join(body) or text) + (";" if arrow == " = " else ""))
    return lines(rows)


@form(
    "shell_pipeline",
    1.5,
    names="kebab|snake|flat",
    lang="shell",
    fence="bash",
    ask="pipeline",
    need="chain loopless",
    limit=9,
)
def shell_pipeline(g: Draft) -> str | None:
    """a | b | c: each command feeds the next."""
    heads = {h for _, h, _ in g.edges}
    starts = [i for i in range(len(g.names)) if i not in heads]
    if len(starts) != 1:
        return None
    after = {t: h for t, h, _ in g.edges}
    path = [starts[0]]
    while path[-1] in after:
        path.append(after[path[-1]])
    order_by(g, path)
    g.edges = [(i, i + 1, "") for i in range(len(path) - 1)]
    flags = g.maybe(0.5)
    parts = [
        n + (f" -{g.rng.choice('abcfnrvx')}" if flags and g.maybe(0.5) else "") for n in g.names
    ]
    g.ask = (
        "pipeline; " + g.pick("commands without options", "command names only")
        if flags
        else ("pipeline")
    )
    return g.pick(" | ", " |\n  ", " \\\n  | ", " |> ").join(parts)


@form(
    "routes",
    2,
    names="kebab|snake|camel|keep",
    lang="",
    ask="routes",
    need="simple",
    kinds=_FLOW | {"org_chart", "data_structure", "state_machine", "undirected"},
    order="grouped",
)
def routes(g: Draft) -> str | None:
    """Pages that link to each other, proxies to upstreams, forwarding tables."""
    style = g.rng.randrange(5)
    if style < 4 and g.style == "keep" and any(" " in n for n in g.names):
        return None
    rows: list[str] = []
    if style == 0:
        g.ask = "routes; each server points to what it proxies to"
        for n, out in g.groups():
            body = [f"location /{g.ident('flat', 1)} {{ proxy_pass http://{h}; }}" for h, _ in out]
            rows += block("server {", [f"server_name {n};", *body], "}", "  ")
    elif style == 1:
        g.ask = "routes; frontend to backend"
        for n, out in g.groups():
            rows += block(f"frontend {n}", [f"use_backend {h}" for h, _ in out], "", "  ")
    elif style == 2:
        g.ask = "routes; page to linked page"
        for n, out in g.groups():
            links = " ".join(f'<a href="{h}">{g.ident("title", 1)}</a>' for h, _ in out)
            rows.append(f'<page id="{n}">{links}</page>')
    elif style == 3:
        g.ask = "routes; router to next hop, destination network left out"
        for n, out in g.groups():
            for h, _ in out:
                rows.append(f"{n}: 10.{g.rng.randrange(255)}.{g.rng.randrange(255)}.0/24 via {h}")
    else:
        g.ask = "routes; screen to the screens it navigates to"
        for n, out in g.groups():
            rows.append(f"navigate({g.q(n)}, to: [{', '.join(g.q(h) for h, _ in out)}])")
    return lines(rows)


@form(
    "queues",
    1.5,
    names="kebab|snake|camel|pascal",
    labels="kebab|snake",
    invent=True,
    lang="",
    ask="messages",
    kinds=_FLOW | {"dependency"},
    need="loopless",
)
def queues(g: Draft) -> str:
    """Publishers, subscribers and bindings; the topic is the label."""
    style = g.rng.randrange(4)
    rows = []
    g.ask = "messages; " + g.pick(
        "topics as edge labels",
        "label edges with the topic",
        "sender -> receiver, labelled with the message",
    )
    for t, h, e in g.triples():
        rows.append(
            (
                f"bind(source={g.q(t)}, destination={g.q(h)}, routing_key={g.q(e)})",
                f"- from: {t}\n  to: {h}\n  topic: {e}",
                f"{t}.publish({g.q(e)}, to={h})"
                if g.style in ("snake", "camel", "pascal")
                else f"publish({g.q(t)}, {g.q(e)}, to={g.q(h)})",
                f'{{"producer": "{t}", "topic": "{e}", "consumer": "{h}"}}',
            )[style]
        )
    return lines(rows)


@form(
    "bpmn",
    2,
    names="snake|camel|pascal|id",
    labels="keep|snake",
    lang="BPMN",
    fence="xml",
    keyed=True,
    isolated=True,
    ask="flow",
    kinds=_FLOW | {"state_machine", "decision_tree"},
)
def bpmn(g: Draft) -> str | None:
    """Tasks and sequence flows in XML; a task's name is its label."""
    if "&" in "".join([*g.labels, *g.events()]):
        return None
    tag = g.pick("task", "userTask", "activity", "step", "serviceTask")
    rows = [
        f'<{tag} id="{n}"' + (f' name="{text}"/>' if text else "/>")
        for n, text in zip(g.names, g.labels, strict=True)
    ]
    ids = g.maybe(0.4)
    for i, (t, h, e) in enumerate(g.triples()):
        key = f' id="f{i + 1}"' if ids else ""
        rows.append(
            f'<sequenceFlow{key} sourceRef="{t}" targetRef="{h}"'
            + (f' name="{e}"/>' if e else "/>")
        )
    return lines(block(f'<process id="{g.ident("camel")}">', rows, "</process>", "  "))


@form(
    "commits",
    1,
    names="flat|snake|id|kebab",
    lang="",
    ask="history",
    need="dag simple",
    order="grouped",
    limit=12,
    isolated=True,
)
def commits(g: Draft) -> str:
    """Commits with their parents: child -> parent."""
    style = g.rng.randrange(3)
    g.ask = "history; " + g.pick(
        "child to parent", "each commit points to its parents", "arrows from commit to parent"
    )
    rows = []
    for n, out in g.groups(every=True):
        heads = " ".join(h for h, _ in out)
        if style == 0:
            rows.append(f"commit {n}" + (f"\n  parents {heads}" if heads else ""))
        elif style == 1:
            rows.append(f"{n} [{heads}] {g.ident('spaced')}")
        else:
            rows.append(f"{n} {heads}".strip())
    return lines(rows)


@form(
    "links_undirected",
    6,
    names="kebab|snake|keep|id",
    labels="keep|kebab",
    directed=False,
    lang="",
    ask="network",
    need="simple",
)
def links_undirected(g: Draft) -> str | None:
    """Cables, peers, roads and friendships in config and code: undirected edges."""
    style = g.rng.randrange(6)
    if any(":" in n for n in g.names):
        return None
    rows = []
    for t, h, e in g.triples():
        note = f" {g.pick('#', '//')} {e}" if e and style in (0, 4) else ""
        rows.append(
            (
                f"link {g.q(t)} {g.q(h)}" if " " in t + h else f"link {t} {h}",
                f"- [{t}, {h}]" + (f"  # {e}" if e else ""),
                f'{{"a": "{t}", "b": "{h}"' + (f', "label": "{e}"}}' if e else "}"),
                f"connect({g.q(t)}, {g.q(h)}" + (f", {g.q(e)})" if e else ")"),
                f"union({g.q(t)}, {g.q(h)})",
                f"frozenset([{g.q(t)}, {g.q(h)}])"
                if not e
                else f"cable({g.q(t)}, {g.q(h)}, {g.q(e)})",
            )[style]
            + ("" if not note or style == 4 else note)
        )
    if style == 4:
        g.edges = [(t, h, "") for t, h, _ in g.edges]
    if style == 1:
        rows.insert(0, g.pick("links:", "cables:", "roads:", "peers:", "edges:"))
    g.ask = g.pick("network; edges have no direction", "undirected", "network; undirected")
    return lines(rows)


@form(
    "clusters_code",
    3,
    names="kebab|snake|pascal|keep",
    labels="keep|snake",
    clusters=True,
    lang="",
    isolated=True,
    kinds=frozenset({"cluster", "architecture", "pipeline", "workflow", "network"}),
    ask="graph",
)
def clusters_code(g: Draft) -> str | None:
    """Groups in Mermaid, PlantUML, YAML and D2: nodes in groups, then edges."""
    if not g.clusters or any(":" in n for n in g.names + g.events()):
        return None
    if (
        any(" " in n or "." in n for n in g.names)
        or len({m for _, ms in g.clusters for m in ms}) < 2
    ):
        return None
    style = g.rng.randrange(4)
    loose = set(range(len(g.names))) - {m for _, ms in g.clusters for m in ms}
    touched = {i for e in g.edges for i in e[:2]}
    if loose - touched:
        return None
    rows: list[str] = []
    if style == 0:
        for label, ms in g.clusters:
            rows += block(f"subgraph {label}", [g.names[m] for m in ms], "end", "  ")
        rows += [f"{t} -->{'|' + e + '|' if e else ''} {h}" for t, h, e in g.triples()]
        return lines(f"flowchart {g.pick('TD', 'LR')}", ["  " + r for r in rows])
    if style == 1:
        kind = g.pick("package", "node", "cloud", "frame", "rectangle")
        for label, ms in g.clusters:
            rows += block(f'{kind} "{label}" {{', [f"[{g.names[m]}]" for m in ms], "}", "  ")
        rows += [f"[{t}] --> [{h}]{' : ' + e if e else ''}" for t, h, e in g.triples()]
        return lines("@startuml", rows, "@enduml")
    if style == 2:
        rows = ["groups:"]
        rows += [f"  {label}: [{', '.join(g.names[m] for m in ms)}]" for label, ms in g.clusters]
        rows.append("edges:")
        rows += [f"  - {t} -> {h}{': ' + e if e else ''}" for t, h, e in g.triples()]
        g.ask = g.pick("graph; one cluster per group", "graph; keep the groups as clusters")
        return lines(rows)
    for label, ms in g.clusters:
        rows += [f"[{label}]", *(g.names[m] for m in ms), ""]
    rows += [f"{t} -> {h}{' (' + e + ')' if e else ''}" for t, h, e in g.triples()]
    g.ask = g.pick("graph; sections are clusters", "graph; group the nodes by section")
    return lines(rows)
