"""How much memory a GPU has, and what to do when a batch needs more."""

import gc
import math
from collections.abc import Callable
from typing import TypeVar

import torch

from anecdot.common import processes

T, R = TypeVar("T"), TypeVar("R")

# What CUDA itself holds, bytes, and what of the rest is lost between tensors.
CONTEXT, FRAGMENTS = 600_000_000, 0.08


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


def give_back() -> None:
    """Give back the memory of a model that nothing refers to any more.

    It refers to itself where LoRA is attached, and a training run froze what there was.
    """
    gc.unfreeze()
    gc.collect()
    torch.cuda.empty_cache()


def with_reserve(held: int) -> int:
    """Bytes that a card must have to hold so many."""
    return math.ceil(held * (1 + FRAGMENTS)) + CONTEXT


def card_memory(device: torch.device) -> int | None:
    """Bytes of a GPU that this process may use; None for a CPU."""
    if device.type != "cuda":
        return None
    share = getattr(torch.cuda, "get_per_process_memory_fraction", lambda _: 1.0)(device)
    return int(torch.cuda.get_device_properties(device).total_memory * share)


def smallest_card(device: torch.device) -> int | None:
    """Bytes that the smallest of all processes' GPUs has, since steps are dealt to all alike."""
    sizes = processes.gather_object(card_memory(device))
    return None if None in sizes else min(sizes)


def roomy(device: torch.device) -> bool:
    """Whether at least as much of a GPU's memory is free as PyTorch holds; False for a CPU."""
    whole = card_memory(device)
    return whole is not None and 2 * torch.cuda.memory_reserved(device) <= whole
