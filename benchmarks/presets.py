"""Every preset on one GPU as the stages run it: python -m benchmarks.presets --out FILE

Random weights in the published shapes, the standard job's pairs, the preset's own values: the plan
that stage train chooses, its steps, then answers as stage evaluate gives them. With
`--memory 6 8 12` also on the card cut down to so many GB: what a smaller card would do.
"""

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any

import torch

from anecdot.common import command
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.params import Params, read_params
from anecdot.common.yaml_file import read_yaml
from anecdot.model import base as models
from anecdot.model import kernels
from anecdot.model import plan as plans
from anecdot.model.adapter import add_lora, holds_plain
from anecdot.model.decode import generate
from anecdot.model.device import pick_device
from benchmarks import gpu, shapes, work

PRESETS = work.ROOT / "models/presets"
ANSWERS = 64  # tokens each
WARM = 2  # of so many steps the first half is not counted


def parameters(name: str, folder: Path) -> Params:
    """The project's parameters with the preset's values, on the model in `folder`."""
    values = read_yaml(PRESETS / f"{name}.yaml")
    del values["tested"]
    values |= {"model_name": str(folder)}
    return replace(read_params(path=work.ROOT / "params.yaml"), **values)


def train(params: Params, pairs: work.Pairs, steps: int) -> dict[str, Any]:
    """Some steps by the fastest plan that fits, or by a leaner one, as stage train does."""
    config, device = models.load_config(params), pick_device()
    memory = plans.card_memory(device)
    plan, why = plans.choose(config, params, pairs.lengths, memory)
    while True:
        leaner = plans.leaner(plan, params)
        try:
            return {"plan": str(plan), "why": why} | _train(params, plan, pairs, steps, leaner)
        except torch.OutOfMemoryError:
            if leaner is None:
                raise
        plan, why = leaner, f"{why}; out of memory, so leaner"
        gpu.release()


def _train(
    params: Params, plan: plans.Plan, pairs: work.Pairs, steps: int, leaner: plans.Plan | None
) -> dict[str, Any]:
    params = plans.planned(params, plan)
    gpu.release()
    lm: Any = None

    def load() -> None:
        nonlocal lm
        base = models.load_base(params, pick_device(), plain=params.dequantize_once)
        lm = add_lora(base, params)

    load_s = gpu.seconds(load)
    trainer = gpu.TimedTrainer(
        lm, pairs, pairs, params, Checkpoints("presets", {}, []), leaner is None
    )
    size = gpu.training.effective_batch_size(params)
    for step in range(steps):
        if step == steps // WARM:
            gpu.synchronize()
        trainer.state.step = step
        trainer.step([pairs[(step * size + n) % len(pairs)] for n in range(size)])
    trainer.finish()
    warm = steps // WARM
    return {
        "load_s": load_s,
        "median_ms": 1e3 * median(trainer.times[warm:]),
        "tokens_per_second": sum(trainer.tokens[warm:]) / sum(trainer.times[warm:]),
        "pairs_a_pass": trainer.state.micro_batch_size,
        "peak_gb": gpu.peak_gb(),
    }


def answer(params: Params, count: int, tokens: int) -> dict[str, Any]:
    """Answers by the base as stages baseline and evaluate load it."""
    gpu.release()
    plain = holds_plain(params)
    model = models.load_base(params, pick_device(), plain=plain)
    kernels.speed_up(model)
    tokenizer = work.WordTokenizer(model.config.get_text_config().vocab_size)
    prompts = work.texts(count, 180)

    def write(tokens: int = tokens) -> int:
        found = generate(model, tokenizer, prompts, tokens, params.eval_batch_size)
        return sum(answer.tokens for _, answer in found)

    write(2)
    written = 0

    def timed() -> None:
        nonlocal written
        written = write()

    taken = gpu.seconds(timed)
    return {
        "plain": plain, "answered_tokens_per_second": written / taken,
        "answering_peak_gb": gpu.peak_gb(),
    }  # fmt: skip


def measure(name: str, folder: Path, tiny: bool, whole: bool) -> dict[str, Any]:
    """One preset on the card as it is cut down now; `whole`: the whole card, to be timed."""
    params = parameters(name, folder)
    if tiny:
        params = replace(params, lora_r=4)
    vocabulary = shapes.config(name, tiny).vocab_size
    pairs = work.standard_pairs(*((40, vocabulary, 64) if tiny else (444, vocabulary)))
    entry: dict[str, Any] = {}
    for part in (
        lambda: train(params, pairs, 2 if tiny else 24 if whole else 6),
        lambda: answer(params, 2 if tiny else params.eval_batch_size, 4 if tiny else ANSWERS),
    ):
        try:
            entry |= part()
        except Exception as error:  # a row of the table all the same
            entry.setdefault("failed", f"{type(error).__name__}: {error}"[:300])
    return entry


def cut_down(memory: float | None) -> None:
    """Let this process have so many GB of the card; None = all."""
    if gpu.GPU:
        whole = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(memory * 1e9 / whole if memory else 1.0)


def run(names: list[str], memories: list[float], tiny: bool) -> Iterator[tuple[str, str, Any]]:
    """(preset, memory, what was measured), one model on the disk at a time."""
    folder = Path(mkdtemp())
    os.chdir(folder)  # checkpoints go there
    for name in names:
        model = folder / name
        cut_down(None)
        shapes.write_model(name, model, gpu.DEVICE, tiny)
        for memory in memories or [None]:
            cut_down(memory)
            entry = measure(name, model, tiny, whole=memory is None)
            yield name, f"{memory:g} GB" if memory else "whole", entry
        shutil.rmtree(model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tiny", action="store_true", help="tiny shapes, on a CPU too")
    parser.add_argument("--only", nargs="*", help="names of presets")
    parser.add_argument("--memory", nargs="*", type=float, default=[], help="GB that a card has")
    args = parser.parse_args()
    out = args.out.resolve()
    facts = gpu.facts(args.tiny)
    found = json.loads(out.read_text(encoding="utf-8")) if out.exists() else facts | {"presets": {}}
    names = args.only or sorted(path.stem for path in PRESETS.glob("*.yaml"))
    for name, memory, entry in run(names, args.memory, args.tiny):
        found["presets"].setdefault(name, {})[memory] = gpu.rounded(entry)
        out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(name, memory, json.dumps(found["presets"][name][memory]), flush=True)


if __name__ == "__main__":
    command.run(main)
