"""Experiments on other base models: presets, any model's name, and the stage that comes first."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

import experiment
from anecdot.common.errors import UserError
from anecdot.common.params import read_params
from anecdot.common.yaml_file import read_yaml
from anecdot.model import conversion, hub

SPECIFIED = ("gemma-2b-it", "phi-2", "qwen2.5-1.5b-instruct", "stablelm-2-zephyr-1_6b")
PRESETS = sorted(path.stem for path in (ROOT / "models/presets").glob("*.yaml"))


@pytest.fixture
def house(tmp_path: Path, tiny_base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder as far as `experiment.py` and the first stage read it."""
    shutil.copytree(ROOT / "models/presets", tmp_path / "models/presets")
    shutil.copy(ROOT / "models/packages.yaml", tmp_path / "models")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(tiny_base, tmp_path / "models/base")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("name", PRESETS)
def test_presets_set_known_parameters(name: str, house: Path) -> None:
    values = experiment.presets()[name]
    measured = not values.pop("tested").endswith("not with its real weights")
    assert measured or values["num_train_epochs"] == 5
    assert values.pop("synthesized_pairs", 0) >= 0
    assert replace(read_params(path=ROOT / "params.yaml"), **values)  # checks them
    assert values["model_name"].count("/") == 1
    if name in SPECIFIED:
        assert values["learning_rate"] == 2e-4
        assert values["lora_target_modules"] == [
            "q_proj", "k_proj", "v_proj", "dense" if name == "phi-2" else "o_proj",
        ]  # fmt: skip


def test_packages_carry_models_that_have_presets(house: Path) -> None:
    known = experiment.presets()
    for name, entry in conversion.packages().items():
        assert known[name]["model_name"] == entry["original"]


def test_the_command_sets_the_values_and_passes_options_on() -> None:
    values = {"tested": "no", "model_name": "a/b", "lora_target_modules": ["x", "y"], "seed": 1}
    command = experiment.command("b c", values, ["-S", "seed=2", "--queue"])
    assert command == [
        "dvc", "exp", "run", "-n", "b-c", "-S", "model_name=a/b",
        "-S", "lora_target_modules=[x,y]", "-S", "seed=1", "-S", "seed=2", "--queue",
    ]  # fmt: skip


def test_a_folder_takes_the_preset_of_its_name(house: Path) -> None:
    folder = house / "Phi-2-mine"
    shutil.copytree("models/base", folder)
    name, values = experiment.choose("Phi-2-mine")
    assert (name, values["model_name"]) == ("phi-2-mine", "Phi-2-mine")
    assert values["lora_target_modules"][-1] == "dense"
    assert experiment.choose("models/base")[1] == experiment.OTHERS | {"model_name": "models/base"}
    # In another folder a relative path would lead nowhere.
    assert f"model_name={folder}" in experiment.command(name, values, ["--temp"])
    assert "model_name=Phi-2-mine" in experiment.command(name, values, [])


def test_a_hub_name_takes_the_preset_that_has_it(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(hub, "resolve", lambda *args: asked.append(args[0]))
    assert experiment.choose("Microsoft/Phi-2")[0] == "phi-2"
    assert experiment.choose("Owner/Some.Name-1B") == (
        "some.name-1b", experiment.OTHERS | {"model_name": "Owner/Some.Name-1B"},
    )  # fmt: skip
    assert asked == ["Microsoft/Phi-2", "Owner/Some.Name-1B"]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("smolm3-3b", "did you mean smollm3-3b"),
        ("no/where", "hf download no/where"),
        ("smollm2-135m-instruct", "or add --from-packages"),
        ("models", "no config.json"),
        ("x.gguf", "no such file"),
        ("../a/b", "no preset, folder or file"),
    ],
)
def test_a_model_that_cannot_be_had_is_one_line(house: Path, model: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as error:
        experiment.choose(model)
    assert "\n" not in str(error.value)


def resolve(folder: Path, **values: Any) -> subprocess.CompletedProcess[str]:
    """The stage `base` in a project whose params.yaml has these values."""
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(read_yaml(path) | values, sort_keys=False), encoding="utf-8")
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    return subprocess.run(
        [sys.executable, str(ROOT / "src/resolve.py")], cwd=folder, capture_output=True,
        text=True, check=False, env=environment,
    )  # fmt: skip


def test_the_first_stage_writes_the_record_once(house: Path) -> None:
    assert resolve(house).returncode == 0
    record = house / "models/base.json"
    first = record.stat()
    assert resolve(house).returncode == 0
    assert record.stat().st_mtime_ns == first.st_mtime_ns


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"lora_r": "abc"}, r"params.yaml:\d+: lora_r must be of type int"),
        ({"optim": "paged_adamw_8bit"}, "needs a GPU; use adamw"),
        ({"lora_target_modules": ["dense"]}, "has no module dense"),
        ({"model_name": "models/none"}, "no such folder"),
    ],
)
def test_the_first_stage_refuses_before_any_work(
    house: Path, values: dict[str, Any], says: str
) -> None:
    done = resolve(house, **values)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert re.search(says, done.stderr), done.stderr
    assert not (house / "models/base.json").exists()
