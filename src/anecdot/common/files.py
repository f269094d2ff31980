"""Reading and writing files so that nothing is half-written and every error names its line."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from anecdot.common.errors import UserError

GENERATED = "run `dvc repro` or check the path"  # the remedy for what a stage writes


def check_writable(*paths: Path) -> None:
    """Raise UserError where one of these files or folders could not be written later on."""
    for path in paths:
        folder = next(p for p in (path, *path.absolute().parents) if p.exists())
        try:
            with tempfile.TemporaryFile(dir=folder.parent if folder == path else folder):
                pass
            if path.is_dir():
                with tempfile.TemporaryFile(dir=path):
                    pass
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UserError(
                f"{path}: cannot be written ({reason}); check the permissions, or work in a "
                "folder that can be written"
            ) from None


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`; what was written there takes its place in that at the end.

    Until then, and where anything fails, `folder` is left as it was.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
    partial.mkdir(parents=True)
    try:
        yield partial
        folder.mkdir(parents=True, exist_ok=True)
        for new in sorted(partial.iterdir()):
            take_place(new, folder / new.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def take_place(new: Path, place: Path) -> None:
    """Move a file or folder to `place`, whatever stands there."""
    if not new.is_dir():
        os.replace(new, place)
        return
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


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


def read_json(path: Path | str) -> dict[str, Any]:
    """The JSON object that a stage wrote. Raises UserError naming the file where it is none."""
    with open_text(path) as file:
        return _parse(file.read(), path)


def read_jsonl(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, row) of what a stage wrote, one JSON object a line.

    Raises:
        UserError: naming file and line of the first broken row.
    """
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _parse(line, path, number)


def _parse(text: str, path: Path | str, line: int = 0) -> dict[str, Any]:
    """Parse one JSON object: a line of a file, or (0) all of it. Raises UserError naming both."""
    try:
        value = json.loads(text)
        if "\\ud" in text or "\\uD" in text:  # half a character that no file can hold, perhaps
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        line = line or error.lineno
        problem = f"not valid JSON (column {error.colno}: {error.msg})"
    except UnicodeEncodeError:
        problem = "has half a character (a lone \\ud800 to \\udfff)"
    except RecursionError:
        problem = "brackets nested too deeply"
    except ValueError:  # of a number with thousands of digits
        problem = "a number is too long"
    else:
        if isinstance(value, dict):
            return value
        problem = f"must be a JSON object, not {type(value).__name__}"
    raise UserError(f"{path}{f':{line}' if line else ''}: {problem}; {GENERATED}")


@contextmanager
def open_text(path: Path | str, hint: str = GENERATED) -> Iterator[IO[str]]:
    """Open a UTF-8 text file for reading. Raises UserError if it is missing, no file or not UTF-8.

    Args:
        path: the file.
        hint: what to do then.
    """
    try:
        with open(path, encoding="utf-8") as file:
            yield file
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {hint}") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, not a file; {hint}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}{_odd_line(path)}: not UTF-8; {hint}") from None


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
