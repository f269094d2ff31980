# ruff: noqa: E501 (tables of phrases)
"""Requirements, rules, logs and user stories: one statement an edge.

Numbers, times and roles that only frame the text are no part of the graph.
"""

from random import Random

from synthesis import names
from synthesis.phrasing import compile_table, expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.sentences import Slots, prepare, single
from synthesis.prose.voice import NAME, Teller, flow
from synthesis.scenario import Rendered, Scenario

SPEC_IDS = [
    "REQ-{}",
    "R{}",
    "FR-{}",
    "[{}]",
    "SR {}",
    "REQ_{:03d}",
    "({})",
    "4.{}",
    "§{}",
    "SYS-{:02d}",
    "3.1.{}",
    "Rule {}",
    "F{}",
    "RQ{}",
]
SHALL = compile_table("""
{the system|the software|the controller|the device|the machine|it} {shall|must|is required to|has to|should} {go|move|change|switch|pass|transition} from <A> to <B> <W>
<W>{,|} {the system|the software|the controller|the device} {shall|must|has to|should} {go|move|change|switch|pass|transition} from <A> to <B>
{in|when in|while in} <A>, {the system|the controller|the device} {shall|must|should} {enter|go to|move to|change to} <B> <W>
{in|while in} <A> and <W>, {the system|the controller|the device} {shall|must|should} {enter|go to|move to|change to} <B>
<W>{,|} <A> {shall|must} be {left for|followed by|changed to} <B>
a {change|transition|move} from <A> to <B> {shall|must|may only} {happen|take place|occur|be made} <W>
""")


def specification(rng: Random, scenario: Scenario) -> Rendered | None:
    """Numbered requirements with "shall"."""
    random = rng.random
    teller = Teller(rng, scenario)
    if not scenario.directed or teller.family in ("parent", "tell", "travel", "people", "eat"):
        return None
    teller.lower = teller.past = False
    prepare(teller)
    before, after = framed(teller, [], "arrow")
    form = pick(random, SPEC_IDS)
    sign = pick(random, (" ", ": ", ". ", " - ", "\t"))
    shall = random() < 0.8
    lines = []
    for index, edge in enumerate(scenario.edges):
        if teller.family == "transition" and edge.label and edge.tail != edge.head and shall:
            teller.tell(index)
            fill = Slots(teller, {"A": teller.name(edge.tail), "B": teller.name(edge.head)}, edge)
            text = expand(random, pick(random, SHALL), fill)
        else:
            teller.modal = True
            text = single(teller, index)
            teller.flip(text, [index])
        lines.append(f"{form.format(index + 1)}{sign}{teller.sentence(text)}")
    parts = [flow(before), "\n".join(lines), flow(after)]
    return teller.finish("\n".join(part for part in parts if part))


GIVEN = compile_table("""
Given <a>\\nWhen <L>\\nThen <b>
Given {the state is |state |the current state is |it is in |we are in |the system is in |the object is }<A>\\n{  |}When {the event |}<L>{ occurs| happens|}\\n{  |}Then {the state is |state |the new state is |it is in |it becomes |the system goes to }<B>
GIVEN <a> WHEN <L> THEN <b>
Given <A>, when <L>, then <B>
IF {state|current state|s} = <a> AND {input|event|e} = <L> THEN {state|next|s} = <b>
if {in|state is} <a> and <L>{ occurs| happens|}{ then|:|, then|} {goto|go to|state becomes|enter} <b>
in <a>: <L> => <b>
<a> + <L> -> <b>
<a> + <L> = <b>
(<a>, <L>) -> <b>
δ(<a>, <L>) = <b>
delta(<a>, <L>) = <b>
<a>, <L>, <b>
state <a>, {event|input} <L>: {next state|goto|next|new state} <b>
{at|on} <a> {and|with} <L>: <b>
<a> --(<L>)--> <b>
<L>: <a> => <b>
""")


