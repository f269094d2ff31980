"""Write synthetic (text, DOT) pairs, as many as wanted; a seed gives the same bytes on any machine.

    python src/synthesize.py --count 1000000 --seed 1 --out data/synthesized-stream.jsonl

Each pair is a random scenario in one form of prose, notation or code, with its graph in the house
style, which Graphviz parses. To train on them, add the file to the deps of stage prepare in
dvc.yaml.
"""

import argparse
import contextlib
import json
import random
from functools import partial
from pathlib import Path

from anecdot import dot
from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import atomic_write
from anecdot.common.progress import Progress
from anecdot.common.workers import ordered_map
from synthesis.document import source
from synthesis.dot_style import house

LONGEST_TARGET = 1000  # characters, as data/README.md says
CHUNK_PAIRS = 500


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
    chunks = (
        range(first, min(first + CHUNK_PAIRS, count + 1))
        for first in range(1, count + 1, CHUNK_PAIRS)
    )
    progress = Progress("synthesize", count)
    with atomic_write(out) as file:
        for lines in ordered_map(partial(write_pairs, seed), chunks, processes):
            file.writelines(lines)
            progress.advance(len(lines), "pairs")


def write_pairs(seed: int, numbers: range) -> list[str]:
    """The pairs of some numbers as lines of JSON."""
    return [json.dumps(make_pair(seed, n), ensure_ascii=False) + "\n" for n in numbers]


def make_pair(seed: int, number: int) -> dict[str, str]:
    """Pair `number` of a seed. It depends on nothing else, so any process can make it."""
    rng = random.Random(f"{seed} {number}")
    name = f"synthetic-{seed}-{number:07}"
    while True:
        # As in pretraining: a form that fails on a rare graph costs another draw, not the run.
        with contextlib.suppress(LookupError, ValueError, TypeError):
            form, rendered = source(rng)
            family, style = form.split("/", 1)
            graph = house(rendered.scenario, rendered.scenario.title)
            if len(graph) <= LONGEST_TARGET and dot.check(graph) is None:
                break
    return {
        "id": name,
        "source": "synthesized",
        "license": "MIT",
        "task_type": "CODE_TO_DOT" if family == "code" else "NL_TO_DOT",
        "kind": rendered.scenario.kind,
        "style": style,
        "origin": name,
        "input_text": rendered.text.strip("\n"),
        "output_dot": graph,
        "verification_status": "parsed by Graphviz",
    }


if __name__ == "__main__":
    command.run(main)
