"""Modules whose functions call each other, and files that import each other."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import form
from synthesis.code.words import remark, table

_KINDS = frozenset(
    table(
        """dependency architecture pipeline workflow org_chart data_structure network story protocol
        class_diagram cluster schedule automaton state_machine food_chain"""
    )
)
_C = {"need": "simple", "order": "grouped", "ask": "calls", "kinds": _KINDS, "limit": 16}
_I = {"need": "simple loopless", "order": "grouped", "ask": "imports", "kinds": _KINDS, "limit": 14}


def _call(g: Draft, head: str, py: bool) -> str:
    """One statement that calls a function."""
    end = "" if py else g.pick(";", ";", ";")
    arg = g.pick("", "", "x", "data", g.rng.choice("abn"), str(g.rng.randrange(100)))
    r = g.rng.random()
    if r < 0.6:
        return f"{head}({arg}){end}"
    if r < 0.8:
        var = g.pick("r", "out", "res", "tmp", "y")
        return f"{var} = {head}({arg}){end}"
    return f"return {head}({arg}){end}"


def _calls(g: Draft, heads: list[str], py: bool, noise: list[str]) -> list[str]:
    """The body of a function that calls `heads` in this order, with lines of no import."""
    body: list[str] = []
    for i, h in enumerate(heads):
        line = _call(g, h, py)
        if line.startswith("return") and i < len(heads) - 1:
            line = line[7:]
        if g.maybe(0.12):
            body.append(g.rng.choice(noise))
        if g.maybe(0.12) and not line.startswith("return"):
            cond = g.pick("ready", "ok", "n > 0", "flag", "debug")
            body += [f"if {cond}:", g.t + line] if py else [f"if ({cond}) {{ {line} }}"]
        else:
            body.append(line)
    return body


def _asked(g: Draft) -> None:
    if g.maybe(0.5):
        g.ask = "calls; " + g.pick(
            "caller to callee",
            "only functions defined here",
            "arrows from caller to callee",
            "leave library calls out",
            "one node per function, an edge for each call",
        )
    else:
        g.ask = "calls"


@form("calls_python", 3, names="snake", isolated=True, lang="Python", fence="python", **_C)
def calls_python(g: Draft) -> str:
    """Functions, or methods of one class, that call each other."""
    _asked(g)
    method, parts = g.maybe(0.25), []
    rows = g.groups(every=True)
    g.t = g.t if g.t != "\t" else "    "
    noise = [f"print({g.q(remark(g.rng))})", "log.debug(x)", "time.sleep(1)", "x = len(data)"]
    for name, out in rows:
        heads = [("self." if method else "") + h for h, _ in out]
        body = _calls(g, heads, True, noise)
        if not body:
            body = [g.pick("pass", "return 1", "return None", "...", "print('done')")]
        if g.maybe(0.1):
            body.insert(0, f'"""{remark(g.rng).capitalize()}."""')
        arg = "self" if method else g.pick("", "", "x", "data")
        parts += [*block(f"def {name}({arg}):", body, "", g.t), ""]
    if method:
        return lines(block(f"class {g.ident('pascal')}:", parts[:-1], "", g.t))
    return lines(["import logging", ""] if g.maybe(0.2) else [], parts[:-1])


@form("calls_braces", 4, names="camel|snake", isolated=True, lang="", **_C)
def calls_braces(g: Draft) -> str:
    """The same in C, JavaScript, TypeScript, Java, Rust, Kotlin, Swift, PHP, C#."""
    _asked(g)
    lang = g.rng.choice(("c", "c", "js", "ts", "java", "rust", "kotlin", "cs", "arrow", "php"))
    noise = {
        "c": ['printf("ok\\n");', "x++;"],
        "js": ["console.log(x);"],
        "ts": ["console.log(x);"],
        "java": ['System.out.println("ok");'],
        "rust": ['println!("ok");'],
        "php": ['echo "ok";'],
        "kotlin": ['println("ok");'],
        "cs": ['Console.WriteLine("ok");'],
        "arrow": ["console.log(x);"],
    }[lang]
    heads = {
        "c": g.pick("void {}(void) {{", "static int {}(int x) {{", "int {}(int n) {{"),
        "js": "function {}(x) {{",
        "ts": "function {}(x: number) {{",
        "php": "function {}() {{",
        "java": g.pick("void {}() {{", "private static void {}() {{"),
        "rust": g.pick("fn {}() {{", "pub fn {}(x: u32) {{"),
        "kotlin": "fun {}() {{",
        "cs": "static void {}() {{",
        "arrow": "const {} = (x) => {{",
    }[lang]
    parts: list[str] = []
    if lang == "c" and g.maybe(0.4):
        parts = ["#include <stdio.h>", ""]
    tail = "};" if lang == "arrow" else "}"
    for name, out in g.groups(every=True):
        body = _calls(g, [h for h, _ in out], False, noise)
        if not body and g.maybe(0.5):
            parts += [heads.format(name) + " " + tail, ""]
        elif len(body) == 1 and g.maybe(0.5):
            parts += [f"{heads.format(name)} {body[0]} {tail}"]
        else:
            parts += [*block(heads.format(name), body or noise[:1], tail, g.t), ""]
    if lang in ("java", "cs") and g.maybe(0.5):
        return lines(block(f"class {g.ident('pascal')} {{", parts, "}", g.t))
    return lines(parts).rstrip("\n")


