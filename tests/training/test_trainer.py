"""The loss, the schedule and the batches, against plain definitions."""

import gc
import os
import shutil
import subprocess
import sys
import weakref
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import bitsandbytes as bnb
import peft
import pytest
import torch
from conftest import ROOT, door
from hypothesis import given
from hypothesis import strategies as st
from peft import PeftModel
from torch.nn.functional import cross_entropy

import train
from anecdot.common import processes
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.errors import UserError
from anecdot.common.params import Params, read_params
from anecdot.common.progress import Progress
from anecdot.model import adapter as adapters
from anecdot.model import attention, device, memory
from anecdot.model import base as model
from anecdot.model import loss as losses
from anecdot.model.loss import (
    FEW_LOGITS,
    completion_loss,
    cross_entropy_,
    head_of,
    mean_loss,
    row_length,
    run_layers,
)
from anecdot.model.plan import Plan
from anecdot.prompting.examples import Example
from anecdot.prompting.prompt import encode_pair
from anecdot.training import fused_lora, schedule
from anecdot.training import trainer as training
from anecdot.training.cuda_graphs import GraphedBackbone
from benchmarks.work import Pairs


@pytest.fixture(scope="module")
def params(tiny_base: Path):
    return replace(
        read_params(path=ROOT / "params.yaml"), model_name=str(tiny_base), lora_dropout=0.0
    )


@pytest.fixture(scope="module")
def examples(params):
    tokenizer = model.load_tokenizer(params.model_name)
    rows = [door(n) | {"input_text": door(n)["input_text"] * (n % 3 + 1)} for n in range(5)]
    rows[1]["output_dot"] *= 3
    return [Example(**encode_pair(tokenizer, row)) for row in rows]


def plain_lora(params: Params) -> PeftModel:
    """LoRA in fp32. B is zero at first, which would hide A's gradient: here both are random."""
    exact = replace(params, bnb_4bit_compute_dtype="float32")
    peft_model = adapters.add_lora(model.load_base(exact, torch.device("cpu"), plain=True), exact)
    for weight in trained(peft_model):
        torch.nn.init.normal_(weight, std=0.1)
    return peft_model


def trained(peft_model: PeftModel) -> list[torch.Tensor]:
    return [weight for weight in peft_model.parameters() if weight.requires_grad]


def loss_by_definition(peft_model: PeftModel, examples: list[Example]) -> torch.Tensor:
    """Sum of the cross-entropy over the target tokens, one pair at a time."""
    peft_model.get_base_model().set_attn_implementation("eager")
    total = torch.zeros(())
    for example in examples:
        ids = torch.tensor([example.input_ids])
        labels = ids.clone()
        labels[:, : example.prompt_length] = -100
        logits = peft_model(input_ids=ids).logits
        total = total + cross_entropy(logits[0, :-1], labels[0, 1:], reduction="sum")
    return total


def test_packed_loss_and_gradients_are_those_of_one_pair_at_a_time(params, examples, monkeypatch):
    peft_model = plain_lora(params)
    base, weights = peft_model.get_base_model(), trained(peft_model)
    expected = loss_by_definition(peft_model, examples)
    wanted = torch.autograd.grad(expected / 3, weights)
    # A model whose attention is not PACKED reads them one by one.
    torch.testing.assert_close(completion_loss(base, examples), expected)

    base.set_attn_implementation(attention.PACKED)
    loss = completion_loss(base, examples, rows=16)  # several chunks
    found = torch.autograd.grad(loss / 3, weights)
    torch.testing.assert_close(loss, expected)
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4)
    pairs = Pairs(examples)
    mean = pytest.approx(expected.item() / pairs.targets, rel=1e-5)
    assert mean_loss(base, pairs, 2) == mean

    def in_little_memory(causal_lm, pairs, **rows):
        if len(pairs) > 1:
            raise torch.OutOfMemoryError
        return completion_loss(causal_lm, pairs, **rows)

    monkeypatch.setattr(losses, "completion_loss", in_little_memory)
    assert mean_loss(base, pairs, 4) == mean


