"""Stage 3: what the adapter gained, on pairs that were not trained on.

    python src/evaluate.py --base   stage baseline: the untouched base model's answers
    python src/evaluate.py          stage evaluate: the adapter's answers, then all figures

Reads data/prepared/{validation,novel}.jsonl and models/adapter; writes metrics/evaluate.json,
metrics/predictions.jsonl (every answer with its verdict), metrics/plots and metrics/report.html.
"""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anecdot.common import cli, processes
from anecdot.common.files import open_text, read_jsonl, write_json, write_jsonl
from anecdot.common.params import Params, read_params
from anecdot.scoring import figures as scoring

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from anecdot.common.checkpoints import Checkpoints

BLOCKS = ("validation", "novel")
PREPARED = Path("data/prepared")
ADAPTER = Path("models/adapter")
METRICS = Path("metrics")
BASELINE = METRICS / "baseline"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--base", action="store_true", help="answer with the untouched base model")
    parser.add_argument("--show", action="store_true", help="print the figures measured last")
    args = parser.parse_args()
    if args.show:
        print(scoring.show(METRICS / "evaluate.json"))
        print(f"\nreport: {METRICS / 'report.html'}")
        return
    stage = baseline if args.base else evaluate
    params = read_params(stage.__name__)
    processes.relaunch(params.launch)
    processes.join()
    stage(params)


def baseline(params: Params) -> None:
    """Answer with the base model. A stage of its own, so that DVC runs it once for each base."""
    rows = read_rows()
    answers, losses, checkpoints = answer(params, rows, adapter=None, constrained=False)
    if processes.RANK > 0:  # the first process alone writes
        return
    write_jsonl(BASELINE / "answers.jsonl", answers)
    write_json(BASELINE / "losses.json", losses)
    checkpoints.remove()


def evaluate(params: Params) -> None:
    """Answer with the adapter, then measure, compare, draw and report."""
    from anecdot.scoring.report import write_report

    rows = read_rows()
    with open_text(BASELINE / "losses.json") as file:
        losses = {"base": json.load(file)}
    answers = {"base": [row for _, row in read_jsonl(BASELINE / "answers.jsonl")]}
    checkpoints = []
    for name in ("tuned", "constrained") if params.decoding == "constrained" else ("tuned",):
        answers[name], measured, kept = answer(params, rows, ADAPTER, name == "constrained")
        losses[name] = measured or losses["tuned"]
        checkpoints.append(kept)

    if processes.RANK > 0:
        return
    predictions = scoring.score(rows, answers)
    write_jsonl(METRICS / "predictions.jsonl", predictions)
    metrics = scoring.metrics(predictions, losses, METRICS / "train")
    metrics["validation"]["tuned"]["eval_loss_unmerged"] = round(losses["tuned"]["unmerged"], 6)
    write_json(METRICS / "evaluate.json", metrics)
    scoring.write_plots(METRICS / "plots", predictions)
    write_report(METRICS / "report.html", metrics, predictions, METRICS / "train")
    for kept in checkpoints:
        kept.remove()


def read_rows() -> list[dict[str, Any]]:
    """The held-out pairs of all blocks, each with its block's name."""
    return [
        {"block": block, **row}
        for block in BLOCKS
        for _, row in read_jsonl(PREPARED / f"{block}.jsonl")
    ]


def answer(
    params: Params, rows: list[dict[str, Any]], adapter: Path | None, constrained: bool
) -> tuple[list[dict[str, Any]], dict[str, float], "Checkpoints"]:
    """Answers of one model to every row, in row order, and its loss for each block.

    How it decodes changes no loss: none is measured for constrained answers. The adapter's on
    `validation` is also measured unmerged, under the key `unmerged`.

    A run that was killed goes on behind the last batch that it had answered, from the checkpoints
    that are the third result: to be removed once all is written.
    """
    from anecdot.common.checkpoints import Checkpoints
    from anecdot.grammar.guide import GrammarGuide
    from anecdot.model import base as models
    from anecdot.model.adapter import load_adapter, load_tuned
    from anecdot.model.answers import answer_all
    from anecdot.model.loss import mean_loss
    from anecdot.prompting.examples import load_examples
    from anecdot.prompting.prompt import user_text

    name = "constrained" if constrained else "tuned" if adapter else "base"
    tokenizer = models.load_tokenizer(params.model_name, params.model_revision)

    def loss(model: "PreTrainedModel", block: str) -> float:
        path = PREPARED / f"{block}.jsonl"
        examples, _ = processes.first_alone(partial(load_examples, path, tokenizer))
        return mean_loss(model, examples, params.eval_batch_size)

    blocks, losses = {row["block"]: None for row in rows}, {}
    if name == "tuned" and "validation" in blocks:
        # Merging rounds the sum of weight and update to 16 bit: say what that changes.
        unmerged = load_adapter(params, adapter)
        losses["unmerged"] = loss(unmerged.get_base_model(), "validation")
        del unmerged
    model, _ = load_tuned(params, adapter)
    if not constrained:
        losses |= {block: loss(model, block) for block in blocks}

    inputs = [PREPARED, Path("src/anecdot"), *models.local_folder(params.model_name)]
    inputs += [adapter] if adapter else []
    checkpoints = processes.first_alone(
        lambda: Checkpoints(f"evaluate-{name}", params.as_dict(), inputs)
    )
    guide = partial(GrammarGuide, tokenizer, params.max_new_tokens) if constrained else None
    generations = answer_all(
        model, tokenizer, [user_text(row) for row in rows], params.max_new_tokens,
        params.eval_batch_size, guide, checkpoints.folder / "answers.jsonl",
        stage=f"evaluate: {name} model",
    )  # fmt: skip
    answers = [
        {"block": row["block"], "id": row["id"], **vars(generation)}
        for row, generation in zip(rows, generations, strict=True)
    ]
    return answers, losses, checkpoints


if __name__ == "__main__":
    cli.main(main)
