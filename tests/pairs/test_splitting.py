"""Duplicates go, the split leaks nothing, and the test set stays apart."""

import random
from pathlib import Path

import numpy as np
import pytest
from conftest import door, write_rows

from anecdot.common.errors import UserError
from anecdot.pairs import duplicates, scanning, splitting
from anecdot.pairs.held_out import guard


def scan(
    folder: Path, rows: list[dict[str, str]], name: str = "doors-stream.jsonl"
) -> scanning.Scan:
    write_rows(folder / name, rows)
    return scanning.scan([folder / name])


def ids(scan: scanning.Scan, records: np.ndarray) -> list[str]:
    return [scan.read(row).id for row in records["row"]]


def test_another_snippet_makes_another_pair(tmp_path):
    rows = [door(n) | {"input_text": "Draw this.", "context_snippet": f"x{n}"} for n in range(3)]
    assert len(duplicates.deduplicate(scan(tmp_path, rows).records)[0]) == 3


def test_duplicates_go_whatever_their_case_and_white_space(tmp_path):
    same = door(1) | {"id": "other", "input_text": door(1)["input_text"].upper() + "  "}
    kept, dropped = duplicates.deduplicate(scan(tmp_path, [door(1), same, door(2)]).records)
    assert len(kept) == 2
    assert dropped == {"duplicate": 1, "near_duplicate": 0}


def test_a_reworded_twin_with_the_same_target_goes(tmp_path):
    text = " ".join(f"word{i}" for i in range(200))
    twins = [door(1) | {"id": name, "input_text": f"{text} {name}"} for name in ("x", "y")]
    kept, dropped = duplicates.deduplicate(scan(tmp_path, [*twins, door(2)]).records)
    assert len(kept) == 2
    assert dropped["near_duplicate"] == 1


def test_the_split_is_stratified_and_ignores_the_order_of_rows(tmp_path):
    rows = [door(number) for number in range(120)]
    first = scan(tmp_path, rows)
    split = splitting.split(first.records, 0.9, 42)
    random.Random(1).shuffle(rows)
    random.seed(7)
    second = scan(tmp_path, rows, "shuffled.jsonl")
    again = splitting.split(second.records, 0.9, 42)
    assert [ids(first, part) for part in split] == [ids(second, part) for part in again]
    held_out = [first.read(row).source for row in split[1]["row"]]
    assert (held_out.count("doors"), held_out.count("gates")) == (8, 4)
    other = splitting.split(first.records, 0.9, 43)
    assert ids(first, other[1]) != ids(first, split[1])


