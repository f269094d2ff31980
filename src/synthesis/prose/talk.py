# ruff: noqa: E501 (tables of phrases)
"""How people talk of each meaning of edges."""

from dataclasses import dataclass

from synthesis.phrasing import Rule, compile_rule


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
