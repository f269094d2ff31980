"""Pretrain the embedded base model from nothing: python pretraining/pretrain.py --out models/base

One GPU:      python pretraining/pretrain.py --minutes 20 --out models/base
Two GPUs:     torchrun --nproc_per_node=2 pretraining/pretrain.py --minutes 9 --out models/base
In two calls: ... --span 0 0.5 --out half, then ... --span 0.5 1 --init half --out models/base
On a CPU:     ... --recipe tests/pretraining/tiny_base.yaml --steps 20 --out /tmp/tiny
"""

import argparse
import os
import sys
import time
from pathlib import Path

from anecdot.common import command
from anecdot.common.errors import UserError

STARTED = time.time()


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipe", type=Path, default=Path("pretraining/recipe.yaml"))
    parser.add_argument("--out", type=Path, required=True, help="folder the model is written to")
    parser.add_argument("--tokenizer", type=Path, help="folder with a tokenizer (default: train)")
    parser.add_argument("--tokenizer-only", action="store_true", help="train the tokenizer, stop")
    parser.add_argument("--minutes", type=float, help="time budget of the whole command")
    parser.add_argument("--steps", type=int, help="steps of the schedule, whatever time they take")
    parser.add_argument(
        "--span", type=float, nargs=2, default=(0.0, 1.0), metavar=("FROM", "TO"),
        help="part of the schedule that this call does (0 1)",
    )  # fmt: skip
    parser.add_argument("--init", type=Path, help="go on from this saved model")
    parser.add_argument("--checkpoint", type=Path, help="resume from this file, and save to it")
    parser.add_argument(
        "--workers", type=int, help="processes a device that write rows (default: cores)"
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        nargs="*",
        default=(),
        help="JSON lines of pairs to evaluate on, too",
    )
    parser.add_argument("--no-compile", action="store_true", help="do not compile the model")
    return parser.parse_args()


def main() -> None:
    """Tokenizer, training, evaluation, saving."""
    args = arguments()
    from loop import Plan, train
    from place import Place
    from recipe import Recipe
    from tokenizer import save_tokenizer, train_tokenizer

    recipe = Recipe.read(args.recipe)
    if args.tokenizer_only:
        save_tokenizer(train_tokenizer(recipe), recipe, args.out)
        return
    if not 0 <= args.span[0] < args.span[1] <= 1:
        raise UserError("--span: give two parts of the schedule between 0 and 1, the lower first")
    place = Place.join()
    folder = args.tokenizer or args.init or args.out
    if not (folder / "tokenizer.json").is_file():
        if args.tokenizer or args.init:
            raise UserError(f"{folder}: no tokenizer.json in this folder; give one that has it")
        if place.rank == 0:
            save_tokenizer(train_tokenizer(recipe), recipe, folder)
        place.agree(0.0)  # the others wait for the file
    cores = len(os.sched_getaffinity(0)) // place.world
    # What follows training: evaluation, saving, leaving (seconds).
    reserve = 20.0
    plan = Plan(
        out=args.out,
        tokenizer=folder,
        deadline=STARTED + 60 * (args.minutes or recipe.minutes) - reserve,
        steps=args.steps,
        span=tuple(args.span),
        init=args.init,
        checkpoint=args.checkpoint,
        workers=args.workers or max(1, cores - 2),
        compile=not args.no_compile,
        pairs=tuple(args.pairs),
    )

    def say(line: str) -> None:
        if place.rank == 0:
            print(f"{time.time() - STARTED:6.0f} s  {line}", file=sys.stderr, flush=True)

    train(recipe, plan, place, say)
    say(f"wrote {args.out}")


if __name__ == "__main__":
    command.run(main)
