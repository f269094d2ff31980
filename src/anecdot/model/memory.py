"""What memory training needs, and what to do when a batch needs more than there is."""

from collections.abc import Callable
from typing import TypeVar

import torch
from peft import PeftModel

from anecdot.common.params import Params

T, R = TypeVar("T"), TypeVar("R")


def in_halves(work: Callable[[list[T]], R], items: list[T]) -> R:
    """What `work` makes of a batch: of its halves, added up, where memory is too small for all.

    Raises torch.OutOfMemoryError where it is too small for a single item.
    """
    try:
        return work(items)
    except torch.OutOfMemoryError:
        if len(items) == 1:
            raise
    # Behind the handler, which holds on to what has failed.
    torch.cuda.empty_cache()
    middle = len(items) // 2
    print(f"out of memory with {len(items)} at a time; going on with {middle}")
    return in_halves(work, items[:middle]) + in_halves(work, items[middle:])


def memory_estimate(model: PeftModel, params: Params) -> str:
    """One line: what weights, adapter, optimizer and activations are going to need, in GB.

    Activations are estimated for full sequences: per token and layer about 34 values of the
    hidden size in 2 bytes (Korthikanti et al. 2022, without dropout masks and attention
    scores, which are never stored), or one with gradient checkpointing.
    """
    config = model.config.get_text_config()
    held = [*model.parameters(), *model.buffers()]
    weights = sum(p.numel() * p.element_size() for p in held if not p.requires_grad)
    adapter = sum(p.numel() for p in model.parameters() if p.requires_grad)
    state = {"adamw": 8, "paged_adamw_8bit": 2}[params.optim]
    tokens = params.per_device_train_batch_size * params.max_seq_length
    per_token = config.hidden_size * config.num_hidden_layers * 2
    per_token *= 1 if params.gradient_checkpointing else 34
    logits = min(tokens, 1024) * config.vocab_size * 4 * 3
    parts = {
        "weights": weights,
        "adapter and gradients": adapter * 8,
        "optimizer": adapter * state,
        "activations at most": tokens * per_token + logits,
    }
    text = ", ".join(f"{name} {size / 1e9:.2f}" for name, size in parts.items())
    return f"memory in GB: {text}; together {sum(parts.values()) / 1e9:.2f}"
