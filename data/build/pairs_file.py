"""What the builders of pairs share: the checks, the file, `--check`.

A builder computes its rows and calls `main(path, rows)`: it writes the file, or, with `--check`,
compares it byte for byte with what is there.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygraphviz

from anecdot.common.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1000  # characters of a target: about 400 tokens
SEED = 20261122

Row = dict[str, str]


def choose(options: tuple[str, ...], key: str) -> str:
    """One of `options`: always the same for a key, whatever else is built."""
    return random.Random(f"{SEED} {key}").choice(options)


def check_rows(rows: list[Row]) -> None:
    """Raise UserError for a target that is too long, does not parse or does not render."""
    if len({row["id"] for row in rows}) < len(rows):
        raise UserError("two rows have the same id; rename one of their sources")
    for row in rows:
        if len(row["output_dot"]) > LONGEST:
            raise UserError(
                f"{row['origin']}: the graph has {len(row['output_dot'])} characters, more than "
                f"{LONGEST}; make the source smaller"
            )
        try:
            with pygraphviz.AGraph(string=row["output_dot"]) as graph:
                graph.draw(format="svg", prog="dot")
        except (ValueError, OSError, pygraphviz.DotError) as error:
            raise UserError(f"{row['origin']}: Graphviz refuses the graph: {error}") from None


def json_lines(rows: list[Row]) -> str:
    """The rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def json_array(rows: list[Row]) -> str:
    """The rows as one readable JSON array."""
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def main(path: Path, build: Callable[[], list[Row]], write: Callable[[list[Row]], str]) -> Any:
    """Build the rows and write them to `path`, or compare with it: the command line of a builder.

    Returns:
        The exit status: 1 if `--check` found a difference or a source is wrong.
    """
    parser = argparse.ArgumentParser(description=f"Builds {path.relative_to(ROOT)}.")
    parser.add_argument("--check", action="store_true", help="compare with the file, write nothing")
    only_check = parser.parse_args().check
    try:
        rows = build()
        check_rows(rows)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    text = write(rows)
    if not only_check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(rows)} rows")
        return 0
    return _compare(path, text)


def _compare(path: Path, text: str) -> int:
    name = path.relative_to(ROOT)
    there = path.read_bytes() if path.exists() else b""
    if there == text.encode():
        print(f"{name}: as its sources make it")
        return 0
    old, new = there.split(b"\n"), text.encode().split(b"\n")
    number = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    number = min(len(old), len(new)) - 1 if number is None else number
    print(f"error: {name}:{number + 1}: differs from what its sources make", file=sys.stderr)
    for sign, lines in (("-", old), ("+", new)):
        print(f"{sign} {lines[number].decode(errors='replace')}", file=sys.stderr)
    return 1