def test_the_head_does_what_configurations_ask_of_logits(params):
    base = model.load_base(params, torch.device("cpu"), plain=True)
    states = torch.randn(3, base.config.hidden_size, dtype=base.dtype)
    plain = base.get_output_embeddings()(states)
    for asked, wanted in (
        ({}, plain),
        ({"logit_scale": 0.25}, plain / 4),
        ({"logits_scaling": 8.0}, plain / 8),
        ({"logit_scale": 2.0, "final_logit_softcapping": 3.0}, (plain * 2 / 3).tanh() * 3),
    ):
        for name in ("logit_scale", "logits_scaling", "final_logit_softcapping"):
            setattr(base.config, name, asked.get(name))
        torch.testing.assert_close(head_of(base)(states), wanted)


def test_the_loss_is_taken_in_fp32_of_logits_in_16_bit():
    logits, targets = (4 * torch.randn(5, 901)).bfloat16(), torch.tensor([0, 1, 2, 450, 900])
    wanted = cross_entropy(logits.float(), targets, reduction="none")
    torch.testing.assert_close(cross_entropy_(logits, targets), wanted)


def test_rows_have_one_of_few_lengths():
    assert [row_length(n) for n in (1, 64, 65, 512, 513, 1024, 1025)] == [
        64, 64, 128, 512, 576, 1024, 1152,
    ]  # fmt: skip
    for power in range(9, 15):
        lengths = {row_length(n) for n in range(2**power + 1, 2 ** (power + 1) + 1)}
        assert len(lengths) == 8
    assert all(0 <= row_length(n) - n < max(64, n / 8) for n in range(1, 5000))


@pytest.fixture
def make_trainer(params, examples, tmp_path, monkeypatch):
    """Trainers on the examples in fp32, two pairs a pass and four a step."""
    monkeypatch.chdir(tmp_path)  # where checkpoints go

    def make(sample=lambda _: [], dtype=torch.float32, **values) -> training.Trainer:
        two = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 2}
        p, pairs = replace(params, **two | values), Pairs(examples)
        checkpoints = Checkpoints("train", p.as_dict(), [])
        return training.Trainer(
            plain_lora(p).to(dtype), pairs, pairs, p, checkpoints, sample=sample
        )

    return make


@pytest.mark.parametrize(
    ("remedy", "left"), [(None, 2), ("with 1 pair(s) a pass", 1), ("without CUDA graphs", 2)]
)
def test_a_step_is_that_of_its_definition(
    params, examples, make_trainer, monkeypatch, capsys, remedy, left
):
    # So small a norm that AdamW's epsilon counts: else its first step would not show the clipping.
    norm, decay = 1e-6, 0.5
    trainer = make_trainer(max_grad_norm=norm, weight_decay=decay, learning_rate=0.01)
    trainer.state.step = 2  # of 4, the first warming up: the cosine is at pi / 3
    if recorded := remedy == "without CUDA graphs":
        layers = partial(run_layers, trainer.causal_lm)
        trainer.backbone = GraphedBackbone(layers, trainer.lora.weights, 3, 1, recorder=object())
        trainer.backbone.graphs[0, 0] = object()  # which takes the memory

    def loss_in_little_memory(causal_lm, pairs, backbone, rows):
        loss = completion_loss(causal_lm, pairs, None, rows)
        much = backbone.graphs if recorded else len(pairs) > 1
        if much and trainer.lora.weights.grad.any():  # not in the first pass
            loss.register_hook(out_of_memory_in_backward)
        return loss

    def out_of_memory_in_backward(_):
        raise torch.OutOfMemoryError

    if remedy:
        monkeypatch.setattr(training, "completion_loss", loss_in_little_memory)
    loss, found_norm, rate = trainer.step(examples[:4])
    assert trainer.state.micro_batch_size == left
    said = f"train: out of memory; going on {remedy}\n"
    assert capsys.readouterr().out == said * bool(remedy)
    assert not recorded or not trainer.backbone.recordable
    assert rate == pytest.approx(0.0075)

    peft_model = plain_lora(params)
    weights = trained(peft_model)
    wanted = loss_by_definition(peft_model, examples[:4]) / Pairs(examples[:4]).targets
    grads = torch.autograd.grad(wanted, weights)
    wanted_norm = torch.cat([grad.flatten() for grad in grads]).norm()
    torch.testing.assert_close(loss, wanted.detach())
    torch.testing.assert_close(found_norm, wanted_norm, rtol=1e-4, atol=0)
    for found, weight, grad in zip(trained(trainer.model), weights, grads, strict=True):
        clipped = grad * norm / wanted_norm
        moved = weight * (1 - rate * decay) - rate * clipped / (clipped.abs() + 1e-8)
        torch.testing.assert_close(found, moved, rtol=0, atol=1e-3 * rate)


