"""Stage 3: what the adapter gained, on pairs that were not trained on.

    python src/evaluate.py          the adapter's answers, then all figures
    python src/evaluate.py --show   the figures measured last
    python src/evaluate.py --endpoint http://127.0.0.1:11434/v1 --model qwen3:4b --shots 3
                                    let a rival answer, and put it into the figures measured last

Reads the held-out pairs of data/prepared, models/adapter, metrics/baseline (the untouched base's
answers) and metrics/rivals; writes metrics/evaluate.json, metrics/predictions.jsonl (every answer
with its verdict), metrics/plots and metrics/report.html.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from anecdot import dot, scoring
from anecdot.common import command, processes
from anecdot.common.files import open_text, read_jsonl, write_json, write_jsonl
from anecdot.common.params import Params, read_params
from anecdot.rivals.answering import ask, read_rivals
from anecdot.rivals.options import add_options, endpoint_of
from anecdot.scoring.measured import last_answers

ADAPTER = Path("models/adapter")
METRICS = Path("metrics")
BASELINE = METRICS / "baseline"
TRAINING = Path("data/prepared/train.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", action="store_true", help="print the figures measured last")
    add_options(parser)
    args = parser.parse_args()
    if args.show:
        show()
        return
    if bool(args.endpoint) != bool(args.model):
        parser.error("--endpoint and --model go together: give both")
    params = read_params("evaluate")
    if args.endpoint:
        ask_rival(args, params)
        return
    processes.relaunch(params.launch)
    processes.join()
    evaluate(params)


def evaluate(params: Params) -> None:
    """Answer with the adapter, then measure, compare, draw and report."""
    dot.require_graphviz()  # known before the answers, which take minutes
    from anecdot.grammar.guide import GrammarGuide
    from anecdot.model.held_out import answer_held_out, read_held_out

    rows = read_held_out()
    with open_text(BASELINE / "losses.json") as file:
        losses = {"base": json.load(file)}
    answers = {"base": [row for _, row in read_jsonl(BASELINE / "answers.jsonl")]}
    guides = {"tuned": None}
    if params.decoding == "constrained":
        guides["constrained"] = GrammarGuide
    checkpoints = []
    for name, guide in guides.items():
        answers[name], measured, kept = answer_held_out(name, params, rows, ADAPTER, guide)
        losses[name] = measured or losses["tuned"]
        checkpoints.append(kept)

    if processes.RANK > 0:  # the first process alone writes
        return
    write(rows, answers, losses)
    for kept in checkpoints:
        kept.remove()


def ask_rival(args: argparse.Namespace, params: Params) -> None:
    """Let a rival answer; then measure again, by what our models answered last."""
    dot.require_graphviz()
    from anecdot.model.held_out import read_held_out

    endpoint, rows = endpoint_of(args, params.max_new_tokens), read_held_out()
    ask(endpoint, rows, args.name, TRAINING, args.shots, args.parallel)
    if measured := last_answers(METRICS, rows):
        write(rows, *measured)
        show()
        print("`dvc commit evaluate` records these figures")
    else:
        print(f"evaluate: {args.name} has answered; `dvc repro` puts it into the figures")


def show() -> None:
    """Print the figures measured last."""
    print(scoring.show(METRICS / "evaluate.json"))
    print(f"\nreport: {METRICS / 'report.html'}")


def write(rows: list[dict[str, Any]], answers: dict[str, Any], losses: dict[str, Any]) -> None:
    """Measure our models and the rivals; write figures, verdicts, tables and report."""
    from anecdot.scoring.report import write_report

    predictions = scoring.score(rows, answers | read_rivals(rows))
    write_jsonl(METRICS / "predictions.jsonl", map(vars, predictions))
    metrics = scoring.metrics(predictions, losses, METRICS / "train")
    metrics["validation"]["tuned"]["eval_loss_unmerged"] = round(losses["tuned"]["unmerged"], 6)
    write_json(METRICS / "evaluate.json", metrics)
    scoring.write_plots(METRICS / "plots", predictions)
    write_report(METRICS / "report.html", metrics, predictions, METRICS / "train")


if __name__ == "__main__":
    command.run(main)
