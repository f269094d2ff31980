"""Stage 3: what the adapter gained, on pairs that were not trained on.

    python src/evaluate.py          the adapter's answers, then all figures
    python src/evaluate.py --show   the figures measured last

Reads data/prepared/{validation,novel}.jsonl, models/adapter and metrics/baseline (the untouched
base's answers); writes metrics/evaluate.json (figures), metrics/evidence.json (how sure they are),
metrics/predictions.jsonl (every answer with its verdict), metrics/plots and metrics/report.html.
"""

import argparse
import json
from pathlib import Path

from anecdot import scoring
from anecdot.common import command, processes
from anecdot.common.files import open_text, read_jsonl, write_json, write_jsonl
from anecdot.common.params import Params, read_params

ADAPTER = Path("models/adapter")
METRICS = Path("metrics")
BASELINE = METRICS / "baseline"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", action="store_true", help="print the figures measured last")
    if parser.parse_args().show:
        print(scoring.show(METRICS))
        print(f"\nreport: {METRICS / 'report.html'}")
        return
    params = read_params("evaluate")
    processes.relaunch(params.launch)
    processes.join()
    evaluate(params)


def evaluate(params: Params) -> None:
    """Answer with the adapter, then measure, compare, draw and report."""
    from anecdot.grammar.guide import GrammarGuide
    from anecdot.model.held_out import answer_held_out, read_held_out
    from anecdot.scoring.report import write_report

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
    predictions = scoring.score(rows, answers)
    write_jsonl(METRICS / "predictions.jsonl", map(vars, predictions))
    figures, evidence = scoring.metrics(predictions, losses, METRICS / "train")
    evidence["validation"]["tuned"]["eval_loss_unmerged"] = round(losses["tuned"]["unmerged"], 6)
    write_json(METRICS / "evaluate.json", figures)
    write_json(METRICS / "evidence.json", evidence)
    scoring.write_plots(METRICS / "plots", predictions)
    write_report(METRICS / "report.html", figures, evidence, predictions, METRICS / "train")
    for kept in checkpoints:
        kept.remove()


if __name__ == "__main__":
    command.run(main)
