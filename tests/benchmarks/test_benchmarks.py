"""The benchmarks run on a CPU with tiny shapes, and their tables print from the results."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, door, write_rows

from benchmarks import profile_arm, shapes


def module(*arguments: str) -> str:
    """What `python -m ARGUMENTS` prints."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", shapes.SHAPES)
def test_the_shapes_have_the_published_sizes(name):
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(shapes.config(name))
    assert sum(p.numel() for p in model.parameters()) == shapes.PARAMETERS[name]
    if name in shapes.SEED_MODELS:
        modules = {path.rpartition(".")[2] for path, _ in model.named_modules()}
        assert set(shapes.lora_targets(name)) <= modules


def test_every_preset_has_its_published_shape():
    presets = {path.stem for path in (ROOT / "models/presets").glob("*.yaml")}
    assert presets == shapes.SHAPES.keys() - {shapes.LARGE}


def test_the_gpu_benchmark_runs_tiny(tmp_path: Path):
    arms = ["ceiling", "ours", "ours_8x2", "correctness", "low_memory_1"]
    arms += [
        "generation_transformers_192",
        "generation_48",
        "generation_constrained",
        "path_phi-2",
        "scaling_1",
        "profile",
        "large_1",
        "preset_gemma-3-270m",
    ]
    for part in (arms[:1], arms[1:]):  # the results of several processes stand side by side
        module("benchmarks.gpu", "--tiny", "--out", str(tmp_path), "--only", *part)
    results = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))
    assert results["tiny"]
    assert list(results["arms"]) == arms
    assert not [arm for arm in results["arms"].values() if "failed" in arm]
    assert results["arms"]["correctness"]["largest_difference"] < 1e-3
    preset = results["arms"]["preset_gemma-3-270m"]["whole"]
    assert preset["tokens_per_second"] > 0 < preset["answered_tokens_per_second"]
    assert results["arms"]["path_phi-2"]["decoding_error"] < 0.03
    assert "ours" in module("benchmarks.table", str(tmp_path / "gpu.json"))


def test_ours_and_fsdp2_have_the_same_losses(tmp_path: Path):
    """Two processes share the base, once each way."""
    arms = ["large_2", "large_packed_2", "large_fsdp_2", "large_packed_fsdp_2"]
    module(
        "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "benchmarks.gpu",
        "--tiny", "--out", str(tmp_path), "--only", *arms,
    )  # fmt: skip
    found = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))["arms"]
    assert list(found) == arms
    for ours, rival in zip(arms[:2], arms[2:], strict=True):
        assert found[ours]["losses"] == pytest.approx(found[rival]["losses"], abs=2e-3)
    assert "FSDP2" in module("benchmarks.table", str(tmp_path / "gpu.json"))


def test_time_without_a_kernel_is_what_no_stream_covers():
    assert profile_arm.idle_share([(0, 4), (2, 3), (3, 6), (8, 10)]) == pytest.approx(0.2)


def test_the_cpu_benchmark_runs(tiny_base: Path, tmp_path: Path):
    rows, out = tmp_path / "rows.jsonl", tmp_path / "cpu.json"
    write_rows(rows, [door(n) for n in range(20)])
    module(
        "benchmarks.cpu", "--base", str(tiny_base), "--rows", str(rows), "--out", str(out),
        "--steps", "1", "--answers", "1", "--tokens", "4",
    )  # fmt: skip
    arms = json.loads(out.read_text(encoding="utf-8"))["arms"]
    assert list(arms) == ["usual", "careful", "ours"]
    assert all(arm["tokens_per_second"] > 0 < arm["answers_per_second"] for arm in arms.values())
    assert "ours" in module("benchmarks.table", str(out))


def test_an_export_answers_a_sample_of_novel_as_generate_does(tmp_path: Path):
    """All of it: python -m benchmarks.exported."""
    out = tmp_path / "exported.json"
    module(
        "benchmarks.exported", "--adapter", "models/released/embedded", "--rows",
        "data/novel/terse.jsonl", "--every", "16", "--out", str(out),
    )  # fmt: skip
    [(computed, found)] = json.loads(out.read_text(encoding="utf-8")).items()
    assert found["prompts"] > 2
    if computed.endswith("float32"):  # in 16 bit the order of sums decides between near ties
        assert found["others"] == []


def test_the_tables_print_from_the_committed_results():
    for path in sorted((ROOT / "benchmarks/results").glob("[gc]pu-*.json")):
        assert "|" in module("benchmarks.table", str(path))
