"""The stages through DVC, in a project folder of its own, with everything real but small."""

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from conftest import ROOT, Project, door, write_rows

import train
from anecdot.model import memory
from anecdot.training.trainer import Trainer

OUTPUTS = (
    "data/prepared", "models/adapter", "metrics/prepare.json", "metrics/train", "metrics/baseline",
    "metrics/evaluate.json", "metrics/evidence.json", "metrics/predictions.jsonl", "metrics/plots",
    "metrics/report.html",
)  # fmt: skip


def bytes_of(project: Project, *paths: str) -> dict[str, str]:
    """SHA-256 of every file under some paths, each of which must exist."""
    assert [path for path in paths if not (project.folder / path).exists()] == []
    files = [
        file
        for path in paths
        for file in ([project.folder / path, *(project.folder / path).rglob("*")])
        if file.is_file()
    ]
    return {
        str(file.relative_to(project.folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


@pytest.fixture(scope="module")
def ran(make_project: Callable[[Path], Project], tmp_path_factory) -> Project:
    """A project whose pipeline has run once."""
    project = make_project(tmp_path_factory.mktemp("ran") / "a project")
    project.run("dvc", "repro")
    project.commit()
    return project


@pytest.fixture
def copy(ran: Project, tmp_path: Path) -> Project:
    """A copy of that project to change."""
    project = object.__new__(Project)
    project.folder = tmp_path / "a copy"
    shutil.copytree(ran.folder, project.folder)
    return project


def test_a_second_run_runs_nothing(ran):
    done = ran.run("dvc", "repro").stdout
    assert re.findall(r"Running stage '(\w+)'", done) == [
        "base"
    ]  # which looks at the base each time
    assert ran.run("git", "status", "--short").stdout == ""


def test_the_metrics_have_the_documented_shape(ran):
    metrics = json.loads((ran.folder / "metrics/evaluate.json").read_text())
    for block, n in (("validation", 5), ("novel", 6)):
        for model in ("base", "tuned"):
            assert metrics[block][model]["n"] == n
            for name in ("validity_rate", "render_rate", "stop_rate"):
                assert 0 <= metrics[block][model][name] <= 1
            assert metrics[block][model]["eval_loss"] > 0
        assert {"validity_gain", "validity_p_value"} <= metrics[block]["comparison"].keys()
    assert metrics["novel"]["tuned"]["eval_loss"] < metrics["novel"]["base"]["eval_loss"]
    evidence = json.loads((ran.folder / "metrics/evidence.json").read_text())
    unmerged = evidence["validation"]["tuned"]["eval_loss_unmerged"]
    assert metrics["validation"]["tuned"]["eval_loss"] == pytest.approx(unmerged, abs=0.01)
    shown = ran.run("dvc", "metrics", "show").stdout
    assert "metrics/evaluate.json" in shown
    assert "interval" not in shown
    dag = ran.run("dvc", "dag", "--dot").stdout.replace('"', "")
    assert "prepare -> train" in dag
    assert "train -> evaluate" in dag


def test_two_runs_give_the_same_bytes(ran, make_project, tmp_path):
    other = make_project(tmp_path / "elsewhere")
    other.run("dvc", "repro")
    assert bytes_of(other, *OUTPUTS) == bytes_of(ran, *OUTPUTS)


def test_an_experiment_trains_again_and_leaves_the_data(copy):
    done = copy.run("dvc", "exp", "run", "-n", "wider", "-S", "lora_r=8")
    assert "Stage 'prepare' didn't change" in done.stdout
    assert "Stage 'baseline' didn't change" in done.stdout
    assert "Running stage 'train'" in done.stdout
    config = json.loads((copy.folder / "models/adapter/adapter_config.json").read_text())
    assert config["r"] == 8
    assert "lora_r" in copy.run("dvc", "params", "diff", "HEAD").stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    columns = shlex.split(re.search(r"^\$ (dvc exp show .*)", readme, re.MULTILINE)[1])
    shown = copy.run("env", "COLUMNS=120", *columns, "--no-pager").stdout
    for name in ("wider", "validation.tuned.edge_f1", "validation_loss.best", "lora_r"):
        assert name in shown
    assert "…" not in shown  # which stands where a table is too wide


def test_no_epochs_leave_the_base_model_whose_constrained_answers_are_all_valid(copy):
    changes = ("-S", "num_train_epochs=0", "-S", "decoding=constrained")
    copy.run("dvc", "exp", "run", "-n", "baseline", *changes)
    metrics = json.loads((copy.folder / "metrics/evaluate.json").read_text())
    for block in ("validation", "novel"):
        base, tuned = metrics[block]["base"], metrics[block]["tuned"]
        assert base == {name: tuned[name] for name in base}
    figures = metrics["novel"]["constrained"]
    assert figures["validity_rate"] == figures["stop_rate"] == figures["render_rate"] == 1
    assert metrics["novel"]["tuned"]["validity_rate"] < 1


def test_training_goes_on_by_leaner_plans_where_memory_runs_out(copy, monkeypatch, capsys):
    monkeypatch.chdir(copy.folder)
    monkeypatch.setattr(sys, "argv", ["train"])
    monkeypatch.setattr(memory, "smallest_card", lambda _: 10**12)
    one_step, steps = Trainer.step, []

    def step(trainer, batch):
        """Runs out of memory at the second step of the first plan, and by the second plan."""
        steps.append((trainer.plan, trainer.state.step))
        if len(steps) in (2, 3):
            raise torch.OutOfMemoryError
        return one_step(trainer, batch)

    monkeypatch.setattr(Trainer, "step", step)
    train.main()
    plans = list(dict.fromkeys(plan for plan, _ in steps))
    assert len(plans) == 3
    said = re.findall("going on with a leaner plan: (.+)", capsys.readouterr().out)
    assert said == [str(plan) for plan in plans[1:]]
    assert [step for _, step in steps[1:5]] == [1, 1, 1, 2]  # each from the last checkpoint
    timings = copy.folder / "metrics/timings/train/metrics.json"
    assert json.loads(timings.read_text())["plan"] == str(plans[-1])
    assert (copy.folder / "models/adapter/adapter_model.safetensors").is_file()
    assert not list((copy.folder / ".checkpoints").glob("train-*"))


@pytest.mark.parametrize(
    ("stage", "until"), [("train", "step-00000002.safetensors"), ("evaluate", "answers.jsonl")]
)
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(ran, copy, stage, until):
    for path in ("models/adapter", "metrics/train") if stage == "train" else ("metrics/plots",):
        shutil.rmtree(copy.folder / path)
    shutil.rmtree(copy.folder / ".dvc/cache")
    other = copy.folder / ".checkpoints/train-0123456789abcdef"  # of a run with other parameters
    other.mkdir(parents=True)
    (other / "key.json").write_text('{"lora_r": 99}')
    said = (copy.folder / "said").open("w+")
    process = subprocess.Popen(
        ["dvc", "repro", "-s", "-f", stage],
        cwd=copy.folder, start_new_session=True, stdout=said, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found = lambda: list(copy.folder.glob(f".checkpoints/{stage}-*/{until}"))  # noqa: E731
    deadline = time.monotonic() + 120
    while not found() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert list(copy.folder.glob(f".checkpoints/{stage}-*")), "killed too late to test anything"
    done = copy.run("dvc", "repro", "-s", "-f", stage)
    if stage == "train":
        said.seek(0)
        assert re.search(rf"not continuing .*{other.name}: .*lora_r", said.read())
        assert "train: continuing at step" in done.stdout
    assert bytes_of(copy, *OUTPUTS) == bytes_of(ran, *OUTPUTS)


@pytest.mark.parametrize(
    ("break_it", "command", "words"),
    [
        (lambda p: p.set(lora_r="abc"), "train", "params.yaml:"),
        (lambda p: p.set(train_val_split=0.999), "prepare", "validation split empty"),
        (
            lambda p: (p.folder / "data/streams/logic-stream.jsonl").write_text("{"),
            "prepare",
            "data/streams/logic-stream.jsonl:1: not valid JSON",
        ),
        (lambda p: write_rows(p.folder / "data/mine.jsonl", [door(1)]), "prepare", "dvc.yaml"),
    ],
)
def test_bad_input_is_one_line_and_leaves_everything(copy, break_it, command, words):
    before = bytes_of(copy, "models/adapter", "data/prepared", "metrics")
    break_it(copy)
    done = copy.run("python", f"src/{command}.py", ok=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    [line] = [line for line in done.stderr.split("\n") if line.startswith("error: ")]
    assert words in line
    assert bytes_of(copy, "models/adapter", "data/prepared", "metrics") == before


def test_generate_answers_a_text_and_a_file(copy):
    requests = [door(number) | {"extra": number} for number in range(9)]
    write_rows(copy.folder / "in.jsonl", requests)
    copy.run("python", "src/generate.py", "--input", "in.jsonl", "--output", "out.jsonl")
    rows = [json.loads(line) for line in (copy.folder / "out.jsonl").read_text().splitlines()]
    assert [row["extra"] for row in rows] == list(range(9))
    assert all({"output_dot", "valid", "message"} <= row.keys() for row in rows)

    done = copy.run("python", "src/generate.py", "two rooms", ok=False)
    assert done.returncode == 1
    assert "not valid DOT" in done.stderr
    done = copy.run("python", "src/generate.py", "--constrained", "--svg", "a.svg", "two rooms")
    assert "graph" in done.stdout
    assert (copy.folder / "a.svg").read_text().startswith("<svg")


def test_the_adapter_loads_as_documented(ran):
    code = (
        "import sys; sys.path.insert(0, 'src')\n"
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
        "from anecdot import evaluate_generation\n"
        "model = AutoModelForCausalLM.from_pretrained('models/adapter')\n"
        "tokenizer = AutoTokenizer.from_pretrained('models/adapter')\n"
        "found = evaluate_generation(model, tokenizer, ['a to b', 'c'], max_new_tokens=8)\n"
        "assert found['total'] == 2 and len(found['generations']) == 2, found\n"
        "assert found['validity_rate'] == found['valid_syntax'] / 2\n"
    )
    ran.run("python", "-c", code)


def test_adapters_travel_through_s3_to_a_fresh_clone(copy, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = subprocess.Popen(
        [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", port],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        import boto3

        os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        client = boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1"
        )
        for _ in range(100):
            try:
                client.create_bucket(Bucket="adapters")
                break
            except Exception:  # not listening yet
                time.sleep(0.2)
        copy.run("dvc", "remote", "add", "-d", "store", "s3://adapters/dvc")
        copy.run("dvc", "remote", "modify", "store", "endpointurl", f"http://127.0.0.1:{port}")
        copy.commit()
        copy.run("dvc", "push")
        clone = object.__new__(Project)
        clone.folder = tmp_path / "clone"
        copy.run("git", "clone", "-q", ".", str(clone.folder))
        clone.run("dvc", "pull")
        paths = ("models/adapter", "metrics/predictions.jsonl", "data/prepared")
        assert bytes_of(clone, *paths) == bytes_of(copy, *paths)
    finally:
        server.kill()


def test_the_default_remote_needs_no_set_up(copy):
    copy.run("dvc", "push")
    wanted = bytes_of(copy, "models/adapter")
    shutil.rmtree(copy.folder / ".dvc/cache")
    shutil.rmtree(copy.folder / "models/adapter")
    copy.run("dvc", "pull", "models/adapter")
    assert bytes_of(copy, "models/adapter") == wanted
    assert copy.run("git", "status", "--short").stdout == ""
    copy.run("git", "tag", "-m", "first", "dot-adapter@v1.0.0")  # how DVC registers a version
    copy.run("dvc", "artifacts", "get", ".", "dot-adapter", "-o", "got")
    assert (copy.folder / "got/adapter_model.safetensors").is_file()
