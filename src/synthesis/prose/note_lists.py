# ruff: noqa: E501 (tables of phrases)
"""Notes as short lists: numbered steps, facts, items, keys with labels, pairs, groups."""

from itertools import pairwise
from random import Random

from synthesis.phrasing import expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.note import ASK, Note, end, labelled, undirected, without_looks
from synthesis.prose.voice import LABEL, flow
from synthesis.scenario import Rendered, Scenario

# ---- Lists --------------------------------------------------------------------------------------


def _trail(scenario: Scenario) -> list[int] | None:
    """An order of all nodes in which each leads to the next, or None."""
    count = len(scenario.nodes)
    nexts: dict[int, list[int]] = {i: [] for i in range(count)}
    for edge in scenario.edges:
        nexts[edge.tail].append(edge.head)
    budget = [60]

    def walk(path: list[int]) -> list[int] | None:
        budget[0] -= 1
        if len(path) == count:
            return path
        for head in nexts[path[-1]]:
            if head not in path and budget[0] > 0:
                found = walk([*path, head])
                if found:
                    return found
        return None

    return walk([0]) or walk([scenario.edges[-1].tail])


NEXT = ("each one follows the previous", "each step leads to the next", "in sequence", "one after the other", "arrow from each to the next", "every item -> next item", "consecutive numbers are connected", "straight through")  # fmt: skip
JUMP = ("{a} also goes to {b}", "also {a} -> {b}", "{a} can go to {b} too", "extra arrow {a} -> {b}", "plus {a} to {b}")  # fmt: skip
JUMP_L = ('also {a} -> {b} "{l}"', "{a} -> {b} labelled {l}", "extra arrow {a} to {b}: {l}", "from {a} to {b} ({l})")  # fmt: skip


def numbered(rng: Random, scenario: Scenario) -> Rendered | None:
    """Numbered steps, each following the previous, and what differs from that."""
    if not scenario.directed or any(n.name[:1].isdigit() or n.label for n in scenario.nodes):
        return None
    trail = _trail(scenario)
    if trail is None or len(trail) < 3:
        return None
    note = Note(rng, scenario)
    random, bare = note.random, note.bare
    place = {node: i + 1 for i, node in enumerate(trail)}
    told: list[int] = []
    labels, jumps = [], []
    jump, jump_l = pick(random, JUMP), pick(random, JUMP_L)
    inline = random() < 0.6
    said = [""] * len(trail)
    for a, b in pairwise(trail):
        index = next(i for i, e in enumerate(scenario.edges) if (e.tail, e.head) == (a, b))
        label = scenario.edges[index].label
        told.append(index)
        if label and inline:
            said[place[a] - 1] = f" -- {LABEL}{label} -->"
        elif label:
            labels.append(f"{place[a]} to {place[b]}: {LABEL}{label}")
    for index, edge in enumerate(scenario.edges):
        if index not in told:
            a, b = place[edge.tail], place[edge.head]
            if edge.label is None:
                jumps.append(jump.format(a=a, b=b))
            elif b < a and edge.sort == "answer" and random() < 0.6:
                jumps.append(f"after {a} back to {b} if {LABEL}{edge.label}")
            else:
                jumps.append(jump_l.format(a=a, b=b, l=LABEL + edge.label))
            told.append(index)
    if len(jumps) > 5:
        return None
    note.teller.named += trail
    note.teller.tell(*told)
    mark = pick(random, ("{}. ", "{}) ", "{} ", "({}) ", "{}: ", "{} - ", "#{} "))
    lines = [mark.format(place[i]) + bare[i] + said[place[i] - 1] for i in trail]
    notes = []
    if labels:
        words = pick(random, ("labels: ", "on the arrows: ", "with labels "))
        notes.append(words + pick(random, ("; ", ", ")).join(labels))
    rule = pick(random, NEXT)
    heads = [rule] if random() < 0.5 else []
    return note.finish("\n".join(lines), [*([] if heads else [rule]), *notes, *jumps], heads)


VERB_HEADS = ("verb = label", "the verb goes on the arrow", "label = the verb", "subject verb object, verb as edge label", "arrow from subject to object, labelled with the verb", "facts, one arrow each, verb on it")  # fmt: skip
BULLETS = ("- ", "* ", "", "• ", "[ ] ", "- [ ] ", "+ ", "> ")


