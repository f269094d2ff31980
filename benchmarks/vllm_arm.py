"""vLLM beside benchmarks.answering: python -m benchmarks.vllm_arm FOLDER --prompts FILE --out OUT

An exported model (`src/export.py --merged FOLDER`) answers the prompts that benchmarks.answering
wrote, greedily, by vLLM as it is installed: CUDA graphs and torch.compile on, its own batches, no
prefix cache, since no two runs of a user share their prompts; then the same held to the grammar of
DOT by its backend for llguidance. Needs vLLM and nothing of this project but `grammar`.
"""

import argparse
import json
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from anecdot.grammar.grammar import grammar

ROOM = 2048  # tokens of a prompt and its answer
PACKAGES = ("vllm", "torch", "transformers", "triton")


def main() -> None:
    from vllm import LLM, SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.prompts.read_text(encoding="utf-8").splitlines()]
    start = time.perf_counter()
    llm = LLM(
        model=str(args.model), dtype="bfloat16", enable_prefix_caching=False, max_model_len=ROOM,
        gpu_memory_utilization=0.5, structured_outputs_config={"backend": "guidance"},
    )  # fmt: skip
    found: dict[str, Any] = {"load_s": time.perf_counter() - start}
    prompts = [{"prompt_token_ids": row["prompt_ids"]} for row in rows]
    for name in ("free", "constrained"):
        held = StructuredOutputsParams(grammar=grammar("answer")) if name != "free" else None
        sampling = [
            SamplingParams(
                temperature=0.0, max_tokens=row["max_tokens"], stop_token_ids=row["stop_ids"],
                ignore_eos=True, structured_outputs=held,
            )
            for row in rows
        ]  # fmt: skip
        try:
            found[name] = timed(llm, prompts, sampling, args.runs)
        except Exception as error:
            found[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
    found["versions"] = {package: version(package) for package in PACKAGES}
    args.out.write_text(json.dumps(found) + "\n", encoding="utf-8")


def timed(llm: Any, prompts: list[Any], sampling: list[Any], runs: int) -> dict[str, Any]:
    """Tokens a second, stops counted, behind a run that warms up; and the answers' ids."""
    answers = llm.generate(prompts, sampling, use_tqdm=False)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        answers = llm.generate(prompts, sampling, use_tqdm=False)
        seconds.append(time.perf_counter() - start)
    ids = [list(answer.outputs[0].token_ids) for answer in answers]
    tokens = sum(map(len, ids))
    return {
        "tokens": tokens, "seconds": [round(s, 3) for s in seconds],
        "tokens_per_second": tokens / median(seconds), "answers": ids,
    }  # fmt: skip


if __name__ == "__main__":
    main()
