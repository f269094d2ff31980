"""State machines as tables and declarations: Python, JavaScript, SQL, YAML, JSON, TOML, XML."""

from anecdot.corpus.code_kit import MACHINE, Draft, block, form, lines
from anecdot.corpus.code_words import remark

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


@form("py_pair_dict", 2, names=_ANY, labels=_ANY, lang="Python", fence="python", **_M)
def py_pair_dict(g: Draft) -> str:
    """`{("a", "event"): "b"}`."""
    var = g.ident(g.pick("upper", "snake"))
    flip = g.maybe(0.2)
    rows = [
        f"{g.t}({g.q(e)}, {g.q(t)}): {g.q(h)}," if flip else f"{g.t}({g.q(t)}, {g.q(e)}): {g.q(h)},"
        for t, h, e in g.triples()
    ]
    if flip:
        g.ask = "machine; keys are (event, state) pairs"
    tail: list[str] = []
    if g.maybe(0.4) and not flip:
        tail = ["", "", f"def {g.ident()}(state, event):"]
        tail += [f"{g.t}return {var}.get((state, event), state)"]
    return lines(g.note("#"), f"{var} = {{", rows, "}", tail)


@form(
    "py_nested_dict",
    2,
    names=_ANY,
    labels=_ANY,
    order="grouped",
    lang="Python",
    fence="python",
    **_M,
)
def py_nested_dict(g: Draft) -> str:
    """`{"a": {"event": "b"}}`."""
    body: list[str] = []
    for name, out in g.groups(every=g.maybe(0.3)):
        if len(out) < 3 and g.maybe(0.7):
            body.append(f"{g.q(name)}: {{{', '.join(f'{g.q(e)}: {g.q(h)}' for h, e in out)}}},")
        else:
            body += block(f"{g.q(name)}: {{", [f"{g.q(e)}: {g.q(h)}," for h, e in out], "},", g.t)
    return lines(g.note("#"), block(f"{g.ident(g.pick('upper', 'snake'))} = {{", body, "}", g.t))


@form(
    "py_if_chain", 2, names=_ANY, labels=_ANY, order="grouped", lang="Python", fence="python", **_M
)
def py_if_chain(g: Draft) -> str:
    """if/elif over state and event."""
    st, ev = g.pick("state", "self.state", "current", "s"), g.pick("event", "ev", "signal", "cmd")
    method, nested = st.startswith("self"), g.maybe(0.4)
    put = (lambda h: f"{st} = {g.q(h)}") if method else (lambda h: f"return {g.q(h)}")
    body: list[str] = []
    first = True
    for name, out in g.groups():
        if nested:
            inner: list[str] = [f"print({g.q(remark(g.rng))})"] if g.maybe(0.1) else []
            for i, (h, e) in enumerate(out):
                inner += [f"{'elif' if i else 'if'} {ev} == {g.q(e)}:", g.t + put(h)]
            body += block(f"{'if' if first else 'elif'} {st} == {g.q(name)}:", inner, "", g.t)
            first = False
        else:
            for h, e in out:
                word = "if" if first else "elif"
                body += [f"{word} {st} == {g.q(name)} and {ev} == {g.q(e)}:", g.t + put(h)]
                first = False
    body += [] if method else [f"return {st}"]
    head = f"def {g.ident()}({'self' if method else st}, {ev}):"
    if not method:
        return lines(g.note("#"), block(head, body, "", g.t))
    init = block("def __init__(self):", [f"self.state = {g.q(g.names[0])}"], "", g.t)
    return lines(
        block(f"class {g.ident('pascal')}:", [*init, "", *block(head, body, "", g.t)], "", g.t)
    )


@form(
    "py_enum_match",
    1.5,
    names="upper",
    labels=_ANY,
    order="grouped",
    isolated=True,
    lang="Python",
    fence="python",
    **_M,
)
def py_enum_match(g: Draft) -> str:
    """An Enum, and `match (state, event)`."""
    typ = g.pick("State", "Status", "Phase", "Mode")
    enum = ["from enum import Enum, auto", "", "", f"class {typ}(Enum):"]
    enum += [f"{g.t}{n} = auto()" for n in g.names]
    arms: list[str] = []
    for t, h, e in g.triples():
        arms += [f"case ({typ}.{t}, {g.q(e)}):", f"{g.t}return {typ}.{h}"]
    arms += ["case _:", g.t + "return state"]
    body = block("match (state, event):", arms, "", g.t)
    return lines(enum, "", "", block(f"def {g.ident()}(state, event):", body, "", g.t))


@form(
    "py_transitions", 2, names=_ANY, labels=_ANY, isolated=True, lang="Python", fence="python", **_M
)
def py_transitions(g: Draft) -> str:
    """Lists of dicts or lists, as the transitions library takes them."""
    states = f"states = [{', '.join(g.q(n) for n in g.names)}]"
    order = g.rng.randrange(2)
    rows: list[str] = []
    for t, h, e in g.triples():
        if order:
            rows.append(f"[{g.q(e)}, {g.q(t)}, {g.q(h)}],")
        else:
            keys = (("trigger", e), ("source", t), ("dest", h))
            rows.append("{" + ", ".join(f"{g.q(k)}: {g.q(v)}" for k, v in keys) + "},")
    if order:
        g.ask = g.pick(
            "machine; rows are [event, from, to]",
            "machine; each row is trigger, source, destination",
        )
    tail: list[str] = []
    if g.maybe(0.4):
        tail = [
            "",
            f"machine = Machine(states=states, transitions=transitions, initial={g.q(g.names[0])})",
        ]
        states = "from transitions import Machine\n\n" + states
    return lines(states, block("transitions = [", rows, "]", g.t), tail)