def facts(rng: Random, scenario: Scenario) -> Rendered | None:
    """ "- Author writes Book", with the verb as label."""
    if any(edge.sort != "verb" or not edge.label for edge in scenario.edges):
        return None
    note = Note(rng, scenario)
    note.teller.tell(*range(len(scenario.edges)))
    bullet = pick(note.random, BULLETS)
    end = pick(note.random, ("", "", ".", ";"))
    bare = note.bare
    lines = [f"{bullet}{bare[e.tail]} {LABEL}{e.label} {bare[e.head]}{end}" for e in scenario.edges]
    heads = [pick(note.random, VERB_HEADS)]
    if not scenario.directed:
        heads = [f"{undirected(note)}, verb = label"]
    return note.finish("\n".join(lines), heads=heads)


# An item of a list by what its edges mean: (how one says it, header when arrows follow the
# sentence, header when they go against it).
_OUT: tuple[tuple[str, str], ...] = (
    ("{n} (depends on {x})", "arrow from each to what it depends on"),
    ("{n} - needs {x}", "arrow = needs"),
    ("{n}: goes to {x}", "arrows as listed"),
    ("{n} - next {x}", "arrow to the next"),
    ("{n} (points to {x})", "arrows as listed"),
    ("{n} w/ arrows to {x}", "arrows as listed"),
    ("{n} needs {x}", "target -> prerequisites"),
    ("{n} < {x}", "left side is where arrow starts"),
)
_IN: tuple[tuple[str, str], ...] = (
    ("{n} (after {x})", "arrow from predecessor to successor"),
    ("{n} (depends on {x})", "arrow from dependency to the thing that depends on it"),
    ("{n} b/c {x}", "arrow cause -> effect"),
    ("{n} - reports to {x}", "arrow from boss to report"),
    ("{n} (from {x})", "arrows come from what is in brackets"),
    ("{n}, parent {x}", "parent -> child"),
    ("{n} <- {x}", "arrow points to the left name"),
    ("{n} - needs {x} first", "prerequisite -> task"),
)


