"""Stage 1: read the pairs, check them, drop duplicates, split them; knows nothing of the model.

    python src/prepare.py            what `dvc repro` runs
    python src/prepare.py --check    statistics, and one pair as the model will see it

Reads data/streams/*.jsonl, data/training/*/pairs.json and the test set data/novel/*.jsonl; writes
data/prepared/{train,validation,novel}.jsonl and metrics/prepare.json.
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from anecdot import dot
from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import atomic_write, read_jsonl, write_json
from anecdot.common.params import Params, read_params, stage_files
from anecdot.common.progress import Progress
from anecdot.common.workers import ordered_map
from anecdot.pairs import reading as pairs

DATA = Path("data")
PREPARED = DATA / "prepared"
METRICS = Path("metrics/prepare.json")
WRITTEN_AT_A_TIME = 500

REPAIR_REQUESTS = (
    "Fix this graph:",
    "This DOT does not parse. Repair it:",
    "Graphviz refuses the following text; correct it.",
    "Mend the syntax error in this DOT:",
    "What should this graph have been?",
    "Correct the mistake and give the whole graph again:",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="show what was prepared; write nothing"
    )
    if parser.parse_args().check:
        check()
    else:
        prepare(read_params("prepare"))


def prepare(params: Params) -> None:
    """Write the three prepared files and the statistics."""
    began = time.monotonic()
    training = pairs.scan(training_files(), "prepare: reading pairs")
    novel = pairs.scan(sorted((DATA / "novel").glob("*.jsonl")), "prepare: reading the test set")
    if len(novel.records) == 0:
        raise UserError(f"{DATA / 'novel'}: no *.jsonl; put the pairs to test with there")

    files, read = training.files, len(training.records)
    records, dropped = pairs.deduplicate(training.records)
    del training  # a million records are 200 MB, which processes forked below would share
    records = pairs.sample(records, params.max_pairs, params.seed)
    train, validation = pairs.split(records, params.train_val_split, params.seed)
    kept = len(records)
    del records
    # Always in one order: a test set that only the data and its size decide.
    tested = pairs.sample(novel.records, params.max_test_pairs, 0)
    for name, part in (("training", train), ("validation", validation)):
        if len(part) == 0:
            raise UserError(
                f"{DATA}: {kept} pairs leave the {name} split empty; "
                "add pairs or change train_val_split in params.yaml"
            )

    statistics: dict[str, Any] = {"pairs": read, "dropped": dropped}
    for name, paths, chosen in (
        ("train", files, train),
        ("validation", files, validation),
        ("novel", novel.files, tested),
    ):
        ratio = params.error_correction_ratio if name == "train" else 0.0
        statistics[name] = write(PREPARED / f"{name}.jsonl", paths, chosen, ratio, params.seed)
        statistics[name] |= pairs.graph_sizes(chosen)
    write_json(METRICS, statistics)
    seconds, count = time.monotonic() - began, read + len(novel.records)
    print(f"prepare: {count} pairs in {seconds:.1f} s, {count / seconds:.0f} pairs/s")


def training_files() -> list[Path]:
    """The files of pairs, each of which dvc.yaml must declare so that DVC sees it change."""
    files = pairs.find_files(DATA)
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


def write(
    path: Path, files: list[Path], records: np.ndarray, ratio: float, seed: int
) -> dict[str, Any]:
    """Write the pairs of some records, with repairs, on all cores; return their statistics."""
    tally = Tally()
    progress = Progress(f"prepare: writing {path.stem}", len(records))
    parts = (
        records[at : at + WRITTEN_AT_A_TIME] for at in range(0, len(records), WRITTEN_AT_A_TIME)
    )
    work = partial(read_part, files, ratio, seed)
    with atomic_write(path) as file:
        for lines, counts in ordered_map(work, parts):
            file.writelines(lines)
            tally.add(counts)
            progress.advance(min(WRITTEN_AT_A_TIME, len(records) - progress.done), "pairs")
    return tally.summary()


def read_part(
    files: list[Path], ratio: float, seed: int, records: np.ndarray
) -> tuple[list[str], "Tally"]:
    """The pairs of some records, with repairs, as lines of JSON, and their counts."""
    rows = list(with_repairs(pairs.read_pairs(files, records), ratio, seed))
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in rows], Tally.of(rows)


def with_repairs(
    rows: Iterable[dict[str, str]], ratio: float, seed: int
) -> Iterator[dict[str, str]]:
    """Pass pairs through and add, for a share of them, its target broken beside its repair."""
    for row in rows:
        yield row
        rng = random.Random(f"{seed} {row['id']} {row['output_dot']}")
        if rng.random() < ratio and (broken := dot.break_(rng, row["output_dot"])):
            text, what = broken
            yield row | {
                "id": f"error-correction/{row['id']}",
                "source": "error_correction",
                "task_type": "ERROR_CORRECTION",
                "style": what,
                "input_text": f"{rng.choice(REPAIR_REQUESTS)}\n\n{text}",
            }


@dataclass
class Tally:
    """What is counted of rows: values of some fields, and lengths in characters.

    Attributes:
        fields: for each field how often each value occurs.
        lengths: arrays of [rows, 2]: of input and output.
    """

    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lengths: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def of(cls, rows: list[dict[str, str]]) -> "Tally":
        fields = {
            name: Counter(row[name] or "unstated" for row in rows)
            for name in ("source", "task_type", "kind", "style")
        }
        lengths = [(len(row["input_text"]), len(row["output_dot"])) for row in rows]
        return cls(fields, [np.array(lengths, "u4")])

    def add(self, other: "Tally") -> None:
        for name, counter in other.fields.items():
            self.fields[name].update(counter)
        self.lengths += other.lengths

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


def check() -> None:
    """Print what was prepared by split and source, and one pair as the model sees it."""
    from anecdot.model.base import load_tokenizer
    from anecdot.prompting.prompt import encode_pair

    params = read_params()
    files = {name: PREPARED / f"{name}.jsonl" for name in ("train", "validation", "novel")}
    counts = {name: Counter(row["source"] for _, row in read_jsonl(f)) for name, f in files.items()}
    sources = sorted(set().union(*counts.values()))
    print(f"{'source':24}" + "".join(f"{name:>12}" for name in counts))
    for source in sources:
        print(f"{source:24}" + "".join(f"{c[source]:12}" for c in counts.values()))
    print(f"{'all':24}" + "".join(f"{c.total():12}" for c in counts.values()))

    tokenizer = load_tokenizer(params.model_name, params.model_revision)
    _, row = next(read_jsonl(files["train"]))
    encoded = encode_pair(tokenizer, row)
    trained = encoded["prompt_length"]
    ids = encoded["input_ids"]
    print(f"\n{row['id']} as {params.model_name} sees it: {len(ids)} tokens, of which the last "
          f"{len(ids) - trained} (marked >>> <<<) are trained\n")  # fmt: skip
    print(tokenizer.decode(ids[:trained]) + ">>>" + tokenizer.decode(ids[trained:]) + "<<<")


if __name__ == "__main__":
    command.run(main)
