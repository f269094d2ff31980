"""Training by TRL's SFTTrainer, and by Unsloth under it, with the project's parameters.

    python -m benchmarks.sft_arm trl --params P --rows ROWS --out OUT

`trl-dequantized` is the same with the base's 4-bit values in 16 bit, as ours has them; `unsloth`
has its own model and kernels under that trainer. P is a params.yaml, ROWS what `write_rows` wrote.
Written are OUT, with what took how long, and the adapter, OUT.adapter. A process of its own, since
Unsloth changes the libraries that it finds.
"""

import argparse
import math
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from anecdot.common.files import write_json, write_jsonl
from anecdot.common.params import Params, read_params
from benchmarks import work

LIBRARIES = ("trl", "trl-dequantized", "unsloth")
PACKED = "packed by TRL"  # the attention below


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("library", choices=LIBRARIES)
    parser.add_argument("--params", type=Path, default="params.yaml")
    parser.add_argument("--rows", type=Path, required=True, help="tokenised pairs, JSONL")
    parser.add_argument("--steps", type=int, help="one pass over the pairs, if not given")
    parser.add_argument("--out", type=Path, required=True, help="JSON")
    args = parser.parse_args()
    params = read_params(path=args.params)
    train(args.library, params, args.rows, args.steps, args.out)


def write_rows(path: Path, pairs: Any, params: Params) -> None:
    """Write the pairs of all epochs, in the order in which the project's trainer takes them."""
    from anecdot.training.schedule import batch_of_step, steps_per_epoch

    which = len(pairs), params, pairs.synthesized
    steps = steps_per_epoch(*which) * params.num_train_epochs
    write_pairs(path, (pairs[i] for step in range(steps) for i in batch_of_step(step, *which)))


def write_pairs(path: Path, pairs: Iterable[Any]) -> None:
    """Write tokenised pairs as TRL takes them."""
    write_jsonl(path, (
        {
            "input_ids": pair.input_ids,
            "completion_mask": [0] * pair.prompt_length + [1] * pair.targets,
        }
        for pair in pairs
    ))  # fmt: skip


def train(
    library: str,
    params: Params,
    path: Path,
    steps: int | None,
    out: Path,
    curve: Any = None,
) -> None:
    """Train as `params` say, the pairs packed; as many tokens a step as the project's has.

    `curve`: a `to_loss.LossCurve`, if one is wanted.
    """
    os.environ["UNSLOTH_COMPILE_LOCATION"] = f"{out}.compiled"
    if library == "unsloth":
        import unsloth  # noqa: F401 before what it changes
    import torch
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer
    from trl.data_utils import pack_dataset

    from anecdot.training.schedule import effective_batch_size

    gpu, marks, seconds = torch.cuda.is_available(), [], {}

    class Clock(TrainerCallback):
        """When each step was begun, as `benchmarks.gpu.TimedTrainer` has it."""

        def on_train_begin(self, *_: Any, **__: Any) -> None:
            if curve:
                curve.start(arguments.max_steps, trainer.model)

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            marks.append(time.perf_counter())

        def on_step_end(self, _: Any, state: Any, *__: Any, model: Any, **___: Any) -> None:
            if curve:
                curve.step(state.global_step, model)

        def on_train_end(self, *_: Any, **__: Any) -> None:
            work.synchronize()
            marks.append(time.perf_counter())

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        work.synchronize()
        seconds[name] = time.perf_counter() - start

    with timed("load_s"):
        if library == "unsloth":
            base, config = load_unsloth(params), None
        else:
            base, config = load(params, library == "trl-dequantized")
    with timed("read_s"):
        rows = Dataset.from_json(str(path), cache_dir=f"{out}.cache")
    # So many packed rows hold as many pairs as a step of the project's does.
    length = params.max_seq_length
    packed = pack_dataset(rows.select_columns(["input_ids"]), length)["seq_lengths"]
    batch = max(1, round(effective_batch_size(params) * len(packed) / len(rows)))
    one_pass = math.ceil(len(packed) / batch)
    arguments = SFTConfig(
        f"{out}.run", per_device_train_batch_size=batch, max_steps=steps or one_pass,
        packing=True, max_length=length, completion_only_loss=True, gradient_checkpointing=False,
        bf16=gpu, use_cpu=not gpu, use_liger_kernel=gpu and library != "unsloth",
        learning_rate=params.learning_rate, lr_scheduler_type=params.lr_scheduler_type,
        warmup_steps=params.warmup_ratio, weight_decay=params.weight_decay,
        max_grad_norm=params.max_grad_norm, seed=params.seed, save_strategy="no",
        logging_steps=params.logging_steps, report_to="none", disable_tqdm=True,
    )  # fmt: skip
    with timed("prepare_s"):
        trainer = SFTTrainer(
            model=base, args=arguments, train_dataset=rows, peft_config=config,
            processing_class=AutoTokenizer.from_pretrained(params.model_name), callbacks=[Clock()],
        )  # fmt: skip
    with timed("train_s"):
        trainer.train()
    with timed("save_s"):
        trainer.save_model(f"{out}.adapter")
    times = [after - before for before, after in pairwise(marks)]
    tokens = round(batch * sum(map(sum, packed)) / len(packed))
    write_json(out, {
        "library": library, **seconds, "job_s": sum(seconds.values()),
        "rows_per_step": batch, "pairs_per_step": batch * len(rows) / len(packed),
        "steps_per_pass": one_pass, "times": times, "tokens": [tokens] * len(times),
        "losses": [entry["loss"] for entry in trainer.state.log_history if "loss" in entry],
        "curve": curve.points if curve else None,
        "peak_gb": torch.cuda.max_memory_allocated() / 1e9 if gpu else 0.0,
    })  # fmt: skip


