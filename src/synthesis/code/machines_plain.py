"""Machines whose edges carry conditions, or nothing, and machines in hardware and other idioms."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.code.words import join, noun, words

_M = {"order": "grouped", "ask": "machine", "kinds": MACHINE, "limit": 16}


def _condition(g: Draft, lang: str) -> str:
    """A condition such as `temp > 30`, `!ready`, `door_open`, `timer.expired()`."""
    style = "camel" if lang in ("js", "java", "go") else "snake"
    name = g.ident(style)
    r = g.rng.random()
    if r < 0.4:
        return name
    if r < 0.75:
        op = g.pick(">", "<", ">=", "<=", "==")
        return f"{name} {op} {g.rng.choice((0, 1, 3, 5, 10, 30, 60, 75, 100))}"
    if r < 0.85:
        return ("not " if lang == "py" else "!") + name
    return f"{name}()"


@form("guard_switch", 3, names="upper|pascal|id", isolated=False, lang="", need="loopless", **_M)
def guard_switch(g: Draft) -> str:
    """`case A: if (temp > 30) state = B;`: the condition is the edge's label."""
    lang = g.rng.choice(("c", "c", "java", "js", "go", "py", "cpp", "php"))
    scope = g.pick("State::", "") if lang == "cpp" else ""
    sigil = "$" if lang == "php" else ""
    g.ask = g.pick(
        "machine",
        "machine; conditions as edge labels",
        "machine; label edges with the condition",
        "machine; conditions on the edges",
    )
    st = sigil + g.pick("state", "mode", "st", "current")
    edges: list[tuple[int, int, str]] = []
    rows: list[str] = []
    for i, name in enumerate(g.names):
        outs = [e for e in g.edges if e[0] == i]
        inner: list[str] = []
        for k, (_, h, _) in enumerate(outs):
            cond = _condition(g, lang)
            label = sigil + cond if lang == "php" and cond[0] != "!" else cond
            edges.append((i, h, label))
            to = g.names[h]
            if lang == "py":
                word = "if" if not k else "elif"
                inner += [f"{word} {label}:", f"{g.t}{st} = {to}"]
            elif lang == "go":
                inner += [f"if {label} {{", f"{g.t}{st} = {to}", "}"]
            else:
                word = "else if" if k and g.maybe(0.5) else "if"
                go = f"{st} = {scope}{to};"
                inner.append(
                    f"{word} ({label}) {go}" if g.maybe(0.6) else f"{word} ({label}) {{ {go} }}"
                )
        if not inner:
            continue
        if lang == "py":
            rows += block(f"{'elif' if rows else 'if'} {st} == {name}:", inner, "", g.t)
        else:
            tail = [] if lang == "go" else ["break;"]
            rows += block(f"case {scope}{name}:", [*inner, *tail], "", g.t)
    g.edges = edges
    if lang == "py":
        return lines(block("while True:", rows, "", g.t) if g.maybe(0.3) else rows)
    head = f"switch {st} {{" if lang == "go" else f"switch ({st}) {{"
    body = [head, *rows, "}"]
    return lines(block("for (;;) {", body, "}", g.t) if g.maybe(0.2) and lang == "c" else body)


@form(
    "next_plain",
    5,
    names="keep|snake|upper|pascal",
    lang="",
    need="chain loopless",
    **{**_M, "order": "free"},
)
def next_plain(g: Draft) -> str | None:
    """One successor a state and no events: maps, matches, arrays, function equations."""
    style = g.rng.randrange(8)
    need_id = style in (1, 2, 3, 5, 7)
    if need_id and not all(n.isidentifier() for n in g.names):
        style = 0
    if style in (2, 5) and not all(n[0].isupper() for n in g.names):
        style = 1
    rows: list[str] = []
    fn = g.pick("next", "succ", "after", "step", "advance")
    for t, h, _ in g.triples():
        rows.append(
            (
                f"{g.q(t)}: {g.q(h)},",
                f"case {t}: return {h};",
                f"Self::{t} => Self::{h},",
                f"{t} -> {h}",
                f"{g.q(t)} => {g.q(h)},",
                f"{fn} {t} = {h}",
                f"[{g.q(t)}, {g.q(h)}],",
                f"if (s == {t}) return {h};",
            )[style]
        )
    head, tail = (
        (f"{g.ident()} = {{", "}"),
        ("switch (s) {", "}"),
        ("match self {", "}"),
        (f"fun {fn}(s: State) = when (s) {{", "}"),
        (f"${g.ident()} = [", "];"),
        ("", ""),
        (f"const {g.ident('camel')} = [", "];"),
        ("", ""),
    )[style]
    return lines(block(head, rows, tail, g.t)) if head else lines(rows)


