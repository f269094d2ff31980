"""Faster kernels for norms, rotary positions and gated layers, where they are installed.

Liger's Triton kernels serve Gemma, Llama, Qwen and more on GPUs (`pip install liger-kernel`);
without them, and for other architectures, PyTorch's own operations compute the same.
"""

import logging
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

ROTARY = "apply_rotary_pos_emb"  # the name in every architecture's file that has it


def speed_up(model: PreTrainedModel) -> Callable[[], None] | None:
    """Give `model` the kernels that are installed for it; returns what takes them off again."""
    if model.device.type != "cuda" or find_spec("liger_kernel") is None:
        return None
    logging.getLogger("liger_kernel").setLevel(logging.ERROR)  # of makers of other chips
    from liger_kernel.transformers.monkey_patch import _apply_liger_kernel_to_instance

    sources = {sys.modules[type(module).__module__] for module in model.modules()}
    own = [(vars(module), dict(vars(module))) for module in model.modules()]
    shared = [(vars(x), dict(vars(x))) for x in (*sources, nn, nn.functional)]

    def take_off() -> None:
        for now, before in (*own, *shared):
            restore(now, before)
            if isinstance(now.get(ROTARY), partial):  # of a model before this one
                now[ROTARY] = now[ROTARY].args[1]

    # Not its losses: the loss here needs logits at target tokens alone.
    losses = {"cross_entropy": False, "fused_linear_cross_entropy": False}
    try:
        _apply_liger_kernel_to_instance(model=model, **losses)
    except Exception:  # a model that it takes for another
        take_off()
        return None
    # What it changes beside the model, for models to come, stays as it was; but for the rotary
    # positions, which are looked up there.
    for now, before in shared:
        rotary, plain = now.get(ROTARY), before.get(ROTARY)
        restore(now, before)
        if rotary is not plain and not isinstance(plain, partial):
            now[ROTARY] = partial(_rotary, rotary, plain)
    return take_off


def restore(now: dict[str, Any], before: dict[str, Any]) -> None:
    """Undo what has changed in a namespace since it was like `before`."""
    for name in now.keys() - before.keys():
        del now[name]
    for name, value in before.items():
        if now.get(name) is not value:
            now[name] = value


def _rotary(fast: Any, plain: Any, q: torch.Tensor, k: torch.Tensor, *args: Any, **kw: Any) -> Any:
    """Rotary positions by a kernel, where that can run; q, k: (rows, heads, tokens, head size)."""
    if not q.is_cuda:  # a model that is only counted (see `anecdot.model.plan`)
        return plain(q, k, *args, **kw)
    if q.shape[2] == 1:
        q, k = token_by_token(q), token_by_token(k)
    return fast(q, k, *args, **kw)


def token_by_token(x: torch.Tensor) -> torch.Tensor:
    """`x`, (rows, heads, 1, size), so that the stride of its one token is that of a whole row.

    Liger finds rows by that stride. PyTorch takes any stride of a dimension of one for contiguous,
    and behind a norm of queries and keys it is that of a head.
    """
    rows, heads, tokens, size = x.shape
    return x.flatten(1).view(rows, tokens, heads, size).transpose(1, 2)
