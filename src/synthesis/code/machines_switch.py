"""State machines as switch statements and enums in the C family."""

from synthesis.code.kit import MACHINE, Draft, block, form, lines
from synthesis.code.words import remark

_M = {"need": "deterministic", "invent": True, "order": "grouped", "ask": "machine"}


def _log(g: Draft, style: str) -> list[str]:
    """A logging line of the language, or nothing."""
    if g.maybe(0.8):
        return []
    text = remark(g.rng)
    return {
        "c": [f'printf("{text}\\n");'],
        "java": [f'log.info("{text}");'],
        "js": [f'console.log("{text}");'],
        "go": [f'log.Println("{text}")'],
        "rust": [f'println!("{text}");'],
    }[style]


def _enum(g: Draft, name: str, items: list[str], c_style: bool) -> list[str]:
    """An enum of C or Java in one line or several."""
    head = "typedef enum {" if c_style else f"enum {name} {{"
    tail = f"}} {name};" if c_style else "}"
    if g.maybe(0.6):
        return [f"{head} {', '.join(items)} {tail}"]
    return [head, *(f"{g.t}{item}," for item in items[:-1]), g.t + items[-1], tail]


@form(
    "c_switch",
    2,
    names="upper|id|pascal",
    labels="upper|snake",
    isolated=True,
    lang="C",
    fence="c",
    kinds=MACHINE,
    **_M,
)
def c_switch(g: Draft) -> str:
    """`switch (state) { case A: if (ev == E) state = B; break; }`."""
    state, ev = (
        g.pick("state", "st", "cur", "s", "mode"),
        g.pick("ev", "event", "e", "input", "sig"),
    )
    stype, etype = g.ident("snake", 1) + "_t", g.ident("snake", 1) + "_ev"
    ret = g.maybe(0.4)
    body: list[str] = []
    for name, out in g.groups(every=g.maybe(0.5)):
        inner: list[str] = _log(g, "c")
        if not out:
            inner += ["break;"]
        elif len(out) > 1 and g.maybe(0.25):
            cases = [
                f"case {e}: " + (f"return {h};" if ret else f"{state} = {h}; break;")
                for h, e in out
            ]
            inner += [*block(f"switch ({ev}) {{", [*cases, "default: break;"], "}", g.t), "break;"]
        else:
            for i, (h, e) in enumerate(out):
                go = f"return {h};" if ret else f"{state} = {h};"
                word = "else if" if i and not ret else "if"
                inner.append(f"{word} ({ev} == {e}) {go}")
            inner.append("break;")
        body += block(f"case {name}:", inner, "", g.t)
    body += ["default:", g.t + "break;"] if g.maybe(0.4) else []
    inner = [f"switch ({state}) {{", *(g.t + b if g.maybe(1) else b for b in body), "}"]
    inner += [f"return {state};"] if ret else []
    name = g.ident("snake")
    head = (
        f"{stype} {name}({stype} {state}, {etype} {ev}) {{"
        if ret
        else f"void {name}({etype} {ev}) {{"
    )
    decl = _enum(g, stype, g.names, True)
    decl += _enum(g, etype, g.events(), True) if g.maybe(0.6) else []
    decl += [] if ret else [f"static {stype} {state} = {g.names[0]};"]
    include = ["#include <stdio.h>", ""] if g.maybe(0.3) else []
    return lines(include, g.note("//"), decl, "", block(head, inner, "}", g.t))


@form(
    "c_table",
    1,
    names="upper|pascal",
    labels="upper",
    isolated=True,
    lang="C",
    fence="c",
    kinds=MACHINE,
    **_M,
)
def c_table(g: Draft) -> str:
    """An array of {from, event, to} rows."""
    name, kind = g.ident("snake"), g.pick("transition", "rule", "row", "step", "edge_def", "arc")
    a, b, c = g.rng.choice((("from", "event", "to"), ("src", "on", "dst"), ("cur", "ev", "nxt")))
    dots = g.maybe(0.3)
    rows = [
        f"{g.t}{{ .{a} = {t}, .{b} = {e}, .{c} = {h} }}," if dots else f"{g.t}{{ {t}, {e}, {h} }},"
        for t, h, e in g.triples()
    ]
    decl = _enum(g, "state_t", g.names, True) if g.maybe(0.6) else []
    struct = [f"struct {kind} {{ int {a}; int {b}; int {c}; }};"]
    head = f"static const struct {kind} {name}[] = {{"
    return lines(g.note("/*", end=" */"), decl, struct, "", head, rows, "};")


@form(
    "go_iota",
    2,
    names="pascal|camel",
    labels="pascal|camel|snake",
    isolated=True,
    lang="Go",
    fence="go",
    kinds=MACHINE,
    **_M,
)
def go_iota(g: Draft) -> str:
    """iota constants, then a nested map or a switch."""
    g.t = "\t"
    typ, ev = g.ident("pascal"), g.pick("Event", "Signal", "Input", "Trigger", "Msg")
    strings = g.maybe(0.5)
    const = ["const (", f"\t{g.names[0]} {typ} = iota", *(f"\t{n}" for n in g.names[1:]), ")"]
    mark = (lambda e: f'"{e}"') if strings else (lambda e: e)
    head = [f"package {g.ident('flat', 1)}", ""] if g.maybe(0.4) else []
    head += [f"type {typ} int", "", *const, ""]
    if not strings:
        es = g.events()
        head += [f"type {ev} int", "", "const (", f"\t{es[0]} {ev} = iota"]
        head += [*(f"\t{e}" for e in es[1:]), ")", ""]
    key = "string" if strings else ev
    if g.maybe(0.5):
        var = g.ident("camel")
        rows: list[str] = []
        for name, out in g.groups():
            if len(out) < 3 and g.maybe(0.5):
                rows.append(f"\t{name}: {{{', '.join(f'{mark(e)}: {h}' for h, e in out)}}},")
            else:
                rows += [f"\t{name}: {{", *(f"\t\t{mark(e)}: {h}," for h, e in out), "\t},"]
        return lines(head, g.note("//"), f"var {var} = map[{typ}]map[{key}]{typ}{{", rows, "}")
    body: list[str] = []
    one = g.maybe(0.4)
    for name, out in g.groups():
        body.append(f"case {name}:")
        body += [f"\t{line}" for line in _log(g, "go")]
        if one or len(out) == 1:
            for h, e in out:
                body += [f"\tif ev == {mark(e)} {{", f"\t\treturn {h}", "\t}"]
        else:
            body.append("\tswitch ev {")
            for h, e in out:
                body += [f"\tcase {mark(e)}:", f"\t\treturn {h}"]
            body.append("\t}")
    func = f"func {g.pick('next', 'Next', 'step', 'Advance', 'handle')}(s {typ}, ev {key}) {typ} {{"
    return lines(head, func, ["\tswitch s {", *("\t" + b for b in body), "\t}", "\treturn s", "}"])


