"""Reading and writing files so that nothing is half-written and every error names its line."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from anecdot.common.errors import UserError

GENERATED = "run `dvc repro` or check the path"  # the remedy for a file that the pipeline writes


@contextmanager
def atomic_write(path: Path | str) -> Iterator[IO[str]]:
    """Open `path` for writing text; it takes its name only once everything was written."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def write_json(path: Path | str, value: Any) -> None:
    """Write `value` as indented JSON, atomically, keys in the order given."""
    with atomic_write(path) as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def write_jsonl(path: Path | str, rows: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line, atomically."""
    with atomic_write(path) as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_jsonl(path: Path | str, hint: str = GENERATED) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, row). Raises UserError naming file and line of a broken row.

    Args:
        path: the file.
        hint: what to do where it is missing.
    """
    with open_text(path, hint) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, parse_row(line, f"{path}:{number}")


def parse_row(line: str, where: str) -> dict[str, Any]:
    """Parse one JSON object. Raises UserError beginning with `where`."""
    try:
        row = json.loads(line)
        if "\\ud" in line or "\\uD" in line:  # half a character that no file can hold, perhaps
            json.dumps(row, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        message = f"{where}: not valid JSON (column {error.colno}: {error.msg}); mend the line"
        raise UserError(message) from None
    except UnicodeEncodeError:
        message = f"{where}: has half a character (a lone \\ud800 to \\udfff); mend the line"
        raise UserError(message) from None
    except RecursionError:
        raise UserError(f"{where}: brackets nested too deeply; mend the line") from None
    except ValueError:  # of a number with thousands of digits
        raise UserError(f"{where}: a number is too long; mend the line") from None
    if not isinstance(row, dict):
        kind = type(row).__name__
        raise UserError(f"{where}: a row must be a JSON object, not {kind}; mend the line")
    return row


@contextmanager
def open_text(path: Path | str, hint: str = GENERATED) -> Iterator[IO[str]]:
    """Open a UTF-8 text file for reading. Raises UserError if it is missing or not UTF-8.

    Args:
        path: the file.
        hint: what to do where it is missing.
    """
    try:
        with open(path, encoding="utf-8") as file:
            yield file
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {hint}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}{_odd_line(path)}: not UTF-8; convert the file") from None


def _odd_line(path: Path | str) -> str:
    """ ":LINE" of the first byte that is not UTF-8."""
    if Path(path).is_file():  # and no pipe, which is read only once
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    return f":{number}"
    return ""


def digest(*values: Any) -> str:
    """SHA-256 (hex) over values: a Path counts with its bytes, all else with its JSON."""
    sha = hashlib.sha256()
    for value in values:
        if isinstance(value, Path):
            for file in sorted(value.rglob("*")) if value.is_dir() else [value]:
                if not file.is_file() or file.suffix == ".pyc":
                    continue
                name = file.relative_to(value).as_posix() if file != value else file.name
                sha.update(f"{name}\0{file.stat().st_size}\0".encode())
                with file.open("rb") as data:
                    while block := data.read(1 << 20):
                        sha.update(block)
        else:
            sha.update(json.dumps(value, sort_keys=True).encode() + b"\0")
    return sha.hexdigest()
