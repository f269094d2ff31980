# ruff: noqa: E501 (tables of phrases)
"""Prose as people write it: a few short sentences, each of which picks up where the last one ended.

The edges are told as a walk: all that leaves one node, then on from the node just reached. Around
the walk stand a request, remarks on labels and looks, and a mail, a chat or a dialogue as frame.
"""

from collections.abc import Callable
from random import Random

from synthesis.phrasing import expand, pick, read_tables, weighted
from synthesis.prose import frames
from synthesis.prose.steps import FROM_THERE
from synthesis.prose.voice import LABEL, Teller, an, flow
from synthesis.prose.walk import Walk
from synthesis.scenario import Rendered, Scenario

PHRASES = read_tables("talk")

ONWARD = weighted({"": 24, "and ": 3, "also, ": 1, "next, ": 1, "now ": 1})
ASKS = PHRASES["asks"]
OPENS = PHRASES["opens"]
ENDS = PHRASES["ends"]
VERBS_ON = PHRASES["verbs on"]
NAMES_ONLY = PHRASES["names only"]
NODE_LOOKS = {key: PHRASES[f"node looks: {key}"] for key in ("shape", "color", "fillcolor")}
GROUPS = PHRASES["groups"]
GREETINGS = PHRASES["greetings"]
BYES = PHRASES["byes"]
PEOPLE = [
    "Kim",
    "Lou",
    "Anna",
    "Ben",
    "Clara",
    "Marek",
    "Jo",
    "Tess",
    "Ravi",
    "Sam",
    "Noor",
    "Pia",
    "Theo",
    "Uma",
    "Vic",
    "Wendy",
]
REPLIES = [
    "ok", "And then?", "Go on.", "Got it.", "Right.", "Mm-hm.", "Okay, what else?", "I see.",
    "And the rest?", "Fine, go on.", "Noted.", "Sure.", "Anything else?", "Yes, I remember.", "And after that?",
    "Good.", "Makes sense.", "Wait, let me write that down.", "Ah, right.", "What about the others?",
]  # fmt: skip


QUESTIONS = PHRASES["questions"]
TITLED = PHRASES["titled"]


def _looks(teller: Teller) -> list[str]:
    """Attributes, said casually."""
    random, scenario = teller.random, teller.scenario
    if any(edge.attrs for edge in scenario.edges) or random() < 0.3:
        return frames.looks(teller, "arrow" if scenario.directed else "line")
    made = []
    order = teller.node_order()
    for index in [*order, *(i for i in range(len(scenario.nodes)) if i not in order)]:
        for key, value in scenario.nodes[index].attrs.items():
            if key in NODE_LOOKS:
                slots = {"A": teller.mention[index], "v": value, "van": an(value)}
                made.append(frames.sentence_from(teller, NODE_LOOKS[key], slots))
    if "rankdir" in scenario.attrs:
        way = pick(random, frames.DIRECTIONS[scenario.attrs["rankdir"]].split("; ")[:2])
        made.append(teller.sentence(way + pick(random, (", please", " please", ""))))
    return made


def _groups(teller: Teller, named: list[int]) -> list[str]:
    random, made = teller.random, []
    quote = pick(random, ('"', "", ""))
    for cluster in teller.scenario.clusters:
        named += cluster.members
        alone = len(cluster.members) == 1
        slots = {
            "As": teller.series([teller.mention[i] for i in cluster.members]),
            "G": f"{LABEL}{quote}{cluster.label}{quote}",
            "be": "is" if alone else "are",
            "sit": "sits" if alone else "sit",
            "belong": "belongs" if alone else "belong",
            "live": "lives" if alone else "live",
        }
        made.append(frames.sentence_from(teller, GROUPS, slots))
    if made and random() < 0.3:
        made.append(teller.sentence(pick(random, ("one cluster each", "one box per group"))))
    return made


JOINERS = (", ", ", and ", "; ", " and ", ", while ")


def _joined(random: Callable[[], float], told: list[str]) -> list[str]:
    """Some short neighbours in one sentence: "Mara trusts Ivo, Ivo fears Jo"."""
    made: list[str] = []
    joiner = pick(random, JOINERS)
    for text in told:
        # A comma on either side already does other work.
        if (
            made
            and len(made[-1]) + len(text) < 70
            and "," not in made[-1] + text
            and random() < 0.5
        ):
            made[-1] += joiner + text
        else:
            made.append(text)
    return made


