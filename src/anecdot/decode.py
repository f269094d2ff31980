"""Batched greedy generation, constrained by the DOT grammar or not.

On a GPU, launching a step's kernels one by one takes longer than running them. There a step is
recorded as a CUDA graph, and the next one is begun with the model's best tokens while the guide
still looks at them: nearly always they are what it chooses, else the step is run again.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import Cache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from anecdot import attention
from anecdot.prompt import encode_prompt, stop_ids

# Where a step is begun before the guide has agreed to its tokens.
AHEAD = {"cuda"}

# Finished rows are dropped from a batch once they are this share of it: on a GPU a smaller batch
# is hardly faster, and its step has to be recorded again.
COMPACT_AT = {"cpu": 0.25, "cuda": 0.5}

# Tokens of room that a cache gains at a time.
BLOCK = 64


class BlockLayer(DynamicLayer):
    """Keys and values in memory that grows by blocks: nothing is copied or allocated at each token.

    What is not filled yet is masked.

    Args:
        slots: where the next keys and values go; shared by all layers, and changed in place.
    """

    def __init__(self, slots: torch.Tensor) -> None:
        super().__init__()
        self.slots = slots

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Put (rows, heads, new tokens, head size) into their slots; returns all, with the room."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            room = (0, 0, 0, -key_states.shape[2] % BLOCK)
            self.keys, self.values = pad(key_states, room), pad(value_states, room)
        else:
            self.keys.index_copy_(2, self.slots, key_states)
            self.values.index_copy_(2, self.slots, value_states)
        return self.keys, self.values


class Batch:
    """Texts in the making: what the model has read of them, and the step to their next token.

    Args:
        model: its attention is `attention.CACHED`.
        prompts: token ids.
        padding: id put before the shorter prompts.
    """

    def __init__(self, model: PreTrainedModel, prompts: list[list[int]], padding: int) -> None:
        device, self.model = model.device, model
        longest = max(map(len, prompts))
        ids = [[padding] * (longest - len(prompt)) + prompt for prompt in prompts]
        given = [[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts]
        self.tokens = torch.tensor(ids, device=device)
        given = torch.tensor(given, dtype=torch.bool, device=device)
        self.positions = (given.cumsum(1) - 1).clamp(min=0)
        # Added to scores, (rows, 1, tokens, room). Padding sees itself: no row is empty.
        seen = (given[:, None] | torch.eye(longest, dtype=torch.bool, device=device)).tril()
        dtype = model.get_input_embeddings().weight.dtype
        self.never = torch.finfo(dtype).min
        mask = torch.zeros(seen.shape, dtype=dtype, device=device).masked_fill_(~seen, self.never)
        self.mask = pad(mask, (0, -longest % BLOCK), value=self.never)[:, None]
        self.filled = longest
        self.slots = torch.tensor([longest - 1], device=device)
        layers = [BlockLayer(self.slots) for _ in range(model.config.num_hidden_layers)]
        self.cache = Cache(layers)
        self._forget()
        if device.type == "cuda":
            self.pool = torch.cuda.graph_pool_handle()

    def read(self) -> torch.Tensor:
        """Read the prompts; returns the logits of the next tokens, (rows, vocabulary)."""
        logits = self._forward()
        self.tokens = self.tokens[:, -1:].clone()
        self.positions = self.positions[:, -1:].clone()
        self.mask = self.mask[:, :, -1:].clone()
        return logits

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Add a token to each row, (rows,); returns the logits of the next, (rows, vocabulary)."""
        if self.filled == self.mask.shape[3]:
            self.mask = pad(self.mask, (0, BLOCK), value=self.never)
            for layer in self.cache.layers:
                layer.keys, layer.values = (
                    pad(x, (0, 0, 0, BLOCK)) for x in (layer.keys, layer.values)
                )
            self._forget()
        self.filled += 1
        self.slots += 1
        self.positions += 1
        self.mask.index_fill_(3, self.slots, 0)
        return self.again(tokens)

    def again(self, tokens: torch.Tensor) -> torch.Tensor:
        """The logits that other tokens would have given in the last step."""
        self.tokens.copy_(tokens[:, None])
        self.plain_steps += self.graph is None
        if self.tokens.device.type == "cpu" or self.plain_steps == 1:
            return self._forward()
        if self.graph is None:
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph, self.pool):
                self.logits = self._forward()
        self.graph.replay()
        return self.logits.clone()

    def select(self, rows: torch.Tensor) -> None:
        """Go on with these rows alone."""
        self.tokens, self.positions = self.tokens[rows], self.positions[rows]
        self.mask = self.mask[rows]
        self.cache.batch_select_indices(rows)
        self._forget()

    def _forget(self) -> None:
        """What was recorded holds no longer: memory has moved."""
        self.graph: torch.cuda.CUDAGraph | None = None
        self.plain_steps = 0  # the first step of a shape may still load kernels

    def _forward(self) -> torch.Tensor:
        return self.model(
            input_ids=self.tokens, attention_mask=self.mask, position_ids=self.positions,
            past_key_values=self.cache, use_cache=True, logits_to_keep=1,
        ).logits[:, -1]  # fmt: skip


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
        make_guide: given the number of rows, makes what has the last word on their tokens
            (see `anecdot.constrained`); None decodes freely.
        skip: indices already answered; a batch is left out when all of its indices are there.
        share: which of the batches are this process's.
    """
    model.set_attn_implementation(attention.CACHED)
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
    stops = set(stop_ids(tokenizer))
    outputs: list[list[int]] = [[] for _ in prompts]
    rows = list(range(len(prompts)))  # the texts that the rows of the batch belong to
    batch = Batch(model, prompts, tokenizer.pad_token_id)
    kind = model.device.type
    logits = batch.read()

    for left in reversed(range(budget)):
        best = logits.argmax(-1)
        wanted = fetch(best)
        ahead = batch.step(best) if kind in AHEAD and left else None
        tokens = wanted()
        chosen = guide.choose(tokens, logits) if guide else tokens
        unfinished = []
        for at, (row, token) in enumerate(zip(rows, chosen, strict=True)):
            if not outputs[row] or outputs[row][-1] not in stops:
                outputs[row].append(token)
                if token not in stops:
                    unfinished.append(at)
        if not unfinished or not left:
            break
        if ahead is None:
            ahead = batch.step(torch.tensor(chosen, device=model.device))
        elif any(chosen[at] != tokens[at] for at in unfinished):
            ahead = batch.again(torch.tensor(chosen, device=model.device))
        logits = ahead
        if len(unfinished) <= len(rows) * (1 - COMPACT_AT[kind]):
            keep = torch.tensor(unfinished, device=model.device)
            batch.select(keep)
            logits = logits[keep]
            rows = [rows[at] for at in unfinished]
            if guide:
                guide.select(unfinished)

    generations = []
    for output in outputs:
        stopped = output[-1] in stops
        text = tokenizer.decode(output[:-1] if stopped else output, skip_special_tokens=True)
        generations.append(Generation(text, stopped, len(output)))
    return generations


def fetch(tensor: torch.Tensor) -> Callable[[], list[int]]:
    """Begin to copy a tensor from its device; returns what waits for that, for nothing later."""
    if not tensor.is_cuda:
        return tensor.tolist
    host = torch.empty_like(tensor, device="cpu", pin_memory=True).copy_(tensor, non_blocking=True)
    copied = torch.cuda.Event()
    copied.record()

    def values() -> list[int]:
        copied.synchronize()
        return host.tolist()

    return values
