"""Pairs that say the same: duplicates, reworded twins, and those that the test set holds.

Near-duplicates are found by MinHash over 3-word runs (Broder 1997), compared within bands that
agree (LSH). Of each minimum 16 bits are kept (b-bit MinHash, Li and König 2010); a band is 8 bytes.
The sketches of 20,000 texts of 60 words take `rensa` 0.6 s on one core, `datasketch` 10.7 s.
"""

from collections.abc import Iterator

import numpy as np
from rensa import RMinHash

PERMUTATIONS, BANDS, SIMILAR = 64, 16, 0.9
LIKE_HELD_OUT = 0.7  # from which on a training text is reported as like a held-out one
COMPARED_AT_A_TIME = 1 << 16
ALIKE = 64  # held-out texts of one band that a text is compared with


def sketch(words: list[str]) -> np.ndarray:
    """MinHash of a text's 3-word runs: u2 [PERMUTATIONS]."""
    # Not the library's batch function: its threads would not survive the forking of a process.
    minhash = RMinHash(PERMUTATIONS, 42)
    minhash.update([" ".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1))])
    return np.array(minhash.digest(), "u4").astype("u2")


def deduplicate(records: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Drop pairs whose input is another's, and reworded twins with the same target.

    Returns:
        The records kept, sorted by key, and counts of what was dropped by reason.
    """
    order = np.argsort(records["key"], kind="stable")
    unique = order[_first_of_each(records["text"][order])]
    kept = records[unique]
    i, j = similar(kept)
    near = np.zeros(len(kept), bool)
    near[j[kept["target"][i] == kept["target"][j]]] = True
    dropped = {"duplicate": len(records) - len(kept), "near_duplicate": int(near.sum())}
    return kept[~near], dropped


def _first_of_each(values: np.ndarray) -> np.ndarray:
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _band(sketches: np.ndarray, band: int) -> np.ndarray:
    """One band of sketches [n, PERMUTATIONS] as u8 [n]."""
    columns = slice(band * PERMUTATIONS // BANDS, (band + 1) * PERMUTATIONS // BANDS)
    return np.ascontiguousarray(sketches[:, columns]).view("u8").ravel()


def similar(records: np.ndarray) -> np.ndarray:
    """Pairs (i, j), i < j, whose sketches agree in a band and by SIMILAR overall.

    Of the records that agree in a band only neighbours are compared, those of one target side by
    side: the work stays linear, however many short texts are alike.

    Returns:
        Array [2, pairs] of indices; a pair may stand there several times.
    """
    found = [np.empty((2, 0), "u4")]
    for band in range(BANDS):
        values = _band(records["sketch"], band)
        order = np.lexsort((records["target"], values)).astype("u4")
        same = np.flatnonzero(values[order][1:] == values[order][:-1])
        for first in range(0, len(same), COMPARED_AT_A_TIME):
            at = same[first : first + COMPARED_AT_A_TIME]
            both = np.sort([order[at], order[at + 1]], axis=0)
            one, other = records["sketch"][both]
            found.append(both[:, (one == other).mean(axis=1) >= SIMILAR])
    return np.concatenate(found, axis=1)


class HeldOut:
    """Records that no training pair may repeat.

    Args:
        records: of the held-out pairs, with sketches.
    """

    def __init__(self, *records: np.ndarray) -> None:
        self.records = np.concatenate(records)
        bands = [_band(self.records["sketch"], band) for band in range(BANDS)]
        self._bands = [(order := np.argsort(values), values[order]) for values in bands]

    def same(self, records: np.ndarray, field: str) -> Iterator[tuple[int, int]]:
        """Indices (of a record, of a held-out one) that agree in a field that is stated (not 0)."""
        order = np.argsort(self.records[field], kind="stable")
        values = self.records[field][order]
        at = np.searchsorted(values, records[field])
        at[at == len(values)] = 0
        for i in np.flatnonzero((records[field] != 0) & (values[at] == records[field])):
            yield int(i), int(order[at[i]])

    def like(self, records: np.ndarray) -> np.ndarray:
        """Of each record the index of a held-out one that its text is like; -1 where none is."""
        found = np.full(len(records), -1)
        for band, (order, values) in enumerate(self._bands):
            wanted = _band(records["sketch"], band)
            low, high = (np.searchsorted(values, wanted, side) for side in ("left", "right"))
            for step in range(min(int((high - low).max(initial=0)), ALIKE)):
                at = np.flatnonzero(low + step < high)
                other = order[low[at] + step]
                agree = records["sketch"][at] == self.records["sketch"][other]
                near = agree.mean(axis=1) >= LIKE_HELD_OUT
                found[at[near]] = other[near]
        return found
