# ruff: noqa: E501 (tables of phrases)
"""What stands around the edges of a prose document: requests, node lists, groups, looks, asides."""

import re

from synthesis.phrasing import compile_rule, compile_table, expand, pick
from synthesis.prose.voice import Teller, an, plural
from synthesis.words import basic

DIAGRAMS = {
    "transition": "state diagram; state machine; state chart; state transition diagram; automaton",
    "flow": "flowchart; workflow; process diagram; flow diagram; process; activity diagram",
    "send": "architecture diagram; data flow diagram; component diagram; system diagram; overview",
    "call": "call graph; architecture diagram; component diagram; service map",
    "use": "component diagram; dependency graph; usage diagram",
    "depend": "dependency graph; dependency diagram; dependency tree; module graph; import graph",
    "inherit": "class diagram; class hierarchy; inheritance diagram; UML class diagram",
    "have": "class diagram; object model; UML diagram; domain model",
    "relate": "ER diagram; entity-relationship diagram; data model; schema diagram",
    "point": "data structure; tree; linked structure; memory picture; diagram",
    "manage": "org chart; organisation chart; hierarchy; organizational chart; organigram",
    "report": "reporting structure; org chart; chart of who reports to whom; reporting lines",
    "parent": "family tree; genealogy; pedigree",
    "eat": "food web; food chain; food web diagram",
    "friend": "friendship graph; social network; network of friends; graph of acquaintances",
    "road": "road map; map; road network; route network; transport graph",
    "link": "network diagram; network; topology; network graph; wiring diagram",
    "tell": "graph of who told whom; gossip graph; communication graph; message graph",
    "travel": "route; itinerary; trip graph; travel map",
    "people": "relationship graph; character map; sociogram; knowledge graph",
    "message": "message flow; communication diagram; protocol diagram; interaction graph",
    "precede": "precedence graph; schedule; task graph; precedence diagram; network plan",
    "decision": "decision tree; decision diagram; flowchart; decision flow",
}
_DIAGRAMS = {
    family: [name.strip() for name in text.split(";")] + ["graph", "graph", "diagram"]
    for family, text in DIAGRAMS.items()
}
REQUESTS = compile_table("""
{draw|please draw|could you draw|can you draw|sketch|please sketch|make|create|produce|generate|build|give me|show|I need|I want|I'd like|we need|write|prepare|plot|please make|would you draw|provide|output|design|I am looking for} <Dan> {of this|for this|of it|from this|of the following|for the following|from the text below|of what follows|from this description|that shows this||showing this|of the situation below|representing this|for our {wiki|docs|slides|notes|README|report|handbook|meeting|board}} {in DOT|as DOT|in Graphviz|as Graphviz|in the DOT language|with Graphviz|as Graphviz DOT|||||in dot format|as a dot file}
{turn|convert|translate|transform|put|render|bring|cast} {this|the following|this text|this description|the text below|my notes|what I wrote|these notes|all of this} {into|to|as} {<Dan>|a DOT graph|Graphviz|DOT|a Graphviz graph|Graphviz code|DOT code|a graph in DOT}
{show|draw|visualise|visualize|display|depict|model|express|describe|represent|capture|map|chart} {this|the following|it|all this|that} as {<Dan>|a DOT graph|a Graphviz graph|DOT|Graphviz}
{what does|what would} the <D> {look like|look like in DOT|look like in Graphviz}?
how {does|would} the <D> look{ in DOT| in Graphviz|}?
{please|} {show|draw|write down} the <D> as Graphviz
<D>{ please|, please| wanted| needed|}
{can|could} {you|somebody|someone} {turn|make|convert} this into <Dan>?
{need|want} <Dan> {for|of} this
<D> {in DOT|as DOT|for Graphviz|as a digraph|}
""")
INTROS = compile_table("""
{this|here|below|what follows} is {the|a|our} {<D>|description of <Dan>|plan of the <T>|overview of the <T>|model of the <T>|<D> of {the|our|a} <T>}
{the|our|this} <T> {works|is organised|is organized|is built|behaves|operates|is laid out|runs|is structured} {as follows|like this|in this way|in a simple way|the following way}
{let me|I will|I'll|I want to|let us|we will|I try to} {describe|explain|outline|sketch|go through|tell you about|walk you through} {the|our|my|a} <T>
{consider|imagine|take|suppose we have|think of|picture|given is|look at} {a|the|our|this} <T>
{here is|here's|this is} how {the|our|my} <T> {works|is put together|behaves|goes|operates|is wired up|functions}
{about|concerning|regarding|on} {the|our} <T>
{I am|I'm|we are|we're} {documenting|designing|rebuilding|studying|modelling|writing about|trying to understand} {the|our|a} <T>
<T>
notes on {the|our|a} <T>
""")
NOISE = compile_table("""
{the|our|this} {team|office|customer|author|<w> group|board} {likes|prefers|asked for|insists on|wants} {simple|clear|short|tidy|honest} {pictures|words|answers|reports}
{nothing|hardly anything|not much} {of this|here} is {new|secret|urgent|set in stone|final}
{the|this} {description|list|text|summary} {was|has been} {written|checked|revised|updated|agreed} {last week|in {March|June|October|spring}|two years ago|by {Kim|Lou|the <w> team}|on a {Monday|Friday}|in a hurry}
{I|we} {hope|think|believe|guess} {this|that|it} is {clear|enough|complete|correct|understandable}{ so far|}
{sorry for the|ignore the|excuse the|please forgive the} {typos|bad handwriting|length|mess|haste|brevity}
{it|this|the whole thing} {has worked|has been in use|has been running} {like this |this way |}{for years|since {1998|2015|last summer|the move}|for <n> weeks}
{the|a} {budget|price|cost} {is|was|will be} {about|around|roughly|under} <n>{00|,000|0} {euros|dollars|pounds|francs}
{the|our} <w> is {painted green|made of steel|kept upstairs|stored in the basement|kept in {Oslo|Leeds}}
{we|they|people} {discussed|argued about|talked about|debated} {colours|the budget|the schedule|names|fonts} for {an hour|ages|<n> minutes}
{that's|that is|this is|it's} {all|it|everything|the whole story|the idea|about it}
{don't worry about|forget about|leave out|ignore|skip} {the rest|the details|colours|the timing|the layout|everything else}
{nobody|no one|hardly anybody} {remembers|knows|can say|could tell us} why{ it was done this way| it is so| any more|}
{thanks|thank you|many thanks|cheers|thx}{ in advance| for your help| a lot|}
{details|exceptions|edge cases|prices|dates} {are|will be} {given|described|discussed|listed} {elsewhere|later|in the appendix|in another document}
{version|revision|draft} <n>, {not yet|already} {approved|reviewed|signed}
{the|some} {names|terms|words} {are|were} {chosen|taken} {by the|from the} {customer|vendor|old manual|<w> team}
{I|we} {found|saw|read|noticed} this in {an old|a|the} {notebook|manual|binder|wiki|e-mail}
{in|during} {tests|practice|summer|the pilot} {about|some|roughly} <n> {percent|per cent|%} of {cases|users|runs} {are fine|go well|finish early}
{keep|please keep} it {simple|short|readable|small|plain}
{each|every} {name|item|box} {appears|is shown|should appear} {only |}once
{use|keep|take} the names {exactly |}as {written|given|they are|I wrote them}
""")
NO_EDGE = compile_table("""
{there is|there's|we have} no {direct |}<N> from <A> to <B>
<A> {has no|does not have any|lacks a} <N> to <B>
{beware:|careful:|by the way,|of course} {nothing|no <N>} {leads|goes} {straight |directly |}from <A> to <B>
<A> and <B> {have nothing to do with each other|are not connected directly|are unrelated|do not touch}
{don't|do not|never} {connect|link|join} <A> {to|and} <B>
{note that|mind that|} {there is no|no} {direct |}<N> {goes |leads |}from <A> to <B>
""")
NODE_LISTS = compile_table("""
{there are|we have|it has|there exist|it consists of|I have|you will find|the <D> has|it knows} <k> {different |}<cs>: <list>
<Cs>: <list>
the <k> <cs> are <list>
{the|all} <cs>{ involved| in question| here| used| that matter|}{ are|:} <list>
<list> are the <k> <cs>
{the|our} <T> {has|consists of|is made of|knows|includes|comprises|is made up of} <k> <cs>{: |, namely |, which are |, to wit |, i.e. }<list>
{it is about|this is about|it involves|involved are|the players are} <list>
<cs> ({<kd>|<k>}): <list>
""")
STARTS = compile_table("""
{the initial|the first|the starting|the start} <c> is <A>
<A> is {the initial|the first|the starting|where it starts, the first} <c>
{it|everything|all} {starts|begins} {in|at|with|from} <A>
{we start|start|begin} {in|at|with} <A>
""")
ENDS = compile_table("""
<A> is {final|terminal|the end|the last|a final <c>|an end <c>}
{it|everything|all} {ends|stops} {in|at|with} <A>
nothing {follows|comes after|leaves} <A>
{there is no way|no way leads} out of <A>
""")
ISOLATED = compile_table("""
{there is|there's|we have|it has} also <A>{,|} {which is not connected to anything|without any connection|which stands alone|but nothing is connected to it|not linked to anything{ else|}|with no edges at all}
<A> {stands alone|is isolated|is not connected to anything|has no connection{ to the others|s|}|is on its own|has no edges|is not linked to any other <c>|remains unconnected}
{besides,|finally,|also,|in addition,|} {there is|we have} an {isolated|unconnected} <c>{ called|,|:|} <A>
{nothing|no <c>} is connected to <A>
{add|include|keep|show|draw} <A> {as well, |too, |}{without edges|unconnected|on its own|as an isolated <c>|although nothing links to it}
""")
GROUPS = compile_table("""
<As> {belong to|are in|are part of|make up|form|are members of|sit in|live in|lie in} <the><G>
{put|group|place|collect|gather|wrap} <As> {in|into|under|inside} {a {cluster|box|group} {labelled|named|called|titled|labeled}|the {group|cluster|box}} <G>
<G>: <As>
<G> {contains|consists of|comprises|includes|holds|groups|has} <As>
{the {group|cluster|section} |}<G> {is made of|is made up of|contains|is} <As>
{inside|in|within|under} <the><G>{ we find| are| there are|:} <As>
{the cluster|group|cluster|the group} <G> {has|with} the members <As>
""")
SINGLE_GROUPS = compile_table("""
<As> {belongs to|is in|is part of|is alone in|sits in} <the><G>
{put|group|place} <As> {in|into|inside} {a {cluster|box|group} {labelled|named|called|titled}|the {group|cluster}} <G>
<G>: <As>
<G> {contains|comprises|includes|holds} {only |}<As>
""")
MEANINGS = compile_table("""
<A> {stands for|means|is short for|is labelled|has the label|is labeled|shows the text|reads|carries the label} <M>
<A> = <M>
<A>: <M>
<A> ({label|labelled|text|caption}: <M>)
the label of <A> is <M>
{label|caption} <A> {with|as} <M>
""")
LOOKS = {
    "shape": compile_table("""
    {draw|show|make|render|paint|display} <A> as <van>
    <A> {is|should be|must be|is drawn as|has to be|appears as} <van>
    <A> {has|should have|gets|with} {the |}shape <v>
    {use|take} <van> for <A>
    {the shape of|shape for} <A> is <v>
    shape={<v>} for <A>
    """),
    "color": compile_table("""
    {colour|color|draw|make|paint} <A> {in |}<v>
    <A> {has|gets|should have|wants} a <v> {border|outline|frame}
    {the colour of|the color of} <A> is <v>
    color={<v>} for <A>
    <A> {should be|is drawn in|is|must be} <v>
    """),
    "fillcolor": compile_table("""
    {fill|flood} <A> {with|in} <v>
    <A> {is|should be|gets|must be} filled {with |in |}<v>
    give <A> a <v> {fill|background|filling}
    <A> {has|gets} a <v> {fill|background|filling}
    """),
}
EDGE_LOOKS = {
    "style": compile_table("""
    {the|draw the|make the|show the} <N> from <A> to <B>{ is|:| as|} <v>
    {use|draw} a <v> line {from <A> to <B>|between <A> and <B>}
    """),
    "color": compile_table("""
    {make|colour|color|draw|paint} the <N> from <A> to <B> <v>
    the <N> {from <A> to <B>|between <A> and <B>} {is|should be|must be} <v>
    {use|draw} a <v> <N> from <A> to <B>
    """),
}
EDGE_LOOKS["style"][0] = compile_rule(
    "{draw the|make the|show the|I want the} <N> from <A> to <B> <v>"
)
DIRECTIONS = {
    "LR": "from left to right; left to right; with rankdir LR; horizontally, left to right",
    "RL": "from right to left; right to left; with rankdir=RL",
    "BT": "from bottom to top; bottom up; with rankdir BT; bottom to top",
    "TB": "from top to bottom; top down; with rankdir TB; top to bottom",
}
VERB_NOTES = compile_table("""
{label|mark|annotate|inscribe} {the|all|each of the} {arrows|edges|lines} with {the verbs|the relation|the verb|what happens|the relationship|the words used}
{write|put} {the verb|the relation|the relationship|what one does} {on|at|next to} {each|every|the} {arrow|edge|line}
{the verbs|relations|the relations} {are|become|should be|go on as} {the |}{edge labels|labels|labels of the arrows}
{every|each} {arrow|edge} {carries|gets|needs|should have} {its verb|the verb|the relation} as {a |its |}label
""")
NO_LABELS = compile_table("""
{no labels{ please|}|no edge labels|leave out labels|labels are not needed|without labels|plain arrows, no labels|don't label the {edges|arrows|lines}}
""")
LAYOUT = compile_table("""
{lay it out|draw it|the layout goes|it should run|lay everything out|let it flow|arrange it|the graph runs|show it} <d>
{layout|direction}: <d>
{the drawing|the graph|the diagram|the picture} {should go|goes|should run|is laid out|must be drawn} <d>
""")
TITLES = compile_table("""
{name|call} the {graph|diagram|<D>} <t>
the {graph|<D>|digraph} is {called|named} <t>
the {name|id} of the graph is <t>
{graph|digraph} name: <t>
""")


