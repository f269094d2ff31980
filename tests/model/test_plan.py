"""The memory estimate against what was measured on a GPU, and the plans that follow from it."""

import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from conftest import ROOT

from anecdot.common import processes
from anecdot.common.params import read_params
from anecdot.model import plan as plans
from anecdot.model.memory import smallest_card
from anecdot.model.plan import Counted, Plan
from anecdot.training.schedule import effective_batch_size
from benchmarks import shapes, work

ARMS = json.loads(
    (ROOT / "benchmarks/results/gpu-2026-11-27.json").read_text(encoding="utf-8")
)["arms"]  # fmt: skip
GEMMA, QWEN = "gemma-2b-it", "qwen2.5-1.5b-instruct"
MODELS = list(shapes.SEED_MODELS)
FAST, LEAN = Plan(True, False, 4), Plan(False, True, 4)
LENGTHS = [len(pair.input_ids) for pair in work.standard_pairs(444, 4096)]
SHORT = [100] * 444  # a pass of fewer than four would be no faster than a checkpointed one

# Some arms ran in a process that still held another arm's matrix (gemma's a little more).
LEFT_BEHIND = {GEMMA: 0.2013}


def params(name: str, **values: Any) -> SimpleNamespace:
    """What a plan asks of the parameters, with the standard job's values."""
    standard = {
        "lora_r": 16, "lora_dropout": 0.05, "bnb_4bit_compute_dtype": "bfloat16",
        "load_in_4bit": True, "bnb_4bit_use_double_quant": True, "optim": "adamw",
        "dequantize_once": "auto", "gradient_checkpointing": "auto", "shard_base": False,
        "per_device_train_batch_size": 4, "lora_target_modules": shapes.lora_targets(name),
    }  # fmt: skip
    return SimpleNamespace(**(standard | values))


@cache
def counted(name: str) -> Counted:
    """With Liger's kernels for those that they serve, as when the peaks were measured."""
    fused = name in (GEMMA, QWEN, shapes.LARGE)
    return Counted.of(shapes.config(name), params(name), fused=fused)


def gigabytes(name: str, plan: Plan, tokens: int, optim: str = "adamw") -> float:
    """The estimate of all together."""
    return counted(name).estimate(plan, params(name, optim=optim), tokens).total / 1e9


@pytest.mark.parametrize("name", MODELS)
def test_estimates_the_measured_peaks(name: str) -> None:
    """Fast: 16 pairs, the longest row of 140 steps. Lean: 4 pairs of 512 tokens."""
    fast = ARMS["ours" if name == GEMMA else f"ours_{name}"]["peak_gb"]
    lean = ARMS["low_memory_4" if name == GEMMA else f"low_memory_4_{name}"]["peak_gb"]
    lean -= LEFT_BEHIND.get(name, 0.1363)
    tokens = plans.longest_row(LENGTHS, 16)
    assert gigabytes(name, FAST, tokens) == pytest.approx(fast, rel=0.15)
    assert gigabytes(name, LEAN, 2048, "paged_adamw_8bit") == pytest.approx(lean, rel=0.15)


def test_estimates_fewer_pairs_and_a_larger_model() -> None:
    peak = ARMS["ours_8x2"]["peak_gb"]
    assert gigabytes(GEMMA, FAST, 3840) == pytest.approx(peak, rel=0.15)
    peak = ARMS["large_1"]["peak_gb"]
    assert gigabytes("llama-7b", LEAN, 512, "paged_adamw_8bit") == pytest.approx(peak, rel=0.15)


def test_gemma_on_cards_of_all_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Smaller passes come before the next leaner way; short pairs are not divided so far."""
    monkeypatch.setattr(Counted, "of", lambda *_: counted(GEMMA))
    once, halved = Plan(True, True, 4), Plan(True, False, 2)
    sizes = {5: LEAN, 6: Plan(False, False, 2), 8: once, 9: halved, 12: FAST, 24: FAST, 80: FAST}
    for size, expected in sizes.items():
        (chosen, *_), line = plans.choose(None, params(GEMMA), LENGTHS, size * 10**9)
        assert chosen == expected, size
        assert f"fits {size}.0 GB" in line
    assert {plan.per_device_train_batch_size for plan in plans.allowed(params(GEMMA), SHORT)} == {4}


def test_a_step_has_as_many_pairs_by_every_plan() -> None:
    given = replace(read_params(), per_device_train_batch_size=16, gradient_accumulation_steps=2)
    sizes = set()
    for plan in plans.allowed(given, [200] * 10):
        planned = plans.planned(given, plan)
        assert effective_batch_size(planned) == 32
        sizes.add(planned.per_device_train_batch_size)
    assert sizes == {16, 8, 4}


def test_adapters_on_every_layer_keep_more() -> None:
    few, all_of_them = params(QWEN), params(QWEN, lora_target_modules="all-linear")
    config = shapes.config(QWEN, tiny=True)
    attention, everywhere = (Counted.of(config, p, fused=True) for p in (few, all_of_them))
    # More: the MLP's two inputs, dropped out, and the rank's outputs of three layers.
    more = 2 * (shapes.TINY["hidden_size"] + shapes.TINY["intermediate_size"]) + 3 * 2 * 16
    assert everywhere.kept - attention.kept == more * shapes.TINY["num_hidden_layers"]
    per_layer = 16 * 3 * (shapes.TINY["hidden_size"] + shapes.TINY["intermediate_size"])
    assert everywhere.adapter - attention.adapter == per_layer * shapes.TINY["num_hidden_layers"]


def test_what_params_force_is_kept() -> None:
    config = shapes.config(GEMMA, tiny=True)

    def chosen(memory: int | None, **values: Any) -> Plan:
        return plans.choose(config, params(GEMMA, **values), LENGTHS, memory)[0][0]

    fewest = Plan(False, True, 2)
    assert chosen(None) == FAST  # a CPU
    assert chosen(1) == fewest  # nothing fits: the leanest
    assert chosen(1, dequantize_once=True) == Plan(True, True, 2)
    assert chosen(10**12, dequantize_once=False, gradient_checkpointing=True) == LEAN
    assert chosen(1, load_in_4bit=False, dequantize_once=False) == Plan(True, True, 2)
    assert chosen(10**12, shard_base=True) == LEAN


def test_where_memory_runs_out_only_what_takes_less_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Counted, "of", lambda *_: counted(GEMMA))
    given = params(GEMMA, per_device_train_batch_size=16)
    (first, *tried), _ = plans.choose(None, given, LENGTHS, 24 * 10**9)
    assert first == Plan(True, False, 16)
    totals = [
        gigabytes(GEMMA, plan, plans.longest_row(LENGTHS, plan.per_device_train_batch_size))
        for plan in (first, *tried)
    ]
    assert totals == sorted(totals, reverse=True)
    assert len(tried) > len(plans.WAYS)
    assert Plan(False, False, 16) not in tried
    assert plans.choose(None, given, LENGTHS, 1)[0] == [Plan(False, True, 2)]


def test_of_several_cards_the_smallest_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    for memories, expected in (([8, 6, 12], 6), ([None, None], None)):
        monkeypatch.setattr(processes, "gather_object", lambda _, found=memories: found)
        assert smallest_card(torch.device("cpu")) == expected
