"""What a stage writes is there whole or not at all; what it reads is named where it is damaged."""

from pathlib import Path

import pytest

from anecdot.common.errors import UserError
from anecdot.common.files import check_writable, read_json, read_jsonl, staged, write_json


def contents(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths}


def test_a_stage_that_fails_leaves_the_earlier_result(tmp_path):
    folder = tmp_path / "metrics"
    write_json(folder / "plots/old.json", 1)
    write_json(folder / "figures.json", 1)
    write_json(folder / "others.json", 1)
    before = contents(tmp_path)

    def write(figures: object) -> None:
        with staged(folder) as new:
            write_json(new / "plots/new.json", 2)
            write_json(new / "figures.json", figures)

    with pytest.raises(TypeError):
        write({"a": object()})  # breaks off in the middle
    assert contents(tmp_path) == before
    (tmp_path / ".metrics.partial").mkdir()  # of a run that was killed
    (tmp_path / ".metrics.partial/figures.json").write_text("half")
    write(2)
    assert contents(tmp_path) == {
        "metrics/figures.json": "2\n", "metrics/others.json": "1\n", "metrics/plots/new.json": "2\n"
    }  # fmt: skip


def test_what_cannot_be_written_is_known_beforehand(tmp_path):
    (tmp_path / "file").write_text("")
    check_writable(tmp_path, tmp_path / "file", tmp_path / "new/folder/file")
    for path in (Path("/proc/new"), tmp_path / "file/below"):
        with pytest.raises(UserError, match=f"{path}: cannot be written .*; check the permissions"):
            check_writable(path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1}\n\n{"a": \n', ":3: not valid JSON"),
        ('{"a": 1}\n[]\n', ":2: must be a JSON object, not list"),
        ('{"a": "\\ud800"}', ":1: has half a character"),
        ("[" * 100_000, ":1: brackets nested too deeply"),
        ('{"a": ' + "9" * 10_000 + "}", ":1: a number is too long"),
    ],
)
def test_damaged_rows_are_named_with_the_remedy(tmp_path, text, words):
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as error:
        list(read_jsonl(path))
    assert str(error.value).startswith(f"{path}{words}")
    assert str(error.value).endswith("run `dvc repro` or check the path")


def test_damaged_figures_are_named_with_their_line(tmp_path):
    path = tmp_path / "figures.json"
    path.write_text('{\n "a": 1\n "b": 2\n}')
    with pytest.raises(UserError, match=r"figures\.json:3: not valid JSON"):
        read_json(path)
