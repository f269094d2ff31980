# ruff: noqa: E501 (tables of phrases)
"""Running prose: paragraphs, lines, bullets of sentences, with a frame around them."""

from random import Random

from synthesis.phrasing import compile_table, pick, weighted
from synthesis.prose import frames
from synthesis.prose.facts import tell_edges
from synthesis.prose.rules import slots_of
from synthesis.prose.voice import Teller, flow
from synthesis.scenario import Rendered, Scenario

CONNECTIVES = weighted(
    {
        "": 80,
        "also, ": 3,
        "in addition, ": 2,
        "furthermore, ": 2,
        "besides, ": 1,
        "then ": 2,
        "next, ": 2,
        "moreover, ": 1,
        "and ": 2,
        "note that ": 2,
        "of course, ": 1,
        "meanwhile, ": 1,
        "likewise, ": 1,
        "as for the rest, ": 1,
        "remember: ": 1,
        "on the other hand, ": 1,
        "further, ": 1,
        "what is more, ": 1,
        "as far as I know, ": 1,
        "apart from that, ": 1,
        "I think ": 1,
        "we know that ": 1,
        "as a rule, ": 1,
        "in practice, ": 1,
        "importantly, ": 1,
    }
)
JOINERS = ["; ", ", while ", ", and ", ". And ", "; moreover, ", ", whereas ", " and ", ", but "]


def sentences(teller: Teller) -> list[str]:
    """The edges as sentences; some are joined by a conjunction."""
    random = teller.random
    clauses = tell_edges(teller)
    made: list[str] = []
    connected = random() < 0.5
    i = 0
    while i < len(clauses):
        text = clauses[i]
        if i + 1 < len(clauses) and random() < 0.15:
            i += 1
            text += pick(random, JOINERS) + clauses[i]
        if connected and made:
            word = pick(random, CONNECTIVES)
            # "then when x, ..." reads badly
            if word and not text.startswith(("when", "if", "on", "once", "then", "first")):
                text = word + text
        made.append(teller.sentence(text))
        i += 1
    return made


def framed(
    teller: Teller, body: list[str], edge_noun: str = "edge", bare: bool = False
) -> tuple[list[str], list[str]]:
    """(before, after): what stands around `body`; only what the graph needs if `bare`."""
    random, scenario = teller.random, teller.scenario
    values = frames.slots(teller)
    before: list[str] = []
    after: list[str] = []
    if not bare:
        request = frames.sentence_from(teller, frames.REQUESTS, values)
        x = random()
        if x < 0.35:
            before.append(request)
        elif x < 0.6:
            after.append(request)
        if random() < 0.35:
            before.append(frames.sentence_from(teller, frames.INTROS, values))
    meanings = frames.meanings(teller)
    if meanings:  # they name all nodes
        before.append("\n" + "\n".join(meanings) + "\n")
    elif teller.must_list or (not bare and random() < 0.3):
        before.append(frames.node_list(teller, values))
    if random() < 0.5:
        before += frames.groups(teller, teller.named)
    else:
        after += frames.groups(teller, teller.trailing)
    after += frames.isolated(teller, values)
    after += frames.looks(teller, edge_noun)
    if bare:
        return before, after
    labelled = [edge for edge in scenario.edges if edge.label]
    if not labelled and random() < 0.04:
        after.append(frames.sentence_from(teller, frames.NO_LABELS, values))
    if labelled and labelled[0].sort == "verb" and random() < 0.45:
        where = before if random() < 0.3 else after
        where.append(frames.sentence_from(teller, frames.VERB_NOTES, values))
    if teller.order and teller.family in ("transition", "flow") and random() < 0.2:
        before.append(
            frames.sentence_from(
                teller,
                frames.STARTS,
                {**values, "A": teller.name(scenario.edges[teller.order[0]].tail)},
            )
        )
    tails = {edge.tail for edge in scenario.edges}
    sinks = [edge.head for edge in scenario.edges if edge.head not in tails]
    if teller.family in ("transition", "flow") and len(sinks) == 1 and random() < 0.3:
        after.append(
            frames.sentence_from(teller, frames.ENDS, {**values, "A": teller.name(sinks[0])})
        )
    while random() < 0.22:
        noise = frames.sentence_from(teller, frames.NOISE, values)
        where = (before, body, after)[int(random() * 3)]
        where.insert(int(random() * (len(where) + 1)), noise)
    if scenario.directed and random() < 0.08:
        denial = frames.no_edge(teller)
        after += [denial] if denial else []
    return before, after


