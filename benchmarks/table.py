"""Print the README's tables from result files: python -m benchmarks.table [FILE...]"""

import json
import math
import re
import sys
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks import shapes

RESULTS = Path(__file__).parent / "results"
NEWEST_GPU, NEW_GPU, GPU, OLDER_GPU, CPU, CPU_BF16 = (
    RESULTS / f"{name}.json"
    for name in (
        "gpu-2026-12-01", "gpu-2026-11-30", "gpu-2026-11-28", "gpu-2026-11-27", "cpu-2026-11-29",
        "cpu-2026-11-29-bf16",
    )
)  # fmt: skip
PRESETS, ANSWERING, RIVALS = (
    RESULTS / f"{name}-2026-11-30.json" for name in ("presets", "answering", "rivals")
)
TO_LOSS, TO_LOSS_EMBEDDED = (RESULTS / f"{n}.json" for n in ("to_loss", "to_loss_embedded"))
REAL, PRECISION, CURVES, CORRECTIONS = (
    RESULTS / f"{name}.json"
    for name in ("real_models", "variants", "learning_curve", "error_correction")
)

LABELS = {
    "ours": "ours, 16 pairs a pass",
    "ours_8x2": "ours, two passes a step",
    "trl": "TRL 1.16.0's SFTTrainer (packing, Liger, flash attention)",
    "trl_dequantized": "the same on the base's 4-bit values in 16 bit",
    "unsloth": "Unsloth 2026.10.9, no dropout (packing; transformers 5.17.0, TRL 1.15.0)",
}
ANSWERERS = {
    "ours_64": "ours, 64 texts at a time",
    "ours_192": "ours, 192",
    "ours_384": "ours, 384",
    "constrained_64": "ours under the grammar, 64",
    "constrained_192": "ours under the grammar, 192",
    "constrained_384": "ours under the grammar, 384",
    "transformers_384": "transformers' `generate`, 384",
    "vllm": "vLLM, its own batches",
    "vllm_constrained": "vLLM under the same grammar (llguidance)",
}
WITHOUT = {
    "packing": "packing (a pair at a time; so without CUDA graphs, its attention and fused loss)",
}
CARDS = ("6 GB", "8 GB", "12 GB", "16 GB")
MARKS = {"with checkpointing": "c", "dequantised in each pass": "4"}
LIBRARIES = {"ours": "ours", "trl": "TRL (packing, Liger, flash attention)"}
CURVE = {
    "validity_rate": "valid DOT", "edge_f1": "edge F1",
    "exact_match_rate": "nodes, edges and labels",
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
    """One row an arm of the standard job; speeds of the second half of its steps."""
    rows = [
        [
            label, arm["steps"], arm.get("first_ms"), arm.get("warm_ms_per_step"),
            arm.get("warm_tokens_per_second"), arm.get("job_s", arm.get("command_s")),
            arm.get("peak_gb"),
        ]
        for name, label in LABELS.items()
        if "ms_per_step" in (arm := arms.get(name, {}))
    ]  # fmt: skip
    head = ["arm", "steps", "first step ms", "ms a step", "tokens/s", "job s", "peak GB"]
    return table(head, rows)


def share(arms: dict[str, Any], name: str) -> float:
    """Of the matrix product's measured rate, what an arm reached over all of its steps."""
    return arms[name]["tflops_4n"] / arms["ceiling"]["matmul_tflops"]


def generation(arms: dict[str, Any]) -> str:
    """One row an arm of generation."""
    rows = [
        [name.replace("generation_", "").replace("usual", "usual, 1"), arm["tokens_per_second"]]
        for name, arm in arms.items()
        if name.startswith("generation_") and "tokens_per_second" in arm
    ]
    return table(["batch", "tokens/s"], rows)


def answering() -> str:
    """Real answers, one row an arm, and what follows for whoever has many."""
    found = read(ANSWERING)
    arms, vllm = found["arms"], found["vllm"]
    rows = [
        [label, median(arm["seconds"]), arm["tokens_per_second"], arm.get("peak_gb")]
        for name, label in ANSWERERS.items()
        if (arm := arms.get(name))
    ]
    seconds = {name: median(arm["seconds"]) for name, arm in arms.items()}
    free, held = (
        min(s for name, s in seconds.items() if name.startswith(kind))
        for kind in ("ours", "constrained")
    )
    return "\n\n".join([
        "Answering the held-out texts with the released adapter of Qwen2.5-Coder 1.5B, merged, in "
        f"16 bit, lengths and stops as they come, once warm: {found['texts']} texts "
        f"({found['chip']}, {measured(found)}):",
        table(["arm", "s for all", "tokens/s", "peak GB"], rows),
        f"Ours is {seconds['transformers_384'] / free:.1f} times as fast as transformers (which "
        "Python holds up: on a host of faster cores it took "
        f"{arms['transformers_384']['seconds_on_another_host']} s), vLLM "
        f"{free / seconds['vllm']:.1f} times as fast as ours; under the grammar ours is "
        f"{seconds['vllm_constrained'] / held:.1f} times as fast as vLLM. That "
        f"({vllm['versions']['vllm']}, on torch {vllm['versions']['torch']}) was "
        f"{vllm['load_s']:.0f} s loading before. Its answers are worth the same (edge F1 "
        f"{arms['vllm']['novel']['edge_f1']:.3f} on `novel`, "
        f"{arms['vllm_constrained']['novel']['edge_f1']:.3f} under the grammar); at the end of its "
        "budget it breaks a graph off, so that "
        f"{arms['vllm_constrained']['validation']['validity_rate']:.1%} of `validation` were valid "
        "under the grammar, of ours all. For texts without end that may be invalid, export the "
        "model and serve it with vLLM.",
    ])  # fmt: skip


def presets() -> str:
    """Every preset on the whole card, and on smaller ones."""
    result = read(PRESETS)
    arms = {name.removeprefix("preset_"): arm for name, arm in result["arms"].items()}
    keys = ("tokens_per_second", "peak_gb", "answered_tokens_per_second")
    whole = [[name, *(arm["whole"][key] for key in keys)] for name, arm in arms.items()]
    rows = [
        [name, *(_speed(arm.get(size), arm["whole"]) for size in CARDS)]
        for name, arm in arms.items()
        if any(size in arm for size in CARDS)
    ]
    without = [
        f"{name} on {size}"
        for name, arm in arms.items() for size in CARDS
        if not arm.get(size, {}).get("recorded", True)
    ]  # fmt: skip
    return "\n\n".join([
        "Presets by their own values, random weights of the published shapes, the standard job's "
        f"pairs, answers 64 tokens long ({measured(result)}; the second half of 48 steps). All are "
        "dequantised once, without checkpointing:",
        table(["preset", "tokens/s", "peak GB", "answering tokens/s"], whole),
        "Training on smaller cards, tokens/s, the process held to so many GB; /2, /4, /8: a half, "
        "a quarter, an eighth of the pairs a pass, c: with checkpointing, 4: dequantised in each "
        "pass; empty, not listed, and on 24 GB: as on the whole card. These are steps 5 to 8, "
        "while lengths of rows are still being recorded: later ones are faster, and one plan's "
        "differ from column to column (no smaller card's own speed is in these figures):",
        table(["preset", *CARDS], rows),
        f"The estimate that chose the plan was within {_off(arms):.1%} of the peak each time; "
        f"of the card PyTorch held up to {_held_more(arms):.1f} GB more than that peak. What ran "
        f"out of memory and went on without CUDA graphs: {', '.join(without) or 'none'}. "
        f"{_once_more(without)}".strip(),
    ])  # fmt: skip


def _once_more(names: list[str]) -> str:
    """What was measured later of the presets that ran out of memory on so many GB."""
    result = read(NEWEST_GPU)
    told = []
    for name in names:
        preset, _, size = name.partition(" on ")
        arm = result["arms"].get(f"preset_{preset}", {})
        if arm.get(size, {}).get("recorded"):
            some, whole = (f"{arm[card]['tokens_per_second']:,.0f}" for card in (size, "whole"))
            told.append(f"{name} {some} tokens/s, on the whole card {whole}")
    if not told:
        return ""
    return (
        f"Measured again on another host and later code ({measured(result)}), with CUDA graphs and "
        f"without running out of memory: {', '.join(told)}."
    )


def _speed(row: dict[str, Any] | None, whole: dict[str, Any]) -> str:
    """Tokens a second, and what of the plan is leaner than on the whole card; empty for none."""
    if row is None:
        return ""
    marks = "".join(mark for words, mark in MARKS.items() if words in row["plan"])
    less = whole["pairs_a_pass"] // row["pairs_a_pass"]
    fewer = f"/{less}" if less > 1 else ""
    return " ".join(filter(None, [f"{row['tokens_per_second']:,.0f}", marks, fewer]))


def _held_more(arms: dict[str, dict[str, Any]]) -> float:
    rows = [row for arm in arms.values() for row in arm.values() if isinstance(row, dict)]
    return max(row["reserved_gb"] - row["peak_gb"] for row in rows)


def _off(arms: dict[str, dict[str, Any]]) -> float:
    """How far estimates were from the peaks at most, as a share of these."""
    rows = [
        row
        for arm in arms.values()
        for row in arm.values()
        if isinstance(row, dict) and row.get("recorded", True)
    ]
    estimates = [float(re.findall(r"([\d.]+) GB \(", row["why"])[-1]) for row in rows]
    return max(abs(e / row["peak_gb"] - 1) for e, row in zip(estimates, rows, strict=True))


def to_loss() -> str:
    """How soon ours and TRL reach the same validation loss, and where both end."""
    found = read(TO_LOSS)
    goal = max(min(loss for *_, loss in arm["curve"]) for arm in found.values())
    told = "; ".join(
        f"{LIBRARIES[name]} {arm['load_s']:.0f} s of loading and "
        f"{_reached(arm['curve'], goal):.0f} s of training (last measured "
        f"{last[2]:.4f} after {last[0]} of {arm['steps']} steps and {last[1]:.0f} s)"
        for name, arm in found.items()
        for last in arm["curve"][-1:]
    )
    return (
        f"To the same validation loss, {goal:.4f} nats a token, with real weights "
        "(qwen2.5-coder-1.5b-instruct, its preset with 5,000 synthesized pairs and two epochs, the "
        "same pairs by the same schedule, TRL's of both epochs shuffled, one run each; the clock "
        f"stands while the loss is measured; {measured(found['ours'])}): {told}. "
        f"{_alike()} Neither TRL on the base's values in 16 bit nor Unsloth was measured so."
    )


def _alike() -> str:
    """Whether a step of ours and one of TRL's teach alike, over several seeds."""
    found = read(TO_LOSS_EMBEDDED)
    ours, trl = ([c[-1] for c in found[arm].values()] for arm in ("ours", "trl-dequantized"))
    assert len({step for step, *_ in ours + trl}) == 1
    last = [mean(loss for *_, loss in ends) for ends in (ours, trl)]
    least, most = (f(b[2] / a[2] - 1 for a, b in zip(ours, trl, strict=True)) for f in (min, max))
    return (
        f"Whether TRL's steps teach more is open: there one seed says so, {len(ours)} seeds of the "
        f"embedded base on a CPU do not (after {ours[0][0]} steps ours {last[0]:.4f}, TRL "
        f"{last[1]:.4f}, by seed {least:+.1%} to {most:+.1%})."
    )


def _reached(curve: list[list[float]], goal: float) -> float:
    """Seconds at which a validation loss is first that low, between two measurements by a line."""
    for (_, begin, above), (_, end, below) in pairwise(curve):
        if below <= goal:
            return begin + (end - begin) * (above - goal) / (above - below)
    return math.inf


def scaling(arms: dict[str, Any]) -> str:
    """One row a number of GPUs: steps of 64 pairs, validation and generation."""
    rows = [
        [
            arm["processes"], arm["tokens_per_second"], arm["ms_per_step"], arm["validation_s"],
            arm["generation_s"],
        ]
        for arm in arms.values()
        if "validation_s" in arm
    ]  # fmt: skip
    head = ["GPUs", "tokens/s", "ms a step", "validation s", "768 answers of 48 tokens s"]
    return table(head, rows) if rows else ""


def _apart(arms: dict[str, Any]) -> float:
    """Largest difference of a loss on several GPUs to that of the same step on one."""
    losses = [arm["losses"] for arm in arms.values() if "validation_s" in arm]
    return max(abs(a - b) for other in losses for a, b in zip(losses[0], other, strict=True))


def large(arms: dict[str, Any]) -> str:
    """One row an arm of a 7B shape: ours, and FSDP2 through accelerate."""
    rows = [
        [
            "FSDP2" if "fsdp" in name else "ours", arm["processes"],
            f"{arm['pairs_per_step']} ({arm['pairs_per_pass']})", arm["peak_gb_loading"],
            arm["peak_gb"], arm["warm_ms_per_step"], arm["warm_tokens_per_second"],
        ]
        for name, arm in arms.items()
        if name.startswith("large_") and "pairs_per_pass" in arm
    ]  # fmt: skip
    head = [
        "7B shape", "GPUs", "pairs a step (a pass)", "peak GB loading", "peak GB", "ms a step",
        "tokens/s",
    ]  # fmt: skip
    return table(head, rows) if rows else ""


def parts() -> str:
    """What each part of the training path buys, and what a GPU does in a warm step."""
    result = read(NEWEST_GPU)
    found, profile = result["arms"]["without"]["parts"], result["arms"]["profile"]
    whole = mean(found[name]["warm_tokens_per_second"] for name in ("nothing", "nothing again"))
    rows = [
        [
            f"without {WITHOUT.get(name, name)}", arm["warm_tokens_per_second"],
            f"{arm['warm_tokens_per_second'] / whole - 1:+.1%}", arm["peak_gb"],
        ]
        for name, arm in found.items()
        if not name.startswith("nothing")
    ]  # fmt: skip
    products = sum(percent for name, percent, *_ in profile["top"] if name.startswith("nvjet"))
    return "\n\n".join([
        "What each part buys: the standard job in two passes a step, LoRA on the attention, second "
        f"half of 40 steps ({result['chip']}, {measured(result)}):",
        table(
            ["", "tokens/s", "", "peak GB"],
            [["all parts", whole, "", found["nothing"]["peak_gb"]], *rows],
        ),
        "Fused dropout saves memory there, not time. Not measured: what it saves with LoRA on all "
        "layers, and what the fused loss saves with a small model of many words.",
        f"In one pass a step, once warm, the GPU stands idle for {profile['idle_percent']:.1f}% of "
        f"the time, and {products:.0f}% of its work are products of matrices among the ten largest "
        "kernels alone.",
    ])  # fmt: skip


def precision() -> str:
    """What 4 bits cost: the adapter on the base in NF4 and in 16 bit."""
    found = read(PRECISION)
    result, settings = found["variants"], found["settings"]
    nf4, half = result["standard"]["novel"], result["16-bit base"]["novel"]
    rows, sure = [], []
    for name, label in (
        ("valid", "valid DOT"),
        ("edge_f1", "edge F1"),
        ("exact", "nodes, edges and labels"),
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
        f"{settings['learning_rate']}; {measured(found)}):",
        table(["", "NF4", "16 bit", "16 bit − NF4"], rows),
        f"More than chance: {', '.join(sure) or 'none of these'}.",
    ])  # fmt: skip


