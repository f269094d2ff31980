"""What stands around the edges of a prose document: requests, node lists, groups, looks, asides."""

import re

from synthesis.phrasing import expand, pick, read_tables
from synthesis.prose.voice import Teller, an, plural
from synthesis.words import basic

PHRASES = read_tables("frames")

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
REQUESTS = PHRASES["requests"]
INTROS = PHRASES["intros"]
NOISE = PHRASES["noise"]
NO_EDGE = PHRASES["no edge"]
NODE_LISTS = PHRASES["node lists"]
STARTS = PHRASES["starts"]
ENDS = PHRASES["ends"]
ISOLATED = PHRASES["isolated"]
GROUPS = PHRASES["groups"]
SINGLE_GROUPS = PHRASES["single groups"]
MEANINGS = PHRASES["meanings"]
LOOKS = {key: PHRASES[f"looks: {key}"] for key in ("shape", "color", "fillcolor")}
EDGE_LOOKS = {key: PHRASES[f"edge looks: {key}"] for key in ("style", "color")}
DIRECTIONS = {
    "LR": "from left to right; left to right; with rankdir LR; horizontally, left to right",
    "RL": "from right to left; right to left; with rankdir=RL",
    "BT": "from bottom to top; bottom up; with rankdir BT; bottom to top",
    "TB": "from top to bottom; top down; with rankdir TB; top to bottom",
}
VERB_NOTES = PHRASES["verb notes"]
NO_LABELS = PHRASES["no labels"]
LAYOUT = PHRASES["layout"]
TITLES = PHRASES["titles"]


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
