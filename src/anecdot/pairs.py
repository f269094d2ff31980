"""(text, DOT) pairs: the schema, reading them, finding duplicates, splitting without leaks.

Made for a million pairs: texts stay on disk, memory holds a few numbers for each pair. All choices
(which duplicate stays, who is held out, in which order pairs are written) follow from hashes of
the pairs' own content and the seed, so they do not depend on the order of files or rows.
"""

import json
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from rensa import RMinHash

from anecdot import dot
from anecdot.cli import Progress
from anecdot.errors import UserError
from anecdot.files import open_text

TASK_TYPES = ("NL_TO_DOT", "CODE_TO_DOT", "ERROR_CORRECTION")
INPUT_KEYS = ("input_text", "input_code", "code")
OUTPUT_KEYS = ("output_dot", "dot")
OPTIONAL_KEYS = (
    "id", "source", "license", "task_type", "kind", "style", "origin", "context_snippet",
    "verification_status",
)  # fmt: skip
SHOWN_ERRORS = 20
CHUNK_ROWS = 500

# Near-duplicates: MinHash over 3-word runs (Broder 1997), compared within bands that agree (LSH).
PERMUTATIONS, BANDS, SIMILAR = 64, 16, 0.9

RECORD = np.dtype([
    ("row", "u8"),      # number of the row over all files
    ("text", "u8"),     # hash of the input, white space and case folded
    ("target", "u8"),   # hash of the target graph
    ("origin", "u8"),   # hash of the stated origin; 0 = none
    ("key", "u8"),      # hash of the whole pair, exactly as written
    ("source", "u2"),   # index into the list of sources
    ("nodes", "u4"),    # size of the target graph
    ("edges", "u4"),
    ("sketch", "u4", PERMUTATIONS),
])  # fmt: skip


@dataclass(frozen=True)
class Location:
    """Where a row stands: file, line (from 1) and the byte range of its JSON text."""

    path: Path
    line: int
    start: int
    length: int


def find_files(folder: Path) -> list[Path]:
    """The training sources: `training/*/pairs.json` and `*.jsonl` in the data folder."""
    return sorted([*folder.glob("training/*/pairs.json"), *folder.glob("*.jsonl")])


def locate_rows(path: Path) -> Iterator[tuple[Location, bytes]]:
    """Yield each row's location and JSON text, from JSON Lines or from one JSON array."""
    if path.suffix == ".jsonl":
        with path.open("rb") as file:
            start = 0
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield Location(path, number, start, len(line)), line
                start += len(line)
        return
    with open_text(path) as file:
        text = file.read()
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
        except json.JSONDecodeError as error:
            message = f"{path}:{error.lineno}: not valid JSON ({error.msg}); mend the line"
            raise UserError(message) from None
        row = text[at:end].encode()
        yield Location(path, line, offset, len(row)), row
        comma, close = _skip(text, end, ","), _skip(text, end, "")
        at = comma if comma >= 0 else close
        if comma < 0 and text[close : close + 1] != "]":
            line += text.count("\n", counted, close)
            raise UserError(f"{path}:{line}: expected , or ] after the row; mend the line")


def _skip(text: str, at: int, token: str) -> int:
    """Index behind white space, `token` and white space from `at`; -1 where `token` is not."""
    at = _blank(text, at)
    return _blank(text, at + len(token)) if text.startswith(token, at) else -1


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def parse_pair(text: bytes, where: Location) -> dict[str, str]:
    """Read one row into the full schema, defaults filled in.

    Returns:
        A dict with id, source, license, task_type, kind, style, origin, input_text, output_dot
        and, where given, context_snippet.

    Raises:
        UserError: broken JSON, a field missing, unknown or of the wrong type.
    """
    at = f"{where.path}:{where.line}"
    try:
        row = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{at}: not valid JSON ({error}); mend the line") from None
    if not isinstance(row, dict):
        raise UserError(f"{at}: a row must be a JSON object, not {type(row).__name__}")
    if unknown := sorted(row.keys() - {*INPUT_KEYS, *OUTPUT_KEYS, *OPTIONAL_KEYS}):
        raise UserError(f"{at}: unknown field {unknown[0]!r}; known: see data/README.md")
    for key, value in row.items():
        if not isinstance(value, str):
            raise UserError(f"{at}: field {key!r} must be text, not {value!r}; mend it")
    input_key = _one_key(row, INPUT_KEYS, at)
    target = row[_one_key(row, OUTPUT_KEYS, at)]
    source = row.get("source") or _default_source(where.path)
    name = row.get("id") or f"{source}-{where.line}"
    task_type = row.get("task_type", "NL_TO_DOT" if input_key == "input_text" else "CODE_TO_DOT")
    if task_type not in TASK_TYPES:
        raise UserError(f"{at}: task_type {task_type!r} is none of {', '.join(TASK_TYPES)}")
    pair = {
        "id": name,
        "source": source,
        "license": row.get("license", ""),
        "task_type": task_type,
        "kind": row.get("kind", ""),
        "style": row.get("style", ""),
        "origin": row.get("origin", ""),
        "input_text": row[input_key],
        "output_dot": target,
    }
    if row.get("context_snippet"):
        pair["context_snippet"] = row["context_snippet"]
    return pair


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


