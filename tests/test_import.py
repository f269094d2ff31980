"""The import command on files of the forms that it is for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Project, door, write_rows

GRAPH = 'digraph {\n    0 [label="Load Balancer"];\n    1 [label="User | Role"];\n    0 -> 1;\n}'


def bring(project: Project, *args: str) -> subprocess.CompletedProcess[str]:
    command = ["src/import_pairs.py", "--license", "CC-BY-4.0", *args]
    return project.run(sys.executable, *command, ok=False)


def written(project: Project, path: str) -> list[dict[str, str]]:
    lines = (project.folder / path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def tsv(rows: list[tuple[str, ...]]) -> str:
    """As spreadsheets write it: quotes doubled, in quotes what holds one."""
    quoted = [['"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in row]
              for row in rows]  # fmt: skip
    return "".join("\t".join(row) + "\n" for row in quoted)


def test_text2archs_tsv_becomes_a_stream_and_what_is_left_out_has_line_and_reason(project):
    barred = GRAPH.replace("\n", "|")  # but not the bar within a label
    novel = door(103)
    rows = [
        ("input", "output"),
        ("A load balancer before a user's role.", barred),
        ("Broken.", 'digraph {|  a -> b [label="x];|}'),
        ("A figure.", "\\begin{tikzpicture} \\draw (0,0); \\end{tikzpicture}"),
        ("", barred),
        (novel["input_text"].upper(), barred),
        ("A load balancer  before a user's role.", barred),
        ("Cut off",),
        ("Too long. " * 3000, barred),
        ("With a bell \x07.", barred),
        ("Others.", "Sure:|```dot|graph { a -- b }|```|Done."),
    ]
    (project.folder / "dot 2.tsv").write_text(tsv(rows), encoding="utf-8")
    done = bring(project, "dot 2.tsv", "--left-out", "out.txt")
    assert done.returncode == 0, done.stderr
    first, second = written(project, "data/streams/dot-2.jsonl")
    assert (first["input_text"], first["output_dot"]) == (rows[1][0], GRAPH)
    assert (first["id"], first["source"], first["license"]) == (
        "dot-2-000001",
        "dot-2",
        "CC-BY-4.0",
    )
    assert second["output_dot"] == "graph { a -- b }"
    listed = (project.folder / "out.txt").read_text().splitlines()
    reasons = {line.split(":")[1]: ":".join(line.split(":")[2:]) for line in listed}
    assert {int(line) for line in reasons} == {3, 4, 5, 6, 7, 8, 9, 10}
    for line, words in {
        3: "not valid DOT: ", 4: "no graph: ", 5: "no text in a column: input",
        6: "stands on the other side: its text in data/novel/terse.jsonl:4",
        7: "is there already: dot 2.tsv:2", 8: "wrong number of columns: 1, not 2",
        9: "too long: ", 10: "BEL",
    }.items():  # fmt: skip
        assert words in reasons[str(line)], reasons[str(line)]
    assert "left out: dot 2.tsv:3: not valid DOT: " in done.stdout
    assert "2 pairs written to data/streams/dot-2.jsonl" in done.stdout
    project.run(sys.executable, "src/prepare.py")
    counts = json.loads((project.folder / "metrics/prepare.json").read_text())
    assert sum(counts[side]["source"].get("dot-2", 0) for side in ("train", "validation")) == 2
    again = bring(project, "dot 2.tsv")
    assert again.returncode == 1
    assert "is there already; remove it" in again.stderr


def test_diagramgenbenchmarks_dot_rows_become_a_test_set(project):
    trained = door(3)
    rows: list[dict[str, Any]] = [
        {"id": "d1", "category": "flowchart", "expanded_query": "Start, then stop.",
         "reference": "digraph G { start -> stop }\n"},
        {"id": "d2", "category": "line chart", "expanded_query": "A line.",
         "reference": "\\documentclass{standalone}"},
        {"id": "d3", "category": "directed graph", "expanded_query": trained["input_text"],
         "reference": trained["output_dot"]},
        {"id": "d4", "category": "flowchart", "expanded_query": None, "reference": "graph { a }"},
    ]  # fmt: skip
    path = project.folder / "DiagramGeneration.json"
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    done = bring(project, path.name, "--test", "diagramgen", "--kind", "category")
    assert done.returncode == 0, done.stderr
    [row] = written(project, "data/tests/diagramgen/diagramgeneration.jsonl")
    assert (row["input_text"], row["kind"]) == ("Start, then stop.", "flowchart")
    assert f"{path.name}:8: no graph" in done.stdout
    assert f"{path.name}:14: stands on the other side: its text in data/streams" in done.stdout
    assert f"{path.name}:20: no text in a column: expanded_query" in done.stdout
    project.run(sys.executable, "src/prepare.py")
    assert written(project, "data/prepared/tests/diagramgen.jsonl")[0]["id"] == row["id"]


@pytest.mark.parametrize("form", ["saved", "parquet", "jsonl"])
def test_a_data_set_on_disk_by_named_columns(project, form):
    from datasets import Dataset, DatasetDict

    rows = [{"prompt": f"{n} to {n + 1}.", "dot": f"digraph {{ {n} -> {n + 1} }}", "n": n}
            for n in range(5)]  # fmt: skip
    rows.append({"prompt": "None.", "dot": "none", "n": 6})
    sides = DatasetDict({"train": Dataset.from_list(rows), "test": Dataset.from_list(rows[:1])})
    folder = project.folder / "set"
    if form == "saved":
        sides.save_to_disk(folder)
        place = "set/train/data-00000-of-00001.arrow:row 6"
    elif form == "parquet":
        sides["train"].to_parquet(folder / "data/train-00000-of-00001.parquet")
        sides["test"].to_parquet(folder / "data/test-00000-of-00001.parquet")
        place = "set/data/train-00000-of-00001.parquet:row 6"
    else:
        write_rows(folder / "train.json", rows)
        write_rows(folder / "test.jsonl", rows[:1])
        place = "set/train.json:6"
    done = bring(
        project, "set", "--split", "train", "--columns", "prompt", "dot", "--source", "mine"
    )
    assert done.returncode == 0, done.stderr
    assert [r["input_text"] for r in written(project, "data/streams/mine.jsonl")] == [
        row["prompt"] for row in rows[:5]
    ]
    assert f"left out: {place}: no graph" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "args", "words"),
    [
        ("a.tsv", "text\tgraph\nx\tdigraph { a }\n", (), "give --columns"),
        ("a.tsv", "input\toutput\n", (), "no rows below"),
        ("a.parquet", "PAR1", (), "download it again"),
        ("a.json", "[{]", (), "not valid JSON"),
        ("a.xlsx", "", (), "convert it"),
        ("a.tsv", "input\toutput\nx\tdigraph { a }\n", ("--test", "train"), "no name for a test"),
        ("a.tsv", "input\toutput\nx\tdigraph { a }\n", ("--source", "../x"), "use small letters"),
    ],
)
def test_a_file_that_cannot_serve_is_one_line_and_writes_nothing(
    project: Project, name: str, content: str, args: tuple[str, ...], words: str
) -> None:
    (project.folder / name).write_text(content)
    before = sorted(Path(project.folder / "data").rglob("*"))
    done = bring(project, name, *args)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "nobody" not in done.stderr
    assert sorted(Path(project.folder / "data").rglob("*")) == before
