"""The answers of a model to the held-out pairs, and its loss on them; resumable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel

from anecdot.common import processes
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.errors import UserError
from anecdot.common.files import GENERATED, digest, read_json, read_jsonl
from anecdot.common.params import Params
from anecdot.model import base as models
from anecdot.model.adapter import load_adapter, load_tuned
from anecdot.model.answers import answer_all
from anecdot.model.loss import mean_loss
from anecdot.prompting.examples import Examples, Room, load_examples
from anecdot.prompting.prepared import PREPARED, read_prepared
from anecdot.prompting.prompt import user_text

BLOCKS = ("validation", "novel")
ANSWERS, LOSSES = "answers.jsonl", "losses.json"

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class HeldOutPairs:
    """The held-out pairs that the model can read with room for an answer.

    Attributes:
        rows: the pairs of all blocks, each with its block's name.
        examples: the same, tokenised, by block.
        left_out: by block, how many pairs need more tokens than the model reads.
    """

    rows: Rows
    examples: dict[str, Examples]

    @property
    def left_out(self) -> dict[str, int]:
        return {block: len(examples.left_out) for block, examples in self.examples.items()}


def read_held_out(params: Params, blocks: Sequence[str] = BLOCKS) -> HeldOutPairs:
    """Read the held-out pairs and leave out, with a line for each, those that do not fit.

    Needs the tokenizer and no model.
    """
    tokenizer, context = models.tokenizer_of(params), models.context_of(params)
    room = Room(
        context,
        params.max_new_tokens,
        limit=f"the {context} that the model reads (of an answer up to {params.max_new_tokens})",
        remedy="lower max_new_tokens in params.yaml, or shorten them",
    )
    rows, tokenised = [], {}
    for block in blocks:
        path = PREPARED / f"{block}.jsonl"
        load = partial(load_examples, path, tokenizer, room)
        tokenised[block] = processes.main_process_first(load)
        pairs = [{"block": block, **row} for _, row in read_prepared(path)]
        rows += [pairs[at] for at in tokenised[block].kept]
    return HeldOutPairs(rows, tokenised)


def read_answered(folder: Path, rows: Rows) -> tuple[Rows, dict[str, float]]:
    """The answers to `rows`, in their order, and the losses that stage baseline wrote.

    Raises:
        UserError: naming file and line of what is damaged or answers something else.
    """
    path, answers = folder / ANSWERS, []
    for line, answer in read_jsonl(path):
        row = rows[len(answers)] if len(answers) < len(rows) else {}
        if any(answer.get(name) != row.get(name) for name in ("block", "id")):
            raise UserError(f"{path}:{line}: not the answer to a held-out pair; {GENERATED}")
        kinds = {name: type(answer.get(name)) for name in ("text", "stopped", "tokens")}
        if kinds != {"text": str, "stopped": bool, "tokens": int}:
            raise UserError(f"{path}:{line}: not an answer; {GENERATED}")
        answers.append(answer)
    if len(answers) < len(rows):
        raise UserError(f"{path}: {len(answers)} answers to {len(rows)} pairs; {GENERATED}")
    losses = read_json(folder / LOSSES)
    for block in {row["block"] for row in rows}:
        if not isinstance(losses.get(block), float):
            raise UserError(f"{folder / LOSSES}: holds no loss on {block}; {GENERATED}")
    return answers, losses


def answer_held_out(
    name: str,
    params: Params,
    held_out: HeldOutPairs,
    adapter: Path | None = None,
    make_guide: Callable[..., Any] | None = None,
) -> tuple[Rows, dict[str, float], Checkpoints]:
    """Answers of one model to every pair, in their order, and its loss for each block.

    A run that was killed goes on behind the last batch that it had answered, from the checkpoints
    that are the third result: to be removed once all is written.

    Args:
        name: of the model, for progress and checkpoints.
        params: those of the stage.
        held_out: from `read_held_out`.
        adapter: its folder; None answers with the untouched base.
        make_guide: given tokenizer, budget and rows, makes what has the last word on the tokens.
            How a model decodes changes no loss: none is measured then. Where it decodes freely,
            the adapter's on `validation` is also measured unmerged, under the key `unmerged`.
    """
    tokenizer, rows = models.tokenizer_of(params), held_out.rows

    def loss(model: PreTrainedModel, block: str) -> float:
        return mean_loss(model, held_out.examples[block], params.eval_batch_size)

    losses = {}
    if adapter and not make_guide and "validation" in held_out.examples:
        # Merging rounds the sum of weight and update to 16 bit: say what that changes.
        unmerged = load_adapter(params, adapter)
        losses["unmerged"] = loss(unmerged.get_base_model(), "validation")
        del unmerged
    model, _ = load_tuned(params, adapter)
    if not make_guide:
        losses |= {block: loss(model, block) for block in held_out.examples}

    stage = "evaluate" if adapter else "baseline"
    key = params.as_dict() | {"pairs": digest(rows)[:16]}
    checkpoints = processes.main_process_first(lambda: Checkpoints(stage, key, part=name))
    generations = answer_all(
        model, tokenizer, [user_text(row) for row in rows], params.max_new_tokens,
        params.eval_batch_size,
        partial(make_guide, tokenizer, params.max_new_tokens) if make_guide else None,
        checkpoints.folder / "answers.jsonl", stage=f"{stage}: {name} model",
    )  # fmt: skip
    answers = [
        {"block": row["block"], "id": row["id"], **vars(generation)}
        for row, generation in zip(rows, generations, strict=True)
    ]
    return answers, losses, checkpoints
