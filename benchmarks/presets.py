"""Every preset on one GPU as the stages run it: python -m benchmarks.gpu --only 'preset_*'

Random weights in the published shapes, the standard job's pairs, the preset's own values: the plan
that stage train chooses, its steps, then answers as stage evaluate gives them; then the same on
the card cut down to so many GB (`--memory 6 8`): what a smaller card would do.
"""

import shutil
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from statistics import mean
from typing import Any

import torch

from anecdot.common.checkpoints import Checkpoints
from anecdot.common.params import Params, read_params
from anecdot.common.yaml_file import read_yaml
from anecdot.model import base as models
from anecdot.model import plan as plans
from anecdot.model.adapter import add_lora, holds_plain
from anecdot.model.decode import generate
from anecdot.model.device import pick_device
from anecdot.model.loss import mean_loss
from anecdot.model.memory import CONTEXT, card_memory
from anecdot.training.schedule import effective_batch_size
from benchmarks import gpu, work

PRESETS = work.ROOT / "models/presets"
ANSWERS = 64  # tokens each
STEPS, FEW = 48, 8  # of which the first half is not counted
VALIDATED = 128  # pairs, enough for passes of the largest size
PLENTY = 10  # GB: any of these bases in 16 bit, with answers


def parameters(name: str, folder: Path) -> Params:
    """The project's parameters with the preset's values, on the model in `folder`."""
    values = read_yaml(PRESETS / f"{name}.yaml")
    del values["tested"]
    values |= {"model_name": str(folder)}
    return replace(read_params(path=work.ROOT / "params.yaml"), **values)


def train(params: Params, pairs: work.Pairs, steps: int) -> dict[str, Any]:
    """Some steps by the fastest plan that fits, or by a leaner one, as stage train does."""
    config = models.load_config(params)
    tried, why = plans.choose(config, params, pairs.lengths, card_memory(pick_device()))
    for plan, leaner in zip_longest(tried, tried[1:]):
        try:
            found = _train(params, plan, leaner, pairs, steps)
            return {"plan": str(plan), "why": why} | found
        except torch.OutOfMemoryError:
            if leaner is None:
                raise
        why = f"{why}; out of memory, so leaner"
        gpu.release()
    raise AssertionError("the last plan returns or raises")


def _train(
    params: Params, plan: plans.Plan, leaner: plans.Plan | None, pairs: work.Pairs, steps: int
) -> dict[str, Any]:
    params = plans.planned(params, plan)
    gpu.release()
    lm: Any = None

    def load() -> None:
        nonlocal lm
        base = models.load_base(params, pick_device(), plain=params.dequantize_once)
        lm = add_lora(base, params)

    load_s = gpu.seconds(load)
    checkpoints = Checkpoints("presets", {}, [])
    trainer = gpu.TimedTrainer(lm, pairs, pairs, params, checkpoints, leaner)
    size, warm = effective_batch_size(params), steps // 2

    for step in range(steps):
        if step == warm:
            work.synchronize()
        trainer.state.step = step
        trainer.step([pairs[(step * size + n) % len(pairs)] for n in range(size)])
    trainer.finish()
    few = work.Pairs(pairs[:VALIDATED])
    mean_loss(trainer.causal_lm, few, params.per_device_train_batch_size, trainer.rows)
    return {
        "load_s": load_s,
        "ms_per_step": 1e3 * mean(trainer.times[warm:]),
        "tokens_per_second": sum(trainer.tokens[warm:]) / sum(trainer.times[warm:]),
        "pairs_a_pass": trainer.state.micro_batch_size,
        "recorded": bool(trainer.backbone and trainer.backbone.recordable),
        "peak_gb": gpu.peak_gb(),
        "reserved_gb": reserved_gb(),
    }


def answer(params: Params, count: int, tokens: int) -> dict[str, Any]:
    """Answers by the base as stages baseline and evaluate load it."""
    gpu.release()
    plain = holds_plain(params)
    model = models.load_base(params, pick_device(), plain=plain)
    tokenizer = work.WordTokenizer(model.config.get_text_config().vocab_size)
    prompts = work.texts(count, 180)

    def write(tokens: int = tokens) -> int:
        found = generate(model, tokenizer, prompts, tokens, params.eval_batch_size)
        return sum(answer.tokens for _, answer in found)

    write(2)
    start = time.perf_counter()
    written = write()
    taken = time.perf_counter() - start
    return {
        "plain": plain, "answered_tokens_per_second": written / taken,
        "answering_peak_gb": gpu.peak_gb(), "answering_reserved_gb": reserved_gb(),
    }  # fmt: skip


def reserved_gb() -> float:
    """What PyTorch held of the card at most, what lay idle and what is recorded counted."""
    return torch.cuda.max_memory_reserved() / 1e9 if gpu.GPU else 0.0


def cut_down(memory: float | None) -> None:
    """Let this process have so many GB of the card from here on; None = all."""
    if gpu.GPU:
        whole = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(memory * 1e9 / whole if memory else 1.0)


def measure(bench: gpu.Bench, name: str, memories: list[float]) -> dict[str, Any]:
    """One preset by the memory that it was allowed: the whole card's, then so many GB each."""
    model = bench.model(name)
    params, pairs = parameters(name, model), bench.job(name)
    count, tokens = (2, 4) if bench.tiny else (params.eval_batch_size, ANSWERS)
    found: dict[str, Any] = {}
    for memory in (None, *memories):
        if memory and _as_whole(params, pairs, found["whole"], memory):
            continue
        cut_down(memory)
        entry = _told(train, params, pairs, bench.steps(FEW if memory else STEPS))
        if memory is None or memory < PLENTY:
            entry = _told(answer, params, count, tokens) | entry
        found[f"{memory:g} GB" if memory else "whole"] = entry
    cut_down(None)
    shutil.rmtree(model)  # the disk would not hold all
    return found


def _as_whole(params: Params, pairs: work.Pairs, whole: dict[str, Any], memory: float) -> bool:
    """Whether so many GB hold all that the whole card held, by the same plan."""
    config = models.load_config(params)
    (plan, *_), _ = plans.choose(config, params, pairs.lengths, int(memory * 1e9))
    held = [whole.get(f"{part}reserved_gb", memory) for part in ("", "answering_")]
    return str(plan) == whole.get("plan") and max(held) + CONTEXT / 1e9 < memory


def _told(part: Callable[..., dict[str, Any]], *values: Any) -> dict[str, Any]:
    """What a part measures, or how it failed: a row of the table all the same."""
    try:
        return part(*values)
    except Exception as error:
        traceback.print_exc()
        return {"failed": f"{type(error).__name__}: {error}"[:300]}
    finally:
        gpu.release()
