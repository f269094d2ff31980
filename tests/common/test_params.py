"""Parameters: what a user can get wrong in params.yaml, and what a stage may see."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from pydantic import ValidationError

from anecdot.common.errors import UserError
from anecdot.common.params import FIELDS, Params, read_params, stage_files
from anecdot.common.yaml_file import read_yaml


@pytest.fixture
def write(tmp_path: Path):
    def write(old: str, new: str) -> Path:
        text = (ROOT / "params.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "params.yaml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        shutil.copy(ROOT / "dvc.yaml", tmp_path)
        return path

    return write


@pytest.mark.parametrize("text", ["1e-05", "1e-5", "0.00001", "1.0e-05"])
def test_a_number_is_a_number_however_it_is_written(write, text):
    path = write("learning_rate: 1e-3", f"learning_rate: {text}")
    assert read_params(path=path).learning_rate == 1e-5


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lora_r: 16", "lora_r: abc", "lora_r must be of type int, not 'abc'"),
        ("lora_r: 16", "lora_r: true", "must be of type int"),
        ("lora_r: 16", "lora_r: 0", "lora_r must be 1 or more, not 0"),
        ("lora_r: 16", "lora_rank: 16", "unknown parameter lora_rank; did you mean lora_r"),
        ("lora_r: 16", "", "lora_r is missing"),
        ("learning_rate: 1e-3", "learning_rate: .nan", "finite"),
        ("lr_scheduler_type: cosine", "lr_scheduler_type: cos", "cosine or linear or constant"),
        ("train_val_split: 0.9", "train_val_split: 1.0", "between 0 and 1"),
        ("lora_target_modules: all-linear", "lora_target_modules: []", "all-linear or a list"),
        ("seed: 42", "seed: [42", "not valid YAML"),
        ("seed: 42", "seed: 042", "must be of type int"),
        ("max_test_pairs: 0", "max_test_pairs: 0\nmax_pairs: 1", "max_pairs stands in line 7 too"),
        ("gradient_checkpointing: auto", "gradient_checkpointing: 1", "auto, true or false"),
        ("learning_rate: 1e-3", "learning_rate: 1e9", "more than 0 and 1 or less"),
    ],
)
def test_a_mistake_is_named_with_its_line(write, old, new, words):
    path = write(old, new)
    with pytest.raises(UserError, match=words) as error:
        read_params(path=path)
    line = next(
        number
        for number, text in enumerate((ROOT / "params.yaml").read_text().split("\n"), 1)
        if text.startswith(old)
    )
    if not any(word in words for word in ("missing", "YAML", "too")):
        assert f"params.yaml:{line}:" in str(error.value)


def test_a_stage_sees_only_what_dvc_yaml_declares_for_it(write):
    params = read_params("prepare", write("seed: 42", "seed: 7"))
    assert params.as_dict().keys() == {
        "train_val_split", "error_correction_ratio", "max_pairs", "max_test_pairs", "seed",
        "synthesized_pairs", "max_pair_characters",
    }  # fmt: skip
    with pytest.raises(AttributeError):
        _ = params.lora_r


def test_every_parameter_is_declared_by_a_stage():
    stages = read_yaml(ROOT / "dvc.yaml")["stages"]
    declared = {name for stage in stages.values() for name in stage.get("params", [])}
    assert declared == FIELDS.keys()


def test_every_parameter_has_a_meaning_and_no_default():
    assert all(field.description and field.is_required() for field in FIELDS.values())
    names = list(read_yaml(ROOT / "params.yaml"))
    assert names == list(FIELDS)


def test_parameters_can_be_replaced_but_not_by_bad_ones(write):
    params = read_params(path=write("seed: 42", "seed: 7"))
    assert replace(params, lora_r=3, gradient_checkpointing="auto").lora_r == 3
    with pytest.raises(ValidationError):
        replace(params, lora_r=0)
    assert Params(**params.as_dict()) == params


@pytest.mark.parametrize(
    ("text", "words"),
    [("stages: {}", "has no stage prepare"), ("stages: 3", "has no stage"), ("", "name: value"),
     ("stages: {prepare: {deps: 3}}", "has no list of deps"), ("stages: " + "[" * 9999, "deep")],
)  # fmt: skip
def test_a_damaged_dvc_yaml_is_one_line(tmp_path, text, words):
    path = tmp_path / "dvc.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=words) as error:
        stage_files("prepare", path)
    assert "restore" in str(error.value)


def test_text_that_is_not_utf8_is_named_with_its_line(write):
    path = write("seed: 42", "seed: 42")
    path.write_bytes(path.read_bytes() + "# caf\xe9".encode("latin-1"))
    with pytest.raises(UserError, match=r"params.yaml:\d+: not UTF-8; save"):
        read_params(path=path)
