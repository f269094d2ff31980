"""Stage 1: read the pairs, check them, drop duplicates, split them; knows nothing of the model.

    python src/prepare.py            what `dvc repro` runs

Reads data/streams/*.jsonl, data/training/*/pairs.json and the test sets data/novel/*.jsonl and
data/tests/NAME/*.jsonl; writes data/prepared/{train,validation,novel}.jsonl, data/prepared/tests
and metrics/prepare.json. What was prepared is shown by src/check_data.py.
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
from anecdot.common.files import check_writable, staged, write_json, write_jsonl
from anecdot.common.params import Params, read_params, stage_files
from anecdot.pairs.duplicates import HeldOut, deduplicate
from anecdot.pairs.held_out import guard
from anecdot.pairs.reading import find_files, find_test_sets
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
    sets = find_test_sets(DATA)
    tests = scan(list(chain(*sets.values())), "prepare: reading the test sets", longest)
    near_tests, like_tests = guard(training, tests)
    say([*training.remarks(), *tests.remarks(), *like_tests[:SHOWN]])

    files, read, too_long = training.files, len(training.records), len(training.too_long)
    records, dropped = deduplicate(training.records)
    del training  # a million records are 200 MB, which processes forked below would share
    records = sample(records, params.max_pairs, params.seed)
    train, validation = split(records, params.train_val_split, params.seed)
    refuse_empty(len(records), training=train, validation=validation)
    del records
    tested = {}
    for name, paths in sets.items():
        part = tests.of(paths)
        # Always in one order: a test set that only the data and its size decide.
        tested[name] = sample(part, params.max_test_pairs, 0)
        if len(part) == 0:
            raise UserError(f"{paths[0].parent}: no pair is short enough; add some or remove it")

    statistics: dict[str, Any] = {
        "pairs": read + too_long,
        "dropped": {**dropped, "too_long": too_long, "too_long_novel": len(tests.too_long)},
        "near_test_set": near_tests,
    }
    seed, ratio, more = params.seed, params.error_correction_ratio, params.synthesized_pairs
    held = HeldOut(tests.records, validation)
    jobs = {
        "train": chain(
            reading_jobs(files, train, ratio, seed), making_jobs(make_pair, more, seed, held)
        ),
        "validation": reading_jobs(files, validation, 0, seed),
    } | {name: reading_jobs(tests.files, part, 0, seed) for name, part in tested.items()}
    further = [name for name in tested if name != "novel"]
    with staged(PREPARED) as new:
        write_jsonl(new / "tests/sets.jsonl", [{"name": name} for name in further])
        for name, part in {"train": train, "validation": validation, **tested}.items():
            total = len(part) + more * (name == "train")
            path = new / ("tests" if name in further else "") / f"{name}.jsonl"
            tally = write(path, jobs[name], total)
            statistics[name] = tally.summary() | graph_sizes(part)
            if more and name == "train":
                statistics["dropped"]["synthesized_like_held_out"] = tally.like_held_out
        write_json(METRICS, statistics)
    seconds, count = time.monotonic() - began, read + len(tests.records) + more
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
