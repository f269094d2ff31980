"""Every preset on one GPU as the stages run it: python -m benchmarks.presets --out FILE

Random weights in the published shapes, the standard job's pairs, the preset's own values: the plan
that stage train chooses, its steps, then answers as stage evaluate gives them; then the same on
the card cut down to so many GB (`--memory`): what a smaller card would do. Each of these parts has
a process of its own, as a stage has: kernels installed for one model change the library that the
next would be computed by. `--workers` presets are loaded at a time; what is timed runs alone.
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
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
STEPS, FEW = 16, 6  # of which the first half is not counted
PLENTY = 10  # GB: any of these bases in 16 bit, with answers
LOCK, GATE = (Path(gettempdir()) / f"benchmarks.presets.{name}" for name in ("lock", "gate"))


def parameters(name: str, folder: Path) -> Params:
    """The project's parameters with the preset's values, on the model in `folder`."""
    values = read_yaml(PRESETS / f"{name}.yaml")
    del values["tested"]
    values |= {"model_name": str(folder)}
    return replace(read_params(path=work.ROOT / "params.yaml"), **values)


@contextlib.contextmanager
def computing(alone: bool) -> Iterator[None]:
    """Use the GPU beside other processes of this benchmark, or `alone`."""
    with LOCK.open("w") as lock, GATE.open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)  # who waits to be alone keeps the others from coming in
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


def train(params: Params, pairs: work.Pairs, steps: int, timed: bool) -> dict[str, Any]:
    """Some steps by the fastest plan that fits, or by a leaner one, as stage train does."""
    config, device = models.load_config(params), pick_device()
    memory = plans.card_memory(device)
    plan, why = plans.choose(config, params, pairs.lengths, memory)
    while True:
        leaner = plans.leaner(plan, params)
        try:
            found = _train(params, plan, pairs, steps, timed, may_halve=leaner is None)
            return {"plan": str(plan), "why": why} | found
        except torch.OutOfMemoryError:
            if leaner is None:
                raise
        plan, why = leaner, f"{why}; out of memory, so leaner"
        gpu.release()


def _train(
    params: Params, plan: plans.Plan, pairs: work.Pairs, steps: int, timed: bool, may_halve: bool
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
    trainer = gpu.TimedTrainer(lm, pairs, pairs, params, checkpoints, may_halve)
    size, warm = gpu.training.effective_batch_size(params), steps // 2

    def take(numbers: range) -> None:
        for step in numbers:
            trainer.state.step = step
            trainer.step([pairs[(step * size + n) % len(pairs)] for n in range(size)])
        gpu.synchronize()

    with computing(alone=False):
        take(range(warm))
    with computing(alone=timed):
        take(range(warm, steps))
        trainer.finish()
    return {
        "load_s": load_s,
        "median_ms": 1e3 * median(trainer.times[warm:]),
        "tokens_per_second": sum(trainer.tokens[warm:]) / sum(trainer.times[warm:]),
        "pairs_a_pass": trainer.state.micro_batch_size,
        "peak_gb": gpu.peak_gb(),
    }


def answer(params: Params, count: int, tokens: int, timed: bool) -> dict[str, Any]:
    """Answers by the base as stages baseline and evaluate load it."""
    gpu.release()
    plain = holds_plain(params)
    model = models.load_base(params, pick_device(), plain=plain)
    tokenizer = work.WordTokenizer(model.config.get_text_config().vocab_size)
    prompts = work.texts(count, 180)

    def write(tokens: int = tokens) -> int:
        found = generate(model, tokenizer, prompts, tokens, params.eval_batch_size)
        return sum(answer.tokens for _, answer in found)

    with computing(alone=False):
        write(2)
    with computing(alone=timed):
        start = time.perf_counter()
        written = write()
        taken = time.perf_counter() - start
    return {
        "plain": plain, "answered_tokens_per_second": written / taken,
        "answering_peak_gb": gpu.peak_gb(),
    }  # fmt: skip


def measure(name: str, folder: Path, memories: list[float], tiny: bool) -> dict[str, Any]:
    """What was measured of one preset, by the memory that it was allowed."""
    vocabulary, model = shapes.config(name, tiny).vocab_size, folder / name
    params = parameters(name, model)
    pairs = work.standard_pairs(*((40, vocabulary, 64) if tiny else (444, vocabulary)))
    count, tokens = (2, 4) if tiny else (params.eval_batch_size, ANSWERS)
    apart(shapes.write_model, name, model, gpu.DEVICE, tiny)
    found: dict[str, Any] = {}
    for allowed in ([None], memories):
        whole = allowed == [None]
        steps = 2 if tiny else STEPS if whole else FEW
        short = [memory for memory in allowed if whole or memory < PLENTY]
        for tried, part, *values in (
            (allowed, train, pairs, steps),
            (short, answer, count, tokens),
        ):
            for memory, entry in apart(each, tried, part, params, *values, whole).items():
                label = "whole" if memory is None else f"{memory:g} GB"
                found[label] = entry | found.get(label, {})
    shutil.rmtree(model)
    return gpu.rounded(found)


def apart(work: Callable[..., Any], *values: Any) -> Any:
    """What `work` gives in a new process, which leaves nothing behind."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, *values).result()


def each(
    memories: list[float | None], part: Callable[..., dict[str, Any]], *values: Any
) -> dict[float | None, dict[str, Any]]:
    """What a part measures where this process may have so many GB of the card; None = all."""
    found = {}
    for memory in memories:
        try:
            if memory:
                whole = torch.cuda.get_device_properties(0).total_memory
                torch.cuda.set_per_process_memory_fraction(memory * 1e9 / whole)
            found[memory] = part(*values)
        except Exception as error:  # a row of the table all the same
            traceback.print_exc()
            found[memory] = {"failed": f"{type(error).__name__}: {error}"[:300]}
        gpu.release()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tiny", action="store_true", help="tiny shapes, on a CPU too")
    parser.add_argument("--only", nargs="*", help="names of presets")
    parser.add_argument("--memory", nargs="*", type=float, default=[], help="GB that a card has")
    parser.add_argument("--workers", type=int, default=1, help="presets at a time")
    args = parser.parse_args()
    out = args.out.resolve()
    found: dict[str, Any] = gpu.facts(args.tiny) | {"presets": {}}
    names = args.only or sorted(path.stem for path in PRESETS.glob("*.yaml"))
    folder = Path(mkdtemp())
    os.chdir(folder)  # checkpoints go there
    with ThreadPoolExecutor(args.workers) as workers:
        begun = {
            workers.submit(measure, name, folder, args.memory, args.tiny): name for name in names
        }
        for done in as_completed(begun):
            if error := done.exception():  # a process that died
                print(begun[done], repr(error), flush=True)
                continue
            found["presets"][begun[done]] = done.result()
            found["presets"] = dict(sorted(found["presets"].items()))
            out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(begun[done], json.dumps(done.result()), flush=True)


if __name__ == "__main__":
    command.run(main)