@form(
    "rust_match",
    2,
    names="pascal",
    labels="pascal",
    isolated=True,
    lang="Rust",
    fence="rust",
    kinds=MACHINE,
    **_M,
)
def rust_match(g: Draft) -> str:
    """Enums and `match (self, event)`."""
    state, event = g.pick("State", "S", "Phase", "Mode"), g.pick("Event", "E", "Input", "Cmd")
    derive = ["#[derive(Debug, Clone, Copy, PartialEq)]"] if g.maybe(0.6) else []
    enums = [*derive, *_rust_enum(g, state, g.names)]
    enums += ["", *derive, *_rust_enum(g, event, g.events())] if g.maybe(0.7) else []
    free = g.maybe(0.3)
    p = f"{state}::" if not free else ""
    q = f"{event}::" if not free else ""
    arms: list[str] = []
    if g.maybe(0.65):
        arms = [f"({p}{t}, {q}{e}) => {p}{h}," for t, h, e in g.triples()]
        arms.append(g.pick("(s, _) => s,", "_ => self,", "(other, _) => other,"))
        scrutinee = "(self, event)"
    else:
        for name, out in g.groups():
            arms += block(
                f"{p}{name} => match event {{",
                [*(f"{q}{e} => {p}{h}," for h, e in out), "_ => self,"],
                "},",
                g.t,
            )
        scrutinee = "self"
    use = [f"use {state}::*;", f"use {event}::*;", ""] if free else []
    fn = f"fn {g.pick('next', 'step', 'on_event', 'advance', 'transition')}(self, event: {event})"
    body = block(f"match {scrutinee} {{", arms, "}", g.t)
    impl = block(f"impl {state} {{", block(f"{fn} -> {state} {{", body, "}", g.t), "}", g.t)
    return lines(enums, "", use, g.note("//"), impl)


def _rust_enum(g: Draft, name: str, items: list[str]) -> list[str]:
    if g.maybe(0.5):
        return [f"enum {name} {{ {', '.join(items)} }}"]
    return block(f"enum {name} {{", [f"{i}," for i in items], "}", g.t)


@form(
    "java_switch",
    2,
    names="upper",
    labels="upper",
    isolated=True,
    lang="Java",
    fence="java",
    kinds=MACHINE,
    **_M,
)
def java_switch(g: Draft) -> str:
    """An enum and a switch, old or with arrows."""
    cls, st = g.ident("pascal"), g.pick("State", "Status", "Phase", "Mode")
    ev = g.pick("Event", "Signal", "Action", "Trigger")
    body = [f"enum {st} {{ {', '.join(g.names)} }}"]
    body += [f"enum {ev} {{ {', '.join(g.events())} }}"] if g.maybe(0.7) else []
    body += [f"private {st} state = {st}.{g.names[0]};", ""]
    new, inner = g.maybe(0.4), []
    for name, out in g.groups():
        if new:
            arms = [f"case {e} -> {st}.{h};" for h, e in out] + ["default -> state;"]
            inner += block(f"case {name} -> switch (event) {{", arms, "};", g.t)
        else:
            acts = _log(g, "java")
            for i, (h, e) in enumerate(out):
                go = f"state = {st}.{h};"
                acts.append(f"{'else ' if i else ''}if (event == {ev}.{e}) {{ {go} }}")
            inner += block(f"case {name}:", [*acts, "break;"], "", g.t)
    if new:
        inner = block("state = switch (state) {", [*inner, "default -> state;"], "};", g.t)
    else:
        inner = block("switch (state) {", inner, "}", g.t)
    fn = (
        f"{g.pick('void', 'public void', 'private void')} {g.pick('on', 'handle', 'fire', 'apply')}"
    )
    body += block(f"{fn}({ev} event) {{", inner, "}", g.t)
    return lines(
        g.note("//"),
        block(f"{g.pick('public class', 'class', 'final class')} {cls} {{", body, "}", g.t),
    )


@form(
    "java_enum_methods",
    1,
    names="upper",
    labels="camel",
    isolated=True,
    lang="Java",
    fence="java",
    kinds=MACHINE,
    **_M,
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
    **_M,
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
    **_M,
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
    **_M,
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
    **_M,
)
def js_switch(g: Draft) -> str:
    """A reducer with nested switches or ifs over strings."""
    semi = g.pick(";", ";", "")
    st, ev = g.pick("state", "current", "status", "s"), g.pick("event", "action", "type", "e")
    arms: list[str] = []
    for name, out in g.groups():
        inner: list[str] = _log(g, "js")
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
