# ruff: noqa: E501 (tables of phrases)
"""Notes as people jot them down: fragments, short lists with a header, tables with odd columns.

Articles and full sentences are rare here; what a sign or a column means follows from a header, a
remark or plain use, so that the text still determines the graph.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from synthesis.phrasing import Rule, compile_rule, expand, pick
from synthesis.prose.forms import framed
from synthesis.prose.sentences import prepare
from synthesis.prose.voice import LABEL, NAME, Teller, flow
from synthesis.scenario import Edge, Rendered, Scenario

ASK: Rule = compile_rule(
    "{{quick |small |simple |}{graph|dot|diagram|<D>|sketch} {pls|please|of this|for this|needed|wanted|}|"
    "{draw|plot|sketch|graph|model|dotify} {this|it|that|the following|below|}|need {a|the} {<D>|dot|graph|picture}|"
    "{turn|convert|make} {this|it|the notes|my notes} {into|to} {dot|graphviz|a graph|a <D>}|as {dot|graphviz|a graph|<D>}|"
    "{dot|graphviz} {source|code|file} {pls|please|for this|wanted}|can you {draw|graph|plot} {this|it}{?|? thx|, thanks}|"
    "{notes|from my notes|whiteboard|from the whiteboard|scribbles|todo}{| - graph it|, as dot}|"
    "{i need|i want|we want|give me|want} {this as dot|a graph of this|it drawn|a <D> of it}}"
)


class _Note:
    """A document of this module: names and labels without marks, a frame in few words."""

    def __init__(self, rng: Random, scenario: Scenario) -> None:
        self.rng, self.random, self.scenario = rng, rng.random, scenario
        self.teller = Teller(rng, scenario)
        self.teller.bare = self.bare = [f"{NAME}{node.name}" for node in scenario.nodes]
        self.teller.label_mark = ""
        self.teller.capitals = False
        prepare(self.teller)
        words = [node.name for node in scenario.nodes]
        self.flat = "\n".join(words + [edge.label or "" for edge in scenario.edges])
        self.labelled = any(edge.label for edge in scenario.edges)

    def sign(self, signs: Sequence[str], fallback: str) -> str:
        """One of `signs` that no name or label contains (a space counts only for " ")."""
        fit = [s for s in signs if (s.strip() or s) not in self.flat]
        return pick(self.random, fit) if fit else fallback

    def finish(
        self, body: str, notes: Sequence[str] = (), heads: Sequence[str] = ()
    ) -> Rendered | None:
        """`body` with a request (or none), headers before it and remarks after it."""
        random, scenario = self.random, self.scenario
        looks = _looks(self) if random() < 0.7 else []
        if looks:  # said here, so not by the frame
            self.teller.scenario = _without_looks(scenario)
        before, after = framed(self.teller, [], "arrow", bare=True)
        self.teller.scenario = scenario
        noun = "digraph" if scenario.directed else "undirected graph"
        x = random()
        ask = expand(random, ASK, {"D": pick(random, (noun, "chart", "graph", "diagram"))}).strip()
        top = list(heads)
        end = [*notes, *looks]
        if x < 0.4:
            top.insert(0, ask)
        elif x < 0.65:
            end.append(ask)
        if random() < 0.3:
            top, end = [_capital(t) for t in top], [_capital(t) for t in end]
        joint = pick(random, (". ", "; ", ", ", " - "))
        head = joint.join(top).replace(f"?{joint}", "? ")
        if head and not head.endswith("?"):
            head += pick(random, (":", ":", ".", ""))
        tail = pick(random, (". ", "\n", "; ")).join(end)
        parts = [flow(before), head, body, tail, flow(after)]
        inline = "\n" not in body and random() < 0.6
        glue = pick(random, ("\n", "\n", "\n\n"))
        if inline and head and not head.endswith((":", ".", "?")):
            parts[1] += ":"
        if inline and tail:
            parts[2] += pick(random, (". ", "; ", ", ")) + parts.pop(3)
        if inline and head:
            parts[1:3] = [f"{parts[1]} {parts[2]}"]
        return self.teller.finish(glue.join(part for part in parts if part))


def _without_looks(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        nodes=[replace(node, attrs={}) for node in scenario.nodes],
        edges=[replace(edge, attrs={}) for edge in scenario.edges],
        attrs={},
    )


def _looks(note: _Note) -> list[str]:
    """Attributes in few words: "b shape box", "a->b dashed", "rankdir LR"."""
    random, scenario = note.random, note.scenario
    shape = pick(random, ("{n} {k} {v}", "{n} {k}={v}", "{n}: {k} {v}", "{k} of {n} {v}", "{n} w/ {k} {v}"))  # fmt: skip
    edge_shape = pick(random, ("make {a}->{b} {v}", "draw {a} to {b} {v}", "arrow {a} -> {b} {v}", "{v} arrow {a}->{b}"))  # fmt: skip
    if not scenario.directed:
        edge_shape = pick(random, ("make {a}--{b} {v}", "line {a} -- {b} {v}", "{v} line {a}-{b}"))
    told = []
    for bare, node in zip(note.bare, scenario.nodes, strict=True):
        attrs = dict(node.attrs)
        if "fillcolor" in attrs:
            attrs.pop("style", None)
            told.append(pick(random, ("{n} filled {v}", "fill {n} {v}")).format(n=bare, v=attrs.pop("fillcolor")))  # fmt: skip
        told += [shape.format(n=bare, k=key, v=value) for key, value in attrs.items()]
    for edge in scenario.edges:
        ends = {"a": note.bare[edge.tail], "b": note.bare[edge.head]}
        told += [edge_shape.format(**ends, v=value) for value in edge.attrs.values()]
    pair = pick(random, ("{} {}", "{}={}", "{}: {}"))
    return told + [pair.format(key, value) for key, value in scenario.attrs.items()]


def _capital(text: str) -> str:
    return text if text.startswith((NAME, LABEL)) else text[:1].upper() + text[1:]


def _undirected(note: _Note) -> str:
    return pick(
        note.random,
        ("undirected", "no arrows", "undirected graph", "lines only, no direction", "no arrowheads", "both ways = plain line", "links are undirected"),
    )  # fmt: skip


# ---- Fragments ----------------------------------------------------------------------------------


def jot(rng: Random, scenario: Scenario) -> Rendered | None:
    """ "a > b > c; a > d", "a/b > c", "x: y z; y: w"."""
    note = _Note(rng, scenario)
    if note.labelled:
        return _jot_labelled(note)
    random, edges, bare = note.random, scenario.edges, note.bare
    directed = scenario.directed
    link = note.sign((" > ", ">", "->", " -> ", " => ", " to ", " >> ", ": ") if directed else ("-", " - ", "--", " -- ", " = "), " -> " if directed else " -- ")  # fmt: skip
    both = note.sign(("/", " + ", ", ", " & ", " and ", "+", " "), ", ")
    chained, fans = link != ": " and random() < 0.6, random() < 0.5
    if both == " and " and any(" " not in name for name in bare) and link == " - ":
        both = ", "
    items: list[str] = []
    done: set[int] = set()
    for i, edge in enumerate(edges):
        if i in done:
            continue
        out = [j for j, e in enumerate(edges) if j not in done and e.tail == edge.tail]
        into = [j for j, e in enumerate(edges) if j not in done and e.head == edge.head]
        if fans and len(out) > 1:
            group, text = out, both.join(bare[edges[j].head] for j in out)
            text = bare[edge.tail] + link + text
        elif fans and directed and link != ": " and len(into) > 1:
            group, text = into, both.join(bare[edges[j].tail] for j in into)
            text += pick(random, (link, link, " all to ")) + bare[edge.head]
        else:
            group, text = [i], bare[edge.tail] + link + bare[edge.head]
            end = edge.head
            while chained:
                more = [
                    j for j, e in enumerate(edges) if e.tail == end and j not in {*done, *group}
                ]
                if not more:
                    break
                group.append(more[0])
                end = edges[more[0]].head
                text += link + bare[end]
        done.update(group)
        note.teller.tell(*group)
        items.append(text)
    stop = note.sign(
        ("; ", "; ", "\n", " | ", ". ") if both == ", " else ("; ", ", ", ", ", "\n"), "\n"
    )
    heads = []
    if not directed and random() < 0.6:
        heads.append(_undirected(note))
    elif link == ": ":
        heads.append(pick(random, ("node: where it goes", "adjacency", "source: targets", "from: to", "tail: heads", "x: y = arrow from x to y")))  # fmt: skip
    return note.finish(stop.join(items), heads=heads)


def _jot_labelled(note: _Note) -> Rendered | None:
    """ "start idle->run, halt run->stop", "A-B 5, B-C 7"."""
    random, scenario, bare = note.random, note.scenario, note.bare
    directed = scenario.directed
    link = note.sign(("->", " > ", "->", " -> ", ">") if directed else ("-", "--", " - "), " -> " if directed else " -- ")  # fmt: skip
    spaced = any(" " in node.name for node in scenario.nodes)
    shapes = ["{l}: {e}", "{e} ({l})", "{e}: {l}", "{e}, {l}", "[{l}] {e}"]
    if not spaced:
        shapes += ["{l} {e}", "{e} {l}", "{e} {l}", "{l} {e}"]
    if scenario.edges[0].sort in ("event", "token"):
        shapes += ["{e} on {l}", "{e} w/ {l}", "{e} @{l}"]
    shape = pick(random, shapes)
    stop = note.sign(("; ", "\n", " / ") if shape == "{e}, {l}" else (", ", "; ", "; ", "\n"), "\n")
    items = []
    for edge in scenario.edges:
        ends = bare[edge.tail] + link + bare[edge.head]
        items.append(shape.format(e=ends, l=LABEL + edge.label) if edge.label else ends)
    note.teller.tell(*range(len(items)))
    heads: list[str] = []
    if not directed and random() < 0.6:
        heads.append(_undirected(note))
    listed = note.sign(("/", ", ", " "), ", ")
    if note.teller.family == "transition" and random() < 0.5:
        note.teller.named += range(len(bare))
        heads.append(
            pick(random, ("FSM ", "fsm ", "states ", "state machine ")) + listed.join(bare)
        )
    notes = []
    if random() < 0.25:
        notes.append(pick(random, ("label = the text", "words on the arrows", "put them on the edges", "label the edges")))  # fmt: skip
    return note.finish(stop.join(items), notes, heads)


def shapes(rng: Random, scenario: Scenario) -> Rendered | None:
    """Graphs with a name: a chain, a ring, a star, a full mesh, a tree."""
    if any(edge.label for edge in scenario.edges):
        return None
    count, ends = len(scenario.nodes), [(e.tail, e.head) for e in scenario.edges]
    directed, isolated = scenario.directed, scenario.isolated()
    if isolated:
        return None
    note = _Note(rng, scenario)
    random, bare = note.random, note.bare
    comma = note.sign((", ", ", ", " ", " / ", "; ", " + "), ", ")
    tails, heads = {a for a, _ in ends}, [b for _, b in ends]
    links = len(ends)
    what = pick(random, ("flow", "chain", "route", "sequence", "order", "path", "pipeline"))
    order = list(range(links))
    straight = all(a[1] == b[0] for a, b in pairwise(ends))
    row = [ends[0][0], *(b for _, b in ends)]
    if straight and len(set(row)) == count == links + 1:
        names = comma.join(bare[i] for i in row)
        noun = scenario.domain
        text = pick(random, ("{d} {w}: {n}", "{w}: {n}", "{n} in that order", "{n} - one after the other", "{d} {w} = {n}", "first to last: {n}"))  # fmt: skip
        if not directed:
            text = pick(random, ("line: {n}", "undirected chain: {n}", "path {n}, no arrows"))
        body = text.format(d=noun, w=what, n=names)
    elif straight and row[0] == row[-1] and len(set(row)) == count == links and count > 2:
        names = comma.join(bare[i] for i in row[:-1])
        text = pick(random, ("cycle: {n}, back to {a}", "{n} and round again to {a}", "loop {n}, then {a} again")) if directed else pick(random, ("ring of {c}: {n}", "undirected ring: {n}", "ring: {n} and closed"))  # fmt: skip
        body = text.format(n=names, a=bare[row[0]], c=count)
    elif links > 2 and len(tails) == 1 and links == count - 1:
        names = comma.join(bare[b] for b in heads)
        text = pick(random, ("{h} to each of {n}", "{h} w/ arrows to {n}", "star, out of {h}: {n}", "{h} feeds all of: {n}")) if directed else pick(random, ("star: {h} with {n}", "hub {h}; spokes {n}", "star, {h} in middle, around it {n}"))  # fmt: skip
        body = text.format(h=bare[ends[0][0]], n=names)
    elif directed and links > 2 and len(set(heads)) == 1 and links == count - 1:
        names = comma.join(bare[a] for a, _ in ends)
        text = pick(random, ("{n} all to {h}", "all into {h}: {n}", "{n} each point at {h}", "sink {h}, fed by {n}"))  # fmt: skip
        body = text.format(h=bare[heads[0]], n=names)
        if body.startswith(("all into", "sink")):
            note.teller.named.append(heads[0])
    elif not directed and count > 2 and links == count * (count - 1) // 2:
        order.sort(key=lambda j: tuple(sorted(ends[j])))
        note.teller.named += range(count)
        note.teller.flipped.update(j for j in order if ends[j][0] > ends[j][1])
        text = pick(random, ("full mesh {n}", "full mesh: {n}", "{n}: everyone with everyone", "complete graph on {n}", "all pairs of {n}"))  # fmt: skip
        body = text.format(n=comma.join(bare))
    elif directed and len(set(heads)) == links == count - 1 and len(tails) > 1:
        root = next(i for i in range(count) if i not in heads)
        seen, queue, groups = [], [root], []
        while queue:  # level by level, as such notes are written
            node = queue.pop(0)
            group = [j for j, (a, _) in enumerate(ends) if a == node]
            seen += group
            queue += [ends[j][1] for j in group]
            if group:
                groups.append(f"{bare[node]}: {comma.join(bare[ends[j][1]] for j in group)}")
        if len(seen) != links:
            return None
        order = seen
        stop = note.sign(("; ", "\n"), "\n") if comma != "; " else "\n"
        body = f"{pick(random, ('tree', 'tree, top down', 'tree, parent->child', 'hierarchy'))}: root {bare[root]}{stop}{stop.join(groups)}"
    else:
        return None
    note.teller.tell(*order)
    return note.finish(body)


# ---- Lists --------------------------------------------------------------------------------------


def _trail(scenario: Scenario) -> list[int] | None:
    """An order of all nodes in which each leads to the next, or None."""
    count = len(scenario.nodes)
    nexts: dict[int, list[int]] = {i: [] for i in range(count)}
    for edge in scenario.edges:
        nexts[edge.tail].append(edge.head)
    budget = [60]

    def walk(path: list[int]) -> list[int] | None:
        budget[0] -= 1
        if len(path) == count:
            return path
        for head in nexts[path[-1]]:
            if head not in path and budget[0] > 0:
                found = walk([*path, head])
                if found:
                    return found
        return None

    return walk([0]) or walk([scenario.edges[-1].tail])


NEXT = ("each one follows the previous", "each step leads to the next", "in sequence", "one after the other", "arrow from each to the next", "every item -> next item", "consecutive numbers are connected", "straight through")  # fmt: skip
JUMP = ("{a} also goes to {b}", "also {a} -> {b}", "{a} can go to {b} too", "extra arrow {a} -> {b}", "plus {a} to {b}")  # fmt: skip
JUMP_L = ('also {a} -> {b} "{l}"', "{a} -> {b} labelled {l}", "extra arrow {a} to {b}: {l}", "from {a} to {b} ({l})")  # fmt: skip


def numbered(rng: Random, scenario: Scenario) -> Rendered | None:
    """Numbered steps, each following the previous, and what differs from that."""
    if not scenario.directed or any(n.name[:1].isdigit() or n.label for n in scenario.nodes):
        return None
    trail = _trail(scenario)
    if trail is None or len(trail) < 3:
        return None
    note = _Note(rng, scenario)
    random, bare = note.random, note.bare
    place = {node: i + 1 for i, node in enumerate(trail)}
    told: list[int] = []
    labels, jumps = [], []
    jump, jump_l = pick(random, JUMP), pick(random, JUMP_L)
    inline = random() < 0.6
    said = [""] * len(trail)
    for a, b in pairwise(trail):
        index = next(i for i, e in enumerate(scenario.edges) if (e.tail, e.head) == (a, b))
        label = scenario.edges[index].label
        told.append(index)
        if label and inline:
            said[place[a] - 1] = f" -- {LABEL}{label} -->"
        elif label:
            labels.append(f"{place[a]} to {place[b]}: {LABEL}{label}")
    for index, edge in enumerate(scenario.edges):
        if index not in told:
            a, b = place[edge.tail], place[edge.head]
            if edge.label is None:
                jumps.append(jump.format(a=a, b=b))
            elif b < a and edge.sort == "answer" and random() < 0.6:
                jumps.append(f"after {a} back to {b} if {LABEL}{edge.label}")
            else:
                jumps.append(jump_l.format(a=a, b=b, l=LABEL + edge.label))
            told.append(index)
    if len(jumps) > 5:
        return None
    note.teller.named += trail
    note.teller.tell(*told)
    mark = pick(random, ("{}. ", "{}) ", "{} ", "({}) ", "{}: ", "{} - ", "#{} "))
    lines = [mark.format(place[i]) + bare[i] + said[place[i] - 1] for i in trail]
    notes = []
    if labels:
        words = pick(random, ("labels: ", "on the arrows: ", "with labels "))
        notes.append(words + pick(random, ("; ", ", ")).join(labels))
    rule = pick(random, NEXT)
    heads = [rule] if random() < 0.5 else []
    return note.finish("\n".join(lines), [*([] if heads else [rule]), *notes, *jumps], heads)


VERB_HEADS = ("verb = label", "the verb goes on the arrow", "label = the verb", "subject verb object, verb as edge label", "arrow from subject to object, labelled with the verb", "facts, one arrow each, verb on it")  # fmt: skip
BULLETS = ("- ", "* ", "", "• ", "[ ] ", "- [ ] ", "+ ", "> ")


def facts(rng: Random, scenario: Scenario) -> Rendered | None:
    """ "- Author writes Book", with the verb as label."""
    if any(edge.sort != "verb" or not edge.label for edge in scenario.edges):
        return None
    note = _Note(rng, scenario)
    note.teller.tell(*range(len(scenario.edges)))
    bullet = pick(note.random, BULLETS)
    end = pick(note.random, ("", "", ".", ";"))
    bare = note.bare
    lines = [f"{bullet}{bare[e.tail]} {LABEL}{e.label} {bare[e.head]}{end}" for e in scenario.edges]
    heads = [pick(note.random, VERB_HEADS)]
    if not scenario.directed:
        heads = [f"{_undirected(note)}, verb = label"]
    return note.finish("\n".join(lines), heads=heads)


# An item of a list by what its edges mean: (how one says it, header when arrows follow the
# sentence, header when they go against it).
_OUT: tuple[tuple[str, str], ...] = (
    ("{n} (depends on {x})", "arrow from each to what it depends on"),
    ("{n} - needs {x}", "arrow = needs"),
    ("{n}: goes to {x}", "arrows as listed"),
    ("{n} - next {x}", "arrow to the next"),
    ("{n} (points to {x})", "arrows as listed"),
    ("{n} w/ arrows to {x}", "arrows as listed"),
    ("{n} needs {x}", "target -> prerequisites"),
    ("{n} < {x}", "left side is where arrow starts"),
)
_IN: tuple[tuple[str, str], ...] = (
    ("{n} (after {x})", "arrow from predecessor to successor"),
    ("{n} (depends on {x})", "arrow from dependency to the thing that depends on it"),
    ("{n} b/c {x}", "arrow cause -> effect"),
    ("{n} - reports to {x}", "arrow from boss to report"),
    ("{n} (from {x})", "arrows come from what is in brackets"),
    ("{n}, parent {x}", "parent -> child"),
    ("{n} <- {x}", "arrow points to the left name"),
    ("{n} - needs {x} first", "prerequisite -> task"),
)


def items(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node an item: "name (depends on a, b)", with a header that fixes the direction."""
    if not scenario.directed:
        return None
    note = _Note(rng, scenario)
    random, bare, edges = note.random, note.bare, scenario.edges
    backwards = random() < 0.5
    if note.labelled:
        backwards = False
    shape, head = pick(random, _IN if backwards else _OUT)
    comma = note.sign((", ", ", ", " + ", " and ", " & ", " / "), ", ")
    if note.labelled:
        shape = pick(random, ("{n} - goes to {x}", "{n}: {x}", "{n} -> {x}", "{n}, then {x}"))
        head = pick(random, ("labels in brackets", "brackets = label", "label = text in brackets"))
        comma = note.sign(("; ", ", ", " or "), "; ")
    lines = []
    bullet = pick(random, BULLETS)
    for node in range(len(bare)):
        group = [i for i, e in enumerate(edges) if (e.head if backwards else e.tail) == node]
        note.teller.tell(*group)
        note.teller.named.append(node)
        if not group:
            lines.append(bullet + bare[node])
            continue
        ends = comma.join(_end(bare, edges[i], backwards) for i in group)
        lines.append(bullet + shape.format(n=bare[node], x=ends))
    at_top = random() < 0.7
    return note.finish("\n".join(lines), [] if at_top else [head], [head] if at_top else [])