def correctness(arms: dict[str, Any], when: str = "") -> str:
    """What the check against eager fp32 found, and when."""
    arm = arms.get("correctness", {})
    if "largest_difference" not in arm:
        return ""
    series = {"ours": arm["losses"], "eager fp32, one pair at a time": arm["losses_eager_fp32"]}
    rows = [[name, *(f"{loss:.3f}" for loss in losses)] for name, losses in series.items()]
    return (
        f"Loss at the same step, ours in two passes by CUDA graphs; within "
        f"{arm['largest_difference']:.1g} of each other, the gradient within "
        f"{arm['gradient_error']:.1%} (bf16 against fp32{when}):\n\n"
        + table(["step", *map(str, range(1, len(arm["losses"]) + 1))], rows)
    )


def rivals() -> str:
    """The standard job by ours and by others."""
    found = read(RIVALS)
    arms, elsewhere = found["arms"], found["faster_host"]
    times = _times({name: arm.get("warm_ms_per_step") for name, arm in arms.items()})
    ms = {name: f"{arm['warm_ms_per_step']:.0f}" for name, arm in elsewhere.items()}
    return "\n\n".join([
        f"Training on one {found['chip']}, {measured(found)}, at gemma-2b's published shape with "
        "random weights (speed and memory do not depend on the values); the job is 444 pairs, five "
        "epochs, 16 a step, LoRA on the attention. Means of the second half of the steps, job "
        "seconds of all from loading to saving, kernels in their cache (on an empty one the first "
        f"step of ours takes {elsewhere['ours']['first_ms'] / 1e3:.1f} s).",
        training(arms),
        f"By that ours is {times['trl']} times as fast as TRL, {times['trl_dequantized']} times as "
        "fast as TRL on the base's values in 16 bit, which is no setting of it, and "
        f"{times['unsloth']} times as fast as Unsloth. Python holds them up, ours hardly: on a "
        f"host of faster cores ours took {ms['ours']} ms a step (before every length of row was "
        f"recorded from the second row on), the others {ms['trl']}, {ms['trl_dequantized']} and "
        f"{ms['unsloth']}. Over all steps, in two passes a step ours "
        f"reaches {share(arms, 'ours_8x2'):.0%} of the matrix product's measured rate.",
    ])  # fmt: skip


