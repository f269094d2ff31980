"""Stage 1: read the pairs, check them, drop duplicates, split them; knows nothing of the model.

    python src/prepare.py            what `dvc repro` runs
    python src/prepare.py --check    statistics, and one pair as the model will see it

Reads data/training/*/pairs.json, data/*.jsonl and the test set data/novel/*.jsonl; writes
data/prepared/{train,validation,novel}.jsonl and metrics/prepare.json.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from anecdot import cli, dot, pairs
from anecdot.errors import UserError
from anecdot.files import read_jsonl, write_json, write_jsonl
from anecdot.params import Params, declared_deps, read_params

DATA = Path("data")
PREPARED = DATA / "prepared"
METRICS = Path("metrics/prepare.json")

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
    training = pairs.scan(training_files(), "prepare: reading pairs")
    novel = pairs.scan(sorted((DATA / "novel").glob("*.jsonl")), "prepare: reading the test set")

    kept, dropped = pairs.deduplicate(training.records)
    kept = pairs.sample(kept, params.max_pairs, params.seed)
    train, validation = pairs.split(kept, params.train_val_split, params.seed)
    # Always in one order: a test set that only the data and its size decide.
    tested = pairs.sample(novel.records, params.max_test_pairs, 0)
    for name, records in (("training", train), ("validation", validation)):
        if len(records) == 0:
            raise UserError(
                f"{DATA}: {len(kept)} pairs leave the {name} split empty; "
                "add pairs or change train_val_split in params.yaml"
            )

    statistics: dict[str, Any] = {"pairs": len(training.records), "dropped": dropped}
    for name, source, records in (
        ("train", training, train),
        ("validation", training, validation),
        ("novel", novel, tested),
    ):
        rows = (source.read(row) for row in records["row"])
        if name == "train":
            rows = with_repairs(rows, params.error_correction_ratio, params.seed)
        tally = Tally()
        progress = cli.Progress(f"prepare: writing {name}", len(records))
        write_jsonl(PREPARED / f"{name}.jsonl", tally.count(rows, progress))
        statistics[name] = tally.summary() | pairs.graph_sizes(records)
    write_json(METRICS, statistics)


def training_files() -> list[Path]:
    """The files of pairs, each of which dvc.yaml must declare so that DVC sees it change."""
    files = pairs.find_files(DATA)
    if not files:
        raise UserError(
            f"{DATA}: no training/*/pairs.json and no *.jsonl; add pairs (data/README.md)"
        )
    declared = [Path(path) for path in declared_deps("prepare")]
    for path in files:
        if not any(path == dep or dep in path.parents for dep in declared):
            raise UserError(
                f"{path}: dvc.yaml does not know this file; add it under stages.prepare.deps"
            )
    return files


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


class Tally:
    """Counts rows while they pass."""

    def __init__(self) -> None:
        self.fields = {name: Counter() for name in ("source", "task_type", "kind", "style")}
        self.input_length: list[int] = []
        self.output_length: list[int] = []

    def count(
        self, rows: Iterable[dict[str, str]], progress: cli.Progress
    ) -> Iterator[dict[str, str]]:
        for row in rows:
            for name, counter in self.fields.items():
                counter[row[name] or "unstated"] += 1
            self.input_length.append(len(row["input_text"]))
            self.output_length.append(len(row["output_dot"]))
            # Added repairs are no part of the work announced.
            progress.advance(row["source"] != "error_correction")
            yield row

    def summary(self) -> dict[str, Any]:
        def percentiles(lengths: list[int]) -> dict[str, int]:
            values = np.percentile(lengths, [5, 50, 95, 100]) if lengths else [0] * 4
            return dict(zip(("p5", "p50", "p95", "max"), map(round, values), strict=True))

        return {
            "n": len(self.input_length),
            **{name: dict(sorted(counter.items())) for name, counter in self.fields.items()},
            "input_characters": percentiles(self.input_length),
            "output_characters": percentiles(self.output_length),
        }


def check() -> None:
    """Print what was prepared by split and source, and one pair as the model sees it."""
    from anecdot.model import load_tokenizer
    from anecdot.prompt import encode_pair

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
    cli.main(main)
