"""State machines in functional and logic languages, and automata as tables."""

from synthesis.code.draft import Draft, block, lines
from synthesis.code.kit import MACHINE, form

_M = {"need": "deterministic", "invent": True, "ask": "machine", "kinds": MACHINE}


@form(
    "haskell",
    1.5,
    names="pascal",
    labels="pascal",
    order="grouped",
    isolated=True,
    lang="Haskell",
    fence="haskell",
    **_M,
)
def haskell(g: Draft) -> str:
    """Data declarations and function equations."""
    st, ev = g.pick("State", "S", "Phase", "Mode"), g.pick("Event", "E", "Input", "Signal")
    fn = g.pick("step", "next", "transition", "delta", "advance", g.ident("camel"))
    derive = g.pick("", " deriving (Show, Eq)", " deriving (Eq, Show, Enum)")
    head = [f"data {st} = {' | '.join(g.names)}{derive}"]
    head += [f"data {ev} = {' | '.join(g.events())}{derive}"] if g.maybe(0.7) else []
    eqs = [f"{fn} {t} {e} = {h}" for t, h, e in g.triples()]
    eqs.append(g.pick(f"{fn} s _ = s", f"{fn} state _ = state"))
    if g.maybe(0.25):
        arms = [f"  ({t}, {e}) -> {h}" for t, h, e in g.triples()]
        eqs = [f"{fn} s e = case (s, e) of", *arms, "  _ -> s"]
    return lines(head, "", f"{fn} :: {st} -> {ev} -> {st}", eqs)


@form(
    "ocaml",
    1,
    names="pascal",
    labels="pascal",
    order="grouped",
    isolated=True,
    lang="OCaml",
    fence="ocaml",
    **_M,
)
def ocaml(g: Draft) -> str:
    """Variants and a match over a pair, in OCaml, F# or Scala."""
    fn, r = g.ident("snake", 1), g.rng.random()
    if r < 0.5:
        head = f"type state = {' | '.join(g.names)}"
        arms = [f"  | {t}, {e} -> {h}" for t, h, e in g.triples()]
        return lines(
            head, "", f"let {fn} state event =", "  match state, event with", arms, "  | s, _ -> s"
        )
    arms = [f"case ({t}, {e}) => {h}" for t, h, e in g.triples()] + ["case (s, _) => s"]
    head = [f"case object {n} extends State" for n in g.names]
    head = head if g.maybe(0.5) else [f"enum State {{ case {', '.join(g.names)} }}"]
    return lines(
        head, "", block(f"def {fn}(s: State, e: Event): State = (s, e) match {{", arms, "}", "  ")
    )


@form(
    "erlang",
    1.5,
    names="snake",
    labels="snake",
    order="grouped",
    lang="Erlang",
    fence="erlang",
    **_M,
)
def erlang(g: Draft) -> str:
    """gen_statem state functions."""
    parts: list[str] = []
    head = [f"-module({g.ident()}).", "-behaviour(gen_statem).", ""] if g.maybe(0.5) else []
    kind = g.pick("cast", "{call, From}", "_", "info")
    for name, out in g.groups():
        clauses = [f"{name}({kind}, {e}, Data) ->\n    {{next_state, {h}, Data}}" for h, e in out]
        if g.maybe(0.3):
            clauses.append(f"{name}(_, _, Data) ->\n    {{keep_state, Data}}")
        parts += [";\n".join(clauses) + ".", ""]
    return lines(head, g.note("%%"), parts[:-1])


@form(
    "elixir",
    1.5,
    names="snake",
    labels="snake",
    order="grouped",
    lang="Elixir",
    fence="elixir",
    **_M,
)
def elixir(g: Draft) -> str:
    """Clauses over atoms."""
    fn = g.pick("next", "transition", "step", "handle", g.ident())
    style = g.rng.randrange(3)
    rows = []
    for t, h, e in g.triples():
        rows.append(
            (
                f"def {fn}(:{t}, :{e}), do: :{h}",
                f"def {fn}({{:{t}, :{e}}}), do: {{:ok, :{h}}}",
                f"def {fn}(:{t}, :{e}), do: {{:ok, :{h}}}",
            )[style]
        )
    rows += [f"def {fn}(state, _), do: state"] if g.maybe(0.4) and style == 0 else []
    return lines(block(f"defmodule {g.ident('pascal')} do", rows, "end", "  "))


@form("prolog", 1.5, names="snake", labels="snake", lang="Prolog", fence="prolog", **_M)
def prolog(g: Draft) -> str:
    """transition(From, Event, To) facts."""
    fact = g.pick("transition", "trans", "arc", "move", "delta", "next_state", "rule")
    late = g.maybe(0.3)
    rows = [
        f"{fact}({t}, {h}, {e})." if late else f"{fact}({t}, {e}, {h})." for t, h, e in g.triples()
    ]
    comment = [f"% {fact}(From, {'To, Event' if late else 'Event, To'})"]
    head = comment if late or g.maybe(0.4) else []
    head += [f"initial({g.names[0]})."] if g.maybe(0.3) else []
    return lines(head, rows)


