"""Learning curve: what the adapter can do on the test set after how many training pairs.

    python -m benchmarks.learning_curve                        # 15 trainings, then the curve
    python -m benchmarks.learning_curve --seeds 1 -S num_train_epochs=1

A sweep of DVC experiments over `max_pairs` and `seed` in a clone of the last commit. The clone
shares this project's DVC cache and keeps its figures, so an interrupted sweep goes on where it was:
what was trained or answered before is not done again. Only stage train and the answers to the test
set are run, the base model's once. Writes benchmarks/results/learning_curve.{json,svg}.
"""

import argparse
import json
import math
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from anecdot.common import command
from anecdot.common.environment import environment
from anecdot.common.files import atomic_write, digest, open_text, write_json
from anecdot.common.progress import Progress

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/learning_curve.json"
CLONE = ROOT / ".checkpoints/learning_curve"
FIGURES = {"validity_rate": "valid DOT", "edge_f1": "edge F1"}
COLOURS = {"validity_rate": "#2f7ebc", "edge_f1": "#d9722b"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[40, 80, 160, 320, 0],
                        help="values of max_pairs; 0 = all")  # fmt: skip
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("-S", "--set", action="append", default=[], metavar="NAME=VALUE",
                        help="a parameter for all runs, as in dvc exp run")  # fmt: skip
    parser.add_argument("--out", type=Path, default=RESULT, help="JSON file; the SVG goes beside")
    parser.add_argument("--measure", choices=("base", "tuned"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.measure, args.out)
    else:
        sweep(args.sizes, args.seeds, args.set, args.out.resolve())


def sweep(sizes: list[int], seeds: list[int], settings: list[str], out: Path) -> None:
    """Run all experiments and write figures and plot after each."""
    clone()
    runs: list[dict[str, Any]] = []
    progress = Progress("learning curve", len(sizes) * len(seeds) + 1)
    for size, seed in [(None, 0), *((size, seed) for seed in seeds for size in sizes)]:
        values = [*settings, *([f"max_pairs={size}", f"seed={seed}"] if size is not None else [])]
        options = [text for value in values for text in ("-S", value)]
        stage = "prepare" if size is None else "train"
        run("dvc", "exp", "run", "--quiet", *options, stage)
        model = "base" if size is None else "tuned"
        found = CLONE / ".checkpoints/figures.json"
        run(sys.executable, "benchmarks/learning_curve.py", "--measure", model, f"--out={found}")
        measured = json.loads(found.read_text(encoding="utf-8"))
        runs.append({"max_pairs": size, "seed": seed, **measured})
        date = datetime.now(UTC).isoformat(timespec="minutes")
        write_json(out, {"date": date, **environment(), "runs": runs, "mean": means(runs)})
        with atomic_write(out.with_suffix(".svg")) as file:
            file.write(draw(runs))
        progress.advance(1, f"max_pairs {size}, seed {seed}")


def clone() -> None:
    """A clone of the last commit beside the checkpoints, with this project's DVC cache."""
    if not (CLONE / ".git").is_dir():
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(CLONE)], check=True)
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
    run("git", "fetch", "--quiet", "origin")
    run("git", "checkout", "--quiet", "--force", "--detach", commit)
    run("dvc", "cache", "dir", "--local", str(ROOT / ".dvc/cache"))


