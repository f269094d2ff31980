"""Data flow in code, and task runners."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import form
from synthesis.code.words import table

_KINDS = frozenset(
    table(
        """dependency architecture pipeline workflow data_structure cluster schedule network
        food_chain org_chart story protocol"""
    )
)
D = {"need": "simple loopless dag", "order": "grouped", "kinds": _KINDS, "limit": 14}


def _inputs_first(g: Draft) -> list[int]:
    """Nodes in an order in which every head stands before its tails (the graph is acyclic)."""
    done: list[int] = []

    def visit(i: int) -> None:
        if i not in done:
            for t, h, _ in g.edges:
                if t == i:
                    visit(h)
            done.append(i)

    for i in range(len(g.names)):
        visit(i)
    return done


@form("assignments", 2.5, names="snake|camel", isolated=True, lang="", ask="deps", **D)
def assignments(g: Draft) -> str:
    """`c = f(a, b)`: the variable depends on those that it is computed from."""
    flow = g.maybe(0.5)
    g.ask = (
        g.pick(
            "pipeline; data flow from inputs to results",
            "pipeline; arrow from a value to what is computed from it",
            "graph; data flows along the arrows, used variable -> assigned variable",
        )
        if flow
        else g.pick(
            "deps; each variable points to those it is computed from",
            "deps; assigned variable -> used variable",
        )
    )
    end = g.pick("", "", ";")
    let = g.pick("", "", "let ", "const ", "val ") if end else g.pick("", "", "let ", "val ")
    edges: list[tuple[int, int, str]] = []
    rows: list[str] = []
    for i in _inputs_first(g):
        outs = [e for e in g.edges if e[0] == i]
        uses = [g.names[h] for _, h, _ in outs]
        edges += outs
        if not uses:
            right = g.pick(
                str(g.rng.randrange(100)),
                f"load({g.q(g.ident('flat', 1))})",
                "input()",
                f"{g.ident('snake')}()",
            )
        elif g.maybe(0.4) and len(uses) > 1:
            right = g.pick(" + ", " * ", " - ").join(uses)
        elif g.maybe(0.2):
            right = f"{uses[0]} * {g.rng.randrange(2, 9)}" + "".join(f" + {u}" for u in uses[1:])
        else:
            right = f"{g.ident('snake')}({', '.join(uses)})"
        rows.append(f"{let}{g.names[i]} = {right}{end}")
    g.edges = [(h, t, e) for t, h, e in edges] if flow else edges
    return lines(g.note("#" if not end else "//"), rows)


@form("spreadsheet", 1.5, names="snake|upper", isolated=False, lang="", ask="deps", **D)
def spreadsheet(g: Draft) -> str:
    """Cells with formulas: a cell -> the cells that it reads."""
    if g.maybe(0.6):
        cells = [f"{c}{r}" for c in "ABCDE" for r in range(1, 10)]
        g.names = g.rng.sample(cells, len(g.names))
    g.ask = g.pick(
        "deps; each cell points to the cells in its formula", "deps; formula cell -> cell it reads"
    )
    rows = []
    colon = g.pick(": ", " ", "\t", " = ")
    for n, out in g.groups():
        heads = [h for h, _ in out]
        f = g.pick("SUM", "MAX", "AVERAGE", "MIN")
        text = f"{f}({', '.join(heads)})" if g.maybe(0.4) else g.pick("+", "*", "-").join(heads)
        rows.append(n + colon.replace(" = ", " ") + "=" + text)
    return lines(rows)


@form("task_runner", 2, names="snake|flat", isolated=True, lang="", ask="jobs", **D)
def task_runner(g: Draft) -> str:
    """Rake, Gradle, Gulp, just, Luigi, invoke, doit tasks: task -> prerequisite."""
    lang = g.rng.choice(("rake", "gradle", "just", "luigi", "invoke", "ant", "doit"))
    g.ask = "jobs; " + g.pick(
        "task -> prerequisite",
        "each task points to what it needs first",
        "arrow from a task to those it depends on",
    )
    g.quote = '"' if lang == "ant" else g.quote
    rows: list[str] = []
    for n, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if lang == "rake":
            deps = f" => [{', '.join(':' + h for h in heads)}]" if heads else ""
            rows.append(f"task :{n}{deps}" + g.pick("", f" do {g.ident()} end"))
        elif lang == "gradle":
            rows.append(
                f"task {n}"
                + (f"(dependsOn: [{', '.join(g.q(h) for h in heads)}])" if heads else "")
                + g.pick("", " { }")
            )
        elif lang == "just":
            rows += [
                f"{n}: {' '.join(heads)}".rstrip(),
                f"    {g.ident('kebab')} --{g.ident('flat', 1)}",
            ]
        elif lang == "luigi":
            body = (
                block(
                    "def requires(self):",
                    [f"return [{', '.join(h + '()' for h in heads)}]"],
                    "",
                    "    ",
                )
                if heads
                else ["pass"]
            )
            rows += [*block(f"class {n}(Task):", body, "", "    "), ""]
        elif lang == "invoke":
            deps = f"({', '.join(heads)})" if heads else ""
            rows += [f"@task{deps}", f"def {n}(c):", f"    c.run({g.q(g.ident('kebab'))})", ""]
        elif lang == "ant":
            dep = f' depends="{",".join(heads)}"' if heads else ""
            rows.append(f'<target name="{n}"{dep}/>')
        else:
            rows.append(f"{n}: {{task_dep: [{', '.join(heads)}]}}")
    return lines(rows).rstrip("\n")


@form(
    "layers",
    1.5,
    names="snake|flat",
    isolated=False,
    lang="",
    fence="",
    ask="pipeline",
    **D,
)
def layers(g: Draft) -> str:
    """Functional layers, joins and model references: inputs flow into the named result."""
    style = g.rng.randrange(3)
    edges: list[tuple[int, int, str]] = []
    rows: list[str] = []
    g.ask = "pipeline; " + g.pick(
        "data flow, from input to consumer",
        "arrows follow the data",
        "from what is read to what is built",
    )
    for i in _inputs_first(g):
        outs = [e for e in g.edges if e[0] == i]
        uses, n = [g.names[h] for _, h, _ in outs], g.names[i]
        edges += [(h, t, e) for t, h, e in outs]
        kind = g.pick("Dense", "Conv2D", "Add", "Concat", "Pool", "Norm")
        if style == 0:
            arg = uses[0] if len(uses) == 1 else f"[{', '.join(uses)}]"
            rows.append(
                f"{n} = {kind}({g.rng.randrange(1, 512)})({arg})"
                if uses
                else f"{n} = Input(shape=({g.rng.randrange(1, 512)},))"
            )
        elif style == 1:
            rows.append(
                f"-- {n}.sql\nselect * from "
                + (
                    " join ".join(f"{{{{ ref('{u}') }}}}" for u in uses)
                    if uses
                    else g.pick("raw", "source()")
                )
            )
        else:
            rows.append(
                f"CREATE VIEW {n} AS SELECT * FROM {' JOIN '.join(uses)};"
                if uses
                else f"CREATE TABLE {n} (id INT);"
            )
    g.edges = edges
    return lines(rows)


@form(
    "threads",
    1.5,
    names="snake|camel|kebab",
    labels="snake",
    lang="",
    ask="messages",
    kinds=_KINDS | {"state_machine"},
    need="loopless",
    invent=True,
)
def threads(g: Draft) -> str:
    """send/receive between actors: sender -> receiver, message as label."""
    style = g.rng.randrange(4)
    if style in (0, 3) and g.style == "kebab":
        style = 1
    rows = []
    for t, h, e in g.triples():
        rows.append(
            (
                f"{t}.send({h}, {g.q(e)})",
                f"send from={t} to={h} msg={e}",
                f"{t} ! {e} -> {h}",
                f"{t}: {h} <- {e}",
            )[style]
        )
    g.ask = "messages; " + g.pick(
        "sender to receiver, message as label", "label edges with the message"
    )
    return lines(rows)
