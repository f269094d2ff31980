"""Time to the same validation loss by ours, TRL and Unsloth: python -m benchmarks.to_loss ARM

In a project folder where the stages prepare and resolve have run, ARM trains as params.yaml says
and writes FOLDER/ARM.json (`--out FOLDER`). All take the same pairs by the same schedule and about
as many a step, ours one epoch after the other, TRL's trainer those of all epochs shuffled. Every so
many steps, before the first and after the last the clock stops while the loss of the validation
pairs is measured: by ours as stage train does, by the others with their own forward pass, each in
the precision in which it trains. So at the end `exact` measures all their adapters in float32 on
the same base, and `join` puts a folder's files together as benchmarks/results/to_loss.json.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from anecdot.common import command
from anecdot.common.files import read_jsonl, write_json
from anecdot.common.params import Params, read_params
from benchmarks import sft_arm, work

RESULT = Path(__file__).parent / "results/to_loss.json"
ARMS = ("ours", "trl", "trl-dequantized", "unsloth")
AT_A_TIME = 16  # pairs of a pass that measures


class LossCurve:
    """Validation loss after so many steps and seconds; the clock stops while it is measured.

    Args:
        measure: the loss of a model, nats a token.
        every: so many steps.
    """

    def __init__(self, measure: Callable[[Any], float], every: int) -> None:
        self.measure, self.every = measure, every
        self.points: list[list[float]] = []  # step, seconds, loss

    def start(self, total: int, model: Any) -> None:
        """Before the first of `total` steps."""
        self.total, self.begun = total, time.perf_counter()
        self.step(0, model)

    def step(self, number: int, model: Any) -> None:
        """After step `number` (from 1)."""
        if number % self.every and number < self.total:
            return
        work.synchronize()
        stopped = time.perf_counter()
        self.points.append([number, stopped - self.begun, self.measure(model)])
        self.begun += time.perf_counter() - stopped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("arm", choices=[*ARMS, "exact", "join"])
    parser.add_argument("--out", type=Path, required=True, help="folder of the arms' files")
    parser.add_argument("--every", type=int, default=20, help="steps between two measurements")
    args = parser.parse_args()
    if args.arm == "join":
        files = {arm: args.out / f"{arm}.json" for arm in ARMS}
        write_json(RESULT, {
            arm: json.loads(file.read_text(encoding="utf-8"))
            for arm, file in files.items() if file.is_file()
        })  # fmt: skip
        return
    params = read_params()
    if args.arm == "exact":
        exact(params, args.out)
        return
    args.out.mkdir(parents=True, exist_ok=True)
    out = args.out.resolve() / f"{args.arm}.json"
    if args.arm == "ours":
        found = ours(params, args.every, out)
    else:
        found = rival(args.arm, params, args.every, out)
    from benchmarks import gpu  # Unsloth goes before what this imports

    write_json(out, gpu.rounded(gpu.facts(tiny=False) | found))


def exact(params: Params, folder: Path) -> None:
    """Write how low each arm's adapter brings the loss in float32, into the arm's file."""
    from peft import PeftModel

    from anecdot.model import base as models
    from anecdot.model.device import pick_device
    from anecdot.model.loss import mean_loss

    validation = read_pairs(params)[1]
    params = replace(params, bnb_4bit_compute_dtype="float32")
    base = models.load_base(params, pick_device(), plain=True)
    for out in [file for arm in ARMS if (file := folder / f"{arm}.json").is_file()]:
        lm = PeftModel.from_pretrained(base, f"{out}.adapter").eval()
        loss = mean_loss(lm.get_base_model(), validation, AT_A_TIME)
        base = lm.unload()
        write_json(out, json.loads(out.read_text(encoding="utf-8")) | {"loss_in_float32": loss})
        print(f"{out.stem}: {loss:.5f}")


def ours(params: Params, every: int, out: Path) -> dict[str, Any]:
    """The project's trainer by its fastest plan."""
    from anecdot.common.checkpoints import Checkpoints
    from anecdot.model import base as models
    from anecdot.model.adapter import add_lora
    from anecdot.model.device import pick_device
    from anecdot.model.loss import mean_loss
    from anecdot.model.plan import allowed, planned
    from anecdot.training import schedule
    from anecdot.training import trainer as training

    device, (pairs, validation) = pick_device(), read_pairs(params)
    began = time.perf_counter()
    params = planned(params, allowed(params, pairs.lengths)[0])
    lm = add_lora(models.load_base(params, device, plain=params.dequantize_once), params)
    checkpoints = Checkpoints("to_loss", params.as_dict(), [])
    trainer = training.Trainer(lm, pairs, validation, params, checkpoints)
    work.synchronize()
    load_s = time.perf_counter() - began
    size = params.per_device_train_batch_size * training.WITHOUT_GRADIENT

    def measure(_: Any) -> float:
        lm.eval()
        trainer.lora.refresh()
        loss = mean_loss(trainer.causal_lm, validation, size, trainer.rows)
        lm.train()
        return loss

    curve = LossCurve(measure, every)
    curve.start(trainer.total, None)
    for step in range(trainer.total):
        trainer.state.step = step
        loss = trainer.step([pairs[i] for i in schedule.batch_of_step(step, *trainer.pairs)])[0]
        if (step + 1) % params.logging_steps == 0:
            loss.item()  # as stage train reports it, and TRL
        curve.step(step + 1, None)
    lm.save_pretrained(f"{out}.adapter")
    return {
        "load_s": load_s, "steps": trainer.total,
        "pairs_per_step": schedule.effective_batch_size(params), "curve": curve.points,
    }  # fmt: skip


