"""Pretraining: recipe, tokenizer, packing, optimizer, and the whole command on the CPU."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from card import card
from conftest import ROOT
from model import logits, new_model
from optimizer import Optimizer
from recipe import Recipe, rate
from rows import Encoded, pack
from tokenizer import save_tokenizer, train_tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

from anecdot.common.errors import UserError

TINY = ROOT / "tests/pretraining/tiny_base.yaml"


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe.read(TINY)


def test_the_shipped_recipe_fits_into_git():
    shipped = Recipe.read(ROOT / "pretraining/recipe.yaml")
    with torch.device("meta"):
        count = sum(p.numel() for p in new_model(shipped).parameters())
    assert 2 * count < 32e6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": "x"}, "seed: 'x' is no number"),
        ({"sed": 1}, "sed is not a setting"),
        ({"seed": None}, "seed is missing"),
    ],
)
def test_wrong_recipes_are_refused(tmp_path: Path, change: dict, message: str):
    import yaml

    values = yaml.safe_load(TINY.read_text()) | change
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in values.items() if v is not None}))
    with pytest.raises(UserError, match=message):
        Recipe.read(path)


def test_words_keep_text_and_share_pieces(tmp_path: Path, recipe: Recipe):
    save_tokenizer(train_tokenizer(recipe), recipe, tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    text = '<|system|>\nA zebra-Crossing(2042) -> "Ünïcode ☃"\n\tx = [label="é"];\n}'
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.decode(ids) == text
    assert len(tokenizer) == recipe.vocab_size
    assert (tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.bos_token) == (0, 1, None)
    assert [tokenizer.decode([i]) for i in tokenizer("204")["input_ids"]] == ["2", "0", "4"]
    # A prompt and its answer, tokenised apart, are the tokens of the whole.
    parts = ["<|assistant|>\n", "digraph {\n  a -> b;\n}"]
    first, second = (tokenizer(part)["input_ids"] for part in parts)
    assert first + second == tokenizer("".join(parts))["input_ids"]


def test_rows_begin_with_documents_and_lose_none():
    lengths = [3, 9, 4, 12, 7, 2, 8, 5, 30, 6] * 8
    documents = [
        Encoded("x", [100 + i] + [2] * (n - 2) + [0], [100] * n) for i, n in enumerate(lengths)
    ]
    rows = list(pack(documents, 16, waiting=4))
    heads = [row[0][0] for row in rows]
    assert all(len(ids) == len(weights) == 16 for ids, weights in rows)
    assert all(head >= 100 for head in heads)
    written = {i for ids, _ in rows for i in ids if i >= 100}
    assert len(written) >= len(documents) - 6  # the last few wait for a row that is never full
    assert len(rows) * 16 < 1.25 * sum(min(n, 16) for n in lengths)


def test_own_pass_through_the_layers_is_the_model(recipe: Recipe):
    model = new_model(recipe)
    for parameter in model.parameters():  # blocks start as the identity: make them matter
        torch.nn.init.normal_(parameter, 0.1, 0.1)
    ids = torch.randint(0, recipe.vocab_size, (2, 40))
    assert torch.allclose(logits(model, ids), model(ids).logits, atol=1e-4)


def test_matrices_move_by_orthogonal_steps_of_adams_size(recipe: Recipe):
    model = new_model(recipe)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer = Optimizer(model, recipe, fused=False)
    torch.manual_seed(0)
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)
    optimizer.step(0.01)
    for name, parameter in model.named_parameters():
        moved = (parameter - before[name] * (1 if "norm" in name else 0.999)).detach()
        assert parameter.grad is None
        if parameter.ndim == 2 and "layers" in name:
            singular = torch.linalg.svdvals(moved) / 0.01 / 0.2 / max(moved.shape) ** 0.5
            assert singular.median() > 0.6, name  # the smallest of a square may stay small
            assert singular.max() < 1.3, name
            assert moved.norm() / moved.numel() ** 0.5 == pytest.approx(0.002, rel=0.4), name
        elif "norm" in name:
            assert moved.abs().mean() == pytest.approx(0.01, rel=0.01), name


def test_rate_rises_stays_and_falls_to_zero(recipe: Recipe):
    assert rate(0.0, recipe) == 0.0
    assert rate(0.3, recipe) == recipe.learning_rate
    assert rate(1.0, recipe) == 0.0
    assert rate(1 - recipe.cooldown / 2, recipe) == pytest.approx(recipe.learning_rate / 2)


def _run(*arguments: str, processes: int = 1) -> str:
    launcher = [sys.executable]
    if processes > 1:
        launcher += ["-m", "torch.distributed.run", f"--nproc_per_node={processes}"]
        launcher += ["--rdzv_backend=c10d", "--rdzv_endpoint=localhost:0"]
    command = [*launcher, "pretraining/pretrain.py", "--recipe", str(TINY), "--workers", "1",
               "--no-compile", *arguments]  # fmt: skip
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_whole_command_in_two_processes_and_again_from_its_checkpoint(tmp_path: Path):
    out, checkpoint = tmp_path / "base", tmp_path / "state.pt"
    _run("--steps", "40", "--span", "0", "0.6", "--checkpoint", str(checkpoint),
         "--out", str(out), processes=2)  # fmt: skip
    pairs = tmp_path / "some.jsonl"
    pairs.write_text(json.dumps({"input_text": "a to b", "output_dot": "digraph {}"}) + "\n")
    said = _run("--steps", "40", "--checkpoint", str(checkpoint), "--out", str(out),
                "--pairs", str(pairs))  # fmt: skip
    assert "resumed at step 24" in said
    record = json.loads((out / "pretraining.json").read_text())
    assert record["steps"] == 40
    assert record["log"][-1]["loss"] < 0.85 * math.log(512)
    assert record["validation"]["pairs/some"]["documents"] == 1
    tokenizer = AutoTokenizer.from_pretrained(out)
    model = AutoModelForCausalLM.from_pretrained(out)
    assert model.dtype == torch.bfloat16
    assert model.generation_config.eos_token_id == 0
    ids = tokenizer("A leads to B.\n\n", return_tensors="pt")["input_ids"]
    assert model.generate(ids, max_new_tokens=3).shape[1] == ids.shape[1] + 3
    assert (out / "README.md").read_text() == card(record)
