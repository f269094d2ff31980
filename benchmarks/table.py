"""Print the README's tables from result files: python -m benchmarks.table [FILE...]"""

import json
import sys
from pathlib import Path
from statistics import mean
from typing import Any

RESULTS = Path(__file__).parent / "results"

LABELS = {
    "usual": "usual script (Trainer, padded to 512, 4×4, checkpointing, fp16, loss on all)",
    "fused_padded": "lengths grouped, 16×1, Liger with its loss, LoRA in bf16",
    "trl": "TRL's SFTTrainer (packing, Liger)",
    "unsloth": "Unsloth under TRL's SFTTrainer (packing)",
    "ours": "ours",
    "ours_first": "ours, the first time on a machine (Triton compiles)",
    "ours_8x2": "ours, two passes a step (the default)",
}
CURVE = {
    "validity_rate": "valid DOT", "edge_f1": "edge F1", "exact_match_rate": "the very graph",
}  # fmt: skip


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table; numbers get three digits that count."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return "" if value is None else str(value)


def training(arms: dict[str, Any]) -> str:
    """One row an arm of the standard job."""
    peak = arms.get("ceiling", {}).get("matmul_tflops")
    rows = []
    for name, label in LABELS.items():
        arm = arms.get(name, {})
        if "ms_per_step" in arm:
            share = f"{arm['tflops_4n'] / peak:.0%}" if peak else None
            rows.append([
                label, arm["steps"], arm["ms_per_step"], arm["median_ms"],
                arm["tokens_per_second"], share, arm.get("peak_gb"),
            ])  # fmt: skip
    head = ["arm", "steps", "ms a step", "median", "tokens/s", "of the matrix peak", "peak GB"]
    return table(head, rows)


def models(arms: dict[str, Any]) -> str:
    """One row a model."""
    rows = []
    for name in ("gemma-2b-it", "phi-2", "qwen2.5-1.5b-instruct", "stablelm-2-zephyr-1_6b"):
        suffix = "" if name.startswith("gemma") else f"_{name}"
        job, low, path = (
            arms.get(key, {}) for key in (f"ours{suffix}", f"low_memory_4{suffix}", f"path_{name}")
        )
        if "ms_per_step" in job:
            done = ("yes" if path.get("generated") else "no") if path else None
            rows.append([
                name, job["loaded_gb"], job["peak_gb"], low.get("peak_gb"), job["train_s"],
                job["tokens_per_second"], done,
            ])  # fmt: skip
    head = [
        "model", "loaded GB", "peak GB", "low-memory peak GB", "standard job s", "tokens/s",
        "resumed, merged, answered",
    ]  # fmt: skip
    return table(head, rows)


def generation(arms: dict[str, Any]) -> str:
    """One row an arm of generation."""
    rows = [
        [name.replace("generation_", "").replace("usual", "usual, 1"), arm["tokens_per_second"]]
        for name, arm in arms.items()
        if name.startswith("generation_") and "tokens_per_second" in arm
    ]
    return table(["batch", "tokens/s"], rows)


def scaling(arms: dict[str, Any]) -> str:
    """One row a number of GPUs: steps of 64 pairs, validation and generation."""
    rows = [
        [
            arm["processes"], arm["tokens_per_second"], arm["median_ms"], arm["validation_s"],
            arm["generation_s"],
        ]
        for arm in arms.values()
        if "validation_s" in arm
    ]  # fmt: skip
    head = ["GPUs", "tokens/s", "median ms a step", "validation s", "768 answers of 48 tokens s"]
    return table(head, rows) if rows else ""


def _apart(arms: dict[str, Any]) -> float:
    """Largest difference of a loss on several GPUs to that of the same step on one."""
    losses = [arm["losses"] for arm in arms.values() if "validation_s" in arm]
    return max(abs(a - b) for other in losses for a, b in zip(losses[0], other, strict=True))


