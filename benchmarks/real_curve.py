"""What a real model learns from so many pairs, and on a base in 16 bit beside one in 4.

    python -m benchmarks.real_curve run --model qwen2.5-coder-1.5b-instruct --seed 1 --out FOLDER
    python -m benchmarks.real_curve run ... --pairs 0 -S load_in_4bit=false    # 0 = all
    python -m benchmarks.real_curve join FOLDER    # -> benchmarks/results/real_curve.json

`run` trains by the stages' own code on so many of the pairs that people wrote, none synthesized,
and answers `novel`; 16 pairs a step, so many epochs that few pairs are seen often enough. What
stands in FOLDER is not measured again.
"""

import argparse
import importlib
import json
import os
import sys
from pathlib import Path
from statistics import mean
from typing import Any
from unittest.mock import patch

from anecdot.common import command
from anecdot.common.environment import environment
from anecdot.common.files import write_json
from anecdot.common.params import read_params
from anecdot.common.progress import Progress
from anecdot.common.yaml_file import read_value
from benchmarks.real_models import ROOT, preset
from benchmarks.work import copy_project

RESULT = ROOT / "benchmarks/results/real_curve.json"
# Pairs to train on and epochs; the last: all, as often as the presets see them.
EPOCHS = {40: 20, 80: 15, 160: 10, 320: 6, 640: 4, 0: 3}
BASE = -1  # in the place of how many pairs: the untouched base
FIGURES = {"validity_rate": "valid DOT", "edge_f1": "edge F1", "exact_match_rate": "all asked for"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["run", "join"])
    parser.add_argument("folder", nargs="?", type=Path, help="of the results to join")
    parser.add_argument("--model", help="a preset whose weights lie under models/pretrained")
    parser.add_argument("--pairs", type=int, nargs="+", default=[BASE, *EPOCHS])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-S", "--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--out", type=Path, help="folder of the results")
    args = parser.parse_args()
    if args.action == "join":
        write_json(RESULT, join(args.folder))
        return
    settings = dict(text.split("=", 1) for text in args.set)
    settings = {name: read_value(value) for name, value in settings.items()}
    progress = Progress(args.model, len(args.pairs))
    for pairs in args.pairs:
        mark = "-".join(f"{name}-{value}" for name, value in settings.items())
        out = args.out.resolve() / f"{args.model}-{pairs}-{args.seed}{mark}.json"
        if not out.is_file():
            write_json(out, measure(args.model, pairs, args.seed, settings, out.stem))
        progress.advance(1, f"{pairs} pairs")


def measure(
    model: str, pairs: int, seed: int, settings: dict[str, Any], name: str
) -> dict[str, Any]:
    """Figures on `novel` after training on so many pairs; see BASE and EPOCHS."""
    changed = {
        "seed": seed, "synthesized_pairs": 0, "num_train_epochs": EPOCHS.get(pairs, 0),
        "gradient_accumulation_steps": 1, "eval_steps": 100_000, "save_steps": 100_000,
    }  # fmt: skip
    work = ROOT / ".checkpoints/real_curve" / name
    values = preset(model) | changed | settings
    share = read_params(path=ROOT / "params.yaml").train_val_split
    values["max_pairs"] = round(pairs / share) if pairs > 0 else 0
    copy_project(work, values)
    os.chdir(work)
    for stage in ("prepare", "resolve", *(() if pairs == BASE else ("train",))):
        with patch.object(sys, "argv", [stage]):
            importlib.import_module(stage).main()
    prepared = json.loads(Path("metrics/prepare.json").read_text(encoding="utf-8"))["train"]
    written = prepared["n"] - prepared["source"].get("error_correction", 0)
    return {
        "model": model, "pairs": 0 if pairs == BASE else written, "seed": seed,
        "settings": values, "novel": answer(pairs != BASE), **environment(),
    }  # fmt: skip


def answer(tuned: bool) -> dict[str, float]:
    """Figures of the adapter in this folder, or of the base, on `novel`."""
    from anecdot import scoring
    from anecdot.model.held_out import answer_held_out, read_held_out
    from benchmarks.gpu import release

    params = read_params("evaluate")
    held_out = read_held_out(params, ("novel",))
    adapter = Path("models/adapter") if tuned else None
    answers, _, checkpoints = answer_held_out("tuned", params, held_out, adapter)
    checkpoints.remove()
    summary = scoring.summarise(scoring.score(held_out.rows, {"tuned": answers}))
    release()
    return {name: summary[name] for name in FIGURES}


def join(folder: Path) -> dict[str, Any]:
    """By model (one in 16 bit apart) and number of pairs: each figure's mean, and by seed."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    result: dict[str, Any] = {key: files[0][key] for key in ("versions", "hardware")}
    result["models"] = models = {}
    for file in sorted(files, key=lambda file: (file["model"], file["pairs"], file["seed"])):
        settings = file["settings"]
        label = file["model"] + ("" if settings.get("load_in_4bit", True) else ", base in 16 bit")
        points = models.setdefault(label, {})
        point = points.setdefault(str(settings["max_pairs"]) if file["pairs"] else "base", {
            "pairs": [], "seeds": [], "epochs": settings["num_train_epochs"],
        } | {name: {"by_seed": []} for name in FIGURES})  # fmt: skip
        point["pairs"].append(file["pairs"])
        point["seeds"].append(file["seed"])
        for name in FIGURES:
            point[name]["by_seed"].append(round(file["novel"][name], 4))
            point[name]["mean"] = round(mean(point[name]["by_seed"]), 4)
    return result


if __name__ == "__main__":
    command.run(main)
