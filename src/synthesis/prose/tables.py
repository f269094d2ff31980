# ruff: noqa: E501 (tables of phrases)
"""Tables: one edge a row, one node a row, states by events, matrices; in several table notations."""

from random import Random

from synthesis.phrasing import pick
from synthesis.prose.forms import framed
from synthesis.prose.sections import NEXT_WORDS
from synthesis.prose.sentences import prepare
from synthesis.prose.voice import LABEL, NAME, Teller, flow
from synthesis.scenario import Rendered, Scenario

Rows = list[list[str]]

HEADS = [
    ("From", "To"),
    ("from", "to"),
    ("Source", "Target"),
    ("source", "target"),
    ("Start", "End"),
    ("Tail", "Head"),
    ("src", "dst"),
    ("Origin", "Destination"),
    ("FROM", "TO"),
    ("A", "B"),
    ("Von", "Nach"),
    ("Out of", "Into"),
    ("Node", "Next"),
    ("from_node", "to_node"),
]
FAMILY_HEADS = {
    "transition": [
        ("State", "Next state"),
        ("Current state", "Next state"),
        ("current", "next"),
        ("Old state", "New state"),
        ("in state", "goes to"),
        ("Before", "After"),
    ],
    "flow": [
        ("Step", "Next step"),
        ("Step", "Next"),
        ("Activity", "Followed by"),
        ("Step", "then"),
    ],
    "send": [("Sender", "Receiver"), ("Producer", "Consumer"), ("Component", "Sends to")],
    "call": [("Caller", "Callee"), ("Client", "Server"), ("Component", "Calls")],
    "use": [("Component", "Uses"), ("Consumer", "Provider")],
    "depend": [
        ("Package", "Depends on"),
        ("module", "requires"),
        ("Module", "Imports"),
        ("target", "needs"),
        ("Package", "Dependency"),
        ("name", "depends_on"),
    ],
    "inherit": [
        ("Class", "Superclass"),
        ("Class", "Extends"),
        ("Subclass", "Base class"),
        ("class", "parent"),
    ],
    "have": [("Class", "Has"), ("Owner", "Part"), ("Whole", "Part")],
    "relate": [("Entity", "Related entity"), ("Table", "References"), ("Entity A", "Entity B")],
    "point": [("Node", "Child"), ("Parent", "Child"), ("Node", "Points to")],
    "manage": [("Manager", "Report"), ("Boss", "Employee"), ("Manager", "Direct report")],
    "report": [("Person", "Reports to"), ("Employee", "Works for"), ("name", "reports_to")],
    "parent": [("Parent", "Child"), ("Parent", "Son or daughter")],
    "eat": [("Predator", "Prey"), ("Eater", "Food"), ("animal", "eats")],
    "friend": [("Person", "Friend"), ("Person 1", "Person 2"), ("Name", "Knows")],
    "road": [("Place", "Place"), ("Town A", "Town B"), ("From", "To"), ("City", "Neighbour")],
    "link": [("End A", "End B"), ("Device", "Device"), ("Node 1", "Node 2"), ("side 1", "side 2")],
    "tell": [("Who", "Told whom"), ("Teller", "Listener"), ("Caller", "Called")],
    "travel": [("Departure", "Arrival"), ("From", "To"), ("Stop", "Next stop")],
    "people": [("Person", "Other person"), ("Who", "Whom"), ("Subject", "Object")],
    "message": [("Sender", "Recipient"), ("From", "To"), ("Source", "Destination")],
    "precede": [("Task", "Next task"), ("Before", "After"), ("First", "Then")],
    "decision": [("Question", "Next"), ("Node", "Leads to"), ("If at", "Go to")],
}
LABEL_HEADS = {
    "event": "Event; event; Trigger; On; Input; Cause; When; Signal; trigger",
    "clause": "Condition; When; If; Trigger; Event; condition",
    "token": "Input; Symbol; Event; Label; Signal; input; Trigger; Message; Key",
    "test": "Condition; Guard; If; Test; When; guard",
    "answer": "Answer; Result; If; Outcome; Branch; Decision; Condition",
    "weight": "Weight; Cost; Distance; Length; Time; weight; Value; Capacity; w",
    "verb": "Relation; Verb; How; Relationship; relation; Type; Action; Predicate",
    "pointer": "Field; Pointer; Link; Label; Side; Edge",
    "note": "Label; Note; label; Text; Multiplicity; Type; Cardinality",
}


def _cells(rows: Rows) -> Rows:
    return [[cell.replace(NAME, "").replace(LABEL, "") for cell in row] for row in rows]


