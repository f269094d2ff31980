"""How one document speaks: mentions of names and labels, joining, capitals, slips.

A `Teller` carries the choices that hold for a whole document (quotes, articles, tense) and notes
the order in which edges are told and nodes are named, which becomes the order of the DOT. In the
result `scenario.title` is set only where the text gives the graph that name.
"""

from random import Random as Generator

from synthesis.phrasing import Random, pick, weighted
from synthesis.scenario import Edge, Rendered, Scenario

# Put before a name, so that a sentence that starts with one keeps its spelling; removed at the end.
NAME = "\x01"
LABEL = "\x02"  # the same for texts of edges


# What a node is called, by family.
CLASS_NOUNS = {
    "transition": "state state state mode status situation phase condition".split(),
    "flow": "step step stage activity task phase".split(),
    "send": "component service system part module node box".split(),
    "call": "component service module system node part".split(),
    "use": "component service module part node".split(),
    "depend": "package module library component part unit target".split(),
    "inherit": "class class type entity".split(),
    "have": "class class type entity object".split(),
    "relate": "entity entity table record relation".split(),
    "point": "node node cell element item".split(),
    "manage": "position role person employee".split(),
    "report": "position role person employee".split(),
    "parent": "person person relative".split(),
    "eat": "species species animal organism".split(),
    "friend": "person person member".split(),
    "road": "place place town stop location".split(),
    "link": "node node device point site vertex".split(),
    "tell": "person person".split(),
    "travel": "place stop station".split(),
    "people": "person person character".split(),
    "message": "participant party actor component".split(),
    "precede": "task task job activity step".split(),
    "decision": "question node box".split(),
}
PLURALS = {
    "class": "classes",
    "entity": "entities",
    "activity": "activities",
    "status": "statuses",
    "person": "people",
    "species": "species",
    "library": "libraries",
    "box": "boxes",
    "vertex": "vertices",
    "party": "parties",
    "relative": "relatives",
    "phase": "phases",
}
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()

_MARKS = {
    "code": weighted({"": 70, "`": 14, '"': 8, "'": 4, "**": 4}),
    "noun": weighted({"": 86, '"': 6, "**": 5, "'": 3}),
    "proper": weighted({"": 96, '"': 2, "**": 2}),
    "state": weighted({"": 60, '"': 22, "'": 8, "*": 4, "**": 6}),
    "step": weighted({"": 45, '"': 38, "'": 10, "**": 4, "«": 3}),
}
_CLOSING = {"«": "»", "[": "]"}
_LABEL_MARKS = weighted({"": 70, '"': 16, "'": 6, "`": 6, "*": 2})