@pytest.mark.parametrize(
    ("leaner", "shard_base", "left", "recorded"),
    [
        (None, False, 1, False),
        (None, True, 2, False),
        (Plan(True, True, 2), False, 2, False),
        (Plan(True, False, 1), False, 2, True),  # fewer pairs, before recordings are done without
    ],
)
def test_memory_that_no_halving_can_spare_ends_the_run(
    examples, make_trainer, monkeypatch, leaner, shard_base, left, recorded
):
    def out_of_memory(*_):
        raise torch.OutOfMemoryError

    trainer = make_trainer(
        shard_base=shard_base, dequantize_once=True, gradient_checkpointing=False
    )
    trainer.leaner = leaner
    trainer.backbone = GraphedBackbone(None, trainer.lora.weights, 3, 1, recorder=object())
    trainer.backbone.graphs[0, 0] = object()
    monkeypatch.setattr(training, "completion_loss", out_of_memory)
    with pytest.raises(torch.OutOfMemoryError):
        trainer.step(examples[:4])
    assert trainer.state.micro_batch_size == left
    assert bool(trainer.backbone.graphs) == recorded


@pytest.mark.parametrize(
    ("other", "left"),
    [
        ({}, 1),
        ({"per_device_train_batch_size": 4}, 4),
        ({"gradient_checkpointing": True}, 2),
        ({"dequantize_once": False}, 2),
    ],
)
def test_smaller_passes_go_on_in_a_resumed_run_of_the_same_plan_alone(make_trainer, other, left):
    plan = {"dequantize_once": True, "gradient_checkpointing": False}
    first = make_trainer(save_total_limit=1, **plan)
    first.state.step, first.state.micro_batch_size = 1, 1  # memory ran out with two
    first.optimizer.step()
    for name in ("best", "step-00000001"):
        first._save(name)
    again = make_trainer(save_total_limit=1, **plan | other)
    again.checkpoints = first.checkpoints
    again._resume()
    assert again.state.micro_batch_size == left
    assert again.state.plan == vars(again.plan)  # which its own checkpoints belong to


def test_what_ran_out_of_memory_is_gone_before_the_next_plan(
    params, examples, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    weights, load = [], train.load_model

    def loaded(*args):
        model = load(*args)
        weights.extend(map(weakref.ref, model.parameters()))
        return model

    def out_of_memory(*_):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(train, "load_model", loaded)
    monkeypatch.setattr(training, "completion_loss", out_of_memory)
    pairs, checkpoints = Pairs(examples), Checkpoints("train", {}, [])
    pairs.kept = []
    settings = {"per_device_train_batch_size": 2, "generate_samples_during_eval": False}
    asked = replace(params, **settings)
    plan, leaner, cpu = Plan(True, False, 2), Plan(True, False, 1), torch.device("cpu")
    assert not train.train(asked, plan, leaner, cpu, None, (pairs, pairs), {}, checkpoints)
    assert weights
    assert not any(weight() is not None for weight in weights)


def test_a_step_computes_with_the_weights_that_the_one_before_left(params, examples, make_trainer):
    """In 16 bit the layers compute with copies of them."""
    trainer = make_trainer(learning_rate=0.3, warmup_ratio=0.0, dtype=torch.bfloat16)
    first = trainer.step(examples[:4])[0].item()
    now = plain_lora(params).to(torch.bfloat16)
    peft.set_peft_model_state_dict(now, trainer._weights())
    fused_lora.FusedLora(now.eval())
    wanted = mean_loss(now.get_base_model(), Pairs(examples[:4]), 2)
    assert trainer.step(examples[:4])[0].item() == pytest.approx(wanted, rel=1e-4)
    assert abs(first - wanted) > 0.01


@pytest.mark.parametrize("short", [False, True])
def test_little_memory_is_saved_where_params_ask_for_it(make_trainer, short):
    trainer = make_trainer(gradient_checkpointing=short)
    assert trainer.causal_lm.is_gradient_checkpointing is short
    assert (trainer.rows == FEW_LOGITS) is short


@pytest.mark.parametrize(
    ("card", "short", "world", "size"),
    [
        (20, False, 1, 8),
        (19, False, 1, 2),
        (20, True, 1, 2),
        (20, False, 2, 2),
        (None, False, 1, 2),
    ],
)
def test_validation_takes_more_pairs_a_pass_only_where_they_fit(
    make_trainer, monkeypatch, card, short, world, size
):
    trainer, sizes = make_trainer(gradient_checkpointing=short), []
    monkeypatch.setattr(memory, "card_memory", lambda _: card)
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _: 10)
    monkeypatch.setattr(processes, "WORLD", world)
    monkeypatch.setattr(training, "mean_loss", lambda _, __, size, ___: sizes.append(size) or 1.0)
    trainer._evaluate(Progress("train", 1))
    assert sizes == [size]


