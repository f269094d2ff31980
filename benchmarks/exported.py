"""Does an export answer as generate.py does? Held-out prompts through plain transformers.

    python -m benchmarks.exported                      all of novel; weights stored as computed with
    python -m benchmarks.exported --dtype bfloat16     ... stored in bfloat16
    python -m benchmarks.exported --every 40           a sample

Runs `src/export.py --merged` and `src/generate.py --input` as a user does; then transformers' own
`generate` answers from the folder as it was written, in the type in which this machine computes:
prompts of like length together, and where a graph is not generate.py's, its prompt again alone.
Adds to benchmarks/results/exported.json how many graphs are the same text.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from anecdot import dot
from anecdot.common.environment import environment
from anecdot.common.files import read_jsonl, write_json, write_jsonl
from anecdot.common.params import read_params
from anecdot.common.progress import Progress
from anecdot.model.device import compute_dtype
from anecdot.prompting.prompt import user_text

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/exported.json"
BATCH = 16


def command(*arguments: object) -> None:
    """Run a command of the project, and end where it fails."""
    if status := subprocess.run([sys.executable, *map(str, arguments)], check=False).returncode:
        sys.exit(status)


def answers(model: Any, tokenizer: Any, rows: list[dict[str, Any]]) -> list[str]:
    """The graphs that transformers' own `generate` writes, asked as the export's card says."""
    prompts = tokenizer.apply_chat_template(
        [[{"role": "user", "content": user_text(row)}] for row in rows],
        add_generation_prompt=True, return_dict=True, return_tensors="pt",
        padding=True, tokenizer_kwargs={"padding_side": "left"},
    )  # fmt: skip
    written = model.generate(**prompts.to(model.device))[:, prompts["input_ids"].shape[1] :]
    said = tokenizer.batch_decode(written, skip_special_tokens=True)
    return [dot.extract(text) or text for text in said]


def compare(folder: Path, graphs: list[dict[str, Any]], dtype: torch.dtype) -> list[str]:
    """The ids of the rows whose graph (`output_dot`, by generate.py) the export writes otherwise.

    Args:
        folder: the export.
        graphs: generate.py's rows.
        dtype: to compute in.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, device_map=device)
    progress, others = Progress(folder.name, len(graphs)), []
    rows = sorted(graphs, key=lambda row: len(user_text(row)))
    for batch in (rows[first : first + BATCH] for first in range(0, len(rows), BATCH)):
        for row, graph in zip(batch, answers(model, tokenizer, batch), strict=True):
            expected = row["output_dot"]
            if graph != expected and answers(model, tokenizer, [row]) != [expected]:
                others.append(row["id"])
            progress.advance(note=f"{len(others)} differ")
    return others


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--adapter", type=Path, default=Path("models/adapter"))
    options.add_argument("--rows", type=Path, default=Path("data/prepared/novel.jsonl"))
    options.add_argument("--every", type=int, default=1, help="ask every so-many-th row")
    options.add_argument("--dtype", default="auto", help="of the stored weights, as in export.py")
    options.add_argument("--out", type=Path, default=RESULT)
    args = options.parse_args()

    dtype = compute_dtype(read_params())
    with TemporaryDirectory() as work:
        asked, answered, folder = (
            Path(work) / n for n in ("asked.jsonl", "graphs.jsonl", "merged")
        )
        write_jsonl(asked, [row for _, row in read_jsonl(args.rows)][:: args.every])
        adapter = ("--adapter", args.adapter)
        command("src/generate.py", *adapter, "--input", asked, "--output", answered)
        command("src/export.py", *adapter, "--merged", folder, "--dtype", args.dtype)
        graphs, start = [row for _, row in read_jsonl(answered)], time.monotonic()
        others = compare(folder, graphs, dtype)
        stored = json.loads((folder / "config.json").read_text(encoding="utf-8"))["dtype"]

    key = f"{args.adapter}, stored in {stored}, computed in {str(dtype).removeprefix('torch.')}"
    found = {
        "prompts": len(graphs), "same": len(graphs) - len(others), "others": others,
        "seconds": round(time.monotonic() - start), "date": time.strftime("%Y-%m-%d"),
    } | environment()  # fmt: skip
    before = json.loads(args.out.read_text(encoding="utf-8")) if args.out.is_file() else {}
    write_json(args.out, before | {key: found})
    print(f"{key}: {found['same']} of {len(graphs)} graphs as generate.py writes them")


if __name__ == "__main__":
    main()
