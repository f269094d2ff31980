"""Batched greedy generation, constrained by the DOT grammar or not.

On a GPU, launching a step's kernels one by one takes longer than running them, and so does asking
the grammar about each row. There a step is recorded as a CUDA graph, and the model runs ahead, some
steps at a time, while its guide reads what it wrote before. Where the guide disagrees, that row
alone goes back.
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

# Where the model runs ahead of its guide, and by how many steps at a time. Not while more than one
# row in CALM goes back.
AHEAD = {"cuda"}
STRIDE = 4
CALM = 8

# Finished rows are dropped from a batch once they are this share of it: on a GPU a smaller batch
# is hardly faster, and its step has to be recorded again.
COMPACT_AT = {"cpu": 0.25, "cuda": 0.5}

# Tokens of room that a cache gains at a time.
BLOCK = 64


class BlockLayer(DynamicLayer):
    """Keys and values in memory that grows by blocks: nothing is copied or allocated at each token.

    What is not filled, or no longer holds, is masked.

    Args:
        slots: (rows,), where each row's next key and value go; shared by all layers.
    """

    def __init__(self, slots: torch.Tensor) -> None:
        super().__init__()
        self.slots = slots

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep (rows, heads, new tokens, head size): those of the prompts, then one at its slot.

        Returns all, with the room.
        """
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self.keys, self.values = key_states, value_states
        else:
            rows = torch.arange(len(self.slots), device=self.slots.device)
            self.keys[rows, :, self.slots] = key_states[:, :, 0]
            self.values[rows, :, self.slots] = value_states[:, :, 0]
        return self.keys, self.values

    def grow(self, tokens: int) -> None:
        """Add room for so many tokens."""
        self.keys, self.values = (pad(x, (0, 0, 0, tokens)) for x in (self.keys, self.values))

    def select(self, rows: torch.Tensor, slots: torch.Tensor) -> None:
        """Go on with these rows alone, and other slots."""
        self.keys, self.values, self.slots = self.keys[rows], self.values[rows], slots