class Teller:
    """One document in the making; see the module's docstring."""

    def __init__(self, rng: Generator, scenario: Scenario) -> None:
        self.rng = rng
        self.random = random = rng.random
        self.scenario = scenario
        self.family = scenario.family
        self.order: list[int] = []  # edges told
        self.flipped: set[int] = set()  # undirected edges told from head to tail
        self.named: list[int] = []  # nodes named before the edges
        self.trailing: list[int] = []  # nodes named after them
        self.must_list = False  # the text has to list all nodes before the edges
        self.mark = pick(random, _MARKS[scenario.naming])
        names = [node.name for node in scenario.nodes]
        if any("?" in name for name in names) and not self.mark:
            self.mark = '"'
        if self.mark in ("'", '"') and any(self.mark in name for name in names):
            self.mark = ""
        closing = _CLOSING.get(self.mark, self.mark)
        self.bare = [f"{NAME}{self.mark}{name}{closing}" for name in names]
        plain_noun = scenario.naming == "noun" and not self.mark
        articled = plain_noun and random() < (0.8 if names[0][:1].islower() else 0.45)
        the = "the " if articled else ""
        self.mention = [the + bare for bare in self.bare]
        # "a warehouse" at first mention, "the warehouse" later
        self.indefinite = articled and random() < 0.2
        self.introduced: set[int] = set()
        self.class_noun = pick(random, CLASS_NOUNS.get(self.family, ["node"]))
        self.classed = random() < 0.12 and scenario.naming != "proper"
        self.label_mark = pick(random, _LABEL_MARKS)
        if any(edge.sort in ("weight", "verb") for edge in scenario.edges):
            self.label_mark = ""
        self.past = random() < (0.75 if self.family in ("tell", "travel") else 0.04)
        self.lower = random() < 0.1  # chat style
        self.modal = random() < 0.25
        # Names in lower case get a capital where they open a sentence.
        self.capitals = (
            scenario.naming not in ("code", "proper") and not self.lower and random() < 0.25
        )

    # Mentions

    def name(self, index: int) -> str:
        """A node in running text."""
        if self.indefinite and index not in self.introduced:
            self.introduced.add(index)
            if self.random() < 0.4:
                return an(self.bare[index])
        if self.classed and self.random() < 0.4:
            bare = self.bare[index]
            x = self.random()
            if x < 0.4:
                return f"{self.class_noun} {bare}"
            return f"the {self.class_noun} {bare}" if x < 0.7 else f"the {bare} {self.class_noun}"
        return self.mention[index]

    def names(self, indices: list[int], last: str = "") -> str:
        """ "A, B and C"; `last` is the conjunction ("and" when empty)."""
        return self.series([self.name(index) for index in indices], last)

    def series(self, items: list[str], last: str = "") -> str:
        """Items joined as in running text."""
        last = last or "and"
        if len(items) == 1:
            return items[0]
        comma = "," if len(items) > 2 and self.random() < 0.3 else ""
        return f"{', '.join(items[:-1])}{comma} {last} {items[-1]}"

    def label(self, edge: Edge) -> str:
        """An edge's text, marked as this document marks labels."""
        return f"{LABEL}{self.label_mark}{edge.label}{self.label_mark}"

    def label_style(self, styles: list[str]) -> str:
        """One of `styles` that suits this document's labels: no "on 5 km", no "if calls"."""
        style = pick(self.random, styles)
        sorts = {edge.sort for edge in self.scenario.edges if edge.label}
        if sorts & {"weight", "verb", "note", "pointer"} and any(
            word in style for word in ("on {l}", "when {l}", "if {l}", "via {l}")
        ):
            return "{e} ({l})"
        return style

    def tell(self, *edges: int) -> None:
        """Notes that these edges have been told."""
        self.order += edges

    def flip(self, text: str, edges: list[int]) -> None:
        """Notes undirected `edges` (of one tail) that `text` tells with the head first."""
        if self.scenario.directed:
            return
        edge = self.scenario.edges[edges[0]]
        if text.find(self.bare[edge.head]) < text.find(self.bare[edge.tail]):
            self.flipped.update(edges)

    def count(self, number: int) -> str:
        """ "three" or "3"."""
        return NUMBERS[number] if number < len(NUMBERS) and self.random() < 0.7 else str(number)

    # Sentences

    def sentence(self, text: str) -> str:
        """`text` with a capital and a full stop, as far as this document has them."""
        text = text.strip().replace("  ", " ")
        if text.startswith((NAME, LABEL)) or self.lower:
            if self.capitals and text[1:2].islower() and text[0] == NAME:
                text = NAME + text[1].upper() + text[2:]
            return text + "."
        if text[:1] in "\"'`*([":
            return text + "."
        return f"{text[0].upper()}{text[1:]}."

    def node_order(self) -> list[int]:
        """Nodes in the order in which the text names them, as far as it has been told."""
        edges = self.scenario.edges
        ends = [end for i in self.order for end in (edges[i].tail, edges[i].head)]
        return list(dict.fromkeys([*self.named, *ends, *self.trailing]))

    def finish(self, text: str, title: str | None = None) -> Rendered | None:
        """The document, or None when an edge was not told (or twice)."""
        scenario = self.scenario
        if sorted(self.order) != list(range(len(scenario.edges))):
            return None
        nodes = self.node_order()
        if len(nodes) != len(scenario.nodes):
            return None
        ordered = scenario.reordered(nodes, self.order)
        ordered.title = title
        for index, edge in zip(self.order, ordered.edges, strict=True):
            if index in self.flipped:
                edge.tail, edge.head = edge.head, edge.tail
        if self.capitals:  # but every name must be seen as it is spelt
            for node in scenario.nodes:
                if node.name not in text:
                    text = text.replace(NAME + node.name[0].upper() + node.name[1:], node.name)
        if self.random() < 0.03:
            text = _with_slips(self.random, text, scenario)
        return Rendered(text.replace(NAME, "").replace(LABEL, "").strip(), ordered)


# Slips of the pen, in words that are not parts of names or labels.
_SLIPS = [
    (" the ", " teh "),
    (" the ", " "),
    (" and ", " adn "),
    ("here is ", "heres "),
    (" which ", " wich "),
    (" goes to ", " go to "),
    (" becomes ", " becoms "),
    ("lease ", "leese "),
    (" then ", " than "),
    (". ", " . "),
    (", ", ","),
    (". ", ".  "),
    (" diagram", " diagramm"),
    (" receives ", " recieves "),
    (" depends ", " depend "),
    (" is ", " ist "),
    (" there ", " their "),
    (" graph", " grpah"),
]


def _with_slips(random: Random, text: str, scenario: Scenario) -> str:
    given = [node.name for node in scenario.nodes] + [str(edge.label) for edge in scenario.edges]
    given += [str(node.label) for node in scenario.nodes]
    given += [cluster.label for cluster in scenario.clusters]
    for _ in range(3):
        right, wrong = pick(random, _SLIPS)
        if not any(right in word for word in given):
            text = text.replace(right, wrong, 1)
    return text


def flow(parts: list[str]) -> str:
    """Sentences in a row; blocks (parts with line breaks at their ends) keep their own lines."""
    return " ".join(parts).replace(" \n", "\n").replace("\n ", "\n").strip()


def plural(noun: str) -> str:
    """Plural of a class noun."""
    return PLURALS.get(noun) or (noun[:-1] + "ies" if noun.endswith("ry") else noun + "s")


def an(text: str) -> str:
    """`text` with its indefinite article."""
    first = text.lstrip(NAME + LABEL)[:1].lower()
    return f"an {text}" if first in "aeiou" else f"a {text}"
