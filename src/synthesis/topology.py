"""Shapes of small graphs: lists of (tail, head) over `count` nodes, in a natural telling order.

Every maker takes `(rng, count)` with count >= 2 and gives edges in which node 0 is where a reader
would begin. Not all nodes need have an edge.
"""

from collections.abc import Callable
from random import Random

Pairs = list[tuple[int, int]]
Shape = Callable[[Random, int], Pairs]


def chain(rng: Random, count: int) -> Pairs:
    """0 -> 1 -> 2 ..."""
    return [(i, i + 1) for i in range(count - 1)]


def ring(rng: Random, count: int) -> Pairs:
    """A chain that comes back to its first node."""
    return [*chain(rng, count), (count - 1, 0)]


def star(rng: Random, count: int) -> Pairs:
    """One centre, all arrows out of it (or, sometimes, into it)."""
    if rng.random() < 0.25:
        return [(i, 0) for i in range(1, count)]
    return [(0, i) for i in range(1, count)]


def tree(rng: Random, count: int) -> Pairs:
    """A random tree, parents before children, told breadth first."""
    return sorted((_parent(rng, i), i) for i in range(1, count))


def _parent(rng: Random, i: int) -> int:
    # Leaning to late nodes makes trees deep, to early nodes makes them broad.
    return max(0, i - 1 - int(rng.random() * min(i, 4)))


def binary(rng: Random, count: int) -> Pairs:
    """A complete binary tree, as of a heap."""
    return [((i - 1) // 2, i) for i in range(1, count)]


def dag(rng: Random, count: int) -> Pairs:
    """A connected graph without cycles, with a few joins."""
    pairs = {(_parent(rng, i), i) for i in range(1, count)}
    for _ in range(int(rng.random() * count * 0.6) + 1):
        a, b = sorted((int(rng.random() * count), int(rng.random() * count)))
        if a != b:
            pairs.add((a, b))
    return sorted(pairs)


def layers(rng: Random, count: int) -> Pairs:
    """Sources, a middle and sinks: fan-out followed by fan-in."""
    if count < 4:
        return chain(rng, count)
    middle = range(1, count - 1)
    return [(0, i) for i in middle] + [(i, count - 1) for i in middle]


def machine(rng: Random, count: int) -> Pairs:
    """A state machine: a path through most states, ways back, self-loops now and then."""
    pairs = [(i, i + 1) for i in range(count - 1) if rng.random() < 0.9]
    for _ in range(1 + int(rng.random() * count)):
        tail, head = int(rng.random() * count), int(rng.random() * count)
        if tail != head or rng.random() < 0.5:
            pairs.append((tail, head))
    if rng.random() < 0.5:
        pairs.append((count - 1, 0))
    if rng.random() < 0.7:
        pairs.sort(key=lambda pair: pair[0])
    return pairs


def sparse(rng: Random, count: int) -> Pairs:
    """A random graph with about as many edges as nodes, without parallel edges."""
    pairs: dict[tuple[int, int], None] = {}
    for _ in range(count + int(rng.random() * count)):
        tail, head = int(rng.random() * count), int(rng.random() * count)
        if tail != head and (head, tail) not in pairs:
            pairs[tail, head] = None
    return list(pairs)


def dense(rng: Random, count: int) -> Pairs:
    """Every pair joined once (complete graph), for few nodes."""
    count = min(count, 5)
    return [(i, j) for i in range(count) for j in range(i + 1, count)]


def grid(rng: Random, count: int) -> Pairs:
    """A grid of two columns."""
    pairs = [(i, i + 2) for i in range(count - 2)]
    pairs += [(i, i + 1) for i in range(0, count - 1, 2)]
    return sorted(pairs)


def bipartite(rng: Random, count: int) -> Pairs:
    """Arrows from a first group to a second one only."""
    split = max(1, count // 2)
    pairs = {(int(rng.random() * split), head) for head in range(split, count)}
    for _ in range(int(rng.random() * count)):
        pairs.add((int(rng.random() * split), split + int(rng.random() * (count - split))))
    return sorted(pairs)


def flowchart(rng: Random, count: int) -> Pairs:
    """A path with some two-way decisions, whose branches join later, end or go back."""
    pairs = []
    i = 0
    while i < count - 1:
        if i < count - 2 and rng.random() < 0.4:
            pairs += [(i, i + 1), (i, i + 2)]
            x = rng.random()
            if x < 0.45 and i + 3 < count:
                pairs += [(i + 1, i + 3), (i + 2, i + 3)]
                i += 3
            elif x < 0.7:
                if i > 0:
                    pairs.append((i + 1, int(rng.random() * (i + 1))))
                i += 2
            else:
                pairs += [(i + 2, i + 3)] if i + 3 < count else []
                i += 3
        else:
            pairs.append((i, i + 1))
            i += 1
    return list(dict.fromkeys(pairs))


def decision(rng: Random, count: int) -> Pairs:
    """A tree in which every inner node has two or three children."""
    pairs = []
    open_ends = [0]
    following = 1
    while open_ends and following + 1 < count:
        node = open_ends.pop(0 if rng.random() < 0.6 else -1)
        children = 3 if rng.random() < 0.1 and following + 2 < count else 2
        pairs += [(node, following + k) for k in range(children)]
        open_ends += range(following, following + children)
        following += children
    return pairs or [(0, i) for i in range(1, count)]
