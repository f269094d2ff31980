"""A batch of texts in the making: the cache of keys and values, and the steps that fill it.

On a GPU, launching a step's kernels one by one takes longer than running them: there a step is
recorded as a CUDA graph.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from anecdot.model.cached import Block, Blocks
from anecdot.model.llama import Llama

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# Tokens of room that a cache gains at a time.
BLOCK = 64


class Batch:
    """Texts in the making. A step reads the last token of every row and gives the next one.

    Args:
        model: its attention is `attention.CACHED`.
        prompts: token ids, two or more each.
        padding: id put before the shorter prompts.

    Attributes:
        starts: per row, the slot of its prompt's last token, which its first step reads.
    """

    def __init__(
        self, model: "PreTrainedModel | Llama", prompts: list[list[int]], padding: int
    ) -> None:
        device, self.model, self.padding = model.device, model, padding
        longest = max(map(len, prompts))
        ids = [[padding] * (longest - len(prompt)) + prompt for prompt in prompts]
        ids = torch.tensor(ids, device=device)
        self.room = longest - 1
        self.starts = [self.room] * len(prompts)
        self.next = list(self.starts)  # what `slots` holds, known without asking the device
        self.first = torch.tensor([longest - len(prompt) for prompt in prompts], device=device)
        self.slots = torch.full_like(self.first, self.room)
        self.tokens = ids[:, -1:].clone()
        # Not where each step gathers the weights of a base that processes share.
        self.records = device.type != "cpu" and not getattr(model, "is_shared", False)
        self.cache = cache_of(model, self.slots)
        slots = torch.arange(self.room, device=device)
        # Padding sees itself: of no scores at all there is no softmax.
        seen = (slots >= self.first[:, None])[:, None] | torch.eye(
            self.room, dtype=torch.bool, device=device
        )
        self._read(ids[:, :-1], slots - self.first[:, None], seen.tril(), 0)
        self._forget()

    def run(self, steps: int, keep: bool) -> tuple[Callable[[], Any], list[torch.Tensor]]:
        """Begin so many steps.

        Args:
            steps: how many.
            keep: whether the logits will be needed.

        Returns:
            What waits for the tokens and gives them, (steps, rows), and the logits of each step,
            (rows, vocabulary), or nothing.
        """
        self._make_room(max(self.next) + steps)
        best, kept = [], []
        for _ in range(steps):
            logits = self._step()
            best.append(logits.argmax(-1))
            kept += [logits.clone()] if keep else []
            self.tokens.copy_(best[-1][:, None])
            self.slots += 1
        self.next = [slot + steps for slot in self.next]
        return fetch(torch.stack(best)), kept

    def place(self, rows: list[int], behind: list[int], tokens: list[int]) -> None:
        """Let rows read other tokens next: `tokens`, the last of so many behind the prompt."""
        if not rows:
            return
        for row, count in zip(rows, behind, strict=True):
            self.next[row] = self.starts[row] + count
        values = torch.tensor([rows, [self.next[row] for row in rows], tokens])
        if self.slots.is_cuda:
            values = values.pin_memory()
        at, slots, tokens = values.to(self.slots.device, non_blocking=True)
        self.slots[at] = slots
        self.tokens[at, 0] = tokens

    def replace(self, rows: list[int], prompts: list[list[int]]) -> None:
        """Begin other texts in these rows; what is recorded holds on, since no memory moves."""
        new, at = Batch(self.model, prompts, self.padding), torch.tensor(rows)
        self._make_room(new.room)
        at = at.to(self.slots.device)
        self.first[at], self.slots[at], self.tokens[at] = new.first, new.slots, new.tokens
        for layer, filled in zip(self.cache.layers, new.cache.layers, strict=True):
            layer.replace(at, filled)
        for row, start in zip(rows, new.starts, strict=True):
            self.starts[row] = self.next[row] = start

    def select(self, rows: list[int]) -> None:
        """Go on with these rows alone."""
        at = torch.tensor(rows, device=self.slots.device)
        self.tokens, self.first, self.slots = self.tokens[at], self.first[at], self.slots[at]
        self.starts, self.next = (
            [known[row] for row in rows] for known in (self.starts, self.next)
        )
        for layer in self.cache.layers:
            layer.select(at, self.slots)
        self._forget()

    def _make_room(self, tokens: int) -> None:
        """See that every row has room for so many tokens."""
        if (missing := tokens - self.room) > 0:
            more = -(-missing // BLOCK) * BLOCK
            self.room += more
            for layer in self.cache.layers:
                layer.grow(more)
            self._forget()

    def _forget(self) -> None:
        """What was recorded holds no longer: memory has moved."""
        self.graph: torch.cuda.CUDAGraph | None = None
        self.plain_steps = 0  # the first step of a shape may still load kernels

    def _step(self) -> torch.Tensor:
        """Logits behind the tokens, (rows, vocabulary); good until the next step."""
        self.plain_steps += 1
        if not self.records or self.plain_steps == 1:
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
        return self._read(self.tokens, (self.slots - self.first)[:, None], seen[:, None], 1)[:, 0]

    def _read(
        self, ids: torch.Tensor, positions: torch.Tensor, seen: torch.Tensor, keep: int
    ) -> torch.Tensor:
        """Logits of the last tokens, (rows, keep, vocabulary).

        ids, positions: (rows, tokens); seen: (rows, tokens, room), what each attends to.
        """
        dtype = self.model.get_input_embeddings().weight.dtype
        mask = torch.zeros(seen.shape, dtype=dtype, device=seen.device)
        return self.model(
            input_ids=ids, position_ids=positions.clamp(min=0),
            attention_mask=mask.masked_fill_(~seen, torch.finfo(dtype).min)[:, None],
            past_key_values=self.cache, use_cache=True,
            # By index: a slice of several rows is not contiguous, and for such a one PyTorch
            # copies the head's weights for every row (CPU, bfloat16).
            logits_to_keep=torch.arange(-keep, 0, device=ids.device),
        ).logits  # fmt: skip


def cache_of(model: "PreTrainedModel | Llama", slots: torch.Tensor) -> Any:
    """An empty cache for `model`; slots: (rows,), where each row's next key and value go."""
    layers = range(model.config.get_text_config().num_hidden_layers)
    if isinstance(model, Llama):
        return Blocks([Block(slots) for _ in layers])
    from transformers import Cache

    from anecdot.model.attention import BlockLayer

    return Cache([BlockLayer(slots) for _ in layers])


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
