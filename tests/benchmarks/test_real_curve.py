"""The learning curves of real models: one point a number of pairs, over the seeds."""

import json
from pathlib import Path

import pytest

from anecdot.common.errors import UserError
from benchmarks.real_curve import FIGURES, join


def write(folder: Path, pairs: int, seed: int, value: float, torch: str = "2", **changed) -> None:
    """One run's result."""
    name = f"{pairs}-{seed}-{len(changed)}.json"
    asked = {0: -1, 2871: 0}.get(pairs, pairs)
    (folder / name).write_text(json.dumps({
        "model": "m", "asked": asked, "pairs": pairs, "seed": seed, "changed": changed,
        "settings": {"num_train_epochs": 3},
        "novel": dict.fromkeys(FIGURES, value), "versions": {"torch": torch}, "hardware": {},
    }), encoding="utf-8")  # fmt: skip


def test_a_point_is_the_mean_over_the_seeds_of_what_was_changed_alike(tmp_path):
    for seed, value in ((2, 0.5), (1, 0.7)):
        write(tmp_path, 40, seed, value)
    write(tmp_path, 2871, 1, 0.9)
    write(tmp_path, 2871, 1, 0.8, load_in_4bit=False)
    write(tmp_path, 0, 1, 0.1)
    models = join(tmp_path)["models"]
    assert {name: list(points) for name, points in models.items()} == {
        "m": ["base", "40", "all"], "m, load_in_4bit: false": ["all"],
    }  # fmt: skip
    few = models["m"]["40"]
    assert few["seeds"] == [1, 2]
    assert few["edge_f1"] == {"by_seed": [0.7, 0.5], "mean": 0.6}


def test_nothing_and_other_versions_are_not_joined(tmp_path):
    with pytest.raises(UserError, match="no results"):
        join(tmp_path)
    write(tmp_path, 40, 1, 0.5)
    write(tmp_path, 40, 2, 0.5, torch="3")
    with pytest.raises(UserError, match="several versions"):
        join(tmp_path)
