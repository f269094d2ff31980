"""What a document is about: one small graph with names, before any wording is chosen.

Every surface form (prose, table, code, DOT) is a function of `(random.Random, Scenario)`, so that
the same graph can be shown in several forms and the model learns that they mean the same.
"""

from dataclasses import dataclass, field, replace


@dataclass
class Node:
    """One vertex.

    Attributes:
        name: how the text refers to it; also its DOT id.
        label: longer text shown instead of the name, where a form gives both a key and a label.
        attrs: DOT attributes that the text states (`{"shape": "box"}`).
    """

    name: str
    label: str | None = None
    attrs: dict[str, str] = field(default_factory=dict)


@dataclass
class Edge:
    """One edge between `nodes[tail]` and `nodes[head]` (indices), with its text if it has one.

    `sort` says what the label is, so that a sentence can be built around it: "event" (noun phrase),
    "clause" (subject and verb), "token" (symbol), "test" (comparison), "answer" (yes, no),
    "weight" (number), "verb" (third person, reads as `tail label head`), or "note" (anything).
    """

    tail: int
    head: int
    label: str | None = None
    attrs: dict[str, str] = field(default_factory=dict)
    sort: str = "note"


@dataclass
class Cluster:
    """A named group of nodes (indices)."""

    label: str
    members: list[int]


@dataclass
class Scenario:
    """A graph and what it depicts.

    Attributes:
        kind: one of the scenario kinds ("state_machine", "workflow", ...).
        directed: whether edges are arrows.
        domain: the field the names are from ("parcel delivery"), for titles and openings.
        title: name of the thing described ("DoorLock"), or None.
        relation: what an unlabelled edge means in this scenario ("depends on", "calls", ...).
        attrs: DOT attributes of the graph itself that the text states.
        naming: grammar of the names: "noun" (takes an article), "proper" (persons, places),
            "state" (adjectives, participles), "step" (imperatives), "code" (symbols).
        family: the family of verbs that tell an edge ("transition", "flow", "send", ...).
    """

    kind: str
    directed: bool
    domain: str
    nodes: list[Node]
    edges: list[Edge]
    clusters: list[Cluster] = field(default_factory=list)
    title: str | None = None
    relation: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    naming: str = "code"
    family: str = "flow"

    def isolated(self) -> list[int]:
        """Indices of the nodes without an edge."""
        touched = {end for edge in self.edges for end in (edge.tail, edge.head)}
        return [index for index in range(len(self.nodes)) if index not in touched]

    def reordered(self, nodes: list[int], edges: list[int]) -> "Scenario":
        """The same graph with nodes and edges in the given orders (lists of old indices)."""
        place = {old: new for new, old in enumerate(nodes)}
        return replace(
            self,
            nodes=[self.nodes[index] for index in nodes],
            edges=[
                Edge(place[edge.tail], place[edge.head], edge.label, edge.attrs, edge.sort)
                for edge in (self.edges[index] for index in edges)
            ],
            clusters=[
                Cluster(cluster.label, [place[index] for index in cluster.members])
                for cluster in self.clusters
            ],
        )


@dataclass
class Rendered:
    """A scenario in one surface form.

    Attributes:
        text: the source side of a document.
        scenario: the graph exactly as the text shows it: names, labels and order of the text.
    """

    text: str
    scenario: Scenario
