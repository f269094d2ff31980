"""State machines as switch statements and enums in the C family."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form
from synthesis.code.words import remark

M = {"need": "deterministic", "invent": True, "order": "grouped", "ask": "machine"}


def log(g: Draft, style: str) -> list[str]:
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
    **M,
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
        inner: list[str] = log(g, "c")
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
    **M,
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
    **M,
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
        body += [f"\t{line}" for line in log(g, "go")]
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
    **M,
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
    **M,
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
            acts = log(g, "java")
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
