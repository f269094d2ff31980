"""TRL's SFTTrainer on the standard job, for benchmarks/gpu.py: MODEL OUT STEPS LENGTH LIBRARY.

LIBRARY is trl; trl-dequantized for the same with the base's 4-bit values in 16 bit, as ours has
them; or unsloth for its model and kernels under the same trainer. In a module of its own, so that
`datasets` can fingerprint what it is given, and a process of its own, since Unsloth changes the
libraries that it finds.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj"]


def main(model: str, out: str, steps: str, length: str, library: str) -> None:
    """Train and write step times (s), tokens a step and the peak (GB)."""
    if library == "unsloth":
        import unsloth  # before what it changes
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import (
        AutoConfig,
        AutoModelForCausalLM,
        BitsAndBytesConfig,
        PreTrainedTokenizerFast,
        TrainerCallback,
    )
    from trl import SFTConfig, SFTTrainer

    from anecdot.common.files import write_jsonl
    from benchmarks.work import standard_pairs

    gpu = torch.cuda.is_available()
    vocabulary_size = AutoConfig.from_pretrained(model).vocab_size
    pairs = standard_pairs(444 if int(length) == 512 else 40, vocabulary_size, int(length))
    written = Path(f"{out}.jsonl")  # a file: its fingerprint needs no pickling of tables
    write_jsonl(written, (
        {
            "input_ids": pair.input_ids,
            "completion_mask": [int(at >= pair.prompt_length) for at in range(len(pair.input_ids))],
        }
        for pair in pairs
    ))  # fmt: skip
    rows = Dataset.from_json(str(written), cache_dir=f"{out}.cache")
    vocabulary = {"<|end|>": 0, "<|pad|>": 1, "x": 2}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel(vocabulary, unk_token="x")),
        eos_token="<|end|>", pad_token="<|pad|>",
    )  # fmt: skip
    times: list[float] = []

    class Clock(TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            if gpu:
                torch.cuda.synchronize()
            self.start = time.perf_counter()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            if gpu:
                torch.cuda.synchronize()
            times.append(time.perf_counter() - self.start)

    arguments = SFTConfig(
        f"{out}.run", per_device_train_batch_size=12, gradient_accumulation_steps=1,
        max_steps=int(steps), bf16=gpu, use_cpu=not gpu, learning_rate=2e-4,
        gradient_checkpointing=False,
        save_strategy="no", logging_strategy="no", report_to="none", disable_tqdm=True,
        packing=True, max_length=int(length), completion_only_loss=True,
        use_liger_kernel=gpu and library != "unsloth",
    )  # fmt: skip
    if library == "unsloth":
        tokenizer.save_pretrained(model)
        base, _ = unsloth.FastLanguageModel.from_pretrained(
            model, max_seq_length=int(length), dtype=torch.bfloat16, load_in_4bit=True
        )
        base = unsloth.FastLanguageModel.get_peft_model(
            base, r=16, lora_alpha=32, lora_dropout=0, target_modules=TARGETS,
            use_gradient_checkpointing=False,
        )  # fmt: skip
        config = None
    else:
        quantization = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16,
            bnb_4bit_use_double_quant=True,
        )  # fmt: skip
        base = AutoModelForCausalLM.from_pretrained(
            model, quantization_config=quantization, dtype=torch.bfloat16,
            device_map={"": "cuda" if gpu else "cpu"},
        )  # fmt: skip
        if library == "trl-dequantized":
            from anecdot.model.base import dequantize

            dequantize(base, torch.bfloat16)
        config = LoraConfig(
            r=16, lora_alpha=32, lora_dropout=0.05, task_type="CAUSAL_LM", target_modules=TARGETS
        )
    trainer = SFTTrainer(
        model=base, args=arguments, train_dataset=rows, processing_class=tokenizer,
        peft_config=config, callbacks=[Clock()],
    )  # fmt: skip
    packed = sum(len(row) for row in trainer.train_dataset["input_ids"]) / len(
        trainer.train_dataset
    )
    trainer.train()
    peak = torch.cuda.max_memory_allocated() / 1e9 if gpu else 0.0
    tokens = [int(12 * packed)] * len(times)
    Path(out).write_text(json.dumps({"times": times, "tokens": tokens, "peak_gb": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