@pytest.mark.parametrize(
    ("patience", "steps", "best", "loss"), [(1, 1, 0, 3.0), (2, 4, 2, 1.0), (0, 6, 5, 0.0)]
)
def test_the_best_weights_are_kept_and_patience_ends_the_run(
    make_trainer, monkeypatch, patience, steps, best, loss
):
    losses = iter([3.0, 4.0, 1.0, 2.0, 1.0, 0.0, 0.0])  # a gain starts the count anew, a tie not
    monkeypatch.setattr(training, "mean_loss", lambda *_: next(losses))
    weights = []
    trainer = make_trainer(
        lambda step: weights.append(trainer.lora.weights.detach().clone()) or [step],
        num_train_epochs=3, eval_steps=1, early_stopping_patience=patience,
    )  # fmt: skip
    state = trainer.run()
    assert state.stopped is bool(patience)
    assert (state.step, state.best_step, state.best_loss) == (steps, best, loss)
    assert state.samples == list(range(steps + 1))
    assert torch.equal(trainer.lora.weights, weights[best])
    assert not torch.equal(weights[steps], weights[best])


def test_a_run_that_goes_on_after_a_failure_knows_which_weights_it_kept(make_trainer, monkeypatch):
    losses = iter([3.0, 2.0, 1.0, *[1.5] * 9])  # by another plan the same step is not as good
    monkeypatch.setattr(training, "mean_loss", lambda *_: next(losses))
    settings = {"num_train_epochs": 3, "eval_steps": 1, "save_steps": 9}
    first, again = make_trainer(**settings), make_trainer(**settings)
    step, weights = first.step, []

    def fails_at_the_third(batch):
        weights.append(first.lora.weights.detach().clone())
        if len(weights) == 3:
            raise torch.OutOfMemoryError
        return step(batch)

    first.step = fails_at_the_third
    with pytest.raises(torch.OutOfMemoryError):
        first.run()
    state = again.run()
    assert (state.best_step, state.best_loss) == (2, 1.0)
    assert torch.equal(again.lora.weights, weights[2])


def test_a_run_reports_and_saves_when_params_ask_for_it(make_trainer, examples, monkeypatch):
    trainer = make_trainer(
        num_train_epochs=3, logging_steps=4, eval_steps=4, save_steps=2, save_total_limit=1
    )
    entries, speeds = [], []
    trainer.log, trainer.log_speed = entries.append, speeds.append
    clock = SimpleNamespace(perf_counter=partial(next, count()))  # a second between two looks
    monkeypatch.setattr(training, "time", clock)
    state = trainer.run()
    assert entries == state.history
    steps = [entry for entry in entries if "loss" in entry]
    assert [entry["step"] for entry in steps] == [4, 6]
    for entry in steps:
        rate = schedule.learning_rate_at(entry["step"] - 1, 6, trainer.params)
        assert entry["learning_rate"] == rate
        assert entry["gradient_norm"] > 0 < entry["loss"]
    measured = [entry for entry in entries if "validation_loss" in entry]
    assert [entry["step"] for entry in measured] == [0, 4, 6]
    epoch = sum(len(example.input_ids) for example in examples)
    assert [(s["step"], s["tokens_per_second"]) for s in speeds] == [(4, 2 * epoch), (6, epoch)]
    assert all(0.01 < s["peak_memory_gb"] < 1000 for s in speeds)
    assert trainer.checkpoints.names() == ["best", "step-00000004"]
    values = [entry["validation_loss"] for entry in measured]
    assert trainer.summary() == {
        "steps": 6,
        "best_step": measured[values.index(min(values))]["step"],
        "validation_loss": {"first": values[0], "best": min(values), "last": values[-1]},
        "trained_parameters": sum(weight.numel() for weight in trained(trainer.model)),
    }


