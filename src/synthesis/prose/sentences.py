"""Sentences that tell edges: single ones, several from one node, several into one, chains.

Each function gives a clause without capital and full stop. Slots of the rules: A tail, B head, a
and b the same without article, C and D further nodes, P predicate (Q in the plural), I inverse
predicate with the head as subject (J in the plural), N noun for an edge, W phrase for the label
("on timeout"; V before the clause), X label as a noun, L label.
"""

from collections.abc import Callable
from functools import cache

from synthesis.morphology import Verb
from synthesis.phrasing import Rule, compile_rule, expand, pick
from synthesis.prose.families import FAMILIES
from synthesis.prose.rules import (
    ADVERBS,
    ARROWED,
    BOTH_WAYS,
    CHAIN,
    CHAIN_BACK,
    CHAIN_FAMILIES,
    EVENT_NOUN,
    FAMILY_LABELLED,
    FAN_IN,
    FAN_OUT,
    FAN_OUT_LABELLED,
    LABELLED,
    LABELLED_ARROW,
    LONG_CHAIN,
    LOOP,
    LOOP_LABELLED,
    LOOP_STAY,
    MESSAGE_NOUN,
    MODALS,
    NOUN_SORTS,
    PLURAL_MODAL,
    SHARED,
    STEP_CHAIN,
    TOKEN_NOUN,
    UNDIRECTED_FAN,
    VERB_LABELLED,
    W_BEFORE,
    W_RULES,
    slots_of,
)
from synthesis.prose.voice import LABEL, Teller, an
from synthesis.scenario import Edge


class Slots(dict[str, str]):
    """Slots of one sentence, filled when first needed and anew at every use of a predicate."""

    def __init__(self, teller: Teller, values: dict[str, str], edge: Edge) -> None:
        super().__init__(values)
        self.teller = teller
        self.edge = edge

    def __missing__(self, key: str) -> str:
        return _FILL[key](self)


def _verb_phrase(slots: Slots, verb: Verb, plural: bool = False) -> str:
    teller = slots.teller
    if teller.past:
        return verb.pasts if plural else verb.past
    random = teller.random
    if teller.modal and random() < 0.4:
        modal = pick(random, MODALS)
        return (PLURAL_MODAL.get(modal, modal) if plural else modal) + verb.base
    adverb = pick(random, ADVERBS)
    if adverb and verb.base.startswith("be "):
        rest = verb.base[3:]
        if plural:
            return f"are {adverb}{rest}"
        return f"is {adverb}{rest}"
    return adverb + (verb.plural if plural else verb.third)


def _active(slots: Slots, plural: bool = False) -> str:
    return _verb_phrase(slots, pick(slots.teller.random, slots.teller.verbs), plural)


def _inverse(slots: Slots, plural: bool = False) -> str:
    return _verb_phrase(slots, pick(slots.teller.random, slots.teller.inverses), plural)


def _plain(slots: Slots, inverse: bool = False) -> str:
    teller = slots.teller
    verb = pick(teller.random, teller.inverses if inverse else teller.verbs)
    return verb.past if slots.teller.past else verb.third


def _noun(slots: Slots) -> str:
    return pick(slots.teller.random, slots.teller.nouns)


def _nouns(slots: Slots) -> str:
    noun = _noun(slots)
    return (
        noun + ("es" if noun.endswith(("s", "ch")) else "s")
        if noun[-1] != "y"
        else noun[:-1] + ("ys" if noun.endswith(("ey", "ay")) else "ies")
    )


def _when(slots: Slots) -> str:
    rules = W_RULES[slots.edge.sort]
    return expand(slots.teller.random, pick(slots.teller.random, rules), slots)


def _condition(slots: Slots) -> str:
    rules = W_BEFORE[slots.edge.sort]
    return expand(slots.teller.random, pick(slots.teller.random, rules), slots)


def _label_noun(slots: Slots) -> str:
    rule = EVENT_NOUN if slots.edge.sort == "event" else TOKEN_NOUN
    if slots.teller.family == "message":
        rule = MESSAGE_NOUN
    return expand(slots.teller.random, rule, slots)


def _label(slots: Slots) -> str:
    return slots.teller.label(slots.edge)


def _quoted_label(slots: Slots) -> str:
    mark = slots.teller.label_mark or pick(slots.teller.random, ('"', '"', '"', "", "'"))
    return f"{LABEL}{mark}{slots.edge.label}{mark}"


