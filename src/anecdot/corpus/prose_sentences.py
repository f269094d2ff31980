# ruff: noqa: E501 (tables of phrases)
"""Sentences that tell edges: single ones, several from one node, several into one, chains.

`tell_edges(teller)` groups a scenario's edges into facts and gives one clause for each (without
capital and full stop). Slots of the rules: A tail, B head, a and b the same without article, C and D
further nodes, P predicate (Q in the plural), I inverse predicate with the head as subject (J in the
plural), N noun for an edge, W phrase for the label ("on timeout"; V before the clause), X label as a noun, L label.
"""

from collections.abc import Callable
from functools import cache

from anecdot.corpus.morphology import Verb
from anecdot.corpus.phrasing import Rule, Slot, compile_rule, compile_table, expand, pick, weighted
from anecdot.corpus.prose_families import FAMILIES
from anecdot.corpus.prose_voice import NAME, Teller, an
from anecdot.corpus.scenario import Edge

MODALS = weighted(
    {
        "can ": 8,
        "may ": 5,
        "will ": 4,
        "must ": 2,
        "shall ": 2,
        "should ": 3,
        "might ": 1,
        "is able to ": 1,
        "is allowed to ": 1,
        "has to ": 1,
        "is supposed to ": 1,
        "can only ": 2,
        "is going to ": 1,
        "is meant to ": 1,
    }
)
ADVERBS = weighted(
    {
        "": 60,
        "directly ": 4,
        "always ": 3,
        "only ever ": 2,
        "normally ": 2,
        "usually ": 2,
        "then ": 3,
        "simply ": 2,
        "also ": 3,
        "just ": 2,
        "eventually ": 1,
        "immediately ": 2,
        "automatically ": 1,
        "now ": 1,
        "actually ": 1,
        "typically ": 1,
    }
)
_PLURAL_MODAL = {
    "is able to ": "are able to ",
    "is allowed to ": "are allowed to ",
    "has to ": "have to ",
    "is supposed to ": "are supposed to ",
    "is going to ": "are going to ",
    "is meant to ": "are meant to ",
}

