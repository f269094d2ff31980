"""State machines in Python: tables, chains of conditions, classes, decorators, coroutines."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.code.words import remark

_M = {"need": "deterministic", "invent": True, "ask": "machine", "kinds": MACHINE}
_ANY = "snake|camel|upper|kebab|keep|keep|spaced"


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
