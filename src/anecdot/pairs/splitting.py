"""The split into training and validation, stratified by source, without leaks."""

import numpy as np
from numpy.lib.recfunctions import repack_fields

from anecdot.pairs.duplicates import similar


def mix(keys: np.ndarray, seed: int) -> np.ndarray:
    """Pseudo-random u8 for each key: the seeded order of pairs (finaliser of SplitMix64)."""
    z = keys + np.uint64((seed + 1) * 0x9E3779B97F4A7C15 & (2**64 - 1))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def sample(records: np.ndarray, count: int, seed: int) -> np.ndarray:
    """The first `count` records (0 = all) in the seeded order."""
    return records[np.argsort(mix(records["key"], seed), kind="stable")[: count or None]]


def graph_sizes(records: np.ndarray) -> dict[str, dict[str, int]]:
    """How many targets have how many nodes and edges, in the ranges named."""
    ranges = {"0-3": (0, 4), "4-6": (4, 7), "7-10": (7, 11), "11-20": (11, 21), "21+": (21, 2**32)}
    return {
        field: {
            name: int(((low <= records[field]) & (records[field] < high)).sum())
            for name, (low, high) in ranges.items()
        }
        for field in ("nodes", "edges")
    }


def split(records: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split into (training, validation), stratified by source, without leaks.

    Pairs that share a target or an origin, or whose inputs are near-duplicates, stay on one side.

    Args:
        records: deduplicated records.
        share: of the pairs to train on.
        seed: of the choice.

    Returns:
        The records of each side in the seeded order; those to train on without their sketches, two
        thirds of a record, which have done their work.
    """
    records = records[np.argsort(records["key"], kind="stable")]
    group = _group(records)
    keys = records["key"][group]  # a group is named by its smallest key, its first member
    order = np.lexsort((records["key"], mix(keys, seed)))
    held_out = np.zeros(len(records), bool)
    for source in np.unique(records["source"]):
        of_source = records["source"][group] == source
        quota = round((1 - share) * of_source.sum())
        members = order[of_source[order]]
        starts = np.flatnonzero(np.diff(group[members], prepend=-1))
        for start, size in zip(starts, np.diff(starts, append=len(members)), strict=True):
            if quota == 0:
                break
            if size <= quota:
                held_out[members[start : start + size]] = True
                quota -= size
    train = records[~held_out]
    train = repack_fields(train[[name for name in train.dtype.names if name != "sketch"]])
    return sample(train, 0, seed), sample(records[held_out], 0, seed)


def _group(records: np.ndarray) -> np.ndarray:
    """For each record the index of the first record of its group.

    Groups are the connected components of "same target", "same origin" and "near-duplicate":
    roots are hooked under smaller ones that an edge joins them to until none is left to hook.
    """
    edges = [similar(records)]
    for field in ("target", "origin"):
        order = np.argsort(records[field], kind="stable").astype("u4")
        values = records[field][order]
        same = np.flatnonzero((values[1:] == values[:-1]) & (values[1:] != 0))
        edges.append(np.stack([order[same], order[same + 1]]))
    ends = np.concatenate(edges, axis=1)
    root = np.arange(len(records))
    while True:
        low, high = np.sort(root[ends], axis=0)
        apart = low != high
        if not apart.any():
            return root
        np.minimum.at(root, high[apart], low[apart])
        while (root != root[root]).any():
            root = root[root]
