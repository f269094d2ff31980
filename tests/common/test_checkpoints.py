"""Checkpoints: found by the run they belong to, never half there, left out where damaged."""

from pathlib import Path

import pytest
import safetensors.torch
import torch

from anecdot.common.checkpoints import Checkpoints

DVC = "stages:\n  train:\n    deps: [src/train.py, data]\n  evaluate:\n    deps: [src/report]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with two stages."""
    monkeypatch.chdir(tmp_path)
    for name in ("src/train.py", "src/report/report.css", "data/pairs.jsonl", "base/config.json"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("one")
    Path("dvc.yaml").write_text(DVC)
    return tmp_path


def make() -> Checkpoints:
    return Checkpoints("train", {"seed": 1, "model_name": "base"})


def save(checkpoints: Checkpoints, *names: str) -> None:
    for number, name in enumerate(names):
        checkpoints.save(name, {"weight": torch.full((1000,), float(number))}, {"step": number})


@pytest.mark.parametrize(
    ("name", "same"),
    [("src/train.py", False), ("data/pairs.jsonl", False), ("base/config.json", False),
     ("src/report/report.css", True)],
)  # fmt: skip
def test_the_key_is_made_of_what_the_stage_depends_on(folder, capsys, name, same):
    before = make().folder
    Path(name).write_text("two")
    assert (make().folder == before) == same
    what = name if name.startswith("src") else name.split("/")[0]
    said = f"train: not continuing {before}: {what} differ(s)\n"
    assert capsys.readouterr().out == ("" if same else said)


def test_a_base_on_the_hub_and_a_part_have_keys_too(folder):
    """The one has no files here; the other does the like under another name."""
    checkpoints = Checkpoints("train", {"model_name": "owner/name"}, part="novel")
    assert checkpoints.folder.name.startswith("train-novel-")
    assert checkpoints.key.keys() == {"model_name", "src/train.py", "data"}
    assert Checkpoints("train", {}, [Path("data")]).key.keys() == {"data"}


def test_a_kill_while_saving_leaves_the_checkpoint_before(folder, monkeypatch):
    """At each call to the system that saving makes, the process may be the last to run."""
    import os

    checkpoints = make()
    save(checkpoints, "best")

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", kill)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.save("best", {"weight": torch.ones(1)}, {"step": 9})
    assert checkpoints.load("best")[1] == {"step": 0}
    assert checkpoints.names() == ["best"]


def damage(file: Path, how: str) -> None:
    raw = bytearray(file.read_bytes())
    if how == "empty":
        raw = bytearray()
    elif how == "cut":
        raw = raw[:-7]
    elif how == "a bit of a weight":
        raw[-5] ^= 1
    elif how == "the state":
        raw = raw.replace(b'\\"step\\"', b'\\"stop\\"')
    elif how == "zeros":
        raw = bytearray(len(raw))
    elif how == "other":
        raw = bytearray(b"[" * 100_000)
    elif how == "without a state":
        raw = bytearray(safetensors.torch.save({"weight": torch.ones(1000)}))
    assert raw != file.read_bytes()
    file.write_bytes(raw)


DAMAGES = ("empty", "cut", "a bit of a weight", "the state", "zeros", "other", "without a state")


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_checkpoint_is_left_out_with_a_line(folder, capsys, how):
    checkpoints = make()
    save(checkpoints, "best", "step-1", "step-2")
    damage(checkpoints.folder / "step-2.safetensors", how)
    tensors, state = make().last()
    assert state == {"step": 1}
    assert torch.equal(tensors["weight"], torch.ones(1000))
    said = capsys.readouterr().out
    assert said.startswith(f"train: {checkpoints.folder / 'step-2.safetensors'} cannot be read (")
    assert said.endswith("); going on from the one before\n")
    assert said.count("\n") == 1
    assert checkpoints.names() == ["best", "step-1"]  # so that no count of kept ones is off


def test_a_run_killed_before_its_first_step_was_saved_begins_anew_and_says_nothing(folder, capsys):
    checkpoints = make()
    assert checkpoints.last() is None
    save(checkpoints, "best")
    assert make().last() is None
    assert capsys.readouterr().out == ""
    checkpoints.remove()
    assert not checkpoints.folder.exists()


@pytest.mark.parametrize("how", DAMAGES)
def test_without_its_best_weights_a_run_begins_anew(folder, capsys, how):
    checkpoints = make()
    save(checkpoints, "best", "step-1", "step-2")
    damage(checkpoints.folder / "best.safetensors", how)
    assert make().last() is None
    assert "from the beginning" in capsys.readouterr().out
    assert checkpoints.names() == []


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_damaged_key_is_no_hindrance(folder, capsys, text):
    checkpoints = make()
    (checkpoints.folder / "key.json").write_bytes(text)
    save(checkpoints, "best", "step-1")
    assert make().last()[1] == {"step": 1}
    other = checkpoints.folder.with_name("train-0123456789abcdef")
    other.mkdir()
    (other / "key.json").write_bytes(text)
    Path("src/train.py").write_text("two")
    make()
    assert "its key cannot be read" in capsys.readouterr().out
