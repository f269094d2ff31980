"""How sure is a figure, and how sure a difference?

- `wilson`: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
  JASA 22 (1927) 209-212; recommended over the usual interval by R. G. Newcombe, Two-sided
  confidence intervals for the single proportion, Statistics in Medicine 17 (1998) 857-872.
- `mcnemar_exact`: Q. McNemar, Note on the sampling error of the difference between correlated
  proportions or percentages, Psychometrika 12 (1947) 153-157; exact form: the discordant pairs
  are binomial with probability 1/2 under the null hypothesis.
- `holm`: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
  Statistics 6 (1979) 65-70.
- `paired_bootstrap`: percentile interval, B. Efron and R. Tibshirani, An Introduction to the
  Bootstrap (1993) chapter 13; whole clusters are drawn, C. A. Field and A. H. Welsh, Bootstrapping
  clustered data, JRSS B 69 (2007) 369-390; p-value by inverting that interval, one added to its
  count as A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application (1997) 4.2 do.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

_BLOCK = 2_000_000
"""Numbers drawn at once; bounds the memory to some 16 MB an array."""


class Interval(NamedTuple):
    """An estimate with the ends of its confidence interval."""

    estimate: float
    low: float
    high: float


class Gain(NamedTuple):
    """A mean difference with its confidence interval and the two-sided p-value of no difference."""

    estimate: float
    low: float
    high: float
    p_value: float


def wilson(successes: int, total: int, level: float = 0.95) -> Interval:
    """A rate with its Wilson score interval; (0, 0, 1) where nothing was tried."""
    from scipy.stats import binomtest

    if not 0 <= successes <= total:
        raise ValueError(f"{successes} successes of {total}")
    if total == 0:
        return Interval(0.0, 0.0, 1.0)
    low, high = binomtest(successes, total).proportion_ci(level, "wilson")
    return Interval(successes / total, float(low), float(high))


def mcnemar_exact(gained: int, lost: int) -> float:
    """Two-sided p-value of McNemar's exact test.

    gained, lost: the pairs whose outcome changed for the better and for the worse; those that
    agree carry no information. No change at all: 1.
    """
    from scipy.stats import binomtest

    return float(binomtest(gained, gained + lost).pvalue) if gained or lost else 1.0


def holm(p_values: dict[str, float]) -> dict[str, float]:
    """Adjusted p-values of tests of which any one would do: each may be held against the level
    that a single test would be. The chance of any false claim stays below that level."""
    adjusted, largest = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=p_values.__getitem__)):
        largest = max(largest, (len(p_values) - rank) * p_values[name])
        adjusted[name] = min(1.0, largest)
    return {name: adjusted[name] for name in p_values}


def paired_bootstrap(
    before: Sequence[float],
    after: Sequence[float],
    groups: Sequence[Hashable],
    *,
    seed: int,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Gain:
    """The mean of after - before, with a percentile interval from resampling whole groups.

    Item i was measured twice and belongs to groups[i]; items of one group are not independent, so
    groups are drawn with replacement, all their items together. With one group alone the interval
    is a point: it says nothing. The same seed gives the same interval.

    The p-value is twice the share of means on the other side of nothing, or at nothing, than most:
    below 1 - level where the interval leaves nothing out. Of few groups no p-value is smaller than
    a sign test's of as many, all of one sign: resampling them can not tell that there are few.
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
    drawn_means = np.concatenate(means)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn_means, (tail, 1 - tail))
    beyond = 1 + min((drawn_means <= 0).sum(), (drawn_means >= 0).sum())
    p_value = min(1.0, max(2 * beyond / (1 + resamples), 2.0 ** (1 - count)))
    return Gain(float(gain.mean()), float(low), float(high), float(p_value))
