"""Batched greedy generation, constrained by the DOT grammar or not.

On a GPU, launching a step's kernels one by one takes longer than running them, and so does asking
the grammar about each row. There a step is recorded as a CUDA graph, and the model runs ahead, some
steps at a time, while its guide reads what it wrote before. Where the guide disagrees, that row
alone goes back.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import Cache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from anecdot.model import attention
from anecdot.model.memory import in_halves
from anecdot.prompting.prompt import encode_prompt, stop_ids

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
        if not rows:
            return
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
    Only one too large for the memory is halved.

    Args:
        model: a causal language model; its attention implementation is another meanwhile.
        tokenizer: its tokenizer.
        texts: user inputs, not yet in the prompt's format.
        max_new_tokens: at most so many tokens an answer.
        batch_size: texts decoded together.
        make_guide: given the number of rows, makes what has the last word on their tokens
            (see `anecdot.grammar.guide`); None decodes freely.
        skip: indices already answered; a batch is left out when all of its indices are there.
        share: which of the batches are this process's.
    """
    prompts = [encode_prompt(tokenizer, text) for text in texts]
    decode = partial(_decode, model, tokenizer, budget=max_new_tokens, make_guide=make_guide)
    usual = model.config._attn_implementation
    model.set_attn_implementation(attention.CACHED)
    try:
        for batch in list(batches([len(prompt) for prompt in prompts], batch_size))[share]:
            if all(index in skip for index in batch):
                continue
            answers = in_halves(decode, [prompts[i] for i in batch])
            yield from zip(batch, answers, strict=True)
    finally:
        model.set_attn_implementation(usual)


def batches(lengths: list[int], size: int) -> Iterator[list[int]]:
    """Indices in batches of at most `size`, longest first (out of memory shows at once)."""
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    for start in range(0, len(order), size):
        yield order[start : start + size]


class Unguided:
    """Lets every row write what the model wishes for, up to a terminator.

    Args:
        stops: ids of the terminators.
    """

    def __init__(self, stops: set[int]) -> None:
        self.stops = stops

    def follow(self, _: int, wished: list[int], __: list[torch.Tensor]) -> list[int]:
        """What the row writes of the tokens wished for."""
        return wished[: next((n for n, token in enumerate(wished, 1) if token in self.stops), None)]

    def select(self, _: list[int]) -> None:
        """Rows have no state here."""


class Answers:
    """What the rows of a batch have written.

    Args:
        count: rows.
        budget: at most so many tokens a row.
        stops: ids of the terminators.
        guide: has the last word on each row's tokens.

    Attributes:
        rows: which answers the rows of the batch write.
        live: the rows that are not finished.
    """

    def __init__(self, count: int, budget: int, stops: set[int], guide: Any) -> None:
        self.budget, self.stops, self.guide = budget, stops, guide
        self.outputs: list[list[int]] = [[] for _ in range(count)]
        self.rows = list(range(count))
        self.live = set(self.rows)

    @property
    def longest(self) -> int:
        """Tokens of the longest answer that is not finished."""
        return max(len(self.outputs[self.rows[at]]) for at in self.live)

    def take(self, steps: list[list[int]], logits: list[torch.Tensor], void: set[int]) -> set[int]:
        """Take the tokens of some steps, (steps, rows), but for those of the rows in `void`.

        Returns the rows that wrote something else: their later steps have read the wrong tokens.
        """
        disagreeing = set()
        for at in sorted(self.live - void):
            output = self.outputs[self.rows[at]]
            wished = [step[at] for step in steps][: self.budget - len(output)]
            taken = self.guide.follow(at, wished, logits)
            output += taken
            if output[-1] in self.stops or len(output) == self.budget:
                self.live.discard(at)
            elif taken != wished:
                disagreeing.add(at)
        return disagreeing

    def drop_finished(self) -> list[int]:
        """Go on with the live rows alone; returns which they were."""
        kept = sorted(self.live)
        self.rows = [self.rows[at] for at in kept]
        self.live = set(range(len(kept)))
        self.guide.select(kept)
        return kept

    def ends(self, rows: set[int]) -> tuple[list[int], list[int], list[int]]:
        """Rows, how many tokens each has written, the last of them; finished rows are included.

        Those go back to their first token, where they can do no harm.
        """
        finished = set(range(len(self.rows))) - self.live
        at = sorted(rows | finished)
        ends = [[0] if row in finished else self.outputs[self.rows[row]] for row in at]
        return at, [len(end) for end in ends], [end[-1] for end in ends]


@torch.inference_mode()
def _decode(
    model: PreTrainedModel,
    tokenizer: Any,
    prompts: list[list[int]],
    *,
    budget: int,
    make_guide: Callable[[int], Any] | None,
) -> list[Generation]:
    """Answer the prompts of one batch; see `generate`."""
    stops = set(stop_ids(tokenizer, model.generation_config))
    kind = model.device.type
    batch = Batch(model, prompts, tokenizer.pad_token_id)
    # A GPU still reads the prompts while the guide is made.
    guide = make_guide(len(prompts)) if make_guide else Unguided(stops)
    answers = Answers(len(prompts), budget, stops, guide)
    ahead = kind in AHEAD

    def begin() -> tuple[Callable[[], Any], list[torch.Tensor]]:
        steps = STRIDE if ahead else 1
        return batch.run(steps, answers.longest + 2 * STRIDE, keep=make_guide is not None)

    void: set[int] = set()  # rows that went back after the steps to be looked at were begun
    begun = begin()
    while True:
        following = begin() if ahead else None
        tokens, logits = begun
        back = answers.take(tokens(), logits, void)
        if not answers.live:
            break
        ahead = kind in AHEAD and CALM * len(back) <= len(answers.live)
        if len(answers.live) <= len(answers.rows) * (1 - COMPACT_AT[kind]):
            batch.select(answers.drop_finished())
            back, following = set(answers.live), None
        batch.place(*answers.ends(back))
        void = back if following else set()
        begun = following or begin()

    generations = []
    for output in answers.outputs:
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
