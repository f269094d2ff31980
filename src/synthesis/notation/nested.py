"""Notations with composite states."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.code.words import join

_NESTED = MACHINE | {"architecture", "dependency"}


def _compose(g: Draft) -> tuple[list[tuple[str, list[int]]], list[int]]:
    """Draw one or two groups of neighbours as clusters; return them and the nodes outside."""
    n = len(g.names)
    if g.clusters:
        groups = [(join(label.split(), "snake").lower(), ms) for label, ms in g.clusters]
        groups = [(label if label.isidentifier() else g.ident(), ms) for label, ms in groups]
    else:
        start = g.rng.randrange(0, max(1, n - 3))
        size = g.rng.randrange(2, max(3, min(5, n - start)))
        groups = [(g.ident(), list(range(start, min(n, start + size))))]
        rest = list(range(start + size, n))
        if len(rest) > 2 and g.maybe(0.4):
            groups.append((g.ident(), rest[: g.rng.randrange(2, len(rest))]))
    g.clusters = groups
    inside = {m for _, ms in groups for m in ms}
    return groups, [i for i in range(n) if i not in inside]


def _home(groups: list[tuple[str, list[int]]], edge: tuple[int, int, str]) -> int | None:
    """The group that holds both ends of an edge."""
    return next((k for k, (_, ms) in enumerate(groups) if edge[0] in ms and edge[1] in ms), None)


def _nested(g: Draft, arrow: str, colon: str, end: str, head: str, tail: str) -> list[str] | None:
    """Composite states with their inner transitions, then the transitions between them."""
    if any(c in n for n in g.names + g.events() for c in ":#&[]"):
        return None
    groups, _ = _compose(g)
    if not groups or len(g.names) < 3:
        return None
    inner_all = g.maybe(0.75)
    buckets: list[list[tuple[int, int, str]]] = [[] for _ in groups]
    rest: list[tuple[int, int, str]] = []
    for e in g.edges:
        k = _home(groups, e) if inner_all else None
        (rest if k is None else buckets[k]).append(e)

    def row(e: tuple[int, int, str]) -> str:
        return f"{g.names[e[0]]} {arrow} {g.names[e[1]]}{colon + e[2] if e[2] else ''}{end}"

    rows: list[str] = []
    for (label, ms), edges in zip(groups, buckets, strict=True):
        shown = {i for e in edges for i in e[:2]}
        lone = [g.names[m] for m in ms if m not in shown]
        body = (
            [", ".join(lone) + ";"]
            if end and lone
            else ["state " + x for x in lone]
            if lone
            else []
        )
        rows += block(head.format(label), body + [row(e) for e in edges], tail, g.t)
    g.edges = [e for edges in buckets for e in edges] + rest
    # Members in the order in which the text shows them.
    g.clusters = [
        (
            label,
            [m for m in ms if m not in {i for e in edges for i in e[:2]}]
            + list(dict.fromkeys(i for e in edges for i in e[:2])),
        )
        for (label, ms), edges in zip(groups, buckets, strict=True)
    ]
    return rows + [row(e) for e in rest]


@form(
    "smcat_nested",
    4,
    names="snake|id|camel",
    labels="keep|snake|camel",
    clusters=True,
    lang="state-machine-cat",
    fence="smcat",
    ask="machine",
    kinds=_NESTED,
)
def smcat_nested(g: Draft) -> str | None:
    """Composite states in state-machine-cat become clusters."""
    rows = _nested(g, g.pick("=>", "->"), ": ", ";", "{} {{", "};")
    if g.maybe(0.4):
        g.ask = "machine; " + g.pick(
            "nested states become clusters", "composite states as clusters"
        )
    return lines(rows) if rows else None


@form(
    "uml_nested",
    3,
    names="snake|id|camel|pascal",
    labels="keep|snake",
    clusters=True,
    lang="",
    ask="machine",
    kinds=_NESTED,
)
def uml_nested(g: Draft) -> str | None:
    """Composite states in Mermaid and PlantUML become clusters."""
    mermaid = g.maybe(0.5)
    rows = _nested(g, "-->", g.pick(" : ", ": "), "", "state {} {{", "}")
    if rows is None:
        return None
    g.ask = "machine; " + g.pick(
        "nested states become clusters",
        "composite states as clusters",
        "draw each composite state as a cluster",
    )
    if mermaid:
        return lines("stateDiagram-v2", [g.t + r for r in rows])
    return lines("@startuml", rows, "@enduml")


@form(
    "nested_code",
    4,
    names="snake|kebab|camel|flat",
    labels="snake|kebab",
    clusters=True,
    lang="",
    ask="graph",
    kinds=_NESTED | {"network"},
)
def nested_code(g: Draft) -> str | None:
    """Python with-blocks, Terraform-like modules, namespaces and JSON groups become clusters."""
    groups, outside = _compose(g)
    if len(g.names) < 3:
        return None
    style = g.rng.randrange(4)
    g.ask = "graph; " + g.pick(
        "one cluster per group",
        "keep the groups as clusters",
        "groups become clusters",
        "draw each group as a cluster",
    )
    ids = all(n.isidentifier() for n in g.names)
    if style == 0 and ids:
        rows: list[str] = ["with Diagram():"] if g.maybe(0.5) else []
        pad = "    " if rows else ""
        for label, ms in groups:
            rows.append(f"{pad}with Cluster({g.q(label)}):")
            rows += [f"{pad}    {g.names[m]} = {g.pick('Server', 'Node', 'Box')}()" for m in ms]
        rows += [f"{pad}{g.names[i]} = Node()" for i in outside]
        rows += [
            f"{pad}{t} >> " + (f"Edge(label={g.q(e)}) >> " if e else "") + h
            for t, h, e in g.triples()
        ]
        return lines(rows)
    if style == 1:
        rows = []
        for label, ms in groups:
            rows += block(f"namespace {label} {{", [f"{g.names[m]};" for m in ms], "}", g.t)
        return lines(rows, [f"{t} -> {h}{' : ' + e if e else ''};" for t, h, e in g.triples()])
    if style == 2:
        rows = [
            f'"{label}": [{", ".join(chr(34) + g.names[m] + chr(34) for m in ms)}],'
            for label, ms in groups
        ]
        rows[-1] = rows[-1][:-1]
        arcs = [
            f'{{"from": "{t}", "to": "{h}"' + (f', "label": "{e}"}},' if e else "},")
            for t, h, e in g.triples()
        ]
        arcs[-1] = arcs[-1][:-1]
        return lines(
            block(
                "{",
                [*block('"groups": {', rows, "},", "  "), *block('"edges": [', arcs, "]", "  ")],
                "}",
                "  ",
            )
        )
    return _items(g, groups)


def _items(g: Draft, groups: list[tuple[str, list[int]]]) -> str:
    """A list of items, each with its group under a key."""
    of = {m: label for label, ms in groups for m in ms}
    key = g.pick("group", "zone", "team", "layer", "network", "stage")
    g.order_groups()
    g.edges = [(t, h, "") for t, h, _ in g.edges]
    g.edges = list(dict.fromkeys(g.edges))
    rows = []
    for i, n in enumerate(g.names):
        heads = [h for h, _ in g.out(i)]
        rows += [
            f"- name: {n}",
            *([f"  {key}: {of[i]}"] if i in of else []),
            *([f"  to: [{', '.join(heads)}]"] if heads else []),
        ]
    g.ask = f"graph; one cluster per {key}"
    order = list(dict.fromkeys(of[i] for i in range(len(g.names)) if i in of))
    g.clusters = sorted(g.clusters, key=lambda c: order.index(c[0]))
    return lines(rows)
