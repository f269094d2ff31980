"""The answers of a model to the held-out pairs, and its loss on them; resumable."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel

from anecdot.common import processes
from anecdot.common.checkpoints import Checkpoints
from anecdot.common.files import digest, read_jsonl
from anecdot.common.params import Params
from anecdot.model import base as models
from anecdot.model.adapter import load_adapter, load_tuned
from anecdot.model.answers import answer_all
from anecdot.model.loss import mean_loss
from anecdot.prompting.examples import load_examples
from anecdot.prompting.prompt import user_text

PREPARED = Path("data/prepared")

Rows = list[dict[str, Any]]


def blocks() -> dict[str, Path]:
    """The held-out files by the names of their blocks: validation, novel, further test sets."""
    further = [str(row.get("name")) for _, row in read_jsonl(PREPARED / "tests/sets.jsonl")]
    known = {name: PREPARED / f"{name}.jsonl" for name in ("validation", "novel")}
    return known | {name: PREPARED / f"tests/{name}.jsonl" for name in further}


def read_held_out() -> Rows:
    """The held-out pairs of all blocks, each with its block's name."""
    return [
        {"block": block, **row} for block, path in blocks().items() for _, row in read_jsonl(path)
    ]


def answer_held_out(
    name: str,
    params: Params,
    rows: Rows,
    adapter: Path | None = None,
    make_guide: Callable[..., Any] | None = None,
) -> tuple[Rows, dict[str, float], Checkpoints]:
    """Answers of one model to every row, in row order, and its loss for each block.

    A run that was killed goes on behind the last batch that it had answered, from the checkpoints
    that are the third result: to be removed once all is written.

    Args:
        name: of the model, for progress and checkpoints.
        params: those of the stage.
        rows: from `read_held_out`.
        adapter: its folder; None answers with the untouched base.
        make_guide: given tokenizer, budget and rows, makes what has the last word on the tokens.
            How a model decodes changes no loss: none is measured then. Where it decodes freely,
            the adapter's on `validation` is also measured unmerged, under the key `unmerged`.
    """
    tokenizer = models.tokenizer_of(params)

    def loss(model: PreTrainedModel, block: str) -> float:
        path = blocks()[block]
        examples, _ = processes.main_process_first(partial(load_examples, path, tokenizer))
        return mean_loss(model, examples, params.eval_batch_size)

    asked, losses = {row["block"]: None for row in rows}, {}
    if adapter and not make_guide and "validation" in asked:
        # Merging rounds the sum of weight and update to 16 bit: say what that changes.
        unmerged = load_adapter(params, adapter)
        losses["unmerged"] = loss(unmerged.get_base_model(), "validation")
        del unmerged
    model, _ = load_tuned(params, adapter)
    if not make_guide:
        losses |= {block: loss(model, block) for block in asked}

    stage = "evaluate" if adapter else "baseline"
    key = params.as_dict() | {"pairs": digest(rows)[:16]}
    checkpoints = processes.main_process_first(lambda: Checkpoints(stage, key, part=name))
    generations = answer_all(
        model, tokenizer, [user_text(row) for row in rows], params.max_new_tokens,
        params.eval_batch_size,
        partial(make_guide, tokenizer, params.max_new_tokens) if make_guide else None,
        checkpoints.folder / "answers.jsonl", stage=f"evaluate: {name} model",
    )  # fmt: skip
    answers = [
        {"block": row["block"], "id": row["id"], **vars(generation)}
        for row, generation in zip(rows, generations, strict=True)
    ]
    return answers, losses, checkpoints
