"""Batched greedy generation, guided by a grammar or not.

On a GPU, asking the guide about each row takes longer than a step. There the model runs ahead, some
steps at a time, while its guide reads what it wrote before. Where the guide disagrees, that row
alone goes back.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from anecdot.model import cached
from anecdot.model.batch import Batch
from anecdot.model.memory import in_halves
from anecdot.prompting.prompt import encode_prompt, stop_ids

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from anecdot.model.llama import Llama

# Where the model runs ahead of its guide, and by how many steps at a time. Not while more than one
# row in CALM goes back.
AHEAD = {"cuda"}
STRIDE = 4
CALM = 8

# Finished rows are dropped from a batch once they are this share of it: on a GPU a smaller batch
# is hardly faster, and its step has to be recorded again.
COMPACT_AT = {"cpu": 0.25, "cuda": 0.5}


@dataclass(frozen=True)
class Generation:
    """What a model answered: the text without its terminator, and whether it ended by itself."""

    text: str
    stopped: bool
    tokens: int


def generate(
    model: "PreTrainedModel | Llama",
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
        model: a causal language model. One whose attention is not `PACKED` is run by
            transformers' own `generate`, a text at a time.
        tokenizer: its tokenizer.
        texts: user inputs, not yet in the prompt's format.
        max_new_tokens: at most so many tokens an answer.
        batch_size: texts decoded together.
        make_guide: given the number of rows, makes what has the last word on their tokens
            (see `Unguided`); None decodes freely.
        skip: indices already answered; a batch is left out when all of its indices are there.
        share: which of the batches are this process's.
    """
    prompts = [encode_prompt(tokenizer, text) for text in texts]
    packed = cached.is_packed(model)
    way = _decode
    if not packed:
        from anecdot.model.alone import decode_alone as way
    decode = partial(way, model, tokenizer, budget=max_new_tokens, make_guide=make_guide)
    if packed:
        model.set_attn_implementation(cached.CACHED)
    try:
        for batch in list(batches([len(prompt) for prompt in prompts], batch_size))[share]:
            if all(index in skip for index in batch):
                continue
            answers = in_halves(decode, [prompts[i] for i in batch])
            yield from zip(batch, answers, strict=True)
    finally:
        if packed:
            model.set_attn_implementation(cached.PACKED)


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

    def final(self, _: int, output: list[int]) -> list[int]:
        """What a finished row has written."""
        return output

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
                output[:] = self.guide.final(at, output)
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


class Run:
    """Steps of a batch until every row is finished.

    On a GPU some steps are begun before those ahead of them have been looked at: what they wrote is
    void for rows that go back meanwhile.

    Args:
        batch: writes.
        answers: take what it writes.
        keep: whether the guide will want logits.
    """

    def __init__(self, batch: Batch, answers: Answers, keep: bool) -> None:
        self.batch, self.answers, self.keep = batch, answers, keep
        self.kind = batch.model.device.type
        self.ahead = self.kind in AHEAD
        self.void: set[int] = set()
        self.begun = self._begin()

    def _begin(self) -> tuple[Callable[[], Any], list[torch.Tensor]]:
        most = self.answers.longest + 2 * STRIDE
        return self.batch.run(STRIDE if self.ahead else 1, most, self.keep)

    def advance(self) -> None:
        """Look at the steps begun, let rows go back where the guide says so, and begin others."""
        batch, answers = self.batch, self.answers
        following = self._begin() if self.ahead else None
        tokens, logits = self.begun
        back = answers.take(tokens(), logits, self.void)
        if not answers.live:
            return
        self.ahead = self.kind in AHEAD and CALM * len(back) <= len(answers.live)
        if len(answers.live) <= len(answers.rows) * (1 - COMPACT_AT[self.kind]):
            batch.select(answers.drop_finished())
            back, following = set(answers.live), None
        batch.place(*answers.ends(back))
        self.void = back if following else set()
        self.begun = following or self._begin()


@torch.inference_mode()
def _decode(
    model: "PreTrainedModel | Llama",
    tokenizer: Any,
    prompts: list[list[int]],
    *,
    budget: int,
    make_guide: Callable[[int], Any] | None,
) -> list[Generation]:
    """Answer the prompts of one batch; see `generate`."""
    stops = stops_of(model, tokenizer, make_guide)
    batch = Batch(model, prompts, tokenizer.pad_token_id)
    # A GPU still reads the prompts while the guide is made.
    guide = make_guide(len(prompts)) if make_guide else Unguided(stops)
    answers = Answers(len(prompts), budget, stops, guide)
    run = Run(batch, answers, keep=make_guide is not None)
    while answers.live:
        run.advance()
    return [generation_of(tokenizer, output, stops) for output in answers.outputs]


def stops_of(
    model: "PreTrainedModel | Llama", tokenizer: Any, make_guide: Callable[[int], Any] | None
) -> set[int]:
    """Ids that end an answer: a guide ends its rows itself, with the tokenizer's terminators."""
    return set(stop_ids(tokenizer, None if make_guide else model.generation_config))


def generation_of(tokenizer: Any, output: list[int], stops: set[int]) -> Generation:
    stopped = output[-1] in stops
    text = tokenizer.decode(output[:-1] if stopped else output, skip_special_tokens=True)
    return Generation(text, stopped, len(output))