def test_a_loss_that_is_no_number_ends_the_run(make_trainer, monkeypatch):
    monkeypatch.setattr(training, "mean_loss", lambda *_: float("nan"))
    with pytest.raises(UserError, match="validation loss nan at step 0; lower learning_rate"):
        make_trainer().run()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_logged_validation_loss_is_that_of_the_saved_adapter_without_dropout(
    params, examples, make_trainer, dtype
):
    """In 16 bit the layers compute with copies of the weights, which a step leaves behind."""
    trainer = make_trainer(
        lora_dropout=0.5, num_train_epochs=2, eval_steps=1, learning_rate=0.05, dtype=dtype
    )
    state = trainer.run()
    best = min(entry["validation_loss"] for entry in state.history if "validation_loss" in entry)
    assert state.best_step > 0
    saved = plain_lora(params).to(dtype)
    peft.set_peft_model_state_dict(saved, trainer.checkpoints.load("best")[0])
    fused_lora.FusedLora(saved.eval())
    assert best == pytest.approx(mean_loss(saved.get_base_model(), Pairs(examples), 2), rel=1e-4)


def test_checkpoints_belong_to_the_bytes_they_depend_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, folders = tmp_path / "pairs.jsonl", []
    for text in ("one", "two", "one"):
        file.write_text(text)
        folders.append(Checkpoints("train", {"seed": 1}, [file]).folder)
    assert folders[0] == folders[2] != folders[1]


def test_the_last_checkpoints_are_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoints = Checkpoints("train", {}, [])
    for name in ("best", *(f"step-{step:08}" for step in (2, 4, 6, 8, 10))):
        checkpoints.save(name, {"weight": torch.ones(1)}, {})
    checkpoints.keep_last(3)
    assert checkpoints.names() == ["best", "step-00000006", "step-00000008", "step-00000010"]


SEED = torch.zeros(1, dtype=torch.int64)  # which a CPU has no use for

FUSED_LOSS = """
import torch
from torch.nn.functional import cross_entropy
from anecdot.model.fused_loss import cross_entropy_
device = "cuda" if torch.cuda.is_available() else "cpu"
for dtype in (torch.float32, torch.bfloat16):
    logits = (4 * torch.randn(5, 9001, device=device)).to(dtype)
    targets = torch.tensor([0, 1, 8191, 8192, 9000], device=device)
    leaf = logits.float().requires_grad_()
    wanted = cross_entropy(leaf, targets, reduction="none")
    gradient = torch.autograd.grad(wanted.sum(), leaf)[0]
    torch.testing.assert_close(cross_entropy_(logits, targets), wanted.detach())
    torch.testing.assert_close(logits, gradient.to(dtype))
"""


FUSED_DROPOUT = """
import torch
from anecdot.training import fused_lora
device = "cuda" if torch.cuda.is_available() else "cpu"
fused_lora.by_triton = lambda _: True
torch.manual_seed(0)
for dtype in (torch.float32, torch.bfloat16):
    x = torch.randn(3, 11000, device=device).to(dtype)  # neither fills a program nor ends one
    dropped, seed = fused_lora.dropout(x, 0.3, torch.tensor([7], device=device))
    kept = dropped != 0
    assert abs(kept.float().mean().item() - 0.7) < 0.01, kept.float().mean()
    torch.testing.assert_close(dropped, x * kept)
    total, added = torch.randn(2, *x.shape, device=device).to(dtype)
    wanted = (total.float() + 2 * added.float() * kept).to(dtype)
    fused_lora.add_kept_(total, added, seed, 0.3, 2.0)
    torch.testing.assert_close(total, wanted)
    assert torch.equal(fused_lora.dropout(x, 0.3, seed)[0], dropped)
    seed.add_(1)
    shared = (fused_lora.dropout(x, 0.3, seed)[0] != 0) & kept
    assert abs(shared.float().mean().item() - 0.49) < 0.01, shared.float().mean()
    alike = (kept[:, 1:] & kept[:, :-1]).float().mean().item()
    assert abs(alike - 0.49) < 0.01, alike
"""