def rival(library: str, params: Params, every: int, out: Path) -> dict[str, Any]:
    """TRL's trainer, or Unsloth under it; see `benchmarks.sft_arm`."""
    if library == "unsloth":
        import unsloth  # noqa: F401 before what it changes
    pairs, validation = read_pairs(params)
    rows, held = (out.with_suffix(f".{name}.jsonl") for name in ("train", "validation"))
    sft_arm.write_rows(rows, pairs, params)
    sft_arm.write_pairs(held, validation)
    validation = [row for _, row in read_jsonl(held)]
    curve = LossCurve(lambda model: validation_loss(model, validation), every)
    sft_arm.train(library, params, rows, None, out, curve)
    found = json.loads(out.read_text(encoding="utf-8"))
    load_s = found["load_s"] + found["prepare_s"]
    kept = {name: found[name] for name in ("rows_per_step", "pairs_per_step", "curve")}
    return {"load_s": load_s, "steps": found["steps_per_pass"]} | kept


def read_pairs(params: Params) -> list[Any]:
    """The prepared pairs, tokenised: those to train on and those to validate on."""
    from anecdot.model.base import tokenizer_of
    from anecdot.prompting.examples import Room, load_examples
    from anecdot.prompting.prepared import PREPARED

    room = Room(params.max_seq_length, limit="max_seq_length", remedy="raise it")
    tokenizer = tokenizer_of(params)
    files = ("train.jsonl", "validation.jsonl")
    return [load_examples(PREPARED / name, tokenizer, room) for name in files]


def validation_loss(model: Any, rows: list[dict[str, Any]]) -> float:
    """Loss of the completions, nats a token, by a model of transformers' kind in padded batches."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    implementation = base.config._attn_implementation
    if implementation == sft_arm.PACKED:  # it reads packed rows alone
        base.set_attn_implementation("sdpa")
    model.eval()
    total, tokens = 0.0, 0
    rows = sorted(rows, key=lambda row: len(row["input_ids"]))
    with torch.no_grad():
        for start in range(0, len(rows), AT_A_TIME):
            part = rows[start : start + AT_A_TIME]
            columns = [[row[name] for row in part] for name in ("input_ids", "completion_mask")]
            columns.append([[1] * len(ids) for ids in columns[0]])
            ids, asked, mask = (
                pad_sequence([torch.tensor(x) for x in column], batch_first=True).to(base.device)
                for column in columns
            )
            labels = ids.masked_fill(asked == 0, -100)
            count = int((labels[:, 1:] != -100).sum())
            loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
            total += loss.item() * count
            tokens += count
    model.train()
    if implementation == sft_arm.PACKED:
        base.set_attn_implementation(implementation)
    return total / tokens


if __name__ == "__main__":
    command.run(main)