def _parts(
    rng: Random, scenario: Scenario, join: bool = True
) -> tuple[Walk, list[str], list[str], list[str]]:
    """(walk, sentences before, the walk, sentences after)."""
    teller = Teller(rng, scenario)
    teller.indefinite = teller.classed = False
    if teller.family in ("transition", "flow", "precede", "point", "decision"):
        teller.mention = list(teller.bare)  # "the anonymous", "the get feedback" are no English
    if teller.mark in ("**", "*"):
        teller.mark = ""
    random = teller.random
    values = frames.slots(teller)
    before: list[str] = []
    after: list[str] = []
    meanings = frames.meanings(teller)
    if meanings:
        before.append("\n" + "\n".join(meanings) + "\n")
    if random() < 0.3:
        before.insert(0, frames.sentence_from(teller, OPENS, values))
    join = join and random() < 0.3
    grouped = bool(scenario.clusters) and random() < 0.5
    if grouped:
        before += _groups(teller, teller.named)
    walk = Walk(teller)
    body: list[str] = []
    told = walk.tell()
    if join:
        told = _joined(random, told)
    for text in told:
        opener = pick(random, ONWARD) if body else ""
        if opener and text.startswith((*FROM_THERE, "after", "first", "when", "if", "on ", "as ")):
            opener = ""
        body.append(teller.sentence(opener + text))
    if not grouped:
        after += _groups(teller, teller.trailing)
    after += frames.isolated(teller, values)
    after += _looks(teller)
    labelled = [edge for edge in scenario.edges if edge.label]
    if not labelled and random() < 0.12:
        after.append(frames.sentence_from(teller, NAMES_ONLY, values))
    if labelled and all(edge.sort == "verb" for edge in labelled) and random() < 0.5:
        after.append(frames.sentence_from(teller, VERBS_ON, values))
    verbal = any(edge.sort == "verb" for edge in labelled)  # "reads" may go against the data
    if scenario.directed and walk.talk.points and not verbal and random() < 0.12:
        after.append(teller.sentence(pick(random, walk.talk.points.split("; "))))
    asked = list(dict.fromkeys(scenario.edges[i].tail for i in teller.order))
    if teller.family == "decision" and len(asked) > 1 and random() < 0.15:
        names = teller.series([teller.bare[i] for i in asked])
        slots = {"k": teller.count(len(asked)), "list": names}
        after.append(frames.sentence_from(teller, TITLED, slots))
    ask = frames.sentence_from(teller, ASKS, values)
    x = random()
    if x < 0.25:
        before.insert(0, ask)
    elif x < 0.5:
        after.append(ask)
    elif x < 0.56:
        after.append(frames.sentence_from(teller, ENDS, values))
    return walk, before, body, after


def told(rng: Random, scenario: Scenario) -> Rendered | None:
    """A few sentences in a row."""
    walk, before, body, after = _parts(rng, scenario)
    return walk.teller.finish(flow([*before, *body, *after]))


def mail(rng: Random, scenario: Scenario) -> Rendered | None:
    """A mail or note with greeting and sign-off."""
    walk, before, body, after = _parts(rng, scenario)
    slots = {"p": pick(rng.random, PEOPLE)}
    hello = expand(rng.random, pick(rng.random, GREETINGS), slots)
    bye = expand(rng.random, pick(rng.random, BYES), slots)
    gap = pick(rng.random, ("\n\n", "\n", "\n\n"))
    middle = flow([*before, *body, *after])
    comma = pick(rng.random, (",", ",", "!", " -"))
    return walk.teller.finish(f"{hello}{comma}{gap}{middle}{gap}{bye}\n{pick(rng.random, PEOPLE)}")


def chat(rng: Random, scenario: Scenario) -> Rendered | None:
    """Two people talk; the facts come in turns."""
    walk, before, body, after = _parts(rng, scenario, join=False)
    random = rng.random
    first, second = rng.sample(PEOPLE, 2)
    mark = pick(random, ("{}: ", "{}: ", "<{}> ", "[{}] ", "{} - ", "**{}:** "))
    lines = [mark.format(first) + part.strip() for part in before]
    asking = random() < 0.4
    for i, part in enumerate(body):
        speaker = second if random() < 0.25 else first
        other = second if speaker == first else first
        if asking and i in walk.tails and random() < 0.6:
            name = walk.teller.mention[walk.tails[i]]
            lines.append(mark.format(other) + expand(random, pick(random, QUESTIONS), {"A": name}))
        lines.append(mark.format(speaker) + part.strip())
        if not asking and random() < 0.25:
            lines.append(mark.format(other) + pick(random, REPLIES))
    lines += [mark.format(first) + part.strip() for part in after]
    return walk.teller.finish("\n".join(lines))
