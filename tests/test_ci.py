"""The workflow runs what `.ci/run` runs, and its comment says what a branch changes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml
from conftest import ROOT


def test_the_workflow_runs_every_part_of_ci_run_and_nothing_else():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]
    script = (ROOT / ".ci/run").read_text("utf-8")
    parts = re.findall(r"^  (\w+)\) \w+ ;;$", script, re.MULTILINE)
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    called = [line.split()[1] for line in commands if line.startswith(".ci/run")]
    assert called == ["${{", "pipeline"]
    assert sorted([*jobs["check"]["strategy"]["matrix"]["step"], "pipeline"]) == sorted(parts)
    # What may write to the repository runs no code of the pull request.
    writers = [name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()]
    assert writers == ["comment"]
    assert not any("checkout" in step.get("uses", "") for step in jobs["comment"]["steps"])


def test_a_comment_holds_the_figures_that_differ_and_charts(tmp_path: Path):
    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def measure(value: float) -> None:
        tuned = {"n": 4, "validity_rate": value, "edge_f1": 0.5}
        metrics = {"novel": {"tuned": tuned, "comparison": {"validity_p_value": value}}}
        (tmp_path / "metrics/evaluate.json").write_text(json.dumps(metrics))

    (tmp_path / "metrics/train/plots/metrics").mkdir(parents=True)
    for name in ("loss", "validation_loss"):
        curve = tmp_path / f"metrics/train/plots/metrics/{name}.tsv"
        curve.write_text(f"step\t{name}\n5\t2.5\n10\t1.25\n")
    run("git", "init", "-q", "-b", "main")
    run("dvc", "init", "-q")
    measure(0.75)
    run("git", "add", "-A")
    run("git", "-c", "user.name=T", "-c", "user.email=t@e.org", "commit", "-qm", "first")
    measure(0.5)
    text = run(sys.executable, str(ROOT / ".ci/comment.py"), "main", str(tmp_path))
    [row] = [line for line in text.splitlines() if line.startswith("| metrics")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["metrics/evaluate.json", "novel.tuned.validity_rate", "0.75", "0.5", "-0.25"]
    assert (
        'x-axis "optimizer step" 5 --> 10\n  y-axis 0 --> 2.5000\n  line [2.5000, 1.2500]' in text
    )
    assert 'title "valid DOT, novel"\n  x-axis ["tuned"]' in text
