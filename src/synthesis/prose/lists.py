# ruff: noqa: E501 (tables of phrases)
"""Lists: numbered steps with jumps, and nested bullets."""

from collections.abc import Callable
from random import Random

from synthesis.phrasing import compile_table, expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.sentences import Slots, prepare
from synthesis.prose.voice import NAME, Teller, flow
from synthesis.scenario import Edge, Rendered, Scenario

BULLETS = ["- ", "* ", "• ", "– ", "+ ", "-> ", "> "]
NUMBERS: list[Callable[[int], str]] = [
    lambda i: f"{i}. ",
    lambda i: f"{i}. ",
    lambda i: f"{i}) ",
    lambda i: f"({i}) ",
    lambda i: f"Step {i}: ",
    lambda i: f"{i} - ",
    lambda i: f"#{i} ",
    lambda i: f"{i}: ",
    lambda i: f"step {i}. ",
    lambda i: f"{i}] ",
    lambda i: f"[{i}] ",
    lambda i: f"{i:02d} ",
]
LETTERS: list[Callable[[int], str]] = [
    lambda i: f"{chr(96 + i)}) ",
    lambda i: f"{chr(64 + i)}. ",
    lambda i: f"({chr(96 + i)}) ",
]
# Said of a step whose following step is not simply the next one of the list.
JUMPS = compile_table("""
{then|next:|now|after that|afterwards|from here|and} {go |jump |continue |proceed |move |turn |switch |}{on |}to <to>
{continue|go on|proceed|carry on} {with|at|to} <to>
{followed by|leads to|next|goes to|continues with|to|next is|->|=>|→} <to>
{back|go back|return|jump|go|skip} to <to>
""")
JUMPS_IF = compile_table("""
<W>{,|:|} {go {back |on |}to|continue with|jump to|proceed to|return to|next is|move to|do|->|take} <to>
{go to|continue with|jump to|on to|move on to} <to> <W>
<L>: {go to |to |}<to>
<L> -> <to>
""")
STOPS = [
    "end",
    "stop",
    "end here",
    "the end",
    "done",
    "finish",
    "nothing follows",
    "stop here",
    "last step",
    "no further step",
]


def _to(teller: Teller, node: int, position: dict[int, int], style: int) -> str:
    if style == 0:
        return f"step {position[node]}"
    if style == 1:
        return f"{position[node]}"
    return teller.bare[node]


def steps(rng: Random, scenario: Scenario) -> Rendered | None:
    """Numbered steps: each leads to the next one unless it says otherwise."""
    if scenario.family not in ("flow", "transition", "precede", "decision", "travel"):
        return None
    if not scenario.directed or scenario.isolated() or any(node.label for node in scenario.nodes):
        return None
    teller = Teller(rng, scenario)
    prepare(teller)
    random = rng.random
    count = len(scenario.nodes)
    out: dict[int, list[int]] = {i: [] for i in range(count)}
    for index, edge in enumerate(scenario.edges):
        out[edge.tail].append(index)
    # The list is worth its form only if most steps lead to the next.
    straight = sum(any(scenario.edges[j].head == i + 1 for j in out[i]) for i in range(count - 1))
    if straight * 2 < count - 1:
        return None
    number = pick(random, NUMBERS)
    numeric = any(node.name[:1].isdigit() for node in scenario.nodes)
    style = 2 if numeric else int(random() * 3)
    if style < 2 and random() < 0.15:
        number, style = pick(random, LETTERS), 2
    position = {i: i + 1 for i in range(count)}
    open_, close = pick(
        random,
        ((" (", ")"), (", ", ""), (". ", "."), ("; ", ""), (" - ", ""), (" — ", ""), (": ", "")),
    )
    lines = []
    for i in range(count):
        edges = [scenario.edges[j] for j in out[i]]
        teller.tell(*out[i])
        text = number(i + 1) + teller.bare[i]
        if not edges:
            told = "" if i == count - 1 and random() < 0.8 else pick(random, STOPS)
        elif len(edges) == 1 and edges[0].label is None and edges[0].head == i + 1:
            told = ""
        else:
            told = _jumps(teller, edges, position, style)
        if told:
            told = told[0].upper() + told[1:] if open_ == ". " and told[0] != NAME else told
            text += open_ + told + close
        lines.append(text)
    before, after = framed(teller, [], "arrow")
    return teller.finish(join(teller, before, lines, after))


