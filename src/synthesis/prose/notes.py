# ruff: noqa: E501 (tables of phrases)
"""Notes as fragments: "a > b > c; a > d", chains, rings and stars by name."""

from itertools import pairwise
from random import Random

from synthesis.phrasing import pick
from synthesis.prose.note import Note, undirected
from synthesis.prose.voice import LABEL
from synthesis.scenario import Rendered, Scenario

# ---- Fragments ----------------------------------------------------------------------------------


def jot(rng: Random, scenario: Scenario) -> Rendered | None:
    """ "a > b > c; a > d", "a/b > c", "x: y z; y: w"."""
    note = Note(rng, scenario)
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
        heads.append(undirected(note))
    elif link == ": ":
        heads.append(pick(random, ("node: where it goes", "adjacency", "source: targets", "from: to", "tail: heads", "x: y = arrow from x to y")))  # fmt: skip
    return note.finish(stop.join(items), heads=heads)


def _jot_labelled(note: Note) -> Rendered | None:
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
        heads.append(undirected(note))
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
    note = Note(rng, scenario)
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
        told = _tree(note, ends, comma)
        if told is None:
            return None
        body, order = told
    else:
        return None
    note.teller.tell(*order)
    return note.finish(body)


def _tree(note: Note, ends: list[tuple[int, int]], comma: str) -> tuple[str, list[int]] | None:
    """(a tree in words, level by level as such notes are written; its edges in that order)."""
    heads = [b for _, b in ends]
    root = next(i for i in range(len(note.bare)) if i not in heads)
    seen, queue, groups = [], [root], []
    while queue:
        node = queue.pop(0)
        group = [j for j, (a, _) in enumerate(ends) if a == node]
        seen += group
        queue += [ends[j][1] for j in group]
        if group:
            groups.append(f"{note.bare[node]}: {comma.join(note.bare[ends[j][1]] for j in group)}")
    if len(seen) != len(ends):
        return None
    stop = note.sign(("; ", "\n"), "\n") if comma != "; " else "\n"
    word = pick(note.random, ("tree", "tree, top down", "tree, parent->child", "hierarchy"))
    return f"{word}: root {note.bare[root]}{stop}{stop.join(groups)}", seen
