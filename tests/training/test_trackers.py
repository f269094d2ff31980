"""Trackers, each with its own local store; skipped where the tracker is not installed."""

import json
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from anecdot.common.errors import UserError
from anecdot.common.params import Params, read_params
from anecdot.training.trackers import track

ENTRIES = [{"step": 5, "loss": 1.5, "learning_rate": 0.1}, {"step": 10, "validation_loss": 0.75}]


def params(tracker: str) -> Params:
    return replace(read_params(path=ROOT / "params.yaml"), track=tracker, lora_r=12)


def log_all(tracker: str) -> None:
    with track(params(tracker)) as log:
        for entry in ENTRIES:
            log(entry)


def test_trackio_holds_every_metric_with_its_step(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path))
    monkeypatch.setenv("DVC_EXP_NAME", "brave-otter")
    pytest.importorskip("trackio")
    log_all("trackio")
    [path] = tmp_path.glob("*.db")
    with sqlite3.connect(path) as store:
        rows = store.execute("SELECT run_name, step, metrics FROM metrics ORDER BY step").fetchall()
        [config] = store.execute("SELECT config FROM configs").fetchone()
    assert [(name, step) for name, step, _ in rows] == [("brave-otter", 5), ("brave-otter", 10)]
    assert json.loads(rows[1][2])["validation_loss"] == 0.75
    assert json.loads(config)["lora_r"] == 12


def test_mlflow_holds_every_metric_with_its_step(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow = pytest.importorskip("mlflow")
    mlflow.set_tracking_uri(tmp_path.as_uri())
    log_all("mlflow")
    with pytest.raises(ZeroDivisionError), track(params("mlflow")):
        raise ZeroDivisionError
    runs = mlflow.search_runs(experiment_names=["anecdot"], output_format="list")
    assert sorted(run.info.status for run in runs) == ["FAILED", "FINISHED"]
    [run] = [run for run in runs if run.info.status == "FINISHED"]
    assert run.data.params["lora_r"] == "12"
    assert run.data.metrics == {"loss": 1.5, "learning_rate": 0.1, "validation_loss": 0.75}
    [value] = mlflow.MlflowClient().get_metric_history(run.info.run_id, "validation_loss")
    assert value.step == 10


def test_a_tracker_that_is_missing_or_fails_says_so(tmp_path: Path, monkeypatch, capsys):
    log_all("none")
    monkeypatch.setitem(sys.modules, "wandb", None)  # as if not installed
    with pytest.raises(UserError, match=r"track: wandb is not installed; .*track: none"):
        log_all("wandb")
    monkeypatch.delitem(sys.modules, "wandb")
    stub = "def init(**_): pass\ndef log(*_, **__): raise OSError('no route')\nfinish = log\n"
    (tmp_path / "wandb.py").write_text(stub)  # a tracker whose service went away
    monkeypatch.syspath_prepend(tmp_path)
    log_all("wandb")
    said = capsys.readouterr().out
    assert said.count("takes no more metrics: no route") == 1
    assert "closes no run" in said
