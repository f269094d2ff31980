# ruff: noqa: E501 (tables of phrases)
"""Grouping edges into facts, and facts into clauses: `tell_edges` is what prose forms call.

A fact is a set of edges that one clause tells: a single edge, a fan, a chain, a pair of equal
events, "all others", "the former and the latter".
"""

from collections.abc import Callable

from synthesis.phrasing import compile_table, expand, pick
from synthesis.prose.sentences import (
    Slots,
    both_ways,
    chain,
    fan_in,
    fan_out,
    prepare,
    single,
)
from synthesis.prose.voice import Teller, plural
from synthesis.scenario import Edge

SAME_EVENT = compile_table("""
<V>{,|} <A> <P> <B> and <C> <P> <D>
<V>{,|} <A> <P> <B>, {while|whereas|and} <C> <P> <D>
<A> <P> <B> <W>; the same {event|thing|<L>} {takes|brings|leads|moves} <C> to <D>
<A> <P> <B> <W>, and {in the same way|likewise|by the same token|also} <C> <P> <D>
""")
FORMER = compile_table("""
<A> <P> <B> and <C>{; |. }{the former|the first one|the first} <P> <D>{,|} {while|whereas|and|but} {the latter|the second one|the second|the other one} <P> <E>
""")
OTHERS_IN = compile_table("""
{all {the |}other <cs>|the other <cs>|all the others|all other <cs>} <Q> <A>
{every|each} other <c> <P> <A>
{every|each} <c> {but|except|other than} <A> {itself |}<P> <A>
<A> <I> {all the others|all other <cs>|every other <c>|each of the other <cs>|all the rest}
""")
OTHERS_OUT = compile_table("""
<A> <P> {all the others|all other <cs>|every other <c>|each of the other <cs>|all the rest}
{all {the |}other <cs>|the other <cs>|all the others} <J> <A>
{every|each} other <c> <I> <A>
from <A> there {is|goes} <Nan> to {every|each} other <c>
""")
EXCEPT_IN = compile_table("""
{all {the |}other <cs>|all others|all the rest}{ |, }{except|except for|apart from|but not|with the exception of} <C>{ |, }<Q> <A>
{every|each} other <c> {except|but|apart from|save} <C> <P> <A>
""")
EXCEPT_OUT = compile_table("""
<A> <P> {all the others|all other <cs>|every other <c>} {except|except for|apart from|but not|but} <C>
""")


def everyone(teller: Teller) -> str | None:
    """A clause for all unlabelled edges between one node and (nearly) all others, if there are.

    The text then has to name all nodes beforehand: sets `teller.must_list`.
    """
    scenario, random = teller.scenario, teller.random
    count = len(scenario.nodes)
    if count < 4 or not scenario.directed:
        return None
    for node in range(count):
        for inward in (True, False):
            ends = {
                (edge.tail if inward else edge.head): index
                for index, edge in enumerate(scenario.edges)
                if (edge.head if inward else edge.tail) == node and edge.label is None
            }
            ends.pop(node, None)
            missing = set(range(count)) - set(ends) - {node}
            if len(missing) > 1 or (missing and count < 5):
                continue
            teller.must_list = True
            teller.tell(*(ends[i] for i in sorted(ends)))
            values = {
                "A": teller.name(node),
                "c": teller.class_noun,
                "cs": plural(teller.class_noun),
            }
            if missing:
                values["C"] = teller.name(missing.pop())
                rules = EXCEPT_IN if inward else EXCEPT_OUT
            else:
                rules = OTHERS_IN if inward else OTHERS_OUT
            first = scenario.edges[next(iter(ends.values()))]
            return expand(random, pick(random, rules), Slots(teller, values, first))
    return None


CONTRAST = compile_table("""
<A> <P> <B>, {not|and not|but not} <D>
<A> <P> <B> (not <D>)
<A> <P> <D> - no, {wait|sorry|I mean}, <B>
<A> <P> <D>{... |. |; }{scratch that|correction|no, wrong|I was wrong|oops}{:|,} <A> <P> <B>
it is not <D> but <B> that <I> <A>
<A> <P> <B> {instead of|rather than} <D>
{some say|you might think|people think|one could think} that <A> <P3> <D>, but {in fact|really|actually} <A> <P3> <B>
""")


def contrast(teller: Teller, index: int) -> str | None:
    """An edge told with a denial or a correction of another one that does not exist."""
    scenario = teller.scenario
    edge = scenario.edges[index]
    near = {edge.tail, edge.head}
    for other in scenario.edges:
        if edge.tail in (other.tail, other.head) or edge.head in (other.tail, other.head):
            near |= {other.tail, other.head}
    far = [i for i in range(len(scenario.nodes)) if i not in near]
    if not far or edge.label is not None or not scenario.directed:
        return None
    teller.tell(index)
    return expand(
        teller.random,
        pick(teller.random, CONTRAST),
        Slots(
            teller,
            {
                "A": teller.name(edge.tail),
                "B": teller.name(edge.head),
                "D": teller.name(pick(teller.random, far)),
            },
            edge,
        ),
    )


