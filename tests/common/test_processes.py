"""Two processes end with the adapter of one, at the same effective batch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import ROOT, Project
from safetensors.torch import load_file

ADAPTER = "models/adapter/adapter_model.safetensors"

# Gradients are summed in another order, in bfloat16: no bit-equality, but the same training.
TOLERANCE = 0.02


def stage(project: Project, processes: int, *command: str) -> None:
    """Run a stage in so many processes."""
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *(launcher if processes > 1 else []), *command],
        cwd=project.folder, env=environment, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_command_is_launched_once(tmp_path: Path):
    """Where it finds one GPU or none, accelerate starts one process and says nothing of it."""
    script = tmp_path / "command.py"
    script.write_text(
        "from anecdot.common import processes\n"
        "processes.relaunch('accelerate launch --num_processes 2 --mixed_precision no')\n"
        "print('working')\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True,
        check=True, timeout=100,
    )  # fmt: skip
    assert done.stdout.count("working") == 1
    assert "one process" in done.stdout
    assert "values were not passed" not in done.stdout + done.stderr


@pytest.fixture(scope="module")
def alone(make_project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that one process has trained and let answer."""
    project = make_project(tmp_path_factory.mktemp("alone") / "alone")
    # float32 and no dropout: what differs is the order of the sums alone. Some layers have no LoRA.
    project.set(
        lora_dropout=0.0, bnb_4bit_compute_dtype="float32", num_train_epochs=2,
        dequantize_once=False, lora_target_modules=["q_proj", "v_proj", "down_proj"],
    )  # fmt: skip
    for name in ("prepare", "train", "baseline"):
        stage(project, 1, f"src/{name}.py")
    return project


@pytest.mark.parametrize("shard_base", [False, True])
def test_two_processes_train_and_answer_as_one_does(
    alone: Project, tmp_path: Path, shard_base: bool
):
    together = object.__new__(Project)
    together.folder = tmp_path / "together"
    shutil.copytree(alone.folder, together.folder)
    for made in ("models/adapter", "metrics/train", "metrics/baseline"):
        shutil.rmtree(together.folder / made)
    together.set(shard_base=shard_base, dequantize_once=not shard_base)
    stage(together, 2, "src/train.py")
    stage(together, 2, "src/baseline.py")

    one, two = (load_file(project.folder / ADAPTER) for project in (alone, together))
    assert one.keys() == two.keys()
    for name, weight in one.items():
        moved = weight if "lora_B" in name else torch.ones(())
        assert (weight - two[name]).norm() <= TOLERANCE * moved.norm(), name
    answers = "metrics/baseline/answers.jsonl"
    assert (alone.folder / answers).read_bytes() == (together.folder / answers).read_bytes()