def rules(rng: Random, scenario: Scenario) -> Rendered | None:
    """One rule an edge: Given/When/Then, if/then, (state, input) -> state; all edges labelled."""
    random = rng.random
    if not all(edge.label for edge in scenario.edges) or not scenario.directed:
        return None
    teller = Teller(rng, scenario)
    if teller.family not in ("transition", "flow", "decision"):
        return None
    prepare(teller)
    before, after = framed(teller, [], "arrow")
    rule = pick(random, GIVEN)
    items = []
    for index, edge in enumerate(scenario.edges):
        teller.tell(index)
        items.append(
            expand(
                random,
                rule,
                {
                    "A": teller.name(edge.tail),
                    "B": teller.name(edge.head),
                    "a": teller.bare[edge.tail],
                    "b": teller.bare[edge.head],
                    "L": teller.label(edge),
                },
            ).replace("\\n", "\n")
        )
    blank = "\n\n" if "\n" in items[0] and random() < 0.7 else "\n"
    if "\n" in items[0] and random() < 0.4:
        items = [f"Scenario: {names.noun(rng)} {i + 1}\n{item}" for i, item in enumerate(items)]
    parts = [flow(before), blank.join(items), flow(after)]
    return teller.finish("\n\n".join(part for part in parts if part))


LOGS = compile_table("""
<a> -> <b><l>
{INFO|DEBUG|info|[info]|TRACE|} {state changed|moved|transition|changed|went|hop|handover|switch}{:|} from <a> to <b><l>
{transition|hop|step|move}: <a> => <b><l>
from=<a> to=<b><e>
left <a>, entered <b><l>
<a> >> <b><l>
""")


def log(rng: Random, scenario: Scenario) -> Rendered | None:
    """A log with a time before each edge; the times are no part of the graph."""
    random = rng.random
    if not scenario.directed or scenario.isolated():
        return None
    teller = Teller(rng, scenario)
    if teller.family not in ("transition", "flow", "send", "travel", "tell", "message"):
        return None
    prepare(teller)
    before, after = framed(teller, [], "arrow")
    rule = pick(random, LOGS)
    seconds = int(random() * 80000)
    date = pick(random, ("", "", "2024-03-07 ", "2023/11/30 ", "[", "Mon "))
    lines = []
    tail_label = pick(
        random, (" ({})", " on {}", ": {}", " [{}]", ' "{}"', " event={}", " because of {}")
    )
    key = pick(random, ("event", "on", "cause", "trigger", "label"))
    for index, edge in enumerate(scenario.edges):
        teller.tell(index)
        seconds += 1 + int(random() * 90)
        time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        text = expand(
            random,
            rule,
            {
                "a": teller.bare[edge.tail],
                "b": teller.bare[edge.head],
                "l": "" if edge.label is None else tail_label.format(edge.label),
                "e": "" if edge.label is None else f' {key}="{edge.label}"',
            },
        ).strip()
        lines.append(f"{date}{time}{']' if date == '[' else ''} {text}")
    parts = [flow(before), "\n".join(lines), flow(after)]
    return teller.finish("\n".join(part for part in parts if part))


WISHES = compile_table("""
As {a|an} <w> {user|owner|manager|clerk|guest}{,|} I {want|need|would like|expect} {it to hold that |that |}<s>{ so that <r>|, because <r>|}
{as a {user|tester|guest|admin},|for me,|} it {is important|matters|is necessary|is expected} that <s>
{make sure|ensure|check|verify|see to it} that <s>
{it must hold that|we agreed that|everybody knows that|the rule is that|fact:|assumption:} <s>
""")
REASONS = (
    "nobody has to wait",
    "nothing gets lost",
    "I save time",
    "we can sleep",
    "costs stay low",
    "the audit is happy",
    "it stays simple",
    "errors are rare",
    "the old rules still hold",
)


def stories(rng: Random, scenario: Scenario) -> Rendered | None:
    """User stories and assertions, one an edge."""
    random = rng.random
    teller = Teller(rng, scenario)
    teller.lower = False
    prepare(teller)
    before, after = framed(teller, [], pick(random, teller.nouns))
    lines = []
    bullet = pick(random, ("- ", "", "* ", "{}. ", "US{}: ", ""))
    constant = pick(random, WISHES) if random() < 0.5 else None
    for index in range(len(scenario.edges)):
        clause = single(teller, index)
        teller.flip(clause, [index])
        text = expand(
            random,
            constant or pick(random, WISHES),
            {
                "s": clause,
                "w": names.noun(rng),
                "r": pick(random, REASONS),
            },
        )
        if not clause.startswith((NAME, "the ")) or "->" in clause or ": " in clause:
            text = clause
        lines.append(bullet.replace("{}", str(index + 1)) + teller.sentence(text))
    glue = "\n" if bullet or random() < 0.5 else " "
    parts = [flow(before), glue.join(lines), flow(after)]
    return teller.finish("\n\n".join(part for part in parts if part))