SHARED = compile_table("""
<A> <P> <B>
<A> <P> <B>
<A> <P> <B>
<A> <P> <B>
<B> <I> <A>
<B> <I> <A>
""")
ARROWED = compile_table("""
{there is|there's|we have|we need|you will find|please add|add|draw|put|I need|it has|exists} <Nan> {from <A> to <B>|from <A> to <B>|that starts at <A> and ends at <B>|which leaves <A> and enters <B>}
<Nan> {goes|leads|runs|points|is drawn|exists} from <A> {in the direction of |over |}to <B>
from <A>{,|} {there is|there's|we have|draw|you see|I see|goes|runs} <Nan> to <B>
<A> {has|gets|owns|comes with} <Nan> to <B>
<B> {has|gets} {an incoming|one incoming} <N> from <A>
<A> {points to|leads to|is connected to|goes to} <B>
{the|one|another} <N> {leaving|that leaves|out of|starting at|from} <A> {goes to|ends at|reaches|enters|leads to|points to} <B>
it is <A> that <P3> <B>
{the <N>|<Nan>} connects <A> to <B>
{connect|link|join} <A> to <B>
""")
LABELLED = compile_table("""
<V>{,|,|} <A> <P> <B>
<V>{,|,|} <A> <P> <B>
<A> <P> <B> <W>
<A> <P> <B> <W>
<A> <P> <B> <W>
<A>, <V>, <P> <B>
<B> <I> <A> <W>
<A> <P> <B> (<L>)
<V>{,|,|} <B> <I> <A>
""")
LABELLED_ARROW = compile_table("""
{there is|there's|we have|draw|add|you will find|I need} <Nan> from <A> to <B>{,|} {labelled|labeled|marked|with the label|tagged|called|annotated|inscribed|that says|named|carrying the text|with the text|reading|saying} <Lq>
the <N> from <A> to <B> {is|gets|carries|bears|has} {labelled|the label|the text|the inscription} <Lq>
from <A>{,|} {there is|goes|runs} <Nan> to <B> <W>
{label|mark} the <N> from <A> to <B> {as|with} <Lq>
<Lq> {is {written on|the label of|the text of|on}|labels|marks|stands on} the <N> {from <A> to <B>|between <A> and <B>}
<A> to <B>: <L>
<A> -> <B> <W>
<A> to <B> <W>
<V>: <A> to <B>
<V>: <A> -> <B>
""")
VERB_LABELLED = compile_table("""
<A> <L> <B>
<A> <L> <B>
<A> <L> <B>
<A> <L> <B>
<A> {also|directly|in turn|still|now|always|simply|really} <L> <B>
it is <A> that <L> <B>
{we know that|it is clear that|note that|of course|as everybody knows,|remember that|in addition,|it seems that|apparently} <A> <L> <B>
the relation from <A> to <B> is <Lq>
<A> - <L> - <B>
""")
FAN_OUT = compile_table("""
<A> <P> <Bs>
<A> <P> <Bs>
<A> <P> <Bs>
<A> <P> {both <B> and|<B> as well as|<B> and also|<B> and|<B> plus|<B> together with|<B> along with} <C>
{both |}<B> and <C> {each|both|} <J> <A>
<Bs> {all |each |}<J> <A>
from <A>{,|} {there are|we have|draw|I see|go} {<Ns> to each of <Bs>|<Ns> to <Bs>}
<A> has <k> {outgoing |}<Ns>: {to |one to each of |}<Bs>
{there are|we have|draw} <Ns> from <A> to {each of |}<Bs>
not only <B> but also <C> <I> <A>
<A> <P> <B>, and {it also|also|likewise|it} <P> <C>
<A> <P> the following: <Bs>
<A> <P> <k> {others|of them|targets}: <Bs>
<A> <P> <B>; {the same goes for|and likewise|also} <C>
""")
FAN_OUT_LABELLED = compile_table("""
from <A>, <BWs>
{out of|leaving|starting at} <A>{ there are <k> {<Ns>|ways}|}: <BWs>
<A> <P> <BWs>
<A> has <k> {outgoing |}<Ns>: <BWs>
{depending on what happens|as the case may be|there are <k> cases}, <A> <P> <BWs>
<A>: <BWs>
""")
FAN_IN = compile_table("""
<As> <Q> <B>
<As> {both|all|each} <Q> <B>
{both |}<A> and <C> <Q> <B>
<B> <I> <As>
<B> <I> {both <A> and|<A> as well as|<A> and also|<A> and} <C>
<A> {as well as|just like|together with|like} <C> <P> <B>
<B> has <k> incoming <Ns>: from <As>
{there are|we have|draw} <Ns> from <As> to <B>
<A> <P> <B>, and so does <C>
<A> <P> <B>; {the same holds for|so does|likewise} <C>
""")
CHAIN = compile_table("""
<A> <P> <B>, {which|and that|which then|which in turn|and this|and <B> itself} <P3> <C>
<A> <P> <B>{ and|, and|;|,} {that one|the latter|this one|this|<B>|from there it|<B> in turn} <P3> <C>
<A> <P> <B>. {The latter|That|This in turn|<B>} <P3> <C>
<B>, which <I> <A>, <P> <C>
<A> -> <B> -> <C>
""")
# Told backwards: the second edge comes first.
CHAIN_BACK = compile_table("""
<B> <P> <C> {and|but} {itself |}<I> <A>
<C> <I> <B>, which {itself |in turn |}<I> <A>
""")
LONG_CHAIN = compile_table("""
{first|at first|to begin with|in the beginning|it starts with} <A>, {then|next|after that|followed by} <Bmid>, and {finally|lastly|in the end|at last|last of all} <Z>
<A>, then <Bthen>
<A> {comes first|is first|is the start}, {followed by|then come|after it come} <Bs>
the {sequence|order|path|route|line|chain} is <A>, <Bs>{, in this order|, in that order|}
{it goes|it runs|the way leads|the path leads|things go} from <A> {over|via|through|by way of} <Bmid> to <Z>
{start|begin} {with|at} <A>, {continue|go on} with <Bmid> and {end|finish|stop} with <Z>
<A> -> <Barrows>
<A> → <Bunicode>
<A> > <Bgreater>
from <A> to <Bfrom>
<A>, <Bs>: {each one leads to the next|each is followed by the next|in exactly this order|one after the other}
""")
CHAIN_FAMILIES = {"flow", "transition", "travel", "precede"}
BOTH_WAYS = compile_table("""
<A> <P> <B>{,|} and {vice versa|the other way round|the reverse|conversely|back again}
<A> and <B> <Q> each other
{there are|we have|draw} <Ns> {in both directions between <A> and <B>|between <A> and <B> in both directions|from <A> to <B> and back}
<A> <P> <B>, and <B> <P> <A>{ as well| too| in return|}
{in both directions|mutually|both ways}: <A> and <B>
<A> <-> <B>
""")
LOOP = compile_table("""
<A> <P> itself
<A> has {a self-loop|a loop|an edge to itself|a self loop|an arrow to itself|a loop onto itself|an arrow back to itself}
{there is|we have|draw|add} {a self-loop|a loop|an arrow} {on|at} <A>{ itself|}
<A> {loops back to itself|points to itself|leads back to itself|is connected to itself|refers to itself}
""")
LOOP_STAY = compile_table("""
<A> {may|can} {stay|remain} {as it is|where it is|in <A>}
{it|the system|one} {can|may} {remain|stay} in <A>
""")
LOOP_LABELLED = compile_table("""
<V>{,|} <A> {stays|remains} {<A>|as it is|where it is|the same|unchanged}
<V>{,|} {it|the system|the machine|one} {stays|remains} in <A>
in <A>, <X> {changes nothing|leaves everything as it is|has no effect but a loop|keeps us there|keeps it there}
<A> {loops|goes back to itself|stays|returns to itself|has a self-loop|has a loop} <W>
<V>{,|} <A> {loops|goes back to itself|returns to itself|leads back to itself}
{there is|draw|add} a {self-loop|loop} on <A> {labelled|marked|with} <Lq>
""")
UNDIRECTED_FAN = compile_table("""
<A> <P> <Bs>
<A> <P> <Bs>
<A> <P> <B> {as well as|and also|and} <C>
<Bs> {all |each |} <J> <A>
the neighbours of <A> are <Bs>
<A>: <Bs>
{connect|link|join} <A> {to|with} <Bs>
from <A> there are <Ns> to <Bs>
""")
STEP_CHAIN = compile_table("""
{first|to begin with|you first|first of all|we first}{,|} <A>, {then|next|after that|and then} <Bmid>, and {finally|lastly} <Z>
<A>, then <Bthen>
""")