@form("calls_other", 2, names="camel|snake", isolated=True, lang="", **_C)
def calls_other(g: Draft) -> str:
    """The same in Go, Ruby, shell, Lua, Haskell-free languages with ends."""
    _asked(g)
    lang = g.rng.choice(("go", "go", "ruby", "shell", "lua", "elixir"))
    head, tail, call = {
        "go": ("func {}() {{", "}", "{}()"),
        "ruby": ("def {}", "end", "{}"),
        "shell": ("{}() {{", "}", "{}"),
        "lua": ("local function {}()", "end", "{}()"),
        "elixir": ("def {}(x) do", "end", "{}(x)"),
    }[lang]
    g.t = "\t" if lang == "go" else "  "
    parts = ["package main", ""] if lang == "go" and g.maybe(0.4) else []
    none = {"shell": [":"], "elixir": ["x"]}.get(lang, [])
    for name, out in g.groups(every=True):
        body = [call.format(h) for h, _ in out]
        parts += [*block(head.format(name), body or none, tail, g.t), ""]
    return lines(parts[:-1])


@form("trace", 1, names="snake|camel", lang="", **_C)
def trace(g: Draft) -> str:
    """Call lists: `a() calls b()`, cscope-like, logs."""
    g.ask = "calls"
    r = g.rng.randrange(3)
    if r == 0:
        return lines([f"{t}() calls {h}()" for t, h, _ in g.triples()])
    if r == 1:
        return lines([f"{n}: {', '.join(h for h, _ in out)}" for n, out in g.groups()])
    return lines([f"[trace] {t} -> {h} ({g.rng.randrange(1, 900)} us)" for t, h, _ in g.triples()])


@form("imports_python", 3, names="snake", isolated=True, lang="Python", fence="python", **_I)
def imports_python(g: Draft) -> str:
    """Several modules in one listing: importer -> imported, project modules only."""
    noise = g.maybe(0.3)
    std = ["import os", "import re", "import json", "import logging", "from typing import Any"]
    if noise:
        g.ask = "imports; " + g.pick(
            "project modules only", "leave the standard library out", "ignore the standard library"
        )
    elif g.maybe(0.5):
        g.ask = "imports; " + g.pick(
            "arrow from importer to imported module", "importer -> imported"
        )
    ext, pkg = g.maybe(0.4), g.maybe(0.3)
    style = g.rng.randrange(4)
    dot = g.ident("flat", 1)
    parts: list[str] = []
    for name, out in g.groups(every=True):
        mark = g.pick("# ", "# ") if style != 3 else "### "
        file = name + ".py" if ext or pkg else name
        parts.append(f"{mark}{dot + '/' if pkg else ''}{file}")
        parts += [g.rng.choice(std)] if noise and g.maybe(0.6) else []
        for h, _ in out:
            parts.append(
                (
                    f"import {h}",
                    f"from {h} import {g.ident()}",
                    f"from . import {h}",
                    f"from .{h} import {g.ident('pascal')}",
                )[style if not pkg else 2]
            )
        parts.append("")
    if ext or pkg:
        g.ask = (
            "imports; "
            + g.pick(
                "nodes without .py", "name modules without path and extension", "module names only"
            )
            + (", standard library left out" if noise else "")
        )
    return lines(parts[:-1])