def shared(arms: dict[str, Any]) -> str:
    """What a card holds of a base too large for one, alone and sharing."""
    alone, two = (arms.get(f"large_{count}", {}) for count in (1, 2))
    if "peak_gb" not in alone or "peak_gb" not in two:
        return ""
    return (
        f"A 7B shape, one pair at a time: {alone['peak_gb']:.2f} GB on one card; "
        f"{two['peak_gb']:.2f} GB a card on two that share the base "
        f"({two['peak_gb'] / alone['peak_gb']:.0%})."
    )


def precision(path: Path = RESULTS / "variants.json") -> str:
    """What 4 bits cost: the adapter on the base in NF4 and in 16 bit."""
    found = json.loads(path.read_text(encoding="utf-8"))
    result, settings = found["variants"], found["settings"]
    nf4, half = result["standard"]["novel"], result["16-bit base"]["novel"]
    rows, sure = [], []
    for name, label in (
        ("valid", "valid DOT"),
        ("edge_f1", "edge F1"),
        ("exact", "the very graph"),
    ):
        gain = half["difference"][name]
        means = (f"{arm[name]['mean']:.3f} ± {arm[name]['sd']:.3f}" for arm in (nf4, half))
        interval = f"{gain['low']:+.3f} to {gain['high']:+.3f}"
        rows.append([label, *means, f"{gain['estimate']:+.3f} ({interval})"])
        sure += [label] if gain["low"] > 0 or gain["high"] < 0 else []
    seeds = len(result["standard"]["seeds"])
    return "\n\n".join([
        f"The base in 4 bit against 16 bit: {seeds} trainings each, `novel`, mean ± standard "
        "deviation over the seeds, difference with its 95% interval (on a GPU, learning rate "
        f"{settings['learning_rate']}):",
        table(["", "NF4", "16 bit", "16 bit − NF4"], rows),
        f"More than chance: {', '.join(sure) or 'none of these'}.",
    ])  # fmt: skip


def correctness(arms: dict[str, Any]) -> str:
    """What the check against eager fp32 found."""
    arm = arms.get("correctness", {})
    if "largest_difference" not in arm:
        return ""
    series = {"ours": arm["losses"], "eager fp32, one pair at a time": arm["losses_eager_fp32"]}
    rows = [[name, *(f"{loss:.3f}" for loss in losses)] for name, losses in series.items()]
    return (
        f"Loss at the same step, ours in two passes by CUDA graphs; within "
        f"{arm['largest_difference']:.1g} of each other, the gradient within "
        f"{arm['gradient_error']:.1%} (bf16 against fp32):\n\n"
        + table(["step", *map(str, range(1, len(arm["losses"]) + 1))], rows)
    )


def readme() -> str:
    """The tables that the README shows of speed and memory."""
    gpu, cpu = (
        json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("gpu-2026-11-27", "cpu-2026-11-27")
    )
    arms = gpu["arms"]
    usual, ours = arms["generation_usual"], arms["generation_384"]
    return "\n\n".join([
        f"Each model at its published shape with random weights (speed and memory do not depend on "
        f"the values), one {gpu['chip']}, {gpu['date'][:10]}; the standard job is 444 pairs, 5 "
        "epochs, 16 pairs a step. Low memory: gradient checkpointing, 4-bit weights, paged 8-bit "
        "AdamW, 4 pairs a pass.",
        models(arms),
        "The same job at gemma-2b's shape by several recipes: ours all 140 steps, the others one "
        "epoch. Cold first steps are counted.",
        training(arms),
        correctness(arms),
        f"Answering, {ours['batch']} prompts at a time: "
        f"{ours['tokens_per_second']:,.0f} tokens a second, "
        f"{ours['tokens_per_second'] / usual['tokens_per_second']:,.0f} times as fast as one "
        "prompt at a time in 4 bit with the adapter unmerged. The grammar makes a batch of "
        f"{arms['generation_constrained']['batch']} "
        f"{arms['generation_constrained']['overhead']:.0%} slower.",
        "Several GPUs (steps of 64 pairs, `accelerate launch`; the loss at the same step within "
        f"{_apart(arms):.1g} of one GPU's):",
        scaling(arms),
        "That was measured before validation was dealt out evenly to the GPUs. Measured again "
        f"since, two are {_twice('validation_s')} times as fast as one at validation and "
        f"{_twice('generation_s')} times at answering.",
        shared(arms),
        precision(),
        f"Embedded base on a CPU, per second of processor time: {_cpu(cpu['arms'])}.",
    ])  # fmt: skip


