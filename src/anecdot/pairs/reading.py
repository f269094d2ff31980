"""The schema of a (text, DOT) pair, and reading rows: JSON Lines, or one JSON array."""

import difflib
import json
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anecdot.common.errors import UserError
from anecdot.prompting.prepared import FIELDS
from anecdot.prompting.prompt import user_text
from anecdot.prompting.text import normalise

TASK_TYPES = ("NL_TO_DOT", "CODE_TO_DOT", "ERROR_CORRECTION")
INPUT_KEYS = ("input_text", "input_code", "code")
OUTPUT_KEYS = ("output_dot", "dot")
OPTIONAL_KEYS = (
    "id", "source", "license", "task_type", "kind", "style", "origin", "context_snippet",
    "verification_status", "group",
)  # fmt: skip
KNOWN_KEYS = (*INPUT_KEYS, *OUTPUT_KEYS, *OPTIONAL_KEYS)
MISSPELT = 0.85  # likeness to a known key from which on another key counts as a slip

Row = tuple[int, int, bytes]
"""Line (from 1), offset in bytes, and JSON text."""


@dataclass(frozen=True)
class Pair:
    """A text and the graph that it describes; all fields are text, "" where not stated.

    Attributes:
        input_text: the text or code, normalised.
        context_snippet: text shown to the model behind the input.
        origin: what the pair was made from; pairs of one origin stay on one side of the split.
        file, line: where it stands.
        unknown: keys of its row that mean nothing here.
    """

    id: str
    source: str
    license: str
    task_type: str
    kind: str
    style: str
    origin: str
    input_text: str
    output_dot: str
    context_snippet: str
    file: Path = field(default=Path(), compare=False)
    line: int = field(default=0, compare=False)
    unknown: tuple[str, ...] = field(default=(), compare=False)

    @property
    def user_text(self) -> str:
        """What the user says: the input, with the context snippet where there is one."""
        return user_text(vars(self))

    def as_row(self) -> dict[str, str]:
        """The fields as prepared files hold them: always all of them, in one order."""
        return {name: getattr(self, name) for name in FIELDS}


def find_files(folder: Path) -> list[Path]:
    """The training sources: training/*/pairs.json, streams/*.jsonl and *.jsonl in the folder."""
    # With a wildcard in the name, glob finds a link to nowhere, too, which is to be told.
    patterns = ("training/*/pairs.[j]son", "streams/*.jsonl", "*.jsonl")
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def locate_rows(path: Path) -> Iterator[Row]:
    """Yield each row and where it stands, from JSON Lines or from one JSON array."""
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
        raise UserError(f"{path}: is not a plain file; put a file of pairs there")
    if path.suffix == ".jsonl":
        with path.open("rb") as file:
            start = 0
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, start, line
                start += len(line)
        return
    yield from _locate_in_array(path)


def _locate_in_array(path: Path) -> Iterator[Row]:
    text = _decoded(path.read_bytes(), str(path))  # as the bytes are: rows are found by offset
    decoder, at, line = json.JSONDecoder(), _skip(text, 0, "["), 1
    if at < 0:
        raise UserError(f"{path}:1: must be a JSON array of rows; begin it with [")
    counted, offset = 0, 0
    while text[at : at + 1] != "]":
        line += text.count("\n", counted, at)
        offset += len(text[counted:at].encode())
        counted = at
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError) as error:
            at_line = getattr(error, "lineno", line)
            raise UserError(f"{path}:{at_line}: {_not_json(error)}; mend the line") from None
        row = text[at:end].encode()
        yield line, offset, row
        comma, close = _skip(text, end, ","), _skip(text, end, "")
        at = comma if comma >= 0 else close
        if (comma >= 0) == (text[at : at + 1] == "]"):
            line += text.count("\n", counted, at)
            problem = "a comma behind the last row" if comma >= 0 else "no , or ] after the row"
            raise UserError(f"{path}:{line}: {problem}; mend the line")
    if (end := _blank(text, at + 1)) < len(text):
        line += text.count("\n", counted, end)
        raise UserError(f"{path}:{line}: text behind the array's ]; put all rows into one array")


