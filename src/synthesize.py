"""Write synthetic (text, DOT) pairs, as many as wanted; a seed gives the same bytes on any machine.

    python src/synthesize.py --count 1000000 --seed 1 --out data/synthesized-stream.jsonl

Each pair is a random scenario in one form of prose, notation or code, with its graph in the house
style, which Graphviz parses. To train on them, add the file to the deps of stage prepare in
dvc.yaml.
"""

import argparse
import json
from pathlib import Path

from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import atomic_write
from anecdot.common.progress import Progress
from synthesis.pairs import make_pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, required=True, help="number of pairs")
    parser.add_argument("--seed", type=int, required=True, help="another seed, other pairs")
    parser.add_argument("--out", type=Path, required=True, help="JSON Lines file to write")
    parser.add_argument("--processes", type=int, help="all cores, if not given")
    args = parser.parse_args()
    for name in ("count", "processes"):
        if (value := getattr(args, name)) is not None and value < 1:
            raise UserError(f"--{name} must be 1 or more, not {value}")
    if args.out.is_dir():
        raise UserError(f"{args.out}: is a folder; name a file in it")
    synthesize(args.count, args.seed, args.out, args.processes)


def synthesize(count: int, seed: int, out: Path, processes: int | None = None) -> None:
    """Write `count` pairs to `out`, which takes its name only once it is whole."""
    progress = Progress("synthesize", count)
    with atomic_write(out) as file:
        for pair in make_pairs(seed, count, processes):
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")
            progress.advance(1, "pairs")


if __name__ == "__main__":
    command.run(main)
