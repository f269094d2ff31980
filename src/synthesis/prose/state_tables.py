"""Tables of states by inputs, and matrices of nodes by nodes."""

from random import Random

from synthesis.phrasing import pick
from synthesis.prose.sentences import prepare
from synthesis.prose.tables import framed_table, layout, undirected
from synthesis.prose.voice import NAME, Teller
from synthesis.scenario import Rendered, Scenario

MARKS = (
    ("0", "1"),
    ("0", "1"),
    ("-", "x"),
    (".", "x"),
    ("no", "yes"),
    ("", "X"),
    ("", "✓"),
    ("-", "1"),
)
READINGS = (
    "rows are sources, columns are targets",
    "row points to column",
    "adjacency matrix",
    "from row to column",
    "an entry means an arrow from the row to the column",
    "read it from row to column",
    "adjacency matrix of a directed graph, row to column",
)


def transitions(rng: Random, scenario: Scenario) -> Rendered | None:
    """Nodes as rows, labels as columns, targets in the cells."""
    names = [node.name for node in scenario.nodes]
    labels = list(dict.fromkeys(edge.label for edge in scenario.edges))
    cells = {(edge.tail, edge.label): edge.head for edge in scenario.edges}
    if None in labels or len(cells) < len(scenario.edges) or len(labels) > 6:
        return None
    if not scenario.directed or len(labels) < 2 or scenario.edges[0].sort in ("weight", "verb"):
        return None
    teller = Teller(rng, scenario)
    teller.bare = [f"{NAME}{name}" for name in names]
    prepare(teller)
    random = rng.random
    empty = pick(random, ("", "-", "—", "", "·", "–", "x" if "x" not in names else "-"))
    corner = pick(
        random, ("", teller.class_noun, teller.class_noun.capitalize(), "State", "in \\ on")
    )
    every = random() < 0.7
    rows = []
    columns: list[str] = [str(label) for label in labels]
    for index in range(len(names)):
        own = [label for label in labels if (index, label) in cells]
        if not own and not every:
            continue
        teller.named.append(index)
        for label in own:
            teller.order += [
                i
                for i, edge in enumerate(scenario.edges)
                if edge.tail == index and edge.label == label
            ]
        rows.append(
            [names[index]]
            + [names[cells[index, label]] if (index, label) in cells else empty for label in labels]
        )
    table = layout(rng, [[corner, *columns], *rows])
    if table is None or (corner and corner not in table) or columns[0] not in table.split("\n")[0]:
        return None
    note = pick(
        random,
        (
            "",
            "",
            "rows are states, columns are events",
            "each cell is the next state",
            "the columns are the inputs",
            "row: where we are, column: what happens, cell: where we go",
        ),
    )
    return teller.finish(framed_table(teller, table, note))


def matrix(rng: Random, scenario: Scenario) -> Rendered | None:
    """An adjacency matrix of 0 and 1, crosses or weights; rows are tails."""
    count = len(scenario.nodes)
    cells = {(edge.tail, edge.head): edge for edge in scenario.edges}
    weights = all(edge.sort == "weight" and edge.label for edge in scenario.edges)
    if count > 7 or len(cells) < len(scenario.edges):
        return None
    if not weights and any(edge.label for edge in scenario.edges):
        return None
    teller = Teller(rng, scenario)
    names = [node.name for node in scenario.nodes]
    teller.bare = [f"{NAME}{name}" for name in names]
    prepare(teller)
    random = rng.random
    zero, one = pick(random, MARKS)
    if weights and zero == "no":
        zero = "-"
    rows = []
    teller.named += range(count)
    for tail in range(count):
        row = [names[tail]]
        for head in range(count):
            edge = cells.get((tail, head))
            if edge is None and not scenario.directed:
                edge = cells.get((head, tail))
            row.append(zero if edge is None else (edge.label or one))
        rows.append(row)
    # Without direction each edge is read where it first appears: in the upper triangle.
    teller.order = sorted(
        range(len(scenario.edges)),
        key=lambda i: (
            (scenario.edges[i].tail, scenario.edges[i].head)
            if scenario.directed
            else tuple(sorted((scenario.edges[i].tail, scenario.edges[i].head)))
        ),
    )
    corner = pick(random, ("", "", "to", "from\\to")) if scenario.directed else ""
    table = layout(rng, [[corner, *names], *rows])
    if table is None or names[-1] not in table.split("\n")[0]:
        return None
    note = undirected(teller, certain=True) or pick(random, READINGS)
    rendered = teller.finish(framed_table(teller, table, note))
    if rendered and not scenario.directed:
        for edge in rendered.scenario.edges:  # read from the upper triangle
            if edge.tail > edge.head:
                edge.tail, edge.head = edge.head, edge.tail
    return rendered