@dataclass
class Scan:
    """What is remembered of the pairs read: numbers for each, no texts.

    Attributes:
        locations: where each row stands, by row number.
        records: array of RECORD, one for each row, in row order.
        sources: names that `records["source"]` indexes.
    """

    locations: list[Location]
    records: np.ndarray
    sources: list[str]

    def read(self, row: int) -> dict[str, str]:
        """The pair of a row, read again from disk."""
        where = self.locations[row]
        with where.path.open("rb") as file:
            file.seek(where.start)
            return parse_pair(file.read(where.length), where)


def scan(files: list[Path], stage: str = "prepare: reading") -> Scan:
    """Read and check every row of every file, on all cores.

    Raises:
        UserError: listing the first bad rows and counting the rest; nothing was written by then.
    """
    locations: list[Location] = []

    def chunks() -> Iterator[list[tuple[int, Location, bytes]]]:
        chunk = []
        for path in files:
            for where, text in locate_rows(path):
                chunk.append((len(locations), where, text))
                locations.append(where)
                if len(chunk) == CHUNK_ROWS:
                    yield chunk
                    chunk = []
        yield chunk

    sources: dict[str, int] = {}
    arrays, errors = [], []
    progress = Progress(stage, sum(path.stat().st_size for path in files))
    for records, names, bad, size in _map(_scan_chunk, chunks()):
        records["source"] = [sources.setdefault(name, len(sources)) for name in names]
        arrays.append(records)
        errors.extend(bad)
        progress.advance(size, "bytes")
    if errors:
        shown = "\n".join(errors[:SHOWN_ERRORS])
        rest = len(errors) - SHOWN_ERRORS
        raise UserError(shown + (f"\n... and {rest} more bad rows" if rest > 0 else ""))
    records = np.concatenate(arrays) if arrays else np.empty(0, RECORD)
    return Scan(locations, records, list(sources))


def _map(function: Any, chunks: Iterator[Any]) -> Iterator[Any]:
    """Ordered map over processes with bounded look-ahead; in this process where work is small."""
    first = next(chunks, None)
    if first is None:
        return
    second = next(chunks, None)
    if second is None:
        yield function(first)
        return
    workers = os.cpu_count() or 1
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        waiting = [pool.apply_async(function, (c,)) for c in (first, second)]
        for chunk in chunks:
            waiting.append(pool.apply_async(function, (chunk,)))
            if len(waiting) > 4 * workers:
                yield waiting.pop(0).get()
        for result in waiting:
            yield result.get()


