"""Training and generation on one GPU, beside what is usual: python -m benchmarks.gpu --out FOLDER

Every arm is measured on its own; one that fails is recorded and the rest go on. The results are
written after each arm, beside those of other processes with the same `--out`: arms can run on
several GPUs at once, and `scaling` and `large` under a launcher of several processes (`large_fsdp`
under such a one alone). `--tiny` runs everything on tiny shapes, on a CPU too.
"""

import argparse
import contextlib
import faulthandler
import fcntl
import json
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from torch.nn.functional import cross_entropy

from anecdot.common import command, processes
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.files import write_json
from anecdot.model import attention
from anecdot.model import base as models
from anecdot.model.adapter import add_lora
from anecdot.model.batch import Batch
from anecdot.model.decode import generate
from anecdot.model.device import compute_dtype, pick_device
from anecdot.model.loss import mean_loss
from anecdot.model.memory import give_back
from anecdot.prompting.examples import Example
from anecdot.prompting.prompt import encode_prompt
from anecdot.training import schedule, sharding
from anecdot.training import trainer as training
from benchmarks import sft_arm, shapes, work

PACKAGES = ("torch", "transformers", "peft", "bitsandbytes", "accelerate", "liger-kernel", "trl")
ARM_LIMIT_S = 300  # of several processes
SAME = ("chip", "versions", "tiny")  # of all results in a file
GPU = torch.cuda.is_available()
DEVICE = "cuda" if GPU else "cpu"


def release() -> None:
    """Give back all memory and forget the peak."""
    give_back()
    if GPU:
        torch.cuda.reset_peak_memory_stats()


def peak_gb() -> float:
    """Peak of allocated GPU memory since `release`."""
    return torch.cuda.max_memory_allocated() / 1e9 if GPU else 0.0


def allocated_gb() -> float:
    """GPU memory that tensors have now."""
    return torch.cuda.memory_allocated() / 1e9 if GPU else 0.0


def seconds(run: Callable[[], Any], repeat: int = 1) -> float:
    """Mean time of a call."""
    work.synchronize()
    start = time.perf_counter()
    for _ in range(repeat):
        run()
    work.synchronize()
    return (time.perf_counter() - start) / repeat


class Bench:
    """The arms of one run.

    Args:
        out: folder of gpu.json.
        tiny: tiny shapes and few steps.
        minutes: arms are not begun when this time is over.
    """

    def __init__(self, out: Path, tiny: bool, minutes: float) -> None:
        self.out, self.tiny = out, tiny
        self.deadline = time.monotonic() + 60 * minutes
        self.folder = processes.gather_object(Path(mkdtemp()))[0]
        self.pairs: dict[str, work.Pairs] = {}
        self.facts = facts(tiny)

    def arm(self, name: str, run: Callable[..., dict[str, Any]], *args: Any) -> None:
        """Run one arm and write what it measured, or why it failed."""
        if time.monotonic() > self.deadline:
            self.record(name, {"left_out": "no time"})
            return
        release()
        start = time.perf_counter()
        if processes.WORLD > 1:  # one that waits for another for ever ends with all stacks shown
            self.record(name, {"failed": f"did not end within {ARM_LIMIT_S} s, or broke off"})
            faulthandler.dump_traceback_later(ARM_LIMIT_S, exit=True, file=sys.__stderr__)
        try:
            entry = run(self, *args)
        except Exception as error:
            traceback.print_exc(file=sys.__stderr__)
            why = f"{type(error).__name__}: {error}"[:500]
            entry = {"failed": why, "traceback": traceback.format_exc()[-3000:]}
            if not all_failed(name):
                self.record(f"{name}_process_{processes.RANK}", entry, by=processes.RANK)
                os._exit(1)  # the launcher ends the others, which may wait for this one
        finally:
            faulthandler.cancel_dump_traceback_later()
        entry["arm_s"] = time.perf_counter() - start
        self.record(name, entry)
        shown = {k: v for k, v in entry.items() if not isinstance(v, list)}
        print(name, json.dumps(rounded(shown)), flush=True)

    def record(self, name: str, entry: dict[str, Any], by: int = 0) -> None:
        """Add what an arm measured to gpu.json; process `by` alone writes.

        Raises ValueError where it holds results of another chip or of other versions.
        """
        if by != processes.RANK:
            return
        self.out.mkdir(parents=True, exist_ok=True)
        with (self.out / "gpu.json").open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = json.loads(file.read() or "{}")
            if any(known.get(key, self.facts[key]) != self.facts[key] for key in SAME):
                raise ValueError(f"{file.name} is of another chip or of other versions")
            arms = known.get("arms", {}) | {name: entry}
            file.truncate(0)
            file.write(json.dumps(rounded(self.facts | {"arms": arms}), indent=1) + "\n")

    def model(self, name: str) -> Path:
        """Folder of a model with random weights, written once."""
        folder = self.folder / name

        def write() -> None:
            if not folder.exists():
                shapes.write_model(name, folder, DEVICE, self.tiny)
                release()

        processes.main_process_first(write)
        return folder

    def job(self, name: str) -> work.Pairs:
        """The 444 pairs of the standard job, in a model's vocabulary."""
        vocabulary = shapes.config(name, self.tiny).vocab_size
        count, longest = (40, 64) if self.tiny else (444, 512)
        if name not in self.pairs:
            self.pairs[name] = work.standard_pairs(count, vocabulary, longest)
        return self.pairs[name]

    def steps(self, wanted: int) -> int:
        """So many steps, fewer where all is tiny."""
        return min(wanted, 2) if self.tiny else wanted


