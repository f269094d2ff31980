"""Rows of others' files as they were downloaded: TSV, CSV, JSON, JSON Lines, Parquet, Arrow."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from anecdot.common.errors import UserError
from anecdot.common.files import open_text
from anecdot.pairs.reading import locate_rows

FORMS = (".tsv", ".csv", ".json", ".jsonl", ".parquet", ".arrow")
# What `datasets` writes beside the rows.
ABOUT = ("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json")
LONGEST_CELL = 1 << 24

Found = tuple[str, dict[str, Any] | str]
"""Where a row stands (file and line, or file and row), and the row, or what is wrong with it."""


def find_tables(path: Path, split: str = "") -> list[Path]:
    """The files of rows: the path itself, or those in the folder, as a hub or `datasets` saves it.

    Args:
        path: a file or a folder.
        split: only files of that split: it begins their name or names a folder of theirs.

    Raises:
        UserError: there are none.
    """
    if path.is_dir():
        files = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix in FORMS
            and file.name not in ABOUT
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
            and (not split or _is_of(file.relative_to(path), split))
        ]
        of_split = f" of split {split}" if split else ""
        if not files:
            raise UserError(f"{path}: no {', '.join(FORMS)}{of_split} in it; check the path")
        return files
    if path.suffix not in FORMS:
        raise UserError(f"{path}: is none of {', '.join(FORMS)} and no folder; convert it")
    if not path.is_file():
        raise UserError(f"{path}: no such file; check the path")
    return [path]


def _is_of(file: Path, split: str) -> bool:
    return split in file.parts[:-1] or file.name.startswith(split)


def read_table(path: Path) -> Iterator[Found]:
    """Every row of a file, and where it stands.

    Raises:
        UserError: the file as a whole cannot be read.
    """
    if path.suffix in (".tsv", ".csv"):
        yield from _read_cells(path, "\t" if path.suffix == ".tsv" else ",")
    elif path.suffix in (".json", ".jsonl"):
        yield from _read_json(path)
    else:
        yield from _read_columns(path)


def _read_cells(path: Path, delimiter: str) -> Iterator[Found]:
    """A table with its columns' names in the first line, quoted as spreadsheets do it or not at
    all: whichever way leaves more rows whole."""
    with open_text(path, "check the path") as file:
        text = file.read().removeprefix("\ufeff")
    csv.field_size_limit(LONGEST_CELL)
    ways = [_cells(text, delimiter, quoting) for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)]
    rows = max(ways, key=lambda rows: sum(len(cells) == len(rows[0][1]) for _, cells in rows[1:]))
    if len(rows) < 2:
        raise UserError(f"{path}: no rows below the columns' names; check the file")
    names = rows[0][1]
    for line, cells in rows[1:]:
        good = len(cells) == len(names)
        found = dict(zip(names, cells, strict=True)) if good else (
            f"wrong number of columns: {len(cells)}, not {len(names)}"
        )  # fmt: skip
        yield f"{path}:{line}", found


def _cells(text: str, delimiter: str, quoting: int) -> list[tuple[int, list[str]]]:
    """Line and cells of every row that is not blank."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    rows, line = [], 1
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        rows.append((line, [str(error)]))
    return rows or [(1, [])]


def _read_json(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        lines = (
            path.suffix == ".jsonl" or file.read(1000).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"
        )
    if lines:
        with path.open("rb") as file:
            rows = [(number, line) for number, line in enumerate(file, 1) if line.strip()]
    else:
        rows = [(line, text) for line, _, text in locate_rows(path)]
    for line, text in rows:
        try:
            row = json.loads(text.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            row = None
        yield f"{path}:{line}", row if isinstance(row, dict) else "not a JSON object"


def _read_columns(path: Path) -> Iterator[Found]:
    import pyarrow
    import pyarrow.parquet

    def is_text(kind: Any) -> bool:
        return pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)

    number = 0
    try:
        if path.suffix == ".parquet":
            file = pyarrow.parquet.ParquetFile(path)
            names = [field.name for field in file.schema_arrow if is_text(field.type)]
            batches = file.iter_batches(1000, columns=names)
        else:
            file = pyarrow.ipc.open_stream(pyarrow.memory_map(str(path)))
            names = [field.name for field in file.schema if is_text(field.type)]
            batches = (batch.select(names) for batch in file)
        for batch in batches:
            for row in batch.to_pylist():
                number += 1
                yield f"{path}:row {number}", row
    except (pyarrow.ArrowException, OSError) as error:
        words = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: cannot be read ({words}); download it again") from None
