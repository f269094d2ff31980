"""Decision trees as nested conditions, conditional expressions and rule lists."""

from synthesis.code.draft import Draft, lines
from synthesis.code.kit import form

_T = {
    "kinds": frozenset({"decision_tree", "data_structure", "org_chart", "genealogy"}),
    "need": "tree loopless",
    "limit": 14,
    "isolated": True,
}


def _children(g: Draft) -> dict[int, list[tuple[int, str]]]:
    out: dict[int, list[tuple[int, str]]] = {i: [] for i in range(len(g.names))}
    for t, h, label in g.edges:
        out[t].append((h, label))
    return out


def _root(g: Draft) -> int:
    heads = {h for _, h, _ in g.edges}
    return next(i for i in range(len(g.names)) if i not in heads)


def _binary(g: Draft, yes: str, no: str) -> dict[int, tuple[int, int]] | None:
    """yes/no children of each inner node; edges relabelled and put in order of the text."""
    kids = _children(g)
    if any(len(c) not in (0, 2) for c in kids.values()):
        return None
    pairs = {i: (c[0][0], c[1][0]) for i, c in kids.items() if c}
    edges: list[tuple[int, int, str]] = []

    def walk(i: int) -> None:
        if i in pairs:
            a, b = pairs[i]
            edges.append((i, a, yes))
            walk(a)
            edges.append((i, b, no))
            walk(b)

    walk(_root(g))
    g.edges = edges
    return pairs


def _compare(g: Draft, pairs: dict[int, tuple[int, int]]) -> None:
    """Put comparisons such as `age >= 18` in the place of the tests' names."""
    for i in pairs:
        name = g.ident(g.pick("snake", "camel"), g.rng.randrange(1, 3))
        op = g.pick(">", "<", ">=", "<=", "==")
        g.names[i] = f"{name} {op} {g.rng.choice((0, 1, 2, 3, 5, 10, 18, 21, 50, 65, 100, 500))}"


def _yes_no(g: Draft) -> tuple[str, str]:
    yes, no = g.rng.choice(
        (("yes", "no"), ("true", "false"), ("yes", "no"), ("Yes", "No"), ("T", "F"))
    )
    g.ask = "decision; " + g.pick(
        f'label branches "{yes}" and "{no}"',
        f"conditions and results are nodes, edges say {yes} or {no}",
        f"edges labelled {yes}/{no}",
        f"on the edges: {yes} or {no}",
    )
    if (yes, no) == ("yes", "no") and g.maybe(0.4):
        g.ask = "decision"  # the default
    return yes, no


@form("if_tree", 8, names="snake|camel|flat", lang="", **_T)
def if_tree(g: Draft) -> str | None:
    """Nested if/else in eight languages; conditions are calls or flags."""
    pairs = _binary(g, *_yes_no(g))
    if pairs is None:
        return None
    lang = g.rng.choice(("py", "py", "js", "c", "java", "go", "rust", "ruby", "lua", "sh"))
    call = g.pick("{}", "{}", "{}()", "{}(x)") if lang not in ("ruby", "sh") else "{}"
    if lang != "sh" and g.maybe(0.4):
        _compare(g, pairs)
        call = "{}"
    q = '"' if lang in ("c", "java", "go", "rust") else g.quote
    cond, other, end, leaf = {
        "py": ("if {}:", "else:", "", "return {}"),
        "js": ("if ({}) {{", "}} else {{", "}", "return {};"),
        "c": ("if ({}) {{", "}} else {{", "}", "return {};"),
        "java": ("if ({}) {{", "}} else {{", "}", "return {};"),
        "go": ("if {} {{", "}} else {{", "}", "return {}"),
        "rust": ("if {} {{", "}} else {{", "}", "{}"),
        "ruby": ("if {}", "else", "end", "{}"),
        "lua": ("if {} then", "else", "end", "return {}"),
        "sh": ("if {}; then", "else", "fi", "echo {}"),
    }[lang]
    bare = g.maybe(0.3) and lang not in ("ruby", "rust")
    call_leaf = g.maybe(0.25) and lang not in ("ruby", "sh")
    rows: list[str] = []

    def walk(i: int, pad: str) -> None:
        if i not in pairs:
            name = g.names[i]
            text = f"{name}()" if call_leaf else name if bare else f"{q}{name}{q}"
            rows.append(pad + leaf.format(text))
            return
        rows.append(pad + cond.format(call.format(g.names[i])))
        walk(pairs[i][0], pad + g.t)
        rows.append(pad + other.format())
        walk(pairs[i][1], pad + g.t)
        if end:
            rows.append(pad + end)

    wrap = lang in ("py", "js") and g.maybe(0.5)
    walk(_root(g), g.t if wrap else "")
    if wrap and lang == "py":
        return lines(f"def {g.ident()}(x):", rows)
    return lines(f"function {g.ident('camel')}(x) {{", rows, "}") if wrap else lines(rows)