def all_failed(arm: str) -> bool:
    """Whether the other processes failed in an arm, too, so that all can go on to the next one."""
    if processes.WORLD == 1:
        return True
    store = torch.distributed.distributed_c10d._get_default_store()
    store.set(f"failed/{arm}/{processes.RANK}", "")
    try:
        everybody = [f"failed/{arm}/{rank}" for rank in range(processes.WORLD)]
        store.wait(everybody, timedelta(seconds=30))
    except RuntimeError:  # of the store: nobody said so in time
        return False
    return True


def facts(tiny: bool) -> dict[str, Any]:
    """When, on what and with which versions something is measured."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "chip": torch.cuda.get_device_name() if GPU else platform.processor(),
        "versions": {"python": platform.python_version(), **dict(_versions())},
        "tiny": tiny,
    }


def _versions() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            yield package, version(package)


def rounded(value: Any) -> Any:
    """A result with five digits that count."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list) else value


def speeds(times: list[float], tokens: list[int], parameters: int) -> dict[str, Any]:
    """What an arm's step times (s) and non-padding tokens a step come to.

    Means, over all steps and over the half that is warm: a time alone may be that of handing work
    over to the GPU.
    """
    total, count = sum(times), sum(tokens)
    warm = len(times) // 2
    return {
        "warm_ms_per_step": 1e3 * sum(times[warm:]) / len(times[warm:]),
        "warm_tokens_per_second": sum(tokens[warm:]) / sum(times[warm:]),
        "steps": len(times),
        "ms_per_step": 1e3 * total / len(times),
        "first_ms": 1e3 * times[0],
        "tokens_per_second": count / total,
        "tflops_4n": 4 * parameters * count / total / 1e12,
        "step_ms": [1e3 * t for t in times],
    }


# --- arms ---


def ceiling(bench: Bench) -> dict[str, Any]:
    """The matrix product's rate that the chip reaches."""
    size = 256 if bench.tiny else 8192
    a = torch.randn(size, size, device=DEVICE, dtype=torch.bfloat16)
    seconds(lambda: a @ a, 3)
    return {"matmul_tflops": 2 * size**3 / seconds(lambda: a @ a, 10) / 1e12}


