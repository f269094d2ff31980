"""Running prose: paragraphs, lines, bullets of sentences, with a frame around them."""

from random import Random

from anecdot.corpus import prose_frames as frames
from anecdot.corpus.phrasing import pick, weighted
from anecdot.corpus.prose_facts import tell_edges
from anecdot.corpus.prose_voice import Rendered, Teller
from anecdot.corpus.scenario import Scenario

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
        before.append("\n".join(meanings) + "\n")
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
    if scenario.directed and random() < 0.04:
        denial = frames.no_edge(teller)
        after += [denial] if denial else []
    return before, after


def _layout(teller: Teller, before: list[str], body: list[str], after: list[str]) -> str:
    random = teller.random
    x = random()
    if x < 0.55:
        return " ".join([*before, *body, *after]).replace("\n ", "\n")
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
            *([" ".join(before).strip()] if before else []),
            *lines,
            *([" ".join(after)] if after else []),
        ]
    )


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