def _times(ms: dict[str, float | None]) -> dict[str, str]:
    """How many times as long as ours each takes."""
    return {name: f"{taken / ms['ours']:.1f}" for name, taken in ms.items() if taken}


def readme() -> str:
    """The tables that the README shows of speed and memory."""
    new, middle, old, cpu, bf16 = map(read, (NEW_GPU, GPU, OLDER_GPU, CPU, CPU_BF16))
    arms = new["arms"]
    two, one = (arms[f"scaling_{count}"]["tokens_per_second"] for count in (2, 1))
    return "\n\n".join([
        rivals(),
        parts(),
        to_loss(),
        answering(),
        presets(),
        f"{', '.join(shapes.SEED_MODELS)} trained, resumed, merged and answered, too "
        f"({measured(middle)}); a resumed run's weights differ by "
        f"{_resumed(middle['arms']):.0e} at most (on a CPU they are the same bytes).",
        correctness(old["arms"], f"; {measured(old)}"),
        f"Two GPUs of one host (steps of 64 pairs, `accelerate launch`; {two / one:.2f} times as "
        f"fast, the loss at the same step within {_apart(arms):.1g} of one GPU's; "
        f"{measured(new)}):",
        scaling(arms),
        "A 7B shape in 4 bit, whole on one GPU and shared by two (`shard_base`), by ours and by "
        "PyTorch's FSDP2 through accelerate, both with flash attention and Liger's kernels (ours "
        "with one pair a pass by the paged 8-bit AdamW, the others by AdamW; means of six steps):",
        large(arms),
        precision(),
        "Embedded base on a CPU, per second of processor time, against the usual script (padded to "
        "512, checkpointing, loss on all tokens, one prompt at a time) and a careful one (lengths "
        f"grouped, no checkpointing, loss on the answer, 64 prompts at a time; {measured(cpu)}): "
        f"without bfloat16 instructions {_cpu(cpu['arms'])}; with them {_cpu(bf16['arms'])}.",
    ])  # fmt: skip


