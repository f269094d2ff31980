"""Pretraining of the embedded base model: rows in, weights, record and card out.

Under torchrun every process feeds its own GPU from its own processes that write rows, and gradients
are averaged, so it scales over the GPUs of a machine. The schedule runs on elapsed time when a time
budget is given, on steps otherwise.
"""

import contextlib
import dataclasses
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from card import card
from evaluation import evaluate, pair_set, validation_set
from model import load, new_model, weighted_loss
from optimizer import Optimizer
from place import Place
from recipe import Recipe, rate
from rows import Rows
from tokenizer import documents_hash
from tokenizers import Tokenizer
from torch import Tensor, nn

from anecdot.common.errors import UserError


@dataclass
class Plan:
    """How long this call trains and where it keeps its state.

    Attributes:
        out: folder for the model.
        tokenizer: folder with the tokenizer.
        deadline: time.time() at which the schedule ends, None with `steps`.
        steps: number of steps of the whole schedule, instead of a deadline.
        span: which part of the schedule this call does, (0, 1) for all of it.
        init: folder of a model to go on from.
        checkpoint: file to resume from and to save to.
        workers: processes of this one that write rows.
        compile: whether to compile the loss.
        pairs: files of pairs to evaluate on as well.
    """

    out: Path
    tokenizer: Path
    deadline: float | None
    steps: int | None
    span: tuple[float, float] = (0.0, 1.0)
    init: Path | None = None
    checkpoint: Path | None = None
    workers: int = 2
    compile: bool = True
    pairs: tuple[Path, ...] = ()


def train(recipe: Recipe, plan: Plan, place: Place, say: Callable[[str], None]) -> dict[str, Any]:
    """Pretrain, evaluate and save a model; returns its record (also written as pretraining.json).

    Raises:
        UserError: a checkpoint of another recipe, or batch sizes that do not fit together.
    """
    run = Run(recipe, plan, place, say)
    try:
        run.resume()
        run.until(plan.span[1])
        if place.rank != 0:
            return {}
        say("evaluating")
        record = run.record()
        save(run.model, record, plan)
        return record
    finally:
        run.rows.close()


