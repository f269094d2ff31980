"""Reading, deduplicating and splitting pairs."""

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import door, write_rows

from anecdot.common.errors import UserError
from anecdot.pairs import reading as pairs


def scan(folder: Path, rows: list[dict[str, str]], name: str = "doors-stream.jsonl") -> pairs.Scan:
    write_rows(folder / name, rows)
    return pairs.scan([folder / name])


def ids(scan: pairs.Scan, records: np.ndarray) -> list[str]:
    return [scan.read(row)["id"] for row in records["row"]]


def test_both_layouts_and_all_aliases_are_read(tmp_path):
    graph = "digraph {\n  a -> b;\n}"
    rows = [{"input_code": "a => b;", "output_dot": graph}, {"code": "a to b", "dot": graph}]
    folder = tmp_path / "training/machines"
    folder.mkdir(parents=True)
    (folder / "pairs.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    write_rows(tmp_path / "text-stream.jsonl", [{"input_text": "é: a to b", "output_dot": graph}])
    found = pairs.scan(pairs.find_files(tmp_path))
    read = [found.read(i) for i in range(3)]
    assert sorted(row["input_text"] for row in read) == ["a => b;", "a to b", "é: a to b"]
    assert {row["source"] for row in read} == {"machines", "text"}
    assert [row["task_type"] for row in read].count("CODE_TO_DOT") == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"input_text": "a",', "not valid JSON"),
        ('{"input_text": "a"}', "lacks output_dot"),
        ('{"output_dot": "graph {}"}', "lacks input_text"),
        ('{"input_text": "a", "output_dot": "graph {"}', "not valid DOT"),
        ('{"input_text": "a", "output_dot": 3}', "must be text"),
        ('{"input_text": " ", "output_dot": "graph {}"}', "is empty"),
        (
            '{"input_text": "a", "output_dot": "graph {}", "licence": "x"}',
            "unknown field 'licence'",
        ),
        ("[]", "must be a JSON object"),
    ],
)
def test_a_bad_row_is_named(tmp_path, line, words):
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps(door(1)) + "\n\n" + line + "\n")
    with pytest.raises(UserError, match=words) as error:
        pairs.scan([path])
    assert str(error.value).startswith(f"{path}:3: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[\n{one}\n{two}\n]", ":3: expected ,"),
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
        pairs.scan([path])


def test_line_ends_and_marks_of_other_systems_are_read(tmp_path):
    rows = [door(n) | {"input_text": f"é {n}"} for n in range(3)]
    array = tmp_path / "pairs.json"
    array.write_bytes(b"\xef\xbb\xbf" + json.dumps(rows, indent=1).replace("\n", "\r\n").encode())
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(row).encode() for row in rows))
    for path in (array, lines):
        found = pairs.scan([path])
        assert [found.read(row)["input_text"] for row in range(3)] == ["é 0", "é 1", "é 2"]
    lines.write_bytes("é".encode("latin-1"))
    with pytest.raises(UserError, match=r"lines\.jsonl:1: not UTF-8 \(byte 0\)"):
        pairs.scan([lines])


def test_another_snippet_makes_another_pair(tmp_path):
    rows = [door(n) | {"input_text": "Draw this.", "context_snippet": f"x{n}"} for n in range(3)]
    assert len(pairs.deduplicate(scan(tmp_path, rows).records)[0]) == 3


def test_many_bad_rows_are_counted_and_twenty_shown(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text("{}\n" * 1300)
    with pytest.raises(UserError, match="and 1280 more bad rows") as error:
        pairs.scan([path])
    assert len(str(error.value).split("\n")) == 21


def test_duplicates_go_whatever_their_case_and_white_space(tmp_path):
    same = door(1) | {"id": "other", "input_text": door(1)["input_text"].upper() + "  "}
    kept, dropped = pairs.deduplicate(scan(tmp_path, [door(1), same, door(2)]).records)
    assert len(kept) == 2
    assert dropped == {"duplicate": 1, "near_duplicate": 0}


def test_a_reworded_twin_with_the_same_target_goes(tmp_path):
    text = " ".join(f"word{i}" for i in range(200))
    twins = [door(1) | {"id": name, "input_text": f"{text} {name}"} for name in ("x", "y")]
    kept, dropped = pairs.deduplicate(scan(tmp_path, [*twins, door(2)]).records)
    assert len(kept) == 2
    assert dropped["near_duplicate"] == 1


def test_the_split_is_stratified_and_ignores_the_order_of_rows(tmp_path):
    rows = [door(number) for number in range(120)]
    first = scan(tmp_path, rows)
    split = pairs.split(first.records, 0.9, 42)
    random.Random(1).shuffle(rows)
    random.seed(7)
    second = scan(tmp_path, rows, "shuffled.jsonl")
    again = pairs.split(second.records, 0.9, 42)
    assert [ids(first, part) for part in split] == [ids(second, part) for part in again]
    held_out = [first.read(row)["source"] for row in split[1]["row"]]
    assert (held_out.count("doors"), held_out.count("gates")) == (8, 4)
    other = pairs.split(first.records, 0.9, 43)
    assert ids(first, other[1]) != ids(first, split[1])


def test_pairs_that_share_target_or_origin_stay_on_one_side(tmp_path):
    rows = []
    for number in range(60):
        one, two = door(number), door(number + 200)
        two |= {"id": f"twin-{number}", "output_dot": one["output_dot"]}
        three = door(number + 400) | {"id": f"triplet-{number}", "origin": two["origin"]}
        rows += [one, two, three]
    found = scan(tmp_path, rows)
    train, validation = pairs.split(found.records, 0.8, 42)
    by_family: dict[str, set[int]] = {}
    for side, part in enumerate((train, validation)):
        for row in part["row"]:
            by_family.setdefault(int(row) // 3, set()).add(side)
    assert len(validation) > 0
    assert all(len(where) == 1 for where in by_family.values())


def test_groups_are_the_connected_components():
    rng = np.random.default_rng(0)
    for count in (1, 2, 50, 400):
        records = np.zeros(count, pairs.RECORD)
        records["target"] = rng.integers(0, count, count)
        records["origin"] = rng.integers(0, count, count)  # 0: none stated
        records["sketch"] = rng.integers(0, 2**16, (count, pairs.PERMUTATIONS))
        first = list(range(count))
        for i in range(count):  # the first members of two groups that meet become one
            for j in range(i):
                same_origin = records["origin"][i] == records["origin"][j] != 0
                if same_origin or records["target"][i] == records["target"][j]:
                    low, high = sorted((first[i], first[j]))
                    first = [low if f == high else f for f in first]
        assert pairs._group(records).tolist() == first


def test_many_texts_of_one_template_cost_linear_work():
    records = np.zeros(50_000, pairs.RECORD)
    records["key"] = records["text"] = np.arange(1, 50_001)
    records["target"] = records["key"] // 2  # in twos; all sketches are the same
    assert pairs._similar(records).shape[1] <= pairs.BANDS * 50_000
    kept, dropped = pairs.deduplicate(records)
    assert len(kept) == 25_001
    assert dropped["near_duplicate"] == 24_999
    assert len(set(pairs._group(kept))) == 1