def load(params: Params, dequantize: bool) -> tuple[Any, Any]:
    """The base in 4 bit, or its 4-bit values in 16 bit, and what LoRA it is to be given."""
    import torch
    from peft import LoraConfig
    from transformers import AttentionInterface, AutoModelForCausalLM, BitsAndBytesConfig

    from anecdot.model import base as models
    from anecdot.model.device import pick_device

    AttentionInterface.register(PACKED, packed_attention)
    base = AutoModelForCausalLM.from_pretrained(
        params.model_name, dtype=torch.bfloat16, device_map={"": pick_device()},
        attn_implementation=PACKED, quantization_config=BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type=params.bnb_4bit_quant_type,
            bnb_4bit_compute_dtype=torch.bfloat16,
            bnb_4bit_use_double_quant=params.bnb_4bit_use_double_quant,
        ),
    )  # fmt: skip
    if dequantize:
        models.dequantize(base, torch.bfloat16)
    return base, LoraConfig(
        task_type="CAUSAL_LM", r=params.lora_r, lora_alpha=params.lora_alpha,
        lora_dropout=params.lora_dropout, target_modules=params.lora_target_modules,
    )  # fmt: skip


def packed_attention(
    module: Any, query: Any, key: Any, value: Any, _: None, *, cu_seq_lens_q: Any,
    max_length_q: int, **options: Any,
) -> tuple[Any, None]:  # fmt: skip
    """Flash attention over what TRL packs, each pair for itself, as PyTorch comes with it.

    It stands for `flash_attention_2`, whose package there is not for every PyTorch; what TRL takes
    without (`sdpa`) is right, too, but computes scores of each token with all of a step.
    """
    from anecdot.model import attention

    mask = attention.packed_mask(cu_seq_lens_q, max_length_q)
    return attention.packed_attention(module, query, key, value, mask, **options)


def load_unsloth(params: Params) -> Any:
    """Unsloth's model with LoRA; without dropout, for which it has no kernels."""
    import torch
    from unsloth import FastLanguageModel

    base, _ = FastLanguageModel.from_pretrained(
        params.model_name, max_seq_length=params.max_seq_length, dtype=torch.bfloat16,
        load_in_4bit=True,
    )  # fmt: skip
    targets = params.lora_target_modules
    named = {} if targets == "all-linear" else {"target_modules": targets}  # all are its default
    return FastLanguageModel.get_peft_model(
        base, r=params.lora_r, lora_alpha=params.lora_alpha, lora_dropout=0,
        use_gradient_checkpointing=False, random_state=params.seed, **named,
    )  # fmt: skip


if __name__ == "__main__":
    main()
