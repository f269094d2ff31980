"""What to do when a batch needs more memory than there is."""

from collections.abc import Callable
from typing import TypeVar

import torch

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