def _scan_chunk(
    chunk: list[tuple[int, Location, bytes]],
) -> tuple[np.ndarray, list[str], list[str], int]:
    records, names, errors, shingles, size = [], [], [], [], 0
    for number, where, text in chunk:
        size += len(text)
        try:
            pair = parse_pair(text, where)
            graph = dot.parse(pair["output_dot"])
        except UserError as error:
            errors.append(str(error))
            continue
        except dot.DotSyntaxError as error:
            at = f"{where.path}:{where.line}"
            errors.append(f"{at}: the target is not valid DOT ({error}); mend output_dot")
            continue
        words = pair["input_text"].casefold().split()
        records.append((
            number, _hash(" ".join(words)), _hash(dot.canonical(pair["output_dot"])),
            _hash(pair["origin"]) if pair["origin"] else 0,
            _hash(json.dumps(pair, sort_keys=True)), 0, len(graph.nodes), len(graph.edges),
            np.zeros(PERMUTATIONS, "u4"),
        ))  # fmt: skip
        names.append(pair["source"])
        shingles.append([" ".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1))])
    array = np.array(records, RECORD)
    if shingles:
        array["sketch"] = RMinHash.digests_from_token_sets(shingles, PERMUTATIONS, 42)
    return array, names, errors, size


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def mix(keys: np.ndarray, seed: int) -> np.ndarray:
    """Pseudo-random u8 for each key: the seeded order of pairs (finaliser of SplitMix64)."""
    z = keys + np.uint64((seed + 1) * 0x9E3779B97F4A7C15 & (2**64 - 1))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def sample(records: np.ndarray, count: int, seed: int) -> np.ndarray:
    """The first `count` records (0 = all) in the seeded order."""
    return records[np.argsort(mix(records["key"], seed), kind="stable")[: count or None]]


def graph_sizes(records: np.ndarray) -> dict[str, dict[str, int]]:
    """How many targets have how many nodes and edges, in the ranges named."""
    ranges = {"0-3": (0, 4), "4-6": (4, 7), "7-10": (7, 11), "11-20": (11, 21), "21+": (21, 2**32)}
    return {
        field: {
            name: int(((low <= records[field]) & (records[field] < high)).sum())
            for name, (low, high) in ranges.items()
        }
        for field in ("nodes", "edges")
    }


def deduplicate(records: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Drop pairs whose input is another's, and reworded twins with the same target.

    Returns:
        The records kept, sorted by key, and counts of what was dropped by reason.
    """
    records = records[np.argsort(records["key"], kind="stable")]
    exact = _first_of_each(records["text"])
    kept = records[exact]
    near = np.ones(len(kept), bool)
    for i, j in _similar(kept):
        if kept["target"][i] == kept["target"][j]:
            near[j] = False
    dropped = {"duplicate": int((~exact).sum()), "near_duplicate": int((~near).sum())}
    return kept[near], dropped


def _first_of_each(values: np.ndarray) -> np.ndarray:
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _similar(records: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs (i, j), i < j, whose sketches agree in a band and by SIMILAR overall."""
    sketches = records["sketch"]
    for band in np.split(sketches, BANDS, axis=1):
        band = np.ascontiguousarray(band).view(f"V{band.shape[1] * 4}").ravel()
        order = np.argsort(band, kind="stable")
        same = np.flatnonzero(band[order][1:] == band[order][:-1])
        for at in same:
            i, j = sorted((order[at], order[at + 1]))
            if (sketches[i] == sketches[j]).mean() >= SIMILAR:
                yield int(i), int(j)


def split(records: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split into (training, validation), stratified by source, without leaks.

    Pairs that share a target or an origin, or whose inputs are near-duplicates, stay on one side.

    Args:
        records: deduplicated records.
        share: of the pairs to train on.
        seed: of the choice.

    Returns:
        The records of each side in the seeded order.
    """
    records = np.sort(records, order="key")
    group = _group(records)
    keys = records["key"][group]  # a group is named by its smallest key, its first member
    order = np.lexsort((records["key"], mix(keys, seed)))
    held_out = np.zeros(len(records), bool)
    for source in np.unique(records["source"]):
        of_source = records["source"][group] == source
        quota = round((1 - share) * of_source.sum())
        members = order[of_source[order]]
        starts = np.flatnonzero(np.diff(group[members], prepend=-1))
        for rows in np.split(members, starts[1:]):
            if 0 < len(rows) <= quota:
                held_out[rows] = True
                quota -= len(rows)
    return sample(records[~held_out], 0, seed), sample(records[held_out], 0, seed)


def _group(records: np.ndarray) -> np.ndarray:
    """For each record the index of the first record of its group (union-find)."""
    parent = list(range(len(records)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    def union(i: int, j: int) -> None:
        i, j = sorted((root(i), root(j)))
        parent[j] = i

    for field in ("target", "origin"):
        order = np.argsort(records[field], kind="stable")
        values = records[field][order]
        for at in np.flatnonzero((values[1:] == values[:-1]) & (values[1:] != 0)):
            union(int(order[at]), int(order[at + 1]))
    for i, j in _similar(records):
        union(i, j)
    return np.array([root(i) for i in range(len(records))], dtype=np.int64)
