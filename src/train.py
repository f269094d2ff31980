"""Stage 2: train a LoRA adapter on the 4-bit base model and keep the best one.

    python src/train.py        what `dvc repro` runs

Reads data/prepared/{train,validation}.jsonl; writes models/adapter (adapter, tokenizer, model
card), metrics/train (DVCLive: losses, learning rate, gradient norm) and metrics/timings/train
(what differs from run to run: speed, memory, versions, hardware).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from anecdot.common import command, processes
from anecdot.common.params import read_params

PREPARED = Path("data/prepared")
ADAPTER = Path("models/adapter")
METRICS = Path("metrics/train")
TIMINGS = Path("metrics/timings/train")


def to_live(live: Any) -> Callable[[dict[str, float]], None]:
    """A function that logs {"step": ..., name: value, ...} through DVCLive."""

    def log(entry: dict[str, float]) -> None:
        live.step = entry["step"]
        for name, value in entry.items():
            if name != "step":
                live.log_metric(name, value)

    return log


def main() -> None:
    params = read_params("train")
    processes.relaunch(params.launch)

    import torch
    from dvclive import Live

    from anecdot.common.checkpoints import Checkpoints
    from anecdot.common.environment import environment
    from anecdot.common.files import read_jsonl, write_jsonl
    from anecdot.model import base as models
    from anecdot.model.adapter import add_lora, save_adapter
    from anecdot.model.decode import generate
    from anecdot.model.device import pick_device
    from anecdot.model.memory import memory_estimate
    from anecdot.prompting.examples import load_examples
    from anecdot.prompting.prompt import user_text
    from anecdot.training.card import adapter_card
    from anecdot.training.trainer import Trainer

    processes.join()
    device = pick_device()
    tokenizer = models.load_tokenizer(params.model_name, params.model_revision)
    (training, left_out), (validation, _) = processes.main_process_first(
        lambda: [
            load_examples(PREPARED / name, tokenizer, params.max_seq_length)
            for name in ("train.jsonl", "validation.jsonl")
        ]
    )

    if params.shard_base:
        from anecdot.model.proof import prove
        from anecdot.training.sharding import shard

        cpu = torch.device("cpu")
        base = models.load_base(params, cpu, plain=False, quantize=False, prove=False)
        model = add_lora(base, params)
        shard(model, device, params)
        prove(base)
    else:
        base = models.load_base(params, device, plain=params.dequantize_once)
        model = add_lora(base, params)
    print(memory_estimate(model, params))

    checkpoints = processes.main_process_first(lambda: Checkpoints("train", params.as_dict()))
    if processes.RANK > 0:  # the first process alone reports and writes
        Trainer(model, training, validation, params, checkpoints).run()
        return

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

    with (
        Live(str(METRICS), report=None, save_dvc_exp=False, dvcyaml=False) as live,
        Live(str(TIMINGS), report=None, save_dvc_exp=False, dvcyaml=False) as timings,
    ):
        trainer = Trainer(
            model, training, validation, params, checkpoints,
            log=to_live(live), log_speed=to_live(timings), sample=sample,
        )  # fmt: skip
        state = trainer.run()
        losses = [h["validation_loss"] for h in state.history if "validation_loss" in h]
        live.summary |= {
            "pairs": len(training),
            "pairs_left_out": left_out,
            "steps": state.step,
            "best_step": state.best_step,
            "validation_loss": {"first": losses[0], "best": min(losses), "last": losses[-1]},
            "trained_parameters": trainer.lora.weights.numel(),
        }
        timings.summary |= {"micro_batch_size": state.micro_batch_size, **environment()}

    if params.generate_samples_during_eval:
        write_jsonl(METRICS / "samples.jsonl", state.samples)
    save_adapter(model, tokenizer, adapter_card(params, live.summary), ADAPTER)
    checkpoints.remove()


if __name__ == "__main__":
    command.run(main)
