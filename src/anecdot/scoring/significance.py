"""How sure is a figure, and how sure a difference?

- `wilson`: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
  JASA 22 (1927) 209-212; recommended over the usual interval by R. G. Newcombe, Two-sided
  confidence intervals for the single proportion, Statistics in Medicine 17 (1998) 857-872.
- `mcnemar_exact`: Q. McNemar, Note on the sampling error of the difference between correlated
  proportions or percentages, Psychometrika 12 (1947) 153-157; exact form: the discordant pairs
  are binomial with probability 1/2 under the null hypothesis.
- `paired_bootstrap`: percentile interval, B. Efron and R. Tibshirani, An Introduction to the
  Bootstrap (1993) chapter 13; whole clusters are drawn, C. A. Field and A. H. Welsh, Bootstrapping
  clustered data, JRSS B 69 (2007) 369-390.
"""

from collections.abc import Hashable, Sequence
from math import comb, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

_BLOCK = 2_000_000
"""Numbers drawn at once; bounds the memory to some 16 MB an array."""


class Interval(NamedTuple):
    """An estimate with the ends of its confidence interval."""

    estimate: float
    low: float
    high: float


def wilson(successes: int, total: int, level: float = 0.95) -> Interval:
    """A rate with its Wilson score interval; (0, 0, 1) where nothing was tried."""
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} successes of {total}")
    if total == 0:
        return Interval(0.0, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    rate = successes / total
    centre = rate + z * z / (2 * total)
    spread = z * sqrt(rate * (1 - rate) / total + (z / (2 * total)) ** 2)
    scale = 1 + z * z / total
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == total else (centre + spread) / scale
    return Interval(rate, low, high)


def mcnemar_exact(gained: int, lost: int) -> float:
    """Two-sided p-value of McNemar's exact test.

    gained, lost: the pairs whose outcome changed for the better and for the worse; those that
    agree carry no information. No change at all: 1.
    """
    if gained < 0 or lost < 0:
        raise ValueError(f"negative counts: {gained}, {lost}")
    total = gained + lost
    tail = sum(comb(total, k) for k in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / 2**total)


def paired_bootstrap(
    before: Sequence[float],
    after: Sequence[float],
    groups: Sequence[Hashable],
    *,
    seed: int,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Interval:
    """The mean of after - before, with a percentile interval from resampling whole groups.

    Item i was measured twice and belongs to groups[i]; items of one group are not independent, so
    groups are drawn with replacement, all their items together. With one group alone the interval
    is a point: it says nothing. The same seed gives the same interval.
    """
    if not len(before) == len(after) == len(groups):
        raise ValueError(f"lengths differ: {len(before)}, {len(after)}, {len(groups)}")
    if not len(before):
        raise ValueError("nothing to resample")
    numbers: dict[Hashable, int] = {}
    member = np.array([numbers.setdefault(group, len(numbers)) for group in groups])
    gain = np.asarray(after, float) - np.asarray(before, float)
    sums, sizes = np.bincount(member, gain), np.bincount(member)
    count = len(numbers)
    rng = np.random.default_rng(seed)
    rows = max(1, _BLOCK // count)
    means = []
    for start in range(0, resamples, rows):
        drawn = rng.integers(0, count, (min(rows, resamples - start), count))
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    tail = (1 - level) / 2
    low, high = np.quantile(np.concatenate(means), (tail, 1 - tail))
    return Interval(float(gain.mean()), float(low), float(high))
