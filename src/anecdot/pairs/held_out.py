"""The test set is kept apart from the pairs to train on."""

import numpy as np

from anecdot.common.errors import UserError
from anecdot.pairs.duplicates import HeldOut
from anecdot.pairs.scanning import SHOWN, Scan


def guard(training: Scan, novel: Scan) -> tuple[dict[str, int], list[str]]:
    """Refuse training pairs that the test set holds; tell of those that come near.

    A pair is the same where its text, its id or its origin is, or its graph and nearly its text.

    Returns:
        For metrics: how many training pairs have a text like one of the test set, and how many a
        graph of it, as small graphs may; and a line on each of the former.

    Raises:
        UserError: naming both places of the first such pairs, counting the rest.
    """
    held = HeldOut(novel.records)
    like = held.like(training.records)
    same_graph = dict(held.same(training.records, "target"))
    equal = overlaps(training.records, novel.records)
    errors = [
        f"{training.place(training.records[i])}: its {what} stands in the test set, "
        f"{novel.place(novel.records[j])}; remove one of the two"
        for i, (j, what) in sorted(equal.items())
    ]
    if len(errors) > SHOWN:
        errors[SHOWN:] = [f"... and {len(errors) - SHOWN} more pairs of the test set"]
    if errors:
        raise UserError("\n".join(errors))
    near = [
        f"{training.place(training.records[i])}: its text is like that of "
        f"{novel.place(novel.records[like[i]])}, a pair of the test set"
        for i in np.flatnonzero(like >= 0)
    ]
    return {"like_novel": len(near), "graph_of_novel": len(same_graph)}, near


def overlaps(records: np.ndarray, others: np.ndarray) -> dict[int, tuple[int, str]]:
    """Which records stand among the others: by text, id or origin, or graph and nearly the text.

    Returns:
        Index of each such record: index of the other, and what they share.
    """
    if len(others) == 0:
        return {}
    held = HeldOut(others)
    like = held.like(records)
    same_graph = held.same(records, "target")
    equal = {i: (j, "graph and text") for i, j in same_graph if like[i] >= 0}
    for field in ("origin", "id", "text"):
        equal |= {i: (j, field) for i, j in held.same(records, field)}
    return equal