class TimedTrainer(training.Trainer):
    """The project's trainer with a clock: when each step was begun, and its loss.

    The GPU may still be at an earlier step, so single times say when work was handed over; their
    sum, up to `times`' synchronisation, is what the steps took.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.marks: list[float] = []
        self.tokens: list[int] = []
        self._losses: list[torch.Tensor] = []

    def step(self, batch: list[Example]) -> tuple[torch.Tensor, torch.Tensor, float]:
        self.marks.append(time.perf_counter())
        result = super().step(batch)
        self.tokens.append(sum(len(example.input_ids) for example in batch))
        self._losses.append(result[0])
        if len(self.marks) == self.total:
            self.finish()
        return result

    def finish(self) -> None:
        """Wait for the GPU: the end of the last step."""
        work.synchronize()
        if len(self.marks) == len(self.tokens):
            self.marks.append(time.perf_counter())

    @property
    def times(self) -> list[float]:
        """Seconds of each step."""
        return [after - before for before, after in pairwise(self.marks)]

    @property
    def losses(self) -> list[float]:
        """Loss of each step."""
        return [loss.item() for loss in self._losses]


def make_trainer(
    bench: Bench, name: str, pairs: work.Pairs, key: str, **values: Any
) -> tuple[TimedTrainer, Any, dict[str, float]]:
    """The project's trainer for a model in 4 bit, and how long loading took and what it holds."""
    folder = bench.model(name)
    params = work.parameters(folder, shapes.lora_targets(name), **values)
    release()
    start = time.perf_counter()
    if params.shard_base:
        lm = sharding.load_sharded(params, pick_device())
    else:
        base = models.load_base(params, torch.device(DEVICE), plain=False)
    work.synchronize()
    facts = {"load_s": time.perf_counter() - start, "loaded_gb": allocated_gb()}
    if params.dequantize_once:
        dtype = compute_dtype(params)
        facts["dequantize_s"] = seconds(lambda: models.dequantize(base, dtype))
        facts["held_gb"] = allocated_gb()
    if not params.shard_base:
        lm = add_lora(base, params)
    checkpoints = Checkpoints(key, params.as_dict(), [])

    trainer = TimedTrainer(lm, pairs, work.Pairs(pairs[:32]), params, checkpoints)
    return trainer, params, facts


def ours(
    bench: Bench, name: str, epochs: int, passes: int = 1, first: bool = False
) -> dict[str, Any]:
    """The standard job by the project: load, quantise, train with evaluations, save.

    With `first` as on a machine that never ran it, where Triton has yet to compile its kernels
    (in a process that has loaded none).
    """
    bench.model(name)  # a user's lies on the disk already
    if first:
        os.environ["TRITON_CACHE_DIR"] = str(bench.folder / "triton")
    start = time.perf_counter()
    trainer, _, facts = make_trainer(
        bench, name, bench.job(name), f"job-{name}-{passes}", num_train_epochs=epochs,
        per_device_train_batch_size=16 // passes, gradient_accumulation_steps=passes,
    )  # fmt: skip
    train = seconds(trainer.run)
    save = seconds(lambda: trainer.model.save_pretrained(bench.folder / f"adapter-{name}"))
    entry = speeds(trainer.times, trainer.tokens, shapes.PARAMETERS[name])
    return entry | facts | {
        "train_s": train, "save_s": save, "command_s": time.perf_counter() - start,
        "peak_gb": peak_gb(), "losses": trainer.losses,
        "micro_batch": trainer.state.micro_batch_size,
    }  # fmt: skip


# What a kernel of the project's own in Triton computes, and where that is decided.
BY_TRITON = {"fused loss": "anecdot.model.loss", "fused dropout": "anecdot.training.fused_lora"}


def without(bench: Bench, name: str, steps: int, **values: Any) -> dict[str, Any]:
    """What each part of the training path buys: the job's steps, two passes each, without one.

    `values`: parameters that differ from the standard job's.
    """
    found: dict[str, Any] = {}
    both = "CUDA graphs and fused LoRA"  # peft's own modules cannot be recorded
    pairs = bench.job(name)
    for part in ("nothing", "CUDA graphs", both, *BY_TRITON, "packing", "nothing again"):
        release()
        trainer, params, _ = make_trainer(
            bench, name, pairs, f"without-{part}", num_train_epochs=99,
            per_device_train_batch_size=8, gradient_accumulation_steps=2, **values,
        )  # fmt: skip
        if "CUDA graphs" in part:
            trainer.backbone = None
        if part == both:
            _unfuse(trainer)
        elif part == "packing":
            trainer.causal_lm.set_attn_implementation("sdpa")
        module = BY_TRITON.get(part)
        # No mock: that would keep every tensor that it is asked about.
        plainly = patch(f"{module}.by_triton", lambda _: False)
        with plainly if module else contextlib.nullcontext():
            for step in halves(bench.steps(steps)):
                trainer.state.step = step
                batch = schedule.batch_of_step(step, len(pairs), params)
                trainer.step([pairs[i] for i in batch])
            trainer.finish()
        speed = speeds(trainer.times, trainer.tokens, shapes.PARAMETERS[name])
        del trainer
        found[part] = {k: v for k, v in speed.items() if k.startswith("warm")}
        found[part] |= {"peak_gb": peak_gb()}
    return {"parts": found}