# An article before a vowel; a name (after a mark of `prose_voice`) is none.
_A_VOWEL = re.compile(r"""(?<![\x01\x02\w"'`*«-])([Aa]) (?=[aeio])""")


def slots(teller: Teller) -> dict[str, str]:
    """Words that every frame may use: D diagram, T thing described, c class noun, w, n random."""
    random, scenario = teller.random, teller.scenario
    diagram = pick(random, _DIAGRAMS[teller.family])
    if not scenario.directed and random() < 0.15:
        diagram = "undirected graph"
    elif scenario.directed and random() < 0.08:
        diagram = pick(random, ("directed graph", "digraph"))
    if scenario.title and random() < 0.6:
        thing = (
            f"{scenario.title} {pick(random, ('system', 'process', 'project', 'case', 'model'))}"
        )
    else:
        thing = f"{scenario.domain} {pick(random, ('system', 'process', 'project', 'set-up'))}"
        if random() < 0.4:
            thing = scenario.domain
    noun = teller.class_noun
    cs = plural(noun)
    number = len(scenario.nodes)
    return {
        "D": diagram,
        "Dan": an(diagram),
        "T": thing,
        "c": noun,
        "cs": cs,
        "Cs": cs[0].upper() + cs[1:],
        "w": pick(random, basic.NOUNS),
        "n": str(2 + int(random() * 40)),
        "k": teller.count(number),
        "kd": str(number),
    }


