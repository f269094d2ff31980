"""A section for each node, and graphs as sets of nodes and pairs."""

from random import Random

from synthesis.phrasing import pick
from synthesis.prose.forms import framed
from synthesis.prose.lists import join
from synthesis.prose.sentences import prepare
from synthesis.prose.voice import Teller, plural
from synthesis.scenario import Rendered, Scenario

NEXT_WORDS = {
    "transition": "next; goes to; can go to; transitions; exits; successors; leads to; next states",
    "flow": "next; followed by; then; next step; leads to; goes to; successors; continues with",
    "send": "sends to; feeds; outputs; writes to; pushes to; targets; downstream; talks to",
    "call": "calls; uses; contacts; requests; asks; talks to; outgoing calls",
    "use": "uses; needs; relies on; requires; depends on",
    "depend": "depends on; needs; requires; imports; dependencies; uses; deps; requirements",
    "inherit": "extends; inherits from; base class; superclass; parent class; is a",
    "have": "has; contains; owns; parts; references; members; uses",
    "relate": "related to; relations; has; references; linked to; foreign keys to",
    "point": "points to; children; links to; next; successors; child nodes",
    "manage": "manages; leads; reports; direct reports; supervises; responsible for; team",
    "report": "reports to; answers to; works for; works under",
    "parent": "children; parent of; has children; kids; offspring",
    "eat": "eats; prey; feeds on; diet; hunts; food",
    "friend": "friends; knows; friends with; close to",
    "road": "roads to; connected to; neighbours; next to; connections",
    "link": "connected to; links to; neighbours; linked with; connections; wired to",
    "tell": "told; informed; called; passed it to; wrote to",
    "travel": "next stop; then; followed by; next; on to",
    "people": "knows; likes; arrows to; related to",
    "message": "sends to; messages to; talks to; contacts",
    "precede": "before; must precede; next; followed by; unblocks; precedes",
    "decision": "next; branches; answers; leads to; goes to",
}


HEADINGS = (
    "## {}",
    "### {}",
    "# {}",
    "**{}**",
    "{}:",
    "[{}]",
    "{}",
    "- {}",
    "* {}:",
    "=== {} ===",
    "{} -",
    "<{}>",
    "{} —",
    "• {}",
)
AROUND = [
    "{e} ({l})",
    "{e} [{l}]",
    "{l}: {e}",
    "{l} -> {e}",
    "{e} on {l}",
    "{e}, {l}",
    "{e} when {l}",
    "{l} → {e}",
    "{e} via {l}",
    '{e} "{l}"',
    "on {l}: {e}",
]


def sections(rng: Random, scenario: Scenario) -> Rendered | None:
    """A heading for each node and below it where its edges go."""
    teller = Teller(rng, scenario)
    prepare(teller)
    random = rng.random
    hashes = pick(
        random,
        HEADINGS,
    )
    word = pick(random, NEXT_WORDS[teller.family].split("; ")) if random() < 0.7 else ""
    if random() < 0.3 and word:
        word = word[0].upper() + word[1:]
    nothing = pick(random, ("  (none)", "  -", "  nothing", "", "", "  none"))
    heading = bool(word) and random() < 0.25  # "billing depends on:" above plain names
    separate = heading or random() < 0.6 or not word
    bullet = "  " + pick(random, ("- ", "* ", "", "-> ", "→ ", "+ ", "• "))
    around = teller.label_style(AROUND)
    lines = []
    every = random() < 0.5
    for node in range(len(scenario.nodes)):
        group = [i for i, edge in enumerate(scenario.edges) if edge.tail == node]
        if not group and (not every or not scenario.directed):
            continue
        teller.tell(*group)
        teller.named.append(node)
        title = f"{teller.bare[node]} {word}:" if heading else hashes.format(teller.bare[node])
        targets = []
        for index in group:
            edge = scenario.edges[index]
            name = teller.bare[edge.head]
            targets.append(around.format(e=name, l=teller.label(edge)) if edge.label else name)
        lines.append(title)
        if not targets:
            lines[-1:] = [title, nothing]
        elif separate:
            said = f"{word}: " if word and bullet != "  " and not heading else ""
            lines += [f"{bullet}{said}{target}" for target in targets]
        else:
            lines.append(f"  {word}: {', '.join(targets)}")
        if random() < 0.3 and hashes.startswith(("#", "=", "**")):
            lines.append("")
    lines = [line for line in lines if line.strip()]
    before, after = framed(teller, [], "arrow")
    return teller.finish(join(teller, before, lines, after))


SETS = [
    ("{", "}", "({}, {})"),
    ("{", "}", "{}->{}"),
    ("[", "]", "({}, {})"),
    ("", "", "({},{})"),
    ("{", "}", "({},{})"),
    ("", "", "{}-{}"),
    ("[", "]", "[{}, {}]"),
    ("", "", "<{}, {}>"),
]


def sets(rng: Random, scenario: Scenario) -> Rendered | None:
    """Nodes and edges apart: "V = {a, b}, E = {(a, b)}"."""
    if any(edge.label for edge in scenario.edges) and rng.random() < 0.6:
        return None
    if any(node.label for node in scenario.nodes) or any("," in n.name for n in scenario.nodes):
        return None
    teller = Teller(rng, scenario)
    prepare(teller)
    random = rng.random
    left, right, pair = pick(random, SETS)
    if "-" in pair and any("-" in node.name for node in scenario.nodes):
        pair = "({}, {})"
    order = list(range(len(scenario.nodes)))
    teller.named += order
    pairs = []
    for index, edge in enumerate(scenario.edges):
        teller.tell(index)
        text = pair.format(teller.bare[edge.tail], teller.bare[edge.head])
        pairs.append(f"{text}: {edge.label}" if edge.label else text)
    nouns = plural(teller.class_noun)
    head = pick(random, ("V", "Nodes", "Vertices", "nodes", nouns, nouns.capitalize()))
    arcs = "Arcs" if scenario.directed else "Edges"
    tail = pick(random, ("E", "Edges", "edges", arcs, "Connections", "links"))
    if head == "V":
        tail = "E"
    sign = " = " if left and random() < 0.8 else ": "
    names = ", ".join(teller.bare[i] for i in order)
    glue = pick(random, ("\n", "\n", " and ", ", "))
    body = f"{head}{sign}{left}{names}{right}{glue}{tail}{sign}{left}{', '.join(pairs)}{right}"
    before, after = framed(teller, [], "arrow")
    if not scenario.directed or random() < 0.5:
        kind = "a directed graph" if scenario.directed else "an undirected graph"
        before.append(
            teller.sentence(
                pick(
                    random,
                    (
                        f"this is {kind}",
                        f"given {kind}",
                        f"{kind}",
                        f"draw {kind}",
                        f"{kind} G = (V, E)",
                        f"consider {kind}",
                        f"we have {kind}",
                    ),
                )
            )
        )
    return teller.finish(join(teller, before, [body], after))