def _end(bare: list[str], edge: Edge, backwards: bool) -> str:
    name = bare[edge.tail if backwards else edge.head]
    return f"{name} ({LABEL}{edge.label})" if edge.label else name


def keyed(rng: Random, scenario: Scenario) -> Rendered | None:
    """ "Q1: Is it broken?" and then "Q1 yes -> Q2": keys with labels."""
    if not all(node.label for node in scenario.nodes) or scenario.clusters:
        return None
    note = _Note(rng, scenario)
    random, bare = note.random, note.bare
    note.teller.named += range(len(bare))
    mark = pick(random, ("{}: {}", "{} = {}", "{}) {}", "{} - {}", '{} "{}"', "[{}] {}"))
    keys = [mark.format(name, n.label) for name, n in zip(bare, scenario.nodes, strict=True)]
    link = " -> " if scenario.directed else " -- "
    lines = []
    for edge in scenario.edges:
        middle = f" {LABEL}{edge.label}" if edge.label else ""
        lines.append(f"{bare[edge.tail]}{middle}{link}{bare[edge.head]}")
    note.teller.tell(*range(len(lines)))
    glue = pick(random, ("\n", "\n", "; "))
    text = "\n".join(keys) + pick(random, ("\n\n", "\n")) + glue.join(lines)
    # The frame of `finish` would list the labels again.
    ask = expand(random, ASK, {"D": "graph"}).strip()
    extra = framed(note.teller, [], "arrow", bare=True)[1]
    x = random()
    parts = [ask + ":" if x < 0.4 else "", text, flow(extra), ask if 0.4 < x < 0.7 else ""]
    return note.teller.finish("\n".join(part for part in parts if part))


