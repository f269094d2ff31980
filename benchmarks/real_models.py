r"""What QLoRA buys on real language models: the pipeline by a preset, several seeds and settings.

    python -m benchmarks.real_models run --model qwen2.5-coder-1.5b-instruct --seed 1 --out FOLDER
    python -m benchmarks.real_models run ... --name "160 pairs" -S max_pairs=178 --no-baseline
    python -m benchmarks.real_models shots --model qwen2.5-coder-1.5b-instruct --out FOLDER
    python -m benchmarks.real_models join FOLDER     # into benchmarks/results/real_models.json

`run` runs the stages' own commands, as `dvc repro` does, in a copy of the project, and keeps every
verdict and the seconds of each stage; `shots` lets the untuned model answer with the training pairs
most like each input in its prompt. Intervals are over pairs (by origin) and seeds together.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from anecdot.common import command
from anecdot.common.environment import environment
from anecdot.common.errors import UserError
from anecdot.common.files import read_jsonl, write_json
from anecdot.common.params import read_params
from anecdot.common.yaml_file import read_value, read_yaml
from benchmarks.work import copy_project

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/real_models.json"
STAGES = ("prepare", "resolve", "baseline", "train", "evaluate")
FIGURES = ("valid", "node_f1", "edge_f1", "exact", "same_graph")
SHOTS = (3, 8)
RESAMPLES, SEED = 2000, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["run", "shots", "join"])
    parser.add_argument("folder", nargs="?", type=Path, help="of the results to join")
    parser.add_argument("--model", help="a preset, or a folder under models/pretrained")
    parser.add_argument("--name", default="preset", help="what is special about this run")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("-S", "--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument(
        "--no-baseline", action="store_true", help="the base has answered for this seed before"
    )
    parser.add_argument("--out", type=Path, help="folder of the results")
    args = parser.parse_args()
    if args.action == "join":
        write_json(RESULT, merged(json.loads(RESULT.read_text(encoding="utf-8")), args.folder))
    elif args.action == "shots":
        shots(args.model, args.out)
    else:
        given = dict(text.split("=", 1) for text in args.set)
        settings = {name: read_value(value) for name, value in given.items()}
        run(args.model, args.name, args.seed, settings, not args.no_baseline, args.out)


def preset(model: str) -> dict[str, Any]:
    """The parameters of a preset, on the weights that `--from-packages` left here."""
    values = read_yaml(ROOT / f"models/presets/{model}.yaml")
    del values["tested"]
    return values | {"model_name": f"models/pretrained/{model}"}


def run(
    model: str, name: str, seed: int, settings: dict[str, Any], baseline: bool, out: Path
) -> None:
    """Run the stages by the model's preset and `settings`; write what was measured."""
    slug = re.sub(r"[^a-z0-9.]+", "-", f"{model} {name} {seed}".lower())
    work = ROOT / ".checkpoints/real" / slug
    values = preset(model) | settings | {"seed": seed}
    copy_project(work, values)
    # Of each seed its own: the seed decides which pairs are held out.
    kept, seconds = ROOT / ".checkpoints/real/baseline" / model / str(seed), {}
    for stage in STAGES:
        if stage == "baseline" and not baseline:
            continue
        if stage == "evaluate" and not baseline:  # another run's has answered meanwhile
            copy_answers(kept, work / "metrics/baseline")
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, f"src/{stage}.py"], cwd=work, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        seconds[stage] = round(time.perf_counter() - began, 1)
        print(done.stdout[-1500:])
        if done.returncode != 0:
            raise UserError(f"{work}: {stage} failed; its last words stand above")
        if stage == "baseline":
            copy_answers(work / "metrics/baseline", kept)
    timings = work / "metrics/timings/train/metrics.json"
    prepared = json.loads((work / "metrics/prepare.json").read_text(encoding="utf-8"))
    write_json(out / f"{slug}.json", {
        "model": model, "name": name, "seed": seed, "settings": values, "seconds": seconds,
        "training_pairs": prepared["train"]["n"], "sources": prepared["train"]["source"],
        "train": json.loads((work / "metrics/train/metrics.json").read_text(encoding="utf-8")),
        "timings": json.loads(timings.read_text(encoding="utf-8")), **environment(),
        "figures": json.loads((work / "metrics/evaluate.json").read_text(encoding="utf-8")),
        "verdicts": verdicts(work / "metrics/predictions.jsonl"),
    })  # fmt: skip


def copy_answers(source: Path, target: Path) -> None:
    """Copy what stage baseline wrote."""
    target.mkdir(parents=True, exist_ok=True)
    for file in ("answers.jsonl", "losses.json"):
        (target / file).write_bytes((source / file).read_bytes())


def verdicts(path: Path) -> dict[str, dict[str, list[list[Any]]]]:
    """block -> model -> [[origin, figure, ...]] in the order of FIGURES, of predictions.jsonl."""
    found: dict[str, dict[str, list[list[Any]]]] = defaultdict(lambda: defaultdict(list))
    for _, row in read_jsonl(path):
        figures = [1.0 if row[name] is None else round(float(row[name]), 4) for name in FIGURES]
        found[row["block"]][row["model"]].append([row["origin"], *figures])
    return found


