"""State machines of enums and their methods, and as switches of newer languages."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.code.machines_switch import M, log


@form(
    "java_enum_methods",
    1,
    names="upper",
    labels="camel",
    isolated=True,
    lang="Java",
    fence="java",
    kinds=MACHINE,
    **M,
)
def java_enum_methods(g: Draft) -> str:
    """Each constant overrides the events that it accepts."""
    name = g.ident("pascal")
    body: list[str] = []
    rows = g.groups(every=True)
    for i, (n, out) in enumerate(rows):
        end = "," if i < len(rows) - 1 else ";"
        if not out:
            body.append(n + end)
            continue
        inner: list[str] = []
        for h, e in out:
            inner += ["@Override", f"{name} {e}() {{ return {h}; }}"]
        body += block(f"{n} {{", inner, "}" + end, g.t)
    body += ["", *(f"{name} {e}() {{ return this; }}" for e in g.events())]
    return lines(block(f"enum {name} {{", body, "}", g.t))


@form(
    "csharp_switch",
    1.5,
    names="pascal",
    labels="pascal",
    isolated=True,
    lang="C#",
    fence="csharp",
    kinds=MACHINE,
    **M,
)
def csharp_switch(g: Draft) -> str:
    """A switch expression over tuples, or a dictionary keyed by tuples."""
    st, ev = g.pick("State", "Status", "Phase"), g.pick("Trigger", "Event", "Command")
    head = [f"enum {st} {{ {', '.join(g.names)} }}", ""]
    if g.maybe(0.6):
        arms = [f"({st}.{t}, {ev}.{e}) => {st}.{h}," for t, h, e in g.triples()]
        arms.append(g.pick("_ => state", "_ => throw new InvalidOperationException()"))
        sig = f"static {st} {g.ident('pascal')}({st} state, {ev} trigger) =>"
        if g.maybe(0.5):
            return lines(
                head,
                sig,
                g.t + "(state, trigger) switch",
                g.t + "{",
                [g.t * 2 + a for a in arms],
                g.t + "};",
            )
        return lines(head, sig + " (state, trigger) switch", "{", [g.t + a for a in arms], "};")
    rows = [
        f"{{ ({st}.{t}, {ev}.{e}), {st}.{h} }}," if i % 1 == 0 else ""
        for i, (t, h, e) in enumerate(g.triples())
    ]
    return lines(
        head,
        block(f"var {g.ident('camel')} = new Dictionary<({st}, {ev}), {st}>\n{{", rows, "};", g.t),
    )


@form(
    "swift_switch",
    1,
    names="camel",
    labels="camel",
    isolated=True,
    lang="Swift",
    fence="swift",
    kinds=MACHINE,
    **M,
)
def swift_switch(g: Draft) -> str:
    """`switch (state, event)` over Swift enums."""
    typ = g.ident("pascal")
    enum = [f"enum {typ} {{", *(f"{g.t}case {n}" for n in g.names), "}"]
    if g.maybe(0.5):
        enum = [f"enum {typ} {{ case {', '.join(g.names)} }}"]
    ret = g.maybe(0.5)
    arms = [
        f"case (.{t}, .{e}): " + (f"return .{h}" if ret else f"state = .{h}")
        for t, h, e in g.triples()
    ]
    arms.append("default: " + ("return state" if ret else "break"))
    sig = f"func {g.ident('camel')}(_ state: {typ}, _ event: Event) -> {typ} {{"
    sig = sig if ret else f"mutating func handle(_ event: {g.pick('Event', 'Signal')}) {{"
    return lines(enum, "", block(sig, ["switch (state, event) {", *arms, "}"], "}", g.t))


@form(
    "kotlin_when",
    1.5,
    names="pascal|upper",
    labels="pascal|upper",
    isolated=True,
    lang="Kotlin",
    fence="kotlin",
    kinds=MACHINE,
    **M,
)
def kotlin_when(g: Draft) -> str:
    """Nested `when` over an enum or sealed class."""
    st, ev = g.pick("State", "Step", "Status"), g.pick("Event", "Input", "Action")
    if g.maybe(0.6):
        head = [f"enum class {st} {{ {', '.join(g.names)} }}"]
    else:
        head = block(f"sealed class {st} {{", [f"object {n} : {st}()" for n in g.names], "}", g.t)
    arms: list[str] = []
    for name, out in g.groups():
        if len(out) == 1 and g.maybe(0.5):
            arms.append(
                f"{st}.{name} -> if (event == {ev}.{out[0][1]}) {st}.{out[0][0]} else state"
            )
        else:
            inner = [f"{ev}.{e} -> {st}.{h}" for h, e in out] + ["else -> state"]
            arms += block(f"{st}.{name} -> when (event) {{", inner, "}", g.t)
    arms.append("else -> state")
    fn = f"fun {g.ident('camel')}(state: {st}, event: {ev}): {st} ="
    return lines(head, "", block(f"{fn} when (state) {{", arms, "}", g.t))


@form(
    "js_switch",
    1.5,
    names="snake|camel|kebab|upper|keep",
    labels="snake|camel|upper|keep",
    isolated=False,
    lang="JavaScript",
    fence="javascript",
    kinds=MACHINE,
    **M,
)
def js_switch(g: Draft) -> str:
    """A reducer with nested switches or ifs over strings."""
    semi = g.pick(";", ";", "")
    st, ev = g.pick("state", "current", "status", "s"), g.pick("event", "action", "type", "e")
    arms: list[str] = []
    for name, out in g.groups():
        inner: list[str] = log(g, "js")
        if len(out) == 1 and g.maybe(0.4):
            inner.append(f"return {ev} === {g.q(out[0][1])} ? {g.q(out[0][0])} : {st}{semi}")
        elif g.maybe(0.5):
            inner += [f"if ({ev} === {g.q(e)}) return {g.q(h)}{semi}" for h, e in out]
            inner.append(f"return {st}{semi}")
        else:
            cases = [f"case {g.q(e)}: return {g.q(h)}{semi}" for h, e in out]
            inner += [*block(f"switch ({ev}) {{", cases, "}", g.t), f"return {st}{semi}"]
        arms += block(f"case {g.q(name)}:", inner, "", g.t)
    arms += block("default:", [f"return {st}{semi}"], "", g.t)
    fn = g.ident("camel")
    head = g.pick(
        f"function {fn}({st}, {ev}) {{",
        f"export const {fn} = ({st}, {ev}) => {{",
        f"const {fn} = function ({st}, {ev}) {{",
    )
    return lines(
        g.note("//"), block(head, [f"switch ({st}) {{", *(g.t + a for a in arms), "}"], "}", g.t)
    )
