"""The cache of keys and values, and attention over it. Needs torch alone, which loads sooner."""

from typing import Any

import torch
from torch.nn.functional import pad, scaled_dot_product_attention

PACKED, CACHED = "packed", "cached"


def is_packed(model: Any) -> bool:
    """Whether `model` is computed as `anecdot.model.attention` says; else transformers' own way."""
    return model.config.get_text_config()._attn_implementation == PACKED


class Block:
    """Keys and values of a layer, in memory that grows by blocks: no token copies or allocates.

    What is not filled, or no longer holds, is masked.

    Args:
        slots: (rows,), where each row's next key and value go; shared by all layers.
    """

    def __init__(self, slots: torch.Tensor) -> None:
        self.slots = slots
        self.keys = self.values = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep (rows, heads, new tokens, head size): those of the prompts, then one at its slot.

        Returns all, with the room.
        """
        if self.keys is None:
            self.keys, self.values = key_states, value_states
        else:
            rows = torch.arange(len(self.slots), device=self.slots.device)
            self.keys[rows, :, self.slots] = key_states[:, :, 0]
            self.values[rows, :, self.slots] = value_states[:, :, 0]
        return self.keys, self.values

    def grow(self, tokens: int) -> None:
        """Add room for so many tokens."""
        self.keys, self.values = (pad(x, (0, 0, 0, tokens)) for x in (self.keys, self.values))

    def replace(self, rows: torch.Tensor, other: "Block") -> None:
        """Let these rows hold what those of another block do, from the first slot on."""
        length = other.keys.shape[2]
        self.keys[rows, :, :length], self.values[rows, :, :length] = other.keys, other.values

    def select(self, rows: torch.Tensor, slots: torch.Tensor) -> None:
        """Go on with these rows alone, and other slots."""
        self.keys, self.values, self.slots = self.keys[rows], self.values[rows], slots


class Blocks:
    """The blocks of all layers, as a model reads and fills them."""

    def __init__(self, layers: list[Block]) -> None:
        self.layers = layers

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Block.update`."""
        return self.layers[layer].update(keys, values)


def capped(scores: torch.Tensor, softcap: float) -> torch.Tensor:
    """Scores between -softcap and softcap."""
    return (scores / softcap).tanh() * softcap


def weights_of(scores: torch.Tensor, sinks: torch.Tensor | None) -> torch.Tensor:
    """Attention weights; scores: (..., heads, queries, keys); sinks: (heads,) or None."""
    if sinks is None:
        return scores.softmax(-1)
    sinks = sinks.to(scores.dtype)[:, None, None].expand(*scores.shape[:-1], 1)
    return torch.cat([scores, sinks], -1).softmax(-1)[..., :-1]


def cached_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    *,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of new tokens to all that a cache holds.

    Args:
        module: the attention layer calling (unused).
        query: (rows, heads, new tokens, head size).
        key, value: (rows, key-value heads, room, head size).
        attention_mask: added to the scores, (rows, 1, new tokens, room); what a token sees lies
            side by side and ends with itself.
        scaling, sliding_window, softcap, s_aux: as in `packed_attention`.

    Returns:
        The output, (rows, new tokens, heads, head size), and None for the weights.
    """
    rows, heads, new, size = query.shape
    if sliding_window and sliding_window < key.shape[2]:
        attention_mask = within(sliding_window, attention_mask)
    if new > 1:
        key, value = (x.repeat_interleave(heads // key.shape[1], 1) for x in (key, value))
    if new > 1 and softcap is None and s_aux is None:
        output = scaled_dot_product_attention(query, key, value, attention_mask, scale=scaling)
        return output.transpose(1, 2), None
    # Heads that share keys are so many queries of them: nothing is copied. A fused kernel would be
    # slower for so few, five times on a CPU.
    grouped = query.reshape(rows, key.shape[1], -1, size)
    scores = grouped @ key.transpose(2, 3) * (size**-0.5 if scaling is None else scaling)
    if softcap is not None:
        scores = capped(scores, softcap)
    scores = (scores + attention_mask).float()
    if s_aux is not None:
        scores = scores.view(rows, heads, new, -1)
    weights = weights_of(scores, s_aux).to(value.dtype).view(*grouped.shape[:3], -1)
    return (weights @ value).view(rows, heads, new, -1).transpose(1, 2), None


def within(window: int, mask: torch.Tensor) -> torch.Tensor:
    """`mask` of `cached_attention`, with all shut out but the last `window` tokens seen."""
    newer = (mask == 0).flip(-1).cumsum(-1).flip(-1)  # that a token sees, from each key on
    return mask.masked_fill(newer > window, torch.finfo(mask.dtype).min)