# ---- Tables -------------------------------------------------------------------------------------

PAIR_HEADS = (
    ("from", "to"), ("From", "To"), ("src", "dest"), ("source", "target"), ("current", "next"), ("state", "new state"),
    ("von", "nach"), ("de", "à"), ("desde", "hasta"), ("da", "a"), ("van", "naar"), ("node", "sends to"), ("begin", "end"),
    ("Ausgang", "Ziel"), ("origen", "destino"), ("Zustand", "Folgezustand"), ("now", "then"), ("Start", "Stop"), ("departs", "arrives"),
)  # fmt: skip
BACK_HEADS = (
    ("task", "after"), ("step", "previous"), ("job", "predecessor"), ("item", "preceded by"), ("to", "from"), ("target", "source"),
    ("next", "current"), ("nach", "von"), ("receiver", "sender"), ("activity", "comes after"), ("dest", "src"), ("child", "parent"),
)  # fmt: skip
LABEL_HEADS = ("event", "label", "on", "trigger", "Ereignis", "evento", "text", "what", "via", "why", "arrow text", "edge label", "événement")  # fmt: skip
EXTRA = ("owner", "cost", "duration", "days", "prio", "since", "ticket", "rev", "page", "hours")
PEOPLE = ("mk", "jo", "tbd", "A.S.", "ops", "lee", "kim", "QA")


