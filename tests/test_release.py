"""Released adapters: made from a trained one, used where nothing is trained, tied to their base."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import ROOT, door
from safetensors.torch import load_file

from anecdot.common.errors import UserError
from anecdot.common.params import read_params
from anecdot.model import adapter as adapters
from anecdot.model import base, hub, light, released
from anecdot.training.card import adapter_card
from release import ADAPTER, release

SUMMARY = {"pairs": 1, "pairs_left_out": 0, "best_step": 1, "steps": 1,
           "validation_loss": {"first": 1.0, "best": 0.5}}  # fmt: skip
TEXT = door(1)["input_text"]


@pytest.fixture
def trained(project, monkeypatch):
    """A project with an adapter, as the stage leaves it."""
    monkeypatch.chdir(project.folder)
    params = read_params()
    model = adapters.add_lora(base.load_base(params, torch.device("cpu"), plain=True), params)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    card = adapter_card(params, SUMMARY, hub.resolve(params.model_name, "main")[0])
    adapters.save_adapter(model, base.tokenizer_of(params), card, ADAPTER)
    return project


def make(name: str = "tiny"):
    params = read_params()
    return release(params, hub.resolve(params.model_name, "main")[0], released.RELEASED / name)


def test_a_clone_answers_before_any_training_and_says_with_what(trained):
    folder = make()
    before = load_file(ADAPTER / "adapter_model.safetensors")
    after = load_file(folder / "adapter_model.safetensors")
    assert all(torch.equal(after[name], weight.bfloat16()) for name, weight in before.items())
    assert "models/adapter" not in (folder / "README.md").read_text()
    shutil.rmtree(ADAPTER)
    # Another project's settings: the release brings its own.
    trained.set(load_in_4bit=False)
    done = trained.run("python", "src/generate.py", "--constrained", TEXT)
    assert done.stderr.startswith(f"no {ADAPTER} yet: answering with {folder}\nloading")
    trained.set(model_name="owner/elsewhere")
    named = trained.run(
        "python", "src/generate.py", "--constrained", "--adapter", f"{folder}", TEXT
    )
    assert named.stdout == done.stdout
    refused = trained.run("python", "src/generate.py", TEXT, ok=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "no adapter here" in refused.stderr


def test_another_base_is_refused_in_making_and_in_answering(trained):
    folder = make()
    params = read_params()
    assert light.load(released.params_for(folder, params), folder)
    weights = Path("models/base/model.safetensors")
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(raw)
    with pytest.raises(UserError, match="belongs to another models/base"):
        released.params_for(folder, params)
    with pytest.raises(UserError, match="trained on another base than models/base is now"):
        make("other")
    assert [path.name for path in released.RELEASED.iterdir()] == ["tiny"]


def test_other_values_than_trained_with_are_refused(trained):
    trained.set(bnb_4bit_use_double_quant=False)
    with pytest.raises(UserError, match="trained with another bnb_4bit_use_double_quant"):
        make()


def test_figures_come_from_what_was_measured_and_are_never_lost(trained):
    card = make() / "README.md"
    text = f"{card.read_text()}\nBy hand: 0.99\n"
    card.write_text(text)
    with pytest.raises(UserError, match=r"figures would be lost, .*run `dvc repro`"):
        make()
    assert card.read_text() == text
    for name in ("evaluate", "evidence", "prepare"):
        shutil.copy(ROOT / f"metrics/{name}.json", f"metrics/{name}.json")
    Path("dvc.yaml").write_text(
        "stages: {prepare: {cmd: 'true', deps: [data/]}, evaluate: {cmd: 'true', deps: "
        "[models/adapter], metrics: [metrics/evaluate.json: {cache: false}]}}"
    )
    trained.run("dvc", "commit", "-f", "-q")
    tuned = json.loads(Path("metrics/evaluate.json").read_text())["novel"]["tuned"]
    assert f"{tuned['edge_f1']:.3f} (" in make().joinpath("README.md").read_text()


def test_a_hub_base_is_taken_at_its_commit(trained, monkeypatch):
    folder = make()
    record = json.loads((folder / released.RELEASE).read_text())
    record["base"] |= {"model_name": "owner/model", "commit": "a" * 40}
    (folder / released.RELEASE).write_text(json.dumps(record))
    params = replace(read_params(), load_in_4bit=False)
    with pytest.raises(UserError, match="model_name owner/model: not in the local cache"):
        released.params_for(folder, params)
    monkeypatch.setattr(hub, "fetch", lambda name, revision: None)  # it is in the cache
    found = released.params_for(folder, params)
    assert (found.model_name, found.model_revision, found.load_in_4bit) == (
        "owner/model", "a" * 40, True,
    )  # fmt: skip
    assert hub.resolved_revision(found) == "a" * 40
    (folder / released.RELEASE).write_text("{}")
    with pytest.raises(UserError, match="damaged"):
        released.find("owner/model")
