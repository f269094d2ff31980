"""All pairs at once: what is remembered of each is a record of numbers, no text.

Made for a million pairs: texts stay on disk, memory holds 210 bytes for each pair. All choices
(which duplicate stays, who is held out, in which order pairs are written) follow from hashes of
the pairs' own content and the seed, so they do not depend on the order of files or rows.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np

from anecdot import dot
from anecdot.common.errors import UserError
from anecdot.common.progress import Progress
from anecdot.common.workers import ordered_map
from anecdot.pairs.duplicates import PERMUTATIONS, sketch
from anecdot.pairs.reading import Pair, Row, locate_rows, parse_pair

SHOWN = 20  # bad or long rows that are named; the rest is counted
CHUNK_ROWS = 500

RECORD = np.dtype([
    ("row", "u4"),      # number of the row over all files
    ("file", "u4"),     # index into the list of files
    ("line", "u4"),     # line in the file, from 1
    ("start", "u8"),    # where the row's JSON text stands in the file, in bytes
    ("length", "u4"),
    ("text", "u8"),     # hash of the input, white space and case folded
    ("target", "u8"),   # hash of the target graph
    ("origin", "u8"),   # hash of the stated origin; 0 = none
    ("id", "u8"),       # hash of the pair's name
    ("key", "u8"),      # hash of the whole pair, exactly as written
    ("source", "u4"),   # index into the list of sources
    ("nodes", "u4"),    # size of the target graph
    ("edges", "u4"),
    ("sketch", "u2", PERMUTATIONS),
])  # fmt: skip


@dataclass
class Scan:
    """The pairs of some files.

    Attributes:
        files: what `records["file"]` indexes.
        records: array of RECORD, one for each row, in row order.
        too_long: rows left out, as "file:line: so many characters".
        unknown: how often a key that means nothing stands in a file.
    """

    files: list[Path]
    records: np.ndarray
    too_long: list[str] = field(default_factory=list)
    unknown: Counter[tuple[Path, str]] = field(default_factory=Counter)

    def read(self, row: int) -> Pair:
        """The pair of a row, read again from disk."""
        return next(read_pairs(self.files, self.records[self.records["row"] == row]))

    def of(self, files: list[Path]) -> np.ndarray:
        """The records of some of the files."""
        return self.records[[self.files[at] in files for at in self.records["file"]]]

    def place(self, record: np.ndarray) -> str:
        """File and line of a record."""
        return f"{self.files[record['file']]}:{record['line']}"

    def remarks(self) -> list[str]:
        """Lines on what was left out or not understood."""
        lines = [f"{at}; left out" for at in self.too_long[:SHOWN]]
        if (rest := len(self.too_long) - SHOWN) > 0:
            lines.append(f"... and {rest} more rows that are too long")
        lines += [
            f"{path}: key {key!a} in {n} rows means nothing here; see data/README.md"
            for (path, key), n in sorted(self.unknown.items())
        ]
        return lines


def read_pairs(files: list[Path], records: np.ndarray) -> Iterator[Pair]:
    """The pairs of some records, read again from disk."""
    with ExitStack() as stack:
        opened = {n: stack.enter_context(files[n].open("rb")) for n in set(records["file"])}
        for record in records:
            file = opened[record["file"]]
            file.seek(record["start"])
            text, path = file.read(record["length"]), files[record["file"]]
            yield parse_pair(text, path, int(record["line"]), int(record["start"]))


def scan(files: list[Path], stage: str = "prepare: reading", longest: int = 0) -> Scan:
    """Read and check every row of every file, on all cores.

    Args:
        files: of pairs.
        stage: what the line of progress says.
        longest: characters that input and target may have together; 0 = any number.

    Raises:
        UserError: listing the first bad rows and counting the rest; nothing was written by then.
    """

    def chunks() -> Iterator[tuple[int, Path, list[Row]]]:
        for number, path in enumerate(files):
            rows = locate_rows(path)
            while chunk := list(islice(rows, CHUNK_ROWS)):
                yield number, path, chunk

    for path in files:
        if next(locate_rows(path), None) is None:
            raise UserError(f"{path}: no pairs in it; fill it or remove it")
    sources: dict[str, int] = {}
    found = Scan(files, np.empty(0, RECORD))
    arrays, errors, bad = [found.records], [], 0
    progress = Progress(stage, sum(path.stat().st_size for path in files))
    for chunk in ordered_map(partial(_scan_chunk, longest), chunks()):
        chunk.records["source"] = [sources.setdefault(name, len(sources)) for name in chunk.sources]
        arrays.append(chunk.records)
        found.too_long += chunk.too_long
        found.unknown.update(chunk.unknown)
        bad += len(chunk.errors)
        errors += chunk.errors[: SHOWN - len(errors)]
        progress.advance(chunk.size, "bytes")
    if bad:
        rest = bad - len(errors)
        raise UserError("\n".join(errors) + (f"\n... and {rest} more bad rows" if rest else ""))
    found.records = np.concatenate(arrays)
    found.records["row"] = np.arange(len(found.records))
    _check_ids(found)
    return found


def _check_ids(found: Scan) -> None:
    """Raises UserError where two rows have one id: figures and report are by id."""
    records = found.records
    order = np.argsort(records["id"], kind="stable")
    again = np.flatnonzero(np.diff(records["id"][order]) == 0)
    if len(again):
        first, second = records[order[again[0]]], records[order[again[0] + 1]]
        [pair] = read_pairs(found.files, records[order[again[0]]][None])
        raise UserError(
            f"{found.place(second)}: id {pair.id!r} stands already in {found.place(first)}; give "
            "each row an id of its own (a row without one is named by its place)"
        )


@dataclass
class Chunk:
    """What a process found in some rows of one file.

    Attributes:
        records, sources: of the good rows, and their sources' names.
        errors: messages on bad rows.
        too_long, unknown: as in Scan.
        size: bytes read.
    """

    records: np.ndarray
    sources: list[str]
    errors: list[str]
    too_long: list[str]
    unknown: Counter[tuple[Path, str]]
    size: int


def _scan_chunk(longest: int, chunk: tuple[int, Path, list[Row]]) -> Chunk:
    number, path, rows = chunk
    records, found = [], Chunk(np.empty(0, RECORD), [], [], [], Counter(), 0)
    for line, start, text in rows:
        found.size += len(text)
        try:
            pair = parse_pair(text, path, line, start)
            found.unknown.update((path, key) for key in pair.unknown)
            length = len(pair.user_text) + len(pair.output_dot)
            if longest and length > longest:
                found.too_long.append(
                    f"{path}:{line}: {length} characters, more than max_pair_characters {longest}"
                )
                continue
            records.append((0, number, line, start, len(text), *describe(pair)))
        except UserError as error:
            found.errors.append(str(error))
            continue
        except dot.DotSyntaxError as error:
            found.errors.append(
                f"{path}:{line}: the target is not valid DOT ({error}); mend output_dot"
            )
            continue
        found.sources.append(pair.source)
    found.records = np.array(records, RECORD)
    return found


def describe(pair: Pair) -> tuple[int | np.ndarray, ...]:
    """The fields of RECORD that follow from a pair itself, from `text` on.

    Raises:
        DotSyntaxError: the target is not DOT.
    """
    graph = dot.parse(pair.output_dot)
    words = pair.user_text.casefold().split()
    return (
        _hash(" ".join(words)), _hash(dot.canonical(graph)),
        _hash(pair.origin) if pair.origin else 0,
        _hash(pair.id), _hash(json.dumps(pair.as_row(), sort_keys=True)), 0,
        len(graph.nodes), len(graph.edges),
        sketch(words),
    )  # fmt: skip


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
