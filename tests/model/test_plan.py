"""The memory estimate against what was measured on a GPU, and the plans that follow from it."""

import json
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT

from anecdot.model import plan as plans
from anecdot.model.plan import Counted, Plan
from benchmarks import shapes, work

ARMS = json.loads(
    (ROOT / "benchmarks/results/gpu-2026-11-27.json").read_text(encoding="utf-8")
)["arms"]  # fmt: skip
GEMMA, QWEN = "gemma-2b-it", "qwen2.5-1.5b-instruct"
MODELS = list(shapes.SEED_MODELS)
FAST, LEAN = Plan(True, False), Plan(False, True)
LENGTHS = [len(pair.input_ids) for pair in work.standard_pairs(444, 4096)]

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
    monkeypatch.setattr(Counted, "of", lambda *_: counted(GEMMA))
    sizes = {6: LEAN, 8: Plan(True, True), 12: FAST, 16: FAST, 24: FAST, 80: FAST}
    for size, expected in sizes.items():
        chosen, line = plans.choose(None, params(GEMMA), LENGTHS, size * 10**9)
        assert chosen == expected, size
        assert f"fits {size}.0 GB" in line


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
        return plans.choose(config, params(GEMMA, **values), LENGTHS, memory)[0]

    assert chosen(None) == FAST  # a CPU
    assert chosen(1) == LEAN  # nothing fits: the leanest
    assert chosen(1, dequantize_once=True) == Plan(True, True)
    assert chosen(10**12, dequantize_once=False, gradient_checkpointing=True) == LEAN
    assert chosen(1, load_in_4bit=False, dequantize_once=False) == Plan(True, True)
    assert chosen(10**12, shard_base=True) == LEAN


def test_out_of_memory_goes_from_plan_to_plan() -> None:
    tried, plan = [], FAST
    while plan:
        tried.append(plan)
        plan = plans.leaner(plan, params(GEMMA))
    assert tried == list(plans.PLANS)
    assert plans.leaner(FAST, params(GEMMA, dequantize_once=True)) == Plan(True, True)
    assert plans.leaner(Plan(True, True), params(GEMMA, dequantize_once=True)) is None
