# ruff: noqa: E501 (tables of phrases)
"""Told rather than listed: decisions as nested if and else, journeys, imperatives in a row."""

from random import Random

from synthesis.phrasing import compile_table, expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.sentences import Slots, prepare
from synthesis.prose.voice import NAME, Teller, flow
from synthesis.scenario import Rendered, Scenario

ASKS = compile_table("""
{first|to begin with|we start with the question|start by asking|begin by asking|the first question is|ask|first check|first we ask|it starts with}{:|} <A>
<A>
""")
BRANCHES = compile_table("""
{if|when} {the answer is |it is |}<Lq>{,| then| the result is|, the result is|, then|, go to|, we get|, continue with|:} <B>
{for|in case of|on|with} <Lq>{,|:| it is| comes| we get| go to} <B>
<Lq>: <B>
<Lq> {leads to|means|gives|takes you to|brings you to|->|=>} <B>
{answering|saying} <Lq> {leads to|gives|brings you to} <B>
""")
AGAIN = compile_table("""
{at|for|coming to|now to|regarding|next,|then} <A>{:|,}
{when|once|if} {you reach|you are at|we come to|one gets to|it comes to} <A>,
{in the case of|as for|with} <A>,
<A>:
""")


def decisions(rng: Random, scenario: Scenario) -> Rendered | None:
    """A decision tree as questions with their answers, node by node or depth first."""
    random = rng.random
    if scenario.family != "decision" and not (
        scenario.family in ("flow", "transition")
        and all(edge.sort in ("answer", "test") for edge in scenario.edges if edge.label)
    ):
        return None
    if not any(edge.label for edge in scenario.edges):
        return None
    teller = Teller(rng, scenario)
    prepare(teller)
    bare_questions = all(n.name.endswith("?") for n in scenario.nodes if "?" in n.name)
    if teller.family == "decision" and bare_questions and random() < 0.5:
        teller.mention = [f"{NAME}{node.name}" for node in scenario.nodes]
        teller.bare = list(teller.mention)
    rule = pick(random, BRANCHES)
    constant = random() < 0.6
    join = pick(random, (". ", "; ", ", ", ". ", "; otherwise, if not: ", " and "))
    join = "; " if "otherwise" in join else join
    lines = []
    for node in dict.fromkeys(edge.tail for edge in scenario.edges):
        group = [i for i, edge in enumerate(scenario.edges) if edge.tail == node]
        teller.tell(*group)
        opening = ASKS if not lines else AGAIN
        head = expand(random, pick(random, opening), {"A": teller.name(node)})
        parts = []
        for index in group:
            edge = scenario.edges[index]
            fill = Slots(teller, {"B": teller.name(edge.head)}, edge)
            if edge.label is None:
                parts.append(
                    f"{pick(random, ('go on to', 'continue with', 'then', 'next comes'))} {fill['B']}"
                )
            else:
                parts.append(expand(random, rule if constant else pick(random, BRANCHES), fill))
        if head[-1] in ":,":
            head += " "
        else:
            head += " " if "?" in head[-2:] else ": "
            parts[0] = parts[0] if parts[0].startswith(NAME) else parts[0][0].upper() + parts[0][1:]
        if join == ". ":
            parts[1:] = [p if p.startswith(NAME) else p[0].upper() + p[1:] for p in parts[1:]]
        lines.append(teller.sentence(head + join.join(parts)))
    before, after = framed(teller, [], "branch")
    glue = pick(random, (" ", " ", "\n", "\n- "))
    body = ("- " if glue == "\n- " else "") + glue.join(lines)
    parts = [flow(before), body, flow(after)]
    return teller.finish(pick(random, ("\n\n", "\n", " ")).join(part for part in parts if part))


def nested_if(rng: Random, scenario: Scenario) -> Rendered | None:
    """A tree of decisions as indented text: the question, answers below, outcomes below these."""
    random = rng.random
    if scenario.family != "decision" or any(node.label for node in scenario.nodes):
        return None
    teller = Teller(rng, scenario)
    prepare(teller)
    mark = pick(random, ("", "", '"'))
    names = [f"{NAME}{mark}{node.name}{mark}" for node in scenario.nodes]
    children: dict[int, list[int]] = {}
    for index, edge in enumerate(scenario.edges):
        children.setdefault(edge.tail, []).append(index)
    heads = {edge.head for edge in scenario.edges}
    roots = [node for node in children if node not in heads]
    if len(roots) != 1 or len(scenario.edges) != len(scenario.nodes) - 1:
        return None
    indent = pick(random, ("  ", "    ", "\t", "   "))
    bullet = pick(random, ("", "- ", "* ", "", "• "))
    same_line = pick(
        random,
        (
            "{l}: {n}",
            "if {l}: {n}",
            "{l} -> {n}",
            "[{l}] {n}",
            "{l}, {n}",
            "if {l}, {n}",
            "{l} → {n}",
            "{l} - {n}",
            "on {l}: {n}",
            "{l} => {n}",
        ),
    )
    lines = [bullet + names[roots[0]]]

    def visit(node: int, depth: int) -> None:
        for index in children.get(node, []):
            edge = scenario.edges[index]
            teller.tell(index)
            lines.append(
                indent * depth + bullet + same_line.format(l=edge.label, n=names[edge.head])
            )
            visit(edge.head, depth + 1)

    visit(roots[0], 1)
    before, after = framed(teller, [], "branch")
    parts = [flow(before), "\n".join(lines), flow(after)]
    return teller.finish("\n".join(part for part in parts if part))