_FILL: dict[str, Callable[[Slots], str]] = {
    "P": _active,
    "Q": lambda slots: _active(slots, plural=True),
    "I": _inverse,
    "J": lambda slots: _inverse(slots, plural=True),
    "P3": _plain,
    "I3": lambda slots: _plain(slots, inverse=True),
    "c": lambda slots: slots.teller.class_noun,
    "N": _noun,
    "Nan": lambda slots: an(_noun(slots)),
    "Ns": _nouns,
    "W": _when,
    "V": _condition,
    "X": _label_noun,
    "L": _label,
    "Lq": _quoted_label,
}


def prepare(teller: Teller) -> None:
    """Chooses the document's own verbs, so that one text does not use them all."""
    family = FAMILIES[teller.family]
    random = teller.random
    few = 0.35
    teller.verbs = (
        family.verbs
        if random() > few
        else teller.rng.sample(family.verbs, min(len(family.verbs), 3))
    )
    teller.inverses = (
        family.inverses
        if random() > few
        else teller.rng.sample(family.inverses, min(len(family.inverses), 2))
    )
    teller.nouns = [pick(random, family.nouns)] if random() < 0.6 else family.nouns


def single(teller: Teller, index: int) -> str:
    """One edge as a clause."""
    edge = teller.scenario.edges[index]
    random = teller.random
    teller.tell(index)
    a, b = edge.tail, edge.head
    if not teller.scenario.directed and random() < 0.4:
        a, b = b, a
    slots = Slots(
        teller,
        {"A": teller.name(a), "B": teller.name(b), "a": teller.bare[a], "b": teller.bare[b]},
        edge,
    )
    family = FAMILIES[teller.family]
    x = random()
    if a == b:
        if edge.label is None:
            rules = LOOP + LOOP_STAY if teller.family == "transition" else LOOP
        elif edge.sort == "verb":
            return expand(random, VERB_LABELLED[0], {**slots, "B": "itself", "L": slots["L"]})
        elif teller.family == "transition":
            rules = LOOP_LABELLED[edge.sort in NOUN_SORTS]
        else:
            rules = LABELLED[2:4]
            slots["B"] = "itself"
    elif edge.label is None:
        if family.single and x < 0.35:
            rules = family.single
        else:
            rules = SHARED if x < 0.82 or not teller.scenario.directed else ARROWED
    elif edge.sort == "verb":
        rules = VERB_LABELLED
    else:
        own = FAMILY_LABELLED[teller.family][edge.sort in NOUN_SORTS]
        if own and x < 0.45:
            rules = own
        elif teller.family == "message":
            rules = own if edge.sort in NOUN_SORTS else LABELLED
        else:
            rules = LABELLED if x < 0.85 or not teller.scenario.directed else LABELLED_ARROW
    return expand(random, pick(random, rules), slots)


_FAN2 = [rule for rule in FAN_OUT if "C" in slots_of(rule)]
_FANN = [rule for rule in FAN_OUT if "C" not in slots_of(rule)]
_IN2 = [rule for rule in FAN_IN if "C" in slots_of(rule)]
_INN = [rule for rule in FAN_IN if "C" not in slots_of(rule)]
_UFANN = [rule for rule in UNDIRECTED_FAN if "C" not in slots_of(rule)]


def fan_out(teller: Teller, group: list[int]) -> str:
    """Several edges that leave one node."""
    edges = [teller.scenario.edges[index] for index in group]
    random = teller.random
    teller.tell(*group)
    heads = [edge.head for edge in edges]
    first = edges[0]
    values = {
        "A": teller.name(first.tail),
        "B": teller.name(heads[0]),
        "C": teller.name(heads[1]),
        "Bs": teller.names(heads),
        "k": teller.count(len(edges)),
    }
    slots = Slots(teller, values, first)
    if first.label is None:
        if not teller.scenario.directed:
            rules = _UFANN if len(heads) > 2 else UNDIRECTED_FAN
        else:
            rules = _FANN if len(heads) > 2 or random() < 0.3 else _FAN2
        return expand(random, pick(random, rules), slots)
    if first.sort == "verb":
        if all(edge.label == first.label for edge in edges):
            return f"{values['A']} {slots['L']} {values['Bs']}"
        parts = [f"{teller.label(edge)} {teller.name(edge.head)}" for edge in edges]
        return f"{values['A']} {teller.series(parts)}"
    preposition = "to "
    parts = []
    style = random()
    for edge in edges:
        own = Slots(teller, {}, edge)
        head = teller.name(edge.head)
        if style < 0.35:
            parts.append(f"{preposition}{head} {own['W']}")
        elif style < 0.55:
            parts.append(f"{own['W']} {preposition}{head}")
        elif style < 0.75:
            parts.append(f"{preposition}{head} ({own['L']})")
        elif style < 0.9:
            parts.append(f"{own['L']} -> {head}")
        else:
            parts.append(f"{own['Lq']} {pick(random, ('leads to', 'goes to', 'means'))} {head}")
    slots["BWs"] = teller.series(parts, pick(random, ("and", "and", "or", "and")))
    rule = pick(random, FAN_OUT_LABELLED)
    if "P" in slots_of(rule):  # "goes to <B> on x, <C> on y": the verb brings its own preposition
        parts = [f"{teller.name(edge.head)} {Slots(teller, {}, edge)['W']}" for edge in edges]
        slots["BWs"] = teller.series(parts, pick(random, ("and", "and", "or", "but")))
    return expand(random, rule, slots)