def same_event(teller: Teller, group: list[int]) -> str:
    """Two edges with the same label and four different ends."""
    one, two = (teller.scenario.edges[index] for index in group)
    teller.tell(*group)
    return expand(
        teller.random,
        pick(teller.random, SAME_EVENT),
        Slots(
            teller,
            {
                "A": teller.name(one.tail),
                "B": teller.name(one.head),
                "C": teller.name(two.tail),
                "D": teller.name(two.head),
            },
            one,
        ),
    )


def former_latter(teller: Teller, group: list[int]) -> str:
    """A fan of two and one edge from either end, all without label."""
    edges = [teller.scenario.edges[index] for index in group]
    teller.tell(*group)
    return expand(
        teller.random,
        pick(teller.random, FORMER),
        Slots(
            teller,
            {
                "A": teller.name(edges[0].tail),
                "B": teller.name(edges[0].head),
                "C": teller.name(edges[1].head),
                "D": teller.name(edges[2].head),
                "E": teller.name(edges[3].head),
            },
            edges[0],
        ),
    )


Fact = tuple[list[int], Callable[[Teller, list[int]], str]]


def _fan_out(edges: list[Edge], left: list[int], i: int, directed: bool) -> Fact | None:
    edge = edges[i]
    plain = edge.label is None
    same = [
        j
        for j in left
        if edges[j].tail == edge.tail
        and edges[j].head != edge.tail
        and (edges[j].label is None) == plain
        and (edges[j].sort == "verb") == (edge.sort == "verb")
    ]
    if not same or _repeats(edges, [i, *same]) or not (plain or directed):
        return None
    if len(same) == 1 and plain and directed:
        ends = [edge.head, edges[same[0]].head]
        more = [
            next(
                (
                    j
                    for j in left
                    if edges[j].tail == end
                    and edges[j].label is None
                    and edges[j].head not in (*ends, edge.tail)
                ),
                None,
            )
            for end in ends
        ]
        if None not in more:
            return [i, *same, *more], former_latter
    return [i, *same], fan_out


def _fan_in(edges: list[Edge], left: list[int], i: int, directed: bool) -> Fact | None:
    edge = edges[i]
    same = [
        j
        for j in left
        if edges[j].head == edge.head
        and edges[j].tail != edge.head
        and edges[j].label == edge.label
    ]
    if not directed or not same or _repeats(edges, [i, *same]):
        return None
    return [i, *same], fan_in


def _chain(edges: list[Edge], left: list[int], i: int, directed: bool) -> Fact | None:
    if edges[i].label is not None or not directed:
        return None
    group, seen = [i], {edges[i].tail, edges[i].head}
    while len(group) < 7:
        end = edges[group[-1]].head
        following = [
            j
            for j in left
            if edges[j].tail == end and edges[j].label is None and edges[j].head not in seen
        ]
        if not following:
            break
        group.append(following[0])
        seen.add(edges[following[0]].head)
    return (group, chain) if len(group) > 1 else None


def _both_ways(edges: list[Edge], left: list[int], i: int, directed: bool) -> Fact | None:
    edge = edges[i]
    back = [
        j
        for j in left
        if (edges[j].tail, edges[j].head) == (edge.head, edge.tail) and edges[j].label is None
    ]
    return ([i, back[0]], both_ways) if back and directed and edge.label is None else None


def _same_event(edges: list[Edge], left: list[int], i: int, directed: bool) -> Fact | None:
    edge = edges[i]
    if edge.label is None or not directed or edge.sort == "verb":
        return None
    for j in left:
        other = edges[j]
        if other.label == edge.label and len({edge.tail, edge.head, other.tail, other.head}) == 4:
            return [i, j], same_event
    return None


# Upper bound of the draw -> how an edge may be grouped with others.
GROUPINGS = (
    (0.42, _fan_out),
    (0.55, _fan_in),
    (0.75, _chain),
    (0.85, _both_ways),
    (0.95, _same_event),
)


def tell_edges(teller: Teller) -> list[str]:
    """Clauses for all edges, in an order that a writer could have chosen."""
    scenario, random = teller.scenario, teller.random
    prepare(teller)
    edges = scenario.edges
    left = list(range(len(edges)))
    clauses = []
    if random() < 0.35 and (text := everyone(teller)) is not None:
        clauses.append(text)
        left = [i for i in left if i not in teller.order]
    if random() < 0.12:
        teller.rng.shuffle(left)
    grouping = random() < 0.8
    subject = None
    text: str | None
    while left:
        i = left.pop(0)
        fact: Fact | None = None
        if grouping and edges[i].tail != edges[i].head:
            x = random()
            for bound, gather in GROUPINGS:
                if x < bound:
                    fact = gather(edges, left, i, scenario.directed)
                    break
        if fact is None:
            text = contrast(teller, i) if random() < 0.05 else None
            if text is None:
                text = single(teller, i)
            teller.flip(text, [i])
        else:
            group, say = fact
            for j in group[1:]:
                left.remove(j)
            text = say(teller, group)
            teller.flip(text, group)
        name = teller.mention[edges[i].tail]
        if text.startswith(name + " "):
            if subject == edges[i].tail and scenario.naming != "proper" and random() < 0.3:
                text = f"it{text[len(name) :]}"
            subject = edges[i].tail
        else:
            subject = None
        clauses.append(text)
    return clauses


def _repeats(edges: list[Edge], group: list[int]) -> bool:
    ends = {(edges[i].tail, edges[i].head) for i in group}
    return len(ends) < len(group)
