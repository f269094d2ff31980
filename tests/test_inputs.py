"""Whatever a person gives, a command ends with one line that says what to do, and harms nothing.

The tables are in inputs/, one for each kind of input.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, door, write_rows
from inputs import folder_cases, generate_cases, machine_cases, pairs_cases, params_cases
from inputs.harness import Case, judge, run

TABLES = (params_cases, pairs_cases, generate_cases, folder_cases, machine_cases)
CASES = [case for table in TABLES for case in table.CASES]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Iterator[Path]:
    """A small project with its pairs prepared, a base and an adapter; the current folder."""
    import torch

    from anecdot import dot
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
    dot.require_graphviz()  # compiled by Python while there is room for that
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_ends_in_one_line(case: Case, project: Path):
    problems = judge(case, project)
    assert not problems, "\n".join(problems)


def test_what_the_model_cannot_read_is_left_out_and_told(project: Path):
    path = project / "data/prepared/validation.jsonl"
    whole = path.read_text(encoding="utf-8")
    first, *others = whole.splitlines(keepends=True)
    long = json.loads(first) | {"id": "long", "input_text": "room " * 3000}
    path.write_text(first + json.dumps(long) + "\n" + "".join(others), encoding="utf-8")
    try:
        for stage in ("baseline", "evaluate"):
            status, said = run((stage,))
            assert status == 0, said
            assert f"{path.relative_to(project)}:2: left out: it needs " in said
            assert "more than the 2048 that the model reads" in said
    finally:
        path.write_text(whole, encoding="utf-8")
    ids = [json.loads(line)["id"] for line in whole.splitlines()]
    answers = (project / "metrics/baseline/answers.jsonl").read_text(encoding="utf-8").splitlines()
    answered = [json.loads(line) for line in answers]
    assert [answer["id"] for answer in answered if answer["block"] == "validation"] == ids
    metrics = json.loads((project / "metrics/evaluate.json").read_text(encoding="utf-8"))
    for block, out in (("validation", 1), ("novel", 0)):
        for model in ("base", "tuned"):
            assert metrics[block][model]["left_out"] == out
    assert metrics["validation"]["base"]["n"] == len(ids)
