"""The rules of the house: which way imports run, and that dvc.yaml names the code of each stage."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

SRC = ROOT / "src"
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
# Plumbing that cannot change what a stage writes.
PLUMBING = {"cli", "environment", "errors", "files", "params", "workers"}


def imports(path: Path) -> set[str]:
    """Modules that a file imports, anywhere in it, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def rooms(path: Path, seen: set[str]) -> set[str]:
    """The modules and folders of anecdot that a file needs, directly or not."""
    for name in imports(path):
        room = name.split(".")[1] if name.startswith("anecdot.") else ""
        file, folder = SRC / f"anecdot/{room}.py", SRC / f"anecdot/{room}"
        if room in seen or not room:
            continue
        if file.is_file():
            seen.add(room)
            rooms(file, seen)
        elif folder.is_dir():
            seen.add(room)
            for part in folder.rglob("*.py"):
                rooms(part, seen)
    return seen


@pytest.mark.parametrize("stage", STAGES)
def test_dvc_yaml_names_the_code_of_each_stage(stage):
    command = Path(STAGES[stage]["cmd"].split()[1])
    needed = rooms(ROOT / command, set()) - PLUMBING
    if stage == "baseline":  # the comparison and the report are made by evaluate alone
        needed -= {"scoring", "statistics", "dot", "report", "constrained"}
    if stage == "prepare":  # these serve --check alone
        needed = {"dot", "pairs", "prompt"}
    if stage == "train":
        needed -= {"dot", "constrained"}
    declared = {Path(dep).stem for dep in STAGES[stage]["deps"] if dep.startswith("src/anecdot/")}
    assert declared == needed
    assert str(command) in STAGES[stage]["deps"]


def test_the_library_imports_no_stage_and_dot_knows_nothing_of_models():
    commands = {path.stem for path in SRC.glob("*.py")}
    for path in (SRC / "anecdot").rglob("*.py"):
        assert not imports(path) & commands, path
    models = {
        "torch",
        "transformers",
        "anecdot.model.base",
        "anecdot.training.trainer",
        "anecdot.model.decode",
    }
    for path in (SRC / "anecdot/dot").rglob("*.py"):
        assert not imports(path) & models, path
    assert not any(name.startswith("anecdot.dot") for name in imports(SRC / "anecdot/model.py"))