@form(
    "py_statemachine",
    2,
    names="snake",
    labels="snake",
    isolated=True,
    lang="Python",
    fence="python",
    **_M,
)
def py_statemachine(g: Draft) -> str:
    """`slow = green.to(yellow)` declarations."""
    body = []
    for i, n in enumerate(g.names):
        body.append(f"{n} = State({'initial=True' if i == 0 else ''})")
    body.append("")
    byev: dict[str, list[tuple[int, int, str]]] = {}
    for edge in g.edges:
        byev.setdefault(edge[2], []).append(edge)
    if any(e in g.names for e in byev):
        return None
    g.edges = [edge for group in byev.values() for edge in group]
    for e, group in byev.items():
        arcs = [f"{g.names[t]}.to({g.names[h]})" for t, h, _ in group]
        body.append(f"{e} = {' | '.join(arcs)}")
    return lines(block(f"class {g.ident('pascal')}(StateMachine):", body, "", g.t))


@form("py_decorators", 1, names="snake|upper", labels="snake", lang="Python", fence="python", **_M)
def py_decorators(g: Draft) -> str:
    """`@transition("a", "b")` above the method named after the event."""
    deco = g.pick("transition", "on", "moves", "switches", "arc")
    a, b = g.rng.choice((("source", "target"), ("src", "dst"), ("frm", "to"), ("", "")))
    byev: dict[str, list[tuple[int, int, str]]] = {}
    for edge in g.edges:
        byev.setdefault(edge[2], []).append(edge)
    g.edges = [edge for group in byev.values() for edge in group]
    body: list[str] = []
    for e, group in byev.items():
        for t, h, _ in group:
            x, y = g.q(g.names[t]), g.q(g.names[h])
            body.append(f"@{deco}({a}={x}, {b}={y})" if a else f"@{deco}({x}, {y})")
        body += [f"def {e}(self):", g.t + g.pick("pass", "...", "self.audit()", "return True"), ""]
    return lines(block(f"class {g.ident('pascal')}:", body[:-1], "", g.t))


@form(
    "py_classes",
    1,
    names="pascal",
    labels="snake",
    order="grouped",
    lang="Python",
    fence="python",
    **_M,
)
def py_classes(g: Draft) -> str:
    """The State pattern: a class a state, a method an event, returning the next."""
    base = g.pick("State", "Base", "Mode", "")
    parts: list[str] = []
    for name, out in g.groups(every=True):
        body: list[str] = []
        for h, e in out:
            body += [f"def {e}(self):", f"{g.t}return {h}()"]
        parts += block(f"class {name}{f'({base})' if base else ''}:", body or ["pass"], "", g.t)
        parts += [""]
    return lines(parts[:-1])


@form(
    "py_coroutine",
    1,
    names="snake",
    labels=_ANY,
    order="grouped",
    lang="Python",
    fence="python",
    **_M,
)
def py_coroutine(g: Draft) -> str:
    """A function a state that returns the next state's function."""
    parts: list[str] = []
    wait = g.pick("yield", "await self.next_event()", "read_event()", "queue.get()")
    for name, out in g.groups(every=True):
        body = [f"event = {wait}"] if out else ["return None"]
        for h, e in out:
            body += [f"if event == {g.q(e)}:", f"{g.t}return {h}"]
        parts += [*block(f"def {name}():", body, "", g.t), ""]
    return lines(g.note("#"), parts[:-1])


@form("py_add_transition", 1.5, names=_ANY, labels=_ANY, lang="Python", fence="python", **_M)
def py_add_transition(g: Draft) -> str:
    """Calls that add one transition each."""
    var, fn = (
        g.pick("fsm", "m", "machine", "sm", g.ident()),
        g.pick("add", "add_transition", "when", "permit", "connect", "rule"),
    )
    style = g.rng.randrange(3)
    k = g.rng.choice(
        (("source", "dest", "trigger"), ("from_", "to", "on"), ("src", "dst", "event"))
    )
    rows = []
    for t, h, e in g.triples():
        if style == 0:
            rows.append(f"{var}.{fn}({k[0]}={g.q(t)}, {k[1]}={g.q(h)}, {k[2]}={g.q(e)})")
        elif style == 1:
            rows.append(f"{var}.state({g.q(t)}).on({g.q(e)}).goto({g.q(h)})")
        else:
            rows.append(f"{var}.{fn}({g.q(t)}, {g.q(h)}, {k[2]}={g.q(e)})")
    return lines(f"{var} = {g.ident('pascal')}()" if g.maybe(0.6) else [], rows)


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