class Batch:
    """Texts in the making. A step reads the last token of every row and gives the next one.

    Args:
        model: its attention is `attention.CACHED`.
        prompts: token ids, two or more each.
        padding: id put before the shorter prompts.

    Attributes:
        start: slot of the prompts' last token, which the first step reads.
    """

    def __init__(self, model: PreTrainedModel, prompts: list[list[int]], padding: int) -> None:
        device, self.model = model.device, model
        longest = max(map(len, prompts))
        ids = [[padding] * (longest - len(prompt)) + prompt for prompt in prompts]
        ids = torch.tensor(ids, device=device)
        self.start = self.room = longest - 1
        self.first = torch.tensor([longest - len(prompt) for prompt in prompts], device=device)
        self.slots = torch.full_like(self.first, self.start)
        self.tokens = ids[:, -1:].clone()
        layers = [BlockLayer(self.slots) for _ in range(model.config.num_hidden_layers)]
        self.cache = Cache(layers)
        slots = torch.arange(self.start, device=device)
        # Padding sees itself: of no scores at all there is no softmax.
        seen = (slots >= self.first[:, None])[:, None] | torch.eye(
            self.start, dtype=torch.bool, device=device
        )
        self._read(ids[:, :-1], slots - self.first[:, None], seen.tril())
        self._forget()

    def run(
        self, steps: int, most: int, keep: bool
    ) -> tuple[Callable[[], Any], list[torch.Tensor]]:
        """Begin so many steps.

        Args:
            steps: how many.
            most: tokens that a row can have behind its prompt when they are done.
            keep: whether the logits will be needed.

        Returns:
            What waits for the tokens and gives them, (steps, rows), and the logits of each step,
            (rows, vocabulary), or nothing.
        """
        if (missing := self.start + most - self.room) > 0:
            more = -(-missing // BLOCK) * BLOCK
            self.room += more
            for layer in self.cache.layers:
                layer.grow(more)
            self._forget()
        best, kept = [], []
        for _ in range(steps):
            logits = self._step()
            best.append(logits.argmax(-1))
            kept += [logits.clone()] if keep else []
            self.tokens.copy_(best[-1][:, None])
            self.slots += 1
        return fetch(torch.stack(best)), kept

    def place(self, rows: list[int], behind: list[int], tokens: list[int]) -> None:
        """Let rows read other tokens next: `tokens`, the last of so many behind the prompt."""
        values = torch.tensor([rows, [self.start + n for n in behind], tokens])
        if self.slots.is_cuda:
            values = values.pin_memory()
        at, slots, tokens = values.to(self.slots.device, non_blocking=True)
        self.slots[at] = slots
        self.tokens[at, 0] = tokens

    def select(self, rows: list[int]) -> None:
        """Go on with these rows alone."""
        at = torch.tensor(rows, device=self.slots.device)
        self.tokens, self.first, self.slots = self.tokens[at], self.first[at], self.slots[at]
        for layer in self.cache.layers:
            layer.select(at, self.slots)
        self._forget()

    def _forget(self) -> None:
        """What was recorded holds no longer: memory has moved."""
        self.graph: torch.cuda.CUDAGraph | None = None
        self.plain_steps = 0  # the first step of a shape may still load kernels

    def _step(self) -> torch.Tensor:
        """Logits behind the tokens, (rows, vocabulary); good until the next step."""
        self.plain_steps += 1
        if self.tokens.device.type == "cpu" or self.plain_steps == 1:
            return self._next()
        if self.graph is None:
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.logits = self._next()
        self.graph.replay()
        return self.logits

    def _next(self) -> torch.Tensor:
        slots = torch.arange(self.room, device=self.slots.device)
        seen = (slots >= self.first[:, None]) & (slots <= self.slots[:, None])
        return self._read(self.tokens, (self.slots - self.first)[:, None], seen[:, None])

    def _read(self, ids: torch.Tensor, positions: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """ids, positions: (rows, tokens); seen: (rows, tokens, room), what each attends to."""
        dtype = self.model.get_input_embeddings().weight.dtype
        mask = torch.zeros(seen.shape, dtype=dtype, device=seen.device)
        return self.model(
            input_ids=ids, position_ids=positions.clamp(min=0),
            attention_mask=mask.masked_fill_(~seen, torch.finfo(dtype).min)[:, None],
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
    live = set(rows)  # rows that are not finished
    kind = model.device.type
    eager = kind in AHEAD
    batch = Batch(model, prompts, tokenizer.pad_token_id)

    def begin() -> tuple[Callable[[], Any], list[torch.Tensor]]:
        most = max(len(outputs[rows[at]]) for at in live) + 2 * STRIDE
        return batch.run(STRIDE if eager else 1, most, keep=guide is not None)

    void: set[int] = set()  # rows that went back after the steps to be looked at were begun
    begun = begin()
    while live:
        following = begin() if eager else None
        tokens, logits = begun
        back = set()
        for at, wished in enumerate(zip(*tokens(), strict=True)):
            if at not in live or at in void:
                continue
            output = outputs[rows[at]]
            wished = list(wished[: budget - len(output)])
            if guide:
                taken = guide.follow(at, wished, logits)
            else:
                taken = wished[: next((n for n, t in enumerate(wished, 1) if t in stops), None)]
            output += taken
            if output[-1] in stops or len(output) == budget:
                live.discard(at)
            elif taken != wished:
                back.add(at)
        eager = kind in AHEAD and CALM * len(back) <= len(live)
        if live and len(live) <= len(rows) * (1 - COMPACT_AT[kind]):
            kept = sorted(live)
            batch.select(kept)
            rows = [rows[at] for at in kept]
            live, back, following = set(range(len(rows))), set(range(len(rows))), None
            if guide:
                guide.select(kept)
        # Finished rows stay where they can do no harm.
        moved = sorted(back | (set(range(len(rows))) - live))
        if moved:
            ends = [outputs[rows[at]] if at in live else [0] for at in moved]
            batch.place(moved, [len(end) for end in ends], [end[-1] for end in ends])
        void = back if following else set()
        begun = following or (begin() if live else begun)

    generations = []
    for output in outputs:
        stopped = output[-1] in stops
        text = tokenizer.decode(output[:-1] if stopped else output, skip_special_tokens=True)
        generations.append(Generation(text, stopped, len(output)))
    return generations


def fetch(tensor: torch.Tensor) -> Callable[[], Any]:
    """Begin to copy a tensor from its device; returns what waits for that and gives it as lists."""
    if not tensor.is_cuda:
        return tensor.tolist
    host = torch.empty_like(tensor, device="cpu", pin_memory=True).copy_(tensor, non_blocking=True)
    copied = torch.cuda.Event()
    copied.record()

    def values() -> Any:
        copied.synchronize()
        return host.tolist()

    return values