@form("ternary", 3, names="snake|camel", lang="", **{**_T, "limit": 8})
def ternary(g: Draft) -> str | None:
    """Nested conditional expressions, Lisp ifs, spreadsheet formulas."""
    pairs = _binary(g, *_yes_no(g))
    if pairs is None:
        return None
    style = g.rng.randrange(4)
    if style != 1 and g.maybe(0.4):
        _compare(g, pairs)

    def show(i: int) -> str:
        if i not in pairs:
            return g.names[i] if style == 1 else g.q(g.names[i])
        a, b = show(pairs[i][0]), show(pairs[i][1])
        c = g.names[i]
        return (
            f"{c} ? {wrap(a)} : {wrap(b)}",
            f"(if {c} {a} {b})",
            f"IF({c}, {a}, {b})",
            f"({a} if {c} else {b})",
        )[style]

    def wrap(text: str) -> str:
        return f"({text})" if " " in text and "?" in text else text

    head = ("const {} = ", "", "=", "{} = ")[style].format(g.ident("camel"))
    return head + show(_root(g)) + (";" if style == 0 else "")


@form(
    "branch_data",
    6,
    names="snake|camel|keep|keep",
    labels="keep|snake",
    lang="",
    **{**_T, "need": "tree loopless labelled"},
)
def branch_data(g: Draft) -> str | None:
    """The tree as nested JSON, Python, YAML or an indented outline with answers."""
    kids, style = _children(g), g.rng.randrange(4)
    if any(":" in e for e in g.events()) or any(":" in n for n in g.names):
        return None
    edges: list[tuple[int, int, str]] = []

    def order(i: int) -> None:
        for h, label in kids[i]:
            edges.append((i, h, label))
            order(h)

    order(_root(g))
    g.edges = edges
    g.ask = "decision"
    if style == 0:
        ask, ans = g.rng.choice(
            (("question", "answers"), ("test", "branches"), ("if", "then"), ("node", "edges"))
        )

        def js(i: int) -> str:
            if not kids[i]:
                return f'"{g.names[i]}"'
            inner = ", ".join(f'"{label}": {js(h)}' for h, label in kids[i])
            return f'{{"{ask}": "{g.names[i]}", "{ans}": {{{inner}}}}}'

        return js(_root(g))
    rows: list[str] = []
    bullet, sep = g.pick("", "- ", "* "), g.pick(": ", " -> ", " => ")

    def outline(i: int, pad: str) -> None:
        for h, label in kids[i]:
            rows.append(f"{pad}{bullet}{label}{sep}{g.names[h]}")
            outline(h, pad + "  ")

    if style in (1, 2):
        rows.append(g.names[_root(g)])
        outline(_root(g), "  ")
        return lines(rows)
    for i in dict.fromkeys(e[0] for e in edges):
        for h, label in kids[i]:
            rows.append(f"IF {g.names[i]} = {label} THEN {g.names[h]}")
    g.edges = [(i, h, label) for i in dict.fromkeys(e[0] for e in edges) for h, label in kids[i]]
    return lines(rows)


@form(
    "match_cascade",
    4,
    names="snake|camel",
    labels="snake|flat",
    lang="",
    **{**_T, "need": "tree loopless labelled"},
)
def match_cascade(g: Draft) -> str:
    """Nested match/switch: subject nodes, cases as edge labels, results as leaves."""
    kids = _children(g)
    edges: list[tuple[int, int, str]] = []
    py = g.maybe(0.5)
    rows: list[str] = []
    g.ask = "decision; " + g.pick("cases are edge labels", "label edges with the matched value")

    def walk(i: int, pad: str) -> None:
        if not kids[i]:
            rows.append(f"{pad}return {g.q(g.names[i])}" + ("" if py else ";"))
            return
        rows.append(f"{pad}match {g.names[i]}:" if py else f"{pad}switch ({g.names[i]}) {{")
        for h, label in kids[i]:
            edges.append((i, h, label))
            rows.append(f"{pad}{g.t}case {g.q(label)}:")
            walk(h, pad + g.t * 2)
        if not py:
            rows.append(pad + "}")

    walk(_root(g), "")
    g.edges = edges
    return lines(rows)
