"""State charts as text, and the diagrams of Mermaid."""

from synthesis.code.draft import Draft, lines, order_by
from synthesis.code.kit import MACHINE, form
from synthesis.code.words import join, words

TREES = frozenset({"class_diagram", "org_chart", "genealogy", "data_structure", "er_diagram"})


@form(
    "smcat",
    4,
    names="snake|id|camel|keep",
    labels="keep|snake|camel",
    lang="state-machine-cat",
    fence="smcat",
    need="",
    invent=True,
    ask="machine",
    kinds=MACHINE,
)
def smcat(g: Draft) -> str | None:
    """`a => b: event;` with pseudo states and declared states."""
    if any(c in n for n in g.names + g.events() for c in ":#&/[]"):
        return None

    def show(n: str) -> str:
        return n if n.replace("_", "a").isalnum() else f'"{n}"'

    arrow = g.pick("=>", "=>", "->", "=>>")
    guard = g.maybe(0.15)
    head, edges = [], list(g.edges)
    names = list(g.names)
    if g.maybe(0.4) and "initial" not in g.taken:
        start = len(names)
        names.append(g.pick("initial", "initial", "start_initial"))
        edges.insert(0, (start, g.rng.choice(edges)[0], ""))
    if g.maybe(0.3) and "final" not in g.taken:
        end = len(names)
        names.append("final")
        edges.append((g.rng.choice(edges)[1], end, ""))
    if g.maybe(0.3) and not guard:
        head = [", ".join(show(n) for n in names) + ";", ""]
    rows, shown = [], []
    for t, h, e in edges:
        label = e
        if e and guard and g.maybe(0.5):
            label += f" [{g.ident('snake')}]"
        if label and g.maybe(0.05):
            label += f"/ {g.ident('snake')}"
        shown.append((t, h, label))
        rows.append(f"{show(names[t])} {arrow} {show(names[h])}{': ' + label if label else ''};")
    g.names, g.edges, g.labels = names, shown, [""] * len(names)
    return lines(head, rows)


@form(
    "mermaid_state",
    2.5,
    names="pascal|camel|snake|id",
    labels="keep|snake|camel",
    lang="Mermaid",
    fence="mermaid",
    ask="machine",
    kinds=MACHINE,
)
def mermaid_state(g: Draft) -> str | None:
    """stateDiagram-v2."""
    if any(":" in e for e in g.events()):
        return None
    pad = g.pick("    ", "  ", "")
    colon = g.pick(" : ", ": ", " :")
    rows = [f"{pad}{t} --> {h}{colon + e if e else ''}" for t, h, e in g.triples()]
    head = [g.pick("stateDiagram-v2", "stateDiagram-v2", "stateDiagram")]
    head += [f"{pad}direction {g.pick('LR', 'TB')}"] if g.maybe(0.2) else []
    if g.maybe(0.3):  # pseudo states mark start and end; they are no nodes
        head.append(f"{pad}[*] --> {g.names[g.edges[0][0]]}")
        rows += [f"{pad}{g.names[g.edges[-1][1]]} --> [*]"] if g.maybe(0.4) else []
        if g.maybe(0.6):
            g.ask = g.pick(
                "machine; leave [*] out",
                "machine; without the [*] pseudo states",
                "machine; real states only, no [*]",
            )
    return lines(head, rows)


@form(
    "mermaid_flow",
    3,
    names="id|letter|pascal|snake",
    labels="keep|spaced",
    keyed=True,
    lang="Mermaid",
    fence="mermaid",
    ask="flow",
)
def mermaid_flow(g: Draft) -> str | None:
    """flowchart with bare ids, or ids with labels in their first use."""
    if any(":" in e or "#" in e for e in g.events()):
        return None
    key_labels(g)
    marks = g.rng.choice(
        (("[", "]"), ("[", "]"), ("(", ")"), ("{", "}"), ("([", "])"), ('["', '"]'))
    )
    seen: set[int] = set()

    def show(i: int) -> str:
        if i in seen or not g.labels[i]:
            return g.names[i]
        seen.add(i)
        return g.names[i] + marks[0] + g.labels[i] + marks[1]

    pad, pipe = g.pick("    ", "  "), g.maybe(0.7)
    head = [f"{g.pick('graph', 'flowchart')} {g.pick('TD', 'LR', 'TB', 'RL', 'BT')}"]
    if g.maybe(0.2) and any(g.labels):
        head += [pad + show(i) for i in range(len(g.names))]
    link = g.pick("-->", "-->", "-->", "==>", "-.->")
    rows = []
    for t, h, e in g.edges:
        arrow = (
            f" {link} " if not e else f" {link}|{e}| " if pipe or link != "-->" else f" -- {e} --> "
        )
        tail = show(t)
        rows.append(f"{pad}{tail}{arrow}{show(h)}{';' if g.maybe(0.02) else ''}")
    if len(head) == 1:  # labels stand where a node is first used
        order_by(g, list(dict.fromkeys(i for e in g.edges for i in e[:2])))
    return lines(head, rows)


def key_labels(g: Draft) -> None:
    """Give nodes keys (A, B, n1) and make their names the labels, half of the time."""
    if any(g.labels) or g.maybe(0.4) or g.style == "letter":
        return
    style = g.rng.randrange(3)
    keys = [
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26]
            if style == 0 and len(g.names) <= 26
            else f"{'n' if style == 1 else 's'}{i + 1}"
        )
        for i in range(len(g.names))
    ]
    shape = g.pick("title", "sentence", "keep")
    g.labels = [n if shape == "keep" else join(words(n) or [n], shape) for n in g.names]
    g.names = keys


@form(
    "mermaid_class",
    3,
    names="pascal",
    labels="spaced|snake|camel",
    isolated=False,
    lang="Mermaid",
    fence="mermaid",
    ask="classes",
    kinds=TREES,
    need="loopless",
)
def mermaid_class(g: Draft) -> str:
    """classDiagram; inheritance is written parent <|-- child, drawn child -> parent."""
    inherit = not any(g.events())
    rows = []
    for t, h, e in g.triples():
        if inherit:
            rows.append(f"    {h} <|-- {t}")
        else:
            rows.append(
                f"    {t} {g.pick('-->', '-->', 'o--', '*--', '..>')} {h}"
                + (f" : {e}" if e else "")
            )
    if inherit:
        g.ask = g.pick(
            "classes; arrows from subclass to superclass",
            "classes; each child points to its parent",
        )
    else:
        g.ask = "classes; one arrow per relation, left to right"
    body = []
    if g.maybe(0.3):
        for n in g.names[:3]:
            body += [f"    class {n} {{", f"        +{g.ident('camel')}()", "    }"]
    return lines("classDiagram", body, rows)


@form(
    "mermaid_er",
    1.5,
    names="upper|pascal|snake",
    labels="spaced|snake|kebab",
    lang="Mermaid",
    fence="mermaid",
    ask="er",
    kinds=frozenset({"er_diagram", "class_diagram"}),
    need="loopless",
    invent=True,
    must=True,
)
def mermaid_er(g: Draft) -> str:
    """erDiagram with crow's feet; drawn left to right."""
    rows = []
    for t, h, e in g.triples():
        feet = g.pick("||--o{", "||--|{", "}o--||", "||--||", "}|..|{", "|o--o{")
        rows.append(f"    {t} {feet} {h} : {e if ' ' not in e else chr(34) + e + chr(34)}")
    return lines("erDiagram", rows)
