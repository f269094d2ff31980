"""The first stage as a command: large inputs, bad inputs."""

import json
import subprocess
import sys

import pytest
from conftest import Project, door, write_rows

STREAM = "data/streams/synthetic-stream.jsonl"


def prepare(project: Project) -> subprocess.CompletedProcess[str]:
    return project.run(sys.executable, "src/prepare.py", ok=False)


def test_corrupt_rows_among_many_stop_it_with_nothing_written(project):
    lines = [json.dumps(door(number)) for number in range(5000)]
    for number in range(100, 5000, 140):  # 35 rows
        lines[number] = lines[number].replace("->", "- >")
    (project.folder / STREAM).write_text("\n".join(lines))
    done = prepare(project)
    assert done.returncode == 1
    errors = done.stderr[done.stderr.index("error: ") :].splitlines()
    assert errors[0].startswith(f"error: {STREAM}:101: the target is not valid DOT")
    assert errors[19].startswith(f"{STREAM}:2761: ")
    assert errors[20:] == ["... and 15 more bad rows"]
    assert not (project.folder / "data/prepared").exists()
    assert not (project.folder / "metrics/prepare.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="taskset")
def test_the_number_of_cores_changes_nothing(project):
    write_rows(
        project.folder / STREAM,
        [door(number) | {"id": f"many-{number}"} for number in range(200, 1500)],
    )
    found = []
    for command in ([], ["taskset", "-c", "0"]):
        done = project.run(*command, sys.executable, "src/prepare.py")
        assert "pairs/s" in done.stdout
        files = [
            *project.folder.glob("data/prepared/**/*.jsonl"),
            *project.folder.glob("metrics/*.json"),
        ]
        found.append({path.name: path.read_bytes() for path in files})
    assert len(found[0]) == 5  # four of prepared pairs and sets
    assert found[0] == found[1]
    train = found[0]["train.jsonl"].decode().splitlines()
    assert sum('"ERROR_CORRECTION"' in line for line in train) == pytest.approx(120, abs=40)


def test_the_test_set_is_always_the_same(project):
    path = project.folder / "data/prepared/novel.jsonl"
    prepare(project)
    whole = path.read_text()
    project.set(seed=7, max_pairs=20)
    prepare(project)
    assert path.read_text() == whole
    counts = json.loads((project.folder / "metrics/prepare.json").read_text())
    assert 18 <= counts["train"]["n"] + counts["validation"]["n"] <= 25  # with repairs
    project.set(max_test_pairs=2)
    prepare(project)
    assert path.read_text() == "".join(whole.splitlines(keepends=True)[:2])


def test_a_file_dropped_into_streams_is_used_and_what_is_left_out_is_counted(project):
    project.set(max_pair_characters=2000)
    rows = [door(700), door(701) | {"input_text": "x" * 2000, "page": 3}]
    write_rows(project.folder / "data/streams/mine.jsonl", rows)
    done = prepare(project)
    assert done.returncode == 0, done.stderr
    assert "data/streams/mine.jsonl:2: " in done.stderr
    assert "data/streams/mine.jsonl: key 'page' in 1 rows" in done.stderr
    prepared = "".join(p.read_text() for p in project.folder.glob("data/prepared/*.jsonl"))
    assert '"door-700"' in prepared
    assert '"door-701"' not in prepared
    counts = json.loads((project.folder / "metrics/prepare.json").read_text())
    assert counts["dropped"]["too_long"] == 1
    stage = project.run("dvc", "status", "prepare").stdout
    assert "data/streams" in stage


def test_synthesized_pairs_are_trained_on_and_never_validated(project):
    prepare(project)
    paths = [project.folder / f"data/prepared/{n}.jsonl" for n in ("train", "validation", "novel")]
    before = [path.read_text() for path in paths]
    project.set(synthesized_pairs=40)
    done = prepare(project)
    assert done.returncode == 0, done.stderr
    train, *held_out = [path.read_text() for path in paths]
    assert held_out == before[1:]
    assert train.startswith(before[0])
    added = [json.loads(line) for line in train[len(before[0]) :].splitlines()]
    assert {row["source"] for row in added} == {"synthesized"}
    counts = json.loads((project.folder / "metrics/prepare.json").read_text())
    assert len(added) + counts["dropped"]["synthesized_like_held_out"] == 40


def test_a_folder_under_tests_is_a_test_set_that_nothing_is_trained_on(project, monkeypatch):
    from anecdot.common.params import read_params
    from anecdot.model.held_out import blocks, read_held_out

    mine = project.folder / "data/tests/mine/doors.jsonl"
    write_rows(mine, [door(number) for number in range(300, 303)])
    done = prepare(project)
    assert done.returncode == 0, done.stderr
    counts = json.loads((project.folder / "metrics/prepare.json").read_text())
    assert (counts["mine"]["n"], counts["novel"]["n"]) == (3, 6)
    monkeypatch.chdir(project.folder)
    assert list(blocks()) == ["validation", "novel", "mine"]
    rows = read_held_out(read_params("evaluate")).rows
    assert [row["block"] for row in rows][-4:] == ["novel", "mine", "mine", "mine"]
    write_rows(mine, [door(300), door(3)])  # which is trained on
    done = prepare(project)
    assert done.returncode == 1
    assert "stands in the test set, data/tests/mine/doors.jsonl:2; remove one" in done.stderr