def grid(note: _Note, rows: list[list[str]]) -> str | None:
    """Rows, the header first, in one notation; None where a cell holds the separator."""
    random = note.random
    flat = "".join("".join(row) for row in rows)
    sign = pick(random, ("|", "md", "md", ",", ", ", ";", "\t", " | ", "wide", "wide", "=>", " / "))
    if sign in ("md", "wide"):
        if ("|" if sign == "md" else "  ") in flat or (
            sign == "wide" and any("" in row for row in rows)
        ):
            return None
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        cells = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows]
        if sign == "wide":
            return "\n".join("  ".join(row).rstrip() for row in cells)
        lines = ["| " + " | ".join(row) + " |" for row in cells]
        if random() < 0.85:
            lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
        return "\n".join(lines)
    if sign == "=>":
        sign = " ; "
    if (sign.strip() or sign) in flat:
        return None
    return "\n".join(sign.join(row).rstrip(" ") for row in rows)


def columns(rng: Random, scenario: Scenario) -> Rendered | None:
    """Edges in rows, columns in any order and language, some to be ignored."""
    note = _Note(rng, scenario)
    random, bare = note.random, note.bare
    name = [text.removeprefix(NAME) for text in bare]
    backwards = scenario.directed and random() < 0.4
    first, second = pick(random, BACK_HEADS if backwards else PAIR_HEADS)
    if not scenario.directed:
        first, second = pick(random, (("a", "b"), ("end 1", "end 2"), ("node", "neighbour"), ("x", "y"), ("here", "there")))  # fmt: skip
    sides = [(e.head, e.tail) if backwards else (e.tail, e.head) for e in scenario.edges]
    table = [[first, *(name[a] for a, _ in sides)], [second, *(name[b] for _, b in sides)]]
    heads: list[str] = []
    notes: list[str] = []
    if note.labelled:
        none = pick(random, ("-", "none", "-", "—"))
        word = pick(random, [w for w in LABEL_HEADS if w not in (first, second)])
        table.append([word, *(e.label or none for e in scenario.edges)])
        if random() < 0.5:
            notes.append(pick(random, ("column {w} goes on the arrow", "{w} = label", "label the edges with {w}", "{w} as edge text")).format(w=word))  # fmt: skip
    if random() < 0.3:
        word = pick(random, EXTRA)
        cells = [str(1 + int(random() * 60)) for _ in sides]
        if word in ("owner", "rev"):
            cells = [pick(random, PEOPLE) for _ in sides]
        table.append([word, *cells])
        notes.append(pick(random, ("ignore {w}", "{w} doesn't matter", "skip the {w} column", "leave out {w}", "{w} not needed in the graph")).format(w=word))  # fmt: skip
    if random() < 0.5:
        rng.shuffle(table)
    if not scenario.directed:
        heads.append(_undirected(note))
    elif backwards or random() < 0.25:
        start, end = (second, first) if backwards else (first, second)
        words = ("arrow from {s} to {e}", "{s} -> {e}", "edges go from {s} to {e}", "draw {s} -> {e}")  # fmt: skip
        (heads if random() < 0.5 else notes).append(pick(random, words).format(s=start, e=end))
    text = grid(note, [list(row) for row in zip(*table, strict=True)])
    if text is None:
        return None
    note.teller.tell(*range(len(sides)))
    return note.finish(text, notes, heads)