def _layout(teller: Teller, before: list[str], body: list[str], after: list[str]) -> str:
    random = teller.random
    x = random()
    if x < 0.55:
        return flow([*before, *body, *after])
    if x < 0.68:
        blocks = [
            " ".join(part).replace("\n ", "\n").strip() for part in (before, body, after) if part
        ]
        return pick(random, ("\n\n", "\n")).join(blocks)
    if x < 0.8:
        return "\n".join([*before, *body, *after])
    bullet = pick(random, ("- ", "* ", "• ", "– ", "+ ", "{}. ", "{}) ", "({}) ", "  - "))
    lines = [bullet.replace("{}", str(i + 1)) + line for i, line in enumerate(body)]
    if random() < 0.4:
        lines = [line.removesuffix(".") for line in lines]
    return "\n".join(
        [
            *([flow(before)] if before else []),
            *lines,
            *([flow(after)] if after else []),
        ]
    )


ONE_LINERS = compile_table("""
{draw|please draw|make|show|sketch|create|generate|give me|build|I need|I want|we need|can you draw|produce|write|design|model|plot} <Dan> {where|in which|such that|so that|that says that|that shows how|which shows that|that tells that|to show that|showing that} <list>
{draw|please draw|make|show|sketch|create|generate|give me|build|I need|I want|we need|produce|write|model|plot} <Dan>{:| with the following:| like this:| -| for this:} <list>
<D>: <list>
<D> {where|in which} <list>
{graph|dot|digraph|graphviz|diagram} {please|of this|for|with}: <list>
{in|for} {my|our|the|this} <D>{,|} <list>
{we have|there is|imagine|given|take|consider} <Dan> {where|in which} <list>
{turn into dot|as dot|dot for|to graphviz|as a graph|draw this|draw}: <list>
<list>
<list> - {draw {it|that|this}|as {dot|a graph|<Dan>}|show that as <Dan>}
<Dan> {of|for} {the|our|my} <T>: <list>
<k> <cs> ({<nodes>}): <list>
<Dan> with <k> <cs>, <nodes>: <list>
""")


def one_liner(rng: Random, scenario: Scenario) -> Rendered | None:
    """One sentence that asks for the graph and says it."""
    if len(scenario.edges) > 7 or any(node.label for node in scenario.nodes):
        return None
    teller = Teller(rng, scenario)
    random = rng.random
    clauses = tell_edges(teller)
    if any(". " in clause for clause in clauses) or teller.must_list:
        return None
    rule = pick(random, ONE_LINERS)
    values = frames.slots(teller)
    x = random()
    if x < 0.6:
        values["list"] = teller.series(clauses)
    else:
        values["list"] = pick(random, ("; ", ", ", ", ", " and ", ", then ", "; ")).join(clauses)
    if "nodes" in slots_of(rule):
        teller.named += range(len(scenario.nodes))
        values["nodes"] = teller.series([teller.bare[i] for i in range(len(scenario.nodes))])
    text = frames.sentence_from(teller, [rule], values)
    if random() < 0.35:
        text = text.removesuffix(".")
    before, after = framed(teller, [], pick(random, teller.nouns), bare=True)
    return teller.finish(flow([*before, text, *after]))


def plain(rng: Random, scenario: Scenario) -> Rendered | None:
    """Plain descriptive prose."""
    teller = Teller(rng, scenario)
    body = sentences(teller)
    before, after = framed(teller, body, pick(rng.random, teller.nouns))
    text = _layout(teller, before, body, after)
    title = None
    if scenario.title and rng.random() < 0.1:
        title = scenario.title
        text += "\n" + frames.sentence_from(
            teller, frames.TITLES, {**frames.slots(teller), "t": title}
        )
    return teller.finish(text, title)
