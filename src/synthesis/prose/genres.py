# ruff: noqa: E501 (tables of phrases)
"""Genres: dialogues, questions and answers, e-mails, minutes and tickets.

Persons, dates and numbers that only frame the text (senders, speakers) are no part of the graph.
"""

from random import Random

from synthesis.phrasing import compile_rule, compile_table, expand, pick
from synthesis.prose.forms import framed, sentences
from synthesis.prose.frames import sentence_from, slots
from synthesis.prose.sentences import Slots, prepare
from synthesis.prose.voice import Teller, flow
from synthesis.scenario import Rendered, Scenario
from synthesis.words import people

FILLERS = compile_table("""
{right|ok|okay|I see|got it|understood|fine|sure|yes|mhm|good|aha|clear|noted}{, and then|, what else| so far|, go on||, anything else|, next|}{?|.|}
{and|anything|what} {else|more|next}?
{wait|hold on|slowly|one moment}, {let me {write that down|note that|draw it}|I am {writing|drawing}}.
{that makes sense|as I thought|interesting|funny|really?|are you sure?|makes sense|I didn't know that|thanks}
{is that all|is there more|how does it go on|go on|tell me more|what happens then}?
""")
LAST_WORDS = compile_table("""
{that's|that is} {all|it|everything}.
{great|perfect|thanks|thank you}, {I'll draw {it|the graph|that} now|I have it|that is enough|now draw it}.
{ok|fine|good}, {done|I got everything|let's draw it}.
""")


def _persons(rng: Random, scenario: Scenario, count: int) -> list[str] | None:
    """First names that are not names of nodes."""
    taken = " ".join(node.name for node in scenario.nodes)
    some = [name for name in rng.sample(people.FIRST, count + 3) if name not in taken]
    return some[:count] if len(some) >= count else None


SPEAKERS = (
    ("A", "B"),
    ("Q", "A"),
    ("Interviewer", "Expert"),
    ("Me", "You"),
    ("Customer", "Analyst"),
    ("Teacher", "Pupil"),
    ("User", "Dev"),
    ("Boss", "Intern"),
    ("Engineer", "Client"),
)
SPEECH = (
    "{}: {}",
    "{}: {}",
    "{}: {}",
    "**{}:** {}",
    "{} - {}",
    "<{}> {}",
    "[{}] {}",
    "{}> {}",
    '{}: "{}"',
)


def dialogue(rng: Random, scenario: Scenario) -> Rendered | None:
    """Two persons talk; the sentences are told by one or by both."""
    persons = _persons(rng, scenario, 2)
    if persons is None or any(node.label for node in scenario.nodes):
        return None
    random = rng.random
    teller = Teller(rng, scenario)
    body = sentences(teller)
    before, after = framed(teller, [], pick(random, teller.nouns))
    if random() < 0.3:
        persons = list(
            pick(
                random,
                SPEAKERS,
            )
        )
        if any(node.name in persons for node in scenario.nodes):
            return None
    both = random() < 0.5
    mark = pick(
        random,
        SPEECH,
    )
    lines = [] if random() < 0.5 or before else [expand(random, pick(random, FILLERS[2:3]), {})]
    turn = 0
    spoken: list[tuple[int, str]] = [(1, line) for line in lines]
    for sentence in body:
        spoken.append((turn, sentence))
        if both:
            turn = 1 - turn
        elif random() < 0.6:
            filler = expand(random, pick(random, FILLERS), {})
            spoken.append((1, filler[0].upper() + filler[1:] if not teller.lower else filler))
    if random() < 0.4:
        spoken.append((1 - turn, expand(random, pick(random, LAST_WORDS), {}).capitalize()))
    merged: list[tuple[int, str]] = []
    for who, line in spoken:
        if merged and merged[-1][0] == who:
            merged[-1] = (who, f"{merged[-1][1]} {line}")
        else:
            merged.append((who, line))
    text = "\n".join(mark.format(persons[who], line) for who, line in merged)
    parts = [flow(before), text, flow(after)]
    return teller.finish("\n\n".join(part for part in parts if part))


