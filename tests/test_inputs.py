"""Whatever a person gives, a command ends with one line that says what to do, and harms nothing.

The tables are in inputs/, one for each kind of input. KNOWN names the cases that do not end so yet.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, door, write_rows
from inputs import folder_cases, generate_cases, pairs_cases, params_cases
from inputs.harness import Case, judge, run

TABLES = (params_cases, pairs_cases, generate_cases, folder_cases)
CASES = [case for table in TABLES for case in table.CASES]
KNOWN = set((Path(__file__).parent / "inputs/known.txt").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Iterator[Path]:
    """A small project with its pairs prepared, a base and an adapter; the current folder."""
    import torch

    from anecdot.common.params import read_params
    from anecdot.model import adapter as adapters
    from anecdot.model import base as models

    folder = tmp_path_factory.mktemp("inputs") / "project"
    folder.mkdir()
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(ROOT / name, folder)
    write_rows(folder / "data/streams/doors.jsonl", [door(number) for number in range(20)])
    write_rows(folder / "data/novel/terse.jsonl", [door(number) for number in range(100, 104)])
    shutil.copytree(tiny_base, folder / "models/base")
    text = (folder / "params.yaml").read_text(encoding="utf-8")
    text = text.replace("max_new_tokens: 400", "max_new_tokens: 16")
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    (folder / "metrics").mkdir()
    for name in ("evaluate.json", "evidence.json"):
        shutil.copy(ROOT / "metrics" / name, folder / "metrics")
    before = Path.cwd()
    os.chdir(folder)
    for stage in ("prepare", "baseline"):
        status, said = run((stage,))
        assert status == 0, said
    params = read_params()
    tokenizer = models.load_tokenizer(params.model_name, params.model_revision)
    lora = adapters.add_lora(models.load_base(params, torch.device("cpu"), plain=True), params)
    adapters.save_adapter(lora, tokenizer, "", folder / "models/adapter")
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
