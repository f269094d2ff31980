"""Statistics against published and hand-computed values."""

from statistics import NormalDist

import numpy as np
import pytest

from anecdot.scoring import significance
from anecdot.scoring.significance import holm, mcnemar_exact, paired_bootstrap, wilson


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    # Newcombe 1998, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_published(successes: int, total: int, low: float, high: float) -> None:
    found = wilson(successes, total)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.estimate == successes / total
    other = wilson(total - successes, total)
    assert (other.low, other.high) == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0, 0, 1)
    with pytest.raises(ValueError, match="3 successes of 2"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [(0, 0, 1), (3, 3, 1), (6, 0, 2 / 2**6), (5, 15, 2 * 21700 / 2**20), (1, 9, 2 * 11 / 2**10)],
)
def test_mcnemar(gained: int, lost: int, p: float) -> None:
    assert mcnemar_exact(gained, lost) == mcnemar_exact(lost, gained) == pytest.approx(p)


def test_mcnemar_of_many_pairs_does_not_overflow() -> None:
    assert mcnemar_exact(3000, 2000) < 1e-40


def test_holm() -> None:
    """Hand-computed: times 4, 3, 2, 1 from the smallest on, none below the one before."""
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert list(found) == list("abcd")
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1, "b": 1}
    assert holm({"alone": 0.2}) == {"alone": 0.2}


def test_bootstrap_agrees_with_theory() -> None:
    """Independent items: the interval is near the normal one; it covers the truth 95% of times."""
    rng = np.random.default_rng(0)
    after = rng.normal(0.1, 1, 400)
    found = paired_bootstrap(np.zeros(400), after, range(400), seed=1)
    spread = 1.96 * after.std() / 20
    assert found.estimate == pytest.approx(after.mean())
    assert (found.low, found.high) == pytest.approx(
        (after.mean() - spread, after.mean() + spread), abs=0.004
    )
    normal = NormalDist(0, after.std() / 20)
    assert found.p_value == pytest.approx(2 * normal.cdf(-abs(after.mean())), abs=0.02)
    back = paired_bootstrap(after, np.zeros(400), range(400), seed=1)
    assert back.p_value == found.p_value


def test_bootstrap_draws_whole_groups() -> None:
    """Each item five times over: naming the groups keeps the interval as wide as it was."""
    values = np.random.default_rng(0).normal(0, 1, 80)
    single = paired_bootstrap(np.zeros(80), values, range(80), seed=3)
    items = np.repeat(values, 5)
    grouped = paired_bootstrap(np.zeros(400), items, [f"g{i // 5}" for i in range(400)], seed=3)
    naive = paired_bootstrap(np.zeros(400), items, range(400), seed=3)
    assert grouped == pytest.approx(single)
    assert grouped.high - grouped.low > 2 * (naive.high - naive.low)


def test_bootstrap_is_seeded_and_weighs_items_not_groups() -> None:
    arguments = ([0, 0, 0], [1, 1, 0], ["a", "a", "b"])
    found = paired_bootstrap(*arguments, seed=5)
    assert found == paired_bootstrap(*arguments, seed=5)
    assert found.estimate == pytest.approx(2 / 3)
    assert (found.low, found.high) == (0, 1)
    assert paired_bootstrap([0, 0], [1, 0], ["a", "a"], seed=5)[:3] == (0.5, 0.5, 0.5)
    for groups, p_value in ((1, 1.0), (2, 0.5), (20, 2 / 10_001)):  # few can not be sure
        better = paired_bootstrap([0] * groups, [1] * groups, range(groups), seed=5)
        assert better.p_value == p_value
    assert paired_bootstrap([1, 1], [1, 1], ["a", "b"], seed=5).p_value == 1
    with pytest.raises(ValueError, match=r"^nothing to resample$"):
        paired_bootstrap([], [], [], seed=0)
    with pytest.raises(ValueError, match=r"^lengths differ: 2, 1, 2$"):
        paired_bootstrap([0, 1], [1], ["a", "b"], seed=0)


def test_bootstrap_is_the_same_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(0.1, 1, 30)
    whole = paired_bootstrap(np.zeros(30), values, range(30), seed=5, resamples=100)
    monkeypatch.setattr(significance, "_BLOCK", 7 * 30)
    assert paired_bootstrap(np.zeros(30), values, range(30), seed=5, resamples=100) == whole