def sentence_from(teller: Teller, rules: list, values: dict[str, str]) -> str:
    """One frame sentence, with capital and stop."""
    text = expand(teller.random, pick(teller.random, rules), values).strip()
    text = _A_VOWEL.sub(r"\1n ", text)
    if text.endswith("?"):
        return text if teller.lower else text[0].upper() + text[1:]
    return teller.sentence(text)


def node_list(teller: Teller, values: dict[str, str]) -> str:
    """A sentence that names all nodes; their order becomes the order of the graph."""
    order = list(range(len(teller.scenario.nodes)))
    if teller.random() < 0.15:
        teller.rng.shuffle(order)
    teller.named += order
    return sentence_from(
        teller, NODE_LISTS, {**values, "list": teller.series([teller.bare[i] for i in order])}
    )


def groups(teller: Teller, named: list[int]) -> list[str]:
    """A sentence for each group; `named` receives the members."""
    random = teller.random
    made = []
    quote = pick(random, ('"', '"', "", "", "'"))
    if random() < 0.2:
        return [_group_list(teller, named, quote)]
    style = pick(random, GROUPS) if random() < 0.5 else None
    articled = "the " if random() < 0.3 else ""
    for cluster in teller.scenario.clusters:
        named += cluster.members
        rule = style or pick(random, GROUPS)
        if len(cluster.members) == 1:
            rule = pick(random, SINGLE_GROUPS)
        names = [teller.bare[i] for i in cluster.members]
        if random() < 0.3:
            names = [teller.mention[i] for i in cluster.members]
        text = expand(
            random,
            rule,
            {
                "As": teller.series(names),
                "G": f"{quote}{cluster.label}{quote}",
                "the": articled,
            },
        )
        made.append(f"{text}." if text.startswith(cluster.label) else teller.sentence(text))
    return made


