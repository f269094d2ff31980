# ruff: noqa: E501 (tables of phrases)
"""Sentences for the edges that leave one node, and what a walk knows while it tells them."""

from synthesis.phrasing import compile_rule, compile_table, expand, pick
from synthesis.prose.talk import TALK
from synthesis.prose.voice import LABEL, Teller, an
from synthesis.scenario import Edge

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


class Steps:
    """The state of a walk, and the sentences for what leaves one node."""

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
        if random() < 0.6 and self.talk.goes and node not in heads:
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
