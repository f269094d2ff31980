"""The edges told as a walk: all that leaves a node, then on from the one just reached."""

from synthesis.phrasing import compile_table, expand, pick
from synthesis.prose.steps import Steps
from synthesis.prose.voice import LABEL

LATE = compile_table("""
the {arrow|edge|line} from <A> to <B> {says|is labelled|carries|reads|has the label} <q>
{write|put} <q> on the {arrow|edge|line} from <A> to <B>
from <A> to <B> {the label is|it says|I'd write} <q>
""")


class Walk(Steps):
    """The edges of one document in the order of a walk, as sentences without capital and stop."""

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
