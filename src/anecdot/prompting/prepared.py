"""Prepared pairs: what stage prepare writes, and what every later stage can rely on."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anecdot.common.errors import UserError
from anecdot.common.files import GENERATED, read_jsonl

PREPARED = Path("data/prepared")

FIELDS = (
    "id", "source", "license", "task_type", "kind", "style", "origin", "input_text", "output_dot",
    "context_snippet",
)  # fmt: skip
OPTIONAL = ("license", "context_snippet")


def read_prepared(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line from 1, pair) of a prepared file.

    Raises:
        UserError: naming file and line of the first row that is no prepared pair, or the file where
            it is missing or holds none.
    """
    row = None
    for line, row in read_jsonl(path):
        check_prepared(row, f"{path}:{line}")
        yield line, row
    if row is None:
        raise UserError(f"{path}: holds no pairs; {GENERATED}")


def check_prepared(row: Mapping[str, Any], where: str) -> None:
    """Raise UserError beginning with `where` unless the row is a prepared pair: texts alone."""
    for name in FIELDS:
        value = row.get(name)
        if value is None and name in OPTIONAL:
            continue
        if not isinstance(value, str):
            found = "is missing" if value is None else f"must be text, not {type(value).__name__}"
            raise UserError(f"{where}: {name} {found}; {GENERATED}")
