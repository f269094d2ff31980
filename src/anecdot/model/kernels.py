"""Faster kernels for norms, rotary positions and gated layers, where they are installed.

Liger's Triton kernels serve Gemma, Llama, Qwen and more on GPUs (`pip install liger-kernel`);
without them, and for other architectures, PyTorch's own operations compute the same.
"""

import logging
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import torch
from transformers import PreTrainedModel


def speed_up(model: PreTrainedModel) -> Callable[[], None] | None:
    """Give `model` the kernels that are installed for it; returns what takes them off again."""
    if model.device.type != "cuda" or find_spec("liger_kernel") is None:
        return None
    logging.getLogger("liger_kernel").setLevel(logging.ERROR)  # of makers of other chips
    from liger_kernel.transformers.monkey_patch import _apply_liger_kernel_to_instance
    from liger_kernel.transformers.rope import liger_rotary_pos_emb

    sources = {sys.modules[type(module).__module__] for module in model.modules()}
    kept = [(vars(owner), dict(vars(owner))) for owner in (*model.modules(), *sources)]
    # Not its losses: the loss here needs logits at target tokens alone.
    losses = {"cross_entropy": False, "fused_linear_cross_entropy": False}
    _apply_liger_kernel_to_instance(model=model, **losses)
    for source in sources:
        if getattr(source, "apply_rotary_pos_emb", None) is liger_rotary_pos_emb:
            source.apply_rotary_pos_emb = _rotary

    def take_off() -> None:
        for now, before in kept:
            now.clear()
            now.update(before)

    return take_off


def _rotary(q: torch.Tensor, k: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
    """Liger's rotary positions; q, k: (rows, heads, tokens, head size)."""
    from liger_kernel.transformers.rope import liger_rotary_pos_emb

    if q.shape[2] == 1:
        q, k = token_by_token(q), token_by_token(k)
    return liger_rotary_pos_emb(q, k, *args, **kwargs)


def token_by_token(x: torch.Tensor) -> torch.Tensor:
    """`x`, (rows, heads, 1, size), so that the stride of its one token is that of a whole row.

    Liger finds rows by that stride. PyTorch takes any stride of a dimension of one for contiguous,
    and behind a norm of queries and keys it is that of a head.
    """
    rows, heads, tokens, size = x.shape
    return x.flatten(1).view(rows, tokens, heads, size).transpose(1, 2)