def read(path: Path) -> dict[str, Any]:
    """A result file."""
    return json.loads(path.read_text(encoding="utf-8"))


def versions(result: dict[str, Any]) -> str:
    """The versions that figures depend on most, for the text beside them."""
    if "versions" not in result:
        return "versions not recorded"
    return ", ".join(f"{name} {result['versions'][name]}" for name in ("torch", "transformers"))


def measured(result: dict[str, Any]) -> str:
    """When and with which versions a file was measured."""
    return f"{result['date'][:10]}, {versions(result)}"


def _resumed(arms: dict[str, Any]) -> float:
    return max(arm["resume_difference"] for name, arm in arms.items() if name.startswith("path_"))


def real_models() -> str:
    """Real language models before and after tuning, and what more synthesized pairs bought."""
    runs = read(REAL)
    found = {model: by_name["preset"] for model, by_name in runs.items()}
    rows, notes = [], []
    for model, run in found.items():
        if "note" in run:
            notes.append(f"{model}: {run['note']}.")
        if "constrained" not in run["novel"]:
            held = filter(None, (_held(model, earlier) for earlier in runs[model].values()))
            notes += list(held)[-1:]
        for answerer in ("base", "tuned", "constrained"):
            if answerer in run["novel"]:
                cells = [
                    _interval(run[block][answerer][figure])
                    for block in ("validation", "novel")
                    for figure in ("valid", "edge_f1", "exact")
                ]
                seeds = len(run["novel"][answerer]["valid"]["by_seed"])
                rows.append([model, answerer, str(seeds), *cells])
    figures = ("valid DOT", "edge F1", "all that was asked for")
    head = ["model", "", "seeds", *(f"{b}: {f}" for b in ("validation", "novel") for f in figures)]
    one = next(iter(found.values()))
    pairs = ", ".join(f"{m} {run['settings']['synthesized_pairs']:,}" for m, run in found.items())
    steps = ", ".join(
        f"{m} {sum(run['seconds'][0].values()):.0f} s"
        + ("" if "baseline" in run["seconds"][0] else " (the base's answers not counted)")
        for m, run in found.items()
    )
    return "\n\n".join([
        f"{_own_pairs(one):,} training pairs of the repository and of the generator's: {pairs}; "
        f"one {one['hardware']['gpus'][0]}, {versions(one)}; the weights were "
        "quantised to 4 bit by their packager before; in brackets 95% intervals over pairs and "
        "seeds:",
        table(head, rows),
        f"From data to report: {steps}; the first alone on its card, the others several side by "
        f"side. {' '.join(notes)}".strip(),
        "What was tried with one model, in brackets all that was asked for:",
        _tried(),
    ])  # fmt: skip


