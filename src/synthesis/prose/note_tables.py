# ruff: noqa: E501 (tables of phrases)
"""Notes as tables with odd columns."""

from random import Random

from synthesis.phrasing import expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.note import ASK, Note, labelled, undirected
from synthesis.prose.voice import NAME, flow
from synthesis.scenario import Rendered, Scenario

# ---- Tables -------------------------------------------------------------------------------------

PAIR_HEADS = (
    ("from", "to"), ("From", "To"), ("src", "dest"), ("source", "target"), ("current", "next"), ("state", "new state"),
    ("von", "nach"), ("de", "à"), ("desde", "hasta"), ("da", "a"), ("van", "naar"), ("node", "sends to"), ("begin", "end"),
    ("Ausgang", "Ziel"), ("origen", "destino"), ("Zustand", "Folgezustand"), ("now", "then"), ("Start", "Stop"), ("departs", "arrives"),
)  # fmt: skip
BACK_HEADS = (
    ("task", "after"), ("step", "previous"), ("job", "predecessor"), ("item", "preceded by"), ("to", "from"), ("target", "source"),
    ("next", "current"), ("nach", "von"), ("receiver", "sender"), ("activity", "comes after"), ("dest", "src"), ("child", "parent"),
)  # fmt: skip
LABEL_HEADS = ("event", "label", "on", "trigger", "Ereignis", "evento", "text", "what", "via", "why", "arrow text", "edge label", "événement")  # fmt: skip
EXTRA = ("owner", "cost", "duration", "days", "prio", "since", "ticket", "rev", "page", "hours")
PEOPLE = ("mk", "jo", "tbd", "A.S.", "ops", "lee", "kim", "QA")


def grid(note: Note, rows: list[list[str]]) -> str | None:
    """Rows, the header first, in one notation; None where a cell holds the separator."""
    random = note.random
    flat = "".join("".join(row) for row in rows)
    sign = pick(random, ("|", "md", "md", ",", ", ", ";", "\t", " | ", "wide", "wide", "=>", " / "))
    if sign in ("md", "wide"):
        if ("|" if sign == "md" else "  ") in flat or (
            sign == "wide" and any("" in row for row in rows)
        ):
            return None
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        cells = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows]
        if sign == "wide":
            return "\n".join("  ".join(row).rstrip() for row in cells)
        lines = ["| " + " | ".join(row) + " |" for row in cells]
        if random() < 0.85:
            lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
        return "\n".join(lines)
    if sign == "=>":
        sign = " ; "
    if (sign.strip() or sign) in flat:
        return None
    return "\n".join(sign.join(row).rstrip(" ") for row in rows)


def columns(rng: Random, scenario: Scenario) -> Rendered | None:
    """Edges in rows, columns in any order and language, some to be ignored."""
    note = Note(rng, scenario)
    random, bare = note.random, note.bare
    name = [text.removeprefix(NAME) for text in bare]
    backwards = scenario.directed and random() < 0.4
    first, second = pick(random, BACK_HEADS if backwards else PAIR_HEADS)
    if not scenario.directed:
        first, second = pick(random, (("a", "b"), ("end 1", "end 2"), ("node", "neighbour"), ("x", "y"), ("here", "there")))  # fmt: skip
    sides = [(e.head, e.tail) if backwards else (e.tail, e.head) for e in scenario.edges]
    table = [[first, *(name[a] for a, _ in sides)], [second, *(name[b] for _, b in sides)]]
    heads: list[str] = []
    notes: list[str] = []
    if note.labelled:
        none = pick(random, ("-", "none", "-", "—"))
        word = pick(random, [w for w in LABEL_HEADS if w not in (first, second)])
        table.append([word, *(e.label or none for e in scenario.edges)])
        if random() < 0.5:
            notes.append(pick(random, ("column {w} goes on the arrow", "{w} = label", "label the edges with {w}", "{w} as edge text")).format(w=word))  # fmt: skip
    if random() < 0.3:
        word = pick(random, EXTRA)
        cells = [str(1 + int(random() * 60)) for _ in sides]
        if word in ("owner", "rev"):
            cells = [pick(random, PEOPLE) for _ in sides]
        table.append([word, *cells])
        notes.append(pick(random, ("ignore {w}", "{w} doesn't matter", "skip the {w} column", "leave out {w}", "{w} not needed in the graph")).format(w=word))  # fmt: skip
    if random() < 0.5:
        rng.shuffle(table)
    if not scenario.directed:
        heads.append(undirected(note))
    elif backwards or random() < 0.25:
        start, end = (second, first) if backwards else (first, second)
        words = ("arrow from {s} to {e}", "{s} -> {e}", "edges go from {s} to {e}", "draw {s} -> {e}")  # fmt: skip
        (heads if random() < 0.5 else notes).append(pick(random, words).format(s=start, e=end))
    text = grid(note, [list(row) for row in zip(*table, strict=True)])
    if text is None:
        return None
    note.teller.tell(*range(len(sides)))
    return note.finish(text, notes, heads)


