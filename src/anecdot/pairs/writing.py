"""Writing prepared files on all cores, and counting what is in them."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from anecdot.common.files import atomic_write
from anecdot.common.progress import Progress
from anecdot.common.workers import ordered_map
from anecdot.pairs.duplicates import HeldOut
from anecdot.pairs.reading import Pair
from anecdot.pairs.repairs import with_repairs
from anecdot.pairs.scanning import RECORD, describe, read_pairs

WRITTEN_AT_A_TIME = 500

Part = tuple[list[str], "Tally"]
"""Some pairs as lines of JSON, and what is counted of them."""

Job = Callable[[], Part]


@dataclass
class Tally:
    """What is counted of rows: values of some fields, and lengths in characters.

    Attributes:
        fields: for each field how often each value occurs.
        lengths: arrays of [rows, 2]: of input and output.
        like_held_out: synthesized pairs left out since a held-out pair is like them.
    """

    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lengths: list[np.ndarray] = field(default_factory=list)
    like_held_out: int = 0

    @classmethod
    def of(cls, pairs: list[Pair]) -> "Tally":
        fields = {
            name: Counter(getattr(pair, name) or "unstated" for pair in pairs)
            for name in ("source", "task_type", "kind", "style")
        }
        lengths = [(len(pair.input_text), len(pair.output_dot)) for pair in pairs]
        return cls(fields, [np.array(lengths, "u4")])

    def add(self, other: "Tally") -> None:
        for name, counter in other.fields.items():
            self.fields[name].update(counter)
        self.lengths += other.lengths
        self.like_held_out += other.like_held_out

    def summary(self) -> dict[str, Any]:
        lengths = np.concatenate(self.lengths or [np.zeros((0, 2), "u4")])

        def percentiles(values: np.ndarray) -> dict[str, int]:
            found = np.percentile(values, [5, 50, 95, 100]) if len(values) else [0] * 4
            return dict(zip(("p5", "p50", "p95", "max"), map(round, found), strict=True))

        return {
            "n": len(lengths),
            **{name: dict(sorted(counter.items())) for name, counter in self.fields.items()},
            "input_characters": percentiles(lengths[:, 0]),
            "output_characters": percentiles(lengths[:, 1]),
        }


def write(path: Path, jobs: Iterable[Job], total: int) -> Tally:
    """Run the jobs on all cores and write what they give, in their order, all or nothing.

    Args:
        path: JSON Lines file.
        jobs: picklable.
        total: pairs that they give, repairs not counted.
    """
    tally = Tally()
    progress = Progress(f"prepare: writing {path.stem}", total)
    with atomic_write(path) as file:
        for lines, counts in ordered_map(_run, jobs):
            file.writelines(lines)
            tally.add(counts)
            progress.advance(min(WRITTEN_AT_A_TIME, total - progress.done), "pairs")
    return tally


def _run(job: Job) -> Part:
    return job()


def reading_jobs(
    files: list[Path], records: np.ndarray, repairs: float, seed: int
) -> Iterator[Job]:
    """Jobs that read the pairs of records, adding repairs for that share of them."""
    for at in range(0, len(records), WRITTEN_AT_A_TIME):
        yield partial(_read, files, repairs, seed, records[at : at + WRITTEN_AT_A_TIME])


def _read(files: list[Path], repairs: float, seed: int, records: np.ndarray) -> Part:
    pairs = list(with_repairs(read_pairs(files, records), repairs, seed))
    return _lines(pairs), Tally.of(pairs)


def making_jobs(
    make: Callable[[int, int], dict[str, str]], count: int, seed: int, held: HeldOut
) -> Iterator[Job]:
    """Jobs that make `count` pairs and leave out those that a held-out pair is like.

    Args:
        make: gives the fields of the pair of a seed and a number, from 1.
        count: how many numbers.
        seed: of the pairs.
        held: pairs that must not be trained on.
    """
    for at in range(1, count + 1, WRITTEN_AT_A_TIME):
        numbers = range(at, min(at + WRITTEN_AT_A_TIME, count + 1))
        yield partial(_make, make, seed, held, numbers)


def _make(
    make: Callable[[int, int], dict[str, str]], seed: int, held: HeldOut, numbers: range
) -> Part:
    pairs = []
    for number in numbers:
        made, name = make(seed, number), f"synthesized-{seed}-{number:07}"
        known = {key: made[key] for key in ("license", "task_type", "kind", "style")}
        known |= {key: made[key] for key in ("input_text", "output_dot")}
        pairs.append(Pair(id=name, source="synthesized", origin=name, context_snippet="", **known))
    records = np.array([(0, 0, 0, 0, 0, *describe(pair)) for pair in pairs], RECORD)
    bad = held.like(records) >= 0
    for name in ("text", "target"):
        bad[[i for i, _ in held.same(records, name)]] = True
    kept = [pair for pair, out in zip(pairs, bad, strict=True) if not out]
    tally = Tally.of(kept)
    tally.like_held_out = int(bad.sum())
    return _lines(kept), tally


def _lines(pairs: list[Pair]) -> list[str]:
    return [json.dumps(pair.as_row(), ensure_ascii=False) + "\n" for pair in pairs]