def _held(model: str, run: dict[str, Any]) -> str:
    """What the grammar made of an earlier adapter's answers; empty where none was held to it."""
    if "constrained" not in run["novel"]:
        return ""
    told = [
        f"{label} from {free[figure]['mean']:.3f} to {held[figure]['mean']:.3f}"
        for figure, label in (("valid", "valid DOT"), ("edge_f1", "edge F1"))
        for free, held in [(run["validation"]["tuned"], run["validation"]["constrained"])]
    ]
    return f"{model}, an adapter {run['note']}, under the grammar: {', '.join(told)} on validation."


def _own_pairs(run: dict[str, Any]) -> int:
    return sum(n for name, n in run["sources"].items() if name != "synthesized")


def _tried() -> str:
    """Every run of the model with the most of them, by how many synthesized pairs it saw."""
    runs = max(read(REAL).values(), key=len).values()
    rows = []
    for run in sorted(runs, key=lambda run: run["settings"]["synthesized_pairs"]):
        settings = run["settings"]
        synthesized = settings["synthesized_pairs"]
        tuned = [run[block]["tuned"] for block in ("validation", "novel")]
        cells = [
            f"{f['edge_f1']['mean']:.3f}" + (f" ({f['exact']['mean']:.3f})" if "exact" in f else "")
            for f in tuned
        ]
        shape = [settings.get("lora_r", 16), settings["num_train_epochs"], len(run["seeds"])]
        rows.append([f"{synthesized:,}", *shape, *cells, run.get("note", "")])
    head = ["synthesized pairs", "rank", "epochs", "seeds", "validation: edge F1"]
    return table([*head, "novel: edge F1", ""], rows)


