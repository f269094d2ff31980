"""The rules of the house: which way imports run, and that a stage depends on what it imports."""

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

SRC = ROOT / "src"
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
FOLDERS = {path.name for path in (SRC / "anecdot").iterdir() if (path / "__init__.py").exists()}

# What each folder may import; everything may import third parties.
ARROWS = {
    "common": set(),
    "dot": {"common"},
    "prompting": {"common", "dot"},
    "pairs": {"common", "dot", "prompting"},
    "grammar": {"common", "dot"},
    "model": {"common", "prompting"},
    "training": {"common", "model", "prompting"},
    "scoring": {"common", "dot", "model", "prompting"},
    "play": {"common", "dot", "grammar", "model", "prompting", "scoring"},
    "synthesis": {"common", "dot"},
}


@cache
def imports(path: Path) -> frozenset[str]:
    """Modules that a file imports, anywhere in it, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def folders(path: Path) -> set[str]:
    """The folders whose modules a file imports."""
    parts = [name.split(".") for name in imports(path)]
    own = {part[1] for part in parts if part[0] == "anecdot" and len(part) > 1} & FOLDERS
    return own | {part[0] for part in parts if part[0] == "synthesis"}


def files(folder: str) -> list[Path]:
    """The modules of a folder."""
    return sorted((SRC / (folder if folder == "synthesis" else f"anecdot/{folder}")).rglob("*.py"))


def closure(path: Path) -> set[str]:
    """The folders that a file needs, directly or not."""
    needed: set[str] = set()
    waiting = folders(path)
    while waiting:
        folder = waiting.pop()
        needed.add(folder)
        waiting |= set().union(*map(folders, files(folder))) - needed
    return needed


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_its_script_and_every_folder_it_needs(stage):
    script = STAGES[stage]["cmd"].split()[1]
    needed = {
        "src/synthesis" if folder == "synthesis" else f"src/anecdot/{folder}"
        for folder in closure(ROOT / script)
    }
    declared = {dep for dep in STAGES[stage]["deps"] if dep.startswith("src/")}
    assert declared == needed | {script}
    assert "requirements.txt" in STAGES[stage]["deps"]


@pytest.mark.parametrize("folder", [*sorted(FOLDERS), "synthesis"])
def test_arrows_run_one_way(folder):
    commands = {path.stem for path in SRC.glob("*.py")} | {"pretraining"}
    for path in files(folder):
        assert folders(path) - {folder} <= ARROWS[folder], path
        assert not {name.split(".")[0] for name in imports(path)} & commands, path


def test_prepare_and_synthesize_alone_use_the_generator():
    for path in SRC.glob("*.py"):
        if path.name not in ("prepare.py", "synthesize.py"):
            assert "synthesis" not in closure(path), path


def test_nobody_changes_where_modules_are_found():
    for folder in (SRC, ROOT / "pretraining", ROOT / "benchmarks", ROOT / "data/build"):
        for path in folder.rglob("*.py"):
            assert "sys.path" not in path.read_text(encoding="utf-8"), path


def test_a_file_is_read_in_one_sitting():
    for path in [*SRC.rglob("*.py"), *(ROOT / "pretraining").rglob("*.py")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{path}:{node.lineno} {node.name}"
