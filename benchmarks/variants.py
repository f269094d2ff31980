r"""What a setting changes: the pipeline with other parameters, several seeds each.

    python -m benchmarks.variants                    # 12 trainings, one after the other
    python -m benchmarks.variants --jobs 6           # on a GPU, six at a time

error_correction.json, from which a default was chosen, left the test set out:

    python -m benchmarks.variants --only standard "no error correction" "error correction 0.3" \
        --seeds 1 2 -S max_pairs=500 -S train_val_split=0.5 -S max_test_pairs=1 -S eval_steps=30 \
        --out benchmarks/results/error_correction.json

Prepare, train and answer in a copy of the project for each variant and seed; what was measured is
kept, so an interrupted run goes on. Differences to the standard parameters are over the same test
pairs and seeds, with an interval from resampling the pairs.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from anecdot.common import command
from anecdot.common.environment import environment
from anecdot.common.files import digest, write_json
from anecdot.common.params import read_params
from anecdot.common.progress import Progress
from anecdot.common.yaml_file import read_value
from anecdot.scoring import significance
from benchmarks.work import copy_project

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/variants.json"
WORK = ROOT / ".checkpoints/variants"
STANDARD = "standard"
VARIANTS: dict[str, dict[str, Any]] = {
    STANDARD: {},
    "16-bit base": {"load_in_4bit": False},
    "no error correction": {"error_correction_ratio": 0.0},
    "error correction 0.3": {"error_correction_ratio": 0.3},
}
FIGURES = ("valid", "node_f1", "edge_f1", "exact")
SEED = 20  # of the resampling

Run = dict[str, list[dict[str, Any]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("-S", "--set", action="append", default=[], metavar="NAME=VALUE",
                        help="a parameter for all runs")  # fmt: skip
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.out)
        return
    given = dict(text.split("=", 1) for text in args.set)
    common = {name: read_value(value) for name, value in given.items()}
    wanted = [(name, seed) for seed in args.seeds for name in args.only]
    progress = Progress("variants", len(wanted))
    runs: dict[str, dict[int, Run]] = {name: {} for name in args.only}
    with ThreadPoolExecutor(args.jobs) as pool:
        tasks = {
            pool.submit(run, common | VARIANTS[name] | {"seed": seed}, args.jobs): (name, seed)
            for name, seed in wanted
        }
        for task in as_completed(tasks):
            name, seed = tasks[task]
            runs[name][seed] = task.result()
            progress.advance(1, f"{name}, seed {seed}")
    settings = read_params(path=ROOT / "params.yaml").as_dict() | common
    del settings["seed"]
    date = datetime.now(UTC).isoformat(timespec="minutes")
    result = {"date": date, **environment(), "settings": settings, "variants": summary(runs)}
    write_json(args.out, result)


def run(settings: dict[str, Any], jobs: int) -> Run:
    """Prepare, train and answer with these parameters; returns the verdicts by block."""
    inputs = [ROOT / name for name in ("src", "params.yaml", "models/base")]
    inputs += [path for path in sorted((ROOT / "data").iterdir()) if path.name != "prepared"]
    folder = WORK / digest(settings, *inputs)[:16]
    found = folder / "figures.json"
    if not found.exists():
        copy_project(folder, settings)
        threads = {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // jobs))}
        code = {"PYTHONPATH": str(folder / "src")}
        for command in ("src/prepare.py", "src/train.py", "-m benchmarks.variants --measure"):
            output = [f"--out={found}"] if "--measure" in command else []
            done = subprocess.run(
                [sys.executable, *command.split(), *output], cwd=folder, check=False, text=True,
                env=threads | os.environ | code, capture_output=True,
            )  # fmt: skip
            if done.returncode != 0:
                raise RuntimeError(f"{folder}: {command}: {done.stderr[-2000:]}")
    return json.loads(found.read_text(encoding="utf-8"))


def measure(out: Path) -> None:
    """Let the adapter of this folder answer the held-out pairs; write the verdicts."""
    from anecdot import scoring
    from anecdot.model.held_out import BLOCKS, answer_held_out, read_held_out

    params = read_params("evaluate")
    held_out = read_held_out(params)
    answers, _, checkpoints = answer_held_out("tuned", params, held_out, Path("models/adapter"))
    result: Run = {block: [] for block in BLOCKS}
    for prediction in scoring.score(held_out.rows, {"tuned": answers}):
        kept = {name: getattr(prediction, name) for name in ("id", "origin", *FIGURES)}
        result[prediction.block].append(kept)
    write_json(out, result)
    checkpoints.remove()


def summary(runs: dict[str, dict[int, Run]]) -> dict[str, Any]:
    """Means and spread over the seeds, and differences to the standard parameters."""
    result: dict[str, Any] = {}
    for name, by_seed in runs.items():
        result[name] = {"seeds": sorted(by_seed)}
        for block, rows in next(iter(by_seed.values())).items():
            if len(rows) < 2:  # max_test_pairs: 1, where the choice must not see the test set
                continue
            result[name][block] = {}
            for figure in FIGURES:
                means = [
                    mean(row[figure] for row in by_seed[seed][block] if row[figure] is not None)
                    for seed in sorted(by_seed)
                ]
                spread = {"sd": stdev(means)} if len(means) > 1 else {}
                result[name][block][figure] = {"mean": mean(means), **spread}
            if name != STANDARD and STANDARD in runs:
                gain = difference(runs[STANDARD], by_seed, block)
                result[name][block]["difference"] = gain
    return result


def difference(standard: dict[int, Run], other: dict[int, Run], block: str) -> dict[str, Any]:
    """Other minus standard, pair by pair and seed by seed, with a 95% interval."""
    result = {}
    for figure in FIGURES:
        before, after, origins = [], [], []
        for seed in sorted(standard.keys() & other.keys()):
            before += values(standard[seed][block], figure)
            after += values(other[seed][block], figure)
            origins += [row["origin"] for row in other[seed][block]]
        gain = significance.paired_bootstrap(before, after, origins, seed=SEED)
        result[figure] = gain._asdict()
    return result


def values(rows: list[dict[str, Any]], figure: str) -> list[float]:
    """A figure of every row; None (no edges wanted, none given) counts as right."""
    return [1.0 if row[figure] is None else float(row[figure]) for row in rows]


if __name__ == "__main__":
    command.run(main)