def moves(rng: Random, scenario: Scenario) -> Rendered | None:
    """States by inputs with several targets in a cell."""
    labels = list(dict.fromkeys(edge.label for edge in scenario.edges))
    if not scenario.directed or None in labels or not 2 <= len(labels) <= 6:
        return None
    if scenario.edges[0].sort in ("weight", "verb"):
        return None
    note = Note(rng, scenario)
    random = note.random
    names = [node.name for node in scenario.nodes]
    empty = pick(random, ("-", "-", "none", ".", "/", "--"))
    comma = note.sign((", ", ",", " & ", "/") if empty != "/" else (", ", " & "), ", ")
    corner = pick(random, ("state", "Zustand", "now", "état", "estado", "q", "in"))
    rows = [[corner, *(str(label) for label in labels)]]
    for node, text in enumerate(names):
        row = [text]
        note.teller.named.append(node)
        for label in labels:
            group = [i for i, e in enumerate(scenario.edges) if (e.tail, e.label) == (node, label)]
            note.teller.tell(*group)
            row.append(comma.join(names[scenario.edges[i].head] for i in group) or empty)
        rows.append(row)
    table = grid(note, rows)
    if table is None:
        return None
    heads = [pick(random, ("rows: state, columns: input, cells: next state", "cell = where it goes", "transition table", f"next-state table, {empty} = no move", "input on the arrow, cell is the target"))]  # fmt: skip
    return note.finish(table, heads=heads)


