"""What a step takes, by its number alone: its pairs and its learning rate."""

import math
from functools import lru_cache

import torch

from anecdot.common.params import Params


def learning_rate_at(step: int, total: int, params: Params) -> float:
    """Learning rate of step `step` (from 0): linear warm-up, then the schedule down to zero."""
    warmup = math.ceil(params.warmup_ratio * total)
    if step < warmup:
        return params.learning_rate * (step + 1) / warmup
    done = (step - warmup) / (total - warmup)
    shape = {
        "cosine": 0.5 * (1 + math.cos(math.pi * done)),
        "linear": 1 - done,
        "constant": 1.0,
    }
    return params.learning_rate * shape[params.lr_scheduler_type]


def pairs_per_epoch(pairs: int, params: Params, synthesized: int = 0) -> int:
    """Pairs of one epoch: all that people wrote, and an equal part of the synthesized ones."""
    return pairs - synthesized + synthesized // max(params.num_train_epochs, 1)


def steps_per_epoch(pairs: int, params: Params, synthesized: int = 0) -> int:
    """Optimizer steps in an epoch; the last one may have fewer pairs."""
    return math.ceil(pairs_per_epoch(pairs, params, synthesized) / effective_batch_size(params))


def effective_batch_size(params: Params) -> int:
    """Pairs in one optimizer step, however many GPUs share them."""
    return params.per_device_train_batch_size * params.gradient_accumulation_steps


def batch_of_step(step: int, pairs: int, params: Params, synthesized: int = 0) -> list[int]:
    """Indices of the pairs of optimizer step `step` (from 0)."""
    size = effective_batch_size(params)
    epoch, position = divmod(step, steps_per_epoch(pairs, params, synthesized))
    taken = pairs_per_epoch(pairs, params, synthesized)
    order = order_of_epoch(epoch, pairs - synthesized, taken, params.seed)
    return order[position * size : (position + 1) * size].tolist()


@lru_cache(maxsize=1)
def order_of_epoch(epoch: int, written: int, taken: int, seed: int) -> torch.Tensor:
    """Indices of the pairs of epoch `epoch` (from 0) in the order in which it takes them.

    Of `taken` pairs the first `written` are the same in each epoch. Behind them stand the
    synthesized ones, new ones in each epoch: to see twice what can be had without end buys nothing.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(taken, generator=generator)
    return torch.where(order < written, order, order + epoch * (taken - written))