def shots(model: str, out: Path) -> None:
    """Let the untuned model answer the held-out pairs with examples in its prompt."""
    from anecdot.model.adapter import load_tuned
    from anecdot.model.answers import answer_all
    from anecdot.model.held_out import read_held_out
    from anecdot.prompting.prepared import PREPARED
    from anecdot.prompting.prompt import user_text
    from anecdot.rivals.few_shot import Examples
    from anecdot.scoring.verdicts import score

    work = ROOT / ".checkpoints/real" / f"{model}-shots"
    values = preset(model)
    copy_project(work, values | {"error_correction_ratio": 0.0, "synthesized_pairs": 0})
    subprocess.run([sys.executable, "src/prepare.py"], cwd=work, check=True)
    os.chdir(work)
    params = read_params()
    base, tokenizer = load_tuned(params, None)
    examples = Examples([row for _, row in read_jsonl(PREPARED / "train.jsonl")])
    rows = read_held_out(params).rows
    result: dict[str, Any] = {"model": model, "name": "shots", **environment(), "verdicts": {}}
    for count in SHOTS:
        texts = [examples.before(user_text(row), count) for row in rows]
        answers = answer_all(
            base, tokenizer, texts, params.max_new_tokens, params.eval_batch_size, None,
            work / f"shots-{count}.jsonl", stage=f"{count} examples",
        )  # fmt: skip
        given = [
            {"block": row["block"], "id": row["id"], **vars(answer)}
            for row, answer in zip(rows, answers, strict=True)
        ]
        for prediction in score(rows, {f"{count} shots": given}):
            row = vars(prediction)
            figures = [1.0 if row[n] is None else round(float(row[n]), 4) for n in FIGURES]
            block = result["verdicts"].setdefault(row["block"], {})
            block.setdefault(row["model"], []).append([row["origin"], *figures])
    write_json(out / f"{model}-shots.json", result)


def merged(known: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Results that were joined before, with those of a folder: a run of the same name gives way."""
    return known | {model: known.get(model, {}) | runs for model, runs in join(folder).items()}


def join(folder: Path) -> dict[str, Any]:
    """Means and intervals over pairs and seeds, by model, run's name, block and answerer."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    drawn = [any(_rate(file, "render_rate")) for file in files if "figures" in file]
    # An exact answer has to be drawn, too: no verdict where Graphviz could draw nothing at all.
    figures = FIGURES if all(drawn) else tuple(name for name in FIGURES if name != "exact")
    result: dict[str, Any] = {}
    by_run: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for file in files:
        by_run[file["model"], file["name"]].append(file)
    for (model, name), runs in by_run.items():
        entry: dict[str, Any] = {
            "seeds": [run["seed"] for run in runs if "seed" in run],
            "versions": runs[0]["versions"], "hardware": runs[0]["hardware"],
        }  # fmt: skip
        if "note" in runs[0]:
            entry["note"] = runs[0]["note"]
        if "settings" in runs[0]:
            entry |= {key: runs[0][key] for key in ("settings", "training_pairs", "sources")}
            entry |= {"seconds": [run["seconds"] for run in runs if run["seconds"]]}
            entry |= {"best_step": [run["train"]["best_step"] for run in runs]}
        for block, answerers in runs[0]["verdicts"].items():
            for answerer in answerers:
                told = [run["verdicts"][block] for run in runs]
                found = intervals([part[answerer] for part in told if answerer in part])
                kept = {name: found[name] for name in figures if name in found}
                entry.setdefault(block, {})[answerer] = kept
        result.setdefault(model, {})[name] = entry
    return result


def _rate(file: dict[str, Any], name: str) -> list[float]:
    return [f[name] for block in file["figures"].values() for f in block.values() if "n" in f]


def intervals(runs: list[list[list[Any]]]) -> dict[str, dict[str, float]]:
    """Mean of each figure with a 95% interval: seeds and origins resampled.

    Seeds that answered the same pairs share what makes a pair hard: then the same origins are drawn
    for all of them, else for each its own.

    runs: for each seed [[origin, figure, ...]], as many figures as all of them have.
    """
    count = min(len(row) for run in runs for row in run) - 1
    sums, sizes = zip(*(_by_origin(run, count) for run in runs), strict=True)
    shared = all([row[0] for row in run] == [row[0] for row in runs[0]] for run in runs)
    rng, drawn = np.random.default_rng(SEED), []
    for _ in range(RESAMPLES):
        total, pairs = np.zeros(count), 0
        once = rng.integers(len(sizes[0]), size=len(sizes[0])) if shared else None
        for seed in rng.integers(len(runs), size=len(runs)):
            size = len(sizes[seed])
            chosen = rng.integers(size, size=size) if once is None else once
            total, pairs = total + sums[seed][chosen].sum(0), pairs + sizes[seed][chosen].sum()
        drawn.append(total / pairs)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    by_seed = np.array([part.sum(0) / size.sum() for part, size in zip(sums, sizes, strict=True)])
    return {
        name: {
            "mean": round(by_seed[:, k].mean(), 4), "low": round(low[k], 4),
            "high": round(high[k], 4), "by_seed": [round(v, 4) for v in by_seed[:, k]],
        }
        for k, name in enumerate(FIGURES[:count])
    }  # fmt: skip


def _by_origin(run: list[list[Any]], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums of the first `count` figures by origin (origins, count), and how many pairs each has."""
    origins = np.unique([row[0] for row in run], return_inverse=True)[1]
    values = np.array([row[1 : count + 1] for row in run], dtype=float)
    sums = np.stack([np.bincount(origins, values[:, k]) for k in range(count)], -1)
    return sums, np.bincount(origins)


if __name__ == "__main__":
    command.run(main)