def run(*command: str) -> None:
    """Run a command in the clone, with the programs of this Python's environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, cwd=CLONE, check=True, env=os.environ | {"PATH": path})


def measure(which: str, out: Path) -> None:
    """Let the adapter (or the base model) of this folder answer the test set; write its figures.

    Args:
        which: "base" or "tuned".
        out: file for the figures. They are kept under a key of all that they follow from, too.
    """
    from anecdot import scoring
    from anecdot.common.params import read_params, stage_files
    from anecdot.model.held_out import answer_held_out, read_held_out
    from anecdot.prompting.prepared import PREPARED

    params = read_params("evaluate")
    adapter = Path("models/adapter") if which == "tuned" else None
    test_set = PREPARED / "novel.jsonl"
    code = [
        path for path in stage_files("evaluate") if path.parts[0] == "src" and path.name != "report"
    ]
    folders = [path for path in (Path(params.model_name), adapter) if path and path.is_dir()]
    key = digest(test_set, params.as_dict(), *code, *folders)
    kept = Path(f".checkpoints/figures/{key}.json")
    if not kept.exists():
        held_out = read_held_out(params, ("novel",))
        answers, losses, checkpoints = answer_held_out(which, params, held_out, adapter)
        summary = scoring.summarise(scoring.score(held_out.rows, {which: answers}))
        names = ("n", *scoring.RATES, *scoring.SCORES)
        figures = {"eval_loss": losses["novel"], **{name: summary[name] for name in names}}
        write_json(kept, figures)
        checkpoints.remove()
    with open_text(kept) as file:
        figures = json.load(file)
    with open_text("metrics/prepare.json") as file:
        trained_on = json.load(file)["train"]
    pairs = trained_on["n"] - trained_on["source"].get("error_correction", 0) if adapter else 0
    write_json(out, {"training_pairs": pairs, "novel": figures})


def means(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mean over the seeds for each size, with the lowest and the highest."""
    result = []
    for size in dict.fromkeys(run["max_pairs"] for run in runs):
        alike = [run for run in runs if run["max_pairs"] == size]
        point: dict[str, Any] = {"max_pairs": size, "seeds": len(alike)}
        point["training_pairs"] = round(mean(run["training_pairs"] for run in alike))
        for name in FIGURES:
            values = [run["novel"][name] for run in alike]
            point[name] = {"mean": mean(values), "low": min(values), "high": max(values)}
        result.append(point)
    return result


def draw(runs: list[dict[str, Any]]) -> str:
    """The curve as SVG: a dot a run, a line through the means, the base model dashed."""
    width, height, left, right, top, bottom = 640, 320, 44, 96, 14, 40
    base, *points = means(runs)
    sizes = sorted(point["training_pairs"] for point in points) or [1]
    low, high = math.log(sizes[0] * 0.9), math.log(sizes[-1] * 1.1)

    def x(pairs: int) -> float:
        return left + (math.log(pairs) - low) / (high - low) * (width - left - right)

    def y(value: float) -> float:
        return top + (1 - value) * (height - top - bottom)

    parts = []
    for tick in range(0, 101, 20):
        at = y(tick / 100)
        parts.append(f'<path d="M{left} {at:.1f}H{width - right}" stroke="#8884"/>')
        parts.append(f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{tick}%</text>')
    for size in sizes:
        at = f'x="{x(size):.1f}" y="{height - 22}" text-anchor="middle"'
        parts.append(f"<text {at}>{size}</text>")
    middle = (left + width - right) / 2
    parts.append(f'<text x="{middle}" y="{height - 5}" text-anchor="middle">training pairs</text>')
    for name, words in FIGURES.items():
        colour = COLOURS[name]
        untuned = y(base[name]["mean"])
        parts.append(f'<path d="M{left} {untuned:.1f}H{width - right}" stroke="{colour}" '
                     'stroke-dasharray="4 4" opacity=".7"/>')  # fmt: skip
        line = sorted((point["training_pairs"], point[name]["mean"]) for point in points)
        path = "L".join(f"{x(pairs):.1f} {y(value):.1f}" for pairs, value in line)
        if line:
            parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for one in runs:
            if one["training_pairs"]:
                at = f'cx="{x(one["training_pairs"]):.1f}" cy="{y(one["novel"][name]):.1f}"'
                parts.append(f'<circle {at} r="3" fill="{colour}" opacity=".75"/>')
        label = y(line[-1][1] if line else base[name]["mean"]) + 4
        at = f'x="{width - right + 8}" y="{label:.1f}" fill="{colour}"'
        parts.append(f"<text {at}>{words}</text>")
        parts.append(f'<text x="{left + 4}" y="{untuned - 4:.1f}" fill="{colour}">base</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#808080">'
        "<title>Valid DOT and edge F1 on the test set against training pairs</title>"
        f"{''.join(parts)}</svg>\n"
    )


if __name__ == "__main__":
    command.run(main)