def _unfuse(trainer: TimedTrainer) -> None:
    """Let peft's own modules compute the LoRA layers; weights and gradients stay one vector."""
    vector = trainer.lora.weights
    for module in trainer.model.modules():
        if isinstance(module, LoraLayer):
            vars(module).pop("forward", None)
            for kind in ("lora_A", "lora_B"):
                for layer in getattr(module, kind).values():
                    weight = layer.weight
                    at = (weight.data_ptr() - vector.data_ptr()) // weight.element_size()
                    weight.grad = vector.grad[at : at + weight.numel()].view_as(weight)


def low_memory(bench: Bench, name: str, micro_batch: int) -> dict[str, Any]:
    """Peak memory with checkpointing, 4-bit weights in each pass and a paged 8-bit optimizer."""
    vocabulary = shapes.config(name, bench.tiny).vocab_size
    longest = 64 if bench.tiny else 512
    pairs = work.Pairs(
        Example([2 + (n * 31 + k) % (vocabulary - 2) for k in range(longest)], longest // 2)
        for n in range(micro_batch * bench.steps(4))
    )
    settings = work.LOW_MEMORY | ({} if GPU else {"optim": "adamw"})
    trainer, _, facts = make_trainer(
        bench, name, pairs, f"low-{micro_batch}-{name}", num_train_epochs=1,
        per_device_train_batch_size=micro_batch, gradient_accumulation_steps=1, **settings,
    )  # fmt: skip
    release()
    for step in range(bench.steps(4)):
        trainer.step(pairs[step * micro_batch : (step + 1) * micro_batch])
    trainer.finish()
    entry = speeds(trainer.times, trainer.tokens, shapes.PARAMETERS[name])
    return entry | facts | {"peak_gb": peak_gb()}


def plain_loss(causal_lm: Any, examples: list[Example]) -> torch.Tensor:
    """The loss by its definition: one pair at a time, all logits."""
    total = torch.zeros((), device=DEVICE)
    for example in examples:
        ids = torch.tensor([example.input_ids], device=DEVICE)
        labels = ids.clone()
        labels[:, : example.prompt_length] = -100
        logits = causal_lm(input_ids=ids, use_cache=False).logits
        total = total + cross_entropy(logits[0, :-1].float(), labels[0, 1:], reduction="sum")
    return total


def correctness(bench: Bench, name: str, steps: int) -> dict[str, Any]:
    """Losses of the same steps, and gradients: the project's path against eager fp32.

    Ours takes the default two passes a step, most of them by CUDA graphs. The other arm has
    transformers' layers, peft's LoRA, eager attention and one pair at a time.
    """

    pairs, graphs = bench.job(name), []

    def batches(params: Any) -> list[list[Example]]:
        indices = (schedule.batch_of_step(n, len(pairs), params) for n in range(bench.steps(steps)))
        return [[pairs[i] for i in batch] for batch in indices]

    def fill(lm: Any) -> list[torch.Tensor]:
        """The adapter's weights, made random: B is zero at first, and A's gradient with it."""
        generator = torch.Generator().manual_seed(0)
        weights = [p for p in lm.parameters() if p.requires_grad]
        for weight in weights:
            weight.data.copy_(torch.randn(weight.shape, generator=generator) * 0.02)
        return weights

    def plain() -> tuple[list[float], torch.Tensor]:
        params = work.parameters(
            bench.model(name), shapes.lora_targets(name), lora_dropout=0.0,
            bnb_4bit_compute_dtype="float32",
        )  # fmt: skip
        base = models.load_base(params, torch.device(DEVICE), plain=True, prove=False).float()
        base.set_attn_implementation("eager")
        weights = fill(add_lora(base, params))
        optimizer = torch.optim.AdamW(weights, weight_decay=params.weight_decay)
        total = schedule.steps_per_epoch(len(pairs), params) * params.num_train_epochs
        losses, gradient = [], None
        for step, batch in enumerate(batches(params)):
            optimizer.param_groups[0]["lr"] = schedule.learning_rate_at(step, total, params)
            optimizer.zero_grad()
            loss = plain_loss(base, batch) / sum(pair.targets for pair in batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, params.max_grad_norm)
            if gradient is None:
                gradient = torch.cat([weight.grad.flatten() for weight in weights]).cpu()
            optimizer.step()
            losses.append(loss.item())
        return losses, gradient

    def ours() -> tuple[list[float], torch.Tensor]:
        trainer, params, _ = make_trainer(
            bench, name, pairs, "check-ours", lora_dropout=0.0,
            per_device_train_batch_size=8, gradient_accumulation_steps=2,
        )  # fmt: skip
        weights, vector = fill(trainer.model), trainer.lora.weights
        gradients = []

        def keep(*_: Any) -> None:
            values = vector.detach().clone()
            vector.detach().copy_(vector.grad)  # the weights are views of the vector
            gradients.append(torch.cat([weight.flatten() for weight in weights]).cpu())
            vector.detach().copy_(values)

        hook = trainer.optimizer.register_step_pre_hook(keep)
        for step, batch in enumerate(batches(params)):
            trainer.state.step = step
            trainer.step(batch)
            hook.remove()
        graphs.extend(trainer.backbone.graphs if trainer.backbone else [])
        return trainer.losses, gradients[0]

    exact, wanted = plain()
    release()
    mine, gradient = ours()
    return {
        "losses": mine, "losses_eager_fp32": exact,
        "largest_difference": max(abs(a - b) for a, b in zip(mine, exact, strict=True)),
        "gradient_error": ((gradient - wanted).norm() / wanted.norm()).item(),
        "lengths_by_graph": len(graphs),
    }  # fmt: skip


LARGE_STEPS = 12  # the first half of which warms up


def large(bench: Bench, name: str, per_pass: int, passes: int) -> dict[str, Any]:
    """Memory and speed of a 7B shape: on one card whole, on several with its base shared by them.

    Args:
        bench: of the run.
        name: of the shape.
        per_pass, passes: pairs a pass, and passes of a step on one card.
    """
    pairs = bench.job(name)
    trainer, params, facts = make_trainer(
        bench, name, pairs, f"large-{per_pass}", **large_settings(per_pass, passes)
    )
    facts["peak_gb_loading"] = peak_gb()
    release()
    for step in halves(bench.steps(LARGE_STEPS)):
        trainer.state.step = step
        trainer.step([pairs[i] for i in schedule.batch_of_step(step, len(pairs), params)])
    trainer.finish()
    entry = speeds(trainer.times, trainer.tokens, shapes.PARAMETERS[name])
    return entry | facts | large_facts(params, trainer.losses)


def large_settings(per_pass: int, passes: int) -> dict[str, Any]:
    """Parameters of `large`: one pair a pass with as little memory as can be, more for speed."""
    lean = GPU and per_pass == 1
    return work.LOW_MEMORY | {
        "optim": "paged_adamw_8bit" if lean else "adamw", "num_train_epochs": 1,
        "per_device_train_batch_size": per_pass, "gradient_accumulation_steps": passes,
        "shard_base": processes.WORLD > 1,
    }  # fmt: skip


def large_facts(params: Any, losses: list[float]) -> dict[str, Any]:
    """What is said of every arm of a 7B shape."""
    return {
        "processes": processes.WORLD, "optim": params.optim,
        "pairs_per_pass": params.per_device_train_batch_size,
        "pairs_per_step": schedule.effective_batch_size(params),
        "losses": losses, "peak_gb": max(peaks := processes.gather_object(peak_gb())),
        "peak_gb_by_card": peaks,
    }  # fmt: skip


def halves(steps: int) -> Iterator[int]:
    """Numbers of steps; waits for the GPU between the half that warms up and the other."""
    for step in range(steps):
        if step == steps // 2:
            work.synchronize()
        yield step


def scaling(bench: Bench, name: str, steps: int) -> dict[str, Any]:
    """Steps of 64 pairs, validation loss and generation, shared by the launcher's processes."""
    pairs = bench.job(name)
    trainer, params, _ = make_trainer(
        bench, name, pairs, "scaling", gradient_accumulation_steps=4, num_train_epochs=99
    )
    count = bench.steps(steps)
    for step in range(2 * count):  # the first half warms up
        if step == count:
            work.synchronize()
        trainer.state.step = step
        trainer.step([pairs[i] for i in schedule.batch_of_step(step, len(pairs), params)])
    trainer.finish()
    entry = speeds(trainer.times[count:], trainer.tokens[count:], shapes.PARAMETERS[name])
    model = trainer.causal_lm.eval()
    with torch.no_grad():
        measure = partial(mean_loss, model, pairs, 16)
        measure()
        validation = seconds(measure, 3)
    tokenizer = work.WordTokenizer(model.config.vocab_size)
    rows, tokens = (4, 8) if bench.tiny else (96, 48)
    prompts = work.texts(8 * rows, 180)
    share = slice(processes.RANK, None, processes.WORLD)

    def answer(tokens: int = tokens) -> None:
        list(generate(model, tokenizer, prompts, tokens, rows, None, (), share))
        processes.gather_object(None)

    answer(4)  # warms up

    return entry | {
        "processes": processes.WORLD, "losses": trainer.losses, "validation_s": validation,
        "generation_s": seconds(answer, 2), "peak_gb": peak_gb(),
    }  # fmt: skip


@torch.inference_mode()
def decoding_error(model: Any, texts: int = 4, tokens: int = 80) -> float:
    """Largest relative error of a decoded step's logits against those of one whole pass."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(2, model.config.vocab_size, (texts, 3 * tokens), generator=generator)
    prompts = [row[at : 2 * tokens] for at, row in enumerate(ids.tolist())]  # padded on the left
    ids = ids.to(DEVICE)
    model.set_attn_implementation(attention.CACHED)
    batch, rows, logits = Batch(model, prompts, 1), list(range(texts)), []
    for step, column in enumerate(ids[:, 2 * tokens :].T.tolist(), 1):
        logits += batch.run(1, keep=True)[1]
        batch.place(rows, [step] * texts, column)
    logits += batch.run(1, keep=True)[1]
    model.set_attn_implementation("sdpa")
    worst = 0.0
    for at, row in enumerate(ids):
        whole = model(row[None, at:], use_cache=False, logits_to_keep=tokens + 1).logits[0]
        ours = torch.stack([step[at] for step in logits])
        errors = (ours.float() - whole.float()).norm(dim=1) / whole.float().norm(dim=1)
        worst = max(worst, errors.max().item())
    return worst


def four_bit(bench: Bench, name: str) -> dict[str, Any]:
    """A model through all of the project's path: train, checkpoint, resume, merge, generate."""
    pairs = work.Pairs(bench.job(name)[:16])
    setting = {
        "num_train_epochs": 4, "per_device_train_batch_size": 4, "gradient_accumulation_steps": 1,
        "save_steps": 8, "max_seq_length": 512,
    }  # fmt: skip
    trainer, params, _ = make_trainer(bench, name, pairs, f"path-{name}", **setting)
    trainer.run()
    whole = {k: v.cpu() for k, v in trainer._weights().items()}
    trainer.checkpoints.keep_last(1)
    step = trainer.checkpoints.names()[-1]
    del trainer
    release()
    again, _, _ = make_trainer(bench, name, pairs, f"path-{name}", **setting)
    again.run()
    difference = max((again._weights()[k].cpu() - v).abs().max().item() for k, v in whole.items())
    folder = bench.folder / f"adapter-path-{name}"
    again.model.save_pretrained(folder)
    steps = len(again.tokens)
    del again
    release()
    base = models.load_base(params, torch.device(DEVICE), plain=True)
    merged = PeftModel.from_pretrained(base, str(folder)).merge_and_unload()
    tokenizer = work.WordTokenizer(merged.config.vocab_size)
    answers = list(generate(merged, tokenizer, work.texts(4, 20), 8, 4))
    return {
        "resumed_from": step, "steps_after_resume": steps, "resume_difference": difference,
        "generated": sum(answer.tokens for _, answer in answers),
        "decoding_error": decoding_error(merged),
    }  # fmt: skip


def transformers_generation(
    bench: Bench, name: str, batch: int, tokens: int, cache: str
) -> dict[str, Any]:
    """transformers' `generate` in a batch, with the same 16-bit weights as ours.

    cache: dynamic (its default), or static (which it compiles).
    """
    params = work.parameters(bench.model(name), shapes.lora_targets(name))
    model = models.load_base(params, torch.device(DEVICE), plain=True)
    model.config.use_cache = True
    model.set_attn_implementation("sdpa")
    tokenizer = work.WordTokenizer(model.config.vocab_size)
    length = len(encode_prompt(tokenizer, work.texts(1, 180)[0]))  # all are of one length
    ids = torch.randint(2, model.config.vocab_size, (batch, length), device=DEVICE)
    kind = {} if cache == "dynamic" else {"cache_implementation": cache}

    def answer() -> None:
        model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens,
            min_new_tokens=tokens, do_sample=False, pad_token_id=1, **kind,
        )  # fmt: skip

    answer()
    times = sorted(seconds(answer) for _ in range(3))
    return {
        "batch": batch, "tokens_per_second": batch * tokens / times[1], "peak_gb": peak_gb()
    }  # fmt: skip