def test_the_order_is_that_of_splitmix64():
    """The first numbers of the published generator from state 1234567."""
    numbers = [splitting.mix(np.array([1234567], "u8"), seed)[0] for seed in range(3)]
    assert numbers == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_pairs_that_share_target_or_origin_stay_on_one_side(tmp_path):
    rows = []
    for number in range(60):
        one, two = door(number), door(number + 200)
        two |= {"id": f"twin-{number}", "output_dot": one["output_dot"]}
        three = door(number + 400) | {"id": f"triplet-{number}", "origin": two["origin"]}
        rows += [one, two, three]
    found = scan(tmp_path, rows)
    train, validation = splitting.split(found.records, 0.8, 42)
    by_family: dict[str, set[int]] = {}
    for side, part in enumerate((train, validation)):
        for row in part["row"]:
            by_family.setdefault(int(row) // 3, set()).add(side)
    assert len(validation) > 0
    assert all(len(where) == 1 for where in by_family.values())


@pytest.mark.parametrize("seed", range(30))
def test_the_split_is_that_of_its_definition(seed):
    """Of each source, groups in the seeded order as long as they fit in what is to be held out."""
    rng = np.random.default_rng(seed)
    count, share = rng.integers(1, 60), rng.choice([0.5, 0.8, 0.9])
    records = np.zeros(count, scanning.RECORD)
    records["key"] = rng.choice(10 * count, count, replace=False)
    records["target"] = rng.integers(1, count + 1, count)  # equal ones make a group
    records["source"] = rng.integers(0, 3, count)
    records["sketch"] = rng.integers(0, 2**32, records["sketch"].shape)  # no two alike
    groups: dict[int, list[int]] = {}
    for key, target in sorted(zip(records["key"].tolist(), records["target"], strict=True)):
        groups.setdefault(int(target), []).append(key)
    source = dict(zip(records["key"].tolist(), records["source"].tolist(), strict=True))
    order = dict(zip(source, splitting.mix(records["key"], seed).tolist(), strict=True))
    expected = []
    for one in set(source.values()):
        of_source = sorted(
            (g for g in groups.values() if source[g[0]] == one), key=lambda g: order[g[0]]
        )
        room = round((1 - share) * sum(map(len, of_source)))
        for group in of_source:
            if len(group) <= room:
                expected += group
                room -= len(group)
    train, validation = splitting.split(records, share, seed)
    assert validation["key"].tolist() == sorted(expected, key=order.get)
    assert train["key"].tolist() == sorted(source.keys() - {*expected}, key=order.get)
    assert set(records.dtype.names) - set(train.dtype.names) == {"sketch"}
    assert splitting.sample(records, 3, seed)["key"].tolist() == sorted(source, key=order.get)[:3]


def test_the_sizes_of_graphs_are_counted_by_range():
    records = np.zeros(8, scanning.RECORD)
    records["nodes"] = [0, 3, 4, 6, 7, 10, 11, 20]
    records["edges"] = [21, 21, 21, 60_000, 0, 0, 0, 0]
    names = ("0-3", "4-6", "7-10", "11-20", "21+")
    assert splitting.graph_sizes(records) == {
        "nodes": dict(zip(names, (2, 2, 2, 2, 0), strict=True)),
        "edges": dict(zip(names, (4, 0, 0, 0, 4), strict=True)),
    }


def test_groups_are_the_connected_components():
    rng = np.random.default_rng(0)
    for count in (1, 2, 50, 400):
        records = np.zeros(count, scanning.RECORD)
        records["target"] = rng.integers(0, count, count)
        records["origin"] = rng.integers(0, count, count)  # 0: none stated
        records["sketch"] = rng.integers(0, 2**16, (count, duplicates.PERMUTATIONS))
        first = list(range(count))
        for i in range(count):  # the first members of two groups that meet become one
            for j in range(i):
                same_origin = records["origin"][i] == records["origin"][j] != 0
                if same_origin or records["target"][i] == records["target"][j]:
                    low, high = sorted((first[i], first[j]))
                    first = [low if f == high else f for f in first]
        assert splitting._group(records).tolist() == first


def test_many_texts_of_one_template_cost_linear_work():
    records = np.zeros(50_000, scanning.RECORD)
    records["key"] = records["text"] = np.arange(1, 50_001)
    records["target"] = records["key"] // 2  # in twos; all sketches are the same
    assert duplicates.similar(records).shape[1] <= duplicates.BANDS * 50_000
    kept, dropped = duplicates.deduplicate(records)
    assert len(kept) == 25_001
    assert dropped["near_duplicate"] == 24_999
    assert len(set(splitting._group(kept))) == 1


LONG = " ".join(f"word{i}" for i in range(60))
NOVEL = door(1) | {"id": "novel-1", "origin": "novel-1", "input_text": LONG}


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"input_text": LONG.upper()}, "text"),
        ({"id": "novel-1"}, "id"),
        ({"origin": "novel-1"}, "origin"),
        ({"output_dot": NOVEL["output_dot"], "input_text": f"{LONG} more"}, "graph and text"),
    ],
)
def test_pairs_of_the_test_set_are_refused(tmp_path, other, what):
    novel = scan(tmp_path, [door(3), NOVEL], "novel.jsonl")
    training = scan(tmp_path, [door(4), door(2) | other])
    with pytest.raises(UserError) as error:
        guard(training, novel)
    assert str(error.value) == (
        f"{tmp_path}/doors-stream.jsonl:2: its {what} stands in the test set, "
        f"{tmp_path}/novel.jsonl:2; remove one of the two"
    )


def test_what_comes_near_the_test_set_is_told(tmp_path):
    novel = scan(tmp_path, [door(3), NOVEL], "novel.jsonl")
    like = door(2) | {"input_text": f"{LONG} more"}
    graph = door(4) | {"output_dot": NOVEL["output_dot"]}
    counts, lines = guard(scan(tmp_path, [door(5), like, graph]), novel)
    assert counts == {"like_novel": 1, "graph_of_novel": 1}
    assert len(lines) == 1
    assert lines[0].startswith(f"{tmp_path}/doors-stream.jsonl:2: its text is like that of")
