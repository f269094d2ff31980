"""Real answers a second on one GPU: python -m benchmarks.answering --out FILE [--only ARM ...]

In a project whose pipeline has run: the tuned model answers all held-out texts, of their own
lengths, each to where it stops. Ours, ours under the grammar, and transformers' `generate` in
batches of like lengths with the same merged 16-bit weights. Medians of some runs behind a first
one. The prompts are written, too, as token ids: for programs that run elsewhere, as
benchmarks.vllm_arm, whose answers `--vllm FILE` scores and puts beside those of `--out`.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from anecdot import scoring
from anecdot.common import command
from anecdot.common.params import read_params
from anecdot.grammar.guide import GrammarGuide
from anecdot.model.adapter import load_tuned
from anecdot.model.base import tokenizer_of
from anecdot.model.decode import batches, generate
from anecdot.model.held_out import read_held_out
from anecdot.prompting.prompt import encode_prompt, stop_ids, user_text
from benchmarks import gpu, work

BATCHES = (64, 192, 384)


def timed(answer: Callable[[], int], runs: int) -> dict[str, Any]:
    """Tokens a second of what returns how many it wrote; the first run warms up."""
    written = answer()
    gpu.release()
    seconds = [gpu.seconds(answer) for _ in range(runs)]
    return {
        "tokens": written, "seconds": [round(s, 3) for s in seconds],
        "tokens_per_second": written / median(seconds), "peak_gb": gpu.peak_gb(),
    }  # fmt: skip


def measure(names: list[str], prompts_file: Path, limit: int, runs: int) -> dict[str, Any]:
    """The arms of one merged model by name."""
    params = read_params()
    texts = [user_text(row) for row in read_held_out(params).rows][: limit or None]
    model, tokenizer = load_tuned(params, "models/adapter")
    prompts = [encode_prompt(tokenizer, text) for text in texts]
    stops, budget = stop_ids(tokenizer, model.generation_config), params.max_new_tokens
    with prompts_file.open("w", encoding="utf-8") as file:
        for ids in prompts:
            row = {"prompt_ids": ids, "max_tokens": budget, "stop_ids": sorted(stops)}
            file.write(json.dumps(row) + "\n")

    def ours(size: int, constrained: bool) -> int:
        guide = partial(GrammarGuide, tokenizer, budget) if constrained else None
        found = generate(model, tokenizer, texts, budget, size, guide)
        return sum(answer.tokens for _, answer in found)

    def transformers(size: int, **kwargs: Any) -> int:
        model.set_attn_implementation("sdpa")
        model.config.use_cache = True
        written = 0
        for batch in batches([len(ids) for ids in prompts], size):
            ids, mask = work.left_padded(
                [prompts[i] for i in batch], tokenizer.pad_token_id, model.device
            )
            output = model.generate(
                input_ids=ids, attention_mask=mask, max_new_tokens=budget, do_sample=False,
                eos_token_id=sorted(stops), pad_token_id=tokenizer.pad_token_id, **kwargs,
            )  # fmt: skip
            for row in output[:, ids.shape[1] :].tolist():
                end = next((at for at, token in enumerate(row) if token in stops), len(row) - 1)
                written += end + 1
        return written

    arms: dict[str, Callable[[], int]] = {}
    for size in BATCHES:
        arms[f"ours_{size}"] = partial(ours, size, False)
        arms[f"constrained_{size}"] = partial(ours, size, True)
    for size in BATCHES:  # last: they change the model's attention
        arms[f"transformers_{size}"] = partial(transformers, size)
    arms["transformers_static_192"] = partial(transformers, 192, cache_implementation="static")
    found = {}
    for name in names or arms:
        try:
            found[name] = timed(arms[name], runs)
        except Exception as error:
            found[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print(name, found[name], flush=True)
    return found


def measure_vllm(found: dict[str, Any], prompts_file: Path) -> dict[str, Any]:
    """What benchmarks.vllm_arm wrote, with what its answers are worth by block, as arms by name."""
    params = read_params()
    tokenizer, rows = tokenizer_of(params), read_held_out(params).rows
    stops = set(json.loads(prompts_file.read_text(encoding="utf-8").split("\n")[0])["stop_ids"])
    arms = {}
    for name, key in (("vllm", "free"), ("vllm_constrained", "constrained")):
        arms[name] = found[key]
        given = [
            {
                "block": row["block"], "id": row["id"], "tokens": len(ids),
                "text": tokenizer.decode([token for token in ids if token not in stops]),
                "stopped": bool(ids) and ids[-1] in stops,
            }
            for row, ids in zip(rows, arms[name].pop("answers"), strict=True)
        ]  # fmt: skip
        predictions = scoring.score(rows, {name: given})
        for block in ("validation", "novel"):
            summary = scoring.summarise([p for p in predictions if p.block == block])
            arms[name][block] = {key: summary[key] for key in ("validity_rate", "edge_f1")}
    return arms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prompts", type=Path, help="where to write them", required=True)
    parser.add_argument("--only", nargs="*", default=[], help="names of arms")
    parser.add_argument("--limit", type=int, default=0, help="answer so many texts; 0 = all")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--vllm", type=Path, help="what benchmarks.vllm_arm wrote, to be scored")
    args = parser.parse_args()
    if args.vllm:
        result = json.loads(args.out.read_text(encoding="utf-8"))
        found = json.loads(args.vllm.read_text(encoding="utf-8"))
        result["arms"] |= gpu.rounded(measure_vllm(found, args.prompts))
        result["vllm"] = gpu.rounded({name: found[name] for name in ("load_s", "versions")})
        args.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        return
    result = gpu.facts(tiny=bool(args.limit)) | {
        "arms": gpu.rounded(measure(args.only, args.prompts, args.limit, args.runs))
    }
    args.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    command.run(main)
