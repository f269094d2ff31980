"""Training and generation on the CPU with the embedded base: python -m benchmarks.cpu --out FILE

Beside the project's arm, on the same pairs and steps, two by transformers and peft, 4x4, the
adapter not merged: the usual recipe's (padded to 512, checkpointing, loss on the whole text,
answers one at a time) and a careful user's (lengths grouped and padded to the longest of a pass, no
checkpointing, loss on the answer, 64 answers at a time). Speeds are per second of processor time,
so that other programs on the machine do not count; with OMP_NUM_THREADS=1 threads that wait do not
either.
"""

import argparse
import json
import platform
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from bitsandbytes.functional import has_avx512bf16
from bitsandbytes.nn import Linear4bit
from torch.nn.functional import cross_entropy

from anecdot.common.files import read_jsonl
from anecdot.model import attention
from anecdot.model import base as models
from anecdot.model.adapter import add_lora
from anecdot.model.decode import generate
from anecdot.model.device import compute_dtype, keep_freed_memory
from anecdot.model.loss import mean_loss
from anecdot.prompting.examples import Example
from anecdot.prompting.prompt import encode_pair, encode_prompt, user_text
from anecdot.training import trainer as training
from benchmarks import work

CPU = torch.device("cpu")


def timed(run: Callable[[], Any]) -> float:
    """Seconds of processor time, of all threads."""
    start = time.process_time()
    run()
    return time.process_time() - start


def load(base: Path, rows: Path, count: int, **values: Any) -> tuple[Any, ...]:
    """Parameters, tokenizer, LoRA model, first pairs of a file, its last 64, and their texts."""
    params = work.parameters(base, "all-linear", learning_rate=1e-3, **values)
    tokenizer = models.load_tokenizer(str(base))
    lm = add_lora(models.load_base(params, CPU, plain=params.dequantize_once), params)
    texts = [row for _, row in read_jsonl(rows)]
    pairs = [Example(**encode_pair(tokenizer, row)) for row in texts]
    kept = work.Pairs(pair for pair in pairs if len(pair.input_ids) <= 512)
    held_out = work.Pairs(kept[-64:])
    return params, tokenizer, lm, work.Pairs(kept[:count]), held_out, [*map(user_text, texts[-64:])]


def transformers(
    base: Path, rows: Path, steps: int, answers: int, tokens: int, careful: bool
) -> dict[str, Any]:
    """The usual recipe, or a careful user's: what that changes stands behind `careful`."""
    params, tokenizer, lm, pairs, held_out, texts = load(
        base, rows, 16 * steps, dequantize_once=False
    )
    lm.get_base_model().set_attn_implementation("sdpa")
    if not careful:
        lm.gradient_checkpointing_enable({"use_reentrant": False})
        lm.enable_input_require_grads()
    weights = [p for p in lm.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=1e-3)
    low = compute_dtype(params) == torch.bfloat16
    order = sorted(pairs, key=lambda pair: len(pair.input_ids)) if careful else pairs
    lm.train()

    def loss_of(part: list[Example]) -> torch.Tensor:
        width = max(len(pair.input_ids) for pair in part) if careful else 512
        ids = torch.full((len(part), width), tokenizer.pad_token_id)
        labels, mask = torch.full_like(ids, -100), torch.zeros_like(ids)
        for row, pair in enumerate(part):
            size, first = len(pair.input_ids), pair.prompt_length if careful else 0
            ids[row, :size] = torch.tensor(pair.input_ids)
            labels[row, first:size] = ids[row, first:size]
            mask[row, :size] = 1
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            logits = lm(input_ids=ids, attention_mask=mask, use_cache=False).logits
        return cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())

    def train() -> None:
        for step in range(steps):
            optimizer.zero_grad()
            for at in range(16 * step, 16 * step + 16, 4):
                (loss_of(order[at : at + 4]) / 4).backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()

    taken = timed(train)
    lm.eval()
    lm.config.use_cache = True
    for module in lm.modules():  # what the project takes away for training: see keep_quantised
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = has_avx512bf16()
    prompts = [encode_prompt(tokenizer, text) for text in texts]
    batches = [prompts] if careful else [[prompt] for prompt in prompts[:answers]]

    def answer() -> None:
        for batch in batches:
            ids, mask = work.left_padded(batch, tokenizer.pad_token_id, CPU)
            with torch.autocast("cpu", torch.bfloat16, enabled=low):
                lm.generate(
                    input_ids=ids, attention_mask=mask, max_new_tokens=tokens,
                    min_new_tokens=tokens, do_sample=False, pad_token_id=tokenizer.pad_token_id,
                )  # fmt: skip

    entry = _entry(lm, pairs, held_out, taken)
    return entry | {"answers_per_second": sum(map(len, batches)) / timed(answer)}


def ours(base: Path, rows: Path, steps: int, answers: int, tokens: int) -> dict[str, Any]:
    """The project's path."""
    keep_freed_memory()
    params, tokenizer, lm, pairs, held_out, texts = load(base, rows, 16 * steps)

    constant = replace(params, lr_scheduler_type="constant", warmup_ratio=0.0)
    trainer = training.Trainer(lm, pairs, pairs, constant, None)

    def train() -> None:
        for step in range(steps):
            trainer.state.step = step
            trainer.step(pairs[16 * step : 16 * step + 16])

    taken = timed(train)
    entry = _entry(lm, pairs, held_out, taken)
    merged = lm.merge_and_unload().eval()

    def answer() -> None:
        list(generate(merged, tokenizer, texts, tokens, 64))

    with patch(
        "anecdot.model.decode.stop_ids", return_value=[-1]
    ):  # as many tokens as the other arm
        seconds = timed(answer)
    return entry | {"answers_per_second": len(texts) / seconds}


def _entry(lm: Any, pairs: work.Pairs, held_out: work.Pairs, taken: float) -> dict[str, Any]:
    base = lm.get_base_model()
    lm.eval()
    own = base.config._attn_implementation
    base.set_attn_implementation(attention.PACKED)
    with torch.autocast("cpu", torch.bfloat16, enabled=base.dtype == torch.bfloat16):
        loss = mean_loss(base, held_out, 16)
    base.set_attn_implementation(own)
    return {"tokens_per_second": int(pairs.lengths.sum()) / taken, "validation_loss": loss}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=work.ROOT / "models/base")
    parser.add_argument(
        "--rows", type=Path, default=work.ROOT / "data/streams/synthetic-stream.jsonl"
    )
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--answers", type=int, default=6)
    parser.add_argument("--tokens", type=int, default=100)
    args = parser.parse_args()
    names = ("torch", "transformers", "peft", "bitsandbytes")
    results: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "chip": platform.processor() or platform.machine(),
        "versions": {"python": platform.python_version()} | {n: version(n) for n in names},
        "note": "Embedded base; non-padding tokens and answers per second of processor time.",
        "arms": {},
    }
    arms = {
        "usual": partial(transformers, careful=False),
        "careful": partial(transformers, careful=True),
        "ours": ours,
    }
    for name, arm in arms.items():
        # A process for each: what one arm leaves of the heap can cost the next one dearly.
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            values = args.base, args.rows, args.steps, args.answers, args.tokens
            entry = alone.submit(arm, *values).result()
        results["arms"][name] = entry
        print(name, entry, flush=True)
    args.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