def our_generation(bench: Bench, name: str, batch: int, tokens: int) -> dict[str, Any]:
    """The project's batched decoding with 16-bit weights, as an adapter is merged into."""
    params = work.parameters(bench.model(name), shapes.lora_targets(name))
    model = models.load_base(params, torch.device(DEVICE), plain=True)
    tokenizer = work.WordTokenizer(model.config.vocab_size)
    prompts = work.texts(batch, 180)
    list(generate(model, tokenizer, prompts[:batch], 4, batch))
    written = 0

    def answer() -> None:
        nonlocal written
        answers = generate(model, tokenizer, prompts, tokens, batch)
        written = sum(answer.tokens for _, answer in answers)

    taken = sorted(seconds(answer) for _ in range(3))[1]
    return {"batch": batch, "tokens_per_second": written / taken, "peak_gb": peak_gb()}


def constrained_generation(bench: Bench, name: str, batch: int, tokens: int) -> dict[str, Any]:
    """What the grammar costs: answers that are the data set's targets, with it and without."""
    from anecdot.grammar.guide import GrammarGuide
    from benchmarks.grammar_fuzz import targets

    spelling = models.load_tokenizer(str(work.ROOT / "models/base"))
    ids = [spelling.encode(text, add_special_tokens=False)[:tokens] for text in targets()]
    longest = [text for text in ids if len(text) == tokens]
    wanted = torch.tensor((longest * batch)[:batch], device=DEVICE)
    params = work.parameters(bench.model(name), shapes.lora_targets(name))
    model = models.load_base(params, torch.device(DEVICE), plain=True)
    tokenizer = work.WordTokenizer(model.config.vocab_size)
    prompts = work.texts(batch, 180)
    begin = len(encode_prompt(tokenizer, prompts[0])) - 1  # all prompts are of one length

    def bend(_: Any, __: Any, inputs: dict[str, Any], output: Any) -> None:
        # As a trained model would, wish for the targets' tokens (a prompt has no logits).
        if not output.logits.numel():
            return
        at = (inputs["position_ids"][:, -1:] - begin).clamp(0, tokens - 1)
        output.logits.scatter_(2, wanted[: len(at)].gather(1, at)[:, None], 1e4)

    model.register_forward_hook(bend, with_kwargs=True)

    def answer(constrained: bool) -> None:
        def guide(rows: int) -> GrammarGuide:
            return GrammarGuide(spelling, 400, rows)

        list(generate(model, tokenizer, prompts, tokens, batch, guide if constrained else None))

    answer(True)  # warms up
    free, bound = (
        sorted(seconds(partial(answer, constrained)) for _ in range(5))[2]
        for constrained in (False, True)
    )
    return {"batch": batch, "free_s": free, "constrained_s": bound, "overhead": bound / free - 1}