@pytest.mark.parametrize("script", [FUSED_LOSS, FUSED_DROPOUT], ids=["loss", "dropout"])
def test_a_fused_kernel_computes_what_defines_it(script):
    """On a CPU by Triton's interpreter, which has to be chosen before Triton is imported."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    if not torch.cuda.is_available():
        environment["TRITON_INTERPRET"] = "1"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@given(st.lists(st.integers(1, 512), min_size=1, max_size=70), st.integers(1, 8))
def test_pairs_are_dealt_out_evenly(lengths, hands):
    dealt = processes.deal(sorted(lengths), hands)
    assert sorted(length for hand in dealt for length in hand) == sorted(lengths)
    counts = [len(hand) for hand in dealt]
    assert max(counts) - min(counts) <= 1
    if len(lengths) % (2 * hands) == 0:  # as often to as fro
        sums = [sum(hand) for hand in dealt]
        assert max(sums) - min(sums) <= max(lengths) - min(lengths)


def test_dequantised_layers_compute_what_the_4_bit_layers_do(params):
    exact = replace(params, bnb_4bit_compute_dtype="float32")
    four = model.load_base(exact, torch.device("cpu"), plain=False)
    plain = model.load_base(exact, torch.device("cpu"), plain=True)
    whole = model.load_base(replace(exact, load_in_4bit=False), torch.device("cpu"), plain=True)
    ids = torch.arange(3, 40)[None]
    with torch.no_grad():
        # The 4-bit CPU kernels round to bfloat16 inside.
        torch.testing.assert_close(four(ids).logits, plain(ids).logits, rtol=0, atol=5e-3)
        assert (plain(ids).logits - whole(ids).logits).abs().max() > 2e-2  # it really is quantised


def test_every_pair_is_seen_once_an_epoch_in_another_order(params):
    small = replace(params, per_device_train_batch_size=4, gradient_accumulation_steps=2)
    steps = schedule.steps_per_epoch(21, small)
    epochs = [
        [i for s in range(e * steps, (e + 1) * steps) for i in schedule.batch_of_step(s, 21, small)]
        for e in (0, 1)
    ]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(21))
    assert epochs[0] != epochs[1]
    orders = [schedule.order_of_epoch(0, 21, 21, seed).tolist() for seed in (42, 43)]
    assert orders[0] == epochs[0] != orders[1]


def test_synthesized_pairs_are_new_in_each_epoch(params):
    """21 pairs, the last 11 of them synthesized: an epoch of two takes the ten others and five."""
    small = replace(
        params, num_train_epochs=2, per_device_train_batch_size=2, gradient_accumulation_steps=2
    )
    steps = schedule.steps_per_epoch(21, small, 11)
    first, second = (
        [
            i
            for s in range(e * steps, (e + 1) * steps)
            for i in schedule.batch_of_step(s, 21, small, 11)
        ]
        for e in (0, 1)
    )
    assert steps == 4
    for few in (0, 1):
        assert schedule.pairs_per_epoch(21, replace(small, num_train_epochs=few), 11) == 21
    assert sorted(first) == list(range(15))
    assert sorted(second) == [*range(10), *range(15, 20)]


@pytest.mark.parametrize(
    ("kind", "quarter"), [("cosine", 0.8535534), ("linear", 0.75), ("constant", 1.0)]
)
def test_the_learning_rate_warms_up_and_comes_down(params, kind, quarter):
    p = replace(params, lr_scheduler_type=kind, warmup_ratio=0.2, learning_rate=0.5)
    rates = [schedule.learning_rate_at(step, 100, p) for step in range(100)]
    assert rates[:4] == pytest.approx([0.025, 0.05, 0.075, 0.1])
    assert max(rates) == rates[20] == 0.5
    assert rates[40] == pytest.approx(quarter / 2)
    assert rates[-1] == (0.5 if kind == "constant" else pytest.approx(0.0, abs=0.01))


def test_a_module_the_model_lacks_is_named_with_those_it_has(params):
    base = model.load_base(params, torch.device("cpu"), plain=False)
    with pytest.raises(UserError, match=r"no module dense for .* it has down_proj, gate_proj"):
        adapters.add_lora(base, replace(params, lora_target_modules=["q_proj", "dense"]))


@pytest.mark.parametrize(("kind", "double"), [("nf4", True), ("fp4", False)])
def test_the_base_is_quantised_as_params_say(params, kind, double):
    p = replace(params, bnb_4bit_quant_type=kind, bnb_4bit_use_double_quant=double)
    layer = model.load_base(p, torch.device("cpu"), plain=False).model.layers[0].mlp.up_proj
    state = layer.weight.quant_state
    assert (state.quant_type, state.nested) == (kind, double)
    assert layer.compute_dtype == device.compute_dtype(p)


def test_lora_is_as_params_say(params):
    def attach(seed: int) -> PeftModel:
        p = replace(params, lora_r=4, lora_alpha=12, lora_dropout=0.25, seed=seed)
        return adapters.add_lora(model.load_base(p, torch.device("cpu"), plain=True), p)

    one, other = attach(1), attach(2)
    config = one.peft_config["default"]
    assert (config.r, config.lora_alpha, config.lora_dropout) == (4, 12, 0.25)
    assert not torch.equal(trained(one)[0], trained(other)[0])


def test_an_adapter_of_another_base_is_refused(params, tmp_path):
    tokenizer = model.load_tokenizer(params.model_name)
    adapters.save_adapter(plain_lora(params), tokenizer, "card", tmp_path / "adapter")
    another = shutil.copytree(params.model_name, tmp_path / "another")
    with pytest.raises(UserError, match=f"made for {params.model_name}, but"):
        adapters.load_tuned(replace(params, model_name=str(another)), tmp_path / "adapter")
    (tmp_path / "adapter/adapter_model.safetensors").write_bytes(b"cut")
    with pytest.raises(UserError, match="damaged"):
        adapters.load_tuned(params, tmp_path / "adapter")


@pytest.mark.parametrize("optimizer", ["adamw", "8 bit"])
def test_a_resumed_run_has_the_optimizer_of_one_that_was_not_killed(
    make_trainer, monkeypatch, capsys, optimizer
):
    if optimizer == "8 bit":  # as on a GPU, where its states are paged besides
        eight_bit = partial(bnb.optim.AdamW8bit, lr=0.01)
        monkeypatch.setattr(training, "make_optimizer", lambda weights, _: eight_bit([weights]))
    settings = {"num_train_epochs": 3, "save_steps": 2, "eval_steps": 9, "lora_r": 16}
    settings["lora_dropout"] = 0.5  # the same again
    whole = make_trainer(**settings)
    whole.run()
    again = make_trainer(**settings)
    assert again.checkpoints.names()[-1] == "step-00000004"
    again.run()
    assert "train: continuing at step 4 of 6\n" in capsys.readouterr().out
    assert again.state.history == whole.state.history
    one, other = (t.optimizer.state[t.lora.weights] for t in (whole, again))
    assert one["step"] == 6
    assert one.keys() == other.keys()
    for name, moment in one.items():
        assert torch.equal(torch.as_tensor(moment), torch.as_tensor(other[name])), name
    assert torch.equal(whole.lora.weights, again.lora.weights)


def test_a_missing_base_and_an_unreachable_hub_are_explained(params):
    with pytest.raises(UserError, match="no such folder"):
        model.load_tokenizer("models/nothing")
    with pytest.raises(UserError, match="hf download google/gemma-2b-it"):
        model.load_tokenizer("google/gemma-2b-it")


@pytest.mark.parametrize("plain", [True, False])
def test_fused_lora_layers_compute_what_peft_does(params, examples, plain):
    exact = replace(params, bnb_4bit_compute_dtype="float32", lora_target_modules="all-linear")

    def loss_and_gradients(plain: bool, fused: bool) -> tuple[torch.Tensor, ...]:
        base = model.load_base(exact, torch.device("cpu"), plain=plain)
        peft_model = adapters.add_lora(base, exact)
        base.set_attn_implementation(attention.PACKED)
        weights = [p for p in peft_model.parameters() if p.requires_grad]
        torch.manual_seed(1)
        for weight in weights:
            torch.nn.init.normal_(weight, std=0.1)
        if not fused:
            loss = completion_loss(base, examples)
            return loss, *torch.autograd.grad(loss, weights)
        vector = fused_lora.FusedLora(peft_model).weights
        values = vector.detach().clone()
        vector.detach().copy_(vector.grad)  # zero: peft's weights are views of the vector
        assert not any(weight.any() for weight in weights)
        vector.detach().copy_(values)
        loss = completion_loss(base, examples)
        loss.backward()
        vector.detach().copy_(vector.grad)
        return loss.detach(), *(weight.detach() for weight in weights)

    expected = loss_and_gradients(plain=True, fused=False)
    for a, b in zip(loss_and_gradients(plain, fused=True), expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-3)


def test_each_pass_has_seeds_of_its_own_that_its_step_decides(examples, make_trainer, monkeypatch):
    """On a GPU, where dropout's kernels take them; without dropout none is run here."""
    seeds = []

    def noted(causal_lm, pairs, *args):
        seeds.append(trainer.lora._seeds.tolist())
        return completion_loss(causal_lm, pairs, *args)

    monkeypatch.setattr(fused_lora, "by_triton", lambda _: True)
    monkeypatch.setattr(training, "completion_loss", noted)
    trainer = make_trainer(lora_dropout=0.0)
    trainer.step(examples[:4])
    trainer.step(examples[:4])  # the same again
    first, second, *again = seeds
    assert len({*first, *second}) == len(first) + len(second)
    assert again == [first, second]