def _decoded(text: bytes, at: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{at}: not UTF-8 (byte {error.start}); convert the file") from None


def _skip(text: str, at: int, token: str) -> int:
    """Index behind white space, `token` and white space from `at`; -1 where `token` is not."""
    at = _blank(text, at)
    return _blank(text, at + len(token)) if text.startswith(token, at) else -1


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n\ufeff":
        at += 1
    return at


def _not_json(error: Exception) -> str:
    """Why a JSON text was refused, in words."""
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON (column {error.colno}: {error.msg})"
    if isinstance(error, RecursionError):
        return "not valid JSON (brackets nested too deep)"
    return "not valid JSON (a number of too many digits)"


def parse_row(text: bytes, at: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Read one row's known keys, null ones left out, their text normalised.

    Args:
        text: JSON.
        at: file and line, for the error.

    Returns:
        The known keys with their values, and the names of the unknown ones.

    Raises:
        UserError: broken JSON, a key given twice or misspelt, a value that is not text.
    """

    def once(members: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(members)
        if len(row) < len(members):
            twice = next(key for key, n in Counter(key for key, _ in members).items() if n > 1)
            raise UserError(f"{at}: key {twice!a} stands twice; remove one")
        return row

    try:
        row = json.loads(_decoded(text, at).removeprefix("\ufeff"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{at}: {_not_json(error)}; mend the line") from None
    if not isinstance(row, dict):
        kind = type(row).__name__
        raise UserError(f"{at}: a row must be a JSON object, not {kind}; mend the line")
    known, unknown = {}, []
    for key, value in row.items():
        if key not in KNOWN_KEYS:
            if near := difflib.get_close_matches(key.casefold(), KNOWN_KEYS, 1, MISSPELT):
                raise UserError(f"{at}: unknown field {key!a}; did you mean {near[0]}?")
            unknown.append(key)
        elif value is not None:
            if not isinstance(value, str):
                shown = repr(value) if len(repr(value)) < 60 else type(value).__name__
                raise UserError(f"{at}: field {key!r} must be text, not {shown}; mend it")
            known[key] = normalise(value, f"{at}: {key}")
    return known, tuple(unknown)


def parse_pair(text: bytes, path: Path, line: int, start: int = 0) -> Pair:
    """Read one row, defaults filled in; one without id is named by where it stands.

    Args:
        text: JSON.
        path, line, start: where it stands; `start` in bytes.

    Raises:
        UserError: as `parse_row`, and where a field is missing or empty.
    """
    at = f"{path}:{line}"
    row, unknown = parse_row(text, at)
    input_key = _one_key(row, INPUT_KEYS, at)
    target = row[_one_key(row, OUTPUT_KEYS, at)]
    source = row.get("source") or _default_source(path)
    # All rows of an array may stand on one line.
    place = str(line) if path.suffix == ".jsonl" else f"byte-{start}"
    task_type = row.get("task_type", "NL_TO_DOT" if input_key == "input_text" else "CODE_TO_DOT")
    if task_type not in TASK_TYPES:
        raise UserError(f"{at}: task_type {task_type!r} is none of {', '.join(TASK_TYPES)}")
    return Pair(
        id=row.get("id") or f"{source}-{place}",
        source=source,
        license=row.get("license", ""),
        task_type=task_type,
        kind=row.get("kind", ""),
        style=row.get("style", ""),
        origin=row.get("origin", ""),
        input_text=row[input_key],
        output_dot=target,
        context_snippet=row.get("context_snippet", ""),
        file=path,
        line=line,
        unknown=unknown,
    )


def read_requests(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines and rows of a file of texts to answer, in any form that training reads.

    Yields:
        The line and the row as it stands, with its text under input_text, normalised.

    Raises:
        UserError: naming the first bad row.
    """
    for line, _, text in locate_rows(path):
        at = f"{path}:{line}"
        known, _ = parse_row(text, at)
        key = _one_key(known, INPUT_KEYS, at)
        row = json.loads(text.decode().removeprefix("\ufeff"))
        yield line, row | known | {"input_text": known[key]}


def _one_key(row: dict[str, str], keys: tuple[str, ...], at: str) -> str:
    found = [key for key in keys if key in row]
    if len(found) != 1:
        problem = f"has both {' and '.join(found)}" if found else f"lacks {keys[0]}"
        raise UserError(f"{at}: the row {problem}; give exactly one of {', '.join(keys)}")
    if not row[found[0]].strip():
        raise UserError(f"{at}: {found[0]} is empty; fill it in or remove the row")
    return found[0]


def _default_source(path: Path) -> str:
    return path.parent.name if path.name == "pairs.json" else path.stem.removesuffix("-stream")
