# ruff: noqa: E501 (tables of phrases)
"""Rules that all families of verbs share: see `prose_sentences` for the slots."""

from synthesis.phrasing import Rule, Slot, compile_rule, compile_table, weighted
from synthesis.prose.families import FAMILIES

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
PLURAL_MODAL = {
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
{what <A> <P3> is <B>|<A> is the <c> that <P3> <B>|<B> is the <c> that <A> <P3>|<B> is what <A> <P3>|<B> is the <c> that <I3> <A>|among others, <A> <P> <B>|as for <A>, it <P> <B>|it is <B> that <A> <P3>|it is <B> that <I3> <A>}
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
the <N> from <A> to <B> {is {labelled|marked|labeled}|{gets|carries|bears|has} {the label|the text|the inscription}} <Lq>
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
{both <B> and <C>|<B> and <C> both|<B> and <C> each|<B> and <C>} <J> <A>
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
<As> {all|each} <Q> <B>
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
W_BEFORE = {
    sort: [rule for rule in rules if not (isinstance(rule, tuple) and rule[0] == "(")]
    for sort, rules in W_RULES.items()
}


def slots_of(rule: Rule) -> set[str]:
    if isinstance(rule, Slot):
        return {str(rule)}
    if isinstance(rule, (list, tuple)):
        return set().union(*(slots_of(part) for part in rule))
    return set()


def _split(rules: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Rules for any label, and those that need the label as a noun (slot X) besides."""
    return [rule for rule in rules if "X" not in slots_of(rule)], rules


FAMILY_LABELLED = {key: _split(value.labelled) for key, value in FAMILIES.items()}
LOOP_LABELLED = _split(LOOP_LABELLED)
# Sorts of labels that can be the subject or object of a clause.
NOUN_SORTS = ("event", "token", "pointer")
EVENT_NOUN = compile_rule("{<L>|<L>|the event <L>|event <L>|the <L>|<L>}")
TOKEN_NOUN = compile_rule("{<L>|<L>|input <L>|the input <L>|the symbol <L>|the signal <L>}")
MESSAGE_NOUN = compile_rule("{<L>|<L>|the message <L>|a <L> message|the <L>|<L>}")
