"""Stage 3: what the adapter gained, on pairs that were not trained on.

    python src/evaluate.py          the adapter's answers, then all figures
    python src/evaluate.py --show   the figures measured last

Reads data/prepared/{validation,novel}.jsonl, models/adapter and metrics/baseline (the untouched
base's answers); writes metrics/evaluate.json (figures), metrics/evidence.json (how sure they are),
metrics/predictions.jsonl (every answer with its verdict), metrics/plots and metrics/report.html.
"""

import argparse
from pathlib import Path

from anecdot.common import command, processes
from anecdot.common.files import check_writable, staged, write_json, write_jsonl
from anecdot.common.params import Params, read_params

ADAPTER = Path("models/adapter")
METRICS = Path("metrics")
BASELINE = METRICS / "baseline"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", action="store_true", help="print the figures measured last")
    if parser.parse_args().show:
        from anecdot import scoring

        print(scoring.show(METRICS))
        print(f"\nreport: {METRICS / 'report.html'}")
        return
    params = read_params("evaluate")
    processes.relaunch(params.launch)
    processes.join()
    evaluate(params)


def evaluate(params: Params) -> None:
    """Answer with the adapter, then measure, compare, draw and report."""
    from anecdot import dot, scoring
    from anecdot.common.checkpoints import ROOT
    from anecdot.grammar.guide import GrammarGuide
    from anecdot.model.held_out import answer_held_out, read_answered, read_held_out
    from anecdot.scoring.report import write_report

    check_writable(METRICS / "evaluate.json", ROOT)
    for name in ("loss", "validation_loss"):  # which are needed at the end
        scoring.read_curve(METRICS / "train", name)
    held_out = read_held_out(params)
    answers, losses = {}, {}
    answers["base"], losses["base"] = read_answered(BASELINE, held_out.rows)
    dot.require_graphviz()  # known before the answers, which take minutes
    guides = {"tuned": None}
    if params.decoding == "constrained":
        guides["constrained"] = GrammarGuide
    checkpoints = []
    for name, guide in guides.items():
        answers[name], measured, kept = answer_held_out(name, params, held_out, ADAPTER, guide)
        losses[name] = measured or losses["tuned"]
        checkpoints.append(kept)

    if processes.RANK > 0:  # the first process alone writes
        return
    predictions = scoring.score(held_out.rows, answers)
    figures, evidence = scoring.metrics(predictions, losses, METRICS / "train", held_out.left_out)
    evidence["validation"]["tuned"]["eval_loss_unmerged"] = round(losses["tuned"]["unmerged"], 6)
    with staged(METRICS) as new:
        write_jsonl(new / "predictions.jsonl", map(vars, predictions))
        write_json(new / "evaluate.json", figures)
        write_json(new / "evidence.json", evidence)
        scoring.write_plots(new / "plots", predictions)
        write_report(new / "report.html", figures, evidence, predictions, METRICS / "train")
    for kept in checkpoints:
        kept.remove()


if __name__ == "__main__":
    command.run(main)