W_RULES: dict[str, list[Rule]] = {
    "event": compile_table("""
    {on|on|on|upon|after|at|with|by|following} {the |the event |event |an |}<L>
    {on|upon|after} <L>
    {in response to|in reaction to|due to|because of|triggered by|as a result of|in case of|in the case of|in the event of} <L>
    {when|if|whenever|as soon as|once} {the event |}<L> {occurs|happens|arrives|comes in|is received|is seen|comes|takes place}
    {when|if|whenever|once} <L>
    """),
    "clause": compile_table("""
    {when|if|once|as soon as|whenever|in case|after|provided that|every time|should it happen that|given that|assuming} {the |}<L>
    {when|if|once|as soon as|whenever} {the |}<L>
    """),
    "token": compile_table("""
    {on|on|on|upon|via|by|with|for|through|under} {input |symbol |the symbol |event |signal |}<L>
    {on|when|after} {reading|receiving|seeing|getting|consuming} <L>
    {when|if} {the input is |it reads |we get |it receives |there is |you send |the next symbol is |the event is }<L>
    """),
    "test": compile_table("""
    {if|when|once|as long as|while|provided that|in case|whenever|as soon as} <L>
    {under the condition|on condition|on the condition}{:|} <L>
    """),
    "answer": compile_table("""
    {if|on|for|with|in case of} <Lq>
    if {it is |the answer is |the result is |that is }<L>
    {when|if} <L>
    in {the <L> case|case of <L>}
    """),
    "weight": compile_table("""
    {at|with|at} <L>
    with {a weight of|a cost of|a distance of|a length of|weight|cost|length|a value of|the value|a capacity of} <L>
    (<L>)
    {weighing|costing|measuring|taking|worth|weighted} <L>
    """),
    "pointer": compile_table("""
    {via|by|through|with|as|on} {its |the |}<L>{ pointer| link| field| branch|}
    (<L>)
    on the <L>{ side|}
    """),
    "verb": compile_table("labelled <Lq>"),
    "note": compile_table("""
    {labelled|marked|labeled|annotated|tagged|with label|with the label} <Lq>
    (<L>)
    """),
}


# Before the main clause no label stands in parentheses.
_W_BEFORE = {
    sort: [rule for rule in rules if not (isinstance(rule, tuple) and rule[0] == "(")]
    for sort, rules in W_RULES.items()
}


def _slots(rule: Rule) -> set[str]:
    if isinstance(rule, Slot):
        return {str(rule)}
    if isinstance(rule, (list, tuple)):
        return set().union(*(_slots(part) for part in rule))
    return set()