def test_layers_that_draw_random_numbers_of_their_own_are_told(make_trainer):
    """What is computed again would be another pass than the first."""
    trainer = make_trainer(lora_dropout=0.0)
    assert not trainer._draws()
    mlp = trainer.causal_lm.get_decoder().layers[0].mlp
    mlp.register_forward_hook(lambda _, __, output: torch.nn.functional.dropout(output, 0.1))
    assert trainer._draws()
    assert make_trainer(lora_dropout=0.1)._draws()  # by PyTorch's generator on a CPU


def test_dequantising_lets_go_of_the_4_bit_layers_one_by_one(params):
    """Else a card would have to hold them beside the 16-bit ones."""
    base = model.load_base(params, torch.device("cpu"), plain=False)
    weights = [weakref.ref(m.weight) for m in base.modules() if hasattr(m, "quant_state")]
    assert weights
    gc.disable()
    try:
        model.dequantize(base, torch.float32)
        assert not any(weight() is not None for weight in weights)
    finally:
        gc.enable()


def test_dropout_drops_its_share():
    torch.manual_seed(0)
    x = torch.ones(40, 500)
    dropped, mask = fused_lora.dropout(x, 0.3, SEED)
    assert torch.equal(dropped, mask)
    assert 1 - mask.mean().item() == pytest.approx(0.3, abs=0.01)


