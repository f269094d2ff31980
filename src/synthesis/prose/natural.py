# ruff: noqa: E501 (tables of phrases)
"""Prose as people write it: a few short sentences, each of which picks up where the last one ended.

The edges are told as a walk: all that leaves one node, then on from the node just reached. Around
the walk stand a request, remarks on labels and looks, and a mail, a chat or a dialogue as frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from synthesis.phrasing import Rule, compile_rule, compile_table, expand, pick, weighted
from synthesis.prose import frames as frames
from synthesis.prose.voice import LABEL, Teller, an, flow
from synthesis.scenario import Edge, Rendered, Scenario


@dataclass(frozen=True)
class Talk:
    """How people talk of one meaning of edges: predicates, and sentences about a start."""

    one: Rule  # "needs": one subject before, objects after
    many: Rule  # "need": several subjects before
    start: Rule  # a sentence about the first node, or ""
    goes: bool  # whether one moves along the edges ("from there on to B")
    person: bool  # whether nodes may be people: "who" for "which", never "it"
    points: str  # a remark on the direction of arrows


def _talk(one: str, many: str, start: str = "", kind: str = "", points: str = "") -> Talk:
    return Talk(
        compile_rule(one),
        compile_rule(many),
        compile_rule(start),
        "goes" in kind,
        "person" in kind,
        points,
    )


TALK: dict[str, Talk] = {
    "transition": _talk(
        "{goes to|leads to|can become|goes on to|moves to|changes to|switches to|can turn into}",
        "{lead to|go to|end up in|change to|bring you to}",
        "{it|everything|the whole thing} {starts|begins} {in|as} <A>|{the first|the initial} state is <A>|we start in <A>|at first it is in <A>",
        "goes",
        "arrow from the old state to the new one; one arrow per change",
    ),
    "flow": _talk(
        "{leads to|is followed by|comes before|goes on to|continues with|takes us to|opens the way to}",
        "{lead to|are followed by|end up at|go on to|come before}",
        "{it|everything|the day|the whole thing} {starts|begins} with <A>|{we|you} {start|begin} with <A>|first comes <A>|<A> comes first",
        "goes",
        "arrows follow the order of work; arrow from each step to the next",
    ),
    "send": _talk(
        "{sends data to|feeds|passes its output to|writes to|hands over to|forwards to|delivers to}",
        "{send data to|feed|write to|deliver to|forward to}",
        "{it|everything} {starts|begins} at <A>|the data {enter|come in} at <A>|",
        "",
        "arrows point where the data go; arrow from sender to receiver",
    ),
    "call": _talk(
        "{calls|asks|queries|talks to|sends requests to|contacts}",
        "{call|ask|query|talk to|contact}",
        "",
        "",
        "arrow from the caller to the one that is called; caller -> callee",
    ),
    "use": _talk(
        "{uses|makes use of|works with|relies on|builds on}",
        "{use|work with|rely on|build on}",
        "",
        "",
        "arrows point at what is used; user -> used",
    ),
    "depend": _talk(
        "{needs|depends on|requires|relies on|cannot do without|wants|pulls in}",
        "{need|depend on|require|rely on|cannot do without}",
        "",
        "",
        "arrows point at what is needed; arrow from each one to what it depends on",
    ),
    "inherit": _talk(
        "{extends|inherits from|is a subclass of|derives from|specialises|is derived from}",
        "{extend|inherit from|are subclasses of|derive from}",
        "",
        "",
        "arrow from subclass to parent; child -> parent; arrows point up to the base class",
    ),
    "have": _talk(
        "{has|contains|owns|holds|is made up of|keeps a reference to}",
        "{have|contain|own|hold}",
        "",
        "",
        "arrow from the whole to the part; owner -> part",
    ),
    "relate": _talk(
        "{is related to|refers to|points to|is linked to|references}",
        "{refer to|point to|are related to|are linked to}",
        "",
        "",
        "arrows go the way I say it; arrow from the one that refers to the one referred to",
    ),
    "point": _talk(
        "{points to|links to|refers to|has a pointer to|holds a reference to}",
        "{point to|link to|refer to}",
        "{the first one|the entry} is <A>|we enter at <A>|",
        "",
        "arrows are pointers; arrow from the node to the one it points to",
    ),
    "manage": _talk(
        "{manages|is the boss of|leads|supervises|is in charge of|heads}",
        "{manage|supervise|lead|are in charge of}",
        "",
        "person",
        "arrow from the boss down to the people below; boss -> report",
    ),
    "report": _talk(
        "{reports to|works under|answers to|is supervised by|works for}",
        "{report to|work under|answer to|work for}",
        "",
        "person",
        "arrow from the person to their boss; arrows point up",
    ),
    "parent": _talk(
        "{is the parent of|is a parent of|raised|brought up}",
        "{are the parents of|raised|brought up}",
        "",
        "person",
        "parent -> child; arrow from parent to child",
    ),
    "eat": _talk(
        "{eats|feeds on|hunts|lives on|preys on}",
        "{eat|feed on|hunt|live on|prey on}",
        "",
        "",
        "arrow from the eater to the eaten; eater -> food",
    ),
    "friend": _talk(
        "{knows|is friends with|is a friend of|gets on with}",
        "{know|are friends with|get on with}",
        "",
        "person",
        "",
    ),
    "road": _talk(
        "{is connected to|has a road to|is linked to|is next to}",
        "{are connected to|have a road to|are linked to|border on}",
        "{let's|we} start {at|in} <A>|",
        "",
        "",
    ),
    "link": _talk(
        "{is connected to|is linked to|is wired to|is joined to|hangs together with}",
        "{are connected to|are linked to|are wired to|are joined to}",
        "let's start {at|with} <A>|",
        "",
        "",
    ),
    "tell": _talk(
        "{told|tells|passed it on to|whispered it to|wrote to|phoned}",
        "{told|passed it on to|wrote to|phoned}",
        "it {started|began} with <A>|<A> heard it first|",
        "person",
        "arrow from the one who tells to the one who hears it",
    ),
    "travel": _talk(
        "{leads to|is followed by|comes before|brings us to}",
        "{lead to|bring us to|come before}",
        "{we|they} {start|set out|leave} from <A>|the trip {starts|begins} {in|at} <A>",
        "goes",
        "arrows in the direction of travel",
    ),
    "people": _talk(
        "{knows|trusts|likes|looks up to|helps}",
        "{know|trust|like|look up to|help}",
        "",
        "person",
        "arrow from the first person to the second in each sentence",
    ),
    "message": _talk(
        "{sends a message to|writes to|talks to|contacts|asks}",
        "{send messages to|write to|talk to|contact}",
        "<A> opens the {conversation|exchange}|",
        "person",
        "arrow from sender to receiver",
    ),
    "precede": _talk(
        "{comes before|has to be done before|must be finished before|precedes|goes before}",
        "{come before|have to be done before|must be finished before|precede}",
        "{we|you} {start|begin} with <A>|<A> comes first|",
        "",
        "arrow from the earlier to the later one; arrows follow time",
    ),
    "decision": _talk(
        "{leads to|takes you to|goes to}",
        "{lead to|take you to|end up at}",
        "{first|to begin with}{,| comes} <A>|start with <A>|{it|everything} {starts|begins} with <A>",
        "goes",
        "arrow from each question to what comes next",
    ),
}
# What the condition of an edge is called, by the sort of its label.
CONDITIONS = {
    "event": "on <l>|on <q>|upon <l>|on <l>|after <q>|when <q> happens|when <q> comes",
    "clause": "when <l>|once <l>|as soon as <l>|if <l>|after <l>",
    "token": "on <l>|on <l>|upon <l>|with <l>|when <q> comes in|on reading <l>",
    "test": "if <l>|when <l>|provided that <l>|as long as <l>",
    "answer": "if <l>|if <q>|if the answer is <l>|when it is <q>|for <q>|on <l>",
    "note": "on <q>|for <q>|with <q>",
}
_CONDITIONS = {
    sort: [compile_rule(part) for part in text.split("|")] for sort, text in CONDITIONS.items()
}
AFTER = {  # "A leads to B (5 km)"
    "weight": "(<l>)|(<l>)|, <l>|with <l>",
    "pointer": "as <q>|(<l>)|through <l>|via <l>",
    "note": "(<l>)|(<q>)|(labelled <q>)",
}
_AFTER = {sort: [compile_rule(part) for part in text.split("|")] for sort, text in AFTER.items()}

FROM = compile_table("""
from <A>
from <A>
out of <A>
after <A>
in <A>
at <A>
""")
FROM_THERE = ["from there", "from there", "after that", "then", "from that one", "there"]
MOVES = compile_table("""
{it|it|it|one|the thing} {goes|moves|goes|passes} {on |}to
we {go|go on|move|get|move on} to
you {go|get|come|move on} to
{it is|it's} {on|off|over} to
the way leads to
""")
ONWARD = weighted({"": 24, "and ": 3, "also, ": 1, "next, ": 1, "now ": 1})
LATE = compile_table("""
the {arrow|edge|line} from <A> to <B> {says|is labelled|carries|reads|has the label} <q>
{write|put} <q> on the {arrow|edge|line} from <A> to <B>
from <A> to <B> {the label is|it says|I'd write} <q>
""")
ASKS = compile_table("""
{can|could} {you|someone} {draw|sketch|make} {this|that|it}{ for me| for us| please|}?
{please {draw|sketch|make} <Dan> {of this|of it|from this|out of this}|{draw|sketch|make} <Dan> {of this|of it|from this|out of this}{, please|}}
{I'd like|I need|we need|I want} <Dan> {of this|for this|for {my notes|the handbook|the wall|class|our wiki|a poster|tomorrow}}
{draw|make|show} {it|this|that} as <Dan>
<Dan>, please
how would {that|this} look as <Dan>?
{that|this} {as|in} {DOT|Graphviz|a graph}, please
""")
OPENS = compile_table("""
{here is|here's|this is} how {it|the <T>|our <T>|all of this} {works|goes|hangs together|is set up}
{let me|I'll} {explain|tell you about|describe} {our|the} <T>
this is about {the|our} <T>
{so,|ok,|well,} {the|our} <T>
{I am|I'm} trying to {understand|document|picture|explain} {the|our} <T>
""")
ENDS = compile_table("""
{that's|that is|and that's} {it|all|the whole story|everything|all there is}
nothing else
{I think|I hope} {that's|that is} all
""")
VERBS_ON = compile_table("""
{put|write} {the|each} verb on {the|its} {edge|arrow}
{label|mark} the {arrows|edges} with the verbs
the verbs {go on|belong on} the {arrows|edges}
{with|use} the verbs as {edge |}labels
""")
NAMES_ONLY = compile_table("""
no labels{, please| please|}
{just the|only the} names{, nothing on the {arrows|edges|lines}|}
names only
{plain|bare} {arrows|lines}{ will do| are enough|, no text on them}
""")
NODE_LOOKS = {
    "shape": compile_table("""
    make <A> <van>
    <A> should be <van>
    {draw|show} <A> as <van>
    {I'd like|I want} <A> as <van>
    """),
    "color": compile_table("""
    {make|draw|paint} <A> <v>
    <A> should be <v>
    {I'd like|I want} <A> in <v>
    give <A> a <v> outline
    """),
    "fillcolor": compile_table("""
    fill <A> {with|in} <v>
    <A> should be filled {in |with |}<v>
    give <A> a <v> {background|fill}
    """),
}
GROUPS = compile_table("""
<As> {<be> in|<sit> in|<belong> to} <G>
{put|keep|draw} <As> {in|inside} a box called <G>
the {group|box|cluster} <G> {holds|has|contains} <As>
<G> is {where|the place where} <As> <live>
""")
GREETINGS = compile_table("""
{Hi|Hello|Dear|Hey|Good morning} {<p>|all|team|<p>}
{Hi|Hello|Hey}
""")
BYES = compile_table("""
{Thanks|Thank you|Many thanks|Cheers|Best|Best wishes|Kind regards|Regards|See you|All the best|Love},
{Thanks|Thank you}{ a lot| for your help| in advance|}!
""")
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


QUESTIONS = compile_table("""
{And|So} {what about|how about} <A>?
{Okay, and|What about|How about|And} <A>?
And <A>, {what about that one|how does that fit in|where does that belong}?
""")
TITLED = compile_table("""
the <k> questions are {called |}<list>
{so|that is} <k> questions: <list>
""")


class Walk:
    """The edges of one document in the order of a walk, as sentences without capital and stop."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.random = teller.random
        self.scenario = teller.scenario
        self.talk = TALK[teller.family]
        self.made: list[str] = []
        self.open = list(range(len(self.scenario.edges)))
        self.last: int | None = None  # the node named last, if alone
        self.person = self.talk.person and (
            teller.family != "message" or self.scenario.naming == "proper"
        )
        self.one = [expand(self.random, self.talk.one, {}) for _ in range(2)]
        self.quote = '"' if not any('"' in (e.label or "") for e in self.scenario.edges) else ""
        self.tails: dict[int, int] = {}  # sentence -> the node it sets out from
        self.reading = teller.family == "transition" and self.random() < 0.3
        self.every = (
            teller.family in ("relate", "have")
            and not teller.mark
            and self.scenario.naming != "proper"
            and self.random() < 0.35
        )
        self.late: list[int] = []  # edges whose labels follow after the walk
        labelled = [e for e in self.scenario.edges if e.label]
        verbal = any(e.sort == "verb" for e in labelled)
        pairs = {(e.tail, e.head) for e in self.scenario.edges}
        single = len(pairs) == len(self.scenario.edges)
        self.bare = (
            bool(labelled) and not verbal and single and len(labelled) <= 4 and self.random() < 0.12
        )

    def outs(self, node: int) -> list[int]:
        """Edges not yet told that leave `node` (that touch it, where nothing has a direction)."""
        edges = self.scenario.edges
        if self.scenario.directed:
            return [i for i in self.open if edges[i].tail == node]
        return [i for i in self.open if node in (edges[i].tail, edges[i].head)]

    def other(self, index: int, node: int) -> int:
        """The far end of an edge from `node`; notes that it was told the other way round."""
        edge = self.scenario.edges[index]
        if edge.tail == node:
            return edge.head
        self.teller.flipped.add(index)
        return edge.tail

    def take(self, indices: list[int]) -> None:
        """Notes `indices` as told."""
        self.teller.tell(*indices)
        self.open = [i for i in self.open if i not in indices]
        if self.bare:
            self.late += indices

    def name(self, node: int, subject: int | None = None) -> str:
        """A node as object of a sentence about `subject`."""
        if node == subject and not self.person:
            return "itself"
        return self.teller.mention[node]

    def label(self, edge: Edge) -> str | None:
        """What the walk says of an edge's label: nothing where that comes later."""
        return None if self.bare else edge.label

    def slots(self, edge: Edge) -> dict[str, str]:
        """Slots of a label: plain and in quotes."""
        return {"l": f"{LABEL}{edge.label}", "q": f"{LABEL}{self.quote}{edge.label}{self.quote}"}

    def verb(self) -> str:
        """The predicate; mostly one of the document's two."""
        return pick(self.random, self.one)

    def tell(self) -> list[str]:
        """All edges."""
        edges = self.scenario.edges
        node = edges[0].tail
        if self.random() < 0.55:
            start = expand(self.random, self.talk.start, {"A": self.teller.mention[node]})
            if start and self.scenario.directed:
                self.made.append(start)
                self.teller.named.append(node)
                self.last = node
        while self.open:
            if not self.outs(node):
                node = edges[self.open[0]].tail
            if self.random() < 0.6 and (head := self._merge(node)) is not None:
                node = head
                continue
            self.tails[len(self.made)] = node
            node = self._leave(node)
        if self.bare:
            self._late_labels()
        return self.made

    def _merge(self, node: int) -> int | None:
        """ "Both C and D end up in E", where `node` and others have just that edge left."""
        edges, teller = self.scenario.edges, self.teller
        outs = self.outs(node)
        if len(outs) != 1 or not self.scenario.directed or self.label(edges[outs[0]]):
            return None
        head = edges[outs[0]].head
        same = [
            i
            for i in self.open
            if edges[i].head == head
            and edges[i].tail != head
            and not self.label(edges[i])
            and len(self.outs(edges[i].tail)) == 1
        ]
        if len(same) < 2 or head == node:
            return None
        names = teller.series([teller.mention[edges[i].tail] for i in same])
        quantity = pick(self.random, ("both ", "")) if len(same) == 2 else ""
        self.made.append(
            f"{quantity}{names} {expand(self.random, self.talk.many, {})} {self.name(head)}"
        )
        self.take(same)
        self.last = head
        return head

    def _subject(self, node: int) -> str:
        """The subject of a sentence about `node`: its name, or a word that points back."""
        if node == self.last and self.made:
            x = self.random()
            if self.person:
                return "the latter" if x < 0.08 else self.teller.mention[node]
            if x < 0.35:
                return pick(
                    self.random,
                    ("that one", "that", "that in turn", "the latter", "that one in turn"),
                )
        return self.teller.mention[node]

    def _leave(self, node: int) -> int:
        """Sentences for all that leaves `node`; the node to go on from."""
        edges = self.scenario.edges
        # Labelled edges last: "it goes to B; on x to C" cannot be misread.
        outs = sorted(self.outs(node), key=lambda i: bool(self.label(edges[i])))
        heads = [self.other(i, node) for i in outs]
        plain = [not self.label(edges[i]) for i in outs]
        if all(plain):
            return self._plain(node, outs, heads)
        subject = self.teller.mention[node]
        sorts = {edges[i].sort for i, bare in zip(outs, plain, strict=True) if not bare}
        # "knows Eduardo when a coin is inserted" is no sense: the label is a remark
        remark = self.teller.family in ("people", "friend", "road", "link", "relate", "have")
        if "verb" in sorts:
            self._verbal(node, outs, heads)
        elif (
            sorts & {"weight", "pointer"}
            or remark
            or ("note" in sorts and (not self.talk.goes or self.random() < 0.5))
        ):
            self._noted(node, outs, heads)
        elif self.teller.family == "decision" and self.random() < 0.6:
            parts = []
            for i, head in zip(outs, heads, strict=True):
                condition = self._condition(edges[i])
                parts.append(f"{condition}, {self.name(head)}" if condition else self.name(head))
            if all(self._condition(edges[i]) for i in outs):
                ask = pick(self.random, ("the question is", "we ask", "ask", "check", "at"))
                joined = pick(self.random, ("; ", ", ", "; ")).join(parts)
                self.made.append(f"{ask} {subject}: {joined}")
            else:
                self._moves(node, outs, heads)
        elif self.reading and sorts == {"token"} and all(self.label(edges[i]) for i in outs):
            self._read(node, outs, heads)
        elif self.talk.goes:
            self._moves(node, outs, heads)
        else:
            self._conditional(node, outs, heads)
        self.take(outs)
        self.last = heads[-1] if len(heads) == 1 else None
        return heads[0] if self.random() < 0.8 else heads[-1]

    def _condition(self, edge: Edge) -> str:
        if not self.label(edge):
            return ""
        rules = _CONDITIONS.get(edge.sort, _CONDITIONS["note"])
        return expand(self.random, pick(self.random, rules), self.slots(edge))

    def _moves(self, node: int, outs: list[int], heads: list[int]) -> None:
        """ "From A, when x, it goes to B; if y, to C"."""
        edges = self.scenario.edges
        if node == self.last and self.random() < 0.5:
            origin = pick(self.random, FROM_THERE)
        else:
            origin = expand(self.random, pick(self.random, FROM), {"A": self.teller.mention[node]})
        mixed = not self.label(edges[outs[0]])
        move = expand(self.random, pick(self.random, MOVES), {})
        separator = "; " if mixed else pick(self.random, ("; ", ", and ", ", but ", "; "))
        parts = []
        told = {node}
        for turn, (i, head) in enumerate(zip(outs, heads, strict=True)):
            condition = self._condition(edges[i])
            target = self.teller.mention[head]
            back = "back " if head in self._seen() and head not in told else ""
            if head == node:
                clause = f"it stays in {target}"
            elif turn == 0 or separator != "; ":
                clause = f"{move} {target}"
            else:
                clause = f"{back}to {target}"
            if turn == 0 and origin.startswith("after") and condition.startswith("after"):
                condition = "on" + condition.removeprefix("after")
                if edges[i].sort == "clause":
                    condition = "once" + condition.removeprefix("on")
            if not condition:
                parts.append(clause)
            elif self.random() < 0.5 and turn == 0:
                parts.append(f"{clause} {condition}")
            else:
                parts.append(f"{condition}, {clause}" if turn == 0 else f"{condition} {clause}")
        if len(parts) > 3:
            separator = "; "
        text = separator.join(parts) if len(parts) < 3 else "; ".join(parts)
        self.made.append(f"{origin}{pick(self.random, (', ', ' ', ', '))}{text}")

    def _seen(self) -> set[int]:
        edges = self.scenario.edges
        return {end for i in self.teller.order for end in (edges[i].tail, edges[i].head)}

    def _conditional(self, node: int, outs: list[int], heads: list[int]) -> None:
        """ "When x, A calls B"."""
        edges = self.scenario.edges
        for i, head in zip(outs, heads, strict=True):
            clause = f"{self.teller.mention[node]} {self.verb()} {self.name(head, node)}"
            condition = self._condition(edges[i])
            if condition and self.random() < 0.5:
                clause = f"{condition}, {clause}"
            elif condition:
                clause = f"{clause} {condition}"
            self.made.append(clause)

    def _verbal(self, node: int, outs: list[int], heads: list[int]) -> None:
        """ "Mara trusts Ivo and owes Jo money"."""
        edges = self.scenario.edges
        every = self.every and all(self.label(edges[i]) for i in outs)
        parts = [
            f"{LABEL + str(edges[i].label) if self.label(edges[i]) else self.verb()} {self._part(edges[i], head, node) if every else self.name(head, node)}"
            for i, head in zip(outs, heads, strict=True)
        ]
        subject = self._subject(node)
        if every:
            subject = f"{pick(self.random, ('every', 'each'))} {self.teller.bare[node]}"
        while parts:
            some, parts = parts[:3], parts[3:]
            self.made.append(f"{subject} {self.teller.series(some)}")
            subject = subject if every else self.teller.mention[node]
            self.last = None

    def _part(self, edge: Edge, head: int, node: int) -> str:
        """The object in "every Order belongs to a Customer"."""
        bare = self.teller.bare[head]
        if head == node:
            return f"another {bare}"
        return bare if str(edge.label).endswith(("many", "1", "n")) else an(bare)

    def _read(self, node: int, outs: list[int], heads: list[int]) -> None:
        """ "Reading a in q0 leads to q1"."""
        edges = self.scenario.edges
        word = pick(
            self.random, ("reading {} in {}", "{} in {}", "in {1} the input {0}", "seeing {} in {}")
        )
        move = pick(self.random, ("leads to", "takes us to", "brings it to", "goes to"))
        for i, head in zip(outs, heads, strict=True):
            reading = word.format(self.slots(edges[i])["l"], self.teller.mention[node])
            if head == node:
                same = pick(self.random, ("leaves it in", "stays in", "keeps us in"))
                self.made.append(f"{reading} {same} {self.teller.mention[head]}")
            else:
                self.made.append(f"{reading} {move} {self.teller.mention[head]}")

    def _noted(self, node: int, outs: list[int], heads: list[int]) -> None:
        """ "A is linked to B (5 km) and C (7 km)"."""
        edges = self.scenario.edges
        sorts = {edges[i].sort for i in outs if self.label(edges[i])}
        rules = _AFTER[next((sort for sort in ("weight", "pointer") if sort in sorts), "note")]
        rule = pick(self.random, rules)
        pointers = all(edges[i].sort == "pointer" for i in outs)
        if pointers and self.random() < 0.3:
            parts = [
                f"{self.name(head, node)} as its {LABEL}{edges[i].label}"
                for i, head in zip(outs, heads, strict=True)
            ]
            self.made.append(f"{self._subject(node)} has {self.teller.series(parts)}")
            return
        if pointers and self.random() < 0.7:
            subject = self.teller.mention[node]
            parts = [
                f"its {LABEL}{edges[i].label} is {self.teller.mention[head]}"
                for i, head in zip(outs, heads, strict=True)
            ]
            parts[0] = f"the {LABEL}{edges[outs[0]].label} of {subject}" + parts[0].removeprefix(
                f"its {LABEL}{edges[outs[0]].label}"
            )
            self.made.append(self.teller.series(parts))
            return
        parts = []
        for i, head in zip(outs, heads, strict=True):
            name = self.name(head, node)
            if self.label(edges[i]):
                note = expand(self.random, rule, self.slots(edges[i]))
                if note.startswith(",") and len(outs) > 1:
                    note = expand(self.random, rules[0], self.slots(edges[i]))
                name += note if note.startswith(",") else f" {note}"
            parts.append(name)
        self.made.append(f"{self._subject(node)} {self.verb()} {self.teller.series(parts)}")

    def _plain(self, node: int, outs: list[int], heads: list[int]) -> int:
        """Edges without labels: a list, a chain, or a correction."""
        random, teller = self.random, self.teller
        follows = node == self.last and bool(self.made)
        subject = self._subject(node)
        names = [self.name(head, node) for head in heads]
        objects = teller.series(names)
        x = random()
        if self.talk.goes and node not in heads and x < 0.6:
            move = expand(random, pick(random, MOVES), {})
            origin = expand(random, pick(random, FROM), {"A": teller.mention[node]})
            if follows and random() < 0.6:
                origin = pick(random, FROM_THERE)
            last = "or" if random() < 0.6 else "and"
            text = f"{origin}{pick(random, (', ', ' '))}{move} {teller.series(names, last)}"
            if len(heads) == 1 and random() < 0.3:
                text = f"after {teller.mention[node]} {pick(random, ('comes', 'we have', 'there is'))} {objects}"
        else:
            text = f"{subject} {self.verb()} {objects}"
        self.take(outs)
        wrong = int(random() * len(self.scenario.nodes))
        joined = any({e.tail, e.head} == {node, wrong} for e in self.scenario.edges)
        if len(heads) == 1 and random() < 0.05 and not joined and wrong not in (node, heads[0]):
            text = (
                f"{teller.mention[node]} {self.one[0]} {teller.mention[wrong]}"
                f"{pick(random, (' - no wait, ', '. No, sorry, ', '... no, wait: ', '. Correction: '))}"
                f"{teller.mention[node]} {self.one[0]} {objects}, not {teller.mention[wrong]}"
            )
        # ", which in turn needs D"
        tip = heads[-1]
        nexts = self.outs(tip)
        chain = 0
        edges = self.scenario.edges
        while (
            len(heads) == 1
            and nexts
            and chain < 2
            and not any(self.label(edges[i]) for i in nexts)
            and not (self.talk.goes and len(nexts) > 1)
            and tip not in [edges[i].head for i in nexts if edges[i].tail == tip]
            and " not " not in text
            and random() < 0.4
        ):
            far = [self.other(i, tip) for i in nexts]
            if self.talk.goes:
                text += f"{pick(random, (', then to ', ' and then to ', ' and from there to '))}{self.name(far[0])}" if " to " in text and text.endswith(f"to {objects}") else f", {pick(random, ('which', 'and that'))} {self.verb()} {self.name(far[0])}"  # fmt: skip
                objects = self.name(far[0])
            else:
                who = "who" if self.person else "which"
                turn = pick(random, ("", " in turn", " itself", ""))
                if self.person and turn == " itself":
                    turn = ""
                text += f", {who}{turn} {self.verb()} {teller.series([self.name(f) for f in far])}"
            self.take(nexts)
            chain += 1
            heads = far
            tip = far[-1]
            nexts = self.outs(tip)
        self.made.append(text)
        self.last = tip if len(heads) == 1 else None
        return heads[0]

    def _late_labels(self) -> None:
        """Labels of edges that have been told without them."""
        edges, teller = self.scenario.edges, self.teller
        labels = [edges[i].label for i in teller.order]
        if len(labels) <= 5 and self.random() < 0.5:
            given = [
                f"{LABEL}{self.quote}{label}{self.quote}" if label else "none" for label in labels
            ]
            head = pick(
                self.random,
                (
                    "labels on the arrows, in that order",
                    "edge labels in order",
                    "the labels, arrow by arrow",
                    "what the arrows say, first to last",
                ),
            )
            if not self.scenario.directed:
                head = "labels of the lines, in this order"
            self.made.append(f"{head}: {', '.join(given)}")
            return
        for i in teller.order:
            edge = edges[i]
            if edge.label:
                slots = {"A": teller.mention[edge.tail], "B": teller.mention[edge.head]}
                self.made.append(
                    expand(self.random, pick(self.random, LATE), {**slots, **self.slots(edge)})
                )


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
    if scenario.clusters and random() < 0.5:
        before += _groups(teller, teller.named)
        grouped = True
    else:
        grouped = False
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
