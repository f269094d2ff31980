"""Attention over packed sequences (many pairs in one row, none seeing another), and over a cache.

Packing means that no layer ever computes on padding. Every architecture of transformers that
takes its attention from the common interface works with it: sequences lie one after the other in
a batch of one, positions restart at each, and what stands in the mask's place says where each ends:
the mask is the one thing that every architecture hands down to its attention layers.

A model computed so has the attention implementation PACKED: it is given to those for which
`anecdot.model.proof` has shown that it is right.
"""

import inspect
from itertools import accumulate
from typing import Any

import torch
from torch.nn.attention.varlen import varlen_attn
from transformers import AttentionInterface
from transformers.cache_utils import DynamicLayer

from anecdot.model.cached import (
    CACHED,
    PACKED,
    Block,
    cached_attention,
    capped,
    is_packed,
    weights_of,
)
from anecdot.model.device import to_device

__all__ = ["CACHED", "PACKED", "cached_attention", "is_packed", "packed_attention"]

CPU = torch.device("cpu")
LARGEST_HEAD = 256  # that flash attention takes

# What varlen_attn takes changed between releases of PyTorch: how it is told "causal", whether it
# has to be told that query heads share keys, and whether it takes a factor on the scores.
TAKES = inspect.signature(varlen_attn).parameters


def packed_mask(cu_seqlens: torch.Tensor, longest: int) -> torch.Tensor:
    """What stands in the mask's place: (1, 1, longest, n + 1), `cu_seqlens` in every row.

    The rows share their memory. Their number tells attention the longest sequence's length without
    waiting for the device to read it.

    Args:
        cu_seqlens: where each of n sequences begins and the last one ends, (n + 1,), int32.
        longest: tokens of the longest sequence.
    """
    return cu_seqlens.expand(1, 1, longest, -1)


def mask_of(lengths: list[int], device: torch.device = CPU) -> torch.Tensor:
    """The mask of sequences of these lengths; see `packed_mask`."""
    cu_seqlens = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)
    return packed_mask(to_device(cu_seqlens, device), max(lengths))


def has_kernel(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether flash attention runs there: in 16 bit, on cards since Ampere.

    Elsewhere sequences are computed one by one, and a card is waited for in each layer, which
    a CUDA graph cannot record.
    """
    if device.type != "cuda" or dtype == torch.float32:
        return False
    return torch.cuda.get_device_capability(device) >= (8, 0)


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention within each sequence.

    Args:
        module: the attention layer calling (unused).
        query: (1, heads, tokens, head size).
        key, value: (1, key-value heads, tokens, head size).
        attention_mask: of `packed_mask`; None where all is one sequence.
        scaling: factor on the scores; None = 1 / sqrt(head size).
        dropout: of the attention weights (unused).
        sliding_window: so many tokens are seen at most, the token itself among them.
        softcap: scores s become softcap · tanh(s / softcap).
        s_aux: attention sinks, (heads,): the score of one more key, whose value is zero.

    Returns:
        The output, (1, tokens, heads, head size), and None for the weights.

    Raises:
        RuntimeError: while a CUDA graph is recorded that cannot hold it.
        ValueError: several rows, or a cache.
    """
    if len(query) > 1 or query.shape[2] != key.shape[2]:
        raise ValueError("this model reads one packed row; else set_attn_implementation('sdpa')")
    if attention_mask is None:
        attention_mask = mask_of([query.shape[2]], query.device)
    q, k, v, window = query[0], key[0], value[0], sliding_window or None
    plain = softcap is None and s_aux is None and q.shape[-1] == v.shape[-1]
    if plain and q.shape[-1] <= LARGEST_HEAD and has_kernel(q.device, q.dtype):
        return attend_by_kernel(q, k, v, attention_mask, scaling, window)[None], None
    groups = len(q) // len(k)
    if groups > 1:
        k, v = (x.repeat_interleave(groups, 0) for x in (k, v))
    q = q * (q.shape[-1] ** -0.5 if scaling is None else scaling)
    return attend_one_by_one(q, k, v, attention_mask, window, softcap, s_aux)[None], None


def attend_by_kernel(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor,
    scaling: float | None,
    window: int | None,
) -> torch.Tensor:
    """All sequences in one launch; query, key, value: (heads, tokens, head size)."""
    cu_seqlens, longest = mask[0, 0, 0], mask.shape[2]
    if window is not None and window >= longest:
        window = None
    options: dict[str, Any] = {"enable_gqa": True, "scale": scaling}
    options = {name: value for name, value in options.items() if name in TAKES}
    if "window_size" in TAKES:
        options["window_size"] = (-1 if window is None else window - 1, 0)
    elif window is None:
        options["is_causal"] = True
    else:
        raise NotImplementedError("this PyTorch has no kernel for a sliding window")
    if "scale" not in TAKES and scaling is not None:
        query = query * (scaling * query.shape[-1] ** 0.5)
    q, k, v = (x.transpose(0, 1) for x in (query, key, value))
    return varlen_attn(q, k, v, cu_seqlens, cu_seqlens, longest, longest, **options)


def attend_one_by_one(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor,
    window: int | None,
    softcap: float | None,
    sinks: torch.Tensor | None,
) -> torch.Tensor:
    """The same without a kernel for it: faster on a CPU, and possible on any card.

    query, key, value: (heads, tokens, head size), the query scaled.
    """
    if query.is_cuda and torch.cuda.is_current_stream_capturing():
        raise RuntimeError("attention without a kernel waits for the GPU")
    parts, lengths = [], mask[0, 0, 0].diff().tolist()
    for q, k, v in zip(*(x.split(lengths, 1) for x in (query, key, value)), strict=True):
        # At these lengths faster on a CPU than its kernel for SDPA, above all backward.
        unseen = q.new_full((q.shape[1],) * 2, -torch.inf).triu(1)
        if window is not None and window < q.shape[1]:
            unseen += torch.full_like(unseen, -torch.inf).tril(-window)
        if softcap is None:
            scores = torch.baddbmm(unseen, q, k.transpose(1, 2))
        else:
            scores = capped(q @ k.transpose(1, 2), softcap) + unseen
        parts.append(weights_of(scores, sinks) @ v)
    return torch.cat(parts, 1).transpose(0, 1)


class BlockLayer(Block, DynamicLayer):
    """A `Block` as transformers' models take it, which ask for the length of what is kept."""

    def __init__(self, slots: torch.Tensor) -> None:
        DynamicLayer.__init__(self)
        Block.__init__(self, slots)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Block.update`."""
        if not self.is_initialized:
            self.dtype, self.device, self.is_initialized = key_states.dtype, key_states.device, True
        return Block.update(self, key_states, value_states)


# Not registered with the mask interface: transformers hands the mask down as it is.
AttentionInterface.register(PACKED, packed_attention)
AttentionInterface.register(CACHED, cached_attention)
