"""Attention over packed sequences (many pairs in one row, none seeing another), and over a cache.

Packing means that no layer ever computes on padding. Every architecture of transformers that
takes its attention from the common interface works with it: sequences lie one after the other in
a batch of one, positions restart at each, and what stands in the mask's place says where each ends:
the mask is the one thing that every architecture hands down to its attention layers.
"""

import inspect
from itertools import accumulate
from typing import Any

import torch
from torch.nn.attention.varlen import varlen_attn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

PACKED, CACHED = "packed", "cached"

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


def pack(lengths: list[int], device: torch.device | str = "cpu") -> torch.Tensor:
    """The mask of sequences of these lengths; see `packed_mask`."""
    cu_seqlens = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)
    return packed_mask(cu_seqlens.to(device), max(lengths))


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
    attention_mask: torch.Tensor,
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention within each sequence.

    Args:
        module: the attention layer calling (unused).
        query: (1, heads, tokens, head size).
        key, value: (1, key-value heads, tokens, head size).
        attention_mask: of `packed_mask`.
        scaling: factor on the scores; None = 1 / sqrt(head size).
        dropout: of the attention weights.

    Returns:
        The output, (1, tokens, heads, head size), and None for the weights.
    """
    one_by_one = not has_kernel(query.device, query.dtype)
    attend = attend_one_by_one if one_by_one else attend_by_kernel
    return attend(query[0], key[0], value[0], attention_mask, scaling)[None], None


def attend_by_kernel(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor,
    scaling: float | None,
) -> torch.Tensor:
    """All sequences in one launch; query, key, value: (heads, tokens, head size)."""
    cu_seqlens, longest = mask[0, 0, 0], mask.shape[2]
    options: dict[str, Any] = {"window_size": (-1, 0), "enable_gqa": True, "scale": scaling}
    options = {name: value for name, value in options.items() if name in TAKES}
    if "window_size" not in TAKES:
        options["is_causal"] = True
    if "scale" not in TAKES and scaling is not None:
        query = query * (scaling * query.shape[-1] ** 0.5)
    q, k, v = (x.transpose(0, 1) for x in (query, key, value))
    return varlen_attn(q, k, v, cu_seqlens, cu_seqlens, longest, longest, **options)


def attend_one_by_one(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor,
    scaling: float | None,
) -> torch.Tensor:
    """The same without a kernel for it: faster on a CPU, and possible on any card."""
    groups = query.shape[0] // key.shape[0]
    if groups > 1:
        key, value = (x.repeat_interleave(groups, 0) for x in (key, value))
    query = query * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    parts, lengths = [], mask[0, 0, 0].diff().tolist()
    for q, k, v in zip(*(x.split(lengths, 1) for x in (query, key, value)), strict=True):
        # At these lengths faster on a CPU than its kernel for SDPA, above all backward.
        future = q.new_full((q.shape[1],) * 2, -torch.inf).triu(1)
        parts.append(torch.baddbmm(future, q, k.transpose(1, 2)).softmax(-1) @ v)
    return torch.cat(parts, 1).transpose(0, 1)


def cached_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    *,
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of new tokens to all that a cache holds.

    Args:
        module: the attention layer calling (unused).
        query: (rows, heads, new tokens, head size).
        key, value: (rows, key-value heads, room, head size).
        attention_mask: added to the scores, (rows, 1, new tokens, room).
        scaling: factor on the scores; None = 1 / sqrt(head size).

    Returns:
        The output, (rows, new tokens, heads, head size), and None for the weights.
    """
    rows, heads, new, size = query.shape
    if new > 1:
        key, value = (x.repeat_interleave(heads // key.shape[1], 1) for x in (key, value))
        output = scaled_dot_product_attention(query, key, value, attention_mask, scale=scaling)
        return output.transpose(1, 2), None
    # Heads that share keys are so many queries of them: nothing is copied. A fused kernel would be
    # slower for so few, five times on a CPU.
    query = query.reshape(rows, key.shape[1], -1, size)
    scores = query @ key.transpose(2, 3) * (size**-0.5 if scaling is None else scaling)
    weights = (scores + attention_mask).softmax(-1, dtype=torch.float32).to(value.dtype)
    return (weights @ value).reshape(rows, 1, heads, size), None


# Not registered with the mask interface: transformers hands the mask down as it is.
AttentionInterface.register(PACKED, packed_attention)
AttentionInterface.register(CACHED, cached_attention)
