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

# Its way of saying "causal" changed between releases of PyTorch.
NEW_VARLEN = "window_size" in inspect.signature(varlen_attn).parameters
CAUSAL = {"window_size": (-1, 0)} if NEW_VARLEN else {"is_causal": True}


def ends_of(lengths: list[int], device: torch.device | str = "cpu") -> torch.Tensor:
    """Where sequences of these lengths begin and end, (1, 1, 1, n + 1).

    As attributes it has `lengths` and `longest`, which attention would have to wait for otherwise.
    """
    ends = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)[None, None, None].to(device)
    ends.lengths, ends.longest = lengths, max(lengths)
    return ends


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
        attention_mask: of `ends_of`.
        scaling: factor on the scores; None = 1 / sqrt(head size).
        dropout: of the attention weights.

    Returns:
        The output, (1, tokens, heads, head size), and None for the weights.
    """
    if query.is_cuda and query.dtype != torch.float32:
        ends, longest = attention_mask.flatten(), attention_mask.longest
        q, k, v = (x[0].transpose(0, 1) for x in (query, key, value))
        return varlen_attn(q, k, v, ends, ends, longest, longest, **CAUSAL)[None], None
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = (x.repeat_interleave(groups, 1) for x in (key, value))
    query = query * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    parts, lengths = [], attention_mask.lengths
    for q, k, v in zip(*(x[0].split(lengths, 1) for x in (query, key, value)), strict=True):
        # At these lengths faster on a CPU than its kernel for SDPA, above all backward.
        future = q.new_full((q.shape[1],) * 2, -torch.inf).triu(1)
        parts.append(torch.baddbmm(future, q, k.transpose(1, 2)).softmax(-1) @ v)
    return torch.cat(parts, 1).transpose(0, 1)[None], None


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