QUESTIONS = compile_table("""
{where|to what} {does|can|may} <A> {lead|go}?
what {comes|can come|follows|is|may come} {after|behind} <A>?
{where|whereto} do the <Ns> {from|out of|leaving} <A> {go|lead|end}?
{what|which <c>s} {does|can} one {reach|get to} {directly |}from <A>?
and <A>?
{what about|how about|and what about|tell me about|now} <A>{?|.}
<A>?
{which|what} <Ns> {leave|start at|go out of} <A>?
{list|name|give} {the targets|the <Ns>} of <A>.
""")
FAMILY_QUESTIONS = {
    "depend": "{what|which <c>s} does <A> {depend on|need|require|import|use}?",
    "use": "{what|which <c>s} does <A> {use|need|rely on}?",
    "call": "{what|whom|which <c>s} does <A> {call|ask|query|talk to}?",
    "send": "{where|to whom|to which <c>} does <A> {send|write|push|deliver} {its data|data|messages|its output}?",
    "manage": "who {is managed by|is led by|works for|is supervised by} <A>?",
    "report": "{to whom|to which person} does <A> {report|answer}?",
    "parent": "{who are the children of|which children has} <A>?",
    "eat": "what does <A> {eat|feed on|live on|hunt}?",
    "friend": "{who|whom} {knows|is friends with|is close to} <A>?",
    "road": "{where|which places} can {you|one} {get to|reach} from <A>{ directly|}?",
    "link": "{what|which <c>s} {is|are} {connected|linked|joined} to <A>?",
    "tell": "{whom|who} did <A> {tell|inform|call}?",
    "precede": "{what|which <c>s} {must wait for|comes after|can only start after} <A>?",
    "inherit": "{what|which class} does <A> {extend|inherit from}?",
    "have": "what does <A> {have|contain|own|refer to}?",
    "flow": "{what|which <c>} {follows|comes after|is next after|is started by} <A>?",
    "transition": "{where|whereto} can {it|one|the system} {go|move|change|switch} from <A>?",
}
_FAMILY_QUESTIONS = {key: compile_rule(text) for key, text in FAMILY_QUESTIONS.items()}


def questions(rng: Random, scenario: Scenario) -> Rendered | None:
    """Questions about each node, answers with its targets."""
    if any(node.label for node in scenario.nodes) or any(e.sort == "verb" for e in scenario.edges):
        return None
    random = rng.random
    teller = Teller(rng, scenario)
    prepare(teller)
    before, after = framed(teller, [], "arrow")
    ask, answer = pick(
        random,
        (
            ("Q: ", "A: "),
            ("Q: ", "A: "),
            ("- ", "  "),
            ("", "-> "),
            ("", ""),
            ("**Q:** ", "**A:** "),
            ("? ", "! "),
            ("Question: ", "Answer: "),
            ("", "– "),
        ),
    )
    number = random() < 0.1
    glue = pick(random, ("\n", "\n", " "))
    own = _FAMILY_QUESTIONS.get(teller.family)
    constant = own if own and random() < 0.4 else None
    lines = []
    if "A" in [node.name for node in scenario.nodes] and ask == "Q: ":
        ask, answer = "- ", "  "
    for node in dict.fromkeys(edge.tail for edge in scenario.edges):
        group = [i for i, edge in enumerate(scenario.edges) if edge.tail == node]
        teller.tell(*group)
        rule = constant or (own if own and random() < 0.5 else pick(random, QUESTIONS))
        fill = Slots(teller, {"A": teller.name(node), "c": "one"}, scenario.edges[group[0]])
        fill["c"] = teller.class_noun if teller.class_noun[-1] not in "sxyn" else "one"
        question = expand(random, rule, fill)
        told = []
        for index in group:
            edge = scenario.edges[index]
            name = teller.name(edge.head) if edge.head != node else "itself"
            if edge.label is None:
                told.append(name)
            elif random() < 0.6:
                told.append(f"{name} {Slots(teller, {}, edge)['W']}")
            else:
                told.append(f"{name} ({teller.label(edge)})")
        reply = teller.series(told)
        reply = pick(random, ("", "", "", "to ", "only ", "that would be ")) + reply
        if own is not None and reply.startswith("to "):
            reply = reply[3:]
        count = f"{len(lines) + 1}. " if number else ""
        question = teller.sentence(question.rstrip("?.")).rstrip(".") + (
            "?" if question.endswith("?") else "."
        )
        lines.append(f"{count}{ask}{question}{glue}{answer}{teller.sentence(reply)}")
    parts = [flow(before), "\n".join(lines), flow(after)]
    return teller.finish("\n\n".join(part for part in parts if part))


