"""Grammars, pipelines, routes, queues, processes, commits, links, and groups of nodes."""

from synthesis.code.draft import Draft, block, lines, order_by
from synthesis.code.kit import form
from synthesis.code.words import table

_FLOW = frozenset(table("pipeline workflow architecture network schedule cluster protocol story"))


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
    12,
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
    6,
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