def _split(rules: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Rules for any label, and those that need the label as a noun (slot X) besides."""
    return [rule for rule in rules if "X" not in _slots(rule)], rules


_FAMILY_LABELLED = {key: _split(value.labelled) for key, value in FAMILIES.items()}
_LOOP_LABELLED = _split(LOOP_LABELLED)
# Sorts of labels that can be the subject or object of a clause.
NOUN_SORTS = ("event", "token", "pointer")
EVENT_NOUN = compile_rule("{<L>|<L>|the event <L>|event <L>|the <L>|<L>}")
TOKEN_NOUN = compile_rule("{<L>|<L>|input <L>|the input <L>|the symbol <L>|the signal <L>}")
MESSAGE_NOUN = compile_rule("{<L>|<L>|the message <L>|a <L> message|the <L>|<L>}")


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
        return (_PLURAL_MODAL.get(modal, modal) if plural else modal) + verb.base
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


def _plain(slots: Slots) -> str:
    verb = pick(slots.teller.random, slots.teller.verbs)
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
    rules = _W_BEFORE[slots.edge.sort]
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
    return f"{NAME}{mark}{slots.edge.label}{mark}"


_FILL: dict[str, Callable[[Slots], str]] = {
    "P": _active,
    "Q": lambda slots: _active(slots, plural=True),
    "I": _inverse,
    "J": lambda slots: _inverse(slots, plural=True),
    "P3": _plain,
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
            rules = _LOOP_LABELLED[edge.sort in NOUN_SORTS]
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
        own = _FAMILY_LABELLED[teller.family][edge.sort in NOUN_SORTS]
        if own and x < 0.45:
            rules = own
        elif teller.family == "message":
            rules = own if edge.sort in NOUN_SORTS else LABELLED
        else:
            rules = LABELLED if x < 0.85 or not teller.scenario.directed else LABELLED_ARROW
    return expand(random, pick(random, rules), slots)


_FAN2 = [rule for rule in FAN_OUT if "C" in _slots(rule)]
_FANN = [rule for rule in FAN_OUT if "C" not in _slots(rule)]
_IN2 = [rule for rule in FAN_IN if "C" in _slots(rule)]
_INN = [rule for rule in FAN_IN if "C" not in _slots(rule)]
_UFANN = [rule for rule in UNDIRECTED_FAN if "C" not in _slots(rule)]


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
    if "P" in _slots(rule):  # "goes to <B> on x, <C> on y": the verb brings its own preposition
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
            return f"{values['A']} {slots['L']} {values['B']}, and so does {values['C']}"
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


def tell_edges(teller: Teller) -> list[str]:
    """Clauses for all edges, in an order that a writer could have chosen."""
    scenario, random = teller.scenario, teller.random
    prepare(teller)
    edges = scenario.edges
    left = list(range(len(edges)))
    if random() < 0.12:
        teller.rng.shuffle(left)
    grouping = random() < 0.8
    clauses = []
    while left:
        i = left.pop(0)
        edge = edges[i]
        group, teller_of = [i], single
        x = random()
        if grouping and edge.tail != edge.head:
            plain = edge.label is None
            if x < 0.5:
                same = [
                    j
                    for j in left
                    if edges[j].tail == edge.tail
                    and edges[j].head != edge.tail
                    and (edges[j].label is None) == plain
                    and (edges[j].sort == "verb") == (edge.sort == "verb")
                ]
                if same and (plain or scenario.directed) and not _repeats(edges, [i, *same]):
                    group, teller_of = [i, *same], fan_out
            elif x < 0.62 and scenario.directed:
                same = [
                    j
                    for j in left
                    if edges[j].head == edge.head
                    and edges[j].tail != edge.head
                    and edges[j].label == edge.label
                ]
                if same and not _repeats(edges, [i, *same]):
                    group, teller_of = [i, *same], fan_in
            elif x < 0.85 and plain and scenario.directed:
                group = _follow(edges, left, i)
                teller_of = chain if len(group) > 1 else single
            elif plain and scenario.directed:
                back = [
                    j
                    for j in left
                    if (edges[j].tail, edges[j].head) == (edge.head, edge.tail)
                    and edges[j].label is None
                ]
                if back:
                    group, teller_of = [i, back[0]], both_ways
        for j in group[1:]:
            left.remove(j)
        clauses.append(teller_of(teller, i if teller_of is single else group))
    return clauses


def _repeats(edges: list[Edge], group: list[int]) -> bool:
    ends = {(edges[i].tail, edges[i].head) for i in group}
    return len(ends) < len(group)


def _follow(edges: list[Edge], left: list[int], i: int) -> list[int]:
    group, seen = [i], {edges[i].tail, edges[i].head}
    while True:
        end = edges[group[-1]].head
        following = [
            j
            for j in left
            if edges[j].tail == end
            and edges[j].label is None
            and edges[j].head not in seen
            and j not in group
        ]
        if not following or len(group) > 5:
            return group
        group.append(following[0])
        seen.add(edges[following[0]].head)
