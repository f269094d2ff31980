"""Attention over packed sequences: many pairs in one row, none seeing another.

Packing means that no layer ever computes on padding. Every architecture of transformers that
takes its attention from the common interface works with it: sequences lie one after the other in
a batch of one, positions restart at each, and `lengths` says where each ends.
"""

from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

NAME = "packed"


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    lengths: list[int],
    scaling: float | None = None,
    dropout: float = 0.0,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention within each sequence.

    Args:
        module: the attention layer calling (unused).
        query: (1, heads, tokens, head size).
        key, value: (1, key-value heads, tokens, head size).
        attention_mask: unused, `lengths` says it all.
        lengths: tokens of each sequence; they sum to `tokens`.
        scaling: factor on the scores; None = 1 / sqrt(head size).
        dropout: of the attention weights.

    Returns:
        The output, (1, tokens, heads, head size), and None for the weights.
    """
    parts = [
        scaled_dot_product_attention(
            q, k, v, dropout_p=dropout, scale=scaling, is_causal=True, enable_gqa=True
        )
        for q, k, v in zip(
            query.split(lengths, 2), key.split(lengths, 2), value.split(lengths, 2), strict=True
        )
    ]
    return torch.cat(parts, 2).transpose(1, 2), None


# Not registered with the mask interface: transformers then builds no mask at all.
AttentionInterface.register(NAME, packed_attention)