@form("successors", 1.5, names="upper|pascal|snake", lang="", need="simple loopless", **_M)
def successors(g: Draft) -> str:
    """Allowed transitions: EnumSet, match with lists, validation tables; no events."""
    lang = g.rng.choice(("java", "py", "ts", "rust", "ruby", "sql"))
    g.ask = g.pick("machine; allowed transitions", "machine", "machine; from status to status")
    rows: list[str] = []
    for n, out in g.groups():
        heads = [h for h, _ in out]
        rows.append(
            {
                "java": f"case {n} -> EnumSet.of({', '.join(heads)});",
                "py": f"Status.{n}: {{{', '.join('Status.' + h for h in heads)}}},",
                "ts": f"{n}: [{', '.join(g.q(h) for h in heads)}],",
                "rust": f"{n} => &[{', '.join(heads)}],",
                "ruby": f"{n}: %i[{' '.join(heads)}],",
                "sql": f"WHEN '{n}' THEN new_status IN ({', '.join(map(repr, heads))})",
            }[lang]
        )
    head, tail = {
        "java": ("return switch (this) {", "};"),
        "py": ("ALLOWED = {", "}"),
        "ts": (f"const {g.ident('camel')} = {{", "};"),
        "rust": ("match self {", "}"),
        "ruby": ("ALLOWED = {", "}"),
        "sql": ("CASE old_status", "END"),
    }[lang]
    return lines(block(head, rows, tail, g.t))


@form(
    "verilog",
    1.5,
    names="upper|id",
    labels="snake",
    invent=True,
    lang="Verilog",
    fence="verilog",
    **{**_M, "need": "deterministic loopless"},
)
def verilog(g: Draft) -> str:
    """case (state) of Verilog or VHDL."""
    if g.maybe(0.6):
        nb = g.pick("<=", "=")
        rows: list[str] = []
        for n, out in g.groups():
            if len(out) == 1:
                rows.append(f"{n}: if ({out[0][1]}) next {nb} {out[0][0]};")
            else:
                inner = [
                    f"{'else ' if i else ''}if ({e}) next {nb} {h};" for i, (h, e) in enumerate(out)
                ]
                rows += block(f"{n}: begin", inner, "end", g.t)
        return lines(g.note("//"), block("case (state)", rows, "endcase", g.t))
    rows = []
    for n, out in g.groups():
        inner = [
            f"{'elsif' if i else 'if'} {e} = '1' then state <= {h};" for i, (h, e) in enumerate(out)
        ]
        rows += block(f"when {n} =>", [*inner, "end if;"], "", g.t)
    return lines(block("case state is", rows, "end case;", g.t))


@form(
    "step_functions",
    1.5,
    names="pascal|camel|keep",
    lang="JSON",
    fence="json",
    isolated=True,
    **{**_M, "need": "simple loopless", "ask": "flow"},
)
def step_functions(g: Draft) -> str:
    """States with Next, and Choice states with several."""
    nxt = g.pick("Next", "next", "goto", "then")
    body: list[str] = []
    for n, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if not heads:
            body.append(f'"{n}": {{ "End": true }},')
        elif len(heads) == 1:
            body.append(f'"{n}": {{ "{nxt}": "{heads[0]}" }},')
        else:
            arms = ", ".join(f'{{ "{nxt}": "{h}" }}' for h in heads)
            body.append(f'"{n}": {{ "Choices": [{arms}] }},')
    body[-1] = body[-1][:-1]
    return lines(
        block(
            "{", [f'"StartAt": "{g.names[0]}",', *block('"States": {', body, "}", "  ")], "}", "  "
        )
    )