def fan_in(teller: Teller, group: list[int]) -> str:
    """Several edges without label (or with the same) that enter one node."""
    edges = [teller.scenario.edges[index] for index in group]
    random = teller.random
    teller.tell(*group)
    tails = [edge.tail for edge in edges]
    values = {
        "A": teller.name(tails[0]),
        "C": teller.name(tails[1]),
        "As": teller.names(tails),
        "B": teller.name(edges[0].head),
        "k": teller.count(len(edges)),
    }
    slots = Slots(teller, values, edges[0])
    if edges[0].label is not None:
        if edges[0].sort == "verb":
            others = teller.names(tails[1:])
            does = "does" if len(tails) == 2 else "do"
            return f"{values['A']} {slots['L']} {values['B']}, and so {does} {others}"
        template = pick(random, ("<V>, <As> {both |all |}<Q> <B>", "<As> <Q> <B> <W>"))
        return expand(
            random, _compiled(template if len(tails) > 2 else template.replace("all ", "")), slots
        )
    rules = _INN if len(tails) > 2 or random() < 0.3 else _IN2
    text = expand(random, pick(random, rules), slots)
    return text if len(tails) == 2 else text.replace(" both ", " all ")


@cache
def _compiled(text: str) -> Rule:
    return compile_rule(text)


def chain(teller: Teller, group: list[int]) -> str:
    """Edges without label, each of which begins where the one before ends."""
    edges = [teller.scenario.edges[index] for index in group]
    random = teller.random
    nodes = [edges[0].tail, *(edge.head for edge in edges)]
    names = [teller.name(index) for index in nodes]
    teller.tell(*group)
    if len(nodes) == 3 and (teller.family not in CHAIN_FAMILIES or random() < 0.5):
        slots = Slots(teller, {"A": names[0], "B": names[1], "C": names[2]}, edges[0])
        if random() < 0.25:
            teller.order[-2:] = [group[1], group[0]]
            return expand(random, pick(random, CHAIN_BACK), slots)
        return expand(random, pick(random, CHAIN), slots)
    if teller.family not in CHAIN_FAMILIES:
        if teller.family not in FAMILIES or random() < 0.3:
            return " -> ".join(names)
        parts = [names[0]]
        for position, name in enumerate(names[1:]):
            slots = Slots(teller, {}, edges[position])
            parts.append((", which " if position else " ") + f"{slots['P3']} {name}")
        return "".join(parts)
    values = {
        "A": names[0],
        "Bs": teller.series(names[1:]),
        "Z": names[-1],
        "Bmid": ", ".join(names[1:-1]),
        "Bthen": ", then ".join(names[1:]),
        "Barrows": " -> ".join(names[1:]),
        "Bunicode": " → ".join(names[1:]),
        "Bgreater": " > ".join(names[1:]),
        "Bfrom": ", from there to ".join(names[1:]),
    }
    rules = STEP_CHAIN if teller.scenario.naming == "step" and random() < 0.5 else LONG_CHAIN
    return expand(random, pick(random, rules), Slots(teller, values, edges[0]))


def both_ways(teller: Teller, group: list[int]) -> str:
    """An unlabelled edge and its reverse."""
    edge = teller.scenario.edges[group[0]]
    teller.tell(*group)
    slots = Slots(teller, {"A": teller.name(edge.tail), "B": teller.name(edge.head)}, edge)
    return expand(teller.random, pick(teller.random, BOTH_WAYS), slots)