@form("lisp", 1.5, names="kebab", labels="kebab", order="grouped", lang="Lisp", fence="lisp", **_M)
def lisp(g: Draft) -> str:
    """Association lists, case forms, or Clojure maps."""
    r = g.rng.random()
    if r < 0.4:
        rows = []
        for name, out in g.groups():
            rows.append(f"({name} {' '.join(f'({e} . {h})' for h, e in out)})")
        rows = [(" " * 4 if i else "  '(") + row for i, row in enumerate(rows)]
        return lines(
            g.note(";;"), f"(defparameter *{g.ident('kebab')}*", rows[:-1], rows[-1] + "))"
        )
    if r < 0.7:
        rows = [
            f"   :{name} {{{' '.join(f':{e} :{h}' for h, e in out)}}}" for name, out in g.groups()
        ]
        rows[0] = "  {" + rows[0][3:]
        return lines(f"(def {g.ident('kebab')}", rows[:-1], rows[-1] + "})")
    rows = []
    for name, out in g.groups():
        rows.append(
            f"    (({name}) (case event {' '.join(f'(({e}) (quote {h}))' for h, e in out)}))"
        )
    return lines(
        f"(define ({g.ident('kebab')} state event)", "  (case state", rows[:-1], rows[-1] + "))"
    )


@form(
    "transition_matrix",
    1.5,
    names="pascal|upper|id|keep",
    labels="id|snake|keep|upper",
    order="grouped",
    lang="",
    **{**_M, "ask": "automaton"},
)
def transition_matrix(g: Draft) -> str | None:
    """A table of next states: rows are states, columns are inputs."""
    events = g.events()
    if len(events) > 6:
        return None
    none = g.pick("-", "", ".", "—", "–") if g.maybe(0.7) else "-"
    cells = [[""] * len(events) for _ in g.names]
    for t, h, e in g.edges:
        cells[t][events.index(e)] = g.names[h]
    rank = {e: i for i, e in enumerate(events)}
    g.edges.sort(key=lambda e: (e[0], rank[e[2]]))
    head = [g.pick("state", "", "from", "q"), *events]
    rows = [
        [n, *(c or none for c in row)] for n, row in zip(g.names, cells, strict=True) if any(row)
    ]
    r = g.rng.random()
    if r < 0.5:
        bar = "|" + "|".join("---" for _ in head) + "|"
        show = ["| " + " | ".join(row) + " |" for row in [head, *rows]]
        return lines(show[0], bar, show[1:])
    if none == "" and r > 0.7:
        return None
    if r < 0.7:
        sep = g.pick(",", ";", "\t")
        return lines([sep.join(row) for row in [head, *rows]])
    widths = [max(len(row[i]) for row in [head, *rows]) + 2 for i in range(len(head))]
    return lines(
        [
            "".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in [head, *rows]
        ]
    )


@form(
    "delta_equations",
    1.5,
    names="id|snake|pascal",
    labels="id|snake|flat",
    order="grouped",
    **{**_M, "ask": "automaton"},
)
def delta_equations(g: Draft) -> str:
    """δ(q0, a) = q1 and arrows, as in lecture notes."""
    d = g.pick("δ", "delta", "d", "T", "move", "f")
    style = g.rng.randrange(4)
    rows = []
    for t, h, e in g.triples():
        rows.append(
            (f"{d}({t}, {e}) = {h}", f"{t} --{e}--> {h}", f"{t} -{e}-> {h}", f"({t}, {e}) -> {h}")[
                style
            ]
        )
    head = []
    if g.maybe(0.3):
        head = [f"{g.pick('start', 'initial', 'Start state')}: {g.names[0]}"]
        head += [f"{g.pick('alphabet', 'inputs')}: {', '.join(g.events())}"] if g.maybe(0.5) else []
    if g.maybe(0.2):
        return lines(head, ", ".join(rows))
    return lines(head, rows)


@form("event_table", 1, names="keep|snake|upper|pascal", labels="keep|snake|upper", lang="", **_M)
def event_table(g: Draft) -> str:
    """From / event / to as a table of characters, CSV or Markdown."""
    a, b, c = g.rng.choice(
        (
            ("From", "Event", "To"),
            ("State", "Input", "Next state"),
            ("source", "trigger", "target"),
            ("Current", "On", "Next"),
            ("from", "event", "to"),
            ("Start", "Signal", "End"),
        )
    )
    order = g.rng.choice(((0, 1, 2), (0, 2, 1), (1, 0, 2)))
    rows = [[a, b, c]] + [[t, e, h] for t, h, e in g.triples()]
    rows = [[row[i] for i in order] for row in rows]
    r = g.rng.random()
    if r < 0.4:
        return lines(
            "| " + " | ".join(rows[0]) + " |",
            "|---|---|---|",
            ["| " + " | ".join(row) + " |" for row in rows[1:]],
        )
    if r < 0.7:
        sep = g.pick(",", ",", ";", "\t", ", ")
        return lines([sep.join(row) for row in rows])
    widths = [max(len(row[i]) for row in rows) + 2 for i in range(3)]
    show = ["".join(x.ljust(w) for x, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return lines(show[0], ["-" * sum(widths)] if g.maybe(0.5) else [], show[1:])


@form(
    "guarded_rows",
    1.5,
    names="pascal|snake|upper",
    labels="snake|camel",
    order="free",
    lang="",
    **_M,
)
def guarded_rows(g: Draft) -> str:
    """Rows with guards and actions, in UML's `event [guard] / action`."""
    edges, rows = [], []
    style = g.rng.randrange(3)
    for t, h, e in g.edges:
        label = e
        guard = g.ident("snake") if g.maybe(0.5) else ""
        act = g.ident("camel") + "()" if g.maybe(0.4) else ""
        if guard and g.maybe(0.3):
            guard += g.pick(" > ", " < ", " == ") + str(g.rng.randrange(100))
        label += f" [{guard}]" if guard else ""
        label += f" / {act}" if act else ""
        a, b = g.names[t], g.names[h]
        edges.append((t, h, label))
        rows.append(
            (f"{a} -> {b} : {label}", f"{a} --> {b}: {label}", f"{a} -> {b} on {label}")[style]
        )
    g.edges = edges
    return lines(rows)