def _interval(value: dict[str, float]) -> str:
    return f"{value['mean']:.3f} ({value['low']:.3f} to {value['high']:.3f})"


def curve() -> str:
    """What the adapter can do after how many training pairs."""
    result = read(CURVES)
    rows = []
    for point in result["mean"]:
        runs = [run for run in result["runs"] if run["max_pairs"] == point["max_pairs"]]
        figures = [_spread([run["novel"][name] for run in runs]) for name in CURVE]
        rows.append([point["training_pairs"] or "none (base)", *figures])
    seeds = max(point["seeds"] for point in result["mean"])
    return "\n\n".join([
        "![Valid DOT and edge F1 against training pairs](benchmarks/results/learning_curve.svg)",
        f"The embedded model, mean over {seeds} seeds on `novel`, lowest and highest in brackets, "
        f"before the requests were added to the pairs ({measured(result)}):",
        table(["training pairs", *CURVE.values()], rows),
        _error_correction(),
    ])  # fmt: skip


def _error_correction() -> str:
    """What the ratio of broken graphs beside their repair does, on held-out training pairs."""
    result = read(CORRECTIONS)
    held_out = {name: arm["validation"] for name, arm in result["variants"].items()}
    names = ("no error correction", "standard", "error correction 0.3")
    valid, edges = (
        ", ".join(f"{held_out[name][figure]['mean']:.3f}" for name in names)
        for figure in ("valid", "edge_f1")
    )
    pairs, seeds = result["settings"]["max_pairs"], len(result["variants"]["standard"]["seeds"])
    return (
        f"`error_correction_ratio` 0, 0.1 and 0.3, {pairs} of the first 1,199 pairs, "
        f"half of them held out, {seeds} seeds ({measured(result)}): valid DOT {valid}; edge F1 "
        f"{edges}."
    )


def _spread(values: list[float]) -> str:
    low, high = (f"{end:.3f}" for end in (min(values), max(values)))
    return f"{mean(values):.3f}" + (f" ({low} to {high})" if len(values) > 1 else "")


def _cpu(arms: dict[str, Any]) -> str:
    """How much faster ours trains and answers than either recipe."""
    training, answering = (
        " and ".join(f"{arms['ours'][key] / arms[arm][key]:.1f}" for arm in ("usual", "careful"))
        for key in ("tokens_per_second", "answers_per_second")
    )
    return f"training {training} times as fast, answering {answering}"


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
    sections = (training, correctness, generation, scaling, large)
    return "\n\n".join([*parts, *filter(None, (section(arms) for section in sections))])


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or sorted(RESULTS.glob("[cg]pu-*.json"))
    print("\n\n".join(report(path) for path in files))


if __name__ == "__main__":
    main()