def sft(bench: Bench, name: str, epochs: int, library: str) -> dict[str, Any]:
    """TRL's SFTTrainer in a process of its own; see benchmarks/sft_arm.py for the libraries."""
    folder, out = bench.model(name), bench.folder / f"{library}.json"
    models.load_tokenizer(str(work.ROOT / "models/base")).save_pretrained(folder)
    longest = 64 if bench.tiny else 512
    params = work.parameters(
        folder, shapes.lora_targets(name), num_train_epochs=epochs, max_seq_length=longest
    )
    write_json(f"{out}.params", params.as_dict())  # JSON is YAML
    sft_arm.write_rows(Path(f"{out}.rows"), bench.job(name), params)
    command = [sys.executable, "-m", "benchmarks.sft_arm", library, "--params", f"{out}.params"]
    command += ["--rows", f"{out}.rows", "--out", str(out)]
    command += ["--steps", "2"] if bench.tiny else []  # else all pairs, as often as ours takes them
    release()
    done = subprocess.run(
        command, cwd=work.ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-400:])
    result = json.loads(out.read_text(encoding="utf-8"))
    entry = speeds(result.pop("times"), result.pop("tokens"), shapes.PARAMETERS[name])
    return entry | result


def large_arms(rival: Callable[..., dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """A 7B shape, for memory and for speed: ours, and the rival where there are cards to share."""
    by = [("", large)] + [("_fsdp", rival)] * (processes.WORLD > 1)
    return {
        f"large{packed}{suffix}_{processes.WORLD}": (run, shapes.LARGE, *pairs)
        for suffix, run in by
        for packed, pairs in (("", (1, 4)), ("_packed", (8, 2)))
    }


def main() -> None:
    from benchmarks import fsdp_arm, presets, profile_arm  # which build on this module

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--only", nargs="*", help="arms to run, names or patterns (path_*)")
    parser.add_argument(
        "--memory", nargs="*", type=float, default=[], help="of presets: also on so many GB"
    )
    args = parser.parse_args()
    args.out = args.out.resolve()
    pick_device()
    processes.join()
    bench = Bench(args.out, args.tiny, args.minutes)
    os.chdir(bench.folder)  # checkpoints go there
    gemma, *others = shapes.SEED_MODELS
    arms: dict[str, tuple[Any, ...]] = {
        "ceiling": (ceiling,),
        "ours": (ours, gemma, 5),  # cold, as each of these in a process of its own (--only)
        "ours_first": (partial(ours, first=True), gemma, 5),
        "ours_8x2": (partial(ours, passes=2), gemma, 5),
        "without": (without, gemma, 40),
        # Where fused loss and dropout have most to save: many words, LoRA on all layers.
        "without_small": (partial(without, lora_target_modules="all-linear"), "gemma-3-270m", 40),
        "correctness": (correctness, gemma, 8),
        "low_memory_4": (low_memory, gemma, 4),
        "low_memory_1": (low_memory, gemma, 1),
        "generation_transformers_192": (transformers_generation, gemma, 192, 64, "dynamic"),
        "generation_transformers_384": (transformers_generation, gemma, 384, 64, "dynamic"),
        "generation_static_384": (transformers_generation, gemma, 384, 64, "static"),
        "generation_48": (our_generation, gemma, 48, 64),
        "generation_192": (our_generation, gemma, 192, 64),
        "generation_384": (our_generation, gemma, 384, 64),
        "generation_768": (our_generation, gemma, 768, 64),
        "generation_constrained": (constrained_generation, gemma, 192, 64),
        f"path_{gemma}": (four_bit, gemma),
    }
    for name in others:
        arms |= {
            f"ours_{name}": (ours, name, 5),
            f"low_memory_4_{name}": (low_memory, name, 4),
            f"path_{name}": (four_bit, name),
        }
    arms |= {
        "trl": (sft, gemma, 5, "trl"),
        "trl_dequantized": (sft, gemma, 5, "trl-dequantized"),
        "unsloth": (sft, gemma, 5, "unsloth"),
        f"scaling_{processes.WORLD}": (scaling, gemma, 24),
        "profile": (profile_arm.measure, gemma),
    }
    arms |= large_arms(fsdp_arm.measure)
    arms |= {
        f"preset_{path.stem}": (presets.measure, path.stem, args.memory)
        for path in sorted(presets.PRESETS.glob("*.yaml"))
    }
    for name, (run, *rest) in arms.items():
        if not args.only or any(fnmatch(name, pattern) for pattern in args.only):
            bench.arm(name, run, *rest)


if __name__ == "__main__":
    command.run(main)