def _group_list(teller: Teller, named: list[int], quote: str) -> str:
    """The groups as a block of headings and bullets."""
    random = teller.random
    bullet = pick(random, ("- ", "* ", "  - ", "  ", "• "))
    head = pick(random, ("{}:", "{}", "[{}]", "Group {}:", "## {}", "{} -", "group {}", "{} ="))
    lines = []
    for cluster in teller.scenario.clusters:
        named += cluster.members
        lines.append(head.format(f"{quote}{cluster.label}{quote}"))
        lines += [bullet + teller.bare[i] for i in cluster.members]
    return "\n" + "\n".join(lines) + "\n"


def meanings(teller: Teller) -> list[str]:
    """A line for each node that has a label beside its key."""
    random = teller.random
    rule = pick(random, MEANINGS)
    quote = pick(random, ('"', '"', '"', "", "'"))
    made = []
    for index, node in enumerate(teller.scenario.nodes):
        if node.label:
            teller.named.append(index)
            made.append(
                expand(
                    random,
                    rule,
                    {
                        "A": teller.bare[index],
                        "M": f"{quote}{node.label}{quote}",
                    },
                )
            )
    return made


def looks(teller: Teller, noun: str) -> list[str]:
    """Sentences that ask for attributes."""
    random, scenario = teller.random, teller.scenario
    made = []
    told = teller.node_order()
    told += [index for index in range(len(scenario.nodes)) if index not in told]
    for index in told:
        for key, value in scenario.nodes[index].attrs.items():
            if key in LOOKS:
                made.append(
                    sentence_from(
                        teller,
                        LOOKS[key],
                        {
                            "A": teller.mention[index],
                            "v": value,
                            "van": an(value),
                        },
                    )
                )
    for edge in scenario.edges:
        for key, value in edge.attrs.items():
            made.append(
                sentence_from(
                    teller,
                    EDGE_LOOKS[key],
                    {
                        "A": teller.mention[edge.tail],
                        "B": teller.mention[edge.head],
                        "v": value,
                        "N": noun,
                    },
                )
            )
    if "rankdir" in scenario.attrs:
        ways = DIRECTIONS[scenario.attrs["rankdir"]].split("; ")
        made.append(sentence_from(teller, LAYOUT, {"d": pick(random, ways)}))
    return made


def isolated(teller: Teller, values: dict[str, str]) -> list[str]:
    """Sentences about nodes without edges, unless the text has already named them."""
    named = set(teller.named)
    made = []
    for index in teller.scenario.isolated():
        if index not in named or teller.random() < 0.5:
            teller.trailing.append(index)
            made.append(sentence_from(teller, ISOLATED, {**values, "A": teller.mention[index]}))
    return made


def no_edge(teller: Teller) -> str | None:
    """A sentence that denies an edge which indeed is not there."""
    scenario, random = teller.scenario, teller.random
    a, b = (int(random() * len(scenario.nodes)) for _ in range(2))
    if a == b or any({edge.tail, edge.head} == {a, b} for edge in scenario.edges):
        return None
    noun = pick(random, teller.nouns)
    return sentence_from(
        teller, NO_EDGE, {"A": teller.mention[a], "B": teller.mention[b], "N": noun}
    )
