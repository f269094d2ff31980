"""Bring in others' rows of text and DOT: a stream to train on, or a further test set.

    python src/import_pairs.py dot2.tsv --source text2arch --license unstated
    python src/import_pairs.py DiagramGeneration.json --test diagramgen --license Apache-2.0
    python src/import_pairs.py folder --split train --columns prompt dot --license MIT

Reads TSV, CSV, JSON, JSON Lines, Parquet and Arrow, or a folder of them as a hub or `datasets`
saves it. Every row is checked; what is left out is listed with file, line and reason.
"""

import argparse
from collections import Counter
from itertools import chain
from pathlib import Path

from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import atomic_write
from anecdot.common.params import read_params
from anecdot.pairs.importing import Wish, as_lines, default_name, import_rows
from anecdot.pairs.reading import TASK_TYPES, check_test_name, find_files, find_test_sets
from anecdot.pairs.scanning import SHOWN, scan
from anecdot.pairs.tables import find_tables, read_table

DATA = Path("data")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", type=Path, help="a file, or a folder of files")
    parser.add_argument("--license", required=True, help="of the rows; their publisher names it")
    parser.add_argument("--source", help="their name; by default follows from the file's")
    parser.add_argument("--test", metavar="NAME", help="write a test set, not a stream")
    parser.add_argument("--columns", nargs=2, default=(), metavar=("TEXT", "DOT"))
    parser.add_argument("--kind", default="", metavar="COLUMN", help="of the kind of graph")
    parser.add_argument("--split", default="", help="of a folder: read this split alone")
    parser.add_argument("--task-type", choices=TASK_TYPES, default=TASK_TYPES[0])
    parser.add_argument("--left-out", type=Path, metavar="FILE", help="list all of them there")
    import_pairs(parser.parse_args())


def import_pairs(args: argparse.Namespace) -> None:
    """Write the file of pairs, and say what was left out and why."""
    source = args.source or default_name(args.path)
    if source != default_name(Path(f"{source}.x")):
        raise UserError(f"--source {source!r}: use small letters, digits and hyphens")
    if args.test:
        check_test_name(args.test, f"--test {args.test}")
    out = DATA / (f"tests/{args.test}" if args.test else "streams") / f"{source}.jsonl"
    if out.exists():
        raise UserError(f"{out}: is there already; remove it, or give another --source")
    files = find_tables(args.path, args.split)
    longest = read_params().max_pair_characters
    wish = Wish(source, args.license, args.task_type, tuple(args.columns), args.kind, longest)
    held = find_files(DATA) if args.test else list(chain(*find_test_sets(DATA).values()))
    other = scan(held, "import: reading the other side", longest)
    found = import_rows(chain.from_iterable(map(read_table, files)), wish, other)

    lines = [f"{where}: {why}" for where, why in found.left_out]
    if args.left_out:
        with atomic_write(args.left_out) as file:
            file.writelines(f"{line}\n" for line in lines)
    if not found.pairs:
        first = lines[0] if lines else f"{args.path}: no rows"
        raise UserError(f"{first}; no row could be used: check the file, or give --columns")
    for line in lines[:SHOWN]:
        print(f"left out: {line}")
    if rest := len(lines) - SHOWN if len(lines) > SHOWN else 0:
        print(f"... and {rest} more" + ("" if args.left_out else "; --left-out FILE lists all"))
    with atomic_write(out) as file:
        file.writelines(as_lines(found.pairs))
    for why, count in Counter(why.split(":")[0] for _, why in found.left_out).most_common():
        print(f"{count:7} left out: {why}")
    print(f"{len(found.pairs):7} pairs written to {out}; `dvc repro` uses them")


if __name__ == "__main__":
    command.run(main)
