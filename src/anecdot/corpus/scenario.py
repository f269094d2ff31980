"""What a document is about: one small graph with names, before any wording is chosen.

Every surface form (prose, table, code, DOT) is a function of `(random.Random, Scenario)`, so that
the same graph can be shown in several forms and the model learns that they mean the same.
"""

from dataclasses import dataclass, field


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
    """One edge between `nodes[tail]` and `nodes[head]` (indices), with its text if it has one."""

    tail: int
    head: int
    label: str | None = None
    attrs: dict[str, str] = field(default_factory=dict)


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
