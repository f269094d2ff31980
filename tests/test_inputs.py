"""Whatever a person gives, a command ends with one line that says what to do, and harms nothing.

The tables are in inputs/, one for each kind of input. KNOWN names the cases that do not end so yet.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, door, write_rows
from inputs import params_cases
from inputs.harness import Case, judge, run

CASES = [*params_cases.CASES]
KNOWN = set((Path(__file__).parent / "inputs/known.txt").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small project with its pairs prepared; the current folder."""
    folder = tmp_path_factory.mktemp("inputs") / "project"
    folder.mkdir()
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(ROOT / name, folder)
    write_rows(folder / "data/streams/doors.jsonl", [door(number) for number in range(20)])
    write_rows(folder / "data/novel/terse.jsonl", [door(number) for number in range(100, 104)])
    before = Path.cwd()
    os.chdir(folder)
    assert run(("prepare",))[0] == 0
    yield folder
    os.chdir(before)


def test_cases_are_many_and_named_once():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert set(names) >= KNOWN, KNOWN - set(names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_ends_in_one_line(case: Case, project: Path, request: pytest.FixtureRequest):
    if case.name in KNOWN:
        request.applymarker(pytest.mark.xfail(reason="does not end so yet"))
    problems = judge(case, project)
    assert not problems, "\n".join(problems)
