"""(text, DOT) pairs: the schema, reading them, finding duplicates, splitting without leaks.

Made for a million pairs: texts stay on disk, memory holds 210 bytes for each pair. All choices
(which duplicate stays, who is held out, in which order pairs are written) follow from hashes of
the pairs' own content and the seed, so they do not depend on the order of files or rows.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.lib.recfunctions import repack_fields
from rensa import RMinHash

from anecdot import dot
from anecdot.common.errors import UserError
from anecdot.common.files import parse_row
from anecdot.common.progress import Progress
from anecdot.common.workers import ordered_map
from anecdot.prompting.prompt import user_text

TASK_TYPES = ("NL_TO_DOT", "CODE_TO_DOT", "ERROR_CORRECTION")
INPUT_KEYS = ("input_text", "input_code", "code")
OUTPUT_KEYS = ("output_dot", "dot")
OPTIONAL_KEYS = (
    "id", "source", "license", "task_type", "kind", "style", "origin", "context_snippet",
    "verification_status", "group",
)  # fmt: skip
SHOWN_ERRORS = 20
CHUNK_ROWS = 500

# Near-duplicates: MinHash over 3-word runs (Broder 1997), compared within bands that agree (LSH).
# Of each minimum 16 bits are kept (b-bit MinHash, Li and König 2010); a band is 8 bytes.
PERMUTATIONS, BANDS, SIMILAR = 64, 16, 0.9
COMPARED_AT_A_TIME = 1 << 16

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

Row = tuple[int, int, bytes]
"""Line (from 1), offset in bytes, and JSON text."""


def find_files(folder: Path) -> list[Path]:
    """The training sources: training/*/pairs.json, streams/*.jsonl and *.jsonl in the folder."""
    patterns = ("training/*/pairs.json", "streams/*.jsonl", "*.jsonl")
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def locate_rows(path: Path) -> Iterator[Row]:
    """Yield each row and where it stands, from JSON Lines or from one JSON array."""
    if path.suffix == ".jsonl":
        with path.open("rb") as file:
            start = 0
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, start, line
                start += len(line)
        return
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
        except json.JSONDecodeError as error:
            message = f"{path}:{error.lineno}: not valid JSON ({error.msg}); mend the line"
            raise UserError(message) from None
        row = text[at:end].encode()
        yield line, offset, row
        comma, close = _skip(text, end, ","), _skip(text, end, "")
        at = comma if comma >= 0 else close
        if comma < 0 and text[close : close + 1] != "]":
            line += text.count("\n", counted, close)
            raise UserError(f"{path}:{line}: expected , or ] after the row; mend the line")
    if _blank(text, at + 1) < len(text):
        line += text.count("\n", counted, _blank(text, at + 1))
        raise UserError(f"{path}:{line}: text behind the array's ]; all rows belong into one array")


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


def parse_pair(text: bytes, path: Path, line: int) -> dict[str, str]:
    """Read one row into the full schema, defaults filled in.

    Args:
        text: JSON.
        path, line: where it stands.

    Returns:
        A dict with id, source, license, task_type, kind, style, origin, input_text, output_dot
        and context_snippet: always all of them, since `datasets` takes the columns from the first
        rows.

    Raises:
        UserError: broken JSON, a field missing, unknown or of the wrong type.
    """
    at = f"{path}:{line}"
    row = parse_row(_decoded(text, at).removeprefix("\ufeff"), at)
    if unknown := sorted(row.keys() - {*INPUT_KEYS, *OUTPUT_KEYS, *OPTIONAL_KEYS}):
        raise UserError(f"{at}: unknown field {unknown[0]!r}; known: see data/README.md")
    for key, value in row.items():
        if not isinstance(value, str):
            raise UserError(f"{at}: field {key!r} must be text, not {value!r}; mend it")
    input_key = _one_key(row, INPUT_KEYS, at)
    target = row[_one_key(row, OUTPUT_KEYS, at)]
    source = row.get("source") or _default_source(path)
    name = row.get("id") or f"{source}-{line}"
    task_type = row.get("task_type", "NL_TO_DOT" if input_key == "input_text" else "CODE_TO_DOT")
    if task_type not in TASK_TYPES:
        raise UserError(f"{at}: task_type {task_type!r} is none of {', '.join(TASK_TYPES)}")
    return {
        "id": name,
        "source": source,
        "license": row.get("license", ""),
        "task_type": task_type,
        "kind": row.get("kind", ""),
        "style": row.get("style", ""),
        "origin": row.get("origin", ""),
        "input_text": row[input_key],
        "output_dot": target,
        "context_snippet": row.get("context_snippet", ""),
    }


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
        files: what `records["file"]` indexes.
        records: array of RECORD, one for each row, in row order.
    """

    files: list[Path]
    records: np.ndarray

    def read(self, row: int) -> dict[str, str]:
        """The pair of a row, read again from disk."""
        return next(read_pairs(self.files, self.records[row : row + 1]))


def read_pairs(files: list[Path], records: np.ndarray) -> Iterator[dict[str, str]]:
    """The pairs of some records, read again from disk."""
    with ExitStack() as stack:
        opened = {n: stack.enter_context(files[n].open("rb")) for n in set(records["file"])}
        for record in records:
            file = opened[record["file"]]
            file.seek(record["start"])
            yield parse_pair(file.read(record["length"]), files[record["file"]], record["line"])


def scan(files: list[Path], stage: str = "prepare: reading") -> Scan:
    """Read and check every row of every file, on all cores.

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
    arrays, errors, bad = [], [], 0
    progress = Progress(stage, sum(path.stat().st_size for path in files))
    for records, names, wrong, size in ordered_map(_scan_chunk, chunks()):
        records["source"] = [sources.setdefault(name, len(sources)) for name in names]
        arrays.append(records)
        bad += len(wrong)
        errors += wrong[: SHOWN_ERRORS - len(errors)]
        progress.advance(size, "bytes")
    if bad:
        rest = bad - len(errors)
        raise UserError("\n".join(errors) + (f"\n... and {rest} more bad rows" if rest else ""))
    records = np.concatenate(arrays) if arrays else np.empty(0, RECORD)
    records["row"] = np.arange(len(records))
    _check_ids(files, records)
    return Scan(files, records)


def _check_ids(files: list[Path], records: np.ndarray) -> None:
    """Raises UserError where two rows have one id: figures and report are by id."""
    order = np.argsort(records["id"], kind="stable")
    again = np.flatnonzero(np.diff(records["id"][order]) == 0)
    if len(again):
        first, second = records[order[again[0]]], records[order[again[0] + 1]]
        [pair] = read_pairs(files, records[order[again[0]]][None])
        raise UserError(
            f"{files[second['file']]}:{second['line']}: id {pair['id']!r} stands already in "
            f"{files[first['file']]}:{first['line']}; give each row an id of its own (a row "
            "without one is named by its line)"
        )


def _scan_chunk(
    chunk: tuple[int, Path, list[Row]],
) -> tuple[np.ndarray, list[str], list[str], int]:
    """Records of good rows, the sources' names, messages on bad rows, and bytes read."""
    number, path, rows = chunk
    records, names, errors = [], [], []
    for line, start, text in rows:
        try:
            pair = parse_pair(text, path, line)
            graph = dot.parse(pair["output_dot"])
        except UserError as error:
            errors.append(str(error))
            continue
        except dot.DotSyntaxError as error:
            errors.append(f"{path}:{line}: the target is not valid DOT ({error}); mend output_dot")
            continue
        words = user_text(pair).casefold().split()
        records.append((
            0, number, line, start, len(text),
            _hash(" ".join(words)), _hash(dot.canonical(graph)),
            _hash(pair["origin"]) if pair["origin"] else 0,
            _hash(pair["id"]), _hash(json.dumps(pair, sort_keys=True)), 0,
            len(graph.nodes), len(graph.edges),
            _sketch(words),
        ))  # fmt: skip
        names.append(pair["source"])
    return np.array(records, RECORD), names, errors, sum(len(text) for *_, text in rows)


def _sketch(words: list[str]) -> np.ndarray:
    # Not the library's batch function: its threads would not survive the forking of a process.
    minhash = RMinHash(PERMUTATIONS, 42)
    minhash.update([" ".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1))])
    return np.array(minhash.digest(), "u4").astype("u2")


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
    order = np.argsort(records["key"], kind="stable")
    unique = order[_first_of_each(records["text"][order])]
    kept = records[unique]
    i, j = _similar(kept)
    near = np.zeros(len(kept), bool)
    near[j[kept["target"][i] == kept["target"][j]]] = True
    dropped = {"duplicate": len(records) - len(kept), "near_duplicate": int(near.sum())}
    return kept[~near], dropped


def _first_of_each(values: np.ndarray) -> np.ndarray:
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _similar(records: np.ndarray) -> np.ndarray:
    """Pairs (i, j), i < j, whose sketches agree in a band and by SIMILAR overall.

    Of the records that agree in a band only neighbours are compared, those of one target side by
    side: the work stays linear, however many short texts are alike.

    Returns:
        Array [2, pairs] of indices; a pair may stand there several times.
    """
    found = [np.empty((2, 0), "u4")]
    for band in range(BANDS):
        columns = slice(band * PERMUTATIONS // BANDS, (band + 1) * PERMUTATIONS // BANDS)
        values = np.ascontiguousarray(records["sketch"][:, columns]).view("u8").ravel()
        order = np.lexsort((records["target"], values)).astype("u4")
        same = np.flatnonzero(values[order][1:] == values[order][:-1])
        for first in range(0, len(same), COMPARED_AT_A_TIME):
            at = same[first : first + COMPARED_AT_A_TIME]
            both = np.sort([order[at], order[at + 1]], axis=0)
            one, other = records["sketch"][both]
            found.append(both[:, (one == other).mean(axis=1) >= SIMILAR])
    return np.concatenate(found, axis=1)


def split(records: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split into (training, validation), stratified by source, without leaks.

    Pairs that share a target or an origin, or whose inputs are near-duplicates, stay on one side.

    Args:
        records: deduplicated records.
        share: of the pairs to train on.
        seed: of the choice.

    Returns:
        The records of each side in the seeded order, without their sketches.
    """
    records = records[np.argsort(records["key"], kind="stable")]
    group = _group(records)
    keys = records["key"][group]  # a group is named by its smallest key, its first member
    order = np.lexsort((records["key"], mix(keys, seed)))
    held_out = np.zeros(len(records), bool)
    for source in np.unique(records["source"]):
        of_source = records["source"][group] == source
        quota = round((1 - share) * of_source.sum())
        members = order[of_source[order]]
        starts = np.flatnonzero(np.diff(group[members], prepend=-1))
        for start, size in zip(starts, np.diff(starts, append=len(members)), strict=True):
            if quota == 0:
                break
            if size <= quota:
                held_out[members[start : start + size]] = True
                quota -= size
    # The sketches, two thirds of a record, have done their work.
    records = repack_fields(records[[name for name in RECORD.names if name != "sketch"]])
    return sample(records[~held_out], 0, seed), sample(records[held_out], 0, seed)


def _group(records: np.ndarray) -> np.ndarray:
    """For each record the index of the first record of its group.

    Groups are the connected components of "same target", "same origin" and "near-duplicate":
    roots are hooked under smaller ones that an edge joins them to until none is left to hook.
    """
    edges = [_similar(records)]
    for field in ("target", "origin"):
        order = np.argsort(records[field], kind="stable").astype("u4")
        values = records[field][order]
        same = np.flatnonzero((values[1:] == values[:-1]) & (values[1:] != 0))
        edges.append(np.stack([order[same], order[same + 1]]))
    ends = np.concatenate(edges, axis=1)
    root = np.arange(len(records))
    while True:
        low, high = np.sort(root[ends], axis=0)
        apart = low != high
        if not apart.any():
            return root
        np.minimum.at(root, high[apart], low[apart])
        while (root != root[root]).any():
            root = root[root]