GREETINGS = "Hi {}, |Hello {},|Dear {},|hi {}|Hey {},|{},|Hi all,|Dear team,|Hello,|Hi,|Good morning {},|Dear colleagues,|Hey,".split(
    "|"
)
CLOSINGS = "Best,|Regards,|Cheers,|Thanks,|Best regards,|Kind regards,|Yours,|Thx|See you,|/|Many thanks,|Take care,".split(
    "|"
)
OPENERS = compile_table("""
{as|like I} {discussed|promised|said|agreed}{ yesterday| on the phone| last week|}, here {is|comes} {the description|how it works|what I know|the summary}
{you asked|I was asked} how {this|it|the <T>} {works|is organised|is set up}
{I hope you are well|hope all is fine|long time no see|sorry for the late reply}
{quick question about|something on|a word on|a note about} {the|our} <T>
{could you {draw|sketch} this for me|I need a picture of this|can you make a graph of this}
{below|here} {are|come} {my notes|the notes} on the <T>
""")


def letter(rng: Random, scenario: Scenario) -> Rendered | None:
    """An e-mail or chat message with greeting and signature."""
    persons = _persons(rng, scenario, 2)
    if persons is None:
        return None
    random = rng.random
    teller = Teller(rng, scenario)
    body = sentences(teller)
    before, after = framed(teller, body, pick(random, teller.nouns))
    values = slots(teller)
    parts = []
    if random() < 0.3:
        parts.append(
            pick(random, ("Subject: ", "Re: ", "Subject: Re: ", "subject: ")) + values["D"]
        )
    if random() < 0.15:
        parts[:0] = [f"From: {persons[1]}", f"To: {persons[0]}"]
    head = "\n".join(parts)
    greeting = pick(random, GREETINGS).format(persons[0]).strip()
    opener = [sentence_from(teller, OPENERS, values)] if random() < 0.5 else []
    text = flow([*opener, *before, *body])
    if random() < 0.3:
        cut = len(body) // 2
        text = flow([*opener, *before, *body[:cut]]) + "\n\n" + " ".join(body[cut:])
    tail = flow(after)
    closing = f"{pick(random, CLOSINGS)}\n{persons[1]}" if random() < 0.8 else persons[1]
    glue = pick(random, ("\n\n", "\n\n", "\n"))
    return teller.finish(glue.join(p for p in (head, greeting, text, tail, closing) if p.strip()))


SECTIONS = (
    "Description",
    "Details",
    "Summary",
    "What we know",
    "Behaviour",
    "Structure",
    "Overview",
    "How it works",
    "Acceptance criteria",
    "Design",
    "Discussion",
    "Decisions",
    "Rules",
    "Facts",
)


def minutes(rng: Random, scenario: Scenario) -> Rendered | None:
    """Meeting notes, wiki pages and tickets: headings, attendance, bullets."""
    persons = _persons(rng, scenario, 3)
    if persons is None:
        return None
    random = rng.random
    teller = Teller(rng, scenario)
    body = sentences(teller)
    before, after = framed(teller, [], pick(random, teller.nouns))
    values = slots(teller)
    style = pick(random, ("# {}", "## {}", "{}:", "**{}**", "{}", "== {} ==", "{}\n----", "### {}"))
    day = f"{1 + int(random() * 28)} {pick(random, ('January', 'March', 'May', 'July', 'October'))}"
    heads: list[str] = []
    x = random()
    if x < 0.35:
        heads = [
            style.format(pick(random, ("Minutes", "Meeting notes", "Notes", "Weekly", "Protocol"))),
            pick(random, (f"Date: {day}", f"{day}", f"Room {1 + int(random() * 300)}, {day}")),
            pick(random, ("Present: ", "Attendees: ", "With ")) + ", ".join(persons),
        ]
    elif x < 0.65:
        heads = [
            style.format(
                pick(random, ("Ticket", "Issue", "Task", "Feature request", "Story"))
                + f" {int(random() * 3000)}"
            ),
            pick(
                random,
                (
                    "Priority: high",
                    "Priority: low",
                    f"Assignee: {persons[0]}",
                    f"Reporter: {persons[1]}",
                    f"Estimate: {int(1 + random() * 13)} points",
                ),
            ),
        ]
    else:
        heads = [style.format(f"{values['T'][0].upper()}{values['T'][1:]}")]
    section = style.format(
        pick(
            random,
            SECTIONS,
        )
    )
    bullet = pick(random, ("- ", "* ", "", "• ", "- [ ] ", "{}. ", "AC{}: ", "+ "))
    items = [bullet.replace("{}", str(i + 1)) + line for i, line in enumerate(body)]
    blocks = ["\n".join(heads), flow(before), f"{section}\n" + "\n".join(items)]
    if after:
        foot = style.format(pick(random, ("Notes", "Remarks", "Other", "To do", "Open points")))
        blocks.append((foot + "\n" if random() < 0.5 else "") + flow(after))
    return teller.finish("\n\n".join(block for block in blocks if block))
