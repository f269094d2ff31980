"""Terse notations: arrows and separators, one edge or several a line, with or without a request."""

from random import Random

from synthesis.phrasing import pick
from synthesis.prose.forms import framed
from synthesis.prose.sentences import prepare
from synthesis.prose.voice import Teller, flow
from synthesis.scenario import Edge, Rendered, Scenario

ARROWS = [
    " -> ",
    " -> ",
    " -> ",
    "->",
    " => ",
    "=>",
    " --> ",
    "-->",
    " → ",
    "→",
    " ➜ ",
    " > ",
    " >> ",
    " ⇒ ",
    " to ",
    " to ",
    " ==> ",
    " ---> ",
    " goes to ",
    " leads to ",
    " ~> ",
    " |-> ",
]
LINES = [" - ", " -- ", "--", "-", " <-> ", " ↔ ", " — ", " -- ", " and ", " <--> ", " = ", "–"]
# How a label is written: before the ends, in the arrow or after them; {l} is the label.
LABELS = [
    "{e} : {l}",
    "{e} ({l})",
    "{e} [{l}]",
    "{e}: {l}",
    "{e} on {l}",
    "{e}, {l}",
    '{e} "{l}"',
    "{e} / {l}",
    "{e} | {l}",
    "{l}: {e}",
    "({l}) {e}",
    "{e} when {l}",
    "{e}  # {l}",
    "{e} @ {l}",
    "[{l}] {e}",
    "{e} <{l}>",
    "{e} via {l}",
    "{e} = {l}",
    "{e} labelled {l}",
    "{e} {{{l}}}",
    "{e} [label: {l}]",
    "{e} if {l}",
    "{l}) {e}",
]
INNER = [
    " --{l}--> ",
    " -{l}-> ",
    " --[{l}]--> ",
    " -[{l}]-> ",
    " --({l})--> ",
    " =({l})=> ",
    " -({l})-> ",
    " -- {l} --> ",
    " - {l} -> ",
    " —{l}→ ",
    " ={l}=> ",
    " --{l}-->> ",
    " ~{l}~> ",
]
INNER_LINES = [" --{l}-- ", " -{l}- ", " -[{l}]- ", " --({l})-- ", " -({l})- ", " - {l} - "]


def _writer(teller: Teller) -> tuple[str, str]:
    """The document's notation: (between the ends, around the edge)."""
    random, directed = teller.random, teller.scenario.directed
    link = pick(random, ARROWS if directed else LINES)
    if any(link.strip() in node.name for node in teller.scenario.nodes):
        link = " -> " if directed else " -- "
    if any(edge.label for edge in teller.scenario.edges):
        if random() < 0.35:
            return pick(random, INNER if directed else INNER_LINES), "{e}"
        return link, teller.label_style(LABELS)
    return link, "{e}"


def _edge(teller: Teller, edge: Edge, link: str, around: str) -> str:
    if edge.label is None:
        link = {True: " -> ", False: " -- "}[teller.scenario.directed] if "{l}" in link else link
        return f"{teller.bare[edge.tail]}{link}{teller.bare[edge.head]}"
    label = teller.label(edge)
    ends = f"{teller.bare[edge.tail]}{link.replace('{l}', label)}{teller.bare[edge.head]}"
    return around.format(e=ends, l=label)


def _layout(teller: Teller, items: list[str], surround: bool = True) -> str:
    """Items in lines, bullets or one line, with a frame around them."""
    random = teller.random
    before, after = framed(teller, [], pick(random, teller.nouns), bare=not surround)
    x = random()
    if x < 0.45 or len(before) + len(after) > 3:
        body = "\n".join(items)
    elif x < 0.65:
        bullet = pick(random, ("- ", "* ", "• ", "{}. ", "{}) ", "  "))
        body = "\n".join(bullet.replace("{}", str(i + 1)) + item for i, item in enumerate(items))
    elif x < 0.72:
        body = "\n".join(f"{item};" for item in items)
    else:
        glue = pick(random, ("; ", "; ", ", ", " ; ", " / ", " | ", ". "))
        if any(glue.strip() in item for item in items):
            glue = "\n"
        body = glue.join(items)
    head = flow(before)
    if head and random() < 0.4 and not body.startswith("-"):
        head = head.removesuffix(".") + ":"
    parts = [head, body, flow(after)]
    return pick(random, ("\n", "\n\n")).join(part for part in parts if part)


def arrows(rng: Random, scenario: Scenario) -> Rendered | None:
    """One edge an item: "A -> B on x"."""
    teller = Teller(rng, scenario)
    prepare(teller)
    link, around = _writer(teller)
    order = list(range(len(scenario.edges)))
    if rng.random() < 0.15:
        rng.shuffle(order)
    items = [_edge(teller, scenario.edges[i], link, around) for i in order]
    teller.tell(*order)
    return teller.finish(_layout(teller, items, rng.random() < 0.7))


def adjacency(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node an item: "A: B, C (x)"."""
    teller = Teller(rng, scenario)
    prepare(teller)
    random = rng.random
    link = pick(
        random, (": ", ": ", ": ", " -> ", " => ", " → ", " | ", ":", " - ", " to ", " leads to ")
    )
    if not scenario.directed:
        link = pick(random, (": ", " -- ", " - ", ": "))
    comma = pick(random, (", ", ", ", " ", "; ", " and ", " / ", ","))
    if comma == " " and any(" " in node.name for node in scenario.nodes):
        comma = ", "
    around = teller.label_style(
        [
            "{e} ({l})",
            "{e} [{l}]",
            "{e} on {l}",
            "{e} via {l}",
            "{l} -> {e}",
            "{e}: {l}",
            "{l}: {e}",
            "{e}/{l}",
            "{e} when {l}",
            "{e} if {l}",
        ]
    )
    if ":" in around or "->" in around:
        comma = ", " if comma in (" ", ",") else comma
    items = []
    for tail in dict.fromkeys(edge.tail for edge in scenario.edges):
        group = [i for i, edge in enumerate(scenario.edges) if edge.tail == tail]
        teller.tell(*group)
        heads = [
            around.format(e=teller.bare[edge.head], l=teller.label(edge))
            if edge.label
            else teller.bare[edge.head]
            for edge in (scenario.edges[i] for i in group)
        ]
        items.append(f"{teller.bare[tail]}{link}{comma.join(heads)}")
    if random() < 0.3:
        for index in range(len(scenario.nodes)):
            if all(edge.tail != index for edge in scenario.edges) and random() < 0.5:
                teller.named.append(index)
                empty = pick(random, ("", "-", "none", "nothing", "(none)", "—"))
                items.append(f"{teller.bare[index]}{link}{empty}".rstrip())
    return teller.finish(_layout(teller, items, random() < 0.75))


def brief(rng: Random, scenario: Scenario) -> Rendered | None:
    """Chains of arrows in one line: "A -> B -> C, B -> D"."""
    if any(edge.label for edge in scenario.edges):
        return None
    teller = Teller(rng, scenario)
    prepare(teller)
    link, _ = _writer(teller)
    items: list[str] = []
    last = -1
    for index, edge in enumerate(scenario.edges):
        teller.tell(index)
        if items and edge.tail == last and rng.random() < 0.85:
            items[-1] += f"{link}{teller.bare[edge.head]}"
        else:
            items.append(f"{teller.bare[edge.tail]}{link}{teller.bare[edge.head]}")
        last = edge.head
    return teller.finish(_layout(teller, items, rng.random() < 0.7))
