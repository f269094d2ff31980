"""Reading pairs: what is accepted, and how what is not is named."""

import json
import os
import re

import pytest
from conftest import door, write_rows

from anecdot.common.errors import UserError
from anecdot.pairs import reading, scanning


def test_both_layouts_and_all_aliases_are_read(tmp_path):
    graph = "digraph {\n  a -> b;\n}"
    rows = [{"input_code": "a => b;", "output_dot": graph}, {"code": "a to b", "dot": graph}]
    folder = tmp_path / "training/machines"
    folder.mkdir(parents=True)
    (folder / "pairs.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    write_rows(
        tmp_path / "streams/text-stream.jsonl", [{"input_text": "é: a to b", "output_dot": graph}]
    )
    found = scanning.scan(reading.find_files(tmp_path))
    read = [found.read(i) for i in range(3)]
    assert sorted(row.input_text for row in read) == ["a => b;", "a to b", "é: a to b"]
    assert {row.source for row in read} == {"machines", "text"}
    assert [row.task_type for row in read].count("CODE_TO_DOT") == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"input_text": "a",', "not valid JSON"),
        ('{"input_text": "a"}', "lacks output_dot"),
        ('{"output_dot": "graph {}"}', "lacks input_text"),
        ('{"input_text": "a", "output_dot": "graph {"}', "not valid DOT"),
        ('{"input_text": "a", "output_dot": 3}', "must be text"),
        ('{"input_text": " ", "output_dot": "graph {}"}', "is empty"),
        ('{"input_text": "a", "output_dott": "graph {}"}', "did you mean output_dot"),
        ('{"input_text": "a", "dot": "graph {}", "dot": "graph {}"}', "key 'dot' stands twice"),
        ('{"input_text": "a", "dot": "graph {}", "x": ' + "[" * 100_000, "nested too deep"),
        ('{"input_text": "a", "dot": "graph {}", "x": ' + "9" * 10_000 + "}", "too many digits"),
        (r'{"input_text": "a\ud800", "dot": "graph {}"}', "lone surrogate"),
        (r'{"input_text": "a", "dot": "graph {}", "origin": "\udc00"}', "lone surrogate"),
        (r'{"input_text": "a\n\u0007", "dot": "graph {}"}', r"BEL \(U\+0007\) in line 2"),
        ('{"input_text": null, "dot": "graph {}"}', "lacks input_text"),
        ("[]", "must be a JSON object"),
    ],
)
def test_a_bad_row_is_named(tmp_path, line, words):
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps(door(1)) + "\n\n" + line + "\n")
    with pytest.raises(UserError, match=words) as error:
        scanning.scan([path])
    assert str(error.value).startswith(f"{path}:3: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[\n{one}\n{two}\n]", ":3: expected ,"),
        ("[\n{one},\n]", ":3: a comma behind the last row; mend"),
        ("[\n{one}\n]\n[{two}]", ":4: text behind the array"),
        ("[\n]", ": no pairs in it"),
        ("[\n{one},\n{one}]", ":3: id 'door-001' stands already in"),
    ],
)
def test_a_bad_array_is_named_by_line(tmp_path, text, words):
    path = tmp_path / "pairs.json"
    rows = {"one": json.dumps(door(1)), "two": json.dumps(door(2))}
    for name, row in rows.items():
        text = text.replace(f"{{{name}}}", row)
    path.write_text(text)
    with pytest.raises(UserError, match=re.escape(f"pairs.json{words}")):
        scanning.scan([path])


def test_line_ends_and_marks_of_other_systems_are_read(tmp_path):
    rows = [door(n) | {"input_text": f"é {n}"} for n in range(3)]
    array = tmp_path / "pairs.json"
    array.write_bytes(b"\xef\xbb\xbf" + json.dumps(rows, indent=1).replace("\n", "\r\n").encode())
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(row).encode() for row in rows))
    for path in (array, lines):
        found = scanning.scan([path])
        assert [found.read(row).input_text for row in range(3)] == ["é 0", "é 1", "é 2"]
    lines.write_bytes("é".encode("latin-1"))
    with pytest.raises(UserError, match=r"lines\.jsonl:1: not UTF-8 \(byte 0\)"):
        scanning.scan([lines])


def test_many_bad_rows_are_counted_and_twenty_shown(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text("{}\n" * 1300)
    with pytest.raises(UserError, match="and 1280 more bad rows") as error:
        scanning.scan([path])
    assert len(str(error.value).split("\n")) == 21


def test_rows_of_the_original_project_are_read_as_they_are(tmp_path):
    graph = "digraph {\n  a -> b;\n}"
    folder = tmp_path / "training/machines"
    folder.mkdir(parents=True)
    row = {
        "source_file": "a.smcat", "dot_file": "a.dot", "code": "a => b;", "dot": graph,
        "language": "smcat", "description": ["two", "states"],
    }  # fmt: skip
    (folder / "pairs.json").write_text(json.dumps([row, row | {"code": "b <= a;"}]))
    line = {"input_text": "a to b", "output_dot": graph, "context_snippet": None, "page": 3}
    write_rows(tmp_path / "streams/docs-stream.jsonl", [line])
    found = scanning.scan(reading.find_files(tmp_path))
    assert [found.read(n).context_snippet for n in range(3)] == ["", "", ""]
    remarks = found.remarks()
    assert len(remarks) == 5
    assert any("docs-stream.jsonl: key 'page' in 1 rows" in remark for remark in remarks)
    assert any("pairs.json: key 'description' in 2 rows" in remark for remark in remarks)


def test_texts_to_answer_are_read_in_every_form(tmp_path):
    path = tmp_path / "in.jsonl"
    rows = [{"code": "a\u00a0=> b;\r\n", "extra": 3}, {"input_text": "x"}]
    path.write_bytes(b"\xef\xbb\xbf" + "\n".join(map(json.dumps, rows)).encode())
    (_, one), (line, other) = reading.read_requests(path)
    assert (one["input_text"], one["extra"], other["input_text"], line) == ("a => b;", 3, "x", 2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "some.jsonl")
    with pytest.raises(UserError, match="not a plain file"):
        scanning.scan([tmp_path / "some.jsonl"])


def test_a_long_row_is_left_out_by_name(tmp_path):
    path = tmp_path / "some.jsonl"
    write_rows(path, [door(1), door(2) | {"input_text": "x" * 990}])
    found = scanning.scan([path], longest=1000)
    assert len(found.records) == 1
    assert found.remarks() == [
        f"{path}:2: {990 + len(door(2)['output_dot'])} characters, more than max_pair_characters "
        "1000; left out"
    ]


def test_test_sets_are_folders_with_names_that_can_be_blocks(tmp_path):
    files = [
        tmp_path / name for name in ("novel/a.jsonl", "tests/mine/b.jsonl", "tests/note.jsonl")
    ]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert reading.find_test_sets(tmp_path) == {"novel": [files[0]], "mine": [files[1]]}
    files[1].unlink()
    with pytest.raises(UserError, match="tests/mine: no pairs"):
        reading.find_test_sets(tmp_path)
    for name in ("train", "a b", "verdict"):
        files[1].parent.rename(tmp_path / "tests" / name)
        with pytest.raises(UserError, match=f"tests/{name}: no name for a test set; use "):
            reading.find_test_sets(tmp_path)
        (tmp_path / "tests" / name).rename(files[1].parent)
