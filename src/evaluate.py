"""Stage 3: what the adapter gained, on pairs that were not trained on.

    python src/evaluate.py          the adapter's answers, then all figures
    python src/evaluate.py --show   the figures measured last
    python src/evaluate.py --endpoint http://127.0.0.1:11434/v1 --model qwen3:4b --shots 3
                                    let a rival answer, and put it into the figures measured last

Reads the held-out pairs of data/prepared, models/adapter, metrics/baseline (the untouched base's
answers) and metrics/rivals; writes metrics/evaluate.json (figures), metrics/evidence.json (how sure
they are), metrics/predictions.jsonl (every answer with its verdict), metrics/plots and
metrics/report.html.
"""

import argparse
from pathlib import Path
from typing import Any

from anecdot.common import command, processes
from anecdot.common.files import check_writable, staged, write_json, write_jsonl
from anecdot.common.params import Params, read_params
from anecdot.rivals.answering import ask, read_rivals
from anecdot.rivals.options import add_options, endpoint_of

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
    from anecdot import dot, scoring
    from anecdot.common.checkpoints import ROOT
    from anecdot.grammar.guide import GrammarGuide
    from anecdot.model.held_out import answer_held_out, read_answered, read_held_out

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
    write(held_out, answers, losses)
    for kept in checkpoints:
        kept.remove()


def ask_rival(args: argparse.Namespace, params: Params) -> None:
    """Let a rival answer; then measure again, by what our models answered last."""
    from anecdot import dot
    from anecdot.model.held_out import read_held_out
    from anecdot.scoring.measured import last_answers

    dot.require_graphviz()
    endpoint, held_out = endpoint_of(args, params.max_new_tokens), read_held_out(params)
    ask(endpoint, held_out.rows, args.name, TRAINING, args.shots, args.parallel)
    if measured := last_answers(METRICS, held_out.rows):
        write(held_out, *measured)
        show()
        print("`dvc commit evaluate` records these figures")
    else:
        print(f"evaluate: {args.name} has answered; `dvc repro` puts it into the figures")


def show() -> None:
    """Print the figures measured last."""
    from anecdot import scoring

    print(scoring.show(METRICS))
    print(f"\nreport: {METRICS / 'report.html'}")


def write(held_out: Any, answers: dict[str, Any], losses: dict[str, Any]) -> None:
    """Measure our models and the rivals; write figures, verdicts, tables and report."""
    from anecdot import scoring
    from anecdot.scoring.report import write_report

    predictions = scoring.score(held_out.rows, answers | read_rivals(held_out.rows))
    figures, evidence = scoring.metrics(predictions, losses, METRICS / "train", held_out.left_out)
    evidence["validation"]["tuned"]["eval_loss_unmerged"] = round(losses["tuned"]["unmerged"], 6)
    with staged(METRICS) as new:
        write_jsonl(new / "predictions.jsonl", map(vars, predictions))
        write_json(new / "evaluate.json", figures)
        write_json(new / "evidence.json", evidence)
        scoring.write_plots(new / "plots", predictions)
        write_report(new / "report.html", figures, evidence, predictions, METRICS / "train")


if __name__ == "__main__":
    command.run(main)