def test_dropout_passes_the_gradient_of_what_it_kept_alone(params):
    exact = replace(params, bnb_4bit_compute_dtype="float32", lora_dropout=0.3)
    base = model.load_base(exact, torch.device("cpu"), plain=True)
    peft_model = adapters.add_lora(base, exact).train()
    layer = base.model.layers[0].mlp.down_proj
    weights = [getattr(layer, kind)["default"].weight for kind in ("lora_A", "lora_B")]
    torch.nn.init.normal_(weights[1], std=0.1)
    a, b = (weight.detach().clone().requires_grad_() for weight in weights)
    fused = fused_lora.FusedLora(peft_model)
    x = torch.randn(7, layer.in_features, requires_grad=True)
    torch.manual_seed(3)
    [found] = torch.autograd.grad(layer(x).sum(), x)
    fused.weights.detach().copy_(fused.weights.grad)  # and so peft's weights, views of it

    torch.manual_seed(3)
    mask = fused_lora.dropout(x, 0.3, SEED)[1]
    scale = layer.scaling["default"] / 0.7
    plain = layer.get_base_layer()(x) + scale * (x * mask) @ a.T @ b.T
    wanted = torch.autograd.grad(plain.sum(), (x, a, b))
    for one, other in zip((found, *weights), wanted, strict=True):
        torch.testing.assert_close(one, other)
