"""The pairs that programs make from sources are what those programs make today, byte for byte."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT

MODULES = (
    "automata", "graphql", "networkx", "statemachine", "transitions", "tree_sitter",
    "tree_sitter_c", "tree_sitter_go", "tree_sitter_java", "tree_sitter_javascript",
    "tree_sitter_rust",
)  # fmt: skip
MISSING = [name for name in MODULES if importlib.util.find_spec(name) is None]
needs_libraries = pytest.mark.skipif(
    bool(MISSING) or not shutil.which("make"),
    reason=f"needs GNU make and requirements-data.txt (missing: {', '.join(MISSING) or 'none'})",
)
needs_npm = pytest.mark.skipif(
    not (shutil.which("npm") and shutil.which("node")), reason="needs node and npm"
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the builders, their sources and the library, without anything installed."""
    ignore = shutil.ignore_patterns("node_modules", "__pycache__", "novel")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignore)
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=ignore)
    return tmp_path


def check(folder: Path, builder: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "data" / "build" / builder), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@needs_libraries
def test_logic_is_what_its_sources_make() -> None:
    done = check(ROOT, "logic.py")
    assert done.returncode == 0, done.stderr


@needs_libraries
def test_check_shows_the_first_difference(copy: Path) -> None:
    stream = copy / "data" / "streams" / "logic-stream.jsonl"
    lines = stream.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[4] = lines[4].replace("digraph", "graph")
    stream.write_text("".join(lines), encoding="utf-8")
    done = check(copy, "logic.py")
    assert done.returncode == 1
    assert "error: data/streams/logic-stream.jsonl:5: differs" in done.stderr


@needs_libraries
def test_a_wrong_source_is_named(copy: Path) -> None:
    source = copy / "data" / "logic" / "sql" / "forum.sql"
    source.write_text("CREATE TABEL member (id);", encoding="utf-8")
    done = check(copy, "logic.py")
    assert done.returncode == 1
    assert re.search(r"^error: \S*sql/forum\.sql: .*TABEL", done.stderr, re.MULTILINE)


@needs_npm
def test_statemachine_cat_is_what_its_machines_make(copy: Path) -> None:
    folder = copy / "data" / "training" / "statemachine_cat"
    missing = check(copy, "statemachine_cat.py")
    assert missing.returncode == 1
    assert "npm ci" in missing.stderr
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"],
        cwd=folder, check=True, capture_output=True, env=os.environ | {"NO_UPDATE_NOTIFIER": "1"},
    )  # fmt: skip
    done = check(copy, "statemachine_cat.py")
    assert done.returncode == 0, done.stderr


def test_lock_file_records_no_addresses() -> None:
    text = (ROOT / "data/training/statemachine_cat/package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    # funding links are the only addresses
    assert all('"url"' in line for line in text.splitlines() if "://" in line)


def test_enough_rows_and_most_machines_in_plain_form() -> None:
    pairs = json.loads(
        (ROOT / "data/training/statemachine_cat/pairs.json").read_text(encoding="utf-8")
    )
    with (ROOT / "data/streams/logic-stream.jsonl").open(encoding="utf-8") as file:
        logic = [json.loads(line) for line in file]
    forms = Counter(row["id"].rsplit("-", 1)[1] for row in pairs)
    assert len(pairs) >= 92
    assert len(logic) >= 120
    assert forms["plain"] > len(pairs) / 2
    assert len({row["id"] for row in pairs + logic}) == len(pairs) + len(logic)
