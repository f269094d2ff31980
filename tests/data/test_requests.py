"""The hand-written requests: whole rows, the house style, and none like another pair."""

import json
import re
from collections import Counter

import numpy as np
from conftest import ROOT

from anecdot.dot import render_all
from anecdot.pairs.duplicates import similar
from anecdot.pairs.reading import find_files
from anecdot.pairs.scanning import scan

FILE = ROOT / "data/streams/requests-stream.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
KEYS = (
    *("id", "source", "license", "task_type", "kind", "style", "group", "origin"),
    *("input_text", "output_dot", "verification_status"),
)
GROUPS = {
    "quoted_names": 60, "undirected": 60, "long_chains": 60, "long_lists": 60, "edge_labels": 60,
    "defaults_and_attributes": 50, "clusters": 20, "code": 150, "chatty": 50, "professional": 50,
    "implicit": 30, "mixed_requests": 30, "everyday": 90, "dot_words": 15, "odd_names": 16,
}  # fmt: skip
BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|-?(\.\d+|\d+(\.\d*)?)")
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


def breaches(dot: str) -> list[str]:
    """Lines of a target that are not in the house style."""
    first, *lines, last = dot.split("\n")
    found = [] if re.fullmatch(r"(di)?graph \{", first) and last == "}" else [first, last]
    depth = 1
    for line in lines:
        text = QUOTED.sub("Q", line.strip())
        depth -= text == "}"
        good = line.startswith("  " * depth) and line[2 * depth] != " "
        good &= text in "{}" or text.endswith(";") or bool(re.fullmatch(r"subgraph \w+ \{", text))
        good &= len(re.findall("->|--", text)) <= 1 and text.count(";") <= 1
        names = [
            name[1:-1] for name in QUOTED.findall(re.sub(rf"label={QUOTED.pattern}", "", line))
        ]
        keywords = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
        good &= not any(BARE.fullmatch(name) and name.lower() not in keywords for name in names)
        depth += text.endswith("{")
        if not good:
            found.append(line)
    return found


def test_rows_are_whole_and_counted():
    assert Counter(row["group"] for row in ROWS) == GROUPS
    for number, row in enumerate(ROWS, 1):
        assert tuple(row) == KEYS, row["id"]
        assert row["id"] == row["origin"] == f"requests-{number:04}"
        assert row["task_type"] == ("CODE_TO_DOT" if row["style"] == "code" else "NL_TO_DOT")


def test_targets_are_drawn_and_in_the_house_style():
    assert breaches('digraph {\n  "a" -> b -> c;\n   d\n}') == ['  "a" -> b -> c;', "   d"]
    drawings = render_all([row["output_dot"] for row in ROWS], workers=1)
    for row, drawing in zip(ROWS, drawings, strict=True):
        assert breaches(row["output_dot"]) == [], row["id"]
        assert drawing.ok, row["id"]


def test_none_is_like_another_pair():
    files = [*find_files(ROOT / "data"), *sorted((ROOT / "data/novel").glob("*.jsonl"))]
    found = scan(files)
    alike = np.unique(similar(found.records))
    names = {found.read(row).id for row in alike}
    assert [name for name in names if name.startswith("requests-")] == []
    assert len(np.unique(found.records["text"])) == len(found.records)
