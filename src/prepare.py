"""Stage 1: read the pairs, check them, drop duplicates, split them; knows nothing of the model.

    python src/prepare.py            what `dvc repro` runs

Reads data/streams/*.jsonl, data/training/*/pairs.json and the test set data/novel/*.jsonl; writes
data/prepared/{train,validation,novel}.jsonl and metrics/prepare.json. What was prepared is shown by
src/check_data.py.
"""

import argparse
import sys
import time
from collections.abc import Sized
from itertools import chain
from pathlib import Path
from typing import Any

from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import check_writable, staged, write_json
from anecdot.common.params import Params, read_params, stage_files
from anecdot.pairs.duplicates import HeldOut, deduplicate
from anecdot.pairs.held_out import guard
from anecdot.pairs.reading import find_files
from anecdot.pairs.scanning import SHOWN, scan
from anecdot.pairs.splitting import graph_sizes, sample, split
from anecdot.pairs.writing import making_jobs, reading_jobs, write
from anecdot.prompting.prepared import PREPARED

DATA = Path("data")
METRICS = Path("metrics/prepare.json")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    prepare(read_params("prepare"))


def prepare(params: Params) -> None:
    """Write the three prepared files and the statistics."""
    began, longest = time.monotonic(), params.max_pair_characters
    check_writable(PREPARED, METRICS)
    training = scan(training_files(), "prepare: reading pairs", longest)
    novel = scan(sorted((DATA / "novel").glob("*.jsonl")), "prepare: reading the test set", longest)
    if len(novel.records) == 0:
        raise UserError(f"{DATA / 'novel'}: no pairs in *.jsonl; put those to test with there")
    near_novel, like_novel = guard(training, novel)
    say([*training.remarks(), *novel.remarks(), *like_novel[:SHOWN]])

    files, read, too_long = training.files, len(training.records), len(training.too_long)
    records, dropped = deduplicate(training.records)
    del training  # a million records are 200 MB, which processes forked below would share
    records = sample(records, params.max_pairs, params.seed)
    train, validation = split(records, params.train_val_split, params.seed)
    refuse_empty(len(records), training=train, validation=validation)
    del records
    # Always in one order: a test set that only the data and its size decide.
    tested = sample(novel.records, params.max_test_pairs, 0)

    statistics: dict[str, Any] = {
        "pairs": read + too_long,
        "dropped": {**dropped, "too_long": too_long, "too_long_novel": len(novel.too_long)},
        "near_test_set": near_novel,
    }
    seed, ratio, more = params.seed, params.error_correction_ratio, params.synthesized_pairs
    held = HeldOut(novel.records, validation)
    jobs = {
        "train": chain(
            reading_jobs(files, train, ratio, seed), making_jobs(make_pair, more, seed, held)
        ),
        "validation": reading_jobs(files, validation, 0, seed),
        "novel": reading_jobs(novel.files, tested, 0, seed),
    }
    with staged(PREPARED) as new:
        for name, part in (("train", train), ("validation", validation), ("novel", tested)):
            total = len(part) + more * (name == "train")
            tally = write(new / f"{name}.jsonl", jobs[name], total)
            statistics[name] = tally.summary() | graph_sizes(part)
            if more and name == "train":
                statistics["dropped"]["synthesized_like_held_out"] = tally.like_held_out
        write_json(METRICS, statistics)
    seconds, count = time.monotonic() - began, read + len(novel.records) + more
    print(f"prepare: {count} pairs in {seconds:.1f} s, {count / seconds:.0f} pairs/s")


def say(remarks: list[str]) -> None:
    """Print remarks on the data beside the progress."""
    for remark in remarks:
        print(f"prepare: {remark}", file=sys.stderr)


def refuse_empty(kept: int, **sides: Sized) -> None:
    """Raise UserError where the split left a side without pairs."""
    for name, part in sides.items():
        if len(part) == 0:
            raise UserError(
                f"{DATA}: {kept} pairs leave the {name} split empty; "
                "add pairs or change train_val_split in params.yaml"
            )


def training_files() -> list[Path]:
    """The files of pairs, each of which dvc.yaml must declare so that DVC sees it change."""
    files = find_files(DATA)
    if not files:
        raise UserError(
            f"{DATA}: no streams/*.jsonl and no training/*/pairs.json; add pairs (data/README.md)"
        )
    declared = stage_files("prepare")
    for path in files:
        if not any(path == dep or dep in path.parents for dep in declared):
            raise UserError(
                f"{path}: dvc.yaml does not know this file; move it to {DATA / 'streams'}/"
            )
    return files


def make_pair(seed: int, number: int) -> dict[str, str]:
    """Pair `number` of the generator, which is loaded only where pairs of it are wanted."""
    from synthesis.pairs import make_pair

    return make_pair(seed, number)


if __name__ == "__main__":
    command.run(main)
