"""Rows of others become pairs: each is checked, and each that is left out has its reason."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from anecdot import dot
from anecdot.common.errors import UserError
from anecdot.common.workers import ordered_map
from anecdot.pairs.held_out import overlaps
from anecdot.pairs.reading import Pair
from anecdot.pairs.scanning import RECORD, Scan, describe
from anecdot.pairs.tables import Found
from anecdot.prompting.text import normalise

CHUNK_ROWS = 200
COLUMNS = (
    ("input_text", "output_dot"),
    ("input", "output"),  # Text2Arch's examples
    ("Cleaned Description", "Dot code"),  # and its data
    ("expanded_query", "reference"),  # DiagramGenBenchmark
)
# Where a line ended before rows had to be lines: a bar outside of strings and comments.
BAR = re.compile(r'"(?:\\.|[^"\\])*"|//[^|]*|/\*.*?\*/|(\|)', re.DOTALL)


@dataclass(frozen=True)
class Wish:
    """What is to become of rows.

    Attributes:
        source, license: of every pair.
        task_type: of every pair.
        columns: of the text and of its graph; () finds a known pair of names.
        kind: column of the kind of graph; "" for none.
        longest: characters that text and graph may have together.
    """

    source: str
    license: str
    task_type: str
    columns: tuple[str, ...]
    kind: str
    longest: int


@dataclass
class Imported:
    """What came of it: pairs, and (where, why) of each row that was left out."""

    pairs: list[Pair] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def import_rows(rows: Iterable[Found], wish: Wish, other: Scan) -> Imported:
    """Make pairs of rows, on all cores.

    Args:
        rows: see `read_table`.
        wish: what is to become of them.
        other: what stands on the other side: the test sets for pairs to train on, and the other
            way round. A row that stands there, too, is left out.
    """
    numbered = ((number, *found) for number, found in enumerate(rows, 1))
    chunks = iter(lambda: list(islice(numbered, CHUNK_ROWS)), [])
    result, places, records = Imported(), [], []
    for found in ordered_map(partial(_make_all, wish), chunks):
        for where, pair, record in found:
            if isinstance(pair, str):
                result.left_out.append((where, pair))
            else:
                result.pairs.append(pair)
                places.append(where)
                records.append(record)
    array = np.array(records, RECORD)
    held = {
        i: f"stands on the other side: its {what} in {other.place(other.records[j])}"
        for i, (j, what) in overlaps(array, other.records).items()
    }
    first: dict[tuple[int, int], int] = {}
    for index, record in enumerate(array):
        at = first.setdefault((int(record["text"]), int(record["target"])), index)
        if at != index:
            held.setdefault(index, f"is there already: {places[at]}")
    result.left_out += [(places[index], why) for index, why in sorted(held.items())]
    result.pairs = [pair for index, pair in enumerate(result.pairs) if index not in held]
    return result


def _make_all(
    wish: Wish, rows: list[tuple[int, str, dict[str, Any] | str]]
) -> list[tuple[str, Pair | str, tuple | None]]:
    return [(where, *_make(wish, number, row)) for number, where, row in rows]


def _make(
    wish: Wish, number: int, row: dict[str, Any] | str
) -> tuple[Pair | str, tuple[Any, ...] | None]:
    """The pair of a row with its record, or why there is none."""
    if isinstance(row, str):
        return row, None
    columns = wish.columns or next((names for names in COLUMNS if row.keys() >= {*names}), ())
    lacking = [name for name in columns if name not in row] if columns else ["text and graph"]
    if lacking:
        has = ", ".join(map(str, row))[:200]
        return f"lacks the column of {' and '.join(lacking)}: it has {has}", None
    cells = [row[name] for name in columns]
    for name, cell in zip(columns, cells, strict=True):
        if not isinstance(cell, str) or not cell.strip():
            return f"no text in a column: {name}", None
    try:
        text, target = (normalise(cell, "") for cell in cells)
    except UserError as error:
        return f"not plain text{error}", None
    graph, why = read_graph(target)
    if graph is None:
        return why, None
    if len(text) + len(graph) > wish.longest:
        return f"too long: {len(text) + len(graph)} characters, more than {wish.longest}", None
    name = f"{wish.source}-{number:06}"
    kind = row.get(wish.kind) if wish.kind else ""
    kind = " ".join(kind.split()) if isinstance(kind, str) else ""
    pair = Pair(
        id=name, source=wish.source, license=wish.license, task_type=wish.task_type,
        kind=kind, style="", origin=name, input_text=text, output_dot=graph, context_snippet="",
    )  # fmt: skip
    return pair, (0, 0, 0, 0, 0, *describe(pair))


def read_graph(text: str) -> tuple[str | None, str]:
    """The first graph in a cell, or None and why there is none.

    Prose and fences around it go; where it is no DOT as it stands, bars outside of strings count as
    the line ends that they were.
    """
    why = "no graph: neither digraph nor graph in it"
    for form in (text, BAR.sub(lambda match: "\n" if match[1] else match[0], text)):
        if (graph := dot.extract(form)) is not None:
            problem = dot.check(graph)
            if problem is None:
                return "\n".join(line.rstrip() for line in graph.split("\n") if line.strip()), ""
            why = f"not valid DOT: {problem}"
    return None, why


def as_lines(pairs: Iterable[Pair]) -> Iterator[str]:
    """Pairs as the rows of a stream file."""
    for pair in pairs:
        row = {name: value for name, value in pair.as_row().items() if value}
        yield json.dumps(row, ensure_ascii=False) + "\n"


def default_name(path: Path) -> str:
    """A source's name from its file's."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "imported"
