"""Every preset on one GPU as the stages run it: python -m benchmarks.presets --out FILE

Random weights in the published shapes, the standard job's pairs, the preset's own values: the plan
that stage train chooses, its steps, then answers as stage evaluate gives them. With
`--memory 6 8 12` also on the card cut down to so many GB: what a smaller card would do.
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import gettempdir, mkdtemp
from typing import Any

import torch

from anecdot.common import command
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.params import Params, read_params
from anecdot.common.yaml_file import read_yaml
from anecdot.model import base as models
from anecdot.model import plan as plans
from anecdot.model.adapter import add_lora, holds_plain
from anecdot.model.decode import generate
from anecdot.model.device import pick_device
from benchmarks import gpu, shapes, work

PRESETS = work.ROOT / "models/presets"
ANSWERS = 64  # tokens each
PLENTY = 10  # GB: any of these bases in 16 bit, with answers
SERVER = get_context("forkserver")  # whose processes have the libraries at once
SERVER.set_forkserver_preload(["benchmarks.presets"])
LOCK = Path(gettempdir()) / "benchmarks.presets.lock"
WARM = 2  # of so many steps the first half is not counted


def parameters(name: str, folder: Path) -> Params:
    """The project's parameters with the preset's values, on the model in `folder`."""
    values = read_yaml(PRESETS / f"{name}.yaml")
    del values["tested"]
    values |= {"model_name": str(folder)}
    return replace(read_params(path=work.ROOT / "params.yaml"), **values)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nothing of another process of this benchmark runs on the GPU meanwhile."""
    with LOCK.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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
    with alone():
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
    tokenizer = work.WordTokenizer(model.config.get_text_config().vocab_size)
    prompts = work.texts(count, 180)

    def write(tokens: int = tokens) -> int:
        found = generate(model, tokenizer, prompts, tokens, params.eval_batch_size)
        return sum(answer.tokens for _, answer in found)

    with alone():
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


def measure(name: str, folder: Path, tiny: bool, memory: float | None) -> dict[str, Any]:
    """One preset on a card of so many GB; None = of all that this one has.

    Each part has a process of its own, as a stage has: kernels that are installed for one model
    change the library that the next would be computed by.
    """
    params = parameters(name, folder)
    if tiny:
        params = replace(params, lora_r=4)
    vocabulary = shapes.config(name, tiny).vocab_size
    pairs = work.standard_pairs(*((40, vocabulary, 64) if tiny else (444, vocabulary)))
    entry: dict[str, Any] = {}
    parts: list[tuple[Any, ...]] = [(train, pairs, 2 if tiny else 24 if memory is None else 6)]
    if memory is None or memory < PLENTY:
        count, tokens = (2, 4) if tiny else (params.eval_batch_size, ANSWERS)
        parts.append((answer, count, tokens))
    for part, *values in parts:
        try:
            with ProcessPoolExecutor(1, SERVER) as process:
                entry |= process.submit(_within, memory, part, params, *values).result()
        except Exception as error:  # a row of the table all the same
            entry.setdefault("failed", f"{type(error).__name__}: {error}"[:300])
    return entry


def _within(memory: float | None, part: Callable[..., dict[str, Any]], *values: Any) -> Any:
    """What a part measures in a process that may have so many GB of the card."""
    if memory:
        whole = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(memory * 1e9 / whole)
    return part(*values)


def write(name: str, folder: Path, tiny: bool) -> None:
    """Save a preset's model with random weights, in a process that then gives back its memory."""
    with ProcessPoolExecutor(1, SERVER) as process:
        process.submit(shapes.write_model, name, folder, gpu.DEVICE, tiny).result()


def run(names: list[str], memories: list[float], tiny: bool) -> Iterator[tuple[str, str, Any]]:
    """(preset, memory, what was measured), one model on the disk at a time."""
    folder = Path(mkdtemp())
    os.chdir(folder)  # checkpoints go there
    for name in names:
        model = folder / name
        write(name, model, tiny)
        for memory in memories or [None]:
            entry = measure(name, model, tiny, memory)
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
