"""Batched greedy generation, constrained by the DOT grammar or not."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import Cache, DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from anecdot.prompt import encode_prompt, stop_ids

# Finished rows are dropped from a batch once they are this share of it.
COMPACT_AT = 0.25


# Tokens of room that a cache gains at a time.
BLOCK = 64


class BlockLayer(DynamicLayer):
    """Keys and values in memory that grows by blocks: nothing is copied or allocated at each token.

    What is not filled yet is masked, as in a static cache.
    """

    filled = 0

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Add (rows, heads, new tokens, head size); returns all, with room behind."""
        end = self.filled + key_states.shape[2]
        room, _ = self.get_mask_sizes(key_states.shape[2])
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self.keys, self.values = key_states[:, :, :0], value_states[:, :, :0]
        if room > self.keys.shape[2]:
            more = (0, 0, 0, room - self.keys.shape[2])
            self.keys, self.values = pad(self.keys, more), pad(self.values, more)
        self.keys[:, :, self.filled : end] = key_states
        self.values[:, :, self.filled : end] = value_states
        self.filled = end
        return self.keys, self.values

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Length and offset of the keys, with the room behind them."""
        return -(-(self.filled + query_length) // BLOCK) * BLOCK, 0

    def get_seq_length(self) -> int:
        """Tokens held."""
        return self.filled


@dataclass(frozen=True)
class Generation:
    """What a model answered: the text without its terminator, and whether it ended by itself."""

    text: str
    stopped: bool
    tokens: int


def generate(
    model: PreTrainedModel,
    tokenizer: Any,
    texts: Sequence[str],
    max_new_tokens: int,
    batch_size: int,
    make_guide: Callable[[int], Any] | None = None,
    skip: Container[int] = (),
    share: slice = slice(None),
) -> Iterator[tuple[int, Generation]]:
    """Answer every text greedily, yielding (index, answer) as batches end.

    Prompts are sorted by length, so that little is padded; the batches depend on the texts and
    `batch_size` alone, since another batch can change the last bit of a logit and so the output.

    Args:
        model: a causal language model; its attention implementation is set.
        tokenizer: its tokenizer.
        texts: user inputs, not yet in the prompt's format.
        max_new_tokens: at most so many tokens an answer.
        batch_size: texts decoded together.
        make_guide: given the number of rows, makes what chooses the tokens instead of argmax
            (see `anecdot.constrained`); None decodes freely.
        skip: indices already answered; a batch is left out when all of its indices are there.
        share: which of the batches are this process's.
    """
    # For one query a row, the CPU's fused kernel takes five times as long as plain products.
    model.set_attn_implementation("eager" if model.device.type == "cpu" else "sdpa")
    prompts = [encode_prompt(tokenizer, text) for text in texts]
    for batch in list(batches([len(prompt) for prompt in prompts], batch_size))[share]:
        if all(index in skip for index in batch):
            continue
        guide = make_guide(len(batch)) if make_guide else None
        answers = _decode(model, tokenizer, [prompts[i] for i in batch], max_new_tokens, guide)
        yield from zip(batch, answers, strict=True)


def batches(lengths: list[int], size: int) -> Iterator[list[int]]:
    """Indices in batches of at most `size`, longest first (out of memory shows at once)."""
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    for start in range(0, len(order), size):
        yield order[start : start + size]


@torch.inference_mode()
def _decode(
    model: PreTrainedModel, tokenizer: Any, prompts: list[list[int]], budget: int, guide: Any
) -> list[Generation]:
    device, padding = model.device, tokenizer.pad_token_id
    stops = set(stop_ids(tokenizer))
    longest = max(map(len, prompts))
    ids = torch.tensor([[padding] * (longest - len(p)) + p for p in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=device)
    outputs: list[list[int]] = [[] for _ in prompts]
    rows = list(range(len(prompts)))  # the texts that the rows of the batch belong to
    cache = DynamicCache(config=model.config)
    if device.type != "cpu":
        cache = Cache([BlockLayer() for _ in range(model.config.num_hidden_layers)])
    positions = (mask.cumsum(1) - 1).clamp(min=0)

    for _ in range(budget):
        logits = model(
            input_ids=ids, attention_mask=mask, position_ids=positions,
            past_key_values=cache, use_cache=True, logits_to_keep=1,
        ).logits[:, -1]  # fmt: skip
        chosen = guide.step(logits) if guide else logits.argmax(-1)
        unfinished = []
        for at, (row, token) in enumerate(zip(rows, chosen.tolist(), strict=True)):
            if not outputs[row] or outputs[row][-1] not in stops:
                outputs[row].append(token)
                if token not in stops:
                    unfinished.append(at)
        if not unfinished:
            break
        ids = chosen.to(device)[:, None]
        if len(unfinished) <= len(rows) * (1 - COMPACT_AT):
            keep = torch.tensor(unfinished, device=device)
            cache.batch_select_indices(keep)
            ids, mask, positions = ids[keep], mask[keep], positions[keep]
            rows = [rows[at] for at in unfinished]
            if guide:
                guide.select(unfinished)
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], 1)
        positions = positions[:, -1:] + 1

    generations = []
    for output in outputs:
        stopped = output[-1] in stops
        text = tokenizer.decode(output[:-1] if stopped else output, skip_special_tokens=True)
        generations.append(Generation(text, stopped, len(output)))
    return generations
