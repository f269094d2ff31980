"""The hand-written test set: well formed, evenly spread, and strange to every training pair."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from conftest import ROOT

from anecdot.dot import canonical, check, parse

DATA = ROOT / "data"
RUN = 8  # words in a row that no test input may share with a training input

KEYS = (
    *("id", "source", "license", "task_type", "kind", "style", "origin"),
    *("input_text", "output_dot", "verification_status"),
)
STYLES = {"terse", "list", "story", "table", "code", "statemachine_cat", "fix"}
KINDS = {
    *("state_machine", "workflow", "decision_tree", "architecture", "network", "dependency"),
    *("class_diagram", "er_diagram", "automaton", "data_structure", "org_chart", "pipeline"),
    *("undirected", "cluster"),
}
TASKS = {"code": "CODE_TO_DOT", "statemachine_cat": "CODE_TO_DOT", "fix": "ERROR_CORRECTION"}

Row = dict[str, str]


def read_lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


NOVEL = [row for path in sorted((DATA / "novel").glob("*.jsonl")) for row in read_lines(path)]


def training_rows() -> Iterator[Row]:
    yield from chain.from_iterable(map(read_lines, sorted(DATA.glob("streams/*.jsonl"))))
    for path in sorted(DATA.glob("training/*/pairs.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))


def input_of(row: Row) -> str:
    return row.get("input_text") or row["input_code"]


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of RUN words in the text; case and punctuation do not count."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def broken_part(text: str) -> str:
    """The graph inside a fix request: from its opening line to its last brace, else to the end."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.endswith("{"))
    braces = [i for i, line in enumerate(lines) if line.endswith("}")]
    return "\n".join(lines[first : braces[-1] + 1 if braces else None])


@pytest.fixture(scope="module")
def training() -> list[Row]:
    return list(training_rows())


def test_rows_are_whole_and_unique() -> None:
    assert len(NOVEL) >= 240
    for row in NOVEL:
        assert tuple(row) == KEYS, row["id"]
        assert all(row.values()), row["id"]
        assert re.fullmatch(rf"novel-{row['style']}-\d{{3}}", row["id"])
        assert (row["source"], row["license"]) == ("novel", "MIT"), row["id"]
        assert row["task_type"] == TASKS.get(row["style"], "NL_TO_DOT"), row["id"]
    for key in ("id", "origin", "input_text"):
        assert len({row[key] for row in NOVEL}) == len(NOVEL), key
    assert len({canonical(row["output_dot"]) for row in NOVEL}) == len(NOVEL)


def test_kinds_and_styles_are_spread() -> None:
    styles = Counter(row["style"] for row in NOVEL)
    kinds = Counter(row["kind"] for row in NOVEL)
    assert set(styles) == STYLES
    assert max(styles.values()) <= 1.2 * min(styles.values()), styles
    assert set(kinds) == KINDS
    assert max(kinds.values()) <= 2.5 * min(kinds.values()), kinds


@pytest.mark.parametrize("row", NOVEL, ids=lambda row: row["id"])
def test_target_parses_and_is_small(row: Row) -> None:
    graph = parse(row["output_dot"])
    assert 2 <= len(graph.nodes) <= 10
    assert len(row["output_dot"]) <= 700


def test_targets_render() -> None:
    pgv = pytest.importorskip("pygraphviz")
    for row in NOVEL:
        svg = pgv.AGraph(string=row["output_dot"]).draw(format="svg", prog="dot")
        assert b"</svg>" in svg, row["id"]


@pytest.mark.parametrize(
    "row", [row for row in NOVEL if row["style"] == "fix"], ids=lambda row: row["id"]
)
def test_broken_input_fails_in_graphviz(row: Row) -> None:
    assert check(broken_part(row["input_text"])) is not None
    assert check(row["input_text"]) is not None


def test_no_target_or_origin_is_in_training(training: list[Row]) -> None:
    graphs = {canonical(row["output_dot"]): row["id"] for row in training}
    origins = {row["origin"]: row["id"] for row in training}
    shared = [(row["id"], graphs.get(canonical(row["output_dot"]))) for row in NOVEL]
    assert [pair for pair in shared if pair[1]] == []
    shared = [(row["id"], origins.get(row["origin"])) for row in NOVEL]
    assert [pair for pair in shared if pair[1]] == []


def test_no_long_run_of_words_is_in_training(training: list[Row]) -> None:
    known = {run: row["id"] for row in training for run in runs(input_of(row))}
    shared = [
        (row["id"], known[run], " ".join(run))
        for row in NOVEL
        for run in runs(row["input_text"])
        if run in known
    ]
    assert shared == []