@form(
    "imports_js", 2, names="kebab|camel", isolated=True, lang="JavaScript", fence="javascript", **_I
)
def imports_js(g: Draft) -> str:
    """Files with import or require; node names are the files as written in the comments."""
    ext = g.pick(".js", ".ts", ".jsx", ".mjs", "")
    g.names = [n + ext for n in g.names]
    req, semi = g.maybe(0.35), g.pick(";", "")
    g.ask = "imports; " + g.pick(
        "importing file to imported file", "from importer to imported", "file -> file it imports"
    )
    parts: list[str] = []
    for name, out in g.groups(every=True):
        parts.append(f"// {name}")
        for h, _ in out:
            var = g.ident("camel")
            parts.append(
                f"const {var} = require({g.q('./' + h)}){semi}"
                if req
                else f"import {g.pick(var, '{ ' + var + ' }', '* as ' + var)} from "
                f"{g.q('./' + h)}{semi}"
            )
        parts.append("")
    return lines(parts[:-1])


@form("imports_other", 3, names="snake|flat", isolated=True, lang="", **_I)
def imports_other(g: Draft) -> str:
    """Go, Rust, Java, C headers, C#, Haskell, Ruby, Elixir."""
    lang = g.rng.choice(("go", "rust", "java", "c", "ruby", "haskell", "kotlin", "tex"))
    root = g.ident("flat", 1)
    g.ask = "imports; " + g.pick(
        "dependent -> dependency",
        "from the importing unit to the imported",
        "each unit points to what it pulls in",
    )
    parts: list[str] = []
    if lang == "c":
        g.names = [n + ".h" for n in g.names]
    if lang in ("java", "haskell", "kotlin"):
        g.names = [n.replace("_", " ").title().replace(" ", "") for n in g.names]
    for name, out in g.groups(every=True):
        heads = [h for h, _ in out]
        if lang == "go":
            parts.append(f"package {name}")
            parts += ["import (", *(f'\t"{root}/{h}"' for h in heads), ")"] if heads else []
        elif lang == "rust":
            parts += [
                f"mod {name} {{",
                *(f"    use crate::{h}::{g.ident('pascal')};" for h in heads),
                "}",
            ]
        elif lang in ("java", "kotlin"):
            end = ";" if lang == "java" else ""
            parts += [f"// {name}", *(f"import {root}.{h}{end}" for h in heads)]
        elif lang == "c":
            parts += [f"/* {name} */", *(f'#include "{h}"' for h in heads)]
        elif lang == "ruby":
            parts += [f"# {name}", *(f"require_relative '{h}'" for h in heads)]
        elif lang == "haskell":
            parts += [f"module {name} where", *(f"import {h}" for h in heads)]
        else:
            parts += [f"% {name}", *(rf"\input{{{h}}}" for h in heads)]
        parts.append("")
    return lines(parts[:-1])


@form("injection", 2, names="pascal", isolated=True, lang="", **{**_I, "ask": "services"})
def injection(g: Draft) -> str:
    """Classes that receive others in the constructor: user -> used."""
    lang = g.rng.choice(("py", "ts", "java", "cs", "kotlin", "py", "main"))
    g.ask = g.pick(
        "deps; each class points to the classes it receives",
        "services; class -> injected class",
        "deps; arrows from a class to those passed to its constructor",
    )
    low = lambda s: s[0].lower() + s[1:]  # noqa: E731
    parts: list[str] = []
    for name, out in g.groups(every=True):
        args = [(low(h), h) for h, _ in out]
        if lang == "py":
            sig = "".join(f", {a}: {h}" for a, h in args)
            body = [f"self.{a} = {a}" for a, _ in args] or ["pass"]
            parts += block(
                f"class {name}:", block(f"def __init__(self{sig}):", body, "", "    "), "", "    "
            )
        elif lang == "ts":
            sig = ", ".join(f"private {a}: {h}" for a, h in args)
            parts.append(f"class {name} {{ constructor({sig}) {{}} }}")
        elif lang == "java":
            parts += block(
                f"class {name} {{", [f"@Inject private {h} {a};" for a, h in args], "}", g.t
            )
        elif lang == "cs":
            parts.append(f"public class {name}({', '.join(f'{h} {a}' for a, h in args)}) {{ }}")
        elif lang == "kotlin":
            parts.append(f"class {name}({', '.join(f'val {a}: {h}' for a, h in args)})")
        else:
            parts.append(f"provide({name}, deps=[{', '.join(h for _, h in args)}])")
        parts += [""] if lang in ("py", "java") else []
    return lines(parts).strip("\n")
