"""What is said of a setting: means over the seeds, differences pair by pair."""

import pytest

from benchmarks.variants import STANDARD, summary


def rows(edge_f1: list[float | None]) -> list[dict]:
    return [
        {"origin": f"o{n}", "valid": f1 != 0, "node_f1": 1.0, "edge_f1": f1, "exact": f1 == 1}
        for n, f1 in enumerate(edge_f1)
    ]


def test_means_and_differences():
    standard = {1: {"novel": rows([0.0, 0.5, 1.0, None])}, 2: {"novel": rows([0.0, 0.5, 0.4, 1.0])}}
    better = {1: {"novel": rows([0.5, 1.0, 1.0, None])}, 2: {"novel": rows([0.5, 1.0, 0.9, 1.0])}}
    found = summary({STANDARD: standard, "better": better})
    mean = found[STANDARD]["novel"]["edge_f1"]
    assert mean["mean"] == pytest.approx((0.5 + 0.475) / 2)
    gain = found["better"]["novel"]["difference"]["edge_f1"]
    assert gain["estimate"] == pytest.approx((0.5 * 5) / 8)
    assert 0 < gain["low"] < gain["estimate"] < gain["high"] <= 0.5
    assert found["better"]["novel"]["difference"]["node_f1"] == {
        "estimate": 0, "low": 0, "high": 0, "p_value": 1,
    }  # fmt: skip


def test_a_block_of_one_row_says_nothing():
    runs = {1: {"validation": rows([0.0, 1.0]), "novel": rows([1.0])}}
    assert "novel" not in summary({STANDARD: runs})[STANDARD]