class Run:
    """One call of the training loop: the model, its optimizer and where the schedule stands."""

    def __init__(
        self, recipe: Recipe, plan: Plan, place: Place, say: Callable[[str], None]
    ) -> None:
        self.begun = time.time()
        self.recipe, self.plan, self.place, self.say = recipe, plan, place, say
        rows = recipe.batch_rows // place.world
        self.micro = min(rows, recipe.device_rows)
        if rows % self.micro or recipe.batch_rows % place.world:
            raise UserError(
                f"batch_rows {recipe.batch_rows} cannot be split over {place.world} devices in "
                f"parts of device_rows {recipe.device_rows}; choose multiples"
            )
        self.passes = rows // self.micro
        self.gpu = place.device.type == "cuda"
        self.model = (load(plan.init) if plan.init else new_model(recipe)).to(place.device)
        self.parameters = list(self.model.parameters())
        self.optimizer = Optimizer(self.model, recipe, fused=self.gpu)
        torch.set_float32_matmul_precision("high")
        self.loss = torch.compile(weighted_loss) if plan.compile else weighted_loss
        self.step, self.tokens = round(plan.span[0] * (plan.steps or 0)), 0
        self.fraction = plan.span[0]
        self.log: list[dict[str, float]] = []
        file = str(plan.tokenizer / "tokenizer.json")
        if place.rank == 0:  # before the schedule's clock starts: it takes a while
            tokenizer = Tokenizer.from_file(file)
            self.held_out = validation_set(recipe, tokenizer) | pair_set(
                plan.pairs, recipe, tokenizer
            )
        self.rows = Rows(
            file, f"{recipe.seed}/train/{plan.span}/{place.rank}",
            recipe.context + 1, plan.workers, recipe.shuffle_rows, recipe.reuse,
        )  # fmt: skip

    def resume(self) -> None:
        """Go on from the plan's checkpoint, where there is one."""
        path = self.plan.checkpoint
        if path is None or not path.exists():
            return
        saved = torch.load(path, map_location=self.place.device, weights_only=False)
        if saved["recipe"] != dataclasses.asdict(self.recipe):
            raise UserError(f"{path}: made by another recipe; remove it to start anew")
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step, self.tokens, self.fraction = saved["step"], saved["tokens"], saved["fraction"]
        self.say(f"resumed at step {self.step}, {self.fraction:.0%} of the schedule")

    def checkpoint(self) -> None:
        """Save all that `resume` needs; the file takes its name only once it is whole."""
        path = self.plan.checkpoint
        if path is None or self.place.rank != 0:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        state = {
            "recipe": dataclasses.asdict(self.recipe), "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(), "step": self.step, "tokens": self.tokens,
            "fraction": self.fraction,
        }  # fmt: skip
        torch.save(state, part)
        part.replace(path)

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The passes of one step: (ids, loss weights), both [micro, context + 1]."""
        for _ in range(self.passes):
            ids, weights = (torch.from_numpy(a) for a in self.rows.batch(self.micro))
            if self.gpu:
                ids, weights = ids.pin_memory(), weights.pin_memory()
            yield (
                ids.to(self.place.device, non_blocking=True).long(),
                weights.to(self.place.device, non_blocking=True),
            )

    def update(self) -> list[Tensor]:
        """One optimizer step; the losses of its passes, each []."""
        cast = torch.autocast("cuda", torch.bfloat16) if self.gpu else contextlib.nullcontext()
        losses = []
        for ids, weights in self.batches():
            with cast:
                loss = self.loss(self.model, ids, weights)
            (loss / self.passes).backward()
            losses.append(loss.detach())
        self.place.average(self.parameters)
        nn.utils.clip_grad_norm_(self.parameters, self.recipe.max_grad_norm)
        self.optimizer.step(rate(self.fraction, self.recipe))
        self.step += 1
        self.tokens += self.recipe.batch_rows * self.recipe.context
        return losses

    def until(self, end: float) -> None:
        """Train until `end` of the schedule, with a checkpoint a minute and one at the end."""
        self.started = reported = saved_at = time.time()
        self.first = (self.fraction, self.step, self.tokens)
        seen, losses = self.tokens, []
        while self.fraction < end:
            losses += self.update()
            if self.step == self.first[1] + 1:
                if self.gpu:
                    torch.cuda.synchronize()
                self.started = time.time()  # compiling is over: the schedule's clock starts here
                self.say(f"first step after {self.started - self.begun:.0f} s")
            self._advance(end)
            now = time.time()
            if now - reported > 10 or self.fraction >= end:
                mean = float(torch.stack(losses).mean())
                self._report(mean, (self.tokens - seen) / max(now - reported, 1e-9), end)
                reported, seen, losses = now, self.tokens, []
            if now - saved_at > 60:
                self.checkpoint()
                saved_at = now
        self.checkpoint()

    def _advance(self, end: float) -> None:
        """Say how much of the schedule is done: by steps, or by the first process's clock."""
        begin, first_step, _ = self.first
        if self.plan.steps:
            self.fraction = self.step / self.plan.steps
        elif self.step % 8 == 0 or self.step == first_step + 1:
            budget = max((self.plan.deadline or 0.0) - self.started, 1e-3)
            done = (time.time() - self.started) / budget
            self.fraction = self.place.agree(begin + (end - begin) * done)

    def _report(self, loss: float, speed: float, end: float) -> None:
        """A line for the log and for the reader; `speed` in tokens a second."""
        unseen = self.rows.fresh / max(self.rows.drawn, 1)
        entry = {
            "step": self.step, "tokens": self.tokens, "fraction": round(min(self.fraction, 1.0), 4),
            "loss": round(loss, 4), "rate": round(rate(self.fraction, self.recipe), 6),
            "tokens_per_second": round(speed), "unseen": round(unseen, 3),
        }  # fmt: skip
        self.log.append(entry)
        share = (self.fraction - self.first[0]) / max(end - self.first[0], 1e-9)
        left = (time.time() - self.started) * (1 / max(share, 1e-9) - 1)
        self.say(
            f"step {self.step}  {self.fraction:5.1%}  loss {loss:.4f}  "
            f"{self.tokens / 1e6:.0f}M tokens  {speed / 1e6:.2f}M/s  "
            f"unseen {unseen:.0%}  {max(left, 0):.0f} s left"
        )

    def record(self) -> dict[str, Any]:
        """What was trained, on what, and how well it does on held-out documents."""
        recipe, plan = self.recipe, self.plan
        seconds = max(time.time() - self.started, 1e-9)
        return {
            "recipe": dataclasses.asdict(recipe),
            "span": list(plan.span),
            "init": plan.init.name if plan.init else None,
            "devices": [self.place.world, torch.cuda.get_device_name() if self.gpu else "CPU"],
            "steps": self.step,
            "tokens": self.tokens,
            "unseen_share": round(self.rows.fresh / max(self.rows.drawn, 1), 3),
            "seconds": round(time.time() - self.begun),
            "tokens_per_second": round((self.tokens - self.first[2]) / seconds),
            "parameters": sum(p.numel() for p in self.parameters),
            "documents_sha256": documents_hash(recipe),
            "validation": evaluate(self.model, self.held_out, self.place.device),
            "log": self.log,
        }


def save(model: nn.Module, record: dict[str, Any], plan: Plan) -> None:
    """Write weights (bf16 safetensors), configuration, tokenizer, record and card."""
    from transformers import GenerationConfig

    plan.out.mkdir(parents=True, exist_ok=True)
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=0, pad_token_id=1, max_new_tokens=512
    )
    model.to(torch.bfloat16).save_pretrained(plan.out)
    if plan.tokenizer.resolve() != plan.out.resolve():
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(plan.tokenizer / name, plan.out / name)
    (plan.out / "pretraining.json").write_text(json.dumps(record, indent=1) + "\n")
    (plan.out / "README.md").write_text(card(record))
