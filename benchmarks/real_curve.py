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
from anecdot.common.errors import UserError
from anecdot.common.files import write_json
from anecdot.common.params import read_params
from anecdot.common.progress import Progress
from anecdot.common.yaml_file import read_value
from benchmarks.real_models import ROOT, preset
from benchmarks.work import copy_project

RESULT = ROOT / "benchmarks/results/real_curve.json"
# Pairs to train on and epochs; 0: all, as often as the presets see them.
EPOCHS = {40: 20, 80: 15, 160: 10, 320: 6, 640: 4, 0: 3}
BASE = -1  # in the place of how many pairs: the untouched base
FIGURES = ("validity_rate", "edge_f1", "exact_match_rate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    actions = parser.add_subparsers(dest="action", required=True)
    one = actions.add_parser("run")
    one.add_argument("--model", required=True, help="a preset, its weights in models/pretrained")
    one.add_argument("--pairs", type=int, nargs="+", default=[BASE, *EPOCHS],
                     choices=[BASE, *EPOCHS], help="-1 = the base, 0 = all")  # fmt: skip
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("-S", "--set", action="append", default=[], metavar="NAME=VALUE")
    one.add_argument("--out", type=Path, required=True, help="folder of the results")
    actions.add_parser("join").add_argument("folder", type=Path, help="of the results to join")
    args = parser.parse_args()
    if args.action == "join":
        write_json(RESULT, join(args.folder))
        return
    given = dict(text.split("=", 1) for text in args.set)
    changed = {name: read_value(value) for name, value in given.items()}
    folder, progress = args.out.resolve(), Progress(args.model, len(args.pairs))
    for pairs in args.pairs:
        about = [f"{name}-{value}" for name, value in changed.items()]
        name = "_".join([args.model, f"pairs{pairs}", f"seed{args.seed}", *about])
        if not (folder / f"{name}.json").is_file():
            found = measure(args.model, pairs, args.seed, changed, name)
            write_json(folder / f"{name}.json", found)
        progress.advance(1, f"{pairs} pairs")


def measure(
    model: str, pairs: int, seed: int, changed: dict[str, Any], name: str
) -> dict[str, Any]:
    """Figures on `novel` after training on so many pairs; see BASE and EPOCHS."""
    tuned, share = pairs != BASE, read_params(path=ROOT / "params.yaml").train_val_split
    own = {
        "seed": seed, "synthesized_pairs": 0, "num_train_epochs": EPOCHS[pairs] if tuned else 0,
        "max_pairs": round(max(pairs, 0) / share), "eval_steps": 100_000, "save_steps": 100_000,
        "per_device_train_batch_size": 16, "gradient_accumulation_steps": 1,
    }  # fmt: skip
    if mine := own.keys() & changed.keys():
        raise UserError(f"-S {min(mine)}: set here; use --pairs and --seed")
    settings = preset(model) | own | changed
    work = ROOT / ".checkpoints/real_curve" / name
    copy_project(work, settings)
    os.chdir(work)
    for stage in ("prepare", "resolve", *(["train"] if tuned else [])):
        with patch.object(sys, "argv", [stage]):
            importlib.import_module(stage).main()
    prepared = json.loads(Path("metrics/prepare.json").read_text(encoding="utf-8"))["train"]
    written = prepared["n"] - prepared["source"].get("error_correction", 0)
    return {
        "model": model, "asked": pairs, "pairs": written if tuned else 0, "seed": seed,
        "changed": changed, "settings": settings, "novel": answer(tuned), **environment(),
    }  # fmt: skip


def answer(tuned: bool) -> dict[str, float]:
    """Figures of the adapter in this folder, or of the base, on `novel`."""
    from anecdot import scoring
    from anecdot.model.held_out import answer_held_out, read_held_out
    from anecdot.model.memory import give_back

    give_back()  # what trained, which the answers' own model does not need
    params = read_params("evaluate")
    held_out = read_held_out(params, ("novel",))
    adapter = Path("models/adapter") if tuned else None
    answers, _, checkpoints = answer_held_out("tuned", params, held_out, adapter)
    checkpoints.remove()
    summary = scoring.summarise(scoring.score(held_out.rows, {"tuned": answers}))
    give_back()
    return {name: summary[name] for name in FIGURES}


def join(folder: Path) -> dict[str, Any]:
    """By model, and what was changed of its preset, one point a number of pairs, over the seeds."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not files:
        raise UserError(f"{folder}: no results; `run` writes them")
    same = {key: files[0][key] for key in ("versions", "hardware")}
    if any({key: file[key] for key in same} != same for file in files):
        raise UserError(f"{folder}: results of several versions or machines; measure some again")
    models: dict[str, dict[str, Any]] = {}
    for file in sorted(files, key=lambda file: (file["model"], file["pairs"], file["seed"])):
        about = [f"{name}: {json.dumps(value)}" for name, value in file["changed"].items()]
        points = models.setdefault(", ".join([file["model"], *about]), {})
        asked = {BASE: "base", 0: "all"}.get(file["asked"], file["asked"])
        point = points.setdefault(str(asked), {
            "epochs": file["settings"]["num_train_epochs"], "pairs": [], "seeds": [],
            **{name: {"by_seed": []} for name in FIGURES},
        })  # fmt: skip
        point["pairs"].append(file["pairs"])
        point["seeds"].append(file["seed"])
        for name in FIGURES:
            point[name]["by_seed"].append(round(file["novel"][name], 4))
            point[name]["mean"] = round(mean(point[name]["by_seed"]), 4)
    return same | {"models": models}


if __name__ == "__main__":
    command.run(main)
