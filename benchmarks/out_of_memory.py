"""Training where another process holds most of a GPU: python -m benchmarks.out_of_memory --out FILE

Stages prepare, resolve and train run in a copy of the project by a preset, with real weights, and
train has so many GB of the card (`--spare`), less than the plan needs that it chooses by the whole
card. The first such run is killed once it has fallen back and saved a checkpoint, and is started
again. The last one has the card to itself. `--tiny` takes the embedded base, a few pairs and no
memory, on a CPU too: the first run is killed at its first checkpoint.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from anecdot.common import command
from anecdot.common.environment import environment
from anecdot.common.errors import UserError
from anecdot.common.files import write_json
from benchmarks import real_models
from benchmarks.work import copy_project

WORK = real_models.ROOT / ".checkpoints/out-of-memory"
FEW = {"max_test_pairs": 20, "synthesized_pairs": 0, "eval_steps": 20, "logging_steps": 4}
FELL_BACK = "out of memory; going on"
TOLD = ("plan:", "out of memory", "continuing", "error:", "Error:")

# Takes what is free of the GPU but so many bytes, and holds it.
HOLDER = """
import sys, time, torch
held = [torch.zeros(1, device="cuda")]
for size in (1 << 30, 1 << 27, 1 << 24):
    while torch.cuda.mem_get_info()[0] - size > float(sys.argv[1]):
        held.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
print(torch.cuda.mem_get_info()[0], flush=True)
time.sleep(10_000)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="smollm2-135m-instruct", help="a preset")
    parser.add_argument("--spare", type=float, nargs="+", default=[3.2, 6, 1.6], help="GB")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    out = args.out.resolve()
    if args.tiny:
        values = FEW | {"max_pairs": 40, "max_test_pairs": 8, "save_steps": 1}
    else:
        pairs = {"max_pairs": 640, "num_train_epochs": 3, "save_steps": 4}
        values = real_models.preset(args.model) | FEW | pairs
    copy_project(WORK, values)
    for stage in ("prepare", "resolve"):
        subprocess.run([sys.executable, f"src/{stage}.py"], cwd=WORK, check=True)
    runs: dict[str, Any] = {}
    for number, spare in enumerate([*args.spare, None]):
        shutil.rmtree(WORK / ".checkpoints", ignore_errors=True)  # of one that failed
        with held(None if args.tiny else spare) as free:
            name = f"{spare:g} GB" if spare else "alone"
            runs[name] = {"free_gb": free, "runs": []}
            if number == 0:
                runs[name]["runs"].append(train("" if args.tiny else FELL_BACK))
            runs[name]["runs"].append(train())
        print(name, json.dumps(runs[name]), flush=True)
        write_json(out, {"settings": values, **environment(), "spare": runs})


@contextmanager
def held(spare: float | None) -> Iterator[float | None]:
    """Another process holds the GPU but for `spare` GB, of which it gives what is left; None: none.

    Raises:
        UserError: it ended before it held them.
    """
    if spare is None:
        yield None
        return
    holder = [sys.executable, "-c", HOLDER, str(spare * 1e9)]
    with subprocess.Popen(holder, stdout=subprocess.PIPE, text=True) as process:
        try:
            free = process.stdout.readline()
            if not free:
                raise UserError("no GPU memory could be held; on a CPU use --tiny")
            yield int(free) / 1e9
        finally:
            process.kill()


def train(until: str | None = None) -> dict[str, Any]:
    """What stage train said and came to; killed at its first checkpoint after it said `until`.

    Raises:
        UserError: it ended before it could be killed.
    """
    log, killed = WORK / "train.log", None
    began = time.perf_counter()
    with (
        log.open("w", encoding="utf-8") as said,
        subprocess.Popen(
            [sys.executable, "-u", "src/train.py"], cwd=WORK, stdout=said, stderr=said
        ) as process,
    ):
        try:
            killed = saved_after(process, log, until) if until is not None else None
            if killed is None:
                process.wait()
        finally:
            process.kill()
    if until is not None and killed is None:
        raise UserError(f"{log}: train ended before it could be killed; spare less, or more")
    lines = log.read_text(encoding="utf-8").replace("\r", "\n").splitlines()
    entry = {
        "status": process.returncode, "seconds": round(time.perf_counter() - began, 1),
        "killed_at": killed, "said": [line for line in lines if any(t in line for t in TOLD)],
    }  # fmt: skip
    if process.returncode == 0:
        for name in ("train", "timings/train"):
            text = (WORK / f"metrics/{name}/metrics.json").read_text(encoding="utf-8")
            entry |= {key: value for key, value in json.loads(text).items() if key != "versions"}
        assert (WORK / "models/adapter/adapter_model.safetensors").is_file()
        assert not list((WORK / ".checkpoints").glob("train-*"))
    return entry


def saved_after(process: subprocess.Popen[bytes], log: Path, until: str) -> str | None:
    """Name of the first checkpoint after `log` said `until`; None where the process ends first."""
    before: dict[str, int] | None = None
    while process.poll() is None:
        time.sleep(0.02)
        if until not in log.read_text(encoding="utf-8"):
            continue
        now = dict(checkpoints())
        before = now if before is None else before
        if fresh := [name for name, when in now.items() if before.get(name) != when]:
            return max(fresh)
    return None


def checkpoints() -> Iterator[tuple[str, int]]:
    """Name of each checkpoint of a step and when it was written (ns)."""
    for file in (WORK / ".checkpoints").glob("train-*/step-*.safetensors"):
        with suppress(FileNotFoundError):  # the oldest are removed
            yield file.stem, file.stat().st_mtime_ns


if __name__ == "__main__":
    command.run(main)