def _jumps(teller: Teller, edges: list[Edge], position: dict[int, int], style: int) -> str:
    random = teller.random
    told = []
    plain = [edge for edge in edges if edge.label is None]
    if plain:
        to = teller.series([_to(teller, edge.head, position, style) for edge in plain])
        told.append(expand(random, pick(random, JUMPS), {"to": to}))
    rule = pick(random, JUMPS_IF)
    for edge in edges:
        if edge.label is not None:
            slots = Slots(teller, {"to": _to(teller, edge.head, position, style)}, edge)
            told.append(expand(random, rule, slots))
    return pick(random, (", ", "; ", ", ")).join(told)


def join(teller: Teller, before: list[str], lines: list[str], after: list[str]) -> str:
    head = flow(before)
    if head and teller.random() < 0.4 and not head.endswith("?"):
        head = head.removesuffix(".") + ":"
    blank = pick(teller.random, ("\n", "\n", "\n\n"))
    return blank.join(part for part in (head, "\n".join(lines), flow(after)) if part)


NESTS = compile_table("""
{indented|deeper|inner} {items|lines|bullets} are {below|under|children of} the {line|item} above
{the indentation|indentation|the nesting} shows {what is below what|who is under whom|the hierarchy|the structure|what contains what}
{each|every} item points to the items {nested|indented} {below|under} it
{arrows|edges} go from {parents|outer items|each item} to {children|inner items|the items under it}
""")


AROUND = ["{e} ({l})", "{l}: {e}", "[{l}] {e}", "{e} [{l}]", "{l} -> {e}", "({l}) {e}"]


def _forest(scenario: Scenario) -> tuple[dict[int, int], dict[int, list[int]]] | None:
    """(parent of each node that has one, edges to the children of each), None for no forest."""
    parents: dict[int, int] = {}
    children: dict[int, list[int]] = {i: [] for i in range(len(scenario.nodes))}
    for index, edge in enumerate(scenario.edges):
        if edge.head in parents or edge.tail == edge.head:
            return None
        parents[edge.head] = edge.tail
        children[edge.tail].append(index)
    if len(parents) == len(children) or len(scenario.edges) < 2:
        return None
    return parents, children


def nested(rng: Random, scenario: Scenario) -> Rendered | None:
    """A tree (or forest) as an indented list; arrows go from the outer to the inner items."""
    if not scenario.directed or scenario.family in ("inherit", "message", "report"):
        return None
    forest = _forest(scenario)
    if forest is None:
        return None
    parents, children = forest
    roots = [i for i in children if i not in parents]
    teller = Teller(rng, scenario)
    prepare(teller)
    random = rng.random
    x = random()
    bullet = "" if x < 0.25 else pick(random, BULLETS)
    numbered = x > 0.88
    tree_lines = 0.8 < x < 0.88
    indent = (
        pick(random, ("  ", "  ", "    ", "\t", " ", "   ", "--", "..")) if not tree_lines else ""
    )
    if indent in ("--", "..") and bullet:
        indent = "  "
    around = teller.label_style(AROUND)
    lines: list[str] = []

    def visit(node: int, depth: int, label: str | None, number: str, last: list[bool]) -> None:
        text = teller.bare[node]
        if label is not None:
            text = around.format(e=text, l=label)
        if numbered:
            lines.append(f"{indent * depth}{number} {text}")
        elif tree_lines:
            stem = "".join("    " if done else "│   " for done in last[:-1])
            joint = ("└── " if last[-1] else "├── ") if last else ""
            lines.append(stem + joint + text)
        else:
            lines.append(f"{indent * depth}{bullet}{text}")
        for place, index in enumerate(children[node]):
            edge = scenario.edges[index]
            own = number + f"{place + 1}."
            mark = None if edge.label is None else teller.label(edge)
            visit(edge.head, depth + 1, mark, own, [*last, place == len(children[node]) - 1])

    def tell(node: int) -> None:
        for index in children[node]:
            teller.tell(index)
            tell(scenario.edges[index].head)

    seen = set()
    for turn, root in enumerate(roots):
        if not children[root]:
            continue
        visit(root, 0, None, f"{turn + 1}.", [])
        tell(root)
        seen.add(root)
    if sum(1 for _ in lines) != len(parents) + len(seen):
        return None  # a cycle hides some nodes
    before, after = framed(teller, [], "arrow")
    if random() < 0.4 or scenario.family in ("depend", "eat", "road", "precede"):
        before.append(teller.sentence(expand(random, pick(random, NESTS), {})))
    return teller.finish(join(teller, before, lines, after))
