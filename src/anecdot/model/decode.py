"""Batched greedy generation, guided by a grammar or not.

On a GPU, asking the guide about each row takes longer than a step. There the model runs ahead, some
steps at a time, while its guide reads what it wrote before. Where the guide disagrees, that row
alone goes back. And a step of many rows takes hardly longer than one of few: there a row whose text
has ended begins the next one, while on a CPU it is dropped.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from anecdot.model import cached
from anecdot.model.batch import Batch
from anecdot.prompting.prompt import encode_prompt, stop_ids

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from anecdot.model.llama import Llama

# Where the model runs ahead of its guide, and by how many steps at a time. Not while more than one
# row in CALM goes back.
AHEAD = {"cuda"}
STRIDE = 4
CALM = 8

# Where rows whose text has ended begin others, once they are this share of the batch: to read
# prompts takes the time of some steps, however few they are.
REFILL_AT = {"cuda": 0.25}

# Where none is left to begin, they are dropped once they are this share: on a GPU a smaller batch
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
    """Answer every text greedily, yielding (index, answer) as answers end.

    Prompts are sorted by length, so that little is padded. On a CPU the batches depend on the texts
    and `batch_size` alone, since another batch can change the last bit of a logit and so the
    output: one that was interrupted is answered again. On a GPU the rows of a single batch take up
    one text after the other.

    Args:
        model: a causal language model. One whose attention is not `PACKED` is run by
            transformers' own `generate`, a text at a time.
        tokenizer: its tokenizer.
        texts: user inputs, not yet in the prompt's format.
        max_new_tokens: at most so many tokens an answer.
        batch_size: texts decoded together; fewer where the memory is too small for them.
        make_guide: given the number of rows, makes what has the last word on their tokens
            (see `Unguided`); None decodes freely.
        skip: indices already answered.
        share: which of the batches (on a GPU, of the texts) are this process's.
    """
    prompts = [encode_prompt(tokenizer, text) for text in texts]
    lengths = [len(prompt) for prompt in prompts]
    packed = cached.is_packed(model)
    way = _decode
    if not packed:
        from anecdot.model.alone import decode_alone as way
    decode = partial(way, model, tokenizer, budget=max_new_tokens, make_guide=make_guide)
    if packed and model.device.type in REFILL_AT:
        order = [index for batch in batches(lengths, batch_size) for index in batch]
        groups = [[index for index in order[share] if index not in skip]]
    else:
        groups = list(batches(lengths, batch_size))[share]
        groups = [group for group in groups if not all(index in skip for index in group)]
    if packed:
        model.set_attn_implementation(cached.CACHED)
    try:
        for group in groups:
            yield from _with_fewer_rows(decode, prompts, group, batch_size)
    finally:
        if packed:
            model.set_attn_implementation(cached.PACKED)


def _with_fewer_rows(
    decode: Callable[..., Iterator[tuple[int, Generation]]],
    prompts: list[list[int]],
    left: list[int],
    rows: int,
) -> Iterator[tuple[int, Generation]]:
    """Answers to the prompts `left`; with half as many rows whenever memory is too small for them.

    Raises torch.OutOfMemoryError where it is too small for a single one.
    """
    while left:
        rows, answered = min(rows, len(left)), set()
        try:
            for at, answer in decode([prompts[index] for index in left], rows=rows):
                answered.add(left[at])
                yield left[at], answer
        except torch.OutOfMemoryError:
            if rows == 1:
                raise
        # Behind the handler, which holds on to what has failed.
        if left := [index for index in left if index not in answered]:
            torch.cuda.empty_cache()
            print(f"out of memory with {rows} at a time; going on with {rows // 2}")
            rows //= 2


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

    def begin(self, _: int) -> None:
        """Nor a beginning."""


class Answers:
    """What the rows of a batch have written.

    Args:
        count: texts to be answered.
        rows: the first so many are written at first.
        budget: at most so many tokens an answer.
        stops: ids of the terminators.
        guide: has the last word on each row's tokens.

    Attributes:
        outputs: the answers, as far as they are written.
        rows: which answers the rows of the batch write.
        live: the rows that are not finished.
        waiting: the answers that no row has begun.
    """

    def __init__(self, count: int, rows: int, budget: int, stops: set[int], guide: Any) -> None:
        self.budget, self.stops, self.guide = budget, stops, guide
        self.outputs: list[list[int]] = [[] for _ in range(count)]
        self.rows = list(range(rows))
        self.live = set(self.rows)
        self.waiting = range(rows, count)

    def take(
        self, steps: list[list[int]], logits: list[torch.Tensor], void: set[int]
    ) -> tuple[set[int], list[int]]:
        """Take the tokens of some steps, (steps, rows), but for those of the rows in `void`.

        Returns the rows that wrote something else: their later steps have read the wrong tokens.
        And the answers that have ended.
        """
        disagreeing, ended = set(), []
        for at in sorted(self.live - void):
            output = self.outputs[self.rows[at]]
            wished = [step[at] for step in steps][: self.budget - len(output)]
            taken = self.guide.follow(at, wished, logits)
            output += taken
            if output[-1] in self.stops or len(output) == self.budget:
                self.live.discard(at)
                output[:] = self.guide.final(at, output)
                ended.append(self.rows[at])
            elif taken != wished:
                disagreeing.add(at)
        return disagreeing, ended

    @property
    def all_begun(self) -> bool:
        """Whether no answer waits or has a row that wrote nothing yet."""
        return not self.waiting and all(self.outputs[self.rows[at]] for at in self.live)

    @property
    def finished(self) -> list[int]:
        """The rows that are."""
        return [at for at in range(len(self.rows)) if at not in self.live]

    def begin_others(self) -> tuple[list[int], list[int]]:
        """Let finished rows write answers that wait; returns the rows and what they write now."""
        rows = self.finished[: len(self.waiting)]
        begun, self.waiting = self.waiting[: len(rows)], self.waiting[len(rows) :]
        for at, answer in zip(rows, begun, strict=True):
            self.rows[at] = answer
            self.guide.begin(at)
        self.live.update(rows)
        return rows, list(begun)

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
        at = sorted(rows.union(self.finished))
        ends = [self.outputs[self.rows[row]] if row in self.live else [0] for row in at]
        return at, [len(end) for end in ends], [end[-1] for end in ends]


class Run:
    """Steps of a batch until every text is answered.

    On a GPU some steps are begun before those ahead of them have been looked at: what they wrote is
    void for rows that go back meanwhile, or begin another text.

    Args:
        batch: of the first prompts.
        prompts: token ids of each text.
        answers: take what the batch writes.
        keep: whether the guide will want logits.
    """

    def __init__(
        self, batch: Batch, prompts: list[list[int]], answers: Answers, keep: bool
    ) -> None:
        self.batch, self.prompts, self.answers, self.keep = batch, prompts, answers, keep
        self.kind = batch.model.device.type
        self.ahead = self.kind in AHEAD
        self.void: set[int] = set()
        self.begun = self._begin()

    def _begin(self) -> tuple[Callable[[], Any], list[torch.Tensor]]:
        return self.batch.run(STRIDE if self.ahead else 1, self.keep)

    def advance(self) -> list[int]:
        """Look at the steps begun, let rows go back where the guide says so, and begin others.

        Returns the answers that have ended.
        """
        batch, answers = self.batch, self.answers
        following = self._begin() if self.ahead else None
        tokens, logits = self.begun
        back, ended = answers.take(tokens(), logits, self.void)
        self.void = set()
        if not (answers.live or answers.waiting):
            return ended
        self.ahead = self.kind in AHEAD and CALM * len(back) <= len(answers.live)
        share = len(answers.finished) / len(answers.rows)
        if answers.waiting and share >= REFILL_AT.get(self.kind, 1.0):
            rows, begun = answers.begin_others()
            batch.replace(rows, [self.prompts[answer] for answer in begun])
            self.void.update(rows)
        elif answers.all_begun and share >= COMPACT_AT[self.kind]:
            batch.select(answers.drop_finished())
            back, following = set(answers.live), None
        batch.place(*answers.ends(back))
        self.void = self.void | back if following else set()
        self.begun = following or self._begin()
        return ended


@torch.inference_mode()
def _decode(
    model: "PreTrainedModel | Llama",
    tokenizer: Any,
    prompts: list[list[int]],
    *,
    rows: int,
    budget: int,
    make_guide: Callable[[int], Any] | None,
) -> Iterator[tuple[int, Generation]]:
    """Answer the prompts, so many at a time; see `generate`."""
    stops = stops_of(model, tokenizer, make_guide)
    batch = Batch(model, prompts[:rows], tokenizer.pad_token_id)
    # A GPU still reads the prompts while the guide is made.
    guide = make_guide(rows) if make_guide else Unguided(stops)
    answers = Answers(len(prompts), rows, budget, stops, guide)
    run = Run(batch, prompts, answers, keep=make_guide is not None)
    while answers.live or answers.waiting:
        for at in run.advance():
            yield at, generation_of(tokenizer, answers.outputs[at], stops)


def stops_of(
    model: "PreTrainedModel | Llama", tokenizer: Any, make_guide: Callable[[int], Any] | None
) -> set[int]:
    """Ids that end an answer: a guide ends its rows itself, with the tokenizer's terminators."""
    return set(stop_ids(tokenizer, None if make_guide else model.generation_config))


def generation_of(tokenizer: Any, output: list[int], stops: set[int]) -> Generation:
    stopped = output[-1] in stops
    text = tokenizer.decode(output[:-1] if stopped else output, skip_special_tokens=True)
    return Generation(text, stopped, len(output))