def moves(rng: Random, scenario: Scenario) -> Rendered | None:
    """States by inputs with several targets in a cell."""
    labels = list(dict.fromkeys(edge.label for edge in scenario.edges))
    if not scenario.directed or None in labels or not 2 <= len(labels) <= 6:
        return None
    if scenario.edges[0].sort in ("weight", "verb"):
        return None
    note = _Note(rng, scenario)
    random = note.random
    names = [node.name for node in scenario.nodes]
    empty = pick(random, ("-", "-", "none", ".", "/", "--"))
    comma = note.sign((", ", ",", " & ", "/") if empty != "/" else (", ", " & "), ", ")
    corner = pick(random, ("state", "Zustand", "now", "état", "estado", "q", "in"))
    rows = [[corner, *(str(label) for label in labels)]]
    for node, text in enumerate(names):
        row = [text]
        note.teller.named.append(node)
        for label in labels:
            group = [i for i, e in enumerate(scenario.edges) if (e.tail, e.label) == (node, label)]
            note.teller.tell(*group)
            row.append(comma.join(names[scenario.edges[i].head] for i in group) or empty)
        rows.append(row)
    table = grid(note, rows)
    if table is None:
        return None
    heads = [pick(random, ("rows: state, columns: input, cells: next state", "cell = where it goes", "transition table", f"next-state table, {empty} = no move", "input on the arrow, cell is the target"))]  # fmt: skip
    return note.finish(table, heads=heads)