def hosts(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node a row with its group and its targets: "host, zone, sends to"."""
    if not scenario.clusters or not scenario.directed or labelled(scenario):
        return None
    note = Note(rng, scenario)
    random, names = note.random, [node.name for node in scenario.nodes]
    zone = {i: c.label for c in scenario.clusters for i in c.members}
    comma = note.sign((", ", " + ", " & ", " "), ", ")
    word = pick(random, ("zone", "group", "area", "team", "layer", "box"))
    rows = [[pick(random, ("host", "name", "node", "item")), word, pick(random, ("sends to", "to", "targets", "talks to", "next"))]]  # fmt: skip
    order = [i for c in scenario.clusters for i in c.members]
    order = [i for i in range(len(names)) if i not in zone] + order
    for node in order:
        group = [i for i, e in enumerate(scenario.edges) if e.tail == node]
        note.teller.tell(*group)
        note.teller.named.append(node)
        heads = comma.join(names[scenario.edges[i].head] for i in group)
        rows.append([names[node], zone.get(node, "-"), heads or "-"])
    table = grid(note, rows)
    if table is None:
        return None
    rule = pick(random, (f"one cluster per {word}", f"{word} = cluster", f"box around each {word}", f"cluster by {word}"))  # fmt: skip
    if any(node.attrs or node.label for node in scenario.nodes) or scenario.attrs:
        return None
    if any(edge.attrs for edge in scenario.edges):
        return None
    ask = expand(random, ASK, {"D": "graph"}).strip()
    x = random()
    parts = [f"{ask}, {rule}:", table] if x < 0.4 else [table, f"{rule}; {ask}"] if x < 0.7 else [f"{rule}:", table]  # fmt: skip
    return note.teller.finish(pick(random, ("\n", "\n\n")).join(parts))


def references(rng: Random, scenario: Scenario) -> Rendered | None:
    """A table of foreign keys: "table, column, references", the column being the label or not."""
    if not scenario.directed or any(node.label for node in scenario.nodes):
        return None
    note = Note(rng, scenario)
    random, names = note.random, [node.name for node in scenario.nodes]
    labelled = [edge.label is not None for edge in scenario.edges]
    if any(labelled) and not (all(labelled) and scenario.edges[0].sort in ("token", "pointer")):
        return None
    rows = [list(pick(random, (("table", "column", "references"), ("table", "fk", "ref table"), ("Tabelle", "Spalte", "verweist auf"), ("entity", "field", "points to"), ("tabla", "columna", "referencia"))))]  # fmt: skip
    for edge in scenario.edges:
        column = edge.label or names[edge.head].replace(" ", "_").lower() + pick(random, ("_id", "_fk", "_no"))  # fmt: skip
        rows.append([names[edge.tail], column, names[edge.head]])
    head = pick(random, ("column name on the arrow", f"label = {rows[0][1]}", f"{rows[0][1]} on the edge") if any(labelled) else ("no labels", "leave the column names out", f"ignore {rows[0][1]}", "arrows without text", "bare arrows"))  # fmt: skip
    order = pick(random, ((0, 1, 2), (0, 1, 2), (0, 2, 1), (1, 0, 2)))
    table = grid(note, [[row[i] for i in order] for row in rows])
    if table is None:
        return None
    note.teller.tell(*range(len(scenario.edges)))
    way = pick(random, ("arrow from table to referenced table", "fk side -> referenced side", ""))
    heads = [text for text in (way if rows[0][0] == "table" else "", head) if text]
    return note.finish(table, heads=heads) if random() < 0.6 else note.finish(table, heads)


def schedule(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node a row with what comes before it (or its boss), and columns to ignore."""
    if not scenario.directed or labelled(scenario) or any(n.label for n in scenario.nodes):
        return None
    note = Note(rng, scenario)
    random, names = note.random, [node.name for node in scenario.nodes]
    single = all(sum(e.head == i for e in scenario.edges) <= 1 for i in range(len(names)))
    comma = note.sign((", ", ",", " + ", " & ", " "), ", ")
    empty = pick(random, ("-", "-", "none", "--", "n/a"))
    word, extra, before, ways = pick(random, (
        ("task", "duration", "after", ("arrow from earlier to later task", "predecessor -> task", "")),
        ("job", "hours", "waits for", ("arrow = must be done before", "arrow from the awaited job to the waiting one")),
        ("Vorgang", "Dauer", "Vorgänger", ("predecessor to successor", "Vorgänger -> Vorgang", "")),
        ("activity", "days", "predecessors", ("from predecessor to activity", "")),
        ("step", "min", "only after", ("earlier -> later", "arrows in order of time", "")),
    ))  # fmt: skip
    if single and random() < 0.5:
        word, extra, before, ways = pick(random, (
            ("name", "title", "boss", ("boss -> report", "arrow from boss to employee", "arrows downwards, from boss")),
            ("who", "room", "manager", ("manager -> person", "arrow from manager down")),
            ("item", "page", "parent", ("parent -> child", "arrow from parent to child")),
        ))  # fmt: skip
    rows = [[word, extra, before]]
    for node, name in enumerate(names):
        group = [i for i, e in enumerate(scenario.edges) if e.head == node]
        note.teller.tell(*group)
        note.teller.named.append(node)
        cell = pick(random, PEOPLE) if extra == "title" else f"{1 + int(random() * 40)}"
        ends = comma.join(names[scenario.edges[i].tail] for i in group)
        rows.append([name, cell, ends or empty])
    order = pick(random, ((0, 1, 2), (0, 2, 1), (0, 2), (0, 2), (1, 0, 2)))
    table = grid(note, [[row[i] for i in order] for row in rows])
    if table is None:
        return None
    remarks = [text for text in (pick(random, ways),) if text]
    if 1 in order and random() < 0.5:
        remarks.append(pick(random, (f"{extra} not needed", f"ignore {extra}", f"no {extra} in the graph")))  # fmt: skip
    return note.finish(table, heads=remarks) if random() < 0.5 else note.finish(table, remarks)


def two_tables(rng: Random, scenario: Scenario) -> Rendered | None:
    """A table of nodes with their labels and one of edges."""
    if not all(node.label for node in scenario.nodes) or scenario.clusters:
        return None
    note = Note(rng, scenario)
    random = note.random
    name = [node.name for node in scenario.nodes]
    first = [list(pick(random, (("id", "label"), ("key", "text"), ("id", "caption"), ("node", "label"))))]  # fmt: skip
    first += [[node.name, str(node.label)] for node in scenario.nodes]
    second = [list(pick(random, (("from", "to", "label"), ("src", "dst", "text"), ("a", "b", "label"))))]  # fmt: skip
    second += [[name[e.tail], name[e.head], e.label or "-"] for e in scenario.edges]
    if not note.labelled:
        second = [row[:2] for row in second]
    tables = [grid(note, first), grid(note, second)]
    if None in tables:
        return None
    note.teller.named += range(len(name))
    note.teller.tell(*range(len(scenario.edges)))
    after = framed(note.teller, [], "arrow", bare=True)[1]
    kind = "" if scenario.directed else undirected(note)
    ask = expand(random, ASK, {"D": "graph"}).strip() if random() < 0.5 else ""
    titles = pick(random, (("nodes", "edges"), ("", ""), ("NODES", "EDGES"), ("# nodes", "# edges")))  # fmt: skip
    parts = [", ".join(filter(None, (ask, kind)))]
    for title, table in zip(titles, tables, strict=True):
        parts.append(f"{title}\n{table}" if title else str(table))
    return note.teller.finish("\n\n".join(part for part in (*parts, flow(after)) if part))