TRAVELLERS = """
the courier|the parcel|the bus|the letter|the tourist|the packet|the ship|a rumour|the nurse|the train|
the inspector|the cat|the suitcase|the thief|our group|the delegation|the visitor|the message|the hiker
""".replace("\n", "").split("|")
TRIPS = compile_table("""
{after|leaving|upon leaving} <A>, <he> {went|moved|travelled|came|got} {on |}to <B><l>
from <A> <he> {went|moved|travelled|came|continued|was sent|was taken} {on |straight |}to <B><l>
<he> {went|moved|travelled|came|continued|passed} from <A> to <B><l>
then {came|followed} the {way|leg|trip} from <A> to <B><l>
{once in|having reached|arriving at|from} <A>, <he> {headed for|left for|set out for|went on to} <B><l>
<B> was {the next stop|reached|visited|where <he> arrived} after <A><l>
""")


def journey(rng: Random, scenario: Scenario) -> Rendered | None:
    """Something travels along the edges, in the past tense."""
    random = rng.random
    if scenario.family not in ("travel", "tell", "flow", "send") or not scenario.directed:
        return None
    if any(edge.sort == "verb" for edge in scenario.edges) or len(scenario.edges) > 9:
        return None
    if scenario.naming == "step":
        return None
    teller = Teller(rng, scenario)
    teller.past = True
    prepare(teller)
    thing = pick(random, TRAVELLERS)
    before, after = framed(teller, [], "arrow")
    lines = []
    last = -1
    for index, edge in enumerate(scenario.edges):
        teller.tell(index)
        label = f" {Slots(teller, {}, edge)['W']}" if edge.label else ""
        he = pick(random, (thing, "it", "it", thing))
        if edge.tail == last and random() < 0.5:
            text = f"{pick(random, ('from there', 'then', 'after that', 'next', 'later'))} {he} "
            text += f"{pick(random, ('went', 'moved', 'came', 'was sent', 'was taken', 'continued'))} to "
            text += teller.name(edge.head) + label
        else:
            text = expand(
                random,
                pick(random, TRIPS),
                {
                    "A": teller.name(edge.tail),
                    "B": teller.name(edge.head),
                    "he": he,
                    "l": label,
                },
            )
        last = edge.head
        lines.append(teller.sentence(text))
    parts = [flow(before), " ".join(lines), flow(after)]
    return teller.finish(pick(random, ("\n\n", " ")).join(part for part in parts if part))


FIRST = [
    "first",
    "first of all",
    "to begin with",
    "start:",
    "begin:",
    "you first",
    "we first",
    "please",
    "",
]
THEN = [
    "then",
    "next",
    "after that",
    "and then",
    "afterwards",
    "now",
    "once that is done,",
    "when done,",
    "as soon as this is finished,",
    "following that,",
    "after this,",
    "",
    "next up:",
    "subsequently",
]
LAST = [
    "finally",
    "in the end",
    "lastly",
    "at last",
    "to finish",
    "as the last step",
    "and finally",
]


def imperatives(rng: Random, scenario: Scenario) -> Rendered | None:
    """Steps told as instructions: "First boil water. Then, if ..., pour it." Node ids are the phrases."""
    random = rng.random
    if scenario.naming != "step" or scenario.family not in ("flow", "precede", "send"):
        return None
    if any(node.label for node in scenario.nodes) or not scenario.directed:
        return None
    edges = scenario.edges
    if any(edges[i].tail != i or edges[i].head != i + 1 for i in range(len(edges))):
        return None  # only straight lines are certain without names for the steps before
    teller = Teller(rng, scenario)
    teller.mark = ""
    names = [f"{NAME}{node.name}" for node in scenario.nodes]
    teller.bare = teller.mention = names
    prepare(teller)
    before, after = framed(teller, [], "arrow")
    teller.named += range(len(edges) + 1)
    told = [f"{pick(random, FIRST)} {names[0]}".strip()]
    for index, edge in enumerate(edges):
        teller.tell(index)
        word = pick(random, LAST if index == len(edges) - 1 else THEN)
        when = f"{Slots(teller, {}, edge)['W']}, " if edge.label else ""
        told.append(f"{word} {when}{names[edge.head]}".strip())
    if random() < 0.5:
        body = " ".join(teller.sentence(text) for text in told)
    else:
        body = teller.sentence(pick(random, (", ", "; ", " – ", ", ")).join(told))
    parts = [flow(before), body, flow(after)]
    return teller.finish(pick(random, ("\n\n", " ", "\n")).join(part for part in parts if part))