def hosts(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node a row with its group and its targets: "host, zone, sends to"."""
    if not scenario.clusters or not scenario.directed or _labelled(scenario):
        return None
    note = _Note(rng, scenario)
    random, names = note.random, [node.name for node in scenario.nodes]
    zone = {i: c.label for c in scenario.clusters for i in c.members}
    comma = note.sign((", ", " + ", " & ", " "), ", ")
    word = pick(random, ("zone", "group", "area", "team", "layer", "box"))
    rows = [[pick(random, ("host", "name", "node", "item")), word, pick(random, ("sends to", "to", "targets", "talks to", "next"))]]  # fmt: skip
    order = [i for c in scenario.clusters for i in c.members]
    order = [i for i in range(len(names)) if i not in zone] + order
    for node in order:
        group = [i for i, e in enumerate(scenario.edges) if e.tail == node]
        note.teller.tell(*group)
        note.teller.named.append(node)
        heads = comma.join(names[scenario.edges[i].head] for i in group)
        rows.append([names[node], zone.get(node, "-"), heads or "-"])
    table = grid(note, rows)
    if table is None:
        return None
    rule = pick(random, (f"one cluster per {word}", f"{word} = cluster", f"box around each {word}", f"cluster by {word}"))  # fmt: skip
    if any(node.attrs or node.label for node in scenario.nodes) or scenario.attrs:
        return None
    if any(edge.attrs for edge in scenario.edges):
        return None
    ask = expand(random, ASK, {"D": "graph"}).strip()
    x = random()
    parts = [f"{ask}, {rule}:", table] if x < 0.4 else [table, f"{rule}; {ask}"] if x < 0.7 else [f"{rule}:", table]  # fmt: skip
    return note.teller.finish(pick(random, ("\n", "\n\n")).join(parts))


def _labelled(scenario: Scenario) -> bool:
    """Whether an edge has a text."""
    return any(edge.label for edge in scenario.edges)


def references(rng: Random, scenario: Scenario) -> Rendered | None:
    """A table of foreign keys: "table, column, references", the column being the label or not."""
    if not scenario.directed or any(node.label for node in scenario.nodes):
        return None
    note = _Note(rng, scenario)
    random, names = note.random, [node.name for node in scenario.nodes]
    labelled = [edge.label is not None for edge in scenario.edges]
    if any(labelled) and not (all(labelled) and scenario.edges[0].sort in ("token", "pointer")):
        return None
    rows = [list(pick(random, (("table", "column", "references"), ("table", "fk", "ref table"), ("Tabelle", "Spalte", "verweist auf"), ("entity", "field", "points to"), ("tabla", "columna", "referencia"))))]  # fmt: skip
    for edge in scenario.edges:
        column = edge.label or names[edge.head].replace(" ", "_").lower() + pick(random, ("_id", "_fk", "_no"))  # fmt: skip
        rows.append([names[edge.tail], column, names[edge.head]])
    head = pick(random, ("column name on the arrow", f"label = {rows[0][1]}", f"{rows[0][1]} on the edge") if any(labelled) else ("no labels", "leave the column names out", f"ignore {rows[0][1]}", "arrows without text", "bare arrows"))  # fmt: skip
    order = pick(random, ((0, 1, 2), (0, 1, 2), (0, 2, 1), (1, 0, 2)))
    table = grid(note, [[row[i] for i in order] for row in rows])
    if table is None:
        return None
    note.teller.tell(*range(len(scenario.edges)))
    way = pick(random, ("arrow from table to referenced table", "fk side -> referenced side", ""))
    heads = [text for text in (way if rows[0][0] == "table" else "", head) if text]
    return note.finish(table, heads=heads) if random() < 0.6 else note.finish(table, heads)


def schedule(rng: Random, scenario: Scenario) -> Rendered | None:
    """One node a row with what comes before it (or its boss), and columns to ignore."""
    if not scenario.directed or _labelled(scenario) or any(n.label for n in scenario.nodes):
        return None
    note = _Note(rng, scenario)
    random, names = note.random, [node.name for node in scenario.nodes]
    single = all(sum(e.head == i for e in scenario.edges) <= 1 for i in range(len(names)))
    comma = note.sign((", ", ",", " + ", " & ", " "), ", ")
    empty = pick(random, ("-", "-", "none", "--", "n/a"))
    word, extra, before, ways = pick(random, (
        ("task", "duration", "after", ("arrow from earlier to later task", "predecessor -> task", "")),
        ("job", "hours", "waits for", ("arrow = must be done before", "arrow from the awaited job to the waiting one")),
        ("Vorgang", "Dauer", "Vorgänger", ("predecessor to successor", "Vorgänger -> Vorgang", "")),
        ("activity", "days", "predecessors", ("from predecessor to activity", "")),
        ("step", "min", "only after", ("earlier -> later", "arrows in order of time", "")),
    ))  # fmt: skip
    if single and random() < 0.5:
        word, extra, before, ways = pick(random, (
            ("name", "title", "boss", ("boss -> report", "arrow from boss to employee", "arrows downwards, from boss")),
            ("who", "room", "manager", ("manager -> person", "arrow from manager down")),
            ("item", "page", "parent", ("parent -> child", "arrow from parent to child")),
        ))  # fmt: skip
    rows = [[word, extra, before]]
    for node, name in enumerate(names):
        group = [i for i, e in enumerate(scenario.edges) if e.head == node]
        note.teller.tell(*group)
        note.teller.named.append(node)
        cell = pick(random, PEOPLE) if extra == "title" else f"{1 + int(random() * 40)}"
        ends = comma.join(names[scenario.edges[i].tail] for i in group)
        rows.append([name, cell, ends or empty])
    order = pick(random, ((0, 1, 2), (0, 2, 1), (0, 2), (0, 2), (1, 0, 2)))
    table = grid(note, [[row[i] for i in order] for row in rows])
    if table is None:
        return None
    remarks = [text for text in (pick(random, ways),) if text]
    if 1 in order and random() < 0.5:
        remarks.append(pick(random, (f"{extra} not needed", f"ignore {extra}", f"no {extra} in the graph")))  # fmt: skip
    return note.finish(table, heads=remarks) if random() < 0.5 else note.finish(table, remarks)


def two_tables(rng: Random, scenario: Scenario) -> Rendered | None:
    """A table of nodes with their labels and one of edges."""
    if not all(node.label for node in scenario.nodes) or scenario.clusters:
        return None
    note = _Note(rng, scenario)
    random = note.random
    name = [node.name for node in scenario.nodes]
    first = [list(pick(random, (("id", "label"), ("key", "text"), ("id", "caption"), ("node", "label"))))]  # fmt: skip
    first += [[node.name, str(node.label)] for node in scenario.nodes]
    second = [list(pick(random, (("from", "to", "label"), ("src", "dst", "text"), ("a", "b", "label"))))]  # fmt: skip
    second += [[name[e.tail], name[e.head], e.label or "-"] for e in scenario.edges]
    if not note.labelled:
        second = [row[:2] for row in second]
    tables = [grid(note, first), grid(note, second)]
    if None in tables:
        return None
    note.teller.named += range(len(name))
    note.teller.tell(*range(len(scenario.edges)))
    after = framed(note.teller, [], "arrow", bare=True)[1]
    kind = "" if scenario.directed else _undirected(note)
    ask = expand(random, ASK, {"D": "graph"}).strip() if random() < 0.5 else ""
    titles = pick(random, (("nodes", "edges"), ("", ""), ("NODES", "EDGES"), ("# nodes", "# edges")))  # fmt: skip
    parts = [", ".join(filter(None, (ask, kind)))]
    for title, table in zip(titles, tables, strict=True):
        parts.append(f"{title}\n{table}" if title else str(table))
    return note.teller.finish("\n\n".join(part for part in (*parts, flow(after)) if part))


# Pairs whose direction only the header tells: (sign between, header, whether arrows go right to left).
_PAIRS: tuple[tuple[str, str, bool], ...] = (
    (" : ", "sub : super, arrow from subclass to parent", False),
    (" : ", "child : parent, arrow from parent to child", True),
    (" : ", "parent : child, arrow from child to parent", True),
    (" < ", "left inherits from right, arrow to the base", False),
    (" < ", "a < b = a before b, arrow from a to b", False),
    (" > ", "bigger > smaller, arrow from smaller to bigger", True),
    (" <- ", "arrows as drawn", True),
    (" <- ", "b <- a means a to b", True),
    (", ", "columns: to, from", True),
    (" | ", "who | boss; arrow boss -> who", True),
    (" / ", "first / second, arrow from first to second", False),
    (" after ", "arrow from earlier to later", True),
    (" before ", "arrow from earlier to later", False),
    (" because of ", "cause -> effect", True),
    (" b/c ", "b/c = because of, arrow cause -> effect", True),
    (" needs ", "target -> prerequisite", False),
    (" needs ", "arrow from prerequisite to target", True),
    (" blocks ", "blocker -> blocked", False),
    (" blocked by ", "blocker -> blocked", True),
    (" reports to ", "arrow from boss to report", True),
    (" reports to ", "arrow = reports to", False),
    (" imports ", "importer -> imported", False),
    (" imported by ", "importer -> imported", True),
    (" fed by ", "flow direction = arrow direction", True),
)


def pairs(rng: Random, scenario: Scenario) -> Rendered | None:
    """Pairs of names, with a header that says which way the arrows go."""
    if not scenario.directed or _labelled(scenario):
        return None
    note = _Note(rng, scenario)
    sign, head, backwards = pick(note.random, _PAIRS)
    if sign.strip() in note.flat:
        return None
    bullet = pick(note.random, BULLETS)
    stop = "\n" if bullet or sign == ", " else note.sign(("\n", "; ", "\n"), "\n")
    lines = []
    for edge in scenario.edges:
        a, b = note.bare[edge.tail], note.bare[edge.head]
        lines.append(f"{bullet}{b}{sign}{a}" if backwards else f"{bullet}{a}{sign}{b}")
    note.teller.tell(*range(len(lines)))
    above = note.random() < 0.7
    return note.finish(stop.join(lines), [] if above else [head], [head] if above else [])


def grouped(rng: Random, scenario: Scenario) -> Rendered | None:
    """Bullets under headings; each heading is a cluster."""
    plain = _without_looks(scenario)
    if not scenario.clusters or plain.nodes != scenario.nodes or plain.edges != scenario.edges:
        return None
    if any(node.label for node in scenario.nodes) or scenario.attrs:
        return None
    note = _Note(rng, scenario)
    random, edges = note.random, scenario.edges
    link = " -> " if scenario.directed else " -- "
    comma = note.sign((", ", ", ", " + ", " & "), ", ")
    mark = pick(random, ("{}:", "# {}", "## {}", "[{}]", "== {} ==", "**{}**", "{}"))
    bullet = pick(random, ("- ", "* ", "  - ", "+ ")) if mark != "{}" else "  - "
    free = [i for i in range(len(note.bare)) if all(i not in c.members for c in scenario.clusters)]
    blocks = []
    for cluster in scenario.clusters:
        lines = [mark.format(cluster.label)]
        for node in cluster.members:
            group = [i for i, e in enumerate(edges) if e.tail == node]
            note.teller.named.append(node)
            note.teller.tell(*group)
            ends = comma.join(_end(note.bare, edges[i], False) for i in group)
            lines.append(bullet + note.bare[node] + (link + ends if ends else ""))
        blocks.append("\n".join(lines))
    if free:
        lines = [pick(random, ("not in any group:", "no group:", "outside:", "ungrouped"))]
        for node in free:
            group = [i for i, e in enumerate(edges) if e.tail == node]
            note.teller.named.append(node)
            note.teller.tell(*group)
            ends = comma.join(_end(note.bare, edges[i], False) for i in group)
            lines.append(bullet + note.bare[node] + (link + ends if ends else ""))
        blocks.append("\n".join(lines))
    rule = pick(random, ("headings are clusters", "one cluster per heading", "each heading = a box around its items", "cluster per heading"))  # fmt: skip
    ask = expand(random, ASK, {"D": "graph"}).strip()
    x = random()
    parts = [f"{ask}, {rule}:", *blocks] if x < 0.5 else [f"{rule}:", *blocks] if x < 0.7 else [*blocks, f"{rule}; {ask}"]  # fmt: skip
    if note.labelled:
        parts.append(pick(random, ("brackets = label", "label in brackets")))
    return note.teller.finish(pick(random, ("\n", "\n\n")).join(parts))