@form(
    "goto_labels",
    1.5,
    names="snake|flat",
    lang="",
    isolated=True,
    **{**_M, "need": "simple", "ask": "flow", "limit": 12},
)
def goto_labels(g: Draft) -> str:
    """Labels and jumps: assembly, C goto, batch files; every block ends with its jumps."""
    jump, sep, note = g.rng.choice(
        (("jmp", ":", ";"), ("goto", ":", "//"), ("br", ":", "#"), ("GOTO", ":", "REM"))
    )
    g.ask = g.pick(
        "flow; blocks are nodes, jumps are edges",
        "flow; one edge per jump",
        "graph; labels as nodes, jumps as arrows",
    )
    end = ";" if jump == "goto" else ""
    rows: list[str] = []
    for n, out in g.groups(every=True):
        rows.append(n + sep)
        rows += [f"{g.t}{note} {noun(g.rng)} {noun(g.rng)}"] if g.maybe(0.2) else []
        for i, (h, _) in enumerate(out):
            last = i == len(out) - 1
            test = g.pick("jz", "jne", "jg") if jump == "jmp" else f"if (x) {jump}"
            rows.append(f"{g.t}{jump if last else test} {h}{end}")
        rows += [f"{g.t}{'ret' if jump in ('jmp', 'br') else 'return' + end}"] if not out else []
    return lines(rows)


@form(
    "dialogue_script",
    1.5,
    names="snake|kebab|upper",
    labels="keep|spaced",
    invent=True,
    lang="",
    **{**_M, "need": "loopless deterministic"},
)
def dialogue_script(g: Draft) -> str | None:
    """Choices of interactive fiction and menus: `* [go north] -> hall`."""
    if any(c in e for e in g.events() for c in ":[]"):
        return None
    style = g.rng.randrange(3)
    g.ask = g.pick("graph; choices as edge labels", "flow; label edges with the choice", "graph")
    rows: list[str] = []
    for n, out in g.groups():
        rows.append(("=== {} ===", "scene {}:", "[{}]")[style].format(n))
        for h, e in out:
            rows.append(
                ("* [{e}] -> {h}", "  choice {q} goto {h}", "{e} -> {h}")[style].format(
                    e=e, h=h, q=f'"{e}"'
                )
            )
        rows += [""] if style != 1 else []
    return lines(rows).rstrip("\n")


@form(
    "class_transitions",
    1.5,
    names="snake|upper|keep",
    labels="snake|camel",
    invent=True,
    lang="",
    **{**_M, "need": "deterministic"},
)
def class_transitions(g: Draft) -> str:
    """Methods named after events that check and set the state, in Python, Ruby, PHP, Lua."""
    lang = g.rng.choice(("py", "py", "ruby", "php", "js"))
    byev: dict[str, list[tuple[int, int, str]]] = {}
    for edge in g.edges:
        byev.setdefault(edge[2], []).append(edge)
    g.edges = [e for group in byev.values() for e in group]
    parts: list[str] = []
    for ev, group in byev.items():
        inner: list[str] = []
        for k, (t, h, _) in enumerate(group):
            a, b = g.q(g.names[t]), g.q(g.names[h])
            if lang == "py":
                inner += [f"{'elif' if k else 'if'} self.state == {a}:", f"{g.t}self.state = {b}"]
            elif lang == "ruby":
                inner.append(f"return @state = {b} if @state == {a}")
            elif lang == "php":
                inner.append(f"if ($this->state === {a}) {{ $this->state = {b}; }}")
            else:
                inner.append(f"{'else ' if k else ''}if (this.state === {a}) this.state = {b};")
        head, tail = {
            "py": (f"def {ev}(self):", ""),
            "ruby": (f"def {ev}", "end"),
            "php": (f"function {ev}() {{", "}"),
            "js": (f"{ev}() {{", "}"),
        }[lang]
        parts += block(head, inner, tail, g.t)
        parts += [""] if g.maybe(0.6) else []
    name = join(words(g.ident("pascal")), "pascal")
    if g.maybe(0.4):
        return lines(parts).rstrip("\n")
    head = {"py": f"class {name}:", "ruby": f"class {name}"}.get(lang, f"class {name} {{")
    tail = {"py": "", "ruby": "end"}.get(lang, "}")
    return lines(block(head, [p for p in parts if p], tail, g.t))