def _twice(name: str) -> str:
    """How many times as fast two GPUs are as one."""
    result = json.loads((RESULTS / "gpu-2026-11-27-two.json").read_text(encoding="utf-8"))
    one, two = (result["arms"][f"scaling_{count}"][name] for count in (1, 2))
    return f"{one / two:.2f}"


def curve() -> str:
    """What the adapter can do after how many training pairs."""
    result = json.loads((RESULTS / "learning_curve.json").read_text(encoding="utf-8"))
    rows = []
    for point in result["mean"]:
        runs = [run for run in result["runs"] if run["max_pairs"] == point["max_pairs"]]
        figures = [_spread([run["novel"][name] for run in runs]) for name in CURVE]
        rows.append([point["training_pairs"] or "none (base)", *figures])
    seeds = max(point["seeds"] for point in result["mean"])
    return "\n\n".join([
        "![Valid DOT and edge F1 against training pairs](benchmarks/results/learning_curve.svg)",
        f"Mean over {seeds} seeds on `novel`, lowest and highest in brackets (answered in batches "
        "of their own, which can change the last bit of a logit and so a few answers):",
        table(["training pairs", *CURVE.values()], rows),
        _error_correction(),
    ])  # fmt: skip


def _error_correction() -> str:
    """What the ratio of broken graphs beside their repair does, on held-out training pairs."""
    result = json.loads((RESULTS / "error_correction.json").read_text(encoding="utf-8"))
    held_out = {name: arm["validation"] for name, arm in result["variants"].items()}
    names = ("no error correction", "standard", "error correction 0.3")
    valid, edges = (
        ", ".join(f"{held_out[name][figure]['mean']:.3f}" for name in names)
        for figure in ("valid", "edge_f1")
    )
    pairs, seeds = result["settings"]["max_pairs"], len(result["variants"]["standard"]["seeds"])
    return (
        f"`error_correction_ratio` 0, 0.1 and 0.3, {pairs} of the first 1,199 pairs, "
        f"half of them held out, {seeds} seeds: valid DOT {valid}; edge F1 {edges}."
    )


def _spread(values: list[float]) -> str:
    low, high = (f"{end:.3f}" for end in (min(values), max(values)))
    return f"{mean(values):.3f}" + (f" ({low} to {high})" if len(values) > 1 else "")


def _cpu(arms: dict[str, Any]) -> str:
    usual, ours = arms["usual"], arms["ours"]
    names = {"tokens_per_second": "training", "answers_per_second": "answering"}
    return ", ".join(
        f"{name} {ours[key] / usual[key]:.1f} times as fast as the usual recipe"
        for key, name in names.items()
    )


def report(path: Path) -> str:
    """All tables of one file."""
    results = json.loads(path.read_text(encoding="utf-8"))
    arms = results["arms"]
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    parts = [f"{results['chip']}, {results['date']}; {versions}. {results.get('note', '')}".strip()]
    if "cpu" in path.name:
        head = ["arm", "tokens/s training", "validation loss", "answers/s", "peak GB"]
        keys = ("tokens_per_second", "validation_loss", "answers_per_second", "peak_gb")
        rows = [[name, *(arm.get(key) for key in keys)] for name, arm in arms.items()]
        return "\n\n".join([*parts, table(head, rows)])
    sections = (training, correctness, models, generation, scaling, shared)
    return "\n\n".join([*parts, *filter(None, (section(arms) for section in sections))])


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or sorted(RESULTS.glob("[cg]pu-*.json"))
    print("\n\n".join(report(path) for path in files))


if __name__ == "__main__":
    main()
