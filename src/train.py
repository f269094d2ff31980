"""Stage 2: train a LoRA adapter on the 4-bit base model and keep the best one.

    python src/train.py        what `dvc repro` runs

Reads data/prepared/{train,validation}.jsonl; writes models/adapter (adapter, tokenizer, model
card), metrics/train (DVCLive: losses, learning rate, gradient norm) and metrics/timings/train
(what differs from run to run: speed, memory, plan, versions, hardware).
"""

import argparse
from itertools import zip_longest
from pathlib import Path
from typing import Any

from anecdot.common import command, processes
from anecdot.common.params import Params, read_params

ADAPTER = Path("models/adapter")
METRICS = Path("metrics/train")
TIMINGS = Path("metrics/timings/train")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    params = read_params("train")
    processes.relaunch(params.launch)

    from anecdot.common.checkpoints import ROOT, Checkpoints
    from anecdot.common.files import check_writable
    from anecdot.model import base as models
    from anecdot.model import plan as plans
    from anecdot.model.device import pick_device
    from anecdot.model.hub import record_of
    from anecdot.model.memory import smallest_card

    processes.join()
    check_writable(ADAPTER, METRICS, TIMINGS, ROOT)
    device = pick_device()
    config, record = models.load_config(params), record_of(params)
    tokenizer = models.tokenizer_of(params)
    training, validation = processes.main_process_first(lambda: read_pairs(params, tokenizer))
    checkpoints = processes.main_process_first(lambda: Checkpoints("train", params.as_dict()))
    memory = smallest_card(device)
    tried, why = plans.choose(config, params, training.lengths, memory)
    print(why)
    if processes.WORLD > 1:  # one could not go over to another plan alone
        tried = tried[:1]
    pairs = training, validation
    for plan, leaner in zip_longest(tried, tried[1:]):
        if train(params, plan, leaner, device, tokenizer, pairs, record, checkpoints):
            break
    checkpoints.remove()


def read_pairs(params: Params, tokenizer: Any) -> list[Any]:
    """The pairs to train on and those to validate on, tokenised; what is too long is left out."""
    from anecdot.model.base import context_of
    from anecdot.prompting.examples import Room, load_examples
    from anecdot.prompting.prepared import PREPARED

    most, context = params.max_seq_length, context_of(params)
    room = Room(most, limit=f"max_seq_length {most}", remedy="raise it in params.yaml")
    if context < most:
        room = Room(context, limit=f"the {context} that the model reads", remedy="shorten them")
    files = (PREPARED / "train.jsonl", PREPARED / "validation.jsonl")
    return [load_examples(path, tokenizer, room) for path in files]


def train(
    params: Params,
    plan: Any,
    leaner: Any,
    device: Any,
    tokenizer: Any,
    pairs: tuple[Any, Any],
    record: dict[str, Any],
    checkpoints: Any,
) -> bool:
    """Train by a plan and write the results; False where memory was too small, for `leaner`.

    Where that is None, torch.OutOfMemoryError goes on. `pairs`: those to train and to validate on.
    """
    import torch

    from anecdot.common.environment import environment
    from anecdot.common.files import staged, write_jsonl
    from anecdot.model import plan as plans
    from anecdot.model.adapter import save_adapter
    from anecdot.model.memory import give_back
    from anecdot.training.card import adapter_card
    from anecdot.training.logs import log_to, open_live, sampler
    from anecdot.training.trackers import track
    from anecdot.training.trainer import Trainer

    (training, validation), planned = pairs, plans.planned(params, plan)
    try:
        model = load_model(planned, device)
        if processes.RANK > 0:  # the first process alone reports and writes
            Trainer(model, training, validation, planned, checkpoints).run()
            return True
        with track(params) as also, staged(METRICS) as metrics, staged(TIMINGS) as timings:
            with open_live(metrics) as live, open_live(timings) as speed:
                trainer = Trainer(
                    model, training, validation, planned, checkpoints, leaner,
                    log=log_to(live, also), log_speed=log_to(speed),
                    sample=sampler(model, tokenizer, params, validation.kept),
                )  # fmt: skip
                state = trainer.run()
                live.summary |= {"pairs": len(training), "pairs_left_out": len(training.left_out)}
                live.summary |= {"validation_pairs_left_out": len(validation.left_out)}
                live.summary |= trainer.summary()
                size = state.micro_batch_size
                speed.summary |= {"plan": str(plan), "micro_batch_size": size, **environment()}
            if params.generate_samples_during_eval:
                write_jsonl(metrics / "samples.jsonl", state.samples)
            save_adapter(model, tokenizer, adapter_card(params, live.summary, record), ADAPTER)
            return True
    except torch.OutOfMemoryError:
        if leaner is None:
            raise
        model = trainer = None
        print(f"train: out of memory; going on with a leaner plan: {leaner}")
    give_back()  # behind the handler, which holds on to what has failed
    return False


def load_model(params: Params, device: Any) -> Any:
    """The base as `params` say, on `device`, with LoRA attached."""
    from anecdot.model import base as models
    from anecdot.model.adapter import add_lora

    if not params.shard_base:
        return add_lora(models.load_base(params, device, plain=params.dequantize_once), params)
    from anecdot.training.sharding import load_sharded

    return load_sharded(params, device)


if __name__ == "__main__":
    command.run(main)
