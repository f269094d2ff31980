"""State machines as data: JavaScript objects, SQL, YAML, JSON, TOML, XML, INI, shell, Ruby."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form

_M = {"need": "deterministic", "invent": True, "ask": "machine", "kinds": MACHINE}
_ANY = "snake|camel|upper|kebab|keep|keep|spaced"
_FROM_TO = (
    ("from", "event", "to"),
    ("source", "trigger", "target"),
    ("source", "trigger", "dest"),
    ("src", "on", "dst"),
    ("from", "on", "to"),
    ("state", "input", "next"),
    ("current", "event", "next"),
    ("from_state", "event", "to_state"),
    ("start", "action", "end"),
    ("before", "signal", "after"),
)


@form(
    "xstate",
    2.5,
    names="snake|camel|kebab|keep",
    labels="upper|snake|camel|keep",
    order="grouped",
    isolated=True,
    lang="JavaScript",
    fence="javascript",
    **_M,
)
def xstate(g: Draft) -> str:
    """XState-like configuration objects."""
    bare = g.style in ("snake", "camel")
    key = (lambda s: s) if bare else g.q
    ebare = all(e.isidentifier() for e in g.events())
    ekey = (lambda s: s) if ebare else g.q
    body: list[str] = []
    obj = g.maybe(0.3)
    for name, out in g.groups(every=True):
        arms = [
            f"{ekey(e)}: {{ target: {g.q(h)} }}," if obj else f"{ekey(e)}: {g.q(h)},"
            for h, e in out
        ]
        if not out:
            body.append(
                f"{key(name)}: {{ type: {g.q('final')} }},"
                if g.maybe(0.5)
                else f"{key(name)}: {{}},"
            )
        elif len(out) < 3 and g.maybe(0.6):
            body.append(f"{key(name)}: {{ on: {{ {' '.join(arms)[:-1]} }} }},")
        else:
            body += block(f"{key(name)}: {{", block("on: {", arms, "}", g.t), "},", g.t)
    head = [f"initial: {g.q(g.names[0])},"]
    head = [f"id: {g.q(g.ident('camel'))},", *head] if g.maybe(0.5) else head
    call = g.pick("createMachine({", "Machine({", "{")
    tail = "});" if "(" in call else "};"
    var = f"const {g.ident('camel')} = "
    return lines(block(var + call, [*head, *block("states: {", body, "},", g.t)], tail, g.t))


@form(
    "js_map",
    1.5,
    names=_ANY,
    labels=_ANY,
    order="grouped",
    lang="TypeScript",
    fence="typescript",
    **_M,
)
def js_map(g: Draft) -> str:
    """A nested object or an array of rows in TypeScript."""
    typed = g.maybe(0.5)
    if g.maybe(0.5):
        a, b, c = g.rng.choice(_FROM_TO)
        rows = [f"{{ {a}: {g.q(t)}, {b}: {g.q(e)}, {c}: {g.q(h)} }}," for t, h, e in g.triples()]
        kind = ": Transition[]" if typed else ""
        return lines(block(f"const {g.ident('camel')}{kind} = [", rows, "];", g.t))
    body = []
    for name, out in g.groups():
        arms = ", ".join(f"{g.q(e)}: {g.q(h)}" for h, e in out)
        body.append(f"{g.q(name)}: {{ {arms} }},")
    kind = ": Record<string, Record<string, string>>" if typed else ""
    return lines(
        g.note("//"),
        block(f"{g.pick('export const', 'const')} {g.ident('camel')}{kind} = {{", body, "};", g.t),
    )


@form("sql_transitions", 1.5, names=_ANY, labels=_ANY, lang="SQL", fence="sql", **_M)
def sql_transitions(g: Draft) -> str:
    """INSERT rows into a transition table."""
    a, b, c = g.rng.choice((*_FROM_TO[7:], ("from_state", "trigger_name", "to_state")))
    table = g.ident()
    cols = [a, b, c] if g.maybe(0.6) else [a, c, b]
    pos = [cols.index(x) for x in (a, b, c)]
    create = []
    if g.maybe(0.35):
        create = [
            f"CREATE TABLE {table} (",
            *(f"  {x} TEXT NOT NULL," for x in cols[:2]),
            f"  {cols[2]} TEXT NOT NULL",
            ");",
            "",
        ]
    rows = []
    for t, h, e in g.triples():
        cells = [""] * 3
        for p, v in zip(pos, (t, e, h), strict=True):
            cells[p] = f"'{v}'"
        rows.append(f"({', '.join(cells)})")
    head = f"INSERT INTO {table} ({', '.join(cols)}) VALUES"
    if g.maybe(0.25):
        return lines(create, [f"{head} {r};" for r in rows])
    return lines(create, head, [f"  {r}," for r in rows[:-1]], f"  {rows[-1]};")


@form(
    "yaml_machine",
    2,
    names="snake|kebab|camel|keep|pascal",
    labels="snake|kebab|camel|keep|upper",
    order="grouped",
    isolated=True,
    lang="YAML",
    fence="yaml",
    **_M,
)
def yaml_machine(g: Draft) -> str | None:
    """Nested states or a list of transitions."""
    if any(":" in n or "#" in n or n[0] in "-&" for n in g.names + g.events()):
        return None
    head = [f"{g.pick('machine', 'name', 'id')}: {g.ident('kebab')}"] if g.maybe(0.4) else []
    head += [f"initial: {g.names[0]}"] if g.maybe(0.5) else []
    if g.maybe(0.45):
        a, b, c = g.rng.choice(_FROM_TO)
        if b == "on":
            b = "event"
        flow = g.maybe(0.3)
        rows = []
        for t, h, e in g.triples():
            if flow:
                rows.append(f"  - {{{a}: {t}, {b}: {e}, {c}: {h}}}")
            else:
                rows += [f"  - {a}: {t}", f"    {b}: {e}", f"    {c}: {h}"]
        states = [f"states: [{', '.join(g.names)}]"]
        return lines(head, states, "transitions:", rows)
    body = ["states:"]
    key = g.pick("on", "transitions", "events", "")
    for name, out in g.groups(every=True):
        if not out:
            body.append(f"  {name}: {{}}")
            continue
        body.append(f"  {name}:")
        pad = "    "
        if key:
            body.append(f"    {key}:")
            pad = "      "
        body += [f"{pad}{e}: {h}" for h, e in out]
    return lines(head, body)


@form(
    "json_machine",
    2,
    names=_ANY,
    labels=_ANY,
    order="grouped",
    isolated=True,
    lang="JSON",
    fence="json",
    **_M,
)
def json_machine(g: Draft) -> str:
    """Nested states or a list of transitions."""
    g.quote = '"'
    if g.maybe(0.5):
        a, b, c = g.rng.choice(_FROM_TO)
        rows = [f'{{ "{a}": "{t}", "{b}": "{e}", "{c}": "{h}" }},' for t, h, e in g.triples()]
        rows[-1] = rows[-1][:-1]
        states = f'"states": [{", ".join(g.q(n) for n in g.names)}],'
        return lines(block("{", [states, *block('"transitions": [', rows, "]", g.t)], "}", g.t))
    body = []
    for name, out in g.groups(every=True):
        arms = ", ".join(f'"{e}": "{h}"' for h, e in out)
        body.append(f'"{name}": {{ "on": {{ {arms} }} }},' if out else f'"{name}": {{}},')
    body[-1] = body[-1][:-1]
    head = [f'"initial": "{g.names[0]}",'] if g.maybe(0.6) else []
    return lines(block("{", [*head, *block('"states": {', body, "}", g.t)], "}", g.t))


@form(
    "toml_machine",
    1,
    names="snake|kebab|keep",
    labels="snake|kebab|keep",
    order="grouped",
    lang="TOML",
    fence="toml",
    **_M,
)
def toml_machine(g: Draft) -> str:
    """[[transition]] blocks or a table a state."""
    rows: list[str] = []
    if g.maybe(0.5):
        a, b, c = g.rng.choice(_FROM_TO)
        head = g.pick("transition", "transitions", "rule", "arc")
        for t, h, e in g.triples():
            rows += [f"[[{head}]]", f'{a} = "{t}"', f'{b} = "{e}"', f'{c} = "{h}"', ""]
    else:
        bare = " " not in "".join(g.names + g.events()) and "." not in "".join(g.names)
        for name, out in g.groups():
            rows.append(f"[states.{name}]" if bare else f'[states."{name}"]')
            rows += [f'{e} = "{h}"' if bare and "." not in e else f'"{e}" = "{h}"' for h, e in out]
            rows.append("")
        if any(c in e for e in g.events() for c in ":&/+#") and bare:
            return None
    return lines(rows[:-1])


@form(
    "scxml",
    1.5,
    names="snake|camel|pascal",
    labels="snake|camel|kebab|keep",
    order="grouped",
    isolated=True,
    lang="SCXML",
    fence="xml",
    **_M,
)
def scxml(g: Draft) -> str:
    """XML states with transition elements."""
    body: list[str] = []
    state = g.pick("state", "state", "State", "node")
    ev, to = g.rng.choice((("event", "target"), ("on", "to"), ("event", "to"), ("trigger", "next")))
    for name, out in g.groups(every=True):
        arms = [f'<transition {ev}="{e}" {to}="{h}"/>' for h, e in out]
        if out:
            body += block(f'<{state} id="{name}">', arms, f"</{state}>", g.t)
        else:
            body.append(f'<{g.pick("final", state)} id="{name}"/>')
    root = g.pick("scxml", "scxml", "machine", "stateMachine")
    return lines(block(f'<{root} initial="{g.names[0]}">', body, f"</{root}>", g.t))


@form(
    "ini_machine",
    1,
    names="snake|kebab|upper",
    labels="snake|kebab|upper",
    order="grouped",
    lang="INI",
    fence="ini",
    **_M,
)
def ini_machine(g: Draft) -> str:
    """A section a state, a line an event."""
    rows: list[str] = []
    eq = g.pick(" = ", "=", ": ")
    for name, out in g.groups():
        rows += [f"[{name}]", *g.note(";", 0.1), *(f"{e}{eq}{h}" for h, e in out), ""]
    return lines(rows[:-1])


@form(
    "shell_case",
    1,
    names="snake|upper|kebab",
    labels="snake|kebab|upper",
    order="grouped",
    lang="shell",
    fence="bash",
    **_M,
)
def shell_case(g: Draft) -> str:
    """`case "$state:$event" in a:e) state=b ;;`."""
    sep = g.pick(":", "/", ",")
    rows = [f"{g.t}{t}{sep}{e}) state={h} ;;" for t, h, e in g.triples()]
    rows += [f"{g.t}*) echo {g.q('bad event')} ;;"] if g.maybe(0.4) else []
    return lines(
        ["#!/bin/sh"] if g.maybe(0.3) else [], f'case "$state{sep}$event" in', rows, "esac"
    )


@form(
    "ruby_machine",
    1.5,
    names="snake",
    labels="snake",
    order="free",
    lang="Ruby",
    fence="ruby",
    **_M,
)
def ruby_machine(g: Draft) -> str:
    """AASM-like events, or a hash."""
    if g.maybe(0.4):
        g.order_groups()
        rows = []
        for name, out in g.groups():
            rows.append(f"{name}: {{ {', '.join(f'{e}: :{h}' for h, e in out)} }},")
        return lines(block(f"{g.ident('upper')} = {{", rows, "}.freeze", "  "))
    byev: dict[str, list[tuple[int, int, str]]] = {}
    for edge in g.edges:
        byev.setdefault(edge[2], []).append(edge)
    g.edges = [edge for group in byev.values() for edge in group]
    old, body = g.maybe(0.4), []
    for e, group in byev.items():
        arcs = [
            f"transitions from: :{g.names[t]}, to: :{g.names[h]}"
            if not old
            else f"transition :{g.names[t]} => :{g.names[h]}"
            for t, h, _ in group
        ]
        body += block(f"event :{e} do", arcs, "end", "  ")
    head = [f"state :{n}" for n in g.names] if g.maybe(0.4) else []
    inner = block(g.pick("aasm do", "state_machine do"), [*head, *body], "end", "  ")
    return lines(block(f"class {g.ident('pascal')}", inner, "end", "  "))
