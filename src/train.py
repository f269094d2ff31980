"""Stage 2: train a LoRA adapter on the 4-bit base model and keep the best one.

    python src/train.py        what `dvc repro` runs

Reads data/prepared/{train,validation}.jsonl; writes models/adapter (adapter, tokenizer, model
card), metrics/train (DVCLive: losses, learning rate, gradient norm) and metrics/timings/train
(what differs from run to run: speed, memory, plan, versions, hardware).
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anecdot.common import command, processes
from anecdot.common.params import Params, read_params

PREPARED = Path("data/prepared")
ADAPTER = Path("models/adapter")
METRICS = Path("metrics/train")
TIMINGS = Path("metrics/timings/train")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    params = read_params("train")
    processes.relaunch(params.launch)

    from anecdot.common.checkpoints import Checkpoints
    from anecdot.model import base as models
    from anecdot.model import plan as plans
    from anecdot.model.device import pick_device
    from anecdot.prompting.examples import load_examples

    processes.join()
    device = pick_device()
    tokenizer = models.tokenizer_of(params)
    (training, left_out), (validation, _) = processes.main_process_first(
        lambda: [
            load_examples(PREPARED / name, tokenizer, params.max_seq_length)
            for name in ("train.jsonl", "validation.jsonl")
        ]
    )
    checkpoints = processes.main_process_first(lambda: Checkpoints("train", params.as_dict()))
    card_memory = plans.card_memory(device)
    plan, why = plans.choose(models.load_config(params), params, training.lengths, card_memory)
    print(why)
    while plan:
        plan = train(params, plan, device, tokenizer, training, validation, left_out, checkpoints)
    checkpoints.remove()


def train(
    params: Params,
    plan: Any,
    device: Any,
    tokenizer: Any,
    training: Any,
    validation: Any,
    left_out: int,
    checkpoints: Any,
) -> Any:
    """Train by a plan and write the results; returns a leaner plan where memory was too small."""
    import torch
    from dvclive import Live

    from anecdot.common.environment import environment
    from anecdot.common.files import write_jsonl
    from anecdot.model import plan as plans
    from anecdot.model.adapter import save_adapter
    from anecdot.model.hub import record_of
    from anecdot.training.card import adapter_card
    from anecdot.training.trackers import track
    from anecdot.training.trainer import Trainer

    leaner = plans.leaner(plan, params) if processes.WORLD == 1 else None
    planned = plans.planned(params, plan)
    try:
        model = load_model(planned, device)
        if processes.RANK > 0:  # the first process alone reports and writes
            Trainer(model, training, validation, planned, checkpoints).run()
            return None
        with (
            track(params) as log_run,
            Live(str(METRICS), report=None, save_dvc_exp=False, dvcyaml=False) as live,
            Live(str(TIMINGS), report=None, save_dvc_exp=False, dvcyaml=False) as timings,
        ):
            trainer = Trainer(
                model, training, validation, planned, checkpoints, may_halve=leaner is None,
                log=to_all(to_live(live), log_run), log_speed=to_live(timings),
                sample=sampler(model, tokenizer, params),
            )  # fmt: skip
            state = trainer.run()
            live.summary |= {"pairs": len(training), "pairs_left_out": left_out}
            live.summary |= trainer.summary()
            timings.summary |= {
                "plan": str(plan), "micro_batch_size": state.micro_batch_size, **environment()
            }  # fmt: skip
    except torch.OutOfMemoryError:
        if leaner is None:
            raise
        model = trainer = None
        print(f"train: out of memory; going on with a leaner plan: {leaner}")
    if model is None:  # behind the handler, which holds on to what has failed
        torch.cuda.empty_cache()
        return leaner
    if params.generate_samples_during_eval:
        write_jsonl(METRICS / "samples.jsonl", state.samples)
    save_adapter(model, tokenizer, adapter_card(params, live.summary, record_of(params)), ADAPTER)
    return None


def load_model(params: Params, device: Any) -> Any:
    """The base as `params` say, on `device`, with LoRA attached."""
    from anecdot.model import base as models
    from anecdot.model.adapter import add_lora

    if not params.shard_base:
        return add_lora(models.load_base(params, device, plain=params.dequantize_once), params)
    from anecdot.training.sharding import load_sharded

    return load_sharded(params, device)


def to_live(live: Any) -> Callable[[dict[str, float]], None]:
    """A function that logs {"step": ..., name: value, ...} through DVCLive."""

    def log(entry: dict[str, float]) -> None:
        live.step = entry["step"]
        for name, value in entry.items():
            if name != "step":
                live.log_metric(name, value)

    return log


def to_all(*logs: Callable[[dict[str, float]], None]) -> Callable[[dict[str, float]], None]:
    """A function that hands an entry to each of some."""

    def log(entry: dict[str, float]) -> None:
        for one in logs:
            one(entry)

    return log


def sampler(model: Any, tokenizer: Any, params: Params) -> Callable[[int], list[dict[str, Any]]]:
    """A function of the step that answers the first validation texts, where `params` ask for it."""
    from anecdot.common.files import read_jsonl
    from anecdot.model.decode import generate
    from anecdot.prompting.prompt import user_text

    def sample(step: int) -> list[dict[str, Any]]:
        if not params.generate_samples_during_eval:
            return []
        rows = [row for _, row in read_jsonl(PREPARED / "validation.jsonl")]
        texts = [user_text(row) for row in rows[: params.num_eval_samples]]
        answers = dict(generate(model, tokenizer, texts, params.max_seq_length, len(texts)))
        return [
            {"step": step, "input_text": text, "output": answers[index].text}
            for index, text in enumerate(texts)
        ]

    return sample


if __name__ == "__main__":
    command.run(main)