def layout(rng: Random, rows: Rows) -> str | None:
    """Rows (the first one is the heading) in one notation; None where a cell needs escapes."""
    random = rng.random
    rows = _cells(rows)
    x = random()
    flat = "".join("".join(row) for row in rows)
    if x < 0.4:
        if "|" in flat:
            return None
        wide = random() < 0.4
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        if not wide:
            widths = [0] * len(widths)
        lines = [
            "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
            for row in rows
        ]
        dash = pick(random, ("---", "---", ":---", "-", ":--:"))
        rule = "|" + "|".join("-" * (w + 2) if wide else f" {dash} " for w in widths) + "|"
        if random() < 0.9:
            lines.insert(1, rule)
        return "\n".join(lines)
    if x < 0.75:
        separator = pick(random, (",", ",", ",", ";", ", ", "; ", "\t", " | ", "|"))
        bare = separator.strip() or "\t"
        if bare in flat:
            if '"' in flat or bare == "\t":
                return None
            rows = [[f'"{c}"' if bare in c else c for c in row] for row in rows]
        elif random() < 0.08 and '"' not in flat:
            rows = [[f'"{c}"' for c in row] for row in rows]
        if random() < 0.15:
            rows = rows[1:]  # no heading: the order of the columns must do
            if len(rows[0]) > 3:
                return None
        return "\n".join(separator.join(row) for row in rows)
    if "  " in flat:
        return None
    widths = [max(len(row[i]) for row in rows) + 2 for i in range(len(rows[0]))]
    lines = ["".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    if random() < 0.5:
        lines.insert(1, pick(random, ("-", "=", "-")) * (sum(widths) - 2))
    return "\n".join(lines)


def framed_table(teller: Teller, table: str, note: str = "") -> str:
    random = teller.random
    before, after = framed(teller, [], "arrow")
    if note:
        (before if random() < 0.6 else after).append(teller.sentence(note))
    head = flow(before)
    blank = pick(random, ("\n", "\n\n", "\n\n"))
    return blank.join(part for part in (head, table, flow(after)) if part)


def undirected(teller: Teller, certain: bool = False) -> str:
    """A remark that a table of pairs is meant without direction, where it is."""
    if teller.scenario.directed or (not certain and teller.random() < 0.3):
        return ""
    return pick(
        teller.random,
        (
            "the graph is undirected",
            "undirected",
            "the connections have no direction",
            "edges go both ways, so no arrows",
            "an undirected graph",
            "lines, not arrows",
            "all links are undirected",
            "the order of the two ends does not matter",
        ),
    )


def edges(rng: Random, scenario: Scenario) -> Rendered | None:
    """One edge a row: From | To | Event."""
    teller = Teller(rng, scenario)
    teller.bare = [f"{NAME}{node.name}" for node in scenario.nodes]
    teller.label_mark = ""
    prepare(teller)
    random = rng.random
    heads = pick(random, FAMILY_HEADS[teller.family] if random() < 0.6 else HEADS)
    labelled = [edge for edge in scenario.edges if edge.label is not None]
    rows = []
    empty = pick(random, ("", "-", "", "—", "(none)"))
    order = list(range(len(scenario.edges)))
    if random() < 0.12:
        rng.shuffle(order)
    teller.tell(*order)
    for edge in (scenario.edges[i] for i in order):
        row = [teller.bare[edge.tail], teller.bare[edge.head]]
        if labelled:
            row.append(empty if edge.label is None else teller.label(edge))
        rows.append(row)
    titles = list(heads)
    if labelled:
        titles.append(pick(random, LABEL_HEADS[labelled[0].sort].split("; ")))
        x = random()
        if x < 0.35:  # From, Event, To
            for row in (titles, *rows):
                row[1], row[2] = row[2], row[1]
        elif x < 0.42:  # Event, From, To
            for row in (titles, *rows):
                row.insert(0, row.pop())
    if random() < 0.1:
        titles.insert(0, pick(random, ("#", "No.", "id", "nr")))
        for number, row in enumerate(rows):
            row.insert(0, str(number + 1))
    table = layout(rng, [titles, *rows])
    if table is None:
        return None
    return teller.finish(framed_table(teller, table, undirected(teller)))


def nodes(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node a row, its targets (or, for tasks, what comes before) in a cell; other columns too."""
    teller = Teller(rng, scenario)
    teller.bare = [f"{NAME}{node.name}" for node in scenario.nodes]
    prepare(teller)
    random = rng.random
    if any(edge.label for edge in scenario.edges) or any("," in n.name for n in scenario.nodes):
        return None
    backwards = teller.family in ("precede", "flow", "manage") and random() < 0.5
    comma = pick(random, (", ", ", ", " ", "; ", " and ", "/"))
    if comma in (" ", "/") and any(comma in node.name for node in scenario.nodes):
        comma = ", "
    empty = pick(random, ("-", "", "—", "none", "(none)", "nobody" if backwards else "-"))
    rows = []
    column = pick(random, ("", "", "Owner", "Days", "Notes", "Cost", "Version", "Since"))
    for index in range(len(scenario.nodes)):
        group = [
            i
            for i, edge in enumerate(scenario.edges)
            if (edge.head if backwards else edge.tail) == index
        ]
        teller.tell(*group)
        teller.named.append(index)
        ends = [scenario.edges[i].tail if backwards else scenario.edges[i].head for i in group]
        row = [teller.bare[index], comma.join(teller.bare[i] for i in ends) or empty]
        if column:
            row.insert(1, str(1 + int(random() * 30)))
        rows.append(row)
    noun = teller.class_noun
    words = NEXT_WORDS[teller.family].split("; ")
    if backwards:
        words = {
            "manage": ["managed by", "led by", "supervised by", "headed by"],
            "precede": ["after", "waits for", "predecessors", "comes after", "start after"],
        }.get(teller.family, ["comes after", "predecessors", "after", "previous", "preceded by"])
    second = pick(random, words)
    if random() < 0.5:
        noun, second = noun[0].upper() + noun[1:], second[0].upper() + second[1:]
    titles = [noun, column, second] if column else [noun, second]
    table = layout(rng, [titles, *rows])
    if table is None or table.startswith(rows[0][0].replace(NAME, "")):
        return None  # without a heading the second column could mean anything
    return teller.finish(framed_table(teller, table, undirected(teller)))
