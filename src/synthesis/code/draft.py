"""A graph spelt as code spells names, with the tools that writers of forms share."""

import random
from dataclasses import dataclass, field

from synthesis.code.words import (
    RESERVED,
    join,
    noun,
    remark,
    thing_words,
)


@dataclass
class Draft:
    """A graph spelt for one form, with the tools to write it.

    Attributes:
        rng: the only source of chance.
        names: node names as the text shows them.
        labels: longer text beside the name, or "".
        edges: (tail, head, label or "") in the order of the text.
        clusters: (label, member indices).
        style: the style that the names have.
        t: one step of indentation.
        quote: the quotation mark of this text.
        taken: identifiers that helpers must not invent again.
    """

    rng: random.Random
    kind: str
    directed: bool
    names: list[str]
    labels: list[str]
    edges: list[tuple[int, int, str]]
    clusters: list[tuple[str, list[int]]]
    style: str
    t: str = "    "
    quote: str = '"'
    ask: str | None = None
    taken: set[str] = field(default_factory=set)

    def triples(self) -> list[tuple[str, str, str]]:
        """(tail name, head name, label) in the order of the text."""
        return [(self.names[t], self.names[h], label) for t, h, label in self.edges]

    def out(self, i: int) -> list[tuple[str, str]]:
        """(head name, label) of the edges that leave node i."""
        return [(self.names[h], label) for t, h, label in self.edges if t == i]

    def groups(self, every: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each node with its edges, in order; nodes without edges only with `every`."""
        table: list[list[tuple[str, str]]] = [[] for _ in self.names]
        for t, h, label in self.edges:
            table[t].append((self.names[h], label))
        return [(n, out) for n, out in zip(self.names, table, strict=True) if out or every]

    def events(self) -> list[str]:
        """Distinct edge labels in order of appearance."""
        return list(dict.fromkeys(label for _, _, label in self.edges if label))

    def q(self, text: str) -> str:
        """The text in this document's quotation marks."""
        return self.quote + text + self.quote

    def maybe(self, chance: float) -> bool:
        """True with this chance."""
        return self.rng.random() < chance

    def pick(self, *options: str) -> str:
        """One of the options; "a|b" strings are not split."""
        return options[int(self.rng.random() * len(options))]

    def ident(self, style: str = "snake", n: int = 2) -> str:
        """A composed identifier of up to n words that no other name has."""
        while True:
            parts = thing_words(self.rng)[:n] if n > 1 else [noun(self.rng)]
            name = join(parts, style)
            if name.lower() not in self.taken and name not in RESERVED:
                self.taken.add(name.lower())
                return name

    def note(self, mark: str, chance: float = 0.2, end: str = "") -> list[str]:
        """A comment line, or nothing; `mark` opens a comment and `end` closes it."""
        return [f"{mark} {remark(self.rng)}{end}"] if self.rng.random() < chance else []

    def order_groups(self) -> None:
        """Sort edges by tail, keeping their order within a tail."""
        self.edges.sort(key=lambda e: e[0])


def order_by(g: Draft, order: list[int]) -> None:
    """Renumber nodes so that they stand in this order."""
    place = {old: new for new, old in enumerate(order)}
    g.names = [g.names[i] for i in order]
    g.labels = [g.labels[i] for i in order]
    g.edges = [(place[t], place[h], label) for t, h, label in g.edges]
    g.clusters = [(c, [place[m] for m in members]) for c, members in g.clusters]


def block(head: str, body: list[str], tail: str, t: str) -> list[str]:
    """A head line, an indented body and a closing line (left out when empty)."""
    return [head, *(t + line for line in body), *([tail] if tail else [])]


def lines(*parts: str | list[str]) -> str:
    """Lines and lists of lines as one text."""
    flat: list[str] = []
    for part in parts:
        flat.extend([part] if isinstance(part, str) else part)
    return "\n".join(flat)