def items(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node an item: "name (depends on a, b)", with a header that fixes the direction."""
    if not scenario.directed:
        return None
    note = Note(rng, scenario)
    random, bare, edges = note.random, note.bare, scenario.edges
    backwards = random() < 0.5
    if note.labelled:
        backwards = False
    shape, head = pick(random, _IN if backwards else _OUT)
    comma = note.sign((", ", ", ", " + ", " and ", " & ", " / "), ", ")
    if note.labelled:
        shape = pick(random, ("{n} - goes to {x}", "{n}: {x}", "{n} -> {x}", "{n}, then {x}"))
        head = pick(random, ("labels in brackets", "brackets = label", "label = text in brackets"))
        comma = note.sign(("; ", ", ", " or "), "; ")
    lines = []
    bullet = pick(random, BULLETS)
    for node in range(len(bare)):
        group = [i for i, e in enumerate(edges) if (e.head if backwards else e.tail) == node]
        note.teller.tell(*group)
        note.teller.named.append(node)
        if not group:
            lines.append(bullet + bare[node])
            continue
        ends = comma.join(end(bare, edges[i], backwards) for i in group)
        lines.append(bullet + shape.format(n=bare[node], x=ends))
    at_top = random() < 0.7
    return note.finish("\n".join(lines), [] if at_top else [head], [head] if at_top else [])


def keyed(rng: Random, scenario: Scenario) -> Rendered | None:
    """ "Q1: Is it broken?" and then "Q1 yes -> Q2": keys with labels."""
    if not all(node.label for node in scenario.nodes) or scenario.clusters:
        return None
    note = Note(rng, scenario)
    random, bare = note.random, note.bare
    note.teller.named += range(len(bare))
    mark = pick(random, ("{}: {}", "{} = {}", "{}) {}", "{} - {}", '{} "{}"', "[{}] {}"))
    keys = [mark.format(name, n.label) for name, n in zip(bare, scenario.nodes, strict=True)]
    link = " -> " if scenario.directed else " -- "
    lines = []
    for edge in scenario.edges:
        middle = f" {LABEL}{edge.label}" if edge.label else ""
        lines.append(f"{bare[edge.tail]}{middle}{link}{bare[edge.head]}")
    note.teller.tell(*range(len(lines)))
    glue = pick(random, ("\n", "\n", "; "))
    text = "\n".join(keys) + pick(random, ("\n\n", "\n")) + glue.join(lines)
    # The frame of `finish` would list the labels again.
    ask = expand(random, ASK, {"D": "graph"}).strip()
    extra = framed(note.teller, [], "arrow", bare=True)[1]
    x = random()
    parts = [ask + ":" if x < 0.4 else "", text, flow(extra), ask if 0.4 < x < 0.7 else ""]
    return note.teller.finish("\n".join(part for part in parts if part))


# Pairs whose direction only the header tells: (sign between, header, whether arrows go right to left).
_PAIRS: tuple[tuple[str, str, bool], ...] = (
    (" : ", "sub : super, arrow from subclass to parent", False),
    (" : ", "child : parent, arrow from parent to child", True),
    (" : ", "parent : child, arrow from child to parent", True),
    (" < ", "left inherits from right, arrow to the base", False),
    (" < ", "a < b = a before b, arrow from a to b", False),
    (" > ", "bigger > smaller, arrow from smaller to bigger", True),
    (" <- ", "arrows as drawn", True),
    (" <- ", "b <- a means a to b", True),
    (", ", "columns: to, from", True),
    (" | ", "who | boss; arrow boss -> who", True),
    (" / ", "first / second, arrow from first to second", False),
    (" after ", "arrow from earlier to later", True),
    (" before ", "arrow from earlier to later", False),
    (" because of ", "cause -> effect", True),
    (" b/c ", "b/c = because of, arrow cause -> effect", True),
    (" needs ", "target -> prerequisite", False),
    (" needs ", "arrow from prerequisite to target", True),
    (" blocks ", "blocker -> blocked", False),
    (" blocked by ", "blocker -> blocked", True),
    (" reports to ", "arrow from boss to report", True),
    (" reports to ", "arrow = reports to", False),
    (" imports ", "importer -> imported", False),
    (" imported by ", "importer -> imported", True),
    (" fed by ", "flow direction = arrow direction", True),
)


def pairs(rng: Random, scenario: Scenario) -> Rendered | None:
    """Pairs of names, with a header that says which way the arrows go."""
    if not scenario.directed or labelled(scenario):
        return None
    note = Note(rng, scenario)
    sign, head, backwards = pick(note.random, _PAIRS)
    if sign.strip() in note.flat:
        return None
    bullet = pick(note.random, BULLETS)
    stop = "\n" if bullet or sign == ", " else note.sign(("\n", "; ", "\n"), "\n")
    lines = []
    for edge in scenario.edges:
        a, b = note.bare[edge.tail], note.bare[edge.head]
        lines.append(f"{bullet}{b}{sign}{a}" if backwards else f"{bullet}{a}{sign}{b}")
    note.teller.tell(*range(len(lines)))
    above = note.random() < 0.7
    return note.finish(stop.join(lines), [] if above else [head], [head] if above else [])


def grouped(rng: Random, scenario: Scenario) -> Rendered | None:
    """Bullets under headings; each heading is a cluster."""
    plain = without_looks(scenario)
    if not scenario.clusters or plain.nodes != scenario.nodes or plain.edges != scenario.edges:
        return None
    if any(node.label for node in scenario.nodes) or scenario.attrs:
        return None
    note = Note(rng, scenario)
    random, edges = note.random, scenario.edges
    link = " -> " if scenario.directed else " -- "
    comma = note.sign((", ", ", ", " + ", " & "), ", ")
    mark = pick(random, ("{}:", "# {}", "## {}", "[{}]", "== {} ==", "**{}**", "{}"))
    bullet = pick(random, ("- ", "* ", "  - ", "+ ")) if mark != "{}" else "  - "
    free = [i for i in range(len(note.bare)) if all(i not in c.members for c in scenario.clusters)]
    blocks = []
    for cluster in scenario.clusters:
        lines = [mark.format(cluster.label)]
        for node in cluster.members:
            group = [i for i, e in enumerate(edges) if e.tail == node]
            note.teller.named.append(node)
            note.teller.tell(*group)
            ends = comma.join(end(note.bare, edges[i], False) for i in group)
            lines.append(bullet + note.bare[node] + (link + ends if ends else ""))
        blocks.append("\n".join(lines))
    if free:
        lines = [pick(random, ("not in any group:", "no group:", "outside:", "ungrouped"))]
        for node in free:
            group = [i for i, e in enumerate(edges) if e.tail == node]
            note.teller.named.append(node)
            note.teller.tell(*group)
            ends = comma.join(end(note.bare, edges[i], False) for i in group)
            lines.append(bullet + note.bare[node] + (link + ends if ends else ""))
        blocks.append("\n".join(lines))
    rule = pick(random, ("headings are clusters", "one cluster per heading", "each heading = a box around its items", "cluster per heading"))  # fmt: skip
    ask = expand(random, ASK, {"D": "graph"}).strip()
    x = random()
    parts = [f"{ask}, {rule}:", *blocks] if x < 0.5 else [f"{rule}:", *blocks] if x < 0.7 else [*blocks, f"{rule}; {ask}"]  # fmt: skip
    if note.labelled:
        parts.append(pick(random, ("brackets = label", "label in brackets")))
    return note.teller.finish(pick(random, ("\n", "\n\n")).join(parts))
